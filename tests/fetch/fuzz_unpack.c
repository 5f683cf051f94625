// A fuzz target: whatever the bytes are, unpacking ends, nothing appears beside the output, and
// what is in it are files, folders and links that stay inside. The first byte chooses the file's
// name.
//
// With libFuzzer (the preset `fuzz`) it searches; without, it is a program that runs over the files
// and folders it is given, which ctest does with the corpus.
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "engine/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {"a.tar", "a.tar.gz", "a.csv.xz", "a.zip", "a.rds", ".gz"};

// Every link, resolved by the kernel within the output's own root, must not differ from what it is
// outside of one: so none climbs over the top. Chroot needs rights, so the text is walked instead,
// with the links of the tree followed one by one.
static bool stays_inside(const char *root, const char *path, int depth);

static bool link_stays_inside(const char *root, struct arena *a, const char *at, const char *rest,
                              int depth)
{
    char target[PATH_MAX];
    const char *full = path_join(a, root, at);
    ssize_t len = readlink(full, target, sizeof(target) - 1);
    if (len < 0) BUG("readlink of %s failed", full);
    target[len] = '\0';
    if (target[0] == '/') return false;
    const char *dir = path_dir(a, at);
    return stays_inside(root, arena_printf(a, "%s/%s/%s", dir, target, rest), depth + 1);
}

static bool stays_inside(const char *root, const char *path, int depth)
{
    if (depth > 40) return true; // a loop leads nowhere
    struct arena a = ARENA_INIT;
    char *copy = arena_strdup(&a, path);
    char *at = arena_strdup(&a, ".");
    bool inside = true;
    char *rest = copy;
    for (char *part; inside && (part = strsep(&rest, "/"));) {
        if (!*part || strcmp(part, ".") == 0) continue;
        if (strcmp(part, "..") == 0) {
            inside = strcmp(at, ".") != 0;
            at = path_dir(&a, at);
            continue;
        }
        at = strcmp(at, ".") == 0 ? part : path_join(&a, at, part);
        struct stat st;
        if (lstat(path_join(&a, root, at), &st) < 0 || !S_ISLNK(st.st_mode)) continue;
        inside = link_stays_inside(root, &a, at, rest ? rest : "", depth);
        break;
    }
    arena_free(&a);
    return inside;
}

static void check_tree(const char *root, const char *below)
{
    struct arena a = ARENA_INIT;
    const char *dir = path_join(&a, root, below);
    char **found;
    size_t count;
    if (io_list_dir(AT_FDCWD, dir, &found, &count) < 0) BUG("cannot list %s", dir);
    for (size_t i = 0; i < count; i++) {
        const char *path = *below ? path_join(&a, below, found[i]) : found[i];
        struct stat st;
        if (lstat(path_join(&a, root, path), &st) < 0) BUG("cannot look at %s", path);
        mode_t mode = st.st_mode & 07777;
        if (S_ISLNK(st.st_mode)) {
            if (!stays_inside(root, path, 0)) BUG("the link %s leads out", path);
        } else if (S_ISDIR(st.st_mode)) {
            check_tree(root, path);
        } else if (!S_ISREG(st.st_mode) || (mode != 0644 && mode != 0755)) {
            BUG("%s has type and mode %o", path, st.st_mode);
        }
    }
    io_free_names(found, count);
    arena_free(&a);
}

static void run_in(const char *dir, struct str bytes, const char *name)
{
    struct arena a = ARENA_INIT;
    struct fetch_settings settings;
    fetch_settings_default(&settings);
    settings.max_unpack_bytes = 1 << 20;
    settings.max_unpack_entries = 1000;
    struct fetch_watch watch = {.log_fd = -1};
    struct diag_sink sink = DIAG_SINK_INIT;
    const char *out = path_join(&a, dir, "top/out");
    const char *file = path_join(&a, dir, "archive");
    if (io_mkdirs(out, 0755) < 0) BUG("cannot make %s", out);
    if (io_write_new(AT_FDCWD, file, bytes, 0644, false) < 0) BUG("cannot write %s", file);
    const struct unpack u = {
        .file = file, .filename = name, .out = out, .settings = &settings, .watch = &watch};
    enum unpack_result result = unpack_run(&u, &sink);
    if ((result == UNPACK_FAILED) != (sink.error_count == 1)) BUG("result %d", result);
    if (result != UNPACK_FAILED) check_tree(out, "");
    char **found;
    size_t count;
    if (io_list_dir(AT_FDCWD, path_join(&a, dir, "top"), &found, &count) < 0 || count != 1)
        BUG("something is beside the output");
    io_free_names(found, count);
    diag_sink_free(&sink);
    arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    char dir[] = "/tmp/plx-fuzz-unpack.XXXXXX";
    if (!mkdtemp(dir)) BUG("mkdtemp failed");
    // File descriptors and umask are as the engine gives them.
    umask(022);
    run_in(dir, (struct str){(const char *)data + 1, size - 1}, names[data[0] % LEN(names)]);
    if (io_remove_tree(AT_FDCWD, dir) < 0) BUG("cannot remove %s", dir);
    return 0;
}

#ifndef PLX_LIBFUZZER
static void run_file(const char *path)
{
    struct buf b = BUF_INIT;
    if (io_read_file(AT_FDCWD, path, 0, &b) < 0) BUG("cannot read %s", path);
    LLVMFuzzerTestOneInput((const uint8_t *)b.p, b.len);
    buf_free(&b);
}

int main(int argc, char **argv)
{
    size_t runs = 0;
    for (int i = 1; i < argc; i++) {
        char **found;
        size_t count;
        if (io_list_dir(AT_FDCWD, argv[i], &found, &count) < 0) BUG("cannot list %s", argv[i]);
        for (size_t j = 0; j < count; j++) {
            struct arena a = ARENA_INIT;
            run_file(path_join(&a, argv[i], found[j]));
            arena_free(&a);
            runs++;
        }
        io_free_names(found, count);
    }
    printf("%zu inputs\n", runs);
    return runs > 0 ? 0 : 1;
}
#endif
