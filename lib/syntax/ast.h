// The tree of a plx file, as the parser leaves it. Nodes live in the file's arena and never change
// afterwards: the resolve pass of the evaluator makes its own tree, the formatter and the language
// server read this one. Every node knows its span.
//
// Sequences are arrays with a count. Names are symbols of the session's table. The tree keeps what
// the formatter needs and no more: parentheses, the spelling of literals (by span) and the `##`
// documentation; comments are in struct file, by position.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/source.h"
#include "base/sym.h"

enum expr_kind {
    EXPR_ERROR, // stands where recovery skipped something; a diagnostic was reported
    EXPR_NULL,
    EXPR_BOOL,
    EXPR_INT, // never negative but for -9223372036854775808, which is one literal
    EXPR_FLOAT,
    EXPR_STRING, // with or without interpolation
    EXPR_PATH,   // ./x or ../x
    EXPR_NAME,
    EXPR_LIST,
    EXPR_LIST_COMP,
    EXPR_RECORD,
    EXPR_RECORD_COMP,
    EXPR_FIELD, // target.name
    EXPR_INDEX, // target[index]
    EXPR_CALL,
    EXPR_WITH,
    EXPR_UNARY,
    EXPR_BINARY,
    EXPR_LET,
    EXPR_IF,
    EXPR_FN,
    EXPR_IMPORT,
};

enum unary_op { UNARY_NEG, UNARY_NOT };

enum binary_op {
    BINARY_PIPE, // |>, whose right side is an EXPR_CALL without parentheses around it
    BINARY_OR,
    BINARY_AND,
    BINARY_EQ,
    BINARY_NE,
    BINARY_LT,
    BINARY_LE,
    BINARY_GT,
    BINARY_GE,
    BINARY_UNION,  // &
    BINARY_CONCAT, // ++
    BINARY_ADD,
    BINARY_SUB,
    BINARY_MUL,
    BINARY_DIV, // /: division and path joining
    BINARY_MOD,
    BINARY_DEFAULT, // ??
};

struct expr;
struct type;
struct binding;

struct name {
    sym id;
    struct span span;
};

// A piece of a string: text with escapes resolved and indentation removed, or an expression.
struct string_piece {
    struct str text;   // when expr is null
    struct expr *expr; // ~{…}
    struct span span;
};

struct expr_string {
    struct string_piece *pieces; // neighbouring texts are joined, none is empty; no pieces: ""
    size_t count;
    bool multiline; // '''
};

struct list_item {
    struct expr *value;
    bool spread; // ..value
};

struct clause {
    struct span span;
    struct expr *source; // the list or record of `for`, or the condition of `if`
    bool is_if;
    struct name first;
    struct name second; // id SYM_NONE when there is one variable
};

enum entry_kind {
    ENTRY_FIELD,     // name = value, "str" = value
    ENTRY_SHORTHAND, // name, for name = name; value is the EXPR_NAME
    ENTRY_COMPUTED,  // [key] = value
    ENTRY_SPREAD,    // ..value
};

struct entry {
    enum entry_kind kind : 8;
    bool quoted; // the name was written as a string
    struct span span;
    struct name name;  // ENTRY_FIELD, ENTRY_SHORTHAND
    struct type *type; // ENTRY_FIELD, may be null
    struct expr
        *key; // ENTRY_COMPUTED, and a quoted name with interpolation (which is ENTRY_COMPUTED too)
    struct expr *value;
    struct str doc; // ## before it, "" if none
};

struct argument {
    struct span span;
    struct name name; // id SYM_NONE when positional
    bool spread;
    struct expr *value;
};

struct param {
    struct span span;
    struct name name;
    bool rest;          // ..name
    struct type *type;  // may be null
    struct expr *value; // default, may be null
};

struct update { // one `a.b = v` of `with`
    struct span span;
    struct name *path;
    size_t path_count;
    struct expr *value;
};

struct function { // of fn and of a binding with parameters
    struct param *params;
    size_t param_count;
    struct type *result; // may be null
    struct expr *body;
};

// As large as its kind needs (ast_expr): never copied.
struct expr {
    enum expr_kind kind : 6;
    unsigned parens : 13; // how many pairs of parentheses stand around it
    unsigned depth : 13;  // 1 for a leaf, else one more than the deepest part; at most the nesting
                          // limit of the parse
    struct span span;     // without those parentheses
    union {
        bool boolean;
        int64_t integer;
        double real;
        struct expr_string string;
        struct str path; // as written, "./a/b"
        struct name name;
        struct {
            struct list_item *items;
            size_t count;
        } list;
        struct {
            struct expr *element;
            struct clause *clauses;
            size_t clause_count;
        } list_comp;
        struct {
            struct entry *entries;
            size_t count;
        } record;
        struct {
            struct entry *entry; // of kind FIELD or COMPUTED
            struct clause *clauses;
            size_t clause_count;
        } record_comp;
        struct {
            struct expr *target;
            struct name name; // also of a quoted one: a."b c"
            bool quoted;
        } field;
        struct {
            struct expr *target;
            struct expr *index;
        } index;
        struct {
            struct expr *callee;
            struct argument *args;
            size_t count;
        } call;
        struct {
            struct expr *target;
            struct update *updates;
            size_t count;
        } with;
        struct {
            enum unary_op op;
            struct expr *operand;
        } unary;
        struct {
            enum binary_op op;
            struct span op_span;
            struct expr *left;
            struct expr *right;
        } binary;
        struct {
            struct binding *bindings;
            size_t count;
            struct expr *body;
        } let;
        struct {
            struct expr *condition;
            struct expr *then;
            struct expr *otherwise;
        } cond;
        struct function *fn;
        struct {
            struct expr *path;     // an EXPR_STRING without interpolation, or EXPR_PATH; else a
                                   // diagnostic was reported
            struct argument *args; // all named
            size_t count;
        } import;
    };
};

enum type_kind {
    TYPE_ERROR,
    TYPE_NAME,     // Int, lib.Opt
    TYPE_LITERAL,  // "adam"
    TYPE_NULL,     // null
    TYPE_OPTIONAL, // T?
    TYPE_LIST,     // [T]
    TYPE_RECORD,   // {a: T, b?: U, ..}
    TYPE_DICT,     // {[K]: V}
    TYPE_UNION,
};

struct type_field {
    struct span span;
    struct name name;
    bool quoted;
    bool optional;
    struct type *type;
};

struct type {
    enum type_kind kind;
    struct span span;
    union {
        struct {
            struct name *parts;
            size_t count;
        } name;
        struct str literal;
        struct type *inner; // OPTIONAL, LIST
        struct {
            struct type_field *fields;
            size_t count;
            bool open;
        } record;
        struct {
            struct type *key;
            struct type *value;
        } dict;
        struct {
            struct type **members;
            size_t count;
        } alternatives; // UNION
    };
};

enum binding_kind {
    BINDING_VALUE,    // a = e, a: T = e
    BINDING_FUNCTION, // f(x) = e
    BINDING_PARAM,    // param a: T = e
    BINDING_TYPE,     // type A = T
    BINDING_TEST,     // test "…" = e
    BINDING_ASSERT,   // assert e else e
};

struct binding {
    enum binding_kind kind;
    struct span span; // of all of it, without the documentation
    struct name name; // VALUE, FUNCTION, PARAM, TYPE
    struct str title; // TEST
    struct span title_span;
    struct type *type;  // VALUE and PARAM annotation or null; TYPE's right side
    struct expr *value; // VALUE, FUNCTION (an EXPR_FN that holds the function), PARAM default or
                        // null, TEST, ASSERT condition
    struct expr *otherwise; // ASSERT's else, may be null
    struct str doc;         // the lines of ## before it without the marks, "" if none
};

struct comment {
    struct span span; // from # to before the newline
};

// A parsed file. All memory is in `arena`.
struct file {
    struct arena arena;
    const struct source *source;
    struct binding *bindings;
    size_t count;
    struct str doc;           // a `##` block at the top that a blank line parts from what follows
    struct comment *comments; // all, in order
    size_t comment_count;
    bool has_errors;
};

void file_free(struct file *f);
