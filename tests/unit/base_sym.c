#include "base/sym.h"

#include "unit.h"

static void test_intern(void **state)
{
    (void)state;
    struct symtab t = SYMTAB_INIT;
    assert_int_equal(sym_find(&t, STR("a")), SYM_NONE);
    char name[] = "alpha";
    sym alpha = sym_intern(&t, str_from(name));
    name[0] = 'X'; // the table has its own copy
    assert_int_not_equal(alpha, SYM_NONE);
    assert_int_equal(sym_intern(&t, STR("alpha")), alpha);
    assert_int_equal(sym_find(&t, STR("alpha")), alpha);
    sym empty = sym_intern(&t, STR(""));
    assert_int_not_equal(empty, alpha);
    assert_string_equal(sym_z(&t, empty), "");
    assert_string_equal(sym_z(&t, alpha), "alpha");
    assert_int_equal(sym_str(&t, alpha).len, 5);
    symtab_free(&t);
}

static void test_many(void **state)
{
    (void)state;
    struct symtab t = SYMTAB_INIT;
    char name[16];
    sym ids[5000];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 5000; i++) {
            snprintf(name, sizeof(name), "n%d", i);
            sym id = sym_intern(&t, str_from(name));
            if (round) assert_int_equal(id, ids[i]);
            ids[i] = id;
        }
    }
    for (int i = 0; i < 5000; i++) {
        snprintf(name, sizeof(name), "n%d", i);
        assert_string_equal(sym_z(&t, ids[i]), name);
    }
    symtab_free(&t);
}

static void name_of_none(void *arg)
{
    (void)sym_str(arg, SYM_NONE);
}

static void name_of_unknown(void *arg)
{
    (void)sym_str(arg, 2);
}

static void test_bugs(void **state)
{
    (void)state;
    struct symtab t = SYMTAB_INIT;
    assert_int_equal(sym_intern(&t, STR("x")), 1);
    assert_bug(name_of_none, &t, "symbol 0 of 1");
    assert_bug(name_of_unknown, &t, "symbol 2 of 1");
    symtab_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intern),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_bugs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
