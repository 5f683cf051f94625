#include "engine/fetch_settings.h"

#include "unit.h"

static int teardown(void **state)
{
    (void)state;
    return unsetenv("PLX_FETCH_TRIES") || unsetenv("PLX_UNPACK_MAX_BYTES");
}

static void test_defaults(void **state)
{
    (void)state;
    struct diag_sink sink = DIAG_SINK_INIT;
    struct fetch_settings s, d;
    fetch_settings_default(&d);
    assert_true(fetch_settings_from_env(&s, &sink));
    assert_memory_equal(&s, &d, sizeof(s));
    assert_int_equal(s.connect_timeout_s, 30);
    assert_int_equal(s.stall_timeout_s, 60);
    assert_int_equal(s.tries, 4);
    assert_int_equal(s.backoff_ms, 500);
    assert_int_equal(s.max_download_bytes, INT64_C(256) << 30);
    assert_int_equal(s.max_unpack_bytes, INT64_C(256) << 30);
    assert_int_equal(s.max_unpack_entries, 2000000);
    assert_int_equal(s.max_unpack_ratio, 200);
}

static void test_limits(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value; // -1: refused
    } cases[] = {
        {"1", 1},     {"1000", 1000},
        {"0007", 7},  {"0", -1},
        {"1001", -1}, {"", -1},
        {" 1", -1},   {"1 ", -1},
        {"-1", -1},   {"+1", -1},
        {"0x1", -1},  {"1k", -1},
        {"1.0", -1},  {"99999999999999999999", -1},
    };
    for (size_t i = 0; i < LEN(cases); i++) {
        struct diag_sink sink = DIAG_SINK_INIT;
        struct fetch_settings s;
        assert_int_equal(setenv("PLX_FETCH_TRIES", cases[i].text, 1), 0);
        assert_int_equal(fetch_settings_from_env(&s, &sink), cases[i].value > 0);
        assert_int_equal(sink.error_count, cases[i].value > 0 ? 0 : 1);
        if (cases[i].value > 0) assert_int_equal(s.tries, cases[i].value);
        diag_sink_free(&sink);
    }
}

static void test_other_settings_keep_their_defaults(void **state)
{
    (void)state;
    struct diag_sink sink = DIAG_SINK_INIT;
    struct fetch_settings s, d;
    fetch_settings_default(&d);
    assert_int_equal(setenv("PLX_UNPACK_MAX_BYTES", "5", 1), 0);
    assert_true(fetch_settings_from_env(&s, &sink));
    assert_int_equal(s.max_unpack_bytes, 5);
    s.max_unpack_bytes = d.max_unpack_bytes;
    assert_memory_equal(&s, &d, sizeof(s));
}

static void ask_for_another_field(void *arg)
{
    struct fetch_settings *s = arg;
    (void)fetch_settings_variable(s, (const int64_t *)(s + 1));
}

static void test_variables(void **state)
{
    (void)state;
    struct fetch_settings s;
    assert_string_equal(fetch_settings_variable(&s, &s.max_unpack_ratio), "PLX_UNPACK_MAX_RATIO");
    assert_string_equal(fetch_settings_variable(&s, &s.connect_timeout_s),
                        "PLX_FETCH_CONNECT_TIMEOUT");
    assert_bug(ask_for_another_field, &s, "no fetch setting at offset");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_defaults, teardown),
        cmocka_unit_test_teardown(test_limits, teardown),
        cmocka_unit_test_teardown(test_other_settings_keep_their_defaults, teardown),
        cmocka_unit_test_teardown(test_variables, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
