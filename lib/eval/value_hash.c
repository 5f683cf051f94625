#include "eval/value_hash.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/vec.h"
#include "eval/machine.h"
#include "eval/stage.h"

struct part {
    struct value v;
    uint32_t depth;
};

struct walk {
    struct part *at;
    size_t len;
    size_t cap;
    uint32_t depth; // of what is being hashed
};

static void push(struct walk *w, struct value v)
{
    vec_push(w, (struct part){v, w->depth + 1});
}

// splitmix64's finalizer over the sum with the word.
static uint64_t mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) + 0x9e3779b97f4a7c15u;
    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
    h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
    return h ^ (h >> 31);
}

static uint64_t mix_str(uint64_t h, struct str s)
{
    return mix(mix(h, s.len), map_hash(s));
}

static uint64_t mix_float(uint64_t h, double d)
{
    uint64_t bits = 0; // also of -0.0, which equals 0.0
    if (d != 0.0) memcpy(&bits, &d, sizeof bits);
    return mix(h, bits);
}

static uint64_t mix_ref(uint64_t h, const struct ref_value *r)
{
    if (r->stage) h = mix_str(h, r->stage->dref);
    for (size_t i = 0; i < r->count; i++) h = mix_str(h, r->parts[i]);
    return mix(h, r->count);
}

static bool push_record(struct eval *ev, struct walk *w, struct record *r, struct span span,
                        uint64_t *h)
{
    *h = mix(*h, record_count(r));
    for (uint32_t i = 0; i < record_count(r); i++) {
        struct value field;
        if (!record_at(ev, r, i, span, &field)) return false;
        *h = mix(*h, r->shape->syms[i]);
        push(w, field);
    }
    return true;
}

static bool hash_one(struct eval *ev, struct walk *w, struct value v, struct span span, uint64_t *h)
{
    *h = mix(*h, v.tag);
    switch ((enum value_tag)v.tag) {
    case VALUE_NULL: return true;
    case VALUE_BOOL:
    case VALUE_INT: *h = mix(*h, (uint64_t)v.integer); return true;
    case VALUE_FLOAT: *h = mix_float(*h, v.real); return true;
    case VALUE_STR: *h = mix_str(*h, string_str(ev, v.string)); return true;
    case VALUE_PATH: *h = mix_str(*h, v.path->path); return true;
    case VALUE_LIST:
        *h = mix(*h, v.list->len);
        for (size_t i = 0; i < v.list->len; i++) push(w, v.list->at[i]);
        return true;
    case VALUE_RECORD: return push_record(ev, w, v.record, span, h);
    case VALUE_STAGE: *h = mix_str(*h, v.stage->dref); return true;
    case VALUE_REF:
    case VALUE_PROMISE:
    case VALUE_CLAIM: *h = mix_ref(*h, v.ref); return true;
    case VALUE_MATCHER:
    case VALUE_KEY:
    case VALUE_REALIZER:
        *h = mix(*h, v.opaque->id);
        push(w, v.opaque->data);
        return true;
    default: {
        bool equal;
        return value_equal(ev, v, v, span, &equal);
    }
    }
}

bool value_hash(struct eval *ev, struct value v, struct span span, uint64_t *hash)
{
    struct walk w = {0};
    bool ok = true;
    *hash = 0;
    vec_push(&w, (struct part){v, 0});
    while (ok && w.len > 0) {
        struct part part = vec_pop(&w);
        w.depth = part.depth;
        ok = tick(ev, span) && !value_too_deep(ev, part.depth, span) &&
             hash_one(ev, &w, part.v, span, hash);
    }
    vec_free(&w);
    return ok;
}
