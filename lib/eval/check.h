// What can be known of a module without evaluating it: a walk over the resolved tree with facts
// (fact.h) in place of values. It follows every branch and every body once, called or not.
//
// Names that a condition looks at count as unknown in what the condition decides: `has(r, "x")` may
// guard `r.x`. Errors have the codes and words of evaluation.
#pragma once

#include "eval/fact.h"
#include "eval/lint.h"

enum check_state { CHECK_OPEN, CHECK_RUNNING, CHECK_DONE };

// A variable. What it is bound to is walked when somebody asks, or at the end of its scope.
struct check_slot {
    const struct node *node; // delayed; null: `fact` is all there is
    struct check_scope *scope;
    uint8_t state; // enum check_state
    bool clouded;  // is among checker.clouded
    struct fact fact;
};

// A body while it is walked.
struct check_scope {
    const struct code *code;
    struct check_slot **slots;
    struct check_slot **captures;
};

// What is known of a function: of this module, of another (no captures), or in C.
struct fact_function {
    const struct code *code;
    const struct builtin_info *info;
    struct check_slot **captures;
    bool is_own;   // of the module that is checked
    bool is_stage; // std's `stage`
    uint8_t state; // enum check_state
    struct fact result;
};

struct checker {
    struct eval *ev;
    struct module_def *def;
    struct linter *linter;
    struct check_slot *globals;
    VEC(struct check_slot *) clouded; // looked at by a condition around
    VEC(struct fact_function *) functions;
    uint32_t depth;
    uint32_t cloud_depth;
};

// Walks all of a module.
void check_module(struct eval *ev, struct module_def *def, struct linter *linter);
// The same with all lints, each report once and in the order of the text.
void check_report(struct eval *ev, struct module_def *def);
// The errors alone. Names may be unbound and imports missing: nothing is known of these.
void check_errors(struct eval *ev, struct module_def *def);

struct fact check_node(struct checker *c, struct check_scope *s, const struct node *n);
// check_operator.c
struct fact check_operator(struct checker *c, struct check_scope *s, const struct node_binary *n);
// Reports if the node, of which the fact is true, never is a Bool.
void check_bool(struct checker *c, const struct check_scope *s, const struct node *n,
                struct fact f);
// check_call.c
struct fact check_call(struct checker *c, struct check_scope *s, const struct node_call *n);
struct fact check_import(struct checker *c, struct check_scope *s, const struct node_import *n);

// The result of a function, whose body is walked for it.
struct fact check_result(struct checker *c, struct fact_function *fn);
// Reports if the fact never fits.
bool check_contract(struct checker *c, struct fact f, const struct contract *contract,
                    const struct contract_blame *blame);
// What is known of a slot of another module.
struct fact check_foreign(struct checker *c, struct module_def *def, uint32_t slot);
