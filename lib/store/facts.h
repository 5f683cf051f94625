// What a derivation's folder holds, as a text:
//
//   dref:HASH-name                  for each dependency of the derivation
//   RHASH CHASH need need …         for each realization; CHASH is the beginning of the SHA-256 of
//                                   its context.json; a need is RHASH:N for one of the N-th
//                                   dependency, or a whole rref
//
// in lines, sorted. This is what the index (index.h) keeps of a folder.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/str.h"
#include "store/index.h"
#include "store/ref.h"

struct store;

#define FACTS_CONTEXT_LEN 32                                     // of CHASH
#define FACTS_NEEDS       (REF_HASH_LEN + 1 + FACTS_CONTEXT_LEN) // where the needs begin

// Reads folders, one after the other. Zero but for `s` and `h`, which are borrowed.
struct facts_reader {
    const struct store *s;
    struct hasher *h;
    struct arena scratch;
    struct buf text;
    struct buf line;
};

struct facts {
    struct str text;
    struct index_stamp stamp;
    bool fresh; // whole, and old enough for the stamp to tell of any change: good to be kept
};

// Reads the folder of a derivation. The text is good until the next call. 0 or -errno, -ENOENT if
// there is none, with an empty text.
int facts_read(struct facts_reader *r, struct str dref, struct facts *out) MUST_USE;
void facts_reader_free(struct facts_reader *r);

// Takes the first line off `rest`; false at the end.
bool facts_next_line(struct str *rest, struct str *line);
bool facts_is_dependency(struct str line);
bool facts_is_realization(struct str line);
