#include "eval/param.h"

#include <stdlib.h>

#include "eval/contract_report.h"
#include "eval/resolve.h"
#include "syntax/parse.h"

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

static bool fits(struct eval *ev, const struct contract *c, struct value v,
                 struct contract_fault *fault)
{
    return contract_try(ev, c, v, SPAN_NONE, fault) == CONTRACT_FITS;
}

static void report_unfit(struct eval *ev, const struct module_slot *slot, struct str text,
                         const struct contract_fault *fault)
{
    const char *name = sym_z(ev->o.syms, slot->name);
    struct buf words = BUF_INIT;
    struct diag *d =
        eval_error(ev, slot->contract->span, "E1012",
                   "`" STR_FMT "` is no value for the param `%s`", STR_ARG(text), name);
    buf_addz(&words, "it is declared as ");
    contract_phrase(ev, slot->contract, &words);
    diag_primary(d, "%s", buf_z(&words));
    buf_clear(&words);
    contract_clause(ev, fault, &words);
    if (fault->step || fault->misfit != MISFIT_TYPE) diag_note(d, "%s", buf_z(&words));
    contract_explain(ev, d, fault);
    buf_free(&words);
}

// The text as the type wants it: as a literal if that fits, else as the string that it is. A Float
// may be written without a point, since the text has no type of its own.
static bool read_value(struct eval *ev, struct module_def *def, const struct module_slot *slot,
                       struct str text, struct value *out)
{
    const struct contract *c = slot->contract;
    struct value word = value_str_copy(ev, text);
    bool is_literal = literal(ev, def, text, out);
    if (!is_literal) *out = word;
    struct contract_fault fault;
    if (!c || fits(ev, c, *out, &fault)) return true;
    if (is_literal && out->tag == VALUE_INT) {
        struct value real = value_float((double)out->integer);
        if (fits(ev, c, real, NULL)) return *out = real, true;
    }
    if (is_literal && fits(ev, c, word, NULL)) return *out = word, true;
    report_unfit(ev, slot, text, &fault);
    return false;
}

static bool unknown_param(struct eval *ev, struct module_def *def, struct str name, uint32_t slot)
{
    struct diag *d =
        eval_error(ev, slot == SYMMAP_NONE ? SPAN_NONE : def->slots.at[slot].span, "E1011",
                   "%s has no param `" STR_FMT "`", def->source->name, STR_ARG(name));
    if (slot != SYMMAP_NONE) {
        diag_primary(d, "this is a binding, not a param");
        return false;
    }
    VEC(struct str) params = {0};
    for (uint32_t i = 0; i < def->slots.len; i++)
        if (def->slots.at[i].is_param)
            vec_push(&params, sym_str(ev->o.syms, def->slots.at[i].name));
    if (!diag_suggest(d, name, params.at, params.len) && params.len == 0)
        diag_note(d, "it has no params at all");
    vec_free(&params);
    return false;
}

static bool check_all_set(struct eval *ev, const struct module_def *def, struct value *values,
                          bool open)
{
    bool ok = true;
    for (uint32_t i = 0; i < def->slots.len; i++) {
        const struct module_slot *slot = &def->slots.at[i];
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

static bool has_params(const struct module_def *def)
{
    for (uint32_t i = 0; i < def->slots.len; i++)
        if (def->slots.at[i].is_param) return true;
    return false;
}

struct module *param_instance(struct eval *ev, struct module_def *def, const struct eval_set *sets,
                              size_t count, bool open)
{
    if (!count && !has_params(def)) return module_instance(ev, def, NULL);
    struct value *values = bug_malloc(sizeof(*values) * def->slots.len + 1);
    for (uint32_t i = 0; i < def->slots.len; i++) values[i] = value_failed();
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        sym name = sym_find(ev->o.syms, sets[i].name);
        uint32_t slot = name ? symmap_get(&def->names, name) : SYMMAP_NONE;
        if (slot == SYMMAP_NONE || !def->slots.at[slot].is_param)
            ok = unknown_param(ev, def, sets[i].name, slot);
        else if (!read_value(ev, def, &def->slots.at[slot], sets[i].text, &values[slot]))
            ok = false;
    }
    ok = check_all_set(ev, def, values, open) && ok;
    struct module *m = ok ? module_instance(ev, def, values) : NULL;
    free(values);
    return m;
}
