// How a realization is watched, on standard error. On a terminal: a line for each running stage
// (name, time, last line of its log) above a bar with done/total and the time left, redrawn in
// place; messages scroll by above it. Elsewhere: a line at each start and end, and a sign of life
// when nothing was said for 30 seconds. With UI_STREAM all that realizers print comes as it is,
// each line behind its stage's name. A summary ends it.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "engine/engine.h"

struct ui;

enum ui_mode {
    UI_AUTO,
    UI_STREAM,
    UI_QUIET, // messages only: neither progress nor summary
};

// How often the engine should send ENGINE_TICK for this display, in milliseconds.
#define UI_TICK_MS 100

// `start_ns`: what the summary counts from (io_monotonic_ns).
struct ui *ui_new(enum ui_mode mode, bool color, int64_t start_ns, struct diag_sink *sink) MUST_USE;
// Removes what is drawn; null is fine.
void ui_free(struct ui *ui);

// For struct engine_observer; ctx is the ui.
void ui_event(void *ctx, const struct engine_event *e);
// Text (whole lines) that must not be mixed up with what is drawn.
void ui_message(struct ui *ui, struct str text);
enum ui_end { UI_DONE, UI_DRY_RUN, UI_INTERRUPTED };

// Removes what is drawn, and prints the summary.
void ui_summary(struct ui *ui, const struct engine_progress *p, enum ui_end end);
