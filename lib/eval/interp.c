// The switch over node kinds. What is hot stands here; what is long or rare is elsewhere: call.c,
// operator.c, combine.c, text.c.
#include "eval/interp.h"

#include <stdlib.h>

#include "eval/apply.h"
#include "eval/combine.h"
#include "eval/contract.h"
#include "eval/module.h"
#include "eval/operator.h"
#include "eval/stage_value.h"
#include "eval/text.h"

#define AS(type) const struct type *x = (const struct type *)n

// ---- thunks -------------------------------------------------------------------------------------

static struct thunk *thunk_new(struct eval *ev, const struct code *code, struct module *m)
{
    struct thunk *t =
        arena_alloc_raw(&ev->arena, sizeof(*t) + code->capture_count * sizeof(struct value));
    t->state = THUNK_PENDING;
    t->epoch = 0;
    t->code = code;
    t->module = m;
    return t;
}

static struct closure *closure_new(struct eval *ev, const struct code *code, struct module *m)
{
    struct closure *c =
        arena_alloc_raw(&ev->arena, sizeof(*c) + code->capture_count * sizeof(struct value));
    c->code = code;
    c->info = NULL;
    c->module = m;
    return c;
}

static inline struct value settled(struct value v)
{
    return v.tag == VALUE_THUNK && v.thunk->state == THUNK_DONE ? v.thunk->value : v;
}

static void fill_captures(struct value *out, const struct code *code, const struct frame *f)
{
    for (uint32_t i = 0; i < code->capture_count; i++) {
        struct capture c = code->captures[i];
        out[i] = settled(c.from_capture ? f->captures[c.slot] : f->slots[c.slot]);
    }
}

struct value interp_delay(struct eval *ev, const struct node *n, struct frame *f)
{
    switch (n->kind) {
    case NODE_CONST: return ((const struct node_const *)n)->value;
    case NODE_LOCAL: return settled(f->slots[((const struct node_var *)n)->slot]);
    case NODE_CAPTURE: return settled(f->captures[((const struct node_var *)n)->slot]);
    case NODE_GLOBAL: return settled(f->module->slots[((const struct node_var *)n)->slot]);
    case NODE_FOREIGN: {
        AS(node_var);
        return settled(x->module->slots[x->slot]);
    }
    case NODE_THUNK: {
        AS(node_code);
        struct thunk *t = thunk_new(ev, x->code, f->module);
        fill_captures(t->captures, x->code, f);
        return (struct value){.tag = VALUE_THUNK, .thunk = t};
    }
    case NODE_FN: {
        AS(node_code);
        struct closure *c = closure_new(ev, x->code, f->module);
        fill_captures(c->captures, x->code, f);
        return (struct value){.tag = VALUE_FN, .fn = c};
    }
    default: BUG("node %d cannot be delayed", n->kind);
    }
}

// The frames from the innermost to the one that runs `t` are the cycle.
static void report_cycle(struct eval *ev, struct thunk *t, struct span span)
{
    struct buf names = BUF_INIT;
    VEC(const struct code *) chain = {0};
    for (const struct frame *f = ev->frame; f; f = f->parent) {
        if (f->thunk && f->code->kind != CODE_EXPR) vec_push(&chain, f->code); // no guards
        if (f->thunk == t) break;
    }
    for (size_t i = chain.len; i-- > 0;) {
        sym name = chain.at[i]->name;
        if (chain.len > 12 && i < chain.len - 10 && i > 1) continue;
        buf_printf(&names, "`%s` → ", name ? sym_z(ev->o.syms, name) : "…");
    }
    sym first = chain.at[chain.len - 1]->name;
    const char *first_z = first ? sym_z(ev->o.syms, first) : "…";
    struct diag *d;
    if (chain.len == 1)
        d = eval_error(ev, span, "E0408", "`%s` needs its own value", first_z);
    else
        d = eval_error(ev, span, "E0408", "a cycle of bindings: %s`%s`", buf_z(&names), first_z);
    diag_primary(d, "needed here, while it is being evaluated");
    for (size_t i = chain.len; i-- > 0;)
        if (chain.at[i]->name && chain.len - i <= 8)
            diag_label(d, chain.at[i]->span, "`%s` is defined here",
                       sym_z(ev->o.syms, chain.at[i]->name));
    if (chain.len == 1 && symmap_get(&ev->global_index, first) != SYMMAP_NONE)
        diag_help(d, "this binding hides the standard library's `%s`; give it another name",
                  first_z);
    vec_free(&chain);
    buf_free(&names);
}

static struct value force_slow(struct eval *ev, struct thunk *t, struct span span)
{
    if (t->state == THUNK_RUNNING) {
        report_cycle(ev, t, span);
        return value_failed();
    }
    // It was reported when it broke.
    if (t->state == THUNK_BROKEN && t->epoch == ev->epoch) return value_failed();
    const struct code *code = t->code;
    if (!slots_room(ev, code->slots, span) || !enter(ev, span)) return value_failed();
    struct frame fr = {.parent = ev->frame,
                       .code = code,
                       .slots = ev->top,
                       .captures = t->captures,
                       .module = t->module,
                       .call = span,
                       .thunk = t};
    ev->frame = &fr;
    ev->top += code->slots;
    t->state = THUNK_RUNNING;
    struct value v = interp(ev, code->body, &fr);
    ev->top = fr.slots;
    ev->frame = fr.parent;
    ev->depth--;
    if (v.tag == VALUE_FAILED) {
        t->state = THUNK_BROKEN;
        t->epoch = ev->epoch;
        return v;
    }
    t->value = v;
    t->state = THUNK_DONE;
    return v;
}

struct value interp_force(struct eval *ev, struct thunk *t, struct span span)
{
    return t->state == THUNK_DONE ? t->value : force_slow(ev, t, span);
}

static inline struct value force_slot(struct eval *ev, struct value *slot, const struct node *n,
                                      const struct frame *f)
{
    if (slot->tag != VALUE_THUNK) return *slot;
    struct value v = interp_force(ev, slot->thunk, node_span(f, n));
    if (v.tag != VALUE_FAILED) *slot = v;
    return v;
}

bool value_force(struct eval *ev, struct value *v, struct span span)
{
    if (v->tag != VALUE_THUNK) return true;
    struct value got = interp_force(ev, v->thunk, span);
    if (got.tag == VALUE_FAILED) return false;
    *v = got;
    return true;
}

bool record_at(struct eval *ev, struct record *r, uint32_t index, struct span span,
               struct value *out)
{
    if (!value_force(ev, &r->fields[index], span)) return false;
    *out = r->fields[index];
    return true;
}

// ---- running code -------------------------------------------------------------------------------

struct value interp_run(struct eval *ev, struct closure *fn, struct value *slots, struct span span)
{
    if (!enter(ev, span)) {
        ev->top = slots;
        return value_failed();
    }
    struct frame fr = {.parent = ev->frame,
                       .code = fn->code,
                       .slots = slots,
                       .captures = fn->captures,
                       .module = fn->module,
                       .call = span};
    ev->frame = &fr;
    struct value v = interp(ev, fn->code->body, &fr);
    ev->frame = fr.parent;
    ev->top = slots;
    ev->depth--;
    return v;
}

struct value interp_code(struct eval *ev, const struct code *code, struct module *m)
{
    if (!slots_room(ev, code->slots, code->span) || !enter(ev, code->span)) return value_failed();
    struct frame fr = {
        .parent = ev->frame, .code = code, .slots = ev->top, .module = m, .call = code->span};
    ev->frame = &fr;
    ev->top += code->slots;
    struct value v = interp(ev, code->body, &fr);
    ev->frame = fr.parent;
    ev->top = fr.slots;
    ev->depth--;
    return v;
}

// ---- fields and indices -------------------------------------------------------------------------

void interp_no_method(struct eval *ev, struct diag *d, sym name)
{
    if (symmap_get(&ev->global_index, name) == SYMMAP_NONE) return;
    const char *z = sym_z(ev->o.syms, name);
    diag_help(d, "`%s` is a function: write `%s(x)`, or `x |> %s()`", z, z, z);
}

void interp_missing(struct eval *ev, struct shape *shape, sym name, struct span span,
                    const char *of)
{
    struct str text = sym_str(ev->o.syms, name);
    struct diag *d =
        eval_error(ev, span, "E0403", "%s has no field `" STR_FMT "`", of, STR_ARG(text));
    size_t count = shape->count;
    struct str *names = bug_malloc((count + 1) * sizeof(*names));
    const uint32_t *order = shape_order(ev, shape);
    for (size_t i = 0; i < count; i++) names[i] = sym_str(ev->o.syms, shape->syms[order[i]]);
    if (!diag_suggest(d, text, names, count)) {
        struct buf list = BUF_INIT;
        for (size_t i = 0; i < count && i < 12; i++)
            buf_printf(&list, "%s`" STR_FMT "`", i ? ", " : "", STR_ARG(names[i]));
        if (count > 12) buf_addz(&list, ", …");
        if (count > 0)
            diag_note(d, count == 1 ? "its only field is %s" : "its fields are %s", buf_z(&list));
        else
            diag_note(d, "it is empty");
        buf_free(&list);
        interp_no_method(ev, d, name);
    }
    free(names);
    if (text.len > 0 && text.p[0] == '_')
        diag_note(d, "names that begin with `_` are private to their module");
}

struct value interp_field(struct eval *ev, struct value target, sym name, struct span name_span)
{
    if (target.tag == VALUE_STAGE) {
        struct value v = stage_attr(ev, target.stage, name, name_span);
        if (v.tag == VALUE_THUNK) {
            interp_missing(ev, stage_config(target.stage)->shape, name, name_span,
                           "the stage's config");
            return value_failed();
        }
        return v;
    }
    if (target.tag != VALUE_RECORD) {
        struct diag *d =
            eval_error(ev, name_span, "E0401", "%s has no fields, so there is no `%s` in it",
                       value_type_phrase(target.tag), sym_z(ev->o.syms, name));
        if (target.tag == VALUE_NULL)
            diag_help(d, "`a.b ?? d` gives `d` where `a` or `a.b` is null");
        interp_no_method(ev, d, name);
        return value_failed();
    }
    uint32_t i = record_find(target.record, name);
    if (i == RECORD_NONE) {
        interp_missing(ev, target.record->shape, name, name_span, "the Record");
        return value_failed();
    }
    struct value v;
    return record_at(ev, target.record, i, name_span, &v) ? v : value_failed();
}

static struct span field_span(const struct frame *f, const struct node_field *x)
{
    return (struct span){f->code->source, x->name_start, node_end(&x->h)};
}

static struct span operand_span(const struct frame *f, const struct node_binary *x)
{
    return (struct span){f->code->source, x->op_start, x->op_end};
}

static struct value index_list(struct eval *ev, struct list *l, struct value at, struct span span)
{
    if (at.tag != VALUE_INT) {
        eval_error(ev, span, "E0401", "a list's index is an Int, not %s",
                   value_type_phrase(at.tag));
        return value_failed();
    }
    if (at.integer >= 0 && (uint64_t)at.integer < l->len) return l->at[at.integer];
    struct diag *d = eval_error(ev, span, "E0405", "the index %lld is outside of a list of %zu",
                                (long long)at.integer, l->len);
    if (at.integer < 0)
        diag_help(d, "`last(xs)` is the last element, `slice(xs, a, b)` a part");
    else if (l->len > 0)
        diag_note(d, "indices count from 0, so the last one is %zu", l->len - 1);
    return value_failed();
}

static struct value index_value(struct eval *ev, struct value target, struct value at,
                                struct span span)
{
    if (target.tag == VALUE_LIST) return index_list(ev, target.list, at, span);
    if (target.tag == VALUE_RECORD || target.tag == VALUE_STAGE) {
        if (at.tag == VALUE_STR) return interp_field(ev, target, eval_key(ev, at.string), span);
        if (at.tag == VALUE_TEXT) return text_refuse(ev, at, "used as a key", span);
        eval_error(ev, span, "E0401", "a field's name is a Str, not %s", value_type_phrase(at.tag));
        return value_failed();
    }
    struct diag *d =
        eval_error(ev, span, "E0401", "%s cannot be indexed", value_type_phrase(target.tag));
    if (target.tag == VALUE_STR) diag_help(d, "`slice(s, a, b)` is a part of a string");
    return value_failed();
}

static struct value interp_index(struct eval *ev, const struct node_binary *x, struct frame *f)
{
    struct value target = interp(ev, x->left, f);
    if (target.tag == VALUE_FAILED) return target;
    struct value at = interp(ev, x->right, f);
    if (at.tag == VALUE_FAILED) return at;
    return index_value(ev, target, at, operand_span(f, x));
}

// ---- a.b["c"] ?? d ------------------------------------------------------------------------------

// The field of a path that may lack it: VALUE_THUNK (which no result is) stands for "missing".
static struct value soft_field(struct eval *ev, struct value target, sym name, struct span span)
{
    static const struct value missing = {.tag = VALUE_THUNK};
    if (target.tag == VALUE_STAGE) return stage_attr(ev, target.stage, name, span);
    if (target.tag == VALUE_RECORD && record_find(target.record, name) == RECORD_NONE)
        return missing;
    return interp_field(ev, target, name, span);
}

static struct value interp_soft(struct eval *ev, const struct node *n, struct frame *f)
{
    if (n->kind == NODE_FIELD) {
        AS(node_field);
        struct value target = interp_soft(ev, x->target, f);
        if (target.tag == VALUE_FAILED || target.tag == VALUE_THUNK || target.tag == VALUE_NULL)
            return target;
        return soft_field(ev, target, x->name, field_span(f, x));
    }
    if (n->kind != NODE_INDEX) return interp(ev, n, f);
    AS(node_binary);
    struct value target = interp_soft(ev, x->left, f);
    if (target.tag == VALUE_FAILED || target.tag == VALUE_THUNK || target.tag == VALUE_NULL)
        return target;
    struct value at = interp(ev, x->right, f);
    if (at.tag == VALUE_FAILED) return at;
    bool named = target.tag == VALUE_RECORD || target.tag == VALUE_STAGE;
    if (named && at.tag == VALUE_STR)
        return soft_field(ev, target, eval_key(ev, at.string), operand_span(f, x));
    return index_value(ev, target, at, operand_span(f, x));
}

// ---- lists and comprehensions -------------------------------------------------------------------

static struct value interp_list(struct eval *ev, const struct node_list *x, struct frame *f)
{
    struct list *l = list_new(ev, x->count);
    for (uint32_t i = 0; i < x->count; i++) {
        l->at[i] = interp(ev, x->items[i], f);
        if (l->at[i].tag == VALUE_FAILED) return value_failed();
    }
    return value_list(l);
}

struct values {
    struct value *at;
    size_t len;
    size_t cap;
};

static struct value list_of(struct eval *ev, struct values *items, bool ok)
{
    struct value result = value_failed();
    if (ok) {
        struct list *l = list_new(ev, items->len);
        if (items->len > 0) memcpy(l->at, items->at, items->len * sizeof(*l->at));
        result = value_list(l);
    }
    vec_free(items);
    return result;
}

static bool spread_item(struct eval *ev, struct values *items, struct value v, struct span span)
{
    if (v.tag != VALUE_LIST) {
        eval_error(ev, span, "E0401", "only a List can be spread into a list, not %s",
                   value_type_phrase(v.tag));
        return false;
    }
    if (!eval_list_limit(ev, items->len + v.list->len, span)) return false;
    for (size_t i = 0; i < v.list->len; i++) vec_push(items, v.list->at[i]);
    return true;
}

static struct value interp_list_spread(struct eval *ev, const struct node_list *x, struct frame *f)
{
    struct values items = {0};
    bool ok = true;
    for (uint32_t i = 0; ok && i < x->count; i++) {
        struct value v = interp(ev, x->items[i], f);
        if (v.tag == VALUE_FAILED)
            ok = false;
        else if (x->spread[i])
            ok = spread_item(ev, &items, v, node_span(f, x->items[i]));
        else
            vec_push(&items, v);
    }
    return list_of(ev, &items, ok);
}

// What a comprehension collects: values for a list, fields for a record.
struct harvest {
    const struct node_comp *node;
    struct values items;
    VEC(struct field) fields;
};

static bool harvest_key(struct eval *ev, const struct node *n, struct frame *f, sym *name)
{
    struct value key = interp(ev, n, f);
    if (key.tag == VALUE_FAILED) return false;
    if (key.tag == VALUE_STR) {
        *name = eval_key(ev, key.string);
        return true;
    }
    if (key.tag == VALUE_TEXT)
        (void)text_refuse(ev, key, "used as a key", node_span(f, n));
    else
        eval_error(ev, node_span(f, n), "E0401", "a field's name is a Str, not %s",
                   value_type_phrase(key.tag));
    return false;
}

static bool harvest_one(struct eval *ev, struct harvest *h, struct frame *f)
{
    const struct node_comp *x = h->node;
    if (!x->key) {
        struct value v = interp(ev, x->value, f);
        if (v.tag == VALUE_FAILED) return false;
        vec_push(&h->items, v);
        return h->items.len % 4096 != 0 || eval_list_limit(ev, h->items.len, node_span(f, &x->h));
    }
    struct field field = {.span = node_span(f, x->key)};
    if (!harvest_key(ev, x->key, f, &field.name)) return false;
    field.value = interp_delay(ev, x->value, f);
    vec_push(&h->fields, field);
    return true;
}

static bool comp_clause(struct eval *ev, struct harvest *h, uint32_t index, struct frame *f);

static bool comp_list(struct eval *ev, struct harvest *h, uint32_t index, struct list *l,
                      struct frame *f)
{
    const struct node_clause *c = &h->node->clauses[index];
    bool two = c->second != RECORD_NONE;
    for (size_t i = 0; i < l->len; i++) {
        if (two) f->slots[c->first] = value_int((int64_t)i);
        f->slots[two ? c->second : c->first] = l->at[i];
        if (!tick(ev, node_span(f, &h->node->h)) || !comp_clause(ev, h, index + 1, f)) return false;
    }
    return true;
}

static bool comp_record(struct eval *ev, struct harvest *h, uint32_t index, struct record *r,
                        struct frame *f)
{
    const struct node_clause *c = &h->node->clauses[index];
    const uint32_t *order = shape_order(ev, r->shape);
    for (size_t i = 0; i < record_count(r); i++) {
        f->slots[c->first] = eval_sym_value(ev, r->shape->syms[order[i]]);
        if (c->second != RECORD_NONE) f->slots[c->second] = settled(r->fields[order[i]]);
        if (!tick(ev, node_span(f, &h->node->h)) || !comp_clause(ev, h, index + 1, f)) return false;
    }
    return true;
}

static bool comp_clause(struct eval *ev, struct harvest *h, uint32_t index, struct frame *f)
{
    if (index == h->node->clause_count) return harvest_one(ev, h, f);
    const struct node_clause *c = &h->node->clauses[index];
    struct value source = interp(ev, c->source, f);
    if (source.tag == VALUE_FAILED) return false;
    if (c->is_if) {
        if (source.tag == VALUE_BOOL) return !source.boolean || comp_clause(ev, h, index + 1, f);
        eval_error(ev, node_span(f, c->source), "E0401", "a condition is a Bool, not %s",
                   value_type_phrase(source.tag));
        return false;
    }
    if (source.tag == VALUE_LIST) {
        if (index + 1 == h->node->clause_count && !h->node->key)
            vec_reserve(&h->items, h->items.len + source.list->len);
        return comp_list(ev, h, index, source.list, f);
    }
    if (source.tag == VALUE_RECORD) return comp_record(ev, h, index, source.record, f);
    eval_error(ev, node_span(f, c->source), "E0401", "`for` walks a List or a Record, not %s",
               value_type_phrase(source.tag));
    return false;
}

static struct value interp_comp(struct eval *ev, const struct node_comp *x, struct frame *f)
{
    struct harvest h = {.node = x};
    bool ok = comp_clause(ev, &h, 0, f);
    if (!x->key) return list_of(ev, &h.items, ok);
    struct value result =
        ok ? combine_fields(ev, h.fields.at, h.fields.len, node_span(f, &x->h)) : value_failed();
    vec_free(&h.fields);
    return result;
}

// ---- the rest -----------------------------------------------------------------------------------

static struct value interp_record(struct eval *ev, const struct node_record *x, struct frame *f)
{
    struct record *r = record_alloc(ev, x->shape);
    for (uint32_t i = 0; i < x->shape->count; i++) r->fields[i] = interp_delay(ev, x->fields[i], f);
    return value_record(r);
}

static bool assert_holds(struct eval *ev, const struct node_assert *a, struct frame *f)
{
    struct value v = interp(ev, a->condition, f);
    if (v.tag == VALUE_FAILED) return false;
    struct span span = {f->code->source, a->span.start, a->span.end};
    struct value message = value_null();
    if (v.tag == VALUE_BOOL && !v.boolean && a->otherwise) {
        message = interp(ev, a->otherwise, f);
        if (message.tag == VALUE_FAILED) return false;
    }
    return operator_assert(ev, v, message, span);
}

// All objects first, then what they capture, since siblings capture each other.
static bool interp_let(struct eval *ev, const struct node_let *x, struct frame *f)
{
    for (uint32_t i = 0; i < x->count; i++) {
        const struct node *n = x->bindings[i].value;
        struct value *slot = &f->slots[x->bindings[i].slot];
        const struct code *code = ((const struct node_code *)n)->code;
        if (n->kind == NODE_THUNK)
            *slot = (struct value){.tag = VALUE_THUNK, .thunk = thunk_new(ev, code, f->module)};
        else if (n->kind == NODE_FN)
            *slot = (struct value){.tag = VALUE_FN, .fn = closure_new(ev, code, f->module)};
        else
            *slot = interp_delay(ev, n, f);
    }
    for (uint32_t i = 0; i < x->count; i++) {
        const struct node *n = x->bindings[i].value;
        struct value v = f->slots[x->bindings[i].slot];
        if (n->kind == NODE_THUNK)
            fill_captures(v.thunk->captures, ((const struct node_code *)n)->code, f);
        else if (n->kind == NODE_FN)
            fill_captures(v.fn->captures, ((const struct node_code *)n)->code, f);
    }
    for (uint32_t i = 0; i < x->assert_count; i++)
        if (!assert_holds(ev, &x->asserts[i], f)) return false;
    return true;
}

static inline struct value operand(struct eval *ev, const struct node *n, struct frame *f)
{
    if (n->kind == NODE_LOCAL) {
        struct value v = f->slots[((const struct node_var *)n)->slot];
        if (v.tag != VALUE_THUNK) return v;
    }
    if (n->kind == NODE_CONST) return ((const struct node_const *)n)->value;
    return interp(ev, n, f);
}

static struct value interp_binary(struct eval *ev, const struct node *n, struct frame *f)
{
    AS(node_binary);
    struct value a = operand(ev, x->left, f);
    if (a.tag == VALUE_FAILED) return a;
    struct value b = operand(ev, x->right, f);
    if (b.tag == VALUE_FAILED) return b;
    if (a.tag == VALUE_INT && b.tag == VALUE_INT) {
        int64_t r;
        switch (n->kind) {
        case NODE_ADD:
            if (__builtin_add_overflow(a.integer, b.integer, &r)) break;
            return value_int(r);
        case NODE_SUB:
            if (__builtin_sub_overflow(a.integer, b.integer, &r)) break;
            return value_int(r);
        case NODE_MUL:
            if (__builtin_mul_overflow(a.integer, b.integer, &r)) break;
            return value_int(r);
        case NODE_EQ: return value_bool(a.integer == b.integer);
        case NODE_NE: return value_bool(a.integer != b.integer);
        case NODE_LT: return value_bool(a.integer < b.integer);
        case NODE_LE: return value_bool(a.integer <= b.integer);
        case NODE_GT: return value_bool(a.integer > b.integer);
        case NODE_GE: return value_bool(a.integer >= b.integer);
        default: break;
        }
    }
    return operator_binary(ev, x, f, a, b);
}

// && and ||: both sides are Bools.
static struct value interp_logic(struct eval *ev, const struct node_binary *x, struct frame *f,
                                 bool stop)
{
    struct value a = operand(ev, x->left, f);
    if (a.tag == VALUE_FAILED || (a.tag == VALUE_BOOL && a.boolean == stop)) return a;
    if (a.tag != VALUE_BOOL) return operator_not_bool(ev, a, node_span(f, x->left));
    struct value b = interp(ev, x->right, f);
    if (b.tag == VALUE_FAILED || b.tag == VALUE_BOOL) return b;
    return operator_not_bool(ev, b, node_span(f, x->right));
}

static struct value interp_string(struct eval *ev, const struct node_string *x, struct frame *f)
{
    struct text_builder b;
    text_begin(&b, ev);
    for (uint32_t i = 0; i < x->count; i++) {
        struct value v = operand(ev, x->pieces[i], f);
        if (v.tag == VALUE_FAILED || !text_add(&b, v, node_span(f, x->pieces[i]))) {
            text_drop(&b);
            return value_failed();
        }
    }
    return text_end(&b, node_span(f, &x->h));
}

struct value interp(struct eval *ev, const struct node *n, struct frame *f)
{
again:
    switch ((enum node_kind)n->kind) {
    case NODE_CONST: return ((const struct node_const *)n)->value;
    case NODE_LOCAL: return force_slot(ev, &f->slots[((const struct node_var *)n)->slot], n, f);
    case NODE_CAPTURE:
        return force_slot(ev, &f->captures[((const struct node_var *)n)->slot], n, f);
    case NODE_GLOBAL:
        return force_slot(ev, &f->module->slots[((const struct node_var *)n)->slot], n, f);
    case NODE_FOREIGN: {
        AS(node_var);
        return force_slot(ev, &x->module->slots[x->slot], n, f);
    }
    case NODE_FN:
    case NODE_THUNK: return interp_delay(ev, n, f);
    case NODE_STRING: return interp_string(ev, (const struct node_string *)n, f);
    case NODE_LIST: return interp_list(ev, (const struct node_list *)n, f);
    case NODE_LIST_SPREAD: return interp_list_spread(ev, (const struct node_list *)n, f);
    case NODE_LIST_COMP:
    case NODE_RECORD_COMP: return interp_comp(ev, (const struct node_comp *)n, f);
    case NODE_RECORD: return interp_record(ev, (const struct node_record *)n, f);
    case NODE_RECORD_DYNAMIC: return combine_dynamic(ev, (const struct node_dynamic *)n, f);
    case NODE_FIELD: {
        AS(node_field);
        struct value target = operand(ev, x->target, f);
        if (target.tag == VALUE_FAILED) return target;
        return interp_field(ev, target, x->name, field_span(f, x));
    }
    case NODE_INDEX: return interp_index(ev, (const struct node_binary *)n, f);
    case NODE_CALL: return apply_node(ev, (const struct node_call *)n, f);
    case NODE_WITH: return combine_with(ev, (const struct node_with *)n, f);
    case NODE_NEG:
    case NODE_NOT: {
        AS(node_binary);
        struct value v = operand(ev, x->left, f);
        return v.tag == VALUE_FAILED ? v : operator_unary(ev, x, f, v);
    }
    case NODE_AND: return interp_logic(ev, (const struct node_binary *)n, f, false);
    case NODE_OR: return interp_logic(ev, (const struct node_binary *)n, f, true);
    case NODE_DEFAULT: {
        AS(node_binary);
        struct value v = interp_soft(ev, x->left, f);
        if (v.tag != VALUE_NULL && v.tag != VALUE_THUNK) return v;
        n = x->right;
        goto again;
    }
    case NODE_IF: {
        AS(node_if);
        struct value c = operand(ev, x->condition, f);
        if (c.tag == VALUE_FAILED) return c;
        if (c.tag != VALUE_BOOL) return operator_not_bool(ev, c, node_span(f, x->condition));
        n = c.boolean ? x->then : x->otherwise;
        goto again;
    }
    case NODE_LET: {
        AS(node_let);
        if (!interp_let(ev, x, f)) return value_failed();
        n = x->body;
        goto again;
    }
    case NODE_IMPORT: return module_import(ev, (const struct node_import *)n, f);
    case NODE_CHECK: {
        AS(node_check);
        struct value v = interp(ev, x->value, f);
        return contract_fits(x->contract, v) ? v : contract_node(ev, x, f, v);
    }
    case NODE_GUARD: return contract_guard(ev, f);
    case NODE_ADD ... NODE_UNION: return interp_binary(ev, n, f);
    }
    BUG("node kind %d", n->kind);
}
