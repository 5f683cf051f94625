#include "store/paused.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/json.h"
#include "base/map.h"
#include "base/vec.h"
#include "store/folder.h"
#include "store/ref.h"
#include "store/store.h"

#define SESSIONS "sessions"
// Of session.json; what another number means is not known here.
#define VERSION 1

typedef VEC(struct str) strs;

struct reading {
    struct arena *arena;
    struct paused *p;
    struct map pinned; // what session.json pins, and `roots` has to name
    struct map named;  // by `roots`
    struct map kept;   // all of them, in order
};

static void keep(struct reading *r, struct str ref)
{
    if (!map_has(&r->kept, ref)) map_set(&r->kept, ref, r);
}

// ---- session.json ----

// Adds a list of rrefs. False: it is none.
static bool read_rrefs(struct reading *r, const json_t *list, bool pinned, strs *told)
{
    size_t i;
    const json_t *item;
    json_array_foreach(list, i, item)
    {
        struct str text = json_slice(item);
        if (!ref_is_rref(text)) return false;
        struct str ref = arena_str(r->arena, text);
        vec_push(told, ref);
        keep(r, ref);
        if (pinned) map_set(&r->pinned, ref, r);
    }
    return json_is_array(list);
}

// What is being committed may be given up between the writing of `roots` and of session.json, and
// need not be named there.
static bool read_refs(struct reading *r, const json_t *json, strs *told)
{
    const char *dref;
    json_t *list;
    json_object_foreach(json_object_get(json, "pins"), dref, list)
    {
        if (!read_rrefs(r, list, true, told)) return false;
    }
    return json_is_object(json_object_get(json, "pins")) &&
           read_rrefs(r, json_object_get(json, "committing"), false, told) &&
           read_rrefs(r, json_object_get(json, "made"), true, told);
}

// Has it what every session has?
static bool is_session(json_t *json)
{
    const char *id, *store, *dref, *stage;
    json_t *next, *strays, *front;
    int outputs;
    return json_unpack(json, "{s:s, s:s, s:s, s:s, s:i, s:o, s:o, s:o}", "id", &id, "store", &store,
                       "dref", &dref, "stage", &stage, "outputs", &outputs, "next", &next, "strays",
                       &strays, "front", &front) == 0 &&
           ref_is_dref(str_from(dref)) && outputs > 0 && json_is_array(next) &&
           json_is_array(strays);
}

// Null or what is wrong.
static const char *parse_session(struct reading *r, struct str text, bool *foreign)
{
    struct json_problem problem;
    json_t *json = json_parse(text, &problem);
    if (!json) return arena_printf(r->arena, "it is not JSON: %s", problem.text);
    const char *why = NULL;
    strs told = {0};
    const json_t *version = json_object_get(json, "version");
    if (json_is_integer(version) && json_integer_value(version) != VERSION)
        *foreign = true;
    else if (!version || !is_session(json) || !read_refs(r, json, &told))
        why = "it is no session";
    json_decref(json);
    r->p->told.len = told.len;
    r->p->told.at = ARENA_ARRAY(r->arena, struct str, told.len);
    if (told.len) memcpy(r->p->told.at, told.at, told.len * sizeof *told.at);
    vec_free(&told);
    return why;
}

// Does an error say that there is something else than a readable file?
static bool is_damage(int error)
{
    return io_is_absent(error) || error == -EISDIR || error == -EINVAL;
}

static int read_session(struct reading *r, int fd, bool *foreign)
{
    struct buf text = BUF_INIT;
    int result = io_read_file(fd, "session.json", 0, &text);
    if (result == 0) {
        r->p->problem = parse_session(r, buf_str(&text), foreign);
    } else if (is_damage(result)) {
        r->p->problem = arena_strdup(r->arena, io_why(result));
        result = 0;
    }
    buf_free(&text);
    return result;
}

// ---- roots ----

static int read_roots(struct reading *r, int fd)
{
    struct buf text = BUF_INIT;
    int result = io_read_file(fd, "roots", 0, &text);
    for (const char *p = buf_z(&text); *p;) {
        size_t len = strcspn(p, "\n");
        struct str ref = {p, len};
        if (ref_is_dref(ref) || ref_is_rref(ref)) {
            ref = arena_str(r->arena, ref);
            keep(r, ref);
            map_set(&r->named, ref, r);
        }
        p += len + (p[len] == '\n');
    }
    buf_free(&text);
    if (!is_damage(result)) return result;
    r->p->no_roots = arena_strdup(r->arena, io_why(result));
    return 0;
}

// ---- a session ----

static struct ref_list keys(struct arena *arena, const struct map *m)
{
    struct ref_list list = {ARENA_ARRAY(arena, struct str, m->len), m->len};
    for (size_t i = 0; i < m->len; i++) list.at[i] = m->entries[i].key;
    return list;
}

// In this order: who saves a session writes `roots` first, so that it names at least what the
// session.json that was read here pins.
static int read_folder(struct arena *arena, int fd, struct paused *p)
{
    struct reading r = {.arena = arena, .p = p};
    bool foreign = false;
    int result = read_session(&r, fd, &foreign);
    if (result == 0) result = read_roots(&r, fd);
    p->refs = keys(arena, &r.kept);
    p->roots_lack = p->no_roots && !foreign;
    for (size_t i = 0; i < r.pinned.len; i++)
        if (!map_has(&r.named, r.pinned.entries[i].key)) p->roots_lack = true;
    // An empty `roots` is what a session has that needs nothing, or a damaged one.
    p->unknown = p->problem ? r.named.len == 0 : foreign && p->no_roots;
    map_free(&r.pinned);
    map_free(&r.named);
    map_free(&r.kept);
    return result;
}

static bool has_name(int sessions, const char *name, int fd)
{
    struct stat named, opened;
    return fstatat(sessions, name, &named, AT_SYMLINK_NOFOLLOW) == 0 && fstat(fd, &opened) == 0 &&
           named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

// 1: it is gone meanwhile, or no folder.
static int read_one(struct arena *arena, int sessions, struct paused *p)
{
    int fd = openat(sessions, p->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return io_is_absent(errno) ? 1 : -errno;
    int result = read_folder(arena, fd, p);
    // It loses its name before anything in it is removed.
    if (result == 0 && (p->problem || p->no_roots) && !has_name(sessions, p->name, fd)) result = 1;
    close(fd);
    return result;
}

static int open_sessions(const struct store *s)
{
    if (s->root_fd < 0) return -ENOENT;
    int fd = openat(s->root_fd, SESSIONS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int paused_list(const struct store *s, struct arena *arena, struct paused **out, size_t *count,
                const char **name)
{
    struct folder f;
    *out = NULL;
    *count = 0;
    *name = "";
    int sessions = open_sessions(s);
    if (sessions < 0) return io_is_absent(sessions) ? 0 : sessions;
    int result = folder_list_at(sessions, ".", arena, &f);
    if (result == 0) *out = ARENA_ARRAY(arena, struct paused, f.len);
    for (size_t i = 0; result >= 0 && i < f.len; i++) {
        struct paused *p = &(*out)[*count];
        *name = f.at[i].name;
        if (**name == '.') continue;
        *p = (struct paused){.name = *name};
        result = read_one(arena, sessions, p);
        *count += result == 0;
    }
    close(sessions);
    return result < 0 ? result : 0;
}

// ---- writing ----

static int write_roots(int fd, struct str text, const char *beside, bool sync)
{
    int result = io_write_new(fd, beside, text, 0644, sync);
    if (result < 0) return result;
    if (renameat(fd, beside, fd, "roots") < 0) {
        result = -errno;
        (void)unlinkat(fd, beside, 0);
    } else if (sync && fsync(fd) < 0) {
        result = -errno;
    }
    return result;
}

// With the session's lock, which whoever continues it holds.
static int write_locked(int fd, struct str text, const char *beside, bool sync)
{
    int lock = openat(fd, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (lock < 0) return -errno;
    int result = flock(lock, LOCK_EX | LOCK_NB) < 0 ? -errno : write_roots(fd, text, beside, sync);
    close(lock);
    return result;
}

int paused_write_roots(struct store *s, struct arena *arena, const struct paused *p)
{
    const char *path = arena_printf(arena, SESSIONS "/%s", p->name);
    const char *beside = arena_printf(arena, ".roots-%ld", (long)getpid());
    int fd = openat(s->root_fd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return -errno;
    struct buf text = BUF_INIT;
    for (size_t i = 0; i < p->told.len; i++)
        buf_printf(&text, STR_FMT "\n", STR_ARG(p->told.at[i]));
    int result = write_locked(fd, buf_str(&text), beside, s->sync);
    buf_free(&text);
    close(fd);
    return result;
}
