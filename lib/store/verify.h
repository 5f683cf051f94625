// Checks every invariant of a store:
//
//   a derivation's folder (0755) has a config.json (0444) of canonical text whose dref is its name
//   a realization has a context.json of canonical text that has each direct dependency of its
//   derivation, nothing else, and no rref twice, and whose rrefs are all in the store
//   a realization's NAR hash is its name; it holds files (0444 or 0555), folders (0555) and links
//   only, all modified 1 s after the epoch, without extended attributes
//   there is nothing else in the store
//   the roots that were added by hand lead to something, and those of paused realizations are whole
//
// What a run that was ended at any moment can leave is a note, not a fault: files of dead processes
// in tmp/, locks/ and roots/temp/, a realization whose top folder is still writable, an out-link
// that is gone, a derivation whose dependency is not there.
//
// What cannot be read for reasons of the system (a broken disk, too many open files) is a fault,
// and stays where it is. Repairing moves what is bad to quarantine, and with it the realizations
// that were built with it: nothing could lead to them any more. It never builds anything again: a
// result that is not deterministic cannot be had twice.
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
                      // processes, restore modes and times, remove attributes
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
    uint64_t bytes; // of the artifacts that were read
};

// False only if the check itself could not be done (reported); faults are in the result.
bool verify_store(struct store *s, const struct verify_options *options, struct arena *arena,
                  struct verify_result *out, struct diag_sink *sink) MUST_USE;
