#include "store/commit.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/xattr.h>

#include "store/nar.h"
#include "store_fixture.h"

static const struct context nothing;

static char *in_store(struct fixture *f, struct str ref, const char *path)
{
    return path_join(&f->arena, store_ref_path(&f->store, &f->arena, ref), path);
}

static void assert_entry(const char *path, mode_t mode)
{
    struct stat st;
    if (lstat(path, &st) < 0) fail_msg("%s: %s", path, strerror(errno));
    if (!S_ISLNK(st.st_mode)) assert_int_equal(st.st_mode & 07777, mode);
    assert_int_equal(st.st_mtim.tv_sec, 1);
    assert_int_equal(st.st_mtim.tv_nsec, 0);
}

static void test_whole(void **state)
{
    struct fixture *f = *state;
    struct config c = derive(f, "{\"name\": \"a\"}");
    char *out = new_out(f);
    make_dir(out_path(f, out, "d/empty"));
    make_file(out_path(f, out, "d/run"), "#!/bin/sh\n");
    make_file(out_path(f, out, "plain"), "text");
    make_file(out_path(f, out, "suid"), "x");
    assert_int_equal(chmod(out_path(f, out, "d/run"), 0711), 0);
    assert_int_equal(chmod(out_path(f, out, "d/empty"), 0555), 0); // as it is to become
    assert_int_equal(chmod(out_path(f, out, "suid"), 06755), 0);
    assert_int_equal(symlink("plain", out_path(f, out, "link")), 0);
    make_file(in_dir(f, "log"), "line 1\nline 2\n");
    struct commit_request r = request_for(&c, &nothing, out);
    r.meta = STR("{}");
    r.log = in_dir(f, "log");
    struct commit commit;
    assert_true(commit_prepare(&f->store, &r, f->h, &f->arena, &commit, &f->sink));
    struct str rref = str_from(commit.rref.text);
    assert_false(query_exists(&f->store, rref));
    assert_true(commit_publish(&f->store, &commit, 1, &f->sink));
    assert_true(commit.published);
    assert_false(commit.merged);
    assert_true(store_sync(&f->store, &f->sink));
    assert_str(slurp(f, in_store(f, rref, "context.json")), "{}");
    assert_str(slurp(f, in_store(f, rref, "__buildtime__.txt")), "231114-22:13:20:123456+0000");
    assert_str(slurp(f, in_store(f, rref, "__meta__.json")), "{}");
    assert_str(slurp(f, in_store(f, rref, "__log__.txt")), "line 1\nline 2\n");
    static const struct {
        const char *path;
        mode_t mode;
    } rows[] = {{"", 0555},      {"d", 0555},           {"d/empty", 0555},
                {"d/run", 0555}, {"plain", 0444},       {"suid", 0555},
                {"link", 0},     {"__log__.txt", 0444}, {"context.json", 0444}};
    for (size_t i = 0; i < LEN(rows); i++)
        assert_entry(in_store(f, rref, rows[i].path), rows[i].mode);
    // 4 of ours, 3 of the realizer's
    assert_int_equal(commit.files, 7);
    // What is in the store hashes to its name.
    char hex[HASH_HEX_SIZE];
    struct nar_options meta = {.skip_meta = true};
    assert_true(nar_hash(AT_FDCWD, in_store(f, rref, ""), "x", &meta, f->h, hex, &f->sink));
    assert_int_equal(strncmp(hex, rref.p + 5, REF_HASH_LEN), 0);
}

static void test_equal_is_merged(void **state)
{
    struct fixture *f = *state;
    struct config c = derive(f, "{\"name\": \"a\"}");
    struct str first = realize(f, &c, NULL, "same");
    struct str second = realize(f, &c, NULL, "same");
    struct str third = realize(f, &c, NULL, "other");
    assert_true(str_eq(first, second));
    assert_false(str_eq(first, third));
    struct ref_list rrefs;
    assert_true(query_rrefs(&f->store, &f->arena, c.dref, &rrefs, &f->sink));
    assert_int_equal(rrefs.len, 2);
    // The same artifacts with another context are another realization.
    struct config d = derive(f, "{\"name\": \"d\"}");
    struct context ctx = context_of(f, d.dref, realize(f, &d, NULL, ""));
    assert_false(str_eq(first, realize(f, &c, &ctx, "same")));
}

static void test_batch(void **state)
{
    struct fixture *f = *state;
    struct config c = derive(f, "{\"name\": \"a\"}");
    struct commit commits[40];
    for (int i = 0; i < 40; i++) {
        char *out = new_out(f);
        make_file(out_path(f, out, "n"), arena_printf(&f->arena, "%d", i / 2)); // each twice
        struct commit_request r = request_for(&c, &nothing, out);
        assert_true(commit_prepare(&f->store, &r, f->h, &f->arena, &commits[i], &f->sink));
    }
    f->store.sync = true;
    assert_true(commit_publish(&f->store, commits, 40, &f->sink));
    assert_true(store_sync(&f->store, &f->sink));
    for (int i = 0; i < 40; i++) {
        assert_true(commits[i].published);
        assert_int_equal(commits[i].merged, i % 2);
    }
    struct ref_list rrefs;
    assert_true(query_rrefs(&f->store, &f->arena, c.dref, &rrefs, &f->sink));
    assert_int_equal(rrefs.len, 20);
}

static void test_no_derivation(void **state)
{
    struct fixture *f = *state;
    struct config gone = parse_config(f, "{\"name\": \"gone\"}");
    struct config there = derive(f, "{\"name\": \"there\"}");
    struct commit commits[2];
    const struct config *configs[] = {&gone, &there};
    for (int i = 0; i < 2; i++) {
        struct commit_request r = request_for(configs[i], &nothing, new_out(f));
        assert_true(commit_prepare(&f->store, &r, f->h, &f->arena, &commits[i], &f->sink));
    }
    assert_false(commit_publish(&f->store, commits, 2, &f->sink));
    expect(f, "E0702", "there is no derivation dref:");
    // The others of the batch are not held up.
    assert_false(commits[0].published);
    assert_true(commits[1].published);
    assert_int_equal(faccessat(f->store.tmp_fd, commits[0].out, F_OK, 0), -1);
}

static bool prepare_fails(struct fixture *f, const struct config *c, const char *out)
{
    struct commit_request r = request_for(c, &nothing, out);
    struct commit commit;
    return !commit_prepare(&f->store, &r, f->h, &f->arena, &commit, &f->sink);
}

static void test_reserved_names(void **state)
{
    struct fixture *f = *state;
    struct config c = derive(f, "{\"name\": \"a\"}");
    static const char *const names[] = {"context.json", "__buildtime__.txt"};
    for (size_t i = 0; i < LEN(names); i++) {
        char *out = new_out(f);
        make_file(out_path(f, out, names[i]), "mine");
        assert_true(prepare_fails(f, &c, out));
        expect(f, "E0714", names[i]);
        // A link of that name would let the store write somewhere else.
        out = new_out(f);
        assert_int_equal(symlink(in_dir(f, "victim"), out_path(f, out, names[i])), 0);
        assert_true(prepare_fails(f, &c, out));
        expect(f, "E0714", names[i]);
        assert_int_equal(access(in_dir(f, "victim"), F_OK), -1);
    }
}

static void test_foreign_types(void **state)
{
    struct fixture *f = *state;
    struct config c = derive(f, "{\"name\": \"a\"}");
    char *out = new_out(f);
    make_dir(out_path(f, out, "d"));
    assert_int_equal(mkfifo(out_path(f, out, "d/p"), 0644), 0);
    assert_true(prepare_fails(f, &c, out));
    expect(f, "E0715", "out/d/p is a fifo");
    out = new_out(f);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    assert_int_equal(chdir(out_path(f, out, ".")), 0);
    snprintf(address.sun_path, sizeof(address.sun_path), "s");
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(chdir("/"), 0);
    close(fd);
    assert_true(prepare_fails(f, &c, out));
    expect(f, "E0715", "out/s is a socket");
}

static void test_output_replaced(void **state)
{
    struct fixture *f = *state;
    struct config c = derive(f, "{\"name\": \"a\"}");
    char *out = new_out(f);
    make_dir(in_dir(f, "victim"));
    assert_int_equal(
        rmdir(out_path(f, out, ".")) == 0 || unlinkat(f->store.tmp_fd, out, AT_REMOVEDIR) == 0, 1);
    assert_int_equal(symlinkat(in_dir(f, "victim"), f->store.tmp_fd, out), 0);
    assert_true(prepare_fails(f, &c, out));
    expect(f, "E0715", "is not a folder any more");
    assert_int_equal(access(in_dir(f, "victim/context.json"), F_OK), -1);
    assert_int_equal(unlinkat(f->store.tmp_fd, out, 0), 0);
    assert_true(prepare_fails(f, &c, out));
    expect(f, "E0715", "is not a folder any more");
}

static void test_promises(void **state)
{
    struct fixture *f = *state;
    struct config c = derive(f, "{\"name\": \"a\", \"m\": [\"__promise__\", \"d\", \"model\"], "
                                "\"n\": [\"__promise__\", \"dangling\"], \"o\": [\"__promise__\"], "
                                "\"p\": [\"__claim__\", \"never\"]}");
    char *out = new_out(f);
    make_file(out_path(f, out, "modle"), "");
    assert_int_equal(symlink("nowhere", out_path(f, out, "dangling")), 0);
    assert_true(prepare_fails(f, &c, out));
    assert_int_equal(f->sink.error_count, 2);
    const struct diag *d = f->sink.first;
    assert_string_equal(d->code, "E0716");
    assert_string_equal(
        d->message, "the promise `m` of `a` was not kept: `d/model` does not exist in the output");
    assert_string_equal(d->notes[0], "the output holds dangling, modle");
    assert_non_null(strstr(d->next->message, "`n` of `a` was not kept"));
    diag_sink_free(&f->sink);
    f->sink = DIAG_SINK_INIT;
    // Nothing was written, so that the realizer's output can be looked at as it was.
    assert_int_equal(access(out_path(f, out, "context.json"), F_OK), -1);
    make_dir(out_path(f, out, "d/model"));
    make_file(out_path(f, out, "nowhere"), "");
    commit_out(f, &c, &nothing, out);
    // Unless nobody wants to know
    struct commit_request r = request_for(&c, &nothing, new_out(f));
    struct commit commit;
    r.check_promises = false;
    assert_true(commit_prepare(&f->store, &r, f->h, &f->arena, &commit, &f->sink));
    commit_discard(&f->store, &commit);
    assert_int_equal(faccessat(f->store.tmp_fd, commit.out, F_OK, 0), -1);
}

// What a link leads to by its absolute path does not move with it.
static void test_promises_by_links(void **state)
{
    struct fixture *f = *state;
    struct config c = derive(f, "{\"name\": \"a\", \"m\": [\"__promise__\", \"d\", \"model\"]}");
    char *out = new_out(f);
    const char *real = arena_printf(&f->arena, "%s/%s", f->store.tmp, out);
    const char *link = out_path(f, out, "d");
    make_dir(out_path(f, out, "real"));
    make_file(out_path(f, out, "real/model"), "");
    make_dir(out_path(f, out, "../other"));
    make_file(out_path(f, out, "../other/model"), "");
    const char *const bad[] = {arena_printf(&f->arena, "%s/real", real),
                               arena_printf(&f->arena, "%s/../other", real), "../other",
                               f->store.tmp};
    make_file(arena_printf(&f->arena, "%s/model", f->store.tmp), "");
    for (size_t i = 0; i < LEN(bad); i++) {
        assert_int_equal(symlink(bad[i], link), 0);
        assert_true(prepare_fails(f, &c, out));
        assert_string_equal(f->sink.last->code, "E0716");
        assert_string_equal(
            f->sink.last->message,
            "the promise `m` of `a` was not kept: `d/model` is a link that will lead to nothing");
        bool moves = strstr(f->sink.last->notes[0], "moves into the store with the output") != NULL;
        assert_int_equal(moves, i == 0);
        assert_int_equal(unlink(link), 0);
    }
    diag_sink_free(&f->sink);
    f->sink = DIAG_SINK_INIT;
    // Relative inside of the output, or to where things stay
    make_dir(arena_printf(&f->arena, "%s/stays", f->store.path));
    make_file(arena_printf(&f->arena, "%s/stays/model", f->store.path), "");
    const char *const good[] = {"real", "./real/../real",
                                arena_printf(&f->arena, "%s/stays", f->store.path)};
    for (size_t i = 0; i < LEN(good); i++) {
        assert_int_equal(symlink(good[i], link), 0);
        struct commit_request r = request_for(&c, &nothing, out);
        struct commit commit;
        assert_true(commit_prepare(&f->store, &r, f->h, &f->arena, &commit, &f->sink));
        assert_int_equal(unlink(link), 0);
        assert_int_equal(unlink(out_path(f, out, "context.json")), 0);
        assert_int_equal(unlink(out_path(f, out, "__buildtime__.txt")), 0);
    }
}

static void test_unreadable_modes(void **state)
{
    struct fixture *f = *state;
    struct config c = derive(f, "{\"name\": \"a\"}");
    char *out = new_out(f);
    make_dir(out_path(f, out, "d/e"));
    make_file(out_path(f, out, "d/e/f"), "x");
    assert_int_equal(chmod(out_path(f, out, "d/e/f"), 0), 0);
    assert_int_equal(chmod(out_path(f, out, "d/e"), 0), 0);
    assert_int_equal(chmod(out_path(f, out, "d"), 0111), 0);
    assert_int_equal(chmod(out_path(f, out, "."), 0), 0);
    struct str rref = commit_out(f, &c, &nothing, out);
    assert_entry(in_store(f, rref, "d/e"), 0555);
    assert_str(slurp(f, in_store(f, rref, "d/e/f")), "x");
    struct stat st;
    assert_int_equal(stat(in_store(f, rref, "d/e/f"), &st), 0);
    assert_true((st.st_mode & 0666) == 0444);
}

static void test_xattrs(void **state)
{
    struct fixture *f = *state;
    struct config c = derive(f, "{\"name\": \"a\"}");
    char *out = new_out(f);
    make_dir(out_path(f, out, "d"));
    make_file(out_path(f, out, "x"), "x");
    if (setxattr(out_path(f, out, "x"), "user.origin", "web", 3, 0) < 0) skip();
    assert_int_equal(setxattr(out_path(f, out, "d"), "user.origin", "web", 3, 0), 0);
    struct str rref = commit_out(f, &c, &nothing, out);
    assert_int_equal(getxattr(in_store(f, rref, "x"), "user.origin", NULL, 0), -1);
    assert_int_equal(getxattr(in_store(f, rref, "d"), "user.origin", NULL, 0), -1);
}

static void test_hard_links(void **state)
{
    struct fixture *f = *state;
    struct config c = derive(f, "{\"name\": \"a\"}");
    char *out = new_out(f);
    make_file(in_dir(f, "outside"), "before");
    assert_int_equal(chmod(in_dir(f, "outside"), 0755), 0);
    make_dir(out_path(f, out, "d"));
    assert_int_equal(link(in_dir(f, "outside"), out_path(f, out, "a")), 0);
    assert_int_equal(link(in_dir(f, "outside"), out_path(f, out, "d/b")), 0);
    assert_int_equal(link(in_dir(f, "outside"), out_path(f, out, "e")), 0);
    struct str rref = commit_out(f, &c, &nothing, out);
    make_dir(in_dir(f, "x"));
    FILE *file = fopen(in_dir(f, "outside"), "w");
    fputs("after", file);
    fclose(file);
    static const char *const names[] = {"a", "d/b", "e"};
    struct stat first, st;
    assert_int_equal(stat(in_store(f, rref, "a"), &first), 0);
    for (size_t i = 0; i < LEN(names); i++) {
        assert_str(slurp(f, in_store(f, rref, names[i])), "before");
        assert_entry(in_store(f, rref, names[i]), 0555);
        assert_int_equal(stat(in_store(f, rref, names[i]), &st), 0);
        assert_int_equal(st.st_ino, first.st_ino); // names of one file stay that
    }
    assert_int_equal(stat(in_dir(f, "outside"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0755);
    assert_int_equal(st.st_nlink, 1);
    // Also where all names are inside
    out = new_out(f);
    make_dir(out_path(f, out, "d"));
    make_file(out_path(f, out, "a"), "inside");
    assert_int_equal(link(out_path(f, out, "a"), out_path(f, out, "d/b")), 0);
    assert_int_equal(link(out_path(f, out, "a"), out_path(f, out, "e")), 0);
    struct str inside = commit_out(f, &c, &nothing, out);
    assert_int_equal(stat(in_store(f, inside, "a"), &first), 0);
    for (size_t i = 0; i < LEN(names); i++) {
        assert_str(slurp(f, in_store(f, inside, names[i])), "inside");
        assert_int_equal(stat(in_store(f, inside, names[i]), &st), 0);
        assert_int_equal(st.st_ino, first.st_ino);
        assert_int_equal(st.st_nlink, 3);
    }
    // Hashes like the same tree without hard links
    out = new_out(f);
    make_dir(out_path(f, out, "d"));
    for (size_t i = 0; i < LEN(names); i++) {
        make_file(out_path(f, out, names[i]), "before");
        assert_int_equal(chmod(out_path(f, out, names[i]), 0700), 0);
    }
    assert_true(str_eq(rref, commit_out(f, &c, &nothing, out)));
}

static void test_time(void **state)
{
    struct fixture *f = *state;
    (void)f;
    static const int64_t times[] = {0, 1000, 1700000000123456000, 1709210096000001000,
                                    4102444799999999000 - (int64_t)100 * 365 * 86400 * 1000000000};
    for (size_t i = 0; i < LEN(times); i++) {
        char text[COMMIT_TIME_SIZE];
        commit_time_text(times[i], text);
        int64_t back;
        assert_true(commit_time_parse(str_from(text), &back));
        assert_int_equal(back, times[i]);
    }
    int64_t ns;
    assert_true(commit_time_parse(STR("240131-23:59:59:000001+0130\n"), &ns));
    assert_int_equal(ns, (int64_t)(1706745599 - 5400) * 1000000000 + 1000);
    static const char *const bad[] = {"",
                                      "240131-23:59:59:000001",
                                      "240131 23:59:59:000001+0000",
                                      "241331-23:59:59:000001+0000",
                                      "240131-24:59:59:000001+0000",
                                      "240131-23:59:59:00001x+0000"};
    for (size_t i = 0; i < LEN(bad); i++) assert_false(commit_time_parse(str_from(bad[i]), &ns));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_whole),
        STORE_TEST(test_equal_is_merged),
        STORE_TEST(test_batch),
        STORE_TEST(test_no_derivation),
        STORE_TEST(test_reserved_names),
        STORE_TEST(test_foreign_types),
        STORE_TEST(test_output_replaced),
        STORE_TEST(test_promises),
        STORE_TEST(test_promises_by_links),
        STORE_TEST(test_unreadable_modes),
        STORE_TEST(test_xattrs),
        STORE_TEST(test_hard_links),
        STORE_TEST(test_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
