// What processes that are gone left around the store: folders in tmp/, files in locks/ and
// roots/temp/. Whoever lives holds a lock on the file of its session (root.h) and on its lock
// files, so no pid is asked for.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/map.h"

struct store;

struct leftover {
    const char *path; // absolute
    const char *name; // in its folder
    enum { LEFTOVER_TMP, LEFTOVER_LOCK, LEFTOVER_SESSION } kind;
};

// All of them. What cannot be looked at is left out.
void leftover_list(const struct store *s, struct arena *arena, struct leftover **out,
                   size_t *count);
// Removes one, unless somebody has begun to use it meanwhile. Whether it is gone. The store must be
// writable (store_writable).
bool leftover_remove(struct store *s, const struct leftover *l);
// Removes what a worker of this process left that died: its session, and its folders, but for those
// whose names are keys of `keep`: outputs that it has handed on.
void leftover_bury(struct store *s, pid_t worker, const struct map *keep);
