#include "engine/dispatch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/diag_render.h"
#include "base/io.h"
#include "base/json.h"
#include "base/path.h"
#include "base/vec.h"
#include "engine/settle.h"
#include "store/leftover.h"

#define MS              ((int64_t)1000000)
#define LOCK_WAIT_FIRST (10 * MS)
#define LOCK_WAIT_MAX   (1000 * MS)
#define RETRY_DELAY_MS  1000
#define RETRY_DELAY_MAX (600 * 1000)
// How many times as long as the last sync took the first of a batch waits, and bounds of that.
#define SYNC_SHARE       4
#define PUBLISH_WAIT_MAX (200 * MS)
#define PUBLISH_AT_ONCE  512
// A PLX_CONTEXT with more entries than this holds the direct dependencies only: writing the whole
// closure for each stage would be quadratic in a deep pipeline.
#define CONTEXT_COMPLETE_MAX 1000

// ---- jobs ----

// Are there at most CONTEXT_COMPLETE_MAX derivations below this one?
static bool closure_is_small(struct realize *r, uint32_t node)
{
    struct node_list stack = {0};
    size_t seen = 0;
    r->mark++;
    vec_push(&stack, node);
    while (stack.len > 0 && seen <= CONTEXT_COMPLETE_MAX) {
        const struct derivation *d = &r->plan->at[vec_pop(&stack)];
        for (size_t i = 0; i < d->dep_count && seen <= CONTEXT_COMPLETE_MAX; i++) {
            if (r->marks[d->deps[i]] == r->mark) continue;
            r->marks[d->deps[i]] = r->mark;
            seen++;
            vec_push(&stack, d->deps[i]);
        }
    }
    vec_free(&stack);
    return seen <= CONTEXT_COMPLETE_MAX;
}

static json_t *context_json(struct realize *r, uint32_t node)
{
    struct arena_mark mark = arena_mark(&r->scratch);
    struct context context = realize_context(r, node);
    json_t *object = json_object();
    for (size_t i = 0; i < context.len; i++) {
        json_t *list = json_array();
        for (size_t k = 0; k < context.at[i].count; k++) {
            struct str rref = context.at[i].rrefs[k];
            json_array_append_new(list, json_stringn(rref.p, rref.len));
        }
        json_object_setn_new(object, context.at[i].dref.p, context.at[i].dref.len, list);
    }
    arena_reset(&r->scratch, mark);
    return object;
}

// Seconds; 0: none. `own` is the stage's.
static double timeout_of(const json_t *own, double fallback)
{
    return json_is_number(own) ? json_number_value(own) : fallback;
}

static int attempts_of(struct realize *r, const struct node *n)
{
    const json_t *own = json_object_get(n->options, "retry");
    json_int_t more = json_is_integer(own) ? json_integer_value(own) : r->options->retry;
    return more < 0 ? 1 : more > 1000000 ? 1000001 : (int)more + 1;
}

static json_t *make_job(struct realize *r, uint32_t node)
{
    const struct node *n = realize_node(r, node);
    const struct derivation *d = &r->plan->at[node];
    struct json_problem problem;
    json_t *realizer = json_parse(d->realizer, &problem);
    struct str args = n->args.len ? n->args : STR("{}");
    json_t *job = json_pack(
        "{s:s%, s:i, s:b, s:s%, s:o, s:i, s:i, s:b, s:O, s:s?, s:s?, s:o, s:f, s:[i,i,i], s:f}",
        "args", args.p, args.len, "attempt", n->attempt, "complete", closure_is_small(r, node),
        "config", d->config.p, d->config.len, "context", context_json(r, node), "cores",
        (int)schedule_cores(&r->schedule, node), "cpus", (int)r->schedule.resources[0].total,
        "keep_failed", r->options->keep_failed, "options", n->options, "pause",
        n->pause ? r->options->pause->folder : NULL, "place", d->place, "realizer", realizer,
        "silent_timeout",
        timeout_of(json_object_get(n->options, "silent_timeout"), r->options->silent_timeout),
        "span", (int)d->span.source, (int)d->span.start, (int)d->span.end, "timeout",
        timeout_of(json_object_get(n->options, "timeout"), r->options->timeout));
    if (!job) BUG("json_pack");
    return job;
}

static void delay(struct realize *r, uint32_t node, int64_t ns)
{
    struct node *n = realize_node(r, node);
    schedule_release(&r->schedule, node);
    n->state = NODE_DELAYED;
    n->wake_ns = io_monotonic_ns() + ns;
    vec_push(&r->delayed, node);
}

// ---- locks ----

static void watch_locks(struct realize *r)
{
    if (r->inotify_fd >= 0) return;
    r->inotify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    // Without it, the timer alone finds out.
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", r->store->locks_fd);
    if (r->inotify_fd >= 0 && inotify_add_watch(r->inotify_fd, path, IN_DELETE) < 0) {
        close(r->inotify_fd);
        r->inotify_fd = -1;
    }
}

static void wait_for_lock(struct realize *r, uint32_t node, pid_t holder)
{
    struct node *n = realize_node(r, node);
    watch_locks(r);
    n->wait_ns = n->wait_ns ? n->wait_ns * 2 : LOCK_WAIT_FIRST;
    if (n->wait_ns > LOCK_WAIT_MAX) n->wait_ns = LOCK_WAIT_MAX;
    delay(r, node, n->wait_ns);
    if (n->told_waiting) return;
    n->told_waiting = true;
    struct engine_event e = realize_event(r, ENGINE_WAITING, node);
    e.pid = holder;
    realize_tell(r, &e);
}

// True: locked, and it must still be built.
static bool lock_node(struct realize *r, uint32_t node)
{
    struct node *n = realize_node(r, node);
    if (n->lock) return true;  // another try
    if (n->pause) return true; // nothing will be made now
    struct lock lock = LOCK_INIT;
    pid_t holder = 0;
    switch (lock_try(r->store, r->plan->at[node].dref, &lock, &holder, r->sink)) {
    case LOCK_BUSY: wait_for_lock(r, node, holder); return false;
    case LOCK_FAILED: realize_fail(r, node, FAULT_STORE, NULL, NULL); return false;
    case LOCK_TAKEN: break;
    }
    n->told_waiting = false;
    n->wait_ns = 0;
    n->lock = ARENA_NEW(&r->arena, struct lock);
    *n->lock = lock;
    return settle_locked(r, node);
}

// ---- giving jobs ----

static struct worker *idle_worker(struct realize *r)
{
    for (unsigned i = 0; i < r->workers->len; i++)
        if (r->workers->at[i].pid > 0 && !r->workers->at[i].busy) return &r->workers->at[i];
    return NULL;
}

void dispatch_jobs(struct realize *r)
{
    struct worker *worker;
    if (r->schedule.heap.len > 0 && idle_worker(r)) jobserver_take_back(r);
    while (!r->stopping && (worker = idle_worker(r)) != NULL) {
        uint32_t node = schedule_pop_queued(&r->schedule);
        if (node == NODE_NONE) return;
        r->progress.queued--;
        if (!lock_node(r, node)) continue;
        struct node *n = realize_node(r, node);
        n->attempt++;
        n->state = NODE_RUNNING;
        r->progress.running++;
        jobserver_begin(worker, schedule_cores(&r->schedule, node));
        // A worker that is gone is found when its channel is read.
        int ignored = worker_give(worker, node, make_job(r, node));
        (void)ignored;
    }
}

// ---- what workers answer ----

static void name_all(struct realize *r)
{
    for (size_t i = 0; i < r->plan->len; i++) {
        struct derivation *d = &r->plan->at[i];
        struct derivation *first = map_get(&r->names, d->name);
        bool several = first && (void *)first != r && !str_eq(first->dref, d->dref);
        if (!first || several) map_set(&r->names, d->name, several ? (void *)r : d);
    }
}

// Several stages that one function makes have the same name and place.
static bool has_namesake(struct realize *r, uint32_t node)
{
    if (r->names.len == 0) name_all(r);
    return map_get(&r->names, r->plan->at[node].name) == r;
}

static bool says(const struct diag *d, struct str dref)
{
    for (size_t i = 0; i < d->note_count; i++)
        if (memmem(d->notes[i], strlen(d->notes[i]), dref.p, dref.len)) return true;
    for (size_t i = 0; i < d->help_count; i++)
        if (memmem(d->helps[i], strlen(d->helps[i]), dref.p, dref.len)) return true;
    return false;
}

// `node` is whose they are; NODE_NONE: no stage's.
static void add_diags(struct realize *r, uint32_t node, struct diag_sink *sink,
                      const json_t *answer)
{
    size_t i;
    json_t *d;
    json_array_foreach(json_object_get(answer, "diags"), i, d)
    {
        if (!diag_from_json(sink, d)) BUG("a malformed diagnostic from a worker");
        if (node == NODE_NONE || !has_namesake(r, node)) continue;
        struct str dref = r->plan->at[node].dref;
        if (!says(sink->last, dref)) diag_note(sink->last, "it is " STR_FMT, STR_ARG(dref));
    }
}

static void retry(struct realize *r, uint32_t node, const json_t *result)
{
    struct node *n = realize_node(r, node);
    struct diag_sink sink = DIAG_SINK_INIT;
    add_diags(r, node, &sink, result);
    int64_t ms = r->options->retry_delay_ms ? r->options->retry_delay_ms : RETRY_DELAY_MS;
    for (int i = 1; i < n->attempt && ms < RETRY_DELAY_MAX; i++) ms *= 2;
    if (ms > RETRY_DELAY_MAX) ms = RETRY_DELAY_MAX;
    struct engine_event e = realize_event(r, ENGINE_RETRY, node);
    e.attempt = n->attempt;
    e.attempts = attempts_of(r, n);
    e.delay_ms = ms;
    e.diag = sink.first;
    e.log = json_string_value(json_object_get(result, "log"));
    e.kept = json_string_value(json_object_get(result, "kept"));
    realize_tell(r, &e);
    delay(r, node, ms * MS);
    diag_sink_free(&sink);
}

static void on_failure(struct realize *r, uint32_t node, const json_t *result, enum fault fault)
{
    struct node *n = realize_node(r, node);
    if (fault == FAULT_REALIZER && n->attempt < attempts_of(r, n) && !r->stopping) {
        retry(r, node, result);
        return;
    }
    add_diags(r, node, r->sink, result);
    realize_fail(r, node, fault, json_string_value(json_object_get(result, "log")),
                 json_string_value(json_object_get(result, "kept")));
}

static void remove_outs(struct realize *r, const json_t *result)
{
    size_t i;
    const json_t *c;
    json_array_foreach(json_object_get(result, "commits"), i, c)
        store_tmp_remove(r->store, json_string_value(json_object_get(c, "out")));
}

static void discard(struct realize *r, uint32_t node, const json_t *result)
{
    remove_outs(r, result);
    realize_drop(r, node);
}

static void tell_ran(struct realize *r, uint32_t node, const json_t *result)
{
    struct arena_mark mark = arena_mark(&r->scratch);
    struct engine_event e = realize_event(r, ENGINE_RAN, node);
    const json_t *commit = json_array_get(json_object_get(result, "commits"), 0);
    const char *out = json_string_value(json_object_get(commit, "out"));
    e.log = json_string_value(json_object_get(result, "log"));
    if (out) e.log = arena_printf(&r->scratch, "%s/%s/__log__.txt", r->store->tmp, out);
    e.attempt = realize_node(r, node)->attempt;
    e.duration_ns = realize_node(r, node)->duration_ns;
    realize_tell(r, &e);
    arena_reset(&r->scratch, mark);
}

static void on_result(struct realize *r, uint32_t node, json_t *result)
{
    struct node *n = realize_node(r, node);
    const char *status = json_string_value(json_object_get(result, "status"));
    n->duration_ns = json_integer_value(json_object_get(result, "duration"));
    schedule_release(&r->schedule, node);
    tell_ran(r, node, result);
    if (strcmp(status, "prepared") == 0 && !r->workers->interrupted) {
        n->state = NODE_PREPARED;
        if (r->prepared.len == 0) r->prepared_ns = io_monotonic_ns();
        vec_push(&r->prepared, (struct prepared){node, json_incref(result)});
        return; // still running, as far as the user is concerned
    }
    r->progress.running--;
    bool paused = strcmp(status, "paused") == 0;
    if (paused && !r->workers->interrupted)
        realize_pause(r, node, (unsigned)json_integer_value(json_object_get(result, "outputs")));
    else if (paused || strcmp(status, "prepared") == 0)
        discard(r, node, result);
    else if (strcmp(status, "cancelled") == 0)
        realize_drop(r, node);
    else
        on_failure(r, node, result, strcmp(status, "store") == 0 ? FAULT_STORE : FAULT_REALIZER);
}

static void on_started(struct realize *r, struct worker *worker, const json_t *message)
{
    worker->realizer = (pid_t)json_integer_value(json_object_get(message, "pid"));
    struct engine_event e = realize_event(r, ENGINE_STARTED, worker->node);
    const struct node *n = realize_node(r, worker->node);
    e.log = json_string_value(json_object_get(message, "log"));
    e.attempt = n->attempt;
    e.attempts = attempts_of(r, n);
    realize_tell(r, &e);
}

static void on_progress(struct realize *r, const struct worker *worker, const json_t *message)
{
    struct engine_event e = realize_event(r, ENGINE_PROGRESS, worker->node);
    e.done = json_integer_value(json_object_get(message, "done"));
    e.total = json_integer_value(json_object_get(message, "total"));
    realize_tell(r, &e);
}

static void add_outs(const struct prepared_list *list, struct map *outs)
{
    size_t k;
    const json_t *c;
    for (size_t i = 0; i < list->len; i++) {
        json_array_foreach(json_object_get(list->at[i].result, "commits"), k, c)
        {
            const char *out = json_string_value(json_object_get(c, "out"));
            map_set(outs, str_from(out), (void *)out);
        }
    }
}

// What it left goes, but for outputs that wait to be published. Returns how it ended.
static int bury(struct realize *r, struct worker *worker)
{
    pid_t pid = worker->pid;
    struct map outs = MAP_INIT;
    int status = worker_bury(worker);
    add_outs(&r->prepared, &outs);
    add_outs(&r->publishing, &outs);
    if (store_writable(r->store, r->sink)) leftover_bury(r->store, pid, &outs);
    map_free(&outs);
    return status;
}

// Returns how the old one ended.
static int replace(struct realize *r, struct worker *worker)
{
    int status = bury(r, worker);
    int rc = worker_start(r->workers, worker);
    if (rc < 0) {
        store_fail(r->sink, "E0816", rc, "cannot start a worker process");
        r->faults |= FAULT_STORE;
        realize_stop(r);
    }
    return status;
}

static void note_death(struct diag *d, int status)
{
    int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    const char *name = sigabbrev_np(sig);
    if (sig == SIGKILL)
        diag_note(d, "it got SIGKILL; the system may have run out of memory");
    else if (sig)
        diag_note(d, "it was killed by signal %d%s%s", sig, name ? ", SIG" : "", name ? name : "");
    else
        diag_note(d, "it ended with status %d", WEXITSTATUS(status));
}

static void on_worker_death(struct realize *r, struct worker *worker)
{
    bool busy = worker->busy;
    uint32_t node = worker->node;
    jobserver_end(r, worker);
    int status = replace(r, worker);
    if (!busy) return;
    schedule_release(&r->schedule, node);
    r->progress.running--;
    if (r->workers->interrupted) {
        realize_drop(r, node);
        return;
    }
    const struct derivation *d = &r->plan->at[node];
    struct diag *e =
        diag_error(r->sink, d->span, "E0816", "the worker process that realized `" STR_FMT "` died",
                   STR_ARG(d->name));
    diag_primary(e, "this stage");
    note_death(e, status);
    realize_fail(r, node, FAULT_STORE, NULL, NULL);
}

void dispatch_read_worker(struct realize *r, struct worker *worker)
{
    for (;;) {
        json_t *message;
        enum channel_state s = channel_receive(&worker->channel, false, &message);
        if (s == CHANNEL_EMPTY) return;
        if (s == CHANNEL_CLOSED) {
            on_worker_death(r, worker);
            return;
        }
        const char *event = json_string_value(json_object_get(message, "event"));
        if (strcmp(event, "started") == 0) {
            on_started(r, worker, message);
        } else if (strcmp(event, "progress") == 0) {
            on_progress(r, worker, message);
        } else {
            worker->busy = false;
            jobserver_end(r, worker);
            on_result(r, worker->node, message);
        }
        json_decref(message);
    }
}

// ---- publishing ----

// While there is other work, outputs wait for company: a sync makes every process that writes wait
// for the file system's journal, so it should not take more than a small part of the time.
int64_t dispatch_publish_at(const struct realize *r)
{
    if (r->workers->committer.busy || r->prepared.len == 0) return INT64_MAX;
    if (r->schedule.heap.len == 0 || r->prepared.len >= PUBLISH_AT_ONCE) return 0;
    int64_t wait = SYNC_SHARE * r->sync_ns;
    return r->prepared_ns + (wait < PUBLISH_WAIT_MAX ? wait : PUBLISH_WAIT_MAX);
}

void dispatch_publish(struct realize *r)
{
    struct worker *c = &r->workers->committer;
    int64_t now = io_monotonic_ns();
    if (dispatch_publish_at(r) > now) return;
    json_t *items = json_array();
    for (size_t i = 0; i < r->prepared.len; i++) {
        const json_t *result = r->prepared.at[i].result;
        realize_node(r, r->prepared.at[i].node)->state = NODE_PUBLISHING;
        json_array_append(items, json_object_get(result, "commits"));
    }
    struct prepared_list empty = r->publishing;
    r->publishing = r->prepared;
    r->prepared = empty;
    r->published = true;
    r->publish_ns = now;
    int ignored = worker_give(c, NODE_NONE, json_pack("{s:o}", "publish", items));
    (void)ignored;
}

void dispatch_sync(struct realize *r)
{
    r->published = false;
    int ignored = worker_give(&r->workers->committer, NODE_NONE, json_pack("{s:b}", "sync", 1));
    (void)ignored;
}

static void settle_published(struct realize *r, const struct prepared *p)
{
    const json_t *commits = json_object_get(p->result, "commits");
    size_t count = json_array_size(commits);
    struct arena_mark mark = arena_mark(&r->scratch);
    struct ref_list made = {ARENA_ARRAY(&r->scratch, struct str, count), count};
    for (size_t i = 0; i < count; i++)
        made.at[i] =
            str_from(json_string_value(json_object_get(json_array_get(commits, i), "rref")));
    settle_built(r, p->node, &made);
    arena_reset(&r->scratch, mark);
}

static void on_published(struct realize *r, const json_t *answer)
{
    add_diags(r, NODE_NONE, r->sink, answer);
    const json_t *published = json_object_get(answer, "published");
    if (r->publishing.len == 0 && !json_is_true(json_array_get(published, 0)))
        r->faults |= FAULT_STORE; // of a sync
    for (size_t i = 0; i < r->publishing.len; i++) {
        const struct prepared *p = &r->publishing.at[i];
        r->progress.running--;
        if (json_is_true(json_array_get(published, i)))
            settle_published(r, p);
        else
            realize_fail(r, p->node, FAULT_STORE, NULL, NULL);
        json_decref(p->result);
    }
    r->publishing.len = 0;
}

static void on_committer_death(struct realize *r)
{
    int status = replace(r, &r->workers->committer);
    note_death(diag_error(r->sink, SPAN_NONE, "E0816", "the process that publishes died"), status);
    r->faults |= FAULT_STORE;
    for (size_t i = 0; i < r->publishing.len; i++) {
        r->progress.running--;
        realize_fail(r, r->publishing.at[i].node, FAULT_STORE, NULL, NULL);
        remove_outs(r, r->publishing.at[i].result);
        json_decref(r->publishing.at[i].result);
    }
    r->publishing.len = 0;
}

void dispatch_read_committer(struct realize *r)
{
    struct worker *c = &r->workers->committer;
    json_t *answer;
    switch (channel_receive(&c->channel, false, &answer)) {
    case CHANNEL_EMPTY: return;
    case CHANNEL_CLOSED: on_committer_death(r); return;
    case CHANNEL_MESSAGE: break;
    }
    c->busy = false;
    r->sync_ns = io_monotonic_ns() - r->publish_ns;
    on_published(r, answer);
    json_decref(answer);
}

// ---- waiting ----

int64_t dispatch_wake(struct realize *r)
{
    int64_t next = INT64_MAX;
    int64_t now = io_monotonic_ns();
    size_t kept = 0;
    for (size_t i = 0; i < r->delayed.len; i++) {
        uint32_t node = r->delayed.at[i];
        struct node *n = realize_node(r, node);
        if (n->wake_ns <= now) {
            r->progress.queued++;
            schedule_push_queued(&r->schedule, node);
            continue;
        }
        if (n->wake_ns < next) next = n->wake_ns;
        r->delayed.at[kept++] = node;
    }
    r->delayed.len = kept;
    return next;
}

void dispatch_locks_changed(struct realize *r)
{
    char events[4096];
    while (read(r->inotify_fd, events, sizeof events) > 0) continue;
    for (size_t i = 0; i < r->delayed.len; i++) {
        struct node *n = realize_node(r, r->delayed.at[i]);
        if (!n->lock) n->wake_ns = 0;
    }
}

// ---- ending ----

void dispatch_cancel_all(struct realize *r)
{
    for (unsigned i = 0; i < r->workers->len; i++)
        if (r->workers->at[i].busy) worker_cancel(&r->workers->at[i]);
    for (size_t i = 0; i < r->prepared.len; i++) {
        r->progress.running--;
        discard(r, r->prepared.at[i].node, r->prepared.at[i].result);
        json_decref(r->prepared.at[i].result);
    }
    r->prepared.len = 0;
}

bool dispatch_active(const struct realize *r)
{
    if (r->workers->committer.busy || r->prepared.len > 0) return true;
    for (unsigned i = 0; i < r->workers->len; i++)
        if (r->workers->at[i].busy) return true;
    return false;
}
