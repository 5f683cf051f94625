// The REPL: what its parts share. cmd_repl.c reads and evaluates, repl_command.c finds and runs
// `:commands`, repl_complete.c completes.
#pragma once

#include <stdbool.h>

#include "base/str.h"
#include "driver/interactive.h"
#include "line_editor.h"
#include "options.h"

struct cli;

struct repl {
    struct cli *cli;
    struct line_editor *editor; // null: a filter
    int status;                 // of the first input that failed
    bool quit;
};

// The session of the driver; the expression that it evaluates now is `repl_session(r)->name`.
struct interactive *repl_session(const struct repl *r);

// Prints a value, as far as limits of the REPL allow.
bool repl_print(struct repl *r, struct value v) MUST_USE;
// Loads the file anew, or another one, and says so. False after a report.
bool repl_loaded(struct repl *r, bool ok, size_t left_out) MUST_USE;

// ---- commands -----------------------------------------------------------------------------------

// What stands behind a command.
enum repl_rest {
    REPL_NOTHING,
    REPL_EXPR,     // options, then an expression up to the end of the line
    REPL_REF,      // options, then one thing: a ref, a session, or an expression that gives a stage
    REPL_SESSIONS, // options and words, which quotes may hold together
    REPL_NAME,     // of what is defined
    REPL_FILE,     // of plx
    REPL_PARAM,    // NAME=VALUE
    REPL_TOPIC,    // a command
};

struct repl_command {
    const char *name;
    char letter; // stands for the name, where several begin with it; 0: none
    const char *arguments;
    const char *summary;
    enum repl_rest rest;
    bool needed;      // there must be something behind it
    const char *plxc; // the command of plxc that it is, whose options it takes; null: none
    // The status, or with EXIT_DONE whatever was reported.
    int (*run)(struct repl *r, const struct repl_command *c, struct str rest);
};

const struct repl_command *repl_commands(size_t *count);
// The command of that name or unambiguous beginning; null: none or several.
const struct repl_command *repl_command_find(struct str word);
// Runs a line that begins with `:`. Gives its status.
int repl_command_run(struct repl *r, struct str line);

// The bodies of commands (repl_run.c).
int repl_browse(struct repl *r, const struct repl_command *c, struct str rest);
int repl_doc(struct repl *r, const struct repl_command *c, struct str rest);
int repl_load(struct repl *r, const struct repl_command *c, struct str rest);
int repl_reload(struct repl *r, const struct repl_command *c, struct str rest);
int repl_set(struct repl *r, const struct repl_command *c, struct str rest);
int repl_type(struct repl *r, const struct repl_command *c, struct str rest);
// Those that are commands of plxc (repl_plxc.c).
int repl_plxc(struct repl *r, const struct repl_command *c, struct str rest);
int repl_continue(struct repl *r, const struct repl_command *c, struct str rest);
int repl_interrupt(struct repl *r, const struct repl_command *c, struct str rest);
int repl_shell(struct repl *r, const struct repl_command *c, struct str rest);

// ---- completion ---------------------------------------------------------------------------------

// For struct line_editor_options; ctx is the repl.
void repl_complete(void *ctx, struct str line, struct completions *out);
