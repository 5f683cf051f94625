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
#include "store/commit.h"
#include "store/nar.h"
#include "store/store.h"

// What is copied where, and hashed on the way.
struct copy {
    int to_fd;
    struct nar *nar;
    struct str context;
    bool context_given;
    bool write_through;
};

// The files of the two are the same size, or it changed meanwhile.
static int copy_bytes(const struct copy *c, struct nar *nar, int in, int out)
{
    struct stat from, to;
    if (!nar) return io_copy_fd(in, out);
    if (fstat(in, &from) < 0 || fstat(out, &to) < 0) return -errno;
    struct nar_copy copy = {.to = out, .write_through = c->write_through};
    return nar_file(nar, in, (size_t)from.st_size, (to.st_mode & S_IXUSR) != 0, &copy);
}

static int copy_file(const struct copy *c, struct nar *nar, const FTSENT *e, const char *to)
{
    // Without O_NOFOLLOW a link that takes the file's place meanwhile would be followed; without
    // O_NONBLOCK a FIFO would hang.
    int in = open(e->fts_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (in < 0) return -errno;
    mode_t mode = e->fts_statp->st_mode & 0777;
    int out = openat(c->to_fd, to, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    int err = out < 0 ? -errno : copy_bytes(c, nar, in, out);
    close(in);
    if (out >= 0 && close(out) < 0 && err >= 0) err = -errno;
    return err;
}

static int copy_link(const struct copy *c, struct nar *nar, const char *from, const char *to)
{
    char target[PATH_MAX];
    ssize_t len = readlink(from, target, sizeof target - 1);
    if (len < 0) return -errno;
    target[len] = '\0';
    if (nar) nar_link(nar, target);
    return symlinkat(target, c->to_fd, to) < 0 ? -errno : 0;
}

// The context stands among the entries of the top as if it had been copied.
static void give_context(struct copy *c)
{
    if (c->context_given) return;
    nar_name(c->nar, NAR_CONTEXT);
    nar_text(c->nar, c->context);
    nar_name_end(c->nar);
    c->context_given = true;
}

// The serialisation that an entry belongs to: none for metadata, which is no part of the hash.
static struct nar *nar_of(const struct copy *c, const FTSENT *e)
{
    const FTSENT *top = e;
    while (top->fts_level > 1) top = top->fts_parent;
    bool meta = top->fts_level == 1 && !nar_output_name(top->fts_name);
    return meta ? NULL : c->nar;
}

static int copy_entry(struct copy *c, const FTSENT *e, const char *to)
{
    struct nar *nar = nar_of(c, e);
    bool ends = e->fts_info == FTS_DP;
    if (nar && e->fts_level == 1 && !ends && strcmp(NAR_CONTEXT, e->fts_name) < 0) give_context(c);
    if (nar && e->fts_level > 0 && !ends) nar_name(nar, e->fts_name);
    int err = -EINVAL;
    switch (e->fts_info) {
    case FTS_D:
        if (nar) nar_folder(nar);
        return mkdirat(c->to_fd, to, 0755) < 0 ? -errno : 0;
    case FTS_DP:
        if (nar && e->fts_level == 0) give_context(c);
        if (nar) nar_folder_end(nar);
        err = 0;
        break;
    case FTS_F: err = copy_file(c, nar, e, to); break;
    case FTS_SL:
    case FTS_SLNONE: err = copy_link(c, nar, e->fts_path, to); break;
    case FTS_DNR:
    case FTS_ERR:
    case FTS_NS: return -e->fts_errno;
    default: break;
    }
    if (nar && e->fts_level > 0 && err >= 0) nar_name_end(nar);
    return err;
}

// As a NAR has them.
static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

// What a commit of the copy would refuse, said of the place that the user knows.
static bool check_entry(const FTSENT *e, const char *from, struct diag_sink *sink)
{
    if (e->fts_info == FTS_D && e->fts_level >= NAR_MAX_DEPTH) {
        struct diag *d =
            diag_error(sink, SPAN_NONE, "E0723", "`%s` has more than %d folders inside each other",
                       from, NAR_MAX_DEPTH);
        diag_help(d, "make the tree flatter, or keep it as an archive");
        return false;
    }
    if (e->fts_level == 1 && commit_is_own_file(str_from(e->fts_name))) {
        struct diag *d =
            diag_error(sink, SPAN_NONE, "E0714",
                       "an artifact is named `%s`, which the store itself writes", e->fts_name);
        diag_note(d, "it is %s", e->fts_path);
        diag_help(d, "give the artifact another name");
        return false;
    }
    return true;
}

static bool copy_all(struct copy *c, const char *from, const char *to, struct diag_sink *sink)
{
    struct stat st;
    if (stat(from, &st) < 0 || !S_ISDIR(st.st_mode)) {
        diag_error(sink, SPAN_NONE, "E1006", "there is no folder `%s`", from);
        return false;
    }
    char *const roots[] = {(char *)from, NULL};
    FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name);
    if (!walk) {
        diag_error(sink, SPAN_NONE, "E0707", "cannot read `%s`: %s", from, strerror(errno));
        return false;
    }
    bool ok = true;
    size_t root = strlen(from);
    for (FTSENT *e; ok && (e = fts_read(walk));) {
        char path[PATH_MAX];
        ok = check_entry(e, from, sink);
        if (!ok) break;
        int len = snprintf(path, sizeof path, "%s%s%s", to, e->fts_level ? "/" : "",
                           e->fts_level ? e->fts_path + root + (e->fts_path[root] == '/') : "");
        int err = len < 0 || (size_t)len >= sizeof path ? -ENAMETOOLONG : copy_entry(c, e, path);
        ok = err >= 0;
        if (err == -EINVAL)
            diag_error(sink, SPAN_NONE, "E0715", "`%s` is no file, folder or link", e->fts_path);
        else if (err == -ESTALE)
            diag_error(sink, SPAN_NONE, "E0707", "`%s` changed while it was read", e->fts_path);
        else if (err < 0)
            diag_error(sink, SPAN_NONE, "E0707", "cannot copy `%s`: %s", e->fts_path,
                       strerror(-err));
    }
    fts_close(walk);
    return ok;
}

bool copy_tree(const char *from, const struct store *s, const char *to, struct str context,
               struct hasher *h, char hash[HASH_HEX_SIZE], struct diag_sink *sink)
{
    struct copy c = {
        .to_fd = s->tmp_fd, .nar = nar_begin(h), .context = context, .write_through = s->sync};
    bool ok = copy_all(&c, from, to, sink);
    if (ok)
        nar_end(c.nar, hash);
    else
        nar_drop(c.nar);
    return ok;
}
