// Matchers: the order that keys give, what is dropped, limits, and what is malformed.
#include "engine_fixture.h"

#include "engine/match.h"

// A stage with five realizations: scores 1 to 5, `odd` files in three of them, and times in the
// order of the scores.
static void build_five(struct fixture *f)
{
    fixture_init(f, 1);
    fixture_add(
        f, true,
        (struct stage){.config = "\"name\": \"a\"",
                       .sh = "\"for i in 1 2 3 4 5; do eval o=\\\\$out$i; echo $i > $o/score; "
                             "echo same > $o/same; case $i in 1|3|5) echo \\\"  $i.5e1  \\\" > "
                             "$o/odd;; 2) echo nan > $o/odd;; 4) echo x > $o/odd;; esac; done\"",
                       .matcher = "{\"rmin\": null, \"rmax\": null}",
                       .options = "{\"outputs\": 5}"});
    struct str name = STR("a");
    f->options.rebuild = (struct engine_selection){.names = &name, .count = 1};
    assert_outcome(f, ENGINE_OK);
}

static struct match_request request(struct fixture *f, struct matcher *m, const char *text)
{
    struct match_request q = {.matcher = m, .store = &f->store, .name = "a"};
    if (!matcher_parse(m, &f->arena, str_from(text), "a", SPAN_NONE, &f->sink))
        fail_msg("%s", text);
    const char *dref = map_get(&f->drefs, STR("a"));
    assert_true(
        query_matching(&f->store, &f->arena, str_from(dref), STR("{}"), &q.candidates, &f->sink));
    assert_int_equal(q.candidates.len, 5);
    return q;
}

// The scores of what is chosen, as "5 4 "; "more" or "failed".
static const char *ask(struct fixture *f, const char *text)
{
    struct matcher m;
    struct match_request q = request(f, &m, text);
    struct match_answer answer;
    switch (match_run(&q, &f->arena, &answer, &f->sink)) {
    case MATCH_MORE: return "more";
    case MATCH_FAILED: return "failed";
    case MATCH_CONTENT: break;
    }
    const char *scores = "";
    for (size_t i = 0; i < answer.chosen.len; i++) {
        struct str score;
        int err;
        assert_true(
            query_file(&f->store, &f->arena, answer.chosen.at[i], "score", 0, &score, &err));
        scores = arena_printf(&f->arena, "%s%c ", scores, score.p[0]);
    }
    return scores;
}

static void keys_order_and_drop(void **state)
{
    (void)state;
    struct fixture f;
    build_five(&f);
    static const struct {
        const char *matcher;
        const char *chosen;
    } cases[] = {
        {"{\"keys\": [{\"kind\": \"best\", \"file\": \"score\"}]}", "5 "},
        {"{\"keys\": [{\"kind\": \"worst\", \"file\": \"score\"}]}", "1 "},
        {"{\"keys\": [{\"kind\": \"best\", \"file\": \"score\"}], \"rmin\": 3, \"rmax\": 3}",
         "5 4 3 "},
        {"{\"keys\": [{\"kind\": \"best\", \"file\": \"score\"}], \"rmax\": null}", "5 4 3 2 1 "},
        {"{\"keys\": [{\"kind\": \"best\", \"file\": \"score\"}], \"rmin\": 6, \"rmax\": 6}",
         "more"},
        {"{\"keys\": [{\"kind\": \"best\", \"file\": \"score\"}], \"rmin\": 6, \"rmax\": null}",
         "more"},
        {"{\"keys\": [{\"kind\": \"best\", \"file\": \"score\"}], \"rmin\": 0, \"rmax\": 0}", ""},
        // Numbers may have spaces and exponents around; NaN and words are none, and come last.
        {"{\"keys\": [{\"kind\": \"best\", \"file\": \"odd\"}], \"rmin\": 3, \"rmax\": 3}",
         "5 3 1 "},
        {"{\"keys\": [{\"kind\": \"worst\", \"file\": \"odd\"}], \"rmin\": 3, \"rmax\": 3}",
         "1 3 5 "},
        {"{\"keys\": [{\"kind\": \"best\", \"file\": \"odd\"}, {\"kind\": \"best\", \"file\": "
         "\"score\"}], "
         "\"rmax\": null}",
         "5 3 1 4 2 "},
        {"{\"keys\": [{\"kind\": \"best\", \"file\": \"missing\"}, {\"kind\": \"worst\", \"file\": "
         "\"score\"}]}",
         "1 "},
        // One key after the other.
        {"{\"keys\": [{\"kind\": \"best\", \"file\": \"odd\"}, {\"kind\": \"worst\", \"file\": "
         "\"score\"}], \"rmin\": 1, \"rmax\": 2}",
         "5 3 "},
        {"{\"keys\": [], \"rmin\": 1, \"rmax\": 4, \"exclusive\": true}", "failed"},
        {"{\"keys\": [{\"kind\": \"best\", \"file\": \"odd\"}], \"rmin\": 1, \"rmax\": 3, "
         "\"exclusive\": true}",
         "failed"},
        {"{\"keys\": [{\"kind\": \"exact\", \"rrefs\": []}]}", "more"},
        {"", "failed"}, // match_only()
    };
    for (size_t i = 0; i < LEN(cases); i++)
        assert_string_equal(ask(&f, cases[i].matcher), cases[i].chosen);
    assert_string_equal(f.sink.last->code, "E0807");
    fixture_free(&f);
}

static void equal_keys_go_by_hash_descending(void **state)
{
    (void)state;
    struct fixture f;
    build_five(&f);
    static const char *const matchers[] = {
        "{\"rmin\": null, \"rmax\": null}",
        "{\"keys\": [{\"kind\": \"texthash\"}], \"rmax\": null}",
        // All began at one time.
        "{\"keys\": [{\"kind\": \"latest\"}], \"rmax\": null}",
    };
    for (size_t k = 0; k < LEN(matchers); k++) {
        struct matcher m;
        struct match_request q = request(&f, &m, matchers[k]);
        struct match_answer answer;
        assert_int_equal(match_run(&q, &f.arena, &answer, &f.sink), MATCH_CONTENT);
        assert_int_equal(answer.chosen.len, 5);
        for (size_t i = 1; i < 5; i++)
            assert_true(str_cmp(answer.chosen.at[i - 1], answer.chosen.at[i]) > 0);
    }
    fixture_free(&f);
}

static void exact_takes_what_it_lists(void **state)
{
    (void)state;
    struct fixture f;
    build_five(&f);
    struct matcher m;
    struct match_request all = request(&f, &m, "{\"rmax\": null}");
    const char *text =
        arena_printf(&f.arena, "{\"keys\": [{\"kind\": \"exact\", \"rrefs\": [\"%s\"]}]}",
                     all.candidates.at[2].p);
    struct matcher exact;
    struct match_request q = request(&f, &exact, text);
    struct match_answer answer;
    assert_int_equal(match_run(&q, &f.arena, &answer, &f.sink), MATCH_CONTENT);
    assert_int_equal(answer.chosen.len, 1);
    assert_true(str_eq(answer.chosen.at[0], all.candidates.at[2]));
    assert_int_equal(answer.dropped, 4);
    fixture_free(&f);
}

// Score 1 is none, 2 and 3 are texts, 4 fails only if asked to, 5 is a number.
static bool key_function(void *ctx, uint32_t id, const struct rref *rref, const char *path,
                         struct engine_score *score)
{
    (void)rref;
    struct fixture *f = ctx;
    struct buf bytes = BUF_INIT;
    assert_int_equal(io_read_file(AT_FDCWD, arena_printf(&f->arena, "%s/score", path), 0, &bytes),
                     0);
    char digit = bytes.p[0];
    buf_free(&bytes);
    if (digit == '1')
        score->none = true;
    else if (digit == '2')
        score->text = STR("b");
    else if (digit == '3')
        score->text = STR("a");
    else
        score->number = digit;
    if (digit != '4' || id != 7) return true;
    diag_error(&f->sink, SPAN_NONE, "E0400", "the function failed");
    return false;
}

static void users_keys_give_numbers_texts_and_none(void **state)
{
    (void)state;
    struct fixture f;
    build_five(&f);
    struct matcher m;
    struct match_request q =
        request(&f, &m, "{\"keys\": [{\"kind\": \"call\", \"id\": 3}], \"rmax\": null}");
    struct match_answer answer;
    assert_int_equal(match_run(&q, &f.arena, &answer, &f.sink), MATCH_FAILED);
    assert_string_equal(f.sink.last->code, "E0813");
    q.key_call = key_function;
    q.key_ctx = &f;
    assert_int_equal(match_run(&q, &f.arena, &answer, &f.sink), MATCH_CONTENT);
    assert_int_equal(answer.chosen.len, 4);
    assert_int_equal(answer.dropped, 1);
    const char *order = "";
    for (size_t i = 0; i < 4; i++) {
        struct str score;
        int err;
        assert_true(query_file(&f.store, &f.arena, answer.chosen.at[i], "score", 0, &score, &err));
        order = arena_printf(&f.arena, "%s%c", order, score.p[0]);
    }
    assert_string_equal(order, "2354"); // texts come after numbers, so first when descending
    struct matcher failing;
    q = request(&f, &failing, "{\"keys\": [{\"kind\": \"call\", \"id\": 7}]}");
    q.key_call = key_function;
    q.key_ctx = &f;
    assert_int_equal(match_run(&q, &f.arena, &answer, &f.sink), MATCH_FAILED);
    assert_string_equal(f.sink.last->code, "E0400");
    fixture_free(&f);
}

static void malformed_matchers_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "[]",
        "1",
        "{\"keys\": 1}",
        "{\"keys\": [{}]}",
        "{\"keys\": [{\"kind\": \"newest\"}]}",
        "{\"keys\": [{\"kind\": \"best\"}]}",
        "{\"keys\": [{\"kind\": \"exact\"}]}",
        "{\"keys\": [{\"kind\": \"exact\", \"rrefs\": [1]}]}",
        "{\"keys\": [{\"kind\": \"call\"}]}",
        "{\"rmin\": -1}",
        "{\"rmin\": \"1\"}",
        "{\"rmin\": 2, \"rmax\": 1}",
        "{\"rmax\": 1.5}",
        "{\"exclusive\": 1}",
        "{\"exclusive\": true, \"rmax\": null}",
        "{",
    };
    struct arena arena = ARENA_INIT;
    struct diag_sink sink = DIAG_SINK_INIT;
    struct matcher m;
    for (size_t i = 0; i < LEN(bad); i++) {
        if (matcher_parse(&m, &arena, str_from(bad[i]), "a", SPAN_NONE, &sink))
            fail_msg("%s", bad[i]);
        assert_int_equal(sink.error_count, i + 1);
        assert_string_equal(sink.last->code, "E0813");
    }
    assert_true(matcher_parse(&m, &arena, STR(""), "a", SPAN_NONE, &sink));
    assert_true(m.exclusive && m.rmin == 1 && m.rmax == 1);
    diag_sink_free(&sink);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_order_and_drop),
        cmocka_unit_test(equal_keys_go_by_hash_descending),
        cmocka_unit_test(exact_takes_what_it_lists),
        cmocka_unit_test(users_keys_give_numbers_texts_and_none),
        cmocka_unit_test(malformed_matchers_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
