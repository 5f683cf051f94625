// Matchers: which realizations of a derivation are used, and whether more are wanted. The semantics
// are Pylightnix's `match`: drop the realizations for which a key is none, sort descending by the
// keys in turn and last by hash, ask for more if there are fewer than rmin, cut to rmax, or fail if
// there are more and the matcher is exclusive.
//
//   {"keys": [KEY…], "rmin": N or null, "rmax": N or null, "exclusive": BOOL}
//
// where what is missing is [], 1, 1 and false, and a KEY is one of
//
//   {"kind": "latest"}                   when the realizer began; 0 if it is not known
//   {"kind": "best", "file": PATH}       the number that is the file's first line; what has none,
//   or
//                                        NaN, comes last, with a warning (W0803) if it is chosen
//   {"kind": "worst", "file": PATH}      the same, smallest first
//   {"kind": "exact", "rrefs": [RREF…]}  none for all others
//   {"kind": "texthash"}                 the hash as text
//   {"kind": "call", "id": N}            a function of the user's
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "engine/engine.h"
#include "store/query.h"

struct store;

enum match_key_kind {
    MATCH_LATEST,
    MATCH_BEST,
    MATCH_WORST,
    MATCH_EXACT,
    MATCH_TEXTHASH,
    MATCH_CALL,
};

struct match_key {
    enum match_key_kind kind;
    const char *file;
    struct str *rrefs;
    size_t rref_count;
    uint32_t id;
};

#define MATCH_NO_LIMIT (-1)

struct matcher {
    struct match_key *keys;
    size_t key_count;
    int64_t rmin; // MATCH_NO_LIMIT: none is fine
    int64_t rmax; // MATCH_NO_LIMIT: all
    bool exclusive;
};

// E0813 if the text is no matcher; `name` is the stage's. An empty text is match_only().
bool matcher_parse(struct matcher *m, struct arena *arena, struct str text, const char *name,
                   struct span span, struct diag_sink *sink) MUST_USE;

struct match_request {
    const struct matcher *matcher;
    const struct store *store;
    struct ref_list candidates; // whose context equals the one at hand
    const char *name;
    struct span span;
    engine_key_call *key_call;
    void *key_ctx;
};

enum match_verdict { MATCH_CONTENT, MATCH_MORE, MATCH_FAILED };

struct match_answer {
    struct ref_list chosen; // if content
    size_t candidates;
    size_t dropped;    // of these, for a key that was none
    bool store_failed; // MATCH_FAILED is the system's fault: a score could not be read
};

// MATCH_FAILED after a report: E0807 (exclusive), E0813, E0707, or what the user's key reported.
enum match_verdict match_run(const struct match_request *q, struct arena *arena,
                             struct match_answer *answer, struct diag_sink *sink) MUST_USE;

// Calls the user's keys for what `folder` holds, which is to become `rref` and is in no store yet:
// false after a report if one fails, as it would ever after. `candidates` of the request do not
// matter.
bool match_try(const struct match_request *q, struct str rref, const char *folder,
               struct diag_sink *sink) MUST_USE;

// Adds to a diagnostic why a matcher that was asked again is still not content.
void match_explain(struct diag *d, const struct matcher *m, const struct match_answer *answer);
