// What can be done when: the plan as a graph with counts of what is missing, two queues (to be
// matched, to be built), and what the machine has. Of what can be built, that on the longest
// remaining path goes first; a stage counts what its last build took, or the median of those that
// are known, or 1 if none is.
//
// A stage takes one of the `cpus` (-j) unless its resources say otherwise; "memory" is in bytes (a
// number, or a string like "8G"); any other resource exists once unless the options say otherwise.
// What asks for more than there is gets all there is.
//
// What does not fit is passed over, but what it lacks is reserved for it, or the small ones behind
// it would take each cpu that becomes free: of that resource, those that start while it waits may
// together take no more than it leaves of the total. So it starts at the latest when all that ran
// before has ended. Who lacks another resource, say a `gpu`, has no cpus reserved meanwhile.
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/map.h"
#include "engine/engine.h"
#include "engine/plan.h"
#include "store/context.h"
#include "store/lock.h"

enum node_state {
    NODE_OUTSIDE,  // in no target's closure
    NODE_BLOCKED,  // dependencies are missing
    NODE_READY,    // to be matched
    NODE_QUEUED,   // to be built
    NODE_DELAYED,  // waits for a lock or for another try, until wake_ns
    NODE_TWIN,     // waits for a node with the same dref
    NODE_RUNNING,  // a worker has it
    NODE_PREPARED, // waits to be published
    NODE_PUBLISHING,
    NODE_REUSED, // the rest is final
    NODE_BUILT,
    NODE_WOULD_BUILD,
    NODE_PAUSED,
    NODE_FAILED,
    NODE_SKIPPED,
};

#define NODE_NONE UINT32_MAX

struct node {
    enum node_state state;
    bool rebuild;
    bool asserted;      // assert_realized
    bool pause;         // stop before its realizer runs
    bool matched;       // of one to pause at: its matcher is content with entry
    bool told_waiting;  // ENGINE_WAITING was sent for the present wait
    bool holds;         // its resources are taken
    uint64_t taken_at;  // schedule.clock when they were
    int attempt;        // the last one, from 1
    uint32_t missing;   // dependencies that are not done
    uint32_t slot;      // number of its dref
    uint32_t next_twin; // list of those that wait for the same dref; NODE_NONE ends it
    int64_t priority;
    int64_t wake_ns;
    int64_t wait_ns;              // the last wait for the lock; grows
    int64_t duration_ns;          // of the last attempt
    int64_t expected_ns;          // what the last build of a stage of its name took; -1: not known
    struct context_entry entry;   // its dref and what was chosen
    struct lock *lock;            // null: not held
    json_t *options;              // parsed; null before it is queued
    struct str args;              // of the realizer, JSON
    const struct engine_pin *pin; // null: matched
};

// One dref of the plan.
struct slot {
    uint32_t holder;     // node that builds it or wants to; NODE_NONE: nobody
    uint32_t first_twin; // others that wait
    uint32_t built;      // node for which it was built last in this run; NODE_NONE: it was not
};

struct resource {
    struct str name;
    double total;
    double used;
    uint32_t waiting; // for whom it is reserved; NODE_NONE: nobody
    uint64_t since;   // schedule.clock when that began
    double later;     // of `used`, what was taken since
    uint32_t ahead;   // in a search: who of those passed over so far has it reserved
};

struct node_queue { // first in, first out
    uint32_t *at;
    size_t len;
    size_t cap;
    size_t head;
};

struct schedule {
    const struct plan *plan;
    struct arena arena;
    struct node *nodes;
    size_t len;
    size_t total;         // nodes in closures
    uint32_t *dependents; // of node i: dependents[dependent_start[i]] up to dependent_start[i + 1]
    uint32_t *dependent_start;
    struct slot *slots;
    size_t slot_count;
    struct node_queue ready;
    struct node_queue heap; // of queued nodes, by priority; `head` is not used
    struct resource *resources;
    size_t resource_count;
    size_t resource_cap;
    uint64_t clock; // counts what is taken and reserved
};

// From the plan and its targets.
void schedule_init(struct schedule *s, const struct plan *plan, unsigned jobs,
                   const struct engine_options *options);
void schedule_free(struct schedule *s);

// Lengths of the remaining paths; `took` is called once for each node in a closure and gives
// nanoseconds, or -1 where it does not know.
void schedule_prioritize(struct schedule *s, int64_t (*took)(void *ctx, struct str name),
                         void *ctx);

void schedule_push_ready(struct schedule *s, uint32_t node);
uint32_t schedule_pop_ready(struct schedule *s); // NODE_NONE: empty
void schedule_push_queued(struct schedule *s, uint32_t node);
// The first in the queue whose resources are free, which are then taken, and what those before it
// lack is reserved. NODE_NONE: none.
uint32_t schedule_pop_queued(struct schedule *s);
void schedule_release(struct schedule *s, uint32_t node);
// How many cpus it takes: PLX_CORES.
unsigned schedule_cores(const struct schedule *s, uint32_t node);

// Whole cpus that nobody has taken. `count` of them are taken (negative: given back) without a
// node.
unsigned schedule_spare_cpus(const struct schedule *s);
void schedule_use_cpus(struct schedule *s, int count);
// Is there something in the queue that would fit if so many more cpus were free?
bool schedule_wants_cpus(struct schedule *s, unsigned more);

// Is each value of `resources`, an object or null, an amount? On false, *key names the bad one.
// What a text like "3", "0.5" or "512M", with binary units, says; negative: nothing.
double schedule_amount(const char *text);
bool schedule_resources_valid(const json_t *resources, const char **key);

// Calls f for each direct dependent that is in a closure.
#define schedule_each_dependent(it, s, node)                                                       \
    for (const uint32_t *it = (s)->dependents + (s)->dependent_start[node];                        \
         it < (s)->dependents + (s)->dependent_start[(node) + 1]; it++)

static inline bool node_is_final(const struct node *n)
{
    return n->state >= NODE_REUSED;
}
