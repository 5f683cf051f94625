#include "base/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/io.h"
#include "unit.h"

// Sizes around a block, around the size from which on threads are used, and some that are no
// multiples of anything.
static const size_t sizes[] = {0,
                               1,
                               ((size_t)256 << 10) - 1,
                               ((size_t)256 << 10) + 1,
                               ((size_t)8 << 20) - 1,
                               (size_t)8 << 20,
                               ((size_t)9 << 20) + 12345};
#define LARGEST (((size_t)9 << 20) + 12345)

static char *bytes;

static int make_bytes(void **state)
{
    (void)state;
    bytes = bug_malloc(LARGEST);
    uint32_t x = 1;
    for (size_t i = 0; i < LARGEST; i++) {
        x = x * 1664525 + 1013904223;
        bytes[i] = (char)(x >> 24);
    }
    return 0;
}

static int free_bytes(void **state)
{
    (void)state;
    free(bytes);
    return 0;
}

static int temporary(void)
{
    char path[] = "/tmp/plx-stream-XXXXXX";
    int fd = mkostemp(path, O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(unlink(path), 0);
    return fd;
}

static int file_of(size_t size)
{
    int fd = temporary();
    assert_int_equal(io_write_all(fd, bytes, size), 0);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

static void check_copy(int fd, size_t size)
{
    struct buf b = BUF_INIT;
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_int_equal(io_read_fd(fd, 0, &b), 0);
    assert_int_equal(b.len, size);
    if (size) assert_memory_equal(b.p, bytes, size);
    buf_free(&b);
}

static struct hasher *hashers[STREAM_HASHERS_MAX];

static void begin_hashers(struct stream *s, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        hashers[i] = hasher_new(i == 1 ? HASH_SHA1 : HASH_SHA256);
        hasher_begin(hashers[i]);
        s->hashers[i] = hashers[i];
    }
    s->hasher_count = count;
}

static void check_hashers(size_t count, size_t size)
{
    for (size_t i = 0; i < count; i++) {
        struct hasher *h = hasher_new(i == 1 ? HASH_SHA1 : HASH_SHA256);
        char wanted[HASH_HEX_SIZE], got[HASH_HEX_SIZE];
        hasher_hex_of(h, (struct str){bytes, size}, wanted);
        hasher_hex(hashers[i], got);
        assert_string_equal(got, wanted);
        hasher_free(h);
        hasher_free(hashers[i]);
    }
}

static void count_bytes(void *ctx, uint64_t done)
{
    uint64_t *last = ctx;
    assert_true(done > *last);
    *last = done;
}

static void test_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(sizes); i++) {
        for (size_t count = 0; count <= STREAM_HASHERS_MAX; count++) {
            for (int copy = 0; copy < 2; copy++) {
                uint64_t done = 0;
                struct stream s = {.from = file_of(sizes[i]),
                                   .size = sizes[i],
                                   .to = copy ? temporary() : -1,
                                   .write_through = count == 1,
                                   .progress = count_bytes,
                                   .ctx = &done};
                begin_hashers(&s, count);
                assert_int_equal(stream_run(&s), 0);
                assert_int_equal(done, sizes[i]);
                check_hashers(count, sizes[i]);
                if (copy) {
                    check_copy(s.to, sizes[i]);
                    close(s.to);
                }
                close(s.from);
            }
        }
    }
}

// From where the file is open at, and not to its end.
static void test_part(void **state)
{
    (void)state;
    int fd = file_of(LARGEST);
    assert_int_equal(lseek(fd, 10, SEEK_SET), 10);
    size_t size = (size_t)8 << 20;
    struct stream s = {.from = fd, .size = size, .to = temporary()};
    assert_int_equal(stream_run(&s), 0);
    struct buf b = BUF_INIT;
    assert_int_equal(lseek(s.to, 0, SEEK_SET), 0);
    assert_int_equal(io_read_fd(s.to, 0, &b), 0);
    assert_int_equal(b.len, size);
    assert_memory_equal(b.p, bytes + 10, size);
    buf_free(&b);
    close(fd);
    close(s.to);
}

// The kernel copies only within a file system, or between two of a kind.
static void test_other_file_system(void **state)
{
    (void)state;
    int fd = memfd_create("plx-stream", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(io_write_all(fd, bytes, LARGEST), 0);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    struct stream s = {.from = fd, .size = LARGEST, .to = temporary()};
    begin_hashers(&s, 1);
    assert_int_equal(stream_run(&s), 0);
    check_hashers(1, LARGEST);
    check_copy(s.to, LARGEST);
    close(fd);
    close(s.to);
}

static void test_shorter(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(sizes); i++) {
        for (size_t count = 1; count <= 2; count++) {
            struct stream s = {.from = file_of(sizes[i]), .size = sizes[i] + 1, .to = temporary()};
            begin_hashers(&s, count);
            assert_int_equal(stream_run(&s), -ESTALE);
            assert_false(s.write_failed);
            for (size_t k = 0; k < count; k++) hasher_free(hashers[k]);
            close(s.from);
            close(s.to);
        }
    }
}

// A copy that cannot be written ends all, and says so.
static void test_cannot_write(void **state)
{
    (void)state;
    for (size_t i = 1; i < LEN(sizes); i++) {
        for (size_t count = 1; count <= 2; count++) {
            struct stream s = {
                .from = file_of(sizes[i]), .size = sizes[i], .to = open("/dev/full", O_RDWR)};
            begin_hashers(&s, count);
            assert_int_equal(stream_run(&s), -ENOSPC);
            assert_true(s.write_failed);
            for (size_t k = 0; k < count; k++) hasher_free(hashers[k]);
            close(s.from);
            close(s.to);
        }
    }
}

// All of a, and what is in b from `begin` on.
static void check_same(int a, int b, off_t begin, size_t size)
{
    size_t block = (size_t)1 << 20;
    char *x = bug_malloc(block), *y = bug_malloc(block);
    for (size_t at = 0; at < size; at += block) {
        size_t len = size - at < block ? size - at : block;
        assert_int_equal(pread(a, x, len, (off_t)at), len);
        assert_int_equal(pread(b, y, len, begin + (off_t)at), len);
        assert_memory_equal(x, y, len);
    }
    free(x);
    free(y);
}

static size_t in_page_cache(int fd, size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), pages = (size + page - 1) / page, count = 0;
    void *at = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
    assert_true(at != MAP_FAILED);
    unsigned char *resident = bug_malloc(pages);
    assert_int_equal(mincore(at, size, resident), 0);
    for (size_t i = 0; i < pages; i++) count += resident[i] & 1;
    free(resident);
    munmap(at, size);
    return count * page;
}

// What waiting for the disk gives from now on, in place of the kernel's answer; 0: that.
static int disk_error;

int sync_file_range(int fd, off_t offset, off_t count, unsigned flags)
{
    if (disk_error && (flags & SYNC_FILE_RANGE_WAIT_AFTER)) {
        errno = disk_error;
        return -1;
    }
    return (int)syscall(SYS_sync_file_range, fd, offset, count, flags);
}

// The last step may begin where the window is almost full.
#define WINDOW     ((size_t)256 << 20)
#define STEP       ((size_t)1 << 20)
#define VERY_LARGE (WINDOW + ((size_t)40 << 20) + 12345)

static int very_large_file(void)
{
    int fd = temporary();
    assert_int_equal(ftruncate(fd, (off_t)VERY_LARGE), 0);
    for (size_t at = 0; at < VERY_LARGE; at += VERY_LARGE / 7) {
        size_t to = at < VERY_LARGE - LARGEST ? at : VERY_LARGE - LARGEST;
        assert_int_equal(pwrite(fd, bytes, LARGEST, (off_t)to), LARGEST);
    }
    return fd;
}

// Of what is very large and is to be synced only a part is in the page cache, and neither that nor
// where it begins in the copy changes what is written.
static void test_very_large(void **state)
{
    (void)state;
    int from = very_large_file();
    for (off_t begin = 0; begin <= 10; begin += 10) {
        assert_int_equal(lseek(from, 0, SEEK_SET), 0);
        struct stream s = {
            .from = from, .size = VERY_LARGE, .to = temporary(), .write_through = true};
        assert_int_equal(lseek(s.to, begin, SEEK_SET), begin);
        begin_hashers(&s, 1);
        assert_int_equal(stream_run(&s), 0);
        hasher_free(hashers[0]);
        struct stat st;
        assert_int_equal(fstat(s.to, &st), 0);
        assert_int_equal(st.st_size, begin + (off_t)VERY_LARGE);
        struct statfs fs;
        assert_int_equal(fstatfs(s.to, &fs), 0);
        if (fs.f_type == TMPFS_MAGIC)
            print_message("not tried: the files are in memory, where no page can be dropped\n");
        else
            assert_in_range(in_page_cache(s.to, (size_t)st.st_size), 1, WINDOW + STEP);
        check_same(from, s.to, begin, VERY_LARGE);
        close(s.to);
    }
    close(from);
}

// The kernel tells an error of the disk once, so that it must not be lost here. What says only that
// one cannot wait is no error.
static void test_disk_error(void **state)
{
    (void)state;
    int from = very_large_file();
    const int errors[] = {EIO, ENOSPC, EPERM, EINTR};
    for (size_t i = 0; i < LEN(errors); i++) {
        bool is_fault = i < 2;
        assert_int_equal(lseek(from, 0, SEEK_SET), 0);
        struct stream s = {
            .from = from, .size = VERY_LARGE, .to = temporary(), .write_through = true};
        begin_hashers(&s, 1);
        disk_error = errors[i];
        assert_int_equal(stream_run(&s), is_fault ? -errors[i] : 0);
        disk_error = 0;
        assert_int_equal(s.write_failed, is_fault);
        hasher_free(hashers[0]);
        if (!is_fault) check_same(from, s.to, 0, VERY_LARGE);
        close(s.to);
    }
    close(from);
}

static nlink_t threads(void)
{
    struct stat st;
    assert_int_equal(stat("/proc/self/task", &st), 0);
    return st.st_nlink;
}

static void test_no_threads_left(void **state)
{
    (void)state;
    nlink_t before = threads();
    struct stream s = {.from = file_of(LARGEST), .size = LARGEST, .to = temporary()};
    s.write_through = true;
    begin_hashers(&s, 3);
    assert_int_equal(stream_run(&s), 0);
    for (size_t k = 0; k < 3; k++) hasher_free(hashers[k]);
    // The kernel lists a thread that was joined for a moment longer.
    for (int64_t end = io_monotonic_ns() + 60000000000; threads() > before;)
        assert_true(io_monotonic_ns() < end);
    close(s.from);
    close(s.to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_part),
        cmocka_unit_test(test_other_file_system),
        cmocka_unit_test(test_shorter),
        cmocka_unit_test(test_cannot_write),
        cmocka_unit_test(test_very_large),
        cmocka_unit_test(test_disk_error),
        cmocka_unit_test(test_no_threads_left),
    };
    return cmocka_run_group_tests(tests, make_bytes, free_bytes);
}
