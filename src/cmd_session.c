// plxc sessions, continue and cancel: realizations that `realize --interrupt` paused.
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "cmd.h"
#include "driver/pause.h"
#include "json_out.h"
#include "quantity.h"
#include "realize_run.h"
#include "ref_arg.h"
#include "session_out.h"
#include "store/ref.h"

// The session that the command line names; in the shell of a session, without a name, that one.
static const char *named_session(struct cli *cli)
{
    if (cli->args.rest.len) return cli->args.rest.at[0];
    const char *inside = getenv(SESSION_VARIABLE);
    return inside && session_exists(&cli->driver.store, inside) ? inside : NULL;
}

// ---- sessions ----

static void print_session(struct cli *cli, struct session *s, size_t width)
{
    char time[QUANTITY_TIME_SIZE];
    buf_printf(&cli->out, "%-*s  %s  " STR_FMT "  ", (int)width, s->name,
               quantity_local_time(s->time_ns, time), STR_ARG(s->dref));
    buf_printf(&cli->out, "%s\n", s->made.len ? "decided" : session_out(s, 0));
}

int cmd_sessions(struct cli *cli)
{
    struct session_list all;
    if (!cli_open_store(cli, 0)) return cli_status(cli);
    (void)!session_list(&cli->driver.store, &all, &cli->driver.sink);
    if (args_has(&cli->args, "json")) {
        json_t *list = json_array();
        for (size_t i = 0; i < all.len; i++) json_array_append_new(list, session_json(&all.at[i]));
        json_out(cli, list);
    } else {
        size_t width = 0;
        for (size_t i = 0; i < all.len; i++)
            if (strlen(all.at[i].name) > width) width = strlen(all.at[i].name);
        for (size_t i = 0; i < all.len; i++) print_session(cli, &all.at[i], width);
    }
    session_list_free(&all);
    return cli_finish(cli);
}

// ---- cancel ----

static bool cancel(struct cli *cli, const char *name)
{
    struct driver *d = &cli->driver;
    struct session s;
    if (!session_open(&d->store, name, &s, &d->sink)) return false;
    char *dropped = arena_strdup(&d->arena, s.name);
    if (!session_remove(&d->store, &s, &d->sink)) return false;
    cli_say(cli, "dropped the session `%s`", dropped);
    return true;
}

int cmd_cancel(struct cli *cli)
{
    if (!cli_open_store(cli, 0)) return cli_status(cli);
    if (!cli->args.rest.len) (void)!cancel(cli, named_session(cli));
    for (size_t i = 0; i < cli->args.rest.len; i++) (void)!cancel(cli, cli->args.rest.at[i]);
    return cli_status(cli);
}

// ---- continue ----

struct request {
    struct realize_run run;
    struct session session;
    struct pause_decision decision;
    VEC(struct str) rrefs;
};

static void say_waiting(void *ctx, pid_t pid)
{
    struct request *r = ctx;
    if (pid)
        cli_say(r->run.cli, STR_FMT ": process %ld is realizing it, waiting",
                STR_ARG(r->session.stage), (long)pid);
    else
        cli_say(r->run.cli, STR_FMT ": another process is realizing it, waiting",
                STR_ARG(r->session.stage));
}

static bool read_decision(struct request *r)
{
    struct cli *cli = r->run.cli;
    struct args *args = &cli->args;
    size_t at = 0;
    for (const struct given *g; (g = args_next(args, "rref", &at));) {
        struct ref_arg ref;
        if (!ref_arg_parse(cli, g->value, &ref)) return false;
        if (!ref_is_rref(ref.ref)) {
            diag_error(&cli->driver.sink, SPAN_NONE, "E1004",
                       "`--rref` needs a realization, and `%s` is a derivation", g->value);
            return false;
        }
        vec_push(&r->rrefs, ref.ref);
    }
    if (args_has(args, "default") && r->rrefs.len) {
        diag_error(&cli->driver.sink, SPAN_NONE, "E1016",
                   "`--default` and `--rref` exclude each other");
        return false;
    }
    r->decision = (struct pause_decision){.how = r->rrefs.len                ? PAUSE_RREFS
                                                 : args_has(args, "default") ? PAUSE_REALIZER
                                                                             : PAUSE_OUTPUTS,
                                          .rrefs = r->rrefs.at,
                                          .rref_count = r->rrefs.len,
                                          .waiting = say_waiting,
                                          .waiting_ctx = r};
    return true;
}

static int go_on(struct request *request)
{
    struct realize_run *r = &request->run;
    struct cli *cli = r->cli;
    struct pause_run run = {&cli->driver, r->workers,   &r->plan,
                            &r->options,  &r->observer, &r->results};
    if (!pause_decide(&run, &request->session, &request->decision)) return cli_status(cli);
    diag_flush(&cli->driver.sink);
    struct session next;
    char *name = arena_strdup(&cli->driver.arena, request->session.name);
    realize_run_begin(r);
    enum engine_outcome outcome = pause_go_on(&run, &request->session, &request->decision, &next);
    int status = realize_run_end(r, outcome);
    if (outcome != ENGINE_OK) {
        cli_say(cli,
                "the session `%s` is still there: `%scontinue %s` tries again, `%scancel %s` drops "
                "it",
                name, cli->say, name, cli->say, name);
        session_free(&next);
        return status;
    }
    bool paused = next.name != NULL;
    if (paused) session_announce(r, &next);
    session_free(&next);
    if (!paused && !realize_run_show(r)) return cli_status(cli);
    return cli_flush(cli) ? status : cli_status(cli);
}

static int open_and_go_on(struct request *request)
{
    struct realize_run *r = &request->run;
    struct cli *cli = r->cli;
    struct driver *d = &cli->driver;
    struct session *s = &request->session;
    // The session is locked after the workers were forked, so that they do not hold its lock.
    if (!read_decision(request) || !realize_run_start(r) ||
        !session_open(&d->store, named_session(cli), s, &d->sink))
        return cli_status(cli);
    pause_options(d, s, &r->options);
    session_read_own(r, pause_own(s));
    if (!pause_plan(d, s, &r->plan, &r->targets)) return cli_status(cli);
    return go_on(request);
}

int cmd_continue(struct cli *cli)
{
    struct request r = {.run = {.cli = cli}, .session = SESSION_INIT};
    int status;
    if (!cli_open_store(cli, 0) || !realize_run_options(&r.run))
        status = cli_status(cli);
    else
        status = open_and_go_on(&r);
    realize_run_free(&r.run);
    session_free(&r.session);
    vec_free(&r.rrefs);
    return status;
}
