#include "syntax/doc.h"

#include <stdlib.h>

#include "base/utf8.h"

#define INDENT 2

void doc_free(struct doc *d)
{
    vec_free(&d->ops);
    vec_free(&d->open);
}

static void add(struct doc *d, struct doc_op op)
{
    vec_push(&d->ops, op);
}

void doc_text(struct doc *d, struct str text)
{
    add(d,
        (struct doc_op){.kind = DOC_TEXT, .text = text, .width = (uint32_t)utf8_str_width(text)});
}

void doc_z(struct doc *d, const char *text)
{
    doc_text(d, str_from(text));
}

void doc_break(struct doc *d, enum doc_kind kind, bool blank)
{
    add(d, (struct doc_op){.kind = kind, .blank = blank});
    if (kind == DOC_HARD || kind == DOC_NEWLINE) doc_force(d);
}

void doc_op(struct doc *d, enum doc_kind kind)
{
    doc_break(d, kind, false);
}

void doc_align(struct doc *d, uint32_t width)
{
    if (width > 0) add(d, (struct doc_op){.kind = DOC_ALIGN, .width = width});
}

void doc_comment(struct doc *d, struct str text)
{
    add(d, (struct doc_op){.kind = DOC_COMMENT, .text = text});
    doc_force(d);
}

void doc_raw(struct doc *d, struct str text)
{
    const char *newline = text.len ? memchr(text.p, '\n', text.len) : NULL;
    struct str first = {text.p, newline ? (size_t)(newline - text.p) : text.len};
    add(d, (struct doc_op){.kind = newline ? DOC_RAW : DOC_TEXT,
                           .text = text,
                           .width = (uint32_t)utf8_str_width(first)});
    if (newline) doc_force(d);
}

void doc_open(struct doc *d)
{
    vec_push(&d->open, (uint32_t)d->ops.len);
    add(d, (struct doc_op){.kind = DOC_OPEN});
}

void doc_close(struct doc *d)
{
    uint32_t open = vec_pop(&d->open);
    d->ops.at[open].close = (uint32_t)d->ops.len;
    if (d->ops.at[open].forced && d->open.len > 0) d->ops.at[vec_last(&d->open)].forced = true;
    add(d, (struct doc_op){.kind = DOC_CLOSE});
}

void doc_force(struct doc *d)
{
    if (d->open.len > 0) d->ops.at[vec_last(&d->open)].forced = true;
}

// ---- layout

struct layout {
    struct buf *out;
    uint32_t indent;
    uint32_t column;
    uint32_t spaces;  // that stand before the next text
    bool fresh;       // nothing is on the line yet
    bool must_break;  // a comment is on the line
    VEC(bool) broken; // of the open groups
    uint32_t *before; // flat width of all operations before one
    uint32_t *behind; // width from an operation to the next place where a line may break
};

static void newline(struct layout *l)
{
    buf_addc(l->out, '\n');
    l->column = 0;
    l->spaces = 0;
    l->fresh = true;
    l->must_break = false;
}

static void line_break(struct layout *l, bool blank)
{
    if (!l->fresh) newline(l);
    if (blank && l->out->len > 1 && l->out->p[l->out->len - 2] != '\n') newline(l);
}

static void put(struct layout *l, struct str text, uint32_t width)
{
    if (text.len == 0) return;
    if (l->must_break) line_break(l, false);
    uint32_t pad = l->fresh ? l->indent : l->spaces;
    buf_pad(l->out, ' ', pad);
    buf_adds(l->out, text);
    l->column += pad + width;
    l->spaces = 0;
    l->fresh = false;
}

// Line endings become \n; the column goes on from the last line.
static void put_raw(struct layout *l, const struct doc_op *op)
{
    const char *end = op->text.p + op->text.len;
    for (const char *at = op->text.p;;) {
        const char *line = memchr(at, '\n', (size_t)(end - at));
        struct str part = {at, (size_t)((line ? line : end) - at)};
        if (line && part.len > 0 && part.p[part.len - 1] == '\r') part.len--;
        if (at == op->text.p)
            put(l, part, op->width);
        else
            buf_adds(l->out, part);
        if (!line) {
            l->column = (uint32_t)utf8_str_width(part);
            break;
        }
        buf_addc(l->out, '\n');
        at = line + 1;
    }
    l->fresh = false;
}

static bool is_break(enum doc_kind kind)
{
    return kind == DOC_LINE || kind == DOC_SOFT || kind == DOC_HARD || kind == DOC_NEWLINE ||
           kind == DOC_COMMENT;
}

static void measure(struct layout *l, const struct doc *d)
{
    size_t len = d->ops.len;
    l->before = bug_malloc((len + 1) * sizeof(uint32_t));
    l->behind = bug_malloc((len + 1) * sizeof(uint32_t));
    uint32_t sum = 0;
    for (size_t i = 0; i < len; i++) {
        const struct doc_op *op = &d->ops.at[i];
        l->before[i] = sum;
        if (op->kind == DOC_TEXT || op->kind == DOC_RAW)
            sum += op->width;
        else if (op->kind == DOC_SPACE || op->kind == DOC_LINE)
            sum++;
    }
    l->before[len] = sum;
    l->behind[len] = 0;
    for (size_t i = len; i-- > 0;) {
        const struct doc_op *op = &d->ops.at[i];
        if (is_break(op->kind))
            l->behind[i] = 0;
        else if (op->kind == DOC_RAW)
            l->behind[i] = op->width;
        else
            l->behind[i] =
                l->behind[i + 1] + (op->kind == DOC_SPACE || op->kind == DOC_COMMA ? 1 : op->width);
    }
}

static bool is_broken(const struct layout *l)
{
    return l->broken.len == 0 || vec_last(&l->broken);
}

static void open_group(struct layout *l, const struct doc_op *op, size_t at, uint32_t width)
{
    uint32_t column = l->fresh ? l->indent : l->column + l->spaces;
    uint32_t flat = l->before[op->close] - l->before[at] + l->behind[op->close];
    bool broken = is_broken(l) && (op->forced || column + flat > width);
    vec_push(&l->broken, broken);
}

static void run(struct layout *l, const struct doc *d, size_t at, uint32_t width)
{
    const struct doc_op *op = &d->ops.at[at];
    switch (op->kind) {
    case DOC_TEXT: put(l, op->text, op->width); break;
    case DOC_RAW: put_raw(l, op); break;
    case DOC_SPACE: l->spaces = 1; break;
    case DOC_LINE:
        if (is_broken(l))
            line_break(l, op->blank);
        else
            l->spaces = 1;
        break;
    case DOC_SOFT:
        if (is_broken(l)) line_break(l, op->blank);
        break;
    case DOC_HARD: line_break(l, op->blank); break;
    case DOC_NEWLINE: newline(l); break;
    case DOC_COMMENT:
        l->spaces = 1;
        put(l, op->text, 0);
        l->must_break = true;
        break;
    case DOC_COMMA:
        if (is_broken(l)) put(l, STR(","), 1);
        break;
    case DOC_ALIGN:
        if (is_broken(l)) l->spaces += op->width;
        break;
    case DOC_INDENT: l->indent += INDENT; break;
    case DOC_DEDENT: l->indent -= INDENT; break;
    case DOC_OPEN: open_group(l, op, at, width); break;
    case DOC_CLOSE: l->broken.len--; break;
    }
}

void doc_layout(struct doc *d, struct buf *out, uint32_t width)
{
    struct layout l = {.out = out, .fresh = true};
    measure(&l, d);
    for (size_t i = 0; i < d->ops.len; i++) run(&l, d, i, width);
    if (!l.fresh) newline(&l);
    free(l.before);
    free(l.behind);
    vec_free(&l.broken);
}
