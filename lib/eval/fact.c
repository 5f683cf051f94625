#include "eval/fact.h"

#include <stdlib.h>

struct fact fact_value(struct value v)
{
    return (struct fact){.tags = ACCEPT(v.tag), .kind = FACT_VALUE, .value = v};
}

struct fact fact_contract(const struct contract *c)
{
    if (!c) return fact_any();
    return (struct fact){.tags = c->accepts | c->perhaps, .kind = FACT_CONTRACT, .contract = c};
}

static bool is_same(struct fact a, struct fact b)
{
    if (a.kind != b.kind) return false;
    switch ((enum fact_kind)a.kind) {
    case FACT_NONE: return true;
    case FACT_CONTRACT: return contract_target(a.contract) == contract_target(b.contract);
    case FACT_RECORD: return a.record == b.record;
    case FACT_LIST: return a.list == b.list;
    case FACT_FUNCTION: return a.function == b.function;
    case FACT_VALUE: return a.value.tag == b.value.tag && a.value.raw == b.value.raw;
    }
    return false;
}

struct fact fact_join(struct fact a, struct fact b)
{
    if (!is_same(a, b)) return fact_tags(a.tags | b.tags);
    a.tags |= b.tags;
    return a;
}

// ---- fields -------------------------------------------------------------------------------------

static enum fact_presence contract_field_of(const struct contract *c, sym name, struct fact *out)
{
    c = contract_target(c);
    if (c->kind == CONTRACT_DICT) {
        *out = fact_contract(c->dict.value);
        return FACT_MAYBE;
    }
    if (c->kind != CONTRACT_RECORD) return FACT_MAYBE;
    for (uint32_t i = 0; i < c->record.count; i++) {
        if (c->record.fields[i].name != name) continue;
        *out = fact_contract(c->record.fields[i].type);
        return c->record.fields[i].optional ? FACT_MAYBE : FACT_THERE;
    }
    return c->record.open ? FACT_MAYBE : FACT_ABSENT;
}

enum fact_presence fact_field(struct fact target, sym name, struct fact *out)
{
    *out = fact_any();
    if (target.kind == FACT_VALUE && target.value.tag == VALUE_RECORD) {
        uint32_t i = record_find(target.value.record, name);
        if (i == RECORD_NONE) return FACT_ABSENT;
        if (target.value.record->fields[i].tag != VALUE_THUNK)
            *out = fact_value(target.value.record->fields[i]);
        return FACT_THERE;
    }
    if (target.kind == FACT_RECORD) {
        for (uint32_t i = 0; i < target.record->count; i++) {
            if (target.record->fields[i].name != name) continue;
            *out = target.record->fields[i].fact;
            return FACT_THERE;
        }
        return target.record->open ? FACT_MAYBE : FACT_ABSENT;
    }
    if (target.kind == FACT_CONTRACT) return contract_field_of(target.contract, name, out);
    return FACT_MAYBE;
}

bool fact_is_record(struct eval *ev, struct fact *f)
{
    if (f->kind == FACT_RECORD) return f->tags == ACCEPT_RECORD;
    if (f->kind != FACT_VALUE || f->value.tag != VALUE_RECORD) return false;
    const struct record *from = f->value.record;
    struct fact_record *r = value_alloc(ev, sizeof(*r));
    r->count = (uint32_t)record_count(from);
    r->fields = value_alloc(ev, (r->count + 1) * sizeof(*r->fields));
    for (uint32_t i = 0; i < r->count; i++)
        r->fields[i] = (struct fact_field){from->shape->syms[i], record_span(from, i),
                                           fact_value(from->fields[i])};
    *f = (struct fact){.tags = ACCEPT_RECORD, .kind = FACT_RECORD, .record = r};
    return true;
}

bool fact_is_list(struct eval *ev, struct fact *f)
{
    if (f->kind == FACT_LIST) return true;
    if (f->kind != FACT_VALUE || f->value.tag != VALUE_LIST) return false;
    struct fact_list *l = value_alloc(ev, sizeof(*l));
    l->len = f->value.list->len;
    l->at = value_alloc(ev, (l->len + 1) * sizeof(*l->at));
    for (size_t i = 0; i < l->len; i++) l->at[i] = fact_value(f->value.list->at[i]);
    *f = (struct fact){.tags = ACCEPT_LIST, .kind = FACT_LIST, .list = l};
    return true;
}

struct shape *fact_shape(struct eval *ev, struct fact target)
{
    if (target.kind == FACT_VALUE) return target.value.record->shape;
    bool typed = target.kind == FACT_CONTRACT;
    const struct contract *c = typed ? contract_target(target.contract) : NULL;
    uint32_t count = typed ? c->record.count : target.record->count;
    struct field *fields = bug_malloc(sizeof(*fields) * (count + 1));
    for (uint32_t i = 0; i < count; i++)
        fields[i] = typed ? (struct field){.name = c->record.fields[i].name}
                          : (struct field){.name = target.record->fields[i].name,
                                           .span = target.record->fields[i].span};
    struct record *r = record_new(ev, fields, count, NULL);
    free(fields);
    return r ? r->shape : &ev->empty_shape;
}

// ---- contracts ----------------------------------------------------------------------------------

// A walk through what is known, as contract.c walks through values.
struct seeker {
    struct eval *ev;
    const struct contract_step *step;
    struct span span;
    size_t depth;
    struct contract_fault *fault;
};

static bool seek(struct seeker *s, struct fact f, const struct contract *c);

static bool found(struct seeker *s, enum contract_misfit misfit, const struct contract *c,
                  struct fact f, sym key)
{
    *s->fault = (struct contract_fault){.misfit = misfit,
                                        .contract = c,
                                        .value = {.tag = VALUE_THUNK},
                                        .tags = f.tags,
                                        .key = key,
                                        .step = contract_steps(s->ev, s->step, NULL),
                                        .span = s->span,
                                        .depth = s->depth};
    if (misfit != MISFIT_TYPE) {
        struct record *r = record_alloc(s->ev, fact_shape(s->ev, f));
        s->fault->value = value_record(r);
    }
    return true;
}

static bool seek_part(struct seeker *s, struct fact f, const struct contract *c,
                      struct contract_step step, struct span span)
{
    struct seeker part = *s;
    step.up = s->step;
    part.step = &step;
    part.depth++;
    if (span.source) part.span = span;
    return seek(&part, f, c);
}

static bool seek_record(struct seeker *s, struct fact f, const struct contract *c)
{
    const struct fact_record *r = f.record;
    for (uint32_t i = 0; i < c->record.count && !r->open; i++) {
        struct fact field;
        if (!c->record.fields[i].optional &&
            fact_field(f, c->record.fields[i].name, &field) == FACT_ABSENT)
            return found(s, MISFIT_SHAPE, c, f, SYM_NONE);
    }
    for (uint32_t i = 0; i < r->count; i++) {
        const struct fact_field *field = &r->fields[i];
        const struct contract *type = NULL;
        for (uint32_t k = 0; k < c->record.count; k++)
            if (c->record.fields[k].name == field->name) type = c->record.fields[k].type;
        if (!type && !c->record.open) return found(s, MISFIT_SHAPE, c, f, SYM_NONE);
        if (type && seek_part(s, field->fact, type, (struct contract_step){.name = field->name},
                              field->span))
            return true;
    }
    return false;
}

static bool seek_dict(struct seeker *s, struct fact f, const struct contract *c)
{
    const struct fact_record *r = f.record;
    for (uint32_t i = 0; i < r->count; i++) {
        const struct fact_field *field = &r->fields[i];
        struct fact key = fact_value(eval_sym_value(s->ev, field->name));
        struct contract_fault ignored;
        struct seeker quiet = *s;
        quiet.fault = &ignored;
        if (seek(&quiet, key, c->dict.key)) return found(s, MISFIT_KEY, c, f, field->name);
        if (seek_part(s, field->fact, c->dict.value, (struct contract_step){.name = field->name},
                      field->span))
            return true;
    }
    return false;
}

static bool seek_union(struct seeker *s, struct fact f, const struct contract *c)
{
    const struct contract *only = NULL;
    uint32_t candidates = 0;
    for (uint32_t i = 0; i < c->alternatives.count; i++) {
        const struct contract *m = c->alternatives.members[i];
        if (!((m->accepts | m->perhaps) & f.tags)) continue;
        only = m;
        candidates++;
    }
    if (candidates == 1) return seek(s, f, only);
    for (uint32_t i = 0; i < c->alternatives.count; i++) {
        struct contract_fault ignored;
        struct seeker quiet = *s;
        quiet.fault = &ignored;
        if (!seek(&quiet, f, c->alternatives.members[i])) return false;
    }
    return found(s, MISFIT_TYPE, c, f, SYM_NONE);
}

static bool seek_value(struct seeker *s, struct value v, const struct contract *c)
{
    struct contract_fault fault;
    if (contract_try(s->ev, c, v, s->span, &fault) != CONTRACT_MISFIT) return false;
    fault.step = contract_steps(s->ev, fault.step, contract_steps(s->ev, s->step, NULL));
    fault.depth += s->depth;
    *s->fault = fault;
    return true;
}

static bool seek(struct seeker *s, struct fact f, const struct contract *c)
{
    if (c->accepts & f.tags) return false;
    if (f.kind == FACT_VALUE) return seek_value(s, f.value, c);
    if (!(c->perhaps & f.tags)) return found(s, MISFIT_TYPE, c, f, SYM_NONE);
    const struct contract *t = contract_target(c);
    if (t->kind == CONTRACT_UNION) return seek_union(s, f, t);
    if (f.kind == FACT_LIST && t->kind == CONTRACT_LIST) {
        for (size_t i = 0; i < f.list->len; i++)
            if (seek_part(s, f.list->at[i], t->inner, (struct contract_step){.index = i},
                          SPAN_NONE))
                return true;
        return false;
    }
    if (f.kind != FACT_RECORD || f.tags != ACCEPT_RECORD) return false;
    if (t->kind == CONTRACT_RECORD) return seek_record(s, f, t);
    return t->kind == CONTRACT_DICT && seek_dict(s, f, t);
}

bool fact_misfit(struct eval *ev, struct fact f, const struct contract *c, struct span span,
                 struct contract_fault *fault)
{
    struct seeker s = {.ev = ev, .span = span, .fault = fault};
    return seek(&s, f, c);
}
