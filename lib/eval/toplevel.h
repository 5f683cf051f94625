// The scope of an interactive session: bindings that come one after the other, as in the toplevel
// of an ML. It is a table from names to slots of module instances, which is looked at only while a
// text is resolved. So the bindings of one text see each other, whatever was there before and
// nothing that comes later: a name that is defined again means the new thing from then on, and what
// was resolved before keeps the old one.
//
// Each text with bindings becomes a module of its own; expressions share one without bindings. `it`
// is the slot of a module, too, so that the value of the last expression can be one that is made
// only when somebody asks for it.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/bug.h"
#include "base/str.h"
#include "base/sym.h"
#include "eval/eval.h"

struct toplevel;
struct module;
struct buf;

// An empty scope over the standard library. `dir` (absolute) is what relative paths are relative
// to. Null after a report.
struct toplevel *toplevel_new(struct eval *ev, const char *dir) MUST_USE;
// Before the evaluation is freed. Null is fine.
void toplevel_free(struct toplevel *t);

enum toplevel_kind {
    TOPLEVEL_NOTHING,  // blanks and comments
    TOPLEVEL_BINDINGS, // and tests, types, asserts
    TOPLEVEL_EXPR,
    TOPLEVEL_MORE, // it goes on with another line
};

// What a text is. Of one that is wrong: what it was likely meant to be.
enum toplevel_kind toplevel_classify(struct symtab *syms, struct str text);
// Is it an expression without an error of syntax?
bool toplevel_is_expr(struct symtab *syms, struct str text);

// ---- defining -----------------------------------------------------------------------------------

// All bindings and types of a module, private ones included.
void toplevel_open(struct toplevel *t, struct module *m);
// Those of a text, after its asserts were checked. False after a report, and then none of them is
// defined. `name` is how messages call the text, different for each; *out (borrowed) is for the
// text's items, and may be null.
bool toplevel_define(struct toplevel *t, struct str text, const char *name,
                     struct module **out) MUST_USE;
// The value of an expression.
bool toplevel_eval(struct toplevel *t, struct str text, const char *name,
                   struct value *out) MUST_USE;
// `it` becomes that value; or the expression's, once it is needed. A binding called `it` hides it.
void toplevel_set_it(struct toplevel *t, struct value v);
bool toplevel_delay_it(struct toplevel *t, struct str text, const char *name) MUST_USE;
// Did the last text that was defined, evaluated or delayed mention `it`?
bool toplevel_mentions_it(const struct toplevel *t);

// ---- looking, without evaluating anything -------------------------------------------------------

struct toplevel_name {
    struct str name;
    struct str signature; // source text on one line, "" for what the standard library has
    struct str doc;
    enum module_item_kind kind;
};

struct toplevel_names {
    struct toplevel_name *at;
    size_t len;
    size_t cap;
};

void toplevel_names_free(struct toplevel_names *names);

// The names that were defined, in the order in which they came; one that was defined again comes
// where it was first. `it` is not among them.
void toplevel_defined(struct toplevel *t, struct toplevel_names *out);
// Those of the standard library.
void toplevel_library(struct toplevel *t, struct toplevel_names *out);
// The binding or type that `name` or `lib.name` stands for (lib: an import), in a module that was
// opened, defined or imported.
bool toplevel_find(struct toplevel *t, struct str path, struct toplevel_name *out) MUST_USE;
// The fields of what a dotted path leads to, as far as that is known: of values that were evaluated
// already, of record literals, of imported modules, and of calls of `stage`.
void toplevel_fields(struct toplevel *t, struct str path, struct toplevel_names *out);

// ---- for resolve_scope.c and contract_resolve.c -------------------------------------------------

struct module_def;
struct contract;

struct toplevel_slot {
    struct module *module;
    uint32_t slot;
};

// The slot of a value's name; false if there is none.
bool toplevel_slot(struct toplevel *t, sym name, struct toplevel_slot *out) MUST_USE;
// What a name is bound to in its text, for a type `lib.Name`; null if it is no binding.
const struct node *toplevel_init(struct toplevel *t, sym name);
// The type of that name or null.
struct contract *toplevel_type(struct toplevel *t, sym name);
// Names for suggestions: of values, or of types; "" where an entry is the other.
size_t toplevel_count(const struct toplevel *t);
struct str toplevel_candidate(const struct toplevel *t, size_t index, bool is_type);
