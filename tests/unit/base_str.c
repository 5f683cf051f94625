#include "base/str.h"

#include "base/bug.h"
#include "unit.h"

static void test_compare(void **state)
{
    (void)state;
    assert_true(str_eq(STR(""), (struct str){NULL, 0}));
    assert_true(str_eqz(STR("abc"), "abc"));
    assert_false(str_eqz(STR("ab\0c"), "ab"));
    assert_true(str_starts_with(STR("abc"), STR("ab")));
    assert_true(str_starts_with(STR("abc"), STR("")));
    assert_false(str_starts_with(STR("a"), STR("ab")));
    assert_true(str_ends_with(STR("abc"), STR("bc")));
    assert_false(str_ends_with(STR("abc"), STR("ab")));
    static const struct str sorted[] = {
        {"", 0},  {"\0", 1},       {"A", 1},
        {"a", 1}, {"a\0", 2},      {"aa", 2},
        {"b", 1}, {"\xC3\xA9", 2}, {"\xF0\x9F\x98\x80", 4},
    };
    for (size_t i = 0; i < LEN(sorted); i++) {
        for (size_t j = 0; j < LEN(sorted); j++) {
            int c = str_cmp(sorted[i], sorted[j]);
            assert_int_equal((c > 0) - (c < 0), (i > j) - (i < j));
            assert_int_equal(str_eq(sorted[i], sorted[j]), i == j);
        }
    }
}

static void test_distance(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        size_t distance;
    } rows[] = {
        {"", "", 0},
        {"", "abc", 3},
        {"abc", "abc", 0},
        {"abc", "abd", 1},
        {"abc", "ac", 1},
        {"abc", "acb", 1},
        {"train", "trian", 1},
        {"ca", "abc", 3},
        {"kitten", "sitting", 3},
        {"epochs", "epoch", 1},
        {"abcdef", "badcfe", 3},
        {"x", "y", 1},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        struct str a = str_from(rows[i].a), b = str_from(rows[i].b);
        for (size_t limit = 0; limit < 8; limit++) {
            size_t expected = rows[i].distance > limit ? limit + 1 : rows[i].distance;
            assert_int_equal(str_distance(a, b, limit), expected);
            assert_int_equal(str_distance(b, a, limit), expected);
        }
    }
    char long_text[66];
    memset(long_text, 'a', sizeof(long_text));
    assert_int_equal(str_distance((struct str){long_text, 64}, (struct str){long_text, 63}, 2), 1);
    assert_int_equal(str_distance((struct str){long_text, 65}, (struct str){long_text, 65}, 2), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compare),
        cmocka_unit_test(test_distance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
