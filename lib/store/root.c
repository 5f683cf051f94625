#include "store/root.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/io.h"
#include "base/path.h"
#include "base/vec.h"
#include "store/folder.h"
#include "store/lock.h"
#include "store/paused.h"
#include "store/query.h"
#include "store/ref.h"
#include "store/store.h"

typedef VEC(struct root) roots;

// Puts a link at dirfd/name in one step, over a link that may be there.
static int put_link(int dirfd, const char *name, const char *target)
{
    struct buf beside = BUF_INIT;
    buf_printf(&beside, "%s.%lx%lx", name, (unsigned long)getpid(),
               (unsigned long)io_monotonic_ns());
    int result = symlinkat(target, dirfd, beside.p) < 0 ? -errno : 0;
    if (!result && renameat(dirfd, beside.p, dirfd, name) < 0) {
        result = -errno;
        unlinkat(dirfd, beside.p, 0);
    }
    buf_free(&beside);
    return result;
}

// Refuses to replace what is no link.
static bool check_free(int dirfd, const char *name, const char *shown, struct diag_sink *sink)
{
    struct stat st;
    if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || S_ISLNK(st.st_mode)) return true;
    struct diag *d =
        diag_error(sink, SPAN_NONE, "E0725", "%s exists and is not a symbolic link", shown);
    diag_help(d, "remove it, or choose another place for the link");
    return false;
}

// The link's absolute path: its folder without links, so that one place has one name.
static char *link_place(struct arena *arena, const char *link)
{
    char *dir = realpath(path_dir(arena, link), NULL);
    struct str base = path_base(link);
    if (!dir) return NULL;
    char *place =
        arena_printf(arena, "%s/" STR_FMT, strcmp(dir, "/") == 0 ? "" : dir, STR_ARG(base));
    free(dir);
    return place;
}

static void place_hash(const char *place, char hash[REF_HASH_LEN + 1])
{
    char hex[HASH_HEX_SIZE];
    struct hasher *h = hasher_new(HASH_SHA256);
    hasher_hex_of(h, str_from(place), hex);
    hasher_free(h);
    snprintf(hash, REF_HASH_LEN + 1, "%.*s", REF_HASH_LEN, hex);
}

static bool find_place(struct arena *arena, const char *link, char **place, struct diag_sink *sink)
{
    *place = link_place(arena, link);
    if (*place) return check_free(AT_FDCWD, *place, link, sink);
    store_fail(sink, "E0725", errno, "cannot make the link %s", link);
    return false;
}

bool root_out_link_check(const char *link, struct diag_sink *sink)
{
    struct arena arena = ARENA_INIT;
    char *place;
    bool good = find_place(&arena, link, &place, sink);
    arena_free(&arena);
    return good;
}

static bool is_link(int dirfd, const char *name)
{
    struct stat st;
    return fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode);
}

// First the root, then the link: a link that exists is always registered. Another process may make
// the same link now and have found our root there. So where no link can be made, the root is given
// up, and made again if a link has come; and who has made a link looks whether its root has gone.
static int put_registered(struct store *s, const char *name, const char *place, const char *target)
{
    int result = put_link(s->roots_fd, name, place);
    if (result < 0) return result;
    result = put_link(AT_FDCWD, place, target);
    if (result < 0 && !is_link(AT_FDCWD, place)) {
        (void)!unlinkat(s->roots_fd, name, 0);
        if (is_link(AT_FDCWD, place)) (void)!put_link(s->roots_fd, name, place);
    }
    if (result < 0 || is_link(s->roots_fd, name)) return result;
    return put_link(s->roots_fd, name, place);
}

static bool out_link(struct store *s, struct arena *arena, const char *link, struct str ref,
                     struct diag_sink *sink)
{
    char *place;
    if (!find_place(arena, link, &place, sink)) return false;
    char name[REF_HASH_LEN + 1];
    place_hash(place, name);
    int result = put_registered(s, name, place, store_ref_path(s, arena, ref));
    if (result < 0) store_fail(sink, "E0725", result, "cannot make the link %s", link);
    return result == 0;
}

bool root_out_link(struct store *s, const char *link, struct str ref, struct diag_sink *sink)
{
    struct arena arena = ARENA_INIT;
    bool good = store_writable(s, sink) && out_link(s, &arena, link, ref, sink);
    arena_free(&arena);
    return good;
}

bool root_add(struct store *s, struct str name, struct str ref, struct diag_sink *sink)
{
    if (!store_writable(s, sink)) return false;
    if (!ref_name_valid(name) || str_eqz(name, "temp")) {
        diag_error(sink, SPAN_NONE, "E0725", "`" STR_FMT "` cannot be the name of a root",
                   STR_ARG(name));
        return false;
    }
    struct arena arena = ARENA_INIT;
    char *path = store_ref_path(s, &arena, ref);
    const char *file = arena_str(&arena, name).p;
    int result = symlinkat(path, s->roots_fd, file) < 0 ? -errno : 0;
    if (result == -EEXIST) {
        char target[PATH_MAX];
        ssize_t len = readlinkat(s->roots_fd, file, target, sizeof(target));
        if (len == (ssize_t)strlen(path) && memcmp(target, path, (size_t)len) == 0) result = 0;
    }
    if (result < 0) store_fail(sink, "E0725", result, "cannot add the root %s", file);
    arena_free(&arena);
    return result == 0;
}

bool root_remove(struct store *s, struct str name, struct diag_sink *sink)
{
    if (!store_writable(s, sink)) return false;
    struct arena arena = ARENA_INIT;
    const char *file = arena_str(&arena, name).p;
    bool good = ref_name_valid(name) && unlinkat(s->roots_fd, file, 0) == 0;
    if (!good) diag_error(sink, SPAN_NONE, "E0725", "there is no root named `%s`", file);
    arena_free(&arena);
    return good;
}

bool root_temp_add(struct store *s, const struct str *refs, size_t count, struct diag_sink *sink)
{
    struct lock gc;
    if (!store_writable(s, sink) || !lock_gc(s, false, &gc, sink)) return false;
    struct buf lines = BUF_INIT;
    for (size_t i = 0; i < count; i++) {
        buf_adds(&lines, refs[i]);
        buf_addc(&lines, '\n');
    }
    int result = io_write_all(s->session_fd, buf_z(&lines), lines.len);
    buf_free(&lines);
    lock_release(s, &gc);
    if (result < 0) {
        store_fail(sink, "E0707", result, "cannot write %s/roots/temp/%s", s->root, s->session);
    }
    return result == 0;
}

bool root_session_alive(const struct store *s, const char *session)
{
    char path[NAME_MAX + 8];
    if (strcmp(session, s->session) == 0) return true;
    snprintf(path, sizeof(path), "temp/%s", session);
    int fd = openat(s->roots_fd, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return !io_is_absent(errno);
    bool alive = flock(fd, LOCK_SH | LOCK_NB) < 0; // also if one cannot tell
    close(fd);
    return alive;
}

// A link in roots/. 0 or -errno: what cannot be looked at is not known to be no root.
static int read_root(const struct store *s, struct arena *arena, const char *name, roots *found)
{
    char target[PATH_MAX];
    struct stat st;
    ssize_t len = readlinkat(s->roots_fd, name, target, sizeof(target) - 1);
    if (len <= 0) return len < 0 && !io_is_absent(errno) ? -errno : 0;
    target[len] = '\0';
    if (lstat(target, &st) < 0 && !io_is_absent(errno)) return -errno;
    struct root r = {.name = arena_strdup(arena, name), .ref = STR("")};
    size_t base = strlen(s->path);
    r.kind = strncmp(target, s->path, base) == 0 && target[base] == '/' ? ROOT_DIRECT : ROOT_LINK;
    r.link = r.kind == ROOT_LINK ? arena_strdup(arena, target) : NULL;
    struct str ref;
    if (query_ref_of_path(s, arena, target, &ref, NULL) && query_exists(s, ref)) r.ref = ref;
    vec_push(found, r);
    return 0;
}

// A file of refs, one a line, as roots of that kind and name. 0 or -errno; that there is none (any
// more) is fine.
static int read_refs(struct arena *arena, int dirfd, const char *path, enum root_kind kind,
                     const char *name, roots *found)
{
    struct buf text = BUF_INIT;
    int result = io_read_file(dirfd, path, 0, &text);
    const char *p = buf_z(&text);
    while (*p) {
        size_t len = strcspn(p, "\n");
        struct str ref = {p, len};
        if (ref_is_dref(ref) || ref_is_rref(ref)) {
            struct root r = {.kind = kind, .name = name, .ref = arena_str(arena, ref)};
            vec_push(found, r);
        }
        p += len + (p[len] == '\n');
    }
    buf_free(&text);
    return io_is_absent(result) ? 0 : result;
}

static int read_session(const struct store *s, struct arena *arena, const char *session,
                        roots *found)
{
    char path[NAME_MAX + 8];
    snprintf(path, sizeof(path), "temp/%s", session);
    if (!root_session_alive(s, session)) return 0;
    return read_refs(arena, s->roots_fd, path, ROOT_TEMP, arena_strdup(arena, session), found);
}

static int read_paused(const struct store *s, struct arena *arena, const char **name, roots *found)
{
    struct paused *at;
    size_t count;
    int result = paused_list(s, arena, &at, &count, name);
    for (size_t i = 0; !result && i < count; i++) {
        struct root r = {.kind = ROOT_PAUSED, .name = at[i].name, .ref = STR("")};
        if (at[i].unknown) vec_push(found, r);
        for (size_t k = 0; k < at[i].refs.len; k++) {
            r.ref = at[i].refs.at[k];
            vec_push(found, r);
        }
    }
    return result;
}

// The sessions of running processes come first. Who makes a link has a session until that is done:
// if the session is not found any more, the link is.
static int read_sessions(const struct store *s, struct arena *arena, const char **name,
                         roots *found)
{
    struct folder f;
    *name = "temp";
    int result = folder_list_at(s->roots_fd, "temp", arena, &f);
    for (size_t i = 0; !result && i < f.len; i++) {
        *name = arena_printf(arena, "temp/%s", f.at[i].name);
        result = read_session(s, arena, f.at[i].name, found);
    }
    return result;
}

static int read_links(const struct store *s, struct arena *arena, const char **name, roots *found)
{
    struct folder f;
    *name = "";
    int result = folder_list_at(s->roots_fd, ".", arena, &f);
    for (size_t i = 0; !result && i < f.len; i++) {
        *name = f.at[i].name;
        if (f.at[i].type == DT_LNK) result = read_root(s, arena, *name, found);
    }
    return result;
}

bool root_list(const struct store *s, struct arena *arena, struct root **out, size_t *count,
               struct diag_sink *sink)
{
    *out = NULL;
    *count = 0;
    if (s->roots_fd < 0) return true;
    roots found = {0};
    const char *name, *place = "roots";
    int result = read_sessions(s, arena, &name, &found);
    if (!result) result = read_links(s, arena, &name, &found);
    if (!result) {
        place = "sessions";
        result = read_paused(s, arena, &name, &found);
    }
    if (result < 0) {
        store_fail(sink, "E0707", result, "cannot see what %s/%s/%s keeps", s->root, place, name);
        vec_free(&found);
        return false;
    }
    *out = ARENA_ARRAY(arena, struct root, found.len);
    *count = found.len;
    if (found.len) memcpy(*out, found.at, found.len * sizeof(*found.at));
    vec_free(&found);
    return true;
}
