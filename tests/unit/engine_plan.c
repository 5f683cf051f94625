// Plans: what one target may hold, and files.
#include "engine_fixture.h"

static void add_pair(struct fixture *f, bool together)
{
    fixture_add(f, !together, (struct stage){.config = "\"name\": \"a\"", .sh = "\"true\""});
    fixture_add(f, !together,
                (struct stage){.config = "\"name\": \"b\", \"d\": \"@a\"", .sh = "\"true\""});
}

static void one_closure_has_one_matcher_for_a_derivation(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 0);
    uint32_t one =
        fixture_add(&f, false, (struct stage){.config = "\"name\": \"a\"", .sh = "\"true\""});
    uint32_t two = fixture_add(&f, false,
                               (struct stage){.config = "\"name\": \"a\"",
                                              .sh = "\"true\"",
                                              .matcher = "{\"rmax\": null}"});
    uint32_t b = fixture_add(
        &f, true, (struct stage){.config = "\"name\": \"b\", \"d\": \"@a\"", .sh = "\"true\""});
    assert_int_equal(f.plan.at[b].deps[0], two);
    // Different targets may differ.
    plan_add_target(&f.plan, one);
    assert_true(plan_check(&f.plan, &f.sink));
    uint32_t deps[] = {one, b};
    struct derivation top = {.name = STR("top"),
                             .dref = STR("dref:00000000000000000000000000000000-top"),
                             .config = STR("{}"),
                             .deps = deps,
                             .dep_count = 2};
    plan_add_target(&f.plan, plan_add(&f.plan, &top));
    assert_false(plan_check(&f.plan, &f.sink));
    assert_int_equal(f.sink.error_count, 1);
    assert_string_equal(f.sink.first->code, "E0814");
    assert_string_equal(f.sink.first->message, "`a` is used with two different matchers");
    assert_string_equal(f.sink.first->notes[0], "one is at test.plx:1");
    assert_string_equal(f.sink.first->notes[1], "one is at test.plx:2");
    fixture_free(&f);
}

// The second of three and the third meet where the first is not.
static void any_two_of_several_uses_are_compared(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 0);
    const char *const matchers[] = {NULL, "{\"rmax\": null}", "{\"rmax\": 7}"};
    uint32_t uses[3];
    for (size_t i = 0; i < 3; i++)
        uses[i] = fixture_add(
            &f, i == 0,
            (struct stage){.config = "\"name\": \"a\"", .sh = "\"true\"", .matcher = matchers[i]});
    struct derivation top = {.name = STR("top"),
                             .dref = STR("dref:00000000000000000000000000000000-top"),
                             .config = STR("{}"),
                             .deps = uses + 1,
                             .dep_count = 2};
    plan_add_target(&f.plan, plan_add(&f.plan, &top));
    assert_false(plan_check(&f.plan, &f.sink));
    assert_int_equal(f.sink.error_count, 1);
    assert_string_equal(f.sink.first->notes[0], "one is at test.plx:2");
    assert_string_equal(f.sink.first->notes[1], "one is at test.plx:3");
    fixture_free(&f);
}

static void one_run_makes_a_derivation_in_one_way(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 0);
    const struct {
        const char *sh, *options, *message;
    } cases[] = {
        {"\"false\"", NULL, "`a` is used with two different realizers"},
        {NULL, "{\"timeout\": 4}", "`a` is used with two different values of `timeout`"},
        {NULL, "{\"passenv\": [\"X\"], \"timeout\": 3}",
         "`a` is used with two different values of `passenv`"},
        {NULL, NULL, "`a` is used with two different values of `timeout`"},
        {NULL, "{\"timeout\": 3}", NULL},
    };
    for (size_t i = 0; i < LEN(cases); i++) {
        const char *sh = cases[i].sh ? cases[i].sh : "\"true\"";
        const char *options = cases[i].sh ? "{\"timeout\": 3}" : cases[i].options;
        f.plan.len = f.plan.target_count = 0;
        // Two targets that share nothing else.
        fixture_add(&f, true,
                    (struct stage){.config = "\"name\": \"a\"",
                                   .sh = "\"true\"",
                                   .options = "{\"timeout\": 3}"});
        fixture_add(&f, true,
                    (struct stage){.config = "\"name\": \"a\"", .sh = sh, .options = options});
        assert_int_equal(plan_check(&f.plan, &f.sink), cases[i].message == NULL);
        if (cases[i].message) assert_string_equal(f.sink.last->message, cases[i].message);
    }
    fixture_free(&f);
}

// In one closure it is another use, but a target of its own may ask for it.
static void what_makes_nothing_differs_from_nothing(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 0);
    const struct stage uses[] = {
        {.config = "\"name\": \"a\"", .realizer = "{\"kind\": \"realized\"}"},
        {.config = "\"name\": \"a\"", .sh = "\"true\""},
        {.config = "\"name\": \"a\"", .sh = "\"false\""},
    };
    uint32_t deps[] = {fixture_add(&f, true, uses[0]), fixture_add(&f, true, uses[1])};
    assert_true(plan_check(&f.plan, &f.sink));
    struct derivation top = {.name = STR("top"),
                             .dref = STR("dref:00000000000000000000000000000000-top"),
                             .config = STR("{}"),
                             .deps = deps,
                             .dep_count = 2};
    plan_add_target(&f.plan, plan_add(&f.plan, &top));
    assert_false(plan_check(&f.plan, &f.sink));
    assert_int_equal(f.sink.error_count, 1);
    assert_string_equal(f.sink.first->message, "`a` is used with two different realizers");
    f.plan.target_count = 2;
    fixture_add(&f, true, uses[2]);
    assert_false(plan_check(&f.plan, &f.sink));
    assert_string_equal(f.sink.last->notes[0], "one is at test.plx:2");
    assert_string_equal(f.sink.last->notes[1], "one is at test.plx:4");
    fixture_free(&f);
}

static void many_conflicts_are_all_found(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 0);
    uint32_t deps[200];
    for (int i = 0; i < 200; i++)
        deps[i] =
            fixture_add(&f, false,
                        (struct stage){.config = arena_printf(&f.arena, "\"name\": \"s%d\"", i / 2),
                                       .sh = i % 2 ? "\"true\"" : "\"false\""});
    struct derivation top = {.name = STR("top"),
                             .dref = STR("dref:00000000000000000000000000000000-top"),
                             .config = STR("{}"),
                             .deps = deps,
                             .dep_count = 200};
    plan_add_target(&f.plan, plan_add(&f.plan, &top));
    assert_false(plan_check(&f.plan, &f.sink));
    assert_int_equal(f.sink.error_count, 100);
    fixture_free(&f);
}

static void files_keep_all_that_matters(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 0);
    add_pair(&f, true);
    fixture_add(
        &f, true,
        (struct stage){.config = "\"name\": \"c\", \"d\": [\"@b\", \"x\"], \"f\": 0.1, \"p\": "
                                 "[\"__promise__\", \"y\"]",
                       .realizer = "{\"kind\": \"mkfile\", \"path\": \"x\", \"text\": \"é\"}",
                       .matcher = "{\"rmax\": null}",
                       .options = "{\"timeout\": 1.5}"});
    struct buf first = BUF_INIT;
    assert_true(plan_write(&f.plan, &first, &f.sink));
    struct plan plan = PLAN_INIT;
    if (!plan_read(&plan, buf_str(&first), "p.json", &f.sink)) fail_msg("%s", fixture_diags(&f));
    assert_int_equal(plan.len, 3);
    assert_int_equal(plan.target_count, 1);
    assert_int_equal(plan.targets[0], 2);
    for (size_t i = 0; i < plan.len; i++) {
        const struct derivation *a = &f.plan.at[i];
        const struct derivation *b = &plan.at[i];
        assert_true(str_eq(a->name, b->name) && str_eq(a->dref, b->dref) &&
                    str_eq(a->config, b->config));
        assert_string_equal(a->place, b->place);
        assert_int_equal(a->dep_count, b->dep_count);
        for (size_t k = 0; k < a->dep_count; k++) assert_int_equal(a->deps[k], b->deps[k]);
    }
    struct buf second = BUF_INIT;
    assert_true(plan_write(&plan, &second, &f.sink));
    assert_string_equal(buf_z(&second), buf_z(&first));
    buf_free(&first);
    buf_free(&second);
    plan_free(&plan);
    fixture_free(&f);
}

static void malformed_files_are_refused(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 0);
    add_pair(&f, true);
    const char *a = map_get(&f.drefs, STR("a"));
    const char *b = map_get(&f.drefs, STR("b"));
    const struct {
        const char *text;
        const char *why;
    } cases[] = {
        {"{", "line 1: "},
        {"[]", "its version is not 1"},
        {"{\"version\": 2, \"derivations\": [], \"targets\": []}", "its version is not 1"},
        {"{\"version\": 1, \"targets\": []}", "`derivations` or `targets` is missing"},
        {"{\"version\": 1, \"derivations\": [{}], \"targets\": []}", "derivation 0 has no config"},
        {arena_printf(&f.arena,
                      "{\"version\": 1, \"derivations\": [{\"config\": {\"name\": \"x\"}, "
                      "\"dref\": \"%s\"}], \"targets\": []}",
                      a),
         arena_printf(&f.arena, "the config of %s is that of dref:", a)},
        {arena_printf(&f.arena,
                      "{\"version\": 1, \"derivations\": [{\"config\": {\"name\": \"b\", \"d\": "
                      "\"%s\"}}], \"targets\": []}",
                      a),
         arena_printf(&f.arena, "%s depends on %s, which does not come before it", b, a)},
        {arena_printf(&f.arena,
                      "{\"version\": 1, \"derivations\": [{\"config\": {\"name\": \"a\"}, "
                      "\"deps\": [\"%s\"]}], \"targets\": []}",
                      b),
         arena_printf(&f.arena, "the deps of %s are not those of its config", a)},
        {"{\"version\": 1, \"derivations\": [{\"config\": {\"name\": \"r\", \"__realizer__\": {}}, "
         "\"realizer\": {\"kind\": \"exec\"}}], \"targets\": []}",
         "the realizer of dref:"},
        {"{\"version\": 1, \"derivations\": [{\"config\": {\"name\": \"r\", \"__realizer__\": {}}, "
         "\"realizer\": {}, \"options\": {\"outputs\": 2}}], \"targets\": []}",
         "the outputs of dref:"},
        {"{\"version\": 1, \"derivations\": [{\"config\": {\"name\": \"s\", \"source\": "
         "\"sha256:1\"}, "
         "\"realizer\": {\"kind\": \"source\", \"hash\": \"sha256:2\"}}], \"targets\": []}",
         "the realizer of dref:"},
        {"{\"version\": 1, \"derivations\": [{\"config\": {\"name\": \"a\"}}, {\"config\": "
         "{\"name\": \"a\"}}], \"targets\": []}",
         arena_printf(&f.arena, "%s stands twice in it", a)},
        {"{\"version\": 1, \"derivations\": [{\"config\": {\"name\": \"a\"}}], \"targets\": "
         "[\"x\"]}",
         "target 0 is none of its derivations"},
    };
    for (size_t i = 0; i < LEN(cases); i++) {
        struct plan plan = PLAN_INIT;
        if (plan_read(&plan, str_from(cases[i].text), "p.json", &f.sink))
            fail_msg("%s", cases[i].text);
        assert_int_equal(f.sink.error_count, i + 1);
        assert_string_equal(f.sink.last->code, "E0815");
        const char *expected = arena_printf(&f.arena, "p.json is no plan: %s", cases[i].why);
        if (strncmp(f.sink.last->message, expected, strlen(expected)) != 0)
            assert_string_equal(f.sink.last->message, expected);
        plan_free(&plan);
    }
    fixture_free(&f);
}

static void names_and_drefs_select(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 0);
    add_pair(&f, true);
    struct engine_indices found = {0};
    const char *b = map_get(&f.drefs, STR("b"));
    const char *const good[] = {"b", b, arena_dup(&f.arena, b, 12), b + 5,
                                arena_dup(&f.arena, b + 5, 6)};
    for (size_t i = 0; i < LEN(good); i++) {
        assert_true(engine_select(&f.plan, str_from(good[i]), &found, &f.sink));
        assert_int_equal(found.len, i + 1);
        assert_int_equal(found.at[i], 1);
    }
    assert_false(engine_select(&f.plan, STR("c"), &found, &f.sink));
    assert_false(engine_select(&f.plan, STR("dref:"), &found, &f.sink));
    assert_string_equal(f.sink.last->message, "`dref:` is the beginning of several drefs");
    assert_false(engine_select(&f.plan, STR(""), &found, &f.sink));
    assert_int_equal(found.len, LEN(good));
    vec_free(&found);
    fixture_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_closure_has_one_matcher_for_a_derivation),
        cmocka_unit_test(any_two_of_several_uses_are_compared),
        cmocka_unit_test(one_run_makes_a_derivation_in_one_way),
        cmocka_unit_test(what_makes_nothing_differs_from_nothing),
        cmocka_unit_test(many_conflicts_are_all_found),
        cmocka_unit_test(files_keep_all_that_matters),
        cmocka_unit_test(malformed_files_are_refused),
        cmocka_unit_test(names_and_drefs_select),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
