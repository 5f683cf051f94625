// Differences of JSON values, as "PATH: BEFORE -> AFTER" lines.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/json_diff.h"

static const struct {
    const char *before;
    const char *after;
    const char *lines;
} cases[] = {
    {"{}", "{}", ""},
    {"{\"a\": 1}", "{\"a\": 1.0}", "a: 1 -> 1.0\n"},
    {"{\"a\": 1, \"b\": 2}", "{\"b\": 2, \"c\": null}", "a: 1 -> nothing\nc: nothing -> null\n"},
    {"{\"b\": {\"x\": [1, {\"y\": 2}]}}", "{\"b\": {\"x\": [1, {\"y\": 3}]}}",
     "b.x[1].y: 2 -> 3\n"},
    {"{\"x\": [1, 2]}", "{\"x\": [1]}", "x: [1, 2] -> [1]\n"},
    {"{\"b c\": {\"1\": 1}}", "{\"b c\": {\"1\": 2}}", "\"b c\".\"1\": 1 -> 2\n"},
    {"[1, 2, 3]", "[1, 0, 4]", "[1]: 2 -> 0\n[2]: 3 -> 4\n"},
    {"1", "{}", ": 1 -> {}\n"},
    {"{\"r\": [\"whole\", 1]}", "{\"r\": [\"whole\", 2]}", "r: [\"whole\", 1] -> [\"whole\", 2]\n"},
};

static bool is_whole(const json_t *v)
{
    const char *tag = json_string_value(json_array_get(v, 0));
    return tag && strcmp(tag, "whole") == 0;
}

static void add_value(struct buf *out, const json_t *v)
{
    if (v)
        json_compact(out, v);
    else
        buf_addz(out, "nothing");
}

static void test_differences(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(cases); i++) {
        struct arena arena = ARENA_INIT;
        struct json_problem problem;
        struct json_differences d;
        json_t *before = json_parse(str_from(cases[i].before), &problem);
        json_t *after = json_parse(str_from(cases[i].after), &problem);
        json_diff(before, after, is_whole, &arena, &d);
        struct buf text = BUF_INIT;
        for (size_t k = 0; k < d.len; k++) {
            buf_printf(&text, STR_FMT ": ", STR_ARG(d.at[k].path));
            add_value(&text, d.at[k].before);
            buf_addz(&text, " -> ");
            add_value(&text, d.at[k].after);
            buf_addc(&text, '\n');
        }
        assert_string_equal(buf_z(&text), cases[i].lines);
        buf_free(&text);
        json_decref(before);
        json_decref(after);
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_differences)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
