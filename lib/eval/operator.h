// Operators beyond the cases that interp.c answers itself, and their errors.
#pragma once

#include "eval/machine.h"

struct value operator_binary(struct eval *ev, const struct node_binary *n, struct frame *f,
                             struct value a, struct value b) MUST_USE;
struct value operator_unary(struct eval *ev, const struct node_binary *n, struct frame *f,
                            struct value v) MUST_USE;
// Reports E0401: the operator does not take these types together. `source` is the node's.
void operator_mismatch(struct eval *ev, const struct node_binary *n, uint32_t source,
                       enum value_tag a, enum value_tag b);
// The same of one operand, whatever the other one is.
void operator_refuse(struct eval *ev, const struct node_binary *n, uint32_t source,
                     const struct node *operand, enum value_tag tag);
// E0401: a Bool was needed. VALUE_FAILED.
struct value operator_not_bool(struct eval *ev, struct value v, struct span span);
// E0407.
void operator_by_zero(struct eval *ev, const struct node_binary *n, uint32_t source);
// E0401: `-` does not take this.
void operator_not_negated(struct eval *ev, struct value v, struct span span);
// Does an assertion with this value hold? E0411 with the message (Null: none) otherwise, E0401 for
// what is no Bool.
bool operator_assert(struct eval *ev, struct value v, struct value message,
                     struct span span) MUST_USE;
