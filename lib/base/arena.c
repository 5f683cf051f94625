// A list of chunks, newest first, and a bump pointer in the first. A large request gets a chunk of
// its own which goes *behind* the head, so that the rest of the head is not lost. Each chunk
// remembers how much the arena had handed out when it was born; what was born at or after a mark
// goes when the arena is reset to it.
#include "base/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

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
#define ALIGNMENT   alignof(uint64_t)
#define HUGE_PAGE   ((size_t)2 << 20)
#define SMALL_PAGE  ((size_t)4 << 10)

// From this size on, header included, a chunk is mapped. Not under a sanitizer, which looks for
// pointers in what was allocated.
#ifdef ARENA_POISONS
#define MAPPED_FROM SIZE_MAX
#else
#define MAPPED_FROM ((size_t)1 << 20)
#endif

struct arena_chunk {
    struct arena_chunk *older;
    size_t size; // of bytes
    size_t used;
    size_t born;  // arena.used when this chunk was made
    size_t until; // arena.used after the last request that it served
    char bytes[];
};
_Static_assert(sizeof(struct arena_chunk) % ALIGNMENT == 0, "bytes are aligned");

// Huge pages begin at multiples of their size, so that is where a chunk that can have some begins.
static void *map_pages(size_t size)
{
    size_t slack = size >= HUGE_PAGE ? HUGE_PAGE : 0;
    char *p = mmap(NULL, size + slack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) BUG("no memory for %zu bytes", size);
    if (slack == 0) return p;
    size_t before = (HUGE_PAGE - ((uintptr_t)p & (HUGE_PAGE - 1))) & (HUGE_PAGE - 1);
    if (before) munmap(p, before);
    if (before < slack) munmap(p + before + size, slack - before);
    (void)madvise(p + before, size, MADV_HUGEPAGE); // some systems have none
    return p + before;
}

// At least `size` bytes; a mapped chunk has what its pages have.
static struct arena_chunk *chunk_new(const struct arena *a, size_t size)
{
    struct arena_chunk *c;
    if (size > SIZE_MAX - 2 * HUGE_PAGE) BUG("arena request of %zu bytes", size);
    size_t total = size + sizeof(*c);
    if (total >= MAPPED_FROM) {
        total = (total + SMALL_PAGE - 1) & ~(SMALL_PAGE - 1);
        c = map_pages(total);
    } else {
        c = bug_malloc(total);
    }
    *c = (struct arena_chunk){.size = total - sizeof(*c), .born = a->used};
    ASAN_POISON_MEMORY_REGION(c->bytes, c->size);
    return c;
}

static void chunk_free(struct arena_chunk *c)
{
    size_t total = c->size + sizeof(*c);
    ASAN_UNPOISON_MEMORY_REGION(c->bytes, c->size);
    if (total < MAPPED_FROM)
        free(c);
    else if (munmap(c, total) < 0)
        BUG("a chunk of %zu bytes cannot be given back", total);
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
    struct arena_chunk *regular = chunk_new(a, a->next_chunk - sizeof(*regular));
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
    c->until = a->used;
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

// What comes next is as large as what goes: a scratch arena that is filled and reset again and
// again would get ever larger chunks, and map and unmap huge pages each time.
static void shrink_next(struct arena *a, const struct arena_chunk *gone)
{
    size_t total = gone->size + sizeof(*gone);
    if (total < a->next_chunk) a->next_chunk = total < CHUNK_FIRST ? CHUNK_FIRST : total;
}

void arena_reset(struct arena *a, struct arena_mark mark)
{
    while (a->head != mark.chunk) {
        struct arena_chunk *c = a->head;
        if (!c) BUG("arena reset to a mark that is gone");
        a->head = c->older;
        shrink_next(a, c);
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

void arena_release(struct arena *a, size_t used)
{
    if (!a->head) return;
    for (struct arena_chunk **at = &a->head->older; *at;) {
        struct arena_chunk *c = *at;
        if (c->until <= used) {
            *at = c->older;
            chunk_free(c);
        } else {
            at = &c->older;
        }
    }
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
