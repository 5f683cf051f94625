// The realizers fetchurl and fetchlocal (their JSON: realizer.h). Runs inside a worker process: it
// blocks, and SIGTERM may end it at any point; what it leaves then is in `tmp` and `partial_dir`,
// and the latter is picked up by the next run.
//
// The file is checked against its hash before anything is unpacked. `mode` is a list of words with
// commas between: "as-is" (or "") puts the file into the output; "unpack,remove" (the default)
// unpacks and leaves only what was inside; "unpack" keeps the archive beside it. What is no archive
// is put there as it is in any mode.
//
// Without `filename` the file is named as the last part of the URL's path is written (not decoded),
// or of the local path. fetchlocal takes a regular file, through links; a folder is an error that
// names `source`. Its `path` is absolute: who calls has resolved a reference to one.
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/diag.h"
#include "engine/fetch_settings.h"
#include "engine/fetch_watch.h"

struct fetch_job {
    // The parsed object. Any object is safe: what is wrong with it is reported (E0901).
    const json_t *realizer;
    // Absolute path of the output: an existing, empty folder.
    const char *out;
    // Absolute path of an existing folder of this job alone, on the file system of out; empty again
    // when fetch_run returns.
    const char *tmp;
    // Absolute path of the folder for partial downloads, shared by all jobs and processes, on the
    // file system of out; made if missing.
    const char *partial_dir;
    struct span span; // where the stage was written
    struct fetch_watch watch;
    const struct fetch_settings *settings; // null: from the environment
    struct str context;                    // the text of the realization's context.json
    bool sync;                             // the output is to be synced
    // Out, HASH_HEX_SIZE: the realization's hash, if it was made while copying; else left as it is.
    // May be null.
    char *hash;
};

// True: out holds the result. False: reported in sink (E09xx), and what is in out is to be thrown
// away.
bool fetch_run(const struct fetch_job *job, struct diag_sink *sink) MUST_USE;
