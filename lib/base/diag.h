// Diagnostics: the one way in which a user's error leaves a module. A module reports where it finds
// the error and returns false; who called it does not report again. The driver or the command line
// renders (diag_render.h) and decides the exit status; the language server takes the same structs.
//
// The model is rustc's: severity, stable code, one standalone sentence, labelled spans, notes,
// help. A code is "E" or "W" and four digits, its page is docs/errors/CODE.md, and by its first two
// digits one knows the layer:
//
//   01 text and tokens   02 syntax   03 names and modules   04 evaluation   05 types   06
//   derivations 07 store   08 realization   09 fetching and unpacking   10 command line   11 lints
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/source.h"

enum diag_severity { DIAG_ERROR, DIAG_WARNING };

struct diag_label {
    struct span span;
    const char *text; // may be "" for a primary label
};

// One frame of what led to an error, innermost first: "while evaluating `train`".
struct diag_frame {
    struct span span;
    const char *text;
};

struct diag {
    enum diag_severity severity;
    const char *code;    // "E0301"
    const char *message; // one sentence, no full stop, understandable alone
    struct diag_label primary;
    struct diag_label *labels; // secondary
    size_t label_count;
    const char **notes;
    size_t note_count;
    const char **helps;
    size_t help_count;
    // Text shown behind the message as it is (the end of a log); null for none.
    const char *excerpt;
    struct diag_frame *frames;
    size_t frame_count;
    struct diag *next;
    struct diag_sink *sink;
};

struct diag_sink {
    struct arena arena;
    struct diag *first;
    struct diag *last;
    size_t error_count;
    size_t warning_count;
    size_t error_limit; // further errors are counted and dropped; 0: no limit
    // Called with each diagnostic before the next one begins or at diag_flush, for live display;
    // may be null.
    void (*on_diag)(void *ctx, const struct diag *d);
    void *on_diag_ctx;
    const struct diag *untold; // the last one, until on_diag has seen it
};

#define DIAG_SINK_INIT ((struct diag_sink){0})

void diag_sink_free(struct diag_sink *sink);

// Begins a diagnostic and returns it, so that labels, notes and help can be added; it belongs to
// the sink. Never null.
struct diag *diag_error(struct diag_sink *sink, struct span span, const char *code, const char *fmt,
                        ...) PRINTF_LIKE(4, 5);
struct diag *diag_warning(struct diag_sink *sink, struct span span, const char *code,
                          const char *fmt, ...) PRINTF_LIKE(4, 5);
struct diag *diag_add(struct diag_sink *sink, enum diag_severity severity, struct span span,
                      const char *code, const char *fmt, va_list va);

// The text beside the primary underline.
void diag_primary(struct diag *d, const char *fmt, ...) PRINTF_LIKE(2, 3);
void diag_label(struct diag *d, struct span span, const char *fmt, ...) PRINTF_LIKE(3, 4);
void diag_note(struct diag *d, const char *fmt, ...) PRINTF_LIKE(2, 3);
void diag_help(struct diag *d, const char *fmt, ...) PRINTF_LIKE(2, 3);
// A NUL in the text becomes a space.
void diag_excerpt(struct diag *d, struct str text);
void diag_frame(struct diag *d, struct span span, const char *fmt, ...) PRINTF_LIKE(3, 4);

// Adds a copy of a diagnostic of another sink, which may be freed afterwards.
void diag_copy(struct diag_sink *sink, const struct diag *d);

// Adds "did you mean `X`?" if one of the candidates is near enough to `name`. Returns whether it
// did.
bool diag_suggest(struct diag *d, struct str name, const struct str *candidates, size_t count);

// The nearest candidate within a third of the name's length (at least 1), or an empty slice. Ties
// go to the first.
struct str diag_nearest(struct str name, const struct str *candidates, size_t count);

// Tells on_diag about the last diagnostic, if it was not yet told.
void diag_flush(struct diag_sink *sink);

static inline bool diag_has_errors(const struct diag_sink *sink)
{
    return sink->error_count > 0;
}
