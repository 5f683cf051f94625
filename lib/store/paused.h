// What garbage collection keeps for paused realizations, as their folders ROOT/sessions/NAME say it
// (engine/session.h). A session tells it twice: in `roots`, one ref a line, for this, and in
// session.json, which is the session itself. Both count, so that a damaged or emptied `roots` does
// not give away what took a night; and where neither can be trusted, that is told.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "store/query.h"

struct store;

struct paused {
    const char *name;     // of the session
    struct ref_list refs; // what is kept for it, each once
    struct ref_list told; // what session.json tells, in the order of the file `roots`
    const char *problem;  // why session.json cannot be read; null if it can
    const char *no_roots; // why the file `roots` cannot be read; null if it can
    bool roots_lack;      // `roots` lacks some of what session.json pins
    bool unknown;         // neither can be trusted: it may keep more than `refs`
};

// By name; of all stores that share the root. What is being made or removed (.new-ID, .gone-ID)
// needs nothing that a live process does not keep. 0, or -errno with the name of the session that
// cannot be read for a reason of the system.
int paused_list(const struct store *s, struct arena *arena, struct paused **out, size_t *count,
                const char **name) MUST_USE;

// Writes the file `roots` anew by what session.json tells. 0 or -errno; -EWOULDBLOCK: somebody
// works on the session just now.
int paused_write_roots(struct store *s, struct arena *arena, const struct paused *p) MUST_USE;
