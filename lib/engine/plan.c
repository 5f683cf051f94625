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

// ---- one matcher and one realizer for a derivation ----

// Derivations with the same dref but another matcher or realizer. Most plans have none.
struct conflict {
    uint32_t first;
    uint32_t other;
};

struct conflicts {
    struct conflict *at;
    size_t len;
    size_t cap;
};

static bool same_use(const struct derivation *a, const struct derivation *b)
{
    return str_eq(a->matcher, b->matcher) && str_eq(a->realizer, b->realizer);
}

static void find_conflicts(const struct plan *p, struct conflicts *out)
{
    struct map seen = MAP_INIT;
    for (size_t i = 0; i < p->len; i++) {
        struct derivation *d = &p->at[i];
        struct derivation *first = map_get(&seen, d->dref);
        if (!first)
            map_set(&seen, d->dref, d);
        else if (!same_use(first, d))
            vec_push(out, (struct conflict){(uint32_t)(first - p->at), (uint32_t)i});
    }
    map_free(&seen);
}

static void report_conflict(const struct plan *p, struct conflict c, struct diag_sink *sink)
{
    const struct derivation *a = &p->at[c.first];
    const struct derivation *b = &p->at[c.other];
    const char *what = str_eq(a->matcher, b->matcher) ? "realizers" : "matchers";
    struct diag *d =
        diag_error(sink, b->span, "E0814", "`" STR_FMT "` is used with two different %s",
                   STR_ARG(b->name), what);
    diag_primary(d, "here with one");
    diag_label(d, a->span, "here with another");
    if (a->span.source == 0 && a->place) diag_note(d, "one is at %s", a->place);
    if (b->span.source == 0 && b->place) diag_note(d, "one is at %s", b->place);
    diag_note(d, "both are the derivation " STR_FMT ", and one target needs both",
              STR_ARG(b->dref));
    diag_help(d, "give them configs that differ, or one %.*s for both", (int)strlen(what) - 1,
              what);
}

// One pass over the plan for 32 conflicts at a time: two bits for each say which of the two a
// derivation's closure holds.
static bool check_some(const struct plan *p, const struct conflict *c, size_t count,
                       uint64_t *reach, struct diag_sink *sink)
{
    memset(reach, 0, p->len * sizeof *reach);
    for (size_t k = 0; k < count; k++) {
        reach[c[k].first] |= (uint64_t)1 << (2 * k);
        reach[c[k].other] |= (uint64_t)2 << (2 * k);
    }
    for (size_t i = 0; i < p->len; i++)
        for (size_t k = 0; k < p->at[i].dep_count; k++) reach[i] |= reach[p->at[i].deps[k]];
    uint64_t both = 0;
    for (size_t t = 0; t < p->target_count; t++) {
        uint64_t r = reach[p->targets[t]];
        both |= r & (r >> 1) & 0x5555555555555555;
    }
    for (size_t k = 0; k < count; k++)
        if (both >> (2 * k) & 1) report_conflict(p, c[k], sink);
    return both == 0;
}

bool plan_check(const struct plan *p, struct diag_sink *sink)
{
    struct conflicts conflicts = {0};
    find_conflicts(p, &conflicts);
    bool ok = true;
    if (conflicts.len > 0) {
        uint64_t *reach = bug_malloc(p->len * sizeof *reach);
        for (size_t at = 0; at < conflicts.len; at += 32) {
            size_t left = conflicts.len - at;
            if (!check_some(p, conflicts.at + at, left < 32 ? left : 32, reach, sink)) ok = false;
        }
        free(reach);
    }
    vec_free(&conflicts);
    return ok;
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

// In a file, dependencies are named by dref, so there each dref may stand once.
static bool check_unique(const struct plan *p, struct diag_sink *sink)
{
    struct conflicts conflicts = {0};
    find_conflicts(p, &conflicts);
    for (size_t i = 0; i < conflicts.len; i++) {
        const struct derivation *d = &p->at[conflicts.at[i].other];
        struct diag *e = diag_error(
            sink, d->span, "E0814",
            "`" STR_FMT "` is used in two ways, which one plan file cannot say", STR_ARG(d->name));
        diag_label(e, p->at[conflicts.at[i].first].span, "the other one");
        diag_help(e, "write a plan file for each target");
    }
    bool ok = conflicts.len == 0;
    vec_free(&conflicts);
    return ok;
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
