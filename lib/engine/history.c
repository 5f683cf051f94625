#include "engine/history.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "store/ref.h"
#include "store/store.h"

// Names; beyond them, those that were read first are forgotten.
#define HISTORY_MAX       ((size_t)200000)
#define HISTORY_MAX_BYTES ((size_t)64 << 20)

static char *file_of(struct history *h, const struct store *store)
{
    return arena_printf(&h->arena, "%s/index/durations", store->root);
}

// Adds what the map does not have.
static void add_line(struct history *h, struct str line)
{
    const char *space = memchr(line.p, ' ', line.len);
    if (!space) return;
    struct str name = {line.p, (size_t)(space - line.p)};
    char *end;
    long long ns = strtoll(space + 1, &end, 10);
    if (!ref_name_valid(name) || end != line.p + line.len || ns < 0 || map_has(&h->durations, name))
        return;
    int64_t *own = ARENA_NEW(&h->arena, int64_t);
    *own = ns;
    map_set(&h->durations, arena_str(&h->arena, name), own);
}

void history_read(struct history *h, const struct store *store)
{
    struct buf text = BUF_INIT;
    if (io_read_file(AT_FDCWD, file_of(h, store), HISTORY_MAX_BYTES, &text) == 0) {
        const char *at = buf_z(&text);
        const char *end = at + text.len;
        while (at < end) {
            const char *stop = memchr(at, '\n', (size_t)(end - at));
            if (!stop) break; // a line that is not whole
            add_line(h, (struct str){at, (size_t)(stop - at)});
            at = stop + 1;
        }
    }
    buf_free(&text);
}

int64_t history_get(const struct history *h, struct str name)
{
    const int64_t *ns = map_get(&h->durations, name);
    return ns ? *ns : -1;
}

void history_set(struct history *h, struct str name, int64_t ns)
{
    int64_t *own = map_get(&h->durations, name);
    if (!own) {
        own = ARENA_NEW(&h->arena, int64_t);
        map_set(&h->durations, arena_str(&h->arena, name), own);
    }
    *own = ns;
    h->changed = true;
}

void history_write(struct history *h, const struct store *store)
{
    if (!h->changed || store->read_only) return;
    history_read(h, store);
    struct buf text = BUF_INIT;
    size_t first = 0;
    if (h->durations.len > HISTORY_MAX) first = h->durations.len - HISTORY_MAX;
    for (size_t i = first; i < h->durations.len; i++) {
        const struct map_entry *e = &h->durations.entries[i];
        buf_printf(&text, STR_FMT " %" PRId64 "\n", STR_ARG(e->key), *(const int64_t *)e->value);
    }
    int ignored = io_replace_file(file_of(h, store), buf_str(&text), 0644, false);
    (void)ignored;
    buf_free(&text);
    h->changed = false;
}

void history_free(struct history *h)
{
    map_free(&h->durations);
    arena_free(&h->arena);
    *h = HISTORY_INIT;
}
