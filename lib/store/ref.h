// References: dref:HASH-name names a derivation, rref:HASH-HASH-name a realization of it (its own
// HASH first). HASH is 32 lower-case hex digits, the first half of a SHA-256; a name matches
// [a-zA-Z0-9_-]+. The model and the forms are Pylightnix's.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/bug.h"
#include "base/str.h"

#define REF_HASH_LEN 32
// A name is limited, so that "HASH-name" and temporary forms of it fit NAME_MAX (255) on every file
// system.
#define REF_NAME_MAX 200

// Both forms as text, NUL-terminated, inside a fixed struct, so that they copy as values.
struct dref {
    char text[5 + REF_HASH_LEN + 1 + REF_NAME_MAX + 1]; // "dref:HASH-name"
};

struct rref {
    char text[5 + REF_HASH_LEN + 1 + REF_HASH_LEN + 1 + REF_NAME_MAX + 1]; // "rref:HASH-HASH-name"
};

enum ref_problem {
    REF_OK,
    REF_NO_PREFIX, // neither dref: nor rref:, or the other one
    REF_BAD_HASH,  // too short, too long, not lower-case hex
    REF_BAD_NAME,  // empty, or a character that a name may not have
    REF_NAME_LONG,
};

enum ref_problem dref_parse(struct str text, struct dref *out) MUST_USE;
enum ref_problem rref_parse(struct str text, struct rref *out) MUST_USE;
// What is wrong, as a phrase: "its hash is not 32 lower-case hex digits".
const char *ref_problem_text(enum ref_problem p);

bool ref_is_dref(struct str text);
bool ref_is_rref(struct str text);
bool ref_name_valid(struct str name);

// From a full or already cut hex hash (at least REF_HASH_LEN digits) and a valid name; anything
// else is a BUG.
struct dref dref_make(struct str hash, struct str name);
struct rref rref_make(struct str hash, const struct dref *d);
struct dref rref_dref(const struct rref *r);
struct str dref_hash(const struct dref *d);
struct str dref_name(const struct dref *d);
struct str rref_hash(const struct rref *r);

// "HASH-name": the folder of a derivation in the store.
const char *dref_folder(const struct dref *d);
