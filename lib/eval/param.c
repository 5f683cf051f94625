#include "eval/param.h"

#include <stdlib.h>

#include "eval/resolve.h"
#include "syntax/parse.h"

static bool is_named(struct eval *ev, const struct type *t, const char *name)
{
    return t->kind == TYPE_NAME && t->name.count == 1 &&
           str_eqz(sym_str(ev->o.syms, t->name.parts[0].id), name);
}

// Does this type take strings, so that any text is one?
static bool takes_text(struct eval *ev, const struct type *t)
{
    switch (t->kind) {
    case TYPE_NAME: return is_named(ev, t, "Str") || is_named(ev, t, "Text");
    case TYPE_LITERAL: return true;
    case TYPE_OPTIONAL: return takes_text(ev, t->inner);
    case TYPE_UNION:
        for (size_t i = 0; i < t->alternatives.count; i++)
            if (t->alternatives.members[i]->kind != TYPE_NULL &&
                !takes_text(ev, t->alternatives.members[i]))
                return false;
        return true;
    default: return false;
    }
}

// What a literal gives: numbers, true, null, strings, lists and records of those. Anything else is
// a bare word.
static bool literal(struct eval *ev, struct module_def *def, struct str text, struct value *out)
{
    struct diag_sink quiet = DIAG_SINK_INIT;
    struct arena arena = ARENA_INIT;
    struct parse_limits limits = {.nesting = ev->o.limits.nesting};
    const struct source *source = sources_add(ev->o.sources, "<--set>", NULL, text);
    const struct expr *e = parse_expr(&arena, source, ev->o.syms, &quiet, &limits);
    struct diag_sink *sink = ev->o.sink;
    ev->o.sink = &quiet;
    const struct code *code =
        e && e->kind != EXPR_NAME ? resolve_expr(ev, def, e, source->id) : NULL;
    ev->o.sink = sink;
    bool ok = code && code->body->kind == NODE_CONST;
    if (ok) *out = ((const struct node_const *)code->body)->value;
    arena_free(&arena);
    diag_sink_free(&quiet);
    return ok;
}

// Which of the types that have no strings among them does the text not fit?
static bool fits(struct eval *ev, const struct type *t, struct value v)
{
    static const struct {
        const char *name;
        uint32_t accepts;
    } plain[] = {
        {"Int", ACCEPT_INT},   {"Float", ACCEPT_FLOAT}, {"Number", ACCEPT_NUMBER},
        {"Bool", ACCEPT_BOOL}, {"List", ACCEPT_LIST},   {"Record", ACCEPT_RECORD},
        {"Path", ACCEPT_PATH},
    };
    if (t->kind == TYPE_OPTIONAL) return v.tag == VALUE_NULL || fits(ev, t->inner, v);
    if (t->kind == TYPE_LIST) return v.tag == VALUE_LIST;
    if (t->kind == TYPE_RECORD || t->kind == TYPE_DICT) return v.tag == VALUE_RECORD;
    for (size_t i = 0; i < LEN(plain); i++)
        if (is_named(ev, t, plain[i].name)) return plain[i].accepts & ACCEPT(v.tag);
    return true;
}

static bool read_value(struct eval *ev, struct module_def *def, const struct module_slot *slot,
                       struct str text, struct value *out)
{
    const struct type *t = slot->type;
    bool words = t && takes_text(ev, t);
    if (words || !literal(ev, def, text, out)) *out = value_str_copy(ev, text);
    // `Int` does not take 1.0, but a Float takes 1: the text has no type of its own.
    if (t && out->tag == VALUE_INT && is_named(ev, t, "Float"))
        *out = value_float((double)out->integer);
    if (!t || words || fits(ev, t, *out)) return true;
    struct source *source = sources_get(ev->o.sources, t->span.source);
    struct diag *d =
        eval_error(ev, t->span, "E1012", "`" STR_FMT "` is no value for the param `%s`",
                   STR_ARG(text), sym_z(ev->o.syms, slot->name));
    diag_primary(d, "it is declared as `%.*s`", (int)(t->span.end - t->span.start),
                 source->text.p + t->span.start);
    return false;
}

static bool unknown_param(struct eval *ev, struct module_def *def, struct str name, uint32_t slot)
{
    struct diag *d =
        eval_error(ev, slot == SYMMAP_NONE ? SPAN_NONE : def->slots[slot].span, "E1011",
                   "%s has no param `" STR_FMT "`", def->source->name, STR_ARG(name));
    if (slot != SYMMAP_NONE) {
        diag_primary(d, "this is a binding, not a param");
        return false;
    }
    VEC(struct str) params = {0};
    for (uint32_t i = 0; i < def->slot_count; i++)
        if (def->slots[i].is_param) vec_push(&params, sym_str(ev->o.syms, def->slots[i].name));
    if (!diag_suggest(d, name, params.at, params.len) && params.len == 0)
        diag_note(d, "it has no params at all");
    vec_free(&params);
    return false;
}

static bool check_all_set(struct eval *ev, const struct module_def *def, struct value *values,
                          bool open)
{
    bool ok = true;
    for (uint32_t i = 0; i < def->slot_count; i++) {
        const struct module_slot *slot = &def->slots[i];
        if (!slot->is_param || slot->init || values[i].tag != VALUE_FAILED) continue;
        if (open) {
            values[i] = value_null();
            continue;
        }
        const char *name = sym_z(ev->o.syms, slot->name);
        struct diag *d = eval_error(ev, slot->span, "E1010", "the param `%s` has no value", name);
        diag_primary(d, "it has no default");
        diag_help(d, "give it one: --set %s=VALUE", name);
        ok = false;
    }
    return ok;
}

struct module *param_instance(struct eval *ev, struct module_def *def, const struct eval_set *sets,
                              size_t count, bool open)
{
    struct value *values = bug_malloc(sizeof(*values) * def->slot_count + 1);
    for (uint32_t i = 0; i < def->slot_count; i++) values[i] = value_failed();
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        sym name = sym_find(ev->o.syms, sets[i].name);
        uint32_t slot = name ? symmap_get(&def->names, name) : SYMMAP_NONE;
        if (slot == SYMMAP_NONE || !def->slots[slot].is_param)
            ok = unknown_param(ev, def, sets[i].name, slot);
        else if (!read_value(ev, def, &def->slots[slot], sets[i].text, &values[slot]))
            ok = false;
    }
    ok = check_all_set(ev, def, values, open) && ok;
    struct module *m = ok ? module_instance(ev, def, values) : NULL;
    free(values);
    return m;
}
