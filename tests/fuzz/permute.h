// The same module written in another order: the bindings of the file and of each `let`, and the
// fields of each record, change places. What a module means does not depend on the order of any of
// them.
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "syntax/ast.h"

// Appends the permuted text of a file without syntax errors. `seed` chooses the order; no sequence
// of two or more stays as it was.
void permute_file(const struct file *file, uint64_t seed, struct buf *out);
