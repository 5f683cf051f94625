// A table like map.h's, at most two thirds full, without values: a symbol's number is its place. A
// large program has a symbol for each of its bindings.
#include "base/sym.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/map.h"
#include "base/vec.h"

#define FIRST_SLOTS 64

struct sym_name {
    const char *p;
    uint32_t len;
    uint32_t hash;
};

void symtab_free(struct symtab *t)
{
    arena_free(&t->text);
    free(t->names);
    free(t->slots);
    *t = SYMTAB_INIT;
}

// The slot of the name, or the free one where it would go.
static sym *find_slot(const struct symtab *t, struct str name, uint32_t hash)
{
    size_t mask = t->slot_count - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        sym id = t->slots[i];
        if (id == SYM_NONE) return &t->slots[i];
        const struct sym_name *n = &t->names[id - 1];
        if (n->hash == hash && n->len == name.len && memcmp(n->p, name.p, n->len) == 0)
            return &t->slots[i];
    }
}

static void grow_slots(struct symtab *t)
{
    size_t count = t->slot_count ? t->slot_count * 2 : FIRST_SLOTS;
    if (count > (size_t)1 << 32) BUG("too many symbols");
    free(t->slots);
    t->slots = bug_malloc(count * sizeof(*t->slots));
    memset(t->slots, 0, count * sizeof(*t->slots));
    t->slot_count = count;
    for (size_t at = 0; at < t->len; at++) {
        size_t i = t->names[at].hash & (count - 1);
        while (t->slots[i]) i = (i + 1) & (count - 1);
        t->slots[i] = (sym)(at + 1);
    }
}

sym sym_find(const struct symtab *t, struct str name)
{
    return t->len ? *find_slot(t, name, map_hash(name)) : SYM_NONE;
}

sym sym_intern(struct symtab *t, struct str name)
{
    if (name.len > UINT32_MAX) BUG("a name of %zu bytes", name.len);
    if ((t->len + 1) * 3 > t->slot_count * 2) grow_slots(t);
    uint32_t hash = map_hash(name);
    sym *slot = find_slot(t, name, hash);
    if (*slot) return *slot;
    if (t->len == t->cap) t->names = vec_grow(t->names, &t->cap, sizeof(*t->names), t->len + 1);
    const char *own = arena_dup(&t->text, name.p, name.len);
    t->names[t->len++] = (struct sym_name){own, (uint32_t)name.len, hash};
    *slot = (sym)t->len;
    return *slot;
}

struct str sym_str(const struct symtab *t, sym id)
{
    if (id == SYM_NONE || id > t->len) BUG("symbol %u of %zu", id, t->len);
    return (struct str){t->names[id - 1].p, t->names[id - 1].len};
}

const char *sym_z(const struct symtab *t, sym id)
{
    return sym_str(t, id).p;
}
