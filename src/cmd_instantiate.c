// plxc instantiate: evaluate, and write derivations.
#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/json.h"
#include "cli.h"
#include "cmd.h"
#include "driver/realize.h"
#include "eval_options.h"
#include "plan_arg.h"

static bool write_plan(struct cli *cli, const struct plan *plan, const char *file)
{
    struct driver *d = &cli->driver;
    struct buf text = BUF_INIT;
    bool ok = plan_write(plan, &text, &d->sink);
    if (ok && strcmp(file, "-") == 0) {
        buf_adds(&cli->out, buf_str(&text));
    } else if (ok) {
        int err = io_replace_file(file, buf_str(&text), 0644, false);
        ok = err >= 0;
        if (!ok)
            diag_error(&d->sink, SPAN_NONE, "E1020", "cannot write the plan to `%s`: %s", file,
                       strerror(-err));
    }
    buf_free(&text);
    return ok;
}

static void print_drefs(struct cli *cli, const struct target_list *targets, const struct plan *plan)
{
    struct buf *out = &cli->out;
    if (!args_has(&cli->args, "json")) {
        for (size_t i = 0; i < plan->target_count; i++)
            buf_printf(out, STR_FMT "\n", STR_ARG(plan->at[plan->targets[i]].dref));
        return;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < plan->target_count; i++) {
        const struct derivation *d = &plan->at[plan->targets[i]];
        json_array_append_new(list, json_pack("{s:s, s:s%, s:s%}", "target",
                                              targets->items.at[i].text, "name", d->name.p,
                                              d->name.len, "dref", d->dref.p, d->dref.len));
    }
    json_canonical(out, list);
    buf_addc(out, '\n');
    json_decref(list);
}

int cmd_instantiate(struct cli *cli)
{
    struct driver *d = &cli->driver;
    struct target_list targets = {0};
    struct plan plan = PLAN_INIT;
    cli_catch_signals(cli, NULL);
    const char *file = args_value(&cli->args, "plan");
    if (eval_options(cli) && cli_open_store(cli, 0) && plan_arg_build(cli, &targets, &plan) &&
        (!file || plan_check_callable(&plan, &d->sink)) && realize_instantiate(d, &plan, NULL) &&
        (!file || write_plan(cli, &plan, file))) {
        // `--plan -` has standard output for itself.
        if (!file || strcmp(file, "-") != 0) print_drefs(cli, &targets, &plan);
    }
    plan_free(&plan);
    target_list_free(&targets);
    return cli_finish(cli);
}
