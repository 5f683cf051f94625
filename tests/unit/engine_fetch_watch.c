#include "engine/fetch_watch.h"

#include "unit.h"

static void assert_quoted(struct str name, const char *expected)
{
    struct buf b = BUF_INIT;
    fetch_quote(&b, name);
    assert_string_equal(buf_z(&b), expected);
    buf_free(&b);
}

static void test_quote(void **state)
{
    (void)state;
    assert_quoted(STR(""), "");
    assert_quoted(STR("a/b c.tar.gz"), "a/b c.tar.gz");
    assert_quoted(STR("\n\t\r\\\x1b\x7f"), "\\n\\t\\x0d\\\\\\x1b\\x7f");
    assert_quoted(STR("nul\0nul"), "nul\\x00nul");
    assert_quoted(STR("\u00e9\u65e5\U0001F600"), "\u00e9\u65e5\U0001F600");
    assert_quoted(STR("\xff\xc3(\xed\xa0\x80"), "\\xff\\xc3(\\xed\\xa0\\x80");
    assert_quoted(STR("\xc2\x85\u202e\u200b"), "\\xc2\\x85\\xe2\\x80\\xae\\xe2\\x80\\x8b");
}

static void test_quote_cuts(void **state)
{
    (void)state;
    char name[201], expected[204];
    memset(name, 'x', sizeof(name));
    memset(expected, 'x', 200);
    memcpy(expected + 200, "...", 4);
    assert_quoted((struct str){name, 201}, expected);
    expected[200] = '\0';
    assert_quoted((struct str){name, 200}, expected);
}

static void test_size(void **state)
{
    (void)state;
    static const struct {
        int64_t bytes;
        const char *text;
    } cases[] = {
        {0, "0 bytes"},
        {1, "1 byte"},
        {1023, "1023 bytes"},
        {1024, "1.0 KiB"},
        {1048524, "1023.9 KiB"},
        {1048525, "1.0 MiB"},
        {(int64_t)5 << 30, "5.0 GiB"},
        {INT64_MAX, "8.0 EiB"},
    };
    for (size_t i = 0; i < LEN(cases); i++) {
        struct buf b = BUF_INIT;
        fetch_size(&b, cases[i].bytes);
        assert_string_equal(buf_z(&b), cases[i].text);
        buf_free(&b);
    }
}

struct calls {
    int count;
    int64_t done, total;
};

static void on_progress(void *ctx, int64_t done, int64_t total)
{
    struct calls *c = ctx;
    c->count++;
    c->done = done;
    c->total = total;
}

static void test_progress_is_not_called_for_each_byte(void **state)
{
    (void)state;
    struct calls c = {0};
    struct fetch_watch w = {.log_fd = -1, .progress = on_progress, .progress_ctx = &c};
    fetch_progress(&w, 1, -1);
    assert_int_equal(c.count, 1);
    w.last_ns = INT64_MAX / 2; // as if it had just been called
    fetch_progress(&w, 2, 3);
    assert_int_equal(c.count, 1);
    fetch_progress_now(&w, 3, 4);
    assert_int_equal(c.count, 2);
    assert_int_equal(c.done, 3);
    assert_int_equal(c.total, 4);
    w.progress = NULL;
    fetch_progress_now(&w, 4, 4);
    assert_int_equal(c.count, 2);
}

static void test_log(void **state)
{
    (void)state;
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    struct fetch_watch w = {.log_fd = fds[1]};
    fetch_log(&w, "try %d of %d", 1, 2);
    char text[64];
    assert_int_equal(read(fds[0], text, sizeof(text)), 11);
    assert_memory_equal(text, "try 1 of 2\n", 11);
    close(fds[0]);
    close(fds[1]);
    // Closed, or none: nothing happens.
    fetch_log(&w, "x");
    w.log_fd = -1;
    fetch_log(&w, "x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quote), cmocka_unit_test(test_quote_cuts),
        cmocka_unit_test(test_size),  cmocka_unit_test(test_progress_is_not_called_for_each_byte),
        cmocka_unit_test(test_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
