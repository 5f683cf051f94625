// From symbols to small numbers: open addressing, no deletion. For scopes and the outermost names.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/sym.h"

struct symmap {
    struct symmap_slot {
        sym key; // SYM_NONE: free
        uint32_t value;
    } * slots;
    uint32_t cap; // a power of two, or 0
    uint32_t len;
};

#define SYMMAP_NONE UINT32_MAX

void symmap_free(struct symmap *m);
// The number under `key` or SYMMAP_NONE.
uint32_t symmap_get(const struct symmap *m, sym key);
// Adds or replaces.
void symmap_set(struct symmap *m, sym key, uint32_t value);
