// What Tab offers. Nothing is evaluated for it, and no store is opened that was not open.
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/path.h"
#include "cli.h"
#include "engine/session.h"
#include "repl.h"
#include "syntax/token.h"

struct completer {
    struct repl *r;
    struct completions *out;
    struct str word; // what is there of it
};

static bool is_name_char(char c)
{
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static void begin_word(struct completer *c, struct str line, size_t start)
{
    c->word = (struct str){line.p + start, line.len - start};
    c->out->start = start;
}

// Offers "BEFORE NAME" if that is what was begun.
static void offer(struct completer *c, struct str before, struct str name)
{
    struct str whole =
        str_from(arena_printf(&c->out->arena, STR_FMT STR_FMT, STR_ARG(before), STR_ARG(name)));
    if (before.len && strchr("./", before.p[before.len - 1])) c->out->known = before.len;
    if (str_starts_with(whole, c->word)) vec_push(&c->out->words, whole.p);
}

// ---- names

static void offer_names(struct completer *c, struct str before, const struct toplevel_names *names)
{
    for (size_t i = 0; i < names->len; i++) offer(c, before, names->at[i].name);
}

static void offer_keywords(struct completer *c)
{
    static const enum token_kind words[] = {TOKEN_LET,  TOKEN_IN,     TOKEN_IF,    TOKEN_THEN,
                                            TOKEN_ELSE, TOKEN_FN,     TOKEN_FOR,   TOKEN_IMPORT,
                                            TOKEN_WITH, TOKEN_TRUE,   TOKEN_FALSE, TOKEN_NULL,
                                            TOKEN_TYPE, TOKEN_ASSERT, TOKEN_TEST,  TOKEN_PARAM};
    for (size_t i = 0; i < LEN(words); i++) {
        const char *text = token_text(words[i]); // in backticks
        offer(c, STR(""), (struct str){text + 1, strlen(text) - 2});
    }
    offer(c, STR(""), STR("it"));
}

static void complete_name(struct completer *c)
{
    struct toplevel *top = repl_session(c->r)->top;
    struct toplevel_names names = {0};
    size_t dot = c->word.len;
    while (dot > 0 && c->word.p[dot - 1] != '.') dot--;
    if (dot > 0) {
        toplevel_fields(top, (struct str){c->word.p, dot - 1}, &names);
        offer_names(c, (struct str){c->word.p, dot}, &names);
    } else {
        toplevel_defined(top, &names);
        offer_names(c, STR(""), &names);
        names.len = 0;
        toplevel_library(top, &names);
        offer_names(c, STR(""), &names);
        offer_keywords(c);
    }
    toplevel_names_free(&names);
}

// ---- files

static const char *session_folder(struct completer *c)
{
    struct driver *d = &c->r->cli->driver;
    const char *file = repl_session(c->r)->file;
    return file ? path_dir(&c->out->arena, path_join(&c->out->arena, d->cwd, file)) : d->cwd;
}

static void complete_file(struct completer *c, const char *base, bool plx_only)
{
    struct arena *a = &c->out->arena;
    size_t slash = c->word.len;
    while (slash > 0 && c->word.p[slash - 1] != '/') slash--;
    struct str before = {c->word.p, slash};
    const char *dir = path_join(a, base, slash ? arena_dup(a, c->word.p, slash) : ".");
    char **names;
    size_t count;
    if (io_list_dir(AT_FDCWD, dir, &names, &count) < 0) return;
    for (size_t i = 0; i < count; i++) {
        struct stat st;
        bool hidden = names[i][0] == '.' && (slash == c->word.len || c->word.p[slash] != '.');
        if (hidden || stat(path_join(a, dir, names[i]), &st) < 0) continue;
        bool folder = S_ISDIR(st.st_mode);
        if (plx_only && !folder && !str_ends_with(str_from(names[i]), STR(".plx"))) continue;
        offer(c, before, str_from(folder ? arena_printf(a, "%s/", names[i]) : names[i]));
    }
    io_free_names(names, count);
}

// ---- expressions

// Where the cursor is in a "…" that began on this line, behind its quote; else line.len + 1.
static size_t open_string(struct str line)
{
    size_t start = line.len + 1;
    for (size_t i = 0; i < line.len; i++) {
        if (line.p[i] == '\\' && start <= line.len)
            i++;
        else if (line.p[i] == '"')
            start = start <= line.len ? line.len + 1 : i + 1;
        else if (line.p[i] == '#' && start > line.len)
            return line.len; // a comment: nothing is completed there
    }
    return start;
}

static bool is_relative(struct str word)
{
    return str_starts_with(word, STR("./")) || str_starts_with(word, STR("../"));
}

static void complete_expr(struct completer *c, struct str line, size_t from)
{
    size_t string = open_string(line), start = line.len;
    if (string <= line.len) {
        begin_word(c, line, string);
        if (is_relative(c->word)) complete_file(c, session_folder(c), false);
        return;
    }
    while (start > from && (is_name_char(line.p[start - 1]) || strchr("./-+", line.p[start - 1])))
        start--;
    while (start < line.len && !is_relative((struct str){line.p + start, line.len - start}))
        start++;
    if (start < line.len && (start == from || !is_name_char(line.p[start - 1]))) {
        begin_word(c, line, start);
        complete_file(c, session_folder(c), false);
        return;
    }
    start = line.len;
    while (start > from && (is_name_char(line.p[start - 1]) || line.p[start - 1] == '.')) start--;
    begin_word(c, line, start);
    bool number = c->word.len && c->word.p[0] >= '0' && c->word.p[0] <= '9';
    if (!number) complete_name(c);
}

// ---- commands

static void complete_command(struct completer *c, struct str before)
{
    size_t count;
    const struct repl_command *all = repl_commands(&count);
    for (size_t i = 0; i < count; i++) offer(c, before, str_from(all[i].name));
}

static void complete_session(struct completer *c)
{
    struct driver *d = &c->r->cli->driver;
    struct session_list all;
    struct diag_sink quiet = DIAG_SINK_INIT;
    if (!d->store_is_open) return;
    (void)!session_list(&d->store, &all, &quiet);
    for (size_t i = 0; i < all.len; i++) offer(c, STR(""), str_from(all.at[i].name));
    session_list_free(&all);
    diag_sink_free(&quiet);
}

static void complete_param(struct completer *c)
{
    struct toplevel_names names = {0};
    toplevel_defined(repl_session(c->r)->top, &names);
    for (size_t i = 0; i < names.len; i++)
        if (names.at[i].kind == MODULE_PARAM)
            offer(c, STR(""),
                  str_from(arena_printf(&c->out->arena, STR_FMT "=", STR_ARG(names.at[i].name))));
    toplevel_names_free(&names);
}

static void complete_option(struct completer *c, const char *plxc)
{
    const struct command *command = command_find(plxc);
    for (size_t i = 0; command && i < command->option_count; i++) {
        const struct option *o = &command->options[i];
        if (strcmp(o->name, "set") == 0) continue;
        offer(c, STR("--"),
              str_from(o->kind == OPTION_VALUE ? arena_printf(&c->out->arena, "%s=", o->name)
                                               : o->name));
    }
}

static void complete_rest(struct completer *c, const struct repl_command *command, struct str line,
                          size_t from)
{
    size_t start = line.len;
    while (start > from && line.p[start - 1] != ' ') start--;
    begin_word(c, line, start);
    if (c->word.len && c->word.p[0] == '-' && command->plxc) {
        complete_option(c, command->plxc);
        return;
    }
    switch (command->rest) {
    case REPL_NOTHING: return;
    case REPL_TOPIC: complete_command(c, STR("")); return;
    case REPL_FILE: complete_file(c, c->r->cli->driver.cwd, true); return;
    case REPL_PARAM: complete_param(c); return;
    case REPL_SESSIONS: complete_session(c); return;
    case REPL_REF:
        complete_session(c);
        complete_expr(c, line, from);
        return;
    case REPL_NAME:
    case REPL_EXPR: complete_expr(c, line, from); return;
    }
}

void repl_complete(void *ctx, struct str line, struct completions *out)
{
    struct completer c = {.r = ctx, .out = out};
    size_t from = 0;
    while (from < line.len && line.p[from] == ' ') from++;
    if (from == line.len || line.p[from] != ':') {
        complete_expr(&c, line, from);
        return;
    }
    size_t end = from;
    while (end < line.len && line.p[end] != ' ') end++;
    if (end == line.len) {
        begin_word(&c, line, from);
        complete_command(&c, STR(":"));
        return;
    }
    const struct repl_command *command =
        repl_command_find((struct str){line.p + from + 1, end - from - 1});
    if (command) complete_rest(&c, command, line, end);
}
