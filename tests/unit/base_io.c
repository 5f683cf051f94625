#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <time.h>

#include "base/bug.h"
#include "unit.h"

struct fixture {
    char dir[64]; // a new folder for each test, which is also the current one
    int fd;
};

static int setup(void **state)
{
    struct fixture *f = bug_malloc(sizeof(*f));
    *f = (struct fixture){.dir = "/tmp/plx-base-io.XXXXXX"};
    if (!mkdtemp(f->dir) || chdir(f->dir) < 0) return -1;
    f->fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *state = f;
    return f->fd < 0 ? -1 : 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    close(f->fd);
    int result = chdir("/") < 0 ? -1 : io_remove_tree(AT_FDCWD, f->dir);
    free(f);
    return result;
}

static void write_file(const char *path, const char *text)
{
    assert_int_equal(io_write_new(AT_FDCWD, path, str_from(text), 0644, false), 0);
}

static void assert_file(const char *path, struct str text)
{
    struct buf b = BUF_INIT;
    assert_int_equal(io_read_file(AT_FDCWD, path, 0, &b), 0);
    assert_int_equal(b.len, text.len);
    assert_memory_equal(buf_z(&b), text.p, text.len);
    buf_free(&b);
}

static void assert_missing(const char *path)
{
    struct stat st;
    assert_int_equal(lstat(path, &st), -1);
    assert_int_equal(errno, ENOENT);
}

static mode_t mode_of(const char *path)
{
    struct stat st;
    assert_int_equal(lstat(path, &st), 0);
    return st.st_mode & 07777;
}

// The names in a folder, each with a space behind it.
static void assert_names(const char *path, const char *expected)
{
    char **names;
    size_t count;
    struct buf all = BUF_INIT;
    assert_int_equal(io_list_dir(AT_FDCWD, path, &names, &count), 0);
    for (size_t i = 0; i < count; i++) buf_printf(&all, "%s ", names[i]);
    assert_string_equal(buf_z(&all), expected);
    buf_free(&all);
    io_free_names(names, count);
}

static void test_read(void **state)
{
    struct fixture *f = *state;
    struct buf b = BUF_INIT;
    assert_int_equal(io_read_file(f->fd, "missing", 0, &b), -ENOENT);
    assert_int_equal(io_read_file(f->fd, ".", 0, &b), -EISDIR);
    assert_int_equal(b.len, 0);
    write_file("empty", "");
    assert_int_equal(io_read_file(f->fd, "empty", 0, &b), 0);
    assert_string_equal(buf_z(&b), "");
    write_file("ten", "0123456789");
    buf_addz(&b, "before ");
    assert_int_equal(io_read_file(f->fd, "ten", 9, &b), -EFBIG);
    assert_string_equal(b.p, "before ");
    assert_int_equal(io_read_file(f->fd, "ten", 10, &b), 0);
    assert_string_equal(b.p, "before 0123456789");
    buf_clear(&b);
    assert_int_equal(io_read_file(f->fd, "ten", SIZE_MAX, &b), 0);
    assert_string_equal(b.p, "0123456789");
    buf_clear(&b);
    // The kernel's files say that they are empty.
    assert_int_equal(io_read_file(AT_FDCWD, "/proc/self/status", 0, &b), 0);
    // What is no regular file is not waited for.
    size_t before = b.len;
    assert_int_equal(mkfifo("fifo", 0600), 0);
    assert_int_equal(symlink("fifo", "to-fifo"), 0);
    assert_int_equal(io_read_file(AT_FDCWD, "fifo", 0, &b), -EINVAL);
    assert_int_equal(io_read_file(AT_FDCWD, "to-fifo", 0, &b), -EINVAL);
    assert_int_equal(io_open_beneath(AT_FDCWD, "fifo"), -EINVAL);
    assert_int_equal(io_open_beneath(AT_FDCWD, "to-fifo"), -ELOOP);
    assert_int_equal(io_read_file(AT_FDCWD, "/dev/zero", 0, &b), -EINVAL);
    assert_int_equal(io_read_file(AT_FDCWD, ".", 0, &b), -EISDIR);
    assert_int_equal(b.len, before);
    assert_int_equal(io_read_any(AT_FDCWD, "/dev/null", 0, &b), 0);
    assert_int_equal(b.len, before);
    int fifo = open("fifo", O_RDWR | O_CLOEXEC);
    assert_int_equal(io_write_all(fifo, "xy", 2), 0);
    int end = open("fifo", O_RDONLY | O_CLOEXEC);
    close(fifo);
    assert_int_equal(io_read_fd(end, 0, &b), 0);
    assert_int_equal(b.len, before + 2);
    close(end);
    assert_true(strncmp(b.p, "Name:", 5) == 0);
    buf_free(&b);
}

// Some programs give their children a socket as standard input.
// As io_read_file reads it, with NUL behind it.
static void test_read_text(void **state)
{
    (void)state;
    struct fixture *f = *state;
    struct arena a = ARENA_INIT;
    struct str text;
    assert_int_equal(io_read_text(f->fd, "missing", 0, &a, &text), -ENOENT);
    assert_int_equal(io_read_text(f->fd, ".", 0, &a, &text), -EISDIR);
    assert_int_equal(io_write_new(f->fd, "none", STR(""), 0644, false), 0);
    assert_int_equal(io_read_text(f->fd, "none", 0, &a, &text), 0);
    assert_int_equal(text.len, 0);
    assert_string_equal(text.p, "");
    assert_int_equal(io_write_new(f->fd, "nine", STR("123456789"), 0644, false), 0);
    assert_int_equal(io_read_text(f->fd, "nine", 8, &a, &text), -EFBIG);
    assert_int_equal(io_read_text(f->fd, "nine", 9, &a, &text), 0);
    assert_int_equal(text.len, 9);
    assert_string_equal(text.p, "123456789");
    // Of no size that the system knows.
    assert_int_equal(io_read_text(AT_FDCWD, "/proc/self/status", 0, &a, &text), 0);
    assert_true(str_starts_with(text, STR("Name:")));
    assert_int_equal(text.p[text.len], 0);
    arena_free(&a);
}

static void test_read_fd(void **state)
{
    (void)state;
    struct buf b = BUF_INIT;
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    assert_int_equal(io_write_all(ends[0], "0123456789", 10), 0);
    assert_int_equal(shutdown(ends[0], SHUT_WR), 0);
    assert_int_equal(io_read_fd(ends[1], 10, &b), 0);
    assert_string_equal(b.p, "0123456789");
    assert_int_equal(close(ends[1]), 0);
    assert_int_equal(close(ends[0]), 0);
    buf_free(&b);
}

static void test_read_large(void **state)
{
    (void)state;
    struct buf b = BUF_INIT;
    for (int i = 0; i < 300000; i++) buf_printf(&b, "%d,", i);
    assert_int_equal(io_write_new(AT_FDCWD, "large", buf_str(&b), 0644, true), 0);
    assert_file("large", buf_str(&b));
    buf_free(&b);
}

static void test_write_new(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(io_write_new(f->fd, "a", STR("x\0y"), 0600, true), 0);
    assert_file("a", STR("x\0y"));
    assert_int_equal(mode_of("a"), 0600);
    assert_int_equal(io_write_new(f->fd, "a", STR("z"), 0600, false), -EEXIST);
    assert_file("a", STR("x\0y"));
    assert_int_equal(io_write_new(f->fd, "no/where", STR("z"), 0600, false), -ENOENT);
    assert_names(".", "a ");
}

static void test_write_all_to_full_device(void **state)
{
    (void)state;
    int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(io_write_all(fd, "x", 1), -ENOSPC);
    assert_int_equal(io_write_all(fd, "", 0), 0);
    close(fd);
}

static void test_write_all_in_pieces(void **state)
{
    (void)state;
    // A pipe takes 64 KiB at once, so that a large write is cut into pieces.
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    enum { SIZE = 1 << 20 };
    pid_t child = fork();
    if (child == 0) {
        close(fds[0]);
        char *text = bug_malloc(SIZE);
        for (int i = 0; i < SIZE; i++) text[i] = (char)(i * 31);
        _exit(io_write_all(fds[1], text, SIZE) == 0 ? 0 : 1);
    }
    close(fds[1]);
    int out = open("out", O_RDWR | O_CREAT | O_CLOEXEC, 0600), status;
    assert_int_equal(io_copy_fd(fds[0], out), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    struct buf b = BUF_INIT;
    assert_int_equal(io_read_file(AT_FDCWD, "out", 0, &b), 0);
    assert_int_equal(b.len, SIZE);
    for (int i = 0; i < SIZE; i++) {
        if (b.p[i] != (char)(i * 31)) fail_msg("byte %d", i);
    }
    buf_free(&b);
    close(fds[0]);
    close(out);
}

static void test_replace(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(io_replace_file("a", STR("one"), 0640, true), 0);
    assert_file("a", STR("one"));
    assert_int_equal(mode_of("a"), 0640);
    assert_int_equal(io_replace_file("a", STR("two"), 0600, false), 0);
    assert_file("a", STR("two"));
    assert_int_equal(mode_of("a"), 0600);
    struct buf path = BUF_INIT;
    buf_printf(&path, "%s/a", f->dir);
    assert_int_equal(io_replace_file(path.p, STR("three"), 0600, true), 0);
    assert_file("a", STR("three"));
    buf_free(&path);
    assert_int_equal(mkdir("dir", 0755), 0);
    assert_int_equal(io_replace_file("dir", STR("x"), 0600, false), -EISDIR);
    assert_int_equal(io_replace_file("no/where", STR("x"), 0600, false), -ENOENT);
    assert_names(".", "a dir "); // nothing stays beside it
}

static void test_mkdirs(void **state)
{
    struct fixture *f = *state;
    struct buf path = BUF_INIT;
    assert_int_equal(io_mkdirs("a//b/c/", 0750), 0);
    assert_int_equal(mode_of("a/b/c"), 0750);
    assert_int_equal(io_mkdirs("a/b/c", 0700), 0);
    assert_int_equal(mode_of("a/b/c"), 0750);
    buf_printf(&path, "%s/x/y", f->dir);
    assert_int_equal(io_mkdirs(path.p, 0755), 0);
    assert_names("x", "y ");
    assert_int_equal(io_mkdirs("/", 0755), 0);
    assert_int_equal(io_mkdirs("", 0755), -ENOENT);
    write_file("file", "");
    assert_int_equal(io_mkdirs("file", 0755), -ENOTDIR);
    assert_int_equal(io_mkdirs("file/sub", 0755), -ENOTDIR);
    assert_int_equal(symlink("a", "link"), 0);
    assert_int_equal(io_mkdirs("link/new", 0755), 0);
    assert_names("a", "b new ");
    assert_int_equal(symlink("nowhere", "dangling"), 0);
    assert_int_equal(io_mkdirs("dangling", 0755), -EEXIST);
    buf_free(&path);
}

static void test_list(void **state)
{
    struct fixture *f = *state;
    char **names;
    size_t count;
    assert_names(".", "");
    write_file("b", "");
    write_file(".hidden", "");
    write_file("B", "");
    write_file("\xC3\xA9", "");
    assert_int_equal(mkdir("a", 0755), 0);
    assert_names(".", ".hidden B a b \xC3\xA9 ");
    assert_int_equal(io_list_dir(f->fd, "missing", &names, &count), -ENOENT);
    assert_int_equal(io_list_dir(f->fd, "b", &names, &count), -ENOTDIR);
}

static void test_copy(void **state)
{
    (void)state;
    write_file("from", "0123456789");
    int from = open("from", O_RDONLY | O_CLOEXEC),
        to = open("to", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(lseek(from, 2, SEEK_SET), 2);
    assert_int_equal(io_copy_fd(from, to), 0);
    assert_file("to", STR("23456789"));
    close(from);
    from = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    assert_int_equal(ftruncate(to, 0), 0);
    assert_int_equal(lseek(to, 0, SEEK_SET), 0);
    assert_int_equal(io_copy_fd(from, to), 0);
    struct buf b = BUF_INIT;
    assert_int_equal(io_read_file(AT_FDCWD, "to", 0, &b), 0);
    assert_true(strncmp(buf_z(&b), "Name:", 5) == 0);
    buf_free(&b);
    close(from);
    from = open("from", O_WRONLY | O_CLOEXEC);
    assert_int_equal(io_copy_fd(from, to), -EBADF);
    close(from);
    close(to);
}

static void test_copy_sparse(void **state)
{
    (void)state;
    int from = open("holes", O_RDWR | O_CREAT | O_CLOEXEC, 0600),
        to = open("copy", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(pwrite(from, "begin", 5, 0), 5);
    assert_int_equal(pwrite(from, "middle", 6, 40 << 20), 6);
    assert_int_equal(ftruncate(from, 80 << 20), 0);
    assert_int_equal(io_copy_sparse(from, to), 0);
    struct stat st;
    assert_int_equal(fstat(to, &st), 0);
    assert_int_equal(st.st_size, 80 << 20);
    assert_true(st.st_blocks * 512 < 1 << 20);
    char text[8] = "";
    assert_int_equal(pread(to, text, 5, 0), 5);
    assert_string_equal(text, "begin");
    assert_int_equal(pread(to, text, 7, 40 << 20), 7);
    assert_string_equal(text, "middle");
    assert_int_equal(ftruncate(from, 0), 0);
    assert_int_equal(ftruncate(to, 0), 0);
    assert_int_equal(io_copy_sparse(from, to), 0);
    assert_file("copy", STR(""));
    close(from);
    close(to);
}

// A tree with read-only folders, a locked one, links out of it and odd names. What the links lead
// to lies in `outside`.
static void make_tree(void)
{
    assert_int_equal(mkdir("outside", 0755), 0);
    write_file("outside/keep", "kept");
    assert_int_equal(io_mkdirs("tree/a/b/c", 0755), 0);
    assert_int_equal(io_mkdirs("tree/locked/in", 0755), 0);
    write_file("tree/a/b/file", "x");
    write_file("tree/a/b/c/-rf", "x");
    write_file("tree/locked/in/new\nline", "x");
    assert_int_equal(symlink("../../../outside", "tree/a/b/link"), 0);
    assert_int_equal(symlink("../outside/keep", "tree/file-link"), 0);
    assert_int_equal(symlink("nowhere", "tree/dangling"), 0);
    assert_int_equal(mkfifo("tree/fifo", 0600), 0);
    assert_int_equal(chmod("tree/a/b/file", 0), 0);
    assert_int_equal(chmod("tree/a/b/c", 0555), 0);
    assert_int_equal(chmod("tree/a/b", 0555), 0);
    assert_int_equal(chmod("tree/locked/in", 0), 0);
    assert_int_equal(chmod("tree/locked", 0), 0);
    assert_int_equal(chmod("tree", 0555), 0);
}

// The rights of a folder stop only who is not root.
static void as_ordinary_user(struct fixture *f, void (*body)(void))
{
    if (geteuid() != 0) {
        body();
        return;
    }
    assert_int_equal(chown(f->dir, 65534, 65534), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        if (setgid(65534) < 0 || setuid(65534) < 0) _exit(2);
        body(); // a failed assertion ends in an exit status of cmocka's, or its abort
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void remove_tree(void)
{
    make_tree();
    if (io_remove_tree(AT_FDCWD, "tree") != 0) _exit(3);
}

static void test_remove_tree(void **state)
{
    as_ordinary_user(*state, remove_tree);
    assert_missing("tree");
    assert_names(".", "outside ");
    assert_names("outside", "keep ");
    assert_file("outside/keep", STR("kept"));
    assert_int_equal(mode_of("outside"), 0755);
}

static void test_remove_simple(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(io_remove_tree(f->fd, "missing"), 0);
    write_file("file", "");
    assert_int_equal(io_remove_tree(f->fd, "file"), 0);
    assert_missing("file");
    assert_int_equal(mkdir("dir", 0755), 0);
    write_file("dir/x", "");
    assert_int_equal(symlink("dir", "link"), 0);
    assert_int_equal(io_remove_tree(f->fd, "link"), 0);
    assert_names(".", "dir ");
    assert_names("dir", "x ");
    assert_int_equal(io_remove_tree(f->fd, "dir"), 0);
    assert_names(".", "");
}

static void remove_what_is_stuck(void)
{
    // Its parent belongs to this user, but is not part of the tree and stays as it is.
    assert_int_equal(io_mkdirs("shut/tree/sub", 0755), 0);
    write_file("shut/tree/sub/x", "");
    write_file("shut/tree/y", "");
    assert_int_equal(chmod("shut", 0555), 0);
    if (io_remove_tree(AT_FDCWD, "shut/tree") != -EACCES) _exit(3);
    if (io_remove_tree(AT_FDCWD, "shut/missing") != 0) _exit(4);
}

// Goes on after what it cannot remove, and says what that was.
static void test_remove_goes_on(void **state)
{
    as_ordinary_user(*state, remove_what_is_stuck);
    assert_names("shut", "tree ");
    assert_names("shut/tree", "");
    assert_int_equal(mode_of("shut"), 0555);
}

// Deeper than there are descriptors, than PATH_MAX, and than recursion would like; and wide at each
// level.
static void test_remove_deep(void **state)
{
    struct fixture *f = *state;
    int fd = dup(f->fd);
    for (int i = 0; i < 5000; i++) {
        assert_int_equal(mkdirat(fd, "d", 0755), 0);
        if (i % 100 == 0) {
            assert_int_equal(mkdirat(fd, "e", 0755), 0);
            assert_int_equal(io_write_new(fd, "file", STR("x"), 0644, false), 0);
        }
        int next = openat(fd, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_true(next >= 0);
        close(fd);
        fd = next;
    }
    close(fd);
    assert_int_equal(io_remove_tree(f->fd, "d"), 0);
    assert_names(".", "e file ");
}

static void test_sync_and_clocks(void **state)
{
    (void)state;
    assert_int_equal(io_sync_dir("."), 0);
    assert_int_equal(io_sync_dir("missing"), -ENOENT);
    int64_t a = io_monotonic_ns(), b = io_monotonic_ns();
    assert_true(b >= a);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t seconds = io_now_ns() / 1000000000 - (int64_t)now.tv_sec;
    assert_true(seconds >= 0 && seconds < 60);
}

#define TEST(body) cmocka_unit_test_setup_teardown(body, setup, teardown)

int main(void)
{
    umask(022);
    const struct CMUnitTest tests[] = {
        TEST(test_read),
        TEST(test_read_text),
        TEST(test_read_fd),
        TEST(test_read_large),
        TEST(test_write_new),
        TEST(test_write_all_to_full_device),
        TEST(test_write_all_in_pieces),
        TEST(test_replace),
        TEST(test_mkdirs),
        TEST(test_list),
        TEST(test_copy),
        TEST(test_copy_sparse),
        TEST(test_remove_tree),
        TEST(test_remove_simple),
        TEST(test_remove_goes_on),
        TEST(test_remove_deep),
        TEST(test_sync_and_clocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
