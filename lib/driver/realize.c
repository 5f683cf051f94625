#include "driver/realize.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "driver/driver.h"
#include "store/instantiate.h"
#include "store/query.h"
#include "store/root.h"

bool realize_instantiate(struct driver *d, const struct plan *plan, size_t *created)
{
    struct instantiate_item *items = ARENA_ARRAY(&d->arena, struct instantiate_item, plan->len + 1);
    struct str *drefs = ARENA_ARRAY(&d->arena, struct str, plan->len + 1);
    for (size_t i = 0; i < plan->len; i++) {
        items[i] = (struct instantiate_item){plan->at[i].dref, plan->at[i].config};
        drefs[i] = plan->at[i].dref;
    }
    if (!d->store.read_only && !root_temp_add(&d->store, drefs, plan->len, &d->sink)) return false;
    return instantiate_many(&d->store, items, plan->len, created, &d->sink);
}

static bool key_call(void *ctx, uint32_t id, const struct rref *rref, const char *path,
                     struct engine_score *score)
{
    struct driver *d = ctx;
    struct key_score result;
    if (!eval_key_score(d->eval, id, str_from(rref->text), path, &result)) return false;
    *score = (struct engine_score){.none = result.kind == KEY_NONE,
                                   .whole = result.kind == KEY_INT,
                                   .integer = result.integer,
                                   .number = result.number};
    if (result.kind == KEY_TEXT) score->text = result.text;
    return true;
}

void realize_bind_keys(struct driver *d, struct engine_options *options)
{
    if (!d->eval) return; // a plan from a file has no evaluation, and its keys no functions
    options->key_call = key_call;
    options->key_ctx = d;
}

// LINK, LINK-2, LINK-3 …
static const char *numbered(struct driver *d, const char *link, size_t number)
{
    return number > 1 ? arena_printf(&d->arena, "%s-%zu", link, number) : link;
}

static const char *link_name(struct driver *d, const char *link, size_t number, struct str rref,
                             bool timestamp)
{
    struct arena *a = &d->arena;
    const char *dir = path_dir(a, link);
    const char *base = arena_dup(a, path_base(link).p, path_base(link).len);
    struct str time;
    int err;
    if (timestamp && query_file(&d->store, a, rref, "__buildtime__.txt", 64, &time, &err))
        base = arena_printf(a, STR_FMT "_%s", STR_ARG(time), base);
    base = numbered(d, base, number);
    return strchr(link, '/') ? path_join(a, dir, base) : base;
}

// A link into the store, of which nothing was said in this run.
static bool leads_into_store(struct driver *d, const char *link)
{
    char target[PATH_MAX];
    ssize_t len = readlink(link, target, sizeof target - 1);
    if (len < 0) return false;
    target[len] = '\0';
    return path_below(d->store.path, target) != NULL;
}

bool realize_links(struct driver *d, const struct plan *plan, const struct engine_results *results,
                   const char *link, bool timestamp, struct realize_linked *linked)
{
    size_t number = 0;
    for (size_t i = 0; i < plan->target_count; i++) {
        const struct engine_result *r = &results->at[plan->targets[i]];
        for (size_t k = 0; k < r->rref_count; k++) {
            struct str rref = str_from(r->rrefs[k].text);
            const char *name = link_name(d, link, ++number, rref, timestamp);
            if (!root_out_link(&d->store, name, rref, &d->sink)) return false;
        }
    }
    const char *next = numbered(d, link, number + 1);
    *linked = (struct realize_linked){
        .count = number, .stale = !timestamp && leads_into_store(d, next) ? next : NULL};
    return true;
}
