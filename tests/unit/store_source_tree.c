#include "store/source_tree.h"

#include "store/glob.h"
#include "store/nar.h"
#include "store_fixture.h"

static void test_globs(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *path;
        bool fits;
    } rows[] = {
        {"*.c", "a.c", true},
        {"*.c", "d/e/a.c", true},
        {"*.c", "a.cc", false},
        {"d/*.c", "d/a.c", true},
        {"d/*.c", "d/e/a.c", false},
        {"d/*.c", "x/d/a.c", false},
        {"/a", "a", true},
        {"/a", "d/a", false},
        {"a", "d/a", true},
        {"**/a", "a", true},
        {"**/a", "d/e/a", true},
        {"**/d/a", "x/y/d/a", true},
        {"d/**", "d/a", true},
        {"d/**", "d/e/a", true},
        {"d/**", "d", false},
        {"d/**/a", "d/a", true},
        {"d/**/a", "d/x/y/a", true},
        {"d/**/a", "d/x/y/b", false},
        {"**", "a/b", true},
        {"a/**/b/**/c", "a/b/x/b/c", true},
        {"a/**/b/**/c", "a/c/b", false},
        {"?", "x", true},
        {"?", "", false},
        {"a?c", "abc", true},
        {"d?a", "d/a", false},
        {"[a-c]x", "bx", true},
        {"[!a-c]x", "bx", false},
        {"[!a-c]x", "dx", true},
        {"[]]", "]", true},
        {"[a", "[a", true},
        {"[a-]", "-", true},
        {"\\*", "*", true},
        {"\\*", "x", false},
        {"a*b*c", "axxbxxc", true},
        {"a*b*c", "axxbxx", false},
        {"*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
        {"d/", "d", true},
        {"d/", "x/d", true},
        {"x/d/", "x/d", true},
        {"", "", true},
        {"", "a", false},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        if (glob_match(str_from(rows[i].pattern), str_from(rows[i].path)) != rows[i].fits) {
            fail_msg("%s and %s", rows[i].pattern, rows[i].path);
        }
    }
    assert_true(glob_folders_only(STR("d/")));
    assert_false(glob_folders_only(STR("d")));
}

static void list_into(struct fixture *f, const char *path, const char *rel, struct buf *out)
{
    char **names;
    size_t count;
    assert_int_equal(io_list_dir(AT_FDCWD, path, &names, &count), 0);
    for (size_t i = 0; i < count; i++) {
        struct stat st;
        char *inner = path_join(&f->arena, path, names[i]);
        char *shown = arena_printf(&f->arena, "%s%s", rel, names[i]);
        assert_int_equal(lstat(inner, &st), 0);
        buf_printf(out, "%s%s ", shown, S_ISDIR(st.st_mode) ? "/" : S_ISLNK(st.st_mode) ? "@" : "");
        if (S_ISDIR(st.st_mode)) list_into(f, inner, arena_printf(&f->arena, "%s/", shown), out);
    }
    io_free_names(names, count);
}

// What was said while copying is the hash of the output as it will be: with its context.
static void check_output_hash(struct fixture *f, char *out, const struct source_output *o)
{
    struct nar_options meta = {.skip_meta = true};
    char hex[HASH_HEX_SIZE];
    char *context = path_join(&f->arena, out, "context.json");
    if (!o->hash[0]) return;
    make_file(context, "{}");
    assert_true(nar_hash(AT_FDCWD, out, "output", &meta, f->h, hex, &f->sink));
    assert_string_equal(o->hash, hex);
    assert_int_equal(unlink(context), 0);
}

// Copies, checks that the copy hashes to what was said, and gives the list of what was kept.
static struct str kept(struct fixture *f, const char *path, const struct source_filter *filter)
{
    static int number;
    char *out = in_dir(f, arena_printf(&f->arena, "out%d", number++));
    make_dir(out);
    char hash[SOURCE_TREE_HASH_SIZE], copied[SOURCE_TREE_HASH_SIZE], hex[HASH_HEX_SIZE];
    if (!source_tree_hash(path, filter, f->h, hash, SPAN_NONE, &f->sink)) no_errors(f);
    struct source_output o = {.fd = open(out, O_RDONLY | O_DIRECTORY), .context = STR("{}")};
    if (!source_tree_copy(path, filter, &o, f->h, copied, SPAN_NONE, &f->sink)) no_errors(f);
    close(o.fd);
    assert_string_equal(hash, copied);
    check_output_hash(f, out, &o);
    char *base = path_join(&f->arena, out, arena_str(&f->arena, path_base(path)).p);
    assert_true(nar_hash(AT_FDCWD, base, "copy", NULL, f->h, hex, &f->sink));
    assert_string_equal(hash + 7, hex);
    struct buf b = BUF_INIT;
    list_into(f, out, "", &b);
    struct str text = arena_str(&f->arena, buf_str(&b));
    buf_free(&b);
    return text;
}

// Large files take another way through; names come before and after that of the context.
static void test_large(void **state)
{
    struct fixture *f = *state;
    struct buf b = BUF_INIT;
    while (b.len < (size_t)9 << 20) buf_printf(&b, "%zu\n", b.len);
    make_dir(in_dir(f, "many"));
    static const char *const names[] = {"A", "z", "many/1", "many/2"};
    for (size_t i = 0; i < LEN(names); i++) make_file(in_dir(f, names[i]), buf_z(&b));
    assert_str(kept(f, in_dir(f, "A"), NULL), "A ");
    assert_str(kept(f, in_dir(f, "z"), NULL), "z ");
    assert_str(kept(f, in_dir(f, "many"), NULL), "many/ many/1 many/2 ");
    buf_free(&b);
}

static void test_file(void **state)
{
    struct fixture *f = *state;
    make_file(in_dir(f, "x.sh"), "echo\n");
    assert_int_equal(chmod(in_dir(f, "x.sh"), 0775), 0);
    assert_str(kept(f, in_dir(f, "x.sh"), NULL), "x.sh ");
    // A link to a file is that file, under the link's name.
    char a[SOURCE_TREE_HASH_SIZE], b[SOURCE_TREE_HASH_SIZE];
    assert_int_equal(symlink("x.sh", in_dir(f, "l")), 0);
    assert_str(kept(f, in_dir(f, "l"), NULL), "l ");
    assert_true(source_tree_hash(in_dir(f, "x.sh"), NULL, f->h, a, SPAN_NONE, &f->sink));
    assert_true(source_tree_hash(in_dir(f, "l"), NULL, f->h, b, SPAN_NONE, &f->sink));
    assert_string_equal(a, b);
}

static void make_project(struct fixture *f)
{
    static const char *const files[] = {"src/a.c",    "src/b.h",       "src/gen/c.c", "build/x.o",
                                        "README",     ".git/HEAD",     "sub/.git",    "sub/data",
                                        "logs/1.log", "logs/keep.log", "src/x.o",     "deep/e/f/g"};
    for (size_t i = 0; i < LEN(files); i++) {
        char *file = in_dir(f, arena_printf(&f->arena, "p/%s", files[i]));
        make_dir(path_dir(&f->arena, file));
        make_file(file, files[i]);
    }
    make_dir(in_dir(f, "p/empty/er"));
    assert_int_equal(symlink("../README", in_dir(f, "p/src/l")), 0);
}

static void test_folder(void **state)
{
    struct fixture *f = *state;
    make_project(f);
    assert_str(
        kept(f, in_dir(f, "p"), NULL),
        "p/ p/README p/build/ p/build/x.o p/deep/ p/deep/e/ p/deep/e/f/ p/deep/e/f/g p/logs/ "
        "p/logs/1.log p/logs/keep.log p/src/ p/src/a.c p/src/b.h p/src/gen/ p/src/gen/c.c "
        "p/src/l@ p/src/x.o p/sub/ p/sub/data ");
    struct str exclude[] = {STR("*.o"), STR("/logs"), STR("deep/**"), STR("README/")};
    struct source_filter filter = {.exclude = exclude, .exclude_count = 4};
    assert_str(kept(f, in_dir(f, "p"), &filter),
               "p/ p/README p/src/ p/src/a.c p/src/b.h p/src/gen/ "
               "p/src/gen/c.c p/src/l@ p/sub/ p/sub/data ");
    struct str include[] = {STR("*.c"), STR("deep")};
    filter = (struct source_filter){.include = include, .include_count = 2};
    assert_str(kept(f, in_dir(f, "p"), &filter), "p/ p/deep/ p/deep/e/ p/deep/e/f/ p/deep/e/f/g "
                                                 "p/src/ p/src/a.c p/src/gen/ p/src/gen/c.c ");
    filter.exclude = exclude;
    filter.exclude_count = 4;
    assert_str(kept(f, in_dir(f, "p"), &filter), "p/ p/src/ p/src/a.c p/src/gen/ p/src/gen/c.c ");
    struct str none[] = {STR("nothing")};
    filter = (struct source_filter){.include = none, .include_count = 1};
    assert_str(kept(f, in_dir(f, "p"), &filter), "p/ ");
}

static void test_gitignore(void **state)
{
    struct fixture *f = *state;
    make_project(f);
    make_file(in_dir(f, "p/.gitignore"),
              "# comment\n\n*.o\n/build  \n*.log\n!keep.log\nf/\n\\#x\n");
    make_file(in_dir(f, "p/src/.gitignore"), "/gen/\n!x.o");
    assert_str(kept(f, in_dir(f, "p"), NULL),
               "p/ p/.gitignore p/README p/logs/ p/logs/keep.log p/src/ p/src/.gitignore p/src/a.c "
               "p/src/b.h p/src/l@ p/src/x.o p/sub/ p/sub/data ");
}

static void test_hash_sees_content(void **state)
{
    struct fixture *f = *state;
    make_project(f);
    char before[SOURCE_TREE_HASH_SIZE], after[SOURCE_TREE_HASH_SIZE];
    assert_true(source_tree_hash(in_dir(f, "p"), NULL, f->h, before, SPAN_NONE, &f->sink));
    make_file(in_dir(f, "p/.git/HEAD"), "other");
    assert_true(source_tree_hash(in_dir(f, "p"), NULL, f->h, after, SPAN_NONE, &f->sink));
    assert_string_equal(before, after);
    make_file(in_dir(f, "p/src/a.c"), "other");
    assert_true(source_tree_hash(in_dir(f, "p"), NULL, f->h, after, SPAN_NONE, &f->sink));
    assert_string_not_equal(before, after);
}

static void refuse(struct fixture *f, const char *path, const char *code, const char *message)
{
    char hash[SOURCE_TREE_HASH_SIZE];
    assert_false(source_tree_hash(in_dir(f, path), NULL, f->h, hash, SPAN_NONE, &f->sink));
    expect(f, code, message);
}

static void test_errors(void **state)
{
    struct fixture *f = *state;
    refuse(f, "missing", "E0719", "cannot read the source");
    assert_int_equal(mkfifo(in_dir(f, "pipe"), 0644), 0);
    refuse(f, "pipe", "E0720", "is a fifo");
    make_dir(in_dir(f, "p/d"));
    assert_int_equal(mkfifo(in_dir(f, "p/d/pipe"), 0644), 0);
    refuse(f, "p", "E0720", "p/d/pipe is a fifo");
    struct str exclude[] = {STR("pipe")};
    struct source_filter filter = {.exclude = exclude, .exclude_count = 1};
    make_file(in_dir(f, "p/x"), "");
    assert_str(kept(f, in_dir(f, "p"), &filter), "p/ p/x ");
    static const struct {
        const char *target;
        bool inside;
    } links[] = {{"../x", true},       {"x", true},     {"../d/../x", true},
                 {"./.././d", true},   {"..", true},    {"../..", false},
                 {"../../p/x", false}, {"/etc", false}, {"a/../../../x", false}};
    assert_int_equal(unlink(in_dir(f, "p/d/pipe")), 0);
    for (size_t i = 0; i < LEN(links); i++) {
        assert_int_equal(symlink(links[i].target, in_dir(f, "p/d/l")), 0);
        if (links[i].inside)
            kept(f, in_dir(f, "p"), NULL);
        else
            refuse(f, "p", "E0721", "p/d/l leads out of the source folder");
        assert_int_equal(unlink(in_dir(f, "p/d/l")), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_globs),  STORE_TEST(test_large),     STORE_TEST(test_file),
        STORE_TEST(test_folder), STORE_TEST(test_gitignore), STORE_TEST(test_hash_sees_content),
        STORE_TEST(test_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
