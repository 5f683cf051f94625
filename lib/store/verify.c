// Derivation by derivation; what a realization was built with is kept in memory until the end, when
// all that there is and all that is bad is known. A store that is in use while it is checked: what
// has vanished since it was listed is no finding.
#include "store/verify.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/map.h"
#include "base/vec.h"
#include "store/attributes.h"
#include "store/config.h"
#include "store/context.h"
#include "store/folder.h"
#include "store/leftover.h"
#include "store/nar.h"
#include "store/paused.h"
#include "store/query.h"
#include "store/ref.h"
#include "store/root.h"
#include "store/store.h"

// A realization that was looked at.
struct realization {
    struct str ref;
    struct str *needs; // rrefs of its context
    size_t need_count;
    bool bad; // to be quarantined
};

struct verify {
    struct store *s;
    const struct verify_options *options;
    struct arena *arena;  // of the result
    struct arena kept;    // until the end
    struct arena scratch; // for one derivation
    struct hasher *h;
    struct verify_result *out;
    VEC(struct verify_finding) findings;
    VEC(struct realization *) realizations;
    struct map by_ref;      // rref → struct realization *
    const struct str *deps; // of the derivation that is looked at, ascending
    size_t dep_count;
    // The realization that is being walked:
    const char *walked;
    uint64_t walked_bytes;
    bool bad_modes;
    bool bad_times;
    bool bad_attributes;
    bool open_top;
    bool unreadable; // it is not known to be bad
};

// `path` is relative to the store unless it is absolute.
static struct verify_finding *add(struct verify *v, enum verify_level level, const char *path,
                                  struct str ref, const char *fmt, ...) PRINTF_LIKE(5, 6);

static struct verify_finding *add(struct verify *v, enum verify_level level, const char *path,
                                  struct str ref, const char *fmt, ...)
{
    va_list va;
    va_start(va, fmt);
    struct verify_finding finding = {.level = level,
                                     .ref = ref.len ? arena_str(v->arena, ref) : STR(""),
                                     .message = arena_vprintf(v->arena, fmt, va)};
    va_end(va);
    finding.path = *path == '/' ? arena_strdup(v->arena, path)
                                : arena_printf(v->arena, "%s/%s", v->s->path, path);
    vec_push(&v->findings, finding);
    return &vec_last(&v->findings);
}

static bool still_there(const struct verify *v, const char *rel)
{
    struct stat st;
    return fstatat(v->s->fd, rel, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

// The folder that quarantined things go to: beside the store's root, or, if that is on another file
// system, in tmp/.
static int quarantine_folder(const struct verify *v, const char **shown)
{
    static const char name[] = "quarantine";
    struct stat store, root;
    int parent = v->s->root_fd;
    *shown = v->s->root;
    if (fstat(v->s->fd, &store) < 0) return -errno;
    if (parent < 0 || fstat(parent, &root) < 0 || root.st_dev != store.st_dev) {
        parent = v->s->tmp_fd;
        *shown = v->s->tmp;
    }
    if (mkdirat(parent, name, 0755) < 0 && errno != EEXIST) return -errno;
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

// Moves something out of the store; says what was done.
static const char *quarantine(struct verify *v, const char *rel)
{
    const char *root;
    int fd = quarantine_folder(v, &root);
    int result = fd < 0 ? fd : -EEXIST;
    // HASH-name/HASH becomes HASH-name.HASH, with a number when it is there already.
    char *name = arena_strdup(&v->scratch, rel);
    for (char *p = name; *p; p++) *p = *p == '/' ? '.' : *p;
    const char *target = name;
    (void)fchmodat(v->s->fd, rel, 0755,
                   AT_SYMLINK_NOFOLLOW); // only a folder that one may write to can be moved
    for (int i = 1; result == -EEXIST || result == -ENOTEMPTY; i++) {
        result = renameat2(v->s->fd, rel, fd, target, RENAME_NOREPLACE) < 0 ? -errno : 0;
        if (result == -EINVAL) result = renameat(v->s->fd, rel, fd, target) < 0 ? -errno : 0;
        if (!result) break;
        target = arena_printf(&v->scratch, "%s.%d", name, i);
    }
    if (fd >= 0) close(fd);
    if (result == -ENOENT) return NULL; // gone together with its derivation
    if (result < 0) return arena_printf(v->arena, "not moved: %s", strerror(-result));
    store_dirty(v->s, ".");
    return arena_printf(v->arena, "moved to %s/quarantine/%s", root, target);
}

// A fault whose cure is to move `rel` away.
static void bad_object(struct verify *v, const char *rel, struct str ref, const char *message)
{
    struct verify_finding *finding = add(v, VERIFY_FAULT, rel, ref, "%s", message);
    if (v->options->repair) finding->action = quarantine(v, rel);
}

// A fault that may be the system's, such as too many open files: nothing is moved for that.
static void unreadable_object(struct verify *v, const char *rel, struct str ref,
                              const char *message)
{
    struct verify_finding *finding = add(v, VERIFY_FAULT, rel, ref, "%s", message);
    if (v->options->repair) finding->action = "not moved, since it may be whole";
}

static bool says_nothing(int error)
{
    return !io_is_absent(error) && error != -EISDIR && error != -EINVAL;
}

// A file of the store, which is never reached through a link: what a repair changed there would not
// be the store's.
static int read_own(const struct verify *v, const char *path, struct buf *out)
{
    int fd = openat(v->s->fd, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return -errno;
    int result = io_read_regular(fd, 0, out);
    close(fd);
    return result;
}

static const char *why_not(int error)
{
    return error == -ELOOP ? "it is a link" : io_why(error);
}

static struct realization *remember(struct verify *v, struct str ref)
{
    struct realization *r = ARENA_NEW(&v->kept, struct realization);
    r->ref = arena_str(&v->kept, ref);
    vec_push(&v->realizations, r);
    map_set(&v->by_ref, r->ref, r);
    return r;
}

// ---- one realization ----

static void forget_entries(struct verify *v)
{
    v->bad_modes = v->bad_times = v->bad_attributes = v->open_top = false;
}

static bool has_other_time(const struct stat *st)
{
    return st->st_mtim.tv_sec != 1 || st->st_mtim.tv_nsec != 0;
}

static const struct timespec store_times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 1}};

// What cannot be mended is found again next time.
static void mend_entry(const struct nar_entry *e, mode_t mode, bool attributes)
{
    // Attributes can be taken off only by who may write.
    if (attributes && fchmod(e->fd, mode | S_IWUSR) == 0) (void)!attributes_strip(e->fd);
    (void)!futimens(e->fd, store_times);
    (void)!fchmod(e->fd, mode);
}

static void check_link(struct verify *v, const struct nar_entry *e)
{
    struct stat st;
    if (fstatat(e->dirfd, e->name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !has_other_time(&st)) return;
    v->bad_times = true;
    if (v->options->repair) (void)!utimensat(e->dirfd, e->name, store_times, AT_SYMLINK_NOFOLLOW);
}

static bool on_entry(void *ctx, struct nar_entry *e, struct diag_sink *sink)
{
    (void)sink;
    struct verify *v = ctx;
    if (S_ISLNK(e->st.st_mode)) {
        check_link(v, e);
        return true;
    }
    mode_t mode = e->st.st_mode & 07777;
    mode_t wanted = S_ISDIR(e->st.st_mode) || mode & S_IXUSR ? 0555 : 0444;
    bool attributes = attributes_any(e->fd) > 0, time = has_other_time(&e->st);
    if (S_ISREG(e->st.st_mode)) v->walked_bytes += (uint64_t)e->st.st_size;
    if (mode != wanted && !*e->rel)
        v->open_top = true;
    else if (mode != wanted)
        v->bad_modes = true;
    if (attributes) v->bad_attributes = true;
    if (time) v->bad_times = true;
    if (v->options->repair && (mode != wanted || attributes || time))
        mend_entry(e, wanted, attributes);
    return true;
}

// Has a context each dependency once, nothing else, and no realization twice? Returns what is
// wrong, or null.
static const char *check_entries_of(struct verify *v, const struct context *c)
{
    struct map seen = MAP_INIT;
    const char *why = NULL;
    size_t at = 0; // both are ascending
    for (size_t i = 0; !why && i < c->len; i++) {
        const struct context_entry *e = &c->at[i];
        if (at < v->dep_count && str_eq(v->deps[at], e->dref))
            at++;
        else if (at < v->dep_count && str_cmp(v->deps[at], e->dref) < 0)
            break;
        else
            why = arena_printf(&v->scratch,
                               "its context.json names " STR_FMT ", which is no dependency",
                               STR_ARG(e->dref));
        for (size_t j = 0; !why && j < e->count; j++) {
            if (map_set(&seen, e->rrefs[j], v))
                why = arena_printf(&v->scratch, "its context.json names " STR_FMT " twice",
                                   STR_ARG(e->rrefs[j]));
        }
    }
    if (!why && at < v->dep_count)
        why = arena_printf(&v->scratch, "its context.json lacks the dependency " STR_FMT,
                           STR_ARG(v->deps[at]));
    map_free(&seen);
    return why;
}

// The context, and what it needs. Returns what is wrong, or null.
static const char *check_context(struct verify *v, const char *rel, struct realization *r)
{
    const char *path = arena_printf(&v->scratch, "%s/context.json", rel);
    struct buf text = BUF_INIT, again = BUF_INIT;
    struct diag_sink quiet = DIAG_SINK_INIT;
    struct context c;
    const char *why = NULL;
    int result = read_own(v, path, &text);
    if (result < 0) {
        why = arena_printf(&v->scratch, "its context.json cannot be read: %s", why_not(result));
        v->unreadable = says_nothing(result);
    } else if (!context_parse(&c, &v->scratch, buf_str(&text), "context.json", &quiet)) {
        why = arena_strdup(&v->scratch, quiet.first->message);
    } else {
        context_write(&c, &again);
        why = str_eq(buf_str(&text), buf_str(&again)) ? check_entries_of(v, &c)
                                                      : "its context.json is not canonical text";
    }
    for (size_t i = 0; !why && i < c.len; i++) r->need_count += c.at[i].count;
    r->needs = ARENA_ARRAY(&v->kept, struct str, r->need_count);
    size_t at = 0;
    for (size_t i = 0; !why && i < c.len; i++) {
        for (size_t j = 0; j < c.at[i].count; j++) {
            r->needs[at++] = arena_str(&v->kept, c.at[i].rrefs[j]);
        }
    }
    buf_free(&text);
    buf_free(&again);
    diag_sink_free(&quiet);
    return why;
}

static const char *check_hash(struct verify *v, const char *rel, struct str ref)
{
    struct nar_options options = {.skip_meta = true, .on_entry = on_entry, .ctx = v};
    struct diag_sink quiet = DIAG_SINK_INIT;
    char hex[HASH_HEX_SIZE];
    v->walked_bytes = 0;
    forget_entries(v);
    const char *why = NULL;
    const char *what = arena_printf(&v->scratch, "%s/%s", v->s->path, rel);
    if (!nar_hash(v->s->fd, rel, what, &options, v->h, hex, &quiet)) {
        why = arena_strdup(&v->scratch, quiet.first->message);
        v->unreadable = strcmp(quiet.first->code, "E0707") == 0;
    } else if (strncmp(hex, ref.p + 5, REF_HASH_LEN) != 0) {
        why = arena_printf(&v->scratch, "its contents do not fit its name: their hash is %.*s",
                           REF_HASH_LEN, hex);
    }
    v->out->bytes += v->walked_bytes;
    diag_sink_free(&quiet);
    return why;
}

static void report_entries(struct verify *v, const char *rel, struct str ref)
{
    static const char wrong_modes[] = "files or folders in it have other modes than 0444 and 0555";
    static const char wrong_times[] = "not all in it was modified 1 second after the epoch";
    static const char open[] = "its folder is not read-only: the process that made it was ended";
    bool repair = v->options->repair;
    if (v->bad_attributes)
        add(v, VERIFY_FAULT, rel, ref, "files or folders in it have extended attributes")->action =
            repair ? "attributes removed" : NULL;
    if (v->bad_times)
        add(v, VERIFY_FAULT, rel, ref, wrong_times)->action = repair ? "times restored" : NULL;
    if (v->bad_modes)
        add(v, VERIFY_FAULT, rel, ref, wrong_modes)->action = repair ? "modes restored" : NULL;
    else if (v->open_top)
        add(v, VERIFY_NOTE, rel, ref, open)->action = repair ? "modes restored" : NULL;
}

static void check_realization(struct verify *v, struct str dref, const char *hash)
{
    const char *folder = dref.p + 5;
    const char *rel = arena_printf(&v->scratch, "%s/%s", folder, hash);
    const char *text = arena_printf(&v->scratch, "rref:%s-%s", hash, folder);
    struct str ref = str_from(text);
    struct realization *r = remember(v, ref);
    forget_entries(v);
    v->unreadable = false;
    const char *why = check_context(v, rel, r);
    if (!why && !v->options->no_contents) why = check_hash(v, rel, ref);
    v->out->rrefs++;
    if (!still_there(v, rel)) {
        r->need_count = 0; // collected meanwhile, perhaps with what it needed
    } else if (why && v->unreadable) {
        unreadable_object(v, rel, ref, why);
    } else if (why) {
        r->bad = true;
        bad_object(v, rel, ref, why);
    } else {
        report_entries(v, rel, ref);
    }
}

// ---- one derivation ----

static void note_missing_deps(struct verify *v, const char *rel, struct str dref,
                              const struct config *c)
{
    for (size_t i = 0; i < c->dep_count; i++) {
        if (query_exists(v->s, c->deps[i])) continue;
        add(v, VERIFY_NOTE, rel, dref, "it depends on " STR_FMT ", which is not in the store",
            STR_ARG(c->deps[i]));
    }
}

static const char *check_config(struct verify *v, const char *path, struct str dref)
{
    struct buf text = BUF_INIT;
    struct diag_sink quiet = DIAG_SINK_INIT;
    struct config c;
    const char *why = NULL;
    int result = read_own(v, path, &text);
    v->unreadable = false;
    if (result < 0) {
        why = arena_printf(&v->scratch, "its config.json cannot be read: %s", why_not(result));
        v->unreadable = says_nothing(result);
    } else if (!config_parse(&c, &v->scratch, v->h, buf_str(&text), SPAN_NONE, &quiet)) {
        why = arena_strdup(&v->scratch, quiet.first->message);
    } else if (!str_eq(c.text, buf_str(&text))) {
        why = "its config.json is not canonical text";
    } else if (!str_eq(c.dref, dref)) {
        why = arena_printf(&v->scratch, "its config does not fit its name: it is that of " STR_FMT,
                           STR_ARG(c.dref));
    } else {
        v->deps = c.deps;
        v->dep_count = c.dep_count;
        note_missing_deps(v, dref.p + 5, dref, &c);
    }
    buf_free(&text);
    diag_sink_free(&quiet);
    return why;
}

// A folder may lack write permission: that is how a store is made one to be only read.
static void check_mode(struct verify *v, const char *path, struct str dref, mode_t wanted)
{
    struct stat st;
    if (fstatat(v->s->fd, path, &st, AT_SYMLINK_NOFOLLOW) < 0 || S_ISLNK(st.st_mode)) return;
    if (((st.st_mode & 07777) | (wanted & S_IWUSR)) == wanted) return;
    struct verify_finding *finding =
        add(v, VERIFY_FAULT, path, dref, "it has another mode than 0%03o", (unsigned)wanted);
    if (v->options->repair && fchmodat(v->s->fd, path, wanted, AT_SYMLINK_NOFOLLOW) == 0)
        finding->action = "modes restored";
}

static bool is_hash(const char *name)
{
    return strlen(name) == REF_HASH_LEN && strspn(name, "0123456789abcdef") == REF_HASH_LEN;
}

static void check_entries(struct verify *v, struct str dref, const char *only)
{
    struct folder f;
    const char *folder = dref.p + 5;
    int result = folder_list_at(v->s->fd, folder, &v->scratch, &f);
    if (result < 0 && !io_is_absent(result)) {
        unreadable_object(
            v, folder, dref,
            arena_printf(&v->scratch, "its folder cannot be listed: %s", strerror(-result)));
    }
    for (size_t i = 0; result == 0 && i < f.len; i++) {
        const struct folder_entry *e = &f.at[i];
        if (only && strcmp(only, e->name) != 0) continue;
        if (e->type == DT_DIR && is_hash(e->name)) {
            check_realization(v, dref, e->name);
        } else if (strcmp(e->name, "config.json") != 0) {
            bad_object(v, arena_printf(&v->scratch, "%s/%s", folder, e->name), dref,
                       "it is neither a config nor a realization");
        }
    }
}

// All that was in a derivation which is bad goes with it.
static void condemn_realizations(struct verify *v, struct str dref)
{
    struct folder f;
    const char *folder = dref.p + 5;
    if (folder_list_at(v->s->fd, folder, &v->scratch, &f) < 0) return;
    for (size_t i = 0; i < f.len; i++) {
        if (f.at[i].type != DT_DIR || !is_hash(f.at[i].name)) continue;
        const char *ref = arena_printf(&v->scratch, "rref:%s-%s", f.at[i].name, folder);
        remember(v, str_from(ref))->bad = true;
    }
}

// `only`: the hash of one realization; null: all.
static void check_derivation(struct verify *v, struct str dref, const char *only)
{
    struct arena_mark mark = arena_mark(&v->scratch);
    const char *folder = dref.p + 5;
    const char *path = arena_printf(&v->scratch, "%s/config.json", folder);
    struct stat st;
    v->out->drefs++;
    bool is_folder = fstatat(v->s->fd, folder, &st, AT_SYMLINK_NOFOLLOW) < 0 || S_ISDIR(st.st_mode);
    const char *why = is_folder ? check_config(v, path, dref) : "it is no folder";
    if (!why) {
        check_mode(v, folder, dref, 0755);
        check_mode(v, path, dref, 0444);
        check_entries(v, dref, only);
    } else if (v->unreadable) {
        unreadable_object(v, folder, dref, why);
    } else if (still_there(v, folder)) {
        if (v->options->repair) condemn_realizations(v, dref);
        bad_object(v, folder, dref, why);
    }
    arena_reset(&v->scratch, mark);
}

// ---- the whole ----

static bool check_chosen(struct verify *v, struct diag_sink *sink)
{
    const struct verify_options *o = v->options;
    for (size_t i = 0; i < o->ref_count; i++) {
        struct rref r;
        struct dref d;
        char hash[REF_HASH_LEN + 1];
        bool whole = rref_parse(o->refs[i], &r) != REF_OK;
        if (whole && dref_parse(o->refs[i], &d) != REF_OK) {
            BUG("'" STR_FMT "' is no ref", STR_ARG(o->refs[i]));
        }
        if (!query_exists(v->s, o->refs[i])) {
            diag_error(sink, SPAN_NONE, whole ? "E0702" : "E0703",
                       "there is no " STR_FMT " in the store", STR_ARG(o->refs[i]));
            return false;
        }
        if (!whole) {
            d = rref_dref(&r);
            snprintf(hash, sizeof(hash), STR_FMT, STR_ARG(rref_hash(&r)));
        }
        check_derivation(v, str_from(d.text), whole ? NULL : hash);
        if (o->progress && !o->progress(o->ctx, i + 1, o->ref_count)) break;
    }
    return true;
}

static bool check_all(struct verify *v, struct diag_sink *sink)
{
    struct folder f;
    int result = folder_list_at(v->s->fd, ".", &v->kept, &f);
    if (result < 0) {
        store_fail(sink, "E0707", result, "cannot list the store %s", v->s->path);
        return false;
    }
    for (size_t i = 0; i < f.len; i++) {
        const char *ref = arena_printf(&v->kept, "dref:%s", f.at[i].name);
        if (f.at[i].type == DT_DIR && ref_is_dref(str_from(ref))) {
            check_derivation(v, str_from(ref), NULL);
        } else if (still_there(v, f.at[i].name)) {
            bad_object(v, f.at[i].name, STR(""), "it is no derivation");
        }
        if (v->options->progress && !v->options->progress(v->options->ctx, i + 1, f.len)) break;
    }
    return true;
}

// ---- what realizations were built with ----

// A realization was built with `needed`, which is bad or not there. Nothing could lead to it any
// more; repaired, it goes too.
static void condemn(struct verify *v, struct realization *r, struct str needed)
{
    char rel[STORE_REL_SIZE];
    store_ref_rel(r->ref, rel);
    if (!still_there(v, rel)) return;
    const char *why = arena_printf(
        &v->scratch, "it was built with " STR_FMT ", which is not in the store", STR_ARG(needed));
    r->bad = true;
    bad_object(v, rel, r->ref, why);
}

static void check_missing(struct verify *v)
{
    for (size_t i = 0; i < v->realizations.len; i++) {
        struct realization *r = v->realizations.at[i];
        for (size_t j = 0; j < r->need_count && !r->bad; j++) {
            struct str need = r->needs[j];
            if (!map_has(&v->by_ref, need) && !query_exists(v->s, need)) condemn(v, r, need);
        }
    }
}

struct dependent {
    struct realization *r;
    struct dependent *next;
};

// Which realizations were built with each.
static void find_dependents(struct verify *v, struct map *dependents)
{
    for (size_t i = 0; i < v->realizations.len; i++) {
        struct realization *r = v->realizations.at[i];
        for (size_t j = 0; j < r->need_count; j++) {
            struct dependent *d = ARENA_NEW(&v->kept, struct dependent);
            *d = (struct dependent){.r = r, .next = map_get(dependents, r->needs[j])};
            map_set(dependents, r->needs[j], d);
        }
    }
}

// From all that was moved away to what was built with it, and on.
static void spread(struct verify *v)
{
    VEC(struct realization *) queue = {0};
    for (size_t i = 0; i < v->realizations.len; i++) {
        if (v->realizations.at[i]->bad) vec_push(&queue, v->realizations.at[i]);
    }
    struct map dependents = MAP_INIT;
    if (queue.len) find_dependents(v, &dependents);
    while (queue.len) {
        struct realization *bad = vec_pop(&queue);
        for (struct dependent *d = map_get(&dependents, bad->ref); d; d = d->next) {
            if (d->r->bad) continue;
            condemn(v, d->r, bad->ref);
            if (d->r->bad) vec_push(&queue, d->r);
        }
    }
    map_free(&dependents);
    vec_free(&queue);
}

static void check_needs(struct verify *v)
{
    check_missing(v);
    if (v->options->repair) spread(v);
}

// ---- around the store ----

static void check_leftovers(struct verify *v)
{
    struct leftover *left;
    size_t count;
    leftover_list(v->s, &v->kept, &left, &count);
    for (size_t i = 0; i < count; i++) {
        struct verify_finding *finding =
            add(v, VERIFY_NOTE, left[i].path, STR(""), "a process that is gone left it");
        if (!v->options->repair) continue;
        finding->action = leftover_remove(v->s, &left[i]) ? "removed" : "not removed";
    }
}

static bool check_roots(struct verify *v, struct diag_sink *sink)
{
    struct root *roots;
    size_t count;
    if (!root_list(v->s, &v->kept, &roots, &count, sink)) return false;
    for (size_t i = 0; i < count; i++) {
        bool is_link = roots[i].kind == ROOT_DIRECT || roots[i].kind == ROOT_LINK;
        if (roots[i].ref.len || !is_link) continue;
        const char *path = arena_printf(&v->kept, "%s/roots/%s", v->s->root, roots[i].name);
        struct verify_finding *finding;
        if (roots[i].kind == ROOT_DIRECT) {
            finding = add(v, VERIFY_FAULT, path, STR(""), "this root leads to nothing");
        } else {
            finding = add(v, VERIFY_NOTE, path, STR(""),
                          "the link %s does not lead into the store any more", roots[i].link);
        }
        if (v->options->repair) {
            finding->action =
                unlinkat(v->s->roots_fd, roots[i].name, 0) == 0 ? "removed" : "not removed";
        }
    }
    return true;
}

static void check_session(struct verify *v, const struct paused *p)
{
    const char *folder = arena_printf(&v->kept, "%s/sessions/%s", v->s->root, p->name);
    const char *path = arena_printf(&v->kept, "%s/session.json", folder);
    if (p->problem) {
        add(v, VERIFY_FAULT, path, STR(""), "the paused session cannot be read: %s", p->problem);
        return;
    }
    if (!p->roots_lack) return;
    path = arena_printf(&v->kept, "%s/roots", folder);
    struct verify_finding *finding =
        p->no_roots ? add(v, VERIFY_FAULT, path, STR(""), "it cannot be read: %s", p->no_roots)
                    : add(v, VERIFY_FAULT, path, STR(""), "it lacks what session.json pins");
    if (!v->options->repair) return;
    int result = paused_write_roots(v->s, &v->kept, p);
    finding->action = result == 0 ? "written anew"
                      : result == -EWOULDBLOCK
                          ? "not written: somebody works on the session"
                          : arena_printf(v->arena, "not written: %s", strerror(-result));
}

static bool check_sessions(struct verify *v, struct diag_sink *sink)
{
    struct paused *at;
    size_t count;
    const char *name;
    int result = paused_list(v->s, &v->kept, &at, &count, &name);
    for (size_t i = 0; i < count; i++) check_session(v, &at[i]);
    if (result < 0)
        store_fail(sink, "E0707", result, "cannot read %s/sessions/%s", v->s->root, name);
    return result == 0;
}

static int compare_findings(const void *a, const void *b)
{
    const struct verify_finding *x = a, *y = b;
    int c = strcmp(x->path, y->path);
    return c ? c : strcmp(x->message, y->message);
}

static void give(struct verify *v)
{
    struct verify_result *out = v->out;
    out->len = v->findings.len;
    out->at = ARENA_ARRAY(v->arena, struct verify_finding, out->len);
    if (out->len) {
        memcpy(out->at, v->findings.at, out->len * sizeof(*out->at));
        qsort(out->at, out->len, sizeof(*out->at), compare_findings);
    }
    for (size_t i = 0; i < out->len; i++) out->faults += out->at[i].level == VERIFY_FAULT;
}

bool verify_store(struct store *s, const struct verify_options *options, struct arena *arena,
                  struct verify_result *out, struct diag_sink *sink)
{
    *out = (struct verify_result){.at = NULL};
    if (options->repair && !store_writable(s, sink)) return false;
    struct verify v = {
        .s = s, .options = options, .arena = arena, .h = hasher_new(HASH_SHA256), .out = out};
    bool good = options->ref_count ? check_chosen(&v, sink) : check_all(&v, sink);
    if (good) check_needs(&v);
    if (good && !options->ref_count) {
        check_leftovers(&v);
        good = check_roots(&v, sink) && check_sessions(&v, sink);
    }
    if (good && options->repair) good = store_sync(s, sink);
    if (good) give(&v);
    hasher_free(v.h);
    vec_free(&v.findings);
    vec_free(&v.realizations);
    map_free(&v.by_ref);
    arena_free(&v.kept);
    arena_free(&v.scratch);
    return good;
}
