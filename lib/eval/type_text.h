// The type of a value as an annotation would say it: `{ lr: Float, runs: [Stage] }`, and of a
// function its parameters: `fn(x: Int, y: Str = …) -> Int`.
#pragma once

#include <stdbool.h>

#include "base/bug.h"
#include "eval/value.h"

struct buf;

// Appends the type. Fields that it shows are evaluated; where that fails they are `Any`, without a
// report. Only some of the elements of a long list are looked at, and what is deep inside is
// `List` or `Record`. False after a report that evaluation was cancelled.
bool type_text(struct eval *ev, struct value v, struct buf *out) MUST_USE;

// The parameters and the result of a builtin: "(x: Str | List, n: Int = 1) -> List".
struct builtin;
void type_text_builtin(const struct builtin *b, struct buf *out);
