// Expressions of the resolve pass.
#pragma once

#include "eval/resolve_scope.h"
#include "syntax/ast.h"

// An expression that is evaluated where it stands.
struct node *resolve_strict(struct resolver *r, const struct expr *e) MUST_USE;

// An expression that waits until it is needed: what costs nothing to have at once (a constant, a
// variable, a function) stays what it is, all else becomes a NODE_THUNK. `name` is for traces. With
// a contract it is a thunk that checks it, but for constants that fit.
struct node *resolve_delayed(struct resolver *r, const struct expr *e, enum code_kind kind,
                             struct name name, const struct contract *contract) MUST_USE;

// E0515 if a `type` binding takes the name of a type of the language.
void resolve_type_name(struct resolver *r, struct name name);
