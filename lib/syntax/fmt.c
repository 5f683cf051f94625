// Tree to document (doc.h). The tree has no punctuation and no comments: what stands between two
// parts of it is looked up in the source. `done` is the offset up to which the source is in the
// document; a comment is put in when the first part behind it comes.
#include "syntax/fmt.h"

#include "syntax/doc.h"
#include "syntax/fmt_text.h"

#define WIDTH 100

struct fmt {
    const struct file *file;
    struct str text;
    struct doc doc;
    size_t comment; // the next one
    uint32_t done;
};

static void put_expr(struct fmt *f, const struct expr *e);
static void put_type(struct fmt *f, const struct type *t);
static void put_binding(struct fmt *f, const struct binding *b);

// ---- the source between the parts

static struct str slice(const struct fmt *f, uint32_t start, uint32_t end)
{
    return (struct str){f->text.p + start, end - start};
}

// The first offset from `at` on that is no blank, comment or separator.
static uint32_t skip_to(const struct fmt *f, uint32_t at)
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

static bool has_break(const struct fmt *f, uint32_t from, uint32_t to)
{
    return from < to && memchr(f->text.p + from, '\n', to - from) != NULL;
}

// Is there an empty line?
static bool has_blank_line(const struct fmt *f, uint32_t from, uint32_t to)
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

static const struct comment *next_comment(const struct fmt *f, uint32_t before)
{
    if (f->comment == f->file->comment_count) return NULL;
    const struct comment *c = &f->file->comments[f->comment];
    return c->span.start < before ? c : NULL;
}

static void put_comment(struct fmt *f, const struct comment *c)
{
    struct str s = slice(f, c->span.start, c->span.end);
    while (s.len > 0 && (s.p[s.len - 1] == ' ' || s.p[s.len - 1] == '\t' || s.p[s.len - 1] == '\r'))
        s.len--;
    doc_comment(&f->doc, s);
    f->done = c->span.end;
    f->comment++;
}

// The comments behind what was put last, on its line.
static void put_trailing(struct fmt *f, uint32_t before)
{
    const struct comment *c;
    while ((c = next_comment(f, before)) && !has_break(f, f->done, c->span.start))
        put_comment(f, c);
}

// The other comments before an offset, a line each. True if there were any.
static void put_leading(struct fmt *f, uint32_t before)
{
    const struct comment *c;
    while ((c = next_comment(f, before))) {
        doc_break(&f->doc, DOC_HARD, has_blank_line(f, f->done, c->span.start));
        put_comment(f, c);
    }
}

// Separates from the next part of a sequence, which begins at `next`: a line that keeps an empty
// one, and comments.
static void separate(struct fmt *f, enum doc_kind kind, uint32_t next, bool keep_blank)
{
    put_trailing(f, next);
    const struct comment *c = next_comment(f, next);
    uint32_t line_end = c ? c->span.start : next;
    doc_break(&f->doc, kind, keep_blank && has_blank_line(f, f->done, line_end));
    if (!c) return;
    put_comment(f, c);
    put_leading(f, next);
    doc_break(&f->doc, DOC_HARD, has_blank_line(f, f->done, next));
}

// Comments before a part at a place where lines do not break otherwise.
static void reach(struct fmt *f, uint32_t start)
{
    if (!next_comment(f, start)) return;
    put_trailing(f, start);
    put_leading(f, start);
    doc_op(&f->doc, DOC_HARD);
}

static void put_slice(struct fmt *f, struct span span)
{
    reach(f, span.start);
    doc_raw(&f->doc, slice(f, span.start, span.end));
    f->done = span.end;
    while (next_comment(f, span.end)) f->comment++; // inside an interpolation
}

static void put_name(struct fmt *f, struct name name)
{
    put_slice(f, name.span);
}

static void put_z(struct fmt *f, const char *z)
{
    doc_z(&f->doc, z);
}

static void space(struct fmt *f)
{
    doc_op(&f->doc, DOC_SPACE);
}

// ---- brackets

// Begins what a bracket holds. `open` is the offset of the bracket; a line break behind it is kept.
static void open_bracket(struct fmt *f, const char *bracket, uint32_t open, uint32_t first)
{
    doc_open(&f->doc);
    put_z(f, bracket);
    f->done = open + 1;
    bool empty = first < f->text.len && strchr(")]}", f->text.p[first]);
    if (!empty && has_break(f, f->done, first)) doc_force(&f->doc);
    doc_op(&f->doc, DOC_INDENT);
}

static void first_element(struct fmt *f, enum doc_kind kind, uint32_t start)
{
    separate(f, kind, start, false);
}

static void next_element(struct fmt *f, uint32_t start)
{
    put_z(f, ",");
    separate(f, DOC_LINE, start, true);
}

static void close_bracket(struct fmt *f, const char *bracket, enum doc_kind kind, uint32_t close,
                          bool comma)
{
    if (comma) doc_op(&f->doc, DOC_COMMA);
    put_trailing(f, close);
    put_leading(f, close);
    doc_op(&f->doc, DOC_DEDENT);
    doc_op(&f->doc, kind);
    put_z(f, bracket);
    f->done = close + 1;
    doc_close(&f->doc);
}

// The offset behind the parentheses around an expression.
static uint32_t outer_end(const struct fmt *f, const struct expr *e)
{
    uint32_t end = e->span.end;
    for (unsigned i = 0; i < e->parens; i++) end = skip_to(f, end) + 1;
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
static bool chain_hugs(const struct fmt *f, const struct expr *e)
{
    const struct expr *right = e->binary.right;
    return is_small(e->binary.left) && is_block(right) && !next_comment(f, right->span.start) &&
           !has_break(f, e->span.start, right->span.start);
}

// Does it begin on the line where its name stands, even if it takes several lines?
static bool hugs(const struct fmt *f, const struct expr *e)
{
    if (e->parens > 0) return true;
    if (e->kind == EXPR_BINARY) return chain_hugs(f, e);
    return e->kind != EXPR_IF && e->kind != EXPR_LET;
}

// A value behind `=`, `=>` or `else`, with the space before it.
static void put_right(struct fmt *f, const struct expr *e)
{
    if (hugs(f, e) && !next_comment(f, e->span.start)) {
        space(f);
        put_expr(f, e);
        return;
    }
    doc_open(&f->doc);
    doc_op(&f->doc, DOC_INDENT);
    separate(f, DOC_LINE, e->span.start, false);
    put_expr(f, e);
    doc_op(&f->doc, DOC_DEDENT);
    doc_close(&f->doc);
}

static void put_annotation(struct fmt *f, const struct type *t)
{
    if (!t) return;
    put_z(f, ":");
    space(f);
    put_type(f, t);
}

// ---- functions and calls

static void put_param(struct fmt *f, const struct param *p)
{
    if (p->rest) put_z(f, "..");
    put_name(f, p->name);
    put_annotation(f, p->type);
    if (!p->value) return;
    space(f);
    put_z(f, "=");
    put_right(f, p->value);
}

// "(" params ")" ["->" type]; `from` is where the parenthesis is looked for.
static void put_params(struct fmt *f, const struct function *fn, uint32_t from)
{
    uint32_t open = skip_to(f, from);
    uint32_t end = open + 1;
    reach(f, open);
    if (fn->param_count > 0) {
        const struct param *last = &fn->params[fn->param_count - 1];
        end = last->span.end;
    }
    uint32_t close = skip_to(f, end);
    open_bracket(f, "(", open, fn->param_count > 0 ? fn->params[0].span.start : close);
    for (size_t i = 0; i < fn->param_count; i++) {
        if (i == 0)
            first_element(f, DOC_SOFT, fn->params[i].span.start);
        else
            next_element(f, fn->params[i].span.start);
        put_param(f, &fn->params[i]);
    }
    close_bracket(f, ")", DOC_SOFT, close, fn->param_count > 0);
    if (!fn->result) return;
    space(f);
    put_z(f, "->");
    space(f);
    put_type(f, fn->result);
}

static void put_fn(struct fmt *f, const struct expr *e)
{
    reach(f, e->span.start);
    put_z(f, "fn");
    space(f);
    f->done = e->span.start + 2;
    put_params(f, e->fn, f->done);
    space(f);
    put_z(f, "=>");
    put_right(f, e->fn->body);
}

static void put_arg(struct fmt *f, const struct argument *a)
{
    if (a->spread) put_z(f, "..");
    if (a->name.id == SYM_NONE) {
        put_expr(f, a->value);
        return;
    }
    put_name(f, a->name);
    space(f);
    put_z(f, "=");
    put_right(f, a->value);
}

// f(x, fn (y) => …), f({ … }): the last argument alone goes over several lines, if it begins on the
// line of the call.
static bool last_hugs(const struct fmt *f, const struct argument *args, size_t count, uint32_t open,
                      uint32_t close)
{
    if (count == 0) return false;
    const struct argument *last = &args[count - 1];
    if (last->spread || last->name.id != SYM_NONE || !is_block(last->value)) return false;
    for (size_t i = 0; i + 1 < count; i++)
        if (args[i].spread || args[i].name.id != SYM_NONE || !is_small(args[i].value)) return false;
    if (count > 1 && has_break(f, open, last->span.start)) return false;
    if (next_comment(f, last->span.start)) return false;
    for (size_t i = f->comment; i < f->file->comment_count; i++) {
        uint32_t at = f->file->comments[i].span.start;
        if (at >= close) break;
        if (at >= last->span.end) return false;
    }
    return true;
}

static void put_args(struct fmt *f, const struct argument *args, size_t count, uint32_t open,
                     uint32_t close)
{
    reach(f, open);
    if (last_hugs(f, args, count, open, close)) {
        put_z(f, "(");
        for (size_t i = 0; i < count; i++) {
            if (i > 0) put_z(f, ",");
            if (i > 0) space(f);
            put_arg(f, &args[i]);
        }
        put_z(f, ")");
        f->done = close + 1;
        return;
    }
    open_bracket(f, "(", open, count > 0 ? args[0].span.start : close);
    for (size_t i = 0; i < count; i++) {
        if (i == 0)
            first_element(f, DOC_SOFT, args[i].span.start);
        else
            next_element(f, args[i].span.start);
        put_arg(f, &args[i]);
    }
    close_bracket(f, ")", DOC_SOFT, close, count > 0);
}

static void put_call(struct fmt *f, const struct expr *e)
{
    put_expr(f, e->call.callee);
    uint32_t open = skip_to(f, outer_end(f, e->call.callee));
    put_args(f, e->call.args, e->call.count, open, e->span.end - 1);
}

// The path counts as the first argument.
static void put_import(struct fmt *f, const struct expr *e)
{
    reach(f, e->span.start);
    put_z(f, "import");
    f->done = e->span.start + 6;
    uint32_t open = skip_to(f, f->done);
    reach(f, open);
    open_bracket(f, "(", open, e->import.path->span.start);
    first_element(f, DOC_SOFT, e->import.path->span.start);
    put_expr(f, e->import.path);
    for (size_t i = 0; i < e->import.count; i++) {
        next_element(f, e->import.args[i].span.start);
        put_arg(f, &e->import.args[i]);
    }
    close_bracket(f, ")", DOC_SOFT, e->span.end - 1, true);
}

static void put_with(struct fmt *f, const struct expr *e)
{
    put_expr(f, e->with.target);
    uint32_t word = skip_to(f, outer_end(f, e->with.target));
    reach(f, word);
    space(f);
    put_z(f, "with");
    space(f);
    f->done = word + 4;
    uint32_t open = skip_to(f, f->done);
    reach(f, open);
    uint32_t close = e->span.end - 1;
    open_bracket(f, "{", open, e->with.count > 0 ? e->with.updates[0].span.start : close);
    enum doc_kind line = e->with.count > 0 ? DOC_LINE : DOC_SOFT;
    for (size_t i = 0; i < e->with.count; i++) {
        const struct update *u = &e->with.updates[i];
        if (i == 0)
            first_element(f, line, u->span.start);
        else
            next_element(f, u->span.start);
        for (size_t k = 0; k < u->path_count; k++) {
            if (k > 0) put_z(f, ".");
            put_name(f, u->path[k]);
        }
        space(f);
        put_z(f, "=");
        put_right(f, u->value);
    }
    close_bracket(f, "}", line, close, e->with.count > 0);
}

// ---- collections

static void put_clauses(struct fmt *f, const struct clause *clauses, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct clause *c = &clauses[i];
        separate(f, DOC_LINE, c->span.start, false);
        put_z(f, c->is_if ? "if" : "for");
        space(f);
        f->done = c->span.start + (c->is_if ? 2 : 3);
        doc_op(&f->doc, DOC_INDENT);
        if (!c->is_if) {
            put_name(f, c->first);
            if (c->second.id != SYM_NONE) {
                put_z(f, ",");
                space(f);
                put_name(f, c->second);
            }
            space(f);
            put_z(f, "in");
            space(f);
        }
        put_expr(f, c->source);
        doc_op(&f->doc, DOC_DEDENT);
    }
}

static void put_list(struct fmt *f, const struct expr *e)
{
    bool comp = e->kind == EXPR_LIST_COMP;
    size_t count = comp ? 1 : e->list.count;
    uint32_t close = e->span.end - 1;
    uint32_t first = skip_to(f, e->span.start + 1);
    reach(f, e->span.start);
    open_bracket(f, "[", e->span.start, first);
    for (size_t i = 0; i < count; i++) {
        struct list_item item =
            comp ? (struct list_item){.value = e->list_comp.element} : e->list.items[i];
        if (i == 0)
            first_element(f, DOC_SOFT, first);
        else
            next_element(f, item.value->span.start);
        if (item.spread) put_z(f, "..");
        put_expr(f, item.value);
    }
    if (comp) put_clauses(f, e->list_comp.clauses, e->list_comp.clause_count);
    close_bracket(f, "]", DOC_SOFT, close, count > 0 && !comp);
}

static void put_entry(struct fmt *f, const struct entry *e)
{
    switch (e->kind) {
    case ENTRY_SHORTHAND: put_name(f, e->name); return;
    case ENTRY_SPREAD:
        put_z(f, "..");
        put_expr(f, e->value);
        return;
    case ENTRY_FIELD: put_name(f, e->name); break;
    case ENTRY_COMPUTED:
        if (e->key->span.start == e->span.start) { // a quoted name with an interpolation
            put_expr(f, e->key);
            break;
        }
        put_z(f, "[");
        put_expr(f, e->key);
        put_z(f, "]");
        break;
    }
    put_annotation(f, e->type);
    space(f);
    put_z(f, "=");
    put_right(f, e->value);
}

static void put_record(struct fmt *f, const struct expr *e)
{
    bool comp = e->kind == EXPR_RECORD_COMP;
    size_t count = comp ? 1 : e->record.count;
    const struct entry *entries = comp ? e->record_comp.entry : e->record.entries;
    uint32_t close = e->span.end - 1;
    enum doc_kind line = count > 0 ? DOC_LINE : DOC_SOFT;
    reach(f, e->span.start);
    open_bracket(f, "{", e->span.start, count > 0 ? entries[0].span.start : close);
    for (size_t i = 0; i < count; i++) {
        if (i == 0)
            first_element(f, line, entries[i].span.start);
        else
            next_element(f, entries[i].span.start);
        put_entry(f, &entries[i]);
    }
    if (comp) put_clauses(f, e->record_comp.clauses, e->record_comp.clause_count);
    close_bracket(f, "}", line, close, count > 0 && !comp);
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

static void put_operator(struct fmt *f, const struct expr *e, const struct expr *right)
{
    struct span op = e->binary.op_span;
    separate(f, DOC_LINE, op.start, false);
    doc_text(&f->doc, slice(f, op.start, op.end));
    f->done = op.end;
    space(f);
    put_expr(f, right);
}

// Operators of one precedence are one group: they all stay on the line or all begin one.
static void put_chain(struct fmt *f, const struct expr *e)
{
    if (chain_hugs(f, e)) {
        put_expr(f, e->binary.left);
        space(f);
        put_slice(f, e->binary.op_span);
        space(f);
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

static void put_unary(struct fmt *f, const struct expr *e)
{
    reach(f, e->span.start);
    put_z(f, e->unary.op == UNARY_NEG ? "-" : "!");
    f->done = e->span.start + 1;
    put_expr(f, e->unary.operand);
}

// ---- if and let

static void put_branch(struct fmt *f, const struct expr *e)
{
    doc_op(&f->doc, DOC_INDENT);
    separate(f, DOC_LINE, e->span.start, false);
    put_expr(f, e);
    doc_op(&f->doc, DOC_DEDENT);
}

// All branches of an else-if chain are one group. The chain is a loop: its length is only bounded
// by the nesting limit.
static void put_if(struct fmt *f, const struct expr *e)
{
    doc_open(&f->doc);
    for (;; e = e->cond.otherwise) {
        reach(f, e->span.start);
        put_z(f, "if");
        space(f);
        f->done = e->span.start + 2;
        doc_op(&f->doc, DOC_INDENT);
        put_expr(f, e->cond.condition);
        uint32_t then = skip_to(f, outer_end(f, e->cond.condition));
        reach(f, then);
        doc_op(&f->doc, DOC_DEDENT);
        space(f);
        put_z(f, "then");
        f->done = then + 4;
        put_branch(f, e->cond.then);
        uint32_t otherwise = skip_to(f, outer_end(f, e->cond.then));
        separate(f, DOC_LINE, otherwise, false);
        put_z(f, "else");
        f->done = otherwise + 4;
        const struct expr *next = e->cond.otherwise;
        if (next->kind != EXPR_IF || next->parens > 0 || next_comment(f, next->span.start)) break;
        space(f);
    }
    put_branch(f, e->cond.otherwise);
    doc_close(&f->doc);
}

static void put_let(struct fmt *f, const struct expr *e)
{
    reach(f, e->span.start);
    doc_open(&f->doc);
    put_z(f, "let");
    f->done = e->span.start + 3;
    uint32_t in = skip_to(f, f->done);
    if (e->let.count > 1 || has_break(f, f->done, in)) doc_force(&f->doc);
    doc_op(&f->doc, DOC_INDENT);
    for (size_t i = 0; i < e->let.count; i++) {
        const struct binding *b = &e->let.bindings[i];
        separate(f, DOC_LINE, b->span.start, i > 0);
        put_binding(f, b);
        in = skip_to(f, b->span.end);
    }
    put_trailing(f, in);
    put_leading(f, in);
    doc_op(&f->doc, DOC_DEDENT);
    doc_op(&f->doc, DOC_LINE);
    put_z(f, "in");
    f->done = in + 2;
    separate(f, DOC_LINE, e->let.body->span.start, false);
    put_expr(f, e->let.body);
    doc_close(&f->doc);
}

// ---- expressions

static void put_string(struct fmt *f, const struct expr *e)
{
    if (!e->string.multiline || !fmt_text_moves(f->text, e)) {
        put_slice(f, e->span);
        return;
    }
    reach(f, e->span.start);
    fmt_text(&f->doc, f->text, e);
    f->done = e->span.end;
}

// The smallest Int is one literal, but its sign and its digits are two tokens.
static void put_int(struct fmt *f, const struct expr *e)
{
    struct span digits = e->span;
    if (f->text.p[digits.start] == '-') {
        reach(f, digits.start);
        put_z(f, "-");
        f->done = digits.start + 1;
        digits.start = skip_to(f, f->done);
    }
    put_slice(f, digits);
}

static void put_field(struct fmt *f, const struct expr *e)
{
    put_expr(f, e->field.target);
    doc_op(&f->doc, DOC_INDENT);
    reach(f, skip_to(f, outer_end(f, e->field.target)));
    put_z(f, ".");
    put_name(f, e->field.name);
    doc_op(&f->doc, DOC_DEDENT);
}

static void put_index(struct fmt *f, const struct expr *e)
{
    put_expr(f, e->index.target);
    uint32_t open = skip_to(f, outer_end(f, e->index.target));
    reach(f, open);
    open_bracket(f, "[", open, open + 1);
    first_element(f, DOC_SOFT, e->index.index->span.start);
    put_expr(f, e->index.index);
    close_bracket(f, "]", DOC_SOFT, e->span.end - 1, false);
}

static void put_bare(struct fmt *f, const struct expr *e)
{
    switch (e->kind) {
    case EXPR_ERROR:
    case EXPR_NULL:
    case EXPR_BOOL:
    case EXPR_FLOAT:
    case EXPR_PATH:
    case EXPR_NAME: put_slice(f, e->span); break;
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

static void put_expr(struct fmt *f, const struct expr *e)
{
    if (e->parens == 0) {
        put_bare(f, e);
        return;
    }
    reach(f, e->span.start);
    for (unsigned i = 0; i < e->parens; i++) {
        doc_open(&f->doc);
        put_z(f, "(");
        doc_op(&f->doc, DOC_INDENT);
        doc_op(&f->doc, DOC_SOFT);
    }
    put_bare(f, e);
    uint32_t end = e->span.end;
    for (unsigned i = 0; i < e->parens; i++) {
        uint32_t close = skip_to(f, end);
        close_bracket(f, ")", DOC_SOFT, close, false);
        end = close + 1;
    }
}

// ---- types

static void put_fields(struct fmt *f, const struct type *t)
{
    uint32_t close = t->span.end - 1;
    uint32_t first = skip_to(f, t->span.start + 1);
    enum doc_kind line = t->record.count > 0 || t->record.open ? DOC_LINE : DOC_SOFT;
    open_bracket(f, "{", t->span.start, first);
    uint32_t end = first;
    for (size_t i = 0; i < t->record.count; i++) {
        const struct type_field *field = &t->record.fields[i];
        if (i == 0)
            first_element(f, line, first);
        else
            next_element(f, field->span.start);
        put_name(f, field->name);
        if (field->optional) put_z(f, "?");
        put_annotation(f, field->type);
        end = field->span.end;
    }
    if (t->record.open) {
        uint32_t dots = skip_to(f, end);
        if (t->record.count == 0)
            first_element(f, line, dots);
        else
            next_element(f, dots);
        put_z(f, "..");
        f->done = dots + 2;
    }
    close_bracket(f, "}", line, close, t->record.count > 0 && !t->record.open);
}

static void put_union(struct fmt *f, const struct type *t)
{
    doc_open(&f->doc);
    doc_op(&f->doc, DOC_INDENT);
    for (size_t i = 0; i < t->alternatives.count; i++) {
        const struct type *member = t->alternatives.members[i];
        if (i > 0) {
            separate(f, DOC_LINE, member->span.start, false);
            put_z(f, "|");
            space(f);
        }
        put_type(f, member);
    }
    doc_op(&f->doc, DOC_DEDENT);
    doc_close(&f->doc);
}

static void put_type(struct fmt *f, const struct type *t)
{
    reach(f, t->span.start);
    switch (t->kind) {
    case TYPE_NAME:
        for (size_t i = 0; i < t->name.count; i++) {
            if (i > 0) put_z(f, ".");
            put_name(f, t->name.parts[i]);
        }
        break;
    case TYPE_LITERAL:
    case TYPE_NULL:
    case TYPE_ERROR: put_slice(f, t->span); break;
    case TYPE_OPTIONAL:
        put_type(f, t->inner);
        put_z(f, "?");
        break;
    case TYPE_LIST:
        open_bracket(f, "[", t->span.start, t->inner->span.start);
        first_element(f, DOC_SOFT, t->inner->span.start);
        put_type(f, t->inner);
        close_bracket(f, "]", DOC_SOFT, t->span.end - 1, false);
        break;
    case TYPE_RECORD: put_fields(f, t); break;
    case TYPE_DICT:
        put_z(f, "{");
        space(f);
        put_z(f, "[");
        put_type(f, t->dict.key);
        put_z(f, "]:");
        space(f);
        put_type(f, t->dict.value);
        reach(f, t->span.end - 1);
        space(f);
        put_z(f, "}");
        break;
    case TYPE_UNION: put_union(f, t); break;
    }
    f->done = t->span.end;
}

// ---- bindings

static void put_word(struct fmt *f, const char *word, const struct binding *b)
{
    put_z(f, word);
    space(f);
    f->done = b->span.start + (uint32_t)strlen(word);
}

static void put_assert(struct fmt *f, const struct binding *b)
{
    put_word(f, "assert", b);
    doc_op(&f->doc, DOC_INDENT);
    doc_open(&f->doc);
    put_expr(f, b->value);
    if (b->otherwise) {
        uint32_t word = skip_to(f, outer_end(f, b->value));
        separate(f, DOC_LINE, word, false);
        put_z(f, "else");
        f->done = word + 4;
        put_right(f, b->otherwise);
    }
    doc_close(&f->doc);
    doc_op(&f->doc, DOC_DEDENT);
}

static void put_binding(struct fmt *f, const struct binding *b)
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
        space(f);
        put_z(f, "=");
        space(f);
        put_type(f, b->type);
        return;
    case BINDING_TEST:
        put_word(f, "test", b);
        put_slice(f, b->title_span);
        break;
    case BINDING_ASSERT: put_assert(f, b); return;
    }
    const struct expr *value = b->kind == BINDING_FUNCTION ? b->value->fn->body : b->value;
    if (!value) return;
    space(f);
    put_z(f, "=");
    put_right(f, value);
}

bool fmt_file(const struct file *file, struct buf *out)
{
    if (file->has_errors) return false;
    struct fmt f = {.file = file, .text = file->source->text};
    for (size_t i = 0; i < file->count; i++) {
        separate(&f, DOC_HARD, file->bindings[i].span.start, true);
        put_binding(&f, &file->bindings[i]);
        f.done = file->bindings[i].span.end;
    }
    put_trailing(&f, UINT32_MAX);
    put_leading(&f, UINT32_MAX);
    doc_layout(&f.doc, out, WIDTH);
    doc_free(&f.doc);
    return true;
}
