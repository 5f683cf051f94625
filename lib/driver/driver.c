#include "driver/driver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "driver/host.h"
#include "driver/interactive.h"

#define LISTED_FILES 8

void driver_init(struct driver *d)
{
    *d = (struct driver){.store_is_open = false};
    d->hasher = hasher_new(HASH_SHA256);
    char *cwd = getcwd(NULL, 0);
    // A folder that was removed has no name; then only absolute paths work, and those below "/"
    // fail when they are opened.
    d->cwd = arena_strdup(&d->arena, cwd ? cwd : "/");
    d->cwd_is_gone = !cwd;
    free(cwd);
    host_init(&d->host, d);
}

void driver_free(struct driver *d)
{
    interactive_free(d->interactive);
    if (d->eval) eval_free(d->eval);
    if (d->store_is_open) store_close(&d->store);
    vec_free(&d->modules);
    vec_free(&d->sets);
    hasher_free(d->hasher);
    diag_sink_free(&d->sink);
    symtab_free(&d->syms);
    sources_free(&d->sources);
    arena_free(&d->arena);
}

void driver_put_aside(struct driver *d, struct driver_evaluation *out)
{
    *out = (struct driver_evaluation){.sources = d->sources,
                                      .eval = d->eval,
                                      .modules = d->modules,
                                      .sets = d->sets,
                                      .interactive = d->interactive};
    d->sources = SOURCES_INIT;
    d->eval = NULL;
    d->modules = (driver_modules){0};
    d->sets = (driver_sets){0};
    d->interactive = NULL;
    // A source belongs to a table, not to a place in memory.
    for (size_t i = 0; i < out->sources.len; i++) out->sources.at[i]->table = &out->sources;
}

void driver_restore(struct driver *d, struct driver_evaluation *e)
{
    struct driver_evaluation old;
    driver_put_aside(d, &old);
    driver_evaluation_free(&old);
    d->sources = e->sources;
    for (size_t i = 0; i < d->sources.len; i++) d->sources.at[i]->table = &d->sources;
    d->eval = e->eval;
    d->modules = e->modules;
    d->sets = e->sets;
    d->interactive = e->interactive;
    *e = (struct driver_evaluation){0};
}

void driver_evaluation_free(struct driver_evaluation *e)
{
    interactive_free(e->interactive);
    if (e->eval) eval_free(e->eval);
    vec_free(&e->modules);
    vec_free(&e->sets);
    sources_free(&e->sources);
}

bool driver_open_store(struct driver *d, const struct store_paths *paths, unsigned flags)
{
    if (!d->store_is_open) d->store_is_open = store_open(&d->store, paths, flags, &d->sink);
    return d->store_is_open;
}

struct eval *driver_eval(struct driver *d)
{
    if (!d->eval) {
        struct eval_options options = {
            .host = &d->host,
            .sources = &d->sources,
            .syms = &d->syms,
            .sink = &d->sink,
            .limits = d->limits,
            .cancel = &d->cancel,
        };
        d->eval = eval_new(&options);
    }
    return d->eval;
}

static bool is_plx(const char *name)
{
    return str_ends_with(str_from(name), STR(".plx"));
}

// Names in the folder of `file` that could have been meant: all .plx files, or everything if there
// are none.
static size_t list_like(const char *dir, char **names, size_t count, struct str *out)
{
    (void)dir;
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (is_plx(names[i])) out[n++] = str_from(names[i]);
    return n;
}

static void suggest_files(struct driver *d, struct diag *diag, const char *file)
{
    char *dir = path_dir(&d->arena, file);
    char **names;
    size_t count;
    if (io_list_dir(AT_FDCWD, dir, &names, &count) < 0) {
        if (strcmp(dir, ".") != 0) diag_note(diag, "there is no folder `%s` either", dir);
        return;
    }
    struct str *like = ARENA_ARRAY(&d->arena, struct str, count + 1);
    size_t n = list_like(dir, names, count, like);
    struct str near = diag_nearest(path_base(file), like, n);
    struct str with_suffix =
        str_from(arena_printf(&d->arena, STR_FMT ".plx", STR_ARG(path_base(file))));
    for (size_t i = 0; i < n; i++)
        if (str_eq(like[i], with_suffix)) near = like[i];
    const char *here = strcmp(dir, ".") == 0 ? "this folder" : dir;
    if (near.len) {
        const char *found = strcmp(dir, ".") == 0 && !strchr(file, '/')
                                ? arena_printf(&d->arena, STR_FMT, STR_ARG(near))
                                : path_join(&d->arena, dir, arena_dup(&d->arena, near.p, near.len));
        diag_help(diag, "did you mean `%s`?", found);
    } else if (n) {
        struct buf list = BUF_INIT;
        for (size_t i = 0; i < n && i < LISTED_FILES; i++)
            buf_printf(&list, "%s`" STR_FMT "`", i ? ", " : "", STR_ARG(like[i]));
        if (n > LISTED_FILES) buf_printf(&list, " and %zu more", n - LISTED_FILES);
        diag_note(diag, "%s has %s", here, buf_z(&list));
        buf_free(&list);
    } else {
        diag_note(diag, "%s has no .plx file", here);
    }
    io_free_names(names, count);
}

void driver_missing_file(struct driver *d, const char *file, int err)
{
    struct diag *diag;
    if (err == ENOENT || err == ENOTDIR)
        diag = diag_error(&d->sink, SPAN_NONE, "E1006", "there is no file `%s`", file);
    else if (err == EISDIR)
        diag = diag_error(&d->sink, SPAN_NONE, "E1006", "`%s` is a folder, not a plx file", file);
    else
        diag =
            diag_error(&d->sink, SPAN_NONE, "E1006", "cannot read `%s`: %s", file, strerror(err));
    if (d->cwd_is_gone && *file != '/')
        diag_note(diag, "the current folder was removed, so only absolute paths lead somewhere");
    else if (err == EISDIR)
        suggest_files(d, diag, path_join(&d->arena, file, "default"));
    else if (err == ENOENT || err == ENOTDIR)
        suggest_files(d, diag, file);
}

// 0 if the file can be opened and is no folder, else an errno. (A FIFO or /dev/stdin is fine.)
static int readable(const char *path)
{
    struct stat st;
    if (stat(path, &st) < 0) return errno;
    if (S_ISDIR(st.st_mode)) return EISDIR;
    return access(path, R_OK) < 0 ? errno : 0;
}

// The absolute path of a file that can be read, or null after a report.
static char *find_file(struct driver *d, const char *file)
{
    char *path = path_normalize(&d->arena, path_join(&d->arena, d->cwd, file));
    int err = readable(path);
    if (!err) return path;
    driver_missing_file(d, file, err);
    return NULL;
}

struct module *driver_load(struct driver *d, const char *file)
{
    char *path = path_normalize(&d->arena, path_join(&d->arena, d->cwd, file));
    vec_each (known, &d->modules)
        if (strcmp(known->path, path) == 0) return known->module;
    struct module *m = NULL;
    if (find_file(d, file) && driver_eval(d))
        m = eval_load(d->eval, path, file, d->sets.at, d->sets.len);
    vec_push(&d->modules, (struct driver_module){path, m});
    return m;
}

struct module *driver_look(struct driver *d, const char *file)
{
    char *path = find_file(d, file);
    return path && driver_eval(d) ? eval_load_open(d->eval, path, file) : NULL;
}

void driver_check_broken(struct driver *d, const char *file)
{
    if (d->eval) eval_check_broken(d->eval, path_join(&d->arena, d->cwd, file));
}

struct module *driver_load_empty(struct driver *d, const char *name)
{
    if (!driver_eval(d)) return NULL;
    char *path = path_join(&d->arena, d->cwd, name);
    return eval_load_text(d->eval, STR(""), path, name, d->sets.at, d->sets.len);
}

const char *driver_place(struct driver *d, struct arena *arena, struct span span)
{
    struct source *source = sources_get(&d->sources, span.source);
    if (!source) return NULL;
    struct place place = source_place(source, span.start);
    return arena_printf(arena, "%s:%u", source->name, place.line);
}
