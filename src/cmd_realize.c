// plxc realize: evaluate, instantiate, realize, print.
#include <jansson.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/path.h"
#include "cli.h"
#include "cmd.h"
#include "driver/embed.h"
#include "driver/realize.h"
#include "plan_arg.h"
#include "store/root.h"
#include "ui.h"

#define MAX_JOBS 4096

enum print { PRINT_RREF, PRINT_PATH, PRINT_DREF, PRINT_JSON };

struct request {
    struct cli *cli;
    struct engine_options options;
    struct plan plan;
    struct target_list targets; // empty with --plan
    struct engine_results results;
    struct engine_workers *workers;
    VEC(struct str) rebuild;
    VEC(struct str) assert_realized;
    VEC(struct engine_args) args;
    int64_t jobs;
    enum print print;
    enum ui_mode mode;
    bool dry_run;
};

static int64_t processors(void)
{
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
    return count > 0 ? count : 1;
}

// NAME.KEY=VALUE: VALUE is JSON where it parses as JSON, else a string.
static bool add_arg(struct request *r, const struct given *g)
{
    struct cli *cli = r->cli;
    struct str key;
    const char *value;
    if (!args_pair(g->option, g->value, &key, &value, &cli->driver.sink)) return false;
    const char *dot = memchr(key.p, '.', key.len);
    if (!dot || dot == key.p || dot + 1 == key.p + key.len) {
        struct diag *d =
            diag_error(&cli->driver.sink, SPAN_NONE, "E1004", "`--arg` cannot be `%s`", g->value);
        diag_note(d,
                  "before the `=` stand the name of a stage, a dot and the name of the argument");
        diag_help(d, "`--arg train.epochs=5` gives the realizer of `train` the argument `epochs`");
        return false;
    }
    struct json_problem unused;
    json_t *parsed = json_parse(str_from(value), &unused);
    if (!parsed) parsed = json_stringn(value, strlen(value));
    if (!parsed) {
        diag_error(&cli->driver.sink, SPAN_NONE, "E1004",
                   "the value of `--arg " STR_FMT "` is not UTF-8", STR_ARG(key));
        return false;
    }
    json_t *object = json_object();
    const char *name = arena_dup(&cli->driver.arena, dot + 1, (size_t)(key.p + key.len - dot - 1));
    json_object_set_new(object, name, parsed);
    struct buf text = BUF_INIT;
    json_canonical(&text, object);
    json_decref(object);
    vec_push(&r->args, (struct engine_args){{key.p, (size_t)(dot - key.p)},
                                            arena_str(&cli->driver.arena, buf_str(&text))});
    buf_free(&text);
    return true;
}

static bool read_options(struct request *r)
{
    struct args *args = &r->cli->args;
    struct diag_sink *sink = &r->cli->driver.sink;
    struct engine_options *o = &r->options;
    int64_t timeout, retry;
    if (!args_number(args, "jobs", 1, MAX_JOBS, processors(), &r->jobs, sink) ||
        !args_number(args, "timeout", 1, INT32_MAX, 0, &timeout, sink) ||
        !args_number(args, "retry", 0, 1000, 0, &retry, sink))
        return false;
    o->timeout = (double)timeout;
    o->retry = (int)retry;
    size_t at = 0;
    for (const struct given *g; (g = args_next(args, "rebuild", &at));) {
        if (g->value)
            vec_push(&r->rebuild, str_from(g->value));
        else
            o->rebuild.targets = true;
    }
    at = 0;
    for (const struct given *g; (g = args_next(args, "assert-realized", &at));) {
        if (g->value)
            vec_push(&r->assert_realized, str_from(g->value));
        else
            o->assert_realized.targets = true;
    }
    at = 0;
    for (const struct given *g; (g = args_next(args, "arg", &at));)
        if (!add_arg(r, g)) return false;
    o->rebuild.names = r->rebuild.at;
    o->rebuild.count = r->rebuild.len;
    o->assert_realized.names = r->assert_realized.at;
    o->assert_realized.count = r->assert_realized.len;
    o->args = r->args.at;
    o->args_count = r->args.len;
    o->dry_run = r->dry_run = args_has(args, "dry-run");
    o->keep_going = args_has(args, "keep-going");
    o->keep_failed = args_has(args, "keep-failed");
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
static bool start_workers(struct request *r)
{
    struct driver *d = &r->cli->driver;
    struct str python = STR("");
    if (!embed_get(STR("stdlib/python/plx.py"), &python)) BUG("the Python module is not embedded");
    struct engine_workers_options options = {.jobs = (unsigned)r->jobs, .python = python.p};
    r->workers = engine_workers_start(&d->store, &options, &d->sink);
    if (r->workers) cli_catch_signals(r->cli, r->workers);
    return r->workers != NULL;
}

static const char *outside_path(struct request *r, size_t target, const struct rref *rref)
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

static json_t *target_json(struct request *r, size_t target)
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

static void print_results(struct request *r)
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

// Of a dry run: what would be built, in the order of the plan.
static void print_dry_run(struct request *r)
{
    if (r->print == PRINT_JSON) {
        json_t *list = json_array();
        for (size_t i = 0; i < r->plan.len; i++) {
            if (r->results.at[i].state != ENGINE_STATE_WOULD_BUILD) continue;
            const struct derivation *d = &r->plan.at[i];
            json_array_append_new(list, json_pack("{s:s%, s:s%}", "dref", d->dref.p, d->dref.len,
                                                  "name", d->name.p, d->name.len));
        }
        json_canonical(&r->cli->out, list);
        buf_addc(&r->cli->out, '\n');
        json_decref(list);
        return;
    }
    for (size_t i = 0; i < r->plan.len; i++)
        if (r->results.at[i].state == ENGINE_STATE_WOULD_BUILD)
            buf_printf(&r->cli->out, STR_FMT "\n", STR_ARG(r->plan.at[i].dref));
}

static bool check_one(struct request *r)
{
    size_t count = 0;
    for (size_t i = 0; i < r->plan.target_count; i++)
        count += r->results.at[r->plan.targets[i]].rref_count;
    if (count == 1 || !args_has(&r->cli->args, "one")) return true;
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

static enum engine_outcome run_engine(struct request *r)
{
    struct cli *cli = r->cli;
    struct driver *d = &cli->driver;
    r->options.inside_dref = getenv("PLX_DREF");
    r->options.inside_store = getenv("PLX_STORE");
    r->options.tick_ms = UI_TICK_MS;
    realize_bind_keys(d, &r->options);
    cli->ui = ui_new(r->mode, cli->color_err, cli->start_ns, &d->sink);
    struct engine_observer observer = {.ctx = cli->ui, .event = ui_event};
    enum engine_outcome outcome = engine_realize(&d->store, r->workers, &r->plan, &r->options,
                                                 &observer, &r->results, &d->sink);
    diag_flush(&d->sink);
    enum ui_end end = outcome == ENGINE_INTERRUPTED ? UI_INTERRUPTED
                      : r->dry_run                  ? UI_DRY_RUN
                                                    : UI_DONE;
    if (outcome != ENGINE_BAD_REQUEST) ui_summary(cli->ui, &r->results.progress, end);
    ui_free(cli->ui);
    cli->ui = NULL;
    return outcome;
}

static int realize(struct request *r)
{
    struct cli *cli = r->cli;
    struct driver *d = &cli->driver;
    const char *link = args_value(&cli->args, "out-link");
    bool timestamp = args_has(&cli->args, "timestamp");
    if (link && !timestamp && !root_out_link_check(link, &d->sink)) return cli_status(cli);
    if (!start_workers(r)) return cli_status(cli);
    if (!plan_arg_build(cli, &r->targets, &r->plan)) return cli_status(cli);
    if (!r->dry_run && !realize_instantiate(d, &r->plan, NULL)) return cli_status(cli);
    enum engine_outcome outcome = run_engine(r);
    int status = status_of(outcome);
    if (outcome != ENGINE_OK && !(r->options.keep_going && status == EXIT_REALIZER)) return status;
    if (r->dry_run) {
        print_dry_run(r);
    } else {
        if (!check_one(r)) return cli_status(cli);
        if (link && !realize_links(d, &r->plan, &r->results, link, timestamp))
            return cli_status(cli);
        print_results(r);
    }
    return cli_flush(cli) ? status : cli_status(cli);
}

int cmd_realize(struct cli *cli)
{
    struct request r = {.cli = cli};
    int status;
    if (!read_options(&r) || !plan_arg_check(cli) || !cli_sets(cli) || !cli_open_store(cli, 0))
        status = cli_status(cli);
    else
        status = realize(&r);
    cli_catch_signals(cli, NULL);
    engine_workers_stop(r.workers);
    engine_results_free(&r.results);
    plan_free(&r.plan);
    target_list_free(&r.targets);
    vec_free(&r.rebuild);
    vec_free(&r.assert_realized);
    vec_free(&r.args);
    return status;
}
