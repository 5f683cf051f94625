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
// Columns count code points, the underline is aligned by terminal width, tabs are shown as four
// columns. Labels on other lines or in other files get their own excerpt. Lines over 160 columns
// are cut around the span.
void diag_render_text(struct buf *out, const struct diag *d, const struct sources *sources,
                      struct diag_style style);
// {"severity":…,"code":…,"message":…,"labels":[{"file":…,"line":…,"column":…,"end_line":…,"end_column":…,"text":…,"primary":true}],
//  "notes":[…],"help":[…],"excerpt":…,"trace":[…]} on one line with a newline.
void diag_render_json(struct buf *out, const struct diag *d, const struct sources *sources);

// For diagnostics that cross a process boundary: spans are kept as numbers. diag_from_json adds to
// the sink; false if malformed.
json_t *diag_to_json(const struct diag *d) MUST_USE;
bool diag_from_json(struct diag_sink *sink, const json_t *json);
