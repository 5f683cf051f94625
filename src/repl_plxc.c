// The `:commands` that are commands of plxc, run in this process on this session: what stands
// behind them is parsed as plxc would parse it, but that targets and refs may be expressions.
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "cli.h"
#include "cmd.h"
#include "driver/target.h"
#include "engine/session.h"
#include "help.h"
#include "repl.h"

typedef VEC(char *) words;

static void add_word(struct repl *r, words *w, struct str text)
{
    vec_push(w, arena_dup(&r->cli->driver.arena, text.p, text.len));
}

// ---- parsing

static struct str skip_blanks(struct str s)
{
    while (s.len && strchr(" \t\n", s.p[0])) s = (struct str){s.p + 1, s.len - 1};
    return s;
}

// Takes a word, in which quotes hold blanks together: 'a b' as it is, in "a b" a backslash takes
// the next character as it is.
static struct str take_word(struct repl *r, words *w, struct str s)
{
    struct buf word = BUF_INIT;
    char quote = 0;
    size_t i = 0;
    for (; i < s.len && (quote || !strchr(" \t\n", s.p[i])); i++) {
        if (quote != '\'' && s.p[i] == '\\' && i + 1 < s.len)
            buf_addc(&word, s.p[++i]);
        else if (quote ? s.p[i] == quote : s.p[i] == '"' || s.p[i] == '\'')
            quote = quote ? 0 : s.p[i];
        else
            buf_addc(&word, s.p[i]);
    }
    add_word(r, w, buf_str(&word));
    buf_free(&word);
    return skip_blanks((struct str){s.p + i, s.len - i});
}

static const struct option *find_option(const struct command *c, const char *word)
{
    for (size_t i = 0; i < c->option_count; i++) {
        const struct option *o = &c->options[i];
        bool is_long = strncmp(word, "--", 2) == 0;
        if (is_long ? strcmp(word + 2, o->name) == 0
                    : o->letter && word[strlen(word) - 1] == o->letter)
            return o;
    }
    return NULL;
}

// Options before an expression; `--` ends them, and so does what begins a negative number.
static struct str take_options(struct repl *r, const char *plxc, words *w, struct str s)
{
    const struct command *c = command_find(plxc);
    while (s.len > 1 && s.p[0] == '-' && !strchr("0123456789( .", s.p[1])) {
        s = take_word(r, w, s);
        const char *word = vec_last(w);
        if (strcmp(word, "--") == 0) {
            w->len--;
            break;
        }
        const struct option *o = find_option(c, word);
        if (o && o->kind == OPTION_VALUE && s.len) s = take_word(r, w, s);
    }
    return s;
}

// ---- running

// Of the options that all commands have, those that concern the whole session are not for one
// command of it; nor are params, since values made with the others are in use.
static bool check_options(struct repl *r, const struct args *args)
{
    static const char *const refused[] = {"set", "store", "color", "error-format", "version"};
    bool ok = true;
    for (size_t i = 0; i < args->given.len; i++) {
        const char *name = args->given.at[i].option->name;
        for (size_t k = 0; k < LEN(refused); k++) {
            if (strcmp(name, refused[k]) != 0) continue;
            struct diag *d = diag_error(&r->cli->driver.sink, SPAN_NONE, "E1002",
                                        "`--%s` is no option of a command of the REPL", name);
            diag_help(d, k == 0 ? "`:set PARAM=VALUE` sets a param for the whole session"
                                : "give it to `plxc repl`, for the whole session");
            ok = false;
        }
    }
    return ok;
}

static void share_store(struct args *args, const struct args *outer)
{
    for (size_t i = 0; i < outer->given.len; i++)
        if (strcmp(outer->given.at[i].option->name, "store") == 0)
            vec_push(&args->given, outer->given.at[i]);
}

// Runs the words as a command line behind `plxc`.
static int run_words(struct repl *r, const words *w)
{
    struct cli *cli = r->cli;
    struct args outer = cli->args, args = {0};
    char *name = arena_strdup(&cli->driver.arena, "plxc");
    words argv = {0};
    vec_push(&argv, name);
    for (size_t i = 0; i < w->len; i++) vec_push(&argv, w->at[i]);
    int status = EXIT_DONE;
    bool good =
        args_parse(&args, (int)argv.len, argv.at, &cli->driver.sink) && check_options(r, &args);
    if (good && args.help) {
        help_command(&cli->out, args.command);
    } else if (good) {
        share_store(&args, &outer);
        cli->args = args;
        cli->start_ns = io_monotonic_ns();
        status = args.command->run(cli);
        args = cli->args;
        cli->args = outer;
    }
    args_free(&args);
    vec_free(&argv);
    return status;
}

// ---- refs

// The name that an expression begins with.
static struct str first_name(struct str text)
{
    size_t len = 0;
    while (len < text.len && (text.p[len] == '_' || (text.p[len] >= 'a' && text.p[len] <= 'z') ||
                              (text.p[len] >= 'A' && text.p[len] <= 'Z') ||
                              (len && text.p[len] >= '0' && text.p[len] <= '9')))
        len++;
    return (struct str){text.p, len};
}

static bool is_bound(struct repl *r, struct str name)
{
    struct toplevel_name ignored;
    return str_eqz(name, "it") || toplevel_find(repl_session(r)->top, name, &ignored);
}

// A word for a command that takes a ref: the expression's stage as a dref, anything else as it is.
// False after a report.
static bool add_ref(struct repl *r, words *w, struct str text)
{
    struct driver *d = &r->cli->driver;
    if (!is_bound(r, first_name(text)) || !toplevel_is_expr(&d->syms, text)) {
        add_word(r, w, text);
        return true;
    }
    struct target_list targets = {0};
    const char *expr = arena_dup(&d->arena, text.p, text.len);
    bool ok = target_resolve(d, expr, &targets);
    if (ok && targets.items.len > 1) {
        diag_error(&d->sink, SPAN_NONE, "E1034", "`%s` has %zu stages, and one is needed", expr,
                   targets.items.len);
        ok = false;
    }
    if (ok) {
        const struct target *t = &targets.items.at[0];
        const char *ref = arena_printf(&d->arena, STR_FMT "%s" STR_FMT, STR_ARG(t->dref),
                                       t->path.len ? "/" : "", STR_ARG(t->path));
        add_word(r, w, str_from(ref));
    }
    target_list_free(&targets);
    return ok;
}

static bool add_rest(struct repl *r, const struct repl_command *c, words *w, struct str rest)
{
    if (c->rest == REPL_SESSIONS || c->rest == REPL_NOTHING) {
        while (rest.len) rest = take_word(r, w, rest);
        return true;
    }
    rest = take_options(r, c->plxc, w, rest);
    if (!rest.len) return true;
    // An expression is no option, whatever it begins with.
    add_word(r, w, STR("--"));
    if (c->rest == REPL_REF) return add_ref(r, w, rest);
    add_word(r, w, rest);
    return true;
}

int repl_plxc(struct repl *r, const struct repl_command *c, struct str rest)
{
    words w = {0};
    add_word(r, &w, str_from(c->plxc));
    int status = add_rest(r, c, &w, rest) ? run_words(r, &w) : EXIT_DONE;
    vec_free(&w);
    return status;
}

// ---- pausing

// A session that was paused elsewhere may have to be evaluated: from files as they are, with its
// own params, apart from what is evaluated here.
int repl_continue(struct repl *r, const struct repl_command *c, struct str rest)
{
    struct driver *d = &r->cli->driver;
    struct driver_evaluation own;
    diag_flush(&d->sink);
    driver_put_aside(d, &own);
    int status = repl_plxc(r, c, rest);
    diag_flush(&d->sink);
    driver_restore(d, &own);
    return status;
}

// "EXPR NAME" is no expression; then NAME is the last word.
static struct str split_name(struct repl *r, struct str *expr)
{
    struct symtab *syms = &r->cli->driver.syms;
    size_t start = expr->len;
    while (start > 0 && !strchr(" \t", expr->p[start - 1])) start--;
    struct str name = {expr->p + start, expr->len - start};
    struct str before = {expr->p, start};
    while (before.len && strchr(" \t", before.p[before.len - 1])) before.len--;
    if (toplevel_is_expr(syms, *expr) || !toplevel_is_expr(syms, before)) return STR("");
    *expr = before;
    return name;
}

static void add_interrupt(struct repl *r, words *w, struct str name)
{
    const char *option = arena_printf(&r->cli->driver.arena, "--interrupt=" STR_FMT, STR_ARG(name));
    add_word(r, w, str_from(option));
}

// Pauses at the stages of the expression itself.
static bool interrupt_targets(struct repl *r, words *w, const char *expr)
{
    struct driver *d = &r->cli->driver;
    struct target_list targets = {0};
    struct value v;
    bool ok = interactive_look(repl_session(r), str_from(expr), &v);
    if (ok) interactive_prepare(repl_session(r), expr, v);
    ok = ok && target_resolve(d, expr, &targets);
    for (size_t i = 0; i < targets.items.len; i++) add_interrupt(r, w, targets.items.at[i].dref);
    target_list_free(&targets);
    return ok;
}

int repl_interrupt(struct repl *r, const struct repl_command *c, struct str rest)
{
    words w = {0};
    add_word(r, &w, str_from(c->plxc));
    struct str expr = take_options(r, c->plxc, &w, rest);
    struct str name = split_name(r, &expr);
    const char *text = arena_dup(&r->cli->driver.arena, expr.p, expr.len);
    bool ok = true;
    if (name.len)
        add_interrupt(r, &w, name);
    else if (expr.len)
        ok = interrupt_targets(r, &w, text);
    if (expr.len) {
        add_word(r, &w, STR("--"));
        add_word(r, &w, expr);
    }
    int status = ok ? run_words(r, &w) : EXIT_DONE;
    vec_free(&w);
    return status;
}

// ---- the shell

struct waiting {
    struct sigaction interrupt, quit;
};

static void restore_signals(const struct waiting *old)
{
    sigaction(SIGINT, &old->interrupt, NULL);
    sigaction(SIGQUIT, &old->quit, NULL);
}

// A shell that was killed may leave the terminal to a process group that is gone.
static void take_terminal(const struct repl *r)
{
    if (!r->editor || tcgetpgrp(STDIN_FILENO) == getpgrp()) return;
    struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
    sigaction(SIGTTOU, &ignore, &old);
    (void)tcsetpgrp(STDIN_FILENO, getpgrp());
    sigaction(SIGTTOU, &old, NULL);
}

static int wait_for(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return EXIT_SYSTEM;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// `plxc shell` becomes the shell, so it gets a process; what it is given is evaluated before.
int repl_shell(struct repl *r, const struct repl_command *c, struct str rest)
{
    struct cli *cli = r->cli;
    words w = {0};
    add_word(r, &w, str_from(c->plxc));
    struct str at = take_options(r, c->plxc, &w, rest);
    bool ok = cli_open_store(cli, 0);
    size_t count = w.len;
    struct str behind = at.len ? take_word(r, &w, at) : at;
    if (ok && w.len > count && session_exists(&cli->driver.store, w.at[count])) {
        while (behind.len) behind = take_word(r, &w, behind);
    } else if (ok && w.len > count) {
        w.len = count;
        ok = add_ref(r, &w, at);
    }
    if (!ok || !cli_flush(cli)) {
        vec_free(&w);
        return EXIT_DONE;
    }
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct waiting old;
    sigaction(SIGINT, &ignore, &old.interrupt);
    sigaction(SIGQUIT, &ignore, &old.quit);
    pid_t pid = fork();
    if (pid == 0) {
        restore_signals(&old);
        int status = run_words(r, &w); // a shell that runs does not come back
        (void)!cli_flush(cli);
        diag_flush(&cli->driver.sink);
        _exit(status ? status : cli_status(cli));
    }
    int status = EXIT_SYSTEM;
    if (pid < 0)
        diag_error(&cli->driver.sink, SPAN_NONE, "E1032",
                   "cannot start a process for the shell: %s", strerror(errno));
    else
        status = wait_for(pid);
    restore_signals(&old);
    take_terminal(r);
    vec_free(&w);
    return status;
}
