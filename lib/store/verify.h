// Checks every invariant of a store: names equal hashes, configs are canonical, contexts are of the
// right form and resolve, no foreign file types or modes, links and roots resolve. What a dead
// process left in tmp/ and locks/ is a note, not a fault.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"

struct store;

enum verify_level { VERIFY_NOTE, VERIFY_FAULT };

struct verify_finding {
    enum verify_level level;
    const char *path;    // absolute, of what it is about
    struct str ref;      // of the derivation or realization that is bad; may be empty
    const char *message; // one sentence, lower-case start, no full stop
    const char *action;  // with repair: what was done, null if nothing
};

struct verify_options {
    bool repair;      // quarantine bad objects under ROOT/quarantine, remove leftovers of dead
                      // processes, restore modes
    bool no_contents; // do not read artifacts: everything but their hashes
    const struct str *refs; // only these; count 0: all
    size_t ref_count;
    // Called after each derivation, for progress; may be null. False stops (the result so far is
    // given).
    bool (*progress)(void *ctx, size_t done, size_t total);
    void *ctx;
};

struct verify_result {
    struct verify_finding *at; // in the arena, by path
    size_t len;
    size_t faults;
    size_t drefs;
    size_t rrefs;
    uint64_t bytes;
};

// False only if the check itself could not be done (reported); faults are in the result.
bool verify_store(struct store *s, const struct verify_options *options, struct arena *arena,
                  struct verify_result *out, struct diag_sink *sink) MUST_USE;
