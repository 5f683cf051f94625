// The graph of a closure in the formats that programs draw: dot (Graphviz), Mermaid, SVG, JSON.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct graph_vertex {
    struct str ref;  // a dref, or an rref in a graph of realizations
    struct str name; // [a-zA-Z0-9_-]+
    bool repeated;   // another vertex has that name
    bool source;     // a file or folder that a path names
    bool target;     // was asked for
    uint32_t *needs; // vertices with smaller numbers
    size_t need_count;
};

struct graph_drawing {
    struct graph_vertex *at; // dependencies first
    size_t len;
};

void graph_format_dot(const struct graph_drawing *g, struct buf *out);
void graph_format_mermaid(const struct graph_drawing *g, struct buf *out);
void graph_format_svg(const struct graph_drawing *g, struct buf *out);
void graph_format_json(const struct graph_drawing *g, struct buf *out);
