// What is asked of the index is told from what is read from the folders by changing the files
// behind the index's back, which no program does that leaves the store whole.
#include "store/matching.h"

#include <time.h>
#include <unistd.h>

#include "store/index.h"
#include "store_fixture.h"

// Until a folder that is read now may be remembered (index.h): its time of change has to be past.
static void settle(struct fixture *f, struct str dref)
{
    const char *folder = store_ref_path(&f->store, &f->arena, dref);
    struct stat st;
    struct timespec now;
    assert_int_equal(stat(folder, &st), 0);
    int64_t until = (int64_t)st.st_ctim.tv_sec * 1000000000 + st.st_ctim.tv_nsec +
                    (st.st_ctim.tv_nsec ? 60 : 2600) * (int64_t)1000000;
    do clock_gettime(CLOCK_REALTIME, &now);
    while ((int64_t)now.tv_sec * 1000000000 + now.tv_nsec < until);
}

static void replace_context(struct fixture *f, struct str rref)
{
    const char *folder = store_ref_path(&f->store, &f->arena, rref);
    char *file = path_join(&f->arena, folder, "context.json");
    assert_int_equal(chmod(folder, 0755), 0);
    assert_int_equal(unlink(file), 0);
    make_file(file, "{\"changed\": 1}");
}

// The realizations with an empty context.
static void assert_found(struct fixture *f, struct matching *m, struct str dref, size_t count,
                         const struct str *rrefs)
{
    static const struct context none;
    struct ref_list found;
    if (!matching_find(m, &f->arena, dref, &none, &found, &f->sink)) no_errors(f);
    assert_int_equal(found.len, count);
    for (size_t i = 0; i < count; i++) {
        bool known = false;
        for (size_t k = 0; k < count; k++) known |= str_eq(found.at[i], rrefs[k]);
        if (!known) fail_msg("an unexpected " STR_FMT, STR_ARG(found.at[i]));
        if (i) assert_true(str_cmp(found.at[i - 1], found.at[i]) < 0);
    }
}

// Two realizations that the index knows. On disk they have another context by now, so that who asks
// the files does not find them.
struct known {
    struct config config;
    struct str rrefs[2];
};

static struct known make_known(struct fixture *f)
{
    struct known k = {.config = derive(f, "{\"name\": \"a\"}")};
    k.rrefs[0] = realize(f, &k.config, NULL, "1");
    k.rrefs[1] = realize(f, &k.config, NULL, "2");
    settle(f, k.config.dref);
    struct matching *m = matching_open(&f->store);
    assert_found(f, m, k.config.dref, 2, k.rrefs);
    matching_close(m);
    for (size_t i = 0; i < 2; i++) replace_context(f, k.rrefs[i]);
    return k;
}

static void test_remembers(void **state)
{
    struct fixture *f = *state;
    struct known k = make_known(f);
    struct matching *m = matching_open(&f->store);
    assert_found(f, m, k.config.dref, 2, k.rrefs);
    matching_rest(m);
    assert_found(f, m, k.config.dref, 2, k.rrefs);
    matching_close(m);
    struct ref_list list;
    assert_true(query_matching(&f->store, &f->arena, k.config.dref, STR("{}"), &list, &f->sink));
    assert_int_equal(list.len, 0);
}

static void test_new_realization(void **state)
{
    struct fixture *f = *state;
    struct known k = make_known(f);
    struct str r = realize(f, &k.config, NULL, "3");
    struct matching *m = matching_open(&f->store);
    assert_found(f, m, k.config.dref, 1, &r);
    matching_close(m);
}

static void test_removed_realization(void **state)
{
    struct fixture *f = *state;
    struct known k = make_known(f);
    const char *folder = store_ref_path(&f->store, &f->arena, k.rrefs[0]);
    assert_int_equal(io_remove_tree(AT_FDCWD, folder), 0);
    struct matching *m = matching_open(&f->store);
    assert_found(f, m, k.config.dref, 0, NULL);
    folder = store_ref_path(&f->store, &f->arena, k.config.dref);
    assert_int_equal(io_remove_tree(AT_FDCWD, folder), 0);
    assert_found(f, m, k.config.dref, 0, NULL);
    matching_close(m);
}

// The same names in a new folder, as after a copy of the store was put back.
static void test_another_folder(void **state)
{
    struct fixture *f = *state;
    struct known k = make_known(f);
    const char *folder = store_ref_path(&f->store, &f->arena, k.config.dref);
    char *aside = in_dir(f, "aside");
    assert_int_equal(rename(folder, aside), 0);
    make_dir(folder);
    for (size_t i = 0; i < 2; i++) {
        const char *to = store_ref_path(&f->store, &f->arena, k.rrefs[i]);
        assert_int_equal(rename(path_join(&f->arena, aside, path_base(to).p), to), 0);
    }
    struct matching *m = matching_open(&f->store);
    assert_found(f, m, k.config.dref, 0, NULL);
    matching_close(m);
}

// A folder that has just changed may change again without another time to show for it.
static void test_too_young(void **state)
{
    struct fixture *f = *state;
    struct config a = derive(f, "{\"name\": \"a\"}");
    struct str r = realize(f, &a, NULL, "1");
    const char *folder = store_ref_path(&f->store, &f->arena, a.dref);
    struct stat st;
    int64_t age;
    // On a machine that stops for a moment it is not young any more: then once more, with a new
    // index.
    do {
        assert_int_equal(index_delete(&f->store), 0);
        assert_int_equal(chmod(folder, 0755), 0);
        struct matching *m = matching_open(&f->store);
        assert_found(f, m, a.dref, 1, &r);
        assert_int_equal(stat(folder, &st), 0);
        age = io_now_ns() - ((int64_t)st.st_ctim.tv_sec * 1000000000 + st.st_ctim.tv_nsec);
        matching_close(m);
    } while (age > 40000000);
    replace_context(f, r);
    struct matching *m = matching_open(&f->store);
    assert_found(f, m, a.dref, 0, NULL);
    matching_close(m);
}

static void test_note(void **state)
{
    struct fixture *f = *state;
    struct config a = derive(f, "{\"name\": \"a\"}");
    struct matching *m = matching_open(&f->store);
    struct str r = realize(f, &a, NULL, "1");
    matching_note(m, a.dref);
    settle(f, a.dref);
    matching_close(m);
    replace_context(f, r);
    m = matching_open(&f->store);
    assert_found(f, m, a.dref, 1, &r);
    matching_close(m);
}

// Contexts with dependencies: by the index and by the files, the same are found.
static void test_contexts(void **state)
{
    struct fixture *f = *state;
    struct config x = derive(f, "{\"name\": \"x\"}"), y = derive(f, "{\"name\": \"y\"}");
    struct str x1 = realize(f, &x, NULL, "1"), x2 = realize(f, &x, NULL, "2");
    struct str y1 = realize(f, &y, NULL, "1");
    struct config a =
        derive(f, arena_printf(&f->arena,
                               "{\"name\": \"a\", \"x\": \"" STR_FMT "\", \"y\": \"" STR_FMT "\"}",
                               STR_ARG(x.dref), STR_ARG(y.dref)));
    struct str both[] = {x2, x1};
    struct context_entry entries[4][2] = {
        {{x.dref, &x1, 1}, {y.dref, &y1, 1}},
        {{x.dref, &x2, 1}, {y.dref, &y1, 1}},
        {{x.dref, both, 2}, {y.dref, &y1, 1}},
        {{x.dref, NULL, 0}, {y.dref, &y1, 1}},
    };
    struct str rrefs[4];
    struct context contexts[4];
    for (size_t i = 0; i < 4; i++) {
        contexts[i] = context_make(entries[i], 2);
        rrefs[i] = realize(f, &a, &contexts[i], "same");
    }
    settle(f, a.dref);
    for (int round = 0; round < 3; round++) {
        struct matching *m = matching_open(&f->store);
        for (size_t i = 0; i < 4; i++) {
            struct ref_list found;
            assert_true(matching_find(m, &f->arena, a.dref, &contexts[i], &found, &f->sink));
            assert_int_equal(found.len, 1);
            assert_true(str_eq(found.at[0], rrefs[i]));
        }
        struct str turned[] = {x1, x2};
        struct context_entry other[] = {{x.dref, turned, 2}, {y.dref, &y1, 1}};
        struct context context = context_make(other, 2);
        struct ref_list found;
        assert_true(matching_find(m, &f->arena, a.dref, &context, &found, &f->sink));
        assert_int_equal(found.len, 0);
        matching_close(m);
        // The last round asks the index alone.
        for (size_t i = 0; round == 1 && i < 4; i++) replace_context(f, rrefs[i]);
    }
}

static char *index_file(struct fixture *f)
{
    return in_dir(f, "root/index/graph.sqlite");
}

static void test_missing_index(void **state)
{
    struct fixture *f = *state;
    struct known k = make_known(f);
    assert_int_equal(index_delete(&f->store), 0);
    assert_int_equal(access(index_file(f), F_OK), -1);
    assert_int_equal(index_delete(&f->store), 0);
    struct matching *m = matching_open(&f->store);
    assert_found(f, m, k.config.dref, 0, NULL);
    matching_close(m);
}

// Whatever is done to the file, byte by byte: the answer is the remembered one or that of the
// folder, and never a third.
static void test_damaged_index(void **state)
{
    struct fixture *f = *state;
    struct known k = make_known(f);
    static const struct context none;
    struct buf whole = BUF_INIT;
    assert_int_equal(io_read_file(AT_FDCWD, index_file(f), 0, &whole), 0);
    for (size_t at = 0; at < whole.len; at += whole.len / 400 + 1) {
        struct buf damaged = BUF_INIT;
        buf_adds(&damaged, buf_str(&whole));
        damaged.p[at] = (char)(damaged.p[at] ^ 0x55);
        if (at % 3 == 0) buf_truncate(&damaged, at);
        assert_int_equal(index_delete(&f->store), 0);
        assert_int_equal(io_replace_file(index_file(f), buf_str(&damaged), 0644, false), 0);
        struct matching *m = matching_open(&f->store);
        struct ref_list found;
        assert_true(matching_find(m, &f->arena, k.config.dref, &none, &found, &f->sink));
        if (found.len != 0) assert_found(f, m, k.config.dref, 2, k.rrefs);
        matching_close(m);
        buf_free(&damaged);
    }
    buf_free(&whole);
}

static void test_no_database(void **state)
{
    struct fixture *f = *state;
    struct known k = make_known(f);
    struct str text = STR("this is a text, and rather a long one for one that says nothing");
    assert_int_equal(index_delete(&f->store), 0);
    assert_int_equal(io_replace_file(index_file(f), text, 0644, false), 0);
    struct matching *m = matching_open(&f->store);
    assert_found(f, m, k.config.dref, 0, NULL);
    matching_close(m);
}

// It is read where nothing can be written.
static void test_read_only(void **state)
{
    struct fixture *f = *state;
    struct known k = make_known(f);
    store_close(&f->store);
    open_store(f, STORE_READ_ONLY);
    struct matching *m = matching_open(&f->store);
    assert_found(f, m, k.config.dref, 2, k.rrefs);
    matching_note(m, k.config.dref);
    matching_close(m);
}

// Two processes that learn the same at once.
static void test_two_at_once(void **state)
{
    struct fixture *f = *state;
    struct config a = derive(f, "{\"name\": \"a\"}");
    struct str r = realize(f, &a, NULL, "1");
    settle(f, a.dref);
    struct matching *one = matching_open(&f->store), *other = matching_open(&f->store);
    assert_found(f, one, a.dref, 1, &r);
    assert_found(f, other, a.dref, 1, &r);
    matching_rest(one);
    matching_close(other);
    matching_close(one);
    replace_context(f, r);
    one = matching_open(&f->store);
    assert_found(f, one, a.dref, 1, &r);
    matching_close(one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_remembers),
        STORE_TEST(test_new_realization),
        STORE_TEST(test_removed_realization),
        STORE_TEST(test_another_folder),
        STORE_TEST(test_too_young),
        STORE_TEST(test_note),
        STORE_TEST(test_contexts),
        STORE_TEST(test_missing_index),
        STORE_TEST(test_damaged_index),
        STORE_TEST(test_no_database),
        STORE_TEST(test_read_only),
        STORE_TEST(test_two_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
