#include "eval/resolve_expr.h"

#include <stdlib.h>

#include "base/path.h"
#include "eval/contract_resolve.h"

// The parser bounds nesting too; this bound holds for trees of any origin.
#define RESOLVE_NESTING 4000

static struct node *const_of(struct resolver *r, const struct expr *e, struct value v)
{
    return node_const(r, v, e->span);
}

static const struct value *as_const(const struct node *n)
{
    return n->kind == NODE_CONST ? &((const struct node_const *)n)->value : NULL;
}

void resolve_type_name(struct resolver *r, struct name name)
{
    if (!contract_is_named(sym_str(r->ev->o.syms, name.id))) return;
    struct diag *d = diag_error(r->ev->o.sink, name.span, "E0515",
                                "`%s` is a type of the language, and stays what it is",
                                sym_z(r->ev->o.syms, name.id));
    diag_primary(d, "this type needs another name");
    r->failed = true;
}

// ---- literals -----------------------------------------------------------------------------------

static struct node *resolve_string(struct resolver *r, const struct expr *e)
{
    const struct expr_string *s = &e->string;
    if (s->count == 0) return const_of(r, e, value_str(r->ev, STR("")));
    if (s->count == 1 && !s->pieces[0].expr)
        return const_of(r, e, value_str_copy(r->ev, s->pieces[0].text));
    struct node_string *n = (struct node_string *)node_make(
        r, NODE_STRING, sizeof(*n) + s->count * sizeof(n->pieces[0]), e->span);
    n->count = (uint32_t)s->count;
    for (size_t i = 0; i < s->count; i++) {
        const struct string_piece *p = &s->pieces[i];
        n->pieces[i] = p->expr ? resolve_strict(r, p->expr)
                               : node_const(r, value_str_copy(r->ev, p->text), p->span);
    }
    return &n->h;
}

static struct node *resolve_path(struct resolver *r, const struct expr *e)
{
    struct arena *a = &r->ev->arena;
    struct path_value *p = arena_alloc(a, sizeof(*p));
    const char *joined = path_join(a, r->def->dir, arena_str(a, e->path).p);
    p->path = str_from(path_normalize(a, joined));
    return const_of(r, e, (struct value){.tag = VALUE_PATH, .path = p});
}

static bool is_literal(const struct expr *e)
{
    switch (e->kind) {
    case EXPR_NULL:
    case EXPR_BOOL:
    case EXPR_INT:
    case EXPR_FLOAT: return true;
    case EXPR_STRING:
        return e->string.count == 0 || (e->string.count == 1 && !e->string.pieces[0].expr);
    case EXPR_LIST:
        for (size_t i = 0; i < e->list.count; i++)
            if (e->list.items[i].spread || !is_literal(e->list.items[i].value)) return false;
        return true;
    default: return false;
    }
}

// Of a literal: without nodes for its parts.
static struct value literal_value(struct resolver *r, const struct expr *e)
{
    switch (e->kind) {
    case EXPR_BOOL: return value_bool(e->boolean);
    case EXPR_INT: return value_int(e->integer);
    case EXPR_FLOAT: return value_float(e->real);
    case EXPR_STRING:
        return e->string.count ? value_str_copy(r->ev, e->string.pieces[0].text)
                               : value_str(r->ev, STR(""));
    case EXPR_LIST: break;
    default: return value_null();
    }
    struct list *l = list_new(r->ev, e->list.count);
    for (size_t i = 0; i < l->len; i++) l->at[i] = literal_value(r, e->list.items[i].value);
    return value_list(l);
}

static struct node *resolve_list(struct resolver *r, const struct expr *e)
{
    if (is_literal(e)) return const_of(r, e, literal_value(r, e));
    size_t count = e->list.count;
    struct node_list *n = (struct node_list *)node_make(
        r, NODE_LIST, sizeof(*n) + count * sizeof(n->items[0]), e->span);
    n->count = (uint32_t)count;
    bool constant = true;
    for (size_t i = 0; i < count; i++) {
        const struct list_item *item = &e->list.items[i];
        n->items[i] = resolve_strict(r, item->value);
        constant = constant && n->items[i]->kind == NODE_CONST && !item->spread;
        if (!item->spread) continue;
        if (!n->spread) n->spread = resolve_alloc(r, 1, count);
        n->spread[i] = 1;
        n->h.kind = NODE_LIST_SPREAD;
    }
    if (!constant) return &n->h;
    struct list *l = list_new(r->ev, count);
    for (size_t i = 0; i < count; i++) l->at[i] = *as_const(n->items[i]);
    return const_of(r, e, value_list(l));
}

// ---- records ------------------------------------------------------------------------------------

struct static_field {
    struct name name;
    struct node *value;
};

static int by_symbol(const void *a, const void *b)
{
    const struct static_field *x = a, *y = b;
    if (x->name.id != y->name.id) return x->name.id < y->name.id ? -1 : 1;
    return (x->name.span.start > y->name.span.start) - (x->name.span.start < y->name.span.start);
}

static void report_repeated(struct resolver *r, struct name again, struct span first)
{
    struct diag *d = diag_error(r->ev->o.sink, again.span, "E0409", "the field `%s` is repeated",
                                sym_z(r->ev->o.syms, again.id));
    diag_primary(d, "again here");
    diag_label(d, first, "first here");
    r->failed = true;
}

static struct shape *static_shape(struct resolver *r, const struct static_field *fields,
                                  size_t count)
{
    sym *syms = resolve_alloc(r, sizeof(*syms), count);
    struct span *spans = resolve_alloc(r, sizeof(*spans), count);
    for (size_t i = 0; i < count; i++) {
        syms[i] = fields[i].name.id;
        spans[i] = fields[i].name.span;
    }
    struct shape *shape = arena_alloc(&r->ev->arena, sizeof(*shape));
    *shape = (struct shape){.count = (uint32_t)count, .syms = syms, .spans = spans};
    return shape;
}

static struct node *resolve_entry_value(struct resolver *r, const struct entry *en)
{
    return resolve_delayed(r, en->value, CODE_FIELD, en->name, contract_resolve(r, en->type));
}

static struct node *resolve_static_record(struct resolver *r, const struct expr *e)
{
    size_t count = e->record.count;
    struct static_field *fields = bug_malloc(count * sizeof(*fields) + 1);
    bool constant = true;
    for (size_t i = 0; i < count; i++) {
        fields[i] = (struct static_field){e->record.entries[i].name,
                                          resolve_entry_value(r, &e->record.entries[i])};
        constant = constant && fields[i].value->kind == NODE_CONST;
    }
    qsort(fields, count, sizeof(*fields), by_symbol);
    for (size_t i = 1; i < count; i++)
        if (fields[i].name.id == fields[i - 1].name.id)
            report_repeated(r, fields[i].name, fields[i - 1].name.span);
    struct shape *shape = static_shape(r, fields, count);
    struct node *result;
    if (constant) {
        struct record *rec = record_alloc(r->ev, shape);
        for (size_t i = 0; i < count; i++) rec->fields[i] = *as_const(fields[i].value);
        result = const_of(r, e, value_record(rec));
    } else {
        struct node_record *n = (struct node_record *)node_make(
            r, NODE_RECORD, sizeof(*n) + count * sizeof(n->fields[0]), e->span);
        n->shape = shape;
        for (size_t i = 0; i < count; i++) n->fields[i] = fields[i].value;
        result = &n->h;
    }
    free(fields);
    return result;
}

static void resolve_entry(struct resolver *r, const struct entry *en, struct node_entry *out)
{
    out->span = en->kind == ENTRY_FIELD || en->kind == ENTRY_SHORTHAND ? en->name.span : en->span;
    switch (en->kind) {
    case ENTRY_FIELD:
    case ENTRY_SHORTHAND:
        out->name = en->name.id;
        out->value = resolve_entry_value(r, en);
        break;
    case ENTRY_COMPUTED:
        out->key = resolve_strict(r, en->key);
        out->value = resolve_delayed(r, en->value, CODE_FIELD, (struct name){0},
                                     contract_resolve(r, en->type));
        break;
    case ENTRY_SPREAD: out->value = resolve_strict(r, en->value); break;
    }
}

static struct node *resolve_record(struct resolver *r, const struct expr *e)
{
    bool known = true;
    for (size_t i = 0; i < e->record.count; i++)
        known = known && (e->record.entries[i].kind == ENTRY_FIELD ||
                          e->record.entries[i].kind == ENTRY_SHORTHAND);
    if (known) return resolve_static_record(r, e);
    struct node_dynamic *n = (struct node_dynamic *)node_make(
        r, NODE_RECORD_DYNAMIC, sizeof(*n) + e->record.count * sizeof(n->entries[0]), e->span);
    n->count = (uint32_t)e->record.count;
    for (size_t i = 0; i < e->record.count; i++)
        resolve_entry(r, &e->record.entries[i], &n->entries[i]);
    return &n->h;
}

// ---- comprehensions -----------------------------------------------------------------------------

static void resolve_clause(struct resolver *r, const struct clause *c, struct node_clause *out)
{
    *out = (struct node_clause){.is_if = c->is_if, .first = RECORD_NONE, .second = RECORD_NONE};
    out->source = resolve_strict(r, c->source);
    if (c->is_if) return;
    size_t mark = scope_begin(r); // names hide those of earlier clauses, but not each other
    out->first = scope_declare(r, c->first, LOCAL_VARIABLE, mark);
    if (c->second.id != SYM_NONE) out->second = scope_declare(r, c->second, LOCAL_VARIABLE, mark);
}

static struct node_comp *resolve_clauses(struct resolver *r, const struct expr *e,
                                         enum node_kind kind, const struct clause *clauses,
                                         size_t count)
{
    struct node_comp *n = (struct node_comp *)node_make(r, kind, sizeof(*n), e->span);
    n->clause_count = (uint32_t)count;
    n->clauses = resolve_alloc(r, sizeof(*n->clauses), count);
    for (size_t i = 0; i < count; i++) resolve_clause(r, &clauses[i], &n->clauses[i]);
    return n;
}

static struct node *resolve_list_comp(struct resolver *r, const struct expr *e)
{
    size_t mark = scope_begin(r);
    struct node_comp *n =
        resolve_clauses(r, e, NODE_LIST_COMP, e->list_comp.clauses, e->list_comp.clause_count);
    n->value = resolve_strict(r, e->list_comp.element);
    scope_end(r, mark);
    return &n->h;
}

static struct node *resolve_record_comp(struct resolver *r, const struct expr *e)
{
    size_t mark = scope_begin(r);
    struct node_comp *n = resolve_clauses(r, e, NODE_RECORD_COMP, e->record_comp.clauses,
                                          e->record_comp.clause_count);
    const struct entry *en = e->record_comp.entry;
    struct name name = {0};
    if (en->kind == ENTRY_COMPUTED) {
        n->key = resolve_strict(r, en->key);
    } else {
        name = en->name;
        n->key = node_const(r, eval_sym_value(r->ev, en->name.id), en->name.span);
    }
    n->value = resolve_delayed(r, en->value, CODE_FIELD, name, contract_resolve(r, en->type));
    scope_end(r, mark);
    return &n->h;
}

// ---- functions and calls ------------------------------------------------------------------------

static void resolve_params(struct resolver *r, const struct function *f, struct code_param *params,
                           size_t mark)
{
    for (size_t i = 0; i < f->param_count; i++) {
        const struct param *p = &f->params[i];
        struct code_param *out = &params[i];
        *out = (struct code_param){.name = p->name.id, .rest = p->rest, .span = p->name.span};
        out->contract = contract_resolve(r, p->type);
        if (p->value)
            out->fallback = resolve_delayed(r, p->value, CODE_DEFAULT, p->name, out->contract);
        uint32_t slot = scope_declare(r, p->name, p->rest ? LOCAL_REST : LOCAL_PARAM, mark);
        if (slot != i && !r->failed) BUG("parameter %zu got slot %u", i, slot);
    }
}

static struct node *resolve_fn(struct resolver *r, const struct expr *e, struct name name)
{
    const struct function *f = e->fn;
    struct unit unit;
    unit_begin(r, &unit);
    size_t mark = scope_begin(r);
    uint32_t group = r->group;
    r->group = 0;
    struct code_param *params = resolve_alloc(r, sizeof(*params), f->param_count);
    resolve_params(r, f, params, mark);
    const struct contract *result = contract_resolve(r, f->result);
    struct node *body = contract_wrap(r, resolve_strict(r, f->body), result);
    scope_end(r, mark);
    r->group = group;
    struct code *c = unit_end(r, &unit, body, CODE_FUNCTION);
    c->name = name.id;
    c->span = name.id ? name.span : e->span;
    c->params = params;
    c->param_count = (uint32_t)f->param_count;
    c->result = result;
    c->positional = true;
    for (size_t i = 0; i < f->param_count; i++) {
        if (params[i].rest) c->has_rest = true;
        if (params[i].rest || params[i].fallback) c->positional = false;
        if (params[i].contract) c->typed = true;
    }
    c->plain = c->positional && !c->typed;
    struct node_code *n = (struct node_code *)node_make(r, NODE_FN, sizeof(*n), e->span);
    n->code = c;
    return &n->h;
}

static void resolve_args(struct resolver *r, const struct argument *args, size_t count,
                         struct node_arg *out)
{
    for (size_t i = 0; i < count; i++) {
        out[i] = (struct node_arg){.name = args[i].name.id, .spread = args[i].spread};
        out[i].span = args[i].name.id ? args[i].name.span : args[i].value->span;
        out[i].value = resolve_strict(r, args[i].value);
    }
}

// `first` (of a pipe) may be null.
static struct node *resolve_call(struct resolver *r, const struct expr *e,
                                 const struct expr *callee, const struct expr *first,
                                 const struct argument *args, size_t count)
{
    size_t total = count + (first ? 1 : 0);
    struct node_call *n = (struct node_call *)node_make(
        r, NODE_CALL, sizeof(*n) + total * sizeof(n->args[0]), e->span);
    n->count = (uint32_t)total;
    n->piped = first != NULL;
    if (first)
        n->args[0] = (struct node_arg){.value = resolve_strict(r, first), .span = first->span};
    n->callee = resolve_strict(r, callee);
    resolve_args(r, args, count, n->args + (first ? 1 : 0));
    n->plain = true;
    for (size_t i = 0; i < total; i++)
        if (n->args[i].name || n->args[i].spread) n->plain = false;
    return &n->h;
}

static struct node *resolve_pipe(struct resolver *r, const struct expr *e)
{
    const struct expr *right = e->binary.right;
    if (right->kind == EXPR_CALL && right->parens == 0)
        return resolve_call(r, e, right->call.callee, e->binary.left, right->call.args,
                            right->call.count);
    return resolve_call(r, e, right, e->binary.left, NULL, 0);
}

// ---- operators ----------------------------------------------------------------------------------

static struct node *resolve_unary(struct resolver *r, const struct expr *e)
{
    struct node *operand = resolve_strict(r, e->unary.operand);
    const struct value *v = as_const(operand);
    if (v && e->unary.op == UNARY_NEG && v->tag == VALUE_INT && v->integer != INT64_MIN)
        return const_of(r, e, value_int(-v->integer));
    if (v && e->unary.op == UNARY_NEG && v->tag == VALUE_FLOAT)
        return const_of(r, e, value_float(-v->real));
    struct node_binary *n = (struct node_binary *)node_make(
        r, e->unary.op == UNARY_NEG ? NODE_NEG : NODE_NOT, sizeof(*n), e->span);
    n->left = operand;
    return &n->h;
}

static struct node *resolve_binary(struct resolver *r, const struct expr *e)
{
    static const uint8_t kinds[] = {
        [BINARY_OR] = NODE_OR,           [BINARY_AND] = NODE_AND, [BINARY_EQ] = NODE_EQ,
        [BINARY_NE] = NODE_NE,           [BINARY_LT] = NODE_LT,   [BINARY_LE] = NODE_LE,
        [BINARY_GT] = NODE_GT,           [BINARY_GE] = NODE_GE,   [BINARY_UNION] = NODE_UNION,
        [BINARY_CONCAT] = NODE_CONCAT,   [BINARY_ADD] = NODE_ADD, [BINARY_SUB] = NODE_SUB,
        [BINARY_MUL] = NODE_MUL,         [BINARY_DIV] = NODE_DIV, [BINARY_MOD] = NODE_MOD,
        [BINARY_DEFAULT] = NODE_DEFAULT,
    };
    if (e->binary.op == BINARY_PIPE) return resolve_pipe(r, e);
    struct node_binary *n =
        (struct node_binary *)node_make(r, kinds[e->binary.op], sizeof(*n), e->span);
    n->op_start = e->binary.op_span.start;
    n->op_end = e->binary.op_span.end;
    n->left = resolve_strict(r, e->binary.left);
    n->right = resolve_strict(r, e->binary.right);
    return &n->h;
}

static struct node *resolve_field(struct resolver *r, const struct expr *e)
{
    struct node_field *n = (struct node_field *)node_make(r, NODE_FIELD, sizeof(*n), e->span);
    n->name = e->field.name.id;
    n->name_start = e->field.name.span.start;
    n->target = resolve_strict(r, e->field.target);
    return &n->h;
}

static struct node *resolve_index(struct resolver *r, const struct expr *e)
{
    struct node_binary *n = (struct node_binary *)node_make(r, NODE_INDEX, sizeof(*n), e->span);
    n->left = resolve_strict(r, e->index.target);
    n->right = resolve_strict(r, e->index.index);
    n->op_start = n->right->start;
    n->op_end = node_end(n->right);
    return &n->h;
}

// How many names two paths begin with alike.
static size_t common_path(const struct update *a, const struct update *b)
{
    size_t i = 0;
    while (i < a->path_count && i < b->path_count && a->path[i].id == b->path[i].id) i++;
    return i;
}

static int by_path(const void *a, const void *b)
{
    const struct update *x = *(const struct update *const *)a;
    const struct update *y = *(const struct update *const *)b;
    size_t i = common_path(x, y);
    if (i < x->path_count && i < y->path_count) return x->path[i].id < y->path[i].id ? -1 : 1;
    if (x->path_count != y->path_count) return x->path_count < y->path_count ? -1 : 1;
    return (x->span.start > y->span.start) - (x->span.start < y->span.start);
}

// A path that is there twice, or is the beginning of another, has no one value.
static void check_updates(struct resolver *r, const struct update *const *sorted, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct update *first = sorted[i - 1];
        const struct update *again = sorted[i];
        size_t common = common_path(first, again);
        if (common < first->path_count) continue;
        struct name part = again->path[again->path_count - 1];
        struct name whole = first->path[common - 1];
        if (common == again->path_count) {
            report_repeated(r, part, whole.span);
            continue;
        }
        struct diag *d = diag_error(r->ev->o.sink, part.span, "E0409",
                                    "`with` replaces all of `%s`, and `%s` in it",
                                    sym_z(r->ev->o.syms, whole.id), sym_z(r->ev->o.syms, part.id));
        diag_primary(d, "this is a part of it");
        diag_label(d, whole.span, "all of it is replaced here");
        r->failed = true;
    }
}

static struct node *resolve_with(struct resolver *r, const struct expr *e)
{
    size_t count = e->with.count;
    struct node_with *n = (struct node_with *)node_make(
        r, NODE_WITH, sizeof(*n) + count * sizeof(n->updates[0]), e->span);
    n->count = (uint32_t)count;
    n->target = resolve_strict(r, e->with.target);
    const struct update **sorted = bug_malloc((count + 1) * sizeof(*sorted));
    for (size_t i = 0; i < count; i++) sorted[i] = &e->with.updates[i];
    qsort(sorted, count, sizeof(*sorted), by_path);
    check_updates(r, sorted, count);
    for (size_t i = 0; i < count; i++) {
        const struct update *u = sorted[i];
        struct node_update *out = &n->updates[i];
        out->count = (uint32_t)u->path_count;
        out->shared = i > 0 ? (uint32_t)common_path(sorted[i - 1], u) + 1 : 0;
        out->span = u->span;
        out->path = resolve_alloc(r, sizeof(*out->path), u->path_count);
        out->starts = resolve_alloc(r, sizeof(*out->starts), u->path_count);
        for (size_t k = 0; k < u->path_count; k++) {
            out->path[k] = u->path[k].id;
            out->starts[k] = u->path[k].span.start;
        }
        out->value = resolve_delayed(r, u->value, CODE_FIELD, u->path[u->path_count - 1], NULL);
    }
    free(sorted);
    return &n->h;
}

static struct node *resolve_if(struct resolver *r, const struct expr *e)
{
    struct node_if *n = (struct node_if *)node_make(r, NODE_IF, sizeof(*n), e->span);
    n->condition = resolve_strict(r, e->cond.condition);
    n->then = resolve_strict(r, e->cond.then);
    n->otherwise = resolve_strict(r, e->cond.otherwise);
    return &n->h;
}

// ---- let and import -----------------------------------------------------------------------------

static void resolve_let_body(struct resolver *r, const struct expr *e, struct node_let *n)
{
    uint32_t bindings = 0, asserts = 0;
    for (size_t i = 0; i < e->let.count; i++) {
        const struct binding *b = &e->let.bindings[i];
        if (b->kind == BINDING_ASSERT) {
            struct node_assert *a = &n->asserts[asserts++];
            a->span = b->value->span;
            a->condition = resolve_strict(r, b->value);
            a->otherwise = b->otherwise ? resolve_strict(r, b->otherwise) : NULL;
        } else if (b->kind == BINDING_VALUE || b->kind == BINDING_FUNCTION) {
            n->bindings[bindings++].value =
                resolve_delayed(r, b->value, CODE_BINDING, b->name, contract_resolve(r, b->type));
        }
    }
    n->body = resolve_strict(r, e->let.body);
}

static void resolve_let_types(struct resolver *r, const struct expr *e, size_t mark)
{
    size_t first = r->types.len;
    for (size_t i = 0; i < e->let.count; i++) {
        const struct binding *b = &e->let.bindings[i];
        if (b->kind != BINDING_TYPE) continue;
        resolve_type_name(r, b->name);
        struct span before = scope_span(r, b->name.id, mark);
        for (size_t k = first; k < r->types.len; k++)
            if (r->types.at[k].name == b->name.id) before = r->types.at[k].span;
        if (before.source) scope_report_twice(r, b->name, "the name", before);
        struct contract **at = resolve_alloc(r, sizeof(struct contract *), 1);
        vec_push(&r->types, (struct local_type){b->name.id, b->name.span, false, at});
    }
    size_t next = first;
    for (size_t i = 0; i < e->let.count; i++)
        if (e->let.bindings[i].kind == BINDING_TYPE)
            *r->types.at[next++].at = contract_resolve(r, e->let.bindings[i].type);
}

static struct node *resolve_let(struct resolver *r, const struct expr *e)
{
    struct node_let *n = (struct node_let *)node_make(r, NODE_LET, sizeof(*n), e->span);
    n->bindings = resolve_alloc(r, sizeof(*n->bindings), e->let.count);
    n->asserts = resolve_alloc(r, sizeof(*n->asserts), e->let.count);
    size_t mark = scope_begin(r), types = r->types.len;
    uint32_t group = r->group;
    uint32_t own = ++r->serial;
    for (size_t i = 0; i < e->let.count; i++) {
        const struct binding *b = &e->let.bindings[i];
        if (b->kind == BINDING_ASSERT) n->assert_count++;
        if (b->kind != BINDING_VALUE && b->kind != BINDING_FUNCTION) continue;
        struct node_let_binding *binding = &n->bindings[n->count++];
        binding->slot = scope_declare(r, b->name, LOCAL_BINDING, mark);
        vec_last(&r->locals).group = own;
        vec_last(&r->locals).bound = &binding->value;
    }
    r->group = own;
    resolve_let_types(r, e, mark);
    resolve_let_body(r, e, n);
    r->group = group;
    scope_end_types(r, types);
    scope_end(r, mark);
    return &n->h;
}

static bool import_path(struct resolver *r, const struct expr *e, struct str *out)
{
    struct arena *a = &r->ev->arena;
    struct str text = {0};
    if (e->kind == EXPR_PATH)
        text = e->path;
    else if (e->kind == EXPR_STRING && e->string.count == 1 && !e->string.pieces[0].expr)
        text = e->string.pieces[0].text;
    const char *z = arena_str(a, text).p;
    if (str_starts_with(text, STR("std/"))) {
        *out = str_from(z);
        return true;
    }
    if (!str_starts_with(text, STR("./")) && !str_starts_with(text, STR("../"))) {
        struct diag *d =
            diag_error(r->ev->o.sink, e->span, "E0309",
                       "an import's path begins with `./` or `../`, and it is a literal");
        if (text.len > 0 && text.p[0] != '/') diag_help(d, "write \"./%s\"", z);
        r->failed = true;
        return false;
    }
    *out = str_from(path_normalize(a, path_join(a, r->def->dir, z)));
    return true;
}

static struct node *resolve_import(struct resolver *r, const struct expr *e)
{
    size_t count = e->import.count;
    struct node_import *n = (struct node_import *)node_make(
        r, NODE_IMPORT, sizeof(*n) + count * sizeof(n->args[0]), e->span);
    n->count = (uint32_t)count;
    n->path_span = e->import.path->span;
    resolve_args(r, e->import.args, count, n->args);
    if (import_path(r, e->import.path, &n->path)) vec_push(&r->def->imports, n);
    return &n->h;
}

// ---- dispatch -----------------------------------------------------------------------------------

static struct node *resolve_kind(struct resolver *r, const struct expr *e)
{
    switch (e->kind) {
    case EXPR_ERROR: r->failed = true; return const_of(r, e, value_null());
    case EXPR_NULL: return const_of(r, e, value_null());
    case EXPR_BOOL: return const_of(r, e, value_bool(e->boolean));
    case EXPR_INT: return const_of(r, e, value_int(e->integer));
    case EXPR_FLOAT: return const_of(r, e, value_float(e->real));
    case EXPR_STRING: return resolve_string(r, e);
    case EXPR_PATH: return resolve_path(r, e);
    case EXPR_NAME: return scope_name(r, e->name, e->span);
    case EXPR_LIST: return resolve_list(r, e);
    case EXPR_LIST_COMP: return resolve_list_comp(r, e);
    case EXPR_RECORD: return resolve_record(r, e);
    case EXPR_RECORD_COMP: return resolve_record_comp(r, e);
    case EXPR_FIELD: return resolve_field(r, e);
    case EXPR_INDEX: return resolve_index(r, e);
    case EXPR_CALL: return resolve_call(r, e, e->call.callee, NULL, e->call.args, e->call.count);
    case EXPR_WITH: return resolve_with(r, e);
    case EXPR_UNARY: return resolve_unary(r, e);
    case EXPR_BINARY: return resolve_binary(r, e);
    case EXPR_LET: return resolve_let(r, e);
    case EXPR_IF: return resolve_if(r, e);
    case EXPR_FN: return resolve_fn(r, e, (struct name){0});
    case EXPR_IMPORT: return resolve_import(r, e);
    }
    BUG("expression kind %d", (int)e->kind);
}

struct node *resolve_strict(struct resolver *r, const struct expr *e)
{
    if (++r->nesting > RESOLVE_NESTING) {
        if (!r->failed)
            diag_error(r->ev->o.sink, e->span, "E0420", "expressions are nested more than %d deep",
                       RESOLVE_NESTING);
        r->failed = true;
        r->nesting--;
        return const_of(r, e, value_null());
    }
    struct node *n = resolve_kind(r, e);
    r->nesting--;
    return n;
}

static struct node *delayed_code(struct resolver *r, const struct expr *e, enum code_kind kind,
                                 struct name name, const struct contract *contract)
{
    struct unit unit;
    unit_begin(r, &unit);
    uint32_t group = r->group;
    r->group = 0;
    struct node *body = e->kind == EXPR_FN ? resolve_fn(r, e, name) : resolve_strict(r, e);
    r->group = group;
    if (body->kind == NODE_CONST) {
        unit_drop(r, &unit);
        if (!contract) return body;
        return contract_constant(r, (struct node_const *)body, name, kind, contract);
    }
    struct code *c = unit_end(r, &unit, contract_wrap(r, body, contract), kind);
    c->name = name.id;
    c->span = name.id ? name.span : e->span;
    struct node_code *n = (struct node_code *)node_make(r, NODE_THUNK, sizeof(*n), e->span);
    n->code = c;
    return &n->h;
}

struct node *resolve_delayed(struct resolver *r, const struct expr *e, enum code_kind kind,
                             struct name name, const struct contract *contract)
{
    if (!contract && e->kind == EXPR_FN) return resolve_fn(r, e, name);
    // A variable needs no thunk, unless it is a sibling, in a let or a module, whose slot may not
    // be filled yet.
    bool sibling = kind == CODE_BINDING && (!r->unit->parent || scope_is_sibling(r, e->name.id));
    if (!contract && e->kind == EXPR_NAME && !sibling) return scope_name(r, e->name, e->span);
    return delayed_code(r, e, kind, name, contract);
}
