#include "eval/symmap.h"

#include <stdlib.h>

#include "base/bug.h"

static uint32_t slot_of(const struct symmap *m, sym key)
{
    uint32_t at = (key * 2654435769u) & (m->cap - 1);
    while (m->slots[at].key != SYM_NONE && m->slots[at].key != key) at = (at + 1) & (m->cap - 1);
    return at;
}

void symmap_free(struct symmap *m)
{
    free(m->slots);
    *m = (struct symmap){0};
}

uint32_t symmap_get(const struct symmap *m, sym key)
{
    if (m->cap == 0) return SYMMAP_NONE;
    const struct symmap_slot *s = &m->slots[slot_of(m, key)];
    return s->key == key ? s->value : SYMMAP_NONE;
}

static void grow(struct symmap *m)
{
    struct symmap bigger = {.cap = m->cap ? m->cap * 2 : 16, .len = m->len};
    bigger.slots = bug_malloc(bigger.cap * sizeof(*bigger.slots));
    for (uint32_t i = 0; i < bigger.cap; i++) bigger.slots[i] = (struct symmap_slot){0};
    for (uint32_t i = 0; i < m->cap; i++) {
        if (m->slots[i].key == SYM_NONE) continue;
        bigger.slots[slot_of(&bigger, m->slots[i].key)] = m->slots[i];
    }
    free(m->slots);
    *m = bigger;
}

void symmap_set(struct symmap *m, sym key, uint32_t value)
{
    if ((m->len + 1) * 3 > m->cap * 2) grow(m);
    struct symmap_slot *s = &m->slots[slot_of(m, key)];
    if (s->key == SYM_NONE) m->len++;
    *s = (struct symmap_slot){key, value};
}
