#include "base/diag.h"

#include <string.h>

#include "base/bug.h"

void diag_sink_free(struct diag_sink *sink)
{
    arena_free(&sink->arena);
    *sink = DIAG_SINK_INIT;
}

void diag_flush(struct diag_sink *sink)
{
    const struct diag *d = sink->untold;
    sink->untold = NULL;
    if (d && sink->on_diag) sink->on_diag(sink->on_diag_ctx, d);
}

static bool is_over_limit(struct diag_sink *sink, enum diag_severity severity)
{
    if (severity == DIAG_WARNING) {
        sink->warning_count++;
        return false;
    }
    sink->error_count++;
    return sink->error_limit && sink->error_count > sink->error_limit;
}

struct diag *diag_add(struct diag_sink *sink, enum diag_severity severity, struct span span,
                      const char *code, const char *fmt, va_list va)
{
    diag_flush(sink);
    struct diag *d = ARENA_NEW(&sink->arena, struct diag);
    d->severity = severity;
    d->code = arena_strdup(&sink->arena, code);
    d->message = arena_vprintf(&sink->arena, fmt, va);
    d->primary = (struct diag_label){span, ""};
    d->sink = sink;
    if (is_over_limit(sink, severity)) return d;
    if (sink->last)
        sink->last->next = d;
    else
        sink->first = d;
    sink->last = d;
    sink->untold = d;
    return d;
}

struct diag *diag_error(struct diag_sink *sink, struct span span, const char *code, const char *fmt,
                        ...)
{
    va_list va;
    va_start(va, fmt);
    struct diag *d = diag_add(sink, DIAG_ERROR, span, code, fmt, va);
    va_end(va);
    return d;
}

struct diag *diag_warning(struct diag_sink *sink, struct span span, const char *code,
                          const char *fmt, ...)
{
    va_list va;
    va_start(va, fmt);
    struct diag *d = diag_add(sink, DIAG_WARNING, span, code, fmt, va);
    va_end(va);
    return d;
}

// Room for one more in an array of the sink's arena, which has place for the next power of two.
static void *grow(struct diag *d, void *items, size_t count, size_t size)
{
    if (count & (count - 1)) return items;
    void *more = arena_alloc_array(&d->sink->arena, size, count ? count * 2 : 1);
    return count ? memcpy(more, items, count * size) : more;
}

void diag_primary(struct diag *d, const char *fmt, ...)
{
    va_list va;
    va_start(va, fmt);
    d->primary.text = arena_vprintf(&d->sink->arena, fmt, va);
    va_end(va);
}

void diag_label(struct diag *d, struct span span, const char *fmt, ...)
{
    va_list va;
    va_start(va, fmt);
    const char *text = arena_vprintf(&d->sink->arena, fmt, va);
    va_end(va);
    d->labels = grow(d, d->labels, d->label_count, sizeof(*d->labels));
    d->labels[d->label_count++] = (struct diag_label){span, text};
}

void diag_note(struct diag *d, const char *fmt, ...)
{
    va_list va;
    va_start(va, fmt);
    const char *text = arena_vprintf(&d->sink->arena, fmt, va);
    va_end(va);
    d->notes = grow(d, d->notes, d->note_count, sizeof(*d->notes));
    d->notes[d->note_count++] = text;
}

void diag_help(struct diag *d, const char *fmt, ...)
{
    va_list va;
    va_start(va, fmt);
    const char *text = arena_vprintf(&d->sink->arena, fmt, va);
    va_end(va);
    d->helps = grow(d, d->helps, d->help_count, sizeof(*d->helps));
    d->helps[d->help_count++] = text;
}

void diag_excerpt(struct diag *d, struct str text)
{
    char *copy = arena_dup(&d->sink->arena, text.p, text.len);
    for (size_t i = 0; i < text.len; i++) {
        if (!copy[i]) copy[i] = ' ';
    }
    d->excerpt = copy;
}

void diag_frame(struct diag *d, struct span span, const char *fmt, ...)
{
    va_list va;
    va_start(va, fmt);
    const char *text = arena_vprintf(&d->sink->arena, fmt, va);
    va_end(va);
    d->frames = grow(d, d->frames, d->frame_count, sizeof(*d->frames));
    d->frames[d->frame_count++] = (struct diag_frame){span, text};
}

static struct diag *copy_head(struct diag_sink *sink, const struct diag *d, const char *fmt, ...)
{
    va_list va;
    va_start(va, fmt);
    struct diag *copy = diag_add(sink, d->severity, d->primary.span, d->code, fmt, va);
    va_end(va);
    return copy;
}

void diag_copy(struct diag_sink *sink, const struct diag *d)
{
    struct diag *copy = copy_head(sink, d, "%s", d->message);
    diag_primary(copy, "%s", d->primary.text);
    for (size_t i = 0; i < d->label_count; i++)
        diag_label(copy, d->labels[i].span, "%s", d->labels[i].text);
    for (size_t i = 0; i < d->note_count; i++) diag_note(copy, "%s", d->notes[i]);
    for (size_t i = 0; i < d->help_count; i++) diag_help(copy, "%s", d->helps[i]);
    for (size_t i = 0; i < d->frame_count; i++)
        diag_frame(copy, d->frames[i].span, "%s", d->frames[i].text);
    if (d->excerpt) diag_excerpt(copy, str_from(d->excerpt));
}

struct str diag_nearest(struct str name, const struct str *candidates, size_t count)
{
    size_t limit = name.len / 3 ? name.len / 3 : 1;
    struct str nearest = {"", 0};
    for (size_t i = 0; i < count; i++) {
        size_t distance = str_distance(name, candidates[i], limit);
        if (distance > limit) continue;
        nearest = candidates[i];
        if (distance == 0) break;
        limit = distance - 1;
    }
    return nearest;
}

bool diag_suggest(struct diag *d, struct str name, const struct str *candidates, size_t count)
{
    struct str nearest = diag_nearest(name, candidates, count);
    if (!nearest.len) return false;
    diag_help(d, "did you mean `" STR_FMT "`?", STR_ARG(nearest));
    return true;
}
