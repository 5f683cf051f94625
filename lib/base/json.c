// The writer escapes all but printable ASCII, as Python does by default. Numbers: json_float_text
// finds the shortest digits that read back by asking the C library for 15, 16 and 17 of them; up to
// 15 are always kept by a double, so trailing zeros can go.
#include "base/json.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/utf8.h"
#include "base/vec.h"

// One open object or array. The last key of an object is kept at the end of writer.keys, to check
// the order.
struct json_level {
    size_t key_start;
    bool is_object;
    bool has_key;
    bool has_items;
};

void json_writer_init(struct json_writer *w, struct buf *out, bool compact)
{
    *w = (struct json_writer){.out = out, .compact = compact};
}

void json_writer_free(struct json_writer *w)
{
    free(w->levels);
    buf_free(&w->keys);
    w->levels = NULL;
    w->depth = w->cap = 0;
}

static struct json_level *top_level(struct json_writer *w)
{
    return w->depth ? &w->levels[w->depth - 1] : NULL;
}

static void new_line(struct json_writer *w)
{
    if (w->compact) return;
    buf_addc(w->out, '\n');
    buf_pad(w->out, ' ', 4 * w->depth);
}

static void before_item(struct json_writer *w, struct json_level *level)
{
    if (level->has_items) buf_addz(w->out, w->compact ? ", " : ",");
    level->has_items = true;
    new_line(w);
}

static void before_value(struct json_writer *w)
{
    struct json_level *level = top_level(w);
    if (!level) return;
    if (!level->is_object) {
        before_item(w, level);
    } else if (!w->after_key) {
        BUG("a JSON member without a key");
    }
    w->after_key = false;
}

static void begin(struct json_writer *w, bool is_object)
{
    before_value(w);
    if (w->depth == w->cap) {
        w->levels = vec_grow(w->levels, &w->cap, sizeof(*w->levels), w->depth + 1);
    }
    w->levels[w->depth++] = (struct json_level){.key_start = w->keys.len, .is_object = is_object};
    buf_addc(w->out, is_object ? '{' : '[');
}

static void end(struct json_writer *w, bool is_object)
{
    struct json_level *level = top_level(w);
    if (!level || level->is_object != is_object || w->after_key) BUG("unbalanced JSON");
    bool has_items = level->has_items;
    buf_truncate(&w->keys, level->key_start);
    w->depth--;
    if (has_items) new_line(w);
    buf_addc(w->out, is_object ? '}' : ']');
    if (!w->depth) json_writer_free(w);
}

void json_begin_object(struct json_writer *w)
{
    begin(w, true);
}

void json_end_object(struct json_writer *w)
{
    end(w, true);
}

void json_begin_array(struct json_writer *w)
{
    begin(w, false);
}

void json_end_array(struct json_writer *w)
{
    end(w, false);
}

static void add_escape(struct buf *out, uint32_t cp)
{
    switch (cp) {
    case '"': buf_addz(out, "\\\""); return;
    case '\\': buf_addz(out, "\\\\"); return;
    case '\b': buf_addz(out, "\\b"); return;
    case '\f': buf_addz(out, "\\f"); return;
    case '\n': buf_addz(out, "\\n"); return;
    case '\r': buf_addz(out, "\\r"); return;
    case '\t': buf_addz(out, "\\t"); return;
    default: break;
    }
    if (cp > 0xFFFF) {
        uint32_t rest = cp - 0x10000;
        buf_printf(out, "\\u%04x\\u%04x", 0xD800 + (rest >> 10), 0xDC00 + (rest & 0x3FF));
    } else {
        buf_printf(out, "\\u%04x", cp);
    }
}

static bool is_plain(char c)
{
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

static void add_string(struct buf *out, struct str s)
{
    buf_reserve(out, s.len + 2); // all, if nothing needs an escape
    buf_addc(out, '"');
    const char *end = s.p + s.len;
    for (const char *p = s.p; p < end;) {
        const char *plain = p;
        while (p < end && is_plain(*p)) p++;
        buf_add(out, plain, (size_t)(p - plain));
        if (p == end) break;
        uint32_t cp = utf8_decode(&p, end);
        if (cp == UTF8_INVALID) BUG("malformed UTF-8 in a JSON string");
        add_escape(out, cp);
    }
    buf_addc(out, '"');
}

void json_key(struct json_writer *w, struct str key)
{
    struct json_level *level = top_level(w);
    if (!level || !level->is_object || w->after_key) BUG("a JSON key where none can be");
    struct str last = {buf_z(&w->keys) + level->key_start, w->keys.len - level->key_start};
    if (level->has_key && str_cmp(last, key) >= 0) {
        BUG("JSON key '" STR_FMT "' after '" STR_FMT "'", STR_ARG(key), STR_ARG(last));
    }
    buf_truncate(&w->keys, level->key_start);
    buf_adds(&w->keys, key);
    level->has_key = true;
    before_item(w, level);
    add_string(w->out, key);
    buf_addz(w->out, ": ");
    w->after_key = true;
}

void json_str(struct json_writer *w, struct str s)
{
    before_value(w);
    add_string(w->out, s);
}

void json_written(struct json_writer *w, struct str text)
{
    if (w->compact) BUG("canonical text in a compact one");
    before_value(w);
    const char *end = text.p + text.len;
    for (const char *p = text.p, *line; p < end; p = line) {
        line = memchr(p, '\n', (size_t)(end - p));
        line = line ? line + 1 : end;
        buf_add(w->out, p, (size_t)(line - p));
        if (line[-1] == '\n') buf_pad(w->out, ' ', 4 * w->depth);
    }
}

void json_int(struct json_writer *w, int64_t n)
{
    before_value(w);
    buf_printf(w->out, "%" PRId64, n);
}

void json_float(struct json_writer *w, double d)
{
    char text[JSON_FLOAT_SIZE];
    before_value(w);
    buf_add(w->out, text, json_float_text(d, text));
}

void json_bool(struct json_writer *w, bool b)
{
    before_value(w);
    buf_addz(w->out, b ? "true" : "false");
}

void json_nil(struct json_writer *w)
{
    before_value(w);
    buf_addz(w->out, "null");
}

// The decimal digits of a number d[0].d[1]d[2]… * 10^exponent.
struct decimal {
    char digits[18];
    int count;
    int exponent;
};

static bool reads_back(const struct decimal *n, double d)
{
    char text[40];
    snprintf(text, sizeof(text), "%.*se%d", n->count, n->digits, n->exponent - (n->count - 1));
    return strtod(text, NULL) == d;
}

static struct decimal nearest_decimal(double d, int count)
{
    char text[40];
    struct decimal n = {.count = count};
    snprintf(text, sizeof(text), "%.*e", count - 1, d);
    n.digits[0] = text[0];
    // Whatever the locale's decimal point is, it is one byte or the digits are at the end.
    char *e = strchr(text, 'e');
    memcpy(n.digits + 1, e - (count - 1), (size_t)count - 1);
    n.exponent = (int)strtol(e + 1, NULL, 10);
    return n;
}

static struct decimal next_decimal(struct decimal n)
{
    int i = n.count - 1;
    while (i >= 0 && n.digits[i] == '9') n.digits[i--] = '0';
    if (i >= 0) {
        n.digits[i]++;
    } else {
        n.digits[0] = '1';
        n.exponent++;
    }
    return n;
}

static struct decimal shortest_decimal(double d)
{
    // Numbers close to zero have fewer digits than the others, so that 15 digits say nothing about
    // fewer.
    int count = d < 1e-290 ? 1 : 15;
    // Below a power of two doubles are twice as dense: there the nearest decimal may be too far
    // away and the next one above not.
    int exponent;
    bool is_power = frexp(d, &exponent) == 0.5;
    if (is_power) count = 1;
    for (; count < 17; count++) {
        struct decimal n = nearest_decimal(d, count);
        if (reads_back(&n, d)) return n;
        if (!is_power) continue;
        n = next_decimal(n);
        if (reads_back(&n, d)) return n;
    }
    return nearest_decimal(d, 17);
}

size_t json_float_text(double d, char out[JSON_FLOAT_SIZE])
{
    if (!isfinite(d)) BUG("a JSON number that is not finite");
    char *p = out;
    if (signbit(d)) *p++ = '-';
    if (d == 0) {
        memcpy(p, "0.0", 4);
        return (size_t)(p - out) + 3;
    }
    struct decimal n = shortest_decimal(fabs(d));
    while (n.count > 1 && n.digits[n.count - 1] == '0') n.count--;
    if (n.exponent < -4 || n.exponent >= 16) {
        *p++ = n.digits[0];
        if (n.count > 1) {
            *p++ = '.';
            p = mempcpy(p, n.digits + 1, (size_t)n.count - 1);
        }
        return (size_t)(p - out) + (size_t)snprintf(p, 8, "e%+03d", n.exponent);
    }
    int whole = n.exponent + 1; // digits before the point
    if (whole <= 0) {
        *p++ = '0';
    }
    for (int i = 0; i < whole; i++) *p++ = i < n.count ? n.digits[i] : '0';
    *p++ = '.';
    for (int i = whole; i < 0; i++) *p++ = '0';
    for (int i = whole < 0 ? 0 : whole; i < n.count; i++) *p++ = n.digits[i];
    if (whole >= n.count) *p++ = '0';
    *p = '\0';
    return (size_t)(p - out);
}

struct member {
    struct str key;
    const json_t *value;
};

static int compare_members(const void *a, const void *b)
{
    return str_cmp(((const struct member *)a)->key, ((const struct member *)b)->key);
}

static void write_value(struct json_writer *w, const json_t *value);

static void write_object(struct json_writer *w, const json_t *object)
{
    size_t count = json_object_size(object), at = 0;
    struct member *members = bug_malloc(count * sizeof(*members));
    json_t *source = (json_t *)object; // jansson's iterators take no const
    for (void *i = json_object_iter(source); i; i = json_object_iter_next(source, i)) {
        members[at++] = (struct member){{json_object_iter_key(i), json_object_iter_key_len(i)},
                                        json_object_iter_value(i)};
    }
    qsort(members, count, sizeof(*members), compare_members);
    json_begin_object(w);
    for (size_t i = 0; i < count; i++) {
        json_key(w, members[i].key);
        write_value(w, members[i].value);
    }
    json_end_object(w);
    free(members);
}

static void write_value(struct json_writer *w, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT: write_object(w, value); return;
    case JSON_ARRAY:
        json_begin_array(w);
        for (size_t i = 0; i < json_array_size(value); i++) {
            write_value(w, json_array_get(value, i));
        }
        json_end_array(w);
        return;
    case JSON_STRING:
        json_str(w, (struct str){json_string_value(value), json_string_length(value)});
        return;
    case JSON_INTEGER: json_int(w, json_integer_value(value)); return;
    case JSON_REAL: json_float(w, json_real_value(value)); return;
    case JSON_TRUE: json_bool(w, true); return;
    case JSON_FALSE: json_bool(w, false); return;
    case JSON_NULL: json_nil(w); return;
    }
    BUG("a JSON value of type %d", (int)json_typeof(value));
}

static void write_text(struct buf *out, const json_t *value, bool compact)
{
    struct json_writer w;
    json_writer_init(&w, out, compact);
    write_value(&w, value);
    json_writer_free(&w);
}

void json_canonical(struct buf *out, const json_t *value)
{
    write_text(out, value, false);
}

void json_compact(struct buf *out, const json_t *value)
{
    write_text(out, value, true);
}

struct str json_slice(const json_t *value)
{
    if (!json_is_string(value)) return STR("");
    return (struct str){json_string_value(value), json_string_length(value)};
}

json_t *json_parse(struct str text, struct json_problem *problem)
{
    json_error_t error;
    json_t *value = json_loadb(text.p, text.len,
                               JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (value) return value;
    problem->line = error.line;
    problem->column = error.column;
    const char *what = error.text;
    if (json_error_code(&error) == json_error_stack_overflow)
        what = "brackets inside each other are read 2048 deep, and here are more";
    snprintf(problem->text, sizeof(problem->text), "%s", what);
    return NULL;
}
