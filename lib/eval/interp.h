// The tree walk. Results are values that are no thunks, or VALUE_FAILED after a report.
#pragma once

#include "eval/machine.h"

struct value interp(struct eval *ev, const struct node *n, struct frame *f) MUST_USE;

// What a delayed node stands for now: a value, or a thunk.
struct value interp_delay(struct eval *ev, const struct node *n, struct frame *f) MUST_USE;

// The value of a thunk, evaluated once. `span` is who asks. A thunk that is being forced is a
// cycle: E0408.
struct value interp_force(struct eval *ev, struct thunk *t, struct span span) MUST_USE;

// Runs a code of kind CODE_EXPR (no parameters, no captures) in a module.
struct value interp_code(struct eval *ev, const struct code *code, struct module *m) MUST_USE;

// Runs a function whose slots, from ev->top on, hold its arguments; ev->top is already above them
// and is set back.
struct value interp_run(struct eval *ev, struct closure *fn, struct value *slots,
                        struct span span) MUST_USE;

// Reports E0403: `of` ("the Record"), whose fields are those of `shape`, has no field `name`.
void interp_missing(struct eval *ev, struct shape *shape, sym name, struct span span,
                    const char *of);

// Adds a help if `name`, which was asked of a value as its field, is a function of the library.
void interp_no_method(struct eval *ev, struct diag *d, sym name);

// A field of a record or a stage by name, forced; E0401 for what has no fields, E0403 for a missing
// one. `name_span` is the name's.
struct value interp_field(struct eval *ev, struct value target, sym name,
                          struct span name_span) MUST_USE;
