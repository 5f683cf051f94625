// Modules. A definition is a file, parsed and resolved once; an instance is a definition with its
// params set, whose slots hold the bindings' values or thunks. Instances with equal params are one.
#pragma once

#include "base/map.h"
#include "eval/machine.h"

struct module_slot {
    sym name;
    struct node *init; // delayed; null: a param without default
    struct span span;  // of the name
    bool is_private;
    bool is_param;
    bool is_broken;                  // the parser could not read it
    bool used;                       // by this module
    const struct contract *contract; // of its type; may be null
};

struct module_assert {
    const struct code *condition;
    const struct code *otherwise; // may be null
};

struct module_test {
    const struct code *body;
    struct span span; // of the title
};

// A local name that is never used, or hides another (lint.h).
struct finding {
    uint8_t lint; // enum lint_kind
    sym name;
    struct span span;
    struct span other; // SHADOW: of the hidden name
};

// A name in a type that waits for the module's imports (contract_resolve.h).
struct contract_name {
    struct contract *contract;
    struct name *parts;
    uint32_t count;
    struct contract **local; // the type of a let that it is, or null
    bool is_local;           // the first of several parts is a variable,
    struct node **bound;     // and this is what a let binds it to; null: something else
};

// A constant with a type.
struct contract_const {
    struct node *thunk; // as large as a node_const
    const struct node_const *constant;
    const struct contract *contract;
};

struct toplevel;

// Of a binding that module_items lists.
struct item_note {
    uint8_t kind; // enum module_item_kind
    bool has_default;
    sym name;       // of a test: none
    uint32_t slot;  // in slots or tests
    uint32_t start; // of the name or title
    uint32_t end;
    uint32_t signature_end;
    uint32_t texts; // index + 1 in item_texts of its documentation, behind which a test's title
                    // stands; 0: no documentation
};

struct binding_type { // type NAME = T
    sym name;
    struct contract *contract;
    struct span span;
    bool is_private;
    bool used;
};

enum def_state { DEF_LOADING, DEF_READY, DEF_BROKEN };

struct module_def {
    enum def_state state;
    struct str path; // absolute; "std/…" for the standard library; the key in eval.defs
    const char *dir; // what relative paths are relative to
    const struct source *source;
    struct span importing;  // the import that is being loaded
    struct toplevel *outer; // names that its own hide (toplevel.h); null: only the library's
    bool is_std;
    bool is_json;
    bool is_whole; // its text has a meaning, though names, types and imports may be missing
    struct value json;
    VEC(struct module_slot) slots;
    struct symmap names; // to slots
    VEC(struct module_assert) asserts;
    VEC(struct module_test) tests;
    const struct symtab *syms;
    VEC(struct item_note) item_notes; // of these the items are made when they are asked for
    VEC(struct str) item_texts;
    struct arena item_arena;
    struct module_item *items;
    struct str doc;
    struct shape *shape;    // of the public record
    uint32_t *public_slots; // by index in the shape
    VEC(struct node_import *) imports;
    struct module *plain; // the instance without params
    struct map instances; // by the key of their params
    VEC(struct binding_type) types;
    struct symmap type_of;            // a name's place in types
    VEC(struct finding) findings;     // what lints may say of the scopes of its text
    VEC(struct contract *) contracts; // not yet linked
    VEC(struct contract_name) type_names;
    VEC(struct contract_const) typed_constants;
};

struct module {
    struct module_def *def;
    struct record *record; // made by module_record
    enum { ASSERTS_OPEN, ASSERTS_RUNNING, ASSERTS_HELD, ASSERTS_FAILED } asserts;
    uint32_t epoch; // when they failed
    struct value slots[];
};

// Loads (parses, resolves, loads imports of) a file or "std/…". Null after a report. `from` is the
// import's place.
struct module_def *module_def_load(struct eval *ev, struct str path, struct span from) MUST_USE;
// The same from a text that stands for the file `path`, which is read from nowhere. `outer` may be
// null.
struct module_def *module_def_text(struct eval *ev, struct str text, struct str path,
                                   const char *name, struct toplevel *outer) MUST_USE;
// What is not in the arena.
void module_def_free(struct module_def *def);
// Loads the imports that expressions added to def->imports since `from`.
bool module_load_imports(struct eval *ev, struct module_def *def, size_t from) MUST_USE;

// An instance with params by slot (VALUE_FAILED where not given), or null for none. All required
// ones must be given.
struct module *module_instance(struct eval *ev, struct module_def *def,
                               const struct value *params) MUST_USE;
// The record of public bindings. Checks the asserts first.
bool module_record(struct eval *ev, struct module *m, struct value *out) MUST_USE;
bool module_check_asserts(struct eval *ev, struct module *m) MUST_USE;
// Evaluates import(…).
struct value module_import(struct eval *ev, const struct node_import *n, struct frame *f);
// Reads the std modules and the builtins into eval.globals.
bool module_load_std(struct eval *ev) MUST_USE;
