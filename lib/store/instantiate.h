// Writing derivations: config.json in a folder in tmp/, synced, renamed into the store. Many at a
// time share one sync; one that is in the store already costs one lookup.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/str.h"

struct store;

struct instantiate_item {
    struct str dref;   // of `config` (config.h)
    struct str config; // canonical text
};

// After success all of them are in the store and synced, the parent included. `created` (may be
// null) gets how many were new. On a read-only store this fails only if something is missing.
// Whoever needs them to stay registers temporary roots first (root_temp_add).
bool instantiate_many(struct store *s, const struct instantiate_item *items, size_t count,
                      size_t *created, struct diag_sink *sink) MUST_USE;
