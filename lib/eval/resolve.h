// From the parser's tree to the evaluator's: names become slots, what is lazy becomes code of its
// own, constants are folded. All unbound and repeated names of a file are reported, not only the
// first.
#pragma once

#include "eval/module.h"
#include "syntax/ast.h"

// Fills the definition's slots, asserts, tests, types, items and imports. False after reports. The
// tree may be freed afterwards.
bool resolve_module(struct eval *ev, struct module_def *def, const struct file *file) MUST_USE;
// An expression in the scope of a module. Null after reports. Imports in it are appended to
// def->imports.
struct code *resolve_expr(struct eval *ev, struct module_def *def, const struct expr *e,
                          uint32_t source) MUST_USE;
