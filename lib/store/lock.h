// Locks between processes, by flock: they vanish with the process that holds them. One process at a
// time realizes a derivation; garbage collection excludes those who are just registering roots. A
// lock file that is released is unlinked, and who gets a lock makes sure that the file still has
// that name.
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/diag.h"
#include "base/str.h"
#include "store/store.h"

struct lock {
    int fd; // -1: not held
    char name[STORE_REL_SIZE];
};

#define LOCK_INIT ((struct lock){.fd = -1, .name = ""})

enum lock_result { LOCK_TAKEN, LOCK_BUSY, LOCK_FAILED };

// locks/HASH-name.lock. Never blocks. When busy, *holder (may be null) gets the pid of who holds
// it, or 0 if that is not known (yet). LOCK_FAILED after a report (E0722).
enum lock_result lock_try(struct store *s, struct str dref, struct lock *out, pid_t *holder,
                          struct diag_sink *sink) MUST_USE;
// Blocks until it is held; a signal with a handler that does not restart makes it return LOCK_BUSY.
enum lock_result lock_wait(struct store *s, struct str dref, struct lock *out,
                           struct diag_sink *sink) MUST_USE;
// Fine on a lock that is not held.
void lock_release(struct store *s, struct lock *l);

// locks/gc.lock: shared by who registers roots or instantiates (briefly), exclusive for who
// collects. Blocks.
bool lock_gc(struct store *s, bool exclusive, struct lock *out, struct diag_sink *sink) MUST_USE;
