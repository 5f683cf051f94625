// Realizes a plan: matches what the store has, runs realizers for what it lacks, and commits what
// they made.
//
// The caller's process stays single-threaded and only schedules. Everything that takes time is done
// by worker processes, forked before evaluation begins, while this process is small: a worker runs
// one realizer at a time in a process group of its own, is the subreaper of all that descends from
// it, kills what is left when the realizer ends, checks and hashes the outputs, and answers. One
// more process publishes: it syncs whatever is ready in one go and renames it into the store, so
// that many stages share a sync. When this process dies, by whatever signal, the workers see their
// socket close and kill what they run.
//
// The order in which stages run never changes a result; it only changes the time.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "engine/plan.h"
#include "store/ref.h"

struct store;
struct engine_workers;

// ---- workers ----

struct engine_workers_options {
    unsigned jobs;      // -j: how many workers, at least 1
    const char *python; // text of the module `plx` that Python realizers import; borrowed until
                        // engine_workers_stop
    unsigned
        kill_grace_ms; // between SIGTERM and SIGKILL when a realizer must end; 0: the default, 2000
    // This process has no children but the workers, and will have none until engine_workers_stop.
    // Then it is the subreaper of what a worker that dies leaves, and ends that. Not done if it has
    // a child already.
    bool alone;
};

// Forks the workers. Call it early: after the store is opened, before anything large is in memory
// and before any thread exists. `store` is borrowed and must outlive the workers. Null after an
// error was reported (E0816). Costs a few hundred microseconds.
struct engine_workers *engine_workers_start(const struct store *store,
                                            const struct engine_workers_options *options,
                                            struct diag_sink *sink) MUST_USE;
// Ends them, and with them whatever they run, and waits for that. Null is fine.
void engine_workers_stop(struct engine_workers *w);

// Asks a running engine_realize to end: the process trees of all realizers get SIGTERM and after
// the grace time SIGKILL, nothing of theirs is published, and engine_realize returns
// ENGINE_INTERRUPTED. A call from a signal handler is fine. Stays in force for later calls.
void engine_interrupt(struct engine_workers *w);

// ---- options ----

// What a key says of a realization. Texts sort after all numbers.
struct engine_score {
    bool none;  // it is not to match
    bool whole; // `integer` counts, otherwise `number`, if there is no text
    int64_t integer;
    double number;
    struct str text; // p null: none
};

// The user's key function `id` (of a matcher's {"kind": "call", "id": N}) applied to a realization.
// False if it failed, which it has reported. The text must live until engine_realize returns.
typedef bool engine_key_call(void *ctx, uint32_t id, const struct rref *rref, const char *path,
                             struct engine_score *score);

// Stages are selected by name, by dref or by a prefix of a dref that is unique in the plan.
struct engine_selection {
    const struct str *names;
    size_t count;
    bool targets; // all targets as well
};

// Realize arguments of the stages that `stage` selects: a JSON object's text. Given twice, later
// keys win.
struct engine_args {
    struct str stage;
    struct str json;
};

struct engine_resource {
    struct str name;
    double amount;
};

// Realizations that a stage is to have, whatever its matcher says: decided before, as by a paused
// realization (session.h).
struct engine_pin {
    struct str dref;
    struct str *rrefs;
    size_t count;
};

// A stage to stop at: it gets everything that a realizer would find, in a folder tmp/FOLDER that
// must not exist yet (job_folder.h), and then nothing is run. If it does not come to that, the
// caller removes what may be left there.
struct engine_pause {
    uint32_t stage; // plan index
    const char *folder;
};

struct engine_options {
    struct engine_selection rebuild;         // run the realizer, whatever is there
    struct engine_selection assert_realized; // it is an error (E0809) if one of these must be built
    const struct engine_args *args;
    size_t args_count;
    bool dry_run;            // match, and say what would be built; nothing is written
    bool keep_going;         // after a failure, go on with what does not depend on it
    bool keep_failed;        // keep the build directory of what failed
    double timeout;          // seconds, for stages without a `timeout` of their own; 0: none
    double silent_timeout;   // the same of `silent_timeout`: how long a realizer may say nothing
    int retry;               // more tries for stages without a `retry` of their own
    unsigned retry_delay_ms; // before the first further try, doubled for each that follows; 0: the
                             // default, 1000
    // How much there is: 1 of what is not named here, but of "memory" (bytes) what the machine has,
    // and of "cpus" as many as jobs.
    const struct engine_resource *resources;
    size_t resources_count;
    engine_key_call *key_call; // null: a matcher with a user's key is an error
    void *key_ctx;
    // PLX_DREF and PLX_STORE of this process's environment, or null: a realizer may not realize in
    // the store it is realized in (E0821).
    const char *inside_dref;
    const char *inside_store;
    unsigned tick_ms;              // how often ENGINE_TICK is sent; 0: never
    const struct engine_pin *pins; // E0830 if the store has not got one of them (any more)
    size_t pin_count;
    // If this derivation is built, it is realized with what its realizer makes, even if its matcher
    // prefers others or wants more. Empty: none.
    struct str as_made;
    // Not null: realize only what this stage needs, and pause there, also where its matcher is
    // content. Selections that mean the targets still mean those of the plan.
    const struct engine_pause *pause;
};

// E0821 if the store is that of the realizer that runs this process, which its PLX_DREF and
// PLX_STORE (or null) say; `what` it cannot do, like "realize in".
bool engine_refuse_nested(const struct store *store, const char *inside_dref,
                          const char *inside_store, const char *what,
                          struct diag_sink *sink) MUST_USE;

// ---- what happens meanwhile ----

enum engine_event_kind {
    ENGINE_PLANNED, // once, first: count = derivations in the closures of the targets
    ENGINE_REUSED,  // the store had what the matcher wanted
    ENGINE_QUEUED,  // must be built and waits for a worker
    ENGINE_WAITING, // another process (pid, 0: unknown) realizes the derivation; once for each wait
    ENGINE_STARTED, // attempt (from 1), log = path of the log, which grows
    ENGINE_PROGRESS, // a download: done and total bytes (total -1: unknown)
    ENGINE_RAN,   // the realizer ended, well or not; log = its whole log or null, which stays until
                  // this event returns. What `log` of ENGINE_STARTED names is another stage's from
                  // now on
    ENGINE_RETRY, // attempt failed and will be repeated after delay_ms; diag says why
    ENGINE_BUILT, // published and matched; duration_ns is the realizer's
    ENGINE_FAILED,  // diag is in the sink; log may be null; kept = the kept build directory or null
    ENGINE_SKIPPED, // something that it depends on failed or was skipped; because = plan index of
                    // what failed
    ENGINE_WOULD_BUILD, // of a dry run
    ENGINE_PAUSED,
    ENGINE_STOPPING, // a failure without keep_going, or an interrupt: nothing new is started
    ENGINE_TICK,     // time goes by
};

struct engine_event {
    enum engine_event_kind kind;
    uint32_t stage; // plan index; meaningless for PLANNED, STOPPING and TICK
    const struct derivation *derivation;
    size_t count;
    long pid;
    int attempt;
    int attempts; // how many there may be
    const char *log;
    const char *kept;
    int64_t done;
    int64_t total;
    int64_t duration_ns;
    int64_t delay_ms;
    uint32_t because;
    const struct diag *diag;
    // Always filled: how far all of it is.
    const struct engine_progress *progress;
};

struct engine_progress {
    size_t total; // stages in the closures of the targets
    size_t built;
    size_t reused;
    size_t failed;
    size_t skipped;
    size_t would_build;
    size_t running; // with a realizer running or its outputs on their way into the store
    size_t queued;
    int64_t saved_ns;     // what the reused ones took when they were built, as far as known
    int64_t remaining_ns; // estimate of the time to go from recorded durations; -1: not known
};

struct engine_observer {
    void *ctx;
    // Must not call the engine, but for engine_interrupt. Strings in the event live until it
    // returns.
    void (*event)(void *ctx, const struct engine_event *e);
};

// ---- results ----

enum engine_state {
    ENGINE_STATE_NONE, // not reached: not in a target's closure, or the run ended before
    ENGINE_STATE_REUSED,
    ENGINE_STATE_BUILT,
    ENGINE_STATE_FAILED,
    ENGINE_STATE_SKIPPED,
    ENGINE_STATE_WOULD_BUILD,
    ENGINE_STATE_PAUSED, // its folder is ready
};

struct engine_result {
    enum engine_state state;
    struct rref *rrefs; // in the matcher's order; may be none
    size_t rref_count;
    int64_t duration_ns; // of the realizer in this run, 0 if it did not run
    unsigned outputs;    // of a paused stage: how many output folders it has
    bool matched;        // of a paused stage: its matcher was content, with rrefs
};

struct engine_results {
    struct arena arena;
    struct engine_result *at; // by plan index
    size_t len;
    struct engine_progress progress;
};

#define ENGINE_RESULTS_INIT ((struct engine_results){0})
void engine_results_free(struct engine_results *r);

enum engine_outcome {
    ENGINE_OK,
    ENGINE_REALIZER_FAILED,  // also: matcher not content, promise not kept, download failed
    ENGINE_STORE_FAILED,     // the store or the system
    ENGINE_ASSERTION_FAILED, // assert_realized, realized()
    ENGINE_INTERRUPTED,
    ENGINE_BAD_REQUEST, // a selection that selects nothing, a malformed plan; nothing was done
};

// Realizes the targets of the plan. Everything but ENGINE_OK was reported in the sink (an interrupt
// is not). What was realized is durable when this returns. The worst outcome wins: interrupted,
// store, realizer, assertion.
enum engine_outcome engine_realize(struct store *store, struct engine_workers *workers,
                                   const struct plan *plan, const struct engine_options *options,
                                   const struct engine_observer *observer,
                                   struct engine_results *results, struct diag_sink *sink) MUST_USE;

// The plan indices that `name` selects, in plan order, appended to *out; false after E0817 (none,
// with a suggestion; or a prefix that fits several).
struct engine_indices {
    uint32_t *at;
    size_t len;
    size_t cap;
};
bool engine_select(const struct plan *plan, struct str name, struct engine_indices *out,
                   struct diag_sink *sink) MUST_USE;
