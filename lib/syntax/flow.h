// For the formatter: what a source has between the parts of its tree. Parts are put into the
// document in the order of the source, and `done` is the offset up to which it is there; comments
// before a part are put in when the part comes, and empty lines are seen there.
#pragma once

#include "syntax/ast.h"
#include "syntax/doc.h"

struct flow {
    const struct file *file;
    struct str text;
    struct doc doc;
    size_t comment; // the next one of the file
    uint32_t done;
};

struct str flow_text(const struct flow *f, uint32_t start, uint32_t end);
// The first offset from `at` on that is no blank, comment or separator.
uint32_t flow_skip(const struct flow *f, uint32_t at);
bool flow_has_break(const struct flow *f, uint32_t from, uint32_t to);
// The next comment if it begins before an offset, else null.
const struct comment *flow_comment(const struct flow *f, uint32_t before);

// Are the ends of two neighbours in a sequence parted by an empty line or a comment on a line of
// its own?
bool flow_apart(const struct flow *f, uint32_t end, uint32_t next);

// Comments before an offset: those on the line of what was put last, then the others, a line each.
void flow_trailing(struct flow *f, uint32_t before);
void flow_leading(struct flow *f, uint32_t before);
// Separates from the next part of a sequence, which begins at `next`: by a DOC_LINE, SOFT or HARD
// that keeps an empty line, and comments.
void flow_separate(struct flow *f, enum doc_kind kind, uint32_t next, bool keep_blank);
// Comments before a part at a place where lines do not break otherwise.
void flow_reach(struct flow *f, uint32_t start);

void flow_slice(struct flow *f, struct span span); // the source as it is
void flow_z(struct flow *f, const char *z);
void flow_space(struct flow *f);

// A bracket at offset `open` whose first element begins at `first`; a line break between them is
// kept.
void flow_open(struct flow *f, const char *bracket, uint32_t open, uint32_t first);
void flow_first(struct flow *f, enum doc_kind kind, uint32_t start);
void flow_next(struct flow *f, uint32_t start); // with a comma before
// `comma`: one stands behind the last element if the bracket is broken.
void flow_close(struct flow *f, const char *bracket, enum doc_kind kind, uint32_t close,
                bool comma);
