#include "syntax/ast_print.h"

#include <inttypes.h>

#include "base/json.h"

struct printer {
    struct buf *out;
    const struct symtab *syms;
    struct ast_print_style style;
    unsigned indent;
};

static void print_expr(struct printer *p, const struct expr *e);
static void print_type(struct printer *p, const struct type *t);
static void print_binding(struct printer *p, const struct binding *b);

static void quote(struct printer *p, struct str s)
{
    buf_addc(p->out, '"');
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (c == '"' || c == '\\')
            buf_printf(p->out, "\\%c", c);
        else if (c == '\n')
            buf_addz(p->out, "\\n");
        else if ((unsigned char)c < 0x20)
            buf_printf(p->out, "\\x%02x", (unsigned)c);
        else
            buf_addc(p->out, c);
    }
    buf_addc(p->out, '"');
}

static void print_name(struct printer *p, struct name name, bool quoted)
{
    buf_addc(p->out, ' ');
    if (quoted)
        quote(p, sym_str(p->syms, name.id));
    else
        buf_adds(p->out, sym_str(p->syms, name.id));
}

// Begins a node on a line of its own; close() ends it.
static void open_node(struct printer *p, const char *what, struct span span)
{
    if (p->out->len > 0) {
        buf_addc(p->out, '\n');
        buf_pad(p->out, ' ', (size_t)p->indent * 2);
    }
    buf_printf(p->out, "(%s", what);
    if (p->style.spans) buf_printf(p->out, "@%" PRIu32 "-%" PRIu32, span.start, span.end);
    p->indent++;
}

static void close_node(struct printer *p)
{
    buf_addc(p->out, ')');
    p->indent--;
}

static void print_doc(struct printer *p, struct str doc)
{
    if (doc.len == 0) return;
    buf_addz(p->out, p->out->len > 0 ? " (doc " : "(doc ");
    quote(p, doc);
    buf_addc(p->out, ')');
}

static void print_fields(struct printer *p, const struct type *t)
{
    for (size_t i = 0; i < t->record.count; i++) {
        const struct type_field *f = &t->record.fields[i];
        open_node(p, f->optional ? "field?" : "field", f->span);
        print_name(p, f->name, f->quoted);
        print_type(p, f->type);
        close_node(p);
    }
    if (t->record.open) buf_addz(p->out, " ..");
}

static void print_type(struct printer *p, const struct type *t)
{
    static const char *const names[] = {
        [TYPE_ERROR] = "type-error",       [TYPE_NAME] = "type",
        [TYPE_LITERAL] = "type-literal",   [TYPE_NULL] = "type-null",
        [TYPE_OPTIONAL] = "type-optional", [TYPE_LIST] = "type-list",
        [TYPE_RECORD] = "type-record",     [TYPE_DICT] = "type-dict",
        [TYPE_UNION] = "type-union",
    };
    if (!t) return;
    open_node(p, names[t->kind], t->span);
    switch (t->kind) {
    case TYPE_NAME:
        for (size_t i = 0; i < t->name.count; i++) print_name(p, t->name.parts[i], false);
        break;
    case TYPE_LITERAL:
        buf_addc(p->out, ' ');
        quote(p, t->literal);
        break;
    case TYPE_OPTIONAL:
    case TYPE_LIST: print_type(p, t->inner); break;
    case TYPE_RECORD: print_fields(p, t); break;
    case TYPE_DICT:
        print_type(p, t->dict.key);
        print_type(p, t->dict.value);
        break;
    case TYPE_UNION:
        for (size_t i = 0; i < t->alternatives.count; i++)
            print_type(p, t->alternatives.members[i]);
        break;
    case TYPE_NULL:
    case TYPE_ERROR: break;
    }
    close_node(p);
}

static void print_string(struct printer *p, const struct expr *e)
{
    if (e->string.count == 0) buf_addz(p->out, " \"\"");
    for (size_t i = 0; i < e->string.count; i++) {
        const struct string_piece *piece = &e->string.pieces[i];
        if (piece->expr) {
            print_expr(p, piece->expr);
        } else {
            buf_addc(p->out, ' ');
            quote(p, piece->text);
        }
    }
}

static void print_clauses(struct printer *p, const struct clause *clauses, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct clause *c = &clauses[i];
        open_node(p, c->is_if ? "if" : "for", c->span);
        if (!c->is_if) print_name(p, c->first, false);
        if (!c->is_if && c->second.id != SYM_NONE) print_name(p, c->second, false);
        print_expr(p, c->source);
        close_node(p);
    }
}

static void print_entry(struct printer *p, const struct entry *e)
{
    static const char *const names[] = {
        [ENTRY_FIELD] = "field",
        [ENTRY_SHORTHAND] = "shorthand",
        [ENTRY_COMPUTED] = "computed",
        [ENTRY_SPREAD] = "spread",
    };
    open_node(p, names[e->kind], e->span);
    if (e->kind == ENTRY_FIELD || e->kind == ENTRY_SHORTHAND) print_name(p, e->name, e->quoted);
    print_doc(p, e->doc);
    print_type(p, e->type);
    if (e->key) print_expr(p, e->key);
    if (e->kind != ENTRY_SHORTHAND) print_expr(p, e->value);
    close_node(p);
}

static void print_args(struct printer *p, const struct argument *args, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        open_node(p, args[i].spread ? "spread" : "arg", args[i].span);
        if (args[i].name.id != SYM_NONE) print_name(p, args[i].name, false);
        print_expr(p, args[i].value);
        close_node(p);
    }
}

static void print_updates(struct printer *p, const struct expr *e)
{
    for (size_t i = 0; i < e->with.count; i++) {
        const struct update *u = &e->with.updates[i];
        open_node(p, "set", u->span);
        for (size_t k = 0; k < u->path_count; k++) print_name(p, u->path[k], false);
        print_expr(p, u->value);
        close_node(p);
    }
}

static void print_function(struct printer *p, const struct function *f)
{
    for (size_t i = 0; i < f->param_count; i++) {
        const struct param *param = &f->params[i];
        open_node(p, param->rest ? "rest" : "param", param->span);
        print_name(p, param->name, false);
        print_type(p, param->type);
        if (param->value) print_expr(p, param->value);
        close_node(p);
    }
    if (f->result) {
        open_node(p, "result", f->result->span);
        print_type(p, f->result);
        close_node(p);
    }
    print_expr(p, f->body);
}

static const char *const operators[] = {
    [BINARY_PIPE] = "|>",    [BINARY_OR] = "||",   [BINARY_AND] = "&&",    [BINARY_EQ] = "==",
    [BINARY_NE] = "!=",      [BINARY_LT] = "<",    [BINARY_LE] = "<=",     [BINARY_GT] = ">",
    [BINARY_GE] = ">=",      [BINARY_UNION] = "&", [BINARY_CONCAT] = "++", [BINARY_ADD] = "+",
    [BINARY_SUB] = "-",      [BINARY_MUL] = "*",   [BINARY_DIV] = "/",     [BINARY_MOD] = "%",
    [BINARY_DEFAULT] = "??",
};

static void print_leaf(struct printer *p, const struct expr *e)
{
    char number[JSON_FLOAT_SIZE];
    switch (e->kind) {
    case EXPR_BOOL: buf_addz(p->out, e->boolean ? " true" : " false"); break;
    case EXPR_INT: buf_printf(p->out, " %" PRId64, e->integer); break;
    case EXPR_FLOAT:
        json_float_text(e->real, number);
        buf_printf(p->out, " %s", number);
        break;
    case EXPR_PATH:
        buf_addc(p->out, ' ');
        buf_adds(p->out, e->path);
        break;
    case EXPR_NAME: print_name(p, e->name, false); break;
    default: break;
    }
}

static void print_parts(struct printer *p, const struct expr *e)
{
    switch (e->kind) {
    case EXPR_ERROR:
    case EXPR_NULL:
    case EXPR_BOOL:
    case EXPR_INT:
    case EXPR_FLOAT:
    case EXPR_PATH:
    case EXPR_NAME: print_leaf(p, e); break;
    case EXPR_STRING: print_string(p, e); break;
    case EXPR_LIST:
        for (size_t i = 0; i < e->list.count; i++) {
            const struct list_item *item = &e->list.items[i];
            if (item->spread) open_node(p, "spread", item->value->span);
            print_expr(p, item->value);
            if (item->spread) close_node(p);
        }
        break;
    case EXPR_LIST_COMP:
        print_expr(p, e->list_comp.element);
        print_clauses(p, e->list_comp.clauses, e->list_comp.clause_count);
        break;
    case EXPR_RECORD:
        for (size_t i = 0; i < e->record.count; i++) print_entry(p, &e->record.entries[i]);
        break;
    case EXPR_RECORD_COMP:
        print_entry(p, e->record_comp.entry);
        print_clauses(p, e->record_comp.clauses, e->record_comp.clause_count);
        break;
    case EXPR_FIELD:
        print_name(p, e->field.name, e->field.quoted);
        print_expr(p, e->field.target);
        break;
    case EXPR_INDEX:
        print_expr(p, e->index.target);
        print_expr(p, e->index.index);
        break;
    case EXPR_CALL:
        print_expr(p, e->call.callee);
        print_args(p, e->call.args, e->call.count);
        break;
    case EXPR_WITH:
        print_expr(p, e->with.target);
        print_updates(p, e);
        break;
    case EXPR_UNARY:
        buf_addz(p->out, e->unary.op == UNARY_NEG ? " -" : " !");
        print_expr(p, e->unary.operand);
        break;
    case EXPR_BINARY:
        buf_printf(p->out, " %s", operators[e->binary.op]);
        print_expr(p, e->binary.left);
        print_expr(p, e->binary.right);
        break;
    case EXPR_LET:
        for (size_t i = 0; i < e->let.count; i++) print_binding(p, &e->let.bindings[i]);
        print_expr(p, e->let.body);
        break;
    case EXPR_IF:
        print_expr(p, e->cond.condition);
        print_expr(p, e->cond.then);
        print_expr(p, e->cond.otherwise);
        break;
    case EXPR_FN: print_function(p, e->fn); break;
    case EXPR_IMPORT:
        print_expr(p, e->import.path);
        print_args(p, e->import.args, e->import.count);
        break;
    }
}

static void print_expr(struct printer *p, const struct expr *e)
{
    static const char *const names[] = {
        [EXPR_ERROR] = "error",   [EXPR_NULL] = "null",
        [EXPR_BOOL] = "bool",     [EXPR_INT] = "int",
        [EXPR_FLOAT] = "float",   [EXPR_STRING] = "string",
        [EXPR_PATH] = "path",     [EXPR_NAME] = "name",
        [EXPR_LIST] = "list",     [EXPR_LIST_COMP] = "list-for",
        [EXPR_RECORD] = "record", [EXPR_RECORD_COMP] = "record-for",
        [EXPR_FIELD] = "get",     [EXPR_INDEX] = "index",
        [EXPR_CALL] = "call",     [EXPR_WITH] = "with",
        [EXPR_UNARY] = "unary",   [EXPR_BINARY] = "binary",
        [EXPR_LET] = "let",       [EXPR_IF] = "if",
        [EXPR_FN] = "fn",         [EXPR_IMPORT] = "import",
    };
    const char *name = names[e->kind];
    if (e->kind == EXPR_STRING && e->string.multiline) name = "text";
    open_node(p, name, e->span);
    if (e->parens > 0) buf_printf(p->out, " (parens %u)", e->parens);
    print_parts(p, e);
    close_node(p);
}

static void print_binding(struct printer *p, const struct binding *b)
{
    static const char *const names[] = {
        [BINDING_VALUE] = "value", [BINDING_FUNCTION] = "function", [BINDING_PARAM] = "param",
        [BINDING_TYPE] = "type",   [BINDING_TEST] = "test",         [BINDING_ASSERT] = "assert",
    };
    open_node(p, names[b->kind], b->span);
    if (b->kind == BINDING_TEST) {
        buf_addc(p->out, ' ');
        quote(p, b->title);
    } else if (b->kind != BINDING_ASSERT) {
        print_name(p, b->name, false);
    }
    print_doc(p, b->doc);
    print_type(p, b->type);
    if (b->value) print_expr(p, b->value);
    if (b->otherwise) print_expr(p, b->otherwise);
    close_node(p);
}

void ast_print_file(struct buf *out, const struct file *file, const struct symtab *syms,
                    struct ast_print_style style)
{
    struct printer p = {.out = out, .syms = syms, .style = style};
    print_doc(&p, file->doc);
    for (size_t i = 0; i < file->count; i++) print_binding(&p, &file->bindings[i]);
    if (out->len > 0) buf_addc(out, '\n');
}

void ast_print_expr(struct buf *out, const struct expr *e, const struct symtab *syms,
                    struct ast_print_style style)
{
    struct printer p = {.out = out, .syms = syms, .style = style};
    print_expr(&p, e);
    buf_addc(out, '\n');
}
