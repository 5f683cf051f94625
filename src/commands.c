// The table of commands. Order is that of `plxc help`; a command of a group ("store ls") stands
// behind its like.
#include "cmd.h"
#include "options.h"

#define OPTION_SET                                                                                 \
    {                                                                                              \
        'D', "set", OPTION_VALUE, "PARAM=VALUE",                                                   \
            "set a param of the file; read by its declared type, bare words are strings",          \
            COMPLETE_NONE                                                                          \
    }
// Of every command that evaluates.
#define OPTIONS_EVAL                                                                               \
    OPTION_SET,                                                                                    \
    {                                                                                              \
        0, "limit", OPTION_VALUE, "NAME=N",                                                        \
            "allow evaluation more or less: call-depth, list-items, memory, nesting, steps, "      \
            "string-bytes",                                                                        \
            COMPLETE_NONE                                                                          \
    }
#define OPTION_JSON                                                                                \
    {                                                                                              \
        0, "json", OPTION_FLAG, NULL, "print JSON", COMPLETE_NONE                                  \
    }

#define OPTION_LONG                                                                                \
    {                                                                                              \
        'l', "long", OPTION_FLAG, NULL, "with build time and size", COMPLETE_NONE                  \
    }
#define OPTION_RECURSIVE                                                                           \
    {                                                                                              \
        'r', "recursive", OPTION_FLAG, NULL, "and theirs, all the way", COMPLETE_NONE              \
    }

static const struct option common[] = {
    {'s', "store", OPTION_VALUE, "DIR", "use the store in DIR instead of the default one",
     COMPLETE_DIR},
    {0, "color", OPTION_VALUE, "auto|always|never",
     "colours in messages; auto: on a terminal, unless NO_COLOR is set", COMPLETE_CHOICE},
    {0, "error-format", OPTION_VALUE, "human|json",
     "how errors and warnings are printed; json: one object a line", COMPLETE_CHOICE},
    {'h', "help", OPTION_FLAG, NULL, "show this help", COMPLETE_NONE},
    {0, "version", OPTION_FLAG, NULL, "show the version", COMPLETE_NONE},
};

static const struct option realize_options[] = {
    OPTIONS_EVAL,
    {'j', "jobs", OPTION_VALUE, "N", "run N realizers at once (default: one for each processor)",
     COMPLETE_NONE},
    {0, "resource", OPTION_VALUE, "NAME=AMOUNT",
     "how much there is of what stages name in `resources` (default: 1, of memory all)",
     COMPLETE_NONE},
    {'o', "out-link", OPTION_VALUE, "LINK",
     "make LINK point to the realization and keep it from garbage collection; further ones get "
     "LINK-2, LINK-3 …",
     COMPLETE_FILE},
    {0, "timestamp", OPTION_FLAG, NULL, "put the build time before the name of the link",
     COMPLETE_NONE},
    {0, "print", OPTION_VALUE, "rref|path|dref|json",
     "what to print of each realization (default: rref)", COMPLETE_CHOICE},
    {0, "json", OPTION_FLAG, NULL, "the same as --print=json", COMPLETE_NONE},
    {0, "one", OPTION_FLAG, NULL, "fail unless there is exactly one realization", COMPLETE_NONE},
    {'n', "dry-run", OPTION_FLAG, NULL, "say what would be built, and build nothing",
     COMPLETE_NONE},
    {0, "rebuild", OPTION_MAYBE, "NAME",
     "run the realizer even if there is a match; without NAME: those of the targets",
     COMPLETE_NONE},
    {0, "assert-realized", OPTION_MAYBE, "NAME",
     "fail (status 5) if something would have to be built; without NAME: the targets",
     COMPLETE_NONE},
    {0, "arg", OPTION_VALUE, "NAME.KEY=VALUE",
     "an argument for the realizer of NAME, outside of its identity; VALUE is JSON, else a string",
     COMPLETE_NONE},
    {'k', "keep-going", OPTION_FLAG, NULL, "after a failure, build what does not depend on it",
     COMPLETE_NONE},
    {0, "keep-failed", OPTION_FLAG, NULL, "keep the build directory of a failed realizer",
     COMPLETE_NONE},
    {0, "timeout", OPTION_VALUE, "SECONDS",
     "kill a realizer after that time, where its stage does not set one", COMPLETE_NONE},
    {0, "silent-timeout", OPTION_VALUE, "SECONDS",
     "kill a realizer that prints nothing for that time, where its stage does not set one",
     COMPLETE_NONE},
    {0, "retry", OPTION_VALUE, "N",
     "try a failed realizer N more times, where its stage does not say", COMPLETE_NONE},
    {0, "log", OPTION_VALUE, "auto|stream|quiet",
     "stream: all output of realizers as it comes; quiet: no progress (default: auto)",
     COMPLETE_CHOICE},
    {0, "plan", OPTION_VALUE, "FILE", "realize the plan that `plxc instantiate --plan` wrote",
     COMPLETE_FILE},
    {0, "interrupt", OPTION_VALUE, "NAME",
     "pause at the stage NAME, before its realizer runs; can be given for several stages",
     COMPLETE_NONE},
};

static const struct option repl_options[] = {OPTIONS_EVAL};

static const struct option sessions_options[] = {OPTION_JSON};

static const struct option shell_options[] = {
    {'c', "command", OPTION_VALUE, "COMMAND", "run COMMAND in the shell instead of asking for some",
     COMPLETE_NONE},
};

static const struct option continue_options[] = {
    {0, "default", OPTION_FLAG, NULL, "go on with what the realizer makes", COMPLETE_NONE},
    {0, "rref", OPTION_VALUE, "RREF", "go on with that realization; can be given several times",
     COMPLETE_REF},
    {'j', "jobs", OPTION_VALUE, "N", "run N realizers at once (default: one for each processor)",
     COMPLETE_NONE},
    {0, "resource", OPTION_VALUE, "NAME=AMOUNT",
     "how much there is of what stages name in `resources` (default: 1, of memory all)",
     COMPLETE_NONE},
    {0, "print", OPTION_VALUE, "rref|path|dref|json",
     "what to print of each realization (default: as it was asked for when it was paused)",
     COMPLETE_CHOICE},
    {0, "json", OPTION_FLAG, NULL, "the same as --print=json", COMPLETE_NONE},
    {0, "log", OPTION_VALUE, "auto|stream|quiet",
     "stream: all output of realizers as it comes; quiet: no progress (default: auto)",
     COMPLETE_CHOICE},
};

static const struct option instantiate_options[] = {
    OPTIONS_EVAL,
    {0, "plan", OPTION_VALUE, "FILE",
     "write the whole closure, with realizers and matchers, as JSON (`-`: to standard output)",
     COMPLETE_FILE},
    {0, "json", OPTION_FLAG, NULL, "print JSON", COMPLETE_NONE},
};

static const struct option eval_options[] = {
    OPTIONS_EVAL,
    {'e', "expr", OPTION_VALUE, "EXPR", "evaluate EXPR; with a FILE, in the scope of that module",
     COMPLETE_NONE},
    {0, "json", OPTION_FLAG, NULL, "print JSON; stages and refs as in a config", COMPLETE_NONE},
    {0, "strict", OPTION_FLAG, NULL, "evaluate all the way down before printing", COMPLETE_NONE},
};

static const struct option check_options[] = {OPTIONS_EVAL};

static const struct option fmt_options[] = {
    {0, "check", OPTION_FLAG, NULL, "change nothing, print the names of files that would change",
     COMPLETE_NONE},
    {0, "stdin", OPTION_FLAG, NULL, "format standard input to standard output, as `-` does",
     COMPLETE_NONE},
};

static const struct option test_options[] = {
    OPTIONS_EVAL,
    {0, "tap", OPTION_FLAG, NULL, "print the Test Anything Protocol, version 14", COMPLETE_NONE},
};

static const struct option doc_options[] = {
    {0, "html", OPTION_FLAG, NULL, "print an HTML page instead of Markdown", COMPLETE_NONE},
    OPTION_JSON,
};

static const struct option log_options[] = {
    {0, "path", OPTION_FLAG, NULL, "print where the log is, not what it says", COMPLETE_NONE},
};

static const struct option show_options[] = {
    {0, "config", OPTION_FLAG, NULL, "only the config, with promises resolved", COMPLETE_NONE},
    {0, "raw", OPTION_FLAG, NULL, "with --config: as stored, byte for byte", COMPLETE_NONE},
    OPTION_JSON,
};

static const struct option why_options[] = {OPTIONS_EVAL, OPTION_JSON};

static const struct option graph_options[] = {
    OPTIONS_EVAL,
    {'f', "format", OPTION_VALUE, "dot|mermaid|svg|json", "what to write (default: dot)",
     COMPLETE_CHOICE},
    {0, "json", OPTION_FLAG, NULL, "the same as --format=json", COMPLETE_NONE},
};

#define OPTIONS_DIFF                                                                               \
    {'p', "patch", OPTION_FLAG, NULL, "show text files that differ line by line", COMPLETE_NONE},  \
        {0, "exit-code", OPTION_FLAG, NULL, "exit with 5 if something differs", COMPLETE_NONE},    \
        OPTION_JSON

static const struct option diff_options[] = {OPTIONS_EVAL, OPTIONS_DIFF};

static const struct option store_diff_options[] = {OPTIONS_DIFF};

static const struct option lens_options[] = {
    {0, "path", OPTION_FLAG, NULL, "the path of what is referred to", COMPLETE_NONE},
    {0, "rref", OPTION_FLAG, NULL, "the realization that is referred to", COMPLETE_NONE},
    {0, "dref", OPTION_FLAG, NULL, "the derivation that is referred to", COMPLETE_NONE},
    {0, "refpath", OPTION_FLAG, NULL, "the reference itself; fail if it is no path in a stage",
     COMPLETE_NONE},
    {0, "config", OPTION_FLAG, NULL, "the config of the derivation that is referred to, as JSON",
     COMPLETE_NONE},
    {'a', "all", OPTION_FLAG, NULL,
     "with --path or --rref: one a line if there are several realizations, instead of failing",
     COMPLETE_NONE},
    OPTION_JSON,
};

static const struct option explain_options[] = {OPTION_JSON};

static const struct option store_init_options[] = {
    {0, "must-not-exist", OPTION_FLAG, NULL, "fail if there is a store already", COMPLETE_NONE},
};

static const struct option store_ls_options[] = {
    OPTION_LONG,
    OPTION_JSON,
};

static const struct option store_gc_options[] = {
    {'n', "dry-run", OPTION_FLAG, NULL, "say what would be removed, and remove nothing",
     COMPLETE_NONE},
    {0, "older-than", OPTION_VALUE, "TIME", "remove only what was begun before TIME",
     COMPLETE_NONE},
    {0, "max-size", OPTION_VALUE, "SIZE",
     "remove only as much, the oldest first, until the store takes no more than SIZE",
     COMPLETE_NONE},
    {0, "keep-best", OPTION_VALUE, "FILE",
     "keep of each derivation the realization with the highest number in its artifact FILE",
     COMPLETE_NONE},
    {0, "keep-worst", OPTION_VALUE, "FILE",
     "the same with the lowest number, where a matcher has the key worst(FILE)", COMPLETE_NONE},
    {0, "keep-latest", OPTION_VALUE, "N", "keep of each derivation its N latest realizations",
     COMPLETE_NONE},
    {'l', "long", OPTION_FLAG, NULL, "with times and sizes on the disk", COMPLETE_NONE},
    OPTION_JSON,
};

static const struct option store_rm_options[] = {
    {'f', "force", OPTION_FLAG, NULL, "remove what needs it as well, and what roots lead to",
     COMPLETE_NONE},
    {'n', "dry-run", OPTION_FLAG, NULL, "say what would be removed, and remove nothing",
     COMPLETE_NONE},
    {'l', "long", OPTION_FLAG, NULL, "with times and sizes on the disk", COMPLETE_NONE},
    OPTION_JSON,
};

static const struct option store_du_options[] = {
    {'a', "all", OPTION_FLAG, NULL, "each realization as well", COMPLETE_NONE},
    {0, "json", OPTION_FLAG, NULL, "print JSON, with exact bytes", COMPLETE_NONE},
};

static const struct option store_find_options[] = {
    {0, "name", OPTION_VALUE, "GLOB", "whose name fits: `*`, `?`, `[a-z]`", COMPLETE_NONE},
    {0, "newer", OPTION_VALUE, "TIME", "whose realizer began at TIME or later", COMPLETE_NONE},
    OPTION_LONG,
    OPTION_JSON,
};

static const struct option store_deps_options[] = {OPTION_RECURSIVE, OPTION_JSON};

static const struct option store_context_options[] = {
    {0, "direct", OPTION_FLAG, NULL, "direct dependencies only, as stored in context.json",
     COMPLETE_NONE},
    OPTION_JSON,
};

static const struct option store_root_ls_options[] = {
    {'a', "all", OPTION_FLAG, NULL, "what running processes keep as well", COMPLETE_NONE},
    OPTION_JSON,
};

static const struct option store_verify_options[] = {
    OPTION_JSON,
    {0, "repair", OPTION_FLAG, NULL,
     "move what is bad to quarantine, restore modes, remove leftovers", COMPLETE_NONE},
    {'q', "quiet", OPTION_FLAG, NULL, "print faults only, no notes", COMPLETE_NONE},
};

static const struct option store_commit_options[] = {
    {0, "context", OPTION_VALUE, "FILE",
     "JSON: for each dependency's dref the list of its rrefs (default: no dependencies)",
     COMPLETE_FILE},
};

static const struct option help_options[] = {
    {0, "man", OPTION_FLAG, NULL, "print the manual page, for man(1)", COMPLETE_NONE},
};

#define OPTIONS(array) .options = (array), .option_count = LEN(array)

static const struct command table[] = {
    {.name = "realize",
     .arguments = "[TARGET…]",
     .min_args = 0,
     .max_args = -1,
     .complete = COMPLETE_PLX,
     .summary = "build what a pipeline describes",
     .doc = "Evaluates the files, writes the derivations of the targets to the store, and runs the "
            "realizers of those that have no matching realization yet, in parallel. Prints the "
            "realizations of the targets, one a line.\n\n"
            "A TARGET is FILE, FILE#name or FILE#name.sub. A FILE without a name means its stage "
            "`default`, or all its public stages if it has none. A dref, or a unique prefix of "
            "one, means what the store has of that derivation.\n\n"
            "NAME in --rebuild, --assert-realized and --arg is the name of a stage or a dref.\n\n"
            "  plxc realize pipeline.plx#report -o result\n"
            "  plxc realize pipeline.plx --set epochs=5 --rebuild=train -j 4",
     OPTIONS(realize_options),
     .run = cmd_realize},
    {.name = "instantiate",
     .arguments = "TARGET…",
     .min_args = 1,
     .max_args = -1,
     .complete = COMPLETE_PLX,
     .summary = "write derivations to the store, build nothing",
     .doc = "Evaluates the files, writes the targets and all that they depend on to the store as "
            "derivations, and prints the drefs of the targets, one a line.\n\n"
            "  plxc instantiate pipeline.plx --plan plan.json && plxc realize --plan plan.json",
     OPTIONS(instantiate_options),
     .run = cmd_instantiate},
    {.name = "eval",
     .arguments = "[TARGET]",
     .min_args = 0,
     .max_args = 1,
     .complete = COMPLETE_PLX,
     .summary = "print the value of a file, a name or an expression",
     .doc = "Prints a value, evaluated as far as it is shown. A FILE without a name means the "
            "record of its public bindings.\n\n"
            "  plxc eval -e '1 + 2'\n"
            "  plxc eval --json pipeline.plx#runs\n"
            "  plxc eval pipeline.plx -e 'len(runs)'",
     OPTIONS(eval_options),
     .run = cmd_eval},
    {.name = "check",
     .arguments = "FILE…",
     .min_args = 1,
     .max_args = -1,
     .complete = COMPLETE_PLX,
     .summary = "find mistakes without building anything",
     .doc = "Reports all that can be known about the files without realizing: syntax, names, "
            "imports and, by evaluating every public binding, everything that evaluation finds; "
            "and warns of what is likely a mistake: names that are not used or hide others, "
            "branches that are never taken, promises that no script mentions. A comment on the "
            "line or above it silences a warning where it is meant: `# allow: unused`, by its name "
            "or its code. `plxc explain W1101` tells more of one.",
     OPTIONS(check_options),
     .run = cmd_check},
    {.name = "fmt",
     .arguments = "[FILE…]",
     .min_args = 0,
     .max_args = -1,
     .complete = COMPLETE_PLX,
     .summary = "format files in place",
     .doc =
         "Rewrites the files in the one style of plx: comments and empty lines stay, the meaning "
         "does too. `-` formats standard input to standard output. With --check nothing is "
         "written, and the exit status is 5 if a file would change.",
     OPTIONS(fmt_options),
     .run = cmd_fmt},
    {.name = "test",
     .arguments = "FILE…",
     .min_args = 1,
     .max_args = -1,
     .complete = COMPLETE_PLX,
     .summary = "run the `test` bindings of files",
     .doc = "Evaluates each `test \"…\" = expr` of the files. A test passes if its expression is "
            "true. Exits with 5 if one does not.",
     OPTIONS(test_options),
     .run = cmd_test},
    {.name = "doc",
     .arguments = "[FILE[#NAME]…]",
     .min_args = 0,
     .max_args = -1,
     .complete = COMPLETE_PLX,
     .summary = "documentation of modules or of the standard library",
     .doc =
         "Prints the documentation of the public names of the files, or of one name, as Markdown: "
         "signatures, and the `##` comments before them. Without a FILE, that of the standard "
         "library.\n\n"
         "  plxc doc pipeline.plx\n"
         "  plxc doc '#sort_by'",
     OPTIONS(doc_options),
     .run = cmd_doc},
    {.name = "explain",
     .arguments = "[CODE]",
     .min_args = 0,
     .max_args = 1,
     .summary = "a page about an error or warning",
     .doc = "Prints what a code such as E0301 means, with a wrong and a right example; without a "
            "code, the list of all.",
     OPTIONS(explain_options),
     .run = cmd_explain},
    {.name = "log",
     .arguments = "REF",
     .min_args = 1,
     .max_args = 1,
     .complete = COMPLETE_REF,
     .summary = "what a realizer printed",
     .doc = "Prints the log of a realization; of a dref, that of its only or newest one, or the "
            "last failed attempt if that is newer. REF is a dref, an rref, a unique prefix of one, "
            "a path in the store, or a link to one.",
     OPTIONS(log_options),
     .run = cmd_log},
    {.name = "show",
     .arguments = "REF",
     .min_args = 1,
     .max_args = 1,
     .complete = COMPLETE_REF,
     .summary = "everything about a derivation or realization",
     .doc = "REF is a dref, an rref, a unique prefix of one, a path in the store, or a link to "
            "one.",
     OPTIONS(show_options),
     .run = cmd_show},
    {.name = "why",
     .arguments = "TARGET…",
     .min_args = 1,
     .max_args = -1,
     .complete = COMPLETE_PLX,
     .summary = "what would be built, and why",
     .doc =
         "Says for each stage of the closure, dependencies first, whether it is realized, or why "
         "it would be built: the first attribute that differs from the nearest earlier "
         "derivation of that name, an input that changed or must be built first, or a matcher "
         "that wants more than there is. Nothing is built or written. `plxc diff` shows all "
         "that differs between two stages.",
     OPTIONS(why_options),
     .run = cmd_why},
    {.name = "graph",
     .arguments = "TARGET…",
     .min_args = 1,
     .max_args = -1,
     .complete = COMPLETE_PLX,
     .summary = "draw what depends on what",
     .doc = "Prints the closure of the targets as a graph: stages, or, for an rref or a link to a "
            "realization, the realizations that it was built with. Arrows go from what is used to "
            "what uses it.\n\n"
            "  plxc graph pipeline.plx --format=svg > graph.svg\n"
            "  plxc graph pipeline.plx#report | dot -Tpng > graph.png",
     OPTIONS(graph_options),
     .run = cmd_graph},
    {.name = "diff",
     .arguments = "A B",
     .min_args = 2,
     .max_args = 2,
     .complete = COMPLETE_REF,
     .summary = "what differs between two stages or realizations",
     .doc = "Compares the configs of A and B, and those of the dependencies that differ, down to "
            "what made the difference. Of two realizations also what they were built with, and "
            "their artifacts. Each is a target (`pipeline.plx#train`, which is evaluated, but need "
            "not be in the store), a ref, a unique prefix of one, or a link to one. With "
            "`RREF/PATH` on both sides, these files or folders are compared.\n\n"
            "  plxc diff result pipeline.plx#report\n"
            "  plxc diff rref:3f2a rref:91bc --patch",
     OPTIONS(diff_options),
     .run = cmd_diff},
    {.name = "lens",
     .arguments = "REF[.ATTRIBUTE…]",
     .min_args = 1,
     .max_args = 1,
     .complete = COMPLETE_REF,
     .summary = "follow attributes through configs and dependencies",
     .doc =
         "Begins at REF, takes an attribute of its config, and goes on from there: into a "
         "record or a list (`.0`), or, where the value is a reference, into the config of that "
         "dependency. Prints the value; a promise or claim is a path in the stage that makes it. "
         "Attributes with other characters are quoted: `.\"learning rate\"`.\n\n"
         "Beginning at an rref (or a link to a realization), dependencies are those that it was "
         "built with: --rref and --path give their realizations. Beginning at a dref, a "
         "dependency must have exactly one realization.\n\n"
         "  plxc lens result.data.url\n"
         "  plxc lens result.model --path",
     OPTIONS(lens_options),
     .run = cmd_lens},
    {.name = "repl",
     .arguments = "[FILE]",
     .min_args = 0,
     .max_args = 1,
     .complete = COMPLETE_PLX,
     .summary = "evaluate, realize and pause line by line",
     .doc =
         "Reads expressions, bindings and commands, with all bindings of FILE in scope, and "
         "prints what they give. `:help` lists the commands: `:realize EXPR`, `:interrupt EXPR`, "
         "`:type EXPR`, `:doc NAME`, `:reload` and others.\n\n"
         "On a terminal, lines can be edited, Tab completes, and what was typed is kept in "
         "~/.local/state/plx/history. Without one it reads its input line by line, prints no "
         "prompt, and its exit status is that of the first line that failed.\n\n"
         "  plxc repl pipeline.plx\n"
         "  echo 'len(runs)' | plxc repl pipeline.plx",
     OPTIONS(repl_options),
     .run = cmd_repl},
    {.name = "sessions",
     .arguments = "",
     .summary = "list realizations that are paused",
     .doc = "`plxc realize TARGET --interrupt NAME` pauses at a stage: what it needs is realized, "
            "its build directory, environment and outputs are ready, and its realizer does not "
            "run. The session is named after the stage. It outlives the process, holds no lock, "
            "and garbage collection keeps what it needs.\n\n"
            "Prints name, time, derivation and output folder of each.",
     OPTIONS(sessions_options),
     .run = cmd_sessions},
    {.name = "continue",
     .arguments = "[SESSION]",
     .min_args = 0,
     .max_args = 1,
     .complete = COMPLETE_SESSION,
     .summary = "go on with a realization that is paused",
     .doc = "Checks the promises of what the session's $out holds, adds that to the store as a "
            "realization of the stage, and realizes the rest of the targets with it. With "
            "--default the realizer runs after all; with --rref another realization of the stage "
            "is used. Prints what `realize` would have printed.\n\n"
            "If something fails, the session is still there. SESSION can be left out when there is "
            "only one.",
     OPTIONS(continue_options),
     .run = cmd_continue},
    {.name = "cancel",
     .arguments = "[SESSION…]",
     .min_args = 0,
     .max_args = -1,
     .complete = COMPLETE_SESSION,
     .summary = "drop a realization that is paused",
     .doc = "Removes the session and its build directory. What was realized before the pause stays "
            "in the store.",
     .run = cmd_cancel},
    {.name = "shell",
     .arguments = "[SESSION|REF]",
     .min_args = 0,
     .max_args = 1,
     .complete = COMPLETE_REF,
     .summary = "a shell in a paused build, or in a folder of the store",
     .doc =
         "Runs your shell ($SHELL, else /bin/sh). Of a session: in its build directory, with the "
         "environment that the realizer would have, $out and all; `sh ../run` runs what "
         "the realizer would run. Otherwise in the folder of a derivation or realization, or of a "
         "file in it. Without an argument: of the only session, or, if none is paused and there is "
         "no --command, in the store.\n\n"
         "  plxc shell fit\n"
         "  plxc shell fit -c 'cp ~/repaired.csv $out/data.csv'",
     OPTIONS(shell_options),
     .run = cmd_shell},
    {.name = "store init",
     .arguments = "",
     .summary = "make a store",
     .doc = "Makes the store that --store, PLX_STORE or PLX_ROOT name, and prints its path. A "
            "store that is there already is left as it is.",
     OPTIONS(store_init_options),
     .run = cmd_store_init},
    {.name = "store ls",
     .arguments = "[REF]",
     .min_args = 0,
     .max_args = 1,
     .complete = COMPLETE_REF,
     .summary = "list derivations, realizations or artifacts",
     .doc = "Without REF the derivations of the store, of a dref its realizations, of an rref its "
            "files; `RREF/sub/folder` works too.",
     OPTIONS(store_ls_options),
     .run = cmd_store_ls},
    {.name = "store cat",
     .arguments = "RREF/PATH",
     .min_args = 1,
     .max_args = 1,
     .complete = COMPLETE_REF,
     .summary = "print a file of a realization",
     .doc = "A dref works in place of the rref if it has exactly one realization.\n\n"
            "  plxc store cat \"$(plxc realize p.plx)/accuracy.txt\"",
     .run = cmd_store_cat},
    {.name = "store path",
     .arguments = "REF",
     .min_args = 1,
     .max_args = 1,
     .complete = COMPLETE_REF,
     .summary = "the path of a ref",
     .doc = "Prints the folder of a derivation or realization, or of a file in it (`RREF/PATH`).",
     .run = cmd_store_path},
    {.name = "store find",
     .arguments = "",
     .summary = "find realizations by name and time",
     .doc =
         "Prints the realizations that fit all that is asked for; without options, all of the "
         "store.\n\n"
         "A TIME is a duration before now (`90s`, `15m`, `2h`, `30d`, `1w`), a date (`2024-01-31`, "
         "`2024-01-31 23:59`), or `@` and seconds since the epoch."
         "\n\n"
         "  plxc store find --name 'train*' --newer 2h",
     OPTIONS(store_find_options),
     .run = cmd_store_find},
    {.name = "store du",
     .arguments = "[REF…]",
     .max_args = -1,
     .complete = COMPLETE_REF,
     .summary = "what takes how much of the disk",
     .doc = "Prints for each derivation what it and its realizations take on the disk, the largest "
            "first, and the sum. With REFs, of these only.",
     OPTIONS(store_du_options),
     .run = cmd_store_du},
    {.name = "store diff",
     .arguments = "A B",
     .min_args = 2,
     .max_args = 2,
     .complete = COMPLETE_REF,
     .summary = "what differs between two refs",
     .doc = "The same as `plxc diff`, for refs only: nothing is evaluated.",
     OPTIONS(store_diff_options),
     .run = cmd_diff},
    {.name = "store deps",
     .arguments = "REF…",
     .min_args = 1,
     .max_args = -1,
     .complete = COMPLETE_REF,
     .summary = "what something depends on",
     .doc = "Of a dref the derivations that its config names, of an rref the realizations that it "
            "was built with.",
     OPTIONS(store_deps_options),
     .run = cmd_store_deps},
    {.name = "store rdeps",
     .arguments = "REF…",
     .min_args = 1,
     .max_args = -1,
     .complete = COMPLETE_REF,
     .summary = "what depends on something",
     .doc = "Of a dref the derivations whose config names it, of an rref the realizations that "
            "were built with it. Reads the whole store.",
     OPTIONS(store_deps_options),
     .run = cmd_store_rdeps},
    {.name = "store context",
     .arguments = "RREF",
     .min_args = 1,
     .max_args = 1,
     .complete = COMPLETE_REF,
     .summary = "which realizations something was built with",
     .doc = "Prints each dependency's dref and, below it, the rrefs that were used, in the order "
            "of their matcher. All dependencies are shown, direct and deep ones. With --json that "
            "is a context as `store commit` takes it.",
     OPTIONS(store_context_options),
     .run = cmd_store_context},
    {.name = "store gc",
     .arguments = "",
     .summary = "remove what nothing needs",
     .doc =
         "Keeps what roots lead to, with all that it needs, and removes the rest; prints what "
         "that is, one ref a line. Roots are the links that `realize -o` made, as long as they "
         "exist, what "
         "`store root add` named, and what running processes and paused sessions use. Running "
         "builds lose nothing. Something that is kept keeps what it was built with, however old "
         "that is. An option that keeps something can be given several times, and each counts.\n\n"
         "A TIME is a duration before now (`90s`, `15m`, `2h`, `30d`, `1w`), a date (`2024-01-31`, "
         "`2024-01-31 23:59`), or `@` and seconds since the epoch."
         " A SIZE is a number of bytes, or one with a unit: `500M`, `1.5G`.\n\n"
         "  plxc store gc --dry-run --long\n"
         "  plxc store gc --older-than 30d --keep-best accuracy.txt --keep-latest 2\n"
         "  plxc store gc --max-size 50G",
     OPTIONS(store_gc_options),
     .run = cmd_store_gc},
    {.name = "store rm",
     .arguments = "REF…",
     .min_args = 1,
     .max_args = -1,
     .complete = COMPLETE_REF,
     .summary = "remove derivations or realizations",
     .doc = "Removes exactly these: a derivation with all its realizations. If something else "
            "needs one of them, or a root leads to it, nothing is removed and the reasons are "
            "shown. With --force what needs them is removed as well, and roots are left that lead "
            "to nothing. What a running process uses is never removed.",
     OPTIONS(store_rm_options),
     .run = cmd_store_rm},
    {.name = "store reindex",
     .arguments = "",
     .summary = "make the index beside the store anew",
     .doc =
         "The index remembers what is in the store's folders, so that `store gc`, `store rm` and "
         "`store rdeps` need not read all of them. It is a cache that keeps itself up to date: "
         "without it, or with a damaged one, they give the same answers, later. This command "
         "throws it away and reads the whole store. What was added in the last two seconds is "
         "left to the next command.",
     .run = cmd_store_reindex},
    {.name = "store root add",
     .arguments = "NAME REF",
     .min_args = 2,
     .max_args = 2,
     .complete = COMPLETE_REF,
     .summary = "keep something from garbage collection",
     .doc = "Makes REF a root: it, and all that it needs, is kept until `store root rm NAME`. Of a "
            "dref that is all of its realizations. NAME is yours: letters, digits, `_` and `-`.\n\n"
            "  plxc store root add release-3 \"$(plxc realize pipeline.plx#report)\"",
     .run = cmd_store_root_add},
    {.name = "store root ls",
     .arguments = "",
     .summary = "list what garbage collection keeps",
     .doc = "Prints each root, the links that `realize -o` made among them, and where it leads. A "
            "link that is gone or leads elsewhere now keeps nothing.",
     OPTIONS(store_root_ls_options),
     .run = cmd_store_root_ls},
    {.name = "store root rm",
     .arguments = "NAME|LINK…",
     .min_args = 1,
     .max_args = -1,
     .complete = COMPLETE_FILE,
     .summary = "let garbage collection take something again",
     .doc =
         "Removes the root: nothing is lost before the next `store gc`. The link of a LINK stays "
         "where it is; to remove it is another way to do the same.",
     .run = cmd_store_root_rm},
    {.name = "store verify",
     .arguments = "",
     .summary = "check the whole store",
     .doc = "Checks every invariant: names equal hashes, contexts resolve, no foreign types or "
            "modes, links and roots resolve. Exits with 4 if something is wrong, repaired or not. "
            "Leftovers of processes that died are notes, not faults. What `--repair` moves to "
            "quarantine is not built again by it: it just does not match any more.",
     OPTIONS(store_verify_options),
     .run = cmd_store_verify},
    {.name = "store instantiate",
     .arguments = "CONFIG.json",
     .min_args = 1,
     .max_args = 1,
     .complete = COMPLETE_FILE,
     .summary = "plumbing: write a config as a derivation",
     .doc = "Reads a JSON object (`-`: from standard input), writes it to the store as a "
            "derivation, and prints its dref. With `store commit` this lets other programs drive "
            "the store.",
     .run = cmd_store_instantiate},
    {.name = "store commit",
     .arguments = "DREF OUTDIR",
     .min_args = 2,
     .max_args = 2,
     .complete = COMPLETE_REF,
     .summary = "plumbing: add a folder as a realization",
     .doc = "Copies OUTDIR into the store as a realization of DREF, checks its promises, and "
            "prints the rref.",
     OPTIONS(store_commit_options),
     .run = cmd_store_commit},
    {.name = "init",
     .arguments = "[DIR]",
     .min_args = 0,
     .max_args = 1,
     .complete = COMPLETE_DIR,
     .summary = "write a first pipeline to start from",
     .doc = "Writes pipeline.plx, a small pipeline that needs nothing but a shell and awk, into "
            "this folder or into DIR, and prints its path. A file that is there already stays as "
            "it is.",
     .run = cmd_init},
    {.name = "completion",
     .arguments = "bash|zsh|fish",
     .min_args = 1,
     .max_args = 1,
     .complete = COMPLETE_CHOICE,
     .choices = "bash|zsh|fish",
     .summary = "print a completion script for a shell",
     .doc = "  bash: plxc completion bash > ~/.local/share/bash-completion/completions/plxc\n"
            "  zsh:  plxc completion zsh > a folder of $fpath/_plxc\n"
            "  fish: plxc completion fish > ~/.config/fish/completions/plxc.fish",
     .run = cmd_completion},
    {.name = "help",
     .arguments = "[COMMAND]",
     .min_args = 0,
     .max_args = 3,
     .complete = COMPLETE_COMMAND,
     .summary = "help about a command",
     .doc = "The same as `plxc COMMAND --help`; without a COMMAND, the list of all.",
     OPTIONS(help_options),
     .run = cmd_help},
};

const struct command *commands(size_t *count)
{
    *count = LEN(table);
    return table;
}

const char *command_group_summary(struct str group)
{
    return str_eqz(group, "store") ? "work with the store itself" : "what garbage collection keeps";
}

const struct option *common_options(size_t *count)
{
    *count = LEN(common);
    return common;
}
