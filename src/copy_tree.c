#include "copy_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"

static int copy_file(const char *from, int to_fd, const char *to, mode_t mode)
{
    // Without O_NOFOLLOW a link that takes the file's place meanwhile would be followed; without
    // O_NONBLOCK a FIFO would hang.
    int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (in < 0) return -errno;
    int out = openat(to_fd, to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode & 0777);
    int err = out < 0 ? -errno : io_copy_fd(in, out);
    close(in);
    if (out >= 0 && close(out) < 0 && err >= 0) err = -errno;
    return err;
}

static int copy_link(const char *from, int to_fd, const char *to)
{
    char target[PATH_MAX];
    ssize_t len = readlink(from, target, sizeof target - 1);
    if (len < 0) return -errno;
    target[len] = '\0';
    return symlinkat(target, to_fd, to) < 0 ? -errno : 0;
}

static int copy_entry(const FTSENT *e, int to_fd, const char *to)
{
    switch (e->fts_info) {
    case FTS_D: return mkdirat(to_fd, to, 0755) < 0 ? -errno : 0;
    case FTS_DP: return 0;
    case FTS_F: return copy_file(e->fts_path, to_fd, to, e->fts_statp->st_mode);
    case FTS_SL:
    case FTS_SLNONE: return copy_link(e->fts_path, to_fd, to);
    case FTS_DNR:
    case FTS_ERR:
    case FTS_NS: return -e->fts_errno;
    default: return -EINVAL;
    }
}

bool copy_tree(const char *from, int to_fd, const char *to, struct diag_sink *sink)
{
    struct stat st;
    if (stat(from, &st) < 0 || !S_ISDIR(st.st_mode)) {
        diag_error(sink, SPAN_NONE, "E1006", "there is no folder `%s`", from);
        return false;
    }
    char *const roots[] = {(char *)from, NULL};
    FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL);
    if (!walk) {
        diag_error(sink, SPAN_NONE, "E0707", "cannot read `%s`: %s", from, strerror(errno));
        return false;
    }
    bool ok = true;
    size_t root = strlen(from);
    for (FTSENT *e; ok && (e = fts_read(walk));) {
        char path[PATH_MAX];
        int len = snprintf(path, sizeof path, "%s%s%s", to, e->fts_level ? "/" : "",
                           e->fts_level ? e->fts_path + root + (e->fts_path[root] == '/') : "");
        int err =
            len < 0 || (size_t)len >= sizeof path ? -ENAMETOOLONG : copy_entry(e, to_fd, path);
        ok = err >= 0;
        if (err == -EINVAL)
            diag_error(sink, SPAN_NONE, "E0715", "`%s` is no file, folder or link", e->fts_path);
        else if (err < 0)
            diag_error(sink, SPAN_NONE, "E0707", "cannot copy `%s`: %s", e->fts_path,
                       strerror(-err));
    }
    fts_close(walk);
    return ok;
}
