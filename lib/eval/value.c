// Strings, lists, records and names of types. Nothing here reports errors.
#include "eval/value.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "eval/machine.h"

void *value_alloc(struct eval *ev, size_t size)
{
    return arena_alloc(&ev->arena, size);
}

static void *alloc_raw(struct eval *ev, size_t size)
{
    return arena_alloc_raw(&ev->arena, size);
}

struct symtab *eval_syms(struct eval *ev)
{
    return ev->o.syms;
}
struct diag_sink *eval_sink(struct eval *ev)
{
    return ev->o.sink;
}
struct arena *eval_arena(struct eval *ev)
{
    return &ev->arena;
}
const struct eval_host *eval_host(struct eval *ev)
{
    return ev->o.host;
}

// ---- strings ------------------------------------------------------------------------------------

struct string *string_flat(struct eval *ev, const char *p, size_t len, size_t room)
{
    size_t head = offsetof(struct string, left);
    struct string *s = alloc_raw(ev, head + room);
    s->p = p ? p : (char *)s + head;
    s->len = (uint32_t)len;
    s->chars = 0;
    return s;
}

struct value value_str(struct eval *ev, struct str bytes)
{
    if (bytes.len == 0) return (struct value){.tag = VALUE_STR, .string = ev->empty};
    return (struct value){.tag = VALUE_STR, .string = string_flat(ev, bytes.p, bytes.len, 0)};
}

struct value value_str_copy(struct eval *ev, struct str bytes)
{
    if (bytes.len == 0) return (struct value){.tag = VALUE_STR, .string = ev->empty};
    // One allocation for the head and its bytes.
    struct string *s = string_flat(ev, NULL, bytes.len, bytes.len + 1);
    char *p = (char *)(uintptr_t)s->p;
    memcpy(p, bytes.p, bytes.len);
    p[bytes.len] = 0;
    return (struct value){.tag = VALUE_STR, .string = s};
}

struct value value_strz(struct eval *ev, const char *literal)
{
    return value_str(ev, str_from(literal));
}

// Writes the leaves of a rope from right to left: ropes grow mostly at their right end, so going
// left by a loop and keeping the right sides for later would need a stack as deep as the rope; from
// the right, the common rope needs none.
static void rope_write(struct string *s, char *end)
{
    VEC(struct string *) later = {0};
    vec_push(&later, s);
    while (later.len > 0) {
        struct string *at = vec_pop(&later);
        while (!at->p) {
            vec_push(&later, at->left);
            at = at->right;
        }
        end -= at->len;
        memcpy(end, at->p, at->len);
    }
    vec_free(&later);
}

struct str string_str(struct eval *ev, struct string *s)
{
    if (!s->p) {
        char *p = alloc_raw(ev, (size_t)s->len + 1);
        rope_write(s, p + s->len);
        p[s->len] = 0;
        s->p = p;
        s->left = s->right = NULL;
    }
    return (struct str){s->p, s->len};
}

size_t string_chars(struct eval *ev, struct string *s)
{
    if (s->chars == 0) s->chars = (uint32_t)utf8_count(string_str(ev, s)) + 1;
    return s->chars - 1;
}

sym eval_sym(struct eval *ev, struct str name)
{
    return sym_intern(ev->o.syms, name);
}

sym eval_key(struct eval *ev, struct string *s)
{
    return sym_intern(ev->o.syms, string_str(ev, s));
}

struct value eval_sym_value(struct eval *ev, sym name)
{
    while (ev->sym_values.len <= name)
        vec_push(&ev->sym_values, (struct value){.tag = VALUE_THUNK});
    struct value *v = &ev->sym_values.at[name];
    if (v->tag == VALUE_THUNK) *v = value_str(ev, sym_str(ev->o.syms, name));
    return *v;
}

// ---- texts --------------------------------------------------------------------------------------

static void text_push(struct eval *ev, struct value *pieces, size_t *count, struct value piece)
{
    if (piece.tag == VALUE_STR && piece.string->len == 0) return;
    if (piece.tag == VALUE_STR && *count > 0 && pieces[*count - 1].tag == VALUE_STR) {
        struct string *joined = value_alloc(ev, sizeof(*joined));
        joined->left = pieces[*count - 1].string;
        joined->right = piece.string;
        joined->len = joined->left->len + joined->right->len;
        pieces[*count - 1].string = joined;
        return;
    }
    pieces[(*count)++] = piece;
}

struct value *text_pieces(struct eval *ev, struct text *t, size_t *count)
{
    if (t->pieces) {
        *count = t->count;
        return t->pieces;
    }
    // t->count of an unflattened Text is an upper bound.
    struct value *pieces = value_alloc(ev, sizeof(*pieces) * t->count);
    size_t len = 0;
    VEC(struct value) later = {0};
    vec_push(&later, t->right);
    vec_push(&later, t->left);
    while (later.len > 0) {
        struct value at = vec_pop(&later);
        if (at.tag != VALUE_TEXT) {
            text_push(ev, pieces, &len, at);
        } else if (at.text->pieces) {
            for (size_t i = 0; i < at.text->count; i++)
                text_push(ev, pieces, &len, at.text->pieces[i]);
        } else {
            vec_push(&later, at.text->right);
            vec_push(&later, at.text->left);
        }
    }
    vec_free(&later);
    t->pieces = pieces;
    t->count = len;
    *count = len;
    return pieces;
}

// ---- lists and records --------------------------------------------------------------------------

// A thousand steps between two looks at the memory are too many where each makes something large.
static void note_size(struct eval *ev, size_t len)
{
    if (len < 1000) return;
    ev->steps += ev->fuel_full - ev->fuel;
    ev->fuel = ev->fuel_full = 1;
}

struct list *list_new(struct eval *ev, size_t len)
{
    note_size(ev, len);
    struct list *l = value_alloc(ev, sizeof(*l));
    l->len = len;
    l->at = len ? arena_alloc_array(&ev->arena, sizeof(*l->at), len) : NULL;
    return l;
}

static int by_name(const void *a, const void *b)
{
    const struct field *x = a, *y = b;
    if (x->name != y->name) return x->name < y->name ? -1 : 1;
    return (x->span.start > y->span.start) - (x->span.start < y->span.start);
}

// Most records are made in the order of their symbols or are small; only the rest pays for qsort.
// Fields of one name end up in the order of their places, since the later one is to blame.
static void sort_fields(struct field *fields, size_t count)
{
    size_t i = 1;
    while (i < count && fields[i - 1].name <= fields[i].name) i++;
    if (i >= count) return;
    if (count > 32) {
        qsort(fields, count, sizeof(*fields), by_name);
        return;
    }
    for (; i < count; i++) {
        struct field f = fields[i];
        size_t j = i;
        for (; j > 0 && fields[j - 1].name > f.name; j--) fields[j] = fields[j - 1];
        fields[j] = f;
    }
}

struct record *record_new(struct eval *ev, struct field *fields, size_t count, size_t *duplicate)
{
    sort_fields(fields, count);
    bool spans = false;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && fields[i - 1].name == fields[i].name) {
            if (!duplicate) BUG("two fields of one name");
            *duplicate = i;
            return NULL;
        }
        spans |= fields[i].span.source != 0;
    }
    if (count == 0) return record_alloc(ev, &ev->empty_shape);
    sym *syms = alloc_raw(ev, count * sizeof(*syms));
    for (size_t i = 0; i < count; i++) syms[i] = fields[i].name;
    struct span *where = NULL;
    if (spans) {
        where = alloc_raw(ev, count * sizeof(*where));
        for (size_t i = 0; i < count; i++) where[i] = fields[i].span;
    }
    struct shape *shape = value_alloc(ev, sizeof(*shape));
    *shape = (struct shape){.count = (uint32_t)count, .syms = syms, .spans = where};
    struct record *r = record_alloc(ev, shape);
    for (size_t i = 0; i < count; i++) r->fields[i] = fields[i].value;
    return r;
}

struct record *record_alloc(struct eval *ev, struct shape *shape)
{
    note_size(ev, shape->count);
    struct record *r = alloc_raw(ev, sizeof(*r) + shape->count * sizeof(struct value));
    r->shape = shape;
    r->fields = (struct value *)(r + 1);
    return r;
}

struct record *record_like(struct eval *ev, const struct record *like)
{
    struct record *r = record_alloc(ev, like->shape);
    for (uint32_t i = 0; i < record_count(r); i++) r->fields[i] = value_null();
    return r;
}

// Arrays that records of a growing family share: each sees as many elements as its shape counts.
struct record_store {
    size_t used;
    size_t cap;
    sym *syms;
    struct span *spans;
    struct value *fields;
};

static struct record_store *store_copy(struct eval *ev, const struct record *r, size_t cap)
{
    size_t count = record_count(r);
    struct record_store *s = value_alloc(ev, sizeof(*s));
    s->cap = cap;
    s->used = count;
    s->syms = alloc_raw(ev, cap * sizeof(*s->syms));
    s->spans = alloc_raw(ev, cap * sizeof(*s->spans));
    s->fields = alloc_raw(ev, cap * sizeof(*s->fields));
    for (uint32_t i = 0; i < count; i++) {
        s->syms[i] = r->shape->syms[i];
        s->spans[i] = record_span(r, i);
        s->fields[i] = r->fields[i];
    }
    return s;
}

// Below this many fields a copy costs less than the memory that is kept ready.
#define STORE_MIN 16

struct record *record_append(struct eval *ev, struct record *a, const struct record *b)
{
    size_t have = record_count(a), count = record_count(b), total = have + count;
    if (have == 0 || count == 0 || b->shape->syms[0] <= a->shape->syms[have - 1]) return NULL;
    struct record_store *s = a->shape->store;
    bool fits = s && a->fields == s->fields && s->used == have && total <= s->cap;
    if (!fits) s = store_copy(ev, a, total < STORE_MIN ? total : total * 2);
    for (uint32_t i = 0; i < count; i++) {
        s->syms[have + i] = b->shape->syms[i];
        s->spans[have + i] = record_span(b, i);
        s->fields[have + i] = b->fields[i];
    }
    s->used = total;
    struct shape *shape = value_alloc(ev, sizeof(*shape));
    *shape =
        (struct shape){.count = (uint32_t)total, .syms = s->syms, .spans = s->spans, .store = s};
    struct record *r = value_alloc(ev, sizeof(*r));
    *r = (struct record){.shape = shape, .fields = s->fields};
    return r;
}

uint32_t record_find(const struct record *r, sym name)
{
    const sym *syms = r->shape->syms;
    uint32_t count = r->shape->count;
    if (count <= 8) {
        for (uint32_t i = 0; i < count; i++)
            if (syms[i] == name) return i;
        return RECORD_NONE;
    }
    uint32_t low = 0;
    while (count > 1) {
        uint32_t half = count / 2;
        low += syms[low + half] <= name ? half : 0;
        count -= half;
    }
    return syms[low] == name ? low : RECORD_NONE;
}

struct order_key {
    struct str name;
    uint32_t index;
};

static int by_text(const void *a, const void *b)
{
    return str_cmp(((const struct order_key *)a)->name, ((const struct order_key *)b)->name);
}

// Records of few fields are made by the thousand, each with a shape of its own.
#define ORDER_FEW 16

static void sort_keys(struct order_key *keys, uint32_t count)
{
    if (count > ORDER_FEW) {
        qsort(keys, count, sizeof(*keys), by_text);
        return;
    }
    for (uint32_t i = 1; i < count; i++) {
        struct order_key key = keys[i];
        uint32_t j = i;
        for (; j > 0 && str_cmp(keys[j - 1].name, key.name) > 0; j--) keys[j] = keys[j - 1];
        keys[j] = key;
    }
}

const uint32_t *shape_order(struct eval *ev, struct shape *shape)
{
    if (shape->order || shape->count == 0) return shape->order;
    uint32_t count = shape->count;
    struct order_key few[ORDER_FEW];
    struct order_key *keys = count > ORDER_FEW ? bug_malloc(count * sizeof(*keys)) : few;
    for (uint32_t i = 0; i < count; i++)
        keys[i] = (struct order_key){sym_str(ev->o.syms, shape->syms[i]), i};
    sort_keys(keys, count);
    shape->order = alloc_raw(ev, count * sizeof(*shape->order));
    for (uint32_t i = 0; i < count; i++) shape->order[i] = keys[i].index;
    if (keys != few) free(keys);
    return shape->order;
}

// ---- names of types -----------------------------------------------------------------------------

const char *value_type_name(enum value_tag tag)
{
    static const char *const names[] = {
        [VALUE_NULL] = "Null",       [VALUE_BOOL] = "Bool",         [VALUE_INT] = "Int",
        [VALUE_FLOAT] = "Float",     [VALUE_STR] = "Str",           [VALUE_TEXT] = "Text",
        [VALUE_PATH] = "Path",       [VALUE_LIST] = "List",         [VALUE_RECORD] = "Record",
        [VALUE_FN] = "Fn",           [VALUE_STAGE] = "Stage",       [VALUE_REF] = "Ref",
        [VALUE_PROMISE] = "Promise", [VALUE_CLAIM] = "Claim",       [VALUE_MATCHER] = "Matcher",
        [VALUE_KEY] = "Key",         [VALUE_REALIZER] = "Realizer",
    };
    if (tag >= LEN(names)) BUG("tag %d has no name", (int)tag);
    return names[tag];
}

const char *value_type_phrase(enum value_tag tag)
{
    static const char *const phrases[] = {
        [VALUE_NULL] = "null",           [VALUE_BOOL] = "a Bool",
        [VALUE_INT] = "an Int",          [VALUE_FLOAT] = "a Float",
        [VALUE_STR] = "a Str",           [VALUE_TEXT] = "a Text",
        [VALUE_PATH] = "a Path",         [VALUE_LIST] = "a List",
        [VALUE_RECORD] = "a Record",     [VALUE_FN] = "a Fn",
        [VALUE_STAGE] = "a Stage",       [VALUE_REF] = "a Ref",
        [VALUE_PROMISE] = "a Promise",   [VALUE_CLAIM] = "a Claim",
        [VALUE_MATCHER] = "a Matcher",   [VALUE_KEY] = "a Key",
        [VALUE_REALIZER] = "a Realizer",
    };
    if (tag >= LEN(phrases)) BUG("tag %d has no name", (int)tag);
    return phrases[tag];
}
