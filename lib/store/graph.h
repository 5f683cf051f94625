// All that a store holds, as a graph in memory, for questions that concern the whole: garbage
// collection, removal, what depends on what. Each config and each context is read once in its life:
// the index (index.h) remembers what was in them.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/map.h"
#include "base/str.h"

struct store;

// Nodes are numbered: the derivations first, each one's realizations side by side.
struct graph_node {
    struct str ref;
    uint32_t *
        needs; // a derivation's dependencies; a realization's context, and its own derivation first
    uint32_t need_count;
    uint32_t first; // of a derivation: its realizations
    uint32_t count;
};

struct graph {
    struct arena arena;
    struct graph_node *at;
    size_t len;
    size_t derivations; // at[0 .. derivations)
    struct map by_dref; // dref → its node; node - at is its number
};

// What is named in a config or context and not in the store is left out. Damaged objects have no
// needs, which `verify` reports.
bool graph_load(const struct store *s, struct graph *g, struct diag_sink *sink) MUST_USE;
// Only brings the index up to date, so that a graph_load after it has little to read.
bool graph_index(const struct store *s, struct diag_sink *sink) MUST_USE;
void graph_free(struct graph *g);
// The number of a ref's node, or GRAPH_NONE.
uint32_t graph_find(const struct graph *g, struct str ref);
#define GRAPH_NONE UINT32_MAX

// The reverse: users[i] are the nodes that need node i. One allocation each, in the graph's arena.
struct graph_users {
    uint32_t *start; // len + 1 of them: the users of i are at[start[i] .. start[i + 1])
    uint32_t *at;
};
void graph_reverse(struct graph *g, struct graph_users *out);

static inline bool graph_is_derivation(const struct graph *g, uint32_t node)
{
    return node < g->derivations;
}
