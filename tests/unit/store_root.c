#include "store/root.h"

#include "store_fixture.h"

static struct root *find_root(struct fixture *f, enum root_kind kind, size_t *count)
{
    struct root *all, *found = NULL;
    assert_true(root_list(&f->store, &f->arena, &all, count, &f->sink));
    for (size_t i = 0; i < *count; i++) {
        if (all[i].kind == kind) found = &all[i];
    }
    return found;
}

static char *link_target(struct fixture *f, const char *link)
{
    char target[4096];
    ssize_t len = readlink(link, target, sizeof(target) - 1);
    assert_true(len > 0);
    return arena_dup(&f->arena, target, (size_t)len);
}

static void test_out_link(void **state)
{
    struct fixture *f = *state;
    struct config a = derive(f, "{\"name\": \"a\"}");
    struct str one = realize(f, &a, NULL, "1"), two = realize(f, &a, NULL, "2");
    char *link = in_dir(f, "result");
    size_t count;
    assert_true(root_out_link(&f->store, link, one, &f->sink));
    assert_string_equal(link_target(f, link), store_ref_path(&f->store, &f->arena, one));
    struct root *r = find_root(f, ROOT_LINK, &count);
    assert_int_equal(count, 1);
    assert_string_equal(r->link, link);
    assert_str(r->ref, one.p);
    // Replaced, by a relative path too; it stays one root.
    assert_int_equal(chdir(f->dir), 0);
    assert_true(root_out_link(&f->store, "result", two, &f->sink));
    assert_int_equal(chdir("/"), 0);
    r = find_root(f, ROOT_LINK, &count);
    assert_int_equal(count, 1);
    assert_str(r->ref, two.p);
    // A link that is gone is no root, nor is one that leads elsewhere.
    assert_int_equal(unlink(link), 0);
    r = find_root(f, ROOT_LINK, &count);
    assert_int_equal(r->ref.len, 0);
    assert_int_equal(symlink(f->dir, link), 0);
    assert_int_equal(find_root(f, ROOT_LINK, &count)->ref.len, 0);
    // What is no link is not replaced.
    assert_int_equal(unlink(link), 0);
    make_file(link, "precious");
    assert_false(root_out_link(&f->store, link, one, &f->sink));
    expect(f, "E0725", "exists and is not a symbolic link");
    assert_str(slurp(f, link), "precious");
    assert_false(root_out_link(&f->store, in_dir(f, "no/such/place"), one, &f->sink));
    expect(f, "E0725", "cannot make the link");
}

static void test_named(void **state)
{
    struct fixture *f = *state;
    struct config a = derive(f, "{\"name\": \"a\"}"), b = derive(f, "{\"name\": \"b\"}");
    size_t count;
    assert_true(root_add(&f->store, STR("keep"), a.dref, &f->sink));
    assert_true(root_add(&f->store, STR("keep"), a.dref, &f->sink));
    assert_false(root_add(&f->store, STR("keep"), b.dref, &f->sink));
    expect(f, "E0725", "cannot add the root keep");
    assert_false(root_add(&f->store, STR("../x"), b.dref, &f->sink));
    expect(f, "E0725", "cannot be the name of a root");
    assert_false(root_add(&f->store, STR("temp"), b.dref, &f->sink));
    expect(f, "E0725", "cannot be the name of a root");
    struct root *r = find_root(f, ROOT_DIRECT, &count);
    assert_int_equal(count, 1);
    assert_string_equal(r->name, "keep");
    assert_str(r->ref, a.dref.p);
    assert_true(root_remove(&f->store, STR("keep"), &f->sink));
    assert_false(root_remove(&f->store, STR("keep"), &f->sink));
    expect(f, "E0725", "there is no root named `keep`");
    find_root(f, ROOT_DIRECT, &count);
    assert_int_equal(count, 0);
}

static void test_temporary(void **state)
{
    struct fixture *f = *state;
    struct config a = derive(f, "{\"name\": \"a\"}"), later = parse_config(f, "{\"n\": 1}");
    struct str refs[] = {a.dref, later.dref};
    assert_true(root_temp_add(&f->store, refs, 1, &f->sink));
    assert_true(root_temp_add(&f->store, refs + 1, 1, &f->sink));
    struct store other;
    assert_true(store_open(&other, &f->paths, 0, &f->sink));
    struct root *all;
    size_t count;
    assert_true(root_list(&other, &f->arena, &all, &count, &f->sink));
    assert_int_equal(count, 2);
    assert_str(all[0].ref, a.dref.p);
    assert_str(all[1].ref, later.dref.p);
    assert_int_equal(all[1].kind, ROOT_TEMP);
    assert_string_equal(all[1].name, f->store.session);
    assert_true(root_session_alive(&other, f->store.session));
    // A process that dies leaves its file, but it counts no more.
    char session[STORE_SESSION_SIZE];
    memcpy(session, f->store.session, sizeof(session));
    close(f->store.session_fd);
    f->store.session_fd = -1;
    assert_false(root_session_alive(&other, session));
    assert_true(root_list(&other, &f->arena, &all, &count, &f->sink));
    assert_int_equal(count, 0);
    store_close(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {STORE_TEST(test_out_link), STORE_TEST(test_named),
                                       STORE_TEST(test_temporary)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
