#include "base/json.h"

#include <fcntl.h>
#include <math.h>

#include "base/io.h"
#include "unit.h"

// Python's repr of each, which json.dumps prints too.
static void test_float_text(void **state)
{
    (void)state;
    static const struct {
        double d;
        const char *text;
    } rows[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1.0, "1.0"},
        {-1.5, "-1.5"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3, "0.3333333333333333"},
        {100.0, "100.0"},
        {123456.789, "123456.789"},
        {3.141592653589793, "3.141592653589793"},
        // The borders of the exponent form
        {1e15, "1000000000000000.0"},
        {9999999999999998.0, "9999999999999998.0"},
        {1e16, "1e+16"},
        {12345678901234567.0, "1.2345678901234568e+16"},
        {1e22, "1e+22"},
        {1e23, "1e+23"},
        {0.001, "0.001"},
        {0.0001, "0.0001"},
        {0.00012345, "0.00012345"},
        {0.00009999, "9.999e-05"},
        {1e-5, "1e-05"},
        {1.5e-10, "1.5e-10"},
        {1e100, "1e+100"},
        {-4.316812666121037e+210, "-4.316812666121037e+210"},
        // The largest and the smallest
        {0x1.fffffffffffffp1023, "1.7976931348623157e+308"},
        {0x1p-1022, "2.2250738585072014e-308"},
        {0x0.fffffffffffffp-1022, "2.225073858507201e-308"},
        {0x1p-1074, "5e-324"},
        {0x1p-1073, "1e-323"},
        {0x3p-1074, "1.5e-323"},
        {0x1p-1060, "8.095e-320"},
        {0x123456789p-1074, "2.414359655e-314"},
        // Powers of two, where what lies below is nearer; the first four are not the nearest of
        // their length
        {0x1p-1017, "7.120236347223045e-307"},
        {0x1p-24, "5.960464477539063e-08"},
        {0x1p-44, "5.684341886080802e-14"},
        {0x1p89, "6.189700196426902e+26"},
        {0x1p52, "4503599627370496.0"},
        {0x1p53, "9007199254740992.0"},
        {0x1p54, "1.8014398509481984e+16"},
        {0x1p63, "9.223372036854776e+18"},
        {0x1p64, "1.8446744073709552e+19"},
        {0x1p-1, "0.5"},
        {0x1p-10, "0.0009765625"},
        {0x1p-14, "6.103515625e-05"},
        {0x1p1023, "8.98846567431158e+307"},
        {0x1p976, "6.386688990511104e+293"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[JSON_FLOAT_SIZE];
        size_t len = json_float_text(rows[i].d, text);
        assert_string_equal(text, rows[i].text);
        assert_int_equal(len, strlen(text));
    }
}

static size_t digit_count(const char *text)
{
    size_t count = 0, zeros = 0;
    for (; *text && *text != 'e'; text++) {
        if (*text < '0' || *text > '9') continue;
        if (!count && *text == '0') continue;
        count++;
        zeros = *text == '0' ? zeros + 1 : 0;
    }
    return count - zeros;
}

static void check_float(double d)
{
    char text[JSON_FLOAT_SIZE], other[64];
    json_float_text(d, text);
    double back = strtod(text, NULL);
    if (memcmp(&back, &d, sizeof(d)) != 0) fail_msg("%a gives %s", d, text);
    // The nearest with fewer digits does not read back.
    size_t digits = digit_count(text);
    for (size_t fewer = 1; d != 0 && fewer < digits; fewer++) {
        snprintf(other, sizeof(other), "%.*e", (int)fewer - 1, d);
        if (strtod(other, NULL) == d) fail_msg("%a gives %s, but %s would do", d, text, other);
    }
    snprintf(other, sizeof(other), "%.17g", d);
    if (digits > digit_count(other)) fail_msg("%a gives %s, longer than %s", d, text, other);
}

static void test_float_random(void **state)
{
    (void)state;
    uint64_t seed = 0x9E3779B97F4A7C15u;
    for (int i = 0; i < 100000; i++) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        double d;
        memcpy(&d, &seed, sizeof(d));
        if (isfinite(d)) check_float(d);
        check_float((double)(seed % 1000000) / pow(10, (double)(seed >> 32 & 7)));
        check_float(ldexp((double)(seed >> 12 >> (seed & 51)), -1074));
    }
    for (int e = -1074; e < 1024; e++) {
        double d = ldexp(1, e);
        check_float(d);
        check_float(nextafter(d, 0));
        check_float(nextafter(d, INFINITY));
    }
}

static void write_nan(void *arg)
{
    char text[JSON_FLOAT_SIZE];
    json_float_text(*(double *)arg, text);
}

static void test_float_refused(void **state)
{
    (void)state;
    double nan = NAN, infinity = -INFINITY;
    assert_bug(write_nan, &nan, "a JSON number that is not finite");
    assert_bug(write_nan, &infinity, "a JSON number that is not finite");
}

// The 400 cases have config and text as Python has read and printed them.
static void test_vectors(void **state)
{
    (void)state;
    struct buf file = BUF_INIT, text = BUF_INIT;
    assert_int_equal(io_read_file(AT_FDCWD, TESTS_DIR "/vectors/dref.jsonl", 0, &file), 0);
    int cases = 0;
    for (char *line = file.p, *end; (end = strchr(line, '\n')); line = end + 1, cases++) {
        struct json_problem problem;
        json_t *json = json_parse((struct str){line, (size_t)(end - line)}, &problem);
        if (!json) fail_msg("case %d: %s", cases, problem.text);
        buf_clear(&text);
        json_canonical(&text, json_object_get(json, "config"));
        assert_string_equal(text.p, json_string_value(json_object_get(json, "text")));
        // And once more from the text, in which all is escaped.
        json_t *again = json_parse(buf_str(&text), &problem);
        assert_non_null(again);
        assert_true(json_equal(again, json_object_get(json, "config")));
        json_decref(again);
        json_decref(json);
    }
    assert_int_equal(cases, 400);
    buf_free(&file);
    buf_free(&text);
}

static void write_sample(struct json_writer *w)
{
    json_begin_object(w);
    json_key(w, STR(""));
    json_begin_object(w);
    json_end_object(w);
    json_key(w, STR("A"));
    json_begin_array(w);
    json_end_array(w);
    json_key(w, STR("a"));
    json_begin_array(w);
    json_int(w, INT64_MIN);
    json_float(w, -0.5);
    json_begin_object(w);
    json_key(w, STR("x"));
    json_bool(w, true);
    json_key(w, STR("y"));
    json_bool(w, false);
    json_end_object(w);
    json_begin_array(w);
    json_nil(w);
    json_end_array(w);
    json_end_array(w);
    json_key(w, STR("a\0"));
    json_str(w, STR("\0\x01\x1f\b\f\n\r\t\"\\/"
                    "~\x7f\xC2\x80\xE2\x80\xA8\xEF\xBF\xBF\xF0\x9F\x98\x80\xF4\x8F\xBF\xBF"));
    json_key(w, STR("\xF0\x90\x80\x80"));
    json_int(w, INT64_MAX);
    json_end_object(w);
}

static void test_writer(void **state)
{
    (void)state;
    static const char pretty[] = "{\n"
                                 "    \"\": {},\n"
                                 "    \"A\": [],\n"
                                 "    \"a\": [\n"
                                 "        -9223372036854775808,\n"
                                 "        -0.5,\n"
                                 "        {\n"
                                 "            \"x\": true,\n"
                                 "            \"y\": false\n"
                                 "        },\n"
                                 "        [\n"
                                 "            null\n"
                                 "        ]\n"
                                 "    ],\n"
                                 "    \"a\\u0000\": "
                                 "\"\\u0000\\u0001\\u001f\\b\\f\\n\\r\\t\\\"\\\\/"
                                 "~\\u007f\\u0080\\u2028\\uffff\\ud83d\\ude00\\udbff\\udfff\",\n"
                                 "    \"\\ud800\\udc00\": 9223372036854775807\n"
                                 "}";
    static const char compact[] = "{\"\": {}, \"A\": [], \"a\": [-9223372036854775808, -0.5, "
                                  "{\"x\": true, \"y\": false}, [null]], "
                                  "\"a\\u0000\": "
                                  "\"\\u0000\\u0001\\u001f\\b\\f\\n\\r\\t\\\"\\\\/"
                                  "~\\u007f\\u0080\\u2028\\uffff\\ud83d\\ude00\\udbff\\udfff\", "
                                  "\"\\ud800\\udc00\": 9223372036854775807}";
    struct buf out = BUF_INIT;
    struct json_writer w;
    json_writer_init(&w, &out, false);
    write_sample(&w);
    assert_string_equal(out.p, pretty);
    buf_clear(&out);
    json_writer_init(&w, &out, true);
    write_sample(&w);
    assert_string_equal(out.p, compact);
    // Nothing is held back after the last end, and a writer can go on with another text.
    assert_null(w.levels);
    buf_clear(&out);
    json_str(&w, STR("top"));
    assert_string_equal(out.p, "\"top\"");
    // One that is given up is freed by hand.
    json_begin_object(&w);
    json_key(&w, STR("k"));
    json_begin_array(&w);
    json_writer_free(&w);
    buf_free(&out);
}

enum misuse {
    SAME_KEY,
    KEYS_SWAPPED,
    NO_KEY,
    KEY_IN_ARRAY,
    TWO_KEYS,
    WRONG_END,
    NO_VALUE,
    END_OF_NOTHING,
    BAD_TEXT
};

static void misuse(void *arg)
{
    struct buf out = BUF_INIT;
    struct json_writer w;
    json_writer_init(&w, &out, false);
    enum misuse how = *(enum misuse *)arg;
    if (how == END_OF_NOTHING) json_end_object(&w);
    if (how == KEY_IN_ARRAY || how == WRONG_END)
        json_begin_array(&w);
    else
        json_begin_object(&w);
    if (how == NO_KEY) json_nil(&w);
    if (how == WRONG_END) json_end_object(&w);
    json_key(&w, STR("b"));
    if (how == TWO_KEYS) json_key(&w, STR("c"));
    if (how == NO_VALUE) json_end_object(&w);
    if (how == BAD_TEXT) json_str(&w, STR("\xC3"));
    json_begin_object(&w);
    json_key(&w, STR("z")); // an inner object's keys do not count outside
    json_nil(&w);
    json_end_object(&w);
    json_key(&w, how == SAME_KEY ? STR("b") : STR("a"));
}

static void test_misuse(void **state)
{
    (void)state;
    static const char *const messages[] = {
        [SAME_KEY] = "JSON key 'b' after 'b'",
        [KEYS_SWAPPED] = "JSON key 'a' after 'b'",
        [NO_KEY] = "a JSON member without a key",
        [KEY_IN_ARRAY] = "a JSON key where none can be",
        [TWO_KEYS] = "a JSON key where none can be",
        [WRONG_END] = "unbalanced JSON",
        [NO_VALUE] = "unbalanced JSON",
        [END_OF_NOTHING] = "unbalanced JSON",
        [BAD_TEXT] = "malformed UTF-8 in a JSON string",
    };
    for (enum misuse how = SAME_KEY; how <= BAD_TEXT; how++)
        assert_bug(misuse, &how, messages[how]);
}

static void test_parse(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        const char *compact; // as it is printed, or null if it is refused
    } rows[] = {
        {STR("{\"b\": [1, 2.50, -0, 1E2], \"a\": \"\\u00e9\\ud83d\\ude00\\/\"}"),
         "{\"a\": \"\\u00e9\\ud83d\\ude00/\", \"b\": [1, 2.5, 0, 100.0]}"},
        {STR(" 3 "), "3"},
        {STR("\"\""), "\"\""},
        {STR("null"), "null"},
        {STR("\"a\\u0000b\""), "\"a\\u0000b\""},
        {STR("9223372036854775807"), "9223372036854775807"},
        {STR("-9223372036854775808"), "-9223372036854775808"},
        {STR("9223372036854775808"), NULL},
        {STR("-9223372036854775809"), NULL},
        {STR("1e400"), NULL},
        {STR("NaN"), NULL},
        {STR("Infinity"), NULL},
        {STR("-Infinity"), NULL},
        {STR("01"), NULL},
        {STR("+1"), NULL},
        {STR(".5"), NULL},
        {STR("1."), NULL},
        {STR("0x10"), NULL},
        {STR(""), NULL},
        {STR("  "), NULL},
        {STR("{} {}"), NULL},
        {STR("[1]x"), NULL},
        {STR("[1]\0"), NULL},
        {STR("[1,]"), NULL},
        {STR("{\"a\": 1,}"), NULL},
        {STR("{\"a\": 1, \"a\": 1}"), NULL},
        {STR("{\"a\": 1, \"\\u0061\": 2}"), NULL},
        {STR("{\"a\\u0000\": 1}"), NULL},
        {STR("{a: 1}"), NULL},
        {STR("'a'"), NULL},
        {STR("\"\xC3\""), NULL},
        {STR("\"\xED\xA0\x80\""), NULL},
        {STR("\"\\ud83d\""), NULL},
        {STR("\"\\ude00\""), NULL},
        {STR("\"\n\""), NULL},
        {STR("\"\\x\""), NULL},
        {STR("[1 // comment\n]"), NULL},
        {STR("\xEF\xBB\xBF[]"), NULL},
    };
    struct buf out = BUF_INIT;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct json_problem problem = {0};
        json_t *json = json_parse(rows[i].text, &problem);
        if (!rows[i].compact) {
            if (json) fail_msg("'" STR_FMT "' is accepted", STR_ARG(rows[i].text));
            assert_true(problem.text[0]);
            continue;
        }
        if (!json) fail_msg("'" STR_FMT "': %s", STR_ARG(rows[i].text), problem.text);
        buf_clear(&out);
        json_compact(&out, json);
        assert_string_equal(out.p, rows[i].compact);
        json_decref(json);
    }
    struct json_problem problem;
    assert_null(json_parse(STR("{\n  \"a\": 1\n  \"b\": 2\n}"), &problem));
    assert_int_equal(problem.line, 3);
    assert_int_equal(problem.column, 5);
    assert_string_equal(problem.text, "'}' expected near '\"b\"'");
    buf_free(&out);
}

static void test_parse_depth(void **state)
{
    (void)state;
    struct buf text = BUF_INIT, out = BUF_INIT;
    struct json_problem problem;
    buf_pad(&text, '[', 2048);
    buf_pad(&text, ']', 2048);
    json_t *json = json_parse(buf_str(&text), &problem);
    assert_non_null(json);
    json_compact(&out, json);
    assert_string_equal(out.p, text.p);
    json_decref(json);
    buf_clear(&text);
    buf_pad(&text, '[', 2049);
    buf_pad(&text, ']', 2049);
    assert_null(json_parse(buf_str(&text), &problem));
    assert_string_equal(problem.text,
                        "brackets inside each other are read 2048 deep, and here are more");
    buf_free(&text);
    buf_free(&out);
}

// Text of one writer inside of another: the same as if it were written there.
static void test_written(void **state)
{
    (void)state;
    struct buf inner = BUF_INIT, outer = BUF_INIT;
    struct json_writer w;
    json_writer_init(&w, &inner, false);
    json_begin_object(&w);
    json_key(&w, STR("a"));
    json_begin_array(&w);
    json_str(&w, STR("two\nlines"));
    json_begin_array(&w);
    json_end_array(&w);
    json_end_array(&w);
    json_end_object(&w);
    json_writer_init(&w, &outer, false);
    json_begin_array(&w);
    json_written(&w, buf_str(&inner));
    json_begin_object(&w);
    json_key(&w, STR("b"));
    json_written(&w, buf_str(&inner));
    json_end_object(&w);
    json_end_array(&w);
    assert_string_equal(buf_z(&outer), "[\n"
                                       "    {\n"
                                       "        \"a\": [\n"
                                       "            \"two\\nlines\",\n"
                                       "            []\n"
                                       "        ]\n"
                                       "    },\n"
                                       "    {\n"
                                       "        \"b\": {\n"
                                       "            \"a\": [\n"
                                       "                \"two\\nlines\",\n"
                                       "                []\n"
                                       "            ]\n"
                                       "        }\n"
                                       "    }\n"
                                       "]");
    buf_free(&inner);
    buf_free(&outer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written),      cmocka_unit_test(test_float_text),
        cmocka_unit_test(test_float_random), cmocka_unit_test(test_float_refused),
        cmocka_unit_test(test_vectors),      cmocka_unit_test(test_writer),
        cmocka_unit_test(test_misuse),       cmocka_unit_test(test_parse),
        cmocka_unit_test(test_parse_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
