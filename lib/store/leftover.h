// What processes that are gone left around the store: folders in tmp/, files in locks/ and
// roots/temp/, paused realizations that never were whole or are no more (engine/session.h).
// Whoever lives holds a lock on the file of its session (root.h), on its lock files, and on the
// paused realization it makes or removes, so no pid is asked for.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/map.h"

struct store;

// Names in sessions/ that are no sessions: one that is being made or removed, with its ID behind.
// Who makes one holds the guard from before it has a name until its file `lock` is locked.
#define LEFTOVER_PAUSED_GUARD ".lock"
#define LEFTOVER_PAUSED_NEW   ".new-"
#define LEFTOVER_PAUSED_GONE  ".gone-"
// tmp/paused-ID is the folder of a paused stage.
#define LEFTOVER_PAUSED_TMP "paused-"

struct leftover {
    const char *path; // absolute
    const char *name; // in its folder
    enum { LEFTOVER_TMP, LEFTOVER_LOCK, LEFTOVER_SESSION, LEFTOVER_PAUSED } kind;
};

// All of them. What cannot be looked at is left out.
void leftover_list(const struct store *s, struct arena *arena, struct leftover **out,
                   size_t *count);
// Removes one, unless somebody has begun to use it meanwhile. Whether it is gone. The store must be
// writable (store_writable).
bool leftover_remove(struct store *s, const struct leftover *l);
// Removes those of paused realizations; trouble is ignored, the next one finds what is left.
void leftover_sweep_paused(struct store *s);
// Removes what a worker of this process left that died: its session, and its folders, but for those
// whose names are keys of `keep`: outputs that it has handed on.
void leftover_bury(struct store *s, pid_t worker, const struct map *keep);
