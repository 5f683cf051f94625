// Values: 16 bytes, a tag and a word. What the word points at lives in the evaluation's arena and
// is never freed alone, so values are copied freely and kept without ceremony.
//
// Laziness: a VALUE_THUNK stands for a binding, record field or default that nobody needed yet.
// Call arguments, list elements and results are never thunks ("strict at use"); record fields may
// be: read them with record_at or record_get (eval.h: value_force for the rest). A thunk that was
// forced holds its value, and whoever meets it copies the value over the reference.
//
// Strings are ropes: `+` makes a node, string_str flattens it once when somebody looks. Records are
// a shape (which fields, shared by all records of one literal) and an array of values; fields are
// kept by ascending symbol, and shown by code point (shape_order).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bug.h"
#include "base/source.h"
#include "base/str.h"
#include "base/sym.h"

struct eval;
struct code;   // resolve.h: a body with its frame layout
struct module; // module.h
struct builtin_info;
struct stage;       // stage.h
struct encode_done; // encode.h

enum value_tag {
    VALUE_NULL,
    VALUE_BOOL,
    VALUE_INT,
    VALUE_FLOAT, // finite, always
    VALUE_STR,
    VALUE_TEXT, // holds at least one piece that is not a Str
    VALUE_PATH,
    VALUE_LIST,
    VALUE_RECORD,
    VALUE_FN,
    VALUE_STAGE,
    VALUE_REF,
    VALUE_PROMISE,
    VALUE_CLAIM,
    VALUE_MATCHER,
    VALUE_KEY,
    VALUE_REALIZER,
    VALUE_THUNK,  // not yet forced
    VALUE_FAILED, // inside the evaluator only: an error was reported
};

struct value {
    uint8_t tag;   // enum value_tag
    uint8_t flags; // of a Ref inside a Text: VALUE_ALL_PATHS
    uint32_t spare;
    union {
        bool boolean;
        int64_t integer;
        double real;
        struct string *string;
        struct text *text;
        struct path_value *path;
        struct list *list;
        struct record *record;
        struct closure *fn;
        struct stage *stage;
        struct ref_value *ref; // Ref, Promise, Claim
        struct opaque *opaque; // Matcher, Key, Realizer
        struct thunk *thunk;
        const void *raw; // whatever is pointed at
    };
};

// A Ref piece of a Text that `paths(ref)` made: all paths, quoted for the shell.
#define VALUE_ALL_PATHS 1

// A valid UTF-8 string: flat when `p` is not null, else the concatenation of left and right.
// A flat one may end behind `chars` (string_flat).
struct string {
    const char *p;
    uint32_t len;   // bytes
    uint32_t chars; // code points + 1; 0: not yet counted
    struct string *left;
    struct string *right;
};

// Str, Path, Stage and Ref pieces; flat when `pieces` is not null, else the concatenation of left
// and right (Str or Text). Neighbouring strings are one piece, none is empty, and at least one
// piece is no Str.
struct text {
    struct value *pieces;
    size_t count;
    struct value left;
    struct value right;
};

struct path_value {
    struct str path;      // absolute and normal, NUL behind it
    struct stage *source; // the source stage made of it, once it was needed
};

struct list {
    size_t len;
    struct value *at; // never thunks; shared between slices, never written after the list was made
    struct list_store *store; // room behind the elements, for ++ in a loop; null: none
};

// Which fields a record has. `syms` ascends. `spans` (may be null) tells where each field was
// written.
struct shape {
    uint32_t count;
    const sym *syms;
    const struct span *spans;
    uint32_t *order;            // made by shape_order
    struct record_store *store; // room behind the fields (record_extend); null: none
};

struct record {
    struct shape *shape;
    struct value *fields; // by index in shape->syms; may be thunks
};

struct closure {
    const struct code *code;         // of plx, or
    const struct builtin_info *info; // in C (apply.h)
    struct module *module;           // where code was written
    struct value captures[];         // of code
};

// stage / "a/b": parts ["a", "b"]; for a Promise or Claim `stage` is null.
struct ref_value {
    struct stage *stage;
    size_t count;
    struct str *parts;
};

// Matcher, Key and Realizer: their plain description (the forms are those of stage.h and
// engine/realizer.h), and for a user's key its function.
struct opaque {
    struct value data;              // a Record
    struct value fn;                // of a Key made by key(fn): the function; else Null
    uint32_t id;                    // of such a Key: its number
    const struct encode_done *done; // of a Matcher or Realizer that was encoded: its text
};

// ---- making -------------------------------------------------------------------------------------

static inline struct value value_null(void)
{
    return (struct value){.tag = VALUE_NULL};
}
static inline struct value value_bool(bool b)
{
    return (struct value){.tag = VALUE_BOOL, .integer = b};
}
static inline struct value value_int(int64_t n)
{
    return (struct value){.tag = VALUE_INT, .integer = n};
}
// d must be finite; builtins return through eval_float (builtin.h), which checks.
static inline struct value value_float(double d)
{
    return (struct value){.tag = VALUE_FLOAT, .real = d};
}
static inline struct value value_list(struct list *l)
{
    return (struct value){.tag = VALUE_LIST, .list = l};
}
static inline struct value value_record(struct record *r)
{
    return (struct value){.tag = VALUE_RECORD, .record = r};
}
static inline struct value value_stage(struct stage *s)
{
    return (struct value){.tag = VALUE_STAGE, .stage = s};
}

// Memory of the evaluation, zeroed. Never null; the limit is looked at between steps.
void *value_alloc(struct eval *ev, size_t size) MUST_USE;

// A Str that borrows the bytes: they must be valid UTF-8 and live as long as the evaluation
// (literals, arena, value_alloc).
struct value value_str(struct eval *ev, struct str bytes);
// A Str with a copy of the bytes.
struct value value_str_copy(struct eval *ev, struct str bytes);
struct value value_strz(struct eval *ev, const char *literal);

// A flat string of `len` bytes at `p`, or, if that is null, in `room` bytes behind its head, which
// the caller fills.
struct string *string_flat(struct eval *ev, const char *p, size_t len, size_t room) MUST_USE;

// A list with room for `len` elements, which the caller fills before anyone sees it.
struct list *list_new(struct eval *ev, size_t len) MUST_USE;

// A field on its way into a record.
struct field {
    sym name;
    struct value value;
    struct span span; // where it was written; SPAN_NONE if nowhere
};

// A record of these fields, which are sorted in place. With two of one name: null, and *duplicate
// (if not null) is the index of the later of them after sorting (the earlier one is just before
// it).
struct record *record_new(struct eval *ev, struct field *fields, size_t count,
                          size_t *duplicate) MUST_USE;
// The fields of both, if all symbols of `b` come after those of `a`; else null. A large record that
// grows in a loop shares its memory with those that it grew from.
struct record *record_append(struct eval *ev, struct record *a, const struct record *b) MUST_USE;
// Room for a record of `count` fields, which the caller sets.
struct record *record_alloc(struct eval *ev, struct shape *shape) MUST_USE;
// A record with the same fields as `like`, values not yet set (Null).
struct record *record_like(struct eval *ev, const struct record *like) MUST_USE;

// ---- looking ------------------------------------------------------------------------------------

// The bytes of a Str, flattening it first. NUL behind the length.
struct str string_str(struct eval *ev, struct string *s);
// Its length in code points.
size_t string_chars(struct eval *ev, struct string *s);

// The pieces of a Text, flattening it first.
struct value *text_pieces(struct eval *ev, struct text *t, size_t *count);

#define RECORD_NONE UINT32_MAX
// The index of a field or RECORD_NONE.
uint32_t record_find(const struct record *r, sym name) MUST_USE;
// Indices of the fields by code point of their names: the order of keys(), comprehensions and
// everything that is shown.
const uint32_t *shape_order(struct eval *ev, struct shape *shape);

static inline size_t record_count(const struct record *r)
{
    return r->shape->count;
}
static inline struct span record_span(const struct record *r, uint32_t index)
{
    return r->shape->spans ? r->shape->spans[index] : SPAN_NONE;
}

// The name of a type as messages and type_of give it: "Int".
const char *value_type_name(enum value_tag tag);
// The same with its article, for sentences: "an Int", "a List", "null".
const char *value_type_phrase(enum value_tag tag);
