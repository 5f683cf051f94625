#include "driver/host.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "driver/driver.h"
#include "driver/embed.h"
#include "store/config.h"
#include "store/source_tree.h"

// What a file is called in messages: as seen from the current folder.
static const char *shown(struct driver *d, struct arena *arena, const char *path)
{
    return path_relative(arena, d->cwd, path);
}

// The text that a file had when it was loaded before.
static bool loaded_text(const struct sources *s, struct arena *arena, const char *path,
                        struct str *text)
{
    for (size_t i = 0; s && i < s->len; i++) {
        if (!s->at[i]->path || strcmp(s->at[i]->path, path) != 0) continue;
        *text = arena_str(arena, s->at[i]->text);
        return true;
    }
    return false;
}

static bool host_read_file(void *ctx, struct arena *arena, const char *path, struct span span,
                           struct diag_sink *sink, struct str *text)
{
    struct driver *d = ctx;
    if (loaded_text(d->texts, arena, path, text)) return true;
    int err = io_read_text(AT_FDCWD, path, SOURCE_MAX_BYTES, arena, text);
    if (err < 0) {
        const char *name = shown(d, arena, path);
        struct diag *diag;
        if (err == -ENOENT || err == -ENOTDIR)
            diag = diag_error(sink, span, "E0304", "there is no file `%s`", name);
        else if (err == -EISDIR)
            diag = diag_error(sink, span, "E0304", "`%s` is a folder, not a file", name);
        else if (err == -EFBIG)
            diag = diag_error(sink, span, "E0304", "`%s` is larger than %zu MiB", name,
                              SOURCE_MAX_BYTES >> 20);
        else
            diag = diag_error(sink, span, "E0304", "cannot read `%s`: %s", name, strerror(-err));
        (void)diag;
        return false;
    }
    return true;
}

static bool host_read_std(void *ctx, struct str name, struct str *text)
{
    (void)ctx;
    if (!str_starts_with(name, STR("std/"))) return false;
    char path[128];
    int len = snprintf(path, sizeof path, "stdlib/" STR_FMT, (int)(name.len - 4), name.p + 4);
    return len > 0 && (size_t)len < sizeof path && embed_get(str_from(path), text);
}

static bool host_derive(void *ctx, struct arena *arena, struct str config, struct span span,
                        struct diag_sink *sink, struct str *dref, struct str **deps,
                        size_t *dep_count)
{
    struct driver *d = ctx;
    struct config c;
    // The evaluator has warned of rrefs already, at the attribute.
    struct diag_sink quiet = DIAG_SINK_INIT;
    bool good = config_scan(&c, arena, d->hasher, config, span, &quiet);
    diag_sink_free(&quiet);
    if (!good) return config_scan(&c, arena, d->hasher, config, span, sink);
    *dref = c.dref;
    *deps = c.deps;
    *dep_count = c.dep_count;
    return true;
}

static bool host_hash_source(void *ctx, struct arena *arena, const char *path,
                             const struct str *include, size_t include_count,
                             const struct str *exclude, size_t exclude_count, struct span span,
                             struct diag_sink *sink, struct str *hash)
{
    struct driver *d = ctx;
    struct stat st;
    // A path that leads nowhere is the source's mistake, as with an import; all else is the
    // system's.
    if (stat(path, &st) < 0 && (errno == ENOENT || errno == ENOTDIR) && lstat(path, &st) < 0) {
        diag_error(sink, span, "E0304", "there is no file `%s`", shown(d, arena, path));
        return false;
    }
    struct source_filter filter = {include, include_count, exclude, exclude_count};
    char text[SOURCE_TREE_HASH_SIZE];
    if (!source_tree_hash(path, &filter, d->hasher, text, span, sink)) return false;
    *hash = str_from(arena_strdup(arena, text));
    return true;
}

static int read_regular(int fd, struct buf *out)
{
    struct stat st;
    if (fstat(fd, &st) < 0) return -errno;
    if (st.st_size > (off_t)SOURCE_MAX_BYTES) return -EFBIG;
    buf_reserve(out, (size_t)st.st_size);
    for (;;) {
        char chunk[16384];
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return n < 0 ? -errno : 0;
        buf_add(out, chunk, (size_t)n);
    }
}

// The path below a folder, if it stays there.
static const char *inside(const char *folder, const char *path)
{
    const char *rel = path_below(folder, path);
    return rel && path_is_inside(str_from(rel)) ? rel : NULL;
}

// A file of the store, or of outputs that are to get into it. No link is followed: an artifact
// cannot lead the evaluator to a file outside. Gives a descriptor or -errno.
static int open_realized(struct driver *d, const char *path)
{
    if (!d->store_is_open) return -EACCES;
    const char *stored = inside(d->store.path, path), *made = inside(d->store.tmp, path);
    if (stored) return io_open_beneath(d->store.fd, stored);
    return made ? io_open_beneath(d->store.tmp_fd, made) : -EACCES;
}

static bool host_read_realized(void *ctx, struct arena *arena, const char *path, struct span span,
                               struct diag_sink *sink, struct str *text)
{
    struct driver *d = ctx;
    struct buf bytes = BUF_INIT;
    int fd = open_realized(d, path);
    int err = fd < 0 ? fd : read_regular(fd, &bytes);
    if (fd >= 0) close(fd);
    if (err < 0) {
        const char *why = err == -ELOOP ? "it is a link" : strerror(-err);
        struct diag *diag = diag_error(sink, span, "E0304", "cannot read `%s`: %s", path, why);
        if (err == -ENOENT) diag_note(diag, "the realization has no such file");
        buf_free(&bytes);
        return false;
    }
    *text = (struct str){arena_dup(arena, bytes.p ? bytes.p : "", bytes.len), bytes.len};
    buf_free(&bytes);
    return true;
}

static void host_trace(void *ctx, struct span span, struct str text)
{
    struct driver *d = ctx;
    if (!d->trace) return;
    struct arena scratch = ARENA_INIT;
    d->trace(d->trace_ctx, driver_place(d, &scratch, span), text);
    arena_free(&scratch);
}

void host_init(struct eval_host *host, struct driver *driver)
{
    *host = (struct eval_host){
        .ctx = driver,
        .read_file = host_read_file,
        .read_std = host_read_std,
        .derive = host_derive,
        .hash_source = host_hash_source,
        .read_realized = host_read_realized,
        .trace = host_trace,
    };
}
