// The command line as data. One table (commands.c) says which commands and options there are; the
// parser here, the help texts and the manual page (help.h) and the completion scripts
// (completion.h) are all made from it, so that none of them can disagree.
//
// Options are GNU's: `--name=value` or `--name value`, `-j4` or `-j 4`, flags can be joined
// (`-kn`), `--` ends them, and they may stand before or behind the arguments. Names are not
// abbreviated: a script that abbreviates breaks when an option is added.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/str.h"
#include "base/vec.h"

enum option_kind {
    OPTION_FLAG,
    OPTION_VALUE, // needs a value
    OPTION_MAYBE, // `--name` or `--name=value`; a following word is never its value
};

// What a shell can offer for a value or an argument.
enum complete {
    COMPLETE_NONE,
    COMPLETE_FILE,
    COMPLETE_DIR,
    COMPLETE_PLX, // a .plx file
    COMPLETE_REF, // a derivation of the store, or a file
    COMPLETE_SESSION,
    COMPLETE_COMMAND,
    COMPLETE_CHOICE, // one of the words that `value` names: "bash|zsh|fish"
};

struct option {
    char letter; // 0: none
    const char *name;
    enum option_kind kind;
    const char
        *value;      // as help shows it: "N", or the choices "a|b|c", which the parser then checks
    const char *doc; // begins in lower case, no full stop
    enum complete complete;
};

struct cli;

struct command {
    const char *name;      // "realize", "store ls"
    const char *arguments; // as help shows them: "TARGET…"
    int min_args;
    int max_args; // -1: any number
    enum complete complete;
    const char *choices; // of the argument, with COMPLETE_CHOICE
    const char *summary; // one line for the list of commands
    const char
        *doc; // paragraphs parted by empty lines; one that begins with two blanks is shown as it is
    const struct option *options;
    size_t option_count;
    int (*run)(struct cli *cli); // gives the exit status
};

// The table, in the order of help. `count` counts them.
const struct command *commands(size_t *count);
// Options that every command takes.
const struct option *common_options(size_t *count);
const struct command *command_find(const char *name);
// Is there a command "NAME something"?
bool command_is_group(const char *name);
// All groups ("store", "store root"), an outer one before those in it; their number.
#define COMMAND_GROUPS_MAX 8
size_t command_groups(struct str *out, size_t max);
// One line for lists.
const char *command_group_summary(struct str group);
// Reports E1001, with a suggestion.
void args_unknown_command(const char *name, struct diag_sink *sink);

struct given {
    const struct option *option;
    const char *value; // null for a flag, and for an OPTION_MAYBE without one
};

#define COMMAND_NAME_SIZE 64

struct args {
    const struct command *command; // null if none was named
    char group[COMMAND_NAME_SIZE]; // `plxc store --help`: the group, without a command; else ""
    VEC(struct given) given;
    VEC(const char *) rest; // the arguments that are no options
    bool help;
    bool version;
};

void args_free(struct args *args);

// The settings of messages (--color, --error-format), looked for before anything is parsed, so that
// a mistake in the command line itself is already shown as asked for. Null if not given.
const char *args_peek(int argc, char **argv, const char *name);

// Parses all but argv[0]. Each mistake is reported; false if there was one. With help or version
// set, nothing else is checked.
bool args_parse(struct args *args, int argc, char **argv, struct diag_sink *sink) MUST_USE;

// Does the command have that option?
bool args_takes(const struct args *args, const char *name);
// Looking up what was given. A name that the command does not have is a BUG.
bool args_has(const struct args *args, const char *name);
// The last value given, or null.
const char *args_value(const struct args *args, const char *name);
// The values one after the other: begins with *at = 0, null behind the last. A flag's value or a
// missing one is skipped by args_next_value and comes as an element with value null from args_next.
const struct given *args_next(const struct args *args, const char *name, size_t *at);
// A whole number between min and max, `fallback` if not given; otherwise reported (E1004).
bool args_number(const struct args *args, const char *name, int64_t min, int64_t max,
                 int64_t fallback, int64_t *out, struct diag_sink *sink) MUST_USE;
// The same of one value of an option that can be given several times.
bool args_number_of(const struct given *given, int64_t min, int64_t max, int64_t *out,
                    struct diag_sink *sink) MUST_USE;
// Splits "k=v" at the first "="; reports (E1004) a missing one or an empty key.
bool args_pair(const struct option *option, const char *text, struct str *key, const char **value,
               struct diag_sink *sink) MUST_USE;
