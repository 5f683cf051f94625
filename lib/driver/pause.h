// Pausing a realization at a stage, and going on with it in another process: the seed's realizeSeq.
// The session (engine/session.h) keeps the plan, the engine's options and what the front end wants
// to know again, so that going on needs no source file. Only where a matcher calls a function of
// the user's are the targets evaluated again, and must give the same plan.
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "driver/target.h"
#include "engine/engine.h"
#include "engine/plan.h"
#include "engine/session.h"
#include "store/query.h"

struct driver;

// What a run is made of; `pins` and `pause` of the options are set here.
struct pause_run {
    struct driver *driver;
    struct engine_workers *workers;
    const struct plan *plan;
    struct engine_options *options;
    const struct engine_observer *observer;
    struct engine_results *results;
};

// What a session keeps for its front end.
struct pause_front {
    const char *const *arguments; // what was asked for, as target_resolve takes it
    size_t argument_count;
    const struct target_list *targets; // of the plan, in its order; may be empty
    json_t *own;                       // anything else, borrowed
};

// The drefs that the names (engine_select) select, in the order of the plan, each once. In the
// driver's arena. E0839 if one has a built-in realizer.
bool pause_select(struct driver *d, const struct plan *plan, const struct str *names, size_t count,
                  struct ref_list *drefs) MUST_USE;

// Realizes what the first of `stages` (pause_select; at least one) needs, and pauses there; the
// others are left for later. With ENGINE_OK there is a session, open; otherwise there is none.
// E0814 if the plan cannot be written.
enum engine_outcome pause_at(const struct pause_run *r, const struct ref_list *stages,
                             const struct pause_front *front, struct session *s) MUST_USE;

// The plan of an open session and its targets (without stages). With user keys the targets are
// evaluated: E0836 if that gives another plan by now.
bool pause_plan(struct driver *d, struct session *s, struct plan *plan,
                struct target_list *targets) MUST_USE;
// The engine's options, but for the resources, and the front end's own JSON (borrowed) of a
// session.
void pause_options(struct driver *d, const struct session *s, struct engine_options *options);
const json_t *pause_own(const struct session *s);

enum pause_how {
    PAUSE_OUTPUTS,  // commit what the outputs hold, or go on after that
    PAUSE_REALIZER, // run the realizer, unless others realized the stage meanwhile
    PAUSE_RREFS,    // take these
};

struct pause_decision {
    enum pause_how how;
    const struct str *rrefs; // of PAUSE_RREFS
    size_t rref_count;
    void (*waiting)(void *ctx, pid_t pid); // another process realizes the stage; may be null
    void *waiting_ctx;
};

// Makes the decision, for good but for PAUSE_REALIZER. False after a report (session_commit.h); the
// session stays as it was.
bool pause_decide(const struct pause_run *r, struct session *s,
                  const struct pause_decision *decision) MUST_USE;
// Realizes the rest. With ENGINE_OK the session has done its work, and the caller ends it
// (session_remove) when nothing can fail any more; if there was another stage to pause at, `next`
// is the session of that, otherwise its name is null. With any other outcome it can be continued
// again. It is decided (`made`) as soon as its stage is realized, whatever becomes of the rest.
enum engine_outcome pause_go_on(const struct pause_run *r, struct session *s,
                                const struct pause_decision *decision,
                                struct session *next) MUST_USE;
