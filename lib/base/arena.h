// Memory by lifetime: allocate piece by piece, drop all at once. A mark taken with arena_mark and
// given to arena_reset drops all that came after it, so that one arena serves as scratch. Nothing
// in an arena is freed alone.
//
// Chunks double from 64 KiB to 4 MiB; a request larger than a quarter of a chunk gets a chunk of
// its own. From 1 MiB on they come from the system, in huge pages where it has them, and go back to
// it: for what evaluates or parses much, faults of small pages are a large part of the time.
// Everything is aligned for pointers and numbers of up to 8 bytes (not for long double and
// vectors). An arena counts the bytes it hands out, so that a caller with a limit can compare
// (arena_used).
#pragma once

#include <stdarg.h>
#include <stddef.h>

#include "base/bug.h"
#include "base/str.h"

struct arena_chunk;

struct arena {
    struct arena_chunk *head; // newest chunk
    size_t used;              // bytes handed out since init
    size_t next_chunk;        // size of the next regular chunk
};

struct arena_mark {
    struct arena_chunk *chunk;
    size_t chunk_used;
    size_t used;
};

#define ARENA_INIT ((struct arena){0})

// A zero struct is a valid empty arena. arena_free releases all chunks and leaves such a struct.
void arena_free(struct arena *a);

// `size` bytes, zeroed; never null. The pointer is good until the arena is freed or reset to an
// older mark.
void *arena_alloc(struct arena *a, size_t size) MUST_USE;
// The same without zeroing, for large buffers that are written at once.
void *arena_alloc_raw(struct arena *a, size_t size) MUST_USE;
// A copy of `len` bytes with a NUL after them.
char *arena_dup(struct arena *a, const void *bytes, size_t len) MUST_USE;
char *arena_strdup(struct arena *a, const char *z) MUST_USE;
struct str arena_str(struct arena *a, struct str s) MUST_USE;
char *arena_printf(struct arena *a, const char *fmt, ...) MUST_USE PRINTF_LIKE(2, 3);
char *arena_vprintf(struct arena *a, const char *fmt, va_list va) MUST_USE;

struct arena_mark arena_mark(const struct arena *a);
void arena_reset(struct arena *a, struct arena_mark mark);
// Gives back the chunks that hold nothing but what was allocated until arena_used was `used`: for
// who is done with the oldest things. Marks from before are gone with them; the count stays.
void arena_release(struct arena *a, size_t used);

static inline size_t arena_used(const struct arena *a)
{
    return a->used;
}

#define ARENA_NEW(arena, type)          ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_alloc_array((arena), sizeof(type), (count)))

// As calloc: a product that overflows is a BUG, callers bound their counts first.
void *arena_alloc_array(struct arena *a, size_t size, size_t count) MUST_USE;
