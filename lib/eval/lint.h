// Lints: what is no error, but hardly meant. `plxc check` reports them, nobody else.
//
// A comment silences them where they stand:
//
//     x = f(1)  # allow: unused            in this line
//     # allow: shadow, unused (a reason)   in the next line, or in all of the binding of the file
//     g(x) =                               that begins there
//       …
//
// It names groups of lints or single codes. A comment that silences nothing is a lint itself.
#pragma once

#include "eval/module.h"

enum lint_kind {
    LINT_UNUSED,      // W1101 unused: a binding
    LINT_PARAMETER,   // W1102 unused
    LINT_IMPORT,      // W1103 unused
    LINT_TYPE,        // W1104 unused
    LINT_SHADOW,      // W1105 shadow
    LINT_UNREACHABLE, // W1106 unreachable
    LINT_PROMISE,     // W1107 promise
    LINT_DREF,        // W1108 dref
    LINT_REDUNDANT,   // W1109 redundant
    LINT_ALLOW,       // W1110 allow
};

struct allowance {
    struct span comment;
    struct span where;
    uint32_t lints; // a bit for each kind
    bool used;
};

struct linter {
    struct eval *ev;
    struct module_def *def;
    VEC(struct allowance) allowances;
};

// Reads the comments of the module's text.
void lint_begin(struct linter *l, struct eval *ev, struct module_def *def);
// Reports comments that silenced nothing.
void lint_end(struct linter *l);

// Reports unless a comment at the place says not to; then null.
struct diag *lint_report(struct linter *l, enum lint_kind kind, struct span span, const char *fmt,
                         ...) PRINTF_LIKE(4, 5);

// Names that are never used, or hide others.
void lint_scopes(struct linter *l);
