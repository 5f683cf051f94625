// The differences of two texts, line by line, in the unified format of diff(1). The algorithm is
// that of Myers, "An O(ND) Difference Algorithm and Its Variations" (1986).
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

// Before each line of the output, and around lines that were removed or added ("" for plain text).
struct line_diff_style {
    const char *indent;
    const char *removed;
    const char *added;
    const char *reset;
};

// Appends the hunks, with three lines around each; nothing for equal texts. False, with nothing
// appended, if the texts have so little in common that a diff would help nobody.
bool line_diff(struct str before, struct str after, const struct line_diff_style *style,
               struct buf *out);
