// A derivation's config: a JSON object whose canonical text (base/json.h) is its identity. Form and
// meaning are Pylightnix's: a string that is a whole dref is a dependency, wherever it stands as a
// value; a whole rref makes a warning; a list that begins with
// "__promise__" or "__claim__" names a path that the derivation itself will produce.
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/source.h"
#include "base/str.h"

#define CONFIG_PROMISE_TAG "__promise__"
#define CONFIG_CLAIM_TAG   "__claim__"
#define CONFIG_NO_NAME     "unnamed"
// Brackets inside each other; more is an error.
#define CONFIG_MAX_DEPTH 1000

struct config_promise {
    bool claim;
    struct str attr; // where it stands, for messages: `model`, `outputs[1].plot`, `a."b c"`
    struct str key; // the last step alone, a key or an index: what the seed's config_promises gives
    struct str *parts; // of the path, as written
    size_t part_count; // 0: the output folder itself
    struct str path;   // the parts joined by "/", NUL-terminated; "" for none
};

struct config {
    struct str text;  // canonical
    struct str dref;  // "dref:HASH-name", NUL-terminated
    struct str name;  // `unnamed` if there is none
    struct str *deps; // "dref:…" each, sorted, no repeats
    size_t dep_count;
    struct str *rrefs; // sorted, no repeats
    size_t rref_count;
    struct config_promise *promises; // claims too; in the order of the text
    size_t promise_count;
};

// Reads any JSON text of an object, makes it canonical and validates it: E0709 (not a JSON object),
// E0710 (name), E0711 (promise), W0701 (rref). All memory is in `arena`; the text is not kept
// unless it is canonical already. `h` is a SHA-256 hasher.
bool config_parse(struct config *c, struct arena *arena, struct hasher *h, struct str text,
                  struct span span, struct diag_sink *sink) MUST_USE;

// The same for a text that is known to be canonical (the evaluator wrote it, or it came from the
// store): one pass without a tree. The slices of the result borrow from `text` where they can.
bool config_scan(struct config *c, struct arena *arena, struct hasher *h, struct str text,
                 struct span span, struct diag_sink *sink) MUST_USE;

// The seed's RConfig: promises and claims replaced by ["dref:…", part…]. Appends canonical text;
// `text` must be a valid config.
void config_resolve(struct buf *out, struct str text, struct str dref);
// The same in place, on a parsed value.
void config_resolve_json(json_t *value, const char *dref);
