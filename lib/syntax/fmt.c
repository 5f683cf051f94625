// Tree to document (doc.h). The tree has no punctuation and no comments: what stands between two
// parts of it is looked up in the source. `done` is the offset up to which the source is in the
// document; a comment is put in when the first part behind it comes.
#include "syntax/fmt.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "syntax/flow.h"
#include "syntax/fmt_text.h"

#define WIDTH 100

static void put_expr(struct flow *f, const struct expr *e);
static void put_type(struct flow *f, const struct type *t);
static void put_binding(struct flow *f, const struct binding *b);

static void put_name(struct flow *f, struct name name)
{
    flow_slice(f, name.span);
}

// The offset behind the parentheses around an expression.
static uint32_t outer_end(const struct flow *f, const struct expr *e)
{
    uint32_t end = e->span.end;
    for (unsigned i = 0; i < e->parens; i++) end = flow_skip(f, end) + 1;
    return end;
}

// ---- right sides

static bool is_chain(const struct expr *e)
{
    return e->kind == EXPR_BINARY && e->parens == 0;
}

// What stays on a line.
static bool is_small(const struct expr *e)
{
    if (e->parens > 0) return false;
    switch (e->kind) {
    case EXPR_NULL:
    case EXPR_BOOL:
    case EXPR_INT:
    case EXPR_FLOAT:
    case EXPR_PATH:
    case EXPR_NAME: return true;
    case EXPR_STRING: return !e->string.multiline;
    case EXPR_FIELD: return is_small(e->field.target);
    default: return false;
    }
}

// What begins on a line and ends on another one without harm.
static bool is_block(const struct expr *e)
{
    if (e->parens > 0) return false;
    switch (e->kind) {
    case EXPR_LIST:
    case EXPR_LIST_COMP:
    case EXPR_RECORD:
    case EXPR_RECORD_COMP: return true;
    case EXPR_FN: return is_block(e->fn->body) || e->fn->body->kind == EXPR_CALL;
    case EXPR_STRING: return e->string.multiline;
    default: return false;
    }
}

// base ++ [ … ]: the last operand alone goes over several lines, if it begins on the line of the
// first.
static bool chain_hugs(const struct flow *f, const struct expr *e)
{
    const struct expr *right = e->binary.right;
    return is_small(e->binary.left) && is_block(right) && !flow_comment(f, right->span.start) &&
           !flow_has_break(f, e->span.start, right->span.start);
}

// Does it begin on the line where its name stands, even if it takes several lines?
static bool hugs(const struct flow *f, const struct expr *e)
{
    if (e->parens > 0) return true;
    if (e->kind == EXPR_BINARY) return chain_hugs(f, e);
    return e->kind != EXPR_IF && e->kind != EXPR_LET;
}

// A value behind `=`, `=>` or `else`, with the space before it.
static void put_right(struct flow *f, const struct expr *e)
{
    if (hugs(f, e) && !flow_comment(f, e->span.start)) {
        flow_space(f);
        put_expr(f, e);
        return;
    }
    doc_open(&f->doc);
    doc_op(&f->doc, DOC_INDENT);
    flow_separate(f, DOC_LINE, e->span.start, false);
    put_expr(f, e);
    doc_op(&f->doc, DOC_DEDENT);
    doc_close(&f->doc);
}

static void put_annotation(struct flow *f, const struct type *t)
{
    if (!t) return;
    flow_z(f, ":");
    flow_space(f);
    put_type(f, t);
}

// ---- columns

// Names that differ more in length than this are not aligned.
#define MAX_PAD 12

// An element of a sequence that may be `name = value`.
struct cell {
    uint32_t start;
    uint32_t end;
    uint32_t width; // of the name; 0 if it has none, or more than a name is before the `=`
    uint32_t pad;   // result: spaces before the `=`
};

// Aligns the `=` of neighbours that no empty line, no comment and no element of another kind parts.
static void align(const struct flow *f, struct cell *cells, size_t count)
{
    for (size_t first = 0; first < count;) {
        size_t end = first;
        uint32_t least = UINT32_MAX;
        uint32_t most = 0;
        for (; end < count && cells[end].width > 0; end++) {
            if (end > first && flow_apart(f, cells[end - 1].end, cells[end].start)) break;
            if (cells[end].width < least) least = cells[end].width;
            if (cells[end].width > most) most = cells[end].width;
        }
        for (size_t i = first; i < end && most - least <= MAX_PAD; i++)
            cells[i].pad = most - cells[i].width;
        first = end > first ? end : first + 1;
    }
}

static struct cell cell_of(const struct flow *f, struct span element, struct name name)
{
    struct str text = flow_text(f, name.span.start, name.span.end);
    bool plain = name.id != SYM_NONE && !memchr(text.p, '\n', text.len);
    return (struct cell){element.start, element.end, plain ? (uint32_t)utf8_str_width(text) : 0, 0};
}

// ---- functions and calls

static void put_param(struct flow *f, const struct param *p)
{
    if (p->rest) flow_z(f, "..");
    put_name(f, p->name);
    put_annotation(f, p->type);
    if (!p->value) return;
    flow_space(f);
    flow_z(f, "=");
    put_right(f, p->value);
}

// "(" params ")" ["->" type]; `from` is where the parenthesis is looked for.
static void put_params(struct flow *f, const struct function *fn, uint32_t from)
{
    uint32_t open = flow_skip(f, from);
    uint32_t end = open + 1;
    flow_reach(f, open);
    if (fn->param_count > 0) {
        const struct param *last = &fn->params[fn->param_count - 1];
        end = last->span.end;
    }
    uint32_t close = flow_skip(f, end);
    flow_open(f, "(", open, fn->param_count > 0 ? fn->params[0].span.start : close);
    for (size_t i = 0; i < fn->param_count; i++) {
        if (i == 0)
            flow_first(f, DOC_SOFT, fn->params[i].span.start);
        else
            flow_next(f, fn->params[i].span.start);
        put_param(f, &fn->params[i]);
    }
    flow_close(f, ")", DOC_SOFT, close, fn->param_count > 0);
    if (!fn->result) return;
    flow_space(f);
    flow_z(f, "->");
    flow_space(f);
    put_type(f, fn->result);
}

static void put_fn(struct flow *f, const struct expr *e)
{
    flow_reach(f, e->span.start);
    flow_z(f, "fn");
    flow_space(f);
    f->done = e->span.start + 2;
    put_params(f, e->fn, f->done);
    flow_space(f);
    flow_z(f, "=>");
    put_right(f, e->fn->body);
}

static void put_arg(struct flow *f, const struct argument *a, uint32_t pad)
{
    if (a->spread) flow_z(f, "..");
    if (a->name.id == SYM_NONE) {
        put_expr(f, a->value);
        return;
    }
    put_name(f, a->name);
    flow_space(f);
    doc_align(&f->doc, pad);
    flow_z(f, "=");
    put_right(f, a->value);
}

// f(x, fn (y) => …), f({ … }): the last argument alone goes over several lines, if it begins on the
// line of the call.
static bool last_hugs(const struct flow *f, const struct argument *args, size_t count,
                      uint32_t open, uint32_t close)
{
    if (count == 0) return false;
    const struct argument *last = &args[count - 1];
    if (last->spread || last->name.id != SYM_NONE || !is_block(last->value)) return false;
    for (size_t i = 0; i + 1 < count; i++)
        if (args[i].spread || args[i].name.id != SYM_NONE || !is_small(args[i].value)) return false;
    if (count > 1 && flow_has_break(f, open, last->span.start)) return false;
    if (flow_comment(f, last->span.start)) return false;
    for (size_t i = f->comment; i < f->file->comment_count; i++) {
        uint32_t at = f->file->comments[i].span.start;
        if (at >= close) break;
        if (at >= last->span.end) return false;
    }
    return true;
}

static void put_args(struct flow *f, const struct argument *args, size_t count, uint32_t open,
                     uint32_t close)
{
    flow_reach(f, open);
    if (last_hugs(f, args, count, open, close)) {
        flow_z(f, "(");
        for (size_t i = 0; i < count; i++) {
            if (i > 0) flow_z(f, ",");
            if (i > 0) flow_space(f);
            put_arg(f, &args[i], 0);
        }
        flow_z(f, ")");
        f->done = close + 1;
        return;
    }
    flow_open(f, "(", open, count > 0 ? args[0].span.start : close);
    VEC(struct cell) cells = {0};
    for (size_t i = 0; i < count; i++) vec_push(&cells, cell_of(f, args[i].span, args[i].name));
    align(f, cells.at, count);
    for (size_t i = 0; i < count; i++) {
        if (i == 0)
            flow_first(f, DOC_SOFT, args[i].span.start);
        else
            flow_next(f, args[i].span.start);
        put_arg(f, &args[i], cells.at[i].pad);
    }
    vec_free(&cells);
    flow_close(f, ")", DOC_SOFT, close, count > 0);
}

// A target of a postfix. Behind a path, a point or a parenthesis without a space would be read as a
// part of it.
static void put_target(struct flow *f, const struct expr *e)
{
    put_expr(f, e);
    if (e->kind == EXPR_PATH && e->parens == 0) flow_space(f);
}

static void put_call(struct flow *f, const struct expr *e)
{
    put_target(f, e->call.callee);
    uint32_t open = flow_skip(f, outer_end(f, e->call.callee));
    put_args(f, e->call.args, e->call.count, open, e->span.end - 1);
}

// The path counts as the first argument.
static void put_import(struct flow *f, const struct expr *e)
{
    flow_reach(f, e->span.start);
    flow_z(f, "import");
    f->done = e->span.start + 6;
    uint32_t open = flow_skip(f, f->done);
    flow_reach(f, open);
    flow_open(f, "(", open, e->import.path->span.start);
    flow_first(f, DOC_SOFT, e->import.path->span.start);
    put_expr(f, e->import.path);
    for (size_t i = 0; i < e->import.count; i++) {
        flow_next(f, e->import.args[i].span.start);
        put_arg(f, &e->import.args[i], 0);
    }
    flow_close(f, ")", DOC_SOFT, e->span.end - 1, true);
}

static void put_with(struct flow *f, const struct expr *e)
{
    put_expr(f, e->with.target);
    uint32_t word = flow_skip(f, outer_end(f, e->with.target));
    flow_reach(f, word);
    flow_space(f);
    flow_z(f, "with");
    flow_space(f);
    f->done = word + 4;
    uint32_t open = flow_skip(f, f->done);
    flow_reach(f, open);
    uint32_t close = e->span.end - 1;
    flow_open(f, "{", open, e->with.count > 0 ? e->with.updates[0].span.start : close);
    enum doc_kind line = e->with.count > 0 ? DOC_LINE : DOC_SOFT;
    for (size_t i = 0; i < e->with.count; i++) {
        const struct update *u = &e->with.updates[i];
        if (i == 0)
            flow_first(f, line, u->span.start);
        else
            flow_next(f, u->span.start);
        for (size_t k = 0; k < u->path_count; k++) {
            if (k > 0) flow_z(f, ".");
            put_name(f, u->path[k]);
        }
        flow_space(f);
        flow_z(f, "=");
        put_right(f, u->value);
    }
    flow_close(f, "}", line, close, e->with.count > 0);
}

// ---- collections

static void put_clauses(struct flow *f, const struct clause *clauses, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct clause *c = &clauses[i];
        flow_separate(f, DOC_LINE, c->span.start, false);
        flow_z(f, c->is_if ? "if" : "for");
        flow_space(f);
        f->done = c->span.start + (c->is_if ? 2 : 3);
        doc_op(&f->doc, DOC_INDENT);
        if (!c->is_if) {
            put_name(f, c->first);
            if (c->second.id != SYM_NONE) {
                flow_z(f, ",");
                flow_space(f);
                put_name(f, c->second);
            }
            flow_space(f);
            flow_z(f, "in");
            flow_space(f);
        }
        put_expr(f, c->source);
        doc_op(&f->doc, DOC_DEDENT);
    }
}

static void put_list(struct flow *f, const struct expr *e)
{
    bool comp = e->kind == EXPR_LIST_COMP;
    size_t count = comp ? 1 : e->list.count;
    uint32_t close = e->span.end - 1;
    uint32_t first = flow_skip(f, e->span.start + 1);
    flow_reach(f, e->span.start);
    flow_open(f, "[", e->span.start, first);
    for (size_t i = 0; i < count; i++) {
        struct list_item item =
            comp ? (struct list_item){.value = e->list_comp.element} : e->list.items[i];
        if (i == 0)
            flow_first(f, DOC_SOFT, first);
        else
            flow_next(f, item.value->span.start);
        if (item.spread) flow_z(f, "..");
        put_expr(f, item.value);
    }
    if (comp) put_clauses(f, e->list_comp.clauses, e->list_comp.clause_count);
    flow_close(f, "]", DOC_SOFT, close, count > 0 && !comp);
}

static void put_entry(struct flow *f, const struct entry *e, uint32_t pad)
{
    switch (e->kind) {
    case ENTRY_SHORTHAND: put_name(f, e->name); return;
    case ENTRY_SPREAD:
        flow_z(f, "..");
        put_expr(f, e->value);
        return;
    case ENTRY_FIELD: put_name(f, e->name); break;
    case ENTRY_COMPUTED:
        if (e->key->span.start == e->span.start) { // a quoted name with an interpolation
            put_expr(f, e->key);
            break;
        }
        flow_z(f, "[");
        put_expr(f, e->key);
        flow_z(f, "]");
        break;
    }
    put_annotation(f, e->type);
    flow_space(f);
    doc_align(&f->doc, pad);
    flow_z(f, "=");
    put_right(f, e->value);
}

static void put_record(struct flow *f, const struct expr *e)
{
    bool comp = e->kind == EXPR_RECORD_COMP;
    size_t count = comp ? 1 : e->record.count;
    const struct entry *entries = comp ? e->record_comp.entry : e->record.entries;
    uint32_t close = e->span.end - 1;
    enum doc_kind line = count > 0 ? DOC_LINE : DOC_SOFT;
    flow_reach(f, e->span.start);
    flow_open(f, "{", e->span.start, count > 0 ? entries[0].span.start : close);
    VEC(struct cell) cells = {0};
    for (size_t i = 0; i < count; i++) {
        bool plain = entries[i].kind == ENTRY_FIELD && !entries[i].type;
        vec_push(&cells, cell_of(f, entries[i].span, plain ? entries[i].name : (struct name){0}));
    }
    align(f, cells.at, count);
    for (size_t i = 0; i < count; i++) {
        if (i == 0)
            flow_first(f, line, entries[i].span.start);
        else
            flow_next(f, entries[i].span.start);
        put_entry(f, &entries[i], cells.at[i].pad);
    }
    vec_free(&cells);
    if (comp) put_clauses(f, e->record_comp.clauses, e->record_comp.clause_count);
    flow_close(f, "}", line, close, count > 0 && !comp);
}

// ---- operators

static int precedence(enum binary_op op)
{
    switch (op) {
    case BINARY_PIPE: return 0;
    case BINARY_OR: return 1;
    case BINARY_AND: return 2;
    case BINARY_EQ:
    case BINARY_NE:
    case BINARY_LT:
    case BINARY_LE:
    case BINARY_GT:
    case BINARY_GE: return 3;
    case BINARY_UNION: return 4;
    case BINARY_CONCAT: return 5;
    case BINARY_ADD:
    case BINARY_SUB: return 6;
    case BINARY_MUL:
    case BINARY_DIV:
    case BINARY_MOD: return 7;
    case BINARY_DEFAULT: return 8;
    }
    return 9;
}

static void put_operator(struct flow *f, const struct expr *e, const struct expr *right)
{
    struct span op = e->binary.op_span;
    flow_separate(f, DOC_LINE, op.start, false);
    doc_text(&f->doc, flow_text(f, op.start, op.end));
    f->done = op.end;
    flow_space(f);
    put_expr(f, right);
}

// Operators of one precedence are one group: they all stay on the line or all begin one.
static void put_chain(struct flow *f, const struct expr *e)
{
    if (chain_hugs(f, e)) {
        put_expr(f, e->binary.left);
        flow_space(f);
        flow_slice(f, e->binary.op_span);
        flow_space(f);
        put_expr(f, e->binary.right);
        return;
    }
    int level = precedence(e->binary.op);
    bool right = e->binary.op == BINARY_DEFAULT;
    VEC(const struct expr *) links = {0};
    const struct expr *at = e;
    for (;;) {
        vec_push(&links, at);
        const struct expr *inner = right ? at->binary.right : at->binary.left;
        if (!is_chain(inner) || precedence(inner->binary.op) != level) break;
        at = inner;
    }
    doc_open(&f->doc);
    put_expr(f, right ? e->binary.left : at->binary.left);
    for (size_t i = 0; i < links.len; i++) {
        const struct expr *link = links.at[right ? i : links.len - 1 - i];
        bool last = i + 1 == links.len;
        put_operator(f, link, right && !last ? links.at[i + 1]->binary.left : link->binary.right);
    }
    doc_close(&f->doc);
    vec_free(&links);
}

static void put_unary(struct flow *f, const struct expr *e)
{
    flow_reach(f, e->span.start);
    flow_z(f, e->unary.op == UNARY_NEG ? "-" : "!");
    f->done = e->span.start + 1;
    put_expr(f, e->unary.operand);
}

// ---- if and let

static void put_branch(struct flow *f, const struct expr *e)
{
    doc_op(&f->doc, DOC_INDENT);
    flow_separate(f, DOC_LINE, e->span.start, false);
    put_expr(f, e);
    doc_op(&f->doc, DOC_DEDENT);
}

// All branches of an else-if chain are one group. The chain is a loop: its length is only bounded
// by the nesting limit.
static void put_if(struct flow *f, const struct expr *e)
{
    doc_open(&f->doc);
    for (;; e = e->cond.otherwise) {
        flow_reach(f, e->span.start);
        flow_z(f, "if");
        flow_space(f);
        f->done = e->span.start + 2;
        doc_op(&f->doc, DOC_INDENT);
        put_expr(f, e->cond.condition);
        uint32_t then = flow_skip(f, outer_end(f, e->cond.condition));
        flow_reach(f, then);
        doc_op(&f->doc, DOC_DEDENT);
        flow_space(f);
        flow_z(f, "then");
        f->done = then + 4;
        put_branch(f, e->cond.then);
        uint32_t otherwise = flow_skip(f, outer_end(f, e->cond.then));
        flow_separate(f, DOC_LINE, otherwise, false);
        flow_z(f, "else");
        f->done = otherwise + 4;
        const struct expr *next = e->cond.otherwise;
        if (next->kind != EXPR_IF || next->parens > 0 || flow_comment(f, next->span.start)) break;
        flow_space(f);
    }
    put_branch(f, e->cond.otherwise);
    doc_close(&f->doc);
}

static void put_let(struct flow *f, const struct expr *e)
{
    flow_reach(f, e->span.start);
    doc_open(&f->doc);
    flow_z(f, "let");
    f->done = e->span.start + 3;
    uint32_t in = flow_skip(f, f->done);
    if (e->let.count > 1 || flow_has_break(f, f->done, in)) doc_force(&f->doc);
    doc_op(&f->doc, DOC_INDENT);
    for (size_t i = 0; i < e->let.count; i++) {
        const struct binding *b = &e->let.bindings[i];
        flow_separate(f, DOC_LINE, b->span.start, i > 0);
        put_binding(f, b);
        in = flow_skip(f, b->span.end);
    }
    flow_trailing(f, in);
    flow_leading(f, in);
    doc_op(&f->doc, DOC_DEDENT);
    doc_op(&f->doc, DOC_LINE);
    flow_z(f, "in");
    f->done = in + 2;
    flow_separate(f, DOC_LINE, e->let.body->span.start, false);
    put_expr(f, e->let.body);
    doc_close(&f->doc);
}

// ---- expressions

static void put_string(struct flow *f, const struct expr *e)
{
    if (!e->string.multiline || !fmt_text_moves(f->text, e)) {
        flow_slice(f, e->span);
        return;
    }
    flow_reach(f, e->span.start);
    fmt_text(&f->doc, f->text, e);
    f->done = e->span.end;
}

// The smallest Int is one literal, but its sign and its digits are two tokens.
static void put_int(struct flow *f, const struct expr *e)
{
    struct span digits = e->span;
    if (f->text.p[digits.start] == '-') {
        flow_reach(f, digits.start);
        flow_z(f, "-");
        f->done = digits.start + 1;
        digits.start = flow_skip(f, f->done);
    }
    flow_slice(f, digits);
}

static void put_field(struct flow *f, const struct expr *e)
{
    put_target(f, e->field.target);
    doc_op(&f->doc, DOC_INDENT);
    flow_reach(f, flow_skip(f, outer_end(f, e->field.target)));
    flow_z(f, ".");
    put_name(f, e->field.name);
    doc_op(&f->doc, DOC_DEDENT);
}

static void put_index(struct flow *f, const struct expr *e)
{
    put_expr(f, e->index.target);
    uint32_t open = flow_skip(f, outer_end(f, e->index.target));
    flow_reach(f, open);
    flow_open(f, "[", open, open + 1);
    flow_first(f, DOC_SOFT, e->index.index->span.start);
    put_expr(f, e->index.index);
    flow_close(f, "]", DOC_SOFT, e->span.end - 1, false);
}

static void put_bare(struct flow *f, const struct expr *e)
{
    switch (e->kind) {
    case EXPR_ERROR:
    case EXPR_NULL:
    case EXPR_BOOL:
    case EXPR_FLOAT:
    case EXPR_PATH:
    case EXPR_NAME: flow_slice(f, e->span); break;
    case EXPR_INT: put_int(f, e); break;
    case EXPR_STRING: put_string(f, e); break;
    case EXPR_LIST:
    case EXPR_LIST_COMP: put_list(f, e); break;
    case EXPR_RECORD:
    case EXPR_RECORD_COMP: put_record(f, e); break;
    case EXPR_FIELD: put_field(f, e); break;
    case EXPR_INDEX: put_index(f, e); break;
    case EXPR_CALL: put_call(f, e); break;
    case EXPR_WITH: put_with(f, e); break;
    case EXPR_UNARY: put_unary(f, e); break;
    case EXPR_BINARY: put_chain(f, e); break;
    case EXPR_LET: put_let(f, e); break;
    case EXPR_IF: put_if(f, e); break;
    case EXPR_FN: put_fn(f, e); break;
    case EXPR_IMPORT: put_import(f, e); break;
    }
}

static void put_expr(struct flow *f, const struct expr *e)
{
    if (e->parens == 0) {
        put_bare(f, e);
        return;
    }
    flow_reach(f, e->span.start);
    for (unsigned i = 0; i < e->parens; i++) {
        doc_open(&f->doc);
        flow_z(f, "(");
        doc_op(&f->doc, DOC_INDENT);
        doc_op(&f->doc, DOC_SOFT);
    }
    put_bare(f, e);
    uint32_t end = e->span.end;
    for (unsigned i = 0; i < e->parens; i++) {
        uint32_t close = flow_skip(f, end);
        flow_close(f, ")", DOC_SOFT, close, false);
        end = close + 1;
    }
}

// ---- types

static void put_fields(struct flow *f, const struct type *t)
{
    uint32_t close = t->span.end - 1;
    uint32_t first = flow_skip(f, t->span.start + 1);
    enum doc_kind line = t->record.count > 0 || t->record.open ? DOC_LINE : DOC_SOFT;
    flow_open(f, "{", t->span.start, first);
    uint32_t end = first;
    for (size_t i = 0; i < t->record.count; i++) {
        const struct type_field *field = &t->record.fields[i];
        if (i == 0)
            flow_first(f, line, first);
        else
            flow_next(f, field->span.start);
        put_name(f, field->name);
        if (field->optional) flow_z(f, "?");
        put_annotation(f, field->type);
        end = field->span.end;
    }
    if (t->record.open) {
        uint32_t dots = flow_skip(f, end);
        if (t->record.count == 0)
            flow_first(f, line, dots);
        else
            flow_next(f, dots);
        flow_z(f, "..");
        f->done = dots + 2;
    }
    flow_close(f, "}", line, close, t->record.count > 0 && !t->record.open);
}

static void put_union(struct flow *f, const struct type *t)
{
    doc_open(&f->doc);
    doc_op(&f->doc, DOC_INDENT);
    for (size_t i = 0; i < t->alternatives.count; i++) {
        const struct type *member = t->alternatives.members[i];
        if (i > 0) {
            flow_separate(f, DOC_LINE, member->span.start, false);
            flow_z(f, "|");
            flow_space(f);
        }
        put_type(f, member);
    }
    doc_op(&f->doc, DOC_DEDENT);
    doc_close(&f->doc);
}

static void put_type(struct flow *f, const struct type *t)
{
    flow_reach(f, t->span.start);
    switch (t->kind) {
    case TYPE_NAME:
        for (size_t i = 0; i < t->name.count; i++) {
            if (i > 0) flow_z(f, ".");
            put_name(f, t->name.parts[i]);
        }
        break;
    case TYPE_LITERAL:
    case TYPE_NULL:
    case TYPE_ERROR: flow_slice(f, t->span); break;
    case TYPE_OPTIONAL:
        put_type(f, t->inner);
        flow_z(f, "?");
        break;
    case TYPE_LIST:
        flow_open(f, "[", t->span.start, t->inner->span.start);
        flow_first(f, DOC_SOFT, t->inner->span.start);
        put_type(f, t->inner);
        flow_close(f, "]", DOC_SOFT, t->span.end - 1, false);
        break;
    case TYPE_RECORD: put_fields(f, t); break;
    case TYPE_DICT:
        flow_z(f, "{");
        flow_space(f);
        flow_z(f, "[");
        put_type(f, t->dict.key);
        flow_z(f, "]:");
        flow_space(f);
        put_type(f, t->dict.value);
        flow_reach(f, t->span.end - 1);
        flow_space(f);
        flow_z(f, "}");
        break;
    case TYPE_UNION: put_union(f, t); break;
    }
    f->done = t->span.end;
}

// ---- bindings

static void put_word(struct flow *f, const char *word, const struct binding *b)
{
    flow_z(f, word);
    flow_space(f);
    f->done = b->span.start + (uint32_t)strlen(word);
}

static void put_assert(struct flow *f, const struct binding *b)
{
    put_word(f, "assert", b);
    doc_op(&f->doc, DOC_INDENT);
    doc_open(&f->doc);
    put_expr(f, b->value);
    if (b->otherwise) {
        uint32_t word = flow_skip(f, outer_end(f, b->value));
        flow_separate(f, DOC_LINE, word, false);
        flow_z(f, "else");
        f->done = word + 4;
        put_right(f, b->otherwise);
    }
    doc_close(&f->doc);
    doc_op(&f->doc, DOC_DEDENT);
}

static void put_binding(struct flow *f, const struct binding *b)
{
    switch (b->kind) {
    case BINDING_VALUE:
        put_name(f, b->name);
        put_annotation(f, b->type);
        break;
    case BINDING_FUNCTION:
        put_name(f, b->name);
        put_params(f, b->value->fn, b->name.span.end);
        break;
    case BINDING_PARAM:
        put_word(f, "param", b);
        put_name(f, b->name);
        put_annotation(f, b->type);
        break;
    case BINDING_TYPE:
        put_word(f, "type", b);
        put_name(f, b->name);
        flow_space(f);
        flow_z(f, "=");
        flow_space(f);
        put_type(f, b->type);
        return;
    case BINDING_TEST:
        put_word(f, "test", b);
        flow_slice(f, b->title_span);
        break;
    case BINDING_ASSERT: put_assert(f, b); return;
    }
    const struct expr *value = b->kind == BINDING_FUNCTION ? b->value->fn->body : b->value;
    if (!value) return;
    flow_space(f);
    flow_z(f, "=");
    put_right(f, value);
}

bool fmt_file(const struct file *file, struct buf *out)
{
    if (file->has_errors) return false;
    struct flow f = {.file = file, .text = file->source->text};
    for (size_t i = 0; i < file->count; i++) {
        flow_separate(&f, DOC_HARD, file->bindings[i].span.start, true);
        put_binding(&f, &file->bindings[i]);
        f.done = file->bindings[i].span.end;
    }
    flow_trailing(&f, UINT32_MAX);
    flow_leading(&f, UINT32_MAX);
    doc_layout(&f.doc, out, WIDTH);
    doc_free(&f.doc);
    return true;
}
