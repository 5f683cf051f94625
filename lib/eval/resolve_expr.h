// Expressions of the resolve pass.
#pragma once

#include "eval/resolve_scope.h"
#include "syntax/ast.h"

// An expression that is evaluated where it stands.
struct node *resolve_strict(struct resolver *r, const struct expr *e) MUST_USE;

// An expression that waits until it is needed: what costs nothing to have at once (a constant, a
// variable, a function) stays what it is, all else becomes a NODE_THUNK. `name` is for traces. With
// a type it is always a thunk, so that the type is checked when it is forced.
struct node *resolve_delayed(struct resolver *r, const struct expr *e, enum code_kind kind,
                             struct name name, const struct type *type) MUST_USE;

// A deep copy in the evaluation's arena; null for null.
struct type *resolve_type(struct resolver *r, const struct type *t) MUST_USE;
