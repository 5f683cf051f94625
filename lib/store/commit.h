// Making a realization out of an output folder, in two phases, so that many share the expensive
// syncs:
//
//   commit_prepare   checks, writes context.json and the metadata, makes modes and times canonical,
//   hashes while reading commit_publish   one sync for all, then each is renamed into place, still
//   writable at its top, and made read-only store_sync       by the caller, when it wants to
//   report: makes the renames durable
//
// Existence is validity: before the rename nothing can be seen, after it everything is whole. A
// failed sync, write or close discards the output; nothing is retried on a page cache that may have
// lost data. Who keeps outputs writes them again before (engine/session_commit.c).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/str.h"
#include "store/config.h"
#include "store/context.h"
#include "store/ref.h"

struct store;

struct commit_request {
    struct str dref;                       // in the store already
    const struct context *context;         // direct
    const struct config_promise *promises; // claims among them are not checked
    size_t promise_count;
    bool check_promises;
    // The output folder, relative to s->tmp_fd ("SESSION.x.build/out"). All processes that could
    // write to it are gone. On success it is consumed by commit_publish or commit_discard; on
    // failure it stays where it is.
    const char *out;
    bool keep;        // nobody can make it again: what cannot be published stays where it is
    int64_t start_ns; // when the realizer began: __buildtime__.txt
    struct str meta;  // JSON object for __meta__.json; empty: none is written
    const char *log;  // path of the log relative to s->tmp_fd, or absolute; copied as __log__.txt;
                      // null: none
    const char *hash; // 64 digits: the output's hash, from who filled it and hashed what it wrote
                      // (nar_begin_output); null: the output is read for it
};

struct commit {
    struct rref rref;
    const char *out; // as in the request; in the arena
    uint64_t bytes;  // sum of the sizes of the files
    uint64_t files;
    bool merged; // after publishing: an equal realization was there already
    bool published;
    uint64_t entries; // files, folders and links
    bool keep;        // as in the request
};

// One output. What is refused: an artifact named context.json (E0714), one named __buildtime__.txt,
// __meta__.json or __log__.txt (E0714), foreign file types (E0715), an unkept promise (E0716, one
// for each, with attribute and path), links are kept as they are. A file that has another name
// outside of the output is copied, so that nobody can write to it from there.
bool commit_prepare(struct store *s, const struct commit_request *request, struct hasher *h,
                    struct arena *arena, struct commit *out, struct diag_sink *sink) MUST_USE;

// Publishes all; on a failure the ones that could not be published are discarded (but for those to
// keep), with published == false, and it returns false.
bool commit_publish(struct store *s, struct commit *commits, size_t count,
                    struct diag_sink *sink) MUST_USE;
void commit_discard(struct store *s, struct commit *c);

// What a commit writes beside the artifacts, which may have none of these names.
#define COMMIT_OWN_FILES 4
extern const char *const commit_own_files[COMMIT_OWN_FILES];
bool commit_is_own_file(struct str name);

// The text of __buildtime__.txt is Pylightnix's: "%y%m%d-%H:%M:%S:%f%z" with six digits of
// microseconds, in UTC: "240131-23:59:59:000001+0000", no newline.
#define COMMIT_TIME_SIZE 40
void commit_time_text(int64_t ns, char out[COMMIT_TIME_SIZE]);
// Nanoseconds since the epoch (any zone); false if malformed.
bool commit_time_parse(struct str text, int64_t *ns) MUST_USE;
