// Equality and order of values of any depth: an explicit stack of positions in lists and records.
#include <stdlib.h>

#include "eval/limit.h"
#include "eval/machine.h"
#include "eval/text.h"

// A pair of lists, records or Texts of equal length, compared up to `next`.
struct position {
    struct value a, b;
    size_t next;
    size_t count;
    bool exact; // inside Matchers, Keys and Realizers Texts compare piece by piece
};

struct equality {
    struct eval *ev;
    struct span span;
    VEC(struct position) stack;
    bool failed;
};

static bool parts_equal(const struct ref_value *a, const struct ref_value *b)
{
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++)
        if (!str_eq(a->parts[i], b->parts[i])) return false;
    return true;
}

static bool stage_equal(const struct stage *a, const struct stage *b)
{
    return a == b || (a && b && str_eq(a->dref, b->dref));
}

static bool same_fields(const struct shape *a, const struct shape *b)
{
    if (a == b || (a->count == 0 && b->count == 0)) return true;
    return a->count == b->count && memcmp(a->syms, b->syms, a->count * sizeof(sym)) == 0;
}

bool value_too_deep(struct eval *ev, size_t depth, struct span span)
{
    if (depth <= ev->o.limits.call_depth) return false;
    struct diag *d =
        eval_error(ev, span, "E0420", "the compared values are nested more than %u deep",
                   ev->o.limits.call_depth);
    limit_note(d, "call-depth");
    diag_help(d, "do they contain themselves?");
    return true;
}

static bool push(struct equality *e, struct value a, struct value b, size_t count, bool exact)
{
    if (count > 0)
        vec_push(&e->stack, (struct position){.a = a, .b = b, .count = count, .exact = exact});
    e->failed = e->failed || value_too_deep(e->ev, e->stack.len, e->span);
    return !e->failed;
}

static bool refuse_text(struct equality *e, struct value text)
{
    (void)text_refuse(e->ev, text, "compared", e->span);
    e->failed = true;
    return false;
}

static bool text_equal(struct equality *e, struct value a, struct value b)
{
    size_t n, m;
    (void)text_pieces(e->ev, a.text, &n);
    (void)text_pieces(e->ev, b.text, &m);
    return n == m && push(e, a, b, n, true);
}

static bool is_text(struct value v)
{
    return v.tag == VALUE_STR || v.tag == VALUE_TEXT;
}

static bool opaque_equal(struct equality *e, struct value a, struct value b)
{
    if (a.opaque == b.opaque) return true;
    if (a.opaque->fn.tag == VALUE_FN || b.opaque->fn.tag == VALUE_FN)
        return a.opaque->fn.tag == b.opaque->fn.tag && a.opaque->id == b.opaque->id;
    struct record *x = a.opaque->data.record, *y = b.opaque->data.record;
    return same_fields(x->shape, y->shape) &&
           push(e, a.opaque->data, b.opaque->data, record_count(x), true);
}

// Are the two equal as far as this shows? What is inside is pushed.
static bool shallow(struct equality *e, struct value a, struct value b, bool exact)
{
    if (a.tag == VALUE_FN || b.tag == VALUE_FN) {
        eval_error(e->ev, e->span, "E0414", "functions cannot be compared");
        e->failed = true;
        return false;
    }
    if (!exact && a.tag == VALUE_TEXT && is_text(b)) return refuse_text(e, a);
    if (!exact && b.tag == VALUE_TEXT && is_text(a)) return refuse_text(e, b);
    if (a.tag != b.tag) return false;
    switch ((enum value_tag)a.tag) {
    case VALUE_NULL: return true;
    case VALUE_BOOL: return a.boolean == b.boolean;
    case VALUE_INT: return a.integer == b.integer;
    case VALUE_FLOAT: return a.real == b.real;
    case VALUE_STR:
        return a.string == b.string ||
               (a.string->len == b.string->len &&
                str_eq(string_str(e->ev, a.string), string_str(e->ev, b.string)));
    case VALUE_TEXT: return text_equal(e, a, b);
    case VALUE_PATH: return str_eq(a.path->path, b.path->path);
    case VALUE_STAGE: return stage_equal(a.stage, b.stage);
    case VALUE_REF:
        return a.flags == b.flags && stage_equal(a.ref->stage, b.ref->stage) &&
               parts_equal(a.ref, b.ref);
    case VALUE_PROMISE:
    case VALUE_CLAIM: return parts_equal(a.ref, b.ref);
    case VALUE_MATCHER:
    case VALUE_KEY:
    case VALUE_REALIZER: return opaque_equal(e, a, b);
    case VALUE_LIST:
        return a.list->len == b.list->len &&
               (a.list->at == b.list->at || push(e, a, b, a.list->len, exact));
    case VALUE_RECORD:
        return a.record == b.record || (same_fields(a.record->shape, b.record->shape) &&
                                        push(e, a, b, record_count(a.record), exact));
    case VALUE_FN:
    case VALUE_THUNK:
    case VALUE_FAILED: break;
    }
    BUG("comparing tag %d", a.tag);
}

// Element number i of what a position walks, forced.
static bool element(struct equality *e, struct value v, size_t i, struct value *out)
{
    size_t count;
    if (v.tag == VALUE_LIST)
        *out = v.list->at[i];
    else if (v.tag == VALUE_TEXT)
        *out = text_pieces(e->ev, v.text, &count)[i];
    else
        return record_at(e->ev, v.record, (uint32_t)i, e->span, out);
    return true;
}

static bool walk(struct equality *e, bool *equal)
{
    while (e->stack.len > 0) {
        struct position *p = &vec_last(&e->stack);
        if (p->next == p->count) {
            e->stack.len--;
            continue;
        }
        struct value x, y, a = p->a, b = p->b;
        bool exact = p->exact;
        size_t i = p->next++;
        if (!tick(e->ev, e->span) || !element(e, a, i, &x) || !element(e, b, i, &y)) return false;
        if (!shallow(e, x, y, exact)) {
            *equal = false;
            return !e->failed;
        }
    }
    return true;
}

bool value_equal(struct eval *ev, struct value a, struct value b, struct span span, bool *equal)
{
    struct equality e = {.ev = ev, .span = span};
    *equal = shallow(&e, a, b, false);
    bool ok = !e.failed && (!*equal || walk(&e, equal));
    vec_free(&e.stack);
    return ok;
}

// ---- order --------------------------------------------------------------------------------------

static bool is_number(struct value v)
{
    return v.tag == VALUE_INT || v.tag == VALUE_FLOAT;
}

static int number_order(struct value a, struct value b)
{
    if (a.tag == VALUE_INT && b.tag == VALUE_INT)
        return (a.integer > b.integer) - (a.integer < b.integer);
    double x = a.tag == VALUE_INT ? (double)a.integer : a.real;
    double y = b.tag == VALUE_INT ? (double)b.integer : b.real;
    return (x > y) - (x < y);
}

static bool no_order(struct eval *ev, struct value a, struct value b, struct span span)
{
    if (a.tag == VALUE_TEXT && is_text(b))
        (void)text_refuse(ev, a, "compared", span);
    else if (b.tag == VALUE_TEXT && is_text(a))
        (void)text_refuse(ev, b, "compared", span);
    else {
        struct diag *d = eval_error(ev, span, "E0401", "%s and %s have no order",
                                    value_type_phrase(a.tag), value_type_phrase(b.tag));
        diag_note(d, "numbers, strings and lists of those have one");
    }
    return false;
}

struct order_position {
    struct list *a, *b;
    size_t next;
};

bool value_compare(struct eval *ev, struct value a, struct value b, struct span span, int *order)
{
    VEC(struct order_position) stack = {0};
    bool ok = true;
    *order = 0;
    for (;;) {
        if (is_number(a) && is_number(b))
            *order = number_order(a, b);
        else if (a.tag == VALUE_STR && b.tag == VALUE_STR)
            *order = str_cmp(string_str(ev, a.string), string_str(ev, b.string));
        else if (a.tag == VALUE_LIST && b.tag == VALUE_LIST) {
            vec_push(&stack, (struct order_position){a.list, b.list, 0});
            ok = !value_too_deep(ev, stack.len, span);
        } else
            ok = no_order(ev, a, b, span);
        // On to the next pair of elements; a list that ends first is the smaller one.
        while (ok && *order == 0 && stack.len > 0) {
            struct order_position *p = &vec_last(&stack);
            if (p->next < p->a->len && p->next < p->b->len) break;
            *order = (p->a->len > p->b->len) - (p->a->len < p->b->len);
            stack.len--;
        }
        ok = ok && tick(ev, span);
        if (!ok || *order != 0 || stack.len == 0) break;
        struct order_position *p = &vec_last(&stack);
        a = p->a->at[p->next];
        b = p->b->at[p->next++];
    }
    vec_free(&stack);
    return ok;
}
