// How two JSON values differ: the places, in the order of the text.
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

struct json_difference {
    struct str path;      // `lr`, `opt.layers[2]`, `"odd key".x`; "" for the values as a whole
    const json_t *before; // null: not there
    const json_t *after;
};

struct json_differences {
    struct json_difference *at; // in the arena; the values are borrowed
    size_t len;
};

// Looks into objects, and into lists of the same length; all else is compared as a whole, also what
// `whole` (may be null) says should be. 1 and 1.0 differ.
void json_diff(const json_t *before, const json_t *after, bool (*whole)(const json_t *value),
               struct arena *arena, struct json_differences *out);
