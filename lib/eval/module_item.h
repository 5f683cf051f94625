// What is said of a module's bindings to who lists them (eval.h: module_items). While the module is
// read little more than places is kept of each; names, documentation and signatures are put
// together for who asks.
#pragma once

#include "eval/module.h"
#include "syntax/ast.h"

// Keeps what module_items says of a binding that was declared (resolve.c), which must have no
// errors.
void module_item_note(struct module_def *def, const struct binding *b);
// As module_items (eval.h).
const struct module_item *module_def_items(struct module_def *def, size_t *count);
void module_items_free(struct module_def *def);
