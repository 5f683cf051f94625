// plxc graph: the closure of targets as a graph of stages, that of realizations as one of
// realizations.
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/map.h"
#include "cli.h"
#include "cmd.h"
#include "driver/target.h"
#include "eval_options.h"
#include "graph_format.h"
#include "plan_arg.h"
#include "ref_arg.h"
#include "store/context.h"
#include "store/query.h"
#include "store/ref.h"

struct request {
    struct cli *cli;
    struct target_list targets;
    struct plan plan;
    VEC(struct graph_vertex) vertices;
    struct map by_ref; // rref → vertex number + 1
    struct context_memo memo;
};

static const char present;

// ---- realizations ----

static struct str name_of_rref(struct arena *arena, struct str rref)
{
    struct rref r;
    if (rref_parse(rref, &r) != REF_OK) BUG("the store gave a malformed rref");
    struct dref d = rref_dref(&r);
    return arena_str(arena, dref_name(&d));
}

static uint32_t number_of(const struct request *r, struct str rref)
{
    return (uint32_t)(uintptr_t)map_get(&r->by_ref, rref);
}

static void add_realization(struct request *r, struct str rref, const struct context *c)
{
    struct arena *arena = &r->cli->driver.arena;
    size_t n = 0;
    for (size_t i = 0; i < c->len; i++) n += c->at[i].count;
    struct graph_vertex v = {.ref = rref, .name = name_of_rref(arena, rref), .need_count = n};
    v.needs = ARENA_ARRAY(arena, uint32_t, n);
    n = 0;
    for (size_t i = 0; i < c->len; i++)
        for (size_t k = 0; k < c->at[i].count; k++)
            v.needs[n++] = number_of(r, c->at[i].rrefs[k]) - 1;
    vec_push(&r->vertices, v);
    map_set(&r->by_ref, rref, (void *)(uintptr_t)r->vertices.len);
}

// What it was made with, then itself; without recursion.
static bool add_closure(struct request *r, struct str rref)
{
    struct driver *d = &r->cli->driver;
    VEC(struct str) stack = {0};
    vec_push(&stack, arena_str(&d->arena, rref));
    bool good = true;
    while (good && stack.len) {
        struct str top = vec_last(&stack);
        const struct context *c = context_memo_get(&r->memo, &d->store, top, &d->sink);
        size_t before = stack.len;
        good = c != NULL;
        for (size_t i = 0; good && i < c->len; i++)
            for (size_t k = 0; k < c->at[i].count; k++)
                if (!number_of(r, c->at[i].rrefs[k])) vec_push(&stack, c->at[i].rrefs[k]);
        if (!good || stack.len > before) continue;
        if (!number_of(r, top)) add_realization(r, top, c);
        stack.len--;
    }
    vec_free(&stack);
    if (good) r->vertices.at[number_of(r, rref) - 1].target = true;
    return good;
}

// ---- stages ----

static bool is_source(const struct derivation *d)
{
    struct json_problem problem;
    json_t *realizer = d->realizer.len ? json_parse(d->realizer, &problem) : NULL;
    const char *kind = json_string_value(json_object_get(realizer, "kind"));
    bool source = kind && strcmp(kind, "source") == 0;
    json_decref(realizer);
    return source;
}

static bool add_plan(struct request *r)
{
    struct driver *d = &r->cli->driver;
    if (!r->targets.items.len) return true;
    if (!plan_build(d, r->targets.items.at, r->targets.items.len, &r->plan)) return false;
    uint32_t base = (uint32_t)r->vertices.len;
    for (size_t i = 0; i < r->plan.len; i++) {
        const struct derivation *p = &r->plan.at[i];
        struct graph_vertex v = {
            .ref = p->dref, .name = p->name, .source = is_source(p), .need_count = p->dep_count};
        v.needs = ARENA_ARRAY(&d->arena, uint32_t, p->dep_count);
        for (size_t k = 0; k < p->dep_count; k++) v.needs[k] = base + p->deps[k];
        vec_push(&r->vertices, v);
    }
    for (size_t i = 0; i < r->plan.target_count; i++)
        r->vertices.at[base + r->plan.targets[i]].target = true;
    return true;
}

// ---- all of it ----

// A target, a ref, or a path into the store.
static bool add_argument(struct request *r, const char *text)
{
    struct driver *d = &r->cli->driver;
    char *real = realpath(text, NULL);
    struct str ref = STR("");
    bool stored = real && query_ref_of_path(&d->store, &d->arena, real, &ref, NULL);
    free(real);
    struct ref_arg arg = {.ref = ref};
    if (!stored && strncmp(text, "rref:", 5) == 0) {
        if (!ref_arg_parse(r->cli, text, &arg)) return false;
        stored = true;
    }
    if (!stored) return target_resolve(d, text, &r->targets);
    if (ref_is_rref(arg.ref)) return add_closure(r, arg.ref);
    vec_push(&r->targets.items, (struct target){.text = text, .dref = arg.ref, .path = STR("")});
    return true;
}

static void mark_repeated(struct request *r)
{
    struct map names = MAP_INIT, repeated = MAP_INIT;
    vec_each (v, &r->vertices)
        if (map_set(&names, v->name, (void *)&present))
            map_set(&repeated, v->name, (void *)&present);
    vec_each (v, &r->vertices) v->repeated = map_has(&repeated, v->name);
    map_free(&names);
    map_free(&repeated);
}

static void print(struct request *r)
{
    const struct graph_drawing g = {r->vertices.at, r->vertices.len};
    const char *format = args_value(&r->cli->args, "format");
    if (args_has(&r->cli->args, "json")) format = "json";
    if (!format || strcmp(format, "dot") == 0)
        graph_format_dot(&g, &r->cli->out);
    else if (strcmp(format, "mermaid") == 0)
        graph_format_mermaid(&g, &r->cli->out);
    else if (strcmp(format, "svg") == 0)
        graph_format_svg(&g, &r->cli->out);
    else
        graph_format_json(&g, &r->cli->out);
}

int cmd_graph(struct cli *cli)
{
    struct request r = {.cli = cli};
    cli_catch_signals(cli, NULL);
    bool good = eval_options(cli) && cli_open_store(cli, 0);
    for (size_t i = 0; good && i < cli->args.rest.len; i++)
        good = add_argument(&r, cli->args.rest.at[i]);
    if (good && add_plan(&r) && !cli_interrupted()) {
        mark_repeated(&r);
        print(&r);
    }
    vec_free(&r.vertices);
    map_free(&r.by_ref);
    context_memo_free(&r.memo);
    plan_free(&r.plan);
    target_list_free(&r.targets);
    return cli_finish(cli);
}
