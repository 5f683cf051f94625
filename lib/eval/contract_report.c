#include "eval/contract_report.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>

// What of a type's text or a string a sentence shows.
#define SHOWN_TYPE   60
#define SHOWN_NOTE   160
#define SHOWN_STRING 40
#define SHOWN_STEPS  6

// ---- types --------------------------------------------------------------------------------------

// How the type was written, on one line.
static void add_source(struct eval *ev, const struct contract *c, size_t max, struct buf *out)
{
    const struct source *source = sources_get(ev->o.sources, c->span.source);
    size_t start = out->len;
    bool gap = false;
    for (uint32_t i = c->span.start; source && i < c->span.end; i++) {
        char byte = source->text.p[i];
        bool space = isspace((unsigned char)byte);
        if (!space && gap) buf_addc(out, ' ');
        if (!space) buf_addc(out, byte);
        gap = space;
        if (out->len - start <= max) continue;
        while (((unsigned char)out->p[out->len - 1] & 0xc0) == 0x80)
            buf_truncate(out, out->len - 1);
        buf_truncate(out, out->len - 1);
        buf_addz(out, "…");
        return;
    }
}

static bool is_simple(const struct contract *c)
{
    if (c->kind != CONTRACT_UNION) return c->kind == CONTRACT_TAGS || c->kind == CONTRACT_LITERAL;
    if (c->alternatives.count > 4) return false;
    for (uint32_t i = 0; i < c->alternatives.count; i++)
        if (!is_simple(c->alternatives.members[i])) return false;
    return true;
}

static void add_name(struct eval *ev, const struct contract *c, struct buf *out)
{
    size_t start = out->len;
    add_source(ev, c, SHOWN_TYPE, out);
    const char *name = out->p + start;
    if (strcmp(name, "null") == 0) return;
    bool vowel = strchr("AEIOU", name[0]) != NULL;
    char *copy = arena_strdup(&ev->o.sink->arena, name);
    buf_truncate(out, start);
    buf_printf(out, "%s %s", vowel ? "an" : "a", copy);
}

// The members of unions inside unions count as one list.
static void collect_simple(const struct contract *c, const struct contract **out, size_t *count)
{
    if (c->kind != CONTRACT_UNION) {
        out[(*count)++] = c;
        return;
    }
    for (uint32_t i = 0; i < c->alternatives.count; i++)
        collect_simple(c->alternatives.members[i], out, count);
}

static void add_simple(struct eval *ev, const struct contract *c, struct buf *out)
{
    if (c->kind == CONTRACT_LITERAL)
        add_source(ev, c, SHOWN_TYPE, out);
    else if (c->span.end - c->span.start > 0)
        add_name(ev, c, out);
    else
        buf_addz(out, "null"); // of `T?`
}

void contract_phrase(struct eval *ev, const struct contract *c, struct buf *out)
{
    if (!is_simple(c)) {
        buf_addc(out, '`');
        add_source(ev, c, SHOWN_TYPE, out);
        buf_addc(out, '`');
        return;
    }
    const struct contract *members[16]; // at most 4, each of which may be optional
    size_t count = 0;
    collect_simple(c, members, &count);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) buf_addz(out, i + 1 == count ? " or " : ", ");
        add_simple(ev, members[i], out);
    }
}

// ---- values -------------------------------------------------------------------------------------

static bool has_literals(const struct contract *c)
{
    c = contract_target(c);
    if (c->kind == CONTRACT_LITERAL) return true;
    for (uint32_t i = 0; c->kind == CONTRACT_UNION && i < c->alternatives.count; i++)
        if (has_literals(c->alternatives.members[i])) return true;
    return false;
}

static bool is_scalar(struct value v)
{
    return v.tag == VALUE_BOOL || v.tag == VALUE_INT || v.tag == VALUE_FLOAT || v.tag == VALUE_STR;
}

static void add_tags(uint32_t tags, struct buf *out)
{
    for (int tag = 0, n = 0; tag < VALUE_THUNK; tag++) {
        if (!(tags & ACCEPT(tag))) continue;
        bool last = (tags >> (tag + 1)) == 0;
        buf_addz(out, n++ == 0 ? "" : last ? " or " : ", ");
        buf_addz(out, value_type_phrase((enum value_tag)tag));
    }
}

// Scalars are shown themselves, all else by its type: nothing is evaluated for a message.
static void add_shown(struct eval *ev, const struct contract_fault *f, struct buf *out)
{
    if (f->value.tag == VALUE_THUNK)
        add_tags(f->tags, out);
    else if (!is_scalar(f->value) || !eval_show(ev, f->value, SHOWN_STRING, out))
        buf_addz(out, value_type_phrase((enum value_tag)f->value.tag));
}

static void add_value(struct eval *ev, const struct contract_fault *f, struct buf *out)
{
    if (f->value.tag == VALUE_THUNK)
        add_tags(f->tags, out);
    else if (f->value.tag == VALUE_STR && has_literals(f->contract))
        add_shown(ev, f, out);
    else
        buf_addz(out, value_type_phrase((enum value_tag)f->value.tag));
}

// ---- places -------------------------------------------------------------------------------------

// "the field `lr` of element 3"; `whole` if there are no steps.
static void add_path(struct eval *ev, const struct contract_step *s, const char *whole,
                     struct buf *out)
{
    if (!s) buf_addz(out, whole);
    for (size_t n = 0; s; s = s->up, n++) {
        if (n > 0) buf_addz(out, " of ");
        if (n == SHOWN_STEPS) {
            buf_addz(out, "…");
            return;
        }
        if (s->name)
            buf_printf(out, "the field `%s`", sym_z(ev->o.syms, s->name));
        else
            buf_printf(out, "element %zu", s->index);
    }
}

static const struct contract_field *find_field(const struct contract *c, sym name)
{
    for (uint32_t i = 0; i < c->record.count; i++)
        if (c->record.fields[i].name == name) return &c->record.fields[i];
    return NULL;
}

static void add_names(struct eval *ev, const sym *names, size_t count, struct buf *out)
{
    buf_addz(out, count == 1 ? "the field " : "the fields ");
    for (size_t i = 0; i < count; i++)
        buf_printf(out, "%s`%s`",
                   i == 0           ? ""
                   : i + 1 == count ? " and "
                                    : ", ",
                   sym_z(ev->o.syms, names[i]));
}

// Fields of a record that its type does not know, by code point, and fields that it lacks, as they
// were written in the type.
struct difference {
    VEC(sym) surplus;
    VEC(sym) lacking;
};

static int by_place(const void *a, const void *b)
{
    const struct contract_field *const *x = a, *const *y = b;
    uint32_t i = (*x)->type->span.start, k = (*y)->type->span.start;
    return (i > k) - (i < k);
}

static void difference_of(struct eval *ev, const struct contract_fault *fault, struct difference *d)
{
    const struct contract *c = fault->contract;
    struct record *r = fault->value.record;
    const uint32_t *order = shape_order(ev, r->shape);
    for (size_t i = 0; i < record_count(r); i++) {
        sym name = r->shape->syms[order[i]];
        if (!c->record.open && !find_field(c, name)) vec_push(&d->surplus, name);
    }
    const struct contract_field **fields = bug_malloc(sizeof(*fields) * (c->record.count + 1));
    for (uint32_t i = 0; i < c->record.count; i++) fields[i] = &c->record.fields[i];
    qsort(fields, c->record.count, sizeof(*fields), by_place);
    for (uint32_t i = 0; i < c->record.count; i++)
        if (!fields[i]->optional && record_find(r, fields[i]->name) == RECORD_NONE)
            vec_push(&d->lacking, fields[i]->name);
    free(fields);
}

static void difference_free(struct difference *d)
{
    vec_free(&d->surplus);
    vec_free(&d->lacking);
}

static uint32_t seen_tags(const struct contract_fault *f)
{
    return f->value.tag == VALUE_THUNK ? f->tags : ACCEPT(f->value.tag);
}

// Does a list or record have the wrong inside for all members of a union?
static bool is_alternative(const struct contract_fault *fault)
{
    const struct contract *c = contract_target(fault->contract);
    return fault->misfit == MISFIT_TYPE && c->kind == CONTRACT_UNION &&
           (c->perhaps & seen_tags(fault) & ~ACCEPT_STR);
}

// What is wrong, behind the words for what it is wrong with.
static void add_complaint(struct eval *ev, const struct contract_fault *fault, bool contrast,
                          struct buf *out)
{
    if (fault->misfit == MISFIT_KEY) {
        buf_printf(out, " has the key `%s`, which is not ", sym_z(ev->o.syms, fault->key));
        contract_phrase(ev, fault->contract->dict.key, out);
        return;
    }
    if (is_alternative(fault)) {
        buf_addz(out, " fits none of the alternatives");
        return;
    }
    if (fault->misfit == MISFIT_TYPE) {
        buf_addz(out, " is ");
        add_value(ev, fault, out);
        if (!contrast) return;
        buf_addz(out, ", not ");
        contract_phrase(ev, fault->contract, out);
        return;
    }
    struct difference d = {0};
    difference_of(ev, fault, &d);
    if (d.surplus.len > 0) {
        buf_addz(out, " has ");
        add_names(ev, d.surplus.at, d.surplus.len, out);
        buf_printf(out, ", which %s not in the type", d.surplus.len == 1 ? "is" : "are");
    }
    if (d.lacking.len > 0) {
        buf_addz(out, d.surplus.len > 0 ? ", and lacks " : " lacks ");
        add_names(ev, d.lacking.at, d.lacking.len, out);
    }
    difference_free(&d);
}

void contract_clause(struct eval *ev, const struct contract_fault *fault, struct buf *out)
{
    add_path(ev, fault->step, "it", out);
    add_complaint(ev, fault, true, out);
}

// ---- the sentence -------------------------------------------------------------------------------

static const char *owner_name(struct eval *ev, sym owner)
{
    if (owner == SYM_NONE) return "a function without a name";
    return arena_printf(&ev->o.sink->arena, "`%s`", sym_z(ev->o.syms, owner));
}

static void add_sentence(struct eval *ev, const struct contract_blame *b,
                         const struct contract_fault *fault, struct buf *out)
{
    const char *name = b->name ? sym_z(ev->o.syms, b->name) : "";
    const char *owner = owner_name(ev, b->owner);
    bool given = b->role == CONTRACT_ARGUMENT || b->role == CONTRACT_SETTING;
    if (given) {
        buf_printf(out, "%s takes ", b->role == CONTRACT_SETTING ? b->file : owner);
        contract_phrase(ev, b->contract, out);
        buf_printf(out, " as `%s`, but ", name);
    } else {
        if (b->role == CONTRACT_RESULT)
            buf_printf(out, "the result of %s", owner);
        else if (b->role == CONTRACT_DEFAULT)
            buf_printf(out, "the parameter `%s`", name);
        else if (b->role == CONTRACT_ITEM && !b->name)
            buf_addz(out, "a field");
        else
            buf_printf(out, "%s`%s`", b->role == CONTRACT_ITEM ? "the field " : "", name);
        buf_addz(out, " is declared as ");
        contract_phrase(ev, b->contract, out);
        buf_addz(out, ", but ");
    }
    if (given && !fault->step && fault->misfit == MISFIT_TYPE && !is_alternative(fault)) {
        buf_addz(out, "it is given ");
        add_value(ev, fault, out);
        return;
    }
    add_path(ev, fault->step,
             given                         ? "what it is given"
             : b->role == CONTRACT_DEFAULT ? "its default"
                                           : "it",
             out);
    add_complaint(ev, fault, fault->step != NULL, out);
}

// ---- corrections --------------------------------------------------------------------------------

static void suggest_literal(struct eval *ev, struct diag *d, const struct contract *c,
                            struct str text)
{
    VEC(struct str) names = {0};
    VEC(const struct contract *) open = {0};
    vec_push(&open, c);
    while (open.len > 0) {
        const struct contract *m = contract_target(vec_pop(&open));
        if (m->kind == CONTRACT_LITERAL) vec_push(&names, m->literal);
        for (uint32_t i = 0; m->kind == CONTRACT_UNION && i < m->alternatives.count; i++)
            vec_push(&open, m->alternatives.members[i]);
    }
    struct str nearest = diag_nearest(text, names.at, names.len);
    if (nearest.len && text.len > 2) { // to one or two letters everything is near
        struct buf shown = BUF_INIT;
        if (eval_show(ev, value_str_copy(ev, nearest), 0, &shown))
            diag_help(d, "did you mean %s?", buf_z(&shown));
        buf_free(&shown);
    }
    vec_free(&open);
    vec_free(&names);
}

static void suggest_field(struct eval *ev, struct diag *d, const struct contract_fault *fault)
{
    struct difference diff = {0};
    VEC(struct str) known = {0};
    difference_of(ev, fault, &diff);
    const struct contract *c = fault->contract;
    for (uint32_t i = 0; i < c->record.count; i++)
        if (record_find(fault->value.record, c->record.fields[i].name) == RECORD_NONE)
            vec_push(&known, sym_str(ev->o.syms, c->record.fields[i].name));
    for (size_t i = 0; i < diff.surplus.len && i < 3; i++)
        (void)diag_suggest(d, sym_str(ev->o.syms, diff.surplus.at[i]), known.at, known.len);
    vec_free(&known);
    difference_free(&diff);
}

static void suggest_type(struct diag *d, const struct contract *c, struct value v, bool foreign)
{
    uint32_t takes = c->accepts | c->perhaps;
    if (v.tag == VALUE_INT && (takes & ACCEPT_FLOAT)) {
        if (foreign)
            diag_help(d, "%" PRId64 ".0 is a Float", v.integer);
        else
            diag_help(d, "%" PRId64 ".0 is a Float; the type `Number` takes both", v.integer);
    } else if (v.tag == VALUE_NULL && !foreign) {
        diag_help(d, "`T?` is a type T that takes null, too");
    } else if (v.tag == VALUE_TEXT && (takes & ACCEPT_STR)) {
        diag_note(d, "a Text has paths in it that are not known before stages are realized");
    } else if (v.tag == VALUE_STAGE && (takes & ACCEPT_REF)) {
        diag_help(d, "stage / \"file\" is a Ref to a file of it");
    } else if (c->kind == CONTRACT_LIST && contract_fits(c->inner, v)) {
        diag_help(d, "a list of one element is written [x]");
    } else if (takes == ACCEPT_KEY) {
        diag_help(d, "`best(\"file\")`, `latest()` and `key(fn (r) => …)` are keys");
    } else if (takes == ACCEPT_MATCHER) {
        diag_help(d, "`match_best(\"file\")`, `match_all()` and `match([…])` are matchers");
    } else if (takes == ACCEPT_REALIZER) {
        diag_help(d, "`sh(\"…\")`, `python(./file.py)` and `exec([…])` are realizers");
    }
}

// ---- unions -------------------------------------------------------------------------------------

// The more, the nearer: fields in common count, and that the one which tells alternatives apart
// fits.
static int nearness(const struct contract *c, const struct contract_fault *fault, struct value v)
{
    const struct contract *target = contract_target(c);
    int score = fault->misfit == MISFIT_SHAPE ? 0 : (int)fault->depth;
    if (target->kind != CONTRACT_RECORD) return score;
    for (uint32_t i = 0; i < target->record.count; i++)
        score += record_find(v.record, target->record.fields[i].name) != RECORD_NONE ? 4 : -4;
    bool wrong_kind = fault->depth == 1 && fault->misfit == MISFIT_TYPE &&
                      contract_target(fault->contract)->kind == CONTRACT_LITERAL;
    return wrong_kind ? score - 16 : score;
}

static void explain_union(struct eval *ev, struct diag *d, const struct contract *c, struct value v)
{
    const struct contract *nearest = NULL;
    struct contract_fault best = {0};
    int best_score = 0;
    struct diag_sink quiet = DIAG_SINK_INIT, *sink = ev->o.sink;
    ev->o.sink = &quiet; // what cannot be evaluated says so elsewhere
    for (uint32_t i = 0; i < c->alternatives.count; i++) {
        const struct contract *m = c->alternatives.members[i];
        struct contract_fault fault;
        if (!(m->perhaps & ACCEPT(v.tag))) continue;
        if (contract_try(ev, m, v, SPAN_NONE, &fault) != CONTRACT_MISFIT) continue;
        int score = nearness(m, &fault, v);
        if (nearest && score <= best_score) continue;
        nearest = m;
        best = fault;
        best_score = score;
    }
    ev->o.sink = sink;
    diag_sink_free(&quiet);
    if (!nearest) return;
    struct buf text = BUF_INIT;
    add_source(ev, nearest, SHOWN_NOTE, &text);
    buf_addz(&text, "`: ");
    contract_clause(ev, &best, &text);
    diag_note(d, "the nearest alternative is `%s", buf_z(&text));
    buf_free(&text);
    if (best.misfit == MISFIT_SHAPE) suggest_field(ev, d, &best);
}

void contract_explain(struct eval *ev, struct diag *d, const struct contract_fault *fault)
{
    const struct contract *target = contract_target(fault->contract);
    bool foreign = eval_in_std(ev, fault->contract->span);
    if (fault->misfit == MISFIT_SHAPE) {
        suggest_field(ev, d, fault);
        return;
    }
    if (fault->misfit == MISFIT_KEY) {
        suggest_literal(ev, d, fault->contract->dict.key, sym_str(ev->o.syms, fault->key));
        return;
    }
    if (fault->contract != target) {
        struct buf text = BUF_INIT;
        add_source(ev, target, SHOWN_NOTE, &text);
        diag_note(d, "`%s` is `%s`", sym_z(ev->o.syms, fault->contract->alias.name), buf_z(&text));
        buf_free(&text);
    }
    if (fault->value.tag == VALUE_STR && has_literals(target))
        suggest_literal(ev, d, target, string_str(ev, fault->value.string));
    else if (fault->value.tag == VALUE_THUNK)
        return;
    else if (target->kind == CONTRACT_UNION && (target->perhaps & ACCEPT(fault->value.tag)))
        explain_union(ev, d, target, fault->value);
    else
        suggest_type(d, target, fault->value, foreign);
}

// ---- reports ------------------------------------------------------------------------------------

static bool contains(struct span outer, struct span inner)
{
    return outer.source == inner.source && outer.start <= inner.start && inner.end <= outer.end;
}

static bool is_foreign(struct eval *ev, struct span span)
{
    return !span.source || eval_in_std(ev, span);
}

// A field that is too many is where it was written.
static struct span fault_span(struct eval *ev, const struct contract_blame *b,
                              const struct contract_fault *fault)
{
    struct span at = fault->span.source ? fault->span : b->guilty;
    if (fault->misfit == MISFIT_KEY) {
        uint32_t i = record_find(fault->value.record, fault->key);
        struct span key = record_span(fault->value.record, i);
        return key.source ? key : at;
    }
    if (fault->misfit != MISFIT_SHAPE) return at;
    struct difference d = {0};
    difference_of(ev, fault, &d);
    for (size_t i = 0; i < d.surplus.len; i++) {
        uint32_t index = record_find(fault->value.record, d.surplus.at[i]);
        struct span field = record_span(fault->value.record, index);
        if (!field.source) continue;
        at = field;
        break;
    }
    difference_free(&d);
    return at;
}

static void add_primary(struct eval *ev, struct diag *d, const struct contract_blame *b,
                        const struct contract_fault *fault)
{
    struct buf text = BUF_INIT;
    bool there = !fault->step || (fault->step->name && !contains(fault->span, b->guilty));
    if (fault->misfit == MISFIT_TYPE && there) {
        if (b->indirect && !fault->step)
            buf_printf(&text, "here `%s` is ", sym_z(ev->o.syms, b->name));
        else
            buf_addz(&text, "this is ");
        add_shown(ev, fault, &text);
    } else if (fault->misfit == MISFIT_TYPE) {
        buf_addz(&text, "in this, ");
        add_path(ev, fault->step, "", &text);
        buf_addz(&text, " is ");
        add_shown(ev, fault, &text);
    }
    if (text.len) diag_primary(d, "%s", buf_z(&text));
    buf_free(&text);
}

// The innermost part of the type that the value does not fit, and the annotation that leads there.
static void add_labels(struct eval *ev, struct diag *d, const struct contract_blame *b,
                       const struct contract_fault *fault)
{
    if (!contains(b->guilty, fault->span) && !is_foreign(ev, b->guilty))
        diag_label(d, b->guilty,
                   b->role == CONTRACT_ARGUMENT || b->role == CONTRACT_SETTING ? "given here"
                                                                               : "part of this");
    struct span whole = b->contract->span, part = fault->contract->span;
    if (!is_foreign(ev, part)) diag_label(d, part, "declared here");
    if (!contains(whole, part) && !is_foreign(ev, whole)) diag_label(d, whole, "asked for here");
}

void contract_report(struct eval *ev, const struct contract_blame *blame,
                     const struct contract_fault *fault)
{
    static const char *const codes[] = {
        [CONTRACT_ARGUMENT] = "E0501", [CONTRACT_RESULT] = "E0502",  [CONTRACT_BINDING] = "E0503",
        [CONTRACT_ITEM] = "E0503",     [CONTRACT_DEFAULT] = "E0503", [CONTRACT_SETTING] = "E0501",
    };
    struct buf text = BUF_INIT;
    add_sentence(ev, blame, fault, &text);
    struct span at = fault_span(ev, blame, fault);
    struct diag *d = eval_error(ev, at, codes[blame->role], "%s", buf_z(&text));
    buf_free(&text);
    add_primary(ev, d, blame, fault);
    add_labels(ev, d, blame, fault);
    contract_explain(ev, d, fault);
}
