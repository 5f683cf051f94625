#include "engine/realize.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/vec.h"
#include "store/instantiate.h"
#include "store/matching.h"

// A plan with fewer stages is matched faster than an index is opened.
#define INDEX_WORTH 256

// ---- estimates ----

// Before anything is matched, all of it may have to be built.
static void count_work(struct realize *r)
{
    history_read(&r->history, r->store);
    for (uint32_t i = 0; i < r->plan->len; i++) {
        if (realize_node(r, i)->state == NODE_OUTSIDE) continue;
        int64_t ns = history_get(&r->history, r->plan->at[i].name);
        realize_node(r, i)->expected_ns = ns;
        if (ns < 0)
            r->work_unknown++;
        else
            r->work_ns += ns;
    }
}

// The stage needs no more work. What is left is shared by the workers; nobody can tell how long it
// takes while the duration of most is not known.
static void work_done(struct realize *r, uint32_t node)
{
    int64_t ns = realize_node(r, node)->expected_ns;
    if (ns < 0)
        r->work_unknown--;
    else
        r->work_ns -= ns;
    const struct engine_progress *p = &r->progress;
    size_t left = p->total - p->built - p->reused - p->failed - p->skipped - p->would_build;
    if (!r->begun || left == 0 || r->work_unknown > left / 2) {
        r->progress.remaining_ns = left == 0 ? 0 : -1;
        return;
    }
    double usual = (double)r->work_ns / (double)(left - r->work_unknown);
    double all = (double)r->work_ns + usual * (double)r->work_unknown;
    double lanes = (double)(left < r->workers->len ? left : r->workers->len);
    r->progress.remaining_ns = (int64_t)(all / lanes);
}

// ---- what the caller asks of single stages ----

static bool mark_selection(struct realize *r, const struct engine_selection *s,
                           void (*mark)(struct node *n))
{
    struct engine_indices found = {0};
    bool ok = true;
    for (size_t i = 0; i < s->count && ok; i++)
        ok = engine_select(r->plan, s->names[i], &found, r->sink);
    for (size_t i = 0; ok && i < found.len; i++) mark(realize_node(r, found.at[i]));
    for (size_t i = 0; ok && s->targets && i < r->plan->target_count; i++)
        mark(realize_node(r, r->plan->targets[i]));
    vec_free(&found);
    return ok;
}

static void mark_rebuild(struct node *n)
{
    n->rebuild = true;
}

static void mark_asserted(struct node *n)
{
    n->asserted = true;
}

static bool merge_args(struct realize *r, struct node *n, const json_t *more)
{
    struct json_problem problem;
    json_t *all = n->args.len ? json_parse(n->args, &problem) : json_object();
    if (!all || json_object_update(all, (json_t *)more) != 0) BUG("realize arguments");
    struct buf text = BUF_INIT;
    json_canonical(&text, all);
    n->args = arena_str(&r->arena, buf_str(&text));
    buf_free(&text);
    json_decref(all);
    return true;
}

static bool set_args(struct realize *r, const struct engine_args *a)
{
    struct json_problem problem;
    json_t *json = json_parse(a->json, &problem);
    struct engine_indices found = {0};
    bool ok = json_is_object(json);
    if (!ok)
        diag_error(r->sink, SPAN_NONE, "E0822", "the arguments of `" STR_FMT "` are no JSON object",
                   STR_ARG(a->stage));
    ok = ok && engine_select(r->plan, a->stage, &found, r->sink);
    for (size_t i = 0; ok && i < found.len; i++)
        ok = merge_args(r, realize_node(r, found.at[i]), json);
    vec_free(&found);
    json_decref(json);
    return ok;
}

static void set_pins(struct realize *r)
{
    const struct engine_options *o = r->options;
    if (o->pin_count == 0) return;
    struct map pins = MAP_INIT;
    for (size_t i = 0; i < o->pin_count; i++)
        map_set(&pins, o->pins[i].dref, (void *)(uintptr_t)&o->pins[i]);
    for (uint32_t i = 0; i < r->schedule.len; i++)
        realize_node(r, i)->pin = map_get(&pins, r->plan->at[i].dref);
    map_free(&pins);
}

static void set_pause(struct realize *r)
{
    const struct engine_pause *p = r->options->pause;
    if (p) realize_node(r, p->stage)->pause = true;
}

// What a run that pauses has to do: the stage and what it needs.
static const struct plan *plan_to_do(struct realize *r)
{
    const struct engine_pause *p = r->options->pause;
    if (!p) return r->plan;
    r->part = *r->plan;
    r->part.targets = ARENA_NEW(&r->arena, uint32_t);
    r->part.targets[0] = p->stage;
    r->part.target_count = 1;
    return &r->part;
}

bool realize_init(struct realize *r)
{
    schedule_init(&r->schedule, plan_to_do(r), r->workers->len, r->options);
    set_pins(r);
    set_pause(r);
    r->inotify_fd = -1;
    r->marks = ARENA_ARRAY(&r->arena, uint32_t, r->plan->len);
    r->progress = (struct engine_progress){.total = r->schedule.total, .remaining_ns = -1};
    r->results->at = ARENA_ARRAY(&r->results->arena, struct engine_result, r->plan->len);
    r->results->len = r->plan->len;
    if (!mark_selection(r, &r->options->rebuild, mark_rebuild) ||
        !mark_selection(r, &r->options->assert_realized, mark_asserted))
        return false;
    for (size_t i = 0; i < r->options->args_count; i++)
        if (!set_args(r, &r->options->args[i])) return false;
    count_work(r);
    if (r->schedule.total >= INDEX_WORTH) r->matching = matching_open(r->store);
    for (uint32_t i = 0; i < r->schedule.len; i++) {
        struct node *n = realize_node(r, i);
        if (n->state == NODE_BLOCKED && n->missing == 0) schedule_push_ready(&r->schedule, i);
    }
    return true;
}

void realize_free(struct realize *r)
{
    if (r->matching) matching_close(r->matching);
    for (uint32_t i = 0; i < r->schedule.len; i++)
        if (r->schedule.nodes[i].lock) lock_release(r->store, r->schedule.nodes[i].lock);
    for (size_t i = 0; i < r->prepared.len; i++) json_decref(r->prepared.at[i].result);
    for (size_t i = 0; i < r->publishing.len; i++) json_decref(r->publishing.at[i].result);
    history_free(&r->history);
    vec_free(&r->prepared);
    vec_free(&r->publishing);
    vec_free(&r->delayed);
    if (r->inotify_fd >= 0) close(r->inotify_fd);
    map_free(&r->matchers);
    map_free(&r->names);
    schedule_free(&r->schedule);
    arena_free(&r->scratch);
    arena_free(&r->arena);
}

// ---- events ----

struct engine_event realize_event(struct realize *r, enum engine_event_kind kind, uint32_t node)
{
    return (struct engine_event){.kind = kind,
                                 .stage = node,
                                 .derivation = node == NODE_NONE ? NULL : &r->plan->at[node],
                                 .progress = &r->progress};
}

void realize_tell(struct realize *r, const struct engine_event *e)
{
    if (r->observer && r->observer->event) r->observer->event(r->observer->ctx, e);
}

void realize_stop(struct realize *r)
{
    if (r->stopping) return;
    r->stopping = true;
    struct engine_event e = realize_event(r, ENGINE_STOPPING, NODE_NONE);
    realize_tell(r, &e);
}

// ---- ends ----

// Gives back all that a stage holds; who waits for its derivation looks again.
static void let_go(struct realize *r, uint32_t node)
{
    struct node *n = realize_node(r, node);
    schedule_release(&r->schedule, node);
    if (n->lock) lock_release(r->store, n->lock);
    n->lock = NULL;
    struct slot *slot = &r->schedule.slots[n->slot];
    if (slot->holder != node) return;
    uint32_t twin = slot->first_twin;
    slot->holder = slot->first_twin = NODE_NONE;
    while (twin != NODE_NONE) {
        struct node *t = realize_node(r, twin);
        uint32_t next = t->next_twin;
        t->next_twin = NODE_NONE;
        schedule_push_ready(&r->schedule, twin);
        twin = next;
    }
}

static void set_result(struct realize *r, uint32_t node, enum engine_state state)
{
    struct engine_result *result = &r->results->at[node];
    const struct node *n = realize_node(r, node);
    result->state = state;
    result->duration_ns = n->duration_ns;
    result->matched = n->matched;
    result->rref_count = n->entry.count;
    result->rrefs = ARENA_ARRAY(&r->results->arena, struct rref, n->entry.count);
    for (size_t i = 0; i < n->entry.count; i++)
        if (rref_parse(n->entry.rrefs[i], &result->rrefs[i]) != REF_OK)
            BUG("a malformed rref from the store");
}

static void tell_end(struct realize *r, enum engine_event_kind kind, uint32_t node)
{
    struct engine_event e = realize_event(r, kind, node);
    e.duration_ns = realize_node(r, node)->duration_ns;
    e.attempt = realize_node(r, node)->attempt;
    realize_tell(r, &e);
}

void realize_choose(struct realize *r, uint32_t node, const struct ref_list *chosen)
{
    struct node *n = realize_node(r, node);
    n->entry.count = chosen ? chosen->len : 0;
    n->entry.rrefs = ARENA_ARRAY(&r->arena, struct str, n->entry.count);
    for (size_t i = 0; i < n->entry.count; i++)
        n->entry.rrefs[i] = arena_str(&r->arena, chosen->at[i]);
}

void realize_finish(struct realize *r, uint32_t node, enum node_state state,
                    const struct ref_list *chosen)
{
    struct node *n = realize_node(r, node);
    n->state = state;
    realize_choose(r, node, chosen);
    let_go(r, node);
    enum engine_event_kind kind = ENGINE_REUSED;
    if (state == NODE_BUILT) {
        r->progress.built++;
        history_set(&r->history, r->plan->at[node].name, n->duration_ns);
        kind = ENGINE_BUILT;
        set_result(r, node, ENGINE_STATE_BUILT);
    } else if (state == NODE_WOULD_BUILD) {
        r->progress.would_build++;
        kind = ENGINE_WOULD_BUILD;
        set_result(r, node, ENGINE_STATE_WOULD_BUILD);
    } else {
        r->progress.reused++;
        if (n->expected_ns > 0) r->progress.saved_ns += n->expected_ns;
        set_result(r, node, ENGINE_STATE_REUSED);
    }
    work_done(r, node);
    tell_end(r, kind, node);
    schedule_each_dependent(d, &r->schedule, node)
    {
        struct node *dependent = realize_node(r, *d);
        if (--dependent->missing == 0 && dependent->state == NODE_BLOCKED)
            schedule_push_ready(&r->schedule, *d);
    }
}

static void skip_dependents(struct realize *r, uint32_t failed)
{
    struct node_list stack = {0};
    vec_push(&stack, failed);
    while (stack.len > 0) {
        uint32_t node = vec_pop(&stack);
        schedule_each_dependent(d, &r->schedule, node)
        {
            if (node_is_final(realize_node(r, *d))) continue;
            realize_node(r, *d)->state = NODE_SKIPPED;
            r->progress.skipped++;
            work_done(r, *d);
            set_result(r, *d, ENGINE_STATE_SKIPPED);
            struct engine_event e = realize_event(r, ENGINE_SKIPPED, *d);
            e.because = failed;
            realize_tell(r, &e);
            vec_push(&stack, *d);
        }
    }
    vec_free(&stack);
}

void realize_fail(struct realize *r, uint32_t node, enum fault fault, const char *log,
                  const char *kept)
{
    struct node *n = realize_node(r, node);
    n->state = NODE_FAILED;
    r->faults |= fault;
    r->progress.failed++;
    work_done(r, node);
    let_go(r, node);
    set_result(r, node, ENGINE_STATE_FAILED);
    struct engine_event e = realize_event(r, ENGINE_FAILED, node);
    e.log = log;
    e.kept = kept;
    e.attempt = n->attempt;
    e.duration_ns = n->duration_ns;
    e.diag = r->sink->last;
    realize_tell(r, &e);
    skip_dependents(r, node);
    if (!r->options->keep_going) realize_stop(r);
}

void realize_pause(struct realize *r, uint32_t node, unsigned outputs)
{
    realize_node(r, node)->state = NODE_PAUSED;
    let_go(r, node);
    set_result(r, node, ENGINE_STATE_PAUSED);
    r->results->at[node].outputs = outputs;
    work_done(r, node);
    tell_end(r, ENGINE_PAUSED, node);
}

void realize_drop(struct realize *r, uint32_t node)
{
    realize_node(r, node)->state = NODE_BLOCKED;
    let_go(r, node);
}

// ---- begin of building ----

static bool instantiate_all(struct realize *r)
{
    size_t count = 0;
    struct instantiate_item *items =
        ARENA_ARRAY(&r->scratch, struct instantiate_item, r->plan->len);
    for (uint32_t i = 0; i < r->plan->len; i++) {
        if (realize_node(r, i)->state == NODE_OUTSIDE) continue;
        items[count++] = (struct instantiate_item){r->plan->at[i].dref, r->plan->at[i].config};
    }
    return instantiate_many(r->store, items, count, NULL, r->sink);
}

bool realize_instantiate_all(struct realize *r)
{
    if (r->instantiated || r->instantiate_failed) return r->instantiated;
    r->instantiated = instantiate_all(r);
    r->instantiate_failed = !r->instantiated;
    return r->instantiated;
}

static int64_t last_duration(void *ctx, struct str name)
{
    return history_get(ctx, name);
}

bool realize_begin(struct realize *r)
{
    if (r->begun || r->begin_failed) return r->begun;
    r->begun = realize_instantiate_all(r) && store_writable(r->store, r->sink);
    r->begin_failed = !r->begun;
    schedule_prioritize(&r->schedule, last_duration, &r->history);
    return r->begun;
}

struct context realize_context(struct realize *r, uint32_t node)
{
    const struct derivation *d = &r->plan->at[node];
    struct context_entry *entries = ARENA_ARRAY(&r->scratch, struct context_entry, d->dep_count);
    for (size_t i = 0; i < d->dep_count; i++) entries[i] = realize_node(r, d->deps[i])->entry;
    return context_make(entries, d->dep_count);
}
