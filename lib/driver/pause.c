#include "driver/pause.h"

#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/json.h"
#include "base/map.h"
#include "base/vec.h"
#include "driver/driver.h"
#include "driver/interactive.h"
#include "driver/plan_build.h"
#include "driver/realize.h"
#include "engine/realizer_builtin.h"
#include "engine/session_commit.h"
#include "eval/limit.h"

// ---- stages to pause at ----

static int compare_indices(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

// What plx makes itself holds what its config says, whoever pauses there.
static bool is_built_in(const struct derivation *d)
{
    struct json_problem problem;
    json_t *realizer = d->realizer.len ? json_parse(d->realizer, &problem) : NULL;
    const char *kind = json_string_value(json_object_get(realizer, "kind"));
    bool built_in = kind && builtin_realizer_known(kind);
    json_decref(realizer);
    return built_in;
}

static bool may_pause(struct driver *d, const struct derivation *stage)
{
    if (!is_built_in(stage)) return true;
    struct diag *e = diag_error(&d->sink, stage->span, "E0839",
                                "nothing can be done by hand at `" STR_FMT "`: plx makes it itself",
                                STR_ARG(stage->name));
    diag_primary(e, "this stage");
    diag_note(e, "what it holds follows from its config");
    diag_help(e, "pause at a stage that uses it, whose realizer is a program");
    return false;
}

bool pause_select(struct driver *d, const struct plan *plan, const struct str *names, size_t count,
                  struct ref_list *drefs)
{
    struct engine_indices found = {0};
    bool good = true;
    for (size_t i = 0; i < count && good; i++)
        good = engine_select(plan, names[i], &found, &d->sink);
    if (found.len > 1) qsort(found.at, found.len, sizeof *found.at, compare_indices);
    *drefs = (struct ref_list){ARENA_ARRAY(&d->arena, struct str, found.len), 0};
    for (size_t i = 0; good && i < found.len; i++) {
        struct str dref = plan->at[found.at[i]].dref;
        good = may_pause(d, &plan->at[found.at[i]]);
        if (!ref_list_has(drefs, dref)) drefs->at[drefs->len++] = dref;
    }
    vec_free(&found);
    return good;
}

// ---- the engine's options as JSON ----

static json_t *text_json(struct str s)
{
    return json_stringn(s.p, s.len);
}

static json_t *selection_json(const struct engine_selection *s)
{
    json_t *names = json_array();
    for (size_t i = 0; i < s->count; i++) json_array_append_new(names, text_json(s->names[i]));
    return json_pack("{s:o, s:b}", "names", names, "targets", s->targets);
}

static json_t *options_json(const struct engine_options *o)
{
    json_t *args = json_array();
    for (size_t i = 0; i < o->args_count; i++)
        json_array_append_new(
            args, json_pack("[o, o]", text_json(o->args[i].stage), text_json(o->args[i].json)));
    return json_pack("{s:o, s:o, s:b, s:b, s:o, s:i, s:f, s:f}", "args", args, "assert_realized",
                     selection_json(&o->assert_realized), "keep_failed", o->keep_failed,
                     "keep_going", o->keep_going, "rebuild", selection_json(&o->rebuild), "retry",
                     o->retry, "silent_timeout", o->silent_timeout, "timeout", o->timeout);
}

static struct str read_text(struct arena *arena, const json_t *text)
{
    if (!json_is_string(text)) return STR("");
    return arena_str(arena, (struct str){json_string_value(text), json_string_length(text)});
}

static struct engine_selection read_selection(struct arena *arena, const json_t *json)
{
    const json_t *list = json_object_get(json, "names");
    size_t count = json_array_size(list);
    struct str *names = ARENA_ARRAY(arena, struct str, count);
    for (size_t i = 0; i < count; i++) names[i] = read_text(arena, json_array_get(list, i));
    return (struct engine_selection){
        .names = names, .count = count, .targets = json_is_true(json_object_get(json, "targets"))};
}

void pause_options(struct driver *d, const struct session *s, struct engine_options *options)
{
    const json_t *json = json_object_get(s->front, "options");
    const json_t *list = json_object_get(json, "args");
    size_t count = json_array_size(list);
    struct engine_args *args = ARENA_ARRAY(&d->arena, struct engine_args, count);
    for (size_t i = 0; i < count; i++) {
        const json_t *pair = json_array_get(list, i);
        args[i] = (struct engine_args){read_text(&d->arena, json_array_get(pair, 0)),
                                       read_text(&d->arena, json_array_get(pair, 1))};
    }
    *options = (struct engine_options){
        .rebuild = read_selection(&d->arena, json_object_get(json, "rebuild")),
        .assert_realized = read_selection(&d->arena, json_object_get(json, "assert_realized")),
        .args = args,
        .args_count = count,
        .keep_going = json_is_true(json_object_get(json, "keep_going")),
        .keep_failed = json_is_true(json_object_get(json, "keep_failed")),
        .silent_timeout = json_number_value(json_object_get(json, "silent_timeout")),
        .timeout = json_number_value(json_object_get(json, "timeout")),
        .retry = (int)json_integer_value(json_object_get(json, "retry")),
        // Of the machine that it goes on at.
        .resources = options->resources,
        .resources_count = options->resources_count,
    };
}

const json_t *pause_own(const struct session *s)
{
    return json_object_get(s->front, "own");
}

// Null if something of it is not UTF-8.
static json_t *front_json(const struct pause_run *r, const struct pause_front *front)
{
    struct driver *d = r->driver;
    json_t *arguments = json_array(), *targets = json_array(), *sets = json_array(),
           *limits = json_object();
    bool good = true;
    for (size_t i = 0; i < front->argument_count; i++)
        good = json_array_append_new(arguments, json_string(front->arguments[i])) == 0 && good;
    for (size_t i = 0; i < front->targets->items.len; i++) {
        const struct target *t = &front->targets->items.at[i];
        json_t *target = json_pack("{s:o, s:s}", "path", text_json(t->path), "text", t->text);
        good = json_array_append_new(targets, target) == 0 && good;
    }
    vec_each (set, &d->sets)
        good = json_array_append_new(
                   sets, json_pack("[o, o]", text_json(set->name), text_json(set->text))) == 0 &&
               good;
    const struct limit *l;
    for (size_t i = 0; (l = limit_at(i)); i++) {
        uint64_t n = limit_get(&d->limits, l);
        if (n) json_object_set_new(limits, l->name, json_integer((json_int_t)n));
    }
    json_t *typed = d->interactive ? interactive_json(d->interactive) : json_null();
    json_t *json =
        json_pack("{s:o, s:s, s:o, s:o, s:o, s:O, s:o, s:o}", "arguments", arguments, "cwd", d->cwd,
                  "interactive", typed, "limits", limits, "options", options_json(r->options),
                  "own", front->own, "sets", sets, "targets", targets);
    if (json && !good) {
        json_decref(json);
        json = NULL;
    }
    return json;
}

// ---- pausing ----

static size_t find_stage(const struct plan *plan, struct str dref)
{
    for (size_t i = 0; i < plan->len; i++)
        if (str_eq(plan->at[i].dref, dref)) return i;
    BUG(STR_FMT " is not in the plan", STR_ARG(dref));
}

static struct engine_pin result_pin(const struct pause_run *r, size_t stage, struct arena *arena)
{
    const struct engine_result *result = &r->results->at[stage];
    struct engine_pin pin = {.dref = arena_str(arena, r->plan->at[stage].dref),
                             .rrefs = ARENA_ARRAY(arena, struct str, result->rref_count),
                             .count = result->rref_count};
    for (size_t i = 0; i < pin.count; i++)
        pin.rrefs[i] = arena_str(arena, str_from(result->rrefs[i].text));
    return pin;
}

static struct engine_pin copy_pin(const struct engine_pin *p, struct arena *arena)
{
    struct engine_pin pin = {.dref = arena_str(arena, p->dref),
                             .rrefs = ARENA_ARRAY(arena, struct str, p->count),
                             .count = p->count};
    for (size_t i = 0; i < pin.count; i++) pin.rrefs[i] = arena_str(arena, p->rrefs[i]);
    return pin;
}

// What the run up to the stage came to is what later runs begin with, together with what it began
// with itself.
static void fill_pins(const struct pause_run *r, size_t stage, struct session *s)
{
    const struct plan *plan = r->plan;
    const struct engine_options *o = r->options;
    s->pins = ARENA_ARRAY(&s->arena, struct engine_pin, plan->len + o->pin_count);
    s->pin_count = 0;
    struct map seen = MAP_INIT;
    for (size_t i = 0; i < plan->len; i++) {
        if (i == stage || r->results->at[i].state == ENGINE_STATE_NONE) continue;
        struct engine_pin *pin = &s->pins[s->pin_count++];
        *pin = result_pin(r, i, &s->arena);
        map_set(&seen, pin->dref, pin);
    }
    for (size_t i = 0; i < o->pin_count; i++)
        if (!map_has(&seen, o->pins[i].dref))
            s->pins[s->pin_count++] = copy_pin(&o->pins[i], &s->arena);
    map_free(&seen);
}

static void fill(const struct pause_run *r, const struct ref_list *stages, size_t stage,
                 struct session *s)
{
    s->stage = arena_str(&s->arena, r->plan->at[stage].name);
    s->dref = arena_str(&s->arena, r->plan->at[stage].dref);
    s->time_ns = io_now_ns();
    s->outputs = r->results->at[stage].outputs;
    s->matched = r->results->at[stage].matched;
    s->next =
        (struct ref_list){ARENA_ARRAY(&s->arena, struct str, stages->len - 1), stages->len - 1};
    for (size_t i = 1; i < stages->len; i++)
        s->next.at[i - 1] = arena_str(&s->arena, stages->at[i]);
    fill_pins(r, stage, s);
}

// `s` has its `front`.
static enum engine_outcome pause_with_plan(const struct pause_run *r, const struct ref_list *stages,
                                           struct str plan, struct session *s)
{
    struct driver *d = r->driver;
    size_t stage = find_stage(r->plan, stages->at[0]);
    const char *folder = arena_printf(&s->arena, "paused-%s", s->id);
    struct engine_pause pause = {.stage = (uint32_t)stage, .folder = folder};
    r->options->pause = &pause;
    enum engine_outcome outcome = engine_realize(&d->store, r->workers, r->plan, r->options,
                                                 r->observer, r->results, &d->sink);
    r->options->pause = NULL;
    if (outcome != ENGINE_OK) return outcome;
    fill(r, stages, stage, s);
    return session_publish(&d->store, s, plan, &d->sink) ? ENGINE_OK : ENGINE_STORE_FAILED;
}

static enum engine_outcome begin_pause(const struct pause_run *r, const struct ref_list *stages,
                                       json_t *front, struct session *s)
{
    struct driver *d = r->driver;
    struct buf plan = BUF_INIT;
    enum engine_outcome outcome = ENGINE_BAD_REQUEST;
    *s = SESSION_INIT;
    if (plan_write(r->plan, &plan, &d->sink)) {
        outcome = ENGINE_STORE_FAILED;
        if (session_begin(&d->store, s, &d->sink)) {
            s->front = json_incref(front);
            outcome = pause_with_plan(r, stages, buf_str(&plan), s);
            if (outcome != ENGINE_OK) (void)!session_remove(&d->store, s, &d->sink);
        }
    }
    buf_free(&plan);
    return outcome;
}

enum engine_outcome pause_at(const struct pause_run *r, const struct ref_list *stages,
                             const struct pause_front *front, struct session *s)
{
    *s = SESSION_INIT;
    json_t *json = front_json(r, front);
    if (!json) {
        struct diag *d = diag_error(&r->driver->sink, SPAN_NONE, "E0832",
                                    "a session keeps only what is UTF-8, and the folder or an "
                                    "argument is not");
        diag_help(d, "rename it, or work in another folder");
        return ENGINE_BAD_REQUEST;
    }
    enum engine_outcome outcome = begin_pause(r, stages, json, s);
    json_decref(json);
    return outcome;
}

// ---- reading what was kept ----

static bool is_pinned(const struct session *s, struct str dref)
{
    for (size_t i = 0; i < s->pin_count; i++)
        if (str_eq(s->pins[i].dref, dref)) return true;
    return false;
}

// Does a matcher that will still be asked call a function of the user's?
static bool needs_evaluation(const struct session *s, const struct plan *plan)
{
    bool needs = false;
    for (size_t i = 0; i < plan->len && !needs; i++) {
        struct json_problem problem;
        json_t *matcher =
            plan->at[i].matcher.len ? json_parse(plan->at[i].matcher, &problem) : NULL;
        size_t k;
        const json_t *key;
        bool calls = false;
        json_array_foreach(json_object_get(matcher, "keys"), k, key)
        {
            const char *kind = json_string_value(json_object_get(key, "kind"));
            if (kind && strcmp(kind, "call") == 0) calls = true;
        }
        needs = calls && !is_pinned(s, plan->at[i].dref);
        json_decref(matcher);
    }
    return needs;
}

static void read_targets(struct driver *d, const struct session *s, struct target_list *targets)
{
    size_t i;
    const json_t *t;
    json_array_foreach(json_object_get(s->front, "targets"), i, t)
    {
        struct target target = {.text = read_text(&d->arena, json_object_get(t, "text")).p,
                                .path = read_text(&d->arena, json_object_get(t, "path"))};
        vec_push(&targets->items, target);
    }
}

static void read_limits(struct driver *d, const json_t *limits)
{
    const struct limit *l;
    for (size_t i = 0; (l = limit_at(i)); i++) {
        json_int_t n = json_integer_value(json_object_get(limits, l->name));
        if (n > 0 && (uint64_t)n >= l->least && (uint64_t)n <= l->most)
            limit_set(&d->limits, l, (uint64_t)n);
    }
}

static bool evaluate_arguments(struct driver *d, const struct session *s, struct plan *plan)
{
    size_t i;
    const json_t *item, *typed = json_object_get(s->front, "interactive");
    read_limits(d, json_object_get(s->front, "limits"));
    json_array_foreach(json_object_get(s->front, "sets"), i, item)
    {
        struct eval_set set = {read_text(&d->arena, json_array_get(item, 0)),
                               read_text(&d->arena, json_array_get(item, 1))};
        vec_push(&d->sets, set);
    }
    struct target_list targets = {0};
    bool ready = !json_is_object(typed) || interactive_from_json(d, typed), good = ready;
    json_array_foreach(json_object_get(s->front, "arguments"), i, item)
    {
        if (ready) good = target_resolve(d, read_text(&d->arena, item).p, &targets) && good;
    }
    good = good && plan_build(d, targets.items.at, targets.items.len, plan);
    target_list_free(&targets);
    return good;
}

// Numbers the functions of user keys in the order in which they come: what else was evaluated
// before has numbered them otherwise.
static json_t *renumbered(struct str text)
{
    struct json_problem problem;
    json_t *plan = json_parse(text, &problem);
    VEC(json_int_t) ids = {0};
    size_t i, k;
    json_t *derivation, *key;
    json_array_foreach(json_object_get(plan, "derivations"), i, derivation)
    {
        json_array_foreach(json_object_get(json_object_get(derivation, "matcher"), "keys"), k, key)
        {
            json_t *id = json_object_get(key, "id");
            if (!json_is_integer(id)) continue;
            size_t at = 0;
            while (at < ids.len && ids.at[at] != json_integer_value(id)) at++;
            if (at == ids.len) vec_push(&ids, json_integer_value(id));
            json_integer_set(id, (json_int_t)at);
        }
    }
    vec_free(&ids);
    return plan;
}

static bool same_plan(struct str a, struct str b)
{
    json_t *x = renumbered(a), *y = renumbered(b);
    bool same = x && json_equal(x, y);
    json_decref(x);
    json_decref(y);
    return same;
}

// The same plan, with functions behind its user keys.
static bool evaluate_again(struct driver *d, const struct session *s, struct str kept,
                           struct plan *plan)
{
    const char *cwd = d->cwd;
    d->cwd = read_text(&d->arena, json_object_get(s->front, "cwd")).p;
    struct plan again = PLAN_INIT;
    struct buf text = BUF_INIT;
    bool good = evaluate_arguments(d, s, &again) && plan_write(&again, &text, &d->sink);
    d->cwd = cwd;
    if (!good && d->sink.last)
        diag_note(d->sink.last,
                  "the session `%s` needs its pipeline, because a matcher calls a function of it",
                  s->name);
    if (good && !same_plan(buf_str(&text), kept)) {
        struct diag *e =
            diag_error(&d->sink, SPAN_NONE, "E0836",
                       "the pipeline was changed after the session `%s` was paused", s->name);
        diag_note(e, "a matcher calls a function of the pipeline, so that was evaluated again, and "
                     "its derivations are not those of the session any more");
        diag_help(e, "undo the change, or drop the session with `plxc cancel %s`", s->name);
        good = false;
    }
    buf_free(&text);
    plan_free(plan);
    *plan = again;
    return good;
}

bool pause_plan(struct driver *d, struct session *s, struct plan *plan, struct target_list *targets)
{
    struct str text;
    if (!session_plan(s, plan, &text, &d->sink)) return false;
    read_targets(d, s, targets);
    return !needs_evaluation(s, plan) || evaluate_again(d, s, text, plan);
}

// ---- going on ----

static struct session_commit commit_of(const struct pause_run *r, struct session *s)
{
    struct driver *d = r->driver;
    return (struct session_commit){.store = &d->store,
                                   .session = s,
                                   .plan = r->plan,
                                   .hasher = d->hasher,
                                   .key_call = r->options->key_call,
                                   .key_ctx = r->options->key_ctx,
                                   .sink = &d->sink};
}

bool pause_decide(const struct pause_run *r, struct session *s,
                  const struct pause_decision *decision)
{
    struct driver *d = r->driver;
    realize_bind_keys(d, r->options);
    struct session_commit c = commit_of(r, s);
    c.waiting = decision->waiting;
    c.waiting_ctx = decision->waiting_ctx;
    if (!realize_instantiate(d, r->plan, NULL)) return false;
    switch (decision->how) {
    case PAUSE_OUTPUTS: return s->made.len || session_commit_outputs(&c);
    case PAUSE_RREFS: return session_commit_rrefs(&c, decision->rrefs, decision->rref_count);
    case PAUSE_REALIZER: return session_undecided(s, &d->sink);
    }
    BUG("pause_how %d", (int)decision->how);
}

static void set_pins(struct driver *d, const struct session *s, struct engine_options *o)
{
    struct engine_pin *pins = ARENA_ARRAY(&d->arena, struct engine_pin, s->pin_count + 1);
    for (size_t i = 0; i < s->pin_count; i++) pins[i] = s->pins[i];
    o->pins = pins;
    o->pin_count = s->pin_count;
    if (s->made.len) pins[o->pin_count++] = (struct engine_pin){s->dref, s->made.at, s->made.len};
}

static void add_rebuild(struct driver *d, const struct session *s, struct engine_options *o)
{
    struct str *names = ARENA_ARRAY(&d->arena, struct str, o->rebuild.count + 1);
    for (size_t i = 0; i < o->rebuild.count; i++) names[i] = o->rebuild.names[i];
    names[o->rebuild.count++] = s->dref;
    o->rebuild.names = names;
}

static void let_realizer_run(struct driver *d, const struct session *s, struct engine_options *o)
{
    o->as_made = s->dref;
    // If nothing matched when it was paused, then what does by now was made by another process, and
    // will do.
    if (s->matched) add_rebuild(d, s, o);
}

// If the stage is realized by now, that is decided, whatever becomes of the rest.
static enum engine_outcome keep_made(const struct pause_run *r, struct session *s,
                                     enum engine_outcome outcome)
{
    if (s->made.len || !r->results->len) return outcome;
    size_t stage = find_stage(r->plan, s->dref);
    enum engine_state state = r->results->at[stage].state;
    if (state != ENGINE_STATE_BUILT && state != ENGINE_STATE_REUSED) return outcome;
    struct session_commit c = commit_of(r, s);
    struct engine_pin pin = result_pin(r, stage, &s->arena);
    if (!pin.count || session_take_made(&c, pin.rrefs, pin.count)) return outcome;
    return outcome == ENGINE_OK ? ENGINE_STORE_FAILED : outcome;
}

// The stage by itself, by its realizer, so that a pause at another stage knows what came of it.
static enum engine_outcome realize_stage(const struct pause_run *r, struct session *s)
{
    struct driver *d = r->driver;
    uint32_t stage = (uint32_t)find_stage(r->plan, s->dref);
    struct plan part = *r->plan;
    part.targets = &stage;
    part.target_count = 1;
    struct engine_options options = *r->options;
    options.assert_realized.targets = options.rebuild.targets = false;
    enum engine_outcome outcome =
        engine_realize(&d->store, r->workers, &part, &options, r->observer, r->results, &d->sink);
    outcome = keep_made(r, s, outcome);
    if (outcome == ENGINE_OK) engine_results_free(r->results);
    return outcome;
}

static enum engine_outcome realize_rest(const struct pause_run *r, struct session *s,
                                        struct session *next)
{
    struct driver *d = r->driver;
    if (s->next.len) return begin_pause(r, &s->next, s->front, next);
    enum engine_outcome outcome = engine_realize(&d->store, r->workers, r->plan, r->options,
                                                 r->observer, r->results, &d->sink);
    return keep_made(r, s, outcome);
}

enum engine_outcome pause_go_on(const struct pause_run *r, struct session *s,
                                const struct pause_decision *decision, struct session *next)
{
    struct driver *d = r->driver;
    *next = SESSION_INIT;
    realize_bind_keys(d, r->options);
    struct engine_options kept = *r->options;
    set_pins(d, s, r->options);
    if (decision->how == PAUSE_REALIZER) let_realizer_run(d, s, r->options);
    enum engine_outcome outcome = ENGINE_OK;
    if (decision->how == PAUSE_REALIZER && s->next.len) {
        outcome = realize_stage(r, s);
        set_pins(d, s, r->options);
    }
    if (outcome == ENGINE_OK) outcome = realize_rest(r, s, next);
    *r->options = kept;
    return outcome;
}
