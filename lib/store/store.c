#include "store/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "store/ref.h"

// Beyond so many folders, syncing each of them costs more than syncing the file system.
#define DIRTY_MAX 16

struct diag *store_fail(struct diag_sink *sink, const char *code, int err, const char *fmt, ...)
{
    struct buf message = BUF_INIT;
    va_list va;
    va_start(va, fmt);
    buf_vprintf(&message, fmt, va);
    va_end(va);
    struct diag *d = diag_error(sink, SPAN_NONE, code, "%s: %s", buf_z(&message),
                                strerror(err < 0 ? -err : err));
    buf_free(&message);
    return d;
}

static char *absolute(struct arena *arena, const char *path)
{
    if (*path == '/') return path_normalize(arena, path);
    char *cwd = getcwd(NULL, 0);
    char *result = path_normalize(arena, path_join(arena, cwd ? cwd : "/", path));
    free(cwd);
    return result;
}

bool store_paths_from_env(struct store_paths *out, struct arena *arena,
                          const char *(*get)(void *ctx, const char *name), void *ctx,
                          struct diag_sink *sink)
{
    *out = (struct store_paths){NULL, NULL, NULL};
    const char *root = get(ctx, "PLX_ROOT");
    const char *data = get(ctx, "XDG_DATA_HOME");
    const char *home = get(ctx, "HOME");
    if (root && *root) {
        out->root = absolute(arena, root);
    } else if (data && *data == '/') { // the XDG specification has relative ones ignored
        out->root = path_join(arena, data, "plx");
    } else if (home && *home) {
        out->root = path_join(arena, absolute(arena, home), ".local/share/plx");
    } else {
        struct diag *d = diag_error(sink, SPAN_NONE, "E0700",
                                    "there is no place for the store: HOME is not set");
        diag_help(d, "set PLX_ROOT to the folder that shall hold it");
        return false;
    }
    const char *store = get(ctx, "PLX_STORE");
    const char *tmp = get(ctx, "PLX_TMP");
    if (store && *store) out->store = absolute(arena, store);
    if (tmp && *tmp) out->tmp = absolute(arena, tmp);
    return true;
}

static int open_dir(int dirfd, const char *path)
{
    int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

// Opens a folder, made first if it is missing and may be made. What is reported later must not lie
// in a folder that a power cut takes away, so a new one is synced with all that leads to it.
static int open_or_make(const struct store *s, const char *path, bool make)
{
    int fd = open_dir(AT_FDCWD, path);
    if (fd != -ENOENT || !make) return fd;
    int result = io_mkdirs(path, 0755);
    fd = result < 0 ? result : open_dir(AT_FDCWD, path);
    if (fd >= 0 && s->sync && syncfs(fd) < 0) {
        result = -errno;
        close(fd);
        return result;
    }
    return fd;
}

// A folder of the root; a read-only store can do without it.
static bool open_part(struct store *s, const char *name, int *fd, struct diag_sink *sink)
{
    *fd = open_dir(s->root_fd, name);
    if (*fd == -ENOENT && !s->read_only) {
        if (mkdirat(s->root_fd, name, 0755) < 0 && errno != EEXIST)
            *fd = -errno;
        else
            *fd = open_dir(s->root_fd, name);
    }
    if (*fd >= 0) return true;
    int error = *fd;
    *fd = -1;
    if (s->read_only) return true;
    store_fail(sink, "E0707", error, "cannot open the folder %s/%s", s->root, name);
    return false;
}

static const char *without_links(struct store *s, const char *path)
{
    char *real = realpath(path, NULL);
    const char *result = arena_strdup(&s->arena, real ? real : path);
    free(real);
    return result;
}

// Is it empty, or does it hold a derivation? What a file system or a user puts into an empty folder
// (lost+found, hidden files) does not count.
static bool looks_like_store(int fd, bool *holds_store)
{
    bool any = false, found = false;
    int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = copy < 0 ? NULL : fdopendir(copy);
    if (!dir) {
        if (copy >= 0) close(copy);
        return true; // what cannot be listed is reported by who reads it
    }
    *holds_store = false;
    for (const struct dirent *e; !found && (e = readdir(dir));) {
        if (e->d_name[0] == '.' || strcmp(e->d_name, "lost+found") == 0) continue;
        char dref[sizeof(e->d_name) + 8];
        snprintf(dref, sizeof(dref), "dref:%s", e->d_name);
        any = true;
        found = ref_is_dref(str_from(dref));
        if (strcmp(e->d_name, STORE_VERSION_DIR) == 0) *holds_store = true;
    }
    closedir(dir);
    return found || !any;
}

// A mistyped path must not fill a folder of something else with derivations.
static bool check_is_store(const struct store *s, const char *path, struct diag_sink *sink)
{
    bool holds_store;
    if (looks_like_store(s->fd, &holds_store)) return true;
    struct diag *d = diag_error(sink, SPAN_NONE, "E0704", "the folder %s is no store", path);
    diag_note(d, "it is not empty, and has no derivation");
    if (holds_store)
        diag_help(d,
                  "the store is %s/" STORE_VERSION_DIR "; it is PLX_ROOT that names the folder "
                  "around it",
                  path);
    else
        diag_help(d, "name another folder, which `plxc store init` makes");
    return false;
}

static bool open_store_folder(struct store *s, const struct store_paths *paths, unsigned flags,
                              struct diag_sink *sink)
{
    bool named = paths->store != NULL;
    const char *path = named ? paths->store : path_join(&s->arena, paths->root, STORE_VERSION_DIR);
    bool may_make = !(flags & STORE_READ_ONLY) && (!named || (flags & STORE_CREATE));
    struct stat st;
    if ((flags & STORE_MUST_NOT_EXIST) && lstat(path, &st) == 0) {
        diag_error(sink, SPAN_NONE, "E0706", "the store %s exists already", path);
        return false;
    }
    s->fd = open_or_make(s, path, may_make);
    if (s->fd == -ENOENT) {
        struct diag *d = diag_error(sink, SPAN_NONE, "E0704", "there is no store at %s", path);
        diag_help(d, "make one with `plxc store init`, or see PLX_ROOT and PLX_STORE");
        return false;
    }
    if (s->fd < 0) {
        store_fail(sink, "E0707", s->fd, "cannot open the store %s", path);
        return false;
    }
    if (named && !check_is_store(s, path, sink)) return false;
    s->path = without_links(s, path);
    if (faccessat(s->fd, ".", W_OK, AT_EACCESS) < 0) s->read_only = true;
    return true;
}

static bool open_root(struct store *s, const struct store_paths *paths, unsigned flags,
                      struct diag_sink *sink)
{
    s->root_fd = open_or_make(s, paths->root, !(flags & STORE_READ_ONLY));
    if (s->root_fd >= 0) {
        s->root = without_links(s, paths->root);
        return true;
    }
    // Of a store that lies elsewhere and is only read, the root may be missing.
    if (paths->store && s->root_fd == -ENOENT && (flags & STORE_READ_ONLY)) {
        s->root = arena_strdup(&s->arena, paths->root);
        s->root_fd = -1;
        return true;
    }
    if (s->root_fd == -ENOENT) {
        struct diag *d =
            diag_error(sink, SPAN_NONE, "E0704", "there is no store at %s", paths->root);
        diag_help(d, "make one with `plxc store init`, or see PLX_ROOT and PLX_STORE");
        return false;
    }
    store_fail(sink, "E0707", s->root_fd, "cannot open or make the folder %s", paths->root);
    return false;
}

// Renames between the two must work.
static bool check_file_systems(const struct store *s, struct diag_sink *sink)
{
    struct stat store, tmp;
    if (fstat(s->fd, &store) < 0 || fstat(s->tmp_fd, &tmp) < 0) {
        store_fail(sink, "E0707", errno, "cannot look at the store %s", s->path);
        return false;
    }
    if (store.st_dev == tmp.st_dev) return true;
    struct diag *d = diag_error(sink, SPAN_NONE, "E0705",
                                "the store and the folder for temporary files are on different "
                                "file systems");
    diag_note(d, "the store is %s", s->path);
    diag_note(d, "the folder for temporary files is %s", s->tmp);
    diag_help(d, "set PLX_TMP to a folder on the store's file system");
    return false;
}

static bool open_tmp(struct store *s, const struct store_paths *paths, struct diag_sink *sink)
{
    const char *path = paths->tmp ? paths->tmp : path_join(&s->arena, paths->root, "tmp");
    s->tmp_fd = open_or_make(s, path, !s->read_only);
    s->tmp = without_links(s, path);
    if (s->tmp_fd < 0) {
        int error = s->tmp_fd;
        s->tmp_fd = -1;
        if (s->read_only) return true;
        store_fail(sink, "E0707", error, "cannot open or make the folder %s", path);
        return false;
    }
    return s->read_only || check_file_systems(s, sink);
}

static bool open_all(struct store *s, const struct store_paths *paths, unsigned flags,
                     struct diag_sink *sink)
{
    if (!open_root(s, paths, flags, sink) || !open_store_folder(s, paths, flags, sink) ||
        !open_tmp(s, paths, sink)) {
        return false;
    }
    int unused[3] = {-1, -1, -1};
    bool good =
        s->root_fd < 0 ||
        (open_part(s, "locks", &s->locks_fd, sink) && open_part(s, "roots", &s->roots_fd, sink) &&
         open_part(s, "roots/temp", &unused[0], sink) && open_part(s, "log", &s->log_fd, sink) &&
         open_part(s, "sessions", &unused[1], sink) &&
         open_part(s, "quarantine", &unused[2], sink));
    // What is in it is a cache, and may be missing.
    if (s->root_fd >= 0 && !s->read_only) (void)!mkdirat(s->root_fd, "index", 0755);
    for (size_t i = 0; i < LEN(unused); i++) {
        if (unused[i] >= 0) close(unused[i]);
    }
    return good;
}

bool store_open(struct store *s, const struct store_paths *paths, unsigned flags,
                struct diag_sink *sink)
{
    *s = (struct store){.root_fd = -1,
                        .fd = -1,
                        .tmp_fd = -1,
                        .locks_fd = -1,
                        .roots_fd = -1,
                        .log_fd = -1,
                        .session_fd = -1,
                        .read_only = (flags & STORE_READ_ONLY) != 0,
                        .sync = !(flags & STORE_NO_FSYNC)};
    if (open_all(s, paths, flags, sink)) return true;
    store_close(s);
    return false;
}

static void close_fd(int *fd)
{
    if (*fd >= 0) close(*fd);
    *fd = -1;
}

void store_close(struct store *s)
{
    // A forked child has a copy of the handle, but the session is its parent's.
    if (s->session_fd >= 0 && strtol(s->session, NULL, 10) == (long)getpid()) {
        char name[STORE_SESSION_SIZE + 8];
        snprintf(name, sizeof(name), "temp/%s", s->session);
        unlinkat(s->roots_fd, name, 0);
    }
    int *fds[] = {&s->session_fd, &s->log_fd, &s->roots_fd, &s->locks_fd,
                  &s->tmp_fd,     &s->fd,     &s->root_fd};
    for (size_t i = 0; i < LEN(fds); i++) close_fd(fds[i]);
    for (size_t i = 0; i < s->dirty.len; i++) free(s->dirty.at[i]);
    vec_free(&s->dirty);
    arena_free(&s->arena);
}

static uint64_t random_number(void)
{
    uint64_t n = 0;
    if (getrandom(&n, sizeof(n), 0) != (ssize_t)sizeof(n)) n = (uint64_t)io_monotonic_ns();
    return n;
}

// Makes and locks roots/temp/SESSION. Who finds such a file unlocked takes it for a dead process'
// and unlinks it while holding the lock, so after locking it must still have a name.
static int begin_session(struct store *s)
{
    for (;;) {
        snprintf(s->session, sizeof(s->session), "%ld-%08x", (long)getpid(),
                 (unsigned)random_number());
        char name[STORE_SESSION_SIZE + 8];
        snprintf(name, sizeof(name), "temp/%s", s->session);
        int fd = openat(s->roots_fd, name, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
        if (fd < 0 && errno == EEXIST) continue;
        if (fd < 0) return -errno;
        struct stat st = {.st_nlink = 1};
        int locked = flock(fd, LOCK_EX) < 0 || fstat(fd, &st) < 0 ? -errno : 0;
        if (!locked && st.st_nlink > 0) return fd;
        if (locked) unlinkat(s->roots_fd, name, 0);
        close(fd);
        if (locked && locked != -EINTR) return locked;
    }
}

bool store_writable(struct store *s, struct diag_sink *sink)
{
    if (s->session_fd >= 0) return true;
    if (s->read_only) {
        struct diag *d = diag_error(sink, SPAN_NONE, "E0708", "the store %s is read-only", s->path);
        diag_note(d, "what is realized there can be used, but nothing can be added");
        return false;
    }
    s->session_fd = begin_session(s);
    if (s->session_fd >= 0) return true;
    store_fail(sink, "E0707", s->session_fd, "cannot make a file in %s/roots/temp", s->root);
    s->session_fd = -1;
    s->session[0] = '\0';
    return false;
}

bool store_tmp_new(struct store *s, const char *label, char name[STORE_TMP_SIZE],
                   struct diag_sink *sink)
{
    if (!store_writable(s, sink)) return false;
    do {
        snprintf(name, STORE_TMP_SIZE, "%s.%08x.%.16s", s->session, (unsigned)random_number(),
                 label);
        if (mkdirat(s->tmp_fd, name, 0700) == 0) return true;
    } while (errno == EEXIST);
    store_fail(sink, "E0707", errno, "cannot make a folder in %s", s->tmp);
    return false;
}

void store_tmp_remove(struct store *s, const char *name)
{
    if (io_remove_tree(s->tmp_fd, name) < 0) return;
}

void store_dirty(struct store *s, const char *rel)
{
    if (!s->sync || s->dirty_all) return;
    if (s->dirty.len == DIRTY_MAX) {
        s->dirty_all = true;
        return;
    }
    for (size_t i = 0; i < s->dirty.len; i++) {
        if (strcmp(s->dirty.at[i], rel) == 0) return;
    }
    vec_push(&s->dirty, bug_strdup(rel));
}

static int sync_folder(int dirfd, const char *rel)
{
    int fd = open_dir(dirfd, rel);
    if (fd < 0) return fd == -ENOENT ? 0 : fd; // collected meanwhile
    int result = fsync(fd) < 0 ? -errno : 0;
    close(fd);
    return result;
}

bool store_sync(struct store *s, struct diag_sink *sink)
{
    int result = 0;
    if (s->dirty_all && syncfs(s->fd) < 0) result = -errno;
    for (size_t i = 0; i < s->dirty.len; i++) {
        if (!s->dirty_all && !result) result = sync_folder(s->fd, s->dirty.at[i]);
        free(s->dirty.at[i]);
    }
    s->dirty.len = 0;
    s->dirty_all = false;
    if (!result) return true;
    store_fail(sink, "E0707", result, "cannot sync the store %s", s->path);
    return false;
}

void store_ref_rel(struct str ref, char out[STORE_REL_SIZE])
{
    if (ref_is_dref(ref)) {
        snprintf(out, STORE_REL_SIZE, STR_FMT, (int)ref.len - 5, ref.p + 5);
    } else if (ref_is_rref(ref)) {
        const char *hash = ref.p + 5;
        const char *folder = hash + REF_HASH_LEN + 1;
        snprintf(out, STORE_REL_SIZE, STR_FMT "/" STR_FMT, (int)(ref.p + ref.len - folder), folder,
                 REF_HASH_LEN, hash);
    } else {
        BUG("'" STR_FMT "' is no ref", STR_ARG(ref));
    }
}

char *store_ref_path(const struct store *s, struct arena *arena, struct str ref)
{
    char rel[STORE_REL_SIZE];
    store_ref_rel(ref, rel);
    return arena_printf(arena, "%s/%s", s->path, rel);
}
