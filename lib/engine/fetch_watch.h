// How a fetch shows itself while it runs: lines in the stage's log, and a progress callback.
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "base/bug.h"
#include "base/str.h"

struct fetch_watch {
    int log_fd; // where log lines go; -1: nowhere
    // Bytes done and in total (-1: unknown), about five times a second and once at the end; may be
    // null. The total is what a server said, so `done` may exceed it.
    void (*progress)(void *ctx, int64_t done, int64_t total);
    void *progress_ctx;
    int64_t last_ns; // the watch's own: when progress was last called
};

// One line, newline added. A log that cannot be written is no reason to fail: errors are ignored.
void fetch_log(const struct fetch_watch *w, const char *fmt, ...) PRINTF_LIKE(2, 3);
void fetch_progress(struct fetch_watch *w, int64_t done, int64_t total);
// The same without the limit on how often.
void fetch_progress_now(struct fetch_watch *w, int64_t done, int64_t total);

// Appends a name that an archive or a server chose, safe to show on one line: control characters,
// backslashes and malformed UTF-8 as \n, \t, \\ and \xNN; cut after 200 bytes with "...".
void fetch_quote(struct buf *out, struct str name);
// Appends a byte count for people: "812 bytes", "3.4 MiB".
void fetch_size(struct buf *out, int64_t bytes);
