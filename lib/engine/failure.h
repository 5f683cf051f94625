// What a user reads when a realizer failed: one message, the end of the log, and where to look
// closer.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/str.h"

struct failure_place {
    const char *name; // of the stage
    const char *dref;
    const char *place; // "pipeline.plx:12", for stages without a span; may be null
    struct span span;
    const int *log_fd;    // the open log, also when its name leads elsewhere by now; null: none
    const char *log_file; // where it will be when the user reads the message; null: it is not kept
    const char *kept;     // the build directory that is kept; null: it is not
};

// `status` as from waitpid(2). E0801 (exit status), E0802 (signal).
void failure_ended(struct diag_sink *sink, const struct failure_place *p, int status);
// E0803.
void failure_timed_out(struct diag_sink *sink, const struct failure_place *p, double seconds);
// E0808: it wrote nothing to its log for so long.
void failure_silent(struct diag_sink *sink, const struct failure_place *p, double seconds);
// E0804: the program could not be started.
void failure_not_started(struct diag_sink *sink, const struct failure_place *p, const char *program,
                         int error);
// E0830: a realization that was decided on in an earlier run, and is not in the store any more.
void failure_pin_gone(struct diag_sink *sink, struct str name, struct span span, struct str rref);
// Adds what all have in common (place, log, how to look closer) to a diagnostic that someone else
// made.
void failure_explain(struct diag *d, const struct failure_place *p, bool excerpt);

// Appends the last lines of a log, made safe to show: no escape sequences or control characters,
// only what is left of a line that was overwritten by carriage returns, valid UTF-8, at most
// `lines` lines of 400 bytes.
void failure_log_tail(struct buf *out, int log_fd, unsigned lines);
