#include "base/source.h"

#include "base/bug.h"
#include "unit.h"

static void assert_place(struct source *s, uint32_t offset, uint32_t line, uint32_t column)
{
    struct place p = source_place(s, offset);
    if (p.line != line || p.column != column) {
        fail_msg("offset %u is at %u:%u, not %u:%u", offset, p.line, p.column, line, column);
    }
}

static void assert_line(struct source *s, uint32_t line, const char *text)
{
    struct str got = source_line(s, line);
    if (!str_eqz(got, text)) fail_msg("line %u is '" STR_FMT "'", line, STR_ARG(got));
}

static void test_table(void **state)
{
    (void)state;
    struct sources s = SOURCES_INIT;
    assert_null(sources_get(&s, 0));
    char name[] = "a.plx", text[] = "x = 1";
    struct source *a = sources_add(&s, name, "/dir/a.plx", str_from(text));
    name[0] = text[0] = '?';
    assert_int_equal(a->id, 1);
    assert_string_equal(a->name, "a.plx");
    assert_string_equal(a->path, "/dir/a.plx");
    assert_string_equal(a->text.p, "x = 1");
    for (int i = 2; i < 100; i++) {
        struct source *b = sources_add(&s, "<eval>", NULL, STR(""));
        assert_int_equal(b->id, i);
        assert_null(b->path);
    }
    assert_ptr_equal(sources_get(&s, 1), a);
    sources_free(&s);
}

static void test_places(void **state)
{
    (void)state;
    struct sources s = SOURCES_INIT;
    struct source *a = sources_add(&s, "a", NULL, STR("ab\n\xC3\xA9\xF0\x9F\x98\x80z\r\n\n\tx"));
    assert_place(a, 0, 1, 1);
    assert_place(a, 2, 1, 3); // the line's end is in the line
    assert_place(a, 3, 2, 1);
    assert_place(a, 5, 2, 2);
    assert_place(a, 9, 2, 3);
    assert_place(a, 10, 2, 4);
    assert_place(a, 12, 3, 1);
    assert_place(a, 13, 4, 1);
    assert_place(a, 14, 4, 2); // a tab is one column
    assert_place(a, 15, 4, 3);
    assert_line(a, 1, "ab");
    assert_line(a, 2, "\xC3\xA9\xF0\x9F\x98\x80z");
    assert_line(a, 3, "");
    assert_line(a, 4, "\tx");
    assert_int_equal(source_line_start(a, 4), 13);

    struct source *empty = sources_add(&s, "b", NULL, STR(""));
    assert_place(empty, 0, 1, 1);
    assert_line(empty, 1, "");

    struct source *newline = sources_add(&s, "c", NULL, STR("a\n"));
    assert_place(newline, 2, 2, 1);
    assert_line(newline, 2, "");

    // Malformed bytes are a column each, and a carriage return alone ends no line.
    struct source *odd = sources_add(&s, "d", NULL, STR("\xFF\xE2\x82z\rq"));
    assert_place(odd, 3, 1, 4);
    assert_place(odd, 6, 1, 7);
    assert_line(odd, 1, "\xFF\xE2\x82z\rq");
    sources_free(&s);
}

static void test_many_lines(void **state)
{
    (void)state;
    struct sources s = SOURCES_INIT;
    char text[3000];
    for (int i = 0; i < 3000; i++) text[i] = i % 3 == 2 ? '\n' : 'x';
    struct source *a = sources_add(&s, "a", NULL, (struct str){text, sizeof(text)});
    for (uint32_t i = 0; i < 3000; i++) assert_place(a, i, i / 3 + 1, i % 3 + 1);
    assert_place(a, 3000, 1001, 1);
    sources_free(&s);
}

static void place_behind_end(void *arg)
{
    (void)source_place(arg, 3);
}

static void line_behind_end(void *arg)
{
    (void)source_line(arg, 2);
}

static void test_bugs(void **state)
{
    (void)state;
    struct sources s = SOURCES_INIT;
    struct source *a = sources_add(&s, "a", NULL, STR("ab"));
    assert_bug(place_behind_end, a, "offset 3 in a source of 2 bytes");
    assert_bug(line_behind_end, a, "line 2 of 1");
    sources_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_many_lines),
        cmocka_unit_test(test_bugs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
