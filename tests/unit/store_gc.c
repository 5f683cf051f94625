#include "store/gc.h"

#include <poll.h>
#include <sys/file.h>
#include <sys/wait.h>

#include "store/leftover.h"
#include "store/ref.h"
#include "store/root.h"
#include "store/survey.h"
#include "store/verify.h"
#include "store_fixture.h"

static const struct context none;

// A realization that was begun at that many seconds after the epoch.
static struct str realize_at(struct fixture *f, const struct config *c, const struct context *ctx,
                             const char *score, int64_t seconds)
{
    char *out = new_out(f);
    make_file(out_path(f, out, "score"), score);
    struct commit_request r = request_for(c, ctx ? ctx : &none, out);
    r.start_ns = seconds * 1000000000;
    struct commit commit;
    if (!commit_prepare(&f->store, &r, f->h, &f->arena, &commit, &f->sink) ||
        !commit_publish(&f->store, &commit, 1, &f->sink)) {
        no_errors(f);
    }
    return arena_str(&f->arena, str_from(commit.rref.text));
}

struct world {
    struct config a, b, c; // c depends on b, and b on a
    struct str a1, a2, b1, c1;
};

// c1 was built with b1, and b1 with a1; nothing uses a2.
static struct world make_world(struct fixture *f)
{
    struct world w;
    w.a = derive(f, "{\"name\": \"a\"}");
    w.b = derive(f, arena_printf(&f->arena, "{\"name\": \"b\", \"x\": \"%s\"}", w.a.dref.p));
    w.c = derive(f, arena_printf(&f->arena, "{\"name\": \"c\", \"x\": \"%s\"}", w.b.dref.p));
    w.a1 = realize_at(f, &w.a, NULL, "0.5\n", 1000);
    w.a2 = realize_at(f, &w.a, NULL, "0.75", 2000);
    struct context of_b = context_of(f, w.a.dref, w.a1);
    w.b1 = realize_at(f, &w.b, &of_b, "none", 3000);
    struct context of_c = context_of(f, w.b.dref, w.b1);
    w.c1 = realize_at(f, &w.c, &of_c, "", 4000);
    return w;
}

static uint64_t store_bytes(struct fixture *f)
{
    struct survey_usage *usage;
    size_t count;
    uint64_t bytes = 0;
    assert_true(survey_du(&f->store, &f->arena, NULL, &usage, &count, &f->sink));
    for (size_t i = 0; i < count; i++) bytes += ref_is_dref(usage[i].ref) ? usage[i].bytes : 0;
    return bytes;
}

// Is this exactly what is in the store, and does that verify?
static void assert_store(struct fixture *f, const struct str *refs, size_t count)
{
    struct survey_usage *usage;
    size_t len;
    assert_true(survey_du(&f->store, &f->arena, NULL, &usage, &len, &f->sink));
    for (size_t i = 0; i < count; i++) {
        if (!query_exists(&f->store, refs[i])) fail_msg(STR_FMT " is gone", STR_ARG(refs[i]));
    }
    assert_int_equal(len, count);
    struct verify_options o = {.repair = false};
    struct verify_result r;
    assert_true(verify_store(&f->store, &o, &f->arena, &r, &f->sink));
    if (r.len) fail_msg("%s: %s", r.at[0].path, r.at[0].message);
}

#define ASSERT_STORE(f, ...)                                                                       \
    assert_store(f, (struct str[]){__VA_ARGS__},                                                   \
                 sizeof((struct str[]){__VA_ARGS__}) / sizeof(struct str))

static size_t place_in(const struct gc_result *r, struct str ref)
{
    for (size_t i = 0; i < r->len; i++) {
        if (str_eq(r->at[i].ref, ref)) return i;
    }
    return SIZE_MAX;
}

static struct gc_result collect(struct fixture *f, struct gc_options o)
{
    struct gc_result r, preview;
    o.dry_run = true;
    uint64_t before = store_bytes(f);
    if (!gc_collect(&f->store, &o, &f->arena, &preview, &f->sink)) no_errors(f);
    assert_int_equal(store_bytes(f), before);
    o.dry_run = false;
    if (!gc_collect(&f->store, &o, &f->arena, &r, &f->sink)) no_errors(f);
    // The preview is exact.
    assert_int_equal(r.len, preview.len);
    for (size_t i = 0; i < r.len; i++) {
        assert_true(str_eq(r.at[i].ref, preview.at[i].ref));
        assert_int_equal(r.at[i].bytes, preview.at[i].bytes);
    }
    assert_int_equal(r.bytes, preview.bytes);
    assert_int_equal(store_bytes(f), before - r.bytes);
    assert_int_equal(r.kept_drefs, preview.kept_drefs);
    assert_int_equal(r.kept_rrefs, preview.kept_rrefs);
    return r;
}

static void test_everything(void **state)
{
    struct fixture *f = *state;
    struct world w = make_world(f);
    struct gc_result r = collect(f, (struct gc_options){0});
    assert_int_equal(r.len, 7);
    assert_int_equal(r.kept_drefs + r.kept_rrefs, 0);
    assert_int_equal(r.bytes > 0, 1);
    // Users before what they use
    static const struct {
        size_t user, used;
    } order[] = {{0, 1}, {1, 2}, {0, 3}, {1, 4}, {2, 5}, {3, 4}, {4, 5}, {6, 5}};
    struct str refs[] = {w.c1, w.b1, w.a1, w.c.dref, w.b.dref, w.a.dref, w.a2};
    for (size_t i = 0; i < LEN(order); i++) {
        assert_true(place_in(&r, refs[order[i].user]) < place_in(&r, refs[order[i].used]));
    }
    assert_store(f, NULL, 0);
    r = collect(f, (struct gc_options){0});
    assert_int_equal(r.len, 0);
    // Nothing is left in tmp/ but what the tests themselves have there.
    char **names;
    size_t count;
    assert_int_equal(io_list_dir(f->store.tmp_fd, ".", &names, &count), 0);
    for (size_t i = 0; i < count; i++) assert_null(strstr(names[i], "trash"));
    io_free_names(names, count);
}

static void test_out_link_keeps_closure(void **state)
{
    struct fixture *f = *state;
    struct world w = make_world(f);
    assert_true(root_out_link(&f->store, in_dir(f, "result"), w.b1, &f->sink));
    collect(f, (struct gc_options){0});
    ASSERT_STORE(f, w.a.dref, w.b.dref, w.a1, w.b1);
    assert_int_equal(unlink(in_dir(f, "result")), 0);
    struct gc_result r = collect(f, (struct gc_options){0});
    assert_int_equal(r.len, 4);
}

static void test_named_derivation(void **state)
{
    struct fixture *f = *state;
    struct world w = make_world(f);
    assert_true(root_add(&f->store, STR("keep"), w.b.dref, &f->sink));
    collect(f, (struct gc_options){0});
    ASSERT_STORE(f, w.a.dref, w.b.dref, w.a1, w.a2, w.b1);
}

static void test_running_process(void **state)
{
    struct fixture *f = *state;
    struct world w = make_world(f);
    struct store other;
    assert_true(store_open(&other, &f->paths, STORE_NO_FSYNC, &f->sink));
    assert_true(root_temp_add(&other, &w.b.dref, 1, &f->sink));
    collect(f, (struct gc_options){0});
    ASSERT_STORE(f, w.a.dref, w.b.dref, w.a1, w.a2, w.b1);
    struct gc_result r;
    assert_false(gc_remove(&f->store, &w.b.dref, 1, true, false, &f->arena, &r, &f->sink));
    expect(f, "E0727", "is in use by a running process");
    store_close(&other);
    r = collect(f, (struct gc_options){0});
    assert_int_equal(r.len, 5);
}

static void test_more_roots(void **state)
{
    struct fixture *f = *state;
    struct world w = make_world(f);
    collect(f, (struct gc_options){.keep = &w.a2, .keep_count = 1});
    ASSERT_STORE(f, w.a.dref, w.a2);
}

static void test_keep_latest(void **state)
{
    struct fixture *f = *state;
    struct world w = make_world(f);
    collect(f, (struct gc_options){.keep_latest = 1});
    // a1 is not a's latest, but b1 is b's and was built with it.
    ASSERT_STORE(f, w.a.dref, w.b.dref, w.c.dref, w.a1, w.a2, w.b1, w.c1);
    struct config d = derive(f, "{\"name\": \"d\"}");
    struct str d1 = realize_at(f, &d, NULL, "1", 10), d2 = realize_at(f, &d, NULL, "2", 30),
               d3 = realize_at(f, &d, NULL, "3", 20);
    struct gc_result r = collect(f, (struct gc_options){.keep_latest = 2});
    assert_int_equal(r.len, 1);
    assert_true(str_eq(r.at[0].ref, d1));
    assert_true(query_exists(&f->store, d2) && query_exists(&f->store, d3));
}

static void test_keep_best(void **state)
{
    struct fixture *f = *state;
    struct world w = make_world(f);
    struct str a3 = realize_at(f, &w.a, NULL, "1e-1", 1), a4 = realize_at(f, &w.a, NULL, "nan", 9),
               a5 = realize_at(f, &w.a, NULL, "9 of 10", 9);
    struct gc_score best = {.file = "score"};
    struct gc_result r = collect(f, (struct gc_options){.scores = &best, .score_count = 1});
    ASSERT_STORE(f, w.a.dref, w.a2);
    assert_true(place_in(&r, a3) < r.len && place_in(&r, a4) < r.len && place_in(&r, a5) < r.len);
}

static void test_age(void **state)
{
    struct fixture *f = *state;
    struct world w = make_world(f);
    // Derivations are as young as this test: all stay. b1 stays for its age, a1 for b1's sake.
    collect(f, (struct gc_options){.older_than_ns = (int64_t)3000 * 1000000000});
    ASSERT_STORE(f, w.a.dref, w.b.dref, w.c.dref, w.a1, w.b1, w.c1);
    collect(f, (struct gc_options){.older_than_ns = (int64_t)3001 * 1000000000});
    ASSERT_STORE(f, w.a.dref, w.b.dref, w.c.dref, w.a1, w.b1, w.c1); // c1 needs them
    collect(f, (struct gc_options){.older_than_ns = (int64_t)4001 * 1000000000});
    ASSERT_STORE(f, w.a.dref, w.b.dref, w.c.dref);
    collect(f, (struct gc_options){.older_than_ns = io_now_ns() + (int64_t)3600 * 1000000000});
    assert_store(f, NULL, 0);
}

static void test_size(void **state)
{
    struct fixture *f = *state;
    struct world w = make_world(f);
    uint64_t total = store_bytes(f);
    struct gc_result r = collect(f, (struct gc_options){.has_max_bytes = true, .max_bytes = total});
    assert_int_equal(r.len, 0);
    // The oldest that nothing needs is a2, though a1 is older.
    r = collect(f, (struct gc_options){.has_max_bytes = true, .max_bytes = total - 1});
    assert_int_equal(r.len, 1);
    assert_true(str_eq(r.at[0].ref, w.a2));
    r = collect(f, (struct gc_options){.has_max_bytes = true, .max_bytes = total - r.bytes - 1});
    assert_int_equal(r.len, 1);
    assert_true(str_eq(r.at[0].ref, w.c1));
    // What a root keeps stays, however large.
    assert_true(root_out_link(&f->store, in_dir(f, "result"), w.a1, &f->sink));
    collect(f, (struct gc_options){.has_max_bytes = true, .max_bytes = 0});
    ASSERT_STORE(f, w.a.dref, w.a1);
}

static void test_leftovers_go(void **state)
{
    struct fixture *f = *state;
    make_dir(in_dir(f, "root/tmp/4711-0badcafe.12345678.build/out/x"));
    make_file(in_dir(f, "root/locks/0123456789abcdef0123456789abcdef-a.lock"), "4711\n");
    struct gc_options o = {.dry_run = true};
    struct gc_result r;
    assert_true(gc_collect(&f->store, &o, &f->arena, &r, &f->sink));
    assert_int_equal(r.leftovers, 2);
    o.dry_run = false;
    assert_true(gc_collect(&f->store, &o, &f->arena, &r, &f->sink));
    assert_int_equal(r.leftovers, 2);
    assert_int_equal(access(in_dir(f, "root/tmp/4711-0badcafe.12345678.build"), F_OK), -1);
    assert_true(gc_collect(&f->store, &o, &f->arena, &r, &f->sink));
    assert_int_equal(r.leftovers, 0);
}

// A worker that holds the lock of its session, and dies. Its child keeps what it was forked with
// until nobody can write to the pipe, and some time more.
NORETURN static void die_after_fork(struct fixture *f, const int pipe[2])
{
    char byte;
    const char *name = arena_printf(&f->arena, "root/roots/temp/%ld-0badcafe", (long)getpid());
    make_file(in_dir(f, name), "");
    int fd = open(in_dir(f, name), O_RDONLY | O_CLOEXEC);
    if (fd < 0 || flock(fd, LOCK_EX) < 0) _exit(1);
    close(pipe[1]);
    if (fork() == 0 && read(pipe[0], &byte, 1) == 0) (void)poll(NULL, 0, 50);
    _exit(0);
}

static void test_bury_outlives_forks(void **state)
{
    struct fixture *f = *state;
    struct map keep = MAP_INIT;
    int status, pipe[2];
    make_world(f);
    assert_int_equal(pipe2(pipe, O_CLOEXEC), 0);
    assert_true(store_writable(&f->store, &f->sink));
    pid_t worker = fork();
    assert_true(worker >= 0);
    if (worker == 0) die_after_fork(f, pipe);
    assert_int_equal(waitpid(worker, &status, 0), worker);
    assert_int_equal(status, 0);
    const char *session = arena_printf(&f->arena, "root/roots/temp/%ld-0badcafe", (long)worker);
    assert_int_equal(access(in_dir(f, session), F_OK), 0);
    close(pipe[1]);
    leftover_bury(&f->store, worker, &keep);
    close(pipe[0]);
    assert_int_equal(access(in_dir(f, session), F_OK), -1);
    map_free(&keep);
}

static void test_read_only(void **state)
{
    struct fixture *f = *state;
    make_world(f);
    reopen_store(f, STORE_READ_ONLY);
    struct gc_options o = {.dry_run = false};
    struct gc_result r;
    assert_false(gc_collect(&f->store, &o, &f->arena, &r, &f->sink));
    expect(f, "E0708", "is read-only");
    o.dry_run = true;
    assert_true(gc_collect(&f->store, &o, &f->arena, &r, &f->sink));
    assert_int_equal(r.len, 7);
}

static void test_remove(void **state)
{
    struct fixture *f = *state;
    struct world w = make_world(f);
    struct gc_result r;
    assert_false(gc_remove(&f->store, &w.a1, 1, false, false, &f->arena, &r, &f->sink));
    assert_int_equal(f->sink.first->note_count, 1);
    assert_non_null(strstr(f->sink.first->notes[0], w.b1.p));
    expect(f, "E0727", "is needed by others");
    assert_false(gc_remove(&f->store, &w.b.dref, 1, false, false, &f->arena, &r, &f->sink));
    expect(f, "E0727", "is needed by others");
    struct str gone =
        STR("rref:0123456789abcdef0123456789abcdef-0123456789abcdef0123456789abcdef-a");
    assert_false(gc_remove(&f->store, &gone, 1, true, false, &f->arena, &r, &f->sink));
    expect(f, "E0703", "there is no rref:");
    ASSERT_STORE(f, w.a.dref, w.b.dref, w.c.dref, w.a1, w.a2, w.b1, w.c1);
    // Together with what needs it
    struct str both[] = {w.b1, w.c1};
    assert_true(gc_remove(&f->store, both, 2, false, true, &f->arena, &r, &f->sink));
    assert_int_equal(r.len, 2);
    ASSERT_STORE(f, w.a.dref, w.b.dref, w.c.dref, w.a1, w.a2, w.b1, w.c1);
    assert_true(gc_remove(&f->store, both, 2, false, false, &f->arena, &r, &f->sink));
    assert_true(str_eq(r.at[0].ref, w.c1));
    ASSERT_STORE(f, w.a.dref, w.b.dref, w.c.dref, w.a1, w.a2);
    // A root
    assert_true(root_out_link(&f->store, in_dir(f, "result"), w.a2, &f->sink));
    assert_false(gc_remove(&f->store, &w.a2, 1, false, false, &f->arena, &r, &f->sink));
    assert_string_equal(f->sink.first->notes[0],
                        arena_printf(&f->arena, "the root is %s", in_dir(f, "result")));
    expect(f, "E0727", "is kept by a root");
    // By force, with all that needs it; the root dangles.
    assert_true(gc_remove(&f->store, &w.a.dref, 1, true, false, &f->arena, &r, &f->sink));
    assert_int_equal(r.len, 5);
    struct survey_usage *usage;
    size_t count;
    assert_true(survey_du(&f->store, &f->arena, NULL, &usage, &count, &f->sink));
    assert_int_equal(count, 0);
}

static void test_rdeps(void **state)
{
    struct fixture *f = *state;
    struct world w = make_world(f);
    struct ref_list list;
    assert_true(survey_rdeps(&f->store, &f->arena, w.a.dref, false, &list, &f->sink));
    assert_int_equal(list.len, 1);
    assert_true(str_eq(list.at[0], w.b.dref));
    assert_true(survey_rdeps(&f->store, &f->arena, w.a.dref, true, &list, &f->sink));
    assert_int_equal(list.len, 2);
    assert_true(survey_rdeps(&f->store, &f->arena, w.a1, false, &list, &f->sink));
    assert_int_equal(list.len, 1);
    assert_true(str_eq(list.at[0], w.b1));
    assert_true(survey_rdeps(&f->store, &f->arena, w.a1, true, &list, &f->sink));
    assert_int_equal(list.len, 2);
    assert_true(survey_rdeps(&f->store, &f->arena, w.a2, true, &list, &f->sink));
    assert_int_equal(list.len, 0);
    assert_false(survey_rdeps(&f->store, &f->arena, STR("dref:0123456789abcdef0123456789abcdef-a"),
                              true, &list, &f->sink));
    expect(f, "E0702", "there is no dref:");
}

static void test_find(void **state)
{
    struct fixture *f = *state;
    struct world w = make_world(f);
    struct ref_list list;
    assert_true(survey_find(&f->store, &f->arena, NULL, 0, &list, &f->sink));
    assert_int_equal(list.len, 4);
    assert_true(survey_find(&f->store, &f->arena, "[ab]", 0, &list, &f->sink));
    assert_int_equal(list.len, 3);
    assert_true(
        survey_find(&f->store, &f->arena, "a", (int64_t)2000 * 1000000000, &list, &f->sink));
    assert_int_equal(list.len, 1);
    assert_true(str_eq(list.at[0], w.a2));
    assert_true(survey_find(&f->store, &f->arena, "a*b", 0, &list, &f->sink));
    assert_int_equal(list.len, 0);
}

static void test_usage(void **state)
{
    struct fixture *f = *state;
    struct config a = derive(f, "{\"name\": \"a\"}");
    char *out = new_out(f);
    struct buf large = BUF_INIT;
    buf_pad(&large, 'x', (size_t)1 << 20);
    make_file(out_path(f, out, "large"), buf_z(&large));
    assert_int_equal(link(out_path(f, out, "large"), out_path(f, out, "again")), 0);
    buf_free(&large);
    struct str r = commit_out(f, &a, &none, out);
    struct survey_usage *usage;
    size_t count;
    assert_true(survey_du(&f->store, &f->arena, NULL, &usage, &count, &f->sink));
    assert_int_equal(count, 2);
    assert_true(str_eq(usage[0].ref, a.dref));
    assert_true(str_eq(usage[1].ref, r));
    assert_true(usage[0].bytes > usage[1].bytes);
    // Two names, one megabyte
    assert_true(usage[1].bytes >= (uint64_t)1 << 20);
    assert_true(usage[1].bytes < (uint64_t)3 << 19);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_everything),
        STORE_TEST(test_out_link_keeps_closure),
        STORE_TEST(test_named_derivation),
        STORE_TEST(test_running_process),
        STORE_TEST(test_more_roots),
        STORE_TEST(test_keep_latest),
        STORE_TEST(test_keep_best),
        STORE_TEST(test_age),
        STORE_TEST(test_size),
        STORE_TEST(test_leftovers_go),
        STORE_TEST(test_bury_outlives_forks),
        STORE_TEST(test_read_only),
        STORE_TEST(test_remove),
        STORE_TEST(test_rdeps),
        STORE_TEST(test_find),
        STORE_TEST(test_usage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
