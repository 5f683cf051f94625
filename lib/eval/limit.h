// The limits of eval.h by their names, for messages and for who lets a user set them.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"

struct eval_limits;

struct limit {
    const char *name; // "call-depth"
    bool is_size;     // in bytes; else a number of things
    uint64_t least;   // what it can be set to
    uint64_t most;
};

// In the order of their names; null behind the last.
const struct limit *limit_at(size_t i);
// Null if there is none of that name.
const struct limit *limit_find(struct str name);
// `n` is between least and most.
void limit_set(struct eval_limits *limits, const struct limit *which, uint64_t n);
// 0 if it was not set.
uint64_t limit_get(const struct eval_limits *limits, const struct limit *which);

// Adds to an error what the limit is called that was reached, and how it is set.
void limit_note(struct diag *d, const char *name);
