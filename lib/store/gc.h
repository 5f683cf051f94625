// Garbage collection and removal. What the roots (root.h) lead to is kept: a realization with its
// derivation and with what it was built with; a derivation with its dependencies, and, where a root
// names the derivation itself, with all its realizations and those of its dependencies.
//
// Under a short exclusive lock (lock_gc) the store is read, and garbage is renamed to a folder in
// tmp/, users before what they use, so that a collector that is killed leaves a store that
// verifies. Files are unlinked after the lock is released.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"

struct store;

struct gc_score {
    const char *file; // an artifact with a number in it
    bool lowest;      // for losses and errors; otherwise the highest is first
};

struct gc_options {
    bool dry_run;          // find out, remove nothing
    int64_t older_than_ns; // only what was begun before this time (since the epoch); 0: whenever
    bool has_max_bytes;    // only as much, the oldest first, until the store takes no more than
                           // max_bytes on the disk
    uint64_t max_bytes;
    const struct gc_score *scores; // of each derivation, the first by each of these is a root
    size_t score_count;
    size_t keep_latest;     // of each derivation, so many of the latest realizations are roots
    const struct str *keep; // more roots, as temporary ones: what the caller alone knows of
    size_t keep_count;
};

struct gc_item {
    struct str ref;
    uint64_t bytes;  // on the disk; of a derivation without its realizations
    int64_t time_ns; // when it was begun; of a derivation: instantiated
};

struct gc_result {
    struct gc_item *at; // what was, or would be, removed, in that order
    size_t len;
    uint64_t bytes; // sum of theirs
    size_t kept_drefs;
    size_t kept_rrefs;
    uint64_t left_bytes; // with has_max_bytes: what the store takes afterwards
    size_t leftovers;    // of dead processes that were, or would be, removed as well
};

// False after a report; what was renamed before a failure is removed nevertheless. A score that no
// realization has, though there are some, is a mistake that would keep nothing: E0701.
bool gc_collect(struct store *s, const struct gc_options *options, struct arena *arena,
                struct gc_result *out, struct diag_sink *sink) MUST_USE;

// Removes exactly these refs, derivations with all their realizations. Refuses (E0727, with the
// reasons) if something else in the store needs one of them or a root leads to one. `force`: what
// needs them is removed as well, and roots that lead to them are left dangling; what a running
// process has registered is refused even then. With `dry_run` nothing is removed.
bool gc_remove(struct store *s, const struct str *refs, size_t count, bool force, bool dry_run,
               struct arena *arena, struct gc_result *out, struct diag_sink *sink) MUST_USE;
