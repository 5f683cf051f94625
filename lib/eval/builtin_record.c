// Functions on records. Fields that nobody asked for stay unevaluated: merging, picking and
// omitting copy thunks as they are.
#include <stdlib.h>

#include "base/vec.h"
#include "eval/call.h"

struct fields {
    struct field *at;
    size_t len;
    size_t cap;
};

static struct str field_name(struct eval *ev, const struct record *r, uint32_t index)
{
    return sym_str(eval_syms(ev), r->shape->syms[index]);
}

static void push_field(struct fields *fs, const struct record *r, uint32_t index)
{
    vec_push(fs, (struct field){r->shape->syms[index], r->fields[index], record_span(r, index)});
}

// A record of the fields, which have different names; frees the vec.
static bool finish(struct eval *ev, struct fields *fs, bool ok, struct value *out)
{
    if (ok) *out = value_record(record_new(ev, fs->at, fs->len, NULL));
    vec_free(fs);
    return ok;
}

static bool record_keys(struct eval *ev, struct call *c, struct value *out)
{
    const struct record *r = c->args[0].record;
    const uint32_t *order = shape_order(ev, r->shape);
    struct list *l = list_new(ev, record_count(r));
    for (size_t i = 0; i < l->len; i++) l->at[i] = eval_sym_value(ev, r->shape->syms[order[i]]);
    *out = value_list(l);
    return true;
}

static bool record_values(struct eval *ev, struct call *c, struct value *out)
{
    struct record *r = c->args[0].record;
    const uint32_t *order = shape_order(ev, r->shape);
    struct list *l = list_new(ev, record_count(r));
    for (size_t i = 0; i < l->len; i++)
        if (!record_at(ev, r, order[i], call_span(c, 0), &l->at[i])) return false;
    *out = value_list(l);
    return true;
}

static bool record_items(struct eval *ev, struct call *c, struct value *out)
{
    struct record *r = c->args[0].record;
    const uint32_t *order = shape_order(ev, r->shape);
    struct list *l = list_new(ev, record_count(r));
    for (size_t i = 0; i < l->len; i++) {
        if (!eval_tick(ev, 1, c->span)) return false;
        struct list *pair = list_new(ev, 2);
        pair->at[0] = eval_sym_value(ev, r->shape->syms[order[i]]);
        if (!record_at(ev, r, order[i], call_span(c, 0), &pair->at[1])) return false;
        l->at[i] = value_list(pair);
    }
    *out = value_list(l);
    return true;
}

static bool item_field(struct eval *ev, struct call *c, struct value item, struct fields *fs)
{
    if (item.tag != VALUE_LIST || item.list->len != 2)
        return call_type_error(ev, c, 0, "an element of `items`", "a list of a name and a value",
                               item);
    struct value key = item.list->at[0];
    if (key.tag != VALUE_STR)
        return call_type_error(ev, c, 0, "the name in an element of `items`", "a Str", key);
    vec_push(fs, (struct field){eval_key(ev, key.string), item.list->at[1], SPAN_NONE});
    return true;
}

static bool record_from_items(struct eval *ev, struct call *c, struct value *out)
{
    const struct list *items = c->args[0].list;
    struct fields fs = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < items->len; i++) ok = item_field(ev, c, items->at[i], &fs);
    if (ok) {
        size_t repeated = 0;
        struct record *r = record_new(ev, fs.at, fs.len, &repeated);
        if (r)
            *out = value_record(r);
        else
            ok = call_error(ev, c, 0, "E0454", "`from_items` is given the name \"%s\" twice",
                            sym_z(eval_syms(ev), fs.at[repeated].name));
    }
    vec_free(&fs);
    return ok;
}

// ---- merging

// Symbols ascend in both, so that one walk over both meets equal names together.
struct merge_walk {
    struct record *a;
    struct record *b;
    uint32_t i;
    uint32_t j;
};

enum merge_side { MERGE_END, MERGE_LEFT, MERGE_RIGHT, MERGE_BOTH };

static enum merge_side merge_next(const struct merge_walk *w)
{
    bool left = w->i < record_count(w->a);
    bool right = w->j < record_count(w->b);
    if (!left || !right) return left ? MERGE_LEFT : right ? MERGE_RIGHT : MERGE_END;
    sym a = w->a->shape->syms[w->i];
    sym b = w->b->shape->syms[w->j];
    return a == b ? MERGE_BOTH : a < b ? MERGE_LEFT : MERGE_RIGHT;
}

static bool record_merge(struct eval *ev, struct call *c, struct value *out)
{
    struct merge_walk w = {c->args[0].record, c->args[1].record, 0, 0};
    struct record *longer = record_append(ev, w.a, w.b);
    if (longer) {
        *out = value_record(longer);
        return true;
    }
    struct fields fs = {0};
    for (enum merge_side side; (side = merge_next(&w)) != MERGE_END;) {
        if (side == MERGE_LEFT)
            push_field(&fs, w.a, w.i);
        else
            push_field(&fs, w.b, w.j);
        w.i += side != MERGE_RIGHT;
        w.j += side != MERGE_LEFT;
    }
    return finish(ev, &fs, true, out);
}

// One pair of records that is being merged; its result goes into the newest field of the level
// above.
struct merge_level {
    struct merge_walk walk;
    struct fields fields;
};

struct merge_levels {
    struct merge_level *at;
    size_t len;
    size_t cap;
};

// Takes the field at hand of the newest level; a pair of records opens another level, whose result
// fills the field's place later.
static bool merge_step(struct eval *ev, struct call *c, struct merge_levels *levels,
                       enum merge_side side)
{
    struct merge_level *l = &vec_last(levels);
    struct merge_walk *w = &l->walk;
    uint32_t i = w->i;
    uint32_t j = w->j;
    w->i += side != MERGE_RIGHT;
    w->j += side != MERGE_LEFT;
    if (side == MERGE_LEFT) {
        push_field(&l->fields, w->a, i);
        return true;
    }
    push_field(&l->fields, w->b, j);
    if (side == MERGE_RIGHT) return true;

    struct value a;
    struct value b;
    if (!record_at(ev, w->a, i, call_span(c, 0), &a) ||
        !record_at(ev, w->b, j, call_span(c, 1), &b))
        return false;
    if (a.tag == VALUE_RECORD && b.tag == VALUE_RECORD)
        vec_push(levels, (struct merge_level){.walk = {a.record, b.record, 0, 0}});
    return true;
}

// Depth costs heap, not C stack.
static bool record_merge_deep(struct eval *ev, struct call *c, struct value *out)
{
    struct merge_levels levels = {0};
    vec_push(&levels, (struct merge_level){.walk = {c->args[0].record, c->args[1].record, 0, 0}});
    bool ok = true;
    while (ok && levels.len > 0) {
        enum merge_side side = merge_next(&vec_last(&levels).walk);
        if (side != MERGE_END) {
            ok = merge_step(ev, c, &levels, side);
            continue;
        }
        ok = finish(ev, &vec_last(&levels).fields, true, out);
        levels.len--;
        if (levels.len > 0) vec_last(&vec_last(&levels).fields).value = *out;
        ok = ok && eval_tick(ev, 1, c->span);
    }
    for (size_t i = 0; i < levels.len; i++) vec_free(&levels.at[i].fields);
    vec_free(&levels);
    return ok;
}

// ---- choosing fields

static void suggest_field(struct eval *ev, struct diag *d, const struct record *r, struct str name)
{
    size_t count = record_count(r);
    struct str *names = bug_malloc((count + 1) * sizeof *names);
    for (uint32_t i = 0; i < count; i++) names[i] = field_name(ev, r, i);
    (void)diag_suggest(d, name, names, count);
    free(names);
}

// The indices of the fields that the list in argument 1 names; chosen[index] becomes true.
static bool choose(struct eval *ev, struct call *c, bool *chosen)
{
    const struct record *r = c->args[0].record;
    const struct list *names = c->args[1].list;
    for (size_t i = 0; i < names->len; i++) {
        struct value name = names->at[i];
        if (name.tag != VALUE_STR)
            return call_type_error(ev, c, 1, "an element of `names`", "a Str", name);
        uint32_t index = record_find(r, eval_key(ev, name.string));
        if (index == RECORD_NONE) {
            struct str text = string_str(ev, name.string);
            struct diag *d = call_diag(
                ev, c, 1, "E0455", "`%s` names a field `" STR_FMT "` that the record does not have",
                c->builtin->name, STR_ARG(text));
            suggest_field(ev, d, r, text);
            return false;
        }
        chosen[index] = true;
    }
    return true;
}

static bool select_fields(struct eval *ev, struct call *c, bool wanted, struct value *out)
{
    const struct record *r = c->args[0].record;
    bool *chosen = bug_malloc(record_count(r) + 1);
    memset(chosen, 0, record_count(r) + 1);
    struct fields fs = {0};
    bool ok = choose(ev, c, chosen);
    for (uint32_t i = 0; ok && i < record_count(r); i++)
        if (chosen[i] == wanted) push_field(&fs, r, i);
    free(chosen);
    return finish(ev, &fs, ok, out);
}

static bool record_pick(struct eval *ev, struct call *c, struct value *out)
{
    return select_fields(ev, c, true, out);
}

static bool record_omit(struct eval *ev, struct call *c, struct value *out)
{
    return select_fields(ev, c, false, out);
}

static uint32_t find_field(struct eval *ev, const struct call *c)
{
    return record_find(c->args[0].record, eval_key(ev, c->args[1].string));
}

static bool record_has(struct eval *ev, struct call *c, struct value *out)
{
    *out = value_bool(find_field(ev, c) != RECORD_NONE);
    return true;
}

static bool record_get(struct eval *ev, struct call *c, struct value *out)
{
    uint32_t index = find_field(ev, c);
    *out = c->args[2];
    return index == RECORD_NONE || record_at(ev, c->args[0].record, index, call_span(c, 0), out);
}

#define R    ARG("r", ACCEPT_RECORD)
#define NAME ARG("name", ACCEPT_STR)

const struct builtin builtin_record[] = {
    {.name = "keys",
     .params = {R},
     .result = "[Str]",
     .section = "Records",
     .fn = record_keys,
     .doc = "The names of the fields, by code point.\n\n"
            "```plx\nkeys({ b = 1, a = 2 }) == [\"a\", \"b\"]\n```"},
    {.name = "values",
     .params = {R},
     .result = "List",
     .fn = record_values,
     .doc = "The values of the fields, in the order of `keys`.\n\n"
            "```plx\nvalues({ b = 1, a = 2 }) == [2, 1]\n```"},
    {.name = "items",
     .params = {R},
     .result = "List",
     .fn = record_items,
     .doc = "A list of a name and a value for each field, in the order of `keys`.\n\n"
            "```plx\nitems({ b = 1, a = 2 }) == [[\"a\", 2], [\"b\", 1]]\n```"},
    {.name = "from_items",
     .params = {ARG("items", ACCEPT_LIST)},
     .result = "Record",
     .fn = record_from_items,
     .doc = "The record of a list of names and values: the other direction of `items`. A repeated "
            "name is an error.\n\n"
            "```plx\nfrom_items([[\"a\", 1], [\"b\", 2]]) == { a = 1, b = 2 }\n```"},
    {.name = "merge",
     .params = {ARG("a", ACCEPT_RECORD), ARG("b", ACCEPT_RECORD)},
     .result = "Record",
     .fn = record_merge,
     .doc = "The fields of both; where both have one, that of `b`. Fields are taken whole: "
            "`merge_deep` goes into records, "
            "and `a & b` refuses conflicts.\n\n"
            "```plx\nmerge({ a = 1, b = 1 }, { b = 2 }) == { a = 1, b = 2 }\n```"},
    {.name = "merge_deep",
     .params = {ARG("a", ACCEPT_RECORD), ARG("b", ACCEPT_RECORD)},
     .result = "Record",
     .fn = record_merge_deep,
     .doc = "As `merge`, but where both have a record, these are merged the same way.\n\n"
            "```plx\nmerge_deep({ a = { x = 1, y = 1 } }, { a = { y = 2 } }) == { a = { x = 1, y = "
            "2 } }\n```"},
    {.name = "pick",
     .params = {R, ARG("names", ACCEPT_LIST)},
     .result = "Record",
     .fn = record_pick,
     .doc = "Only the fields with these names, all of which there must be.\n\n"
            "```plx\npick({ a = 1, b = 2, c = 3 }, [\"a\", \"c\"]) == { a = 1, c = 3 }\n```"},
    {.name = "omit",
     .params = {R, ARG("names", ACCEPT_LIST)},
     .result = "Record",
     .fn = record_omit,
     .doc = "All but the fields with these names, all of which there must be.\n\n"
            "```plx\nomit({ a = 1, b = 2, c = 3 }, [\"b\"]) == { a = 1, c = 3 }\n```"},
    {.name = "has",
     .params = {R, NAME},
     .result = "Bool",
     .fn = record_has,
     .doc = "Is there a field with this name? Its value is not looked at, and may be null.\n\n"
            "```plx\nhas({ a = null }, \"a\")\nhas({ a = null }, \"b\") == false\n```"},
    {.name = "get",
     .params = {R, NAME, OPT("default", ACCEPT_ANY, "null")},
     .result = "Any",
     .fn = record_get,
     .doc = "The value of a field, or `default` if there is no such field. `r[name]` is the one "
            "that insists.\n\n"
            "```plx\nget({ a = 1 }, \"a\") == 1\nget({ a = 1 }, \"b\", 0) == 0\n```"},
    {.name = NULL}};
