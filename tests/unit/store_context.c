#include "store/context.h"

#include "store_fixture.h"

#define H1 "0123456789abcdef0123456789abcdef"
#define H2 "fedcba9876543210fedcba9876543210"
#define H3 "00000000000000000000000000000000"

static void test_round_trip(void **state)
{
    struct fixture *f = *state;
    // The matcher's order of rrefs stays, drefs are sorted.
    struct str rrefs[] = {STR("rref:" H2 "-" H1 "-b"), STR("rref:" H1 "-" H1 "-b")};
    struct context_entry entries[] = {{STR("dref:" H1 "-b"), rrefs, 2},
                                      {STR("dref:" H1 "-a"), NULL, 0}};
    struct context c = context_make(entries, 2), back;
    struct buf b = BUF_INIT;
    context_write(&c, &b);
    assert_string_equal(buf_z(&b), "{\n"
                                   "    \"dref:" H1 "-a\": [],\n"
                                   "    \"dref:" H1 "-b\": [\n"
                                   "        \"rref:" H2 "-" H1 "-b\",\n"
                                   "        \"rref:" H1 "-" H1 "-b\"\n"
                                   "    ]\n"
                                   "}");
    assert_true(context_parse(&back, &f->arena, buf_str(&b), "x", &f->sink));
    assert_true(context_eq(&c, &back));
    assert_int_equal(context_find(&back, STR("dref:" H1 "-b"))->count, 2);
    assert_null(context_find(&back, STR("dref:" H1 "-c")));
    // Another order is another context.
    struct str swapped[] = {rrefs[1], rrefs[0]};
    back.at[1].rrefs = swapped;
    assert_false(context_eq(&c, &back));
    back.at[1].count = 1;
    assert_false(context_eq(&c, &back));
    buf_free(&b);
    struct context empty = {NULL, 0};
    assert_true(context_parse(&back, &f->arena, STR(" {} "), "x", &f->sink));
    assert_true(context_eq(&empty, &back));
    assert_false(context_eq(&empty, &c));
    assert_null(context_find(&empty, STR("dref:" H1 "-b")));
}

static void test_malformed(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"", "x is not a context"},
        {"[]", "it is no object"},
        {"{\"a\": []}", "a key is no dref"},
        {"{\"dref:" H1 "-a\": \"rref\"}", "a value is no list"},
        {"{\"dref:" H1 "-a\": [3]}", "no rref"},
        {"{\"dref:" H1 "-a\": [\"dref:" H1 "-a\"]}", "no rref"},
        {"{\"dref:" H1 "-a\": [\"rref:" H2 "-" H1 "-b\"]}", "an rref of another derivation"},
        {"{\"dref:" H1 "-a\": [\"rref:" H2 "-" H3 "-a\"]}", "an rref of another derivation"},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        struct context c;
        assert_false(context_parse(&c, &f->arena, str_from(rows[i].text), "x", &f->sink));
        expect(f, "E0712", rows[i].why);
    }
}

static void make_twice(void *arg)
{
    (void)arg;
    struct context_entry e[] = {{STR("dref:" H1 "-a"), NULL, 0}, {STR("dref:" H1 "-a"), NULL, 0}};
    struct context c = context_make(e, 2);
    (void)c;
}

static void test_repeated(void **state)
{
    (void)state;
    assert_bug(make_twice, NULL, "twice in a context");
}

// d ← c ← b ← a, and d ← b as well.
static void test_complete(void **state)
{
    struct fixture *f = *state;
    struct config a = derive(f, "{\"name\": \"a\"}"), b = derive(f, "{\"name\": \"b\"}"),
                  c = derive(f, "{\"name\": \"c\"}"), d = derive(f, "{\"name\": \"d\"}");
    struct str ra = realize(f, &a, NULL, "a");
    struct context of_b = context_of(f, a.dref, ra);
    struct str rb = realize(f, &b, &of_b, "b");
    struct context of_c = context_of(f, b.dref, rb);
    struct str rc = realize(f, &c, &of_c, "c");
    struct context_entry two[] = {{c.dref, &rc, 1}, {b.dref, &rb, 1}};
    struct context of_d = context_make(two, 2);
    struct str rd = realize(f, &d, &of_d, "d");

    struct context_memo memo = CONTEXT_MEMO_INIT;
    struct context read, complete;
    assert_true(context_read(&f->store, &f->arena, rd, &read, &f->sink));
    assert_true(context_eq(&read, &of_d));
    assert_true(context_complete(&memo, &f->store, &read, &f->arena, &complete, &f->sink));
    assert_int_equal(complete.len, 3);
    assert_true(str_eq(context_find(&complete, a.dref)->rrefs[0], ra));
    assert_true(str_eq(context_find(&complete, b.dref)->rrefs[0], rb));
    assert_true(str_eq(context_find(&complete, c.dref)->rrefs[0], rc));
    struct ref_list list;
    assert_true(query_deref(&f->store, &f->arena, rd, a.dref, &list, &f->sink));
    assert_int_equal(list.len, 1);
    assert_true(str_eq(list.at[0], ra));
    assert_false(query_deref(&f->store, &f->arena, ra, d.dref, &list, &f->sink));
    expect(f, "E0713", "is no dependency of");

    struct str *paths, parts[] = {STR("x"), STR("y z")};
    size_t count;
    assert_true(
        context_paths(&complete, &f->store, &f->arena, a.dref, parts, 2, &paths, &count, &f->sink));
    assert_int_equal(count, 1);
    assert_str(paths[0], path_join(&f->arena, store_ref_path(&f->store, &f->arena, ra), "x/y z"));
    assert_false(
        context_paths(&read, &f->store, &f->arena, a.dref, parts, 2, &paths, &count, &f->sink));
    expect(f, "E0713", "is no dependency here");
    context_memo_free(&memo);
}

static void test_inconsistent(void **state)
{
    struct fixture *f = *state;
    struct config a = derive(f, "{\"name\": \"a\"}"), b = derive(f, "{\"name\": \"b\"}");
    struct str one = realize(f, &a, NULL, "1"), two = realize(f, &a, NULL, "2");
    struct context of_b = context_of(f, a.dref, one);
    struct str rb = realize(f, &b, &of_b, "b");
    struct context_entry entries[] = {{a.dref, &two, 1}, {b.dref, &rb, 1}};
    struct context bad = context_make(entries, 2), complete;
    struct context_memo memo = CONTEXT_MEMO_INIT;
    assert_false(context_complete(&memo, &f->store, &bad, &f->arena, &complete, &f->sink));
    expect(f, "E0713", "two different choices");
    // A dependency that is gone
    struct str gone = STR("rref:" H1 "-" H2 "-gone");
    struct context lost = context_of(f, STR("dref:" H2 "-gone"), gone);
    assert_false(context_complete(&memo, &f->store, &lost, &f->arena, &complete, &f->sink));
    expect(f, "E0703", "cannot read the context of rref:" H1);
    // What is remembered need not be read.
    struct context empty = {NULL, 0};
    context_memo_put(&memo, gone, &empty);
    assert_true(context_complete(&memo, &f->store, &lost, &f->arena, &complete, &f->sink));
    assert_int_equal(complete.len, 1);
    context_memo_free(&memo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_round_trip), STORE_TEST(test_malformed),    STORE_TEST(test_repeated),
        STORE_TEST(test_complete),   STORE_TEST(test_inconsistent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
