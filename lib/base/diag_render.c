#include "base/diag_render.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/diag_paint.h"
#include "base/diag_snippet.h"
#include "base/json.h"
#include "base/utf8.h"

#define TRACE_FIRST  12 // frames shown of a long trace, and
#define TRACE_LAST   4
#define TRACE_PERIOD 8 // functions that may call each other in a circle and be recognised

struct text_renderer {
    struct painter p;
    size_t gutter;
    bool has_block; // was there something that the next block has to be set off from?
};

static void begin_line(struct text_renderer *r, const char *sign)
{
    for (size_t i = 0; i < r->gutter; i++) paint_raw(&r->p, PAINT_PLAIN, " ");
    paint_raw(&r->p, PAINT_GUTTER, sign);
}

static void begin_block(struct text_renderer *r)
{
    if (r->has_block) {
        begin_line(r, " |");
        paint_newline(&r->p);
    }
    r->has_block = true;
}

static struct str cut_line(struct str *rest)
{
    const char *end = rest->len ? memchr(rest->p, '\n', rest->len) : NULL;
    struct str line = {rest->p, end ? (size_t)(end - rest->p) : rest->len};
    size_t skip = line.len + (end ? 1 : 0);
    rest->p += skip;
    rest->len -= skip;
    if (line.len && line.p[line.len - 1] == '\r') line.len--;
    return line;
}

// Text that may have several lines; those after the first are indented.
static void paint_lines(struct painter *p, enum paint paint, const char *text, size_t indent)
{
    struct str rest = str_from(text);
    paint_text(p, paint, cut_line(&rest));
    while (rest.len) {
        paint_newline(p);
        for (size_t i = 0; i < indent; i++) paint_raw(p, PAINT_PLAIN, " ");
        paint_text(p, paint, cut_line(&rest));
    }
    paint_newline(p);
}

static void paint_remark(struct text_renderer *r, const char *kind, enum paint paint,
                         const char *text)
{
    begin_line(r, " = ");
    paint_raw(&r->p, paint, kind);
    paint_raw(&r->p, PAINT_PLAIN, ": ");
    paint_lines(&r->p, PAINT_PLAIN, text, r->gutter + 3 + strlen(kind) + 2);
}

// The length of a CSI sequence (ECMA-48: ESC [, parameters, intermediates, one final byte) at the
// start of the text, or 0.
static size_t control_sequence(struct str s)
{
    if (!str_starts_with(s, STR("\x1b["))) return 0;
    size_t i = 2;
    while (i < s.len && s.p[i] >= 0x20 && s.p[i] <= 0x3F) i++;
    return i < s.len && s.p[i] >= 0x40 && s.p[i] <= 0x7E ? i + 1 : 0;
}

// A line of a log as it stood on a terminal at its end: without colours, and what a carriage return
// overwrote is gone.
static struct str settled_line(struct str line, struct buf *scratch)
{
    buf_clear(scratch);
    for (size_t i = 0; i < line.len;) {
        size_t skip = control_sequence((struct str){line.p + i, line.len - i});
        if (!skip) {
            if (line.p[i] == '\r')
                buf_clear(scratch);
            else
                buf_addc(scratch, line.p[i]);
            skip = 1;
        }
        i += skip;
    }
    return buf_str(scratch);
}

static void paint_excerpt(struct text_renderer *r, const char *excerpt)
{
    if (!excerpt || !*excerpt) return;
    begin_block(r);
    struct buf scratch = BUF_INIT;
    for (struct str rest = str_from(excerpt); rest.len;) {
        struct str line = settled_line(cut_line(&rest), &scratch);
        begin_line(r, " :");
        paint_raw(&r->p, PAINT_PLAIN, " ");
        paint_text(&r->p, PAINT_PLAIN, line);
        paint_newline(&r->p);
    }
    buf_free(&scratch);
}

static bool frames_equal(const struct diag_frame *a, const struct diag_frame *b)
{
    return a->span.source == b->span.source && a->span.start == b->span.start &&
           a->span.end == b->span.end && strcmp(a->text, b->text) == 0;
}

// How often frames[0..period) come again directly behind themselves.
static size_t repetitions(const struct diag_frame *frames, size_t count, size_t period)
{
    size_t same = 0;
    while (same + period < count && frames_equal(&frames[same], &frames[same + period])) same++;
    return same / period;
}

static struct str frame_text(struct arena *a, const struct diag_frame *f,
                             const struct sources *sources)
{
    struct source *s = sources_get(sources, f->span.source);
    if (!s) return str_from(f->text);
    struct place at = source_place(s, f->span.start);
    return str_from(arena_printf(a, "%s (%s:%u:%u)", f->text, s->name, at.line, at.column));
}

// The lines of a trace, with repetitions told by number.
static size_t trace_lines(struct arena *a, const struct diag *d, const struct sources *sources,
                          struct str *lines)
{
    size_t len = 0;
    for (size_t i = 0; i < d->frame_count;) {
        size_t left = d->frame_count - i, period = 1, times = 0;
        for (; period <= TRACE_PERIOD; period++) {
            times = repetitions(d->frames + i, left, period);
            if (times) break;
        }
        size_t shown = times ? period : 1;
        for (size_t k = 0; k < shown; k++) lines[len++] = frame_text(a, &d->frames[i + k], sources);
        i += shown * (times + 1);
        if (!times) continue;
        const char *what = shown == 1 ? "repeated" : arena_printf(a, "these %zu repeated", shown);
        lines[len++] =
            str_from(arena_printf(a, "... %s %zu more time%s", what, times, times == 1 ? "" : "s"));
    }
    return len;
}

static void paint_trace(struct text_renderer *r, struct arena *a, const struct diag *d,
                        const struct sources *sources)
{
    if (!d->frame_count) return;
    // At most two lines for a frame: itself, and that it comes again.
    struct str *lines = ARENA_ARRAY(a, struct str, d->frame_count * 2);
    size_t count = trace_lines(a, d, sources, lines);
    struct buf text = BUF_INIT;
    for (size_t i = 0; i < count; i++) {
        if (i) buf_addc(&text, '\n');
        if (i == TRACE_FIRST && count > TRACE_FIRST + TRACE_LAST + 1) {
            size_t skipped = count - TRACE_FIRST - TRACE_LAST;
            buf_printf(&text, "... %zu more\n", skipped);
            i += skipped;
        }
        buf_adds(&text, lines[i]);
    }
    paint_remark(r, "trace", PAINT_BOLD, buf_z(&text));
    buf_free(&text);
}

void diag_render_text(struct buf *out, const struct diag *d, const struct sources *sources,
                      struct diag_style style)
{
    bool is_error = d->severity == DIAG_ERROR;
    struct arena scratch = ARENA_INIT;
    struct text_renderer r = {.p = {.out = out, .color = style.color}, .gutter = 1};
    enum paint paint = is_error ? PAINT_ERROR : PAINT_WARNING;
    paint_raw(&r.p, paint, is_error ? "error[" : "warning[");
    paint_raw(&r.p, paint, d->code);
    paint_raw(&r.p, paint, "]");
    paint_raw(&r.p, PAINT_BOLD, ": ");
    paint_lines(&r.p, PAINT_BOLD, d->message, 2);
    const struct snippets *snippets = snippets_make(&scratch, d, sources);
    if (snippets) {
        r.gutter = snippets_gutter(snippets);
        r.has_block = true;
        snippets_paint(snippets, &r.p);
    }
    paint_excerpt(&r, d->excerpt);
    if (d->frame_count || d->note_count || d->help_count) begin_block(&r);
    paint_trace(&r, &scratch, d, sources);
    for (size_t i = 0; i < d->note_count; i++) paint_remark(&r, "note", PAINT_BOLD, d->notes[i]);
    for (size_t i = 0; i < d->help_count; i++) paint_remark(&r, "help", PAINT_HELP, d->helps[i]);
    arena_free(&scratch);
}

// Messages quote what users wrote, which may be malformed; JSON may not.
static struct str valid_text(const char *text, struct buf *scratch)
{
    struct str s = str_from(text);
    if (utf8_validate(s) == s.len) return s;
    buf_clear(scratch);
    const char *end = s.p + s.len;
    for (const char *p = s.p; p < end;) {
        uint32_t cp = utf8_decode(&p, end);
        utf8_encode(scratch, cp == UTF8_INVALID ? 0xFFFD : cp);
    }
    return buf_str(scratch);
}

struct json_renderer {
    struct json_writer w;
    struct buf scratch;
    const struct sources *sources;
};

static void write_text(struct json_renderer *r, const char *key, const char *text)
{
    if (key) json_key(&r->w, str_from(key));
    if (text)
        json_str(&r->w, valid_text(text, &r->scratch));
    else
        json_nil(&r->w);
}

static void write_number(struct json_renderer *r, const char *key, uint32_t number)
{
    json_key(&r->w, str_from(key));
    json_int(&r->w, number);
}

static void write_texts(struct json_renderer *r, const char *key, const char **texts, size_t count)
{
    json_key(&r->w, str_from(key));
    json_begin_array(&r->w);
    for (size_t i = 0; i < count; i++) write_text(r, NULL, texts[i]);
    json_end_array(&r->w);
}

static struct place place_of(struct source *s, uint32_t offset)
{
    return source_place(s, offset < s->text.len ? offset : (uint32_t)s->text.len);
}

static void write_label(struct json_renderer *r, const struct diag_label *label, bool is_primary)
{
    struct source *s = sources_get(r->sources, label->span.source);
    if (!s) return;
    struct place start = place_of(s, label->span.start), end = place_of(s, label->span.end);
    json_begin_object(&r->w);
    write_number(r, "column", start.column);
    write_number(r, "end_column", end.column);
    write_number(r, "end_line", end.line);
    write_text(r, "file", s->name);
    write_number(r, "line", start.line);
    json_key(&r->w, STR("primary"));
    json_bool(&r->w, is_primary);
    write_text(r, "text", label->text);
    json_end_object(&r->w);
}

static void write_frame(struct json_renderer *r, const struct diag_frame *frame)
{
    struct source *s = sources_get(r->sources, frame->span.source);
    json_begin_object(&r->w);
    if (s) {
        struct place at = place_of(s, frame->span.start);
        write_number(r, "column", at.column);
        write_text(r, "file", s->name);
        write_number(r, "line", at.line);
    }
    write_text(r, "text", frame->text);
    json_end_object(&r->w);
}

void diag_render_json(struct buf *out, const struct diag *d, const struct sources *sources)
{
    struct json_renderer r = {.sources = sources};
    json_writer_init(&r.w, out, true);
    json_begin_object(&r.w);
    write_text(&r, "code", d->code);
    write_text(&r, "excerpt", d->excerpt);
    write_texts(&r, "help", d->helps, d->help_count);
    json_key(&r.w, STR("labels"));
    json_begin_array(&r.w);
    write_label(&r, &d->primary, true);
    for (size_t i = 0; i < d->label_count; i++) write_label(&r, &d->labels[i], false);
    json_end_array(&r.w);
    write_text(&r, "message", d->message);
    write_texts(&r, "notes", d->notes, d->note_count);
    write_text(&r, "severity", d->severity == DIAG_ERROR ? "error" : "warning");
    json_key(&r.w, STR("trace"));
    json_begin_array(&r.w);
    for (size_t i = 0; i < d->frame_count; i++) write_frame(&r, &d->frames[i]);
    json_end_array(&r.w);
    json_end_object(&r.w);
    buf_addc(out, '\n');
    buf_free(&r.scratch);
}

static json_t *json_text(const char *text)
{
    struct buf scratch = BUF_INIT;
    struct str s = valid_text(text, &scratch);
    json_t *json = json_stringn(s.p, s.len);
    buf_free(&scratch);
    return json;
}

static json_t *json_texts(const char **texts, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) json_array_append_new(array, json_text(texts[i]));
    return array;
}

// [source, start, end, text]
static json_t *json_place(struct span span, const char *text)
{
    return json_pack("[I, I, I, o]", (json_int_t)span.source, (json_int_t)span.start,
                     (json_int_t)span.end, json_text(text));
}

json_t *diag_to_json(const struct diag *d)
{
    json_t *labels = json_array(), *frames = json_array();
    for (size_t i = 0; i < d->label_count; i++) {
        json_array_append_new(labels, json_place(d->labels[i].span, d->labels[i].text));
    }
    for (size_t i = 0; i < d->frame_count; i++) {
        json_array_append_new(frames, json_place(d->frames[i].span, d->frames[i].text));
    }
    json_t *json =
        json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "severity",
                  d->severity == DIAG_ERROR ? "error" : "warning", "code", d->code, "message",
                  json_text(d->message), "primary", json_place(d->primary.span, d->primary.text),
                  "labels", labels, "notes", json_texts(d->notes, d->note_count), "helps",
                  json_texts(d->helps, d->help_count), "frames", frames, "excerpt",
                  d->excerpt ? json_text(d->excerpt) : json_null());
    if (!json) BUG("a diagnostic that cannot be packed");
    return json;
}

static bool offset_from_json(const json_t *json, uint32_t *out)
{
    json_int_t n = json_integer_value(json);
    if (!json_is_integer(json) || n < 0 || n > UINT32_MAX) return false;
    *out = (uint32_t)n;
    return true;
}

static bool place_from_json(const json_t *json, struct span *span, const char **text)
{
    *text = json_string_value(json_array_get(json, 3));
    return json_array_size(json) == 4 && *text &&
           offset_from_json(json_array_get(json, 0), &span->source) &&
           offset_from_json(json_array_get(json, 1), &span->start) &&
           offset_from_json(json_array_get(json, 2), &span->end);
}

static bool are_places(const json_t *array)
{
    struct span span;
    const char *text;
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (!place_from_json(json_array_get(array, i), &span, &text)) return false;
    }
    return json_is_array(array);
}

static bool are_texts(const json_t *array)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (!json_is_string(json_array_get(array, i))) return false;
    }
    return json_is_array(array);
}

bool diag_from_json(struct diag_sink *sink, const json_t *json)
{
    const char *severity = json_string_value(json_object_get(json, "severity"));
    const char *code = json_string_value(json_object_get(json, "code"));
    const char *message = json_string_value(json_object_get(json, "message"));
    const json_t *labels = json_object_get(json, "labels"),
                 *frames = json_object_get(json, "frames");
    const json_t *notes = json_object_get(json, "notes"), *helps = json_object_get(json, "helps");
    const json_t *excerpt = json_object_get(json, "excerpt");
    struct span span;
    const char *text;
    // All is looked at before anything is added: half a diagnostic is worse than none.
    if (!severity || !code || !message || !are_places(labels) || !are_places(frames) ||
        !are_texts(notes) || !are_texts(helps) ||
        !place_from_json(json_object_get(json, "primary"), &span, &text) ||
        !(json_is_null(excerpt) || json_is_string(excerpt))) {
        return false;
    }
    bool is_error = strcmp(severity, "error") == 0;
    if (!is_error && strcmp(severity, "warning") != 0) return false;
    struct diag *d = is_error ? diag_error(sink, span, code, "%s", message)
                              : diag_warning(sink, span, code, "%s", message);
    diag_primary(d, "%s", text);
    for (size_t i = 0; i < json_array_size(labels); i++) {
        if (place_from_json(json_array_get(labels, i), &span, &text))
            diag_label(d, span, "%s", text);
    }
    for (size_t i = 0; i < json_array_size(frames); i++) {
        if (place_from_json(json_array_get(frames, i), &span, &text))
            diag_frame(d, span, "%s", text);
    }
    for (size_t i = 0; i < json_array_size(notes); i++) {
        diag_note(d, "%s", json_string_value(json_array_get(notes, i)));
    }
    for (size_t i = 0; i < json_array_size(helps); i++) {
        diag_help(d, "%s", json_string_value(json_array_get(helps, i)));
    }
    if (json_is_string(excerpt)) diag_excerpt(d, str_from(json_string_value(excerpt)));
    return true;
}
