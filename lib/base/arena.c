// A list of chunks, newest first, and a bump pointer in the first. A large request gets a chunk of
// its own which goes *behind* the head, so that the rest of the head is not lost. Each chunk
// remembers how much the arena had handed out when it was born; what was born at or after a mark
// goes when the arena is reset to it.
#include "base/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif
#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, size)   ((void)(p), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(p, size) ((void)(p), (void)(size))
#endif

#define CHUNK_FIRST ((size_t)64 << 10)
#define CHUNK_LAST  ((size_t)4 << 20)
#define ALIGNMENT   alignof(max_align_t)

struct arena_chunk {
    struct arena_chunk *older;
    size_t size; // of bytes
    size_t used;
    size_t born; // arena.used when this chunk was made
    alignas(max_align_t) char bytes[];
};

static struct arena_chunk *chunk_new(const struct arena *a, size_t size)
{
    if (size > SIZE_MAX - sizeof(struct arena_chunk)) BUG("arena request of %zu bytes", size);
    struct arena_chunk *c = bug_malloc(sizeof(*c) + size);
    *c = (struct arena_chunk){.size = size, .born = a->used};
    ASAN_POISON_MEMORY_REGION(c->bytes, size);
    return c;
}

static void chunk_free(struct arena_chunk *c)
{
    ASAN_UNPOISON_MEMORY_REGION(c->bytes, c->size);
    free(c);
}

static struct arena_chunk *chunk_for(struct arena *a, size_t size)
{
    struct arena_chunk *head = a->head;
    if (head && head->size - head->used >= size) return head;
    if (!a->next_chunk) a->next_chunk = CHUNK_FIRST;
    if (size > a->next_chunk / 4) {
        struct arena_chunk *own = chunk_new(a, size);
        struct arena_chunk **at = head ? &head->older : &a->head;
        own->older = *at;
        *at = own;
        return own;
    }
    struct arena_chunk *regular = chunk_new(a, a->next_chunk);
    if (a->next_chunk < CHUNK_LAST) a->next_chunk *= 2;
    regular->older = head;
    a->head = regular;
    return regular;
}

void *arena_alloc_raw(struct arena *a, size_t size)
{
    if (size > SIZE_MAX - ALIGNMENT) BUG("arena request of %zu bytes", size);
    // Even nothing takes a place, so that pointers are distinct and marks are in order with chunks.
    size_t padded = size ? (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1) : ALIGNMENT;
    struct arena_chunk *c = chunk_for(a, padded);
    void *p = c->bytes + c->used;
    c->used += padded;
    a->used += padded;
    ASAN_UNPOISON_MEMORY_REGION(p, size);
    return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
    return memset(arena_alloc_raw(a, size), 0, size);
}

void *arena_alloc_array(struct arena *a, size_t size, size_t count)
{
    size_t total;
    if (__builtin_mul_overflow(size, count, &total)) {
        BUG("arena request of %zu times %zu bytes", count, size);
    }
    return arena_alloc(a, total);
}

char *arena_dup(struct arena *a, const void *bytes, size_t len)
{
    if (len == SIZE_MAX) BUG("arena request of %zu bytes", len);
    char *p = arena_alloc_raw(a, len + 1);
    if (len) memcpy(p, bytes, len);
    p[len] = '\0';
    return p;
}

char *arena_strdup(struct arena *a, const char *z)
{
    return arena_dup(a, z, strlen(z));
}

struct str arena_str(struct arena *a, struct str s)
{
    return (struct str){arena_dup(a, s.p, s.len), s.len};
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list va)
{
    // Printed twice only if it is long.
    char brief[256];
    va_list again;
    va_copy(again, va);
    int n = vsnprintf(brief, sizeof(brief), fmt, again);
    va_end(again);
    if (n < 0) BUG("format '%s' cannot be printed", fmt);
    if ((size_t)n < sizeof(brief)) return arena_dup(a, brief, (size_t)n);
    char *p = arena_alloc_raw(a, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, fmt, va);
    return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list va;
    va_start(va, fmt);
    char *p = arena_vprintf(a, fmt, va);
    va_end(va);
    return p;
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){a->head, a->head ? a->head->used : 0, a->used};
}

void arena_reset(struct arena *a, struct arena_mark mark)
{
    while (a->head != mark.chunk) {
        struct arena_chunk *c = a->head;
        if (!c) BUG("arena reset to a mark that is gone");
        a->head = c->older;
        chunk_free(c);
    }
    a->used = mark.used;
    if (!a->head) return;
    // Large chunks born after the mark, which went behind the head.
    while (a->head->older && a->head->older->born >= mark.used) {
        struct arena_chunk *c = a->head->older;
        a->head->older = c->older;
        chunk_free(c);
    }
    a->head->used = mark.chunk_used;
    ASAN_POISON_MEMORY_REGION(a->head->bytes + a->head->used, a->head->size - a->head->used);
}

void arena_free(struct arena *a)
{
    while (a->head) {
        struct arena_chunk *c = a->head;
        a->head = c->older;
        chunk_free(c);
    }
    *a = ARENA_INIT;
}
