// plxc init: a first pipeline to start from.
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/io.h"
#include "base/path.h"
#include "cli.h"
#include "cmd.h"
#include "driver/embed.h"

#define FILE_NAME "pipeline.plx"

int cmd_init(struct cli *cli)
{
    struct driver *d = &cli->driver;
    const char *folder = cli->args.rest.len ? cli->args.rest.at[0] : NULL;
    const char *path = folder ? path_join(&d->arena, folder, FILE_NAME) : FILE_NAME;
    struct str text;
    if (!embed_get(STR("examples/init/" FILE_NAME), &text)) BUG("the first pipeline is missing");
    int err = folder ? io_mkdirs(folder, 0777) : 0;
    if (err >= 0) err = io_write_new(AT_FDCWD, path, text, 0666, false);
    if (err == -EEXIST) {
        struct diag *diag = diag_error(&d->sink, SPAN_NONE, "E1033", "%s exists already", path);
        diag_help(diag, "`plxc init DIR` makes one in another folder");
    } else if (err < 0) {
        diag_error(&d->sink, SPAN_NONE, "E1020", "cannot write %s: %s", path, strerror(-err));
    } else {
        buf_printf(&cli->out, "%s\n", path);
        cli_say(cli, "now try `plxc realize %s -o result`", path);
    }
    return cli_finish(cli);
}
