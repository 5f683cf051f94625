#include "engine/fetch_watch.h"

#include <stdarg.h>

#include "base/io.h"
#include "base/utf8.h"

#define PROGRESS_INTERVAL_NS ((int64_t)200 * 1000 * 1000)
#define QUOTE_MAX            ((size_t)200)

void fetch_log(const struct fetch_watch *w, const char *fmt, ...)
{
    if (w->log_fd < 0) return;
    struct buf line = BUF_INIT;
    va_list va;
    va_start(va, fmt);
    buf_vprintf(&line, fmt, va);
    va_end(va);
    buf_addc(&line, '\n');
    int ignored = io_write_all(w->log_fd, line.p, line.len);
    (void)ignored;
    buf_free(&line);
}

void fetch_progress_now(struct fetch_watch *w, int64_t done, int64_t total)
{
    if (!w->progress) return;
    w->last_ns = io_monotonic_ns();
    w->progress(w->progress_ctx, done, total);
}

void fetch_progress(struct fetch_watch *w, int64_t done, int64_t total)
{
    if (!w->progress || io_monotonic_ns() - w->last_ns < PROGRESS_INTERVAL_NS) return;
    fetch_progress_now(w, done, total);
}

static void quote_bytes(struct buf *out, const char *from, const char *to)
{
    for (const char *p = from; p < to; p++) buf_printf(out, "\\x%02x", (unsigned char)*p);
}

void fetch_quote(struct buf *out, struct str name)
{
    const char *at = name.p;
    const char *end = name.p + name.len;
    while (at < end) {
        if ((size_t)(at - name.p) >= QUOTE_MAX) {
            buf_addz(out, "...");
            return;
        }
        const char *start = at;
        uint32_t cp = utf8_decode(&at, end);
        if (cp == '\n')
            buf_addz(out, "\\n");
        else if (cp == '\t')
            buf_addz(out, "\\t");
        else if (cp == '\\')
            buf_addz(out, "\\\\");
        else if (cp == UTF8_INVALID || cp < 0x20 || (cp >= 0x7f && cp < 0xa0) ||
                 utf8_is_invisible(cp))
            quote_bytes(out, start, at);
        else
            buf_add(out, start, (size_t)(at - start));
    }
}

void fetch_size(struct buf *out, int64_t bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024) {
        buf_printf(out, bytes == 1 ? "%lld byte" : "%lld bytes", (long long)bytes);
        return;
    }
    double value = (double)bytes / 1024;
    size_t unit = 0;
    // 1023.95 would print as 1024.0.
    while (value >= 1023.95 && unit + 1 < LEN(units)) {
        value /= 1024;
        unit++;
    }
    buf_printf(out, "%.1f %s", value, units[unit]);
}
