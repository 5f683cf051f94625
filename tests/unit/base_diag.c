#include "base/diag.h"

#include "base/bug.h"
#include "unit.h"

static void test_building(void **state)
{
    (void)state;
    struct diag_sink sink = DIAG_SINK_INIT;
    assert_false(diag_has_errors(&sink));
    char code[] = "W1101";
    struct diag *w = diag_warning(&sink, (struct span){1, 2, 3}, code, "no %s", "use");
    code[0] = 'X';
    assert_false(diag_has_errors(&sink));
    struct diag *e = diag_error(&sink, SPAN_NONE, "E0301", "%d", 7);
    assert_true(diag_has_errors(&sink));
    assert_ptr_equal(sink.first, w);
    assert_ptr_equal(w->next, e);
    assert_ptr_equal(sink.last, e);
    assert_string_equal(w->code, "W1101");
    assert_string_equal(w->message, "no use");
    assert_string_equal(w->primary.text, "");
    assert_int_equal(w->primary.span.start, 2);
    assert_int_equal(sink.error_count, 1);
    assert_int_equal(sink.warning_count, 1);

    diag_primary(e, "here %c", 'x');
    assert_string_equal(e->primary.text, "here x");
    diag_excerpt(e, STR("log\0of\n"));
    assert_string_equal(e->excerpt, "log of\n");
    char text[16];
    for (uint32_t i = 0; i < 100; i++) {
        diag_label(e, (struct span){1, i, i + 1}, "label %u", i);
        diag_note(e, "note %u", i);
        diag_help(e, "help %u", i);
        diag_frame(e, (struct span){2, i, i + 1}, "frame %u", i);
    }
    assert_int_equal(e->label_count, 100);
    assert_int_equal(e->note_count, 100);
    assert_int_equal(e->help_count, 100);
    assert_int_equal(e->frame_count, 100);
    for (uint32_t i = 0; i < 100; i++) {
        snprintf(text, sizeof(text), "label %u", i);
        assert_string_equal(e->labels[i].text, text);
        assert_int_equal(e->labels[i].span.start, i);
        snprintf(text, sizeof(text), "note %u", i);
        assert_string_equal(e->notes[i], text);
        snprintf(text, sizeof(text), "help %u", i);
        assert_string_equal(e->helps[i], text);
        snprintf(text, sizeof(text), "frame %u", i);
        assert_string_equal(e->frames[i].text, text);
        assert_int_equal(e->frames[i].span.end, i + 1);
    }
    diag_sink_free(&sink);
    assert_null(sink.first);
}

struct seen {
    char text[256];
};

static void remember(void *ctx, const struct diag *d)
{
    struct seen *seen = ctx;
    size_t len = strlen(seen->text);
    snprintf(seen->text + len, sizeof(seen->text) - len, "%s(%zu) ", d->message, d->note_count);
}

static void test_telling(void **state)
{
    (void)state;
    struct seen seen = {""};
    struct diag_sink sink = {.on_diag = remember, .on_diag_ctx = &seen};
    diag_flush(&sink);
    diag_note(diag_error(&sink, SPAN_NONE, "E0101", "one"), "x");
    assert_string_equal(seen.text, ""); // it may not be complete
    diag_warning(&sink, SPAN_NONE, "W0101", "two");
    assert_string_equal(seen.text, "one(1) ");
    diag_flush(&sink);
    diag_flush(&sink);
    assert_string_equal(seen.text, "one(1) two(0) ");
    diag_sink_free(&sink);
}

static void test_limit(void **state)
{
    (void)state;
    struct seen seen = {""};
    struct diag_sink sink = {.on_diag = remember, .on_diag_ctx = &seen, .error_limit = 2};
    for (int i = 1; i <= 4; i++) {
        diag_note(diag_error(&sink, SPAN_NONE, "E0101", "e%d", i), "x");
        diag_warning(&sink, SPAN_NONE, "W0101", "w%d", i);
    }
    diag_flush(&sink);
    assert_string_equal(seen.text, "e1(1) w1(0) e2(1) w2(0) w3(0) w4(0) ");
    assert_int_equal(sink.error_count, 4);
    assert_int_equal(sink.warning_count, 4);
    size_t kept = 0;
    for (struct diag *d = sink.first; d; d = d->next) kept++;
    assert_int_equal(kept, 6);
    diag_sink_free(&sink);
}

static void test_nearest(void **state)
{
    (void)state;
    const struct str names[] = {STR("train"), STR("test"), STR("epochs"), STR("x"), STR("trains")};
    static const char *const rows[][2] = {
        {"trian", "train"},   {"train", "train"},  {"trains", "trains"},
        {"tset", "test"},     {"epoch", "epochs"}, {"y", "x"},
        {"epoxxs", "epochs"}, {"epxxxs", ""},      {"zzzz", ""},
        {"traain", "train"},  {"", "x"},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        struct str nearest = diag_nearest(str_from(rows[i][0]), names, LEN(names));
        if (!str_eqz(nearest, rows[i][1])) {
            fail_msg("'%s' gives '" STR_FMT "'", rows[i][0], STR_ARG(nearest));
        }
    }
    // Of two that are as near, the first.
    const struct str ties[] = {STR("rate_a"), STR("rate_b")};
    assert_true(str_eqz(diag_nearest(STR("rate_c"), ties, 2), "rate_a"));
    assert_int_equal(diag_nearest(STR("a"), NULL, 0).len, 0);
}

static void test_suggest(void **state)
{
    (void)state;
    struct diag_sink sink = DIAG_SINK_INIT;
    struct diag *d = diag_error(&sink, SPAN_NONE, "E0301", "x");
    const struct str names[] = {STR("train")};
    assert_false(diag_suggest(d, STR("banana"), names, 1));
    assert_int_equal(d->help_count, 0);
    assert_true(diag_suggest(d, STR("trian"), names, 1));
    assert_string_equal(d->helps[0], "did you mean `train`?");
    diag_sink_free(&sink);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_building), cmocka_unit_test(test_telling),
        cmocka_unit_test(test_limit),    cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_suggest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
