// A realization's direct context: for each direct dependency, the realizations that it was built
// with. It is stored as context.json in canonical text, a JSON object of lists: {"dref:…":
// ["rref:…", …], …}, rrefs in the matcher's order. An rref's hash covers it, so that the direct
// contexts determine the deep ones, as in any Merkle tree.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/map.h"
#include "base/str.h"

struct store;

struct context_entry {
    struct str dref;
    struct str *rrefs; // NUL-terminated behind their lengths
    size_t count;      // may be 0: the dependency's matcher wanted none
};

struct context {
    struct context_entry *at; // ascending by dref, no repeats
    size_t len;
};

// Sorts the entries by dref in place and makes a context of them; a repeated dref is a BUG. The
// entries are borrowed.
struct context context_make(struct context_entry *entries, size_t count) MUST_USE;

// Appends the canonical text.
void context_write(const struct context *c, struct buf *out);
// Reads any JSON text of that form and validates it: E0712 names `what` (a path or a ref).
bool context_parse(struct context *c, struct arena *arena, struct str text, const char *what,
                   struct diag_sink *sink) MUST_USE;
bool context_eq(const struct context *a, const struct context *b);
// The seed's context_deref; null if the dref is not in it.
const struct context_entry *context_find(const struct context *c, struct str dref);

// The direct context of a realization in the store.
bool context_read(const struct store *s, struct arena *arena, struct str rref, struct context *c,
                  struct diag_sink *sink) MUST_USE;

// Direct contexts that were read once, by rref, so that walking many realizations that share
// dependencies reads each file once.
struct context_memo {
    struct arena arena;
    struct map direct; // rref → struct context *
};

#define CONTEXT_MEMO_INIT ((struct context_memo){0})
void context_memo_free(struct context_memo *m);
// Remembers what the caller knows already, copying it.
void context_memo_put(struct context_memo *m, struct str rref, const struct context *direct);
const struct context *context_memo_get(struct context_memo *m, const struct store *s,
                                       struct str rref, struct diag_sink *sink) MUST_USE;

// The complete context (the seed's Context) behind a direct one: the mapping for all dependencies,
// direct and deep. The strings are the memo's or `direct`'s. Two different lists for one dref
// cannot come from a realization that plx made: E0713.
bool context_complete(struct context_memo *m, const struct store *s, const struct context *direct,
                      struct arena *arena, struct context *out, struct diag_sink *sink) MUST_USE;

// The absolute paths behind a Ref ["dref:…", part…], one for each realization in the context; the
// dref must be in it (E0713).
bool context_paths(const struct context *c, const struct store *s, struct arena *arena,
                   struct str dref, const struct str *parts, size_t part_count, struct str **paths,
                   size_t *count, struct diag_sink *sink) MUST_USE;
