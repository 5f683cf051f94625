// How a function is written in C: one row in the table of its file with the name, the parameters,
// the documentation and the body beside it, and one line in builtin_tables (builtin.c) for a new
// file.
//
//     static bool list_take(struct eval *ev, struct call *c, struct value *out)
//     {
//         struct list *xs = c->args[0].list;
//         int64_t n = c->args[1].integer;
//         ...
//     }
//
//     const struct builtin builtin_list[] = {
//         {.name = "take",
//          .params = {ARG("xs", ACCEPT_LIST), ARG("n", ACCEPT_INT)},
//          .result = "List",
//          .fn = list_take,
//          .doc = "The first `n` elements of `xs`, or all if there are fewer."},
//         {.name = NULL}};
//
// Before the body runs, arguments were evaluated, matched by position or name, checked against what
// their parameter accepts, and defaults filled in; so the body reads c->args[i] in the order of the
// parameters, never a thunk. It reports errors with call_error, returns false after one, and
// otherwise sets *out to a value that is no thunk. Whatever it allocates comes from the
// evaluation's arena (value_alloc, list_new …); scratch that may be large comes from a buf or vec
// that it frees itself.
//
// A function that calls its arguments or walks deep values needs no care for the C stack: eval_call
// and value_force count depth. Loops that do not call back and can be long check eval_tick now and
// then.
#pragma once

#include "base/diag.h"
#include "eval/value.h"

// What a parameter accepts: a bit for each tag.
#define ACCEPT(tag)     ((uint32_t)1 << (tag))
#define ACCEPT_NULL     ACCEPT(VALUE_NULL)
#define ACCEPT_BOOL     ACCEPT(VALUE_BOOL)
#define ACCEPT_INT      ACCEPT(VALUE_INT)
#define ACCEPT_FLOAT    ACCEPT(VALUE_FLOAT)
#define ACCEPT_NUMBER   (ACCEPT_INT | ACCEPT_FLOAT)
#define ACCEPT_STR      ACCEPT(VALUE_STR)
#define ACCEPT_TEXT     (ACCEPT(VALUE_TEXT) | ACCEPT_STR) // Str is accepted where Text is asked for
#define ACCEPT_PATH     ACCEPT(VALUE_PATH)
#define ACCEPT_LIST     ACCEPT(VALUE_LIST)
#define ACCEPT_RECORD   ACCEPT(VALUE_RECORD)
#define ACCEPT_FN       ACCEPT(VALUE_FN)
#define ACCEPT_STAGE    ACCEPT(VALUE_STAGE)
#define ACCEPT_REF      ACCEPT(VALUE_REF)
#define ACCEPT_MATCHER  ACCEPT(VALUE_MATCHER)
#define ACCEPT_KEY      ACCEPT(VALUE_KEY)
#define ACCEPT_REALIZER ACCEPT(VALUE_REALIZER)
#define ACCEPT_ANY      (ACCEPT(VALUE_THUNK) - 1)

#define BUILTIN_PARAMS 12

struct builtin_param {
    const char *name;
    uint32_t accepts;
    // The default as plx writes it: null, true, false, a number, a string without escapes, [] or
    // {}. Null: the argument is required.
    const char *fallback;
    bool rest; // `..name`, the last one: surplus named arguments as a Record
};

#define ARG(n, mask)                                                                               \
    {                                                                                              \
        .name = (n), .accepts = (mask)                                                             \
    }
#define OPT(n, mask, text)                                                                         \
    {                                                                                              \
        .name = (n), .accepts = (mask), .fallback = (text)                                         \
    }
#define REST(n)                                                                                    \
    {                                                                                              \
        .name = (n), .accepts = ACCEPT_RECORD, .rest = true                                        \
    }

struct call {
    const struct builtin *builtin;
    struct value *args;
    struct span span; // of the whole call
    const struct span
        *arg_spans; // of each argument by parameter; SPAN_NONE for one that was not written
};

typedef bool builtin_fn(struct eval *ev, struct call *c, struct value *out);

enum builtin_flags {
    BUILTIN_INTERNAL =
        1, // seen by standard library modules only: a primitive that stdlib/*.plx wraps
};

struct builtin {
    const char *name;
    struct builtin_param params[BUILTIN_PARAMS]; // ends at a null name
    const char *result;                          // the result's type, for documentation
    builtin_fn *fn;
    const char *doc; // markdown, first line a sentence; an example behind "```plx" lines
    unsigned flags;
    const char *section; // of the reference; null: that of the row before
};

// All tables; a null ends the list. Each table ends with a row whose name is null.
extern const struct builtin *const builtin_tables[];

// Modules of the standard library written in plx, all of whose public names everyone sees; a null
// ends the list. Names are what host->read_std is asked for: "std/lists.plx".
extern const char *const builtin_std_modules[];

// ---- errors: each names the function ------------------------------------------------------------

// Reports at argument number `arg` (at the whole call if -1, or if that argument was not written),
// with the trace of what led here. Messages name the function: call_error(ev, c, 1, "E0405",
// "`take` needs a count that is not negative, not %" PRId64, n). Labels, notes and help need
// call_diag. Always returns false, so that one can write `return call_error(…)`.
bool call_error(struct eval *ev, const struct call *c, int arg, const char *code, const char *fmt,
                ...) PRINTF_LIKE(5, 6);
// The same, giving the diagnostic, for labels, notes and help.
struct diag *call_diag(struct eval *ev, const struct call *c, int arg, const char *code,
                       const char *fmt, ...) PRINTF_LIKE(5, 6);
// "`FUNCTION` takes WANTED as `PARAM`, but it is given AN INT" (E0402) for an argument or something
// inside it ("an element of `xs`" when what is not null).
bool call_type_error(struct eval *ev, const struct call *c, int arg, const char *what,
                     const char *wanted, struct value got);

// ---- services -----------------------------------------------------------------------------------

struct symtab *eval_syms(struct eval *ev);
struct diag_sink *eval_sink(struct eval *ev);
struct arena *eval_arena(struct eval *ev);
const struct eval_host *eval_host(struct eval *ev);

// Interns; the name of a symbol as a Str value is shared.
sym eval_sym(struct eval *ev, struct str name);
struct value eval_sym_value(struct eval *ev, sym name);
// The symbol of a Str that is to be a key.
sym eval_key(struct eval *ev, struct string *s);

// Calls a function value with positional arguments (forced values). The result is forced.
bool eval_call(struct eval *ev, struct value fn, const struct value *args, size_t count,
               struct span span, struct value *out) MUST_USE;
// Calls a predicate, whose answer must be a Bool: E0401 that names `c`'s function otherwise.
bool eval_call_bool(struct eval *ev, struct call *c, struct value fn, const struct value *args,
                    size_t count, bool *out) MUST_USE;

// Evaluates a thunk and writes its value over *v; nothing for other values.
bool value_force(struct eval *ev, struct value *v, struct span span) MUST_USE;
// Everything inside, too (records, lists; not functions or the configs of stages).
bool value_force_deep(struct eval *ev, struct value *v, struct span span) MUST_USE;
// Field number `index`, forced.
bool record_at(struct eval *ev, struct record *r, uint32_t index, struct span span,
               struct value *out) MUST_USE;

// Structural `==`. E0414 for functions, E0413 for a Text; explicit stack, so any depth. Forces
// fields.
bool value_equal(struct eval *ev, struct value a, struct value b, struct span span,
                 bool *equal) MUST_USE;
// Is a part of a value, so many levels inside of it, deeper than the limit? Then reported (E0420):
// the value is mostly one that contains itself.
bool value_too_deep(struct eval *ev, size_t depth, struct span span) MUST_USE;
// Ordering of numbers, strings, and lists of those: *order negative, 0, positive. E0401 for
// anything else.
bool value_compare(struct eval *ev, struct value a, struct value b, struct span span,
                   int *order) MUST_USE;

// a + b for Str and Text (a rope). E0422 over the string limit.
bool value_concat(struct eval *ev, struct value a, struct value b, struct span span,
                  struct value *out) MUST_USE;
// Str or Text of a value as `~{…}` makes it; E0416 for what cannot be interpolated.
bool value_interpolate(struct eval *ev, struct value v, struct span span,
                       struct value *out) MUST_USE;
// A list of Str and Text to one Str or Text in linear time: what join does. `sep` is a Str or Text.
bool value_join(struct eval *ev, const struct value *at, size_t len, struct value sep,
                struct span span, struct value *out) MUST_USE;

// *out = d, or E0407 naming the function if it is NaN or infinite.
bool call_float(struct eval *ev, const struct call *c, double d, struct value *out) MUST_USE;
// Are `bytes` more within the limit of memory? E0421.
bool eval_memory_limit(struct eval *ev, size_t bytes, struct span span) MUST_USE;
// Are `len` elements or `bytes` within the limits? E0423, E0422, E0421. Ask before making a list or
// string of a computed size.
bool eval_list_limit(struct eval *ev, size_t len, struct span span) MUST_USE;
bool eval_string_limit(struct eval *ev, size_t bytes, struct span span) MUST_USE;
// Counts `steps` and checks memory, step limit and cancellation.
bool eval_tick(struct eval *ev, size_t steps, struct span span) MUST_USE;

// In key(fn (r) => …): the absolute path of the file or folder that a Ref into the realization at
// hand names. Null for every other Ref: what it names does not exist yet.
const char *eval_ref_path(struct eval *ev, const struct ref_value *r) MUST_USE;

// A JSON text to a value: objects are Records, numbers Int or Float. E0419 at `span` with line and
// column in `what`.
bool eval_from_json(struct eval *ev, struct str text, const char *what, struct span span,
                    struct value *out) MUST_USE;
// A value's JSON in the encoding of eval.h (value_encode), compact or with 4 spaces, as a Str.
bool eval_to_json(struct eval *ev, struct value v, bool compact, struct span span,
                  struct value *out) MUST_USE;
// How a person reads a value (eval.h: value_print), appended to out; cut with … behind `max` bytes
// (0: never).
struct buf;
bool eval_show(struct eval *ev, struct value v, size_t max, struct buf *out) MUST_USE;

// ---- what stdlib/*.plx builds stages from (builtin_stage.c) -------------------------------------
//
//     mkdrv(config, matcher, realizer, check_promises = true, hash_realizer = true, outputs = 1,
//           resources = null, timeout = null, retry = 0, passenv = [], silent_timeout = null) ->
//           Stage
//     source(path, include = [], exclude = []) -> Ref
//     paths(ref: Ref | Stage) -> Text
//     promise, claim                          values, not functions
//
// and, seen in std modules only:
//
//     _realizer(data: Record) -> Realizer     data as in engine/realizer.h; values stand for
//                                             themselves in it
//     _key(data: Record) -> Key               {kind = "best", file = "accuracy.txt"}
//     _key_fn(f: Fn) -> Key                   key(fn (r) => …)
//     _matcher(keys: List, rmin, rmax, exclusive) -> Matcher
//     _stage_parts(s: Stage) -> Record        the arguments of the mkdrv call that made s
//     _restage(s: Stage, matcher = null, realizer = null) -> Stage
//                                             the same derivation (same dref), matched or made
//                                             otherwise
