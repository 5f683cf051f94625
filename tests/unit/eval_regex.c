#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "eval/regex.h"

// "whole|group 1|…" with "-" for a group that took no part.
static void assert_finds(struct str pattern, struct str subject, const char *want)
{
    struct regex_find find;
    assert_int_equal(regex_find(pattern, subject, &find), REGEX_MATCH);
    struct buf out = BUF_INIT;
    for (size_t i = 0; i < find.count; i++) {
        if (i > 0) buf_addc(&out, '|');
        if (find.groups[i].start == SIZE_MAX)
            buf_addc(&out, '-');
        else
            buf_add(&out, subject.p + find.groups[i].start,
                    find.groups[i].end - find.groups[i].start);
    }
    assert_string_equal(buf_z(&out), want);
    buf_free(&out);
}

static void finds_groups(void **state)
{
    (void)state;
    assert_finds(STR("b+"), STR("abbbc"), "bbb");
    assert_finds(STR("^(\\w+)-([0-9.]+)$"), STR("hello-2.10"), "hello-2.10|hello|2.10");
    assert_finds(STR("(a)|(b)"), STR("b"), "b|-|b");
    assert_finds(STR("(a)|(b)"), STR("a"), "a|a|-");
    assert_finds(STR("^.$"), STR("é"), "é");
    assert_finds(STR(""), STR(""), "");
    assert_finds(STR("a.b"), (struct str){"a\0b", 3}, (const char[]){"a\0b"});
}

static void misses(void **state)
{
    (void)state;
    struct regex_find find;
    assert_int_equal(regex_find(STR("x"), STR("abc"), &find), REGEX_NO_MATCH);
    assert_int_equal(regex_find(STR("a$"), STR("a\n"), &find), REGEX_NO_MATCH);
    assert_int_equal(regex_find(STR("\\d"), STR("\u0663"), &find), REGEX_NO_MATCH);
}

static void bad_patterns_say_where(void **state)
{
    (void)state;
    struct regex_find find;
    assert_int_equal(regex_find(STR("ab(c"), STR("abc"), &find), REGEX_BAD_PATTERN);
    assert_string_equal(find.problem, "missing closing parenthesis");
    assert_int_equal(find.problem_at, 4);
    assert_int_equal(regex_find(STR("\\C"), STR("abc"), &find), REGEX_BAD_PATTERN);

    struct buf many = BUF_INIT;
    for (int i = 0; i < REGEX_GROUPS; i++) buf_addz(&many, "(a)?");
    assert_int_equal(regex_find(buf_str(&many), STR("a"), &find), REGEX_MATCH);
    buf_addz(&many, "(a)?");
    assert_int_equal(regex_find(buf_str(&many), STR("a"), &find), REGEX_BAD_PATTERN);
    assert_string_equal(find.problem, "more than 99 groups");
    buf_free(&many);
}

static void runaway_patterns_end(void **state)
{
    (void)state;
    struct regex_find find;
    assert_int_equal(
        regex_find(STR("^(a+)+$"), STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"), &find),
        REGEX_TOO_MUCH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_groups),
        cmocka_unit_test(misses),
        cmocka_unit_test(bad_patterns_say_where),
        cmocka_unit_test(runaway_patterns_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
