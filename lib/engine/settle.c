#include "engine/settle.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/vec.h"
#include "engine/failure.h"
#include "engine/job_folder.h"
#include "engine/realizer_builtin.h"
#include "store/context.h"
#include "store/matching.h"

#define TEXT_OF(number)     TEXT_OF_ITS(number)
#define TEXT_OF_ITS(number) #number
#define WANTED_OUTPUTS      "a whole number from 1 to " TEXT_OF(JOB_FOLDER_MAX_OUTPUTS)

static struct matcher *matcher_of(struct realize *r, uint32_t node)
{
    const struct derivation *d = &r->plan->at[node];
    struct matcher *m = map_get(&r->matchers, d->matcher);
    if (m) return m;
    m = ARENA_NEW(&r->arena, struct matcher);
    if (!matcher_parse(m, &r->arena, d->matcher, arena_str(&r->scratch, d->name).p, d->span,
                       r->sink))
        return NULL;
    map_set(&r->matchers, d->matcher, m);
    return m;
}

static const char *name_of(struct realize *r, uint32_t node)
{
    return arena_str(&r->scratch, r->plan->at[node].name).p;
}

// What has just been made is looked for in the folder alone.
static bool find_candidates(struct realize *r, uint32_t node, bool indexed, struct ref_list *out)
{
    struct str dref = r->plan->at[node].dref;
    struct context context = realize_context(r, node);
    if (indexed && r->matching)
        return matching_find(r->matching, &r->scratch, dref, &context, out, r->sink);
    struct buf text = BUF_INIT;
    context_write(&context, &text);
    bool good = query_matching(r->store, &r->scratch, dref, buf_str(&text), out, r->sink);
    buf_free(&text);
    return good;
}

static enum match_verdict ask(struct realize *r, uint32_t node, bool indexed,
                              struct match_answer *answer)
{
    const struct derivation *d = &r->plan->at[node];
    const struct matcher *m = matcher_of(r, node);
    if (!m) return MATCH_FAILED;
    struct match_request q = {.matcher = m,
                              .store = r->store,
                              .name = name_of(r, node),
                              .span = d->span,
                              .key_call = r->options->key_call,
                              .key_ctx = r->options->key_ctx};
    bool ok = find_candidates(r, node, indexed, &q.candidates);
    enum match_verdict verdict = ok ? match_run(&q, &r->scratch, answer, r->sink) : MATCH_FAILED;
    if (!ok || (verdict == MATCH_FAILED && answer->store_failed)) r->faults |= FAULT_STORE;
    return verdict;
}

// ---- what must be built ----

static bool report_asserted(struct realize *r, uint32_t node)
{
    const struct derivation *d = &r->plan->at[node];
    struct diag *e =
        diag_error(r->sink, d->span, "E0809",
                   "`" STR_FMT "` is not realized, as it was asserted to be", STR_ARG(d->name));
    diag_primary(e, "this stage");
    diag_note(e, "it is " STR_FMT, STR_ARG(d->dref));
    diag_help(e, "if its config or an input changed, its old realizations do not count");
    realize_fail(r, node, FAULT_ASSERTION, NULL, NULL);
    return false;
}

// `wanted` may be null.
static bool malformed(struct realize *r, uint32_t node, const char *wanted, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

static bool malformed(struct realize *r, uint32_t node, const char *wanted, const char *fmt, ...)
{
    const struct derivation *d = &r->plan->at[node];
    char what[128];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    struct diag *e = diag_error(r->sink, d->span, "E0813", "%s of `" STR_FMT "` is malformed", what,
                                STR_ARG(d->name));
    diag_primary(e, "this stage");
    if (d->span.source == 0 && d->place) diag_note(e, "the stage is defined at %s", d->place);
    if (wanted) diag_help(e, "it should be %s", wanted);
    realize_fail(r, node, FAULT_REALIZER, NULL, NULL);
    return false;
}

static bool is_count(const json_t *value)
{
    return !value || (json_is_integer(value) && json_integer_value(value) >= 0);
}

static bool is_outputs(const json_t *value)
{
    json_int_t n = json_integer_value(value);
    return !value || (json_is_integer(value) && n >= 1 && n <= JOB_FOLDER_MAX_OUTPUTS);
}

static bool is_time(const json_t *value)
{
    return !value || json_is_null(value) || json_number_value(value) > 0;
}

static bool is_names(const json_t *value)
{
    size_t i;
    const json_t *name;
    json_array_foreach(value, i, name)
    {
        if (!json_is_string(name)) return false;
    }
    return !value || json_is_array(value);
}

static bool is_flag(const json_t *value)
{
    return !value || json_is_boolean(value);
}

static bool is_object(const json_t *value)
{
    return !value || json_is_object(value);
}

// What the options of a plan file may be; those of a .plx file were checked when it was evaluated.
static const struct {
    const char *name;
    bool (*valid)(const json_t *value); // or null: it is missing
    const char *wanted;
} option_rules[] = {
    {"check_promises", is_flag, "true or false"},
    {"outputs", is_outputs, WANTED_OUTPUTS},
    {"passenv", is_names, "a list of names"},
    {"resources", is_object, "an object of amounts"},
    {"retry", is_count, "a whole number from 0 on"},
    {"silent_timeout", is_time, "seconds, more than 0"},
    {"timeout", is_time, "seconds, more than 0"},
};

static bool options_valid(struct realize *r, uint32_t node, const json_t *options)
{
    const char *key;
    if (!json_is_object(options))
        return malformed(r, node, "an object", "what stands for the options");
    for (size_t i = 0; i < LEN(option_rules); i++) {
        if (!option_rules[i].valid(json_object_get(options, option_rules[i].name)))
            return malformed(r, node, option_rules[i].wanted, "the option `%s`",
                             option_rules[i].name);
    }
    return schedule_resources_valid(json_object_get(options, "resources"), &key) ||
           malformed(r, node, "an amount from 0 on", "the resource `%.80s`", key);
}

// Realizers that cannot run, whatever the machine.
static bool check_realizer(struct realize *r, uint32_t node)
{
    const struct derivation *d = &r->plan->at[node];
    if (d->realizer.len == 0) {
        struct diag *e =
            diag_error(r->sink, d->span, "E0805",
                       "`" STR_FMT "` must be built, but nothing says how", STR_ARG(d->name));
        diag_note(e, STR_FMT " is known by its config only", STR_ARG(d->dref));
        diag_help(e, "use the stage itself, not its dref");
        realize_fail(r, node, FAULT_REALIZER, NULL, NULL);
        return false;
    }
    struct json_problem problem;
    json_t *realizer = json_parse(d->realizer, &problem);
    const char *kind = json_string_value(json_object_get(realizer, "kind"));
    bool known = kind && (strcmp(kind, "exec") == 0 || strcmp(kind, "script") == 0 ||
                          builtin_realizer_known(kind));
    bool must_be_there = kind && strcmp(kind, "realized") == 0;
    bool good_outputs = is_outputs(json_object_get(realizer, "outputs"));
    json_decref(realizer);
    if (known)
        return good_outputs || malformed(r, node, WANTED_OUTPUTS, "`outputs` of the realizer");
    if (!must_be_there) return malformed(r, node, NULL, "the realizer");
    struct diag *e = diag_error(r->sink, d->span, "E0810",
                                "`" STR_FMT "` is not realized, and realized() does not build it",
                                STR_ARG(d->name));
    diag_primary(e, "this stage");
    diag_note(e, "it is " STR_FMT, STR_ARG(d->dref));
    diag_help(e, "realize the stage itself first");
    realize_fail(r, node, FAULT_ASSERTION, NULL, NULL);
    return false;
}

static bool read_options(struct realize *r, uint32_t node)
{
    struct node *n = realize_node(r, node);
    if (n->options) return true;
    struct str text = r->plan->at[node].options;
    struct json_problem problem;
    n->options = text.len ? json_parse(text, &problem) : json_object();
    return options_valid(r, node, n->options);
}

static void want_build(struct realize *r, uint32_t node)
{
    struct node *n = realize_node(r, node);
    // Also what is refused below is in the store then, and can be looked at.
    if (!r->options->dry_run && !r->store->read_only && !realize_begin(r)) {
        realize_fail(r, node, FAULT_STORE, NULL, NULL);
        return;
    }
    if (n->asserted && !n->pause) {
        if (!report_asserted(r, node)) return;
    }
    if (!check_realizer(r, node) || !read_options(r, node)) return;
    if (r->options->dry_run) {
        realize_finish(r, node, NODE_WOULD_BUILD, NULL);
        return;
    }
    if (!realize_begin(r)) {
        realize_fail(r, node, FAULT_STORE, NULL, NULL);
        return;
    }
    struct slot *slot = &r->schedule.slots[n->slot];
    if (slot->holder != NODE_NONE && slot->holder != node) {
        n->state = NODE_TWIN;
        n->next_twin = slot->first_twin;
        slot->first_twin = node;
        return;
    }
    slot->holder = node;
    schedule_push_queued(&r->schedule, node);
    struct engine_event e = realize_event(r, ENGINE_QUEUED, node);
    r->progress.queued++;
    realize_tell(r, &e);
}

// In a dry run: what depends on something that would be built would have a context that nobody
// knows yet.
static bool depends_on_unbuilt(struct realize *r, uint32_t node)
{
    const struct derivation *d = &r->plan->at[node];
    for (size_t i = 0; r->options->dry_run && i < d->dep_count; i++)
        if (realize_node(r, d->deps[i])->state == NODE_WOULD_BUILD) return true;
    return false;
}

static enum fault fault_of_match(const struct realize *r, unsigned before)
{
    return (r->faults & ~before) & FAULT_STORE ? FAULT_STORE : FAULT_REALIZER;
}

// A rebuild that another target with another matcher has had already is not repeated.
static bool must_rebuild(struct realize *r, uint32_t node)
{
    const struct node *n = realize_node(r, node);
    uint32_t built = r->schedule.slots[n->slot].built;
    if (!n->rebuild || built == NODE_NONE) return n->rebuild;
    struct context own = realize_context(r, node);
    struct context other = realize_context(r, built);
    return !context_eq(&own, &other);
}

// ---- the three times that a matcher is asked ----

// What was decided before this run.
static void take_pin(struct realize *r, uint32_t node)
{
    const struct derivation *d = &r->plan->at[node];
    const struct engine_pin *pin = realize_node(r, node)->pin;
    for (size_t i = 0; i < pin->count; i++) {
        if (query_exists(r->store, pin->rrefs[i])) continue;
        failure_pin_gone(r->sink, d->name, d->span, pin->rrefs[i]);
        realize_fail(r, node, FAULT_STORE, NULL, NULL);
        return;
    }
    struct ref_list chosen = {pin->rrefs, pin->count};
    realize_finish(r, node, NODE_REUSED, &chosen);
}

// The stage to pause at: whether it has what it needs is noted, and it is prepared all the same.
static void settle_pause(struct realize *r, uint32_t node)
{
    struct match_answer answer;
    unsigned before = r->faults;
    enum match_verdict verdict = ask(r, node, true, &answer);
    if (verdict == MATCH_FAILED) {
        realize_fail(r, node, fault_of_match(r, before), NULL, NULL);
        return;
    }
    realize_node(r, node)->matched = verdict == MATCH_CONTENT;
    if (verdict == MATCH_CONTENT) realize_choose(r, node, &answer.chosen);
    want_build(r, node);
}

// What has a realization is in the store; a matcher that is content with none says nothing of it.
static void reuse(struct realize *r, uint32_t node, const struct ref_list *chosen)
{
    if (chosen->len == 0 && !r->options->dry_run && !realize_instantiate_all(r)) {
        realize_fail(r, node, FAULT_STORE, NULL, NULL);
        return;
    }
    realize_finish(r, node, NODE_REUSED, chosen);
}

void settle_ready(struct realize *r, uint32_t node)
{
    struct arena_mark mark = arena_mark(&r->scratch);
    struct match_answer answer;
    unsigned before = r->faults;
    if (realize_node(r, node)->pin) {
        take_pin(r, node);
    } else if (realize_node(r, node)->pause) {
        settle_pause(r, node);
    } else if (must_rebuild(r, node) || depends_on_unbuilt(r, node)) {
        want_build(r, node);
    } else {
        switch (ask(r, node, true, &answer)) {
        case MATCH_CONTENT: reuse(r, node, &answer.chosen); break;
        case MATCH_MORE: want_build(r, node); break;
        case MATCH_FAILED: realize_fail(r, node, fault_of_match(r, before), NULL, NULL); break;
        }
    }
    arena_reset(&r->scratch, mark);
}

bool settle_locked(struct realize *r, uint32_t node)
{
    if (must_rebuild(r, node)) return true;
    struct arena_mark mark = arena_mark(&r->scratch);
    struct match_answer answer;
    unsigned before = r->faults;
    enum match_verdict verdict = ask(r, node, false, &answer);
    if (verdict == MATCH_CONTENT) realize_finish(r, node, NODE_REUSED, &answer.chosen);
    if (verdict == MATCH_FAILED) realize_fail(r, node, fault_of_match(r, before), NULL, NULL);
    arena_reset(&r->scratch, mark);
    return verdict == MATCH_MORE;
}

static bool any_chosen(const struct ref_list *made, const struct ref_list *chosen)
{
    for (size_t i = 0; i < chosen->len; i++)
        if (ref_list_has(made, chosen->at[i])) return true;
    return false;
}

static void warn_unchosen(struct realize *r, uint32_t node, const struct ref_list *made)
{
    const struct derivation *d = &r->plan->at[node];
    struct diag *w =
        diag_warning(r->sink, d->span, "W0801",
                     "none of the new realizations of `" STR_FMT "` was chosen by its matcher",
                     STR_ARG(d->name));
    diag_primary(w, "this stage");
    for (size_t i = 0; i < made->len && i < 5; i++)
        diag_note(w, "made: " STR_FMT, STR_ARG(made->at[i]));
    diag_help(w,
              "the matcher likes an earlier one better; match([exact([…])]) takes a certain one");
}

// What was made must be found again: if none is, with the inputs that it was made with, then it was
// in the store already, and there has another context than it had. False after a report.
static bool check_found(struct realize *r, const struct ref_list *made,
                        const struct match_answer *answer)
{
    struct context unused;
    for (size_t i = 0; i < made->len; i++) {
        if (!context_read(r->store, &r->scratch, made->at[i], &unused, r->sink)) return false;
    }
    if (answer->candidates || !made->len) return true;
    struct diag *d = diag_error(r->sink, SPAN_NONE, "E0724",
                                STR_FMT " is damaged: its context.json is not what it was",
                                STR_ARG(made->at[0]));
    diag_help(d, "`plxc store verify --repair` moves what is damaged away");
    return false;
}

static void report_not_content(struct realize *r, uint32_t node, const struct ref_list *made,
                               const struct match_answer *answer)
{
    const struct derivation *d = &r->plan->at[node];
    struct diag *e =
        diag_error(r->sink, d->span, "E0806",
                   "`" STR_FMT "` was built, but its matcher is not content with the result",
                   STR_ARG(d->name));
    diag_primary(e, "this stage");
    match_explain(e, matcher_of(r, node), answer);
    for (size_t i = 0; i < made->len && i < 5; i++)
        diag_note(e, "new: " STR_FMT, STR_ARG(made->at[i]));
    realize_fail(r, node, FAULT_REALIZER, NULL, NULL);
}

// What was made, in the matcher's order as far as it chooses it.
static struct ref_list in_order(struct realize *r, const struct ref_list *made,
                                const struct ref_list *chosen)
{
    struct ref_list list = {ARENA_ARRAY(&r->scratch, struct str, made->len), 0};
    for (size_t i = 0; i < chosen->len; i++)
        if (ref_list_has(made, chosen->at[i])) list.at[list.len++] = chosen->at[i];
    for (size_t i = 0; i < made->len; i++)
        if (!ref_list_has(&list, made->at[i])) list.at[list.len++] = made->at[i];
    return list;
}

void settle_built(struct realize *r, uint32_t node, const struct ref_list *made)
{
    struct str dref = r->plan->at[node].dref;
    struct arena_mark mark = arena_mark(&r->scratch);
    struct match_answer answer;
    unsigned before = r->faults;
    r->schedule.slots[realize_node(r, node)->slot].built = node;
    enum match_verdict verdict = ask(r, node, false, &answer);
    bool as_made = str_eq(dref, r->options->as_made);
    if (verdict == MATCH_FAILED) {
        realize_fail(r, node, fault_of_match(r, before), NULL, NULL);
    } else if (verdict == MATCH_MORE && !check_found(r, made, &answer)) {
        realize_fail(r, node, FAULT_STORE, NULL, NULL);
    } else if (verdict == MATCH_MORE && !as_made) {
        report_not_content(r, node, made, &answer);
    } else {
        if (!as_made && !any_chosen(made, &answer.chosen)) warn_unchosen(r, node, made);
        if (r->matching) matching_note(r->matching, dref);
        struct ref_list all = as_made ? in_order(r, made, &answer.chosen) : answer.chosen;
        realize_finish(r, node, NODE_BUILT, &all);
    }
    arena_reset(&r->scratch, mark);
}
