// The state of one call of engine_realize, and the ways in which a stage ends: found, built,
// failed, skipped. Private to the engine.
//
//   ready ──settle──> reused
//                └──> queued ──dispatch──> running ──> prepared ──> publishing ──settle──> built
// with failed, skipped and delayed beside; the states are enum node_state.
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/map.h"
#include "engine/engine.h"
#include "engine/history.h"
#include "engine/match.h"
#include "engine/schedule.h"
#include "engine/worker.h"

// Outputs of one stage on their way into the store.
struct prepared {
    uint32_t node;
    json_t *result; // of the job; owned
};

struct prepared_list {
    struct prepared *at;
    size_t len;
    size_t cap;
};

struct node_list {
    uint32_t *at;
    size_t len;
    size_t cap;
};

// Whose fault a failure is, as bits; the outcome is made of them.
enum fault { FAULT_REALIZER = 1, FAULT_STORE = 2, FAULT_ASSERTION = 4 };

struct realize {
    struct store *store;
    struct matching *matching; // null: the plan is too small for an index to be worth it
    struct engine_workers *workers;
    const struct plan *plan;
    struct plan part; // with the stage to pause at as its target
    const struct engine_options *options;
    const struct engine_observer *observer;
    struct engine_results *results;
    struct diag_sink *sink;
    struct schedule schedule;
    struct arena arena;   // until the end
    struct arena scratch; // for one step
    struct map matchers;  // text → struct matcher
    struct map names; // name → struct derivation, or this struct for several; filled when needed
    struct engine_progress progress;
    struct history history;
    int64_t work_ns;     // what the stages that are not done take, as far as known
    size_t work_unknown; // how many of them nobody knows
    struct prepared_list prepared;
    struct prepared_list publishing;
    int64_t prepared_ns; // when the first of those that are prepared came (monotonic)
    int64_t publish_ns;  // when the last batch was given away
    int64_t sync_ns;     // how long the one before took
    int64_t lend_ns;     // when tokens of the jobserver were lent last
    struct node_list delayed;
    uint32_t *marks; // of walks over the plan, each with a number of its own
    uint32_t mark;
    unsigned faults;
    bool instantiated;       // the derivations are in the store
    bool instantiate_failed; // and was reported
    bool begun;              // that, the store can be written, and priorities are known
    bool begin_failed;       // and was reported
    bool stopping;
    bool published; // something was, since the last sync
    int inotify_fd; // on locks/; -1: not needed so far
};

bool realize_init(struct realize *r) MUST_USE;
void realize_free(struct realize *r);

static inline struct node *realize_node(struct realize *r, uint32_t node)
{
    return &r->schedule.nodes[node];
}

// An event with its kind, stage and progress filled.
struct engine_event realize_event(struct realize *r, enum engine_event_kind kind, uint32_t node);
void realize_tell(struct realize *r, const struct engine_event *e);

// What was chosen for a stage (copied), which says nothing yet about its state.
void realize_choose(struct realize *r, uint32_t node, const struct ref_list *chosen);
// The stage is done with what was chosen (copied); its dependents may become ready.
void realize_finish(struct realize *r, uint32_t node, enum node_state state,
                    const struct ref_list *chosen);
// It failed, which was reported; all that needs it is skipped. `log` and `kept` may be null.
void realize_fail(struct realize *r, uint32_t node, enum fault fault, const char *log,
                  const char *kept);
// It is where the run pauses: its folder is ready. `outputs`: how many it has.
void realize_pause(struct realize *r, uint32_t node, unsigned outputs);
// It was stopped before it ended.
void realize_drop(struct realize *r, uint32_t node);
// Nothing new is started from now on.
void realize_stop(struct realize *r);

// Instantiates all derivations of the plan's closures, unless that was done. False if that is not
// possible, which is reported once.
bool realize_instantiate_all(struct realize *r) MUST_USE;
// That, and finds the priorities; the first time that something must be built. False if something
// is in the way, a store that is read-only for one, which is reported once.
bool realize_begin(struct realize *r) MUST_USE;

// The direct context of a stage whose dependencies are done, in the scratch arena.
struct context realize_context(struct realize *r, uint32_t node);
