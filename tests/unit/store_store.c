#include "store/store.h"

#include "store_fixture.h"

static const char *fake_env(void *ctx, const char *name)
{
    for (const char *const *pair = ctx; *pair; pair += 2) {
        if (strcmp(*pair, name) == 0) return pair[1];
    }
    return NULL;
}

static void test_paths_from_env(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *env[9];
        const char *root, *store, *tmp;
    } rows[] = {
        {{"HOME", "/home/u"}, "/home/u/.local/share/plx", NULL, NULL},
        {{"HOME", "/home/u", "XDG_DATA_HOME", "/d"}, "/d/plx", NULL, NULL},
        {{"HOME", "/home/u", "XDG_DATA_HOME", "d"}, "/home/u/.local/share/plx", NULL, NULL},
        {{"HOME", "/home/u", "XDG_DATA_HOME", ""}, "/home/u/.local/share/plx", NULL, NULL},
        {{"HOME", "/home/u", "XDG_DATA_HOME", "/d", "PLX_ROOT", "/r/./x/"}, "/r/x", NULL, NULL},
        {{"PLX_ROOT", "/r", "PLX_STORE", "/s", "PLX_TMP", "/t"}, "/r", "/s", "/t"},
        {{"PLX_ROOT", "/r", "PLX_STORE", "", "PLX_TMP", ""}, "/r", NULL, NULL},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        struct store_paths p;
        assert_true(store_paths_from_env(&p, &f->arena, fake_env, (void *)rows[i].env, &f->sink));
        assert_string_equal(p.root, rows[i].root);
        assert_string_equal(p.store ? p.store : "none", rows[i].store ? rows[i].store : "none");
        assert_string_equal(p.tmp ? p.tmp : "none", rows[i].tmp ? rows[i].tmp : "none");
    }
    const char *relative[] = {"PLX_ROOT", "r", NULL};
    struct store_paths p;
    assert_int_equal(chdir(f->dir), 0);
    assert_true(store_paths_from_env(&p, &f->arena, fake_env, relative, &f->sink));
    assert_string_equal(p.root, in_dir(f, "r"));
    const char *nothing[] = {NULL};
    assert_false(store_paths_from_env(&p, &f->arena, fake_env, nothing, &f->sink));
    expect(f, "E0700", "HOME is not set");
    assert_int_equal(chdir("/"), 0);
}

static void test_first_use_makes_it(void **state)
{
    struct fixture *f = *state;
    static const char *const folders[] = {"store-v1", "tmp",      "roots", "roots/temp", "locks",
                                          "log",      "sessions", "index", "quarantine"};
    for (size_t i = 0; i < LEN(folders); i++) {
        struct stat st;
        assert_int_equal(fstatat(f->store.root_fd, folders[i], &st, 0), 0);
        assert_true(S_ISDIR(st.st_mode));
    }
    assert_string_equal(f->store.path, in_dir(f, "root/store-v1"));
    assert_string_equal(f->store.tmp, in_dir(f, "root/tmp"));
    assert_false(f->store.read_only);
}

static void test_named_store_must_exist(void **state)
{
    struct fixture *f = *state;
    f->paths.store = in_dir(f, "elsewhere/store");
    store_close(&f->store);
    assert_false(store_open(&f->store, &f->paths, 0, &f->sink));
    expect(f, "E0704", "there is no store at");
    open_store(f, STORE_CREATE);
    reopen_store(f, 0);
    assert_string_equal(f->store.path, f->paths.store);
    store_close(&f->store);
    assert_false(store_open(&f->store, &f->paths, STORE_CREATE | STORE_MUST_NOT_EXIST, &f->sink));
    expect(f, "E0706", "exists already");
    // What is no folder is no store.
    f->paths.store = in_dir(f, "file");
    make_file(f->paths.store, "");
    assert_false(store_open(&f->store, &f->paths, STORE_CREATE, &f->sink));
    expect(f, "E0707", "cannot open the store");
}

static void test_read_only_makes_nothing(void **state)
{
    struct fixture *f = *state;
    store_close(&f->store);
    f->paths.root = in_dir(f, "other");
    assert_false(store_open(&f->store, &f->paths, STORE_READ_ONLY, &f->sink));
    expect(f, "E0704", "there is no store at");
    struct stat st;
    assert_int_equal(stat(f->paths.root, &st), -1);
    // A bare store without any of the other folders can be read.
    f->paths.store = in_dir(f, "bare");
    make_dir(f->paths.store);
    open_store(f, STORE_READ_ONLY);
    assert_int_equal(stat(f->paths.root, &st), -1);
    struct ref_list drefs;
    assert_true(query_drefs(&f->store, &f->arena, &drefs, &f->sink));
    assert_int_equal(drefs.len, 0);
    char name[STORE_TMP_SIZE];
    assert_false(store_tmp_new(&f->store, "x", name, &f->sink));
    expect(f, "E0708", "is read-only");
}

static void test_read_only_serves(void **state)
{
    struct fixture *f = *state;
    struct config c = derive(f, "{\"name\": \"a\"}");
    struct str rref = realize(f, &c, NULL, "text");
    reopen_store(f, STORE_READ_ONLY);
    assert_true(query_exists(&f->store, rref));
    // What is there already needs no writing.
    derive(f, "{\"name\": \"a\"}");
    struct config other = parse_config(f, "{\"name\": \"b\"}");
    struct instantiate_item item = {other.dref, other.text};
    assert_false(instantiate_many(&f->store, &item, 1, NULL, &f->sink));
    expect(f, "E0708", "is read-only");
}

static void test_file_systems_differ(void **state)
{
    struct fixture *f = *state;
    struct stat a, b;
    if (stat("/dev/shm", &a) < 0 || stat(f->dir, &b) < 0 || a.st_dev == b.st_dev) skip();
    char dir[] = "/dev/shm/plx-store-XXXXXX";
    assert_non_null(mkdtemp(dir));
    store_close(&f->store);
    f->paths.tmp = dir;
    assert_false(store_open(&f->store, &f->paths, 0, &f->sink));
    assert_int_equal(f->sink.first->note_count, 2);
    assert_non_null(strstr(f->sink.first->notes[1], dir));
    expect(f, "E0705", "different file systems");
    // Who only reads does not rename.
    open_store(f, STORE_READ_ONLY);
    assert_int_equal(rmdir(dir), 0);
}

static void test_tmp(void **state)
{
    struct fixture *f = *state;
    char a[STORE_TMP_SIZE], b[STORE_TMP_SIZE];
    assert_true(store_tmp_new(&f->store, "build", a, &f->sink));
    assert_true(store_tmp_new(&f->store, "build", b, &f->sink));
    assert_string_not_equal(a, b);
    assert_int_equal(strncmp(a, f->store.session, strlen(f->store.session)), 0);
    make_dir(out_path(f, a, "x/y"));
    make_file(out_path(f, a, "x/y/z"), "");
    assert_int_equal(chmod(out_path(f, a, "x/y"), 0), 0);
    store_tmp_remove(&f->store, a);
    assert_int_equal(faccessat(f->store.tmp_fd, a, F_OK, 0), -1);
    assert_int_equal(faccessat(f->store.tmp_fd, b, F_OK, 0), 0);
    // The session's file goes with the session.
    char *file = in_dir(f, arena_printf(&f->arena, "root/roots/temp/%s", f->store.session));
    assert_int_equal(access(file, F_OK), 0);
    reopen_store(f, 0);
    assert_int_equal(access(file, F_OK), -1);
}

static void test_ref_paths(void **state)
{
    struct fixture *f = *state;
#define H1 "0123456789abcdef0123456789abcdef"
#define H2 "fedcba9876543210fedcba9876543210"
    char rel[STORE_REL_SIZE];
    store_ref_rel(STR("dref:" H1 "-n"), rel);
    assert_string_equal(rel, H1 "-n");
    store_ref_rel(STR("rref:" H2 "-" H1 "-n"), rel);
    assert_string_equal(rel, H1 "-n/" H2);
    assert_string_equal(store_ref_path(&f->store, &f->arena, STR("rref:" H2 "-" H1 "-n")),
                        in_dir(f, "root/store-v1/" H1 "-n/" H2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_paths_from_env),
        STORE_TEST(test_first_use_makes_it),
        STORE_TEST(test_named_store_must_exist),
        STORE_TEST(test_read_only_makes_nothing),
        STORE_TEST(test_read_only_serves),
        STORE_TEST(test_file_systems_differ),
        STORE_TEST(test_tmp),
        STORE_TEST(test_ref_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
