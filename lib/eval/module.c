#include "eval/module.h"

#include <stdlib.h>

#include "base/path.h"
#include "eval/apply.h"
#include "eval/contract_resolve.h"
#include "eval/interp.h"
#include "eval/module_item.h"
#include "eval/operator.h"
#include "eval/print.h"
#include "eval/resolve.h"

// ---- definitions --------------------------------------------------------------------------------

// How messages call a file: as seen from where the user named the first one.
static const char *display_name(struct eval *ev, const char *path)
{
    if (!ev->root_dir) return path;
    const char *seen = path_relative(&ev->arena, ev->root_dir, path);
    if (seen[0] == '/') return seen;
    return path_join(&ev->arena, ev->root_name_dir, seen);
}

static struct module_def *def_new(struct eval *ev, struct str path)
{
    struct module_def *def = value_alloc(ev, sizeof(*def));
    def->syms = ev->o.syms;
    def->path = arena_str(&ev->arena, path);
    def->dir = path_dir(&ev->arena, def->path.p);
    def->is_std = str_starts_with(path, STR("std/"));
    def->is_json = str_ends_with(path, STR(".json"));
    (void)map_set(&ev->defs, def->path, def);
    vec_push(&ev->def_list, def);
    return def;
}

void module_def_free(struct module_def *def)
{
    symmap_free(&def->names);
    symmap_free(&def->type_of);
    vec_free(&def->slots);
    vec_free(&def->asserts);
    vec_free(&def->tests);
    module_items_free(def);
    vec_free(&def->types);
    vec_free(&def->imports);
    vec_free(&def->findings);
    vec_free(&def->contracts);
    vec_free(&def->type_names);
    vec_free(&def->typed_constants);
    map_free(&def->instances);
}

static void report_cycle(struct eval *ev, struct module_def *def, struct span from)
{
    size_t start = 0;
    while (ev->loading.at[start] != def) start++;
    struct buf chain = BUF_INIT;
    for (size_t i = start; i < ev->loading.len; i++)
        buf_printf(&chain, "%s → ", ev->loading.at[i]->source->name);
    struct diag *d = eval_error(ev, from, "E0303", "imports form a cycle: %s%s", buf_z(&chain),
                                def->source->name);
    for (size_t i = start; i + 1 < ev->loading.len; i++)
        diag_label(d, ev->loading.at[i]->importing, "%s imports %s",
                   ev->loading.at[i]->source->name, ev->loading.at[i + 1]->source->name);
    diag_primary(d, "this import closes the cycle");
    diag_help(d, "move what both need into a file of its own");
    buf_free(&chain);
}

static void check_import(struct eval *ev, const struct node_import *n)
{
    struct module_def *def = n->def;
    for (uint32_t i = 0; i < n->count; i++) {
        uint32_t slot = n->args[i].name ? symmap_get(&def->names, n->args[i].name) : SYMMAP_NONE;
        if (slot != SYMMAP_NONE && def->slots.at[slot].is_param) continue;
        struct str name =
            sym_str(ev->o.syms, n->args[i].name ? n->args[i].name : eval_sym(ev, STR("?")));
        struct diag *d = eval_error(ev, n->args[i].span, "E0306", "%s has no param `" STR_FMT "`",
                                    def->source->name, STR_ARG(name));
        VEC(struct str) params = {0};
        for (uint32_t k = 0; k < def->slots.len; k++)
            if (def->slots.at[k].is_param)
                vec_push(&params, sym_str(ev->o.syms, def->slots.at[k].name));
        if (slot != SYMMAP_NONE)
            diag_label(d, def->slots.at[slot].span, "this is no param");
        else
            (void)diag_suggest(d, name, params.at, params.len);
        vec_free(&params);
    }
    for (uint32_t k = 0; k < def->slots.len; k++) {
        if (!def->slots.at[k].is_param || def->slots.at[k].init) continue;
        bool given = false;
        for (uint32_t i = 0; i < n->count; i++) given |= n->args[i].name == def->slots.at[k].name;
        if (given) continue;
        const char *name = sym_z(ev->o.syms, def->slots.at[k].name);
        struct diag *d = eval_error(ev, n->path_span, "E0307", "the param `%s` of %s has no value",
                                    name, def->source->name);
        diag_label(d, def->slots.at[k].span, "it has no default");
        diag_help(d, "give it to the import: import(…, %s = …)", name);
    }
}

bool module_load_imports(struct eval *ev, struct module_def *def, size_t from)
{
    bool ok = true;
    for (size_t i = from; i < def->imports.len; i++) {
        struct node_import *n = def->imports.at[i];
        def->importing = n->path_span;
        n->def = module_def_load(ev, n->path, n->path_span);
        size_t errors = ev->o.sink->error_count;
        if (n->def) check_import(ev, n);
        ok = ok && n->def && ev->o.sink->error_count == errors;
    }
    return ok;
}

// Into the arena of the table of sources, if it is a file's.
static bool read_text(struct eval *ev, struct module_def *def, struct span from, struct str *text)
{
    const struct eval_host *host = ev->o.host;
    if (def->is_std) {
        if (host->read_std && host->read_std(host->ctx, def->path, text)) return true;
        eval_error(ev, from, "E0304", "there is no `" STR_FMT "` in the standard library",
                   STR_ARG(def->path));
        return false;
    }
    const struct diag *before = ev->o.sink->last;
    struct arena *kept = &ev->o.sources->arena;
    if (host->read_file(host->ctx, kept, def->path.p, from, ev->o.sink, text)) return true;
    eval_trace_last(ev, before);
    return false;
}

// `kept`: the text is where read_text puts a file's.
static bool load_source(struct eval *ev, struct module_def *def, struct str text, bool kept,
                        const char *name, struct span from)
{
    if (text.len > SOURCE_MAX_BYTES) {
        eval_error(ev, from, "E0304", "%s is larger than a source may be", name);
        return false;
    }
    const char *path = def->is_std ? NULL : def->path.p;
    def->source = kept ? sources_add_kept(ev->o.sources, name, path, text)
                       : sources_add(ev->o.sources, name, path, text);
    if (def->is_json) {
        struct span top = {def->source->id, 0, 0};
        return eval_from_json(ev, text, name, from.source ? from : top, &def->json);
    }
    vec_push(&ev->loading, def);
    bool ok = resolve_module(ev, def);
    ok = module_load_imports(ev, def, 0) && ok;
    ok = contract_link(ev, def) && ok;
    ev->loading.len--;
    return ok;
}

struct module_def *module_def_load(struct eval *ev, struct str path, struct span from)
{
    struct module_def *def = map_get(&ev->defs, path);
    if (def && def->state == DEF_LOADING) report_cycle(ev, def, from);
    if (def) return def->state == DEF_READY ? def : NULL;
    if (!enter(ev, from)) return NULL;
    struct str text;
    def = def_new(ev, path);
    bool ok = read_text(ev, def, from, &text) &&
              load_source(ev, def, text, !def->is_std,
                          def->is_std ? def->path.p : display_name(ev, def->path.p), from);
    ev->depth--;
    def->state = ok ? DEF_READY : DEF_BROKEN;
    return ok ? def : NULL;
}

struct module_def *module_def_text(struct eval *ev, struct str text, struct str path,
                                   const char *name, struct toplevel *outer)
{
    struct module_def *def = def_new(ev, path);
    def->outer = outer;
    def->is_json = false;
    bool ok = load_source(ev, def, text, false, name, SPAN_NONE);
    def->state = ok ? DEF_READY : DEF_BROKEN;
    return ok ? def : NULL;
}

// ---- instances ----------------------------------------------------------------------------------

// Params as text, so that equal ones are one instance; a function counts as itself only.
static bool params_key(struct eval *ev, struct module_def *def, const struct value *params,
                       struct buf *key)
{
    for (uint32_t i = 0; i < def->slots.len; i++) {
        if (params[i].tag == VALUE_FAILED) continue;
        buf_printf(key, "%u=", i);
        if (!print_identity(ev, params[i], key)) return false;
        buf_addc(key, ';');
    }
    return true;
}

static struct module *instance_new(struct eval *ev, struct module_def *def,
                                   const struct value *params)
{
    struct module *m = value_alloc(ev, sizeof(*m) + def->slots.len * sizeof(struct value));
    m->def = def;
    struct frame f = {.module = m};
    for (uint32_t i = 0; i < def->slots.len; i++) {
        if (params && params[i].tag != VALUE_FAILED)
            m->slots[i] = params[i];
        else
            m->slots[i] = interp_delay(ev, def->slots.at[i].init, &f);
    }
    return m;
}

struct module *module_instance(struct eval *ev, struct module_def *def, const struct value *params)
{
    bool any = false;
    for (uint32_t i = 0; params && i < def->slots.len; i++) any |= params[i].tag != VALUE_FAILED;
    if (!any) {
        if (!def->plain) def->plain = instance_new(ev, def, NULL);
        return def->plain;
    }
    struct buf key = BUF_INIT;
    struct module *m = NULL;
    if (params_key(ev, def, params, &key)) {
        m = map_get(&def->instances, buf_str(&key));
        if (!m) {
            m = instance_new(ev, def, params);
            (void)map_set(&def->instances, arena_str(&ev->arena, buf_str(&key)), m);
        }
    }
    buf_free(&key);
    return m;
}

static bool check_assert(struct eval *ev, const struct module_assert *a, struct module *m)
{
    struct value message = value_null();
    struct value v = interp_code(ev, a->condition, m);
    if (v.tag == VALUE_FAILED) return false;
    if (v.tag == VALUE_BOOL && !v.boolean && a->otherwise)
        message = interp_code(ev, a->otherwise, m);
    return message.tag != VALUE_FAILED && operator_assert(ev, v, message, a->condition->span);
}

bool module_check_asserts(struct eval *ev, struct module *m)
{
    if (m->asserts == ASSERTS_FAILED && m->epoch != ev->epoch) m->asserts = ASSERTS_OPEN;
    if (m->asserts != ASSERTS_OPEN) return m->asserts != ASSERTS_FAILED;
    m->asserts = ASSERTS_RUNNING;
    bool ok = true;
    for (uint32_t i = 0; i < m->def->asserts.len; i++)
        if (!check_assert(ev, &m->def->asserts.at[i], m)) ok = false;
    m->asserts = ok ? ASSERTS_HELD : ASSERTS_FAILED;
    m->epoch = ev->epoch;
    return ok;
}

bool module_record(struct eval *ev, struct module *m, struct value *out)
{
    if (!module_check_asserts(ev, m)) return false;
    if (!m->record) {
        struct shape *shape = m->def->shape;
        m->record = record_alloc(ev, shape);
        for (uint32_t i = 0; i < shape->count; i++)
            m->record->fields[i] = m->slots[m->def->public_slots[i]];
    }
    *out = value_record(m->record);
    return true;
}

static bool check_param(struct eval *ev, const struct node_import *n, uint32_t arg, uint32_t slot,
                        struct value *v, const struct frame *f)
{
    const struct module_slot *param = &n->def->slots.at[slot];
    if (!param->contract || contract_fits(param->contract, *v)) return true;
    struct contract_blame blame = {
        .role = CONTRACT_SETTING,
        .file = n->def->source->name,
        .name = param->name,
        .guilty = node_span(f, n->args[arg].value),
        .contract = param->contract,
    };
    return contract_check(ev, param->contract, v, &blame);
}

struct value module_import(struct eval *ev, const struct node_import *n, struct frame *f)
{
    struct module_def *def = n->def;
    if (!def) BUG("an import was not loaded");
    if (def->is_json) return def->json;
    struct value *params = NULL;
    if (n->count > 0) {
        params = bug_malloc(sizeof(*params) * def->slots.len);
        for (uint32_t i = 0; i < def->slots.len; i++) params[i] = value_failed();
    }
    bool ok = true;
    for (uint32_t i = 0; ok && i < n->count; i++) {
        uint32_t slot = symmap_get(&def->names, n->args[i].name);
        params[slot] = interp(ev, n->args[i].value, f);
        ok = params[slot].tag != VALUE_FAILED && check_param(ev, n, i, slot, &params[slot], f);
    }
    struct module *m = ok ? module_instance(ev, def, params) : NULL;
    free(params);
    struct value out;
    return m && module_record(ev, m, &out) ? out : value_failed();
}

// ---- the outermost scope ------------------------------------------------------------------------

static void define(struct eval *ev, struct global g)
{
    if (symmap_get(&ev->global_index, g.name) != SYMMAP_NONE)
        BUG("the standard library defines %s twice", sym_z(ev->o.syms, g.name));
    symmap_set(&ev->global_index, g.name, (uint32_t)ev->globals.len);
    vec_push(&ev->globals, g);
}

static void define_builtins(struct eval *ev)
{
    for (size_t t = 0; builtin_tables[t]; t++)
        for (const struct builtin *b = builtin_tables[t]; b->name; b++)
            define(ev, (struct global){.value = apply_builtin_value(ev, b),
                                       .internal = b->flags & BUILTIN_INTERNAL,
                                       .name = eval_sym(ev, str_from(b->name))});
    struct ref_value *whole = value_alloc(ev, sizeof(*whole));
    define(ev, (struct global){.value = {.tag = VALUE_PROMISE, .ref = whole},
                               .name = eval_sym(ev, STR("promise"))});
    define(ev, (struct global){.value = {.tag = VALUE_CLAIM, .ref = whole},
                               .name = eval_sym(ev, STR("claim"))});
}

static void define_module(struct eval *ev, struct module *m)
{
    for (uint32_t i = 0; i < m->def->slots.len; i++) {
        if (m->def->slots.at[i].is_private) continue;
        struct global g = {.name = m->def->slots.at[i].name};
        if (m->slots[i].tag != VALUE_THUNK) {
            g.value = m->slots[i];
        } else {
            g.module = m;
            g.slot = i;
        }
        define(ev, g);
    }
}

bool module_load_std(struct eval *ev)
{
    define_builtins(ev);
    ev->std_first = (uint32_t)ev->o.sources->len + 1;
    for (size_t i = 0; !ev->o.no_std && builtin_std_modules[i]; i++) {
        struct module_def *def = module_def_load(ev, str_from(builtin_std_modules[i]), SPAN_NONE);
        if (!def) return false;
        define_module(ev, module_instance(ev, def, NULL));
        ev->std_last = (uint32_t)ev->o.sources->len;
    }
    return true;
}
