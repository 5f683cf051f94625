// Layered drawings: every edge goes down, nothing overlaps, bends stand beside nodes, and easy
// graphs have no crossing.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/layered.h"

#define GAP 10.0

struct box {
    double left;
    double right;
};

static int by_left(const void *a, const void *b)
{
    const struct box *x = a, *y = b;
    return (x->left > y->left) - (x->left < y->left);
}

static void check(const struct layered *g)
{
    size_t most = g->node_count + g->edge_count * (g->layers ? g->layers : 1);
    struct box *boxes = malloc((most + 1) * sizeof *boxes);
    for (uint32_t layer = 0; layer < g->layers; layer++) {
        size_t n = 0;
        for (size_t i = 0; i < g->node_count; i++) {
            const struct layered_node *v = &g->nodes[i];
            if (v->layer == layer)
                boxes[n++] = (struct box){v->x - v->width / 2, v->x + v->width / 2};
        }
        for (size_t e = 0; e < g->edge_count; e++) {
            const struct layered_edge *edge = &g->edges[e];
            uint32_t top = g->nodes[edge->from].layer;
            assert_true(top < g->nodes[edge->to].layer);
            assert_int_equal(edge->bend_count, g->nodes[edge->to].layer - top - 1);
            if (layer > top && layer < g->nodes[edge->to].layer)
                boxes[n++] =
                    (struct box){edge->bends[layer - top - 1], edge->bends[layer - top - 1]};
        }
        qsort(boxes, n, sizeof *boxes, by_left);
        for (size_t i = 0; i < n; i++) {
            assert_true(boxes[i].left > -1e-6 && boxes[i].right < g->width + 1e-6);
            if (i) assert_true(boxes[i].left >= boxes[i - 1].right + GAP - 1e-6);
        }
    }
    free(boxes);
}

static void test_empty(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct layered g = {.gap = GAP};
    layered_run(&g, &arena);
    assert_int_equal(g.layers, 0);
    arena_free(&arena);
}

static void test_chain(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct layered_node nodes[] = {{.width = 50}, {.width = 80}, {.width = 20}};
    struct layered_edge edges[] = {{.from = 0, .to = 1}, {.from = 1, .to = 2}};
    struct layered g = {nodes, 3, edges, 2, GAP, 0, 0};
    layered_run(&g, &arena);
    check(&g);
    assert_int_equal(g.layers, 3);
    assert_true(g.width == 80);
    for (size_t i = 0; i < 3; i++) assert_true(nodes[i].x == 40);
    arena_free(&arena);
}

// Two chains that are given crosswise are drawn beside each other; a source that is used late hangs
// late.
static void test_no_crossing(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct layered_node nodes[] = {{.width = 9}, {.width = 9}, {.width = 9},
                                   {.width = 9}, {.width = 9}, {.width = 9}};
    struct layered_edge edges[] = {
        {.from = 0, .to = 3}, {.from = 1, .to = 2}, {.from = 2, .to = 5}, {.from = 4, .to = 5}};
    struct layered g = {nodes, 6, edges, 4, GAP, 0, 0};
    layered_run(&g, &arena);
    check(&g);
    assert_true((nodes[0].x < nodes[1].x) == (nodes[3].x < nodes[2].x));
    assert_int_equal(nodes[4].layer, 1);
    assert_int_equal(nodes[5].layer, 2);
    arena_free(&arena);
}

static void test_random(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (int round = 0; round < 200; round++) {
        struct arena arena = ARENA_INIT;
        struct layered_node nodes[40] = {0};
        struct layered_edge edges[100] = {0};
        size_t n = 0;
        for (size_t i = 0; i < LEN(nodes); i++) {
            seed = seed * 1664525 + 1013904223;
            nodes[i].width = 10 + (seed >> 24);
        }
        while (n < LEN(edges)) {
            seed = seed * 1664525 + 1013904223;
            uint32_t a = (seed >> 8) % LEN(nodes), b = (seed >> 18) % LEN(nodes);
            if (a != b)
                edges[n++] = (struct layered_edge){.from = a < b ? a : b, .to = a < b ? b : a};
        }
        struct layered g = {nodes, LEN(nodes), edges, LEN(edges), GAP, 0, 0};
        layered_run(&g, &arena);
        check(&g);
        arena_free(&arena);
    }
}

// A long chain, each node of which is used at the end: too many bends, so there are none.
static void test_many_bends(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    struct arena arena = ARENA_INIT;
    struct layered_node *nodes = ARENA_ARRAY(&arena, struct layered_node, COUNT);
    struct layered_edge *edges = ARENA_ARRAY(&arena, struct layered_edge, 2 * COUNT);
    size_t n = 0;
    for (uint32_t i = 1; i < COUNT; i++) {
        edges[n++] = (struct layered_edge){.from = i - 1, .to = i};
        if (i < COUNT - 1) edges[n++] = (struct layered_edge){.from = i - 1, .to = COUNT - 1};
    }
    struct layered g = {nodes, COUNT, edges, n, GAP, 0, 0};
    layered_run(&g, &arena);
    assert_int_equal(g.layers, COUNT);
    for (size_t i = 0; i < n; i++) assert_int_equal(edges[i].bend_count, 0);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),       cmocka_unit_test(test_chain),
        cmocka_unit_test(test_no_crossing), cmocka_unit_test(test_random),
        cmocka_unit_test(test_many_bends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
