// plxc shell: the user's shell in a paused build, or in a folder of the store.
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "cli.h"
#include "cmd.h"
#include "engine/job_folder.h"
#include "engine/session.h"
#include "ref_arg.h"
#include "session_out.h"

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

static const char *user_shell(void)
{
    const char *shell = getenv("SHELL");
    return shell && *shell ? shell : "/bin/sh";
}

static int cannot_run(struct cli *cli, const char *shell)
{
    struct diag *diag = diag_error(&cli->driver.sink, SPAN_NONE, "E1032", "cannot run `%s`: %s",
                                   shell, strerror(errno));
    diag_note(diag, "the environment variable SHELL names it");
    return cli_status(cli);
}

static int shell_in_folder(struct cli *cli, const char *folder)
{
    struct driver *d = &cli->driver;
    const char *shell = user_shell(), *command = args_value(&cli->args, "command");
    if (chdir(folder) < 0) {
        diag_error(&d->sink, SPAN_NONE, "E1019", "cannot open %s: %s", folder, strerror(errno));
        return cli_status(cli);
    }
    if (!command && isatty(STDERR_FILENO)) cli_say(cli, "%s; leave with `exit`", folder);
    setenv("PWD", folder, 1);
    // An ignored signal would stay ignored in all that the shell runs.
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    execlp(shell, shell, command ? "-c" : NULL, command, (char *)NULL);
    return cannot_run(cli, shell);
}

// ---- of a session ----

typedef VEC(char *) environment;

static void add_variable(environment *e, const char *name, const char *value)
{
    if (!value) return;
    struct buf line = BUF_INIT;
    buf_printf(&line, "%s=%s", name, value);
    vec_push(e, buf_detach(&line));
}

// What a person at a terminal needs, and what leads plxc to this store; the realizer's environment
// comes from the job's folder.
static void make_environment(const struct store *store, const struct session *s, environment *e)
{
    static const char *const kept[] = {
        "TERM",    "COLORTERM", "NO_COLOR",        "SHELL",      "EDITOR",  "VISUAL",   "PAGER",
        "DISPLAY", "LINES",     "WAYLAND_DISPLAY", "XAUTHORITY", "COLUMNS", "PLX_FSYNC"};
    for (size_t i = 0; i < LEN(kept); i++) add_variable(e, kept[i], getenv(kept[i]));
    add_variable(e, "PLX_ROOT", store->root);
    add_variable(e, "PLX_TMP", store->tmp);
    add_variable(e, SESSION_VARIABLE, s->name);
    vec_push(e, NULL);
}

static int shell_of_session(struct cli *cli, struct session *s)
{
    struct driver *d = &cli->driver;
    const char *file = path_join(&s->arena, s->folder, JOB_FOLDER_ENVIRONMENT);
    if (!session_undecided(s, &d->sink)) return cli_status(cli);
    if (access(file, R_OK) < 0) {
        store_fail(&d->sink, "E0832", errno, "cannot read the environment %s", file);
        return cli_status(cli);
    }
    const char *shell = user_shell(), *command = args_value(&cli->args, "command");
    if (!command && isatty(STDERR_FILENO))
        cli_say(cli, "session `%s`; leave with `exit`, then say `%scontinue %s`", s->name, cli->say,
                s->name);
    environment e = {0};
    make_environment(&d->store, s, &e);
    const char *argv[] = {
        "sh",    "-c", ". \"$1\" && shift && exec \"$@\"", "sh", file, shell, command ? "-c" : NULL,
        command, NULL};
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    execve("/bin/sh", (char *const *)argv, e.at);
    int status = cannot_run(cli, "/bin/sh");
    vec_each (line, &e) free(*line);
    vec_free(&e);
    return status;
}

// The session that is meant, if one is: by its name or the beginning of one, by the shell that this
// runs in, or none where there are some. A command for no session's shell would run in the store
// itself, without the variables it is made for.
static bool means_session(struct cli *cli, const char **name)
{
    struct driver *d = &cli->driver;
    if (cli->args.rest.len) {
        *name = cli->args.rest.at[0];
        return session_matches(&d->store, *name);
    }
    *name = getenv(SESSION_VARIABLE);
    if (*name) {
        session_inside(cli, *name); // an error is the caller's to see
        return true;
    }
    struct session_list all;
    bool some = !session_list(&d->store, &all, &d->sink) || all.len > 0;
    session_list_free(&all);
    return some || args_has(&cli->args, "command");
}

int cmd_shell(struct cli *cli)
{
    struct driver *d = &cli->driver;
    const char *name;
    if (!cli_open_store(cli, 0)) return cli_status(cli);
    if (means_session(cli, &name)) {
        struct session s;
        int status = EXIT_SYSTEM;
        if (!diag_has_errors(&d->sink) && session_look(&d->store, name, &s, &d->sink)) {
            status = shell_of_session(cli, &s);
            session_free(&s);
        } else {
            status = cli_status(cli);
        }
        return status;
    }
    name = cli->args.rest.len ? cli->args.rest.at[0] : NULL;
    const char *folder = name ? folder_of(cli, name) : d->store.path;
    if (!folder && !strpbrk(name, ":/"))
        diag_note(d->sink.last, "there is no session `%s` either", name);
    return folder ? shell_in_folder(cli, folder) : cli_status(cli);
}
