// Functions on lists that order or compare elements: a stable merge sort, and hashing for unique
// and group_by, so that none is quadratic.
#include <stdlib.h>

#include "base/map.h"
#include "base/vec.h"
#include "eval/call.h"
#include "eval/value_hash.h"

// ---- sorting

struct sorted {
    struct value key;
    struct value value;
};

// Places of the call that compares, for errors.
struct sorting {
    struct eval *ev;
    struct span span;
};

// *order is negative, 0 or positive. The common cases do not leave this function.
static bool compare(const struct sorting *s, struct value a, struct value b, int *order)
{
    if (a.tag == VALUE_INT && b.tag == VALUE_INT) {
        *order = (a.integer > b.integer) - (a.integer < b.integer);
        return true;
    }
    if (a.tag == VALUE_STR && b.tag == VALUE_STR) {
        *order = str_cmp(string_str(s->ev, a.string), string_str(s->ev, b.string));
        return true;
    }
    return value_compare(s->ev, a, b, s->span, order);
}

// Merges from[low..middle) and from[middle..high) into to[low..high). Equal keys keep their order.
static bool merge_runs(const struct sorting *s, const struct sorted *from, struct sorted *to,
                       size_t low, size_t middle, size_t high)
{
    size_t left = low;
    size_t right = middle;
    for (size_t at = low; at < high; at++) {
        int order = -1;
        if (left == middle)
            order = 1;
        else if (right < high && !compare(s, from[left].key, from[right].key, &order))
            return false;
        to[at] = order <= 0 ? from[left++] : from[right++];
    }
    return true;
}

// Bottom up, between the array and one of the same size; `*in` ends up as the sorted one.
static bool merge_sort(const struct sorting *s, struct sorted **in, struct sorted **room, size_t n)
{
    for (size_t width = 1; width < n; width *= 2) {
        if (!eval_tick(s->ev, n, s->span)) return false;
        for (size_t low = 0; low < n; low += 2 * width) {
            size_t middle = low + width < n ? low + width : n;
            size_t high = middle + width < n ? middle + width : n;
            if (!merge_runs(s, *in, *room, low, middle, high)) return false;
        }
        struct sorted *swap = *in;
        *in = *room;
        *room = swap;
    }
    return true;
}

// One element is never compared, but must still be of a kind that can be.
static bool check_single(const struct sorting *s, const struct sorted *at, size_t n)
{
    int order;
    return n != 1 || compare(s, at[0].key, at[0].key, &order);
}

static bool sort_values(struct eval *ev, struct call *c, bool by, struct value *out)
{
    const struct list *xs = c->args[0].list;
    struct sorted *in = bug_malloc((xs->len + 1) * sizeof *in);
    struct sorted *room = bug_malloc((xs->len + 1) * sizeof *room);
    struct sorting s = {ev, call_span(c, by ? 1 : 0)};
    bool ok = true;
    for (size_t i = 0; ok && i < xs->len; i++) {
        in[i] = (struct sorted){xs->at[i], xs->at[i]};
        if (by) ok = call_with(ev, c, 1, xs->at[i], &in[i].key);
    }
    ok = ok && check_single(&s, in, xs->len) && merge_sort(&s, &in, &room, xs->len);
    if (ok) {
        struct list *l = list_new(ev, xs->len);
        for (size_t i = 0; i < xs->len; i++) l->at[i] = in[i].value;
        *out = value_list(l);
    }
    free(in);
    free(room);
    return ok;
}

static bool order_sort(struct eval *ev, struct call *c, struct value *out)
{
    return sort_values(ev, c, false, out);
}

static bool order_sort_by(struct eval *ev, struct call *c, struct value *out)
{
    return sort_values(ev, c, true, out);
}

// min and max: the first element whose key is before (sign -1) or behind (sign 1) all others.
static bool extreme(struct eval *ev, struct call *c, int sign, struct value *out)
{
    const struct list *xs = c->args[0].list;
    bool by = c->args[1].tag == VALUE_FN;
    struct sorting s = {ev, call_span(c, by ? 1 : 0)};
    if (xs->len == 0)
        return call_error(ev, c, 0, "E0452", "`%s` needs a list that is not empty",
                          c->builtin->name);
    struct sorted best = {0};
    for (size_t i = 0; i < xs->len; i++) {
        struct sorted x = {xs->at[i], xs->at[i]};
        int order;
        if (by && !call_with(ev, c, 1, x.value, &x.key)) return false;
        if (!compare(&s, x.key, i == 0 ? x.key : best.key, &order)) return false;
        if (i == 0 || order * sign > 0) best = x;
    }
    *out = best.value;
    return true;
}

static bool order_min(struct eval *ev, struct call *c, struct value *out)
{
    return extreme(ev, c, -1, out);
}

static bool order_max(struct eval *ev, struct call *c, struct value *out)
{
    return extreme(ev, c, 1, out);
}

// ---- equality

// Indices of distinct elements by hash: open addressing, at most half full.
struct distinct {
    uint32_t *slots; // index + 1 into at, 0 = free
    size_t slot_count;
    struct {
        struct value *at;
        size_t len;
        size_t cap;
    } kept;
};

static bool add_distinct(struct eval *ev, struct distinct *d, struct value x, struct span span)
{
    uint64_t hash;
    if (!value_hash(ev, x, span, &hash)) return false;
    for (size_t i = hash & (d->slot_count - 1);; i = (i + 1) & (d->slot_count - 1)) {
        if (d->slots[i] == 0) {
            vec_push(&d->kept, x);
            d->slots[i] = (uint32_t)d->kept.len;
            return true;
        }
        bool equal;
        if (!value_equal(ev, x, d->kept.at[d->slots[i] - 1], span, &equal)) return false;
        if (equal) return true;
    }
}

static bool order_unique(struct eval *ev, struct call *c, struct value *out)
{
    const struct list *xs = c->args[0].list;
    struct distinct d = {.slot_count = 16};
    while (d.slot_count < 2 * xs->len) d.slot_count *= 2;
    d.slots = bug_malloc(d.slot_count * sizeof *d.slots);
    memset(d.slots, 0, d.slot_count * sizeof *d.slots);
    bool ok = eval_tick(ev, xs->len, c->span);
    for (size_t i = 0; ok && i < xs->len; i++)
        ok = add_distinct(ev, &d, xs->at[i], call_span(c, 0));
    if (ok) {
        struct list *l = list_new(ev, d.kept.len);
        if (l->len > 0) memcpy(l->at, d.kept.at, l->len * sizeof *l->at);
        *out = value_list(l);
    }
    vec_free(&d.kept);
    free(d.slots);
    return ok;
}

// The index of the first element that equals x, or SIZE_MAX.
static bool find_equal(struct eval *ev, struct call *c, const struct list *xs, struct value x,
                       size_t *index)
{
    *index = SIZE_MAX;
    for (size_t i = 0; i < xs->len; i++) {
        bool equal;
        if (!value_equal(ev, xs->at[i], x, c->span, &equal)) return false;
        if (equal) {
            *index = i;
            return true;
        }
    }
    return eval_tick(ev, xs->len, c->span);
}

static bool order_index_of(struct eval *ev, struct call *c, struct value *out)
{
    size_t index;
    if (!find_equal(ev, c, c->args[0].list, c->args[1], &index)) return false;
    *out = index == SIZE_MAX ? value_null() : value_int((int64_t)index);
    return true;
}

static bool order_contains(struct eval *ev, struct call *c, struct value *out)
{
    if (c->args[0].tag == VALUE_LIST) {
        size_t index;
        if (!find_equal(ev, c, c->args[0].list, c->args[1], &index)) return false;
        *out = value_bool(index != SIZE_MAX);
        return true;
    }
    if (c->args[1].tag != VALUE_STR)
        return call_error(ev, c, 1, "E0402", "`contains` looks for a Str in a Str, not for %s",
                          value_type_phrase((enum value_tag)c->args[1].tag));
    struct str s = string_str(ev, c->args[0].string);
    struct str part = string_str(ev, c->args[1].string);
    *out = value_bool(part.len == 0 || memmem(s.p, s.len, part.p, part.len) != NULL);
    return true;
}

// ---- groups

struct group {
    sym key;
    uint32_t count;
    uint32_t filled;
    struct list *list;
};

struct groups {
    struct group *at;
    size_t len;
    size_t cap;
};

// The key of each element, and how many elements there are of each.
static bool count_groups(struct eval *ev, struct call *c, uint32_t *group_of, struct groups *groups,
                         struct map *index)
{
    const struct list *xs = c->args[0].list;
    for (size_t i = 0; i < xs->len; i++) {
        struct value key;
        if (!call_with(ev, c, 1, xs->at[i], &key)) return false;
        if (key.tag != VALUE_STR) return call_answer_error(ev, c, 1, "a Str", key);
        sym name = eval_key(ev, key.string);
        struct str text = sym_str(eval_syms(ev), name);
        uintptr_t number = (uintptr_t)map_get(index, text);
        if (number == 0) {
            vec_push(groups, (struct group){.key = name});
            number = groups->len;
            (void)map_set(index, text, (void *)number);
        }
        group_of[i] = (uint32_t)(number - 1);
        groups->at[number - 1].count++;
    }
    return true;
}

static struct value grouped(struct eval *ev, const struct list *xs, const uint32_t *group_of,
                            struct groups *groups)
{
    struct field *fields = bug_malloc((groups->len + 1) * sizeof *fields);
    for (size_t g = 0; g < groups->len; g++) {
        groups->at[g].list = list_new(ev, groups->at[g].count);
        fields[g] = (struct field){groups->at[g].key, value_list(groups->at[g].list), SPAN_NONE};
    }
    for (size_t i = 0; i < xs->len; i++) {
        struct group *g = &groups->at[group_of[i]];
        g->list->at[g->filled++] = xs->at[i];
    }
    struct value r = value_record(record_new(ev, fields, groups->len, NULL));
    free(fields);
    return r;
}

static bool order_group_by(struct eval *ev, struct call *c, struct value *out)
{
    const struct list *xs = c->args[0].list;
    uint32_t *group_of = bug_malloc((xs->len + 1) * sizeof *group_of);
    struct groups groups = {0};
    struct map index = MAP_INIT;
    bool ok = count_groups(ev, c, group_of, &groups, &index);
    if (ok) *out = grouped(ev, xs, group_of, &groups);
    map_free(&index);
    vec_free(&groups);
    free(group_of);
    return ok;
}

#define XS ARG("xs", ACCEPT_LIST)
#define BY OPT("by", ACCEPT_FN | ACCEPT_NULL, "null")

const struct builtin builtin_order[] = {
    {.name = "sort",
     .params = {XS},
     .result = "List",
     .section = "Lists",
     .fn = order_sort,
     .doc = "The elements in ascending order: numbers, strings (by code point) or lists of those "
            "(by their first "
            "difference). Equal elements keep their order.\n\n"
            "```plx\nsort([3, 1, 2]) == [1, 2, 3]\nsort([\"b\", \"B\", \"a\"]) == [\"B\", \"a\", "
            "\"b\"]\n```"},
    {.name = "sort_by",
     .params = {XS, ARG("f", ACCEPT_FN)},
     .result = "List",
     .fn = order_sort_by,
     .doc = "The elements in ascending order of `f(x)`, which is called once for each. Elements "
            "with equal keys keep their "
            "order.\n\n"
            "```plx\nsort_by([\"ccc\", \"a\", \"bb\"], fn (s) => len(s)) == [\"a\", \"bb\", "
            "\"ccc\"]\n```"},
    {.name = "min",
     .params = {XS, BY},
     .result = "Any",
     .fn = order_min,
     .doc =
         "The least element of a list that is not empty, or the one for which `by(x)` is least. "
         "The first of several.\n\n"
         "```plx\nmin([3, 1, 2]) == 1\nmin([\"ccc\", \"a\"], by = fn (s) => len(s)) == \"a\"\n```"},
    {.name = "max",
     .params = {XS, BY},
     .result = "Any",
     .fn = order_max,
     .doc = "The greatest element of a list that is not empty, or the one for which `by(x)` is "
            "greatest. The first of "
            "several.\n\n"
            "```plx\nmax([3, 1, 2]) == 3\nmax([\"ccc\", \"a\"], by = fn (s) => len(s)) == "
            "\"ccc\"\n```"},
    {.name = "unique",
     .params = {XS},
     .result = "List",
     .fn = order_unique,
     .doc = "The elements without repetitions; the first of equal ones stays.\n\n"
            "```plx\nunique([2, 1, 2, 1.0]) == [2, 1, 1.0]\n```"},
    {.name = "index_of",
     .params = {XS, ARG("x", ACCEPT_ANY)},
     .result = "Int | Null",
     .fn = order_index_of,
     .doc = "The index of the first element that equals `x`, or null.\n\n"
            "```plx\nindex_of([\"a\", \"b\"], \"b\") == 1\nindex_of([1], 2) == null\n```"},
    {.name = "contains",
     .params = {ARG("x", ACCEPT_LIST | ACCEPT_STR), ARG("part", ACCEPT_ANY)},
     .result = "Bool",
     .fn = order_contains,
     .doc = "Has the list an element that equals `part`, or the string the string `part` in it?\n\n"
            "```plx\ncontains([1, 2], 2)\ncontains(\"pipeline\", \"line\")\n```"},
    {.name = "group_by",
     .params = {XS, ARG("f", ACCEPT_FN)},
     .result = "{[Str]: List}",
     .fn = order_group_by,
     .doc = "The elements by the string `f(x)`: a record of lists, each in the order of `xs`.\n\n"
            "```plx\ngroup_by([1, 2, 3], fn (x) => if x % 2 == 0 then \"even\" else \"odd\")\n"
            "  == { odd = [1, 3], even = [2] }\n```"},
    {.name = NULL}};
