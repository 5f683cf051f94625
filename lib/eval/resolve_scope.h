// Scopes of the resolve pass. A unit is a code that is being made (a function, a thunk); a local is
// a variable of the unit where it was declared. Looking a name up costs one step: eval.local_of
// maps each symbol to its innermost local, and a local remembers the one that it hides.
#pragma once

#include "eval/module.h"

struct capture_entry {
    uint32_t local; // index in resolver.locals
    struct capture from;
};

struct unit {
    struct unit *parent;
    uint32_t serial;
    uint32_t next_slot;
    uint32_t slots;
    VEC(struct capture_entry) captures;
};

enum local_kind { LOCAL_BINDING, LOCAL_PARAM, LOCAL_REST, LOCAL_VARIABLE };

struct local {
    sym name;
    uint8_t kind; // enum local_kind
    bool used;
    struct span span;
    struct unit *unit;
    uint32_t slot;
    uint32_t hidden;        // index + 1 of the local of the same name outside; 0: none
    struct node **bound;    // of a let: where its value will stand; else null
    uint32_t group;         // let that it belongs to, for aliases among siblings; 0: none
    uint32_t cached_serial; // the unit that asked last, and its capture
    uint32_t cached_capture;
};

// A type of a let.
struct local_type {
    sym name;
    struct span span;
    bool used;
    struct contract **at;
};

// A name that is no local, in a module whose bindings are not all known: a binding that comes later
// may define it. Patched by scope_close.
struct late_name {
    struct node *node; // as large as a node_const
    struct name name;
    struct span within; // the binding that it stands in
    sym like; // the local that is most like it, for when nothing defines it; SYM_NONE: none
};

// A local that hides no name yet.
struct late_local {
    sym name;
    struct span span;
};

struct resolver {
    struct eval *ev;
    struct module_def *def;
    uint32_t source;
    struct unit *unit;
    VEC(struct local) locals;
    VEC(struct local_type) types;
    uint32_t serial;
    uint32_t group; // of the let whose bindings are being resolved
    uint32_t nesting;
    uint32_t unbound_count; // names that are not defined
    bool failed;            // for another reason than names that are not defined
    bool open;              // the module's bindings are not all known
    VEC(struct late_name) late;
    VEC(struct late_local) unhiding;
    struct span within;   // the binding of the module that is being resolved
    size_t errors_before; // of the sink, when the module began
};

// Begins a scope; what it returns goes to the others.
size_t scope_begin(struct resolver *r);
void scope_end(struct resolver *r, size_t mark);
// Declares a variable and gives its slot. A second one of that name since `mark` is E0302.
uint32_t scope_declare(struct resolver *r, struct name name, enum local_kind kind, size_t mark);

// E0302.
void scope_report_twice(struct resolver *r, struct name name, const char *what, struct span first);
// Where a variable of this name was declared since `mark`; SPAN_NONE if it was not.
struct span scope_span(const struct resolver *r, sym name, size_t mark);

void unit_begin(struct resolver *r, struct unit *u);
// The code of the unit, with its body; the unit is gone.
struct code *unit_end(struct resolver *r, struct unit *u, struct node *body, enum code_kind kind);
// Closes a unit of which nothing came.
void unit_drop(struct resolver *r, struct unit *u);

// All bindings of the module are known: settles what waited for them.
void scope_close(struct resolver *r);
// Has the parser reported an error in this binding? It leaves names without what declares them, of
// which nobody wants to hear.
bool scope_is_broken(const struct resolver *r, struct span binding);

// The node of a variable, or a constant after E0301.
struct node *scope_name(struct resolver *r, struct name name, struct span span);
// Is this name a variable of the let that is being resolved?
bool scope_is_sibling(const struct resolver *r, sym name);

// Ends the types of a let, which began at `first`.
void scope_end_types(struct resolver *r, size_t first);
// The type of a surrounding let with this name, or null.
struct contract **scope_type(struct resolver *r, sym name);
// Is the name a variable? *bound is where the value stands that a let binds it to, else null.
bool scope_bound(struct resolver *r, sym name, struct node ***bound);

struct node *node_make(struct resolver *r, enum node_kind kind, size_t size,
                       struct span span) MUST_USE;
struct node *node_const(struct resolver *r, struct value v, struct span span) MUST_USE;
void *resolve_alloc(struct resolver *r, size_t size, size_t count) MUST_USE;
