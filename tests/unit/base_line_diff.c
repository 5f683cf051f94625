// Unified diffs: small cases by their whole text, and random ones by applying them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/line_diff.h"

static const struct line_diff_style plain = {"", "", "", ""};

static const struct {
    const char *before;
    const char *after;
    const char *diff;
} cases[] = {
    {"", "", ""},
    {"a\n", "a\n", ""},
    {"", "a\n", "@@ -0,0 +1 @@\n+a\n"},
    {"a\n", "", "@@ -1 +0,0 @@\n-a\n"},
    {"a\n", "b\n", "@@ -1 +1 @@\n-a\n+b\n"},
    {"a", "a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"},
    {"a\nb\nc\n", "a\nc\n", "@@ -1,3 +1,2 @@\n a\n-b\n c\n"},
    {"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n",
     "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n"},
    {"x\n1\n2\n3\n4\n5\n6\n7\nx\n", "1\n2\n3\n4\n5\n6\n7\n",
     "@@ -1,4 +1,3 @@\n-x\n 1\n 2\n 3\n@@ -6,4 +5,3 @@\n 5\n 6\n 7\n-x\n"},
    {"x\n1\n2\n3\n4\n5\n6\nx\n", "1\n2\n3\n4\n5\n6\n",
     "@@ -1,8 +1,6 @@\n-x\n 1\n 2\n 3\n 4\n 5\n 6\n-x\n"},
};

static void test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(cases); i++) {
        struct buf out = BUF_INIT;
        assert_true(line_diff(str_from(cases[i].before), str_from(cases[i].after), &plain, &out));
        assert_string_equal(buf_z(&out), cases[i].diff);
        buf_free(&out);
    }
}

static void test_style(void **state)
{
    (void)state;
    const struct line_diff_style style = {"  ", "<", ">", "|"};
    struct buf out = BUF_INIT;
    assert_true(line_diff(STR("a\nb\n"), STR("a\nc\n"), &style, &out));
    assert_string_equal(buf_z(&out), "  @@ -1,2 +1,2 @@\n   a\n  <-b|\n  >+c|\n");
    buf_free(&out);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 16;
}

static void random_text(uint32_t *seed, size_t lines, struct buf *out)
{
    for (size_t i = 0; i < lines; i++) buf_printf(out, "%c\n", 'a' + (char)(next_random(seed) % 4));
}

// Applies hunks to `before`: what a diff says must lead to `after`.
static void apply(struct str before, const char *diff, struct buf *out)
{
    const char *at = before.p, *end = before.p + before.len;
    size_t line = 0;
    while (*diff) {
        if (*diff == '@') {
            char *rest;
            size_t first = strtoul(diff + 4, &rest, 10);
            bool none = strncmp(rest, ",0", 2) == 0;
            for (; line + !none < first; line++) {
                const char *next = (const char *)memchr(at, '\n', (size_t)(end - at)) + 1;
                buf_add(out, at, (size_t)(next - at));
                at = next;
            }
        } else {
            size_t len = strcspn(diff, "\n") + 1;
            if (*diff != '-') buf_add(out, diff + 1, len - 1);
            if (*diff != '+') {
                assert_memory_equal(at, diff + 1, len - 1);
                at += len - 1;
                line++;
            }
        }
        diff += strcspn(diff, "\n") + 1;
    }
    buf_add(out, at, (size_t)(end - at));
}

static void test_random(void **state)
{
    (void)state;
    uint32_t seed = 1;
    for (int i = 0; i < 3000; i++) {
        struct buf a = BUF_INIT, b = BUF_INIT, diff = BUF_INIT, got = BUF_INIT;
        random_text(&seed, next_random(&seed) % 30, &a);
        random_text(&seed, next_random(&seed) % 30, &b);
        assert_true(line_diff(buf_str(&a), buf_str(&b), &plain, &diff));
        apply(buf_str(&a), buf_z(&diff), &got);
        assert_string_equal(buf_z(&got), buf_z(&b));
        buf_free(&a);
        buf_free(&b);
        buf_free(&diff);
        buf_free(&got);
    }
}

static void test_too_different(void **state)
{
    (void)state;
    struct buf a = BUF_INIT, b = BUF_INIT, out = BUF_INIT;
    for (int i = 0; i < 2000; i++) {
        buf_printf(&a, "a%d\n", i);
        buf_printf(&b, "b%d\n", i);
    }
    assert_false(line_diff(buf_str(&a), buf_str(&b), &plain, &out));
    assert_int_equal(out.len, 0);
    buf_free(&a);
    buf_free(&b);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_style),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_too_different),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
