#include "base/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
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

static void check_same(int a, int b, size_t size)
{
    size_t block = (size_t)1 << 20;
    char *x = bug_malloc(block), *y = bug_malloc(block);
    for (size_t at = 0; at < size; at += block) {
        size_t len = size - at < block ? size - at : block;
        assert_int_equal(pread(a, x, len, (off_t)at), len);
        assert_int_equal(pread(b, y, len, (off_t)at), len);
        assert_memory_equal(x, y, len);
    }
    free(x);
    free(y);
}

// What is large and is to be synced goes past the page cache; neither that nor a beginning or an
// end that a disk cannot write alone changes what is written, and the descriptor is as it was.
static void test_past_the_cache(void **state)
{
    (void)state;
    size_t size = ((size_t)256 << 20) + 12345;
    int from = temporary();
    assert_int_equal(ftruncate(from, (off_t)size), 0);
    for (size_t at = 0; at < size; at += size / 7)
        assert_true(
            pwrite(from, bytes, LARGEST, (off_t)(at < size - LARGEST ? at : size - LARGEST)) > 0);
    for (off_t begin = 0; begin <= 10; begin += 10) {
        assert_int_equal(lseek(from, 0, SEEK_SET), 0);
        struct stream s = {.from = from, .size = size, .to = temporary(), .write_through = true};
        assert_int_equal(lseek(s.to, begin, SEEK_SET), begin);
        int flags = fcntl(s.to, F_GETFL);
        begin_hashers(&s, 1);
        assert_int_equal(stream_run(&s), 0);
        hasher_free(hashers[0]);
        assert_int_equal(fcntl(s.to, F_GETFL), flags);
        struct stat st;
        assert_int_equal(fstat(s.to, &st), 0);
        assert_int_equal(st.st_size, begin + (off_t)size);
        if (begin == 0) check_same(from, s.to, size);
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
        cmocka_unit_test(test_shorter),
        cmocka_unit_test(test_cannot_write),
        cmocka_unit_test(test_past_the_cache),
        cmocka_unit_test(test_no_threads_left),
    };
    return cmocka_run_group_tests(tests, make_bytes, free_bytes);
}
