#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAP 64

void buf_free(struct buf *b)
{
    free(b->p);
    *b = BUF_INIT;
}

void buf_reserve(struct buf *b, size_t extra)
{
    if (extra >= SIZE_MAX / 2 - b->len) BUG("buffer of %zu and %zu more bytes", b->len, extra);
    size_t need = b->len + extra + 1;
    if (need <= b->cap) return;
    size_t cap = b->cap ? b->cap : FIRST_CAP;
    while (cap < need) cap *= 2;
    b->p = bug_realloc(b->p, cap);
    b->cap = cap;
    b->p[b->len] = '\0';
}

void buf_pad(struct buf *b, char c, size_t count)
{
    buf_reserve(b, count);
    memset(b->p + b->len, c, count);
    b->len += count;
    b->p[b->len] = '\0';
}

void buf_vprintf(struct buf *b, const char *fmt, va_list va)
{
    va_list again;
    va_copy(again, va);
    buf_reserve(b, 0);
    int n = vsnprintf(b->p + b->len, b->cap - b->len, fmt, va);
    if (n < 0) BUG("format '%s' cannot be printed", fmt);
    if ((size_t)n >= b->cap - b->len) {
        buf_reserve(b, (size_t)n);
        vsnprintf(b->p + b->len, b->cap - b->len, fmt, again);
    }
    va_end(again);
    b->len += (size_t)n;
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list va;
    va_start(va, fmt);
    buf_vprintf(b, fmt, va);
    va_end(va);
}

void buf_clear(struct buf *b)
{
    buf_truncate(b, 0);
}

void buf_truncate(struct buf *b, size_t len)
{
    if (len > b->len) BUG("buffer of %zu bytes cut to %zu", b->len, len);
    b->len = len;
    if (b->p) b->p[len] = '\0';
}

const char *buf_z(const struct buf *b)
{
    return b->p ? b->p : "";
}

char *buf_detach(struct buf *b)
{
    buf_reserve(b, 0);
    char *p = b->p;
    *b = BUF_INIT;
    return p;
}
