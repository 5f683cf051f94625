// Looking at what is not evaluated: as far as values were made already, and where none was, as far
// as the text tells. Never evaluates, never reports; for completion, which must not cost what
// evaluation may cost.
#pragma once

#include "eval/machine.h"

enum peek_kind {
    PEEK_UNKNOWN,
    PEEK_VALUE,  // it was evaluated
    PEEK_NODE,   // the expression that will give it
    PEEK_MODULE, // the public bindings of an import
};

struct peek {
    enum peek_kind kind;
    struct value value;
    const struct node *node;
    struct module *module; // NODE: where it stands, null: not known; MODULE: may be null
    struct module_def *def;
    unsigned depth; // names that were followed to come here
};

struct peek peek_value(struct value v);
// A field of it; UNKNOWN also where there is none.
struct peek peek_field(struct eval *ev, struct peek p, sym name);

// The names of all fields that are known, by code point.
typedef void peek_name(void *ctx, struct str name);
void peek_fields(struct eval *ev, struct peek p, peek_name *each, void *ctx);
