#include "base/utf8.h"

#include <string.h>

#include "base/utf8_tables.h"

// What the second byte may be, by the first: this is where overlong forms, surrogates and what is
// too large are refused.
static bool second_byte_fits(unsigned char first, unsigned char second)
{
    switch (first) {
    case 0xE0: return second >= 0xA0 && second <= 0xBF;
    case 0xED: return second >= 0x80 && second <= 0x9F;
    case 0xF0: return second >= 0x90 && second <= 0xBF;
    case 0xF4: return second >= 0x80 && second <= 0x8F;
    default: return second >= 0x80 && second <= 0xBF;
    }
}

uint32_t utf8_decode(const char **at, const char *end)
{
    const unsigned char *p = (const unsigned char *)*at;
    size_t left = (size_t)(end - *at);
    unsigned char first = p[0];
    (*at)++;
    if (first < 0x80) return first;
    size_t len = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || left < len || !second_byte_fits(first, p[1])) {
        return UTF8_INVALID;
    }
    uint32_t cp = first & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80) return UTF8_INVALID;
        cp = cp << 6 | (p[i] & 0x3Fu);
    }
    *at += len - 1;
    return cp;
}

size_t utf8_validate(struct str s)
{
    const char *p = s.p, *end = s.p + s.len;
    while (p < end) {
        const char *start = p;
        if (utf8_decode(&p, end) == UTF8_INVALID) return (size_t)(start - s.p);
    }
    return s.len;
}

static bool begins_code_point(char c)
{
    return ((unsigned char)c & 0xC0) != 0x80;
}

size_t utf8_count(struct str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++) count += begins_code_point(s.p[i]);
    return count;
}

size_t utf8_offset(struct str s, size_t index)
{
    for (size_t i = 0; i < s.len; i++) {
        if (begins_code_point(s.p[i]) && index-- == 0) return i;
    }
    return s.len;
}

void utf8_encode(struct buf *out, uint32_t cp)
{
    if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF)) BUG("no code point: U+%04X", cp);
    char bytes[4];
    size_t len = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    uint32_t rest = cp;
    for (size_t i = len; i-- > 1; rest >>= 6) bytes[i] = (char)(0x80 | (rest & 0x3F));
    bytes[0] = (char)(len == 1 ? rest : (0xF00u >> len & 0xFF) | rest);
    buf_add(out, bytes, len);
}

static bool in_ranges(uint32_t cp, const struct utf8_range *ranges, size_t count)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (cp > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && cp >= ranges[low].first;
}

int utf8_width(uint32_t cp)
{
    if (cp < 0x300) return 1;
    if (in_ranges(cp, utf8_zero_width, LEN(utf8_zero_width))) return 0;
    return in_ranges(cp, utf8_wide, LEN(utf8_wide)) ? 2 : 1;
}

size_t utf8_plain(const char *p, const char *end)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const char *at = p;
    for (uint64_t w; (size_t)(end - at) >= sizeof(w); at += sizeof(w)) {
        memcpy(&w, at, sizeof(w));
        // A byte under 0x20, over 0x7F, or 0x7F sets its high bit; so may a neighbour of one.
        if (((w - 0x20 * ones) | w | (w + ones)) & (0x80 * ones)) break;
    }
    while (at < end && (unsigned char)*at >= 0x20 && (unsigned char)*at < 0x7F) at++;
    return (size_t)(at - p);
}

size_t utf8_str_width(struct str s)
{
    size_t width = 0;
    for (const char *p = s.p, *end = s.p + s.len; p < end;) {
        uint32_t cp = utf8_decode(&p, end);
        width += cp == UTF8_INVALID ? 1 : (size_t)utf8_width(cp);
    }
    return width;
}

bool utf8_is_invisible(uint32_t cp)
{
    return cp >= 0x80 && in_ranges(cp, utf8_invisible, LEN(utf8_invisible));
}
