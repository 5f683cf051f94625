// The candidates of many derivations, one after the other: what query_matching answers, by the
// index (index.h), so that a derivation whose folder has not changed since it was last read costs
// one look at that folder instead of a listing and a file for each realization.
#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "store/context.h"
#include "store/query.h"

struct matching;
struct store;

// `s` must outlive it. Not for use across a fork.
struct matching *matching_open(const struct store *s) MUST_USE;
// Writes what was learnt to the index.
void matching_close(struct matching *m);

// The realizations of `dref` whose direct context is `context`. E0707.
bool matching_find(struct matching *m, struct arena *arena, struct str dref,
                   const struct context *context, struct ref_list *out,
                   struct diag_sink *sink) MUST_USE;
// The folder of `dref` has just changed, and is worth to be read again before the index is written;
// `dref` must live until then.
void matching_note(struct matching *m, struct str dref);
// To be called before a wait: lets others write to the index.
void matching_rest(struct matching *m);
