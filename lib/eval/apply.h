// Calls: from arguments by position, name and spread to the slots of parameters.
#pragma once

#include "eval/machine.h"

// A builtin with its names interned and its defaults made.
struct builtin_info {
    const struct builtin *builtin;
    uint32_t count;
    bool has_rest;
    sym names[BUILTIN_PARAMS];
    struct value fallbacks[BUILTIN_PARAMS]; // VALUE_FAILED: required
};

struct value apply_node(struct eval *ev, const struct node_call *n, struct frame *f) MUST_USE;

// The function value of a builtin.
struct value apply_builtin_value(struct eval *ev, const struct builtin *b) MUST_USE;

// How messages name a function: "`train`", "a function without a name".
const char *apply_name(struct eval *ev, const struct closure *fn);
