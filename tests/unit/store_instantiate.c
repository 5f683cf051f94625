#include "store/instantiate.h"

#include "store_fixture.h"

static void test_writes_once(void **state)
{
    struct fixture *f = *state;
    struct config a = parse_config(f, "{\"name\": \"a\", \"n\": 1}");
    struct config b = parse_config(f, "{\"name\": \"b\"}");
    struct instantiate_item items[] = {{a.dref, a.text}, {b.dref, b.text}, {a.dref, a.text}};
    size_t created;
    assert_true(instantiate_many(&f->store, items, 3, &created, &f->sink));
    assert_int_equal(created, 2);
    assert_true(instantiate_many(&f->store, items, 3, &created, &f->sink));
    assert_int_equal(created, 0);
    char *file = path_join(&f->arena, store_ref_path(&f->store, &f->arena, a.dref), "config.json");
    assert_true(str_eq(slurp(f, file), a.text));
    struct stat st;
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0444);
    // Nothing is left in tmp/.
    char **names;
    size_t count;
    assert_int_equal(io_list_dir(f->store.tmp_fd, ".", &names, &count), 0);
    assert_int_equal(count, 0);
    io_free_names(names, count);
}

static void make_many(struct fixture *f, size_t count)
{
    struct instantiate_item *items = ARENA_ARRAY(&f->arena, struct instantiate_item, count);
    for (size_t i = 0; i < count; i++) {
        struct config c = parse_config(f, arena_printf(&f->arena, "{\"n\": %zu}", i));
        items[i] = (struct instantiate_item){c.dref, c.text};
    }
    size_t created;
    assert_true(instantiate_many(&f->store, items, count, &created, &f->sink));
    assert_int_equal(created, count);
    struct ref_list drefs;
    assert_true(query_drefs(&f->store, &f->arena, &drefs, &f->sink));
    assert_int_equal(drefs.len, count);
}

static void test_many(void **state)
{
    make_many(*state, 2000);
}

static void test_few_with_sync(void **state)
{
    struct fixture *f = *state;
    f->store.sync = true;
    make_many(f, 3);
}

static void test_many_with_sync(void **state)
{
    struct fixture *f = *state;
    f->store.sync = true;
    make_many(f, 100);
}

static void test_damaged_one(void **state)
{
    struct fixture *f = *state;
    struct config a = parse_config(f, "{\"name\": \"a\"}");
    make_dir(path_join(&f->arena, store_ref_path(&f->store, &f->arena, a.dref), "x"));
    struct instantiate_item item = {a.dref, a.text};
    assert_false(instantiate_many(&f->store, &item, 1, NULL, &f->sink));
    assert_int_equal(f->sink.first->note_count, 1);
    expect(f, "E0707", "cannot put dref:");
}

// Several processes at once with the same derivations: each succeeds, and each derivation is there
// once.
static void test_race(void **state)
{
    struct fixture *f = *state;
    pid_t children[4];
    fflush(NULL);
    for (size_t i = 0; i < LEN(children); i++) {
        children[i] = fork();
        if (children[i]) continue;
        struct store mine;
        if (!store_open(&mine, &f->paths, STORE_NO_FSYNC, &f->sink)) _exit(2);
        for (int n = 0; n < 300; n++) {
            struct config c = parse_config(f, arena_printf(&f->arena, "{\"n\": %d}", n));
            struct instantiate_item item = {c.dref, c.text};
            if (!instantiate_many(&mine, &item, 1, NULL, &f->sink)) _exit(3);
        }
        store_close(&mine);
        _exit(0);
    }
    for (size_t i = 0; i < LEN(children); i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    struct ref_list drefs;
    assert_true(query_drefs(&f->store, &f->arena, &drefs, &f->sink));
    assert_int_equal(drefs.len, 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_writes_once),   STORE_TEST(test_many),
        STORE_TEST(test_few_with_sync), STORE_TEST(test_many_with_sync),
        STORE_TEST(test_damaged_one),   STORE_TEST(test_race),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
