#include "base/layered.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

#define ORDER_SWEEPS 12
#define PLACE_SWEEPS 16
#define BEND_WIDTH   4.0

// A node or a bend.
struct vertex {
    uint32_t layer;
    uint32_t pos; // in its layer
    double width;
    double x;
    double key; // to sort by, or where it wants to be
};

struct link { // between neighbouring layers
    uint32_t up;
    uint32_t down;
};

struct drawing {
    struct layered *g;
    struct arena *arena;
    VEC(struct vertex) v; // the nodes first
    VEC(struct link) links;
    uint32_t *up_start; // links of vertex i upwards: up[up_start[i]] to up[up_start[i + 1]]
    uint32_t *up;
    uint32_t *down_start;
    uint32_t *down;
    uint32_t *order;       // vertices, layer by layer
    uint32_t *layer_start; // in `order`
};

static void assign_layers(struct layered *g)
{
    for (size_t i = 0; i < g->node_count; i++) g->nodes[i].layer = 0;
    // Edges sorted by `from` would do in one pass; nodes are numbered upwards along edges, so a
    // pass over edges grouped by `to` in ascending order does as well.
    uint32_t *first = bug_malloc((g->node_count + 1) * sizeof *first);
    uint32_t *next = bug_malloc((g->edge_count + 1) * sizeof *next);
    memset(first, 0, (g->node_count + 1) * sizeof *first);
    for (uint32_t e = 0; e < g->edge_count; e++) {
        next[e] = first[g->edges[e].to];
        first[g->edges[e].to] = e + 1;
    }
    g->layers = g->node_count ? 1 : 0;
    for (size_t i = 0; i < g->node_count; i++) {
        for (uint32_t e = first[i]; e; e = next[e - 1]) {
            uint32_t below = g->nodes[g->edges[e - 1].from].layer + 1;
            if (below > g->nodes[i].layer) g->nodes[i].layer = below;
        }
        if (g->nodes[i].layer + 1 > g->layers) g->layers = g->nodes[i].layer + 1;
    }
    // What nothing is above of hangs close to its first user.
    uint32_t *close = bug_malloc((g->node_count + 1) * sizeof *close);
    for (size_t i = 0; i < g->node_count; i++) close[i] = UINT32_MAX;
    for (size_t e = 0; e < g->edge_count; e++) {
        uint32_t above = g->nodes[g->edges[e].to].layer - 1;
        if (above < close[g->edges[e].from]) close[g->edges[e].from] = above;
    }
    for (size_t i = 0; i < g->node_count; i++)
        if (!first[i] && close[i] != UINT32_MAX) g->nodes[i].layer = close[i];
    free(first);
    free(next);
    free(close);
}

static void make_vertices(struct drawing *d)
{
    struct layered *g = d->g;
    size_t bends = 0;
    for (size_t i = 0; i < g->node_count; i++)
        vec_push(&d->v, (struct vertex){.layer = g->nodes[i].layer, .width = g->nodes[i].width});
    for (size_t e = 0; e < g->edge_count; e++)
        bends += g->nodes[g->edges[e].to].layer - g->nodes[g->edges[e].from].layer - 1;
    for (size_t e = 0; e < g->edge_count; e++) {
        struct layered_edge *edge = &g->edges[e];
        uint32_t top = g->nodes[edge->from].layer, bottom = g->nodes[edge->to].layer;
        edge->bends = NULL;
        edge->bend_count = bends > LAYERED_MAX_BENDS ? 0 : bottom - top - 1;
        if (edge->bend_count < bottom - top - 1) continue;
        uint32_t above = edge->from;
        for (uint32_t layer = top + 1; layer < bottom; layer++) {
            vec_push(&d->links, (struct link){above, (uint32_t)d->v.len});
            above = (uint32_t)d->v.len;
            vec_push(&d->v, (struct vertex){.layer = layer, .width = BEND_WIDTH});
        }
        vec_push(&d->links, (struct link){above, edge->to});
    }
}

// Lists of neighbours, one allocation each.
static void index_links(struct drawing *d, bool upwards, uint32_t **start, uint32_t **at)
{
    *start = ARENA_ARRAY(d->arena, uint32_t, d->v.len + 2);
    *at = ARENA_ARRAY(d->arena, uint32_t, d->links.len + 1);
    vec_each (l, &d->links) (*start)[(upwards ? l->down : l->up) + 2]++;
    for (size_t i = 2; i < d->v.len + 2; i++) (*start)[i] += (*start)[i - 1];
    vec_each (l, &d->links)
        (*at)[(*start)[(upwards ? l->down : l->up) + 1]++] = upwards ? l->up : l->down;
}

static void number_layer(struct drawing *d, uint32_t layer)
{
    for (uint32_t i = d->layer_start[layer]; i < d->layer_start[layer + 1]; i++)
        d->v.at[d->order[i]].pos = i - d->layer_start[layer];
}

static void fill_layers(struct drawing *d)
{
    uint32_t layers = d->g->layers;
    d->layer_start = ARENA_ARRAY(d->arena, uint32_t, layers + 2);
    d->order = ARENA_ARRAY(d->arena, uint32_t, d->v.len + 1);
    vec_each (v, &d->v) d->layer_start[v->layer + 2]++;
    for (uint32_t i = 2; i < layers + 2; i++) d->layer_start[i] += d->layer_start[i - 1];
    for (uint32_t i = 0; i < d->v.len; i++) d->order[d->layer_start[d->v.at[i].layer + 1]++] = i;
    for (uint32_t i = 0; i < layers; i++) number_layer(d, i);
}

struct sorted {
    double key;
    uint32_t pos;
    uint32_t vertex;
};

static int by_key(const void *a, const void *b)
{
    const struct sorted *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return x->pos < y->pos ? -1 : 1;
}

static void sort_layer(struct drawing *d, uint32_t layer, const uint32_t *start, const uint32_t *at,
                       struct sorted *scratch)
{
    uint32_t from = d->layer_start[layer], count = d->layer_start[layer + 1] - from;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t v = d->order[from + i];
        double sum = 0;
        for (uint32_t k = start[v]; k < start[v + 1]; k++) sum += d->v.at[at[k]].pos;
        uint32_t n = start[v + 1] - start[v];
        scratch[i] = (struct sorted){n ? sum / n : i, i, v};
    }
    if (count) qsort(scratch, count, sizeof *scratch, by_key);
    for (uint32_t i = 0; i < count; i++) d->order[from + i] = scratch[i].vertex;
    number_layer(d, layer);
}

static void reduce_crossings(struct drawing *d)
{
    struct sorted *scratch = bug_malloc((d->v.len + 1) * sizeof *scratch);
    for (int sweep = 0; sweep < ORDER_SWEEPS; sweep++) {
        if (sweep % 2 == 0) {
            for (uint32_t i = 1; i < d->g->layers; i++)
                sort_layer(d, i, d->up_start, d->up, scratch);
        } else {
            for (uint32_t i = d->g->layers; i-- > 1;)
                sort_layer(d, i - 1, d->down_start, d->down, scratch);
        }
    }
    free(scratch);
}

static double distance(const struct drawing *d, uint32_t left, uint32_t right)
{
    return (d->v.at[left].width + d->v.at[right].width) / 2 + d->g->gap;
}

// Puts the vertices of a layer as near to their keys as their widths allow: the mean of pushing all
// to the right where they overlap, and all to the left.
static void place_layer(struct drawing *d, uint32_t layer)
{
    uint32_t from = d->layer_start[layer], to = d->layer_start[layer + 1];
    for (uint32_t i = from; i < to; i++) {
        struct vertex *v = &d->v.at[d->order[i]];
        v->x = v->key;
        if (i == from) continue;
        double least = d->v.at[d->order[i - 1]].x + distance(d, d->order[i - 1], d->order[i]);
        if (v->x < least) v->x = least;
    }
    double most = 0;
    for (uint32_t i = to; i-- > from;) {
        struct vertex *v = &d->v.at[d->order[i]];
        double x = v->key;
        if (i + 1 < to && x > most - distance(d, d->order[i], d->order[i + 1]))
            x = most - distance(d, d->order[i], d->order[i + 1]);
        most = x;
        v->x = (v->x + x) / 2;
    }
}

static void add_neighbours(const struct drawing *d, uint32_t v, const uint32_t *start,
                           const uint32_t *at, double *sum, uint32_t *n)
{
    for (uint32_t k = start[v]; k < start[v + 1]; k++) *sum += d->v.at[at[k]].x;
    *n += start[v + 1] - start[v];
}

// A vertex wants to stand in the middle of its neighbours in the layers above or below, or both.
static void want_layer(struct drawing *d, uint32_t layer, bool above, bool below)
{
    for (uint32_t i = d->layer_start[layer]; i < d->layer_start[layer + 1]; i++) {
        uint32_t v = d->order[i], n = 0;
        double sum = 0;
        if (above) add_neighbours(d, v, d->up_start, d->up, &sum, &n);
        if (below) add_neighbours(d, v, d->down_start, d->down, &sum, &n);
        d->v.at[v].key = n ? sum / n : d->v.at[v].x;
    }
}

static void place(struct drawing *d)
{
    for (uint32_t layer = 0; layer < d->g->layers; layer++) {
        for (uint32_t i = d->layer_start[layer]; i < d->layer_start[layer + 1]; i++)
            d->v.at[d->order[i]].key = 0;
        place_layer(d, layer);
    }
    for (int sweep = 0; sweep < PLACE_SWEEPS; sweep++) {
        bool down = sweep % 2 == 0, late = sweep >= PLACE_SWEEPS / 2;
        for (uint32_t i = 0; i < d->g->layers; i++) {
            uint32_t layer = down ? i : d->g->layers - 1 - i;
            want_layer(d, layer, down || late, !down || late);
            place_layer(d, layer);
        }
    }
}

static void give(struct drawing *d)
{
    struct layered *g = d->g;
    double left = 0, right = 0;
    for (size_t i = 0; i < d->v.len; i++) {
        const struct vertex *v = &d->v.at[i];
        if (i == 0 || v->x - v->width / 2 < left) left = v->x - v->width / 2;
        if (i == 0 || v->x + v->width / 2 > right) right = v->x + v->width / 2;
    }
    g->width = right - left;
    for (size_t i = 0; i < g->node_count; i++) g->nodes[i].x = d->v.at[i].x - left;
    size_t bend = g->node_count;
    for (size_t e = 0; e < g->edge_count; e++) {
        struct layered_edge *edge = &g->edges[e];
        edge->bends = ARENA_ARRAY(d->arena, double, edge->bend_count);
        for (uint32_t i = 0; i < edge->bend_count; i++) edge->bends[i] = d->v.at[bend++].x - left;
    }
}

void layered_run(struct layered *g, struct arena *arena)
{
    struct drawing d = {.g = g, .arena = arena};
    assign_layers(g);
    make_vertices(&d);
    index_links(&d, true, &d.up_start, &d.up);
    index_links(&d, false, &d.down_start, &d.down);
    fill_layers(&d);
    reduce_crossings(&d);
    place(&d);
    give(&d);
    vec_free(&d.v);
    vec_free(&d.links);
}
