// SHA-256 over the NAR serialisation of a tree (E. Dolstra, "The Purely Functional Software
// Deployment Model", 2006, section 5.2: contents, executable bit and link targets, entries sorted
// by their bytes; nothing else, so neither time nor owner). Equal to what `nix-hash --type sha256
// DIR` prints.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "base/hash.h"
#include "base/str.h"

// Folders inside each other; a deeper tree is an error. One descriptor is open for each level.
#define NAR_MAX_DEPTH 400

// One entry of the tree that is being walked.
struct nar_entry {
    int dirfd;        // the folder that it is in; -1 for the top
    const char *name; // in that folder
    const char *rel;  // path inside the tree, "" for the top
    int fd; // open for reading on a file or a folder, -1 for a link; on_entry may close it and put
            // another one here
    struct stat st; // of a link only st_mode's type is set
};

struct nar_options {
    bool skip_meta; // leave out the top-level names that begin with "__": a realization's hash
    bool unlock;    // give the owner read permission where it is missing
    // Called for each file and link before its contents are read, for each folder after all that is
    // in it, also for what skip_meta leaves out. May change modes, times and the entry itself.
    // False, after a report, ends the walk. May be null.
    bool (*on_entry)(void *ctx, struct nar_entry *e, struct diag_sink *sink);
    void *ctx;
};

// Hashes the tree, file or link at `path` below dirfd (a link itself, not its target). `what` names
// the tree in messages. A fifo, socket or device: E0715; a system's refusal: E0707, or as
// nar_output_fail says. `options` may be null.
bool nar_hash(int dirfd, const char *path, const char *what, const struct nar_options *options,
              struct hasher *h, char out[HASH_HEX_SIZE], struct diag_sink *sink) MUST_USE;

// Reports that an output cannot be handled, of which `unlock` is set in such a walk: E0715, the
// fault of who made it, if an output that is left as it should be gives no such error; otherwise
// E0707.
void nar_output_fail(struct diag_sink *sink, int error, const char *doing, const char *what,
                     const char *rel);

// The same walk with its calls of on_entry, without reading what is in the files.
bool nar_walk(int dirfd, const char *path, const char *what, const struct nar_options *options,
              struct diag_sink *sink) MUST_USE;

// The serialisation itself, for trees that are chosen entry by entry:
//
//   nar_begin  node  nar_end
//   node = nar_file size, nar_contents fd | nar_link | nar_folder {nar_name node nar_name_end}
//   nar_folder_end
//
// Names must come in the order of their bytes.
struct nar;

struct nar *nar_begin(struct hasher *h) MUST_USE;
void nar_end(struct nar *n, char out[HASH_HEX_SIZE]);
// Ends without a result.
void nar_drop(struct nar *n);

// What else happens to a file's bytes while they are read (stream.h).
struct nar_copy {
    int to;                                     // written there as well, an empty file; -1: nowhere
    bool write_through;                         // and soon to the disk
    struct hasher *flat;                        // sees these bytes alone; begun; null: none
    void (*progress)(void *ctx, uint64_t done); // of large files; may be null
    void *ctx;
    bool write_failed; // out: the error is that of writing
};

// A regular file: exactly `size` bytes from fd's position. `copy` may be null. 0 or -errno; -ESTALE
// if the file has more or less.
int nar_file(struct nar *n, int fd, size_t size, bool executable, struct nar_copy *copy) MUST_USE;
// One that may not be executed and holds this text.
void nar_text(struct nar *n, struct str text);
void nar_link(struct nar *n, const char *target);
void nar_folder(struct nar *n);
void nar_name(struct nar *n, const char *name);
void nar_name_end(struct nar *n);
void nar_folder_end(struct nar *n);

// What a realization is hashed as whose only artifact is `name`, one node that is given between the
// two calls: so that what is copied into an output need not be read again for its hash. `context`
// is the text of its context.json and must outlive them. `inner`, which may be null, gets the
// serialisation of the node alone. nar_drop ends it as well.
#define NAR_CONTEXT "context.json"
// Can an artifact of this name be hashed so? One that is metadata is not in the hash, and one named
// context.json is refused.
bool nar_output_name(const char *name);
struct nar *nar_begin_output(struct hasher *h, const char *name, struct str context,
                             struct hasher *inner) MUST_USE;
void nar_end_output(struct nar *n, char out[HASH_HEX_SIZE], char inner[HASH_HEX_SIZE]);
