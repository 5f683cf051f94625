// plxc realize: evaluate, instantiate, realize, print.
#include <jansson.h>
#include <string.h>

#include "base/json.h"
#include "cli.h"
#include "cmd.h"
#include "driver/pause.h"
#include "driver/realize.h"
#include "eval_options.h"
#include "plan_arg.h"
#include "realize_run.h"
#include "session_out.h"
#include "store/root.h"

struct request {
    struct realize_run run;
    VEC(struct str) rebuild;
    VEC(struct str) assert_realized;
    VEC(struct str) interrupt;
    VEC(struct engine_args) args;
};

// NAME.KEY=VALUE: VALUE is JSON where it parses as JSON, else a string.
static bool add_arg(struct request *r, const struct given *g)
{
    struct cli *cli = r->run.cli;
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
    if (json_object_set_new(object, name, parsed) < 0) { // which frees the value
        json_decref(object);
        diag_error(&cli->driver.sink, SPAN_NONE, "E1004",
                   "the name in `--arg " STR_FMT "` is not UTF-8", STR_ARG(key));
        return false;
    }
    struct buf text = BUF_INIT;
    json_canonical(&text, object);
    json_decref(object);
    vec_push(&r->args, (struct engine_args){{key.p, (size_t)(dot - key.p)},
                                            arena_str(&cli->driver.arena, buf_str(&text))});
    buf_free(&text);
    return true;
}

static void read_names(struct request *r)
{
    struct args *args = &r->run.cli->args;
    struct engine_options *o = &r->run.options;
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
    for (const struct given *g; (g = args_next(args, "interrupt", &at));)
        vec_push(&r->interrupt, str_from(g->value));
    o->rebuild.names = r->rebuild.at;
    o->rebuild.count = r->rebuild.len;
    o->assert_realized.names = r->assert_realized.at;
    o->assert_realized.count = r->assert_realized.len;
}

static bool read_options(struct request *r)
{
    struct args *args = &r->run.cli->args;
    struct diag_sink *sink = &r->run.cli->driver.sink;
    struct engine_options *o = &r->run.options;
    int64_t timeout, silent_timeout, retry;
    if (!realize_run_options(&r->run) ||
        !args_number(args, "timeout", 1, INT32_MAX, 0, &timeout, sink) ||
        !args_number(args, "silent-timeout", 1, INT32_MAX, 0, &silent_timeout, sink) ||
        !args_number(args, "retry", 0, 1000, 0, &retry, sink))
        return false;
    o->timeout = (double)timeout;
    o->silent_timeout = (double)silent_timeout;
    o->retry = (int)retry;
    read_names(r);
    size_t at = 0;
    for (const struct given *g; (g = args_next(args, "arg", &at));)
        if (!add_arg(r, g)) return false;
    o->args = r->args.at;
    o->args_count = r->args.len;
    o->dry_run = r->run.dry_run = args_has(args, "dry-run");
    o->keep_going = args_has(args, "keep-going");
    o->keep_failed = args_has(args, "keep-failed");
    r->run.link = args_value(args, "out-link");
    r->run.timestamp = args_has(args, "timestamp");
    r->run.one = args_has(args, "one");
    if (!r->run.dry_run || !r->interrupt.len) return true;
    struct diag *d =
        diag_error(sink, SPAN_NONE, "E1016", "`--dry-run` and `--interrupt` exclude each other");
    diag_note(d, "a pause prepares a build directory, and builds what the stage needs");
    return false;
}

// Of a dry run: what would be built, in the order of the plan.
static void print_dry_run(struct realize_run *r)
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

static int realize_all(struct request *request)
{
    struct realize_run *r = &request->run;
    struct cli *cli = r->cli;
    struct driver *d = &cli->driver;
    realize_run_begin(r);
    enum engine_outcome outcome = engine_realize(&d->store, r->workers, &r->plan, &r->options,
                                                 &r->observer, &r->results, &d->sink);
    int status = realize_run_end(r, outcome);
    if (outcome != ENGINE_OK && !(r->options.keep_going && status == EXIT_REALIZER)) return status;
    if (r->dry_run)
        print_dry_run(r);
    else if (!realize_run_show(r))
        return cli_status(cli);
    return cli_flush(cli) ? status : cli_status(cli);
}

// With --interrupt: as far as the first stage to pause at.
static int realize_and_pause(struct request *request)
{
    struct realize_run *r = &request->run;
    struct cli *cli = r->cli;
    struct ref_list stages;
    // Also what lies behind the pause.
    if (!realize_instantiate(&cli->driver, &r->plan, NULL) ||
        !pause_select(&cli->driver, &r->plan, request->interrupt.at, request->interrupt.len,
                      &stages))
        return cli_status(cli);
    json_t *own = session_own_json(r);
    struct pause_front front = {.arguments = cli->args.rest.at,
                                .argument_count = cli->args.rest.len,
                                .targets = &r->targets,
                                .own = own};
    struct pause_run run = {&cli->driver, r->workers,   &r->plan,
                            &r->options,  &r->observer, &r->results};
    struct session s;
    realize_run_begin(r);
    enum engine_outcome outcome = pause_at(&run, &stages, &front, &s);
    int status = realize_run_end(r, outcome);
    json_decref(own);
    if (outcome == ENGINE_OK) {
        session_announce(r, &s);
        if (!cli_flush(cli)) status = cli_status(cli);
    }
    session_free(&s);
    return status;
}

static int realize(struct request *request)
{
    struct realize_run *r = &request->run;
    struct cli *cli = r->cli;
    struct driver *d = &cli->driver;
    if (r->link && !r->timestamp && !root_out_link_check(r->link, &d->sink)) return cli_status(cli);
    if (!realize_run_start(r) || !plan_arg_build(cli, &r->targets, &r->plan))
        return cli_status(cli);
    return request->interrupt.len ? realize_and_pause(request) : realize_all(request);
}

int cmd_realize(struct cli *cli)
{
    struct request r = {.run = {.cli = cli}};
    int status;
    if (!read_options(&r) || !plan_arg_check(cli) || !eval_options(cli) || !cli_open_store(cli, 0))
        status = cli_status(cli);
    else
        status = realize(&r);
    realize_run_free(&r.run);
    vec_free(&r.rebuild);
    vec_free(&r.assert_realized);
    vec_free(&r.interrupt);
    vec_free(&r.args);
    return status;
}
