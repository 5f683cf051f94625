// Renders diagnostics: as text in rustc's shape, or as one JSON object a line.
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/source.h"

struct diag_style {
    bool color;
};

// Appends the diagnostic as text, with a newline at its end:
//
//   error[E0301]: `trian` is not defined
//     --> pipeline.plx:12:9
//      |
//   12 | model = trian(lr)
//      |         ^^^^^ not found here
//      |
//      = note: …
//      = help: did you mean `train`?
//
// The order is: message, source, excerpt (each line behind a `:`), trace, notes, help.
// Columns count code points, the underline is aligned by terminal width, tabs are shown as four
// columns. Labels on other lines or in other files get their own excerpt. Lines over 160 columns
// are cut around the span.
void diag_render_text(struct buf *out, const struct diag *d, const struct sources *sources,
                      struct diag_style style);
// One line with a newline; keys are in ascending order, lines and columns count from 1, an end is
// exclusive, labels without a place are left out, the primary label comes first:
// {"code":…, "excerpt":…, "help":[…], "labels":[{"column":…, "end_column":…, "end_line":…,
// "file":…, "line":…, "primary":true,
//  "text":…}], "message":…, "notes":[…], "severity":"error", "trace":[{"column":…, "file":…,
//  "line":…, "text":…}]}
void diag_render_json(struct buf *out, const struct diag *d, const struct sources *sources);

// For diagnostics that cross a process boundary: spans are kept as numbers. diag_from_json adds to
// the sink; false if malformed.
json_t *diag_to_json(const struct diag *d) MUST_USE;
bool diag_from_json(struct diag_sink *sink, const json_t *json);
