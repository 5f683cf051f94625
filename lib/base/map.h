// A hash map from byte strings to pointers, open addressing, no deletion (lifetimes here are those
// of whole maps). Keys are borrowed: they must outlive the map, which is no burden since they live
// in arenas. Iterates in insertion order.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct map_entry {
    struct str key;
    void *value;
    uint32_t hash;
};

struct map {
    struct map_entry *entries; // in insertion order; `len` of them
    size_t len;
    size_t cap;
    uint32_t *slots; // index + 1 into entries, 0 = free
    size_t slot_count;
};

#define MAP_INIT ((struct map){0})

void map_free(struct map *m);
// The value under `key`, or null. (Store non-null values.)
void *map_get(const struct map *m, struct str key);
bool map_has(const struct map *m, struct str key);
// Sets, replacing what was there; returns the previous value or null.
void *map_set(struct map *m, struct str key, void *value);
uint32_t map_hash(struct str key);
