#include "engine/job_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"

// Files that are written over from job to job.
static const char *const files[] = {"config.json", "context.json", "args.json", "log",
                                    JOB_FOLDER_SCRIPT};

char *job_folder_path(const struct job_folder *f, const char *name)
{
    return path_join(f->arena, f->dir, name);
}

// ---- making ----

static bool make_kept(struct job_folder *f, const char *name, struct diag_sink *sink)
{
    char *path = path_join(f->arena, f->store->tmp, name);
    bool numbered = str_ends_with(str_from(name), STR("XXXXXX"));
    if (numbered ? !mkdtemp(path) : mkdir(path, 0700) != 0) {
        store_fail(sink, "E0819", errno, "cannot make a build directory in %s", f->store->tmp);
        return false;
    }
    snprintf(f->name, sizeof f->name, "%s", path_base(path).p);
    return true;
}

static bool make(struct job_folder *f, const char *keep, struct diag_sink *sink)
{
    f->kept = keep != NULL;
    bool made = store_writable(f->store, sink) &&
                (keep ? make_kept(f, keep, sink) : store_tmp_new(f->store, "job", f->name, sink));
    if (!made) {
        f->name[0] = '\0';
        return false;
    }
    f->fd = openat(f->store->tmp_fd, f->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (f->fd >= 0 && mkdirat(f->fd, "build", 0755) == 0) return true;
    store_fail(sink, "E0819", errno, "cannot make a build directory in %s", f->store->tmp);
    return false;
}

void job_folder_remove(struct job_folder *f)
{
    if (f->log_fd >= 0) close(f->log_fd);
    if (f->fd >= 0) close(f->fd);
    f->log_fd = f->fd = -1;
    if (f->name[0]) store_tmp_remove(f->store, f->name);
    f->name[0] = '\0';
}

// ---- using again ----

// A file as job_folder_write made it: nobody else's, and not a link to somewhere.
static bool is_own_file(const struct stat *st)
{
    return S_ISREG(st->st_mode) && st->st_nlink == 1 && st->st_uid == geteuid() &&
           (st->st_mode & 07777) == 0644;
}

static bool is_known(const char *name)
{
    for (size_t i = 0; i < LEN(files); i++)
        if (strcmp(name, files[i]) == 0) return true;
    return strcmp(name, "build") == 0;
}

// Is there nothing in the folder but what belongs there?
static bool is_clean(const struct job_folder *f)
{
    char **names;
    size_t count;
    if (io_list_dir(f->fd, ".", &names, &count) < 0) return false;
    bool clean = true;
    for (size_t i = 0; i < count; i++)
        if (!is_known(names[i])) clean = false;
    io_free_names(names, count);
    return clean;
}

// Empties the build directory; false if it is not what it was.
static bool reset_build(const struct job_folder *f)
{
    struct stat st;
    char **names;
    size_t count;
    if (fstatat(f->fd, "build", &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISDIR(st.st_mode) ||
        (st.st_mode & 07777) != 0755)
        return false;
    int fd = openat(f->fd, "build", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return false;
    bool ok = io_list_dir(fd, ".", &names, &count) == 0;
    for (size_t i = 0; ok && i < count; i++)
        if (io_remove_tree(fd, names[i]) < 0) ok = false;
    if (ok) io_free_names(names, count);
    close(fd);
    return ok;
}

static bool can_be_used_again(const struct job_folder *f)
{
    struct stat st;
    return fstat(f->fd, &st) == 0 && st.st_nlink > 0 && (st.st_mode & 07777) == 0700 &&
           is_clean(f) && reset_build(f);
}

// Opens a file of the folder; *size is that of what it holds.
static int open_file(const struct job_folder *f, const char *name, int flags, off_t *size)
{
    struct stat st;
    int fd = openat(f->fd, name, O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags);
    if (fd >= 0 && fstat(fd, &st) == 0 && is_own_file(&st)) {
        *size = st.st_size;
        return fd;
    }
    if (fd >= 0) close(fd);
    int rc = io_remove_tree(f->fd, name);
    if (rc < 0) return rc;
    *size = 0;
    fd = openat(f->fd, name, O_CREAT | O_EXCL | O_CLOEXEC | flags, 0644);
    return fd < 0 ? -errno : fd;
}

static int open_log(const struct job_folder *f)
{
    off_t size;
    // Its end is read for messages.
    int fd = open_file(f, "log", O_RDWR | O_APPEND, &size);
    if (fd < 0 || size == 0 || ftruncate(fd, 0) == 0) return fd;
    int rc = -errno;
    close(fd);
    return rc;
}

// ---- a job ----

static int make_outputs(struct job_folder *f, unsigned outputs)
{
    f->out_count = outputs;
    f->outs = ARENA_ARRAY(f->arena, char *, outputs);
    f->out_names = ARENA_ARRAY(f->arena, char *, outputs);
    for (unsigned i = 0; i < outputs; i++) {
        char *name =
            outputs == 1 ? arena_strdup(f->arena, "out") : arena_printf(f->arena, "out%u", i + 1);
        f->outs[i] = job_folder_path(f, name);
        f->out_names[i] = arena_printf(f->arena, "%s/%s", f->name, name);
        if (mkdirat(f->fd, name, 0755) != 0) return -errno;
    }
    return 0;
}

bool job_folder_begin(struct job_folder *f, struct store *store, struct arena *arena,
                      unsigned outputs, const char *keep, struct diag_sink *sink)
{
    f->store = store;
    f->arena = arena;
    f->out_count = 0;
    if (outputs < 1 || outputs > JOB_FOLDER_MAX_OUTPUTS) BUG("%u outputs", outputs);
    if (f->name[0] && (keep || !can_be_used_again(f))) job_folder_remove(f);
    if (!f->name[0] && !make(f, keep, sink)) return false;
    f->dir = path_join(f->arena, f->store->tmp, f->name);
    f->build = job_folder_path(f, "build");
    f->log = job_folder_path(f, "log");
    f->log_fd = open_log(f);
    int rc = f->log_fd < 0 ? f->log_fd : make_outputs(f, outputs);
    if (rc < 0) store_fail(sink, "E0819", rc, "cannot prepare the folder %s", f->dir);
    return rc == 0;
}

bool job_folder_write(struct job_folder *f, const char *name, struct str text,
                      struct diag_sink *sink)
{
    off_t size;
    int fd = open_file(f, name, O_WRONLY, &size);
    int rc = fd < 0 ? fd : io_write_all(fd, text.p, text.len);
    // Cut behind, not emptied before: ext4 writes a file to the disk at once that was emptied.
    if (rc == 0 && size > (off_t)text.len && ftruncate(fd, (off_t)text.len) < 0) rc = -errno;
    if (fd >= 0 && close(fd) < 0 && rc == 0) rc = -errno;
    if (rc < 0) store_fail(sink, "E0819", rc, "cannot write %s/%s", f->dir, name);
    return rc == 0;
}

bool job_folder_has_log(const struct job_folder *f)
{
    struct stat named;
    struct stat open;
    return fstatat(f->fd, "log", &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           fstat(f->log_fd, &open) == 0 && named.st_ino == open.st_ino &&
           named.st_dev == open.st_dev;
}

char *job_folder_hand_out(struct job_folder *f, size_t output, struct diag_sink *sink)
{
    // The session is this process's alone, so the number makes the name unique.
    char *name = arena_printf(f->arena, "%s.%08x.out", f->store->session, ++f->handed_out);
    if (renameat(f->store->tmp_fd, f->out_names[output], f->store->tmp_fd, name) == 0) return name;
    store_fail(sink, "E0819", errno, "cannot move %s", f->outs[output]);
    return NULL;
}

void job_folder_end(struct job_folder *f, bool keep)
{
    if (f->log_fd >= 0) close(f->log_fd);
    f->log_fd = -1;
    if (f->kept && keep) {
        close(f->fd);
        *f = JOB_FOLDER_INIT;
    } else if (f->kept) {
        job_folder_remove(f);
        f->kept = false;
    }
    for (size_t i = 0; f->name[0] && i < f->out_count; i++) {
        // One that was handed out is missing, which is fine.
        int ignored = io_remove_tree(f->store->tmp_fd, f->out_names[i]);
        (void)ignored;
    }
}
