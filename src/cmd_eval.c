// plxc eval, check and test: what needs no store.
#include <string.h>

#include "base/path.h"
#include "cli.h"
#include "cmd.h"
#include "driver/target.h"
#include "eval_options.h"
#include "test_run.h"

static bool evaluate(struct cli *cli, struct value *v)
{
    struct driver *d = &cli->driver;
    const char *target = cli->args.rest.len ? cli->args.rest.at[0] : NULL;
    const char *expr = args_value(&cli->args, "expr");
    if (!target && !expr) {
        struct diag *diag =
            diag_error(&d->sink, SPAN_NONE, "E1005", "`plxc eval` needs a target or an expression");
        diag_help(diag, "`plxc eval pipeline.plx#name`, or `plxc eval -e '1 + 2'`");
        return false;
    }
    if (!expr) return target_value(d, target, v);
    struct target_text t = target ? target_split(d, target) : (struct target_text){0};
    if (t.file && t.name) {
        struct diag *diag = diag_error(&d->sink, SPAN_NONE, "E1016",
                                       "`--expr` and the name `%s` exclude each other", t.name);
        diag_help(diag, "`plxc eval %s -e %s` evaluates it in the scope of that file", t.file,
                  t.name);
        return false;
    }
    struct module *m =
        target ? driver_load(d, t.file ? t.file : t.name) : driver_load_empty(d, "<expr>");
    return m && eval_expr(d->eval, m, str_from(expr), "<expr>", v);
}

int cmd_eval(struct cli *cli)
{
    struct value v;
    cli_catch_signals(cli, NULL);
    if (!eval_options(cli) || !evaluate(cli, &v)) return cli_status(cli);
    struct eval *ev = cli->driver.eval;
    if (args_has(&cli->args, "strict") && !eval_force_deep(ev, &v)) return cli_status(cli);
    bool ok = args_has(&cli->args, "json") ? value_encode(ev, v, false, &cli->out)
                                           : value_print(ev, v, (struct print_style){0}, &cli->out);
    if (!ok) return cli_status(cli);
    buf_addc(&cli->out, '\n');
    return cli_finish(cli);
}

static bool params_are_set(struct cli *cli, const struct module *m)
{
    size_t count;
    const struct module_item *items = module_items(m, &count);
    for (size_t i = 0; i < count; i++) {
        if (items[i].kind != MODULE_PARAM || items[i].has_default) continue;
        bool set = false;
        vec_each (s, &cli->driver.sets) set = set || str_eq(s->name, items[i].name);
        if (!set) return false;
    }
    return true;
}

// Evaluates all public values one after the other, so that independent mistakes are all found.
static void check_values(struct cli *cli, struct module *m)
{
    struct eval *ev = cli->driver.eval;
    struct value v;
    if (!eval_module(ev, m, &v)) return;
    size_t count;
    const struct module_item *items = module_items(m, &count);
    for (size_t i = 0; i < count && !cli->driver.cancel; i++)
        if (items[i].kind == MODULE_VALUE && !items[i].is_private)
            (void)!(eval_lookup(ev, m, items[i].name, &v) && eval_force_deep(ev, &v));
}

// A module whose params have no values is a library: its text can be checked, its values cannot.
static void check_file(struct cli *cli, const char *file)
{
    struct driver *d = &cli->driver;
    struct module *m = driver_look(d, file), *set;
    if (!m) {
        if (!d->cancel) driver_check_broken(d, file);
        return;
    }
    if ((d->sets.len || params_are_set(cli, m)) && (set = driver_load(d, file)))
        check_values(cli, set);
    if (!d->cancel) eval_check(d->eval, m);
}

int cmd_check(struct cli *cli)
{
    cli_catch_signals(cli, NULL);
    if (!eval_options(cli)) return cli_status(cli);
    struct diag_sink *sink = &cli->driver.sink;
    for (size_t i = 0; i < cli->args.rest.len && !cli->driver.cancel; i++)
        check_file(cli, cli->args.rest.at[i]);
    diag_flush(sink);
    size_t errors = sink->error_count, warnings = sink->warning_count;
    struct buf text = BUF_INIT;
    if (errors) buf_printf(&text, "%zu error%s", errors, errors == 1 ? "" : "s");
    if (warnings)
        buf_printf(&text, "%s%zu warning%s", errors ? ", " : "", warnings,
                   warnings == 1 ? "" : "s");
    if (text.len && !cli->json_errors) cli_say(cli, "%s", buf_z(&text));
    buf_free(&text);
    return cli_status(cli);
}

static void run_file(struct cli *cli, const char *file, bool tap, struct test_tally *tally)
{
    struct module *m = driver_load(&cli->driver, file);
    if (!m) return;
    size_t count;
    const struct module_item *items = module_items(m, &count);
    for (size_t i = 0; i < count && !cli->driver.cancel; i++)
        if (items[i].kind == MODULE_TEST) test_run(cli, m, &items[i], tap, tally);
}

int cmd_test(struct cli *cli)
{
    cli_catch_signals(cli, NULL);
    if (!eval_options(cli)) return cli_status(cli);
    bool tap = args_has(&cli->args, "tap"), broken = false;
    struct test_tally tally = {0};
    if (tap) buf_addz(&cli->out, "TAP version 14\n");
    for (size_t i = 0; i < cli->args.rest.len && !cli->driver.cancel; i++) {
        size_t errors = cli->driver.sink.error_count, failed = tally.failed;
        run_file(cli, cli->args.rest.at[i], tap, &tally);
        // Errors without a failed test: the file itself is wrong.
        broken = broken || (cli->driver.sink.error_count > errors && tally.failed == failed);
    }
    if (tap)
        buf_printf(&cli->out, "1..%zu\n", tally.run);
    else if (tally.run)
        buf_printf(&cli->out, "%zu of %zu tests passed\n", tally.run - tally.failed, tally.run);
    else if (!broken)
        buf_addz(&cli->out, "no tests\n");
    if (!cli_flush(cli) || broken || cli_interrupted()) return cli_status(cli);
    return tally.failed ? EXIT_ASSERTION : EXIT_DONE;
}
