#include "store/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/vec.h"
#include "store/config.h"
#include "store/query.h"
#include "store/ref.h"
#include "store/store.h"

typedef VEC(uint32_t) numbers;

struct loader {
    const struct store *s;
    struct graph *g;
    struct diag_sink *sink;
    struct arena scratch;
    struct hasher *h;
    struct buf text;
    struct buf path;
    numbers needs;
};

static void add_node(struct graph *g, size_t *at, struct str ref)
{
    struct graph_node *n = &g->at[(*at)++];
    n->ref = ref;
    map_set(&g->by_ref, ref, n);
}

// First all names, so that references can be numbers.
static bool load_names(struct loader *l, struct diag_sink *sink)
{
    struct graph *g = l->g;
    struct ref_list drefs;
    if (!query_drefs(l->s, &g->arena, &drefs, sink)) return false;
    struct ref_list *rrefs = ARENA_ARRAY(&l->scratch, struct ref_list, drefs.len);
    g->len = g->derivations = drefs.len;
    for (size_t i = 0; i < drefs.len; i++) {
        if (!query_rrefs(l->s, &g->arena, drefs.at[i], &rrefs[i], sink)) return false;
        g->len += rrefs[i].len;
    }
    if (g->len >= GRAPH_NONE) BUG("a store of %zu objects", g->len);
    g->at = ARENA_ARRAY(&g->arena, struct graph_node, g->len);
    size_t at = 0;
    for (size_t i = 0; i < drefs.len; i++) add_node(g, &at, drefs.at[i]);
    for (size_t i = 0; i < drefs.len; i++) {
        g->at[i].first = (uint32_t)at;
        g->at[i].count = (uint32_t)rrefs[i].len;
        for (size_t j = 0; j < rrefs[i].len; j++) add_node(g, &at, rrefs[i].at[j]);
    }
    return true;
}

static void add_need(struct loader *l, struct str ref)
{
    uint32_t number = graph_find(l->g, ref);
    if (number != GRAPH_NONE) vec_push(&l->needs, number);
}

static void give_needs(struct loader *l, struct graph_node *n)
{
    n->need_count = (uint32_t)l->needs.len;
    n->needs = ARENA_ARRAY(&l->g->arena, uint32_t, l->needs.len);
    if (l->needs.len) memcpy(n->needs, l->needs.at, l->needs.len * sizeof(*l->needs.at));
    vec_clear(&l->needs);
}

// Reads into l->text, which is empty if there is no such file. One that is there and cannot be read
// is an error: what it needs would be taken for garbage.
static bool read_text(struct loader *l, struct str ref, const char *file)
{
    char rel[STORE_REL_SIZE];
    store_ref_rel(ref, rel);
    buf_clear(&l->path);
    buf_printf(&l->path, "%s/%s", rel, file);
    buf_clear(&l->text);
    int result = io_read_file(l->s->fd, buf_z(&l->path), 0, &l->text);
    if (result == 0 || io_is_absent(result)) return true;
    store_fail(l->sink, "E0707", result, "cannot read %s/%s", l->s->path, buf_z(&l->path));
    return false;
}

static bool load_derivation(struct loader *l, struct graph_node *n)
{
    if (!read_text(l, n->ref, "config.json")) return false;
    struct arena_mark mark = arena_mark(&l->scratch);
    struct diag_sink quiet = DIAG_SINK_INIT;
    struct config c;
    if (config_scan(&c, &l->scratch, l->h, buf_str(&l->text), SPAN_NONE, &quiet)) {
        for (size_t i = 0; i < c.dep_count; i++) add_need(l, c.deps[i]);
    }
    diag_sink_free(&quiet);
    arena_reset(&l->scratch, mark);
    give_needs(l, n);
    return true;
}

// Every rref between quotes counts: no other place of a context can hold one.
static bool load_realization(struct loader *l, uint32_t derivation, struct graph_node *n)
{
    if (!read_text(l, n->ref, "context.json")) return false;
    vec_push(&l->needs, derivation);
    const char *p = buf_z(&l->text);
    while ((p = strstr(p, "\"rref:"))) {
        size_t len = strcspn(++p, "\"");
        add_need(l, (struct str){p, len});
        p += len;
    }
    give_needs(l, n);
    return true;
}

bool graph_load(const struct store *s, struct graph *g, struct diag_sink *sink)
{
    *g = (struct graph){.at = NULL};
    struct loader l = {.s = s, .g = g, .sink = sink, .h = hasher_new(HASH_SHA256)};
    bool good = load_names(&l, sink);
    for (size_t i = 0; good && i < g->derivations; i++) {
        good = load_derivation(&l, &g->at[i]);
        for (uint32_t j = 0; good && j < g->at[i].count; j++) {
            good = load_realization(&l, (uint32_t)i, &g->at[g->at[i].first + j]);
        }
    }
    vec_free(&l.needs);
    buf_free(&l.text);
    buf_free(&l.path);
    hasher_free(l.h);
    arena_free(&l.scratch);
    if (!good) graph_free(g);
    return good;
}

void graph_free(struct graph *g)
{
    map_free(&g->by_ref);
    arena_free(&g->arena);
}

uint32_t graph_find(const struct graph *g, struct str ref)
{
    const struct graph_node *n = map_get(&g->by_ref, ref);
    return n ? (uint32_t)(n - g->at) : GRAPH_NONE;
}

void graph_reverse(struct graph *g, struct graph_users *out)
{
    out->start = ARENA_ARRAY(&g->arena, uint32_t, g->len + 1);
    size_t edges = 0;
    for (size_t i = 0; i < g->len; i++) {
        edges += g->at[i].need_count;
        for (uint32_t j = 0; j < g->at[i].need_count; j++) out->start[g->at[i].needs[j] + 1]++;
    }
    for (size_t i = 0; i < g->len; i++) out->start[i + 1] += out->start[i];
    out->at = ARENA_ARRAY(&g->arena, uint32_t, edges);
    uint32_t *next = bug_malloc((g->len + 1) * sizeof(*next));
    memcpy(next, out->start, (g->len + 1) * sizeof(*next));
    for (size_t i = 0; i < g->len; i++) {
        for (uint32_t j = 0; j < g->at[i].need_count; j++) {
            out->at[next[g->at[i].needs[j]]++] = (uint32_t)i;
        }
    }
    free(next);
}
