#include "store/commit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/map.h"
#include "base/path.h"
#include "store/attributes.h"
#include "store/folder.h"
#include "store/moved_link.h"
#include "store/nar.h"
#include "store/store.h"

// Up to so many files and folders are synced one by one; beyond, the whole file system is.
#define SINGLE_SYNCS 16
#define LISTED_MAX   12

static const struct timespec canonical_times[2] = {{1, 0}, {1, 0}};

const char *const commit_own_files[COMMIT_OWN_FILES] = {"context.json", "__buildtime__.txt",
                                                        "__meta__.json", "__log__.txt"};

bool commit_is_own_file(struct str name)
{
    for (size_t i = 0; i < COMMIT_OWN_FILES; i++)
        if (str_eqz(name, commit_own_files[i])) return true;
    return false;
}

// An output on its way to being canonical.
struct prepare {
    const char *what; // absolute path, for messages
    int fd;           // the output folder
    struct arena arena;
    struct map inodes; // "DEV:INODE" → path inside the output of the copy that was made of it
    struct commit *out;
};

static bool refuse(const struct prepare *p, int error, const char *doing, const char *rel,
                   struct diag_sink *sink)
{
    nar_output_fail(sink, error, doing, p->what, rel);
    return false;
}

static int make_canonical(int fd, const struct stat *st, mode_t mode)
{
    int result = attributes_strip(fd);
    mode_t now = st->st_mode & 07777;
    // The attributes of a file that is read-only are, too.
    if (result == -EACCES && !(now & 0200) && fchmod(fd, now | 0200) == 0) {
        now |= 0200;
        result = attributes_strip(fd);
    }
    if (result < 0) return result;
    if (now != mode && fchmod(fd, mode) < 0) return -errno;
    return futimens(fd, canonical_times) < 0 ? -errno : 0;
}

static int replace_by_copy(struct nar_entry *e, const char *beside)
{
    mode_t mode = e->st.st_mode & S_IXUSR ? 0700 : 0600;
    int fd = openat(e->dirfd, beside, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0) return -errno;
    int result = io_copy_sparse(e->fd, fd);
    if (!result && lseek(fd, 0, SEEK_SET) < 0) result = -errno;
    if (!result && renameat(e->dirfd, beside, e->dirfd, e->name) < 0) result = -errno;
    if (result < 0) {
        close(fd);
        unlinkat(e->dirfd, beside, 0);
        return result;
    }
    close(e->fd);
    e->fd = fd;
    return 0;
}

static int replace_by_link(const struct prepare *p, struct nar_entry *e, const char *known,
                           const char *beside)
{
    if (linkat(p->fd, known, e->dirfd, beside, 0) < 0) return -errno;
    if (renameat(e->dirfd, beside, e->dirfd, e->name) < 0) {
        int error = -errno;
        unlinkat(e->dirfd, beside, 0);
        return error;
    }
    int fd = openat(e->dirfd, e->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return -errno;
    close(e->fd);
    e->fd = fd;
    return 0;
}

// A file with several names may have one outside of the output, through which it could be written
// to later. So the first name inside gets a copy, and the others inside become names of that copy;
// by then the last of them may be the only one that the original has.
static int part_from_outside(struct prepare *p, struct nar_entry *e)
{
    if (e->st.st_nlink == 1 && p->inodes.len == 0) return 0;
    const char *key = arena_printf(&p->arena, "%llx:%llx", (unsigned long long)e->st.st_dev,
                                   (unsigned long long)e->st.st_ino);
    const char *known = map_get(&p->inodes, str_from(key));
    if (e->st.st_nlink == 1 && !known) return 0;
    char beside[64];
    snprintf(beside, sizeof(beside), ".plx-%lx-%lx", (unsigned long)getpid(),
             (unsigned long)io_monotonic_ns());
    int result;
    if (known) {
        result = replace_by_link(p, e, known, beside);
    } else {
        result = replace_by_copy(e, beside);
        map_set(&p->inodes, str_from(key), arena_strdup(&p->arena, e->rel));
    }
    return !result && fstat(e->fd, &e->st) < 0 ? -errno : result;
}

static bool on_entry(void *ctx, struct nar_entry *e, struct diag_sink *sink)
{
    struct prepare *p = ctx;
    int result = 0;
    p->out->entries++;
    if (S_ISLNK(e->st.st_mode)) {
        if (utimensat(e->dirfd, e->name, canonical_times, AT_SYMLINK_NOFOLLOW) < 0) {
            result = -errno;
        }
    } else if (S_ISDIR(e->st.st_mode)) {
        // A user who is not root cannot move a read-only folder: the top one has to wait.
        result = make_canonical(e->fd, &e->st, *e->rel ? 0555 : 0755);
    } else {
        result = part_from_outside(p, e);
        mode_t mode = e->st.st_mode & S_IXUSR ? 0555 : 0444;
        if (!result) result = make_canonical(e->fd, &e->st, mode);
        p->out->files++;
        p->out->bytes += (uint64_t)e->st.st_size;
    }
    return result == 0 || refuse(p, result, "make canonical", e->rel, sink);
}

struct listing {
    struct str at[LISTED_MAX + 1]; // one more than is shown
    size_t len;
};

// The paths of what is in an output: files and links, and folders in which there is nothing.
static void list_output(struct prepare *p, int dirfd, const char *dir, struct listing *out)
{
    struct folder f;
    if (folder_list(dirfd, &p->arena, &f) < 0) return;
    if (!f.len && *dir) out->at[out->len++] = str_from(dir);
    for (size_t i = 0; i < f.len && out->len < LEN(out->at); i++) {
        const char *path =
            arena_printf(&p->arena, "%s%s%s", dir, f.at[i].name, f.at[i].type == DT_DIR ? "/" : "");
        if (f.at[i].type != DT_DIR) {
            out->at[out->len++] = str_from(path);
            continue;
        }
        int fd = openat(dirfd, f.at[i].name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0) continue;
        list_output(p, fd, path, out);
        close(fd);
    }
}

// What the output holds instead of the promised path, and which of it is most like it.
static void note_present(struct diag *d, struct prepare *p, struct str promised)
{
    struct listing found = {.len = 0};
    list_output(p, p->fd, "", &found);
    struct buf names = BUF_INIT;
    for (size_t i = 0; i < found.len && i < LISTED_MAX; i++)
        buf_printf(&names, "%s" STR_FMT, i ? ", " : "", STR_ARG(found.at[i]));
    if (found.len > LISTED_MAX) buf_addz(&names, ", …");
    if (found.len)
        diag_note(d, "the output holds %s", buf_z(&names));
    else
        diag_note(d, "the output is empty");
    buf_free(&names);
    if (faccessat(p->fd, promised.p, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
        diag_help(d, "`" STR_FMT "` is a link to something that is not there", STR_ARG(promised));
    else
        (void)diag_suggest(d, promised, found.at, found.len);
}

static void report_missing(struct prepare *p, const struct config_promise *promise, struct str name,
                           struct diag_sink *sink)
{
    struct diag *d = diag_error(sink, SPAN_NONE, "E0716",
                                "the promise `" STR_FMT "` of `" STR_FMT "` was not kept: `" STR_FMT
                                "` does not exist in the output",
                                STR_ARG(promise->attr), STR_ARG(name), STR_ARG(promise->path));
    note_present(d, p, promise->path);
}

// Whether it is there cannot be seen: a folder on the way is locked, say.
static void report_unseen(const struct config_promise *promise, struct str name, int error,
                          struct diag_sink *sink)
{
    struct diag *d =
        diag_error(sink, SPAN_NONE, "E0716",
                   "the promise `" STR_FMT "` of `" STR_FMT "` was not kept: `" STR_FMT
                   "` cannot be reached: %s",
                   STR_ARG(promise->attr), STR_ARG(name), STR_ARG(promise->path), strerror(error));
    if (error == EACCES) diag_help(d, "leave the folders on the way so that they can be entered");
}

// What is there now by a link will not be there in the store.
static void report_moved(const struct prepare *p, const struct config_promise *promise,
                         struct str name, const char *place, struct diag_sink *sink)
{
    struct diag *d = diag_error(sink, SPAN_NONE, "E0716",
                                "the promise `" STR_FMT "` of `" STR_FMT "` was not kept: `" STR_FMT
                                "` is a link that will lead to nothing",
                                STR_ARG(promise->attr), STR_ARG(name), STR_ARG(promise->path));
    if (path_below(p->what, place)) {
        diag_note(d, "it leads to %s, which moves into the store with the output", place);
        diag_help(d, "make a relative link: `ln -sr`");
    } else {
        diag_note(d, "it leads to %s, which is temporary and does not come with the output", place);
        diag_help(d, "copy it into the output, or move it there");
    }
}

static bool check_promises(struct store *s, const struct commit_request *r, struct str name,
                           struct prepare *p, struct diag_sink *sink)
{
    bool good = true;
    for (size_t i = 0; i < r->promise_count; i++) {
        const struct config_promise *promise = &r->promises[i];
        // Links are followed: a promise that is a link to nothing is not kept.
        if (promise->claim || !promise->path.len) continue;
        const char *moved = NULL;
        int error = faccessat(p->fd, promise->path.p, F_OK, AT_EACCESS) < 0 ? errno : 0;
        if (io_is_absent(error))
            report_missing(p, promise, name, sink);
        else if (error)
            report_unseen(promise, name, error, sink);
        else if ((moved = moved_link_find(s, p->what, promise->path.p, &p->arena)) != NULL)
            report_moved(p, promise, name, moved, sink);
        else
            continue;
        good = false;
    }
    return good;
}

// Makes one of the store's own files; -1 after a report.
static int open_meta(struct prepare *p, const char *name, struct diag_sink *sink)
{
    int fd = openat(p->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0444);
    if (fd >= 0) return fd;
    if (errno == EEXIST) {
        struct diag *d =
            diag_error(sink, SPAN_NONE, "E0714",
                       "an artifact is named `%s`, which the store itself writes", name);
        diag_note(d, "it is %s/%s", p->what, name);
        diag_help(d, "give the artifact another name");
    } else {
        refuse(p, errno, "make", name, sink);
    }
    return -1;
}

static bool close_meta(struct prepare *p, int fd, int result, const char *name,
                       struct diag_sink *sink)
{
    if (close(fd) < 0 && !result) result = -errno;
    return result == 0 || refuse(p, result, "write", name, sink);
}

static bool write_meta(struct prepare *p, const char *name, struct str bytes,
                       struct diag_sink *sink)
{
    int fd = open_meta(p, name, sink);
    return fd >= 0 && close_meta(p, fd, io_write_all(fd, bytes.p, bytes.len), name, sink);
}

static bool copy_log(struct store *s, struct prepare *p, const char *log, struct diag_sink *sink)
{
    int from = openat(s->tmp_fd, log, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (from < 0) {
        store_fail(sink, "E0707", errno, "cannot read the log %s", log);
        return false;
    }
    int to = open_meta(p, "__log__.txt", sink);
    bool good = to >= 0 && close_meta(p, to, io_copy_fd(from, to), "__log__.txt", sink);
    close(from);
    return good;
}

static bool write_all_meta(struct store *s, const struct commit_request *r, struct prepare *p,
                           struct diag_sink *sink)
{
    struct buf context = BUF_INIT;
    context_write(r->context, &context);
    char time[COMMIT_TIME_SIZE];
    commit_time_text(r->start_ns, time);
    bool good = write_meta(p, "context.json", buf_str(&context), sink) &&
                write_meta(p, "__buildtime__.txt", str_from(time), sink) &&
                (!r->meta.len || write_meta(p, "__meta__.json", r->meta, sink)) &&
                (!r->log || copy_log(s, p, r->log, sink));
    buf_free(&context);
    return good;
}

static bool prepare_open(struct store *s, const struct commit_request *r, struct prepare *p,
                         struct diag_sink *sink)
{
    p->fd = openat(s->tmp_fd, r->out, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (p->fd < 0 && errno == EACCES &&
        fchmodat(s->tmp_fd, r->out, 0755, AT_SYMLINK_NOFOLLOW) == 0) {
        p->fd = openat(s->tmp_fd, r->out, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    }
    if (p->fd < 0 && (errno == ENOTDIR || errno == ELOOP || errno == ENOENT)) {
        diag_error(sink, SPAN_NONE, "E0715", "the output %s is not a folder any more", p->what);
        return false;
    }
    struct stat st;
    if (p->fd < 0 || fstat(p->fd, &st) < 0 ||
        ((st.st_mode & 0700) != 0700 && fchmod(p->fd, 0755) < 0)) {
        return refuse(p, errno, "open the output", "", sink);
    }
    return true;
}

bool commit_prepare(struct store *s, const struct commit_request *r, struct hasher *h,
                    struct arena *arena, struct commit *out, struct diag_sink *sink)
{
    *out = (struct commit){.out = arena_strdup(arena, r->out), .keep = r->keep};
    struct dref dref;
    if (dref_parse(r->dref, &dref) != REF_OK) BUG("'" STR_FMT "' is no dref", STR_ARG(r->dref));
    if (!store_writable(s, sink)) return false;
    struct prepare p = {.fd = -1, .out = out};
    p.what = arena_printf(&p.arena, "%s/%s", s->tmp, r->out);
    struct nar_options options = {
        .skip_meta = true, .unlock = true, .on_entry = on_entry, .ctx = &p};
    char hex[HASH_HEX_SIZE];
    bool good = prepare_open(s, r, &p, sink) &&
                (!r->check_promises || check_promises(s, r, dref_name(&dref), &p, sink)) &&
                write_all_meta(s, r, &p, sink) &&
                (r->hash ? nar_walk(s->tmp_fd, r->out, p.what, &options, sink)
                         : nar_hash(s->tmp_fd, r->out, p.what, &options, h, hex, sink));
    if (good && r->hash) snprintf(hex, sizeof(hex), "%s", r->hash);
    if (good) out->rref = rref_make(str_from(hex), &dref);
    if (p.fd >= 0) close(p.fd);
    map_free(&p.inodes);
    arena_free(&p.arena);
    return good;
}

// The files first, then the folder that names them.
static int sync_tree(int dirfd, const char *name, struct arena *arena)
{
    int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return -errno;
    struct folder f;
    int result = folder_list(fd, arena, &f);
    for (size_t i = 0; !result && i < f.len; i++) {
        if (f.at[i].type == DT_DIR) {
            result = sync_tree(fd, f.at[i].name, arena);
        } else if (f.at[i].type == DT_REG) {
            int file = openat(fd, f.at[i].name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
            if (file < 0 || fsync(file) < 0) result = -errno;
            if (file >= 0) close(file);
        }
    }
    if (!result && fsync(fd) < 0) result = -errno;
    close(fd);
    return result;
}

static int sync_outputs(struct store *s, const struct commit *commits, size_t count)
{
    uint64_t entries = 0;
    for (size_t i = 0; i < count; i++) entries += commits[i].entries;
    if (!s->sync || !count) return 0;
    // Each fsync may wait for a commit of the journal, a syncfs waits for one.
    if (count > 1 || entries > SINGLE_SYNCS) return syncfs(s->tmp_fd) < 0 ? -errno : 0;
    struct arena arena = ARENA_INIT;
    int result = 0;
    for (size_t i = 0; !result && i < count; i++) {
        result = sync_tree(s->tmp_fd, commits[i].out, &arena);
    }
    arena_free(&arena);
    return result;
}

static int move_in(struct store *s, const struct commit *c, const char *rel)
{
    int result = renameat2(s->tmp_fd, c->out, s->fd, rel, RENAME_NOREPLACE) < 0 ? -errno : 0;
    // Where the flag is not known: a realization has a context.json, and a folder that is not empty
    // is not replaced.
    if (result == -EINVAL || result == -ENOSYS) {
        result = renameat(s->tmp_fd, c->out, s->fd, rel) < 0 ? -errno : 0;
    }
    return result == -ENOTEMPTY ? -EEXIST : result;
}

static bool publish_one(struct store *s, struct commit *c, struct diag_sink *sink)
{
    struct dref dref = rref_dref(&c->rref);
    char rel[STORE_REL_SIZE];
    store_ref_rel(str_from(c->rref.text), rel);
    int result = move_in(s, c, rel);
    if (result == -EEXIST) {
        c->merged = true;
        store_tmp_remove(s, c->out);
    } else if (result < 0) {
        if (!c->keep) commit_discard(s, c);
        if (result == -ENOENT) {
            diag_error(sink, SPAN_NONE, "E0702", "there is no derivation %s in the store",
                       dref.text);
        } else {
            store_fail(sink, "E0707", result, "cannot put %s into the store", c->rref.text);
        }
        return false;
    } else if (fchmodat(s->fd, rel, 0555, 0) < 0) {
        // It is whole and visible; that its top can be written to is something that `verify
        // --repair` mends.
        diag_warning(sink, SPAN_NONE, "W0702", "cannot make %s/%s read-only: %s", s->path, rel,
                     strerror(errno));
    }
    c->published = true;
    store_dirty(s, dref_folder(&dref));
    return true;
}

bool commit_publish(struct store *s, struct commit *commits, size_t count, struct diag_sink *sink)
{
    int result = sync_outputs(s, commits, count);
    if (result < 0) {
        store_fail(sink, "E0707", result, "cannot sync new realizations in %s", s->tmp);
        for (size_t i = 0; i < count; i++)
            if (!commits[i].keep) commit_discard(s, &commits[i]);
        return false;
    }
    bool good = true;
    for (size_t i = 0; i < count; i++) good &= publish_one(s, &commits[i], sink);
    return good;
}

void commit_discard(struct store *s, struct commit *c)
{
    store_tmp_remove(s, c->out);
}

void commit_time_text(int64_t ns, char out[COMMIT_TIME_SIZE])
{
    int64_t seconds = ns / 1000000000, rest = ns % 1000000000;
    if (rest < 0) {
        seconds--;
        rest += 1000000000;
    }
    time_t t = (time_t)seconds;
    struct tm tm;
    if (!gmtime_r(&t, &tm)) BUG("gmtime_r(%lld) failed", (long long)seconds);
    size_t len = strftime(out, COMMIT_TIME_SIZE, "%y%m%d-%H:%M:%S", &tm);
    snprintf(out + len, COMMIT_TIME_SIZE - len, ":%06d+0000", (int)(rest / 1000));
}

// Reads `digits` decimal digits; -1 if there are others.
static int digits_at(const char *p, int digits)
{
    int n = 0;
    for (int i = 0; i < digits; i++) {
        if (p[i] < '0' || p[i] > '9') return -1;
        n = n * 10 + (p[i] - '0');
    }
    return n;
}

bool commit_time_parse(struct str text, int64_t *ns)
{
    static const char form[] = "dddddd-dd:dd:dd:dddddd+dddd";
    while (text.len && (text.p[text.len - 1] == '\n' || text.p[text.len - 1] == '\r')) text.len--;
    if (text.len != sizeof(form) - 1) return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.p[i];
        bool good = form[i] == 'd'   ? c >= '0' && c <= '9'
                    : form[i] == '+' ? c == '+' || c == '-'
                                     : c == form[i];
        if (!good) return false;
    }
    int year = digits_at(text.p, 2);
    struct tm tm = {.tm_year = year < 69 ? year + 100 : year, // as POSIX reads %y
                    .tm_mon = digits_at(text.p + 2, 2) - 1,
                    .tm_mday = digits_at(text.p + 4, 2),
                    .tm_hour = digits_at(text.p + 7, 2),
                    .tm_min = digits_at(text.p + 10, 2),
                    .tm_sec = digits_at(text.p + 13, 2)};
    if (tm.tm_mon < 0 || tm.tm_mon > 11 || tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour > 23 ||
        tm.tm_min > 59 || tm.tm_sec > 60) {
        return false;
    }
    int64_t zone = digits_at(text.p + 23, 2) * 3600 + digits_at(text.p + 25, 2) * 60;
    int64_t seconds = (int64_t)timegm(&tm) + (text.p[22] == '-' ? zone : -zone);
    *ns = seconds * 1000000000 + (int64_t)digits_at(text.p + 16, 6) * 1000;
    return true;
}
