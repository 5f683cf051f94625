// From types as they were parsed to contracts. Names are looked up when the imports of the module
// are known, so a contract is complete only after contract_link.
#pragma once

#include "eval/contract.h"
#include "eval/resolve_scope.h"
#include "syntax/ast.h"

// The contract of a type in the scope at hand; null for null.
struct contract *contract_resolve(struct resolver *r, const struct type *t) MUST_USE;

// Is this the name of a type of the language?
bool contract_is_named(struct str name) MUST_USE;

// The same node with the contract around its value: around each branch of an `if` and behind a
// `let`, so that an error shows the expression that gave the value.
struct node *contract_wrap(struct resolver *r, struct node *n, const struct contract *c) MUST_USE;

// A thunk of a constant, which contract_link replaces by the constant if that fits.
struct node *contract_constant(struct resolver *r, struct node_const *n, struct name name,
                               enum code_kind kind, const struct contract *c) MUST_USE;

// Binds the names in all types since the last call, and tells which aliases are nothing but
// themselves. False after E0510 to E0514.
bool contract_link(struct eval *ev, struct module_def *def) MUST_USE;
