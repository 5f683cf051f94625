// The part of a rendered diagnostic that shows source: for each file its labelled lines, with what
// is marked underlined.
//
//      --> pipeline.plx:3:9
//       |
//     3 |   model = train(data, lr)
//       |           ^^^^^ ----  -- of type Float
//       |           |     |
//       |           |     of type List
//       |           takes a Path and a Float
//
// A span over several lines is drawn with a bar in the margin, and its middle is left out if it is
// long.
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/diag_paint.h"
#include "base/source.h"

struct snippets;

// Works out what has to be shown. All lives in the arena. Null if no label has a place.
struct snippets *snippets_make(struct arena *a, const struct diag *d,
                               const struct sources *sources) MUST_USE;
// The digits of the largest line number.
size_t snippets_gutter(const struct snippets *s);
void snippets_paint(const struct snippets *s, struct painter *p);
