#include "store/nar.h"

#include "store_fixture.h"

static struct str hash_of(struct fixture *f, const char *path, const struct nar_options *options)
{
    char hex[HASH_HEX_SIZE];
    if (!nar_hash(AT_FDCWD, path, "tree", options, f->h, hex, &f->sink)) return STR("");
    return arena_str(&f->arena, str_from(hex));
}

// Hashes that nix-hash --type sha256 printed for these trees.
static void test_known(void **state)
{
    struct fixture *f = *state;
    make_dir(in_dir(f, "e"));
    make_dir(in_dir(f, "t/sub/empty"));
    make_file(in_dir(f, "t/a.txt"), "hello\n");
    make_file(in_dir(f, "t/eight"), "12345678");
    make_file(in_dir(f, "t/empty"), "");
    make_file(in_dir(f, "t/run"), "#!/bin/sh\n");
    make_file(in_dir(f, "t/B"), "b");
    make_file(in_dir(f, "t/sub/odd\nname"), "x");
    make_file(in_dir(f, "single"), "hi");
    assert_int_equal(chmod(in_dir(f, "t/run"), 0755), 0);
    assert_int_equal(symlink("a.txt", in_dir(f, "t/link")), 0);
    assert_int_equal(symlink("/nowhere/x", in_dir(f, "t/sub/dangling")), 0);
    static const struct {
        const char *path, *hash;
    } rows[] = {
        {"e", "a50a5ab6d992f5598edd92105059fae9acfc192981e08bd88534c2167e92526a"},
        {"t", "5d5db904cc9750c9981b4f3599daec4a13500e78a92fc376e1a143a9a67c6267"},
        {"single", "2252d4b78c94e8c7ace4e3317b78bdfe64bc8e3970a64eb6d2f7c2a443c0c3fc"},
        {"t/run", "6283c1668260f903d1a895c0cd6b822fa4b68762bb0b17cedef2d39d97e26554"},
        {"t/link", "8d3c00cfa866e4d1b809772afeac240786246221eb2c574d69c4bba168834e81"},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        assert_str(hash_of(f, in_dir(f, rows[i].path), NULL), rows[i].hash);
    }
}

static void test_what_counts(void **state)
{
    struct fixture *f = *state;
    char *tree = in_dir(f, "t"), *file = in_dir(f, "t/f");
    make_dir(tree);
    make_file(file, "text");
    struct str before = hash_of(f, tree, NULL);
    // Times and the other mode bits do not count.
    struct timespec times[2] = {{1, 0}, {1, 0}};
    assert_int_equal(utimensat(AT_FDCWD, file, times, 0), 0);
    assert_int_equal(chmod(file, 0466), 0);
    assert_true(str_eq(before, hash_of(f, tree, NULL)));
    assert_int_equal(chmod(file, 0744), 0);
    struct str executable = hash_of(f, tree, NULL);
    assert_false(str_eq(before, executable));
    assert_int_equal(chmod(file, 0644), 0);
    assert_int_equal(rename(file, in_dir(f, "t/g")), 0);
    assert_false(str_eq(before, hash_of(f, tree, NULL)));
}

static void test_meta(void **state)
{
    struct fixture *f = *state;
    struct nar_options meta = {.skip_meta = true};
    make_dir(in_dir(f, "t/sub"));
    make_file(in_dir(f, "t/a"), "a");
    struct str before = hash_of(f, in_dir(f, "t"), NULL);
    make_dir(in_dir(f, "t/__dir__/x"));
    make_file(in_dir(f, "t/__log__.txt"), "l");
    make_file(in_dir(f, "t/__"), "l");
    assert_true(str_eq(before, hash_of(f, in_dir(f, "t"), &meta)));
    assert_false(str_eq(before, hash_of(f, in_dir(f, "t"), NULL)));
    // Only the top, and only the beginning of a name
    make_file(in_dir(f, "t/sub/__x"), "l");
    struct str inner = hash_of(f, in_dir(f, "t"), &meta);
    assert_false(str_eq(before, inner));
    make_file(in_dir(f, "t/_x__"), "l");
    assert_false(str_eq(inner, hash_of(f, in_dir(f, "t"), &meta)));
}

struct seen {
    struct buf order;
};

static bool note(void *ctx, struct nar_entry *e, struct diag_sink *sink)
{
    (void)sink;
    struct seen *s = ctx;
    assert_int_equal(e->fd >= 0, !S_ISLNK(e->st.st_mode));
    buf_printf(&s->order, "%s;", e->rel);
    return strcmp(e->name, "stop") != 0;
}

static void test_order_of_entries(void **state)
{
    struct fixture *f = *state;
    make_dir(in_dir(f, "t/b/c"));
    make_file(in_dir(f, "t/b/c/x"), "");
    make_file(in_dir(f, "t/a"), "");
    make_file(in_dir(f, "t/b.x"), "");
    make_file(in_dir(f, "t/__m"), "");
    assert_int_equal(symlink("a", in_dir(f, "t/l")), 0);
    struct seen s = {BUF_INIT};
    struct nar_options options = {.skip_meta = true, .on_entry = note, .ctx = &s};
    assert_true(hash_of(f, in_dir(f, "t"), &options).len > 0);
    assert_string_equal(buf_z(&s.order), "__m;a;b/c/x;b/c;b;b.x;l;;");
    make_file(in_dir(f, "t/b/stop"), "");
    buf_clear(&s.order);
    assert_int_equal(hash_of(f, in_dir(f, "t"), &options).len, 0);
    assert_string_equal(buf_z(&s.order), "__m;a;b/c/x;b/c;b/stop;");
    buf_free(&s.order);
}

static void test_foreign(void **state)
{
    struct fixture *f = *state;
    make_dir(in_dir(f, "t/d"));
    assert_int_equal(mkfifo(in_dir(f, "t/d/pipe"), 0644), 0);
    assert_int_equal(hash_of(f, in_dir(f, "t"), NULL).len, 0);
    expect(f, "E0715", "tree/d/pipe is a fifo");
    assert_int_equal(hash_of(f, in_dir(f, "none"), NULL).len, 0);
    expect(f, "E0707", "cannot look at tree");
}

static void test_large(void **state)
{
    struct fixture *f = *state;
    // Around the block's size, so that no byte is lost where it is flushed.
    static const size_t sizes[] = {262000, 262144, 262145, 262300, 524288, 3000001};
    struct str last = STR("");
    for (size_t i = 0; i < LEN(sizes); i++) {
        char *file = in_dir(f, "large");
        struct buf b = BUF_INIT, nar = BUF_INIT;
        buf_pad(&b, 'x', sizes[i]);
        b.p[sizes[i] / 2] = 'y';
        assert_int_equal(io_replace_file(file, buf_str(&b), 0644, false), 0);
        // The same serialisation in one piece
        static const char *const head[] = {"nix-archive-1", "(", "type", "regular", "contents"};
        for (size_t j = 0; j < LEN(head); j++) {
            uint64_t len = strlen(head[j]);
            buf_add(&nar, &len, 8);
            buf_addz(&nar, head[j]);
            buf_pad(&nar, '\0', (8 - len % 8) % 8);
        }
        uint64_t len = sizes[i], one = 1;
        buf_add(&nar, &len, 8);
        buf_adds(&nar, buf_str(&b));
        buf_pad(&nar, '\0', (8 - len % 8) % 8);
        buf_add(&nar, &one, 8);
        buf_add(&nar, ")\0\0\0\0\0\0", 8);
        char hex[HASH_HEX_SIZE];
        hasher_hex_of(f->h, buf_str(&nar), hex);
        assert_str(hash_of(f, file, NULL), hex);
        assert_false(str_eqz(last, hex));
        last = arena_str(&f->arena, str_from(hex));
        buf_free(&b);
        buf_free(&nar);
    }
}

static void test_depth(void **state)
{
    struct fixture *f = *state;
    for (int depth = NAR_MAX_DEPTH; depth <= NAR_MAX_DEPTH + 1; depth++) {
        struct buf path = BUF_INIT;
        buf_printf(&path, "%s/deep%d", f->dir, depth);
        char *top = arena_strdup(&f->arena, buf_z(&path));
        for (int i = 1; i < depth; i++) buf_addz(&path, "/d");
        make_dir(buf_z(&path));
        buf_free(&path);
        bool good = hash_of(f, top, NULL).len > 0;
        assert_int_equal(good, depth == NAR_MAX_DEPTH);
    }
    expect(f, "E0723", "more than 400 folders");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_known), STORE_TEST(test_what_counts),      STORE_TEST(test_meta),
        STORE_TEST(test_large), STORE_TEST(test_order_of_entries), STORE_TEST(test_foreign),
        STORE_TEST(test_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
