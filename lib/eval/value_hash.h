// A hash that agrees with `==`: equal values have equal hashes. Good within one evaluation only (it
// uses the numbers of symbols).
#pragma once

#include "eval/builtin.h"

// Forces record fields. What `==` refuses (functions, Texts) is refused the same way. Uses no C
// stack for depth.
bool value_hash(struct eval *ev, struct value v, struct span span, uint64_t *hash) MUST_USE;
