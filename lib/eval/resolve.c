#include "eval/resolve.h"

#include <ctype.h>
#include <stdlib.h>

#include "eval/contract_resolve.h"
#include "eval/resolve_expr.h"

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
    return !r->failed;
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

// Values and types share one space of names, so that `lib.Opt` never means two things.
static void declare_all(struct resolver *r, const struct file *file)
{
    struct module_def *def = r->def;
    def->slots = resolve_alloc(r, sizeof(*def->slots), file->count);
    def->types = resolve_alloc(r, sizeof(*def->types), file->count);
    for (size_t i = 0; i < file->count; i++) {
        const struct binding *b = &file->bindings[i];
        if (!has_slot(b) && b->kind != BINDING_TYPE) continue;
        uint32_t slot = symmap_get(&def->names, b->name.id);
        uint32_t type = symmap_get(&def->type_of, b->name.id);
        if (slot != SYMMAP_NONE || type != SYMMAP_NONE) {
            report_twice(r, b->name,
                         slot != SYMMAP_NONE ? def->slots[slot].span : def->types[type].span);
        } else if (b->kind == BINDING_TYPE) {
            resolve_type_name(r, b->name);
            symmap_set(&def->type_of, b->name.id, def->type_count);
            def->types[def->type_count++] =
                (struct binding_type){b->name.id, contract_resolve(r, b->type), b->name.span,
                                      is_private(r, b->name.id), false};
        } else {
            symmap_set(&def->names, b->name.id, def->slot_count);
            def->slots[def->slot_count++] = (struct module_slot){
                .name = b->name.id,
                .span = b->name.span,
                .is_private = is_private(r, b->name.id),
                .is_param = b->kind == BINDING_PARAM,
                .contract = contract_resolve(r, b->type),
            };
        }
    }
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

// A syntax error in a binding leaves names without what declares them, of which nobody wants to
// hear.
static bool is_broken(struct resolver *r, const struct file *file, const struct binding *b)
{
    if (!file->has_errors) return false;
    for (const struct diag *d = r->ev->o.sink->first; d; d = d->next) {
        struct span at = d->primary.span;
        if (at.source == r->source && at.start >= b->span.start && at.start < b->span.end)
            return true;
    }
    return false;
}

static void resolve_bodies(struct resolver *r, const struct file *file)
{
    struct module_def *def = r->def;
    def->asserts = resolve_alloc(r, sizeof(*def->asserts), file->count);
    def->tests = resolve_alloc(r, sizeof(*def->tests), file->count);
    for (size_t i = 0; i < file->count; i++) {
        const struct binding *b = &file->bindings[i];
        if (is_broken(r, file, b)) {
            r->failed = true;
        } else if (b->kind == BINDING_ASSERT) {
            struct module_assert *a = &def->asserts[def->assert_count++];
            a->condition = resolve_code(r, b->value);
            a->otherwise = resolve_code(r, b->otherwise);
        } else if (b->kind == BINDING_TEST) {
            def->tests[def->test_count++] =
                (struct module_test){resolve_code(r, b->value), b->title_span};
        } else if (has_slot(b) && b->value) {
            // A name that a type has already has no slot; what is wrong in its value is told.
            uint32_t index = symmap_get(&def->names, b->name.id);
            struct module_slot none = {0};
            struct module_slot *slot = index == SYMMAP_NONE ? &none : &def->slots[index];
            slot->init = resolve_delayed(r, b->value, CODE_BINDING, b->name, slot->contract);
        }
    }
}

// ---- items --------------------------------------------------------------------------------------

static bool is_one_line(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (isspace((unsigned char)s.p[i]) && (s.p[i] != ' ' || i == 0 || s.p[i - 1] == ' '))
            return false;
    return s.len == 0 || s.p[s.len - 1] != ' ';
}

// Source text on one line: the text itself, or a copy without line breaks and what indents.
static struct str one_line(struct resolver *r, uint32_t start, uint32_t end)
{
    const char *text = r->def->source->text.p;
    struct str slice = {text + start, end - start};
    if (is_one_line(slice)) return slice;
    struct buf b = BUF_INIT;
    for (uint32_t i = start; i < end; i++) {
        bool space = isspace((unsigned char)text[i]);
        if (!space)
            buf_addc(&b, text[i]);
        else if (b.len > 0 && b.p[b.len - 1] != ' ')
            buf_addc(&b, ' ');
    }
    while (b.len > 0 && b.p[b.len - 1] == ' ') buf_truncate(&b, b.len - 1);
    struct str s = arena_str(&r->ev->arena, buf_str(&b));
    buf_free(&b);
    return s;
}

// `f(x: Int) -> T` of `f(x: Int) -> T = body`: what stands before the last `=` before the body.
static struct str function_signature(struct resolver *r, const struct binding *b)
{
    const char *text = r->def->source->text.p;
    uint32_t end = b->value->fn->body->span.start;
    while (end > b->name.span.end && text[end - 1] != '=') end--;
    return one_line(r, b->name.span.start, end > b->name.span.end ? end - 1 : b->span.end);
}

static void add_item(struct resolver *r, const struct binding *b, struct module_item *item)
{
    struct arena *a = &r->ev->arena;
    item->doc = b->doc.len ? arena_str(a, b->doc) : STR("");
    item->span = b->name.span;
    item->slot = SYMMAP_NONE;
    if (b->kind == BINDING_TEST) {
        item->kind = MODULE_TEST;
        item->name = arena_str(a, b->title);
        item->signature = item->name;
        item->span = b->title_span;
        item->slot = r->def->test_count++;
        return;
    }
    static const enum module_item_kind kinds[] = {
        [BINDING_VALUE] = MODULE_VALUE,
        [BINDING_FUNCTION] = MODULE_FUNCTION,
        [BINDING_PARAM] = MODULE_PARAM,
        [BINDING_TYPE] = MODULE_TYPE,
    };
    item->kind = kinds[b->kind];
    item->name = sym_str(r->ev->o.syms, b->name.id);
    item->is_private = is_private(r, b->name.id);
    item->has_default = b->kind == BINDING_PARAM && b->value;
    if (b->kind != BINDING_TYPE) item->slot = symmap_get(&r->def->names, b->name.id);
    if (b->kind == BINDING_FUNCTION)
        item->signature = function_signature(r, b);
    else if (b->kind == BINDING_VALUE)
        item->signature =
            one_line(r, b->name.span.start, b->type ? b->type->span.end : b->name.span.end);
    else
        item->signature = one_line(r, b->name.span.start, b->span.end);
}

static void add_items(struct resolver *r, const struct file *file)
{
    struct module_def *def = r->def;
    def->doc = arena_str(&r->ev->arena, file->doc);
    def->items = resolve_alloc(r, sizeof(*def->items), file->count);
    uint32_t tests = def->test_count;
    def->test_count = 0; // add_item counts them again
    for (size_t i = 0; i < file->count; i++)
        if (file->bindings[i].kind != BINDING_ASSERT)
            add_item(r, &file->bindings[i], &def->items[def->item_count++]);
    if (def->test_count != tests) BUG("tests were miscounted");
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
    const struct module_slot *slots = def->slots;
    uint32_t *order = resolve_alloc(r, sizeof(*order), def->slot_count);
    uint32_t count = 0;
    bool sorted = true;
    for (uint32_t i = 0; i < def->slot_count; i++) {
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

bool resolve_module(struct eval *ev, struct module_def *def, const struct file *file)
{
    struct resolver r = {.ev = ev, .def = def, .source = def->source->id};
    struct unit root;
    resolver_begin(&r, &root);
    declare_all(&r, file);
    resolve_bodies(&r, file);
    if (!r.failed) {
        add_items(&r, file);
        make_shape(&r);
    }
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
