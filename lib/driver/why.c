#include "driver/why.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json.h"
#include "base/map.h"
#include "base/vec.h"
#include "driver/driver.h"
#include "driver/realize.h"
#include "engine/match.h"
#include "store/config_form.h"
#include "store/config_text.h"
#include "store/context.h"

// How many earlier derivations of one name are compared, the latest ones: enough to find the one
// before the last edits, and few enough for thousands of stages of one name.
#define NEAREST_MAX 32

struct earlier {
    struct str dref;
    int64_t time_ns; // when it was instantiated
    json_t *config;
};

// Realized derivations of one name that the plan does not hold.
struct group {
    struct earlier *at; // the latest first
    size_t len;
};

struct explainer {
    struct driver *driver;
    const struct plan *plan;
    struct why_result *out;
    struct map planned;  // drefs of the plan
    struct map by_name;  // name → struct ref_list of the store's drefs
    struct map groups;   // name → struct group, made when it is needed
    struct map matchers; // text → struct matcher
    struct engine_options keys;
    VEC(json_t *) configs;
};

void why_result_free(struct why_result *r)
{
    for (size_t i = 0; i < r->config_count; i++) json_decref(r->configs[i]);
    free(r->configs);
    arena_free(&r->arena);
    *r = WHY_RESULT_INIT;
}

static struct str name_of(struct str dref)
{
    const size_t prefix = 5 + REF_HASH_LEN + 1;
    return (struct str){dref.p + prefix, dref.len - prefix};
}

static json_t *parse(struct explainer *e, struct str text)
{
    struct json_problem problem;
    json_t *config = json_parse(text, &problem);
    if (config) vec_push(&e->configs, config);
    return config;
}

// ---- earlier derivations ----

// The drefs of the store by name: lists that grow by doubling.
static bool index_store(struct explainer *e)
{
    struct driver *d = e->driver;
    struct arena *arena = &e->out->arena;
    struct ref_list all;
    if (!query_drefs(&d->store, arena, &all, &d->sink)) return false;
    for (size_t i = 0; i < all.len; i++) {
        struct str name = name_of(all.at[i]);
        struct ref_list *list = map_get(&e->by_name, name);
        if (map_has(&e->planned, all.at[i])) continue;
        if (!list) {
            list = ARENA_NEW(arena, struct ref_list);
            map_set(&e->by_name, name, list);
        }
        if ((list->len & (list->len - 1)) == 0) {
            struct str *grown = ARENA_ARRAY(arena, struct str, list->len ? 2 * list->len : 1);
            if (list->len) memcpy(grown, list->at, list->len * sizeof *grown);
            list->at = grown;
        }
        list->at[list->len++] = all.at[i];
    }
    return true;
}

static int latest_first(const void *a, const void *b)
{
    const struct earlier *x = a, *y = b;
    if (x->time_ns != y->time_ns) return x->time_ns < y->time_ns ? 1 : -1;
    return str_cmp(x->dref, y->dref);
}

static int64_t instantiated_at(const struct store *s, struct str dref)
{
    char rel[STORE_REL_SIZE], path[STORE_REL_SIZE + 16];
    struct stat st;
    store_ref_rel(dref, rel);
    snprintf(path, sizeof path, "%s/config.json", rel);
    if (fstatat(s->fd, path, &st, AT_SYMLINK_NOFOLLOW) < 0) return 0;
    return (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
}

// The latest ones that were realized, with their configs.
static bool fill_group(struct explainer *e, const struct ref_list *drefs, struct group *g)
{
    struct driver *d = e->driver;
    struct arena *arena = &e->out->arena;
    struct earlier *all = ARENA_ARRAY(arena, struct earlier, drefs->len);
    for (size_t i = 0; i < drefs->len; i++)
        all[i] = (struct earlier){drefs->at[i], instantiated_at(&d->store, drefs->at[i]), NULL};
    qsort(all, drefs->len, sizeof *all, latest_first);
    g->at = ARENA_ARRAY(arena, struct earlier, NEAREST_MAX);
    for (size_t i = 0; i < drefs->len && g->len < NEAREST_MAX; i++) {
        struct ref_list rrefs;
        struct str text;
        if (!query_rrefs(&d->store, arena, all[i].dref, &rrefs, &d->sink)) return false;
        if (!rrefs.len) continue;
        if (!query_config(&d->store, arena, all[i].dref, &text, &d->sink)) return false;
        all[i].config = parse(e, text);
        if (all[i].config) g->at[g->len++] = all[i];
    }
    return true;
}

static bool group_of(struct explainer *e, struct str name, struct group **out)
{
    *out = map_get(&e->groups, name);
    if (*out) return true;
    *out = ARENA_NEW(&e->out->arena, struct group);
    map_set(&e->groups, name, *out);
    const struct ref_list *drefs = map_get(&e->by_name, name);
    return !drefs || fill_group(e, drefs, *out);
}

// ---- what is different ----

// The dref of a dependency or of a path in one; empty for other values.
static struct str dref_in(const json_t *v)
{
    enum config_form form = config_form(v);
    if (form == CONFIG_STAGE) return json_slice(v);
    return form == CONFIG_PATH ? json_slice(json_array_get(v, 0)) : STR("");
}

// Does it differ only because the dependency does?
static bool is_input_change(const struct json_difference *d)
{
    struct str before = dref_in(d->before), after = dref_in(d->after);
    return before.len && after.len && str_eq(name_of(before), name_of(after));
}

static void own_changes_first(struct arena *arena, struct json_differences *d, size_t *own)
{
    struct json_difference *sorted = ARENA_ARRAY(arena, struct json_difference, d->len);
    size_t n = 0;
    for (size_t i = 0; i < d->len; i++)
        if (!is_input_change(&d->at[i])) sorted[n++] = d->at[i];
    *own = n;
    for (size_t i = 0; i < d->len; i++)
        if (is_input_change(&d->at[i])) sorted[n++] = d->at[i];
    d->at = sorted;
}

static bool explain_change(struct explainer *e, const struct derivation *d, struct why *w)
{
    struct arena *arena = &e->out->arena;
    struct group *g;
    if (!group_of(e, d->name, &g)) return false;
    json_t *config = g->len ? parse(e, d->config) : NULL;
    w->kind = WHY_NEW;
    for (size_t i = 0; config && i < g->len; i++) {
        struct json_differences found;
        json_diff(g->at[i].config, config, config_text_is_whole, arena, &found);
        if (w->kind == WHY_CHANGED && found.len >= w->differences.len) continue;
        w->kind = WHY_CHANGED;
        w->nearest = g->at[i].dref;
        w->differences = found;
    }
    if (w->kind == WHY_CHANGED) own_changes_first(arena, &w->differences, &w->own);
    return true;
}

// ---- matching ----

static const struct matcher *matcher_of(struct explainer *e, const struct derivation *d,
                                        const char *name)
{
    struct arena *arena = &e->out->arena;
    struct matcher *m = map_get(&e->matchers, d->matcher);
    if (m) return m;
    m = ARENA_NEW(arena, struct matcher);
    if (!matcher_parse(m, arena, d->matcher, name, d->span, &e->driver->sink)) return NULL;
    map_set(&e->matchers, d->matcher, m);
    return m;
}

static struct context context_of(struct explainer *e, const struct derivation *d)
{
    struct context_entry *entries = ARENA_ARRAY(&e->out->arena, struct context_entry, d->dep_count);
    for (size_t i = 0; i < d->dep_count; i++) {
        const struct ref_list *rrefs = &e->out->at[d->deps[i]].rrefs;
        entries[i] = (struct context_entry){e->plan->at[d->deps[i]].dref, rrefs->at, rrefs->len};
    }
    return context_make(entries, d->dep_count);
}

static bool same_rrefs(const struct context_entry *a, const struct context_entry *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) same = str_eq(a->rrefs[i], b->rrefs[i]);
    return same;
}

// Names the first dependency that one of the realizations, whichever, was made with another
// realization of.
static bool explain_context(struct explainer *e, const struct derivation *d,
                            const struct context *now, const struct ref_list *rrefs, struct why *w)
{
    struct driver *driver = e->driver;
    w->kind = WHY_CONTEXT;
    struct context then;
    if (!context_read(&driver->store, &e->out->arena, rrefs->at[rrefs->len - 1], &then,
                      &driver->sink))
        return false;
    for (size_t i = 0; i < d->dep_count; i++) {
        struct str dref = e->plan->at[d->deps[i]].dref;
        const struct context_entry *a = context_find(&then, dref), *b = context_find(now, dref);
        w->because = d->deps[i];
        if (!a || !b || !same_rrefs(a, b)) break;
    }
    return true;
}

static bool match(struct explainer *e, const struct derivation *d, const struct ref_list *rrefs,
                  struct why *w)
{
    struct driver *driver = e->driver;
    struct arena *arena = &e->out->arena;
    const char *name = arena_str(arena, d->name).p;
    const struct matcher *m = matcher_of(e, d, name);
    if (!m) return false;
    struct context now = context_of(e, d);
    struct buf text = BUF_INIT;
    context_write(&now, &text);
    struct match_request q = {.matcher = m,
                              .store = &driver->store,
                              .name = name,
                              .span = d->span,
                              .key_call = e->keys.key_call,
                              .key_ctx = e->keys.key_ctx};
    bool good = query_matching(&driver->store, arena, d->dref, buf_str(&text), &q.candidates,
                               &driver->sink);
    buf_free(&text);
    if (!good) return false;
    struct match_answer answer;
    switch (match_run(&q, arena, &answer, &driver->sink)) {
    case MATCH_CONTENT:
        w->kind = WHY_REALIZED;
        w->rrefs = answer.chosen;
        return true;
    case MATCH_FAILED: w->kind = WHY_FAILED; return true;
    case MATCH_MORE: break;
    }
    w->kind = WHY_MATCH;
    w->candidates = answer.candidates;
    w->fitting = answer.candidates - answer.dropped;
    w->wanted = m->rmin;
    if (!rrefs->len) return explain_change(e, d, w);
    return q.candidates.len || explain_context(e, d, &now, rrefs, w);
}

static bool explain_one(struct explainer *e, uint32_t index)
{
    struct driver *driver = e->driver;
    const struct derivation *d = &e->plan->at[index];
    struct why *w = &e->out->at[index];
    struct ref_list rrefs;
    if (!query_rrefs(&driver->store, &e->out->arena, d->dref, &rrefs, &driver->sink)) return false;
    for (size_t i = 0; i < d->dep_count; i++) {
        if (e->out->at[d->deps[i]].kind == WHY_REALIZED) continue;
        w->kind = WHY_INPUT;
        w->because = d->deps[i];
        // What was never realized has a reason of its own, at best.
        if (rrefs.len) return true;
        if (!explain_change(e, d, w)) return false;
        if (w->kind == WHY_NEW) w->kind = WHY_INPUT;
        return true;
    }
    return match(e, d, &rrefs, w);
}

bool why_explain(struct driver *d, const struct plan *plan, struct why_result *out)
{
    struct explainer e = {.driver = d, .plan = plan, .out = out};
    realize_bind_keys(d, &e.keys);
    out->at = ARENA_ARRAY(&out->arena, struct why, plan->len);
    for (size_t i = 0; i < plan->len; i++) map_set(&e.planned, plan->at[i].dref, out);
    bool good = index_store(&e);
    for (uint32_t i = 0; good && i < plan->len && !d->cancel; i++) good = explain_one(&e, i);
    out->configs = e.configs.at;
    out->config_count = e.configs.len;
    map_free(&e.planned);
    map_free(&e.by_name);
    map_free(&e.groups);
    map_free(&e.matchers);
    return good && !d->cancel;
}
