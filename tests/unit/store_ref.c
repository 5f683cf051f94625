#include "store/ref.h"

#include "unit.h"

#define H1 "0123456789abcdef0123456789abcdef"
#define H2 "fedcba9876543210fedcba9876543210"

static void test_problems(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum ref_problem dref, rref;
    } rows[] = {
        {"dref:" H1 "-a", REF_OK, REF_NO_PREFIX},
        {"dref:" H1 "-A-9_z", REF_OK, REF_NO_PREFIX},
        {"dref:" H1 "-" H2 "-a", REF_OK, REF_NO_PREFIX}, // a name may look like that
        {"rref:" H1 "-" H2 "-a", REF_NO_PREFIX, REF_OK},
        {"rref:" H1 "-a", REF_NO_PREFIX, REF_BAD_HASH},
        {"", REF_NO_PREFIX, REF_NO_PREFIX},
        {"dref", REF_NO_PREFIX, REF_NO_PREFIX},
        {"Dref:" H1 "-a", REF_NO_PREFIX, REF_NO_PREFIX},
        {" dref:" H1 "-a", REF_NO_PREFIX, REF_NO_PREFIX},
        {"dref:", REF_BAD_HASH, REF_NO_PREFIX},
        {"dref:" H1, REF_BAD_HASH, REF_NO_PREFIX},
        {"dref:" H1 "-", REF_BAD_NAME, REF_NO_PREFIX},
        {"dref:0123456789ABCDEF0123456789ABCDEF-a", REF_BAD_HASH, REF_NO_PREFIX},
        {"dref:0123456789abcdef0123456789abcde-a", REF_BAD_HASH, REF_NO_PREFIX},
        {"dref:" H1 "0-a", REF_BAD_HASH, REF_NO_PREFIX},
        {"dref:" H1 "_a", REF_BAD_HASH, REF_NO_PREFIX},
        {"dref:" H1 "-a b", REF_BAD_NAME, REF_NO_PREFIX},
        {"dref:" H1 "-a\n", REF_BAD_NAME, REF_NO_PREFIX},
        {"dref:" H1 "-a/b", REF_BAD_NAME, REF_NO_PREFIX},
        {"dref:" H1 "-\xc3\xa9", REF_BAD_NAME, REF_NO_PREFIX},
        {"rref:" H1 "-" H2, REF_NO_PREFIX, REF_BAD_HASH},
        {"rref:" H1 "-" H2 "-", REF_NO_PREFIX, REF_BAD_NAME},
        {"rref:" H1 "-" H2 "-a.b", REF_NO_PREFIX, REF_BAD_NAME},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        struct dref d;
        struct rref r;
        struct str text = str_from(rows[i].text);
        assert_int_equal(dref_parse(text, &d), rows[i].dref);
        assert_int_equal(rref_parse(text, &r), rows[i].rref);
        assert_int_equal(ref_is_dref(text), rows[i].dref == REF_OK);
        assert_int_equal(ref_is_rref(text), rows[i].rref == REF_OK);
        if (rows[i].dref == REF_OK) assert_string_equal(d.text, rows[i].text);
        if (rows[i].rref == REF_OK) assert_string_equal(r.text, rows[i].text);
    }
}

static void test_name_length(void **state)
{
    (void)state;
    char text[400] = "dref:" H1 "-";
    size_t at = strlen(text);
    memset(text + at, 'n', 300);
    struct dref d;
    assert_int_equal(dref_parse((struct str){text, at + REF_NAME_MAX}, &d), REF_OK);
    assert_int_equal(dref_parse((struct str){text, at + REF_NAME_MAX + 1}, &d), REF_NAME_LONG);
    assert_true(ref_name_valid((struct str){text + at, REF_NAME_MAX}));
    assert_false(ref_name_valid((struct str){text + at, REF_NAME_MAX + 1}));
    assert_false(ref_name_valid(STR("")));
    assert_false(ref_name_valid((struct str){"a\0b", 3}));
}

static void test_parts(void **state)
{
    (void)state;
    struct dref d = dref_make(STR(H1 "0000"), STR("x-1"));
    assert_string_equal(d.text, "dref:" H1 "-x-1");
    assert_true(str_eqz(dref_hash(&d), H1));
    assert_true(str_eqz(dref_name(&d), "x-1"));
    assert_string_equal(dref_folder(&d), H1 "-x-1");
    struct rref r = rref_make(STR(H2), &d);
    assert_string_equal(r.text, "rref:" H2 "-" H1 "-x-1");
    assert_true(str_eqz(rref_hash(&r), H2));
    assert_string_equal(rref_dref(&r).text, d.text);
}

static void make_bad_hash(void *arg)
{
    (void)arg;
    (void)dref_make(STR("0123"), STR("a"));
}

static void make_bad_name(void *arg)
{
    (void)arg;
    (void)dref_make(STR(H1), STR("a b"));
}

static void test_bugs(void **state)
{
    (void)state;
    assert_bug(make_bad_hash, NULL, "is no hash");
    assert_bug(make_bad_name, NULL, "is no name");
}

static void test_texts_differ(void **state)
{
    (void)state;
    for (int a = REF_OK; a <= REF_NAME_LONG; a++) {
        for (int b = REF_OK; b < a; b++) {
            assert_string_not_equal(ref_problem_text((enum ref_problem)a),
                                    ref_problem_text((enum ref_problem)b));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_problems),     cmocka_unit_test(test_name_length),
        cmocka_unit_test(test_parts),        cmocka_unit_test(test_bugs),
        cmocka_unit_test(test_texts_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
