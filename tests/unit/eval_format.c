#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "eval/format.h"

struct row {
    bool integer;
    int64_t n;
    double d;
    struct format_spec spec;
    const char *want;
};

#define NONE FORMAT_PRECISION_NONE
#define INT(n, want, ...)                                                                          \
    {                                                                                              \
        true, n, 0.0, {__VA_ARGS__}, want                                                          \
    }
#define REAL(d, want, ...)                                                                         \
    {                                                                                              \
        false, 0, d, {__VA_ARGS__}, want                                                           \
    }

static const struct row rows[] = {
    INT(0, "0", .precision = NONE, .base = 10),
    INT(42, "+42", .precision = NONE, .base = 10, .sign = true),
    INT(-42, "-42", .precision = NONE, .base = 10, .sign = true),
    INT(INT64_MIN, "-9223372036854775808", .precision = NONE, .base = 10),
    INT(INT64_MAX, "9_223_372_036_854_775_807", .precision = NONE, .base = 10, .group = STR("_")),
    INT(123, "123", .precision = NONE, .base = 10, .group = STR("_")),
    INT(1000, "1,000", .precision = NONE, .base = 10, .group = STR(",")),
    INT(255, "ff", .precision = NONE, .base = 16),
    INT(INT64_MIN, "-1000000000000000000000000000000000000000000000000000000000000000",
        .precision = NONE, .base = 2),
    INT(65536, "1_0000", .precision = NONE, .base = 16, .group = STR("_")),
    INT(35, "z", .precision = NONE, .base = 36),
    INT(3, "3.00", .precision = 2, .base = 10),
    INT(3, "3", .precision = 0, .base = 10),
    INT(1500, "1.5e+03", .precision = NONE, .base = 10, .exponent = true),
    REAL(0.0, "0.0", .precision = NONE, .base = 10),
    REAL(-0.0, "-0.0", .precision = NONE, .base = 10),
    REAL(0.1, "0.1", .precision = NONE, .base = 10),
    REAL(1e-5, "0.00001", .precision = NONE, .base = 10),
    REAL(0.00125, "0.00125", .precision = NONE, .base = 10),
    REAL(1500.0, "1500.0", .precision = NONE, .base = 10),
    REAL(1e22, "10000000000000000000000.0", .precision = NONE, .base = 10),
    REAL(1234567.25, "1,234,567.25", .precision = NONE, .base = 10, .group = STR(",")),
    REAL(3.14159, "3.14", .precision = 2, .base = 10),
    REAL(2.5, "2", .precision = 0, .base = 10),
    REAL(-0.001, "-0.00", .precision = 2, .base = 10),
    REAL(1234567.891, "1 234 567.9", .precision = 1, .base = 10, .group = STR(" ")),
    REAL(0.00012, "1.2e-04", .precision = NONE, .base = 10, .exponent = true),
    REAL(0.00012, "1.20e-04", .precision = 2, .base = 10, .exponent = true),
    REAL(0.1, "1e-01", .precision = NONE, .base = 10, .exponent = true),
    REAL(5e-324, "5e-324", .precision = NONE, .base = 10, .exponent = true),
};

static void numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct buf out = BUF_INIT;
        if (rows[i].integer)
            format_int(&out, rows[i].n, &rows[i].spec);
        else
            format_float(&out, rows[i].d, &rows[i].spec);
        assert_string_equal(buf_z(&out), rows[i].want);
        buf_free(&out);
    }
}

// Positional text without precision reads back as the same number, also at the ends of the range.
static void positional_text_reads_back(void **state)
{
    (void)state;
    const double values[] = {1.7976931348623157e308, 2.2250738585072014e-308, 5e-324, 0.3,
                             9007199254740993.0,     123456789.123456789,     1e15};
    const struct format_spec spec = {NONE, 10, false, false, {"", 0}};
    for (size_t i = 0; i < LEN(values); i++) {
        struct buf out = BUF_INIT;
        format_float(&out, values[i], &spec);
        assert_null(strchr(buf_z(&out), 'e'));
        assert_true(strtod(buf_z(&out), NULL) == values[i]);
        buf_free(&out);
    }
}

static void padding(void **state)
{
    (void)state;
    const struct {
        struct str text;
        size_t width;
        enum format_align align;
        struct str fill;
        bool numeric;
        const char *want;
    } cases[] = {
        {STR("ab"), 5, FORMAT_LEFT, STR("."), false, "ab..."},
        {STR("ab"), 5, FORMAT_RIGHT, STR("."), false, "...ab"},
        {STR("ab"), 5, FORMAT_CENTER, STR("."), false, ".ab.."},
        {STR("abcdef"), 5, FORMAT_CENTER, STR("."), false, "abcdef"},
        {STR("é"), 3, FORMAT_RIGHT, STR("→"), false, "→→é"},
        {STR("-5"), 4, FORMAT_RIGHT, STR("0"), true, "-005"},
        {STR("-5"), 4, FORMAT_RIGHT, STR("0"), false, "00-5"},
        {STR("-5"), 4, FORMAT_RIGHT, STR(" "), true, "  -5"},
        {STR(""), 2, FORMAT_RIGHT, STR("0"), true, "00"},
    };
    for (size_t i = 0; i < LEN(cases); i++) {
        struct buf out = BUF_INIT;
        format_pad(&out, cases[i].text, cases[i].width, cases[i].align, cases[i].fill,
                   cases[i].numeric);
        assert_string_equal(buf_z(&out), cases[i].want);
        buf_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(positional_text_reads_back),
        cmocka_unit_test(padding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
