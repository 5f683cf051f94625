// Records made of others: dynamic entries, `&`, `with`.
#pragma once

#include "eval/machine.h"

// A record of these fields (sorted in place); E0409 for two of one name, at the later one's place
// or at `span`.
struct value combine_fields(struct eval *ev, struct field *fields, size_t count,
                            struct span span) MUST_USE;
struct value combine_dynamic(struct eval *ev, const struct node_dynamic *n,
                             struct frame *f) MUST_USE;
// a & b: fields of both; where both have one, two records unite and equal values are one, else
// E0410 with both places.
struct value combine_union(struct eval *ev, struct record *a, struct record *b, struct span a_span,
                           struct span b_span) MUST_USE;
// Reports E0417: `with` names a field that a record with this shape does not have.
void combine_no_field(struct eval *ev, struct shape *shape, sym name, struct span span);
struct value combine_with(struct eval *ev, const struct node_with *n, struct frame *f) MUST_USE;
