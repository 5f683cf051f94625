#include "base/bug.h"

#include "unit.h"

static void fail_long(void *arg)
{
    (void)arg;
    char text[3000];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    BUG("%s", text);
}

static void fail_short(void *arg)
{
    BUG("number %d", *(int *)arg);
}

static void test_bug(void **state)
{
    (void)state;
    int number = 42;
    assert_bug(fail_short, &number, "base_bug.c:16: number 42\n");
    assert_bug(fail_long, NULL, "xxxxxxx\n");
}

static void ask_too_much(void *arg)
{
    (void)arg;
    volatile size_t size = PTRDIFF_MAX;
    free(bug_malloc(size));
}

static void test_memory(void **state)
{
    (void)state;
    void *p = bug_malloc(0);
    assert_non_null(p);
    p = bug_realloc(p, 0);
    assert_non_null(p);
    free(p);
    char *s = bug_strdup("text");
    assert_string_equal(s, "text");
    free(s);
#ifndef __SANITIZE_ADDRESS__ // which aborts by itself
    assert_bug(ask_too_much, NULL, "no memory for 9223372036854775807 bytes");
#else
    (void)ask_too_much;
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bug),
        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
