// In two steps: what each derivation's folder holds, as a text (from the index where that knows it,
// else from the folder: facts.h), then the nodes made of these texts.
#include "store/graph.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/vec.h"
#include "store/config.h"
#include "store/facts.h"
#include "store/folder.h"
#include "store/index.h"
#include "store/query.h"
#include "store/ref.h"
#include "store/store.h"

typedef VEC(uint32_t) numbers;

struct loader {
    const struct store *s;
    struct diag_sink *sink;
    struct arena arena; // the texts
    struct facts_reader reader;
    struct ref_list drefs;
    struct map numbers;   // dref → its number + 1
    struct facts *facts;  // text.p null: not known yet
    VEC(struct str) gone; // folders that the index knows and the store does not
    struct graph *g;
    numbers needs;
};

static bool read_folder(struct loader *l, size_t number)
{
    struct facts *f = &l->facts[number];
    int result = facts_read(&l->reader, l->drefs.at[number], f);
    if (result < 0 && result != -ENOENT) {
        struct diag *d = store_fail(l->sink, "E0707", result, "cannot read the folder of " STR_FMT,
                                    STR_ARG(l->drefs.at[number]));
        diag_help(d, "if something in it is damaged, `plxc store verify` names it");
        return false;
    }
    f->text = arena_str(&l->arena, f->text);
    return true;
}

// ---- all folders ----

static void take_row(void *ctx, struct str folder, const struct index_stamp *stamp,
                     struct str facts)
{
    struct loader *l = ctx;
    char dref[STORE_REL_SIZE + 8];
    int len = snprintf(dref, sizeof dref, "dref:" STR_FMT, STR_ARG(folder));
    uintptr_t number = (uintptr_t)map_get(&l->numbers, (struct str){dref, (size_t)len});
    if (!number) {
        vec_push(&l->gone, arena_str(&l->arena, folder));
        return;
    }
    struct facts *f = &l->facts[number - 1];
    if (index_stamp_eq(&f->stamp, stamp)) f->text = arena_str(&l->arena, facts);
}

struct numbered {
    uint64_t inode;
    size_t number;
};

static int by_inode(const void *a, const void *b)
{
    const struct numbered *x = a, *y = b;
    return x->inode < y->inode ? -1 : x->inode > y->inode;
}

static bool list_derivations(struct loader *l, struct numbered **order)
{
    struct folder f;
    int result = folder_list_at(l->s->fd, ".", &l->arena, &f);
    if (result < 0) {
        store_fail(l->sink, "E0707", result, "cannot list the store %s", l->s->path);
        return false;
    }
    if (f.len >= GRAPH_NONE) BUG("a store of %zu derivations", f.len);
    l->drefs.at = ARENA_ARRAY(&l->arena, struct str, f.len);
    *order = ARENA_ARRAY(&l->arena, struct numbered, f.len);
    for (size_t i = 0; i < f.len; i++) {
        struct str ref = str_from(arena_printf(&l->arena, "dref:%s", f.at[i].name));
        if (f.at[i].type != DT_DIR || !ref_is_dref(ref)) continue;
        (*order)[l->drefs.len] = (struct numbered){f.at[i].inode, l->drefs.len};
        l->drefs.at[l->drefs.len++] = ref;
    }
    l->facts = ARENA_ARRAY(&l->arena, struct facts, l->drefs.len);
    return true;
}

// In the order of the inodes, which is about that on the disk.
static void stamp_folders(struct loader *l, struct numbered *order)
{
    if (l->drefs.len) qsort(order, l->drefs.len, sizeof(*order), by_inode);
    for (size_t i = 0; i < l->drefs.len; i++) {
        size_t number = order[i].number;
        char rel[STORE_REL_SIZE];
        struct stat st;
        store_ref_rel(l->drefs.at[number], rel);
        map_set(&l->numbers, l->drefs.at[number], (void *)(uintptr_t)(number + 1));
        if (fstatat(l->s->fd, rel, &st, AT_SYMLINK_NOFOLLOW) == 0) {
            l->facts[number].stamp = index_stamp_of(&st);
        }
    }
}

static void keep_new(struct loader *l, struct index *index)
{
    for (size_t i = 0; i < l->drefs.len; i++) {
        const struct facts *f = &l->facts[i];
        struct str dref = l->drefs.at[i];
        if (f->fresh) index_put(index, (struct str){dref.p + 5, dref.len - 5}, &f->stamp, f->text);
    }
    for (size_t i = 0; i < l->gone.len; i++) index_remove(index, l->gone.at[i]);
}

static bool load_folders(struct loader *l)
{
    struct numbered *order;
    if (!list_derivations(l, &order)) return false;
    stamp_folders(l, order);
    struct index *index = index_open(l->s, l->reader.h);
    index_each(index, l->g != NULL, take_row, l);
    bool good = true;
    for (size_t i = 0; good && i < l->drefs.len; i++) {
        if (!l->facts[i].text.p) good = read_folder(l, i);
    }
    keep_new(l, index);
    index_close(index);
    return good;
}

// ---- nodes ----

static void count_nodes(struct loader *l)
{
    struct graph *g = l->g;
    size_t at = g->derivations = l->drefs.len;
    g->len = at;
    for (size_t i = 0; i < l->drefs.len; i++) {
        struct str rest = l->facts[i].text, line;
        while (facts_next_line(&rest, &line)) g->len += facts_is_realization(line);
    }
    if (g->len >= GRAPH_NONE) BUG("a store of %zu objects", g->len);
    g->at = ARENA_ARRAY(&g->arena, struct graph_node, g->len);
    for (size_t i = 0; i < g->derivations; i++) {
        g->at[i].ref = arena_str(&g->arena, l->drefs.at[i]);
        map_set(&g->by_dref, g->at[i].ref, &g->at[i]);
    }
}

static void name_nodes(struct loader *l)
{
    struct graph *g = l->g;
    size_t at = g->derivations;
    for (size_t i = 0; i < g->derivations; i++) {
        struct str rest = l->facts[i].text, line, dref = g->at[i].ref;
        g->at[i].first = (uint32_t)at;
        while (facts_next_line(&rest, &line)) {
            if (!facts_is_realization(line)) continue;
            g->at[at++].ref = str_from(arena_printf(&g->arena, "rref:%.*s-%.*s", REF_HASH_LEN,
                                                    line.p, (int)dref.len - 5, dref.p + 5));
        }
        g->at[i].count = (uint32_t)at - g->at[i].first;
    }
}

static uint32_t find_realization(const struct graph *g, uint32_t derivation, const char *hash)
{
    const struct graph_node *d = &g->at[derivation];
    uint32_t low = d->first, high = d->first + d->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = memcmp(g->at[middle].ref.p + 5, hash, REF_HASH_LEN);
        if (order == 0) return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return GRAPH_NONE;
}

static void give_needs(struct loader *l, struct graph_node *n)
{
    n->need_count = (uint32_t)l->needs.len;
    n->needs = ARENA_ARRAY(&l->g->arena, uint32_t, l->needs.len);
    if (l->needs.len) memcpy(n->needs, l->needs.at, l->needs.len * sizeof(*l->needs.at));
    vec_clear(&l->needs);
}

// One word of a realization's line.
static uint32_t find_need(const struct graph *g, struct str word, const numbers *deps)
{
    if (word.len <= REF_HASH_LEN + 1 || word.p[REF_HASH_LEN] != ':') return graph_find(g, word);
    size_t n = 0;
    for (size_t i = REF_HASH_LEN + 1; i < word.len; i++) n = n * 10 + (size_t)(word.p[i] - '0');
    if (n >= deps->len || deps->at[n] == GRAPH_NONE) return GRAPH_NONE;
    return find_realization(g, deps->at[n], word.p);
}

static void link_realization(struct loader *l, uint32_t derivation, struct graph_node *n,
                             struct str line, const numbers *deps)
{
    vec_push(&l->needs, derivation);
    for (size_t at = FACTS_NEEDS; at < line.len;) {
        const char *word = line.p + at + 1;
        const char *end = memchr(word, ' ', line.len - at - 1);
        size_t len = end ? (size_t)(end - word) : line.len - at - 1;
        uint32_t need = find_need(l->g, (struct str){word, len}, deps);
        if (need != GRAPH_NONE) vec_push(&l->needs, need);
        at += 1 + len;
    }
    give_needs(l, n);
}

static void link_derivation(struct loader *l, uint32_t number, numbers *deps)
{
    struct graph *g = l->g;
    struct str rest = l->facts[number].text, line;
    vec_clear(deps);
    while (facts_next_line(&rest, &line)) {
        if (!facts_is_dependency(line)) continue;
        uint32_t dep = graph_find(g, line);
        vec_push(deps, dep);
        if (dep != GRAPH_NONE) vec_push(&l->needs, dep);
    }
    give_needs(l, &g->at[number]);
    rest = l->facts[number].text;
    uint32_t at = g->at[number].first;
    while (facts_next_line(&rest, &line)) {
        if (facts_is_realization(line)) link_realization(l, number, &g->at[at++], line, deps);
    }
}

static void build(struct loader *l)
{
    numbers deps = {0};
    count_nodes(l);
    name_nodes(l);
    for (uint32_t i = 0; i < l->g->derivations; i++) link_derivation(l, i, &deps);
    vec_free(&deps);
}

static bool load(const struct store *s, struct graph *g, struct diag_sink *sink)
{
    struct hasher *h = hasher_new(HASH_SHA256);
    struct loader l = {.s = s, .g = g, .sink = sink, .reader = {.s = s, .h = h}};
    bool good = load_folders(&l);
    if (good && g) build(&l);
    vec_free(&l.needs);
    vec_free(&l.gone);
    map_free(&l.numbers);
    facts_reader_free(&l.reader);
    hasher_free(h);
    arena_free(&l.arena);
    return good;
}

bool graph_load(const struct store *s, struct graph *g, struct diag_sink *sink)
{
    *g = (struct graph){.at = NULL};
    return load(s, g, sink);
}

bool graph_index(const struct store *s, struct diag_sink *sink)
{
    return load(s, NULL, sink);
}

void graph_free(struct graph *g)
{
    map_free(&g->by_dref);
    arena_free(&g->arena);
}

uint32_t graph_find(const struct graph *g, struct str ref)
{
    if (ref_is_dref(ref)) {
        const struct graph_node *n = map_get(&g->by_dref, ref);
        return n ? (uint32_t)(n - g->at) : GRAPH_NONE;
    }
    struct rref r;
    if (rref_parse(ref, &r) != REF_OK) return GRAPH_NONE;
    struct dref of = rref_dref(&r);
    const struct graph_node *n = map_get(&g->by_dref, str_from(of.text));
    return n ? find_realization(g, (uint32_t)(n - g->at), ref.p + 5) : GRAPH_NONE;
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
