// Entries in an array in insertion order, and a table of indices into it with linear probing, at
// most two thirds full.
#include "base/map.h"

#include <stdlib.h>

#include "base/bug.h"
#include "base/vec.h"

#define FIRST_SLOTS 16

void map_free(struct map *m)
{
    free(m->entries);
    free(m->slots);
    *m = MAP_INIT;
}

// Eight bytes at a time: xor, a multiplication by an odd number with no pattern in its bits, and
// the high half, where all bits of the product meet, folded into the low one.
static uint64_t mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) * 0x9e3779b97f4a7c15u;
    return h ^ (h >> 32);
}

uint32_t map_hash(struct str key)
{
    uint64_t h = key.len, word;
    const char *p = key.p;
    size_t left = key.len;
    for (; left >= sizeof(word); left -= sizeof(word), p += sizeof(word)) {
        memcpy(&word, p, sizeof(word));
        h = mix(h, word);
    }
    word = 0;
    if (left) memcpy(&word, p, left);
    return (uint32_t)mix(mix(h, word), 0);
}

// The slot that holds the key, or the free one where it would go. There is always a free one.
static uint32_t *find_slot(const struct map *m, struct str key, uint32_t hash)
{
    size_t mask = m->slot_count - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        uint32_t *slot = &m->slots[i];
        if (!*slot) return slot;
        const struct map_entry *e = &m->entries[*slot - 1];
        if (e->hash == hash && str_eq(e->key, key)) return slot;
    }
}

static void grow_slots(struct map *m)
{
    size_t count = m->slot_count ? m->slot_count * 2 : FIRST_SLOTS;
    if (count > (size_t)1 << 32) BUG("map of %zu entries", m->len);
    free(m->slots);
    m->slots = bug_malloc(count * sizeof(*m->slots));
    memset(m->slots, 0, count * sizeof(*m->slots));
    m->slot_count = count;
    size_t mask = count - 1;
    for (size_t at = 0; at < m->len; at++) {
        size_t i = m->entries[at].hash & mask;
        while (m->slots[i]) i = (i + 1) & mask;
        m->slots[i] = (uint32_t)(at + 1);
    }
}

void *map_get(const struct map *m, struct str key)
{
    if (!m->len) return NULL;
    uint32_t slot = *find_slot(m, key, map_hash(key));
    return slot ? m->entries[slot - 1].value : NULL;
}

bool map_has(const struct map *m, struct str key)
{
    return m->len && *find_slot(m, key, map_hash(key));
}

void *map_set(struct map *m, struct str key, void *value)
{
    if ((m->len + 1) * 3 > m->slot_count * 2) grow_slots(m);
    uint32_t hash = map_hash(key);
    uint32_t *slot = find_slot(m, key, hash);
    if (*slot) {
        struct map_entry *e = &m->entries[*slot - 1];
        void *old = e->value;
        e->value = value;
        return old;
    }
    if (m->len == m->cap) {
        m->entries = vec_grow(m->entries, &m->cap, sizeof(*m->entries), m->len + 1);
    }
    m->entries[m->len++] = (struct map_entry){key, value, hash};
    *slot = (uint32_t)m->len;
    return NULL;
}
