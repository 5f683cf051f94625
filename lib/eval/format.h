// Numbers as text for format(): positional or with an exponent, in bases 2 to 36, grouped, signed,
// padded. Works on plain C numbers; the builtin around it is in builtin_string.c.
//
// printf is used for digits with a given precision only: glibc rounds correctly and this library
// never sets a locale.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

#define FORMAT_PRECISION_NONE (-1) // as many digits as the number needs
#define FORMAT_PRECISION_MAX  1000

enum format_align { FORMAT_LEFT, FORMAT_RIGHT, FORMAT_CENTER };

struct format_spec {
    int precision;    // digits behind the point, or FORMAT_PRECISION_NONE
    unsigned base;    // 2 to 36; other than 10 for integers without precision and exponent only
    bool exponent;    // 1.5e+03 in place of 1500
    bool sign;        // a + before what is not negative
    struct str group; // between each three digits before the point (four in bases other than 10);
                      // "" for none
};

// Appends the number, without padding. `d` is finite.
void format_int(struct buf *out, int64_t n, const struct format_spec *spec);
void format_float(struct buf *out, double d, const struct format_spec *spec);

// Appends `text` padded with `fill` (one code point) to `width` code points. With `numeric`,
// padding on the left with "0" goes between the sign and the digits. Text that is wider already is
// appended as it is. When the padding of FORMAT_CENTER is odd, the right side gets the one more.
void format_pad(struct buf *out, struct str text, size_t width, enum format_align align,
                struct str fill, bool numeric);
