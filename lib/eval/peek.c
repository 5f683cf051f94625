#include "eval/peek.h"

#include "eval/module.h"
#include "eval/stage_value.h"

#define PEEK_DEPTH 32 // names that stand for names

static struct peek unknown(void)
{
    return (struct peek){.kind = PEEK_UNKNOWN};
}

static struct peek peek_node(const struct node *n, struct module *m, unsigned depth);

static struct peek peek_slot(struct module *m, uint32_t slot, unsigned depth)
{
    struct value v = m->slots[slot];
    if (v.tag == VALUE_THUNK && v.thunk->state == THUNK_PENDING && depth < PEEK_DEPTH)
        return peek_node(v.thunk->code->body, v.thunk->module, depth + 1);
    return peek_value(v);
}

// The function that is called, if that is known and it is written in plx.
static const struct closure *callee(const struct node_call *n, const struct module *m)
{
    const struct node_var *var = (const struct node_var *)n->callee;
    struct value v = value_null();
    if (n->callee->kind == NODE_CONST) v = ((const struct node_const *)n->callee)->value;
    if (n->callee->kind == NODE_GLOBAL && m) v = m->slots[var->slot];
    if (n->callee->kind == NODE_FOREIGN) v = var->module->slots[var->slot];
    if (v.tag == VALUE_THUNK && v.thunk->state == THUNK_DONE) v = v.thunk->value;
    return v.tag == VALUE_FN && v.fn->code ? v.fn : NULL;
}

// A call of a function of the user's gives what its body is.
static struct peek peek_call(const struct node_call *n, struct module *m, unsigned depth)
{
    const struct closure *fn = callee(n, m);
    if (fn && !fn->module->def->is_std) return peek_node(fn->code->body, fn->module, depth + 1);
    return (struct peek){.kind = PEEK_NODE, .node = &n->h, .module = m, .depth = depth};
}

static struct peek peek_import(const struct node_import *n)
{
    if (!n->def) return unknown();
    if (n->def->is_json) return peek_value(n->def->json);
    return (struct peek){
        .kind = PEEK_MODULE, .def = n->def, .module = n->count ? NULL : n->def->plain};
}

static struct peek peek_node(const struct node *n, struct module *m, unsigned depth)
{
    if (!n || depth >= PEEK_DEPTH) return unknown();
    const struct node_var *var = (const struct node_var *)n;
    switch ((enum node_kind)n->kind) {
    case NODE_CONST: return peek_value(((const struct node_const *)n)->value);
    case NODE_THUNK: return peek_node(((const struct node_code *)n)->code->body, m, depth + 1);
    case NODE_CHECK: return peek_node(((const struct node_check *)n)->value, m, depth + 1);
    case NODE_LET: return peek_node(((const struct node_let *)n)->body, m, depth + 1);
    case NODE_GLOBAL: return m ? peek_slot(m, var->slot, depth + 1) : unknown();
    case NODE_FOREIGN: return peek_slot(var->module, var->slot, depth + 1);
    case NODE_CALL: return peek_call((const struct node_call *)n, m, depth);
    case NODE_IMPORT: return peek_import((const struct node_import *)n);
    default: return (struct peek){.kind = PEEK_NODE, .node = n, .module = m, .depth = depth};
    }
}

struct peek peek_value(struct value v)
{
    if (v.tag == VALUE_THUNK && v.thunk->state == THUNK_DONE) v = v.thunk->value;
    if (v.tag == VALUE_THUNK && v.thunk->state == THUNK_PENDING)
        return peek_node(v.thunk->code->body, v.thunk->module, 1);
    if (v.tag == VALUE_THUNK || v.tag == VALUE_FAILED) return unknown();
    return (struct peek){.kind = PEEK_VALUE, .value = v};
}

// ---- fields -------------------------------------------------------------------------------------

static struct record *fields_of(struct value v)
{
    if (v.tag == VALUE_RECORD) return v.record;
    return v.tag == VALUE_STAGE ? stage_info(v.stage)->config : NULL;
}

// What `stage` takes for itself, so that it is no attribute.
static bool is_machinery(struct str name)
{
    static const char *const words[] = {"realize",   "match",          "outputs",
                                        "resources", "timeout",        "retry",
                                        "passenv",   "check_promises", "hash_realizer"};
    for (size_t i = 0; i < LEN(words); i++)
        if (str_eqz(name, words[i])) return true;
    return false;
}

// A call of the library's `stage`.
static const struct node_call *stage_call(struct eval *ev, struct peek p)
{
    if (p.node->kind != NODE_CALL) return NULL;
    const struct node_call *call = (const struct node_call *)p.node;
    const struct closure *fn = callee(call, p.module);
    bool is_stage = fn && fn->module->def->is_std && fn->code->name == eval_sym(ev, STR("stage"));
    return is_stage ? call : NULL;
}

static struct peek node_field(struct eval *ev, struct peek p, sym name)
{
    const struct node_call *call = stage_call(ev, p);
    for (uint32_t i = 0; call && i < call->count; i++)
        if (call->args[i].name == name) return peek_node(call->args[i].value, p.module, 1);
    if (p.node->kind == NODE_FIELD && p.depth < PEEK_DEPTH) {
        const struct node_field *n = (const struct node_field *)p.node;
        struct peek target = peek_node(n->target, p.module, p.depth + 1);
        target = peek_field(ev, target, n->name);
        if (target.depth <= p.depth) target.depth = p.depth + 1;
        return peek_field(ev, target, name);
    }
    if (p.node->kind != NODE_RECORD) return unknown();
    const struct node_record *r = (const struct node_record *)p.node;
    for (uint32_t i = 0; i < r->shape->count; i++)
        if (r->shape->syms[i] == name) return peek_node(r->fields[i], p.module, 1);
    return unknown();
}

static struct peek module_field(struct peek p, sym name)
{
    uint32_t slot = symmap_get(&p.def->names, name);
    if (slot == SYMMAP_NONE || p.def->slots.at[slot].is_private) return unknown();
    if (p.module) return peek_slot(p.module, slot, 1);
    return peek_node(p.def->slots.at[slot].init, NULL, 1);
}

struct peek peek_field(struct eval *ev, struct peek p, sym name)
{
    if (p.kind == PEEK_NODE) return node_field(ev, p, name);
    if (p.kind == PEEK_MODULE) return module_field(p, name);
    struct record *r = p.kind == PEEK_VALUE ? fields_of(p.value) : NULL;
    uint32_t i = r ? record_find(r, name) : RECORD_NONE;
    return i == RECORD_NONE ? unknown() : peek_value(r->fields[i]);
}

static void shape_names(struct eval *ev, struct shape *shape, peek_name *each, void *ctx)
{
    const uint32_t *order = shape_order(ev, shape);
    for (uint32_t i = 0; i < shape->count; i++)
        each(ctx, sym_str(ev->o.syms, shape->syms[order[i]]));
}

void peek_fields(struct eval *ev, struct peek p, peek_name *each, void *ctx)
{
    if (p.kind == PEEK_MODULE) {
        shape_names(ev, p.def->shape, each, ctx);
    } else if (p.kind == PEEK_VALUE) {
        struct record *r = fields_of(p.value);
        if (r) shape_names(ev, r->shape, each, ctx);
    } else if (p.kind == PEEK_NODE && p.node->kind == NODE_RECORD) {
        shape_names(ev, ((const struct node_record *)p.node)->shape, each, ctx);
    } else if (p.kind == PEEK_NODE) {
        const struct node_call *call = stage_call(ev, p);
        for (uint32_t i = 0; call && i < call->count; i++) {
            struct str name =
                call->args[i].name ? sym_str(ev->o.syms, call->args[i].name) : STR("");
            if (name.len && !is_machinery(name)) each(ctx, name);
        }
    }
}
