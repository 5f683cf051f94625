// What was typed into the REPL, from one session to the next: a text file with one input a line, in
// which `\n` stands for a line break and `\\` for a backslash. Each input is appended by itself, so
// that several sessions can share the file and one that dies loses nothing. It is readable by its
// owner only. Where it cannot be read or written, there is no history: nothing fails for that.
#pragma once

#include "base/arena.h"
#include "base/str.h"

// How many inputs are read; once there are twice as many in the file, it is shortened to these.
#define REPL_HISTORY_MAX 10000

// $XDG_STATE_HOME/plx/history or ~/.local/state/plx/history; null without a home.
const char *repl_history_path(struct arena *arena);
// Calls `each` with the last inputs, from the oldest on.
void repl_history_read(const char *path, void (*each)(void *ctx, const char *input), void *ctx);
void repl_history_append(const char *path, struct str input);
