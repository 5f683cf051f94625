// Questions that look at all of a store.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "store/query.h"

struct store;

// What depends on a ref: derivations whose config names the dref, or realizations that were built
// with the rref. `deep`: and what depends on those. Without the ref itself. E0702 or E0703 if it is
// not in the store.
bool survey_rdeps(const struct store *s, struct arena *arena, struct str ref, bool deep,
                  struct ref_list *out, struct diag_sink *sink) MUST_USE;

struct survey_usage {
    struct str ref;
    uint64_t bytes; // on the disk; of a derivation with all its realizations
};

// Disk usage: each of these derivations (null: all), followed by its realizations. A file with
// several names counts once in each realization.
bool survey_du(const struct store *s, struct arena *arena, const struct ref_list *drefs,
               struct survey_usage **out, size_t *count, struct diag_sink *sink) MUST_USE;

// Bytes on the disk of one tree; what vanishes meanwhile does not count.
uint64_t survey_tree_bytes(int dirfd, const char *path);
// Of a derivation's folder and config, without its realizations; `folder` is "HASH-name".
uint64_t survey_derivation_bytes(const struct store *s, const char *folder);

// Realizations whose name fits the glob (null: any) and which were begun at or after `newer_ns` (0:
// any time).
bool survey_find(const struct store *s, struct arena *arena, const char *glob, int64_t newer_ns,
                 struct ref_list *out, struct diag_sink *sink) MUST_USE;
