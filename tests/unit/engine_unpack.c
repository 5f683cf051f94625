// The compressions and tar formats that libarchive writes; what no common tool on the machine
// makes. What archives may hold is tested in tests/fetch.
#include "engine/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/io.h"
#include "unit.h"

struct fixture {
    char dir[64]; // also the current folder
    struct fetch_settings settings;
    struct fetch_watch watch;
    struct diag_sink sink;
};

static int setup(void **state)
{
    struct fixture *f = bug_malloc(sizeof(*f));
    *f = (struct fixture){.dir = "/tmp/plx-engine-unpack.XXXXXX", .watch = {.log_fd = -1}};
    fetch_settings_default(&f->settings);
    *state = f;
    return mkdtemp(f->dir) && chdir(f->dir) == 0 && mkdir("out", 0755) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    diag_sink_free(&f->sink);
    int result = chdir("/") < 0 ? -1 : io_remove_tree(AT_FDCWD, f->dir);
    free(f);
    return result;
}

static enum unpack_result unpack(struct fixture *f, const char *file)
{
    assert_int_equal(io_remove_tree(AT_FDCWD, "out"), 0);
    assert_int_equal(mkdir("out", 0755), 0);
    const struct unpack u = {
        .file = file,
        .filename = file,
        .out = "out",
        .span = SPAN_NONE,
        .settings = &f->settings,
        .watch = &f->watch,
    };
    return unpack_run(&u, &f->sink);
}

static void assert_file(const char *path, const char *text)
{
    struct buf b = BUF_INIT;
    assert_int_equal(io_read_file(AT_FDCWD, path, 0, &b), 0);
    assert_string_equal(buf_z(&b), text);
    buf_free(&b);
}

static void write_archive(const char *file, int format, int filter, const char *name,
                          const char *text)
{
    struct archive *a = archive_write_new();
    struct archive_entry *e = archive_entry_new();
    assert_int_equal(archive_write_set_format(a, format), ARCHIVE_OK);
    assert_int_equal(archive_write_add_filter(a, filter), ARCHIVE_OK);
    assert_int_equal(archive_write_open_filename(a, file), ARCHIVE_OK);
    archive_entry_set_pathname(e, name);
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_perm(e, 0640);
    archive_entry_set_size(e, (la_int64_t)strlen(text));
    assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
    assert_int_equal(archive_write_data(a, text, strlen(text)), (la_ssize_t)strlen(text));
    assert_int_equal(archive_write_close(a), ARCHIVE_OK);
    archive_entry_free(e);
    archive_write_free(a);
}

static const struct {
    int filter;
    const char *suffix;
} filters[] = {
    {ARCHIVE_FILTER_NONE, ""},    {ARCHIVE_FILTER_GZIP, ".gz"},   {ARCHIVE_FILTER_BZIP2, ".bz2"},
    {ARCHIVE_FILTER_XZ, ".xz"},   {ARCHIVE_FILTER_LZMA, ".lzma"}, {ARCHIVE_FILTER_ZSTD, ".zst"},
    {ARCHIVE_FILTER_LZ4, ".lz4"}, {ARCHIVE_FILTER_LZIP, ".lz"},   {ARCHIVE_FILTER_COMPRESS, ".Z"},
};

static void test_tar_with_every_compression(void **state)
{
    static const int formats[] = {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FORMAT_TAR_GNUTAR,
                                  ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE};
    for (size_t i = 0; i < LEN(filters); i++) {
        for (size_t j = 0; j < LEN(formats); j++) {
            write_archive("archive", formats[j], filters[i].filter, "top/file", "contents");
            assert_int_equal(unpack(*state, "archive"), UNPACK_DONE);
            assert_file("out/top/file", "contents");
            assert_int_equal(unlink("archive"), 0);
        }
    }
}

static void test_single_file_with_every_compression(void **state)
{
    for (size_t i = 1; i < LEN(filters); i++) {
        char name[32];
        snprintf(name, sizeof(name), "data.csv%s", filters[i].suffix);
        write_archive(name, ARCHIVE_FORMAT_RAW, filters[i].filter, "data", "one,two\n");
        assert_int_equal(unpack(*state, name), UNPACK_DONE);
        assert_file("out/data.csv", "one,two\n");
        // By another name it is another program's.
        assert_int_equal(rename(name, "data.rds"), 0);
        assert_int_equal(unpack(*state, "data.rds"), UNPACK_NO_ARCHIVE);
        assert_int_equal(rmdir("out"), 0);
    }
}

static void test_missing_file(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(unpack(f, "nothing.tar"), UNPACK_FAILED);
    assert_int_equal(f->sink.error_count, 1);
    assert_string_equal(f->sink.first->code, "E0909");
    assert_string_equal(f->sink.first->message,
                        "cannot unpack `nothing.tar`: `nothing.tar`: No such file or directory");
}

static void test_missing_output(void **state)
{
    struct fixture *f = *state;
    write_archive("a.tar", ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, "x", "y");
    const struct unpack u = {.file = "a.tar",
                             .filename = "a.tar",
                             .out = "nowhere",
                             .settings = &f->settings,
                             .watch = &f->watch};
    assert_int_equal(unpack_run(&u, &f->sink), UNPACK_FAILED);
    assert_string_equal(f->sink.first->message, "cannot open `nowhere`: No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_tar_with_every_compression, setup, teardown),
        cmocka_unit_test_setup_teardown(test_single_file_with_every_compression, setup, teardown),
        cmocka_unit_test_setup_teardown(test_missing_file, setup, teardown),
        cmocka_unit_test_setup_teardown(test_missing_output, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
