// plxc shell: the user's shell in a folder of the store.
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "cli.h"
#include "cmd.h"
#include "ref_arg.h"

// The folder of a ref, of what is inside it, or of the file that it names; null after a report.
static const char *folder_of(struct cli *cli, const char *text)
{
    struct driver *d = &cli->driver;
    struct ref_arg ref;
    if (!ref_arg_parse(cli, text, &ref)) return NULL;
    if (*ref.path && !ref_arg_realization(cli, text, &ref)) return NULL;
    const char *path = store_ref_path(&d->store, &d->arena, ref.ref);
    if (*ref.path) path = path_join(&d->arena, path, ref.path);
    struct stat st;
    if (stat(path, &st) < 0) {
        diag_error(&d->sink, SPAN_NONE, "E1019", "cannot open %s: %s", path, strerror(errno));
        return NULL;
    }
    return S_ISDIR(st.st_mode) ? path : path_dir(&d->arena, path);
}

int cmd_shell(struct cli *cli)
{
    struct driver *d = &cli->driver;
    const char *folder = NULL;
    if (cli->args.rest.len)
        folder = folder_of(cli, cli->args.rest.at[0]);
    else if (cli_open_store(cli, 0))
        folder = d->store.path;
    if (!folder) return cli_status(cli);
    const char *shell = getenv("SHELL");
    if (!shell || !*shell) shell = "/bin/sh";
    if (chdir(folder) < 0) {
        diag_error(&d->sink, SPAN_NONE, "E1019", "cannot open %s: %s", folder, strerror(errno));
        return cli_status(cli);
    }
    if (isatty(STDERR_FILENO)) cli_say(cli, "%s; leave with `exit`", folder);
    setenv("PWD", folder, 1);
    signal(SIGPIPE, SIG_DFL); // an ignored signal would stay ignored in all that the shell runs
    execlp(shell, shell, (char *)NULL);
    struct diag *diag =
        diag_error(&d->sink, SPAN_NONE, "E1032", "cannot run `%s`: %s", shell, strerror(errno));
    diag_note(diag, "the environment variable SHELL names it");
    return cli_status(cli);
}
