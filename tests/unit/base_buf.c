#include "base/buf.h"

#include "unit.h"

static void test_adding(void **state)
{
    (void)state;
    struct buf b = BUF_INIT;
    assert_string_equal(buf_z(&b), "");
    assert_int_equal(buf_str(&b).len, 0);
    buf_addz(&b, "a");
    buf_adds(&b, STR("bc"));
    buf_addc(&b, 'd');
    buf_pad(&b, '.', 3);
    buf_pad(&b, '.', 0);
    buf_printf(&b, "%d|%s", -5, "x");
    buf_add(&b, NULL, 0);
    assert_string_equal(buf_z(&b), "abcd...-5|x");
    assert_int_equal(b.len, 11);
    buf_truncate(&b, 4);
    assert_string_equal(buf_z(&b), "abcd");
    buf_add(&b, "\0e", 2);
    assert_memory_equal(b.p, "abcd\0e", 7);
    assert_int_equal(b.len, 6);
    buf_clear(&b);
    assert_string_equal(buf_z(&b), "");
    assert_true(b.cap > 0);
    buf_free(&b);
    assert_null(b.p);
}

static void test_growth(void **state)
{
    (void)state;
    struct buf b = BUF_INIT;
    for (size_t i = 0; i < 10000; i++) {
        buf_addc(&b, (char)('a' + i % 26));
        assert_true(b.len < b.cap);
        assert_int_equal(b.p[b.len], 0);
    }
    for (size_t i = 0; i < 10000; i++) assert_int_equal(b.p[i], 'a' + (int)(i % 26));
    buf_free(&b);
}

static void test_printf_at_each_length(void **state)
{
    (void)state;
    // The text just fits, just does not, and in between, whatever is there before.
    for (int before = 0; before < 70; before++) {
        for (int width = 0; width < 70; width++) {
            struct buf b = BUF_INIT;
            buf_pad(&b, 'p', (size_t)before);
            buf_printf(&b, "%*s", width, "");
            assert_int_equal(b.len, before + width);
            assert_int_equal(strlen(buf_z(&b)), b.len);
            buf_free(&b);
        }
    }
}

static void test_detach(void **state)
{
    (void)state;
    struct buf b = BUF_INIT;
    char *empty = buf_detach(&b);
    assert_string_equal(empty, "");
    free(empty);
    buf_addz(&b, "text");
    char *text = buf_detach(&b);
    assert_string_equal(text, "text");
    assert_null(b.p);
    assert_int_equal(b.len + b.cap, 0);
    free(text);
}

static void overflow(void *arg)
{
    buf_reserve(arg, SIZE_MAX - 1);
}

static void cut_too_long(void *arg)
{
    buf_truncate(arg, 4);
}

static void test_bugs(void **state)
{
    (void)state;
    struct buf b = BUF_INIT;
    buf_addz(&b, "abc");
    assert_bug(overflow, &b, "buffer of 3 and 18446744073709551614 more bytes");
    assert_bug(cut_too_long, &b, "buffer of 3 bytes cut to 4");
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_adding),
        cmocka_unit_test(test_growth),
        cmocka_unit_test(test_printf_at_each_length),
        cmocka_unit_test(test_detach),
        cmocka_unit_test(test_bugs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
