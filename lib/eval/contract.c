#include "eval/contract.h"

#include "eval/contract_report.h"
#include "eval/interp.h"
#include "eval/module.h"

// A walk through a value.
struct probe {
    struct eval *ev;
    const struct contract_blame
        *blame; // null: nothing may be changed, so what is pending is forced
    const struct contract_step *step;
    struct span span; // the nearest known place
    size_t depth;
    struct contract_fault *fault; // null: nobody wants to know why
};

// ---- guards -------------------------------------------------------------------------------------

// What a guard remembers until its field is needed.
struct guard {
    const struct contract *contract;
    const struct contract_blame *blame;
    const struct contract_step *step;
    struct span span;
    size_t depth;
};

static const struct node guard_node = {.kind = NODE_GUARD};
static const struct code guard_code = {.body = &guard_node, .kind = CODE_EXPR, .capture_count = 2};

const struct contract_step *contract_steps(struct eval *ev, const struct contract_step *s,
                                           const struct contract_step *rest)
{
    const struct contract_step *kept = rest;
    struct contract_step *below = NULL;
    for (; s; s = s->up) {
        struct contract_step *copy = value_alloc(ev, sizeof(*copy));
        *copy = (struct contract_step){.up = rest, .name = s->name, .index = s->index};
        if (below)
            below->up = copy;
        else
            kept = copy;
        below = copy;
    }
    return kept;
}

// A function that hands its typed argument on to itself would wrap the same field again and again.
static bool is_guarded(const struct thunk *t, const struct contract *c)
{
    if (t->code != &guard_code) return false;
    const struct guard *g = t->captures[1].raw;
    return g->contract == c;
}

static struct value guard_new(const struct probe *p, const struct contract *c, struct value pending)
{
    struct guard *g = value_alloc(p->ev, sizeof(*g));
    struct contract_blame *blame = value_alloc(p->ev, sizeof(*blame));
    *blame = *p->blame;
    *g = (struct guard){c, blame, contract_steps(p->ev, p->step, NULL), p->span, p->depth};
    struct thunk *t = value_alloc(p->ev, sizeof(*t) + 2 * sizeof(struct value));
    t->state = THUNK_PENDING;
    t->code = &guard_code;
    t->captures[0] = pending;
    t->captures[1] = (struct value){.tag = VALUE_NULL, .raw = g};
    return (struct value){.tag = VALUE_THUNK, .thunk = t};
}

// ---- looking inside -----------------------------------------------------------------------------

static enum contract_verdict look(struct probe *p, const struct contract *c, struct value *v);

const struct contract *contract_target(const struct contract *c)
{
    while (c->kind == CONTRACT_ALIAS) c = c->alias.target;
    return c;
}

static enum contract_verdict misfit(struct probe *p, enum contract_misfit what,
                                    const struct contract *c, struct value v, sym key)
{
    if (p->fault)
        *p->fault = (struct contract_fault){
            what, c, v, 0, key, contract_steps(p->ev, p->step, NULL), p->span, p->depth};
    return CONTRACT_MISFIT;
}

static enum contract_verdict look_list(struct probe *p, const struct contract *c, struct value *v)
{
    struct list *l = v->list, *copy = NULL;
    const struct contract *inner = c->inner;
    if (!eval_tick(p->ev, l->len, p->span)) return CONTRACT_BROKEN;
    struct probe part = *p;
    struct contract_step step = {.up = p->step};
    part.step = &step;
    part.depth++;
    for (size_t i = 0; i < l->len; i++) {
        if (contract_fits(inner, l->at[i])) continue;
        struct value x = l->at[i];
        step.index = i;
        enum contract_verdict got = look(&part, inner, &x);
        if (got != CONTRACT_FITS) return got;
        if (x.raw == l->at[i].raw) continue;
        if (!copy) {
            copy = list_new(p->ev, l->len);
            memcpy(copy->at, l->at, l->len * sizeof(*l->at));
        }
        copy->at[i] = x;
    }
    if (copy) v->list = copy;
    return CONTRACT_FITS;
}

// One field. `copy` is the record that replaces r as soon as one of its fields is guarded.
static enum contract_verdict look_field(struct probe *p, const struct contract *c, struct record *r,
                                        uint32_t i, struct record **copy)
{
    if (c->accepts == ACCEPT_ANY) return CONTRACT_FITS;
    struct value v = r->fields[i];
    if (v.tag == VALUE_THUNK && v.thunk->state == THUNK_DONE) v = v.thunk->value;
    if (contract_fits(c, v)) return CONTRACT_FITS;
    struct contract_step step = {.up = p->step, .name = r->shape->syms[i]};
    struct probe part = *p;
    part.step = &step;
    part.depth++;
    if (record_span(r, i).source) part.span = record_span(r, i);
    if (v.tag != VALUE_THUNK || !p->blame) {
        struct value before = v;
        if (!value_force(p->ev, &v, part.span)) return CONTRACT_BROKEN;
        enum contract_verdict got = look(&part, c, &v);
        if (got != CONTRACT_FITS || before.tag == VALUE_THUNK || v.raw == before.raw) return got;
    } else if (is_guarded(v.thunk, c)) {
        return CONTRACT_FITS;
    } else {
        v = guard_new(&part, c, v);
    }
    if (!*copy) {
        *copy = record_like(p->ev, r);
        memcpy((*copy)->fields, r->fields, record_count(r) * sizeof(*r->fields));
    }
    (*copy)->fields[i] = v;
    return CONTRACT_FITS;
}

// Does the record have the fields that the type asks for, and no others?
static bool has_shape(const struct contract *c, const struct shape *shape)
{
    uint32_t have = 0;
    for (uint32_t i = 0; i < c->record.count; i++) {
        const struct contract_field *f = &c->record.fields[i];
        for (; have < shape->count && shape->syms[have] < f->name; have++)
            if (!c->record.open) return false;
        if (have < shape->count && shape->syms[have] == f->name)
            have++;
        else if (!f->optional)
            return false;
    }
    return have == shape->count || c->record.open;
}

static bool is_flat(const struct contract *c)
{
    return (c->perhaps & (ACCEPT_LIST | ACCEPT_RECORD)) == 0;
}

static enum contract_verdict look_record(struct probe *p, const struct contract *c, struct value *v)
{
    struct record *r = v->record, *copy = NULL;
    if (!has_shape(c, r->shape)) return misfit(p, MISFIT_SHAPE, c, *v, SYM_NONE);
    enum contract_verdict got = CONTRACT_FITS;
    // What tells the alternatives of a union apart is most often a literal: it comes first, so that
    // large parts are walked for the right alternative only.
    for (int flat = 1; flat >= 0; flat--) {
        uint32_t at = 0;
        for (uint32_t i = 0; got == CONTRACT_FITS && i < c->record.count; i++) {
            const struct contract_field *f = &c->record.fields[i];
            if (is_flat(f->type) != flat) continue;
            while (at < record_count(r) && r->shape->syms[at] < f->name) at++;
            if (at < record_count(r) && r->shape->syms[at] == f->name)
                got = look_field(p, f->type, r, at, &copy);
        }
    }
    if (copy) v->record = copy;
    return got;
}

static enum contract_verdict look_dict(struct probe *p, const struct contract *c, struct value *v)
{
    struct record *r = v->record, *copy = NULL;
    if (!eval_tick(p->ev, record_count(r), p->span)) return CONTRACT_BROKEN;
    const uint32_t *order = shape_order(p->ev, r->shape);
    struct probe quiet = *p;
    quiet.fault = NULL;
    for (size_t i = 0; i < record_count(r); i++) {
        struct value key = eval_sym_value(p->ev, r->shape->syms[order[i]]);
        if (!contract_fits(c->dict.key, key) && look(&quiet, c->dict.key, &key) != CONTRACT_FITS)
            return misfit(p, MISFIT_KEY, c, *v, r->shape->syms[order[i]]);
        enum contract_verdict got = look_field(p, c->dict.value, r, order[i], &copy);
        if (got != CONTRACT_FITS) return got;
    }
    if (copy) v->record = copy;
    return CONTRACT_FITS;
}

// Could it be this alternative, as far as one sees without looking into fields?
static bool is_candidate(const struct contract *c, struct value v)
{
    if (!(c->perhaps & ACCEPT(v.tag))) return false;
    c = contract_target(c);
    return c->kind != CONTRACT_RECORD || has_shape(c, v.record->shape);
}

static enum contract_verdict look_union(struct probe *p, const struct contract *c, struct value *v)
{
    const struct contract *only = NULL, *tagged = NULL;
    uint32_t candidates = 0, with_tag = 0;
    for (uint32_t i = 0; i < c->alternatives.count; i++) {
        const struct contract *m = c->alternatives.members[i];
        if (m->perhaps & ACCEPT(v->tag)) {
            tagged = m;
            with_tag++;
        }
        if (!is_candidate(m, *v)) continue;
        only = m;
        candidates++;
    }
    if (candidates == 1 && v->tag != VALUE_STR) return look(p, only, v);
    // Of `Config | null` one wants to hear what is wrong with the Config.
    if (with_tag == 1 && v->tag != VALUE_STR) return look(p, tagged, v);
    struct probe trial = *p;
    trial.blame = NULL;
    trial.fault = NULL;
    for (uint32_t i = 0; i < c->alternatives.count; i++) {
        const struct contract *m = c->alternatives.members[i];
        if (!is_candidate(m, *v)) continue;
        enum contract_verdict got = look(&trial, m, v);
        if (got != CONTRACT_MISFIT) return got;
    }
    return misfit(p, MISFIT_TYPE, c, *v, SYM_NONE);
}

static enum contract_verdict look_inside(struct probe *p, const struct contract *c, struct value *v)
{
    const struct contract *named = c;
    c = contract_target(c);
    switch ((enum contract_kind)c->kind) {
    case CONTRACT_LITERAL:
        if (str_eq(string_str(p->ev, v->string), c->literal)) return CONTRACT_FITS;
        return misfit(p, MISFIT_TYPE, named, *v, SYM_NONE);
    case CONTRACT_LIST: return look_list(p, c, v);
    case CONTRACT_RECORD: return look_record(p, c, v);
    case CONTRACT_DICT: return look_dict(p, c, v);
    case CONTRACT_UNION: {
        enum contract_verdict got = look_union(p, c, v);
        if (got == CONTRACT_MISFIT && p->fault && p->fault->contract == c)
            p->fault->contract = named;
        return got;
    }
    case CONTRACT_TAGS:
    case CONTRACT_ALIAS: break;
    }
    BUG("contract kind %d has nothing inside", c->kind);
}

static enum contract_verdict look(struct probe *p, const struct contract *c, struct value *v)
{
    if (contract_fits(c, *v)) return CONTRACT_FITS;
    if (!(c->perhaps & ACCEPT(v->tag))) return misfit(p, MISFIT_TYPE, c, *v, SYM_NONE);
    if (!enter(p->ev, p->span)) return CONTRACT_BROKEN;
    enum contract_verdict got = look_inside(p, c, v);
    p->ev->depth--;
    return got;
}

// ---- doors --------------------------------------------------------------------------------------

static bool check_part(struct probe *p, const struct contract *c, struct value *v)
{
    struct contract_fault fault;
    p->fault = &fault;
    switch (look(p, c, v)) {
    case CONTRACT_FITS: return true;
    case CONTRACT_MISFIT: contract_report(p->ev, p->blame, &fault); return false;
    case CONTRACT_BROKEN: return false;
    }
    BUG("no verdict");
}

bool contract_check(struct eval *ev, const struct contract *c, struct value *v,
                    const struct contract_blame *blame)
{
    struct probe p = {.ev = ev, .blame = blame, .span = blame->guilty};
    return check_part(&p, c, v);
}

enum contract_verdict contract_try(struct eval *ev, const struct contract *c, struct value v,
                                   struct span span, struct contract_fault *fault)
{
    struct probe p = {.ev = ev, .span = span, .fault = fault};
    return look(&p, c, &v);
}

struct contract_blame contract_blame_of(const struct code *code, struct span guilty,
                                        const struct contract *c)
{
    static const enum contract_role roles[] = {
        [CODE_FUNCTION] = CONTRACT_RESULT, [CODE_BINDING] = CONTRACT_BINDING,
        [CODE_FIELD] = CONTRACT_ITEM,      [CODE_DEFAULT] = CONTRACT_DEFAULT,
        [CODE_EXPR] = CONTRACT_BINDING,
    };
    return (struct contract_blame){
        .role = roles[code->kind],
        .owner = code->name,
        .name = code->name,
        .guilty = guilty,
        .contract = c,
    };
}

struct value contract_node(struct eval *ev, const struct node_check *n, const struct frame *f,
                           struct value v)
{
    if (v.tag == VALUE_FAILED) return v;
    struct contract_blame blame = contract_blame_of(f->code, node_span(f, &n->h), n->contract);
    return contract_check(ev, n->contract, &v, &blame) ? v : value_failed();
}

struct value contract_guard(struct eval *ev, struct frame *f)
{
    const struct guard *g = f->captures[1].raw;
    struct value v = f->captures[0];
    if (!value_force(ev, &v, f->call)) return value_failed();
    struct probe p = {
        .ev = ev, .blame = g->blame, .step = g->step, .span = g->span, .depth = g->depth};
    return check_part(&p, g->contract, &v) ? v : value_failed();
}
