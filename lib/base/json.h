// Canonical JSON text: byte for byte what Python's json.dumps(value, indent=4, sort_keys=True)
// prints, because that text is a derivation's identity (design: Pylightnix). jansson parses, but
// its writer differs in escapes and floats, so writing is here.
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

// A streaming writer. The caller gives keys in ascending order of code points (checked: a BUG
// otherwise) and balances begin and end: with the last end the writer has released what it held,
// and who gives up before calls json_writer_free.
struct json_level;

struct json_writer {
    struct buf *out;
    bool compact; // one line, ", " and ": " as Python's defaults without indent
    bool after_key;
    struct json_level *levels; // what is open
    size_t depth;
    size_t cap;
    struct buf keys; // the last key of each open object
};

void json_writer_init(struct json_writer *w, struct buf *out, bool compact);
void json_writer_free(struct json_writer *w);
void json_begin_object(struct json_writer *w);
void json_end_object(struct json_writer *w);
void json_begin_array(struct json_writer *w);
void json_end_array(struct json_writer *w);
void json_key(struct json_writer *w, struct str key);
void json_str(struct json_writer *w, struct str s); // valid UTF-8
// A value whose text another writer made, canonical too: it is copied with this place's
// indentation. Not for compact ones.
void json_written(struct json_writer *w, struct str text);
void json_int(struct json_writer *w, int64_t n);
void json_float(struct json_writer *w, double d); // finite
void json_bool(struct json_writer *w, bool b);
void json_nil(struct json_writer *w);

#define JSON_FLOAT_SIZE 32
// The shortest text that reads back as d, in Python's repr form: 0.1, 1e-05, 1e+16, -0.0, 1.0.
// Returns its length.
size_t json_float_text(double d, char out[JSON_FLOAT_SIZE]);

// Appends the canonical text of a jansson value. Depth is bounded by jansson's own parser limit;
// values made by hand must stay below 2048.
void json_canonical(struct buf *out, const json_t *value);
void json_compact(struct buf *out, const json_t *value);

// The text of a JSON string, which may hold NUL; an empty slice for any other value, also for null.
struct str json_slice(const json_t *value);

struct json_problem {
    int line;
    int column;
    char text[160];
};

// Parses a whole text. Accepts any value at the top; rejects duplicate keys, bad UTF-8, integers
// over 64 bits, NaN and trailing bytes. U+0000 in strings is allowed, but not in keys. Null and
// *problem filled on failure; the caller json_decrefs the result.
json_t *json_parse(struct str text, struct json_problem *problem) MUST_USE;
