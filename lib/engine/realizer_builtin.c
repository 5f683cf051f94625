#include "engine/realizer_builtin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/io.h"
#include "base/path.h"
#include "base/vec.h"
#include "engine/realizer_fetch.h"
#include "store/source_tree.h"

static struct diag *fail(const struct builtin_realizer *b, const char *code, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

static struct diag *fail(const struct builtin_realizer *b, const char *code, const char *fmt, ...)
{
    va_list va;
    va_start(va, fmt);
    struct diag *d = diag_add(b->resolver->sink, DIAG_ERROR, b->resolver->span, code, fmt, va);
    va_end(va);
    diag_primary(d, "this stage");
    return d;
}

// ---- mknode, mkfile ----

static bool write_artifact(const struct builtin_realizer *b, const char *path, const json_t *text)
{
    struct arena *arena = b->resolver->arena;
    if (!path || !path_is_inside(str_from(path))) {
        struct diag *d = fail(b, "E0818", "`%s` is no path of an artifact", path ? path : "");
        diag_help(d, "artifacts have relative paths without `.`, `..` and empty parts");
        return false;
    }
    struct buf bytes = BUF_INIT;
    char *full = path_join(arena, b->out, path);
    bool ok = resolve_text(b->resolver, text, arena_printf(arena, "artifact `%s`", path), &bytes);
    if (ok) {
        int rc = io_mkdirs(path_dir(arena, full), 0755);
        if (rc == 0) rc = io_write_new(AT_FDCWD, full, buf_str(&bytes), 0644, false);
        if (rc == -EEXIST || rc == -ENOTDIR || rc == -EISDIR) {
            fail(b, "E0818", "artifact `%s` is in the way of another one", path);
        } else if (rc < 0) {
            fail(b, "E0819", "cannot write artifact `%s`: %s", path, strerror(-rc));
        }
        ok = rc == 0;
    }
    buf_free(&bytes);
    return ok;
}

static bool run_mknode(const struct builtin_realizer *b)
{
    const char *path;
    json_t *text;
    json_object_foreach(json_object_get(b->realizer, "artifacts"), path, text)
    {
        if (!write_artifact(b, path, text)) return false;
    }
    return true;
}

static bool run_mkfile(const struct builtin_realizer *b)
{
    return write_artifact(b, json_string_value(json_object_get(b->realizer, "path")),
                          json_object_get(b->realizer, "text"));
}

// ---- checkpaths ----

// The matcher of a stage may be content with no realization, and then nothing of it is there.
static bool fail_unrealized(const struct builtin_realizer *b, const json_t *ref)
{
    const json_t *dref = json_is_array(ref) ? json_array_get(ref, 0) : ref;
    struct diag *d = fail(b, "E0811", "`%s` checks a path of what has no realization", b->name);
    if (json_is_string(dref)) diag_note(d, "it is of %s", json_string_value(dref));
    return false;
}

static bool run_checkpaths(const struct builtin_realizer *b)
{
    size_t i;
    const json_t *ref;
    bool ok = true;
    json_array_foreach(json_object_get(b->realizer, "paths"), i, ref)
    {
        struct str *paths;
        size_t count;
        if (resolve_kind(ref) == RESOLVE_PLAIN || resolve_kind(ref) == RESOLVE_TEXT) {
            fail(b, "E0813", "path %zu of `checkpaths` is no Ref", i + 1);
            return false;
        }
        if (!resolve_paths(b->resolver, ref, "`checkpaths`", &paths, &count)) return false;
        if (!count) ok = fail_unrealized(b, ref);
        for (size_t k = 0; k < count; k++) {
            struct stat st;
            if (stat(paths[k].p, &st) == 0) continue; // as promises: a link to nothing is not there
            ok = false;
            struct diag *d = fail(b, "E0811", "`%s` checks a path that is not there", b->name);
            diag_note(d, "missing: " STR_FMT, STR_ARG(paths[k]));
        }
    }
    return ok;
}

// ---- source ----

static struct str *globs(struct arena *arena, const json_t *list, size_t *count)
{
    *count = json_array_size(list);
    struct str *at = ARENA_ARRAY(arena, struct str, *count);
    for (size_t i = 0; i < *count; i++) {
        const json_t *glob = json_array_get(list, i);
        if (json_is_string(glob))
            at[i] = str_from(json_string_value(glob));
        else
            at[i] = STR("");
    }
    return at;
}

static bool run_source(const struct builtin_realizer *b)
{
    const char *path = json_string_value(json_object_get(b->realizer, "path"));
    const char *expected = json_string_value(json_object_get(b->realizer, "hash"));
    if (!path || path[0] != '/' || !expected) {
        fail(b, "E0813", "the source realizer of `%s` has no absolute path or no hash", b->name);
        return false;
    }
    struct source_filter filter = {0};
    struct arena *arena = b->resolver->arena;
    filter.include = globs(arena, json_object_get(b->realizer, "include"), &filter.include_count);
    filter.exclude = globs(arena, json_object_get(b->realizer, "exclude"), &filter.exclude_count);
    struct source_output out = {.context = b->context, .sync = b->sync};
    out.fd = open(b->out, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (out.fd < 0) {
        fail(b, "E0819", "cannot open the output folder: %s", strerror(errno));
        return false;
    }
    struct hasher *h = hasher_new(HASH_SHA256);
    char hash[SOURCE_TREE_HASH_SIZE];
    bool ok = source_tree_copy(path, &filter, &out, h, hash, b->resolver->span, b->resolver->sink);
    if (ok && strcmp(hash, expected) != 0) {
        ok = false;
        struct diag *d = fail(b, "E0820", "%s changed while it was being used", path);
        diag_note(d, "evaluation saw %s, now it is %s", expected, hash);
        diag_help(d, "run the command again; a plan that was kept has to be made anew");
    }
    if (ok && out.hash[0]) memcpy(b->hash, out.hash, sizeof(out.hash));
    hasher_free(h);
    close(out.fd);
    return ok;
}

// ---- fetchurl, fetchlocal ----

static bool run_fetch(const struct builtin_realizer *b)
{
    struct fetch_job job = {
        .realizer = b->realizer,
        .out = b->out,
        .tmp = b->tmp,
        .partial_dir = b->partial_dir,
        .span = b->resolver->span,
        .context = b->context,
        .sync = b->sync,
        .hash = b->hash,
        .watch = {.log_fd = b->log_fd, .progress = b->progress, .progress_ctx = b->progress_ctx},
    };
    return fetch_run(&job, b->resolver->sink);
}

// ---- all ----

static const struct {
    const char *kind;
    bool (*run)(const struct builtin_realizer *b);
} kinds[] = {
    {"checkpaths", run_checkpaths}, {"fetchlocal", run_fetch}, {"fetchurl", run_fetch},
    {"mkfile", run_mkfile},         {"mknode", run_mknode},    {"source", run_source},
};

bool builtin_realizer_known(const char *kind)
{
    for (size_t i = 0; i < LEN(kinds); i++)
        if (strcmp(kind, kinds[i].kind) == 0) return true;
    return false;
}

bool builtin_realizer_run(const struct builtin_realizer *b)
{
    const char *kind = json_string_value(json_object_get(b->realizer, "kind"));
    for (size_t i = 0; i < LEN(kinds); i++)
        if (strcmp(kind, kinds[i].kind) == 0) return kinds[i].run(b);
    BUG("no built-in realizer `%s`", kind);
}
