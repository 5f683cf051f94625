// UTF-8 as RFC 3629 has it: no surrogates, nothing over U+10FFFF, shortest forms only.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

#define UTF8_INVALID ((uint32_t)0xFFFFFFFF)

// Decodes the code point at *at and moves *at behind it. On malformed input returns UTF8_INVALID
// and moves one byte. *at < end.
uint32_t utf8_decode(const char **at, const char *end);
// The offset of the first malformed byte, or s.len if all is valid.
size_t utf8_validate(struct str s);
// Code points in a valid string.
size_t utf8_count(struct str s);
// The byte offset of code point number `index` (s.len if there are not as many) in a valid string.
size_t utf8_offset(struct str s, size_t index);
// Appends the encoding of a valid code point.
void utf8_encode(struct buf *out, uint32_t cp);
// Terminal columns of a code point: 0 (combining, format), 1 or 2 (East Asian wide and emoji). Tab
// and controls count as 1.
int utf8_width(uint32_t cp);
size_t utf8_str_width(struct str s);
// How many bytes at the beginning are printable ASCII, of one column each: the fast way along.
size_t utf8_plain(const char *p, const char *end);
// Bidirectional controls and other invisible format characters (Unicode general category Cf, and
// U+115F, U+3164 … which look like nothing), which a source may not hold outside comments and
// strings.
bool utf8_is_invisible(uint32_t cp);
