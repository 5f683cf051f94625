// Reading lines from a person at a terminal: libedit with history, completion, and signals that do
// not race with reading. While a line is read, signals are held back but for the moment of waiting
// for a key: Ctrl-C ends the line, Ctrl-Z stops the process with the terminal as it was before, a
// new size draws the line anew. ~/.editrc is honoured.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"

struct line_editor;

struct completions {
    struct arena arena;
    size_t start;            // of the word that they replace, in the line
    size_t known;            // bytes of each word that a list of them leaves out: a folder
    VEC(const char *) words; // whole words
};

// Fills what can stand at the cursor, `line` being what is before it.
typedef void line_complete(void *ctx, struct str line, struct completions *out);

struct line_editor_options {
    int in;
    int out;
    const char *history; // the file, or null
    line_complete *complete;
    void *ctx;
    bool color;
};

// Null if the terminal cannot be used.
struct line_editor *line_editor_new(const struct line_editor_options *options) MUST_USE;
void line_editor_free(struct line_editor *e);

enum line_result {
    LINE_READ,
    LINE_END,         // Ctrl-D, or the terminal is gone
    LINE_INTERRUPTED, // a signal that cli_signal tells
};

// Appends a line, without its end. A blank comes behind the prompt.
enum line_result line_editor_read(struct line_editor *e, const char *prompt,
                                  struct buf *line) MUST_USE;
// Into the history.
void line_editor_remember(struct line_editor *e, struct str input);
