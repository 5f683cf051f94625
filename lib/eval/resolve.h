// From the parser's tree to the evaluator's: names become slots, what is lazy becomes code of its
// own, constants are folded. All unbound and repeated names of a file are reported, not only the
// first.
#pragma once

#include "eval/module.h"
#include "syntax/ast.h"

// Parses the definition's source and fills its slots, asserts, tests, types, items and imports, one
// binding after the other, so that the parser's tree of no more than one is there at a time. False
// after reports.
bool resolve_module(struct eval *ev, struct module_def *def) MUST_USE;
// An expression in the scope of a module. Null after reports. Imports in it are appended to
// def->imports.
struct code *resolve_expr(struct eval *ev, struct module_def *def, const struct expr *e,
                          uint32_t source) MUST_USE;
