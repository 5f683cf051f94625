#include "graph_format.h"

#include <jansson.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/layered.h"
#include "base/utf8.h"
#include "store/ref.h"

// Of the SVG, in pixels.
#define CHAR_WIDTH   7.4
#define TEXT_PADDING 22.0
#define BOX_HEIGHT   30.0
#define LAYER_HEIGHT 76.0
#define MARGIN       12.0
#define GAP          18.0

// The name; where that does not say which, the first digits of the hash as well, which every
// command takes for the ref.
static void add_label(struct buf *out, const struct graph_vertex *v)
{
    buf_adds(out, v->name);
    if (v->repeated) buf_printf(out, " %.8s", v->ref.p + 5);
}

void graph_format_dot(const struct graph_drawing *g, struct buf *out)
{
    buf_addz(out, "digraph plx {\n"
                  "    node [shape=box, style=rounded, fontname=\"sans-serif\"];\n");
    for (size_t i = 0; i < g->len; i++) {
        const struct graph_vertex *v = &g->at[i];
        buf_printf(out, "    n%zu [label=\"", i);
        add_label(out, v);
        buf_printf(out, "\", tooltip=\"" STR_FMT "\"%s%s];\n", STR_ARG(v->ref),
                   v->source ? ", shape=note, style=solid" : "", v->target ? ", penwidth=2" : "");
    }
    for (size_t i = 0; i < g->len; i++)
        for (size_t k = 0; k < g->at[i].need_count; k++)
            buf_printf(out, "    n%u -> n%zu;\n", g->at[i].needs[k], i);
    buf_addz(out, "}\n");
}

void graph_format_mermaid(const struct graph_drawing *g, struct buf *out)
{
    bool targets = false;
    buf_addz(out, "flowchart TD\n");
    for (size_t i = 0; i < g->len; i++) {
        const struct graph_vertex *v = &g->at[i];
        targets = targets || v->target;
        buf_printf(out, "    n%zu%s\"", i, v->source ? "[/" : "(");
        add_label(out, v);
        buf_printf(out, "\"%s%s\n", v->source ? "/]" : ")", v->target ? ":::target" : "");
    }
    for (size_t i = 0; i < g->len; i++)
        for (size_t k = 0; k < g->at[i].need_count; k++)
            buf_printf(out, "    n%u --> n%zu\n", g->at[i].needs[k], i);
    if (targets) buf_addz(out, "    classDef target stroke-width:3px\n");
}

void graph_format_json(const struct graph_drawing *g, struct buf *out)
{
    json_t *nodes = json_array(), *edges = json_array();
    for (size_t i = 0; i < g->len; i++) {
        const struct graph_vertex *v = &g->at[i];
        json_array_append_new(nodes, json_pack("{s:s%, s:s%, s:b, s:b}", "ref", v->ref.p,
                                               v->ref.len, "name", v->name.p, v->name.len, "source",
                                               v->source, "target", v->target));
        for (size_t k = 0; k < v->need_count; k++) {
            struct str from = g->at[v->needs[k]].ref;
            json_array_append_new(edges, json_pack("{s:s%, s:s%}", "from", from.p, from.len, "to",
                                                   v->ref.p, v->ref.len));
        }
    }
    json_t *graph = json_pack("{s:o, s:o}", "nodes", nodes, "edges", edges);
    json_canonical(out, graph);
    buf_addc(out, '\n');
    json_decref(graph);
}

// ---- SVG ----

static const char svg_style[] =
    "<style>\n"
    "text { font: 13px sans-serif; text-anchor: middle; fill: #222 }\n"
    "rect { fill: #eef3fb; stroke: #5b7db1; stroke-width: 1 }\n"
    ".source rect { fill: #f4f4f0; stroke: #999; stroke-dasharray: 4 2 }\n"
    ".target rect { stroke-width: 2.5 }\n"
    "path { fill: none; stroke: #888; stroke-width: 1 }\n"
    "</style>\n"
    "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" "
    "markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" style=\"fill: #888; stroke: "
    "none\"/></marker></defs>\n";

static double layer_y(uint32_t layer)
{
    return MARGIN + layer * LAYER_HEIGHT;
}

// A curve that leaves the last point downwards and comes to the next from above.
static void add_curve(struct buf *out, double x1, double y1, double x2, double y2)
{
    double middle = (y1 + y2) / 2;
    buf_printf(out, "C%.1f %.1f %.1f %.1f %.1f %.1f", x1, middle, x2, middle, x2, y2);
}

static void svg_edge(const struct layered *l, const struct layered_edge *e, struct buf *out)
{
    const struct layered_node *from = &l->nodes[e->from], *to = &l->nodes[e->to];
    double x = from->x + MARGIN, y = layer_y(from->layer) + BOX_HEIGHT;
    buf_printf(out, "<path marker-end=\"url(#arrow)\" d=\"M%.1f %.1f", x, y);
    for (uint32_t i = 0; i < e->bend_count; i++) {
        double bend_x = e->bends[i] + MARGIN, bend_y = layer_y(from->layer + 1 + i);
        add_curve(out, x, y, bend_x, bend_y);
        // Straight past the boxes of that layer.
        y = bend_y + BOX_HEIGHT;
        buf_printf(out, "L%.1f %.1f", bend_x, y);
        x = bend_x;
    }
    add_curve(out, x, y, to->x + MARGIN, layer_y(to->layer));
    buf_addz(out, "\"/>\n");
}

static void svg_box(const struct graph_vertex *v, const struct layered_node *n, struct buf *out)
{
    const char *kind = v->source   ? v->target ? "source target" : "source"
                       : v->target ? "target"
                                   : "stage";
    double x = n->x + MARGIN, y = layer_y(n->layer);
    buf_printf(out, "<g class=\"%s\"><title>" STR_FMT "</title>", kind, STR_ARG(v->ref));
    buf_printf(out,
               "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.0f\" rx=\"%d\"/>"
               "<text x=\"%.1f\" y=\"%.1f\">",
               x - n->width / 2, y, n->width, BOX_HEIGHT, v->source ? 0 : 6, x, y + 19.5);
    add_label(out, v);
    buf_addz(out, "</text></g>\n");
}

static void lay_out(const struct graph_drawing *g, struct layered *l, struct arena *arena)
{
    l->gap = GAP;
    l->node_count = g->len;
    l->nodes = ARENA_ARRAY(arena, struct layered_node, g->len);
    for (size_t i = 0; i < g->len; i++) l->edge_count += g->at[i].need_count;
    l->edges = ARENA_ARRAY(arena, struct layered_edge, l->edge_count);
    size_t e = 0;
    struct buf label = BUF_INIT;
    for (uint32_t i = 0; i < g->len; i++) {
        buf_clear(&label);
        add_label(&label, &g->at[i]);
        l->nodes[i].width = (double)label.len * CHAR_WIDTH + TEXT_PADDING;
        for (size_t k = 0; k < g->at[i].need_count; k++)
            l->edges[e++] = (struct layered_edge){.from = g->at[i].needs[k], .to = i};
    }
    buf_free(&label);
    layered_run(l, arena);
}

void graph_format_svg(const struct graph_drawing *g, struct buf *out)
{
    struct arena arena = ARENA_INIT;
    struct layered l = {.nodes = NULL};
    lay_out(g, &l, &arena);
    double width = l.width + 2 * MARGIN;
    double height = 2 * MARGIN + BOX_HEIGHT + (l.layers ? l.layers - 1 : 0) * LAYER_HEIGHT;
    buf_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
               "viewBox=\"0 0 %.0f %.0f\">\n",
               width, height, width, height);
    buf_addz(out, svg_style);
    for (size_t i = 0; i < l.edge_count; i++) svg_edge(&l, &l.edges[i], out);
    for (size_t i = 0; i < g->len; i++) svg_box(&g->at[i], &l.nodes[i], out);
    buf_addz(out, "</svg>\n");
    arena_free(&arena);
}
