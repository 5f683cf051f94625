#include "store/query.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/map.h"
#include "base/path.h"
#include "base/vec.h"
#include "store/commit.h"
#include "store/config.h"
#include "store/folder.h"
#include "store/ref.h"
#include "store/store.h"

bool ref_list_has(const struct ref_list *list, struct str ref)
{
    for (size_t i = 0; i < list->len; i++)
        if (str_eq(list->at[i], ref)) return true;
    return false;
}

// How many refs an ambiguous prefix lists.
#define CANDIDATES_MAX 10
#define SCORE_BYTES    4096

typedef VEC(struct str) strs;

static int compare_strs(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

// Sorts and moves to the arena.
static void give(strs *found, struct arena *arena, struct ref_list *out)
{
    if (found->len) qsort(found->at, found->len, sizeof(*found->at), compare_strs);
    out->at = ARENA_ARRAY(arena, struct str, found->len);
    out->len = found->len;
    if (found->len) memcpy(out->at, found->at, found->len * sizeof(*found->at));
    vec_free(found);
}

bool query_is_realization(const char *name)
{
    return strlen(name) == REF_HASH_LEN && strspn(name, "0123456789abcdef") == REF_HASH_LEN;
}

bool query_drefs(const struct store *s, struct arena *arena, struct ref_list *out,
                 struct diag_sink *sink)
{
    struct arena scratch = ARENA_INIT;
    struct folder f;
    int result = folder_list_at(s->fd, ".", &scratch, &f);
    strs found = {0};
    for (size_t i = 0; result == 0 && i < f.len; i++) {
        struct dref d;
        char text[NAME_MAX + 8];
        int len = snprintf(text, sizeof(text), "dref:%s", f.at[i].name);
        struct str ref = {text, (size_t)len};
        if (f.at[i].type == DT_DIR && dref_parse(ref, &d) == REF_OK) {
            vec_push(&found, arena_str(arena, ref));
        }
    }
    give(&found, arena, out);
    arena_free(&scratch);
    if (result < 0) store_fail(sink, "E0707", result, "cannot list the store %s", s->path);
    return result == 0;
}

static struct str make_rref(struct arena *arena, const char *hash, struct str dref)
{
    return str_from(arena_printf(arena, "rref:%s-" STR_FMT, hash, (int)dref.len - 5, dref.p + 5));
}

// Opens the folder of a derivation: -ENOENT if there is none.
static int open_derivation(const struct store *s, struct str dref)
{
    char rel[STORE_REL_SIZE];
    store_ref_rel(dref, rel);
    int fd = openat(s->fd, rel, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

// Is the file exactly these bytes? 1 or 0 or -errno: one that cannot be read at the moment may be.
static int file_is(int dirfd, const char *path, struct str bytes, struct buf *scratch)
{
    int fd;
    do fd = openat(dirfd, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    while (fd < 0 && errno == EINTR);
    if (fd < 0) return io_is_absent(errno) ? 0 : -errno;
    buf_clear(scratch);
    buf_reserve(scratch, bytes.len + 1);
    // One byte more is asked for, so that one call shows that the file is as long as it should be.
    ssize_t len;
    do len = read(fd, scratch->p, bytes.len + 1);
    while (len < 0 && errno == EINTR);
    int error = len < 0 ? -errno : 0;
    close(fd);
    if (error) return error;
    return len == (ssize_t)bytes.len && memcmp(scratch->p, bytes.p, bytes.len) == 0;
}

// The realizations of a derivation; with `context`, those that were made with it.
static bool list_rrefs(const struct store *s, struct arena *arena, struct str dref,
                       const struct str *context, struct ref_list *out, struct diag_sink *sink)
{
    *out = (struct ref_list){NULL, 0};
    int fd = open_derivation(s, dref);
    if (fd == -ENOENT) return true;
    struct arena scratch = ARENA_INIT;
    struct buf text = BUF_INIT;
    struct folder f = {NULL, 0};
    int result = fd < 0 ? fd : folder_list(fd, &scratch, &f);
    strs found = {0};
    for (size_t i = 0; result == 0 && i < f.len; i++) {
        char path[REF_HASH_LEN + 16];
        if (f.at[i].type != DT_DIR || !query_is_realization(f.at[i].name)) continue;
        snprintf(path, sizeof(path), "%s/context.json", f.at[i].name);
        int same = context ? file_is(fd, path, *context, &text) : 1;
        if (same < 0) result = same;
        if (same > 0) vec_push(&found, make_rref(arena, f.at[i].name, dref));
    }
    give(&found, arena, out);
    if (fd >= 0) close(fd);
    buf_free(&text);
    arena_free(&scratch);
    if (result < 0) {
        store_fail(sink, "E0707", result, "cannot read the realizations of " STR_FMT,
                   STR_ARG(dref));
    }
    return result == 0;
}

bool query_rrefs(const struct store *s, struct arena *arena, struct str dref, struct ref_list *out,
                 struct diag_sink *sink)
{
    return list_rrefs(s, arena, dref, NULL, out, sink);
}

bool query_matching(const struct store *s, struct arena *arena, struct str dref, struct str context,
                    struct ref_list *out, struct diag_sink *sink)
{
    return list_rrefs(s, arena, dref, &context, out, sink);
}

bool query_exists(const struct store *s, struct str ref)
{
    char rel[STORE_REL_SIZE];
    store_ref_rel(ref, rel);
    return faccessat(s->fd, rel, F_OK, AT_SYMLINK_NOFOLLOW) == 0 || !io_is_absent(errno);
}

bool query_config(const struct store *s, struct arena *arena, struct str dref, struct str *text,
                  struct diag_sink *sink)
{
    char rel[STORE_REL_SIZE], path[STORE_REL_SIZE + 16];
    store_ref_rel(dref, rel);
    snprintf(path, sizeof(path), "%s/config.json", rel);
    struct buf b = BUF_INIT;
    int result = io_read_file(s->fd, path, 0, &b);
    if (result == -ENOENT) {
        diag_error(sink, SPAN_NONE, "E0702", "there is no derivation " STR_FMT " in the store",
                   STR_ARG(dref));
    } else if (result == -EINVAL || result == -EISDIR) {
        struct diag *d =
            diag_error(sink, SPAN_NONE, "E0724", "the config of " STR_FMT " is damaged: %s",
                       STR_ARG(dref), io_why(result));
        diag_help(d, "`plxc store verify --repair` moves it away");
    } else if (result < 0) {
        store_fail(sink, "E0707", result, "cannot read %s/%s", s->path, path);
    } else {
        *text = arena_str(arena, buf_str(&b));
    }
    buf_free(&b);
    return result == 0;
}

// A walk over the graph of derivations or realizations.
struct closure {
    const struct store *s;
    struct arena *arena;
    struct diag_sink *sink;
    struct hasher *h;
    struct context_memo memo;
    struct map roots;
    struct map seen; // the found ones, in order; the queue too
};

static const char present; // a value for maps that are sets

static void closure_add(struct closure *c, struct str ref)
{
    if (!map_has(&c->seen, ref)) map_set(&c->seen, arena_str(c->arena, ref), (void *)&present);
}

static bool add_config_deps(struct closure *c, struct str dref)
{
    struct arena scratch = ARENA_INIT;
    struct diag_sink quiet = DIAG_SINK_INIT; // its warnings were given when it was instantiated
    struct str text;
    struct config config;
    bool good = query_config(c->s, &scratch, dref, &text, c->sink);
    if (good && !config_scan(&config, &scratch, c->h, text, SPAN_NONE, &quiet)) {
        diag_error(c->sink, SPAN_NONE, "E0724", "the config of " STR_FMT " is damaged",
                   STR_ARG(dref));
        good = false;
    }
    for (size_t i = 0; good && i < config.dep_count; i++) closure_add(c, config.deps[i]);
    diag_sink_free(&quiet);
    arena_free(&scratch);
    return good;
}

static bool add_context_rrefs(struct closure *c, struct str rref)
{
    const struct context *direct = context_memo_get(&c->memo, c->s, rref, c->sink);
    for (size_t i = 0; direct && i < direct->len; i++) {
        for (size_t j = 0; j < direct->at[i].count; j++) closure_add(c, direct->at[i].rrefs[j]);
    }
    return direct != NULL;
}

// All that `add` leads to from the roots, without those; `deep`: and from there on.
static bool walk(const struct store *s, struct arena *arena, const struct str *roots, size_t count,
                 bool (*add)(struct closure *c, struct str ref), bool deep, struct ref_list *out,
                 struct diag_sink *sink)
{
    struct closure c = {.s = s, .arena = arena, .sink = sink, .h = hasher_new(HASH_SHA256)};
    bool good = true;
    for (size_t i = 0; good && i < count; i++) {
        map_set(&c.roots, roots[i], (void *)&present);
        good = add(&c, roots[i]);
    }
    for (size_t i = 0; deep && good && i < c.seen.len; i++) {
        struct str ref = c.seen.entries[i].key;
        if (!map_has(&c.roots, ref)) good = add(&c, ref);
    }
    strs found = {0};
    for (size_t i = 0; i < c.seen.len; i++) {
        struct str ref = c.seen.entries[i].key;
        if (!map_has(&c.roots, ref)) vec_push(&found, ref);
    }
    give(&found, arena, out);
    hasher_free(c.h);
    context_memo_free(&c.memo);
    map_free(&c.roots);
    map_free(&c.seen);
    return good;
}

bool query_deps(const struct store *s, struct arena *arena, const struct str *drefs, size_t count,
                struct ref_list *out, struct diag_sink *sink)
{
    return walk(s, arena, drefs, count, add_config_deps, false, out, sink);
}

bool query_deep_deps(const struct store *s, struct arena *arena, const struct str *drefs,
                     size_t count, struct ref_list *out, struct diag_sink *sink)
{
    return walk(s, arena, drefs, count, add_config_deps, true, out, sink);
}

bool query_deep_rrefs(const struct store *s, struct arena *arena, const struct str *rrefs,
                      size_t count, struct ref_list *out, struct diag_sink *sink)
{
    return walk(s, arena, rrefs, count, add_context_rrefs, true, out, sink);
}

bool query_deref(const struct store *s, struct arena *arena, struct str holder, struct str dref,
                 struct ref_list *out, struct diag_sink *sink)
{
    struct context_memo memo = CONTEXT_MEMO_INIT;
    struct arena scratch = ARENA_INIT;
    struct context complete;
    const struct context *direct = context_memo_get(&memo, s, holder, sink);
    bool good = direct && context_complete(&memo, s, direct, &scratch, &complete, sink);
    const struct context_entry *e = good ? context_find(&complete, dref) : NULL;
    if (good && !e) {
        diag_error(sink, SPAN_NONE, "E0713", STR_FMT " is no dependency of " STR_FMT, STR_ARG(dref),
                   STR_ARG(holder));
        good = false;
    }
    if (e) {
        out->len = e->count;
        out->at = ARENA_ARRAY(arena, struct str, e->count);
        for (size_t i = 0; i < e->count; i++) out->at[i] = arena_str(arena, e->rrefs[i]);
    }
    arena_free(&scratch);
    context_memo_free(&memo);
    return good;
}

// What is in a realization was made by its realizer: a link may lead anywhere, and a fifo has
// nobody at its other end.
static int open_in_realization(const struct store *s, struct str rref, const char *path)
{
    char rel[STORE_REL_SIZE];
    store_ref_rel(rref, rel);
    struct buf full = BUF_INIT;
    buf_printf(&full, "%s/%s", rel, path);
    int fd = io_open_beneath(s->fd, buf_z(&full));
    buf_free(&full);
    return fd;
}

bool query_file(const struct store *s, struct arena *arena, struct str rref, const char *path,
                size_t max, struct str *bytes, int *err)
{
    struct buf text = BUF_INIT;
    int fd = open_in_realization(s, rref, path);
    int result = fd < 0 ? fd : io_read_fd(fd, max, &text);
    if (fd >= 0) close(fd);
    if (result == 0) *bytes = arena_str(arena, buf_str(&text));
    *err = -result;
    buf_free(&text);
    return result == 0;
}

bool query_score(const struct store *s, struct str rref, const char *path, double *score, int *err)
{
    struct buf text = BUF_INIT;
    int fd = open_in_realization(s, rref, path);
    *err = fd < 0 ? -fd : -io_read_head(fd, SCORE_BYTES, &text);
    if (fd >= 0) close(fd);
    buf_truncate(&text, strcspn(buf_z(&text), "\n"));
    const char *line = buf_z(&text);
    char *end;
    *score = strtod(line, &end);
    // strtod would take hexadecimal numbers as well.
    bool good = *err == 0 && end != line && !isnan(*score) && !strpbrk(line, "xX") &&
                end[strspn(end, " \t\r\f\v")] == '\0';
    buf_free(&text);
    return good;
}

bool query_buildtime(const struct store *s, struct str rref, int64_t *ns)
{
    struct arena scratch = ARENA_INIT;
    struct str text;
    int err;
    bool good = query_file(s, &scratch, rref, "__buildtime__.txt", 4096, &text, &err) &&
                commit_time_parse(text, ns);
    arena_free(&scratch);
    return good;
}

// From what a user typed to a ref.

struct search {
    const struct store *s;
    struct arena *arena;
    struct str prefix; // without dref: or rref:
    bool drefs, rrefs;
    strs found;
    struct diag_sink *sink;
};

static bool search_realizations(struct search *f, struct str dref)
{
    struct ref_list rrefs;
    if (!query_rrefs(f->s, f->arena, dref, &rrefs, f->sink)) return false;
    for (size_t i = 0; i < rrefs.len; i++) {
        struct str bare = {rrefs.at[i].p + 5, rrefs.at[i].len - 5};
        if (str_starts_with(bare, f->prefix)) vec_push(&f->found, rrefs.at[i]);
    }
    return true;
}

static bool search_prefix(struct search *f)
{
    struct ref_list drefs;
    if (!query_drefs(f->s, f->arena, &drefs, f->sink)) return false;
    for (size_t i = 0; i < drefs.len; i++) {
        struct str bare = {drefs.at[i].p + 5, drefs.at[i].len - 5};
        if (f->drefs && str_starts_with(bare, f->prefix)) vec_push(&f->found, drefs.at[i]);
        if (f->rrefs && !search_realizations(f, drefs.at[i])) return false;
    }
    return true;
}

static bool found_one(struct search *f, const char *text, struct str *ref)
{
    if (f->found.len == 1) {
        *ref = f->found.at[0];
        return true;
    }
    if (!f->found.len) {
        struct diag *d =
            diag_error(f->sink, SPAN_NONE, "E0701", "nothing in the store fits `%s`", text);
        diag_help(d, "`plxc store ls` lists all that is there");
        return false;
    }
    qsort(f->found.at, f->found.len, sizeof(*f->found.at), compare_strs);
    struct diag *d = diag_error(f->sink, SPAN_NONE, "E0717", "`%s` fits %zu things in the store",
                                text, f->found.len);
    for (size_t i = 0; i < f->found.len && i < CANDIDATES_MAX; i++) {
        diag_note(d, "candidate: " STR_FMT, STR_ARG(f->found.at[i]));
    }
    if (f->found.len > CANDIDATES_MAX) diag_note(d, "and more");
    diag_help(d, "give more of its digits");
    return false;
}

// Could this be the begin of a ref without dref: or rref:?
static bool is_bare_prefix(struct str text)
{
    size_t digits = 0;
    while (digits < text.len && strchr("0123456789abcdef", text.p[digits])) digits++;
    if (digits == text.len) return digits > 0 && digits <= REF_HASH_LEN;
    return digits == REF_HASH_LEN && text.p[digits] == '-';
}

static bool whole_ref(const struct store *s, struct arena *arena, struct str text, struct str *ref,
                      struct diag_sink *sink)
{
    *ref = arena_str(arena, text);
    if (query_exists(s, text)) return true;
    bool is_dref = ref_is_dref(text);
    diag_error(sink, SPAN_NONE, is_dref ? "E0702" : "E0703",
               "there is no %s " STR_FMT " in the store", is_dref ? "derivation" : "realization",
               STR_ARG(text));
    return false;
}

bool query_ref(const struct store *s, struct arena *arena, const char *text, struct str *ref,
               struct diag_sink *sink)
{
    struct str t = str_from(text);
    if (ref_is_dref(t) || ref_is_rref(t)) return whole_ref(s, arena, t, ref, sink);
    struct search f = {.s = s, .arena = arena, .prefix = t, .sink = sink};
    f.drefs = str_starts_with(t, STR("dref:"));
    f.rrefs = str_starts_with(t, STR("rref:"));
    struct stat st;
    if (f.drefs || f.rrefs) {
        f.prefix = (struct str){t.p + 5, t.len - 5};
    } else if (strchr(text, '/') || !is_bare_prefix(t) || lstat(text, &st) == 0) {
        if (query_ref_of_path(s, arena, text, ref, NULL)) return true;
        struct diag *d =
            diag_error(sink, SPAN_NONE, "E0718", "`%s` is no ref and no path into the store", text);
        diag_note(d, "the store is %s", s->path);
        return false;
    } else {
        f.drefs = f.rrefs = true;
    }
    bool good = search_prefix(&f) && found_one(&f, text, ref);
    vec_free(&f.found);
    return good;
}

// Where a path leads to: all its links followed, or, if it leads to nothing (any more), by its text
// or by what its last link says.
static char *where(struct arena *arena, const char *path)
{
    char *real = realpath(path, NULL);
    if (real) {
        char *copy = arena_strdup(arena, real);
        free(real);
        return copy;
    }
    char target[PATH_MAX];
    ssize_t len = readlink(path, target, sizeof(target) - 1);
    if (len > 0) {
        target[len] = '\0';
        path = path_join(arena, path_dir(arena, path), target);
    }
    return *path == '/' ? path_normalize(arena, path) : arena_strdup(arena, path);
}

bool query_ref_of_path(const struct store *s, struct arena *arena, const char *path,
                       struct str *ref, struct str *rest)
{
    struct str real = str_from(where(arena, path));
    struct str base = str_from(s->path);
    if (!str_starts_with(real, base) || real.len <= base.len || real.p[base.len] != '/') {
        return false;
    }
    const char *folder = real.p + base.len + 1;
    size_t folder_len = strcspn(folder, "/");
    const char *dref = arena_printf(arena, "dref:%.*s", (int)folder_len, folder);
    if (!ref_is_dref(str_from(dref))) return false;
    const char *after = folder + folder_len + (folder[folder_len] == '/');
    size_t hash_len = strcspn(after, "/");
    char *hash = arena_dup(arena, after, hash_len);
    *ref = str_from(dref);
    if (query_is_realization(hash)) {
        *ref = make_rref(arena, hash, *ref);
        after += hash_len + (after[hash_len] == '/');
    }
    if (rest) *rest = str_from(after);
    return true;
}
