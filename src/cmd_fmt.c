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
                                     : io_read_file(AT_FDCWD, file, SOURCE_MAX_BYTES, text);
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

int cmd_fmt(struct cli *cli)
{
    bool check = args_has(&cli->args, "check");
    size_t differing = 0;
    for (size_t i = 0; i < cli->args.rest.len; i++) {
        const char *file = cli->args.rest.at[i];
        bool input = strcmp(file, "-") == 0;
        struct buf text = BUF_INIT, wanted = BUF_INIT;
        if (read_text(cli, file, &text) &&
            format(cli, input ? "<stdin>" : file, buf_str(&text), &wanted)) {
            bool same = str_eq(buf_str(&text), buf_str(&wanted));
            differing += !same;
            if (check && !same)
                buf_printf(&cli->out, "%s\n", file);
            else if (input && !check)
                buf_adds(&cli->out, buf_str(&wanted));
            else if (!same)
                replace(cli, file, buf_str(&wanted));
        }
        buf_free(&text);
        buf_free(&wanted);
    }
    int status = cli_finish(cli);
    return status ? status : check && differing ? EXIT_ASSERTION : EXIT_DONE;
}
