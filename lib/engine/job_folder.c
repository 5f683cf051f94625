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

char *job_folder_path(const struct job_folder *f, const char *name)
{
    return path_join(f->arena, f->dir, name);
}

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

static int make_parts(struct job_folder *f, unsigned outputs)
{
    f->fd = openat(f->store->tmp_fd, f->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (f->fd < 0) return -errno;
    f->dir = path_join(f->arena, f->store->tmp, f->name);
    f->build = job_folder_path(f, "build");
    f->log = job_folder_path(f, "log");
    if (mkdirat(f->fd, "build", 0755) != 0) return -errno;
    f->log_fd = openat(f->fd, "log", O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
    if (f->log_fd < 0) return -errno;
    return make_outputs(f, outputs);
}

static bool make_kept(struct job_folder *f, const char *stage, struct diag_sink *sink)
{
    snprintf(f->name, sizeof f->name, "kept-%.32s-XXXXXX", stage);
    char *path = path_join(f->arena, f->store->tmp, f->name);
    if (!mkdtemp(path)) {
        store_fail(sink, "E0819", errno, "cannot make a build directory in %s", f->store->tmp);
        return false;
    }
    snprintf(f->name, sizeof f->name, "%s", path_base(path).p);
    return true;
}

bool job_folder_make(struct job_folder *f, struct store *store, struct arena *arena,
                     unsigned outputs, const char *keep, struct diag_sink *sink)
{
    *f = JOB_FOLDER_INIT;
    f->store = store;
    f->arena = arena;
    if (outputs < 1 || outputs > JOB_FOLDER_MAX_OUTPUTS) {
        diag_error(sink, SPAN_NONE, "E0813", "a stage has 1 to %d outputs, not %u",
                   JOB_FOLDER_MAX_OUTPUTS, outputs);
        return false;
    }
    bool made = store_writable(store, sink) &&
                (keep ? make_kept(f, keep, sink) : store_tmp_new(store, "job", f->name, sink));
    if (!made) {
        f->name[0] = '\0';
        return false;
    }
    int rc = make_parts(f, outputs);
    if (rc < 0) store_fail(sink, "E0819", rc, "cannot make a build directory in %s", store->tmp);
    return rc == 0;
}

bool job_folder_write(struct job_folder *f, const char *name, struct str text,
                      struct diag_sink *sink)
{
    int rc = io_write_new(f->fd, name, text, 0644, false);
    if (rc < 0) store_fail(sink, "E0819", rc, "cannot write %s/%s", f->dir, name);
    return rc == 0;
}

static void close_folder(struct job_folder *f)
{
    if (f->log_fd >= 0) close(f->log_fd);
    if (f->fd >= 0) close(f->fd);
    f->log_fd = f->fd = -1;
}

void job_folder_trim(struct job_folder *f)
{
    // What else a realizer may have put here goes with the folder, when the outputs are out of it.
    static const char *const parts[] = {"build",     "config.json", "context.json",
                                        "args.json", "log",         JOB_FOLDER_SCRIPT};
    for (size_t i = 0; i < LEN(parts); i++) {
        int ignored = io_remove_tree(f->fd, parts[i]);
        (void)ignored;
    }
    close_folder(f);
}

void job_folder_remove(struct job_folder *f, bool keep)
{
    close_folder(f);
    if (f->name[0] && !keep) store_tmp_remove(f->store, f->name);
}
