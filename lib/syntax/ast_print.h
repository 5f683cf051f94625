// The tree as text, for tests and for looking at it: one node a line, parts indented below, in
// parentheses.
//
//   (value answer (doc "…")
//     (binary +
//       (int 1)
//       (int (parens 1) 2)))
//
// Two trees print alike without spans if and only if they mean the same and were spelled with the
// same parentheses. Literals print by value, so that `0xff` and `255` are alike.
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "base/sym.h"
#include "syntax/ast.h"

struct ast_print_style {
    bool spans; // adds @START-END, byte offsets, behind each node
};

void ast_print_file(struct buf *out, const struct file *file, const struct symtab *syms,
                    struct ast_print_style style);
void ast_print_expr(struct buf *out, const struct expr *e, const struct symtab *syms,
                    struct ast_print_style style);
