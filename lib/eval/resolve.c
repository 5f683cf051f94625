#include "eval/resolve.h"

#include <stdlib.h>

#include "eval/contract_resolve.h"
#include "eval/module_item.h"
#include "eval/resolve_expr.h"
#include "syntax/parse.h"

static void resolver_begin(struct resolver *r, struct unit *root)
{
    r->unit = NULL;
    unit_begin(r, root);
}

static bool resolver_end(struct resolver *r, struct unit *root)
{
    unit_drop(r, root);
    vec_free(&r->locals);
    vec_free(&r->types);
    return !r->failed && r->unbound_count == 0;
}

// ---- declarations -------------------------------------------------------------------------------

static void report_twice(struct resolver *r, struct name name, struct span first)
{
    struct diag *d = diag_error(r->ev->o.sink, name.span, "E0302", "`%s` is defined twice",
                                sym_z(r->ev->o.syms, name.id));
    diag_primary(d, "again here");
    diag_label(d, first, "first defined here");
    r->failed = true;
}

static bool is_private(struct resolver *r, sym name)
{
    return sym_z(r->ev->o.syms, name)[0] == '_';
}

static bool has_slot(const struct binding *b)
{
    return b->kind == BINDING_VALUE || b->kind == BINDING_FUNCTION || b->kind == BINDING_PARAM;
}

static void declare_type(struct resolver *r, const struct binding *b)
{
    struct module_def *def = r->def;
    resolve_type_name(r, b->name);
    symmap_set(&def->type_of, b->name.id, (uint32_t)def->types.len);
    vec_push(&def->types, (struct binding_type){b->name.id, contract_resolve(r, b->type),
                                                b->name.span, is_private(r, b->name.id), false});
}

// Of a binding that the parser could not read, only the name is known, if it is one.
static bool is_name_only(const struct binding *b)
{
    return b->value && b->value->kind == EXPR_ERROR;
}

static void declare_slot(struct resolver *r, const struct binding *b)
{
    struct module_def *def = r->def;
    symmap_set(&def->names, b->name.id, (uint32_t)def->slots.len);
    vec_push(&def->slots, (struct module_slot){
                              .name = b->name.id,
                              .span = b->name.span,
                              .is_private = is_private(r, b->name.id),
                              .is_param = b->kind == BINDING_PARAM,
                              .is_broken = is_name_only(b),
                              .contract = contract_resolve(r, b->type),
                          });
}

// Values and types share one space of names, so that `lib.Opt` never means two things.
static void declare(struct resolver *r, const struct binding *b)
{
    struct module_def *def = r->def;
    if (!has_slot(b) && b->kind != BINDING_TYPE) return;
    uint32_t slot = symmap_get(&def->names, b->name.id);
    uint32_t type = symmap_get(&def->type_of, b->name.id);
    bool known = slot != SYMMAP_NONE || type != SYMMAP_NONE;
    if (known && (is_name_only(b) || (slot != SYMMAP_NONE && def->slots.at[slot].is_broken)))
        return;
    if (slot != SYMMAP_NONE)
        report_twice(r, b->name, def->slots.at[slot].span);
    else if (type != SYMMAP_NONE)
        report_twice(r, b->name, def->types.at[type].span);
    else if (b->kind == BINDING_TYPE)
        declare_type(r, b);
    else
        declare_slot(r, b);
}

// ---- bodies -------------------------------------------------------------------------------------

static const struct code *resolve_code(struct resolver *r, const struct expr *e)
{
    if (!e) return NULL;
    struct unit unit;
    unit_begin(r, &unit);
    struct node *body = resolve_strict(r, e);
    struct code *c = unit_end(r, &unit, body, CODE_EXPR);
    c->span = e->span;
    return c;
}

static void resolve_body(struct resolver *r, const struct binding *b)
{
    struct module_def *def = r->def;
    if (b->kind == BINDING_ASSERT) {
        const struct code *condition = resolve_code(r, b->value);
        vec_push(&def->asserts, (struct module_assert){condition, resolve_code(r, b->otherwise)});
    } else if (b->kind == BINDING_TEST) {
        vec_push(&def->tests, (struct module_test){resolve_code(r, b->value), b->title_span});
    } else if (has_slot(b) && b->value) {
        // A name that a type has already has no slot; what is wrong in its value is told.
        uint32_t index = symmap_get(&def->names, b->name.id);
        struct module_slot none = {0};
        struct module_slot *slot = index == SYMMAP_NONE ? &none : &def->slots.at[index];
        slot->init = resolve_delayed(r, b->value, CODE_BINDING, b->name, slot->contract);
    }
}

// ---- the public record --------------------------------------------------------------------------

static int by_slot_name(const void *a, const void *b, void *ctx)
{
    const struct module_slot *slots = ctx;
    sym x = slots[*(const uint32_t *)a].name, y = slots[*(const uint32_t *)b].name;
    return (x > y) - (x < y);
}

static void make_shape(struct resolver *r)
{
    struct module_def *def = r->def;
    const struct module_slot *slots = def->slots.at;
    uint32_t *order = resolve_alloc(r, sizeof(*order), def->slots.len);
    uint32_t count = 0;
    bool sorted = true;
    for (uint32_t i = 0; i < def->slots.len; i++) {
        if (slots[i].is_private) continue;
        sorted = sorted && (count == 0 || slots[order[count - 1]].name < slots[i].name);
        order[count++] = i;
    }
    // Names are mostly seen first where they are defined.
    if (!sorted) qsort_r(order, count, sizeof(*order), by_slot_name, (void *)(uintptr_t)slots);
    sym *syms = resolve_alloc(r, sizeof(*syms), count);
    struct span *spans = resolve_alloc(r, sizeof(*spans), count);
    for (uint32_t i = 0; i < count; i++) {
        syms[i] = slots[order[i]].name;
        spans[i] = slots[order[i]].span;
    }
    def->public_slots = order;
    def->shape = arena_alloc(&r->ev->arena, sizeof(*def->shape));
    *def->shape = (struct shape){.count = count, .syms = syms, .spans = spans};
}

static void take_binding(void *ctx, const struct binding *b)
{
    struct resolver *r = ctx;
    bool broken = scope_is_broken(r, b->span); // so far only the parser has spoken of it
    r->within = b->span;
    declare(r, b);
    if (broken) {
        r->failed = true;
        return;
    }
    resolve_body(r, b);
    if (!r->failed) module_item_note(r->def, b);
}

bool resolve_module(struct eval *ev, struct module_def *def)
{
    struct resolver r = {.ev = ev,
                         .def = def,
                         .source = def->source->id,
                         .open = true,
                         .errors_before = ev->o.sink->error_count};
    struct unit root;
    resolver_begin(&r, &root);
    struct parse_limits limits = {.nesting = ev->o.limits.nesting};
    struct parse_bindings each = {take_binding, &r};
    struct file *file = parse_file_each(def->source, ev->o.syms, ev->o.sink, &limits, &each);
    scope_close(&r);
    if (file->has_errors) r.failed = true;
    if (!r.failed) {
        def->doc = arena_str(&ev->arena, file->doc);
        make_shape(&r);
    }
    def->is_whole = !r.failed;
    file_free(file);
    return resolver_end(&r, &root);
}

struct code *resolve_expr(struct eval *ev, struct module_def *def, const struct expr *e,
                          uint32_t source)
{
    struct resolver r = {.ev = ev, .def = def, .source = source};
    struct unit root;
    resolver_begin(&r, &root);
    const struct code *c = resolve_code(&r, e);
    return resolver_end(&r, &root) ? (struct code *)(uintptr_t)c : NULL;
}
