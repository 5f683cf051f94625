// How long stages took when they were built last, by name: for the order of work and for estimates.
// A cache beside the store, index/durations, one "NAME NANOSECONDS" a line; without it, only these
// are worse.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/str.h"

struct store;

struct history {
    struct arena arena;
    struct map durations; // name → int64_t *
    bool changed;
};

#define HISTORY_INIT ((struct history){0})

// What cannot be read is not known.
void history_read(struct history *h, const struct store *store);
// -1: not known.
int64_t history_get(const struct history *h, struct str name);
void history_set(struct history *h, struct str name, int64_t ns);
// Writes it if it changed, together with what other processes wrote since it was read. That it
// cannot be written is no error.
void history_write(struct history *h, const struct store *store);
void history_free(struct history *h);
