#include "eval/operator.h"

#include <inttypes.h>
#include <math.h>

#include "eval/combine.h"
#include "eval/text.h"

static const char *symbol(const struct node_binary *n)
{
    static const char *const symbols[] = {
        [NODE_ADD] = "+", [NODE_SUB] = "-",     [NODE_MUL] = "*",   [NODE_DIV] = "/",
        [NODE_MOD] = "%", [NODE_EQ] = "==",     [NODE_NE] = "!=",   [NODE_LT] = "<",
        [NODE_LE] = "<=", [NODE_GT] = ">",      [NODE_GE] = ">=",   [NODE_NEG] = "-",
        [NODE_NOT] = "!", [NODE_CONCAT] = "++", [NODE_UNION] = "&",
    };
    return symbols[n->h.kind];
}

static struct span op_span(const struct frame *f, const struct node_binary *n)
{
    return (struct span){f->code->source, n->op_start, n->op_end};
}

static bool is_number(struct value v)
{
    return v.tag == VALUE_INT || v.tag == VALUE_FLOAT;
}

static bool is_string(struct value v)
{
    return v.tag == VALUE_STR || v.tag == VALUE_TEXT;
}

static double real_of(struct value v)
{
    return v.tag == VALUE_INT ? (double)v.integer : v.real;
}

// ---- errors -------------------------------------------------------------------------------------

static void help_mismatch(struct diag *d, const struct node_binary *n, struct value a,
                          struct value b)
{
    bool lists = a.tag == VALUE_LIST && b.tag == VALUE_LIST;
    bool records = a.tag == VALUE_RECORD && b.tag == VALUE_RECORD;
    if (n->h.kind == NODE_ADD && lists)
        diag_help(d, "`++` concatenates lists");
    else if (n->h.kind == NODE_ADD && records)
        diag_help(d, "`&` unites records, `merge(a, b)` lets the right one win");
    else if (n->h.kind == NODE_ADD && (is_string(a) || is_string(b)))
        diag_help(d, "there are no implicit conversions: \"~{value}\" makes a string of a value");
    else if (n->h.kind == NODE_CONCAT && (is_string(a) || is_string(b)))
        diag_help(d, "`+` concatenates strings");
    else if (n->h.kind == NODE_CONCAT && (a.tag == VALUE_LIST || b.tag == VALUE_LIST))
        diag_help(d, "`xs ++ [x]` adds one element");
    else if (n->h.kind == NODE_DIV && a.tag == VALUE_STR)
        diag_help(d, "a path begins with `./` or `../`, or is a stage or `promise`");
}

void operator_mismatch(struct eval *ev, const struct node_binary *n, uint32_t source,
                       enum value_tag a, enum value_tag b)
{
    struct diag *d = eval_error(ev, (struct span){source, n->op_start, n->op_end}, "E0401",
                                "`%s` cannot take %s and %s", symbol(n), value_type_phrase(a),
                                value_type_phrase(b));
    diag_label(d, node_span_in(source, n->left), "this is %s", value_type_phrase(a));
    diag_label(d, node_span_in(source, n->right), "this is %s", value_type_phrase(b));
    help_mismatch(d, n, (struct value){.tag = (uint8_t)a}, (struct value){.tag = (uint8_t)b});
}

void operator_refuse(struct eval *ev, const struct node_binary *n, uint32_t source,
                     const struct node *operand, enum value_tag tag)
{
    struct diag *d = eval_error(ev, (struct span){source, n->op_start, n->op_end}, "E0401",
                                "`%s` cannot take %s", symbol(n), value_type_phrase(tag));
    diag_label(d, node_span_in(source, operand), "this is %s", value_type_phrase(tag));
}

static struct value mismatch(struct eval *ev, const struct node_binary *n, struct frame *f,
                             struct value a, struct value b)
{
    operator_mismatch(ev, n, f->code->source, (enum value_tag)a.tag, (enum value_tag)b.tag);
    return value_failed();
}

static struct value overflow(struct eval *ev, const struct node_binary *n, struct frame *f,
                             struct value a, struct value b)
{
    struct diag *d = eval_error(ev, node_span(f, &n->h), "E0406",
                                "%" PRId64 " %s %" PRId64 " does not fit an Int", a.integer,
                                symbol(n), b.integer);
    diag_note(d, "an Int has 64 bits; Floats go further, with less precision");
    return value_failed();
}

void operator_by_zero(struct eval *ev, const struct node_binary *n, uint32_t source)
{
    struct span span = {source, n->op_start, n->op_end};
    struct diag *d = eval_error(ev, span, "E0407", "division by zero");
    diag_label(d, node_span_in(source, n->right), "this is 0");
}

static struct value by_zero(struct eval *ev, const struct node_binary *n, struct frame *f)
{
    operator_by_zero(ev, n, f->code->source);
    return value_failed();
}

// ---- arithmetic ---------------------------------------------------------------------------------

static struct value arithmetic_int(struct eval *ev, const struct node_binary *n, struct frame *f,
                                   struct value a, struct value b)
{
    if (n->h.kind != NODE_MOD) return overflow(ev, n, f, a, b);
    if (b.integer == 0) return by_zero(ev, n, f);
    if (b.integer == -1) return value_int(0); // INT64_MIN % -1 traps
    int64_t r = a.integer % b.integer;
    return value_int(r != 0 && (r < 0) != (b.integer < 0) ? r + b.integer : r);
}

static double float_mod(double x, double y)
{
    double r = fmod(x, y);
    return r != 0 && (r < 0) != (y < 0) ? r + y : r;
}

static struct value arithmetic(struct eval *ev, const struct node_binary *n, struct frame *f,
                               struct value a, struct value b)
{
    if (!is_number(a) || !is_number(b)) return mismatch(ev, n, f, a, b);
    if (a.tag == VALUE_INT && b.tag == VALUE_INT && n->h.kind != NODE_DIV)
        return arithmetic_int(ev, n, f, a, b);
    double x = real_of(a), y = real_of(b), r = 0;
    switch (n->h.kind) {
    case NODE_ADD: r = x + y; break;
    case NODE_SUB: r = x - y; break;
    case NODE_MUL: r = x * y; break;
    case NODE_DIV:
    case NODE_MOD:
        if (y == 0) return by_zero(ev, n, f);
        r = n->h.kind == NODE_DIV ? x / y : float_mod(x, y);
        break;
    default: BUG("operator %d", n->h.kind);
    }
    if (isfinite(r)) return value_float(r);
    eval_error(ev, node_span(f, &n->h), "E0407", "the result of `%s` is too large for a Float",
               symbol(n));
    return value_failed();
}

static bool joins_paths(struct value v)
{
    return v.tag == VALUE_PATH || v.tag == VALUE_STAGE || v.tag == VALUE_REF ||
           v.tag == VALUE_PROMISE || v.tag == VALUE_CLAIM;
}

// ---- lists --------------------------------------------------------------------------------------

struct list_store {
    size_t used; // elements of the store that some list has
    size_t cap;
    struct value at[];
};

// `xs ++ ys` writes behind xs where nobody has written yet, so that a loop that appends is linear;
// every list sees its own length only.
static struct value concat_lists(struct eval *ev, struct list *a, struct list *b, struct span span)
{
    if (a->len == 0) return value_list(b);
    if (b->len == 0) return value_list(a);
    size_t len = a->len + b->len;
    if (!eval_list_limit(ev, len, span)) return value_failed();
    struct list_store *store = a->store;
    bool fits = store && a->at == store->at && a->len == store->used && len <= store->cap;
    if (!fits) {
        size_t cap = a->store ? len * 2 : len + b->len;
        store = arena_alloc_raw(&ev->arena, sizeof(*store) + cap * sizeof(struct value));
        store->cap = cap;
        memcpy(store->at, a->at, a->len * sizeof(struct value));
    }
    memcpy(store->at + a->len, b->at, b->len * sizeof(struct value));
    store->used = len;
    struct list *l = value_alloc(ev, sizeof(*l));
    *l = (struct list){.len = len, .at = store->at, .store = store};
    return value_list(l);
}

// ---- dispatch -----------------------------------------------------------------------------------

static struct value equality(struct eval *ev, const struct node_binary *n, struct frame *f,
                             struct value a, struct value b)
{
    bool equal;
    if (!value_equal(ev, a, b, node_span(f, &n->h), &equal)) return value_failed();
    return value_bool(equal == (n->h.kind == NODE_EQ));
}

static struct value ordering(struct eval *ev, const struct node_binary *n, struct frame *f,
                             struct value a, struct value b)
{
    int order;
    bool alike = (is_number(a) && is_number(b)) || (is_string(a) && is_string(b)) ||
                 (a.tag == VALUE_LIST && b.tag == VALUE_LIST);
    if (!alike) return mismatch(ev, n, f, a, b);
    if (!value_compare(ev, a, b, node_span(f, &n->h), &order)) return value_failed();
    switch (n->h.kind) {
    case NODE_LT: return value_bool(order < 0);
    case NODE_LE: return value_bool(order <= 0);
    case NODE_GT: return value_bool(order > 0);
    default: return value_bool(order >= 0);
    }
}

struct value operator_binary(struct eval *ev, const struct node_binary *n, struct frame *f,
                             struct value a, struct value b)
{
    struct value out;
    switch (n->h.kind) {
    case NODE_EQ:
    case NODE_NE: return equality(ev, n, f, a, b);
    case NODE_LT:
    case NODE_LE:
    case NODE_GT:
    case NODE_GE: return ordering(ev, n, f, a, b);
    case NODE_CONCAT:
        if (a.tag != VALUE_LIST || b.tag != VALUE_LIST) return mismatch(ev, n, f, a, b);
        return concat_lists(ev, a.list, b.list, op_span(f, n));
    case NODE_UNION:
        if (a.tag != VALUE_RECORD || b.tag != VALUE_RECORD) return mismatch(ev, n, f, a, b);
        return combine_union(ev, a.record, b.record, node_span(f, n->left), node_span(f, n->right));
    case NODE_ADD:
        if (!is_string(a) || !is_string(b)) return arithmetic(ev, n, f, a, b);
        return value_concat(ev, a, b, op_span(f, n), &out) ? out : value_failed();
    case NODE_DIV:
        if (joins_paths(a)) return text_join_path(ev, a, b, node_span(f, n->right));
        return arithmetic(ev, n, f, a, b);
    default: return arithmetic(ev, n, f, a, b);
    }
}

struct value operator_unary(struct eval *ev, const struct node_binary *n, struct frame *f,
                            struct value v)
{
    if (n->h.kind == NODE_NOT) {
        if (v.tag == VALUE_BOOL) return value_bool(!v.boolean);
        return operator_not_bool(ev, v, node_span(f, n->left));
    }
    if (v.tag == VALUE_FLOAT) return value_float(-v.real);
    if (v.tag == VALUE_INT && v.integer != INT64_MIN) return value_int(-v.integer);
    if (v.tag == VALUE_INT)
        eval_error(ev, node_span(f, &n->h), "E0406", "-(%" PRId64 ") does not fit an Int",
                   v.integer);
    else
        operator_not_negated(ev, v, node_span(f, n->left));
    return value_failed();
}

void operator_not_negated(struct eval *ev, struct value v, struct span span)
{
    eval_error(ev, span, "E0401", "`-` cannot take %s", value_type_phrase(v.tag));
}

struct value operator_not_bool(struct eval *ev, struct value v, struct span span)
{
    struct diag *d =
        eval_error(ev, span, "E0401", "a condition is a Bool, not %s", value_type_phrase(v.tag));
    if (v.tag == VALUE_NULL)
        diag_help(d, "compare it: `x != null`");
    else if (v.tag == VALUE_STR || v.tag == VALUE_LIST)
        diag_help(d, "compare it: `len(x) > 0`");
    else if (is_number(v))
        diag_help(d, "compare it: `x != 0`");
    return value_failed();
}

bool operator_assert(struct eval *ev, struct value v, struct value message, struct span span)
{
    if (v.tag != VALUE_BOOL) {
        (void)operator_not_bool(ev, v, span);
        return false;
    }
    if (v.boolean) return true;
    struct buf text = BUF_INIT;
    if (message.tag == VALUE_STR)
        buf_adds(&text, string_str(ev, message.string));
    else if (message.tag != VALUE_NULL && !eval_show(ev, message, 400, &text))
        buf_clear(&text);
    if (text.len > 0)
        eval_error(ev, span, "E0411", "an assertion failed: %s", buf_z(&text));
    else
        eval_error(ev, span, "E0411", "an assertion failed");
    buf_free(&text);
    return false;
}
