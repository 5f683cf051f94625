#include "plan_arg.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "cli.h"

#define LISTED_FILES 8

static void note_files_here(struct diag *d)
{
    char **names;
    size_t count, n = 0;
    if (io_list_dir(AT_FDCWD, ".", &names, &count) < 0) return;
    struct buf list = BUF_INIT;
    for (size_t i = 0; i < count; i++) {
        if (!str_ends_with(str_from(names[i]), STR(".plx"))) continue;
        if (n < LISTED_FILES) buf_printf(&list, "%s`%s`", n ? ", " : "", names[i]);
        n++;
    }
    if (n > LISTED_FILES) buf_printf(&list, " and %zu more", n - LISTED_FILES);
    if (n) diag_note(d, "this folder has %s", buf_z(&list));
    buf_free(&list);
    io_free_names(names, count);
}

bool plan_arg_check(struct cli *cli)
{
    bool plan = args_has(&cli->args, "plan");
    size_t count = cli->args.rest.len;
    struct diag *d;
    if (args_has(&cli->args, "timestamp") && !args_has(&cli->args, "out-link")) {
        d = diag_error(&cli->driver.sink, SPAN_NONE, "E1016", "`--timestamp` needs `--out-link`");
        diag_help(d, "it puts the build time before the name of the link");
        return false;
    }
    if (!plan && count) return true;
    if (plan && !count && !args_has(&cli->args, "set")) return true;
    if (!plan) {
        d = diag_error(&cli->driver.sink, SPAN_NONE, "E1005", "`plxc realize` needs a target");
        note_files_here(d);
        diag_help(d, "a target is a file (`pipeline.plx`) or a name in it (`pipeline.plx#train`)");
    } else if (count) {
        d = diag_error(&cli->driver.sink, SPAN_NONE, "E1016",
                       "`--plan` and the target `%s` exclude each other", cli->args.rest.at[0]);
        diag_note(d, "a plan has targets of its own");
    } else {
        d = diag_error(&cli->driver.sink, SPAN_NONE, "E1016",
                       "`--plan` and `--set` exclude each other");
        diag_note(d, "a plan was evaluated already, with the params of that time");
    }
    return false;
}

static bool read_plan(struct cli *cli, const char *file, struct plan *plan)
{
    struct driver *d = &cli->driver;
    struct buf text = BUF_INIT;
    int err = strcmp(file, "-") == 0 ? io_read_fd(STDIN_FILENO, 0, &text)
                                     : io_read_any(AT_FDCWD, file, 0, &text);
    bool ok = err >= 0;
    if (strcmp(file, "-") == 0) file = "standard input";
    if (!ok)
        diag_error(&d->sink, SPAN_NONE, "E1006", "cannot read the plan `%s`: %s", file,
                   strerror(-err));
    // The plan borrows from the text.
    struct str kept = arena_str(&d->arena, buf_str(&text));
    buf_free(&text);
    return ok && plan_read(plan, kept, file, &d->sink) && plan_check_callable(plan, &d->sink);
}

bool plan_arg_build(struct cli *cli, struct target_list *targets, struct plan *plan)
{
    struct driver *d = &cli->driver;
    const char *file = cli->args.rest.len ? NULL : args_value(&cli->args, "plan");
    if (file) return read_plan(cli, file, plan);
    bool ok = true;
    for (size_t i = 0; i < cli->args.rest.len && !d->cancel; i++)
        ok = target_resolve(d, cli->args.rest.at[i], targets) && ok;
    return ok && !d->cancel && plan_build(d, targets->items.at, targets->items.len, plan);
}
