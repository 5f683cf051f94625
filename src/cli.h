// What all commands share: the parsed command line, the session (lib/driver), how messages look,
// and standard output.
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "driver/driver.h"
#include "exit_status.h"
#include "options.h"

struct ui;

struct cli {
    struct args args;
    struct driver driver;
    struct buf out; // what goes to standard output, until cli_flush
    struct ui *ui;  // the progress display that messages must not disturb; null when there is none
    int64_t start_ns; // of this command, by io_monotonic_ns
    bool color_out;
    bool color_err;
    bool json_errors;
    bool pipe_closed; // who read our output has had enough
    const char *say;  // how messages name commands: "plxc " or, in the REPL, ":"
};

void cli_init(struct cli *cli, int argc, char **argv);
void cli_free(struct cli *cli);

// Writes cli->out to standard output and empties it. A closed pipe (`plxc … | head`) is no failure:
// what follows is dropped. Any other failure is E1020.
bool cli_flush(struct cli *cli) MUST_USE;
// The same, and then the exit status: that of cli_status if the output could be written.
int cli_finish(struct cli *cli);

// What the first error that was reported means for the exit status; 0 if there was none.
int cli_status(struct cli *cli);

// Opens the store that --store and the environment name. `flags`: store.h; fsync is switched off by
// PLX_FSYNC=off; E1004 for what is neither that nor `on`.
bool cli_open_store(struct cli *cli, unsigned flags) MUST_USE;

// SIGINT, SIGTERM and SIGHUP end evaluation and realization in an orderly way instead of killing
// the process: cli_interrupted says whether one came. `workers` (may be null) are told; a later
// call replaces them.
struct engine_workers;
void cli_catch_signals(struct cli *cli, struct engine_workers *workers);
bool cli_interrupted(void);
// The number of that signal, 0 if none came.
int cli_signal(void);
// For a command that goes on after it: as if no signal had come, and nothing had been reported.
void cli_forget_signal(struct cli *cli);
void cli_forget_reports(struct cli *cli);

// A line on standard error: "plxc: TEXT".
void cli_say(struct cli *cli, const char *fmt, ...) PRINTF_LIKE(2, 3);

// "350 ms", "12.3 s", "4 min 05 s", "2 h 13 min".
#define CLI_DURATION_SIZE 32
const char *cli_duration(int64_t ns, char out[CLI_DURATION_SIZE]);
// "17 B", "3.4 MiB".
#define CLI_SIZE_SIZE 32
const char *cli_bytes(uint64_t bytes, char out[CLI_SIZE_SIZE]);
