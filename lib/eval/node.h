// The evaluator's own tree, made by resolve.c from syntax/ast.h: names are slots, operators are
// node kinds, what must wait is a thunk with its own code. Nodes are as large as their kind needs,
// all begin with struct node, live in the arena of their module and never change.
//
// Closures are flat: a code (function, thunk) copies the variables that it uses out of its
// surroundings when it is made, so frames live on a stack and vanish with their call.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "eval/value.h"
#include "syntax/ast.h"

enum node_kind {
    NODE_CONST,
    NODE_LOCAL,   // slot of the frame
    NODE_CAPTURE, // of the running code
    NODE_GLOBAL,  // slot of the module where the code was written
    NODE_FOREIGN, // slot of another module: of the standard library, or of a toplevel
    NODE_THUNK,   // only where an expression is delayed: makes the thunk
    NODE_FN,
    NODE_STRING,
    NODE_LIST,
    NODE_LIST_SPREAD,
    NODE_LIST_COMP,
    NODE_RECORD,         // names known: a static shape
    NODE_RECORD_DYNAMIC, // computed names and spreads
    NODE_RECORD_COMP,
    NODE_FIELD,
    NODE_INDEX,
    NODE_CALL,
    NODE_WITH,
    NODE_NEG,
    NODE_NOT,
    NODE_ADD,
    NODE_SUB,
    NODE_MUL,
    NODE_DIV,
    NODE_MOD,
    NODE_EQ,
    NODE_NE,
    NODE_LT,
    NODE_LE,
    NODE_GT,
    NODE_GE,
    NODE_CONCAT,
    NODE_UNION,
    NODE_AND,
    NODE_OR,
    NODE_DEFAULT,
    NODE_IF,
    NODE_LET,
    NODE_IMPORT,
    NODE_CHECK, // an expression with a type
    NODE_GUARD, // a field whose type is checked when it is needed (contract.c)
};

struct contract; // contract.h

struct node {
    uint32_t kind : 8;    // enum node_kind
    uint32_t length : 24; // of the span; of a longer one the beginning
    uint32_t start;       // in code->source
};

#define NODE_MAX_LENGTH ((1u << 24) - 1)

static inline uint32_t node_end(const struct node *n)
{
    return n->start + n->length;
}
static inline struct span node_span_in(uint32_t source, const struct node *n)
{
    return (struct span){source, n->start, node_end(n)};
}

struct node_const {
    struct node h;
    struct value value;
};

struct node_var { // LOCAL, CAPTURE, GLOBAL, FOREIGN
    struct node h;
    uint32_t slot;
    struct module *module; // FOREIGN; the others end before it
};

struct node_code { // THUNK, FN
    struct node h;
    const struct code *code;
};

struct node_string {
    struct node h;
    uint32_t count;
    struct node *pieces[]; // a NODE_CONST Str is text, all others are interpolated
};

struct node_list { // LIST, LIST_SPREAD
    struct node h;
    uint32_t count;
    uint8_t *spread; // LIST_SPREAD: a flag for each item
    struct node *items[];
};

struct node_clause {
    struct node *source;
    bool is_if;
    uint32_t first; // slots; RECORD_NONE: none
    uint32_t second;
};

struct node_comp { // LIST_COMP, RECORD_COMP
    struct node h;
    uint32_t clause_count;
    struct node_clause *clauses;
    struct node *key;   // RECORD_COMP, strict
    struct node *value; // delayed in a record
};

struct node_record {
    struct node h;
    struct shape *shape;
    struct node *fields[]; // by index in the shape, delayed
};

struct node_entry {
    sym name;           // SYM_NONE: computed or spread
    struct node *key;   // computed
    struct node *value; // delayed; strict for a spread
    struct span span;
};

struct node_dynamic {
    struct node h;
    uint32_t count;
    struct node_entry entries[];
};

struct node_field {
    struct node h;
    sym name;
    uint32_t name_start; // of the name, for errors
    struct node *target;
};

struct node_binary { // INDEX and all operators; unary ones have no right
    struct node h;
    uint32_t op_start;
    uint32_t op_end;
    struct node *left;
    struct node *right;
};

struct node_arg {
    struct node *value;
    sym name; // SYM_NONE: positional
    bool spread;
    struct span span;
};

struct node_call {
    struct node h;
    bool plain; // all arguments are positional, none is spread
    bool piped; // the first argument stands before |>
    uint32_t count;
    struct node *callee;
    struct node_arg args[];
};

struct node_update {
    sym *path;
    uint32_t *starts; // of each name
    uint32_t count;
    uint32_t shared; // records on the path, from the target on, that the update before goes through
    struct node *value; // delayed
    struct span span;
};

struct node_with {
    struct node h;
    uint32_t count;
    struct node *target;
    // By path, so that those with a common beginning follow each other.
    struct node_update updates[];
};

struct node_if {
    struct node h;
    struct node *condition;
    struct node *then;
    struct node *otherwise;
};

struct node_let {
    struct node h;
    uint32_t count;
    uint32_t assert_count;
    struct node_let_binding *bindings;
    struct node_assert *asserts;
    struct node *body;
};

struct node_let_binding {
    uint32_t slot;
    struct node *value; // delayed
};

struct node_assert {
    struct node *condition;
    struct node *otherwise; // may be null
    struct span span;
};

struct node_import {
    struct node h;
    struct module_def *def; // set when the module was loaded
    struct str path;        // absolute, or "std/…"
    struct span path_span;
    uint32_t count;
    struct node_arg args[]; // named
};

struct node_check {
    struct node h; // the span is that of the value
    const struct contract *contract;
    struct node *value;
};

enum code_kind {
    CODE_FUNCTION,
    CODE_BINDING, // of a module or let
    CODE_FIELD,   // of a record
    CODE_DEFAULT, // of a parameter
    CODE_EXPR,    // a text of its own, an assert, a test
};

struct code_param {
    sym name;
    bool rest;
    struct node *fallback;           // delayed, sees the parameters before it; null: required
    const struct contract *contract; // may be null
    struct span span;
};

// Where a captured variable comes from, in the frame that makes the closure.
struct capture {
    uint32_t slot;
    bool from_capture; // else a local
};

struct code {
    const struct node *body;
    enum code_kind kind;
    uint32_t source;
    uint32_t slots; // frame size; parameters come first
    uint32_t capture_count;
    struct capture *captures;
    sym name;         // of the binding or field; SYM_NONE for an anonymous function
    struct span span; // of the name where there is one
    // Of a function; codes of bindings, fields and defaults end here (unit_end).
    uint32_t param_count;
    bool has_rest;
    bool positional; // no defaults and no rest
    bool typed;      // a parameter has a type
    bool plain;      // positional and not typed: a call with param_count positional arguments needs
                     // no thought
    struct code_param *params;
    const struct contract *result; // of a function, checked by its body; may be null
};

// + - * / %
static inline bool node_is_arithmetic(const struct node *n)
{
    return n->kind >= NODE_ADD && n->kind <= NODE_MOD;
}

// The import that a delayed expression is, behind its type; null for anything else.
static inline const struct node_import *node_import_of(const struct node *n)
{
    while (n && (n->kind == NODE_THUNK || n->kind == NODE_CHECK))
        n = n->kind == NODE_THUNK ? ((const struct node_code *)n)->code->body
                                  : ((const struct node_check *)n)->value;
    return n && n->kind == NODE_IMPORT ? (const struct node_import *)n : NULL;
}
