// Values as JSON: what `eval --json` prints, configs, realizers, matchers. The encoding is
// language.md's "From stage to derivation". One pass, an explicit stack, canonical text
// (base/json.h). value_encode and eval_to_json are declared in eval.h and builtin.h.
#pragma once

#include "eval/machine.h"

// The text of an object, and the stages in it, in order.
struct encode_done {
    struct str text;
    struct stage **deps;
    size_t dep_count;
};

// What a field of a config or realizer is on its way into JSON. Keys in ascending order, no
// repeats.
struct encode_entry {
    struct str key;
    struct value value;
    struct span span;
    const struct encode_done *done; // what `value` gave when it was encoded before; may be null
    bool is_realizer;               // `value` is a realizer's description, whatever its key
};

struct encode_request {
    const struct encode_entry *entries; // of the outermost object
    size_t count;
    const char
        *what; // "config" or "realizer": errors are E06xx and name the attribute; null: E04xx
    struct span span; // where an attribute has no place of its own
    bool warn_rrefs;  // W0601 for strings that are whole rrefs
    bool is_identity; // matchers, keys and realizers have no place in it: E0601
    bool is_realizer; // so are all entries
};

// Stages that were met, once each, in order.
struct encode_deps {
    struct stage **at;
    size_t len;
    size_t cap;
};

// Appends the object; `deps` may be null.
bool encode_object(struct eval *ev, const struct encode_request *request, struct buf *out,
                   struct encode_deps *deps) MUST_USE;
