// Decides by its matcher whether a stage has what it needs (store.md, "Realization", steps 1 and
// 2). Private to the engine.
#pragma once

#include <stdbool.h>

#include "engine/realize.h"

// A stage whose dependencies are done: it is finished with what the store has, or queued, or fails.
void settle_ready(struct realize *r, uint32_t node);

// Asks the matcher of a stage that is locked, before it runs. True: it must be built. Otherwise it
// is finished or has failed.
bool settle_locked(struct realize *r, uint32_t node) MUST_USE;

// After `made` was published: the matcher must be content now, and the stage is finished or fails.
void settle_built(struct realize *r, uint32_t node, const struct ref_list *made);
