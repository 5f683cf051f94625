// SHA-256 over the NAR serialisation of a tree (E. Dolstra, "The Purely Functional Software
// Deployment Model", 2006, section 5.2: contents, executable bit and link targets, entries sorted
// by their bytes; nothing else, so neither time nor owner). Equal to what `nix-hash --type sha256
// DIR` prints.
#pragma once

#include <stdbool.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "base/hash.h"

// Folders inside each other; a deeper tree is an error. One descriptor is open for each level.
#define NAR_MAX_DEPTH 400

struct nar_options {
    bool skip_meta; // leave out the top-level names that begin with "__": a realization's hash
    // Called for each entry in the order of the serialisation, before its contents are read (the
    // top folder: after all the others, with rel ""). `fd` is open for reading on a file or a
    // folder, -1 for a link; `rel` is the path inside the tree. May change modes and times; what it
    // leaves in *st counts. Returns false after a report, which ends the walk. Also called for what
    // skip_meta leaves out. May be null.
    bool (*on_entry)(void *ctx, int dirfd, const char *name, const char *rel, int fd,
                     struct stat *st, struct diag_sink *sink);
    void *ctx;
    // Should this entry be in the serialisation? Null: all are. Asked before on_entry, with the
    // entry's lstat.
    bool (*keep)(void *ctx, const char *rel, const struct stat *st);
};

// Hashes the tree, file or link at `path` below dirfd (itself not followed when a link). `what`
// names the tree in messages. A fifo, socket or device: E0715. `options` may be null.
bool nar_hash(int dirfd, const char *path, const char *what, const struct nar_options *options,
              struct hasher *h, char out[HASH_HEX_SIZE], struct diag_sink *sink) MUST_USE;
