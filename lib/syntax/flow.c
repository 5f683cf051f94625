#include "syntax/flow.h"

struct str flow_text(const struct flow *f, uint32_t start, uint32_t end)
{
    return (struct str){f->text.p + start, end - start};
}

// The first offset from `at` on that is no blank, comment or separator.
uint32_t flow_skip(const struct flow *f, uint32_t at)
{
    for (; at < f->text.len; at++) {
        char c = f->text.p[at];
        if (c == '#')
            while (at + 1 < f->text.len && f->text.p[at + 1] != '\n') at++;
        else if (c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != ',' && c != ';')
            break;
    }
    return at;
}

bool flow_has_break(const struct flow *f, uint32_t from, uint32_t to)
{
    return from < to && memchr(f->text.p + from, '\n', to - from) != NULL;
}

// Is there an empty line?
static bool has_blank_line(const struct flow *f, uint32_t from, uint32_t to)
{
    bool breaks = false;
    for (uint32_t i = from; i < to; i++) {
        char c = f->text.p[i];
        if (c == '\n' && breaks) return true;
        if (c == '\n')
            breaks = true;
        else if (c != ' ' && c != '\t' && c != '\r')
            breaks = false;
    }
    return false;
}

const struct comment *flow_comment(const struct flow *f, uint32_t before)
{
    if (f->comment == f->file->comment_count) return NULL;
    const struct comment *c = &f->file->comments[f->comment];
    return c->span.start < before ? c : NULL;
}

static size_t first_comment(const struct flow *f, uint32_t at)
{
    size_t low = f->comment;
    size_t high = f->file->comment_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (f->file->comments[middle].span.start < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool flow_apart(const struct flow *f, uint32_t end, uint32_t next)
{
    for (size_t i = first_comment(f, end); i < f->file->comment_count; i++) {
        struct span c = f->file->comments[i].span;
        if (c.start >= next) break;
        if (flow_has_break(f, end, c.start)) return true;
        end = c.end;
    }
    return has_blank_line(f, end, next);
}

static void put_comment(struct flow *f, const struct comment *c)
{
    struct str s = flow_text(f, c->span.start, c->span.end);
    while (s.len > 0 && (s.p[s.len - 1] == ' ' || s.p[s.len - 1] == '\t' || s.p[s.len - 1] == '\r'))
        s.len--;
    doc_comment(&f->doc, s);
    f->done = c->span.end;
    f->comment++;
}

// The comments behind what was put last, on its line.
void flow_trailing(struct flow *f, uint32_t before)
{
    const struct comment *c;
    while ((c = flow_comment(f, before)) && !flow_has_break(f, f->done, c->span.start))
        put_comment(f, c);
}

// The other comments before an offset, a line each. True if there were any.
void flow_leading(struct flow *f, uint32_t before)
{
    const struct comment *c;
    while ((c = flow_comment(f, before))) {
        doc_break(&f->doc, DOC_HARD, has_blank_line(f, f->done, c->span.start));
        put_comment(f, c);
    }
}

// Separates from the next part of a sequence, which begins at `next`: a line that keeps an empty
// one, and comments.
void flow_separate(struct flow *f, enum doc_kind kind, uint32_t next, bool keep_blank)
{
    flow_trailing(f, next);
    const struct comment *c = flow_comment(f, next);
    uint32_t line_end = c ? c->span.start : next;
    doc_break(&f->doc, kind, keep_blank && has_blank_line(f, f->done, line_end));
    if (!c) return;
    put_comment(f, c);
    flow_leading(f, next);
    doc_break(&f->doc, DOC_HARD, has_blank_line(f, f->done, next));
}

// Comments before a part at a place where lines do not break otherwise.
void flow_reach(struct flow *f, uint32_t start)
{
    if (!flow_comment(f, start)) return;
    flow_trailing(f, start);
    flow_leading(f, start);
    doc_op(&f->doc, DOC_HARD);
}

void flow_slice(struct flow *f, struct span span)
{
    flow_reach(f, span.start);
    doc_raw(&f->doc, flow_text(f, span.start, span.end));
    f->done = span.end;
    while (flow_comment(f, span.end)) f->comment++; // inside an interpolation
}

void flow_space(struct flow *f)
{
    doc_op(&f->doc, DOC_SPACE);
}

void flow_z(struct flow *f, const char *z)
{
    doc_z(&f->doc, z);
}

// ---- brackets

// Begins what a bracket holds. `open` is the offset of the bracket; a line break behind it is kept.
void flow_open(struct flow *f, const char *bracket, uint32_t open, uint32_t first)
{
    doc_open(&f->doc);
    flow_z(f, bracket);
    f->done = open + 1;
    bool empty = first < f->text.len && strchr(")]}", f->text.p[first]);
    if (!empty && flow_has_break(f, f->done, first)) doc_force(&f->doc);
    doc_op(&f->doc, DOC_INDENT);
}

void flow_first(struct flow *f, enum doc_kind kind, uint32_t start)
{
    flow_separate(f, kind, start, false);
}

void flow_next(struct flow *f, uint32_t start)
{
    flow_z(f, ",");
    flow_separate(f, DOC_LINE, start, true);
}

void flow_close(struct flow *f, const char *bracket, enum doc_kind kind, uint32_t close, bool comma)
{
    if (comma) doc_op(&f->doc, DOC_COMMA);
    flow_trailing(f, close);
    flow_leading(f, close);
    doc_op(&f->doc, DOC_DEDENT);
    doc_op(&f->doc, kind);
    flow_z(f, bracket);
    f->done = close + 1;
    doc_close(&f->doc);
}
