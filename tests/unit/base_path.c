#include "base/path.h"

#include "base/bug.h"
#include "unit.h"

static void test_join(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"a", "b/c", "a/b/c"},   {"a/", "b", "a/b"}, {"a//", "/b", "/b"}, {"/", "b", "/b"},
        {"/a", "b", "/a/b"},     {"", "b", "b"},     {"a", "", "a"},      {"", "", ""},
        {"a", "b//c/", "a/b/c"}, {"/", "", "/"},     {"/a", "/", "/"},    {"a", "../b", "a/../b"},
    };
    struct arena a = ARENA_INIT;
    for (size_t i = 0; i < LEN(rows); i++) {
        assert_string_equal(path_join(&a, rows[i][0], rows[i][1]), rows[i][2]);
    }
    arena_free(&a);
}

static void test_normalize(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"/", "/"},
        {"//", "/"},
        {"/a", "/a"},
        {"/a/", "/a"},
        {"/a/./b", "/a/b"},
        {"/a/../b", "/b"},
        {"/..", "/"},
        {"/../../a", "/a"},
        {"/a/b/../..", "/"},
        {"/a//b", "/a/b"},
        {"/a/b/../../c", "/c"},
        {"/.a/..b/...", "/.a/..b/..."},
        {"/a/..//./../b/", "/b"},
    };
    struct arena a = ARENA_INIT;
    for (size_t i = 0; i < LEN(rows); i++) {
        assert_string_equal(path_normalize(&a, rows[i][0]), rows[i][1]);
    }
    arena_free(&a);
}

static void normalize_relative(void *arg)
{
    (void)!path_normalize(arg, "a/b");
}

static void test_normalize_needs_absolute(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    assert_bug(normalize_relative, &a, "path_normalize needs an absolute path, got 'a/b'");
    arena_free(&a);
}

static void test_base_and_dir(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"a", "a", "."},      {"a/b", "b", "a"},   {"/a", "a", "/"}, {"/", "/", "/"},
        {"/a/b/", "b", "/a"}, {"a//b", "b", "a"},  {"a/", "a", "."}, {"", "", "."},
        {"/a//", "a", "/"},   {"../x", "x", ".."},
    };
    struct arena a = ARENA_INIT;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct str base = path_base(rows[i][0]);
        if (!str_eqz(base, rows[i][1]))
            fail_msg("base of '%s': " STR_FMT, rows[i][0], STR_ARG(base));
        assert_string_equal(path_dir(&a, rows[i][0]), rows[i][2]);
    }
    arena_free(&a);
}

static void test_inside(void **state)
{
    (void)state;
    static const struct str inside[] = {
        {"a", 1}, {"a/b", 3}, {".a", 2}, {"..a", 3}, {"a/...", 5}, {"a b/\xFF", 5},
    };
    static const struct str outside[] = {
        {"", 0},     {"/", 1},      {"/a", 2},   {"a/", 2},    {"a//b", 4},
        {".", 1},    {"..", 2},     {"./a", 3},  {"a/.", 3},   {"a/..", 4},
        {"../a", 4}, {"a/../b", 6}, {"a\0b", 3}, {"a/./b", 5}, {NULL, 0},
    };
    for (size_t i = 0; i < LEN(inside); i++) assert_true(path_is_inside(inside[i]));
    for (size_t i = 0; i < LEN(outside); i++) assert_false(path_is_inside(outside[i]));
}

static void test_below(void **state)
{
    (void)state;
    assert_string_equal(path_below("/a/b", "/a/b/c/d"), "c/d");
    assert_string_equal(path_below("/a/b", "/a/b"), "");
    assert_null(path_below("/a/b", "/a/bc"));
    assert_null(path_below("/a/b", "/a"));
}

static void test_relative(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"/a/b", "/a/b/c", "c"}, {"/a/b", "/a/b/c/d", "c/d"}, {"/a/b", "/a/bc", "/a/bc"},
        {"/a/b", "/a", "/a"},    {"/a/b", "/a/b", "/a/b"},    {"/", "/a", "a"},
        {"/", "/", "/"},         {"/x", "/a", "/a"},
    };
    struct arena a = ARENA_INIT;
    for (size_t i = 0; i < LEN(rows); i++) {
        assert_string_equal(path_relative(&a, rows[i][0], rows[i][1]), rows[i][2]);
    }
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_join),
        cmocka_unit_test(test_normalize),
        cmocka_unit_test(test_normalize_needs_absolute),
        cmocka_unit_test(test_base_and_dir),
        cmocka_unit_test(test_inside),
        cmocka_unit_test(test_below),
        cmocka_unit_test(test_relative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
