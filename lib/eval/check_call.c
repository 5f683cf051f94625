#include "eval/apply.h"
#include "eval/check.h"

// ---- arguments ----------------------------------------------------------------------------------

struct argument_fact {
    struct apply_argument given;
    struct fact fact;
    struct span value;
};

struct arguments {
    VEC(struct argument_fact) at;
    bool open; // a spread adds others
};

static void add_spread(struct checker *c, struct arguments *args, struct fact f, struct span span)
{
    if (fact_is_list(c->ev, &f)) {
        for (size_t i = 0; i < f.list->len; i++)
            vec_push(&args->at, (struct argument_fact){{SYM_NONE, span, -1}, f.list->at[i], span});
    } else if (fact_is_record(c->ev, &f)) {
        for (uint32_t i = 0; i < f.record->count; i++) {
            const struct fact_field *field = &f.record->fields[i];
            struct span at = field->span.source ? field->span : span;
            vec_push(&args->at, (struct argument_fact){{field->name, at, -1}, field->fact, at});
        }
        if (f.record->open) args->open = true;
    } else {
        args->open = true;
    }
}

static void read_arguments(struct checker *c, struct check_scope *s, const struct node_arg *at,
                           uint32_t count, struct arguments *args)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct node_arg *a = &at[i];
        struct fact f = check_node(c, s, a->value);
        struct span value = node_span_in(s->code->source, a->value);
        struct span span = {s->code->source, a->span.start, a->span.end};
        if (a->spread)
            add_spread(c, args, f, span);
        else
            vec_push(&args->at, (struct argument_fact){{a->name, span, -1}, f, value});
    }
}

// ---- functions ----------------------------------------------------------------------------------

// Which parameters the arguments belong to. False after E0404.
static bool bind(struct checker *c, const struct fact_function *fn, struct arguments *args,
                 struct span span)
{
    struct apply_argument *given = value_alloc(c->ev, (args->at.len + 1) * sizeof(*given));
    for (size_t i = 0; i < args->at.len; i++) given[i] = args->at.at[i].given;
    bool ok = apply_bind(c->ev, fn->code, fn->info, given, args->at.len, args->open, span);
    for (size_t i = 0; i < args->at.len; i++) args->at.at[i].given = given[i];
    return ok;
}

static void check_argument(struct checker *c, const struct fact_function *fn,
                           const struct argument_fact *a)
{
    if (a->given.param < 0) return;
    uint32_t i = (uint32_t)a->given.param;
    if (fn->info) {
        apply_refuse(c->ev, fn->info, i, a->fact.tags, a->given.span);
        return;
    }
    const struct code_param *p = &fn->code->params[i];
    if (!p->contract) return;
    struct contract_blame blame = {
        .role = CONTRACT_ARGUMENT,
        .owner = fn->code->name,
        .name = p->name,
        .guilty = a->value,
        .contract = p->contract,
    };
    (void)check_contract(c, a->fact, p->contract, &blame);
}

// What is not an option of `stage` is an attribute. A promise reads as a Ref into the stage.
static struct fact stage_fact(struct checker *c, const struct arguments *args)
{
    struct fact_record *r = value_alloc(c->ev, sizeof(*r));
    r->fields = value_alloc(c->ev, (args->at.len + 1) * sizeof(*r->fields));
    r->open = args->open;
    for (size_t i = 0; i < args->at.len; i++) {
        const struct argument_fact *a = &args->at.at[i];
        if (a->given.param >= 0 || !a->given.name) continue;
        bool plain = !(a->fact.tags & (ACCEPT(VALUE_PROMISE) | ACCEPT(VALUE_CLAIM) | ACCEPT_PATH |
                                       ACCEPT_RECORD | ACCEPT_LIST));
        r->fields[r->count++] =
            (struct fact_field){a->given.name, a->given.span, plain ? a->fact : fact_any()};
    }
    return (struct fact){.tags = ACCEPT_STAGE, .kind = FACT_RECORD, .record = r};
}

static struct fact call_function(struct checker *c, struct fact_function *fn,
                                 struct arguments *args, struct span span)
{
    bool bound = bind(c, fn, args, span);
    for (size_t i = 0; bound && i < args->at.len; i++) check_argument(c, fn, &args->at.at[i]);
    if (fn->is_stage && bound) return stage_fact(c, args);
    return check_result(c, fn);
}

struct fact check_call(struct checker *c, struct check_scope *s, const struct node_call *n)
{
    struct fact callee = check_node(c, s, n->callee);
    struct arguments args = {0};
    read_arguments(c, s, n->args, n->count, &args);
    struct span span = node_span_in(s->code->source, &n->h);
    struct fact result = fact_any();
    if (callee.kind == FACT_FUNCTION)
        result = call_function(c, callee.function, &args, span);
    else if (callee.tags && !(callee.tags & ACCEPT_FN))
        apply_not_callable(c->ev, (enum value_tag)__builtin_ctz(callee.tags),
                           node_span_in(s->code->source, n->callee));
    vec_free(&args.at);
    return result;
}

// ---- imports ------------------------------------------------------------------------------------

static struct fact module_fact(struct checker *c, struct module_def *def)
{
    struct fact_record *r = value_alloc(c->ev, sizeof(*r));
    r->fields = value_alloc(c->ev, (def->slots.len + 1) * sizeof(*r->fields));
    for (uint32_t i = 0; i < def->slots.len; i++)
        if (!def->slots.at[i].is_private)
            r->fields[r->count++] = (struct fact_field){
                def->slots.at[i].name, def->slots.at[i].span, check_foreign(c, def, i)};
    return (struct fact){.tags = ACCEPT_RECORD, .kind = FACT_RECORD, .record = r};
}

struct fact check_import(struct checker *c, struct check_scope *s, const struct node_import *n)
{
    for (uint32_t i = 0; i < n->count; i++) {
        struct fact f = check_node(c, s, n->args[i].value);
        if (!n->def || n->def->is_json) continue;
        uint32_t slot = n->args[i].name ? symmap_get(&n->def->names, n->args[i].name) : SYMMAP_NONE;
        if (slot == SYMMAP_NONE || !n->def->slots.at[slot].is_param) continue;
        const struct contract *contract = n->def->slots.at[slot].contract;
        if (!contract) continue;
        struct contract_blame blame = {
            .role = CONTRACT_SETTING,
            .file = n->def->source->name,
            .name = n->args[i].name,
            .guilty = node_span_in(s->code->source, n->args[i].value),
            .contract = contract,
        };
        (void)check_contract(c, f, contract, &blame);
    }
    if (!n->def) return fact_any();
    return n->def->is_json ? fact_value(n->def->json) : module_fact(c, n->def);
}
