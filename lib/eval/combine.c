#include "eval/combine.h"

#include <stdlib.h>

#include "eval/interp.h"
#include "eval/text.h"

// ---- entries ------------------------------------------------------------------------------------

struct value combine_fields(struct eval *ev, struct field *fields, size_t count, struct span span)
{
    if (!eval_list_limit(ev, count, span)) return value_failed();
    size_t again;
    struct record *r = record_new(ev, fields, count, &again);
    if (r) return value_record(r);
    struct span at = fields[again].span.source ? fields[again].span : span;
    struct span first = fields[again - 1].span;
    struct diag *d = eval_error(ev, at, "E0409", "the field `%s` is repeated",
                                sym_z(ev->o.syms, fields[again].name));
    diag_primary(d, "again here");
    if (first.source && (first.start != at.start || first.source != at.source))
        diag_label(d, first, "first here");
    diag_help(d, "`merge(a, b)` lets the right one win");
    return value_failed();
}

struct fields {
    struct field *at;
    size_t len;
    size_t cap;
};

static struct value spread_refused(struct eval *ev, struct value v, struct span span)
{
    eval_error(ev, span, "E0401", "only a Record can be spread into a record, not %s",
               value_type_phrase(v.tag));
    return value_failed();
}

static bool add_spread(struct eval *ev, struct fields *fields, struct value v, struct span span)
{
    if (v.tag != VALUE_RECORD) return spread_refused(ev, v, span).tag != VALUE_FAILED;
    for (uint32_t i = 0; i < record_count(v.record); i++) {
        struct span where = record_span(v.record, i);
        vec_push(fields, (struct field){v.record->shape->syms[i], v.record->fields[i],
                                        where.source ? where : span});
    }
    return true;
}

static bool add_entry(struct eval *ev, struct fields *fields, const struct node_entry *en,
                      struct frame *f)
{
    struct field field = {.name = en->name, .span = en->span};
    if (en->key) {
        struct span span = node_span(f, en->key);
        struct value key = interp(ev, en->key, f);
        if (key.tag == VALUE_FAILED) return false;
        if (key.tag == VALUE_TEXT)
            (void)text_refuse(ev, key, "used as a key", span);
        else if (key.tag != VALUE_STR)
            eval_error(ev, span, "E0401", "a field's name is a Str, not %s",
                       value_type_phrase(key.tag));
        if (key.tag != VALUE_STR) return false;
        field.name = eval_key(ev, key.string);
        field.span = span;
    } else if (en->name == SYM_NONE) {
        struct value v = interp(ev, en->value, f);
        return v.tag != VALUE_FAILED && add_spread(ev, fields, v, node_span(f, en->value));
    }
    field.value = interp_delay(ev, en->value, f);
    vec_push(fields, field);
    return true;
}

// `{ ..base, name = value }`: where the new names come after the old ones, a loop that grows a
// record this way is linear.
static struct value extend_spread(struct eval *ev, struct record *base, struct fields *more,
                                  struct span base_span, struct span span)
{
    struct value rest = combine_fields(ev, more->at, more->len, span);
    if (rest.tag == VALUE_FAILED) return rest;
    struct record *longer = record_append(ev, base, rest.record);
    if (longer) return value_record(longer);
    struct fields all = {0};
    bool ok = add_spread(ev, &all, value_record(base), base_span);
    for (size_t i = 0; i < more->len; i++) vec_push(&all, more->at[i]);
    struct value result = ok ? combine_fields(ev, all.at, all.len, span) : value_failed();
    vec_free(&all);
    return result;
}

struct value combine_dynamic(struct eval *ev, const struct node_dynamic *n, struct frame *f)
{
    struct fields fields = {0};
    struct record *base = NULL;
    const struct node_entry *first = &n->entries[0];
    uint32_t i = 0;
    if (n->count > 1 && first->name == SYM_NONE && !first->key) {
        struct value v = interp(ev, first->value, f);
        if (v.tag == VALUE_FAILED) return v;
        if (v.tag != VALUE_RECORD) return spread_refused(ev, v, node_span(f, first->value));
        base = v.record;
        i = 1;
    }
    bool ok = true;
    for (; ok && i < n->count; i++) ok = add_entry(ev, &fields, &n->entries[i], f);
    struct span span = node_span(f, &n->h);
    struct value result = !ok ? value_failed()
                          : !base
                              ? combine_fields(ev, fields.at, fields.len, span)
                              : extend_spread(ev, base, &fields, node_span(f, first->value), span);
    vec_free(&fields);
    return result;
}

// ---- & ------------------------------------------------------------------------------------------

static void report_conflict(struct eval *ev, sym name, struct value x, struct value y,
                            struct span at, struct span other)
{
    struct buf left = BUF_INIT, right = BUF_INIT;
    struct diag *d = eval_error(ev, at, "E0410", "the two sides of `&` disagree about `%s`",
                                sym_z(ev->o.syms, name));
    if (eval_show(ev, x, 60, &left)) diag_label(d, other, "the left side has %s", buf_z(&left));
    if (eval_show(ev, y, 60, &right)) diag_primary(d, "the right side has %s", buf_z(&right));
    diag_help(d, "`merge(a, b)` lets the right one win; `a with { … }` replaces fields");
    buf_free(&left);
    buf_free(&right);
}

static bool unite_field(struct eval *ev, struct record *a, uint32_t i, struct record *b, uint32_t j,
                        struct span a_span, struct span b_span, struct value *out)
{
    struct value x, y;
    if (!record_at(ev, a, i, a_span, &x) || !record_at(ev, b, j, b_span, &y)) return false;
    struct span at_a = record_span(a, i).source ? record_span(a, i) : a_span;
    struct span at_b = record_span(b, j).source ? record_span(b, j) : b_span;
    if (x.tag == VALUE_RECORD && y.tag == VALUE_RECORD) {
        *out = combine_union(ev, x.record, y.record, at_a, at_b);
        return out->tag != VALUE_FAILED;
    }
    // Functions and Texts have no equality: they always conflict, unless they are one.
    bool plain =
        x.tag != VALUE_FN && y.tag != VALUE_FN && x.tag != VALUE_TEXT && y.tag != VALUE_TEXT;
    bool equal = x.tag == y.tag && x.integer == y.integer;
    if (plain && !equal && !value_equal(ev, x, y, at_b, &equal)) return false;
    *out = x;
    if (!equal) report_conflict(ev, a->shape->syms[i], x, y, at_b, at_a);
    return equal;
}

// Both shapes ascend by symbol, so this is a merge of sorted arrays. Recursion is bounded as calls
// are.
struct value combine_union(struct eval *ev, struct record *a, struct record *b, struct span a_span,
                           struct span b_span)
{
    size_t n = record_count(a), m = record_count(b);
    if (!eval_list_limit(ev, n + m, b_span) || !enter(ev, b_span)) return value_failed();
    struct record *longer = record_append(ev, a, b);
    if (longer) {
        ev->depth--;
        return value_record(longer);
    }
    struct field *fields = bug_malloc((n + m) * sizeof(*fields) + 1);
    size_t count = 0;
    uint32_t i = 0, j = 0;
    bool ok = true;
    while (ok && (i < n || j < m)) {
        struct field *f = &fields[count++];
        sym x = i < n ? a->shape->syms[i] : UINT32_MAX;
        sym y = j < m ? b->shape->syms[j] : UINT32_MAX;
        if (x < y) {
            *f = (struct field){x, a->fields[i], record_span(a, i)};
            i++;
        } else if (y < x) {
            *f = (struct field){y, b->fields[j], record_span(b, j)};
            j++;
        } else {
            *f = (struct field){.name = x, .span = record_span(b, j)};
            ok = unite_field(ev, a, i++, b, j++, a_span, b_span, &f->value);
        }
    }
    struct value result = ok ? value_record(record_new(ev, fields, count, NULL)) : value_failed();
    free(fields);
    ev->depth--;
    return result;
}

// ---- with ---------------------------------------------------------------------------------------

void combine_no_field(struct eval *ev, struct shape *shape, sym name, struct span span)
{
    struct str text = sym_str(ev->o.syms, name);
    struct diag *d = eval_error(
        ev, span, "E0417", "`with` replaces fields, and there is no `" STR_FMT "`", STR_ARG(text));
    struct str *names = bug_malloc((shape->count + 1) * sizeof(*names));
    for (uint32_t i = 0; i < shape->count; i++) names[i] = sym_str(ev->o.syms, shape->syms[i]);
    if (!diag_suggest(d, text, names, shape->count))
        diag_help(d, "`r & { a = 1 }` adds fields, `merge(r, { a = 1 })` adds or replaces them");
    free(names);
}

static struct record *copy_record(struct eval *ev, const struct record *r)
{
    struct record *copy = record_like(ev, r);
    memcpy(copy->fields, r->fields, record_count(r) * sizeof(struct value));
    return copy;
}

// Goes down the path, copying each record on it that the update before has not; `at` is where the
// current record is to be stored.
static bool apply_update(struct eval *ev, struct value *at, const struct node_update *u,
                         struct frame *f)
{
    for (uint32_t k = 0; k < u->count; k++) {
        struct span span = {f->code->source, u->starts[k], u->span.end};
        span.end = u->starts[k] + (uint32_t)sym_str(ev->o.syms, u->path[k]).len;
        if (!value_force(ev, at, span)) return false;
        if (at->tag != VALUE_RECORD) {
            // The first record of a path is the target itself, which was looked at.
            eval_error(ev, span, "E0401", "`%s` is %s, so `with` cannot replace `%s` in it",
                       sym_z(ev->o.syms, u->path[k - 1]), value_type_phrase(at->tag),
                       sym_z(ev->o.syms, u->path[k]));
            return false;
        }
        uint32_t i = record_find(at->record, u->path[k]);
        if (i == RECORD_NONE) {
            combine_no_field(ev, at->record->shape, u->path[k], span);
            return false;
        }
        if (k >= u->shared) {
            if (!eval_list_limit(ev, record_count(at->record), span)) return false;
            at->record = copy_record(ev, at->record);
        }
        at = &at->record->fields[i];
    }
    *at = interp_delay(ev, u->value, f);
    return true;
}

struct value combine_with(struct eval *ev, const struct node_with *n, struct frame *f)
{
    struct value v = interp(ev, n->target, f);
    if (v.tag == VALUE_FAILED) return v;
    if (v.tag != VALUE_RECORD) {
        struct diag *d = eval_error(ev, node_span(f, n->target), "E0401",
                                    "`with` needs a Record, not %s", value_type_phrase(v.tag));
        if (v.tag == VALUE_STAGE)
            diag_help(d, "`redefine(stage, config = fn (c) => c with { … })` changes a stage");
        return value_failed();
    }
    for (uint32_t i = 0; i < n->count; i++)
        if (!apply_update(ev, &v, &n->updates[i], f)) return value_failed();
    return v;
}
