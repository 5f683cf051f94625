// The end of the way: derivations into the store, the plan through the engine, links to what came
// out.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "engine/engine.h"
#include "engine/plan.h"

struct driver;

// Writes all derivations of the plan to the store and keeps them from garbage collection until this
// process ends. On a read-only store that is fine if all of them are there. `created` (may be null)
// gets how many were new.
bool realize_instantiate(struct driver *d, const struct plan *plan, size_t *created) MUST_USE;

// Lets the engine call user keys of matchers in this driver's evaluation.
void realize_bind_keys(struct driver *d, struct engine_options *options);

// Links to the realizations of the targets, in their order: LINK, LINK-2, LINK-3 …, each a root.
// With `timestamp`, the build time and "_" stand before the last part of LINK, as in the seed's
// mksymlink. E0725 where something else than a link is in the way.
struct realize_linked {
    size_t count;
    const char *stale; // the next name in the row, where an earlier run left a link; or null
};
bool realize_links(struct driver *d, const struct plan *plan, const struct engine_results *results,
                   const char *link, bool timestamp, struct realize_linked *linked) MUST_USE;
