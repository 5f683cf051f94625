// One job of a worker: everything from an empty folder to outputs that are ready to be published.
// What a job is, and what comes of it, are JSON objects, since both cross a process boundary.
//
// The job:
//   {"args": TEXT, "attempt": N, "complete": BOOL, "config": TEXT, "context": {DREF: [RREF…]},
//    "cores": N, "cpus": N, "keep_failed": BOOL, "options": {…}, "pause": FOLDER or null,
//    "place": TEXT or null, "realizer": {…}, "silent_timeout": SECONDS, "span": [SOURCE, START,
//    END], "timeout": SECONDS}
// The result, where STATUS is "prepared", "realizer" (it failed), "store" (the store or the system
// failed), "cancelled" or "paused" (its folder is ready, nothing was run); an output's PATH is
// relative to the store's tmp/:
//   {"commits": [{"bytes": N, "entries": N, "files": N, "out": PATH, "rref": RREF}…],
//    "diags": [DIAG…], "duration": NS, "event": "result", "kept": PATH or null,
//    "log": PATH or null, "outputs": N, "status": STATUS}
// And before it:
//   {"event": "started", "log": PATH, "pid": N}
//   {"event": "progress", "done": N, "total": N}
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/hash.h"
#include "engine/channel.h"
#include "engine/job_folder.h"
#include "engine/jobserver.h"
#include "store/context.h"

struct store;

// What a worker keeps from job to job.
struct job_host {
    struct store *store;
    struct channel *engine;
    struct hasher *hasher;
    struct context_memo memo;
    const char *python; // text of the module plx
    char *python_dir;   // where it was written; null: not yet
    unsigned grace_ms;
    const struct jobserver_pipe *jobserver; // for realizers
    struct job_folder folder;               // used for one job after the other
};

// Runs the job and gives its result; never null.
json_t *job_run(struct job_host *host, const json_t *message) MUST_USE;
