#include "syntax/ast_build.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "syntax/string_text.h"

void builder_free(struct builder *b)
{
    vec_free(&b->comments);
    buf_free(&b->text);
    vec_free(&b->bindings);
    vec_free(&b->entries);
    vec_free(&b->items);
    vec_free(&b->args);
    vec_free(&b->params);
    vec_free(&b->updates);
    vec_free(&b->clauses);
    vec_free(&b->pieces);
    vec_free(&b->fields);
    vec_free(&b->types);
    vec_free(&b->names);
}

struct diag *ast_error(struct builder *b, struct span span, const char *code, const char *fmt, ...)
{
    b->has_errors = true;
    va_list va;
    va_start(va, fmt);
    struct diag *d = diag_add(b->sink, DIAG_ERROR, span, code, fmt, va);
    va_end(va);
    return d;
}

struct span ast_span(const struct builder *b, uint32_t start, uint32_t end)
{
    return (struct span){b->source->id, start, end};
}

struct str ast_text(const struct builder *b, struct span span)
{
    return (struct str){b->source->text.p + span.start, span.end - span.start};
}

struct str ast_clip(struct str s)
{
    if (s.len > 60) s.len = utf8_offset(s, 40);
    return s;
}

static struct span token_span(const struct builder *b, struct token t)
{
    return ast_span(b, t.start, t.end);
}

void *ast_take(struct builder *b, const void *elements, size_t size, size_t *len, struct list list)
{
    *len = list.start;
    if (list.count == 0) return NULL;
    void *copy = arena_alloc_raw(b->arena, size * list.count);
    return memcpy(copy, elements, size * list.count);
}

// ---- nodes

// What follows the head of an expression.
static size_t payload_size(enum expr_kind kind)
{
#define SIZE(member) sizeof(((struct expr *)NULL)->member)
    switch (kind) {
    case EXPR_ERROR:
    case EXPR_NULL: return 0;
    case EXPR_BOOL: return SIZE(boolean);
    case EXPR_INT: return SIZE(integer);
    case EXPR_FLOAT: return SIZE(real);
    case EXPR_STRING: return SIZE(string);
    case EXPR_PATH: return SIZE(path);
    case EXPR_NAME: return SIZE(name);
    case EXPR_LIST: return SIZE(list);
    case EXPR_LIST_COMP: return SIZE(list_comp);
    case EXPR_RECORD: return SIZE(record);
    case EXPR_RECORD_COMP: return SIZE(record_comp);
    case EXPR_FIELD: return SIZE(field);
    case EXPR_INDEX: return SIZE(index);
    case EXPR_CALL: return SIZE(call);
    case EXPR_WITH: return SIZE(with);
    case EXPR_UNARY: return SIZE(unary);
    case EXPR_BINARY: return SIZE(binary);
    case EXPR_LET: return SIZE(let);
    case EXPR_IF: return SIZE(cond);
    case EXPR_FN: return SIZE(fn);
    case EXPR_IMPORT: return SIZE(import);
    }
#undef SIZE
    BUG("expression kind %d", (int)kind);
}

struct expr *ast_expr(struct builder *b, enum expr_kind kind, struct span span)
{
    struct expr *e = arena_alloc(b->arena, offsetof(struct expr, integer) + payload_size(kind));
    e->kind = kind;
    e->depth = 1;
    e->span = span;
    return e;
}

static struct node node_of(struct expr *e)
{
    return (struct node){e, e->span.start, e->span.end};
}

struct node ast_finish(struct builder *b, struct expr *e, uint32_t deepest)
{
    if (deepest < b->depth_limit) {
        e->depth = (deepest + 1) & 0x1FFF;
        return node_of(e);
    }
    if (!b->stop) {
        struct diag *d;
        if (e->kind == EXPR_BINARY) {
            d = ast_error(b, e->binary.op_span, "E0202", "more than %u operators in a chain",
                          b->depth_limit);
            diag_help(d, "give parts of it names, or use a function on a list such as `sum`, "
                         "`join` or `flatten`");
        } else {
            d = ast_error(b, e->span, "E0202", "this expression nests deeper than %u levels",
                          b->depth_limit);
            diag_help(d, "give inner parts of it names with `let` or with bindings");
        }
        diag_note(d, "`--limit nesting=N` sets another limit");
    }
    b->stop = true;
    return node_of(ast_expr(b, EXPR_ERROR, e->span));
}

uint32_t ast_max_depth(uint32_t depth, const struct expr *e)
{
    return e && e->depth > depth ? e->depth : depth;
}

struct node ast_simple(struct builder *b, struct token t, enum expr_kind kind)
{
    struct expr *e = ast_expr(b, kind, token_span(b, t));
    struct str text = ast_text(b, e->span);
    if (kind == EXPR_BOOL) e->boolean = t.kind == TOKEN_TRUE;
    if (kind == EXPR_PATH) e->path = text;
    if (kind == EXPR_NAME) e->name = (struct name){sym_intern(b->syms, text), e->span};
    return node_of(e);
}

struct node ast_parens(struct builder *b, struct token open, struct node value, struct token close)
{
    (void)b;
    value.expr->parens++; // at most the nesting limit
    return (struct node){value.expr, open.start, close.end};
}

// ---- numbers

static void number_out_of_range(struct builder *b, struct span span)
{
    struct str text = ast_text(b, span);
    struct diag *d = ast_error(b, span, "E0107", "the integer `" STR_FMT "` does not fit 64 bits",
                               STR_ARG(ast_clip(text)));
    diag_primary(d, "an Int is at most 9223372036854775807");
    if (text.len <= 30 && !str_starts_with(text, STR("0x")))
        diag_help(d, "write it as a Float: `" STR_FMT ".0`", STR_ARG(text));
}

void ast_settle_min_int(struct builder *b)
{
    if (!b->min_int) return;
    number_out_of_range(b, b->min_int->span);
    b->min_int = NULL;
}

static void check_leading_zero(struct builder *b, struct span span)
{
    struct str s = ast_text(b, span);
    if (s.len < 2 || s.p[0] != '0' || !((s.p[1] >= '0' && s.p[1] <= '9') || s.p[1] == '_')) return;
    struct diag *d = ast_error(b, span, "E0106", "a number cannot begin with `0`");
    size_t zeros = 0;
    while (zeros + 1 < s.len && (s.p[zeros] == '0' || s.p[zeros] == '_') && s.p[zeros + 1] != '.' &&
           s.p[zeros + 1] != 'e' && s.p[zeros + 1] != 'E')
        zeros++;
    diag_help(d, "write `" STR_FMT "`; there are no octal numbers, `0x` begins a hexadecimal one",
              (int)(s.len - zeros), s.p + zeros);
}

struct node ast_int(struct builder *b, struct token t)
{
    struct expr *e = ast_expr(b, EXPR_INT, token_span(b, t));
    struct str s = ast_text(b, e->span);
    bool hex = s.len > 2 && s.p[1] == 'x';
    uint64_t base = hex ? 16 : 10;
    uint64_t value = 0;
    for (size_t i = hex ? 2 : 0; i < s.len; i++) {
        char c = s.p[i];
        if (c == '_') continue;
        uint64_t digit = (uint64_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        if (value > (UINT64_MAX - digit) / base)
            value = UINT64_MAX;
        else
            value = value * base + digit;
    }
    if (!hex) check_leading_zero(b, e->span);
    if (value == (uint64_t)INT64_MAX + 1 && !hex) {
        e->integer = INT64_MIN;
        b->min_int = e;
    } else if (value > INT64_MAX) {
        number_out_of_range(b, e->span);
    } else {
        e->integer = (int64_t)value;
    }
    return node_of(e);
}

struct node ast_float(struct builder *b, struct token t)
{
    struct expr *e = ast_expr(b, EXPR_FLOAT, token_span(b, t));
    struct str s = ast_text(b, e->span);
    buf_clear(&b->text);
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] != '_') buf_addc(&b->text, s.p[i]);
    e->real = strtod(buf_z(&b->text), NULL);
    check_leading_zero(b, e->span);
    if (!isfinite(e->real)) {
        struct diag *d = ast_error(b, e->span, "E0107", "the number `" STR_FMT "` is too large",
                                   STR_ARG(ast_clip(s)));
        diag_primary(d, "a Float is at most 1.7976931348623157e308");
        e->real = 0;
    }
    return node_of(e);
}

// ---- strings

void ast_piece_text(struct builder *b, struct token t)
{
    struct span span = token_span(b, t);
    vec_push(&b->pieces, (struct string_piece){.text = ast_text(b, span), .span = span});
}

void ast_piece_expr(struct builder *b, struct token open, struct node value, struct token close)
{
    vec_push(&b->pieces,
             (struct string_piece){.expr = value.expr, .span = ast_span(b, open.start, close.end)});
}

// The lexer cuts text at every `~` and `'`; what touches is one piece.
static uint32_t join_neighbours(struct string_piece *pieces, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (kept > 0 && !pieces[i].expr && !pieces[kept - 1].expr) {
            pieces[kept - 1].text.len += pieces[i].text.len;
            pieces[kept - 1].span.end = pieces[i].span.end;
        } else {
            pieces[kept++] = pieces[i];
        }
    }
    return kept;
}

struct node ast_string(struct builder *b, struct token open, struct list pieces, struct token close)
{
    struct expr *e = ast_expr(b, EXPR_STRING, ast_span(b, open.start, close.end));
    struct string_piece *at = pieces.count > 0 ? b->pieces.at + pieces.start : NULL;
    uint32_t count = join_neighbours(at, pieces.count);
    e->string.multiline = open.end - open.start == 3;
    if (e->string.multiline)
        string_dedent(b, at, count);
    else
        string_unescape(b, at, count);
    uint32_t depth = 0;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        depth = ast_max_depth(depth, at[i].expr);
        if (at[i].expr || at[i].text.len > 0) at[kept++] = at[i];
    }
    pieces.count = kept;
    e->string.pieces = list_take(b, &b->pieces, pieces);
    e->string.count = kept;
    return ast_finish(b, e, depth);
}

struct literal ast_literal(struct builder *b, struct node string, const char *what)
{
    struct literal l = {STR(""), string.expr->span};
    if (string.expr->kind != EXPR_STRING) return l;
    for (size_t i = 0; i < string.expr->string.count; i++) {
        struct string_piece *piece = &string.expr->string.pieces[i];
        if (piece->expr) {
            ast_error(b, piece->span, "E0218", "%s cannot have an interpolation", what);
            return l;
        }
        l.text = piece->text;
    }
    return l;
}

struct word ast_word(struct token t)
{
    return (struct word){.token = t, .end = t.end};
}

struct word ast_quoted(struct node string)
{
    struct token t = {.kind = TOKEN_STRING_OPEN, .start = string.start, .end = string.end};
    return (struct word){.token = t, .string = string.expr, .end = string.end};
}

struct name ast_name(struct builder *b, struct word w)
{
    struct span span = ast_span(b, w.token.start, w.end);
    if (!w.string) return (struct name){sym_intern(b->syms, ast_text(b, span)), span};
    return (struct name){
        sym_intern(b->syms, ast_literal(b, (struct node){w.string, 0, 0}, "a name").text), span};
}

// ---- operators and postfixes

struct node ast_unary(struct builder *b, struct token op, enum unary_op kind, struct node operand)
{
    struct span span = ast_span(b, op.start, operand.end);
    struct node n;
    if (kind == UNARY_NEG && b->min_int && operand.expr == b->min_int &&
        operand.expr->parens == 0) {
        b->min_int = NULL;
        operand.expr->span = span;
        n = operand;
    } else {
        struct expr *e = ast_expr(b, EXPR_UNARY, span);
        e->unary.op = kind;
        e->unary.operand = operand.expr;
        n = ast_finish(b, e, operand.expr->depth);
    }
    n.start = op.start;
    n.end = operand.end;
    return n;
}

static void check_pipe(struct builder *b, struct token op, struct node right)
{
    struct expr *e = right.expr;
    if ((e->kind == EXPR_CALL && e->parens == 0) || e->kind == EXPR_ERROR) return;
    struct diag *d = ast_error(b, ast_span(b, right.start, right.end), "E0213",
                               "the right side of `|>` must be a call");
    diag_label(d, token_span(b, op), "puts its left side before the arguments of a call");
    struct str text = ast_text(b, e->span);
    bool names = e->kind == EXPR_NAME || e->kind == EXPR_FIELD;
    if (names && text.len <= 40)
        diag_help(d, "write `" STR_FMT "()`", STR_ARG(text));
    else if (e->kind == EXPR_BINARY)
        diag_help(d, "`|>` binds weakest of all: put it and its two sides in parentheses");
    else
        diag_help(d, "`a |> f(x)` is `f(a, x)`");
}

static bool is_comparison(const struct expr *e)
{
    return e->kind == EXPR_BINARY && e->parens == 0 && e->binary.op >= BINARY_EQ &&
           e->binary.op <= BINARY_GE;
}

// `a < b < c`; of a longer chain once.
static void check_chain(struct builder *b, const struct expr *e)
{
    const struct expr *left = e->binary.left;
    if (!is_comparison(e) || !is_comparison(left) || is_comparison(left->binary.left)) return;
    struct diag *d = ast_error(b, e->binary.op_span, "E0211", "comparisons do not chain");
    diag_label(d, left->binary.op_span, "the first comparison");
    diag_help(d, "write `a < b && b < c`, or put one of them in parentheses");
}

struct node ast_binary(struct builder *b, struct node left, struct token op, enum binary_op kind,
                       struct node right)
{
    struct expr *e = ast_expr(b, EXPR_BINARY, ast_span(b, left.start, right.end));
    e->binary.op = kind;
    e->binary.op_span = token_span(b, op);
    e->binary.left = left.expr;
    e->binary.right = right.expr;
    if (kind == BINARY_PIPE) check_pipe(b, op, right);
    check_chain(b, e);
    return ast_finish(b, e, ast_max_depth(left.expr->depth, right.expr));
}

struct node ast_field(struct builder *b, struct node target, struct word name)
{
    struct expr *e = ast_expr(b, EXPR_FIELD, ast_span(b, target.start, name.end));
    e->field.target = target.expr;
    e->field.name = ast_name(b, name);
    e->field.quoted = name.string != NULL;
    return ast_finish(b, e, target.expr->depth);
}

struct node ast_index(struct builder *b, struct node target, struct node index, struct token close)
{
    struct expr *e = ast_expr(b, EXPR_INDEX, ast_span(b, target.start, close.end));
    e->index.target = target.expr;
    e->index.index = index.expr;
    return ast_finish(b, e, ast_max_depth(target.expr->depth, index.expr));
}

static uint32_t args_depth(const struct argument *args, size_t count, uint32_t depth)
{
    for (size_t i = 0; i < count; i++) depth = ast_max_depth(depth, args[i].value);
    return depth;
}

struct node ast_call(struct builder *b, struct node callee, struct list args, struct token close)
{
    struct expr *e = ast_expr(b, EXPR_CALL, ast_span(b, callee.start, close.end));
    e->call.callee = callee.expr;
    e->call.args = list_take(b, &b->args, args);
    e->call.count = args.count;
    return ast_finish(b, e, args_depth(e->call.args, args.count, callee.expr->depth));
}

static bool is_plain_path(const struct expr *e)
{
    if (e->kind == EXPR_PATH) return true;
    return e->kind == EXPR_STRING &&
           (e->string.count == 0 || (e->string.count == 1 && !e->string.pieces[0].expr));
}

struct node ast_import(struct builder *b, struct token start, struct token open, struct list args,
                       struct token close)
{
    struct expr *e = ast_expr(b, EXPR_IMPORT, ast_span(b, start.start, close.end));
    struct argument *at = list_take(b, &b->args, args);
    if (args.count == 0 || at[0].name.id != SYM_NONE || at[0].spread) {
        struct diag *d = ast_error(b, ast_span(b, open.start, close.end), "E0214",
                                   "`import` takes the path of a file first");
        diag_help(d, "write `import(\"./lib.plx\")`");
        e->kind = EXPR_ERROR;
        return node_of(e);
    }
    e->import.path = at[0].value;
    if (!is_plain_path(at[0].value)) {
        struct diag *d =
            ast_error(b, at[0].span, "E0214", "the path of an import must be a literal");
        diag_primary(d, "not a string without interpolation");
        diag_note(d, "imports are found before anything is evaluated");
    }
    for (uint32_t i = 1; i < args.count; i++)
        if (at[i].name.id == SYM_NONE) {
            struct diag *d =
                ast_error(b, at[i].span, "E0214", "`import` takes one path, then params by name");
            diag_help(d, "write `import(\"./lib.plx\", name = value)`");
            break;
        }
    e->import.args = at + 1;
    e->import.count = args.count - 1;
    return ast_finish(b, e, args_depth(at, args.count, 0));
}

struct node ast_with(struct builder *b, struct node target, struct list updates, struct token close)
{
    struct expr *e = ast_expr(b, EXPR_WITH, ast_span(b, target.start, close.end));
    e->with.target = target.expr;
    e->with.updates = list_take(b, &b->updates, updates);
    e->with.count = updates.count;
    uint32_t depth = target.expr->depth;
    for (uint32_t i = 0; i < updates.count; i++)
        depth = ast_max_depth(depth, e->with.updates[i].value);
    return ast_finish(b, e, depth);
}

// ---- lists

void ast_push_item(struct builder *b, struct node value, bool spread)
{
    vec_push(&b->items, (struct list_item){value.expr, spread});
}

struct node ast_list(struct builder *b, struct token open, struct list items, struct token close)
{
    struct expr *e = ast_expr(b, EXPR_LIST, ast_span(b, open.start, close.end));
    e->list.items = list_take(b, &b->items, items);
    e->list.count = items.count;
    uint32_t depth = 0;
    for (uint32_t i = 0; i < items.count; i++) depth = ast_max_depth(depth, e->list.items[i].value);
    return ast_finish(b, e, depth);
}

static uint32_t clauses_depth(const struct clause *clauses, uint32_t count, uint32_t depth)
{
    for (uint32_t i = 0; i < count; i++) depth = ast_max_depth(depth, clauses[i].source);
    return depth;
}

struct node ast_list_comp(struct builder *b, struct token open, struct list clauses,
                          struct token close)
{
    struct expr *e = ast_expr(b, EXPR_LIST_COMP, ast_span(b, open.start, close.end));
    struct list_item item = vec_pop(&b->items);
    if (item.spread) {
        struct diag *d =
            ast_error(b, item.value->span, "E0215", "a comprehension cannot spread its element");
        diag_help(d, "use two `for`, or `concat_map`");
    }
    e->list_comp.element = item.value;
    e->list_comp.clauses = list_take(b, &b->clauses, clauses);
    e->list_comp.clause_count = clauses.count;
    return ast_finish(b, e, clauses_depth(e->list_comp.clauses, clauses.count, item.value->depth));
}

struct node ast_record_comp(struct builder *b, struct token open, struct list clauses,
                            struct token close)
{
    struct expr *e = ast_expr(b, EXPR_RECORD_COMP, ast_span(b, open.start, close.end));
    struct entry *entry = ARENA_NEW(b->arena, struct entry);
    *entry = vec_pop(&b->entries);
    if (entry->kind == ENTRY_SHORTHAND || entry->kind == ENTRY_SPREAD) {
        struct diag *d = ast_error(b, entry->span, "E0215",
                                   "the entry of a record comprehension must be `key = value`");
        if (entry->kind == ENTRY_SHORTHAND)
            diag_help(d, "write `[" STR_FMT "] = value` for a computed key, or `[...]` for a list",
                      STR_ARG(ast_clip(ast_text(b, entry->span))));
    }
    e->record_comp.entry = entry;
    e->record_comp.clauses = list_take(b, &b->clauses, clauses);
    e->record_comp.clause_count = clauses.count;
    uint32_t depth = ast_max_depth(entry->value->depth, entry->key);
    return ast_finish(b, e, clauses_depth(e->record_comp.clauses, clauses.count, depth));
}

void ast_push_clause_for(struct builder *b, struct token start, struct token first,
                         struct token second, struct node source)
{
    struct clause c = {.span = ast_span(b, start.start, source.end), .source = source.expr};
    c.first = ast_name(b, ast_word(first));
    if (second.kind != TOKEN_EOF) c.second = ast_name(b, ast_word(second));
    vec_push(&b->clauses, c);
}

void ast_push_clause_if(struct builder *b, struct token start, struct node condition)
{
    vec_push(&b->clauses, (struct clause){.span = ast_span(b, start.start, condition.end),
                                          .source = condition.expr,
                                          .is_if = true});
}

// ---- large expressions

struct node ast_fn(struct builder *b, uint32_t start, struct list params, struct type *result,
                   struct node body)
{
    struct expr *e = ast_expr(b, EXPR_FN, ast_span(b, start, body.end));
    struct function *f = ARENA_NEW(b->arena, struct function);
    f->params = list_take(b, &b->params, params);
    f->param_count = params.count;
    f->result = result;
    f->body = body.expr;
    uint32_t depth = body.expr->depth;
    for (uint32_t i = 0; i < params.count; i++) {
        depth = ast_max_depth(depth, f->params[i].value);
        if (!f->params[i].rest || i + 1 == params.count) continue;
        struct diag *d =
            ast_error(b, f->params[i].span, "E0216", "`..` must be the last parameter");
        diag_label(d, f->params[i + 1].span, "this one comes after it");
    }
    e->fn = f;
    return ast_finish(b, e, depth);
}

struct node ast_if(struct builder *b, struct token start, struct node condition, struct node then,
                   struct node otherwise)
{
    struct expr *e = ast_expr(b, EXPR_IF, ast_span(b, start.start, otherwise.end));
    e->cond.condition = condition.expr;
    e->cond.then = then.expr;
    e->cond.otherwise = otherwise.expr;
    return ast_finish(
        b, e, ast_max_depth(ast_max_depth(condition.expr->depth, then.expr), otherwise.expr));
}

struct node ast_let(struct builder *b, struct token start, struct list bindings, struct node body)
{
    struct expr *e = ast_expr(b, EXPR_LET, ast_span(b, start.start, body.end));
    e->let.bindings = list_take(b, &b->bindings, bindings);
    e->let.count = bindings.count;
    e->let.body = body.expr;
    uint32_t depth = body.expr->depth;
    for (uint32_t i = 0; i < bindings.count; i++) {
        struct binding *at = &e->let.bindings[i];
        depth = ast_max_depth(ast_max_depth(depth, at->value), at->otherwise);
        if (at->kind != BINDING_PARAM && at->kind != BINDING_TEST) continue;
        const char *what = at->kind == BINDING_PARAM ? "param" : "test";
        struct diag *d = ast_error(b, at->span, "E0219", "a `%s` cannot stand in a `let`", what);
        diag_label(d, token_span(b, start), "inside this `let`");
        diag_help(d, "move it to the file");
    }
    return ast_finish(b, e, depth);
}
