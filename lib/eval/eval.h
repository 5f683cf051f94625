// The evaluator's door, for the driver, the tests and the language server. An evaluation owns one
// arena; everything that it gives back (values, modules, stages, strings) lives until eval_free. It
// reports to the sink it was given and reads files through its host only.
//
// Evaluation runs on a stack of its own (a thread with a large stack, joined before the function
// returns), so that depth is bounded by limits and never by the C stack of the caller. An
// evaluation must not be used by two threads at once.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/source.h"
#include "base/str.h"
#include "base/sym.h"
#include "eval/host.h"
#include "eval/stage.h"
#include "eval/value.h"

// Limits; 0 takes the default. The name in an error message is the field's name with dashes, as
// --limit and docs call it.
struct eval_limits {
    uint32_t call_depth; // calls and bindings inside each other: EVAL_CALL_DEPTH
    size_t memory;       // bytes of values: EVAL_MEMORY
    size_t string_bytes; // of one string: EVAL_STRING_BYTES
    size_t list_items;   // of one list: EVAL_LIST_ITEMS
    uint64_t steps;      // calls, bindings and loop turns; 0: no limit
    uint32_t nesting;    // of the source (parse.h)
};

#define EVAL_CALL_DEPTH   100000
#define EVAL_MEMORY       ((size_t)4 << 30)
#define EVAL_STRING_BYTES ((size_t)256 << 20)
#define EVAL_LIST_ITEMS   ((size_t)50 << 20)

struct eval_options {
    const struct eval_host *host;
    struct sources *sources;
    struct symtab *syms;
    struct diag_sink *sink;
    struct eval_limits limits;
    // Looked at between steps; when it becomes true, evaluation ends with E0425 (cancelled). May be
    // null.
    const volatile bool *cancel;
    bool no_std; // leave the standard library written in plx out (tests of the core)
};

struct eval;
struct module;

// Copies the options; what they point at must outlive the evaluation. Null after a report if the
// standard library is broken.
struct eval *eval_new(const struct eval_options *options) MUST_USE;
void eval_free(struct eval *ev);

// What failed once fails again without a report, so that one mistake is one error, however many
// bindings need it. After this call it is tried and reported anew: between two lines of a REPL.
void eval_forget_errors(struct eval *ev);

// Bytes of the values made so far, which only eval_free frees.
size_t eval_memory(const struct eval *ev);

// ---- modules ------------------------------------------------------------------------------------

struct eval_set { // --set name=text
    struct str name;
    struct str text;
};

// Reads, parses and resolves a file and all that it imports, and makes an instance with these
// params. Nothing is evaluated. All independent errors are reported; null if there were any. `path`
// is absolute, or that of a part of the standard library ("std/…"); `name` is how messages call it.
struct module *eval_load(struct eval *ev, const char *path, const char *name,
                         const struct eval_set *sets, size_t set_count) MUST_USE;
// The same for who looks at the module without evaluating it (documentation, a check of a library
// whose params nobody gave): a param without a value is null.
struct module *eval_load_open(struct eval *ev, const char *path, const char *name) MUST_USE;
// The same from a text: an editor's buffer, standard input, `eval -e` without a file (text "").
// Relative paths are relative to the folder of `path` (absolute, need not exist).
struct module *eval_load_text(struct eval *ev, struct str text, const char *path, const char *name,
                              const struct eval_set *sets, size_t set_count) MUST_USE;

// Reports what can be known of a module without evaluating it: what would be wrong if it were
// evaluated, in bodies that nobody calls, too, and lints (lint.h). What was reported before at the
// same place is not reported again, so that it may be evaluated first; of stages that were, more is
// known.
void eval_check(struct eval *ev, struct module *m);
// What else is wrong in a file that could not be loaded, if its syntax is right: errors, no lints.
// `path` is that of eval_load.
void eval_check_broken(struct eval *ev, const char *path);

enum module_item_kind { MODULE_VALUE, MODULE_FUNCTION, MODULE_PARAM, MODULE_TYPE, MODULE_TEST };

// A binding of a module, in the order of the file. Private ones are listed too.
struct module_item {
    enum module_item_kind kind;
    struct str name;      // of a test: its title
    struct str doc;       // ## before it, "" if none
    struct str signature; // source text of `name(params) -> type`, `name: type`, …, on one line
    bool is_private;
    bool has_default; // of a param
    struct span span; // of the name or title
    uint32_t slot;
};

const struct module_item *module_items(const struct module *m, size_t *count);
// The value, function or param of that name. False: there is none. Makes no list of all.
bool module_find(const struct module *m, struct str name, struct module_item *out) MUST_USE;
struct str module_doc(const struct module *m);

// Everything below evaluates. Each first checks the module's asserts (once).

// The record of the public bindings (fields are still lazy).
bool eval_module(struct eval *ev, struct module *m, struct value *out) MUST_USE;
// What `a.b.c` or `a."b c"` names from the module's record down through records and stages, forced.
// E0305 with a suggestion if a part is missing.
bool eval_lookup(struct eval *ev, struct module *m, struct str path, struct value *out) MUST_USE;
// An expression in the scope of a module, private names included. `name` is how messages call the
// text.
bool eval_expr(struct eval *ev, struct module *m, struct str text, const char *name,
               struct value *out) MUST_USE;
// The same, evaluated when it is needed: *out is a thunk. False: the text is wrong.
bool eval_expr_delay(struct eval *ev, struct module *m, struct str text, const char *name,
                     struct value *out) MUST_USE;
// A test binding: *passed is false with E0426 reported as an error that shows both sides of a
// comparison. False: evaluation failed.
bool eval_test(struct eval *ev, struct module *m, const struct module_item *test,
               bool *passed) MUST_USE;

// ---- values -------------------------------------------------------------------------------------

// Evaluates everything inside. Thunks inside are replaced by their values.
bool eval_force_deep(struct eval *ev, struct value *v) MUST_USE;

struct print_style {
    size_t max_bytes; // cut with … behind them; 0: never
    size_t max_lines; // the same
    size_t max_depth; // lists and records in each other, where they do not fit a line; 0: any
    bool *cut;        // is set to whether it was cut; may be null
    bool lazy;        // show what is not yet evaluated as `…` instead of evaluating it
};

// As plx would write it, multi-line where it is long: { a = 1, b = [1, 2], s = <stage dref:…-name>,
// f = <fn f> }. Any depth.
bool value_print(struct eval *ev, struct value v, struct print_style style,
                 struct buf *out) MUST_USE;
// Canonical JSON (4 spaces, keys sorted) or compact, with stages, refs, paths and Texts in the
// config's encoding (language.md "From stage to derivation"). A Path is encoded as the Ref of its
// source stage. E0427 for a function. Any depth.
bool value_encode(struct eval *ev, struct value v, bool compact, struct buf *out) MUST_USE;

// ---- stages -------------------------------------------------------------------------------------

struct stage_list {
    struct stage **at;
    size_t len;
};

// All stages that a value is or holds in records and lists, once each, in order of appearance;
// forces what it walks. A Ref counts as its stage.
bool eval_stages(struct eval *ev, struct value v, struct stage_list *out) MUST_USE;
// The stages among a module's public bindings, and in records and lists there.
bool eval_module_stages(struct eval *ev, struct module *m, struct stage_list *out) MUST_USE;
// Every stage of this evaluation so far, in order of making.
struct stage_list eval_all_stages(struct eval *ev);

enum key_score_kind { KEY_NONE, KEY_INT, KEY_FLOAT, KEY_TEXT };

struct key_score {
    enum key_score_kind kind;
    int64_t integer;
    double number;
    struct str text;
};

// Runs user key function number `id` ({"kind": "call", "id": N} in a matcher) on a realization: its
// rref and its folder. False after a report.
bool eval_key_score(struct eval *ev, uint32_t id, struct str rref, const char *folder,
                    struct key_score *score) MUST_USE;
