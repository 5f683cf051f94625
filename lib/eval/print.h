// Values as a person reads them. value_print and eval_show are declared in eval.h and builtin.h.
#pragma once

#include "eval/machine.h"

// A text that is equal for equal values and differs for different ones; functions count as
// themselves. Forces everything.
bool print_identity(struct eval *ev, struct value v, struct buf *out) MUST_USE;

// The literal of a string: in quotes, with escapes for what does not show.
void print_quoted(struct buf *out, struct str s);
