// Why something would be built: for each stage of a plan whether the store has what its matcher
// wants, and if not, what is different from what was realized before. Nothing is written.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json_diff.h"
#include "engine/plan.h"
#include "store/query.h"

struct driver;

enum why_kind {
    WHY_REALIZED,
    WHY_CHANGED, // never realized, but a derivation of that name was, whose config differs
    WHY_NEW,     // no realization, and nothing earlier of that name to compare with
    WHY_INPUT,   // was realized, but what it depends on must be built first
    WHY_CONTEXT, // was realized, but with other realizations of what it depends on
    WHY_MATCH,   // was realized with the same, but its matcher wants more
    WHY_FAILED,  // its matcher is not content with what there is, which was reported
};

struct why {
    enum why_kind kind;
    struct ref_list rrefs; // of a realized one: what was chosen
    struct str nearest;    // of a changed one: the derivation with the fewest differences
    // Those, in the order of the config; first what is no reference to a dependency of the same
    // name, since a stage with nothing else is only a victim of that dependency's change.
    struct json_differences differences;
    size_t own;        // how many of these come first
    uint32_t because;  // INPUT, CONTEXT: plan index of the dependency
    size_t fitting;    // MATCH: realizations that its matcher could use
    size_t candidates; // of so many with the present inputs
    int64_t wanted;    // and how many it wants at least
};

struct why_result {
    struct why *at; // by plan index, in `arena`
    struct arena arena;
    json_t **configs; // what the differences borrow from
    size_t config_count;
};

#define WHY_RESULT_INIT ((struct why_result){0})
void why_result_free(struct why_result *r);

// The store must be open. False after a report; a matcher that fails is none of these (WHY_FAILED).
bool why_explain(struct driver *d, const struct plan *plan, struct why_result *out) MUST_USE;
