// Strings, Texts and paths as operators and interpolation make them.
#pragma once

#include "eval/machine.h"

// Builds a Str, or a Text as soon as something with a path unknown before realization is added.
struct text_builder {
    struct eval *ev;
    struct buf bytes; // the string piece that is growing
    VEC(struct value) pieces;
    bool refs;
};

void text_begin(struct text_builder *b, struct eval *ev);
// Adds a value as `~{…}` does. E0416 for what cannot be interpolated.
bool text_add(struct text_builder *b, struct value v, struct span span) MUST_USE;
void text_drop(struct text_builder *b);
// The result; the builder is empty afterwards.
struct value text_end(struct text_builder *b, struct span span) MUST_USE;

// E0413: a Text cannot be `what` ("used as a key"). VALUE_FAILED.
struct value text_refuse(struct eval *ev, struct value text, const char *what, struct span span);

// left / right for Path, Stage, Ref, Promise and Claim.
struct value text_join_path(struct eval *ev, struct value left, struct value right,
                            struct span span) MUST_USE;
