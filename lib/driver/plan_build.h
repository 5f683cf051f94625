// From stages of an evaluation, and derivations that only the store knows, to the plan that the
// engine realizes: each once, dependencies first. Walks without recursion, so that a chain of
// 100,000 stages is as good as any.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/bug.h"
#include "engine/plan.h"

struct driver;
struct target;

// The matcher of a derivation that is known by its dref only: exactly one realization, as
// match_only().
#define PLAN_STORE_MATCHER "{\"exclusive\": true, \"keys\": [], \"rmax\": 1, \"rmin\": 1}"

// Fills an empty plan; its targets are the given ones in their order. Its strings are the
// evaluation's, so it must not outlive the driver. Drefs that were written as plain strings are
// looked up among the plan's stages first, then in the store (which must be open then; E0702 if it
// has none). Ends with plan_check.
bool plan_build(struct driver *d, const struct target *targets, size_t count,
                struct plan *out) MUST_USE;
