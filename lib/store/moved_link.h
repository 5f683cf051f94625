// Links in an output that will lead elsewhere, or nowhere, once the output has moved into the
// store.
#pragma once

#include <stdbool.h>

#include "base/arena.h"

struct store;

// Does the way to `path`, which exists in the folder `out` (absolute, without links), lead over a
// link into what is temporary: the output itself by its absolute path, its build directory, another
// one? Then gives the place it leads to; null: the way stays as it is.
const char *moved_link_find(const struct store *s, const char *out, const char *path,
                            struct arena *arena);
