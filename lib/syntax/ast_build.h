// What the grammar's actions call: constructors of the tree (ast.h), for the parser alone.
//
// A sequence under construction is a slice of a stack of its element type in struct builder: the
// element is pushed by its own rule, the rule of the sequence moves it behind the others
// (list_first, list_append), the construct that ends it copies it to the file's arena. A list that
// error recovery abandoned leaves elements behind that nobody counts; the enclosing list drops
// them.
//
// A node's depth (1 for a leaf) bounds how deep any walk of the tree recurs. A node that would
// exceed the limit is reported once and becomes EXPR_ERROR, and `stop` tells the parser to give up.
#pragma once

#include "base/buf.h"
#include "base/diag.h"
#include "base/vec.h"
#include "syntax/ast.h"
#include "syntax/token.h"

struct list {
    uint32_t start;
    uint32_t count;
};

// An expression with the extent that its parentheses give it.
struct node {
    struct expr *expr;
    uint32_t start;
    uint32_t end;
};

// A name: a word, or a string (then `string` is its expression).
struct word {
    struct token token;
    struct expr *string;
    uint32_t end;
};

// A string without interpolation in places that take no expression.
struct literal {
    struct str text;
    struct span span;
};

struct builder {
    struct arena *arena; // of the tree
    const struct source *source;
    struct symtab *syms;
    struct diag_sink *sink;
    uint32_t depth_limit;
    uint32_t start;       // of the text, behind a byte order mark
    bool ascii;           // the text has no byte over 0x7f
    bool has_errors;      // something was reported
    bool stop;            // too deep: do not go on
    struct expr *min_int; // a 9223372036854775808 that waits for its minus

    VEC(struct comment) comments;
    struct buf text; // scratch for strings
    VEC(struct binding) bindings;
    VEC(struct entry) entries;
    VEC(struct list_item) items;
    VEC(struct argument) args;
    VEC(struct param) params;
    VEC(struct update) updates;
    VEC(struct clause) clauses;
    VEC(struct string_piece) pieces;
    VEC(struct type_field) fields;
    VEC(struct type *) types;
    VEC(struct name) names;

    struct list file_bindings; // results of the start rules
    struct expr *result;
};

void builder_free(struct builder *b);

#define list_first(vec) ((struct list){(uint32_t)(vec)->len - 1, 1})
#define list_append(vec, list)                                                                     \
    do {                                                                                           \
        (vec)->at[(list)->start + (list)->count] = vec_last(vec);                                  \
        (vec)->len = (list)->start + ++(list)->count;                                              \
    } while (0)
// The elements, copied to the tree's arena and dropped from their stack.
#define list_take(b, vec, list)                                                                    \
    ((__typeof__((vec)->at))ast_take((b), (vec)->at ? (vec)->at + (list).start : NULL,             \
                                     sizeof(*(vec)->at), &(vec)->len, (list)))
#define list_empty(vec) ((struct list){(uint32_t)(vec)->len, 0})

struct diag *ast_error(struct builder *b, struct span span, const char *code, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
struct span ast_span(const struct builder *b, uint32_t start, uint32_t end);
struct str ast_text(const struct builder *b, struct span span);
// The beginning of a text that is too long for a message, else all of it.
struct str ast_clip(struct str s);
void *ast_take(struct builder *b, const void *elements, size_t size, size_t *len,
               struct list list) MUST_USE;

struct expr *ast_expr(struct builder *b, enum expr_kind kind, struct span span) MUST_USE;
// Sets the depth from that of the deepest part, and checks it.
struct node ast_finish(struct builder *b, struct expr *e, uint32_t deepest);
uint32_t ast_max_depth(uint32_t depth, const struct expr *e); // e may be null
struct name ast_name(struct builder *b, struct word w);
// Reports a 9223372036854775808 that got no minus; called after each token.
void ast_settle_min_int(struct builder *b);

// Atoms.
struct node ast_simple(struct builder *b, struct token t,
                       enum expr_kind kind); // null, true, false, path, name
struct node ast_int(struct builder *b, struct token t);
struct node ast_float(struct builder *b, struct token t);
void ast_piece_text(struct builder *b, struct token t);
void ast_piece_expr(struct builder *b, struct token open, struct node value, struct token close);
struct node ast_string(struct builder *b, struct token open, struct list pieces,
                       struct token close);
// The text of a string that must have no interpolation; `what` begins the message.
struct literal ast_literal(struct builder *b, struct node string, const char *what);
struct word ast_word(struct token t);
struct word ast_quoted(struct node string);
struct node ast_parens(struct builder *b, struct token open, struct node value, struct token close);

// Operators and postfixes.
struct node ast_unary(struct builder *b, struct token op, enum unary_op kind, struct node operand);
struct node ast_binary(struct builder *b, struct node left, struct token op, enum binary_op kind,
                       struct node right);
struct node ast_field(struct builder *b, struct node target, struct word name);
struct node ast_index(struct builder *b, struct node target, struct node index, struct token close);
struct node ast_call(struct builder *b, struct node callee, struct list args, struct token close);
struct node ast_import(struct builder *b, struct token start, struct token open, struct list args,
                       struct token close);
struct node ast_with(struct builder *b, struct node target, struct list updates,
                     struct token close);

// Collections. The ast_push_… put one element on its stack.
void ast_push_item(struct builder *b, struct node value, bool spread);
void ast_push_clause_for(struct builder *b, struct token start, struct token first,
                         struct token second, struct node source);
void ast_push_clause_if(struct builder *b, struct token start, struct node condition);
struct node ast_list(struct builder *b, struct token open, struct list items, struct token close);
struct node ast_list_comp(struct builder *b, struct token open, struct list clauses,
                          struct token close);
struct node ast_record_comp(struct builder *b, struct token open, struct list clauses,
                            struct token close);

// Large expressions.
struct node ast_fn(struct builder *b, uint32_t start, struct list params, struct type *result,
                   struct node body);
struct node ast_if(struct builder *b, struct token start, struct node condition, struct node then,
                   struct node otherwise);
struct node ast_let(struct builder *b, struct token start, struct list bindings, struct node body);
