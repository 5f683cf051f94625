#include "base/diag_paint.h"

#include "base/utf8.h"

static const char *const sequences[] = {
    [PAINT_PLAIN] = "",
    [PAINT_BOLD] = "\x1b[1m",
    [PAINT_ERROR] = "\x1b[1;31m",
    [PAINT_WARNING] = "\x1b[1;33m",
    [PAINT_GUTTER] = "\x1b[1;34m",
    [PAINT_HELP] = "\x1b[1;36m",
};

static void change(struct painter *p, enum paint paint)
{
    if (p->now == paint) return;
    if (p->color) {
        if (p->now != PAINT_PLAIN) buf_addz(p->out, "\x1b[0m");
        buf_addz(p->out, sequences[paint]);
    }
    p->now = paint;
}

void paint_raw(struct painter *p, enum paint paint, const char *z)
{
    change(p, paint);
    buf_addz(p->out, z);
}

static uint32_t harmless(uint32_t cp)
{
    const uint32_t zwnj = 0x200C, zwj = 0x200D, replacement = 0xFFFD;
    if (cp < 0x20) return 0x2400 + cp;
    if (cp < 0x7F) return cp;
    if (cp == 0x7F) return 0x2421;
    if (cp < 0xA0 || cp == UTF8_INVALID) return replacement;
    // The joiners shape letters and emoji, they hide nothing.
    if (cp == zwj || cp == zwnj) return cp;
    return utf8_is_invisible(cp) ? replacement : cp;
}

void paint_window(struct painter *p, enum paint paint, struct str text, size_t left, size_t right)
{
    change(p, paint);
    const char *end = text.p + text.len, *at = text.p;
    size_t column = utf8_plain(at, left < text.len ? at + left : end); // what is left of the window
    for (at += column; at < end && column <= right;) {
        uint32_t cp = utf8_decode(&at, end);
        bool is_tab = cp == '\t';
        cp = harmless(cp);
        size_t width = is_tab ? PAINT_TAB_COLUMNS : (size_t)utf8_width(cp);
        size_t next = column + width;
        if (width == 0) {
            // A combining character belongs to the column before it.
            if (column > left || left == 0) utf8_encode(p->out, cp);
        } else if (!is_tab && column >= left && next <= right) {
            utf8_encode(p->out, cp);
        } else if (next > left && column < right) {
            size_t from = column > left ? column : left;
            buf_pad(p->out, ' ', (next < right ? next : right) - from);
        }
        column = next;
    }
}

void paint_text(struct painter *p, enum paint paint, struct str text)
{
    paint_window(p, paint, text, 0, SIZE_MAX);
}

size_t paint_width(struct str text)
{
    size_t width = 0;
    for (const char *at = text.p, *end = text.p + text.len; at < end;) {
        size_t plain = utf8_plain(at, end);
        width += plain;
        at += plain;
        if (at == end) break;
        uint32_t cp = utf8_decode(&at, end);
        width += cp == '\t' ? PAINT_TAB_COLUMNS : (size_t)utf8_width(harmless(cp));
    }
    return width;
}

void paint_newline(struct painter *p)
{
    change(p, PAINT_PLAIN);
    while (p->out->len && p->out->p[p->out->len - 1] == ' ') buf_truncate(p->out, p->out->len - 1);
    buf_addc(p->out, '\n');
}
