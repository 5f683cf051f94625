#include "base/utf8.h"

#include "unit.h"

static void test_every_code_point(void **state)
{
    (void)state;
    struct buf b = BUF_INIT;
    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
        if (cp >= 0xD800 && cp <= 0xDFFF) continue;
        buf_clear(&b);
        utf8_encode(&b, cp);
        const char *at = b.p;
        if (utf8_decode(&at, b.p + b.len) != cp || at != b.p + b.len) {
            fail_msg("U+%04X does not come back", cp);
        }
        // Cut short, it is malformed, and one byte is skipped.
        for (size_t len = 1; len < b.len; len++) {
            at = b.p;
            if (utf8_decode(&at, b.p + len) != UTF8_INVALID || at != b.p + 1) {
                fail_msg("U+%04X cut to %zu bytes is accepted", cp, len);
            }
        }
    }
    buf_free(&b);
}

static void test_malformed(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        size_t at; // the first malformed byte
    } rows[] = {
        {STR("\x80"), 0},                     // continuation alone
        {STR("a\xBF"), 1},                    //
        {STR("\xC0\x80"), 0},                 // overlong U+0000
        {STR("\xC1\xBF"), 0},                 // overlong U+007F
        {STR("\xE0\x80\x80"), 0},             // overlong U+0000
        {STR("\xE0\x9F\xBF"), 0},             // overlong U+07FF
        {STR("\xF0\x80\x80\x80"), 0},         // overlong U+0000
        {STR("\xF0\x8F\xBF\xBF"), 0},         // overlong U+FFFF
        {STR("\xED\xA0\x80"), 0},             // U+D800
        {STR("\xED\xBF\xBF"), 0},             // U+DFFF
        {STR("\xED\xA0\xBD\xED\xB8\x80"), 0}, // a surrogate pair (CESU-8)
        {STR("\xF4\x90\x80\x80"), 0},         // U+110000
        {STR("\xF5\x80\x80\x80"), 0},         //
        {STR("\xF8\x88\x80\x80\x80"), 0},     // five bytes
        {STR("\xFE"), 0},                     //
        {STR("\xFF"), 0},                     //
        {STR("ok\xC3"), 2},                   // cut short
        {STR("ok\xE2\x82"), 2},               //
        {STR("ok\xF0\x9F\x98"), 2},           //
        {STR("\xC3("), 0},                    // no continuation
        {STR("\xE2\x82("), 0},                //
        {STR("\xF0\x9F\x98("), 0},            //
        {STR("\xE2(\xA1"), 0},                //
        {STR("\xC3\xA9\xC3\xC3\xA9"), 2},     //
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        if (utf8_validate(rows[i].text) != rows[i].at) fail_msg("row %zu", i);
        const char *p = rows[i].text.p + rows[i].at, *start = p;
        assert_int_equal(utf8_decode(&p, rows[i].text.p + rows[i].text.len), UTF8_INVALID);
        assert_ptr_equal(p, start + 1);
    }
    struct str good =
        STR("a\0\xC3\xA9\xE2\x82\xAC\xED\x9F\xBF\xEE\x80\x80\xF0\x9F\x98\x80\xF4\x8F\xBF\xBF");
    assert_int_equal(utf8_validate(good), good.len);
    assert_int_equal(utf8_validate(STR("")), 0);
}

static void test_counting(void **state)
{
    (void)state;
    struct str s = STR("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z");
    assert_int_equal(utf8_count(s), 5);
    static const size_t offsets[] = {0, 1, 3, 6, 10, 11, 11};
    for (size_t i = 0; i < LEN(offsets); i++) assert_int_equal(utf8_offset(s, i), offsets[i]);
    assert_int_equal(utf8_count(STR("")), 0);
    assert_int_equal(utf8_offset(STR(""), 0), 0);
}

static void test_width(void **state)
{
    (void)state;
    static const struct {
        uint32_t cp;
        int width;
    } rows[] = {
        {0, 1},       {'\t', 1},    {'a', 1},     {0x7F, 1},     {0xAD, 1},    {0xE9, 1},
        {0x2FF, 1},   {0x300, 0},   {0x36F, 0},   {0x370, 1},    {0x600, 1},   {0x903, 1},
        {0x10FF, 1},  {0x1100, 2},  {0x115F, 2},  {0x1160, 0},   {0x11FF, 0},  {0x1200, 1},
        {0x200B, 0},  {0x200D, 0},  {0x2028, 1},  {0x20AC, 1},   {0x20E3, 0},  {0x2329, 2},
        {0x3000, 2},  {0x302A, 0},  {0x303F, 1},  {0x4E00, 2},   {0x9FFF, 2},  {0xAC00, 2},
        {0xD7A3, 2},  {0xD7B0, 0},  {0xE000, 1},  {0xFE0F, 0},   {0xFEFF, 0},  {0xFF21, 2},
        {0xFF61, 1},  {0xFFE6, 2},  {0xFFFD, 1},  {0x1F600, 2},  {0x1F6FF, 1}, {0x20000, 2},
        {0x3FFFD, 2}, {0xE0001, 0}, {0xE01EF, 0}, {0x10FFFF, 1},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        if (utf8_width(rows[i].cp) != rows[i].width) {
            fail_msg("U+%04X has width %d", rows[i].cp, utf8_width(rows[i].cp));
        }
    }
    assert_int_equal(utf8_str_width(STR("e\xCC\x81\xE6\xBC\xA2\xFFx")), 5);
}

static void test_invisible(void **state)
{
    (void)state;
    static const uint32_t invisible[] = {
        0xAD,   0x34F,  0x61C,  0x115F, 0x1160, 0x17B4,  0x180E,  0x200B,  0x200C,  0x200D,
        0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202E,  0x2060,  0x2066,  0x2069,  0x2800,
        0x3164, 0xFE00, 0xFEFF, 0xFFA0, 0xFFF9, 0x1D173, 0xE0001, 0xE0041, 0xE0100, 0xE01EF,
    };
    static const uint32_t visible[] = {
        0,      '\n',   ' ',    'a',    0x7F,   0xA0,   0xE9,   0x300,  0x600,  0x6DD,   0x70F,
        0x2007, 0x202F, 0x2010, 0x3000, 0x4E00, 0xFE0E, 0xFE0F, 0xFFFC, 0xFFFD, 0x1F600, 0x10FFFF,
    };
    for (size_t i = 0; i < LEN(invisible); i++) {
        if (!utf8_is_invisible(invisible[i])) fail_msg("U+%04X can be seen", invisible[i]);
    }
    for (size_t i = 0; i < LEN(visible); i++) {
        if (utf8_is_invisible(visible[i])) fail_msg("U+%04X cannot be seen", visible[i]);
    }
}

static void encode(void *arg)
{
    struct buf b = BUF_INIT;
    utf8_encode(&b, *(uint32_t *)arg);
}

static void test_encode_refuses(void **state)
{
    (void)state;
    uint32_t surrogate = 0xD800, large = 0x110000;
    assert_bug(encode, &surrogate, "no code point: U+D800");
    assert_bug(encode, &large, "no code point: U+110000");
}

// Every byte at every place of a long text is where it ends, unless it is printable ASCII.
static void test_plain(void **state)
{
    (void)state;
    char text[40];
    for (size_t len = 0; len <= sizeof(text); len++) {
        for (size_t at = 0; at < len; at++) {
            for (int byte = 0; byte < 256; byte++) {
                memset(text, 'a', sizeof(text));
                text[at] = (char)byte;
                size_t want = byte >= 0x20 && byte < 0x7F ? len : at;
                assert_int_equal(utf8_plain(text, text + len), want);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_counting),
        cmocka_unit_test(test_width),
        cmocka_unit_test(test_invisible),
        cmocka_unit_test(test_encode_refuses),
        cmocka_unit_test(test_plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
