#include "store/verify.h"

#include <sys/xattr.h>

#include "store/root.h"
#include "store_fixture.h"

static struct verify_result verify(struct fixture *f, bool repair)
{
    struct verify_options o = {.repair = repair};
    struct verify_result r;
    if (!verify_store(&f->store, &o, &f->arena, &r, &f->sink)) no_errors(f);
    return r;
}

static void assert_clean(struct fixture *f)
{
    struct verify_result r = verify(f, false);
    if (r.len) fail_msg("%s: %s", r.at[0].path, r.at[0].message);
    assert_int_equal(r.faults, 0);
}

// Exactly one finding of that kind; its path ends in `path` and its message holds `message`.
static struct verify_finding one(struct verify_result r, enum verify_level level, const char *path,
                                 const char *message)
{
    if (r.len != 1)
        fail_msg("%zu findings, the last is: %s", r.len, r.len ? r.at[r.len - 1].message : "");
    assert_int_equal(r.at[0].level, level);
    assert_int_equal(r.faults, level == VERIFY_FAULT);
    if (!str_ends_with(str_from(r.at[0].path), str_from(path))) fail_msg("%s", r.at[0].path);
    if (!strstr(r.at[0].message, message)) fail_msg("%s", r.at[0].message);
    return r.at[0];
}

static char *inside(struct fixture *f, struct str ref, const char *path)
{
    return path_join(&f->arena, store_ref_path(&f->store, &f->arena, ref), path);
}

// Writes over a file that is read-only.
static void overwrite(const char *path, const char *text)
{
    assert_int_equal(chmod(path, 0644), 0);
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, 0444), 0);
}

struct chain {
    struct config a, b, c;
    struct str ra, rb, rc;
};

// c was built with b, and b with a.
static struct chain make_chain(struct fixture *f)
{
    struct chain k;
    k.a = derive(f, "{\"name\": \"a\"}");
    k.b = derive(f, arena_printf(&f->arena, "{\"name\": \"b\", \"x\": \"%s\"}", k.a.dref.p));
    k.c = derive(f, arena_printf(&f->arena, "{\"name\": \"c\", \"x\": \"%s\"}", k.b.dref.p));
    k.ra = realize(f, &k.a, NULL, "a");
    struct context of_b = context_of(f, k.a.dref, k.ra);
    k.rb = realize(f, &k.b, &of_b, "b");
    struct context of_c = context_of(f, k.b.dref, k.rb);
    k.rc = realize(f, &k.c, &of_c, "c");
    // What is left of the builds in tmp/ is no leftover while this process runs.
    return k;
}

static void test_clean(void **state)
{
    struct fixture *f = *state;
    assert_clean(f);
    struct chain k = make_chain(f);
    struct verify_result r = verify(f, false);
    assert_int_equal(r.len, 0);
    assert_int_equal(r.drefs, 3);
    assert_int_equal(r.rrefs, 3);
    assert_true(r.bytes > 0);
    verify(f, true);
    assert_true(query_exists(&f->store, k.rc));
    assert_clean(f);
    // An empty output
    struct config e = derive(f, "{\"name\": \"empty\"}");
    static const struct context none;
    commit_out(f, &e, &none, new_out(f));
    assert_clean(f);
}

static char *rel_of(struct fixture *f, struct str ref)
{
    char rel[STORE_REL_SIZE];
    store_ref_rel(ref, rel);
    return arena_strdup(&f->arena, rel);
}

static size_t quarantined(struct fixture *f)
{
    char **names;
    size_t count;
    assert_int_equal(io_list_dir(f->store.root_fd, "quarantine", &names, &count), 0);
    io_free_names(names, count);
    return count;
}

// What depends on something that is moved away goes too; the rest stays and verifies.
static void repair_from_b(struct fixture *f, const struct chain *k)
{
    struct verify_result r = verify(f, true);
    assert_int_equal(r.faults, 2);
    for (size_t i = 0; i < r.len; i++) {
        assert_non_null(r.at[i].action);
        assert_non_null(strstr(r.at[i].action, "/quarantine/"));
        if (str_eq(r.at[i].ref, k->rc)) assert_non_null(strstr(r.at[i].message, k->rb.p));
    }
    assert_true(query_exists(&f->store, k->ra));
    assert_false(query_exists(&f->store, k->rb));
    assert_false(query_exists(&f->store, k->rc));
    assert_int_equal(quarantined(f), 2);
    assert_clean(f);
}

static void test_tampered_content(void **state)
{
    struct fixture *f = *state;
    struct chain k = make_chain(f);
    overwrite(inside(f, k.rb, "a.txt"), "tampered");
    struct verify_finding x = one(verify(f, false), VERIFY_FAULT, rel_of(f, k.rb),
                                  "its contents do not fit its name: their hash is ");
    assert_true(str_eq(x.ref, k.rb));
    assert_null(x.action);
    assert_true(query_exists(&f->store, k.rb));
    repair_from_b(f, &k);
    // The same name a second time: quarantine overwrites nothing.
    struct context of_b = context_of(f, k.a.dref, k.ra);
    assert_true(str_eq(realize(f, &k.b, &of_b, "b"), k.rb));
    overwrite(inside(f, k.rb, "a.txt"), "tampered again");
    verify(f, true);
    assert_int_equal(quarantined(f), 3);
}

static void test_tampered_context(void **state)
{
    struct fixture *f = *state;
    struct chain k = make_chain(f);
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"{}", "lacks the dependency dref:"},
        {"{", "is not a context"},
        {"{ }", "is not canonical text"},
        {"", "is not a context"},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        overwrite(inside(f, k.rb, "context.json"), rows[i].text);
        one(verify(f, false), VERIFY_FAULT, rel_of(f, k.rb), rows[i].message);
    }
    assert_int_equal(chmod(inside(f, k.rb, ""), 0755), 0);
    assert_int_equal(unlink(inside(f, k.rb, "context.json")), 0);
    one(verify(f, false), VERIFY_FAULT, rel_of(f, k.rb), "its context.json cannot be read");
    repair_from_b(f, &k);
}

// Committed by a program that knows nothing of dependencies: the hash covers the context, so only
// the config tells that it is wrong.
static void test_unfit_context(void **state)
{
    struct fixture *f = *state;
    struct chain k = make_chain(f);
    struct str two[2] = {k.ra, k.ra};
    struct context_entry foreign[2] = {{k.a.dref, &k.ra, 1}, {k.b.dref, &k.rb, 1}};
    struct context_entry twice = {k.a.dref, two, 2}, none = {k.a.dref, NULL, 0};
    struct context fits = context_make(&none, 1);
    realize(f, &k.b, &fits, "fits");
    assert_clean(f);
    struct {
        struct context context;
        const char *message;
    } rows[] = {
        {{NULL, 0}, "its context.json lacks the dependency dref:"},
        {context_make(foreign, 2), "which is no dependency"},
        {context_make(&twice, 1), " twice"},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        struct str bad = realize(f, &k.b, &rows[i].context, "unfit");
        one(verify(f, false), VERIFY_FAULT, rel_of(f, bad), rows[i].message);
        verify(f, true);
        assert_false(query_exists(&f->store, bad));
        assert_clean(f);
    }
}

static void test_lost_dependency(void **state)
{
    struct fixture *f = *state;
    struct chain k = make_chain(f);
    assert_int_equal(io_remove_tree(AT_FDCWD, inside(f, k.ra, "")), 0);
    one(verify(f, false), VERIFY_FAULT, rel_of(f, k.rb), k.ra.p);
    struct verify_result r = verify(f, true);
    assert_int_equal(r.faults, 2); // b, and c by b
    assert_clean(f);
    // A derivation without its dependency can be left by a run that was ended.
    assert_int_equal(io_remove_tree(AT_FDCWD, inside(f, k.a.dref, "")), 0);
    one(verify(f, false), VERIFY_NOTE, rel_of(f, k.b.dref), "which is not in the store");
}

static void test_bad_config(void **state)
{
    struct fixture *f = *state;
    struct chain k = make_chain(f);
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"{\n    \"name\": \"other\"\n}", "its config does not fit its name: it is that of dref:"},
        {"{\"name\": \"b\"}", "its config.json is not canonical text"},
        {"{\n    \"na", "not valid JSON"},
        {"", "not valid JSON"},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        overwrite(inside(f, k.b.dref, "config.json"), rows[i].text);
        one(verify(f, false), VERIFY_FAULT, rel_of(f, k.b.dref), rows[i].message);
    }
    struct verify_result r = verify(f, true);
    assert_int_equal(r.faults, 2);
    assert_false(query_exists(&f->store, k.b.dref));
    assert_false(query_exists(&f->store, k.rc)); // built with a realization of b
    assert_true(query_exists(&f->store, k.c.dref));
    r = verify(f, false);
    assert_int_equal(r.faults, 0);
    one(r, VERIFY_NOTE, rel_of(f, k.c.dref), "which is not in the store");
    // The derivation can be made anew.
    struct instantiate_item item = {k.b.dref, k.b.text};
    assert_true(instantiate_many(&f->store, &item, 1, NULL, &f->sink));
    assert_clean(f);
}

static void test_modes(void **state)
{
    struct fixture *f = *state;
    struct chain k = make_chain(f);
    assert_int_equal(chmod(inside(f, k.ra, "a.txt"), 0644), 0);
    one(verify(f, false), VERIFY_FAULT, rel_of(f, k.ra), "other modes than 0444 and 0555");
    verify(f, true);
    assert_clean(f);
    assert_int_equal(chmod(inside(f, k.a.dref, ""), 0777), 0);
    one(verify(f, false), VERIFY_FAULT, "-a", "another mode than 0755");
    verify(f, true);
    assert_clean(f);
    assert_int_equal(chmod(inside(f, k.a.dref, "config.json"), 0600), 0);
    one(verify(f, false), VERIFY_FAULT, "config.json", "another mode than 0444");
    verify(f, true);
    assert_clean(f);
    // Killed between the rename and the last chmod
    assert_int_equal(chmod(inside(f, k.ra, ""), 0755), 0);
    one(verify(f, false), VERIFY_NOTE, rel_of(f, k.ra), "is not read-only");
    verify(f, true);
    assert_clean(f);
}

static void test_times_and_attributes(void **state)
{
    struct fixture *f = *state;
    struct config c = derive(f, "{\"name\": \"c\"}");
    char *out = new_out(f);
    static const struct context none;
    assert_int_equal(mkdir(out_path(f, out, "d"), 0755), 0);
    make_file(out_path(f, out, "d/a.txt"), "a");
    assert_int_equal(symlink("a.txt", out_path(f, out, "d/link")), 0);
    struct str r = commit_out(f, &c, &none, out);
    static const char *const places[] = {"", "d", "d/a.txt", "d/link", "context.json"};
    static const struct timespec later[2] = {{1, 0}, {1, 1}};
    assert_clean(f);
    for (size_t i = 0; i < LEN(places); i++) {
        const char *path = path_join(&f->arena, inside(f, r, ""), places[i]);
        assert_int_equal(utimensat(AT_FDCWD, path, later, AT_SYMLINK_NOFOLLOW), 0);
        one(verify(f, false), VERIFY_FAULT, rel_of(f, r), "1 second after the epoch");
        assert_string_equal(one(verify(f, true), VERIFY_FAULT, rel_of(f, r), "").action,
                            "times restored");
        assert_clean(f);
    }
    // Some file systems have none.
    const char *file = inside(f, r, "d/a.txt");
    assert_int_equal(chmod(file, 0644), 0);
    int result = setxattr(file, "user.plx", "1", 1, 0);
    assert_int_equal(chmod(file, 0444), 0);
    if (result < 0) return;
    one(verify(f, false), VERIFY_FAULT, rel_of(f, r), "extended attributes");
    verify(f, true);
    assert_clean(f);
}

static void test_foreign(void **state)
{
    struct fixture *f = *state;
    struct chain k = make_chain(f);
    make_file(inside(f, k.a.dref, "notes.txt"), "");
    one(verify(f, false), VERIFY_FAULT, "notes.txt", "neither a config nor a realization");
    verify(f, true);
    assert_clean(f);
    make_dir(in_dir(f, "root/store-v1/lost+found"));
    one(verify(f, false), VERIFY_FAULT, "lost+found", "it is no derivation");
    verify(f, true);
    assert_clean(f);
    assert_int_equal(chmod(inside(f, k.rc, ""), 0755), 0);
    assert_int_equal(mkfifo(inside(f, k.rc, "pipe"), 0444), 0);
    one(verify(f, false), VERIFY_FAULT, rel_of(f, k.rc), "/pipe is a fifo");
    verify(f, true);
    assert_clean(f);
    assert_false(query_exists(&f->store, k.rc));
}

static void test_leftovers(void **state)
{
    struct fixture *f = *state;
    struct chain k = make_chain(f);
    struct config d = derive(f, "{\"name\": \"d\"}");
    make_dir(in_dir(f, "root/tmp/4711-0badcafe.12345678.build/out/x"));
    make_file(in_dir(f, "root/roots/temp/4711-0badcafe"), k.a.dref.p);
    make_file(in_dir(f, arena_printf(&f->arena, "root/locks/%s.lock", k.a.dref.p + 5)), "4711\n");
    assert_true(root_out_link(&f->store, in_dir(f, "result"), k.ra, &f->sink));
    assert_int_equal(unlink(in_dir(f, "result")), 0);
    assert_true(root_add(&f->store, STR("keep"), d.dref, &f->sink));
    assert_int_equal(io_remove_tree(AT_FDCWD, inside(f, d.dref, "")), 0);
    struct verify_result r = verify(f, false);
    assert_int_equal(r.len, 5);
    assert_int_equal(r.faults, 1);
    static const struct {
        const char *path, *message;
    } rows[] = {
        {".lock", "a process that is gone left it"},
        {"", "does not lead into the store any more"},
        {"roots/keep", "this root leads to nothing"},
        {"roots/temp/4711-0badcafe", "a process that is gone left it"},
        {"tmp/4711-0badcafe.12345678.build", "a process that is gone left it"},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        assert_true(str_ends_with(str_from(r.at[i].path), str_from(rows[i].path)));
        assert_non_null(strstr(r.at[i].message, rows[i].message));
    }
    r = verify(f, true);
    for (size_t i = 0; i < r.len; i++) assert_string_equal(r.at[i].action, "removed");
    assert_clean(f);
    // The files of those who live are theirs.
    char name[STORE_TMP_SIZE];
    assert_true(store_tmp_new(&f->store, "build", name, &f->sink));
    struct store other;
    assert_true(store_open(&other, &f->paths, 0, &f->sink));
    struct verify_options o = {.repair = true};
    assert_true(verify_store(&other, &o, &f->arena, &r, &f->sink));
    assert_int_equal(r.len, 0);
    store_close(&other);
    assert_int_equal(faccessat(f->store.tmp_fd, name, F_OK, 0), 0);
}

static bool count_progress(void *ctx, size_t done, size_t total)
{
    size_t *calls = ctx;
    ++*calls;
    assert_true(done <= total);
    return *calls < 2;
}

static void test_options(void **state)
{
    struct fixture *f = *state;
    struct chain k = make_chain(f);
    overwrite(inside(f, k.rb, "a.txt"), "tampered");
    size_t calls = 0;
    struct verify_options o = {.progress = count_progress, .ctx = &calls};
    struct verify_result r;
    assert_true(verify_store(&f->store, &o, &f->arena, &r, &f->sink));
    assert_int_equal(calls, 2);
    assert_int_equal(r.drefs, 2);
    o = (struct verify_options){.refs = &k.ra, .ref_count = 1};
    assert_true(verify_store(&f->store, &o, &f->arena, &r, &f->sink));
    assert_int_equal(r.faults, 0);
    assert_int_equal(r.rrefs, 1);
    o.refs = &k.b.dref;
    assert_true(verify_store(&f->store, &o, &f->arena, &r, &f->sink));
    assert_int_equal(r.faults, 1);
    o = (struct verify_options){.no_contents = true};
    assert_true(verify_store(&f->store, &o, &f->arena, &r, &f->sink));
    assert_int_equal(r.faults, 0);
    assert_int_equal(r.bytes, 0);
    struct config gone = parse_config(f, "{\"n\": 5}");
    o = (struct verify_options){.refs = &gone.dref, .ref_count = 1};
    assert_false(verify_store(&f->store, &o, &f->arena, &r, &f->sink));
    expect(f, "E0702", "there is no dref:");
    reopen_store(f, STORE_READ_ONLY);
    o = (struct verify_options){.repair = true};
    assert_false(verify_store(&f->store, &o, &f->arena, &r, &f->sink));
    expect(f, "E0708", "is read-only");
    r = verify(f, false);
    assert_int_equal(r.faults, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_clean),
        STORE_TEST(test_tampered_content),
        STORE_TEST(test_tampered_context),
        STORE_TEST(test_unfit_context),
        STORE_TEST(test_lost_dependency),
        STORE_TEST(test_bad_config),
        STORE_TEST(test_modes),
        STORE_TEST(test_times_and_attributes),
        STORE_TEST(test_foreign),
        STORE_TEST(test_leftovers),
        STORE_TEST(test_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
