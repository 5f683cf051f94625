// A document: text with places where a line may break, and the choice of which of them do. This is
// the pretty printer of Wadler (“A prettier printer”, 2003) in the linear form of Oppen
// (“Prettyprinting”, 1980): a document is one array of operations, and layout is one loop over it,
// so that no nesting of the source can exhaust the C stack.
//
// A group is laid out flat if it fits the rest of the line, else all its own lines break. What
// cannot be flat (a comment, a text of several lines) forces the groups around it to break.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "base/vec.h"

enum doc_kind {
    DOC_TEXT,    // without line breaks
    DOC_SPACE,   // nothing at the end of a line
    DOC_LINE,    // a space, or a line break in a broken group
    DOC_SOFT,    // nothing, or a line break in a broken group
    DOC_HARD,    // a line break, unless the line is empty
    DOC_NEWLINE, // a line break in any case; inside a text
    DOC_COMMENT, // to the end of the line: a line break must follow
    DOC_RAW,     // text with line breaks, as it is
    DOC_COMMA,   // a comma in a broken group
    DOC_ALIGN,   // `width` more spaces before the next text in a broken group
    DOC_INDENT,
    DOC_DEDENT,
    DOC_OPEN, // of a group
    DOC_CLOSE,
};

struct doc_op {
    enum doc_kind kind;
    bool blank;     // LINE, SOFT, HARD: keep an empty line if the line breaks
    bool forced;    // OPEN: must break
    uint32_t close; // OPEN: the index of its CLOSE
    uint32_t width; // TEXT and ALIGN: terminal columns; RAW: of its first line
    struct str text;
};

struct doc {
    VEC(struct doc_op) ops;
    VEC(uint32_t) open; // indices of the groups that are not closed
};

void doc_free(struct doc *d);

void doc_text(struct doc *d, struct str text);
void doc_z(struct doc *d, const char *text);
void doc_op(struct doc *d,
            enum doc_kind kind); // SPACE, LINE, SOFT, HARD, NEWLINE, COMMA, INDENT, DEDENT
void doc_break(struct doc *d, enum doc_kind kind, bool blank); // LINE, SOFT, HARD
void doc_align(struct doc *d, uint32_t width);
void doc_comment(struct doc *d, struct str text);
void doc_raw(struct doc *d, struct str text);
void doc_open(struct doc *d);
void doc_close(struct doc *d);
// The innermost group and those around it must break.
void doc_force(struct doc *d);

// Appends the document with lines of at most `width` columns where possible, and a line break at
// its end if it is not empty.
void doc_layout(struct doc *d, struct buf *out, uint32_t width);
