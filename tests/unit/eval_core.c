// The evaluator through its door: what golden files cannot see.
#include "eval_fixture.h"

// ---- modules ------------------------------------------------------------------------------------

static void loads_and_looks_up(void **state)
{
    (void)state;
    static const struct fixture_file files[] = {
        {"/test/lib/a.plx", "param k = 1\ntwice = 2 * k\n_hidden = 3"},
        {"/test/main.plx",
         "a = import(\"./lib/a.plx\", k = 21)\nb = { c = { \"d e\" = a.twice } }"},
        {NULL, NULL}};
    struct fixture f;
    struct value v;
    fixture_begin(&f, files, (struct eval_limits){0}, NULL);
    struct module *m = eval_load(f.ev, "/test/sub/../main.plx", "main.plx", NULL, 0);
    assert_non_null(m);
    assert_true(eval_lookup(f.ev, m, STR("b.c.\"d e\""), &v));
    assert_int_equal(v.tag, VALUE_INT);
    assert_int_equal(v.integer, 42);
    assert_false(eval_lookup(f.ev, m, STR("b.x"), &v));
    assert_string_equal(f.sink.last->code, "E0305");
    assert_string_equal(fixture_eval(&f, m, "a.twice + b.c[\"d e\"]"), "84");
    fixture_end(&f);
}

static void one_instance_for_equal_params(void **state)
{
    (void)state;
    static const struct fixture_file files[] = {
        {"/test/t.plx",
         "param k\nparam f = null\ns = stage(name = \"s\", k = k, realize = sh(\"true\"))"},
        {NULL, NULL}};
    struct fixture f;
    fixture_begin(&f, files, (struct eval_limits){0}, NULL);
    struct module *m = fixture_load(&f, "id(x) = x\n"
                                        "a = import(\"./t.plx\", k = [1, { x = \"y\" }]).s\n"
                                        "b = import(\"./t.plx\", k = [1, { x = \"y\" }]).s\n"
                                        "c = import(\"./t.plx\", k = 1, f = id).s\n"
                                        "d = import(\"./t.plx\", k = 1, f = id).s\n"
                                        "e = import(\"./t.plx\", k = 1.0).s\n"
                                        "all = [a, b, c, d, e]");
    assert_non_null(m);
    struct value v;
    struct stage_list stages;
    assert_true(eval_lookup(f.ev, m, STR("all"), &v));
    assert_int_equal(f.derived, 3);
    assert_true(eval_stages(f.ev, v, &stages));
    assert_int_equal(stages.len, 3);
    fixture_end(&f);
}

static void broken_imports_are_reported_once(void **state)
{
    (void)state;
    static const struct fixture_file files[] = {{"/test/bad.plx", "a = nope"}, {NULL, NULL}};
    struct fixture f;
    fixture_begin(&f, files, (struct eval_limits){0}, NULL);
    assert_null(fixture_load(&f, "a = import(\"./bad.plx\")\nb = import(\"./bad.plx\")"));
    assert_int_equal(f.sink.error_count, 1);
    assert_null(eval_load(f.ev, "/test/bad.plx", "bad.plx", NULL, 0));
    assert_int_equal(f.sink.error_count, 1);
    fixture_end(&f);
}

static void a_broken_binding_is_reported_once(void **state)
{
    (void)state;
    struct fixture f;
    struct value v;
    fixture_begin(&f, NULL, (struct eval_limits){0}, NULL);
    struct module *m = fixture_load(&f, "bad = 1 + \"x\"\na = bad\nb = bad\nfine = 3");
    assert_non_null(m);
    assert_false(eval_lookup(f.ev, m, STR("a"), &v));
    assert_false(eval_lookup(f.ev, m, STR("b"), &v));
    assert_int_equal(f.sink.error_count, 1);
    eval_forget_errors(f.ev);
    assert_false(eval_lookup(f.ev, m, STR("b"), &v));
    assert_int_equal(f.sink.error_count, 2);
    assert_true(eval_lookup(f.ev, m, STR("fine"), &v));
    fixture_end(&f);
}

static void items_and_tests(void **state)
{
    (void)state;
    struct fixture f;
    fixture_begin(&f, NULL, (struct eval_limits){0}, NULL);
    struct module *m =
        fixture_load(&f, "## Doubles.\ndouble(x: Int) -> Int = x + x\n"
                         "test \"holds\" = double(2) == 4\ntest \"fails\" = double(2) == 5");
    size_t count;
    bool passed;
    const struct module_item *items = module_items(m, &count);
    assert_int_equal(count, 3);
    assert_int_equal(items[0].kind, MODULE_FUNCTION);
    assert_true(str_eqz(items[0].doc, "Doubles."));
    assert_true(str_eqz(items[0].signature, "double(x: Int) -> Int"));
    assert_true(eval_test(f.ev, m, &items[1], &passed) && passed);
    assert_true(eval_test(f.ev, m, &items[2], &passed) && !passed);
    assert_string_equal(f.sink.last->code, "E0426");
    fixture_end(&f);
}

// ---- stages -------------------------------------------------------------------------------------

static void equal_calls_share_a_stage(void **state)
{
    (void)state;
    struct fixture f;
    struct value a, b, c;
    fixture_begin(&f, NULL, (struct eval_limits){0}, NULL);
    struct module *m =
        fixture_load(&f, "mk(..o) = stage(name = \"s\", x = 1, realize = sh(\"true\"), ..o)\n"
                         "a = mk()\nb = mk()\nc = mk(timeout = 3)");
    assert_true(eval_lookup(f.ev, m, STR("a"), &a));
    assert_true(eval_lookup(f.ev, m, STR("b"), &b));
    assert_true(eval_lookup(f.ev, m, STR("c"), &c));
    assert_ptr_equal(a.stage, b.stage);
    assert_ptr_not_equal(a.stage, c.stage);
    assert_true(str_eq(a.stage->dref, c.stage->dref));
    assert_ptr_equal(a.stage->config.p, c.stage->config.p);
    assert_ptr_equal(a.stage->realizer.p, c.stage->realizer.p);
    assert_true(str_eqz(c.stage->options, "{\n    \"timeout\": 3\n}"));
    assert_int_equal(eval_all_stages(f.ev).len, 2);
    fixture_end(&f);
}

static void dependencies_once_in_order_of_use(void **state)
{
    (void)state;
    struct fixture f;
    struct value v;
    fixture_begin(&f, NULL, (struct eval_limits){0}, NULL);
    struct module *m =
        fixture_load(&f, "mk(n) = stage(name = n, o = promise / \"o\", realize = sh(\"true\"))\n"
                         "s = stage(b = [mk(\"two\").o, mk(\"one\")], c = mk(\"two\"),"
                         " realize = sh(\"~{mk(\"three\")}\"), name = \"s\")");
    assert_true(eval_lookup(f.ev, m, STR("s"), &v));
    assert_int_equal(v.stage->dep_count, 3);
    assert_true(str_eqz(v.stage->deps[0]->name, "three")); // __realizer__ comes first
    assert_true(str_eqz(v.stage->deps[1]->name, "two"));
    assert_true(str_eqz(v.stage->deps[2]->name, "one"));
    fixture_end(&f);
}

static void keys_are_called(void **state)
{
    (void)state;
    static const struct fixture_file files[] = {{"/store/r1/score.txt", "0.5"}, {NULL, NULL}};
    struct fixture f;
    struct value v;
    struct key_score score;
    fixture_begin(&f, files, (struct eval_limits){0}, NULL);
    struct module *m =
        fixture_load(&f, "a = key(fn (r) => float(read_text(r / \"score.txt\")) * 4)\n"
                         "b = key(fn (r) => null)\nc = key(fn (r) => \"text\")\nall = [a, b, c]");
    assert_true(eval_lookup(f.ev, m, STR("all"), &v) && eval_force_deep(f.ev, &v));
    assert_true(eval_key_score(f.ev, 0, STR("rref:1"), "/store/r1", &score));
    assert_int_equal(score.kind, KEY_FLOAT);
    assert_true(score.number == 2.0);
    assert_true(eval_key_score(f.ev, 1, STR("rref:1"), "/store/r1", &score));
    assert_int_equal(score.kind, KEY_NONE);
    assert_true(eval_key_score(f.ev, 2, STR("rref:1"), "/store/r1", &score));
    assert_int_equal(score.kind, KEY_TEXT);
    assert_true(str_eqz(score.text, "text"));
    assert_false(eval_key_score(f.ev, 0, STR("rref:2"), "/store/r2", &score));
    fixture_end(&f);
}

// ---- limits -------------------------------------------------------------------------------------

// Evaluates `expr` under limits of one less, exactly and one more than it needs.
static void at_the_limit(struct eval_limits under, struct eval_limits exact, const char *module,
                         const char *expr, const char *wanted, const char *code)
{
    const struct eval_limits limits[] = {under, exact};
    for (size_t i = 0; i < LEN(limits); i++) {
        struct fixture f;
        fixture_begin(&f, NULL, limits[i], NULL);
        struct module *m = fixture_load(&f, module);
        assert_non_null(m);
        assert_string_equal(fixture_eval(&f, m, expr), i == 0 ? code : wanted);
        fixture_end(&f);
    }
}

static void limit_of_call_depth(void **state)
{
    (void)state;
    static const char down[] = "f(n) = if n == 0 then 0 else f(n - 1)";
    // The expression itself is a level, and so is each of f(98) … f(0).
    for (uint32_t limit = 99; limit <= 101; limit++) {
        struct fixture f;
        fixture_begin(&f, NULL, (struct eval_limits){.call_depth = limit}, NULL);
        struct module *m = fixture_load(&f, down);
        assert_string_equal(fixture_eval(&f, m, "f(98)"), limit < 100 ? "E0420" : "0");
        // The evaluation goes on after the error.
        assert_string_equal(fixture_eval(&f, m, "f(10)"), "0");
        fixture_end(&f);
    }
}

static void limit_of_list_items(void **state)
{
    (void)state;
    struct eval_limits under = {.list_items = 999}, exact = {.list_items = 1000};
    at_the_limit(under, exact, "", "len(range(1000))", "1000", "E0423");
    at_the_limit(under, exact, "xs = range(500)", "len(xs ++ xs)", "1000", "E0423");
    at_the_limit(under, exact, "xs = range(500)", "len([..xs, ..xs])", "1000", "E0423");
}

static void limit_of_string_bytes(void **state)
{
    (void)state;
    struct eval_limits under = {.string_bytes = 999}, exact = {.string_bytes = 1000};
    static const char module[] =
        "ten = \"0123456789\"\nhundred = join([ten for i in range(10)], \"\")";
    at_the_limit(under, exact, module, "len(join([hundred for i in range(10)], \"\"))", "1000",
                 "E0422");
    at_the_limit(under, exact, module, "len(fold(range(10), \"\", fn (a, i) => a + hundred))",
                 "1000", "E0422");
    at_the_limit(under, exact, module,
                 "len(fold(range(10), \"\", fn (a, i) => \"~{a}~{hundred}\"))", "1000", "E0422");
}

static void limit_of_steps(void **state)
{
    (void)state;
    uint64_t needed = 0;
    // The least limit under which it passes is found; below it fails, always with the same code.
    for (uint64_t steps = 1; needed == 0; steps++) {
        struct fixture f;
        fixture_begin(&f, NULL, (struct eval_limits){.steps = steps}, NULL);
        struct module *m = fixture_load(&f, "f(n) = if n == 0 then 0 else f(n - 1)");
        const char *got = fixture_eval(&f, m, "f(20)");
        if (strcmp(got, "0") == 0)
            needed = steps;
        else
            assert_string_equal(got, "E0424");
        fixture_end(&f);
        assert_true(steps < 1000);
    }
    assert_true(needed >= 21);
}

static bool fits(struct eval_limits limits, const char *module, const char *expr, const char *code)
{
    struct fixture f;
    fixture_begin(&f, NULL, limits, NULL);
    struct module *m = fixture_load(&f, module);
    assert_non_null(m);
    const char *got = fixture_eval(&f, m, expr);
    bool good = strcmp(got, code) != 0;
    if (good) assert_string_equal(got, "true");
    fixture_end(&f);
    return good;
}

// How much it takes is found by bisection: one byte less is refused.
static void least_memory(const char *module, const char *expr)
{
    size_t low = (size_t)4 << 20, high = (size_t)64 << 20;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (fits((struct eval_limits){.memory = middle}, module, expr, "E0421"))
            high = middle;
        else
            low = middle;
    }
    assert_false(fits((struct eval_limits){.memory = high - 1}, module, expr, "E0421"));
    assert_true(fits((struct eval_limits){.memory = high}, module, expr, "E0421"));
    assert_true(fits((struct eval_limits){.memory = high + 1}, module, expr, "E0421"));
}

static void limit_of_memory(void **state)
{
    (void)state;
    least_memory("", "len([[i] for i in range(200000)]) == 200000");
    least_memory("", "len(range(1000000)) == 1000000");
    least_memory("d(s, n) = if n == 0 then s else d(\"~{s}~{s}\", n - 1)",
                 "len(d(\"0123456789abcdef\", 18)) == 4194304");
}

static void limit_of_nesting(void **state)
{
    (void)state;
    for (uint32_t limit = 60; limit <= 62; limit++) {
        struct buf text = BUF_INIT;
        buf_pad(&text, '[', 59);
        buf_addc(&text, '1');
        buf_pad(&text, ']', 59);
        buf_addz(&text, " != 1");
        assert_int_equal(fits((struct eval_limits){.nesting = limit}, "", buf_z(&text), "E0202"),
                         limit >= 61);
        buf_free(&text);
    }
}

static void cancelling(void **state)
{
    (void)state;
    volatile bool cancel = false;
    struct fixture f;
    fixture_begin(&f, NULL, (struct eval_limits){0}, &cancel);
    struct module *m = fixture_load(&f, "work(n) = fold(range(n), 0, fn (a, x) => a + x)");
    assert_string_equal(fixture_eval(&f, m, "work(100000)"), "4999950000");
    cancel = true;
    assert_string_equal(fixture_eval(&f, m, "work(100000)"), "E0425");
    fixture_end(&f);
}

// ---- depth --------------------------------------------------------------------------------------

// The caller's stack is small and must not matter.
static void deep_values(void **state)
{
    (void)state;
    struct fixture f;
    struct value v;
    struct buf out = BUF_INIT;
    fixture_begin(&f, NULL, (struct eval_limits){0}, NULL);
    struct module *m =
        fixture_load(&f, "deep(n) = fold(range(n), 0, fn (a, i) => { x = [a] })\n"
                         "d = deep(10000)\nsame = d == deep(10000)\nless = [d.x] < [d.x]");
    assert_true(eval_lookup(f.ev, m, STR("d"), &v));
    assert_true(eval_force_deep(f.ev, &v));
    assert_true(value_print(f.ev, v, (struct print_style){0}, &out));
    assert_true(out.len > 100000);
    buf_clear(&out);
    assert_true(value_encode(f.ev, v, true, &out));
    assert_int_equal(out.len, 10000 * strlen("{\"x\": []}") + 1);
    assert_true(eval_lookup(f.ev, m, STR("same"), &v));
    assert_true(v.boolean);
    buf_free(&out);
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_and_looks_up),
        cmocka_unit_test(one_instance_for_equal_params),
        cmocka_unit_test(broken_imports_are_reported_once),
        cmocka_unit_test(a_broken_binding_is_reported_once),
        cmocka_unit_test(items_and_tests),
        cmocka_unit_test(equal_calls_share_a_stage),
        cmocka_unit_test(dependencies_once_in_order_of_use),
        cmocka_unit_test(keys_are_called),
        cmocka_unit_test(limit_of_call_depth),
        cmocka_unit_test(limit_of_list_items),
        cmocka_unit_test(limit_of_string_bytes),
        cmocka_unit_test(limit_of_steps),
        cmocka_unit_test(limit_of_memory),
        cmocka_unit_test(limit_of_nesting),
        cmocka_unit_test(cancelling),
        cmocka_unit_test(deep_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
