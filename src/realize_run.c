#include "realize_run.h"

#include <jansson.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/path.h"
#include "cli.h"
#include "driver/embed.h"
#include "driver/realize.h"
#include "engine/schedule.h"
#include "session_out.h"

#define MAX_JOBS 4096

static int64_t processors(void)
{
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
    return count > 0 ? count : 1;
}

// NAME=AMOUNT, as often as it is given; of one name the last.
static bool read_resources(struct realize_run *r)
{
    struct diag_sink *sink = &r->cli->driver.sink;
    size_t at = 0;
    for (const struct given *g; (g = args_next(&r->cli->args, "resource", &at));) {
        struct str name;
        const char *text;
        if (!args_pair(g->option, g->value, &name, &text, sink)) return false;
        double amount = schedule_amount(text);
        bool cpus = str_eqz(name, "cpus");
        if (cpus || amount < 0) {
            struct diag *d =
                diag_error(sink, SPAN_NONE, "E1004", "`--resource` cannot be `%s`", g->value);
            diag_help(d, cpus ? "`-j` says how many processors to use"
                              : "an amount is a number from 0 on, like `2`, or of bytes like `8G`");
            return false;
        }
        vec_push(&r->resources, (struct engine_resource){name, amount});
    }
    r->options.resources = r->resources.at;
    r->options.resources_count = r->resources.len;
    return true;
}

bool realize_run_options(struct realize_run *r)
{
    const struct args *args = &r->cli->args;
    if (!args_number(args, "jobs", 1, MAX_JOBS, processors(), &r->jobs, &r->cli->driver.sink))
        return false;
    if (!read_resources(r)) return false;
    const char *print = args_value(args, "print");
    if (args_has(args, "json") || (print && strcmp(print, "json") == 0))
        r->print = PRINT_JSON;
    else if (print)
        r->print = *print == 'p' ? PRINT_PATH : *print == 'd' ? PRINT_DREF : PRINT_RREF;
    const char *log = args_value(args, "log");
    r->mode = log && *log == 's' ? UI_STREAM : log && *log == 'q' ? UI_QUIET : UI_AUTO;
    if (r->cli->json_errors) r->mode = UI_QUIET;
    return true;
}

// The workers are forked while this process is small: before anything is evaluated.
bool realize_run_start(struct realize_run *r)
{
    struct driver *d = &r->cli->driver;
    struct str python = STR("");
    if (!embed_get(STR("stdlib/python/plx.py"), &python)) BUG("the Python module is not embedded");
    struct engine_workers_options options = {
        .jobs = (unsigned)r->jobs, .python = python.p, .alone = true};
    r->workers = engine_workers_start(&d->store, &options, &d->sink);
    if (r->workers) cli_catch_signals(r->cli, r->workers);
    return r->workers != NULL;
}

static const char *outside_path(struct realize_run *r, size_t target, const struct rref *rref)
{
    struct driver *d = &r->cli->driver;
    const char *path = store_ref_path(&d->store, &d->arena, str_from(rref->text));
    struct str below = target < r->targets.items.len ? r->targets.items.at[target].path : STR("");
    return below.len ? path_join(&d->arena, path, arena_dup(&d->arena, below.p, below.len)) : path;
}

static json_t *state_json(enum engine_state state)
{
    switch (state) {
    case ENGINE_STATE_REUSED: return json_string("reused");
    case ENGINE_STATE_BUILT: return json_string("built");
    case ENGINE_STATE_FAILED: return json_string("failed");
    case ENGINE_STATE_SKIPPED: return json_string("skipped");
    case ENGINE_STATE_WOULD_BUILD: return json_string("would-build");
    case ENGINE_STATE_PAUSED: return json_string("paused");
    case ENGINE_STATE_NONE: break;
    }
    return json_null();
}

static json_t *target_json(struct realize_run *r, size_t target)
{
    uint32_t index = r->plan.targets[target];
    const struct derivation *d = &r->plan.at[index];
    const struct engine_result *result = &r->results.at[index];
    json_t *object = json_object(), *rrefs = json_array(), *paths = json_array();
    for (size_t i = 0; i < result->rref_count; i++) {
        json_array_append_new(rrefs, json_string(result->rrefs[i].text));
        json_array_append_new(paths, json_string(outside_path(r, target, &result->rrefs[i])));
    }
    if (target < r->targets.items.len)
        json_object_set_new(object, "target", json_string(r->targets.items.at[target].text));
    json_object_set_new(object, "name", json_stringn(d->name.p, d->name.len));
    json_object_set_new(object, "dref", json_stringn(d->dref.p, d->dref.len));
    json_object_set_new(object, "state", state_json(result->state));
    json_object_set_new(object, "rrefs", rrefs);
    json_object_set_new(object, "paths", paths);
    return object;
}

static void print_results(struct realize_run *r)
{
    struct buf *out = &r->cli->out;
    if (r->print == PRINT_JSON) {
        json_t *list = json_array();
        for (size_t i = 0; i < r->plan.target_count; i++)
            json_array_append_new(list, target_json(r, i));
        json_canonical(out, list);
        buf_addc(out, '\n');
        json_decref(list);
        return;
    }
    for (size_t i = 0; i < r->plan.target_count; i++) {
        uint32_t index = r->plan.targets[i];
        const struct engine_result *result = &r->results.at[index];
        if (r->print == PRINT_DREF) buf_printf(out, STR_FMT "\n", STR_ARG(r->plan.at[index].dref));
        for (size_t k = 0; k < result->rref_count && r->print != PRINT_DREF; k++)
            buf_printf(out, "%s\n",
                       r->print == PRINT_PATH ? outside_path(r, i, &result->rrefs[k])
                                              : result->rrefs[k].text);
    }
}

static bool check_one(struct realize_run *r)
{
    size_t count = 0;
    for (size_t i = 0; i < r->plan.target_count; i++)
        count += r->results.at[r->plan.targets[i]].rref_count;
    if (count == 1 || !r->one) return true;
    struct diag *d = diag_error(&r->cli->driver.sink, SPAN_NONE, "E1014",
                                "`--one` was given, but there are %zu realizations", count);
    for (size_t i = 0; i < r->plan.target_count; i++) {
        const struct derivation *t = &r->plan.at[r->plan.targets[i]];
        diag_note(d, "`" STR_FMT "` has %zu", STR_ARG(t->name),
                  r->results.at[r->plan.targets[i]].rref_count);
    }
    diag_help(d, "a matcher such as `match_latest()` or `match_best(file)` chooses one");
    return false;
}

static int status_of(enum engine_outcome outcome)
{
    switch (outcome) {
    case ENGINE_OK: return EXIT_DONE;
    case ENGINE_REALIZER_FAILED: return EXIT_REALIZER;
    case ENGINE_STORE_FAILED: return EXIT_SYSTEM;
    case ENGINE_ASSERTION_FAILED: return EXIT_ASSERTION;
    case ENGINE_INTERRUPTED: return EXIT_INTERRUPTED;
    case ENGINE_BAD_REQUEST: return EXIT_USAGE;
    }
    return EXIT_SYSTEM;
}

void realize_run_begin(struct realize_run *r)
{
    struct cli *cli = r->cli;
    // The shell of a session has the realizer's environment, but is not run by one.
    bool inside = !getenv(SESSION_VARIABLE);
    r->options.inside_dref = inside ? getenv("PLX_DREF") : NULL;
    r->options.inside_store = inside ? getenv("PLX_STORE") : NULL;
    r->options.tick_ms = UI_TICK_MS;
    realize_bind_keys(&cli->driver, &r->options);
    cli->ui = ui_new(r->mode, cli->color_err, cli->start_ns, &cli->driver.sink);
    r->observer = (struct engine_observer){.ctx = cli->ui, .event = ui_event};
}

int realize_run_end(struct realize_run *r, enum engine_outcome outcome)
{
    struct cli *cli = r->cli;
    diag_flush(&cli->driver.sink);
    enum ui_end end = outcome == ENGINE_INTERRUPTED ? UI_INTERRUPTED
                      : r->dry_run                  ? UI_DRY_RUN
                                                    : UI_DONE;
    const struct engine_progress *p = &r->results.progress;
    // A pause at a stage that needs nothing has nothing to sum up.
    bool idle = outcome == ENGINE_OK && p->built + p->reused + p->would_build + p->failed == 0;
    if (outcome != ENGINE_BAD_REQUEST && !idle) ui_summary(cli->ui, &r->results.progress, end);
    ui_free(cli->ui);
    cli->ui = NULL;
    return status_of(outcome);
}

// Links of earlier runs are not removed, but who looks at one should know what it is.
static bool make_links(struct realize_run *r)
{
    struct realize_linked linked;
    if (!realize_links(&r->cli->driver, &r->plan, &r->results, r->link, r->timestamp, &linked))
        return false;
    if (!linked.count) cli_say(r->cli, "there is no realization to link `%s` to", r->link);
    if (linked.stale) cli_say(r->cli, "`%s` still leads to what an earlier run made", linked.stale);
    return true;
}

bool realize_run_show(struct realize_run *r)
{
    if (!check_one(r)) return false;
    if (r->link && !make_links(r)) return false;
    print_results(r);
    return true;
}

void realize_run_free(struct realize_run *r)
{
    cli_catch_signals(r->cli, NULL);
    engine_workers_stop(r->workers);
    engine_results_free(&r->results);
    plan_free(&r->plan);
    target_list_free(&r->targets);
    vec_free(&r->resources);
}
