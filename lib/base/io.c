#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <time.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/vec.h"

#define BLOCK ((size_t)64 << 10)

static ssize_t read_some(int fd, void *p, size_t len)
{
    ssize_t n;
    do n = read(fd, p, len);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : n;
}

static int open_at(int dirfd, const char *path, int flags, mode_t mode)
{
    int fd;
    do fd = openat(dirfd, path, flags | O_CLOEXEC, mode);
    while (fd < 0 && errno == EINTR);
    return fd < 0 ? -errno : fd;
}

// Not retried: on Linux the descriptor is gone even after EINTR.
static int close_checked(int fd)
{
    return close(fd) < 0 && errno != EINTR ? -errno : 0;
}

static int sync_fd(int fd)
{
    int r;
    do r = fsync(fd);
    while (r < 0 && errno == EINTR);
    return r < 0 ? -errno : 0;
}

bool io_is_absent(int error)
{
    if (error < 0) error = -error;
    return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

const char *io_why(int error)
{
    if (error < 0) error = -error;
    return error == EINVAL ? "it is no regular file" : strerror(error);
}

static int check_regular(const struct stat *st)
{
    return S_ISREG(st->st_mode) ? 0 : S_ISDIR(st->st_mode) ? -EISDIR : -EINVAL;
}

static int read_rest(int fd, size_t max, bool regular, struct buf *out)
{
    size_t before = out->len;
    struct stat st;
    // One byte more than the size, so that the end is seen without growing.
    size_t step = BLOCK;
    int result = fstat(fd, &st) < 0 ? -errno : check_regular(&st);
    if (result < 0 && regular) return result;
    if (result == 0 && st.st_size > 0) step = (size_t)st.st_size + 1;
    if (max && step - 1 > max) step = max + 1;
    result = 0;
    for (;;) {
        buf_reserve(out, step);
        ssize_t n = read_some(fd, out->p + out->len, step);
        if (n <= 0) {
            result = (int)n;
            break;
        }
        out->len += (size_t)n;
        if (max && out->len - before > max) {
            result = -EFBIG;
            break;
        }
        step = BLOCK;
    }
    if (result < 0) out->len = before;
    if (out->p) out->p[out->len] = '\0';
    return result;
}

int io_read_fd(int fd, size_t max, struct buf *out)
{
    return read_rest(fd, max, false, out);
}

int io_read_regular(int fd, size_t max, struct buf *out)
{
    return read_rest(fd, max, true, out);
}

static int read_path(int dirfd, const char *path, size_t max, bool regular, struct buf *out)
{
    int fd = open_at(dirfd, path, regular ? O_RDONLY | O_NONBLOCK : O_RDONLY, 0);
    if (fd < 0) return fd;
    int result = read_rest(fd, max, regular, out);
    close(fd);
    return result;
}

int io_read_file(int dirfd, const char *path, size_t max, struct buf *out)
{
    return read_path(dirfd, path, max, true, out);
}

int io_read_any(int dirfd, const char *path, size_t max, struct buf *out)
{
    return read_path(dirfd, path, max, false, out);
}

// A regular file of the size that it says. 1 if it has changed since.
static int read_sized(int fd, size_t size, struct arena *arena, struct str *out)
{
    struct arena_mark mark = arena_mark(arena);
    char *p = arena_alloc_raw(arena, size + 1);
    size_t len = 0;
    ssize_t n = 1;
    while (n > 0 && len <= size) { // one byte more than there should be
        n = read_some(fd, p + len, size + 1 - len);
        if (n > 0) len += (size_t)n;
    }
    if (n >= 0 && len == size) {
        p[len] = '\0';
        *out = (struct str){p, len};
        return 0;
    }
    arena_reset(arena, mark);
    if (n < 0) return (int)n;
    return lseek(fd, 0, SEEK_SET) < 0 ? -errno : 1;
}

int io_read_text(int dirfd, const char *path, size_t max, struct arena *arena, struct str *out)
{
    int fd = open_at(dirfd, path, O_RDONLY, 0);
    if (fd < 0) return fd;
    struct stat st;
    int result = 1;
    // Files of the kernel say that they are empty.
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
        size_t size = (size_t)st.st_size;
        result = max && size > max ? -EFBIG : read_sized(fd, size, arena, out);
    }
    if (result > 0) {
        struct buf bytes = BUF_INIT;
        result = io_read_fd(fd, max, &bytes);
        if (result == 0) *out = arena_str(arena, buf_str(&bytes));
        buf_free(&bytes);
    }
    close(fd);
    return result;
}

int io_read_head(int fd, size_t max, struct buf *out)
{
    size_t before = out->len;
    ssize_t n = 1;
    buf_reserve(out, max);
    while (out->len - before < max && n > 0) {
        n = read_some(fd, out->p + out->len, max - (out->len - before));
        if (n > 0) out->len += (size_t)n;
    }
    if (n < 0) out->len = before;
    if (out->p) out->p[out->len] = '\0';
    return n < 0 ? (int)n : 0;
}

// One part after the other: O_NOFOLLOW is about the last part of a path only.
int io_open_beneath(int dirfd, const char *rel)
{
    char *path = bug_strdup(rel);
    int at = dirfd, fd = -ENOENT;
    for (char *part = path, *next; part; part = next) {
        next = strchr(part, '/');
        if (next) *next++ = '\0';
        int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | (next ? O_DIRECTORY : 0);
        fd = open_at(at, part, flags, 0);
        if (at != dirfd) close(at);
        if (fd < 0) break;
        at = fd;
    }
    free(path);
    struct stat st;
    int result = fd < 0 ? fd : fstat(fd, &st) < 0 ? -errno : check_regular(&st);
    if (result < 0 && fd >= 0) close(fd);
    return result < 0 ? result : fd;
}

int io_write_all(int fd, const void *bytes, size_t len)
{
    const char *p = bytes;
    while (len) {
        ssize_t n = write(fd, p, len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return -errno;
        p += n;
        len -= (size_t)n;
    }
    return 0;
}

int io_write_new(int dirfd, const char *path, struct str bytes, mode_t mode, bool sync)
{
    int fd = open_at(dirfd, path, O_WRONLY | O_CREAT | O_EXCL, mode);
    if (fd < 0) return fd;
    int result = io_write_all(fd, bytes.p, bytes.len);
    if (!result && sync) result = sync_fd(fd);
    int closed = close_checked(fd);
    if (!result) result = closed;
    if (result) unlinkat(dirfd, path, 0);
    return result;
}

static int sync_parent(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash) return io_sync_dir(".");
    if (slash == path) return io_sync_dir("/");
    char *dir = bug_strdup(path);
    dir[slash - path] = '\0';
    int result = io_sync_dir(dir);
    free(dir);
    return result;
}

int io_replace_file(const char *path, struct str bytes, mode_t mode, bool sync)
{
    struct buf beside = BUF_INIT;
    int result;
    do {
        uint64_t random = 0;
        if (getrandom(&random, sizeof(random), 0) < 0) random = (uint64_t)io_monotonic_ns();
        buf_clear(&beside);
        buf_printf(&beside, "%s.%016llx.tmp", path, (unsigned long long)random);
        result = io_write_new(AT_FDCWD, beside.p, bytes, mode, sync);
    } while (result == -EEXIST);
    if (!result && rename(beside.p, path) < 0) {
        result = -errno;
        unlink(beside.p);
    }
    buf_free(&beside);
    if (!result && sync) result = sync_parent(path);
    return result;
}

static int make_dir(const char *path, mode_t mode)
{
    if (mkdir(path, mode) == 0) return 0;
    int error = errno;
    // Some file systems say EROFS or EACCES before EEXIST.
    struct stat st;
    if (stat(path, &st) < 0) return -error;
    return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

int io_mkdirs(const char *path, mode_t mode)
{
    if (!*path) return -ENOENT;
    char *copy = bug_strdup(path);
    int result = 0;
    for (char *p = copy + 1; !result && *p; p++) {
        if (*p != '/' || p[-1] == '/') continue;
        *p = '\0';
        result = make_dir(copy, mode);
        *p = '/';
    }
    if (!result) result = make_dir(copy, mode);
    free(copy);
    return result;
}

static void note_first(int *first, int result)
{
    if (!*first && result < 0) *first = result;
}

// Opens a folder for removal of what is in it, giving its owner the rights for that.
static int open_to_empty(int parent, const char *name)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
    int fd = open_at(parent, name, flags, 0);
    if (fd == -EACCES && fchmodat(parent, name, 0700, AT_SYMLINK_NOFOLLOW) == 0) {
        fd = open_at(parent, name, flags, 0);
    }
    struct stat st;
    if (fd >= 0 && fstat(fd, &st) == 0 && (st.st_mode & 0700) != 0700) (void)fchmod(fd, 0700);
    return fd;
}

// A folder on the way down. Only the innermost is open: trees may be deeper than descriptors and
// stacks are.
struct removal {
    char *name;     // in the folder above
    char **subdirs; // still to be removed
    size_t count;
    dev_t dev;
    ino_t ino;
};

typedef VEC(struct removal) removal_stack;

// Unlinks all in `fd` that is no folder, and lists the folders.
static int empty_of_files(int fd, struct removal *r)
{
    char **names;
    size_t count;
    int first = io_list_dir(fd, ".", &names, &count);
    if (first < 0) return first;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (unlinkat(fd, names[i], 0) == 0 || errno == ENOENT) {
            free(names[i]);
        } else if (errno == EISDIR || errno == EPERM) {
            names[kept++] = names[i];
        } else {
            note_first(&first, -errno);
            free(names[i]);
        }
    }
    r->subdirs = names;
    r->count = kept;
    return first;
}

// Opens `name` in `parent`, pushes it, and returns its descriptor; `parent` stays open.
static int enter(removal_stack *stack, int parent, char *name, int *first)
{
    int fd = open_to_empty(parent, name);
    struct stat st;
    if (fd >= 0 && fstat(fd, &st) < 0) {
        int error = -errno;
        close(fd);
        fd = error;
    }
    if (fd < 0) return fd;
    struct removal r = {.name = name, .dev = st.st_dev, .ino = st.st_ino};
    note_first(first, empty_of_files(fd, &r));
    vec_push(stack, r);
    return fd;
}

// Goes back to the folder above, which must be the one that was left.
static int leave(int fd, const struct removal *above)
{
    int parent = open_at(fd, "..", O_RDONLY | O_DIRECTORY, 0);
    struct stat st;
    if (parent < 0) return parent;
    if (fstat(parent, &st) < 0 || st.st_dev != above->dev || st.st_ino != above->ino) {
        close(parent);
        return -ESTALE;
    }
    return parent;
}

static void drop_removal(struct removal *r)
{
    for (size_t i = 0; i < r->count; i++) free(r->subdirs[i]);
    free(r->subdirs);
    free(r->name);
}

// Empties the folders of the stack from the innermost outwards; the outermost itself stays.
static void empty_tree(removal_stack *stack, int fd, int *first)
{
    while (stack->len) {
        struct removal *top = &vec_last(stack);
        if (top->count) {
            char *name = top->subdirs[--top->count];
            int inner = enter(stack, fd, name, first);
            if (inner < 0) {
                note_first(first, inner == -ENOTDIR ? -EPERM : inner);
                free(name);
            } else {
                close(fd);
                fd = inner;
            }
            continue;
        }
        struct removal done = vec_pop(stack);
        if (stack->len) {
            int above = leave(fd, &vec_last(stack));
            close(fd);
            fd = above;
            if (fd >= 0 && unlinkat(fd, done.name, AT_REMOVEDIR) < 0) note_first(first, -errno);
        } else {
            close(fd);
        }
        drop_removal(&done);
        if (fd < 0 && stack->len) {
            note_first(first, fd);
            return;
        }
    }
}

int io_remove_tree(int dirfd, const char *path)
{
    // Files and empty folders, which are most, need no look inside.
    if (unlinkat(dirfd, path, 0) == 0 || errno == ENOENT) return 0;
    int error = -errno;
    struct stat st;
    if (error != -EISDIR &&
        (fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISDIR(st.st_mode)))
        return error;
    if (unlinkat(dirfd, path, AT_REMOVEDIR) == 0 || errno == ENOENT) return 0;
    removal_stack stack = {0};
    int first = 0;
    char *name = bug_strdup(path);
    int fd = enter(&stack, dirfd, name, &first);
    if (fd < 0) {
        free(name);
        return fd;
    }
    empty_tree(&stack, fd, &first);
    while (stack.len) drop_removal(&vec_pop(&stack));
    vec_free(&stack);
    if (unlinkat(dirfd, path, AT_REMOVEDIR) < 0 && errno != ENOENT) note_first(&first, -errno);
    return first;
}

int io_sync_dir(const char *path)
{
    int fd = open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0) return fd;
    int result = sync_fd(fd);
    int closed = close_checked(fd);
    return result ? result : closed;
}

int io_copy_fd(int from, int to)
{
    // Each way may be refused for this pair of files, or stop early (files in /proc have no
    // length); the next one goes on from there.
    ssize_t n;
    do n = copy_file_range(from, NULL, to, NULL, SSIZE_MAX / 2, 0);
    while (n > 0 || (n < 0 && errno == EINTR));
    do n = sendfile(to, from, NULL, (size_t)1 << 30);
    while (n > 0 || (n < 0 && errno == EINTR));
    char *block = bug_malloc(BLOCK);
    int result = 0;
    while (!result && (n = read_some(from, block, BLOCK)) != 0) {
        result = n < 0 ? (int)n : io_write_all(to, block, (size_t)n);
    }
    free(block);
    return result;
}

// Exactly the bytes from `at` to `end`, to the same place.
static int copy_range(int from, int to, off_t at, off_t end)
{
    off_t out = at;
    ssize_t n = 1;
    while (at < end && (n > 0 || errno == EINTR))
        n = copy_file_range(from, &at, to, &out, (size_t)(end - at), 0);
    if (at == end) return 0;
    char *block = bug_malloc(BLOCK);
    int result = lseek(to, at, SEEK_SET) < 0 ? -errno : 0;
    while (!result && at < end) {
        do n = pread(from, block, end - at < (off_t)BLOCK ? (size_t)(end - at) : BLOCK, at);
        while (n < 0 && errno == EINTR);
        if (n < 0) result = -errno;
        if (n == 0) break; // it has become shorter
        if (n > 0) result = io_write_all(to, block, (size_t)n);
        if (n > 0) at += n;
    }
    free(block);
    return result;
}

int io_copy_sparse(int from, int to)
{
    struct stat st;
    if (fstat(from, &st) < 0) return -errno;
    int result = 0;
    for (off_t at = 0; !result && at < st.st_size;) {
        off_t data = lseek(from, at, SEEK_DATA);
        if (data < 0 && errno == ENXIO) break;
        off_t hole = data < 0 ? -1 : lseek(from, data, SEEK_HOLE);
        // Where holes are not known, all is data.
        if (hole < 0) {
            data = at;
            hole = st.st_size;
        }
        if (hole > st.st_size) hole = st.st_size;
        result = copy_range(from, to, data, hole);
        at = hole;
    }
    if (!result && ftruncate(to, st.st_size) < 0) result = -errno;
    return result;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int io_list_dir(int dirfd, const char *path, char ***names, size_t *count)
{
    int fd = open_at(dirfd, path, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0) return fd;
    DIR *dir = fdopendir(fd);
    if (!dir) {
        int error = errno;
        close(fd);
        return -error;
    }
    VEC(char *) found = {0};
    struct dirent *entry;
    while ((errno = 0, entry = readdir(dir))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        vec_push(&found, bug_strdup(entry->d_name));
    }
    int error = errno;
    closedir(dir);
    if (error) {
        io_free_names(found.at, found.len);
        return -error;
    }
    if (found.len) qsort(found.at, found.len, sizeof(*found.at), compare_names);
    *names = found.at;
    *count = found.len;
    return 0;
}

void io_free_names(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++) free(names[i]);
    free(names);
}

static int64_t clock_ns(clockid_t clock)
{
    struct timespec t;
    if (clock_gettime(clock, &t) < 0) BUG("clock_gettime(%d) failed", (int)clock);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t io_now_ns(void)
{
    return clock_ns(CLOCK_REALTIME);
}

int64_t io_monotonic_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}
