// What the bodies of builtins share: places of arguments, checks that several functions make, and
// calls with one argument.
#pragma once

#include "eval/builtin.h"

// Where argument number `arg` was written, else the whole call.
static inline struct span call_span(const struct call *c, int arg)
{
    return arg >= 0 && c->arg_spans[arg].source != 0 ? c->arg_spans[arg] : c->span;
}

// Argument number `arg`, an Int, as a count: E0451 if it is negative.
bool call_count(struct eval *ev, const struct call *c, int arg, size_t *count) MUST_USE;

// E0401: the function that is argument number `arg` gave `got` where `wanted` is needed.
bool call_answer_error(struct eval *ev, const struct call *c, int arg, const char *wanted,
                       struct value got);

// f(x), for a function that is argument number `arg`.
bool call_with(struct eval *ev, const struct call *c, int arg, struct value x,
               struct value *out) MUST_USE;

// An Int or Float as a double.
static inline double call_number(struct value v)
{
    return v.tag == VALUE_INT ? (double)v.integer : v.real;
}

// E0406: the exact result of `what` does not fit 64 bits.
bool call_overflow(struct eval *ev, const struct call *c, const char *what);
