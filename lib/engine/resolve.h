// What the references in a config or a realizer stand for, once the dependencies are realized: a
// Ref or Stage for the paths of the realizations that were matched, a Promise or Claim for a path
// inside the output, a Text for its pieces put together.
//
// The JSON forms are those of realizer.h and of configs (language.md, "From stage to derivation"):
//   "dref:HASH-name"  ["dref:HASH-name", part…]  ["__promise__", part…]  ["__claim__", part…]
//   {"__text__": [piece…]}  where a piece is a string, one of the lists, ["dref:HASH-name"] or
//   {"__paths__": [ref…]} for ~{paths(ref)}
//   {"__list__": [item…]}  a list that would be a path without it (store/config_form.h)
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "store/context.h"

struct store;

struct resolver {
    struct arena *arena;
    const struct store *store;
    const struct context *context; // direct
    const char *out;               // absolute path of the (first) output
    struct span span;              // of the stage, for errors
    struct diag_sink *sink;
};

enum resolve_kind {
    RESOLVE_PLAIN, // nothing to resolve at this level; a list's elements are config_items
    RESOLVE_REF,   // Ref or Stage: any number of paths
    RESOLVE_OWN,   // Promise or Claim: one path
    RESOLVE_TEXT,
};

enum resolve_kind resolve_kind(const json_t *value);

// The paths of a Ref, Stage, Promise or Claim. `where` says for messages where it stands:
// "attribute `data`". E0812 if the ref is to no dependency.
bool resolve_paths(const struct resolver *r, const json_t *value, const char *where,
                   struct str **paths, size_t *count) MUST_USE;

// Appends what any text-valued field stands for: a string itself, a reference its one path (E0812
// if there are more or none), a Text its pieces, `~{paths(…)}` quoted for the shell. E0813 for any
// other JSON.
bool resolve_text(const struct resolver *r, const json_t *value, const char *where,
                  struct buf *out) MUST_USE;
// The same as a string in the arena; null after an error.
char *resolve_text_dup(const struct resolver *r, const json_t *value, const char *where) MUST_USE;

// A copy with all references resolved, for PLX_CONFIG: a Ref becomes its path, or a list of paths
// where it has not exactly one. Null after an error.
json_t *resolve_json(const struct resolver *r, const json_t *value, const char *where) MUST_USE;

// Appends `s` as one word of a POSIX shell.
void resolve_shell_quote(struct buf *out, struct str s);
