#include "engine/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/vec.h"
#include "store/config.h"
#include "store/ref.h"

#define PLAN_VERSION 1

void plan_free(struct plan *p)
{
    free(p->at);
    free(p->targets);
    arena_free(&p->arena);
    *p = PLAN_INIT;
}

uint32_t plan_add(struct plan *p, const struct derivation *d)
{
    if (p->len >= UINT32_MAX) BUG("a plan of %zu derivations", p->len);
    vec_push(p, *d);
    struct derivation *own = &vec_last(p);
    own->deps = ARENA_ARRAY(&p->arena, uint32_t, d->dep_count);
    for (size_t i = 0; i < d->dep_count; i++) {
        if (d->deps[i] >= p->len - 1) BUG("a plan's dependency comes after what needs it");
        own->deps[i] = d->deps[i];
    }
    return (uint32_t)(p->len - 1);
}

void plan_add_target(struct plan *p, uint32_t index)
{
    if (p->target_count == p->target_cap)
        p->targets = vec_grow(p->targets, &p->target_cap, sizeof *p->targets, p->target_count + 1);
    p->targets[p->target_count++] = index;
}

// ---- one use for a derivation ----

// Several of the plan with one dref.
struct twins {
    uint32_t first;
    uint32_t maker; // + 1: the first that could be made; 0: none was found yet
    bool reported;
};

struct uses {
    const struct plan *plan;
    struct diag_sink *sink;
    struct arena arena;
    bool *inside;          // by plan index: is it in a target's closure?
    uint32_t *group;       // by plan index: its number in `all` + 1; 0: no other has its dref
    VEC(struct twins) all; // most plans have none
    bool ok;
};

// The option that differs; null: none does.
static const char *other_option(struct arena *arena, struct str a, struct str b)
{
    struct json_problem problem;
    json_t *one = a.len ? json_parse(a, &problem) : NULL;
    json_t *two = b.len ? json_parse(b, &problem) : NULL;
    const char *found = NULL;
    const char *key;
    json_t *value;
    json_object_foreach(one, key,
                        value) if (!found && !json_equal(value, json_object_get(two, key))) found =
        arena_strdup(arena, key);
    json_object_foreach(two, key, value) if (!found && !json_object_get(one, key)) found =
        arena_strdup(arena, key);
    json_decref(one);
    json_decref(two);
    return found;
}

static void report_twins(struct uses *u, uint32_t first, uint32_t other, const char *what,
                         const char *option, const char *why)
{
    const struct derivation *a = &u->plan->at[first];
    const struct derivation *b = &u->plan->at[other];
    struct diag *d =
        option ? diag_error(u->sink, b->span, "E0814",
                            "`" STR_FMT "` is used with two different values of `%s`",
                            STR_ARG(b->name), option)
               : diag_error(u->sink, b->span, "E0814",
                            "`" STR_FMT "` is used with two different %ss", STR_ARG(b->name), what);
    diag_primary(d, "here with one");
    diag_label(d, a->span, "here with another");
    if (a->span.source == 0 && a->place) diag_note(d, "one is at %s", a->place);
    if (b->span.source == 0 && b->place) diag_note(d, "one is at %s", b->place);
    diag_note(d, "both are the derivation " STR_FMT ", %s", STR_ARG(b->dref), why);
    if (option)
        diag_help(d, "give them configs that differ, or the same `%s`", option);
    else
        diag_help(d, "give them configs that differ, or one %s for both", what);
    u->all.at[u->group[other] - 1].reported = true;
    u->ok = false;
}

static bool same_use(const struct derivation *a, const struct derivation *b)
{
    return str_eq(a->matcher, b->matcher) && str_eq(a->realizer, b->realizer);
}

static const char *what_differs(const struct derivation *a, const struct derivation *b)
{
    return str_eq(a->matcher, b->matcher) ? "realizer" : "matcher";
}

// Not what realized(stage) is, and not what is known from the store only.
static bool can_be_made(const struct derivation *d)
{
    return d->realizer.len > 0 && !str_eqz(d->realizer, "{\"kind\": \"realized\"}");
}

// What a run makes of a derivation, it makes once, so realizer and options must be the same in all
// of it: otherwise the result would depend on which of the two comes first.
static void check_making(struct uses *u, uint32_t other)
{
    struct twins *twins = &u->all.at[u->group[other] - 1];
    const struct derivation *b = &u->plan->at[other];
    static const char why[] = "which a run makes once for all its targets";
    if (twins->reported || !can_be_made(b)) return;
    if (!twins->maker) {
        twins->maker = other + 1;
        return;
    }
    uint32_t first = twins->maker - 1;
    const struct derivation *a = &u->plan->at[first];
    if (!str_eq(a->realizer, b->realizer)) {
        report_twins(u, first, other, "realizer", NULL, why);
    } else if (!str_eq(a->options, b->options)) {
        const char *option = other_option(&u->arena, a->options, b->options);
        if (option) report_twins(u, first, other, NULL, option, why);
    }
}

static void find_twins(struct uses *u)
{
    struct map seen = MAP_INIT;
    for (uint32_t i = 0; i < u->plan->len; i++) {
        struct derivation *d = &u->plan->at[i];
        if (!u->inside[i]) continue;
        struct derivation *known = map_get(&seen, d->dref);
        if (!known) {
            map_set(&seen, d->dref, d);
            continue;
        }
        uint32_t first = (uint32_t)(known - u->plan->at);
        if (!u->group[first]) {
            vec_push(&u->all, (struct twins){.first = first});
            u->group[first] = (uint32_t)u->all.len;
            check_making(u, first);
        }
        u->group[i] = u->group[first];
        check_making(u, i);
    }
    map_free(&seen);
}

static void mark_inside(struct uses *u)
{
    const struct plan *p = u->plan;
    for (size_t i = 0; i < p->target_count; i++) u->inside[p->targets[i]] = true;
    for (size_t i = p->len; i-- > 0;)
        for (size_t k = 0; u->inside[i] && k < p->at[i].dep_count; k++)
            u->inside[p->at[i].deps[k]] = true;
}

static void uses_init(struct uses *u, const struct plan *p, struct diag_sink *sink)
{
    *u = (struct uses){.plan = p, .sink = sink, .ok = true};
    u->inside = ARENA_ARRAY(&u->arena, bool, p->len);
    u->group = ARENA_ARRAY(&u->arena, uint32_t, p->len);
    mark_inside(u);
    find_twins(u);
}

static void uses_free(struct uses *u)
{
    vec_free(&u->all);
    arena_free(&u->arena);
}

// Groups that are looked at in one pass over the plan.
#define GROUPS_AT_ONCE 32

// One of a group came into a closure: is it used there as the one that is there already?
static void meet(struct uses *u, uint32_t *held, uint32_t one)
{
    const struct plan *p = u->plan;
    uint32_t known = *held;
    if (known == 0) {
        *held = one;
        return;
    }
    uint32_t first = (known < one ? known : one) - 1;
    uint32_t other = (known < one ? one : known) - 1;
    if (same_use(&p->at[first], &p->at[other]) || u->all.at[u->group[first] - 1].reported) return;
    report_twins(u, first, other, what_differs(&p->at[first], &p->at[other]), NULL,
                 "and one target needs both");
}

// `reach` has a row for each derivation: which of each group, + 1, its closure holds. One is
// enough, for those with the same use are used alike. (That two have other dependencies needs
// no look: those are then a group, too.)
static void check_closures(struct uses *u, size_t base, uint32_t *reach)
{
    size_t left = u->all.len - base;
    size_t count = left < GROUPS_AT_ONCE ? left : GROUPS_AT_ONCE;
    memset(reach, 0, u->plan->len * GROUPS_AT_ONCE * sizeof *reach);
    for (uint32_t i = 0; i < u->plan->len; i++) {
        const struct derivation *d = &u->plan->at[i];
        if (!u->inside[i]) continue;
        uint32_t *row = reach + (size_t)i * GROUPS_AT_ONCE;
        for (size_t k = 0; k < d->dep_count; k++) {
            const uint32_t *of = reach + (size_t)d->deps[k] * GROUPS_AT_ONCE;
            for (size_t g = 0; g < count; g++)
                if (of[g]) meet(u, &row[g], of[g]);
        }
        size_t own = u->group[i];
        if (own > base && own <= base + count) meet(u, &row[own - 1 - base], i + 1);
    }
}

bool plan_check(const struct plan *p, struct diag_sink *sink)
{
    struct uses u;
    uses_init(&u, p, sink);
    if (u.all.len > 0) {
        uint32_t *reach = bug_malloc(p->len * GROUPS_AT_ONCE * sizeof *reach);
        for (size_t base = 0; base < u.all.len; base += GROUPS_AT_ONCE)
            check_closures(&u, base, reach);
        free(reach);
    }
    uses_free(&u);
    return u.ok;
}

// In canonical JSON this stands nowhere else: in a string its quotes would be escaped.
static bool has_key_function(struct str matcher)
{
    return matcher.len && memmem(matcher.p, matcher.len, "\"kind\": \"call\"", 14);
}

bool plan_check_callable(const struct plan *p, struct diag_sink *sink)
{
    bool ok = true;
    for (size_t i = 0; i < p->len; i++) {
        const struct derivation *d = &p->at[i];
        if (!has_key_function(d->matcher)) continue;
        struct diag *e = diag_error(sink, d->span, "E0813",
                                    "the matcher of `" STR_FMT
                                    "` has a key function, which a plan file cannot hold",
                                    STR_ARG(d->name));
        diag_primary(e, "this stage");
        if (d->span.source == 0 && d->place) diag_note(e, "it is at %s", d->place);
        diag_help(e, "use best(…), worst(…) or latest(), or realize the .plx file itself");
        ok = false;
    }
    return ok;
}

// ---- writing ----

static json_t *parse_own(struct str text)
{
    struct json_problem problem;
    json_t *json = text.len ? json_parse(text, &problem) : json_null();
    if (!json) BUG("a plan holds malformed JSON: %s", problem.text);
    return json;
}

static json_t *derivation_json(const struct plan *p, const struct derivation *d)
{
    json_t *deps = json_array();
    for (size_t i = 0; i < d->dep_count; i++) {
        struct str dref = p->at[d->deps[i]].dref;
        json_array_append_new(deps, json_stringn(dref.p, dref.len));
    }
    json_t *json =
        json_pack("{s:o, s:o, s:s%, s:o, s:o, s:s?, s:o}", "config", parse_own(d->config), "deps",
                  deps, "dref", d->dref.p, d->dref.len, "matcher", parse_own(d->matcher), "options",
                  parse_own(d->options), "place", d->place, "realizer", parse_own(d->realizer));
    if (!json) BUG("json_pack");
    return json;
}

// In a file, dependencies are named by dref, so there each dref may stand once: what plan_check
// lets two targets differ in cannot be said.
static bool check_unique(const struct plan *p, struct diag_sink *sink)
{
    struct uses u;
    uses_init(&u, p, sink);
    for (uint32_t i = 0; i < p->len; i++) {
        if (!u.group[i] || u.all.at[u.group[i] - 1].reported) continue;
        struct derivation *d = &p->at[i];
        struct derivation *first = &p->at[u.all.at[u.group[i] - 1].first];
        if (same_use(first, d)) continue;
        const char *what = what_differs(first, d);
        struct diag *e =
            diag_error(sink, d->span, "E0814", "`" STR_FMT "` is used with two different %ss",
                       STR_ARG(d->name), what);
        diag_primary(e, "here with one");
        diag_label(e, first->span, "here with another");
        diag_note(e,
                  "a plan file, and a realization that can be interrupted, name each "
                  "derivation once, with one %s",
                  what);
        diag_help(e, "give each target a plan file or a realization of its own");
        u.all.at[u.group[i] - 1].reported = true;
        u.ok = false;
    }
    uses_free(&u);
    return u.ok;
}

bool plan_write(const struct plan *p, struct buf *out, struct diag_sink *sink)
{
    if (!check_unique(p, sink)) return false;
    struct map written = MAP_INIT;
    buf_printf(out, "{\"version\": %d, \"derivations\": [", PLAN_VERSION);
    for (size_t i = 0; i < p->len; i++) {
        if (map_set(&written, p->at[i].dref, &p->at[i])) continue;
        buf_addz(out, i == 0 ? "\n" : ",\n");
        json_t *json = derivation_json(p, &p->at[i]);
        json_compact(out, json);
        json_decref(json);
    }
    buf_addz(out, "\n], \"targets\": [");
    for (size_t i = 0; i < p->target_count; i++)
        buf_printf(out, "%s\"" STR_FMT "\"", i == 0 ? "" : ", ",
                   STR_ARG(p->at[p->targets[i]].dref));
    buf_addz(out, "]}\n");
    map_free(&written);
    return true;
}

// ---- reading ----

struct reader {
    struct plan *plan;
    const char *file;
    struct diag_sink *sink;
    struct hasher *hasher;
    struct map index; // dref → derivation number + 1
    uint32_t *deps;   // scratch
    size_t deps_cap;
};

static bool malformed(const struct reader *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

static bool malformed(const struct reader *r, const char *fmt, ...)
{
    struct buf text = BUF_INIT;
    va_list va;
    va_start(va, fmt);
    buf_vprintf(&text, fmt, va);
    va_end(va);
    struct diag *d =
        diag_error(r->sink, SPAN_NONE, "E0815", "%s is no plan: %s", r->file, buf_z(&text));
    diag_help(d, "`plxc instantiate --plan FILE` writes one");
    buf_free(&text);
    return false;
}

static uint32_t find(const struct reader *r, struct str dref)
{
    return (uint32_t)(uintptr_t)map_get(&r->index, dref);
}

static struct str canonical(struct reader *r, const json_t *json)
{
    struct buf text = BUF_INIT;
    if (json && !json_is_null(json)) json_canonical(&text, json);
    struct str s = arena_str(&r->plan->arena, buf_str(&text));
    buf_free(&text);
    return s;
}

static int compare_strs(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

// The config's dependencies are the truth; "deps" is there for who reads the file.
static bool read_deps(struct reader *r, const json_t *json, const struct config *c,
                      struct derivation *d)
{
    const json_t *given = json_object_get(json, "deps");
    if (given && json_array_size(given) != c->dep_count)
        return malformed(r, "the deps of %s are not those of its config", c->dref.p);
    if (c->dep_count > r->deps_cap)
        r->deps = vec_grow(r->deps, &r->deps_cap, sizeof *r->deps, c->dep_count);
    for (size_t i = 0; i < c->dep_count; i++) {
        uint32_t number = find(r, c->deps[i]);
        if (number == 0)
            return malformed(r, "%s depends on " STR_FMT ", which does not come before it",
                             c->dref.p, STR_ARG(c->deps[i]));
        r->deps[i] = number - 1;
    }
    size_t i;
    const json_t *dep;
    json_array_foreach(given, i, dep)
    {
        struct str text = json_slice(dep);
        if (!bsearch(&text, c->deps, c->dep_count, sizeof text, compare_strs))
            return malformed(r, "the deps of %s are not those of its config", c->dref.p);
    }
    d->deps = r->deps;
    d->dep_count = c->dep_count;
    return true;
}

// What configs without __realizer__ say of realizers of these kinds.
static const struct {
    const char *kind;
    const char *in_config;
    const char *in_realizer;
} said_twice[] = {
    {"source", "source", "hash"},           {"fetchurl", "sha256", "sha256"},
    {"fetchurl", "mode", "mode"},           {"fetchurl", "filename", "filename"},
    {"fetchlocal", "sha256", "sha256"},     {"fetchlocal", "mode", "mode"},
    {"fetchlocal", "filename", "filename"},
};

// What the config says of the realizer is part of the dref, so it must be what is run: the store
// would take the result for that of the pipeline.
static bool check_realizer(const struct reader *r, const json_t *json, const struct config *c)
{
    const json_t *config = json_object_get(json, "config");
    const json_t *realizer = json_object_get(json, "realizer");
    const json_t *identity = json_object_get(config, "__realizer__");
    const char *kind = json_string_value(json_object_get(realizer, "kind"));
    if (!json_is_object(realizer) || (kind && strcmp(kind, "realized") == 0)) return true;
    if (identity && !json_equal(identity, realizer))
        return malformed(r, "the realizer of %s is not that of its config", c->dref.p);
    const json_t *outputs = json_object_get(json_object_get(json, "options"), "outputs");
    const json_t *own = json_object_get(identity, "outputs");
    if (identity && outputs && json_integer_value(outputs) != (own ? json_integer_value(own) : 1))
        return malformed(r, "the outputs of %s are not those of its config", c->dref.p);
    for (size_t i = 0; kind && !identity && i < LEN(said_twice); i++) {
        const json_t *said = json_object_get(config, said_twice[i].in_config);
        if (said && strcmp(kind, said_twice[i].kind) == 0 &&
            !json_equal(said, json_object_get(realizer, said_twice[i].in_realizer)))
            return malformed(r, "the realizer of %s is not that of its config", c->dref.p);
    }
    return true;
}

static bool read_derivation(struct reader *r, const json_t *json, size_t number)
{
    const json_t *config = json_object_get(json, "config");
    if (!json_is_object(config)) return malformed(r, "derivation %zu has no config", number);
    struct config c;
    if (!config_parse(&c, &r->plan->arena, r->hasher, canonical(r, config), SPAN_NONE, r->sink))
        return false;
    const char *dref = json_string_value(json_object_get(json, "dref"));
    if (dref && !str_eqz(c.dref, dref))
        return malformed(r, "the config of %s is that of %s", dref, c.dref.p);
    if (find(r, c.dref)) return malformed(r, "%s stands twice in it", c.dref.p);
    if (!check_realizer(r, json, &c)) return false;
    const char *place = json_string_value(json_object_get(json, "place"));
    struct derivation d = {.name = c.name,
                           .dref = c.dref,
                           .config = c.text,
                           .realizer = canonical(r, json_object_get(json, "realizer")),
                           .matcher = canonical(r, json_object_get(json, "matcher")),
                           .options = canonical(r, json_object_get(json, "options")),
                           .span = SPAN_NONE,
                           .place = place ? arena_strdup(&r->plan->arena, place) : NULL};
    if (!read_deps(r, json, &c, &d)) return false;
    map_set(&r->index, c.dref, (void *)((uintptr_t)plan_add(r->plan, &d) + 1));
    return true;
}

static bool read_plan(struct reader *r, const json_t *json)
{
    if (json_integer_value(json_object_get(json, "version")) != PLAN_VERSION)
        return malformed(r, "its version is not %d", PLAN_VERSION);
    const json_t *derivations = json_object_get(json, "derivations");
    const json_t *targets = json_object_get(json, "targets");
    if (!json_is_array(derivations) || !json_is_array(targets))
        return malformed(r, "`derivations` or `targets` is missing");
    size_t i;
    const json_t *item;
    json_array_foreach(derivations, i, item)
    {
        if (!read_derivation(r, item, i)) return false;
    }
    json_array_foreach(targets, i, item)
    {
        const char *dref = json_string_value(item);
        uint32_t number = dref ? find(r, str_from(dref)) : 0;
        if (number == 0) return malformed(r, "target %zu is none of its derivations", i);
        plan_add_target(r->plan, number - 1);
    }
    return true;
}

bool plan_read(struct plan *p, struct str text, const char *file_name, struct diag_sink *sink)
{
    struct reader r = {.plan = p, .file = file_name, .sink = sink};
    struct json_problem problem;
    json_t *json = json_parse(text, &problem);
    if (!json) return malformed(&r, "line %d: %s", problem.line, problem.text);
    r.hasher = hasher_new(HASH_SHA256);
    bool ok = read_plan(&r, json);
    hasher_free(r.hasher);
    map_free(&r.index);
    free(r.deps);
    json_decref(json);
    return ok;
}
