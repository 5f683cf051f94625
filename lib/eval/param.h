// --set: texts of the command line as params of a module.
#pragma once

#include "eval/module.h"

// The instance with these params. E1011 for a name that is no param, E1010 for a param that has
// neither a value nor a default (unless `open`: it is null then), E1012 for a text that its
// declared type does not take. All such errors are reported; null if there were any.
struct module *param_instance(struct eval *ev, struct module_def *def, const struct eval_set *sets,
                              size_t count, bool open) MUST_USE;
