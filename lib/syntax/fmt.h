// The formatter: one style, lines of at most 100 columns where possible. The tree stays the same
// (ast_print without spans prints it alike), comments and single empty lines stay where they are,
// and formatting what was formatted changes nothing.
//
// The `=` of neighbouring fields and arguments that stand on lines of their own are aligned.
//
// A list, record, call or parameter list that has a line break behind its opening bracket keeps one
// element a line; else it gets one only if it does not fit. Strings stay as they are spelled; a
// '''…''' text moves as a whole to the indentation of its place.
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "syntax/ast.h"

// Appends the formatted text. False, and nothing appended, if the file has syntax errors.
bool fmt_file(const struct file *file, struct buf *out) MUST_USE;
