#include "driver/plan_build.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/vec.h"
#include "driver/driver.h"
#include "driver/target.h"
#include "engine/job_folder.h"
#include "eval/stage.h"
#include "store/query.h"
#include "store/ref.h"

#define NO_INDEX UINT32_MAX

_Static_assert(STAGE_OUTPUTS_MAX == JOB_FOLDER_MAX_OUTPUTS, "what is evaluated can be realized");

// A derivation whose dependencies are being added. Those that are done lie on top of builder.done.
struct frame {
    struct stage *stage; // null: from the store
    struct str dref;
    struct str config;       // from the store
    const struct str *drefs; // dependencies that are known by dref only
    size_t dref_count;
    size_t next;
    size_t done_base;
};

struct builder {
    struct driver *driver;
    struct plan *plan;
    struct map stages;   // dref → struct stage of this evaluation
    struct map by_dref;  // dref → index + 1 of the latest derivation of that dref in the plan
    VEC(uint32_t) older; // by plan index: the one before with the same dref
    VEC(struct frame) stack;
    VEC(uint32_t) done;
    VEC(struct stage *) marked;
    VEC(uint32_t) seen; // by plan index: the stamp of who listed it last
    uint32_t stamp;
};

static uint32_t lookup_dref(struct builder *b, struct str dref)
{
    uintptr_t found = (uintptr_t)map_get(&b->by_dref, dref);
    return found ? (uint32_t)(found - 1) : NO_INDEX;
}

// For marks in `seen` that those made before do not disturb.
static uint32_t next_stamp(struct builder *b)
{
    while (b->seen.len < b->plan->len) vec_push(&b->seen, 0);
    return ++b->stamp;
}

// In whatever order: a dependency that was written as a string stands after the stages.
static bool same_deps(struct builder *b, const struct derivation *one, const struct derivation *two)
{
    if (one->dep_count != two->dep_count) return false;
    uint32_t stamp = next_stamp(b);
    for (size_t i = 0; i < one->dep_count; i++) b->seen.at[one->deps[i]] = stamp;
    for (size_t i = 0; i < two->dep_count; i++)
        if (b->seen.at[two->deps[i]] != stamp) return false;
    return true;
}

static bool same(struct builder *b, const struct derivation *one, const struct derivation *two)
{
    return str_eq(one->matcher, two->matcher) && str_eq(one->realizer, two->realizer) &&
           str_eq(one->options, two->options) && same_deps(b, one, two);
}

// Two stages that are equal in everything are one derivation of the plan; those that differ in the
// matcher, say, are two, and plan_check says whether that may be.
static uint32_t add(struct builder *b, const struct derivation *d)
{
    uint32_t latest = lookup_dref(b, d->dref);
    for (uint32_t i = latest; i != NO_INDEX; i = b->older.at[i])
        if (same(b, &b->plan->at[i], d)) return i;
    uint32_t index = plan_add(b->plan, d);
    vec_push(&b->older, latest);
    map_set(&b->by_dref, b->plan->at[index].dref, (void *)(uintptr_t)(index + 1));
    return index;
}

// Begins a derivation: false if it is in the plan already, and then its index is on `done`.
static void enter_stage(struct builder *b, struct stage *s)
{
    if (s->mark) {
        vec_push(&b->done, s->mark - 1);
        return;
    }
    vec_push(&b->stack, (struct frame){.stage = s,
                                       .dref = s->dref,
                                       .drefs = s->dref_deps,
                                       .dref_count = s->dref_dep_count,
                                       .done_base = b->done.len});
}

static bool enter_dref(struct builder *b, struct str dref)
{
    struct stage *s = map_get(&b->stages, dref);
    if (s) {
        enter_stage(b, s);
        return true;
    }
    uint32_t known = lookup_dref(b, dref);
    if (known != NO_INDEX) {
        vec_push(&b->done, known);
        return true;
    }
    struct driver *d = b->driver;
    if (!d->store_is_open) BUG("a dependency known by dref only, before the store was opened");
    struct frame f = {.dref = dref, .done_base = b->done.len};
    struct ref_list deps;
    if (!query_config(&d->store, &b->plan->arena, dref, &f.config, &d->sink)) return false;
    if (!query_deps(&d->store, &b->plan->arena, &dref, 1, &deps, &d->sink)) return false;
    f.drefs = deps.at;
    f.dref_count = deps.len;
    vec_push(&b->stack, f);
    return true;
}

// A dependency may stand twice, as a stage and as a string; the engine wants it once, in the order
// of first use.
static size_t unique(struct builder *b, uint32_t *at, size_t len)
{
    size_t n = 0;
    uint32_t stamp = next_stamp(b);
    for (size_t i = 0; i < len; i++) {
        if (b->seen.at[at[i]] == stamp) continue;
        b->seen.at[at[i]] = stamp;
        at[n++] = at[i];
    }
    return n;
}

static void leave(struct builder *b)
{
    struct frame f = vec_pop(&b->stack);
    uint32_t *deps = b->done.at ? b->done.at + f.done_base : NULL;
    size_t dep_count = b->done.len - f.done_base;
    if (dep_count) dep_count = unique(b, deps, dep_count);
    struct derivation d = {.dref = f.dref, .deps = deps, .dep_count = dep_count};
    if (f.stage) {
        struct stage *s = f.stage;
        d.name = s->name;
        d.config = s->config;
        d.realizer = s->realizer;
        d.matcher = s->matcher;
        d.options = s->options;
        d.span = s->span;
        d.place = driver_place(b->driver, &b->plan->arena, s->span);
    } else {
        struct dref ref;
        if (dref_parse(f.dref, &ref) != REF_OK) BUG("the store gave a malformed dref");
        d.name = arena_str(&b->plan->arena, dref_name(&ref));
        d.config = f.config;
        d.matcher = STR(PLAN_STORE_MATCHER);
        d.options = STR("{}");
    }
    uint32_t index = add(b, &d);
    if (f.stage) {
        f.stage->mark = index + 1;
        vec_push(&b->marked, f.stage);
    }
    b->done.len = f.done_base;
    vec_push(&b->done, index);
}

// Adds what the stack holds and all that it depends on.
static bool run(struct builder *b)
{
    while (b->stack.len) {
        struct frame *f = &vec_last(&b->stack);
        size_t stage_deps = f->stage ? f->stage->dep_count : 0;
        size_t next = f->next++;
        if (next < stage_deps)
            enter_stage(b, f->stage->deps[next]);
        else if (next - stage_deps < f->dref_count) {
            if (!enter_dref(b, f->drefs[next - stage_deps])) return false;
        } else
            leave(b);
    }
    return true;
}

static bool add_target(struct builder *b, const struct target *t)
{
    b->done.len = 0;
    if (t->stage)
        enter_stage(b, t->stage);
    else if (!enter_dref(b, t->dref))
        return false;
    if (!run(b)) return false;
    plan_add_target(b->plan, b->done.at[0]);
    return true;
}

bool plan_build(struct driver *d, const struct target *targets, size_t count, struct plan *out)
{
    struct builder b = {.driver = d, .plan = out};
    struct stage_list all = d->eval ? eval_all_stages(d->eval) : (struct stage_list){0};
    for (size_t i = 0; i < all.len; i++) map_set(&b.stages, all.at[i]->dref, all.at[i]);
    bool ok = true;
    for (size_t i = 0; i < count && ok; i++) ok = add_target(&b, &targets[i]);
    vec_each (s, &b.marked) (*s)->mark = 0;
    map_free(&b.stages);
    map_free(&b.by_dref);
    vec_free(&b.older);
    vec_free(&b.stack);
    vec_free(&b.done);
    vec_free(&b.marked);
    vec_free(&b.seen);
    return ok && plan_check(out, &d->sink);
}
