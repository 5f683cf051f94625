#include "store/query.h"

#include "store/ref.h"
#include "store_fixture.h"

static void assert_refs(const struct ref_list *list, size_t count, const struct str *expected)
{
    assert_int_equal(list->len, count);
    for (size_t i = 0; i < count; i++) {
        bool found = false;
        for (size_t j = 0; j < count; j++) found |= str_eq(list->at[j], expected[i]);
        if (!found) fail_msg("no " STR_FMT, STR_ARG(expected[i]));
        if (i) assert_true(str_cmp(list->at[i - 1], list->at[i]) < 0);
    }
}

static void test_lists(void **state)
{
    struct fixture *f = *state;
    struct config a = derive(f, "{\"name\": \"a\"}"), b = derive(f, "{\"name\": \"b\"}");
    struct str r1 = realize(f, &a, NULL, "1"), r2 = realize(f, &a, NULL, "2");
    struct context ctx = context_of(f, b.dref, realize(f, &b, NULL, "b"));
    struct str r3 = realize(f, &a, &ctx, "1");
    // What does not belong there is not listed.
    make_dir(in_dir(f, "root/store-v1/foreign"));
    make_file(in_dir(f, "root/store-v1/0123456789abcdef0123456789abcdef-file"), "");
    make_dir(path_join(&f->arena, store_ref_path(&f->store, &f->arena, a.dref), "foreign"));
    struct ref_list list;
    assert_true(query_drefs(&f->store, &f->arena, &list, &f->sink));
    assert_refs(&list, 2, (struct str[]){a.dref, b.dref});
    assert_true(query_rrefs(&f->store, &f->arena, a.dref, &list, &f->sink));
    assert_refs(&list, 3, (struct str[]){r1, r2, r3});
    assert_true(query_matching(&f->store, &f->arena, a.dref, STR("{}"), &list, &f->sink));
    assert_refs(&list, 2, (struct str[]){r1, r2});
    struct buf text = BUF_INIT;
    context_write(&ctx, &text);
    assert_true(query_matching(&f->store, &f->arena, a.dref, buf_str(&text), &list, &f->sink));
    assert_refs(&list, 1, &r3);
    buf_addc(&text, ' ');
    assert_true(query_matching(&f->store, &f->arena, a.dref, buf_str(&text), &list, &f->sink));
    assert_int_equal(list.len, 0);
    buf_free(&text);
    struct config gone = parse_config(f, "{\"name\": \"gone\"}");
    assert_true(query_rrefs(&f->store, &f->arena, gone.dref, &list, &f->sink));
    assert_int_equal(list.len, 0);
    assert_true(query_exists(&f->store, r3));
    assert_true(query_exists(&f->store, a.dref));
    assert_false(query_exists(&f->store, gone.dref));
}

static void test_contents(void **state)
{
    struct fixture *f = *state;
    struct config a = derive(f, "{\"name\": \"a\", \"x\": [1, 2]}");
    struct str r = realize(f, &a, NULL, "some text"), text;
    assert_true(query_config(&f->store, &f->arena, a.dref, &text, &f->sink));
    assert_true(str_eq(text, a.text));
    struct config gone = parse_config(f, "{}");
    assert_false(query_config(&f->store, &f->arena, gone.dref, &text, &f->sink));
    expect(f, "E0702", "there is no derivation dref:");
    int err;
    assert_true(query_file(&f->store, &f->arena, r, "a.txt", 0, &text, &err));
    assert_str(text, "some text");
    assert_true(query_file(&f->store, &f->arena, r, "a.txt", 9, &text, &err));
    assert_false(query_file(&f->store, &f->arena, r, "a.txt", 8, &text, &err));
    assert_int_equal(err, EFBIG);
    assert_false(query_file(&f->store, &f->arena, r, "b.txt", 8, &text, &err));
    assert_int_equal(err, ENOENT);
    int64_t ns;
    assert_true(query_buildtime(&f->store, r, &ns));
    assert_int_equal(ns, 1700000000123456000);
    assert_false(query_buildtime(&f->store, a.dref, &ns));
}

static void test_deps(void **state)
{
    struct fixture *f = *state;
    struct config a = derive(f, "{\"name\": \"a\"}");
    struct config b =
        derive(f, arena_printf(&f->arena, "{\"name\": \"b\", \"x\": [\"%s\", \"y\"]}", a.dref.p));
    struct config c =
        derive(f, arena_printf(&f->arena, "{\"name\": \"c\", \"x\": \"%s\"}", b.dref.p));
    struct config d =
        derive(f, arena_printf(&f->arena, "{\"name\": \"d\", \"x\": [\"%s\", \"%s\"]}", b.dref.p,
                               c.dref.p));
    struct ref_list list;
    assert_true(query_deps(&f->store, &f->arena, &d.dref, 1, &list, &f->sink));
    assert_refs(&list, 2, (struct str[]){b.dref, c.dref});
    assert_true(query_deep_deps(&f->store, &f->arena, &d.dref, 1, &list, &f->sink));
    assert_refs(&list, 3, (struct str[]){a.dref, b.dref, c.dref});
    // Roots are not their own dependencies, even if one depends on the other.
    struct str both[] = {d.dref, b.dref};
    assert_true(query_deep_deps(&f->store, &f->arena, both, 2, &list, &f->sink));
    assert_refs(&list, 2, (struct str[]){a.dref, c.dref});
    struct str ra = realize(f, &a, NULL, "a");
    struct context of_b = context_of(f, a.dref, ra);
    struct str rb = realize(f, &b, &of_b, "b");
    struct context of_c = context_of(f, b.dref, rb);
    struct str rc = realize(f, &c, &of_c, "c");
    assert_true(query_deep_rrefs(&f->store, &f->arena, &rc, 1, &list, &f->sink));
    assert_refs(&list, 2, (struct str[]){ra, rb});
    // A config that was cut
    char *file = path_join(&f->arena, store_ref_path(&f->store, &f->arena, b.dref), "config.json");
    make_file(file, "{\n    \"name\": ");
    assert_false(query_deep_deps(&f->store, &f->arena, &d.dref, 1, &list, &f->sink));
    expect(f, "E0724", "is damaged");
}

static void assert_ref(struct fixture *f, const char *text, struct str expected)
{
    struct str ref;
    if (!query_ref(&f->store, &f->arena, text, &ref, &f->sink)) no_errors(f);
    assert_str(ref, expected.p);
}

static void refuse_ref(struct fixture *f, const char *text, const char *code, const char *message)
{
    struct str ref;
    assert_false(query_ref(&f->store, &f->arena, text, &ref, &f->sink));
    expect(f, code, message);
}

static void test_typed_refs(void **state)
{
    struct fixture *f = *state;
    struct config a = derive(f, "{\"name\": \"a\"}");
    struct str r = realize(f, &a, NULL, "1");
    char cut[64];
    assert_ref(f, a.dref.p, a.dref);
    assert_ref(f, r.p, r);
    snprintf(cut, sizeof(cut), "%.9s", a.dref.p);
    assert_ref(f, cut, a.dref);
    snprintf(cut, sizeof(cut), "%.9s", r.p);
    assert_ref(f, cut, r);
    snprintf(cut, sizeof(cut), "%.8s", a.dref.p + 5);
    assert_ref(f, cut, a.dref);
    snprintf(cut, sizeof(cut), "%.8s", r.p + 5);
    assert_ref(f, cut, r);
    assert_ref(f, a.dref.p + 5, a.dref);
    refuse_ref(f, "dref:0123", "E0701", "nothing in the store fits `dref:0123`");
    refuse_ref(f, "dref:0123456789abcdef0123456789abcdef-a", "E0702", "there is no derivation");
    refuse_ref(f, "rref:0123456789abcdef0123456789abcdef-0123456789abcdef0123456789abcdef-a",
               "E0703", "there is no realization");
    refuse_ref(f, "train", "E0718", "`train` is no ref and no path into the store");
    // Paths, and links to them
    char *folder = store_ref_path(&f->store, &f->arena, r);
    assert_ref(f, folder, r);
    assert_ref(f, path_join(&f->arena, folder, "a.txt"), r);
    assert_ref(f, store_ref_path(&f->store, &f->arena, a.dref), a.dref);
    assert_int_equal(symlink(folder, in_dir(f, "result")), 0);
    assert_ref(f, in_dir(f, "result"), r);
    assert_ref(f, in_dir(f, "result/a.txt"), r);
    refuse_ref(f, f->dir, "E0718", "no path into the store");
    refuse_ref(f, f->store.path, "E0718", "no path into the store");
}

static void test_ambiguous(void **state)
{
    struct fixture *f = *state;
    // Two derivations that begin with the same digit
    char seen[16][300];
    memset(seen, 0, sizeof(seen));
    char digit = 0;
    for (int i = 0; !digit; i++) {
        struct config c = derive(f, arena_printf(&f->arena, "{\"n\": %d}", i));
        char first = c.dref.p[5];
        char *slot = seen[first <= '9' ? first - '0' : first - 'a' + 10];
        if (*slot) digit = first;
        snprintf(slot, sizeof(seen[0]), "%s", c.dref.p);
    }
    char text[] = {'d', 'r', 'e', 'f', ':', digit, '\0'};
    struct str ref;
    assert_false(query_ref(&f->store, &f->arena, text, &ref, &f->sink));
    assert_int_equal(f->sink.first->note_count, 2);
    assert_non_null(strstr(f->sink.first->notes[0], "candidate: dref:"));
    expect(f, "E0717", "fits 2 things in the store");
}

static void test_paths(void **state)
{
    struct fixture *f = *state;
    struct config a = derive(f, "{\"name\": \"a\"}");
    struct str r = realize(f, &a, NULL, "1"), ref, rest;
    char *folder = store_ref_path(&f->store, &f->arena, r);
    assert_true(query_ref_of_path(&f->store, &f->arena, folder, &ref, &rest));
    assert_str(rest, "");
    assert_true(query_ref_of_path(&f->store, &f->arena, path_join(&f->arena, folder, "a.txt"), &ref,
                                  &rest));
    assert_str(ref, r.p);
    assert_str(rest, "a.txt");
    char *config =
        path_join(&f->arena, store_ref_path(&f->store, &f->arena, a.dref), "config.json");
    assert_true(query_ref_of_path(&f->store, &f->arena, config, &ref, &rest));
    assert_str(ref, a.dref.p);
    assert_str(rest, "config.json");
    // A link to what is gone still says what it meant.
    assert_int_equal(symlink(folder, in_dir(f, "result")), 0);
    assert_int_equal(io_remove_tree(AT_FDCWD, folder), 0);
    assert_true(query_ref_of_path(&f->store, &f->arena, in_dir(f, "result"), &ref, &rest));
    assert_str(ref, r.p);
    // A folder beside the store whose name begins like the store's
    make_dir(in_dir(f, "root/store-v1x/0123456789abcdef0123456789abcdef-a"));
    assert_false(query_ref_of_path(&f->store, &f->arena,
                                   in_dir(f, "root/store-v1x/0123456789abcdef0123456789abcdef-a"),
                                   &ref, &rest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_lists),      STORE_TEST(test_contents),  STORE_TEST(test_deps),
        STORE_TEST(test_typed_refs), STORE_TEST(test_ambiguous), STORE_TEST(test_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
