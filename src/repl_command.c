// The table of `:commands`; finding and helping.
#include <string.h>

#include "base/utf8.h"
#include "cli.h"
#include "help.h"
#include "repl.h"

static int run_help(struct repl *r, const struct repl_command *c, struct str rest);
static int run_quit(struct repl *r, const struct repl_command *c, struct str rest);

// clang-format off
static const struct repl_command table[] = {
    {"help", 'h', "[COMMAND]", "this list, or all about one command", REPL_TOPIC, false, NULL, run_help},
    {"type", 't', "EXPR", "the type of a value", REPL_EXPR, true, NULL, repl_type},
    {"print", 'p', "[OPTION…] EXPR", "all of a value; --json, --strict", REPL_EXPR, true, "eval", repl_plxc},
    {"doc", 'd', "NAME", "the documentation of a name", REPL_NAME, true, NULL, repl_doc},
    {"browse", 'b', "[NAME]", "what is defined; the fields of NAME", REPL_NAME, false, NULL, repl_browse},
    {"load", 'l', "[FILE]", "begin anew with FILE", REPL_FILE, false, NULL, repl_load},
    {"reload", 0, "", "read the file again; what was typed stays", REPL_NOTHING, false, NULL, repl_reload},
    {"set", 0, "[PARAM=VALUE]", "set a param of the file; or show all", REPL_PARAM, false, NULL, repl_set},
    {"instantiate", 'i', "[OPTION…] EXPR", "write derivations, print drefs", REPL_EXPR, true, "instantiate", repl_plxc},
    {"realize", 'r', "[OPTION…] EXPR", "realize stages; --rebuild, --print=path …", REPL_EXPR, true, "realize", repl_plxc},
    {"why", 0, "EXPR", "what would be built, and why", REPL_EXPR, true, "why", repl_plxc},
    {"interrupt", 0, "[OPTION…] EXPR [NAME]", "realize EXPR, but pause at EXPR or at the stage NAME", REPL_EXPR, true, "realize", repl_interrupt},
    {"sessions", 0, "", "what is paused", REPL_NOTHING, false, "sessions", repl_plxc},
    {"shell", 0, "[SESSION|REF]", "a shell in a paused build, or in a folder of the store", REPL_REF, false, "shell", repl_shell},
    {"continue", 0, "[OPTION…] [SESSION]", "go on with what $out holds; --default, --rref=RREF", REPL_SESSIONS, false, "continue", repl_continue},
    {"cancel", 0, "[SESSION…]", "drop what is paused", REPL_SESSIONS, false, "cancel", repl_plxc},
    {"log", 0, "REF", "what a realizer printed", REPL_REF, true, "log", repl_plxc},
    {"show", 0, "REF", "everything about a derivation or realization", REPL_REF, true, "show", repl_plxc},
    {"quit", 'q', "", "leave; so does Ctrl-D", REPL_NOTHING, false, NULL, run_quit},
};
// clang-format on

const struct repl_command *repl_commands(size_t *count)
{
    *count = LEN(table);
    return table;
}

// ---- finding

static bool is_letter_of(const struct repl_command *c, struct str word)
{
    return word.len == 1 && c->letter && word.p[0] == c->letter;
}

const struct repl_command *repl_command_find(struct str word)
{
    const struct repl_command *found = NULL;
    size_t fits = 0;
    if (str_eqz(word, "?")) return &table[0];
    for (size_t i = 0; i < LEN(table); i++) {
        if (is_letter_of(&table[i], word) || str_eqz(word, table[i].name)) return &table[i];
        if (!word.len || !str_starts_with(str_from(table[i].name), word)) continue;
        found = &table[i];
        fits++;
    }
    return fits == 1 ? found : NULL;
}

static void report_unknown(struct repl *r, struct str word)
{
    struct str names[LEN(table)];
    struct buf list = BUF_INIT;
    size_t fits = 0;
    for (size_t i = 0; i < LEN(table); i++) {
        names[i] = str_from(table[i].name);
        if (word.len && str_starts_with(names[i], word))
            buf_printf(&list, "%s`:%s`", fits++ ? ", " : "", table[i].name);
    }
    struct diag_sink *sink = &r->cli->driver.sink;
    struct diag *d;
    if (fits) {
        d = diag_error(sink, SPAN_NONE, "E1035", "several commands begin with `:" STR_FMT "`",
                       STR_ARG(word));
        diag_note(d, "they are %s", buf_z(&list));
    } else {
        d = diag_error(sink, SPAN_NONE, "E1035", "there is no command `:" STR_FMT "`",
                       STR_ARG(word));
        struct str near = diag_nearest(word, names, LEN(names));
        if (near.len) diag_help(d, "did you mean `:" STR_FMT "`?", STR_ARG(near));
    }
    diag_help(d, "`:help` lists the commands");
    buf_free(&list);
}

static bool check_rest(struct repl *r, const struct repl_command *c, struct str rest)
{
    struct diag_sink *sink = &r->cli->driver.sink;
    struct diag *d;
    if (c->needed && !rest.len) {
        const char *last = strrchr(c->arguments, ' ');
        d = diag_error(sink, SPAN_NONE, "E1005", "`:%s` needs %s", c->name,
                       last ? last + 1 : c->arguments);
    } else if (c->rest == REPL_NOTHING && rest.len && rest.p[0] != '-') {
        d = diag_error(sink, SPAN_NONE, "E1005", "`:%s` takes no argument `" STR_FMT "`", c->name,
                       STR_ARG(rest));
    } else {
        return true;
    }
    diag_note(d, "usage: :%s%s%s", c->name, *c->arguments ? " " : "", c->arguments);
    return false;
}

int repl_command_run(struct repl *r, struct str line)
{
    size_t end = 1;
    while (end < line.len && !strchr(" \t\n", line.p[end])) end++;
    struct str word = {line.p + 1, end - 1};
    while (end < line.len && strchr(" \t\n", line.p[end])) end++;
    struct str rest = {line.p + end, line.len - end};
    const struct repl_command *c = repl_command_find(word);
    if (!c)
        report_unknown(r, word);
    else if (check_rest(r, c, rest))
        return c->run(r, c, rest);
    return EXIT_DONE;
}

// ---- the smallest commands

#define HELP_COLUMN 38

static void help_row(struct buf *out, const struct repl_command *c)
{
    size_t before = out->len;
    buf_printf(out, "  :%s%s%s", c->name, *c->arguments ? " " : "", c->arguments);
    size_t width = utf8_str_width((struct str){out->p + before, out->len - before});
    buf_pad(out, ' ', width < HELP_COLUMN ? HELP_COLUMN - width : 2);
    if (c->letter)
        buf_printf(out, ":%c  ", c->letter);
    else
        buf_addz(out, "    ");
    buf_printf(out, "%s\n", c->summary);
}

static void help_all(struct buf *out)
{
    buf_addz(out,
             "An expression is evaluated and printed; `it` is the last one's value. A binding\n"
             "(x = 1, f(a) = a + 1) is defined, and hides an older one of its name. What is\n"
             "not complete goes on with the next line.\n\n");
    for (size_t i = 0; i < LEN(table); i++) help_row(out, &table[i]);
    buf_addz(out, "\nThe beginning of a name is enough where no other begins so.\n"
                  "Tab completes names, fields, files and commands; Ctrl-R searches the history;\n"
                  "Ctrl-C ends an evaluation or drops a line; Ctrl-D leaves.\n");
}

static int run_help(struct repl *r, const struct repl_command *c, struct str rest)
{
    struct buf *out = &r->cli->out;
    (void)c;
    if (rest.len && rest.p[0] == ':') rest = (struct str){rest.p + 1, rest.len - 1};
    if (!rest.len) {
        help_all(out);
        return EXIT_DONE;
    }
    const struct repl_command *about = repl_command_find(rest);
    if (!about) {
        report_unknown(r, rest);
        return EXIT_DONE;
    }
    buf_printf(out, ":%s%s%s\n\n%s\n", about->name, *about->arguments ? " " : "", about->arguments,
               about->summary);
    const struct command *plxc = about->plxc ? command_find(about->plxc) : NULL;
    if (!plxc) return EXIT_DONE;
    buf_printf(out, "\nIt is this command of plxc, in this session:\n\n");
    help_command(out, plxc);
    return EXIT_DONE;
}

static int run_quit(struct repl *r, const struct repl_command *c, struct str rest)
{
    (void)c;
    (void)rest;
    r->quit = true;
    return EXIT_DONE;
}
