// A layered drawing of an acyclic graph, after Sugiyama, Tagawa and Toda (1981): every edge goes
// down by at least a layer, edges over several layers get a bend in each, crossings are reduced by
// sorting each layer by the mean place of its neighbours, and nodes are then moved towards these.
// Time is linear in nodes, edges and bends but for the sorting.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct layered_node {
    double width;   // given
    uint32_t layer; // found: 0 is the top
    double x;       // of the middle; the leftmost edge of all is at 0
};

struct layered_edge {
    uint32_t from; // a node with a smaller number than
    uint32_t to;
    double *bends; // x in each layer between the two, from the top; in the arena
    uint32_t bend_count;
};

struct layered {
    struct layered_node *nodes;
    size_t node_count;
    struct layered_edge *edges;
    size_t edge_count;
    double gap; // between neighbours in a layer
    // Found:
    double width;
    uint32_t layers;
};

// More bends than this are not made: edges are straight then.
#define LAYERED_MAX_BENDS 100000

void layered_run(struct layered *g, struct arena *arena);
