#include "base/source.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/utf8.h"
#include "base/vec.h"

void sources_free(struct sources *s)
{
    arena_free(&s->arena);
    free(s->at);
    *s = SOURCES_INIT;
}

struct source *sources_add(struct sources *s, const char *name, const char *path, struct str text)
{
    if (text.len > SOURCE_MAX_BYTES) BUG("source of %zu bytes", text.len);
    return sources_add_kept(s, name, path, arena_str(&s->arena, text));
}

struct source *sources_add_kept(struct sources *s, const char *name, const char *path,
                                struct str text)
{
    if (text.len > SOURCE_MAX_BYTES) BUG("source of %zu bytes", text.len);
    if (s->len == s->cap) s->at = vec_grow(s->at, &s->cap, sizeof(struct source *), s->len + 1);
    struct source *source = ARENA_NEW(&s->arena, struct source);
    source->id = (uint32_t)s->len + 1;
    source->name = arena_strdup(&s->arena, name);
    source->path = path ? arena_strdup(&s->arena, path) : NULL;
    source->text = text;
    s->at[s->len++] = source;
    source->table = s;
    return source;
}

struct source *sources_get(const struct sources *s, uint32_t id)
{
    if (id == 0) return NULL;
    if (id > s->len) BUG("source %u of %zu", id, s->len);
    return s->at[id - 1];
}

static void index_lines(struct source *s)
{
    if (s->lines) return;
    const char *text = s->text.p, *end = text + s->text.len;
    size_t count = 1;
    for (const char *p = text; (p = memchr(p, '\n', (size_t)(end - p))); p++) count++;
    s->lines = ARENA_ARRAY(&s->table->arena, uint32_t, count);
    for (const char *p = text; (p = memchr(p, '\n', (size_t)(end - p)));) {
        s->lines[++s->line_count] = (uint32_t)(++p - text);
    }
    s->line_count = count;
}

struct place source_place(struct source *s, uint32_t offset)
{
    if (offset > s->text.len) BUG("offset %u in a source of %zu bytes", offset, s->text.len);
    index_lines(s);
    size_t low = 0, high = s->line_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (s->lines[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    // Not utf8_count: the text may be malformed, that is one of the errors to show.
    uint32_t column = 1;
    const char *end = s->text.p + offset;
    for (const char *p = s->text.p + s->lines[low]; p < end; column++) {
        size_t plain = utf8_plain(p, end);
        column += (uint32_t)plain;
        p += plain;
        if (p == end) break;
        (void)utf8_decode(&p, end);
    }
    return (struct place){(uint32_t)low + 1, column};
}

uint32_t source_line_start(struct source *s, uint32_t line)
{
    index_lines(s);
    if (line == 0 || line > s->line_count) BUG("line %u of %zu", line, s->line_count);
    return s->lines[line - 1];
}

struct str source_line(struct source *s, uint32_t line)
{
    size_t start = source_line_start(s, line);
    size_t end = line < s->line_count ? s->lines[line] - 1 : s->text.len;
    if (end > start && line < s->line_count && s->text.p[end - 1] == '\r') end--;
    return (struct str){s->text.p + start, end - start};
}
