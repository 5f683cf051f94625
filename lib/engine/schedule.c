#include "engine/schedule.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/vec.h"

// ---- the graph ----

static void mark_closures(struct schedule *s)
{
    const struct plan *p = s->plan;
    for (size_t i = 0; i < p->target_count; i++) s->nodes[p->targets[i]].state = NODE_BLOCKED;
    // Dependencies come first in a plan, so one pass from its end sees every dependent before what
    // it needs.
    for (size_t i = p->len; i-- > 0;) {
        if (s->nodes[i].state == NODE_OUTSIDE) continue;
        s->total++;
        for (size_t k = 0; k < p->at[i].dep_count; k++)
            s->nodes[p->at[i].deps[k]].state = NODE_BLOCKED;
    }
}

static void link_dependents(struct schedule *s)
{
    const struct plan *p = s->plan;
    s->dependent_start = ARENA_ARRAY(&s->arena, uint32_t, p->len + 1);
    size_t edges = 0;
    for (size_t i = 0; i < p->len; i++) {
        if (s->nodes[i].state == NODE_OUTSIDE) continue;
        edges += p->at[i].dep_count;
        s->nodes[i].missing = (uint32_t)p->at[i].dep_count;
        for (size_t k = 0; k < p->at[i].dep_count; k++) s->dependent_start[p->at[i].deps[k] + 1]++;
    }
    if (edges > UINT32_MAX) BUG("a plan with %zu edges", edges);
    for (size_t i = 0; i < p->len; i++) s->dependent_start[i + 1] += s->dependent_start[i];
    s->dependents = ARENA_ARRAY(&s->arena, uint32_t, edges);
    uint32_t *next = bug_malloc((p->len + 1) * sizeof *next);
    memcpy(next, s->dependent_start, (p->len + 1) * sizeof *next);
    for (size_t i = 0; i < p->len; i++) {
        if (s->nodes[i].state == NODE_OUTSIDE) continue;
        for (size_t k = 0; k < p->at[i].dep_count; k++)
            s->dependents[next[p->at[i].deps[k]]++] = (uint32_t)i;
    }
    free(next);
}

static void number_drefs(struct schedule *s)
{
    struct map numbers = MAP_INIT;
    s->slots = ARENA_ARRAY(&s->arena, struct slot, s->len);
    for (size_t i = 0; i < s->len; i++) {
        struct slot *slot = map_get(&numbers, s->plan->at[i].dref);
        if (!slot) {
            slot = &s->slots[s->slot_count++];
            *slot = (struct slot){NODE_NONE, NODE_NONE, NODE_NONE};
            map_set(&numbers, s->plan->at[i].dref, slot);
        }
        s->nodes[i].slot = (uint32_t)(slot - s->slots);
    }
    map_free(&numbers);
}

static struct resource *add_resource(struct schedule *s, struct str name, double total)
{
    if (s->resource_count == s->resource_cap)
        s->resources =
            vec_grow(s->resources, &s->resource_cap, sizeof *s->resources, s->resource_count + 1);
    s->resources[s->resource_count] = (struct resource){.name = arena_str(&s->arena, name),
                                                        .total = total,
                                                        .waiting = NODE_NONE,
                                                        .ahead = NODE_NONE};
    return &s->resources[s->resource_count++];
}

static struct resource *find_resource(struct schedule *s, struct str name)
{
    for (size_t i = 0; i < s->resource_count; i++)
        if (str_eq(s->resources[i].name, name)) return &s->resources[i];
    return add_resource(s, name, 1);
}

void schedule_init(struct schedule *s, const struct plan *plan, unsigned jobs,
                   const struct engine_options *options)
{
    *s = (struct schedule){.plan = plan, .len = plan->len};
    s->nodes = ARENA_ARRAY(&s->arena, struct node, plan->len);
    for (size_t i = 0; i < plan->len; i++) {
        s->nodes[i].next_twin = NODE_NONE;
        s->nodes[i].entry.dref = plan->at[i].dref;
    }
    mark_closures(s);
    link_dependents(s);
    number_drefs(s);
    add_resource(s, STR("cpus"), jobs);
    add_resource(s, STR("memory"), (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE));
    for (size_t i = 0; i < options->resources_count; i++)
        find_resource(s, options->resources[i].name)->total = options->resources[i].amount;
}

void schedule_free(struct schedule *s)
{
    for (size_t i = 0; i < s->len; i++) json_decref(s->nodes[i].options);
    vec_free(&s->ready);
    vec_free(&s->heap);
    free(s->resources);
    arena_free(&s->arena);
}

// ---- priorities ----

static int compare_int64(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

// What a stage counts of which nothing is known.
static int64_t usual_duration(const int64_t *took, size_t len)
{
    struct {
        int64_t *at;
        size_t len;
        size_t cap;
    } known = {0};
    for (size_t i = 0; i < len; i++)
        if (took[i] >= 0) vec_push(&known, took[i]);
    if (known.len) qsort(known.at, known.len, sizeof *known.at, compare_int64);
    int64_t median = known.len ? known.at[known.len / 2] : 0;
    vec_free(&known);
    return median > 0 ? median : 1;
}

void schedule_prioritize(struct schedule *s, int64_t (*took)(void *ctx, struct str name), void *ctx)
{
    int64_t *own = bug_malloc((s->len + 1) * sizeof *own);
    for (size_t i = 0; i < s->len; i++)
        own[i] = s->nodes[i].state == NODE_OUTSIDE ? -1 : took(ctx, s->plan->at[i].name);
    int64_t usual = usual_duration(own, s->len);
    for (size_t i = s->len; i-- > 0;) {
        if (s->nodes[i].state == NODE_OUTSIDE) continue;
        int64_t after = 0;
        schedule_each_dependent(d, s, i) if (s->nodes[*d].priority > after) after =
            s->nodes[*d].priority;
        s->nodes[i].priority = after + (own[i] >= 0 ? own[i] : usual);
    }
    free(own);
}

// ---- queues ----

void schedule_push_ready(struct schedule *s, uint32_t node)
{
    s->nodes[node].state = NODE_READY;
    vec_push(&s->ready, node);
}

uint32_t schedule_pop_ready(struct schedule *s)
{
    if (s->ready.head == s->ready.len) return NODE_NONE;
    uint32_t node = s->ready.at[s->ready.head++];
    if (s->ready.head == s->ready.len) s->ready.head = s->ready.len = 0;
    return node;
}

// Does a go before b? Equal priorities go by their place in the plan, so that the order of a run
// can be told from its input.
static bool before(const struct schedule *s, uint32_t a, uint32_t b)
{
    int64_t x = s->nodes[a].priority;
    int64_t y = s->nodes[b].priority;
    return x != y ? x > y : a < b;
}

void schedule_push_queued(struct schedule *s, uint32_t node)
{
    s->nodes[node].state = NODE_QUEUED;
    vec_push(&s->heap, node);
    uint32_t *at = s->heap.at;
    for (size_t i = s->heap.len - 1; i > 0 && before(s, at[i], at[(i - 1) / 2]);) {
        size_t up = (i - 1) / 2;
        uint32_t t = at[i];
        at[i] = at[up];
        at[up] = t;
        i = up;
    }
}

static uint32_t pop_first(struct schedule *s)
{
    uint32_t *at = s->heap.at;
    uint32_t first = at[0];
    at[0] = vec_pop(&s->heap);
    for (size_t i = 0;;) {
        size_t best = i;
        for (size_t k = 2 * i + 1; k <= 2 * i + 2 && k < s->heap.len; k++)
            if (before(s, at[k], at[best])) best = k;
        if (best == i) return first;
        uint32_t t = at[i];
        at[i] = at[best];
        at[best] = t;
        i = best;
    }
}

// ---- resources ----

double schedule_amount(const char *text)
{
    char *end;
    double number = strtod(text, &end);
    static const char units[] = "KMGT";
    const char *unit = *end ? strchr(units, *end) : NULL;
    if (end == text || (*end && (!unit || end[1]))) return -1;
    for (const char *u = units; unit && u <= unit; u++) number *= 1024;
    return number >= 0 && isfinite(number) ? number : -1;
}

// Negative if it is no amount.
static double amount(const json_t *value)
{
    if (json_is_number(value)) return json_number_value(value);
    const char *text = json_string_value(value);
    return text ? schedule_amount(text) : -1;
}

bool schedule_resources_valid(const json_t *resources, const char **key)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)resources, name, value)
    {
        *key = name;
        if (!(amount(value) >= 0)) return false;
    }
    return true;
}

static double wanted(struct schedule *s, const json_t *resources, struct resource *r)
{
    const json_t *value = json_object_getn(resources, r->name.p, r->name.len);
    double n = value ? amount(value) : (r == &s->resources[0] ? 1 : 0);
    return n > r->total ? r->total : n;
}

static const json_t *resources_of(const struct schedule *s, uint32_t node)
{
    return json_object_get(s->nodes[node].options, "resources");
}

static bool exceeds(const struct resource *r, double amount)
{
    return amount > r->total * (1 + 1e-9);
}

// Is so much of it free?
static bool lacks(const struct resource *r, double need)
{
    return exceeds(r, r->used + need);
}

// Would taking so much of it put off the one that it is reserved for?
static bool puts_off(struct schedule *s, struct resource *r, double need)
{
    if (r->ahead == NODE_NONE || need <= 0) return false;
    double later = r->waiting == r->ahead ? r->later : 0;
    return exceeds(r, later + need + wanted(s, resources_of(s, r->ahead), r));
}

static bool fits(struct schedule *s, uint32_t node)
{
    const json_t *resources = resources_of(s, node);
    const char *name;
    json_t *value;
    // Makes those known that nobody mentioned before.
    json_object_foreach((json_t *)resources, name, value) find_resource(s, str_from(name));
    for (size_t i = 0; i < s->resource_count; i++) {
        struct resource *r = &s->resources[i];
        double need = wanted(s, resources, r);
        if (lacks(r, need) || puts_off(s, r, need)) return false;
    }
    return true;
}

// Reserves for one that does not fit what it lacks, and what it lacked before: otherwise two
// resources could be taken away from it in turn. The first in the queue has the first right.
static void reserve(struct schedule *s, uint32_t node)
{
    const json_t *resources = resources_of(s, node);
    bool lacks_other = false;
    // Resource 0, the cpus, is the last, for it depends on the others.
    for (size_t i = s->resource_count; i-- > 0;) {
        struct resource *r = &s->resources[i];
        bool lacking = lacks(r, wanted(s, resources, r));
        if (i > 0 && lacking) lacks_other = true;
        if (i == 0 && lacks_other) continue;
        if (r->ahead == NODE_NONE && (lacking || r->waiting == node)) r->ahead = node;
    }
}

static void take(struct schedule *s, uint32_t node)
{
    struct node *n = &s->nodes[node];
    n->holds = true;
    n->taken_at = ++s->clock;
    for (size_t i = 0; i < s->resource_count; i++) {
        struct resource *r = &s->resources[i];
        double need = wanted(s, resources_of(s, node), r);
        r->used += need;
        r->later += need;
        if (r->waiting == node) r->waiting = NODE_NONE;
    }
}

void schedule_release(struct schedule *s, uint32_t node)
{
    struct node *n = &s->nodes[node];
    if (!n->holds) return;
    n->holds = false;
    for (size_t i = 0; i < s->resource_count; i++) {
        struct resource *r = &s->resources[i];
        double need = wanted(s, resources_of(s, node), r);
        r->used -= need;
        if (n->taken_at > r->since) r->later -= need;
    }
}

unsigned schedule_cores(const struct schedule *s, uint32_t node)
{
    double n = wanted((struct schedule *)s, resources_of(s, node), &s->resources[0]);
    return n < 1 ? 1 : (unsigned)n;
}

// How many that do not fit are passed over for one that does.
#define LOOK_AHEAD 64

// Takes the first that fits out of the queue and leaves in each resource who of those before it
// has it reserved.
static uint32_t search(struct schedule *s)
{
    uint32_t aside[LOOK_AHEAD];
    size_t count = 0;
    uint32_t found = NODE_NONE;
    for (size_t i = 0; i < s->resource_count; i++) s->resources[i].ahead = NODE_NONE;
    while (s->heap.len > 0 && count < LOOK_AHEAD && found == NODE_NONE) {
        uint32_t node = pop_first(s);
        if (fits(s, node)) {
            found = node;
        } else {
            reserve(s, node);
            aside[count++] = node;
        }
    }
    while (count > 0) schedule_push_queued(s, aside[--count]);
    return found;
}

uint32_t schedule_pop_queued(struct schedule *s)
{
    uint32_t found = search(s);
    for (size_t i = 0; i < s->resource_count; i++) {
        struct resource *r = &s->resources[i];
        if (r->ahead == NODE_NONE || r->ahead == r->waiting) continue;
        r->waiting = r->ahead;
        r->since = ++s->clock;
        r->later = 0;
    }
    if (found != NODE_NONE) take(s, found);
    return found;
}

unsigned schedule_spare_cpus(const struct schedule *s)
{
    double spare = s->resources[0].total * (1 + 1e-9) - s->resources[0].used;
    return spare < 1 ? 0 : (unsigned)spare;
}

void schedule_use_cpus(struct schedule *s, int count)
{
    s->resources[0].used += count;
}

bool schedule_wants_cpus(struct schedule *s, unsigned more)
{
    if (s->heap.len == 0) return false;
    s->resources[0].used -= more;
    uint32_t node = search(s);
    if (node != NODE_NONE) schedule_push_queued(s, node);
    s->resources[0].used += more;
    return node != NODE_NONE;
}
