#include "engine/fetch_settings.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

struct row {
    const char *variable;
    size_t offset;
    int64_t standard, min, max;
};

#define MEBI ((int64_t)1 << 20)
#define GIBI ((int64_t)1 << 30)

// The maxima keep what is derived from a setting (milliseconds, doubled waits, ratio times size)
// within 64 bits.
static const struct row rows[] = {
    {"PLX_FETCH_CONNECT_TIMEOUT", offsetof(struct fetch_settings, connect_timeout_s), 30, 1, 86400},
    {"PLX_FETCH_STALL_TIMEOUT", offsetof(struct fetch_settings, stall_timeout_s), 60, 1, 86400},
    {"PLX_FETCH_TRIES", offsetof(struct fetch_settings, tries), 4, 1, 1000},
    {"PLX_FETCH_BACKOFF_MS", offsetof(struct fetch_settings, backoff_ms), 500, 0, 3600000},
    {"PLX_FETCH_MAX_BYTES", offsetof(struct fetch_settings, max_download_bytes), 256 * GIBI, 1,
     MEBI *GIBI},
    {"PLX_UNPACK_MAX_BYTES", offsetof(struct fetch_settings, max_unpack_bytes), 256 * GIBI, 1,
     MEBI *GIBI},
    {"PLX_UNPACK_MAX_ENTRIES", offsetof(struct fetch_settings, max_unpack_entries), 2000000, 1,
     GIBI},
    {"PLX_UNPACK_MAX_RATIO", offsetof(struct fetch_settings, max_unpack_ratio), 200, 1, MEBI},
};

static int64_t *field_at(struct fetch_settings *s, const struct row *row)
{
    return (int64_t *)(void *)((char *)s + row->offset);
}

void fetch_settings_default(struct fetch_settings *s)
{
    for (size_t i = 0; i < LEN(rows); i++) *field_at(s, &rows[i]) = rows[i].standard;
}

static bool parse(const char *text, const struct row *row, int64_t *out)
{
    if (*text < '0' || *text > '9') return false;
    char *end = NULL;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    if (errno || *end || n < row->min || n > row->max) return false;
    *out = n;
    return true;
}

bool fetch_settings_from_env(struct fetch_settings *s, struct diag_sink *sink)
{
    bool ok = true;
    fetch_settings_default(s);
    for (size_t i = 0; i < LEN(rows); i++) {
        const char *text = getenv(rows[i].variable);
        if (!text || parse(text, &rows[i], field_at(s, &rows[i]))) continue;
        ok = false;
        struct diag *d =
            diag_error(sink, SPAN_NONE, "E0914",
                       "the environment variable %s is `%s`, which is not a number "
                       "from %lld to %lld",
                       rows[i].variable, text, (long long)rows[i].min, (long long)rows[i].max);
        diag_help(d, "unset it to get the default, %lld", (long long)rows[i].standard);
    }
    return ok;
}

const char *fetch_settings_variable(const struct fetch_settings *s, const int64_t *field)
{
    size_t offset = (size_t)((const char *)field - (const char *)s);
    for (size_t i = 0; i < LEN(rows); i++)
        if (rows[i].offset == offset) return rows[i].variable;
    BUG("no fetch setting at offset %zu", offset);
}
