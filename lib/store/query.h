// Questions to the store. Lists are sorted. Readers take no locks: what they see is whole or
// absent.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "store/context.h"

struct store;

struct ref_list {
    struct str *at; // NUL-terminated behind their lengths, in the caller's arena
    size_t len;
};

bool ref_list_has(const struct ref_list *list, struct str ref);

// Is this entry of a derivation's folder named as a realization is?
bool query_is_realization(const char *name);
bool query_drefs(const struct store *s, struct arena *arena, struct ref_list *out,
                 struct diag_sink *sink) MUST_USE;
// All realizations of a derivation; none for one that is not in the store.
bool query_rrefs(const struct store *s, struct arena *arena, struct str dref, struct ref_list *out,
                 struct diag_sink *sink) MUST_USE;
// Those whose direct context is `context`, given as canonical text (context_write). The hot path of
// matching.
bool query_matching(const struct store *s, struct arena *arena, struct str dref, struct str context,
                    struct ref_list *out, struct diag_sink *sink) MUST_USE;
// Both kinds of ref. Also true of what cannot be looked at for the moment.
bool query_exists(const struct store *s, struct str ref);

// The canonical text of a derivation's config, promises unresolved. E0702 if there is no such
// derivation.
bool query_config(const struct store *s, struct arena *arena, struct str dref, struct str *text,
                  struct diag_sink *sink) MUST_USE;
// The direct dependencies (the seed's store_deps), and all of them (store_deepdeps), without the
// roots themselves.
bool query_deps(const struct store *s, struct arena *arena, const struct str *drefs, size_t count,
                struct ref_list *out, struct diag_sink *sink) MUST_USE;
bool query_deep_deps(const struct store *s, struct arena *arena, const struct str *drefs,
                     size_t count, struct ref_list *out, struct diag_sink *sink) MUST_USE;
// All realizations behind the given ones, without those (store_deepdepRrefs).
bool query_deep_rrefs(const struct store *s, struct arena *arena, const struct str *rrefs,
                      size_t count, struct ref_list *out, struct diag_sink *sink) MUST_USE;
// The realizations of dependency `dref` that `holder` was built with, direct or deep
// (store_deref_); E0713 if it has no such dependency.
bool query_deref(const struct store *s, struct arena *arena, struct str holder, struct str dref,
                 struct ref_list *out, struct diag_sink *sink) MUST_USE;

// When the realizer began, in nanoseconds since the epoch; false without a report if the
// realization does not say. For messages and `latest` use the text.
bool query_buildtime(const struct store *s, struct str rref, int64_t *ns);
// A file of a realization by its path inside it. False without a report if it cannot be read; *err
// is the errno, ELOOP for a link, which is not followed. `max` bytes at most (0: no limit).
bool query_file(const struct store *s, struct arena *arena, struct str rref, const char *path,
                size_t max, struct str *bytes, int *err) MUST_USE;
// The score of a realization: the number in the first line of a file of it, of which only the
// beginning is read. False without a report if there is none; *err is 0 if the line is no number
// (NaN is none), else the errno of reading it, as of query_file.
bool query_score(const struct store *s, struct str rref, const char *path, double *score,
                 int *err) MUST_USE;

// From what a user typed to a ref: a whole ref, a unique prefix of one ("dref:3f", "rref:3f", or
// bare "3f" for either, also "HASH-name"), a path to a derivation's or realization's folder or
// below it, or a link to one. Errors: E0701 nothing fits, E0717 several do, with the candidates.
bool query_ref(const struct store *s, struct arena *arena, const char *text, struct str *ref,
               struct diag_sink *sink) MUST_USE;
// From an absolute path (links are followed) to the ref of the realization or derivation it is in;
// `rest` (may be null) gets the path below that. False without a report if it is not in the store.
bool query_ref_of_path(const struct store *s, struct arena *arena, const char *path,
                       struct str *ref, struct str *rest);
