// Source texts and places in them. A span is a half-open range of byte offsets; lines and columns
// are computed when a message is shown. Ids start at 1; 0 stands for "no place", for errors that
// come from no text.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct span {
    uint32_t source; // 0: nowhere
    uint32_t start;
    uint32_t end;
};

#define SPAN_NONE ((struct span){0, 0, 0})

// The range from the start of a to the end of b, which are in one source.
static inline struct span span_join(struct span a, struct span b)
{
    return (struct span){a.source, a.start, b.end};
}

struct sources;

struct source {
    uint32_t id;
    const char
        *name; // as messages show it: a path as the user wrote it, or "<eval>", "std/lists.plx"
    const char *path; // absolute path, or null for texts that are no file
    struct str text;  // NUL-terminated behind its length
    uint32_t *lines;  // offsets of line starts; made on first use
    size_t line_count;
    struct sources *table; // whose arena holds all of this
};

struct sources {
    struct arena arena;
    struct source **at; // at[id - 1]
    size_t len;
    size_t cap;
};

#define SOURCES_INIT ((struct sources){0})

// Sources are limited to this many bytes, so that offsets fit 32 bits.
#define SOURCE_MAX_BYTES ((size_t)1 << 30)

void sources_free(struct sources *s);
// Copies all three strings (path may be null). text.len must not exceed SOURCE_MAX_BYTES. The
// source lives as long as the table.
struct source *sources_add(struct sources *s, const char *name, const char *path, struct str text);
// The same without a copy of the text, which lives as long as the table and has NUL behind it: in
// the table's own arena, or in the program.
struct source *sources_add_kept(struct sources *s, const char *name, const char *path,
                                struct str text);
// Null for id 0.
struct source *sources_get(const struct sources *s, uint32_t id);

struct place {
    uint32_t line;   // from 1
    uint32_t column; // from 1, in code points
};

// The place of a byte offset (at most text.len).
struct place source_place(struct source *s, uint32_t offset);
// The text of line `line` (from 1), without its line ending.
struct str source_line(struct source *s, uint32_t line);
// The byte offset at which a line starts.
uint32_t source_line_start(struct source *s, uint32_t line);
