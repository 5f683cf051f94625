// Columns here are terminal columns from 0, of the whole line as paint_text draws it; `struct cut`
// maps them to the part that is shown. A row below a source line is a canvas of single cells that
// bars and underlines are put on, and at most one text behind.
#include "base/diag_snippet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/vec.h"

#define LINE_COLUMNS  160 // longer lines are cut
#define CUT_CONTEXT   20  // columns kept before what is marked
#define WHOLE_LINES   6   // longer spans are shown by their first and last lines
#define FIRST_LINES   3
#define LAST_LINES    2
#define ELLIPSIS      "..."
#define ELLIPSIS_SIZE 3

struct mark {
    const char *text;
    bool is_primary;
    uint32_t first_line;
    uint32_t last_line;
    size_t from; // column, on the first line
    size_t to; // column behind the end, on the last line; at least one more than `from` on one line
    size_t depth; // of spans over several lines: which bar
};

struct view {
    struct source *source;
    struct place place; // of the first mark
    struct mark *marks; // the primary one first, if it is in this file
    size_t mark_count;
    size_t bar_count;
    uint32_t *lines; // to show, ascending
    size_t line_count;
};

struct snippets {
    struct view *views;
    size_t view_count;
    enum paint primary_paint;
    uint32_t last_line;
};

static bool is_multi(const struct mark *m)
{
    return m->first_line != m->last_line;
}

static size_t column_of(struct source *s, uint32_t line, uint32_t offset)
{
    struct str text = source_line(s, line);
    size_t len = offset - source_line_start(s, line);
    if (len < text.len) text.len = len;
    return paint_width(text);
}

static size_t line_end(struct source *s, uint32_t line)
{
    return source_line_start(s, line) + source_line(s, line).len;
}

static struct mark make_mark(struct source *s, const struct diag_label *label, bool is_primary)
{
    uint32_t size = (uint32_t)s->text.len;
    uint32_t start = label->span.start < size ? label->span.start : size;
    uint32_t end = label->span.end < size ? label->span.end : size;
    if (end < start) end = start;
    struct mark m = {.text = label->text, .is_primary = is_primary};
    m.first_line = source_place(s, start).line;
    m.from = column_of(s, m.first_line, start);
    // The line of the last byte in it: a span that ends with a line does not reach into the next
    // one.
    m.last_line = end > start ? source_place(s, end - 1).line : m.first_line;
    m.to = column_of(s, m.last_line, end);
    if (!is_multi(&m) && m.to <= m.from) {
        // A place between characters, the line's end, or combining characters, which are in the
        // column before.
        bool is_combining = start < end && start < line_end(s, m.first_line);
        if (is_combining && m.from) m.from--;
        m.to = m.from + 1;
    }
    if (m.to == 0) m.to = 1;
    return m;
}

static int compare_extent(const void *a, const void *b)
{
    const struct mark *x = *(struct mark *const *)a, *y = *(struct mark *const *)b;
    if (x->first_line != y->first_line) return x->first_line < y->first_line ? -1 : 1;
    if (x->last_line != y->last_line) return x->last_line > y->last_line ? -1 : 1;
    if (x->from != y->from) return x->from < y->from ? -1 : 1;
    return (x > y) - (x < y);
}

// Gives each span over several lines the leftmost bar that is free on all its lines, outer spans
// first.
static void place_bars(struct arena *a, struct view *v)
{
    struct mark **multis = ARENA_ARRAY(a, struct mark *, v->mark_count);
    size_t count = 0;
    for (size_t i = 0; i < v->mark_count; i++) {
        if (is_multi(&v->marks[i])) multis[count++] = &v->marks[i];
    }
    qsort(multis, count, sizeof(struct mark *), compare_extent);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            bool overlaps = multis[j]->last_line >= multis[i]->first_line;
            if (overlaps && multis[j]->depth == multis[i]->depth) {
                multis[i]->depth++;
                j = (size_t)-1; // look at all again
            }
        }
        if (multis[i]->depth >= v->bar_count) v->bar_count = multis[i]->depth + 1;
    }
}

static int compare_lines(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void choose_lines(struct arena *a, struct view *v)
{
    VEC(uint32_t) lines = {0};
    for (size_t i = 0; i < v->mark_count; i++) {
        const struct mark *m = &v->marks[i];
        uint32_t count = m->last_line - m->first_line + 1;
        for (uint32_t at = 0; at < count; at++) {
            if (count > WHOLE_LINES && at == FIRST_LINES) at = count - LAST_LINES;
            vec_push(&lines, m->first_line + at);
        }
    }
    qsort(lines.at, lines.len, sizeof(*lines.at), compare_lines);
    // Without repetitions, and with single lines that would be left out.
    v->lines = ARENA_ARRAY(a, uint32_t, lines.len * 2);
    vec_each (line, &lines) {
        uint32_t last = v->line_count ? v->lines[v->line_count - 1] : 0;
        if (last == *line) continue;
        if (last && last + 2 == *line) v->lines[v->line_count++] = last + 1;
        v->lines[v->line_count++] = *line;
    }
    vec_free(&lines);
}

static struct view *view_of(struct snippets *s, struct source *source)
{
    for (size_t i = 0; i < s->view_count; i++) {
        if (s->views[i].source == source) return &s->views[i];
    }
    struct view *v = &s->views[s->view_count++];
    v->source = source;
    return v;
}

static void add_label(struct arena *a, struct snippets *s, const struct sources *sources,
                      const struct diag *d, size_t index)
{
    bool is_primary = index == 0;
    const struct diag_label *label = is_primary ? &d->primary : &d->labels[index - 1];
    struct source *source = sources_get(sources, label->span.source);
    if (!source) return;
    struct view *v = view_of(s, source);
    if (!v->marks) {
        uint32_t start = label->span.start;
        v->marks = ARENA_ARRAY(a, struct mark, d->label_count + 1);
        v->place =
            source_place(source, start < source->text.len ? start : (uint32_t)source->text.len);
    }
    v->marks[v->mark_count++] = make_mark(source, label, is_primary);
}

struct snippets *snippets_make(struct arena *a, const struct diag *d, const struct sources *sources)
{
    struct snippets *s = ARENA_NEW(a, struct snippets);
    s->views = ARENA_ARRAY(a, struct view, d->label_count + 1);
    s->primary_paint = d->severity == DIAG_ERROR ? PAINT_ERROR : PAINT_WARNING;
    for (size_t i = 0; i <= d->label_count; i++) add_label(a, s, sources, d, i);
    for (size_t i = 0; i < s->view_count; i++) {
        struct view *v = &s->views[i];
        place_bars(a, v);
        choose_lines(a, v);
        uint32_t last = v->lines[v->line_count - 1];
        if (last > s->last_line) s->last_line = last;
    }
    return s->view_count ? s : NULL;
}

size_t snippets_gutter(const struct snippets *s)
{
    return (size_t)snprintf(NULL, 0, "%u", s->last_line);
}

// What is shown of a line: the columns [left, right).
struct cut {
    size_t left;
    size_t right;
    bool at_end; // is something left out behind?
};

static size_t cut_column(const struct cut *cut, size_t column)
{
    if (column > cut->right) column = cut->right;
    if (!cut->left) return column;
    // What is cut off on the left is under the ellipsis.
    return column < cut->left ? 0 : column - cut->left + ELLIPSIS_SIZE;
}

// A row under a source line.
struct canvas {
    struct buf cells;
    struct buf paints; // one byte, an enum paint, for each cell
};

struct line_painter {
    const struct snippets *snippets;
    const struct view *view;
    struct painter *p;
    size_t gutter;
    const struct mark **open; // by bar: the span whose bar passes here
    uint32_t line;
    struct cut cut;
    struct canvas canvas;
};

static enum paint mark_paint(const struct line_painter *l, const struct mark *m)
{
    return m->is_primary ? l->snippets->primary_paint : PAINT_GUTTER;
}

static void canvas_put(struct canvas *c, size_t column, char cell, enum paint paint)
{
    if (column >= c->cells.len) {
        size_t missing = column + 1 - c->cells.len;
        buf_pad(&c->cells, ' ', missing);
        buf_pad(&c->paints, PAINT_PLAIN, missing);
    }
    c->cells.p[column] = cell;
    c->paints.p[column] = (char)paint;
}

// The column on the canvas of a column of the line: behind the bars.
static size_t canvas_column(const struct line_painter *l, size_t column)
{
    size_t bars = l->view->bar_count;
    return (bars ? bars + 1 : 0) + cut_column(&l->cut, column);
}

static void begin_row(struct line_painter *l)
{
    buf_clear(&l->canvas.cells);
    buf_clear(&l->canvas.paints);
    for (size_t i = 0; i < l->view->bar_count; i++) {
        if (l->open[i]) canvas_put(&l->canvas, i, '|', mark_paint(l, l->open[i]));
    }
}

static void paint_cells(struct line_painter *l)
{
    const struct canvas *c = &l->canvas;
    for (size_t i = 0; i < c->cells.len; i++) {
        char cell[2] = {c->cells.p[i], '\0'};
        paint_raw(l->p, cell[0] == ' ' ? PAINT_PLAIN : (enum paint)c->paints.p[i], cell);
    }
}

static void paint_gutter(struct painter *p, size_t gutter, uint32_t line)
{
    char text[32];
    if (line)
        snprintf(text, sizeof(text), "%*u |", (int)gutter, line);
    else
        snprintf(text, sizeof(text), "%*s |", (int)gutter, "");
    paint_raw(p, PAINT_GUTTER, text);
}

// Ends a row with a text at `column` of the canvas, which is at its end or behind it; null for
// none.
static void end_row(struct line_painter *l, size_t column, const struct mark *text_of)
{
    paint_gutter(l->p, l->gutter, 0);
    paint_raw(l->p, PAINT_PLAIN, " ");
    if (text_of && l->canvas.cells.len < column)
        canvas_put(&l->canvas, column - 1, ' ', PAINT_PLAIN);
    paint_cells(l);
    if (text_of) paint_text(l->p, mark_paint(l, text_of), str_from(text_of->text));
    paint_newline(l->p);
}

// The marks that lie on this line alone, from the rightmost to the leftmost.
static size_t single_marks(const struct line_painter *l, const struct mark **out)
{
    size_t count = 0;
    for (size_t i = 0; i < l->view->mark_count; i++) {
        const struct mark *m = &l->view->marks[i];
        if (is_multi(m) || m->first_line != l->line) continue;
        size_t at = count++;
        while (at > 0 && (out[at - 1]->from < m->from ||
                          (out[at - 1]->from == m->from && out[at - 1]->to < m->to))) {
            out[at] = out[at - 1];
            at--;
        }
        out[at] = m;
    }
    return count;
}

// The rightmost mark's text stands beside its underline, unless another underline is in the way.
static bool fits_beside(const struct mark **marks, size_t count)
{
    if (!*marks[0]->text) return false;
    for (size_t i = 1; i < count; i++) {
        if (marks[i]->to > marks[0]->to) return false;
    }
    return true;
}

static void put_underline(struct line_painter *l, const struct mark *m)
{
    size_t from = canvas_column(l, m->from), to = canvas_column(l, m->to);
    for (size_t i = from; i < to || i == from; i++) {
        canvas_put(&l->canvas, i, m->is_primary ? '^' : '-', mark_paint(l, m));
    }
}

// The rows of texts that hang below their underline: one of bars alone, then one for each text,
// with the bars of those to come.
static void paint_hanging(struct line_painter *l, const struct mark **marks, size_t count)
{
    for (size_t row = 0; row <= count; row++) {
        begin_row(l);
        for (size_t i = count; i-- > row;) {
            if (row && i == row - 1) continue;
            canvas_put(&l->canvas, canvas_column(l, marks[i]->from), '|', mark_paint(l, marks[i]));
        }
        if (row == 0) {
            end_row(l, 0, NULL);
            continue;
        }
        const struct mark *m = marks[row - 1];
        size_t column = canvas_column(l, m->from);
        // Of two that begin in one column the bar gives way to the text.
        if (l->canvas.cells.len > column) {
            buf_truncate(&l->canvas.cells, column);
            buf_truncate(&l->canvas.paints, column);
        }
        end_row(l, column, m);
    }
}

static void paint_singles(struct line_painter *l, const struct mark **marks)
{
    size_t count = single_marks(l, marks);
    if (!count) return;
    begin_row(l);
    for (size_t i = 0; i < count; i++) {
        if (!marks[i]->is_primary) put_underline(l, marks[i]);
    }
    for (size_t i = 0; i < count; i++) {
        if (marks[i]->is_primary) put_underline(l, marks[i]);
    }
    bool beside = fits_beside(marks, count);
    end_row(l, l->canvas.cells.len + 1, beside ? marks[0] : NULL);
    size_t hanging = 0;
    for (size_t i = beside; i < count; i++) {
        if (*marks[i]->text) marks[hanging++] = marks[i];
    }
    if (hanging) paint_hanging(l, marks, hanging);
}

// A row that leads from a bar to where its span begins or ends: `|____^`.
static void paint_corner(struct line_painter *l, const struct mark *m, size_t column, bool is_end)
{
    begin_row(l);
    size_t caret = canvas_column(l, column);
    for (size_t i = m->depth + 1; i < caret; i++) {
        bool is_bar = i < l->canvas.cells.len && l->canvas.cells.p[i] == '|';
        if (!is_bar) canvas_put(&l->canvas, i, '_', mark_paint(l, m));
    }
    canvas_put(&l->canvas, caret, m->is_primary ? '^' : '-', mark_paint(l, m));
    end_row(l, caret + 2, is_end && *m->text ? m : NULL);
}

static bool is_first_on_line(const struct line_painter *l, const struct mark *m)
{
    struct str text = source_line(l->view->source, l->line);
    size_t blanks = 0;
    while (blanks < text.len && (text.p[blanks] == ' ' || text.p[blanks] == '\t')) blanks++;
    return !l->cut.left && m->from <= paint_width((struct str){text.p, blanks});
}

static void paint_source(struct line_painter *l)
{
    paint_gutter(l->p, l->gutter, l->line);
    paint_raw(l->p, PAINT_PLAIN, " ");
    begin_row(l);
    for (size_t i = 0; i < l->view->mark_count; i++) {
        const struct mark *m = &l->view->marks[i];
        if (!is_multi(m) || m->first_line != l->line || !is_first_on_line(l, m)) continue;
        canvas_put(&l->canvas, m->depth, '/', mark_paint(l, m));
        l->open[m->depth] = m;
    }
    if (l->view->bar_count) canvas_put(&l->canvas, l->view->bar_count, ' ', PAINT_PLAIN);
    paint_cells(l);
    if (l->cut.left) paint_raw(l->p, PAINT_PLAIN, ELLIPSIS);
    paint_window(l->p, PAINT_PLAIN, source_line(l->view->source, l->line), l->cut.left,
                 l->cut.right);
    if (l->cut.at_end) paint_raw(l->p, PAINT_PLAIN, ELLIPSIS);
    paint_newline(l->p);
}

// Which columns to show of a line so long that not all are: those around what is marked on it,
// around the first of it if all of it is too wide.
static struct cut choose_cut(const struct line_painter *l)
{
    size_t width = paint_width(source_line(l->view->source, l->line));
    size_t first = SIZE_MAX, last = 0;
    for (size_t i = 0; i < l->view->mark_count; i++) {
        const struct mark *m = &l->view->marks[i];
        if (m->first_line == l->line) {
            if (m->from < first) first = m->from;
            if (m->from + 1 > last) last = m->from + 1;
        }
        if (m->last_line == l->line) {
            if (is_multi(m) && m->to - 1 < first) first = m->to - 1;
            if (m->to > last) last = m->to;
        }
    }
    if (width <= LINE_COLUMNS) return (struct cut){0, SIZE_MAX, false};
    size_t room = LINE_COLUMNS - ELLIPSIS_SIZE;
    if (last <= room) return (struct cut){0, room, true};
    if (last - first > room - ELLIPSIS_SIZE) {
        // Not all fits: the primary mark decides.
        for (size_t i = 0; i < l->view->mark_count; i++) {
            const struct mark *m = &l->view->marks[i];
            if (m->is_primary && m->first_line == l->line) first = m->from;
        }
    }
    size_t left = first > CUT_CONTEXT ? first - CUT_CONTEXT : 0;
    if (left + room >= width) return (struct cut){width - room, SIZE_MAX, false};
    if (left) room -= ELLIPSIS_SIZE;
    return (struct cut){left, left + room, true};
}

static void paint_line(struct line_painter *l, const struct mark **scratch)
{
    const struct view *v = l->view;
    l->cut = choose_cut(l);
    paint_source(l);
    paint_singles(l, scratch);
    for (size_t i = v->bar_count; i-- > 0;) {
        const struct mark *m = l->open[i];
        if (!m || m->last_line != l->line) continue;
        paint_corner(l, m, m->to - 1, true);
        l->open[i] = NULL;
    }
    for (size_t i = 0; i < v->mark_count; i++) {
        const struct mark *m = &v->marks[i];
        if (!is_multi(m) || m->first_line != l->line || l->open[m->depth] == m) continue;
        paint_corner(l, m, m->from, false);
        l->open[m->depth] = m;
    }
}

static void paint_gap(struct line_painter *l)
{
    begin_row(l);
    paint_raw(l->p, PAINT_GUTTER, ELLIPSIS);
    if (l->canvas.cells.len) {
        size_t column = l->gutter + 3;
        for (size_t i = ELLIPSIS_SIZE; i < column; i++) paint_raw(l->p, PAINT_PLAIN, " ");
        paint_cells(l);
    }
    paint_newline(l->p);
}

static void paint_view(const struct snippets *s, const struct view *v, struct painter *p)
{
    struct line_painter l = {
        .snippets = s, .view = v, .p = p, .gutter = snippets_gutter(s), .line = 0};
    l.open = bug_malloc(v->bar_count * sizeof(struct mark *));
    for (size_t i = 0; i < v->bar_count; i++) l.open[i] = NULL;
    const struct mark **scratch = bug_malloc(v->mark_count * sizeof(struct mark *));
    for (size_t i = 0; i < v->line_count; i++) {
        if (i && v->lines[i] != l.line + 1) paint_gap(&l);
        l.line = v->lines[i];
        paint_line(&l, scratch);
    }
    free(scratch);
    free(l.open);
    buf_free(&l.canvas.cells);
    buf_free(&l.canvas.paints);
}

void snippets_paint(const struct snippets *s, struct painter *p)
{
    size_t gutter = snippets_gutter(s);
    for (size_t i = 0; i < s->view_count; i++) {
        const struct view *v = &s->views[i];
        char text[64];
        if (i) {
            paint_gutter(p, gutter, 0);
            paint_newline(p);
        }
        snprintf(text, sizeof(text), "%*s%s ", (int)gutter, "", i ? ":::" : "-->");
        paint_raw(p, PAINT_GUTTER, text);
        paint_text(p, PAINT_PLAIN, str_from(v->source->name));
        snprintf(text, sizeof(text), ":%u:%u", v->place.line, v->place.column);
        paint_raw(p, PAINT_PLAIN, text);
        paint_newline(p);
        paint_gutter(p, gutter, 0);
        paint_newline(p);
        paint_view(s, v, p);
    }
}
