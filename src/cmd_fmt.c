// plxc fmt: one style for all files.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "cli.h"
#include "cmd.h"
#include "syntax/fmt.h"
#include "syntax/parse.h"

// The file's text as it should be; false after a report.
static bool format(struct cli *cli, const char *name, struct str text, struct buf *out)
{
    struct driver *d = &cli->driver;
    struct source *source = sources_add(&d->sources, name, NULL, text);
    struct file *file = parse_file(source, &d->syms, &d->sink, NULL);
    bool ok = !file->has_errors && fmt_file(file, out);
    file_free(file);
    return ok;
}

static bool read_text(struct cli *cli, const char *file, struct buf *text)
{
    int err = strcmp(file, "-") == 0 ? io_read_fd(STDIN_FILENO, SOURCE_MAX_BYTES, text)
                                     : io_read_any(AT_FDCWD, file, SOURCE_MAX_BYTES, text);
    if (err < 0) driver_missing_file(&cli->driver, file, -err);
    return err >= 0;
}

// Through a link to the file that it leads to, so that the link stays one.
static void replace(struct cli *cli, const char *file, struct str text)
{
    char *real = realpath(file, NULL);
    struct stat st;
    int err = real && stat(real, &st) == 0 ? io_replace_file(real, text, st.st_mode & 07777, false)
                                           : -errno;
    free(real);
    if (err < 0)
        diag_error(&cli->driver.sink, SPAN_NONE, "E1020", "cannot write `%s`: %s", file,
                   strerror(-err));
}

// Gives whether the text is as it should be.
static bool format_one(struct cli *cli, const char *file, bool check)
{
    bool input = strcmp(file, "-") == 0, same = true;
    struct buf text = BUF_INIT, wanted = BUF_INIT;
    if (read_text(cli, file, &text) &&
        format(cli, input ? "<stdin>" : file, buf_str(&text), &wanted)) {
        same = str_eq(buf_str(&text), buf_str(&wanted));
        if (check && !same)
            buf_printf(&cli->out, "%s\n", file);
        else if (input && !check)
            buf_adds(&cli->out, buf_str(&wanted));
        else if (!same)
            replace(cli, file, buf_str(&wanted));
    }
    buf_free(&text);
    buf_free(&wanted);
    return same;
}

int cmd_fmt(struct cli *cli)
{
    bool check = args_has(&cli->args, "check"), input = args_has(&cli->args, "stdin");
    size_t count = cli->args.rest.len, differing = 0;
    if (input == (count > 0)) {
        struct diag *d =
            input
                ? diag_error(&cli->driver.sink, SPAN_NONE, "E1016",
                             "`--stdin` and the file `%s` exclude each other", cli->args.rest.at[0])
                : diag_error(&cli->driver.sink, SPAN_NONE, "E1005", "`plxc fmt` needs a file");
        diag_help(d, "`plxc fmt pipeline.plx`, or `plxc fmt --stdin`");
        return cli_status(cli);
    }
    if (input) differing += !format_one(cli, "-", check);
    for (size_t i = 0; i < count; i++) differing += !format_one(cli, cli->args.rest.at[i], check);
    int status = cli_finish(cli);
    return status ? status : check && differing ? EXIT_ASSERTION : EXIT_DONE;
}
