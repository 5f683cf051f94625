// What the evaluator needs from outside, as functions of its caller, so that evaluation itself
// touches no file, clock, environment or network. The driver passes the real ones; the language
// server and the fuzzers pass harmless ones.
//
// A function that fails reports to `sink` at `span` itself and returns false. Strings that it gives
// back live in the arena it is given.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/source.h"
#include "base/str.h"

struct eval_host {
    void *ctx;

    // The text of a file that an import, read_text or read_json names; `path` is absolute and
    // normal. The text ends in NUL behind its length; that of a module is kept there. A missing
    // file is E0304.
    bool (*read_file)(void *ctx, struct arena *arena, const char *path, struct span span,
                      struct diag_sink *sink, struct str *text);

    // The text of a standard library module ("std/…" or the prelude), or false without a report if
    // there is none.
    bool (*read_std)(void *ctx, struct str name, struct str *text);

    // Checks a canonical config text as a derivation (name, no foreign forms) and gives its
    // "dref:HASH-name", and the drefs that stand in it as whole strings (the seed's config_deps;
    // sorted, no repeats).
    bool (*derive)(void *ctx, struct arena *arena, struct str config, struct span span,
                   struct diag_sink *sink, struct str *dref, struct str **deps, size_t *dep_count);

    // The identity of a source file or folder: "sha256:HEX" over its content as the store would
    // keep it. include and exclude are glob patterns, relative to the folder; .gitignore is
    // honoured for folders.
    bool (*hash_source)(void *ctx, struct arena *arena, const char *path, const struct str *include,
                        size_t include_count, const struct str *exclude, size_t exclude_count,
                        struct span span, struct diag_sink *sink, struct str *hash);

    // The bytes of a file inside a realization, for read_text in key(fn (r) => …); `path` is the
    // folder of the realization.
    bool (*read_realized)(void *ctx, struct arena *arena, const char *path, struct span span,
                          struct diag_sink *sink, struct str *text);

    // A line from trace().
    void (*trace)(void *ctx, struct span span, struct str text);
};
