#include "compare_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/vec.h"

#define CHUNK 65536

struct comparison {
    struct arena *arena;
    struct diag_sink *sink;
    VEC(struct tree_difference) found;
    char *left; // CHUNK bytes each
    char *right;
};

static bool compare(struct comparison *c, const char *before, const char *after, const char *path,
                    bool artifacts);

static bool cannot_read(struct comparison *c, const char *path)
{
    diag_error(c->sink, SPAN_NONE, "E1019", "cannot read %s: %s", path, strerror(errno));
    return false;
}

static struct tree_entry entry_of(const struct stat *st)
{
    struct tree_entry e = {.type = "file"};
    if (S_ISDIR(st->st_mode))
        e.type = "folder";
    else if (S_ISLNK(st->st_mode))
        e.type = "link";
    else if (st->st_mode & 0111)
        e.type = "executable";
    if (S_ISREG(st->st_mode)) e.bytes = (uint64_t)st->st_size;
    return e;
}

static void add(struct comparison *c, const char *path, const struct stat *before,
                const struct stat *after)
{
    struct tree_difference d = {.path = arena_strdup(c->arena, path)};
    if (before) d.before = entry_of(before);
    if (after) d.after = entry_of(after);
    vec_push(&c->found, d);
}

static ssize_t read_chunk(int fd, char *chunk)
{
    size_t len = 0;
    while (len < CHUNK) {
        ssize_t n = read(fd, chunk + len, CHUNK - len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return -1;
        if (n == 0) break;
        len += (size_t)n;
    }
    return (ssize_t)len;
}

static bool same_bytes(struct comparison *c, const char *before, const char *after, bool *same)
{
    int a = open(before, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int b = open(after, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool good = a >= 0 && b >= 0;
    ssize_t n = 1, m = 1;
    for (*same = true; good && *same && n > 0;) {
        n = read_chunk(a, c->left);
        m = read_chunk(b, c->right);
        good = n >= 0 && m >= 0;
        if (good) *same = n == m && memcmp(c->left, c->right, (size_t)n) == 0;
    }
    if (!good) (void)cannot_read(c, a < 0 || n < 0 ? before : after);
    if (a >= 0) close(a);
    if (b >= 0) close(b);
    return good;
}

static bool same_target(struct comparison *c, const char *before, const char *after, bool *same)
{
    char a[PATH_MAX], b[PATH_MAX];
    ssize_t n = readlink(before, a, sizeof a), m = readlink(after, b, sizeof b);
    if (n < 0 || m < 0) return cannot_read(c, n < 0 ? before : after);
    *same = n == m && memcmp(a, b, (size_t)n) == 0;
    return true;
}

static bool is_artifact(const char *name)
{
    return strncmp(name, "__", 2) != 0 && strcmp(name, "context.json") != 0;
}

// One name of a folder, which at least one side has.
static bool compare_name(struct comparison *c, const char *before, const char *after,
                         const char *path, const char *name, int side)
{
    const char *a = path_join(c->arena, before, name), *b = path_join(c->arena, after, name);
    const char *below = *path ? path_join(c->arena, path, name) : name;
    struct stat st;
    if (side == 0) return compare(c, a, b, below, false);
    if (lstat(side < 0 ? a : b, &st) < 0) return cannot_read(c, side < 0 ? a : b);
    add(c, below, side < 0 ? &st : NULL, side < 0 ? NULL : &st);
    return true;
}

static bool compare_folders(struct comparison *c, const char *before, const char *after,
                            const char *path, bool artifacts)
{
    char **left, **right;
    size_t n, m;
    int err = io_list_dir(AT_FDCWD, before, &left, &n);
    if (err < 0) {
        errno = -err;
        return cannot_read(c, before);
    }
    err = io_list_dir(AT_FDCWD, after, &right, &m);
    if (err < 0) {
        io_free_names(left, n);
        errno = -err;
        return cannot_read(c, after);
    }
    bool good = true;
    for (size_t i = 0, k = 0; good && (i < n || k < m);) {
        int side = i >= n ? 1 : k >= m ? -1 : strcmp(left[i], right[k]);
        const char *name = side > 0 ? right[k] : left[i];
        if (!artifacts || is_artifact(name))
            good = compare_name(c, before, after, path, name, side);
        i += side <= 0;
        k += side >= 0;
    }
    io_free_names(left, n);
    io_free_names(right, m);
    return good;
}

static bool compare(struct comparison *c, const char *before, const char *after, const char *path,
                    bool artifacts)
{
    struct stat a, b;
    if (lstat(before, &a) < 0) return cannot_read(c, before);
    if (lstat(after, &b) < 0) return cannot_read(c, after);
    if (S_ISDIR(a.st_mode) && S_ISDIR(b.st_mode))
        return compare_folders(c, before, after, path, artifacts);
    bool same = strcmp(entry_of(&a).type, entry_of(&b).type) == 0 && a.st_size == b.st_size;
    if (same && S_ISLNK(a.st_mode) && !same_target(c, before, after, &same)) return false;
    if (same && S_ISREG(a.st_mode) && !same_bytes(c, before, after, &same)) return false;
    if (!same) add(c, path, &a, &b);
    return true;
}

bool compare_tree(const char *before, const char *after, bool artifacts, struct arena *arena,
                  struct tree_differences *out, struct diag_sink *sink)
{
    struct comparison c = {.arena = arena, .sink = sink};
    c.left = bug_malloc(CHUNK);
    c.right = bug_malloc(CHUNK);
    bool good = compare(&c, before, after, "", artifacts);
    out->len = c.found.len;
    out->at = ARENA_ARRAY(arena, struct tree_difference, c.found.len);
    if (c.found.len) memcpy(out->at, c.found.at, c.found.len * sizeof *c.found.at);
    vec_free(&c.found);
    free(c.left);
    free(c.right);
    return good;
}
