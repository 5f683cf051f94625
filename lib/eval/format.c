// Every number is first brought into one shape: digits before the point, digits behind it, exponent
// text. Sign and groups are then the same for all of them.
#include "eval/format.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/utf8.h"

// A double's shortest text has at most 17 digits and its value at most 309 places before the point
// and 324 + 17 behind it.
#define DIGITS_MAX 352

static void add_sign(struct buf *out, bool negative, const struct format_spec *spec)
{
    if (negative)
        buf_addc(out, '-');
    else if (spec->sign)
        buf_addc(out, '+');
}

static void add_grouped(struct buf *out, struct str digits, const struct format_spec *spec)
{
    if (spec->group.len == 0) {
        buf_adds(out, digits);
        return;
    }
    size_t every = spec->base == 10 ? 3 : 4;
    size_t first = digits.len % every;
    if (first > 0) buf_add(out, digits.p, first);
    for (size_t at = first; at < digits.len; at += every) {
        if (at > 0) buf_adds(out, spec->group);
        buf_add(out, digits.p + at, every);
    }
}

// The digits of a magnitude, most significant first, at the end of `room`.
static struct str digits_of(uint64_t n, unsigned base, char room[64])
{
    size_t at = 64;
    do {
        room[--at] = "0123456789abcdefghijklmnopqrstuvwxyz"[n % base];
        n /= base;
    } while (n > 0);
    return (struct str){room + at, 64 - at};
}

void format_int(struct buf *out, int64_t n, const struct format_spec *spec)
{
    if (spec->exponent) {
        format_float(out, (double)n, spec);
        return;
    }
    uint64_t magnitude = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    char room[64];
    add_sign(out, n < 0, spec);
    add_grouped(out, digits_of(magnitude, spec->base, room), spec);
    if (spec->precision > 0) {
        buf_addc(out, '.');
        buf_pad(out, '0', (size_t)spec->precision);
    }
}

// The significant digits of json_float_text and the place of the point among them: 0.00125 is 125
// and -2, 1500.0 is 15 and 4.
static int shortest(double d, char digits[DIGITS_MAX], size_t *count)
{
    char text[JSON_FLOAT_SIZE];
    size_t len = json_float_text(d, text);
    int point = 0;
    bool after_point = false;
    size_t n = 0;
    for (size_t i = 0; i < len && text[i] != 'e'; i++) {
        if (text[i] == '.') {
            after_point = true;
        } else {
            if (n > 0 || text[i] != '0') digits[n++] = text[i];
            if (!after_point && n > 0) point++;
            if (after_point && n == 0) point--;
        }
    }
    while (n > 0 && digits[n - 1] == '0') n--;
    const char *e = memchr(text, 'e', len);
    if (e) point += (int)strtol(e + 1, NULL, 10);
    *count = n;
    return n > 0 ? point : 1;
}

// `d` is not negative.
static void add_positional(struct buf *out, double d, const struct format_spec *spec)
{
    char digits[DIGITS_MAX];
    size_t count;
    int point = shortest(d, digits, &count);
    struct buf whole = BUF_INIT;
    for (int i = 0; i < point; i++) buf_addc(&whole, (size_t)i < count ? digits[i] : '0');
    if (point <= 0) buf_addc(&whole, '0');
    add_grouped(out, buf_str(&whole), spec);
    buf_free(&whole);

    buf_addc(out, '.');
    if (point < 0) buf_pad(out, '0', (size_t)-point);
    size_t from = point > 0 ? (size_t)point : 0;
    if (from < count)
        buf_add(out, digits + from, count - from);
    else
        buf_addc(out, '0');
}

static void add_fixed(struct buf *out, double d, const struct format_spec *spec)
{
    struct buf text = BUF_INIT;
    buf_printf(&text, "%.*f", spec->precision, d);
    const char *point = memchr(text.p, '.', text.len);
    size_t whole = point ? (size_t)(point - text.p) : text.len;
    add_grouped(out, (struct str){text.p, whole}, spec);
    buf_add(out, text.p + whole, text.len - whole);
    buf_free(&text);
}

// The fewest digits that read back as the same number, where no precision was asked for.
static void add_exponent(struct buf *out, double d, const struct format_spec *spec)
{
    if (spec->precision != FORMAT_PRECISION_NONE) {
        buf_printf(out, "%.*e", spec->precision, d);
        return;
    }
    char text[64];
    int precision = 0;
    do (void)snprintf(text, sizeof text, "%.*e", precision++, d);
    while (precision < 18 && strtod(text, NULL) != d);
    buf_addz(out, text);
}

void format_float(struct buf *out, double d, const struct format_spec *spec)
{
    bool negative = __builtin_signbit(d);
    double magnitude = negative ? -d : d;
    add_sign(out, negative, spec);
    if (spec->exponent)
        add_exponent(out, magnitude, spec);
    else if (spec->precision == FORMAT_PRECISION_NONE)
        add_positional(out, magnitude, spec);
    else
        add_fixed(out, magnitude, spec);
}

static void add_fill(struct buf *out, struct str fill, size_t count)
{
    if (fill.len == 1) {
        buf_pad(out, fill.p[0], count);
        return;
    }
    for (size_t i = 0; i < count; i++) buf_adds(out, fill);
}

void format_pad(struct buf *out, struct str text, size_t width, enum format_align align,
                struct str fill, bool numeric)
{
    size_t have = utf8_count(text);
    size_t missing = have < width ? width - have : 0;
    size_t left = align == FORMAT_RIGHT ? missing : align == FORMAT_CENTER ? missing / 2 : 0;
    size_t sign = 0;
    if (numeric && align == FORMAT_RIGHT && str_eqz(fill, "0") && text.len > 0)
        sign = text.p[0] == '-' || text.p[0] == '+';
    buf_add(out, text.p, sign);
    add_fill(out, fill, left);
    buf_add(out, text.p + sign, text.len - sign);
    add_fill(out, fill, missing - left);
}
