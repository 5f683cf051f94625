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

// ---- calls that nobody makes (check_call.c)
// ------------------------------------------------------------------

struct apply_argument {
    sym name; // SYM_NONE: positional
    struct span span;
    int param; // out: its parameter, -1 for what `..rest` collects
};

// Which parameters the arguments belong to, of a function of plx or a builtin (the other is null).
// `open`: there may be more of them. False after E0404.
bool apply_bind(struct eval *ev, const struct code *code, const struct builtin_info *info,
                struct apply_argument *args, size_t count, bool open, struct span span) MUST_USE;
// Reports E0402 if parameter `i` of a builtin takes none of these tags.
void apply_refuse(struct eval *ev, const struct builtin_info *info, uint32_t i, uint32_t tags,
                  struct span span);
// Reports E0412.
void apply_not_callable(struct eval *ev, enum value_tag tag, struct span callee);

// How messages name a function: "`train`", "a function without a name".
const char *apply_name(struct eval *ev, const struct closure *fn);
