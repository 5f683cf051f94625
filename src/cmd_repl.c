// plxc repl: evaluates what a person types, line by line.
//
// What is typed is evaluated in a session of the driver (driver/interactive.h): each input is a
// small module of its own, whose names hide those before it. All values live in one evaluation, the
// session forgets them when they grow too large, and makes those that are needed again from the
// texts that were typed. So what a REPL keeps for ever is the text of its bindings; :load, :reload
// and :set begin a new evaluation and free the old one whole.
//
// :realize and the others that run realizers are the commands of plxc, run in this process on this
// session. They fork their workers each time, not once in the beginning. That way a session that
// only evaluates needs no store, nobody idle gets the Ctrl-C that is meant for an evaluation, and
// an interrupt, which is in force for good for the workers that it reached, ends with the command.
// The price is the fork of a process that is not small any more; what the session keeps in memory
// bounds it.
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "cli.h"
#include "cmd.h"
#include "eval_options.h"
#include "repl.h"
#include "repl_history.h"
#include "test_run.h"

#define PRINT_BYTES ((size_t)16 << 10)
#define PRINT_LINES 100
#define PRINT_DEPTH 10

struct interactive *repl_session(const struct repl *r)
{
    return r->cli->driver.interactive;
}

// ---- evaluating

bool repl_print(struct repl *r, struct value v)
{
    struct cli *cli = r->cli;
    bool cut = false;
    struct print_style style = {
        .max_bytes = PRINT_BYTES, .max_lines = PRINT_LINES, .max_depth = PRINT_DEPTH, .cut = &cut};
    if (!value_print(cli->driver.eval, v, style, &cli->out)) {
        buf_clear(&cli->out);
        return false;
    }
    buf_addc(&cli->out, '\n');
    if (!cli_flush(cli)) return false;
    if (cut) cli_say(cli, "cut here; `:print EXPR` prints all of a value");
    return true;
}

static bool run_expr(struct repl *r, struct str text)
{
    struct value v;
    return interactive_eval(repl_session(r), text, &v) && repl_print(r, v);
}

// Bindings say nothing; tests are run.
static bool run_bindings(struct repl *r, struct str text, int *status)
{
    struct cli *cli = r->cli;
    struct module *m;
    if (!interactive_define(repl_session(r), text, &m)) return false;
    size_t count;
    const struct module_item *items = module_items(m, &count);
    struct test_tally tally = {0};
    for (size_t i = 0; i < count && !cli->driver.cancel; i++)
        if (items[i].kind == MODULE_TEST) test_run(cli, m, &items[i], false, &tally);
    if (tally.failed) *status = EXIT_ASSERTION;
    return true;
}

// An interrupt ends what was running, and no more than that. Anything else ends the session.
static void after_signal(struct repl *r)
{
    if (!r->editor || cli_signal() != SIGINT) {
        r->quit = true;
        return;
    }
    bool evaluating = false;
    for (const struct diag *d = r->cli->driver.sink.first; d; d = d->next)
        evaluating = evaluating || (d->code && strcmp(d->code, "E0425") == 0);
    cli_forget_reports(r->cli);
    if (evaluating) cli_say(r->cli, "interrupted");
    cli_forget_signal(r->cli);
}

static void run_input(struct repl *r, struct str text, enum toplevel_kind kind)
{
    struct cli *cli = r->cli;
    int status = EXIT_DONE;
    interactive_next(repl_session(r));
    if (text.len && text.p[0] == ':')
        status = repl_command_run(r, text);
    else if (kind == TOPLEVEL_BINDINGS)
        (void)!run_bindings(r, text, &status);
    else if (kind != TOPLEVEL_NOTHING)
        (void)!run_expr(r, text);
    (void)!cli_flush(cli);
    diag_flush(&cli->driver.sink);
    if (!status) status = cli_status(cli);
    if (cli_interrupted()) after_signal(r);
    cli_forget_reports(cli);
    if (!r->status) r->status = status;
    if (cli->pipe_closed) r->quit = true;
}

// ---- reading

static struct str trim(struct str s)
{
    while (s.len && strchr(" \t\r\n", s.p[0])) s = (struct str){s.p + 1, s.len - 1};
    while (s.len && strchr(" \t\r\n", s.p[s.len - 1])) s.len--;
    return s;
}

// Without a terminal: a byte at a time, so that a program which a command runs finds what comes
// behind this line.
static enum line_result read_plain(struct buf *line)
{
    bool any = false;
    for (;;) {
        char c;
        ssize_t n = read(STDIN_FILENO, &c, 1);
        if (cli_interrupted()) return LINE_INTERRUPTED;
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return any ? LINE_READ : LINE_END;
        if (c == '\n') return LINE_READ;
        buf_addc(line, c);
        any = true;
    }
}

static enum line_result read_line(struct repl *r, bool first, struct buf *line)
{
    if (!r->editor) return read_plain(line);
    return line_editor_read(r->editor, first ? "plx>" : "...>", line);
}

// One input of one or more lines. False at the end.
static bool read_input(struct repl *r, struct buf *text, enum toplevel_kind *kind)
{
    buf_clear(text);
    for (bool first = true;; first = false) {
        if (!first) buf_addc(text, '\n');
        enum line_result result = read_line(r, first, text);
        if (result == LINE_INTERRUPTED) {
            buf_clear(text);
            after_signal(r);
            *kind = TOPLEVEL_NOTHING;
            return !r->quit;
        }
        if (result == LINE_END && first) return false;
        struct str all = trim(buf_str(text));
        *kind = all.len && all.p[0] == ':' ? TOPLEVEL_NOTHING
                                           : toplevel_classify(&r->cli->driver.syms, buf_str(text));
        if (*kind != TOPLEVEL_MORE || result == LINE_END) return true;
    }
}

static void loop(struct repl *r)
{
    struct buf text = BUF_INIT;
    enum toplevel_kind kind;
    while (!r->quit && read_input(r, &text, &kind)) {
        struct str input = buf_str(&text);
        struct str trimmed = trim(input);
        if (!trimmed.len) continue;
        if (r->editor) line_editor_remember(r->editor, trimmed);
        run_input(r, trimmed.p[0] == ':' ? trimmed : input, kind);
    }
    if (r->editor && !r->quit) (void)!write(STDERR_FILENO, "\n", 1); // behind the prompt
    buf_free(&text);
}

// ---- beginning

bool repl_loaded(struct repl *r, bool ok, size_t left_out)
{
    struct cli *cli = r->cli;
    struct interactive *session = repl_session(r);
    if (!ok) return false;
    if (left_out)
        cli_say(cli, "left out %zu input%s that do%s not fit any more", left_out,
                left_out == 1 ? "" : "s", left_out == 1 ? "es" : "");
    // Its asserts: a failure is told, and the bindings are there to find out why.
    struct value v;
    return !session->module || eval_module(cli->driver.eval, session->module, &v);
}

static struct line_editor *editor(struct repl *r)
{
    if (!isatty(STDIN_FILENO)) return NULL;
    int out = isatty(STDOUT_FILENO) ? STDOUT_FILENO : STDERR_FILENO;
    if (!isatty(out)) return NULL;
    struct cli *cli = r->cli;
    struct line_editor_options options = {
        .in = STDIN_FILENO,
        .out = out,
        .history = repl_history_path(&cli->driver.arena),
        .complete = repl_complete,
        .ctx = r,
        .color = out == STDOUT_FILENO ? cli->color_out : cli->color_err,
    };
    return line_editor_new(&options);
}

int cmd_repl(struct cli *cli)
{
    struct repl r = {.cli = cli};
    const char *file = cli->args.rest.len ? cli->args.rest.at[0] : NULL;
    if (!eval_options(cli)) return cli_status(cli);
    cli_catch_signals(cli, NULL);
    cli->say = ":";
    bool ok = interactive_begin(&cli->driver, file);
    ok = cli->driver.interactive && repl_loaded(&r, ok, 0);
    r.editor = editor(&r);
    r.status = cli_status(cli);
    // A person can mend the file and say :reload; a script would go on with something else.
    if (!cli->driver.interactive || (!ok && !r.editor)) return r.status;
    if (cli_interrupted()) after_signal(&r);
    cli_forget_reports(cli);
    if (r.editor) cli_say(cli, "version " PLX_VERSION "; `:help` lists the commands");
    loop(&r);
    bool killed = cli_interrupted(), person = r.editor != NULL;
    line_editor_free(r.editor);
    if (killed) return EXIT_INTERRUPTED;
    return person ? EXIT_DONE : r.status;
}
