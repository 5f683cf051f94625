#include "engine/partial.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/io.h"
#include "unit.h"

#define URL  "http://example.org/data"
#define HASH "0000000000000000000000000000000000000000000000000000000000000000"

static int setup(void **state)
{
    char *dir = bug_strdup("/tmp/plx-engine-partial.XXXXXX");
    *state = dir;
    return mkdtemp(dir) && chdir(dir) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
    int result = chdir("/") < 0 ? -1 : io_remove_tree(AT_FDCWD, *state);
    free(*state);
    return result;
}

static void assert_hash_of(struct partial *p, const char *text)
{
    char got[HASH_HEX_SIZE], expected[HASH_HEX_SIZE];
    struct hasher *h = hasher_new(HASH_SHA256);
    hasher_hex_of(h, str_from(text), expected);
    hasher_free(h);
    partial_hash(p, got);
    assert_string_equal(got, expected);
}

static void open_shared(struct partial *p)
{
    assert_int_equal(partial_open_shared(p, "dir/deep", URL, HASH_SHA256, HASH), 0);
}

static size_t count_files(const char *dir)
{
    char **names;
    size_t count;
    assert_int_equal(io_list_dir(AT_FDCWD, dir, &names, &count), 0);
    io_free_names(names, count);
    return count;
}

static void append(struct partial *p, const char *text)
{
    assert_int_equal(partial_append(p, text, strlen(text)), 0);
}

static void test_goes_on_where_it_was(void **state)
{
    (void)state;
    struct partial p;
    open_shared(&p);
    assert_int_equal(p.len, 0);
    assert_int_equal(partial_restart(&p, STR("\"tag\"")), 0);
    append(&p, "one");
    partial_close(&p);

    open_shared(&p);
    assert_int_equal(p.len, 3);
    assert_string_equal(buf_z(&p.validator), "\"tag\"");
    append(&p, "two");
    assert_int_equal(p.len, 6);
    assert_hash_of(&p, "onetwo");
    assert_int_equal(partial_publish(&p, "result"), 0);
    partial_close(&p);
    assert_int_equal(count_files("dir/deep"), 0);
    struct stat st;
    assert_int_equal(stat("result", &st), 0);
    assert_int_equal(st.st_size, 6);
    assert_int_equal(st.st_mode & 07777, 0644);
}

static void test_restart_forgets(void **state)
{
    (void)state;
    struct partial p;
    open_shared(&p);
    assert_int_equal(partial_restart(&p, STR("old")), 0);
    append(&p, "something long");
    assert_int_equal(partial_restart(&p, STR("")), 0);
    append(&p, "new");
    assert_hash_of(&p, "new");
    partial_close(&p);
    open_shared(&p);
    assert_int_equal(p.len, 3);
    assert_int_equal(p.validator.len, 0);
    partial_close(&p);
}

static void test_others_are_kept_out(void **state)
{
    (void)state;
    struct partial mine, other;
    open_shared(&mine);
    append(&mine, "x");
    assert_int_equal(partial_open_shared(&other, "dir/deep", URL, HASH_SHA256, HASH), -EWOULDBLOCK);
    // Another hash, another kind of hash or another URL is another file.
    assert_int_equal(partial_open_shared(&other, "dir/deep", URL, HASH_SHA256, "1"), 0);
    partial_close(&other);
    assert_int_equal(partial_open_shared(&other, "dir/deep", URL, HASH_SHA1, HASH), 0);
    partial_close(&other);
    assert_int_equal(partial_open_shared(&other, "dir/deep", "u", HASH_SHA256, HASH), 0);
    partial_close(&other);
    partial_close(&mine);
    open_shared(&other);
    assert_int_equal(other.len, 1);
    partial_close(&other);
}

static void test_nothing_is_left_of_what_is_empty_or_private(void **state)
{
    (void)state;
    struct partial p;
    open_shared(&p);
    assert_int_equal(partial_restart(&p, STR("tag")), 0);
    assert_int_equal(count_files("dir/deep"), 2);
    partial_close(&p);
    assert_int_equal(count_files("dir/deep"), 0);

    assert_int_equal(partial_open_private(&p, "dir/private", HASH_SHA1), 0);
    append(&p, "x");
    assert_int_equal(count_files("dir"), 2);
    partial_close(&p);
    assert_int_equal(count_files("dir"), 1);

    open_shared(&p);
    append(&p, "x");
    partial_discard(&p);
    partial_close(&p);
    assert_int_equal(count_files("dir/deep"), 0);
}

static void test_what_is_no_file(void **state)
{
    (void)state;
    struct partial p;
    open_shared(&p);
    char *path = bug_strdup(p.path);
    partial_close(&p);
    assert_int_equal(symlink("/etc/passwd", path), 0);
    assert_int_equal(partial_open_shared(&p, "dir/deep", URL, HASH_SHA256, HASH), -ELOOP);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(partial_open_shared(&p, "dir/deep", URL, HASH_SHA256, HASH), -EINVAL);
    assert_int_equal(unlink(path), 0);
    free(path);
    assert_int_equal(partial_open_private(&p, "dir", HASH_SHA1), -EEXIST);
    assert_int_equal(partial_open_shared(&p, "/dev/null/x", URL, HASH_SHA256, HASH), -ENOTDIR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_goes_on_where_it_was, setup, teardown),
        cmocka_unit_test_setup_teardown(test_restart_forgets, setup, teardown),
        cmocka_unit_test_setup_teardown(test_others_are_kept_out, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nothing_is_left_of_what_is_empty_or_private, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_what_is_no_file, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
