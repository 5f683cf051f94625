// The processes that do the work (engine.h says why): workers, each for one job at a time (job.h),
// and the committer, which publishes what they prepared. This side starts them, talks to them and
// ends them.
//
// The committer takes
//   {"publish": [[{"entries": N, "out": PATH, "rref": RREF}…]…]}
//       the outputs of some stages: one sync for all, then each is renamed into the store
//   {"sync": true}
//       makes what was renamed durable
// and answers {"diags": [DIAG…], "published": [BOOL…]}, a BOOL for each stage.
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "engine/channel.h"
#include "engine/engine.h"
#include "engine/jobserver.h"
#include "store/store.h"

struct worker {
    pid_t pid; // 0: there is none
    struct channel channel;
    bool busy;
    bool cancelled;
    uint32_t node; // that it works for
    struct jobserver_pipe jobserver;
    pid_t realizer; // process group of what it runs, as far as it said
    const struct engine_workers *all;
};

struct engine_workers {
    const struct store *store;
    const char *python;
    unsigned grace_ms;
    struct worker *at;
    unsigned len;
    struct worker committer;
    int wake_fd; // eventfd; readable when interrupted
    volatile int interrupted;
    bool subreaper; // of what dead workers leave
};

// Starts one that is missing; 0 or -errno.
int worker_start(struct engine_workers *w, struct worker *worker) MUST_USE;
// Gives a job; -EPIPE if the worker is gone.
int worker_give(struct worker *worker, uint32_t node, json_t *job) MUST_USE;
// Asks it to end its job early. It answers with a result all the same.
void worker_cancel(struct worker *worker);
// After its channel closed, or to be rid of it at once: kills it and what it may have left (all of
// it, if this process is the subreaper; otherwise the process group), and reaps it. Returns the
// status of waitpid: SIGKILL may be that of here.
int worker_bury(struct worker *worker);
