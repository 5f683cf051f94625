// From text to tree. Lexing is pure (lex.h); the parser pumps tokens into Lemon's automaton, owns
// the stack of string interpolations, collects comments and recovers from errors, so that several
// independent ones are reported in one run.
#pragma once

#include "base/diag.h"
#include "base/source.h"
#include "base/sym.h"
#include "syntax/ast.h"

struct parse_limits {
    uint32_t nesting; // brackets, operators and interpolations inside each other; 0:
                      // PARSE_NESTING_DEFAULT
};

#define PARSE_NESTING_DEFAULT 1000
#define PARSE_NESTING_MAX     4000 // a larger limit is read as this: whoever walks the tree recurs

// Parses a module. Always gives a file (owned by the caller, file_free), with has_errors set if
// anything was reported.
struct file *parse_file(const struct source *source, struct symtab *syms, struct diag_sink *sink,
                        const struct parse_limits *limits) MUST_USE;

// Gets the bindings of a file one by one, as soon as each was parsed. A binding's tree is gone when
// `take` returns, so that the trees of a large file are never there all at once.
struct parse_bindings {
    void (*take)(void *ctx, const struct binding *b);
    void *ctx;
};

// As parse_file, for who wants the bindings as they come: the file that it gives has none.
struct file *parse_file_each(const struct source *source, struct symtab *syms,
                             struct diag_sink *sink, const struct parse_limits *limits,
                             const struct parse_bindings *each) MUST_USE;

// Parses one expression (plxc eval -e, the REPL, a value of --set). The result lives in `arena`;
// null if anything was reported.
struct expr *parse_expr(struct arena *arena, const struct source *source, struct symtab *syms,
                        struct diag_sink *sink, const struct parse_limits *limits) MUST_USE;

// Is a text only wrong in that it ends too early: in a bracket, a text of several lines, or where
// an expression must go on? Then an interactive reader asks for another line. Reads it as
// parse_expr does, or as parse_file. Reports nothing.
bool parse_ends_early(const struct source *source, struct symtab *syms, bool as_expr) MUST_USE;
