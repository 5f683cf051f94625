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
#include "store/root.h"

// The session that the command line names; in the shell of a session, without a name, that one,
// and no other when it has ended. False after a report.
static bool named_session(struct cli *cli, const char **name)
{
    *name = cli->args.rest.len ? cli->args.rest.at[0] : getenv(SESSION_VARIABLE);
    return cli->args.rest.len || !*name || session_inside(cli, *name);
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
    for (size_t i = 0; i < all.moved_len; i++)
        cli_say(cli, "`%s` is a session of the store %s, which is not there any more",
                all.moved[i].name, all.moved[i].store);
    session_list_free(&all);
    return cli_finish(cli);
}

// ---- cancel ----

static bool cancel(struct cli *cli, const char *name)
{
    struct driver *d = &cli->driver;
    struct session s;
    if (!session_open_to_drop(&d->store, name, &s, &d->sink)) return false;
    char *dropped = arena_strdup(&d->arena, s.name);
    if (!session_remove(&d->store, &s, &d->sink)) return false;
    cli_say(cli, "dropped the session `%s`", dropped);
    return true;
}

int cmd_cancel(struct cli *cli)
{
    if (!cli_open_store(cli, 0)) return cli_status(cli);
    const char *name;
    if (!cli->args.rest.len && named_session(cli, &name)) (void)!cancel(cli, name);
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

// What is decided is not asked for again.
static void say_still_there(struct request *request)
{
    struct cli *cli = request->run.cli;
    const struct session *s = &request->session;
    bool realizer = !s->made.len && request->decision.how == PAUSE_REALIZER;
    cli_say(cli,
            "the session `%s` is still there: `%scontinue %s%s` tries again, `%scancel %s` drops "
            "it",
            s->name, cli->say, s->name, realizer ? " --default" : "", cli->say, s->name);
}

// What there is to show is shown before the session goes: nothing else may lead to its results.
static bool show(struct request *request, enum engine_outcome outcome, int status,
                 struct session *next)
{
    struct realize_run *r = &request->run;
    bool some = r->options.keep_going && status == EXIT_REALIZER;
    if (outcome != ENGINE_OK && !some) return true;
    if (next->name) {
        session_announce(r, next);
        return true;
    }
    return realize_run_show(r);
}

static int go_on(struct request *request)
{
    struct realize_run *r = &request->run;
    struct cli *cli = r->cli;
    struct driver *d = &cli->driver;
    struct pause_run run = {d, r->workers, &r->plan, &r->options, &r->observer, &r->results};
    if (!pause_decide(&run, &request->session, &request->decision)) {
        if (!diag_has_errors(&d->sink)) say_still_there(request); // it was interrupted
        return cli_status(cli);
    }
    diag_flush(&d->sink);
    struct session next;
    realize_run_begin(r);
    enum engine_outcome outcome = pause_go_on(&run, &request->session, &request->decision, &next);
    int status = realize_run_end(r, outcome);
    bool shown = show(request, outcome, status, &next) && cli_flush(cli);
    session_free(&next);
    if (outcome == ENGINE_OK && shown)
        return session_remove(&d->store, &request->session, &d->sink) ? status : cli_status(cli);
    diag_flush(&d->sink);
    say_still_there(request);
    return shown ? status : cli_status(cli);
}

static int open_and_go_on(struct request *request)
{
    struct realize_run *r = &request->run;
    struct cli *cli = r->cli;
    struct driver *d = &cli->driver;
    struct session *s = &request->session;
    // The session is locked after the workers were forked, so that they do not hold its lock.
    const char *name;
    if (!read_decision(request) || !named_session(cli, &name) || !realize_run_start(r) ||
        !session_open(&d->store, name, s, &d->sink))
        return cli_status(cli);
    pause_options(d, s, &r->options);
    session_read_own(r, pause_own(s));
    if (r->link && !r->timestamp && !root_out_link_check(r->link, &d->sink)) return cli_status(cli);
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
