#include "quantity.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/io.h"
#include "options.h"

#define NS INT64_C(1000000000)
// Nobody means more, and nothing that is added to it overflows.
#define MAX_SECONDS (INT64_C(1) << 32)

bool quantity_size(const char *text, uint64_t *bytes)
{
    static const char units[] = "KMGTP";
    // strtod would take "inf", "0x10" and a sign as well.
    if (*text < '0' || *text > '9' || text[strspn(text, "0123456789.")] == 'x') return false;
    char *end;
    double n = strtod(text, &end);
    if (*end == ' ') end++;
    const char *unit = *end ? strchr(units, *end == 'k' ? 'K' : *end) : NULL;
    if (unit) {
        double base = strcmp(end + 1, "B") == 0 ? 1000 : 1024;
        if (end[1] && strcmp(end + 1, "B") != 0 && strcmp(end + 1, "iB") != 0) return false;
        n *= pow(base, (double)(unit - units + 1));
    } else if (*end && strcmp(end, "B") != 0) {
        return false;
    }
    if (!(n < 0x1p63)) return false;
    *bytes = (uint64_t)n;
    return true;
}

static int64_t unit_seconds(char unit)
{
    switch (unit) {
    case 's': return 1;
    case 'm': return 60;
    case 'h': return 3600;
    case 'd': return 86400;
    case 'w': return 7 * 86400;
    default: return 0;
    }
}

// "1d12h": numbers with units, one after the other.
static bool parse_duration(const char *text, int64_t *seconds)
{
    int64_t sum = 0;
    if (!*text) return false;
    while (*text) {
        if (*text < '0' || *text > '9') return false;
        char *end;
        errno = 0;
        long long n = strtoll(text, &end, 10);
        int64_t unit = unit_seconds(*end);
        if (errno || !unit || n > MAX_SECONDS / unit) return false;
        sum += n * unit;
        if (sum > MAX_SECONDS) return false;
        text = end + 1;
    }
    *seconds = sum;
    return true;
}

static bool parse_date(const char *text, int64_t *seconds)
{
    static const char *const forms[] = {"%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M",
                                        "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"};
    for (size_t i = 0; i < LEN(forms); i++) {
        struct tm t = {.tm_isdst = -1};
        const char *end = strptime(text, forms[i], &t);
        if (!end) continue;
        bool utc = strcmp(end, "Z") == 0;
        if (*end && !utc) continue;
        struct tm asked = t;
        time_t at = utc ? timegm(&t) : mktime(&t);
        // The 31st of a shorter month would silently become the next month's first.
        if (at == (time_t)-1 || t.tm_mday != asked.tm_mday) return false;
        *seconds = at;
        return true;
    }
    return false;
}

static bool parse_epoch(const char *text, int64_t *seconds)
{
    if (*text < '0' || *text > '9') return false;
    char *end;
    errno = 0;
    *seconds = strtoll(text, &end, 10);
    return !errno && !*end;
}

// Nanoseconds reach to the year 2262. What is before the epoch becomes its first nanosecond, as
// nothing in a store is older.
static int64_t since_epoch(int64_t seconds)
{
    if (seconds > INT64_MAX / NS) return INT64_MAX;
    return seconds > 0 ? seconds * NS : 1;
}

bool quantity_time(const char *text, int64_t now_ns, int64_t *ns)
{
    int64_t seconds;
    if (*text == '@' ? parse_epoch(text + 1, &seconds) : parse_date(text, &seconds)) {
        *ns = since_epoch(seconds);
        return true;
    }
    if (!parse_duration(text, &seconds)) return false;
    *ns = now_ns > seconds * NS ? now_ns - seconds * NS : 1;
    return true;
}

bool quantity_size_option(const struct args *args, const char *name, uint64_t *out,
                          struct diag_sink *sink)
{
    const char *text = args_value(args, name);
    if (!text || quantity_size(text, out)) return true;
    struct diag *d = diag_error(sink, SPAN_NONE, "E1004", "`--%s` cannot be `%s`", name, text);
    diag_note(d, "a size is a number of bytes, or one with a unit: `500M`, `1.5G`, `2TiB`");
    return false;
}

bool quantity_time_option(const struct args *args, const char *name, int64_t *out,
                          struct diag_sink *sink)
{
    const char *text = args_value(args, name);
    if (!text || quantity_time(text, io_now_ns(), out)) return true;
    struct diag *d = diag_error(sink, SPAN_NONE, "E1004", "`--%s` cannot be `%s`", name, text);
    diag_note(d, "a time is a duration before now (`90s`, `15m`, `2h`, `30d`, `1w`), a date "
                 "(`2024-01-31`, `2024-01-31 23:59`), or `@` and seconds since the epoch");
    return false;
}

const char *quantity_local_time(int64_t ns, char out[QUANTITY_TIME_SIZE])
{
    time_t seconds = (time_t)(ns / NS);
    struct tm t;
    if (!localtime_r(&seconds, &t) || !strftime(out, QUANTITY_TIME_SIZE, "%Y-%m-%d %H:%M:%S", &t))
        snprintf(out, QUANTITY_TIME_SIZE, "-");
    return out;
}

const char *quantity_utc_time(int64_t ns, char out[QUANTITY_TIME_SIZE])
{
    time_t seconds = (time_t)(ns / NS);
    struct tm t;
    char date[32];
    if (!gmtime_r(&seconds, &t) || !strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &t))
        snprintf(out, QUANTITY_TIME_SIZE, "-");
    else
        snprintf(out, QUANTITY_TIME_SIZE, "%s.%06dZ", date, (int)(ns % NS / 1000));
    return out;
}
