// Text for terminals: colours as SGR sequences, and untrusted bytes made harmless. What a source or
// a message holds reaches the terminal only through paint_text and paint_window, which show
// controls as their pictures (U+2400 …), a tab as four spaces, and malformed bytes, C1 controls and
// invisible characters as U+FFFD, so that no text can move the cursor or reorder a line.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

enum paint { PAINT_PLAIN, PAINT_BOLD, PAINT_ERROR, PAINT_WARNING, PAINT_GUTTER, PAINT_HELP };

struct painter {
    struct buf *out;
    bool color;
    enum paint now;
};

#define PAINT_TAB_COLUMNS 4

// Trusted text, as it is.
void paint_raw(struct painter *p, enum paint paint, const char *z);
void paint_text(struct painter *p, enum paint paint, struct str text);
// The columns from `left` up to `right` of the text; a wide character that is cut becomes a space.
void paint_window(struct painter *p, enum paint paint, struct str text, size_t left, size_t right);
// The columns that paint_text takes for a text.
size_t paint_width(struct str text);
// Ends the line, in plain: colours never cross lines. Spaces at the end of the line go if nothing
// coloured follows them.
void paint_newline(struct painter *p);
