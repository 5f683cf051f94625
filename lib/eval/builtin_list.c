// Functions on lists that make or walk one. Those that order or compare elements are in
// builtin_order.c.
#include <inttypes.h>

#include "base/utf8.h"
#include "base/vec.h"
#include "eval/call.h"

struct values {
    struct value *at;
    size_t len;
    size_t cap;
};

// The collected values as a list of the evaluation; frees the vec.
static bool finish(struct eval *ev, struct call *c, struct values *v, bool ok, struct value *out)
{
    ok = ok && eval_list_limit(ev, v->len, c->span);
    if (ok) {
        struct list *l = list_new(ev, v->len);
        if (v->len > 0) memcpy(l->at, v->at, v->len * sizeof *v->at);
        *out = value_list(l);
    }
    vec_free(v);
    return ok;
}

static bool list_map(struct eval *ev, struct call *c, struct value *out)
{
    const struct list *xs = c->args[0].list;
    struct list *l = list_new(ev, xs->len);
    for (size_t i = 0; i < xs->len; i++)
        if (!call_with(ev, c, 1, xs->at[i], &l->at[i])) return false;
    *out = value_list(l);
    return true;
}

static bool list_filter(struct eval *ev, struct call *c, struct value *out)
{
    const struct list *xs = c->args[0].list;
    struct values kept = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < xs->len; i++) {
        bool keep = false;
        ok = eval_call_bool(ev, c, c->args[1], &xs->at[i], 1, &keep);
        if (ok && keep) vec_push(&kept, xs->at[i]);
    }
    return finish(ev, c, &kept, ok, out);
}

static bool list_fold(struct eval *ev, struct call *c, struct value *out)
{
    const struct list *xs = c->args[0].list;
    struct value args[2] = {c->args[1], value_null()};
    for (size_t i = 0; i < xs->len; i++) {
        args[1] = xs->at[i];
        struct value next;
        if (!eval_call(ev, c->args[2], args, 2, call_span(c, 2), &next)) return false;
        args[0] = next;
    }
    *out = args[0];
    return true;
}

// How many numbers a range has: the distance divided by the step, rounded up. Unsigned arithmetic
// holds every distance.
static uint64_t range_count(int64_t from, int64_t to, int64_t step)
{
    if (step > 0 ? from >= to : from <= to) return 0;
    uint64_t distance = step > 0 ? (uint64_t)to - (uint64_t)from : (uint64_t)from - (uint64_t)to;
    uint64_t stride = step > 0 ? (uint64_t)step : 0 - (uint64_t)step;
    return (distance - 1) / stride + 1;
}

static bool list_range(struct eval *ev, struct call *c, struct value *out)
{
    bool one = c->args[1].tag == VALUE_NULL;
    int64_t from = one ? 0 : c->args[0].integer;
    int64_t to = one ? c->args[0].integer : c->args[1].integer;
    int64_t step = c->args[2].integer;
    if (step == 0) return call_error(ev, c, 2, "E0451", "`range` needs a `step` that is not 0");
    uint64_t count = range_count(from, to, step);
    if (!eval_list_limit(ev, (size_t)count, c->span)) return false;
    struct list *l = list_new(ev, (size_t)count);
    for (size_t i = 0; i < l->len; i++)
        l->at[i] = value_int((int64_t)((uint64_t)from + (uint64_t)step * i));
    *out = value_list(l);
    return true;
}

static struct value pair(struct eval *ev, struct value a, struct value b)
{
    struct list *l = list_new(ev, 2);
    l->at[0] = a;
    l->at[1] = b;
    return value_list(l);
}

static bool list_zip(struct eval *ev, struct call *c, struct value *out)
{
    const struct list *xs = c->args[0].list;
    const struct list *ys = c->args[1].list;
    if (xs->len != ys->len)
        return call_error(ev, c, 1, "E0453",
                          "`zip` needs two lists of one length, but `xs` has %zu and `ys` has %zu",
                          xs->len, ys->len);
    struct list *l = list_new(ev, xs->len);
    for (size_t i = 0; i < xs->len; i++) {
        if (!eval_tick(ev, 1, c->span)) return false;
        l->at[i] = pair(ev, xs->at[i], ys->at[i]);
    }
    *out = value_list(l);
    return true;
}

static bool list_enumerate(struct eval *ev, struct call *c, struct value *out)
{
    const struct list *xs = c->args[0].list;
    struct list *l = list_new(ev, xs->len);
    for (size_t i = 0; i < xs->len; i++) {
        if (!eval_tick(ev, 1, c->span)) return false;
        l->at[i] = pair(ev, value_int((int64_t)i), xs->at[i]);
    }
    *out = value_list(l);
    return true;
}

static bool list_len(struct eval *ev, struct call *c, struct value *out)
{
    struct value v = c->args[0];
    size_t n = v.tag == VALUE_LIST     ? v.list->len
               : v.tag == VALUE_RECORD ? record_count(v.record)
                                       : string_chars(ev, v.string);
    *out = value_int((int64_t)n);
    return true;
}

// any and all: looks for the first element whose answer is `wanted`.
static bool list_search(struct eval *ev, struct call *c, bool wanted, struct value *out)
{
    const struct list *xs = c->args[0].list;
    bool found = false;
    for (size_t i = 0; !found && i < xs->len; i++) {
        bool answer = false;
        if (c->args[1].tag == VALUE_FN) {
            if (!eval_call_bool(ev, c, c->args[1], &xs->at[i], 1, &answer)) return false;
        } else if (xs->at[i].tag == VALUE_BOOL) {
            answer = xs->at[i].boolean;
        } else {
            return call_type_error(ev, c, 0, "an element of `xs`", "a Bool", xs->at[i]);
        }
        found = answer == wanted;
    }
    *out = value_bool(found == wanted);
    return true;
}

static bool list_any(struct eval *ev, struct call *c, struct value *out)
{
    return list_search(ev, c, true, out);
}

static bool list_all(struct eval *ev, struct call *c, struct value *out)
{
    return list_search(ev, c, false, out);
}

static bool list_sum(struct eval *ev, struct call *c, struct value *out)
{
    const struct list *xs = c->args[0].list;
    int64_t whole = 0;
    double real = 0.0;
    bool is_float = false;
    for (size_t i = 0; i < xs->len; i++) {
        struct value x = xs->at[i];
        if (x.tag != VALUE_INT && x.tag != VALUE_FLOAT)
            return call_type_error(ev, c, 0, "an element of `xs`", "a number", x);
        if (x.tag == VALUE_FLOAT && !is_float) {
            is_float = true;
            real = (double)whole;
        }
        if (is_float)
            real += call_number(x);
        else if (__builtin_add_overflow(whole, x.integer, &whole))
            return call_overflow(ev, c, "result");
    }
    if (is_float) return call_float(ev, c, real, out);
    *out = value_int(whole);
    return true;
}

static bool list_reverse(struct eval *ev, struct call *c, struct value *out)
{
    const struct list *xs = c->args[0].list;
    struct list *l = list_new(ev, xs->len);
    for (size_t i = 0; i < xs->len; i++) l->at[i] = xs->at[xs->len - 1 - i];
    *out = value_list(l);
    return true;
}

static bool append_list(struct eval *ev, struct call *c, struct values *all, const struct list *l)
{
    if (!eval_list_limit(ev, all->len + l->len, c->span)) return false;
    for (size_t i = 0; i < l->len; i++) vec_push(all, l->at[i]);
    return eval_tick(ev, l->len, c->span);
}

static bool list_flatten(struct eval *ev, struct call *c, struct value *out)
{
    const struct list *xss = c->args[0].list;
    struct values all = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < xss->len; i++) {
        if (xss->at[i].tag == VALUE_LIST)
            ok = append_list(ev, c, &all, xss->at[i].list);
        else
            ok = call_type_error(ev, c, 0, "an element of `xss`", "a List", xss->at[i]);
    }
    return finish(ev, c, &all, ok, out);
}

static bool list_concat_map(struct eval *ev, struct call *c, struct value *out)
{
    const struct list *xs = c->args[0].list;
    struct values all = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < xs->len; i++) {
        struct value part;
        ok = call_with(ev, c, 1, xs->at[i], &part);
        if (!ok) break;
        if (part.tag == VALUE_LIST)
            ok = append_list(ev, c, &all, part.list);
        else
            ok = call_answer_error(ev, c, 1, "a List", part);
    }
    return finish(ev, c, &all, ok, out);
}

static bool list_last(struct eval *ev, struct call *c, struct value *out)
{
    const struct list *xs = c->args[0].list;
    if (xs->len == 0) return call_error(ev, c, 0, "E0452", "`last` needs a list that is not empty");
    *out = xs->at[xs->len - 1];
    return true;
}

// ---- parts of lists and strings

static size_t length_of(struct eval *ev, struct value v)
{
    return v.tag == VALUE_LIST ? v.list->len : string_chars(ev, v.string);
}

// Elements or code points from..to, which lie within the value. Both share the memory of the whole.
static struct value part_of(struct eval *ev, struct value v, size_t from, size_t to)
{
    if (v.tag == VALUE_LIST) {
        struct list *l = value_alloc(ev, sizeof *l);
        l->len = to - from;
        l->at = v.list->at + from;
        return value_list(l);
    }
    struct str s = string_str(ev, v.string);
    size_t start = utf8_offset(s, from);
    struct str rest = {s.p + start, s.len - start};
    return value_str(ev, (struct str){rest.p, utf8_offset(rest, to - from)});
}

static bool list_slice(struct eval *ev, struct call *c, struct value *out)
{
    size_t len = length_of(ev, c->args[0]);
    size_t from;
    size_t to = len;
    if (!call_count(ev, c, 1, &from)) return false;
    if (c->args[2].tag == VALUE_INT && !call_count(ev, c, 2, &to)) return false;
    const char *unit = c->args[0].tag == VALUE_LIST ? "element" : "code point";
    const char *plural = len == 1 ? "" : "s";
    if (to > len)
        return call_error(ev, c, 2, "E0451", "`slice` up to %zu of something that has %zu %s%s", to,
                          len, unit, plural);
    if (from > to) {
        struct diag *d = call_diag(ev, c, 1, "E0451",
                                   "`slice` from %zu up to %zu, which is before it", from, to);
        if (c->args[2].tag == VALUE_NULL) diag_note(d, "it has %zu %s%s", len, unit, plural);
        return false;
    }
    *out = part_of(ev, c->args[0], from, to);
    return true;
}

static bool list_take(struct eval *ev, struct call *c, struct value *out)
{
    size_t n;
    if (!call_count(ev, c, 1, &n)) return false;
    size_t len = length_of(ev, c->args[0]);
    *out = part_of(ev, c->args[0], 0, n < len ? n : len);
    return true;
}

static bool list_drop(struct eval *ev, struct call *c, struct value *out)
{
    size_t n;
    if (!call_count(ev, c, 1, &n)) return false;
    size_t len = length_of(ev, c->args[0]);
    *out = part_of(ev, c->args[0], n < len ? n : len, len);
    return true;
}

// ---- grids

// The lists of all combinations, in the order of an odometer whose last field turns fastest. Null
// over a limit.
static struct list *combinations(struct eval *ev, const struct call *c, const struct record *grid,
                                 const struct list **choices, size_t count)
{
    size_t fields = record_count(grid);
    const uint32_t *order = shape_order(ev, grid->shape);
    struct list *l = list_new(ev, count);
    for (size_t i = 0; i < count; i++) {
        if (!eval_tick(ev, 1, c->span)) return NULL;
        struct record *r = record_like(ev, grid);
        size_t rest = i;
        for (size_t f = fields; f-- > 0;) {
            const struct list *choice = choices[order[f]];
            r->fields[order[f]] = choice->at[rest % choice->len];
            rest /= choice->len;
        }
        l->at[i] = value_record(r);
    }
    return l;
}

static const char *field_phrase(struct eval *ev, sym name)
{
    return arena_printf(eval_arena(ev), "the field `%s`", sym_z(eval_syms(ev), name));
}

static bool list_product(struct eval *ev, struct call *c, struct value *out)
{
    struct record *grid = c->args[0].record;
    size_t fields = record_count(grid);
    const struct list **choices = value_alloc(ev, (fields + 1) * sizeof(struct list *));
    size_t count = 1;
    for (uint32_t i = 0; i < fields; i++) {
        struct value v;
        if (!record_at(ev, grid, i, call_span(c, 0), &v)) return false;
        if (v.tag != VALUE_LIST)
            return call_type_error(ev, c, 0, field_phrase(ev, grid->shape->syms[i]), "a List", v);
        choices[i] = v.list;
        if (__builtin_mul_overflow(count, v.list->len, &count)) count = SIZE_MAX;
        if (!eval_list_limit(ev, count, c->span)) return false;
    }
    struct list *l = combinations(ev, c, grid, choices, count);
    if (l) *out = value_list(l);
    return l != NULL;
}

#define XS ARG("xs", ACCEPT_LIST)

const struct builtin builtin_list[] = {
    {.name = "map",
     .params = {XS, ARG("f", ACCEPT_FN)},
     .result = "List",
     .section = "Lists",
     .fn = list_map,
     .doc = "The list of `f(x)` for each element.\n\n"
            "```plx\nmap([1, 2, 3], fn (x) => x * x) == [1, 4, 9]\n```"},
    {.name = "filter",
     .params = {XS, ARG("f", ACCEPT_FN)},
     .result = "List",
     .fn = list_filter,
     .doc = "The elements for which `f(x)` is true, in their order.\n\n"
            "```plx\nfilter([1, 2, 3, 4], fn (x) => x % 2 == 0) == [2, 4]\n```"},
    {.name = "fold",
     .params = {XS, ARG("init", ACCEPT_ANY), ARG("f", ACCEPT_FN)},
     .result = "Any",
     .fn = list_fold,
     .doc = "Combines the elements from the left: `f(f(f(init, x0), x1), x2)` and so on. `init` "
            "for an empty "
            "list.\n\n"
            "```plx\nfold([1, 2, 3], \"\", fn (text, x) => \"~{text}~{x};\") == \"1;2;3;\"\n```"},
    {.name = "range",
     .params = {ARG("a", ACCEPT_INT), OPT("b", ACCEPT_INT | ACCEPT_NULL, "null"),
                OPT("step", ACCEPT_INT, "1")},
     .result = "[Int]",
     .fn = list_range,
     .doc = "The numbers from 0 to below `a`, or from `a` to below `b`, `step` apart. A negative "
            "step counts "
            "down.\n\n"
            "```plx\nrange(3) == [0, 1, 2]\nrange(2, 5) == [2, 3, 4]\n"
            "range(10, 0, step = -4) == [10, 6, 2]\n```"},
    {.name = "zip",
     .params = {XS, ARG("ys", ACCEPT_LIST)},
     .result = "List",
     .fn = list_zip,
     .doc = "The pairs of elements at the same place in two lists of one length.\n\n"
            "```plx\nzip([1, 2], [\"a\", \"b\"]) == [[1, \"a\"], [2, \"b\"]]\n```"},
    {.name = "enumerate",
     .params = {XS},
     .result = "List",
     .fn = list_enumerate,
     .doc = "Each element with its index before it.\n\n"
            "```plx\nenumerate([\"a\", \"b\"]) == [[0, \"a\"], [1, \"b\"]]\n```"},
    {.name = "len",
     .params = {ARG("x", ACCEPT_LIST | ACCEPT_RECORD | ACCEPT_STR)},
     .result = "Int",
     .fn = list_len,
     .doc = "The number of elements of a list, fields of a record or code points of a string.\n\n"
            "```plx\nlen([1, 2]) == 2\nlen({ a = 1 }) == 1\nlen(\"naïve\") == 5\n```"},
    {.name = "any",
     .params = {XS, OPT("f", ACCEPT_FN | ACCEPT_NULL, "null")},
     .result = "Bool",
     .fn = list_any,
     .doc = "Is `f(x)` (without `f`: the element itself) true for at least one element? Asks no "
            "further than needed.\n\n"
            "```plx\nany([1, 5], fn (x) => x > 4)\nany([]) == false\n```"},
    {.name = "all",
     .params = {XS, OPT("f", ACCEPT_FN | ACCEPT_NULL, "null")},
     .result = "Bool",
     .fn = list_all,
     .doc = "Is `f(x)` (without `f`: the element itself) true for every element? Asks no further "
            "than needed.\n\n"
            "```plx\nall([1, 5], fn (x) => x > 0)\nall([true, false]) == false\n```"},
    {.name = "sum",
     .params = {XS},
     .result = "Int | Float",
     .fn = list_sum,
     .doc = "The sum of numbers, added from the left; 0 for an empty list. One Float makes the sum "
            "a Float.\n\n"
            "```plx\nsum([1, 2, 3]) == 6\nsum([1, 0.5]) == 1.5\n```"},
    {.name = "reverse",
     .params = {XS},
     .result = "List",
     .fn = list_reverse,
     .doc = "The elements in reverse order.\n\n```plx\nreverse([1, 2, 3]) == [3, 2, 1]\n```"},
    {.name = "flatten",
     .params = {ARG("xss", ACCEPT_LIST)},
     .result = "List",
     .fn = list_flatten,
     .doc = "A list of lists as one list. Takes one level away.\n\n"
            "```plx\nflatten([[1], [], [2, [3]]]) == [1, 2, [3]]\n```"},
    {.name = "concat_map",
     .params = {XS, ARG("f", ACCEPT_FN)},
     .result = "List",
     .fn = list_concat_map,
     .doc = "The lists `f(x)` for each element, as one list.\n\n"
            "```plx\nconcat_map([1, 2], fn (x) => [x, x * 10]) == [1, 10, 2, 20]\n```"},
    {.name = "last",
     .params = {XS},
     .result = "Any",
     .fn = list_last,
     .doc = "The last element of a list that is not empty.\n\n```plx\nlast([1, 2, 3]) == 3\n```"},
    {.name = "slice",
     .params = {ARG("x", ACCEPT_LIST | ACCEPT_STR), ARG("from", ACCEPT_INT),
                OPT("to", ACCEPT_INT | ACCEPT_NULL, "null")},
     .result = "List | Str",
     .fn = list_slice,
     .doc = "The elements or code points from index `from` to before index `to` (without it: to "
            "the end). Both must "
            "lie within; `take` and `drop` are the forgiving ones.\n\n"
            "```plx\nslice([1, 2, 3, 4], 1, 3) == [2, 3]\nslice(\"hello\", 1) == \"ello\"\n```"},
    {.name = "take",
     .params = {ARG("x", ACCEPT_LIST | ACCEPT_STR), ARG("n", ACCEPT_INT)},
     .result = "List | Str",
     .fn = list_take,
     .doc = "The first `n` elements or code points, or all if there are fewer.\n\n"
            "```plx\ntake([1, 2, 3], 2) == [1, 2]\ntake(\"ab\", 5) == \"ab\"\n```"},
    {.name = "drop",
     .params = {ARG("x", ACCEPT_LIST | ACCEPT_STR), ARG("n", ACCEPT_INT)},
     .result = "List | Str",
     .fn = list_drop,
     .doc = "All but the first `n` elements or code points.\n\n"
            "```plx\ndrop([1, 2, 3], 2) == [3]\ndrop(\"ab\", 5) == \"\"\n```"},
    {.name = "product",
     .params = {ARG("grid", ACCEPT_RECORD)},
     .result = "[Record]",
     .section = "Grids",
     .fn = list_product,
     .doc = "All combinations of a grid: a record of lists becomes a list of records that take one "
            "element from each "
            "list. The last field by name changes fastest.\n\n"
            "```plx\nproduct({ lr = [0.1, 0.2], wd = [0, 1] }) == [\n"
            "  { lr = 0.1, wd = 0 }, { lr = 0.1, wd = 1 },\n"
            "  { lr = 0.2, wd = 0 }, { lr = 0.2, wd = 1 },\n]\n```"},
    {.name = NULL}};
