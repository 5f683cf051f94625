// The realizers that run no program of the user's: source, fetchurl, fetchlocal, mknode, mkfile,
// checkpaths (JSON: realizer.h). They run in a process of their own like all others, so that
// timeouts, interrupts and crashes are the same for them.
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/diag.h"
#include "engine/resolve.h"

struct builtin_realizer {
    const json_t *realizer;
    const struct resolver *resolver; // its sink takes the errors
    const char *name;                // of the stage
    const char *out;                 // absolute path of the output
    const char *tmp;                 // an empty folder of this job
    const char *partial_dir;         // for downloads
    int log_fd;
    void (*progress)(void *ctx, int64_t done, int64_t total);
    void *progress_ctx;
    struct str context; // the text of the realization's context.json
    bool sync;          // the output is to be synced
    // Out, HASH_HEX_SIZE: the realization's hash, if it was made while the output was filled; else
    // left as it is.
    char *hash;
};

// Is there a built-in realizer of this kind?
bool builtin_realizer_known(const char *kind);
// Fills the output; false after an error was reported.
bool builtin_realizer_run(const struct builtin_realizer *b) MUST_USE;
