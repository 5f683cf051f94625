// A growing byte string on the heap. Invariants: `p` is never null after the first call that adds,
// p[len] is NUL whenever p is not null, so p is a C string if nothing in it is NUL. A zero struct
// is a valid empty buf.
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/bug.h"
#include "base/str.h"

struct buf {
    char *p;
    size_t len;
    size_t cap;
};

#define BUF_INIT ((struct buf){0})

void buf_free(struct buf *b);
// Makes room for `extra` more bytes and a NUL. A size that overflows is a BUG.
void buf_reserve(struct buf *b, size_t extra);
// `count` times c.
void buf_pad(struct buf *b, char c, size_t count);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list va);
// Sets the length to 0 and keeps the memory.
void buf_clear(struct buf *b);
// Cuts to `len`, which must not exceed the length.
void buf_truncate(struct buf *b, size_t len);
// The contents as a C string ("" when nothing was ever added); owned by the buf.
const char *buf_z(const struct buf *b);
// Gives the memory to the caller, who frees it with free(), and empties the buf. Never null.
char *buf_detach(struct buf *b) MUST_USE;

// What is added piece by piece is mostly a few bytes for which there is room: no call then.
static inline void buf_add(struct buf *b, const void *bytes, size_t len)
{
    if (len >= b->cap - b->len) buf_reserve(b, len);
    if (len) memcpy(b->p + b->len, bytes, len);
    b->len += len;
    b->p[b->len] = '\0';
}
static inline void buf_addc(struct buf *b, char c)
{
    if (b->cap - b->len <= 1) buf_reserve(b, 1);
    b->p[b->len++] = c;
    b->p[b->len] = '\0';
}
static inline void buf_addz(struct buf *b, const char *z)
{
    buf_add(b, z, strlen(z));
}
static inline void buf_adds(struct buf *b, struct str s)
{
    buf_add(b, s.p, s.len);
}

static inline struct str buf_str(const struct buf *b)
{
    return (struct str){b->p ? b->p : "", b->len};
}
