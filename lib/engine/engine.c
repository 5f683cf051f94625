// The loop: match what is ready, give work away, wait for answers. Nothing here blocks but poll.
#include "engine/engine.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/vec.h"
#include "engine/dispatch.h"
#include "engine/realize.h"
#include "engine/run.h"
#include "engine/settle.h"
#include "store/matching.h"
#include "store/root.h"

// After so many matches in a row, answers are looked at, so that workers do not wait.
#define MATCHES_IN_A_ROW 32

void engine_results_free(struct engine_results *r)
{
    arena_free(&r->arena);
    *r = ENGINE_RESULTS_INIT;
}

// ---- selections ----

static bool selects(const struct derivation *d, struct str name)
{
    if (ref_is_dref(name)) return str_eq(d->dref, name);
    return str_eq(d->name, name);
}

static bool prefix_selects(const struct derivation *d, struct str name)
{
    return str_starts_with(d->dref, name) ||
           str_starts_with((struct str){d->dref.p + 5, d->dref.len - 5}, name);
}

static void suggest(struct diag *d, const struct plan *plan, struct str name)
{
    struct str *names = bug_malloc(plan->len * sizeof *names);
    for (size_t i = 0; i < plan->len; i++) names[i] = plan->at[i].name;
    if (!diag_suggest(d, name, names, plan->len))
        diag_help(d, "give a stage's name, its dref, or the beginning of its dref");
    free(names);
}

bool engine_select(const struct plan *plan, struct str name, struct engine_indices *out,
                   struct diag_sink *sink)
{
    size_t before = out->len;
    for (size_t i = 0; i < plan->len; i++)
        if (selects(&plan->at[i], name)) vec_push(out, (uint32_t)i);
    if (out->len > before) return true;
    bool several = false;
    for (size_t i = 0; i < plan->len && name.len > 0; i++) {
        if (!prefix_selects(&plan->at[i], name)) continue;
        several = several ||
                  (out->len > before && !str_eq(plan->at[i].dref, plan->at[out->at[before]].dref));
        vec_push(out, (uint32_t)i);
    }
    if (out->len > before && !several) return true;
    struct diag *d =
        diag_error(sink, SPAN_NONE, "E0817", "`" STR_FMT "` is %s", STR_ARG(name),
                   several ? "the beginning of several drefs" : "no stage of this plan");
    if (several) {
        for (size_t i = before; i < out->len && i < before + 5; i++)
            diag_note(d, "one is " STR_FMT, STR_ARG(plan->at[out->at[i]].dref));
    } else {
        suggest(d, plan, name);
    }
    out->len = before;
    return false;
}

// ---- before ----

bool engine_refuse_nested(const struct store *store, const char *inside_dref,
                          const char *inside_store, const char *what, struct diag_sink *sink)
{
    if (!inside_dref || !inside_store) return true;
    char *real = realpath(inside_store, NULL);
    bool same = strcmp(real ? real : inside_store, store->path) == 0;
    free(real);
    if (!same) return true;
    struct diag *d = diag_error(sink, SPAN_NONE, "E0821",
                                "a realizer cannot %s the store that it is realized in", what);
    diag_note(d, "this runs inside of the realizer of %s", inside_dref);
    diag_help(d, "make what is needed a dependency of the stage, or use another store: "
                 "`PLX_STORE= PLX_ROOT=FOLDER plxc …`");
    return false;
}

// So that no collection takes what is about to be found, used or given out: neither the targets nor
// what they need, which cannot be told from a target that is not in the store yet.
static bool keep_closures(struct realize *r)
{
    if (r->store->read_only || r->options->dry_run) return true;
    size_t count = 0;
    struct str *drefs = ARENA_ARRAY(&r->scratch, struct str, r->plan->len);
    for (uint32_t i = 0; i < r->plan->len; i++)
        if (realize_node(r, i)->state != NODE_OUTSIDE) drefs[count++] = r->plan->at[i].dref;
    return root_temp_add(r->store, drefs, count, r->sink);
}

// ---- the loop ----

struct loop {
    struct realize *r;
    struct pollfd *fds; // wake, inotify, committer, workers
    int64_t next_tick;
    bool interrupted; // and everyone was told
    int64_t kill_at;  // after an interrupt, what is left is killed
};

enum { FD_WAKE, FD_LOCKS, FD_COMMITTER, FD_WORKERS };

static bool nothing_to_do(const struct realize *r)
{
    if (dispatch_active(r)) return false;
    if (r->stopping) return true;
    return r->schedule.ready.head == r->schedule.ready.len && r->schedule.heap.len == 0 &&
           r->delayed.len == 0;
}

static void match_some(struct realize *r)
{
    for (int i = 0; i < MATCHES_IN_A_ROW && !r->stopping; i++) {
        uint32_t node = schedule_pop_ready(&r->schedule);
        if (node == NODE_NONE) return;
        // It may have been skipped since.
        if (realize_node(r, node)->state == NODE_READY) settle_ready(r, node);
    }
}

static int wait_ms(struct loop *l, int64_t next_wake)
{
    const struct realize *r = l->r;
    if (!r->stopping && r->schedule.ready.head < r->schedule.ready.len) return 0;
    int64_t until = r->stopping ? INT64_MAX : next_wake;
    int64_t publish = dispatch_publish_at(r);
    if (publish < until) until = publish;
    int64_t lend = jobserver_at(r);
    if (lend < until) until = lend;
    if (l->next_tick < until) until = l->next_tick;
    if (l->kill_at < until) until = l->kill_at;
    if (until == INT64_MAX) return -1;
    int64_t ms = (until - io_monotonic_ns() + 999999) / 1000000;
    return ms < 0 ? 0 : ms > INT_MAX ? INT_MAX : (int)ms;
}

static void on_interrupt(struct loop *l)
{
    struct realize *r = l->r;
    if (l->interrupted) return;
    l->interrupted = true;
    l->kill_at =
        io_monotonic_ns() + ((int64_t)r->workers->grace_ms + RUN_KILL_TIMEOUT_MS + 1000) * 1000000;
    realize_stop(r);
    dispatch_cancel_all(r);
}

// Workers that did not even answer: one that hashes 100 GB, say. Nothing of theirs can be published
// any more.
static void kill_workers(struct loop *l)
{
    struct realize *r = l->r;
    l->kill_at = INT64_MAX;
    for (unsigned i = 0; i < r->workers->len; i++)
        if (r->workers->at[i].busy) kill(r->workers->at[i].pid, SIGKILL);
}

static void on_tick(struct loop *l)
{
    int64_t now = io_monotonic_ns();
    if (now < l->next_tick) return;
    l->next_tick = now + (int64_t)l->r->options->tick_ms * 1000000;
    struct engine_event e = realize_event(l->r, ENGINE_TICK, NODE_NONE);
    realize_tell(l->r, &e);
}

static void fill_fds(struct loop *l)
{
    struct realize *r = l->r;
    // An interrupt that came since the last look at the flag must still wake us: what counts is
    // whether it was dealt with.
    l->fds[FD_WAKE].fd = l->interrupted ? -1 : r->workers->wake_fd;
    l->fds[FD_LOCKS].fd = r->inotify_fd;
    l->fds[FD_COMMITTER].fd = r->workers->committer.channel.fd;
    for (unsigned i = 0; i < r->workers->len; i++)
        l->fds[FD_WORKERS + i].fd = r->workers->at[i].channel.fd;
}

static void read_answers(struct loop *l)
{
    struct realize *r = l->r;
    if (l->fds[FD_COMMITTER].revents) dispatch_read_committer(r);
    for (unsigned i = 0; i < r->workers->len; i++)
        if (l->fds[FD_WORKERS + i].revents) dispatch_read_worker(r, &r->workers->at[i]);
    if (l->fds[FD_LOCKS].revents && r->inotify_fd >= 0) dispatch_locks_changed(r);
}

static void step(struct loop *l)
{
    struct realize *r = l->r;
    if (r->workers->interrupted) on_interrupt(l);
    match_some(r);
    int64_t next_wake = r->stopping ? INT64_MAX : dispatch_wake(r);
    dispatch_jobs(r);
    jobserver_lend(r);
    dispatch_publish(r);
    if (nothing_to_do(r)) return;
    fill_fds(l);
    int ms = wait_ms(l, next_wake);
    if (ms != 0 && r->matching) matching_rest(r->matching);
    int n = poll(l->fds, FD_WORKERS + r->workers->len, ms);
    if (n < 0 && errno != EINTR) BUG("poll: errno %d", errno);
    if (n > 0) read_answers(l);
    if (r->options->tick_ms) on_tick(l);
    if (io_monotonic_ns() >= l->kill_at) kill_workers(l);
}

static void run_loop(struct realize *r)
{
    struct loop l = {.r = r,
                     .fds = bug_malloc((FD_WORKERS + r->workers->len) * sizeof *l.fds),
                     .next_tick = r->options->tick_ms ? 0 : INT64_MAX,
                     .kill_at = INT64_MAX};
    for (unsigned i = 0; i < FD_WORKERS + r->workers->len; i++)
        l.fds[i] = (struct pollfd){.fd = -1, .events = POLLIN};
    while (!nothing_to_do(r)) step(&l);
    if (r->published) dispatch_sync(r);
    while (r->workers->committer.busy) {
        struct pollfd p = {.fd = r->workers->committer.channel.fd, .events = POLLIN};
        if (poll(&p, 1, -1) > 0) dispatch_read_committer(r);
    }
    free(l.fds);
}

static enum engine_outcome outcome_of(const struct realize *r)
{
    if (r->workers->interrupted) return ENGINE_INTERRUPTED;
    if (r->faults & FAULT_STORE) return ENGINE_STORE_FAILED;
    if (r->faults & FAULT_REALIZER) return ENGINE_REALIZER_FAILED;
    if (r->faults & FAULT_ASSERTION) return ENGINE_ASSERTION_FAILED;
    return ENGINE_OK;
}

enum engine_outcome engine_realize(struct store *store, struct engine_workers *workers,
                                   const struct plan *plan, const struct engine_options *options,
                                   const struct engine_observer *observer,
                                   struct engine_results *results, struct diag_sink *sink)
{
    *results = ENGINE_RESULTS_INIT;
    if (!engine_refuse_nested(store, options->inside_dref, options->inside_store, "realize in",
                              sink) ||
        !plan_check(plan, sink))
        return ENGINE_BAD_REQUEST;
    struct realize r = {.store = store,
                        .workers = workers,
                        .plan = plan,
                        .options = options,
                        .observer = observer,
                        .results = results,
                        .sink = sink};
    enum engine_outcome outcome = ENGINE_BAD_REQUEST;
    if (realize_init(&r)) {
        struct engine_event e = realize_event(&r, ENGINE_PLANNED, NODE_NONE);
        e.count = r.progress.total;
        realize_tell(&r, &e);
        if (keep_closures(&r))
            run_loop(&r);
        else
            r.faults |= FAULT_STORE;
        outcome = outcome_of(&r);
        results->progress = r.progress;
        history_write(&r.history, store);
    }
    realize_free(&r);
    return outcome;
}
