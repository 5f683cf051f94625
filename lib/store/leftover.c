#include "store/leftover.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/io.h"
#include "base/vec.h"
#include "store/folder.h"
#include "store/root.h"
#include "store/store.h"

// How long a dead worker's locks are waited for; a child of it needs less than a millisecond.
#define AWAIT_MS 1000

typedef VEC(struct leftover) leftovers;

static int open_temp(const struct store *s)
{
    if (s->roots_fd < 0) return -1;
    return openat(s->roots_fd, "temp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

// The file, locked, if nobody else holds it; -1 otherwise.
static int lock_file(int dirfd, const char *name)
{
    int fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return -1;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
    close(fd);
    return -1;
}

// tmp/SESSION.RANDOM.LABEL
static void list_tmp(const struct store *s, struct arena *arena, leftovers *found)
{
    struct folder f;
    if (s->tmp_fd < 0 || folder_list_at(s->tmp_fd, ".", arena, &f) < 0) return;
    for (size_t i = 0; i < f.len; i++) {
        const char *name = f.at[i].name;
        const char *session = arena_dup(arena, name, strcspn(name, "."));
        // Names without a session are places that outlive processes: downloads to be resumed, and
        // quarantine when the store is on another file system than its root.
        if (!strchr(name, '.') || root_session_alive(s, session)) continue;
        vec_push(found,
                 (struct leftover){arena_printf(arena, "%s/%s", s->tmp, name), name, LEFTOVER_TMP});
    }
}

static void list_files(const struct store *s, int dirfd, const char *dir, int kind,
                       struct arena *arena, leftovers *found)
{
    struct folder f;
    if (dirfd < 0 || folder_list_at(dirfd, ".", arena, &f) < 0) return;
    for (size_t i = 0; i < f.len; i++) {
        const char *name = f.at[i].name;
        if (strcmp(name, "gc.lock") == 0 || strcmp(name, s->session) == 0) continue;
        int fd = lock_file(dirfd, name);
        if (fd < 0) continue;
        close(fd);
        struct leftover l = {arena_printf(arena, "%s/%s/%s", s->root, dir, name), name, 0};
        l.kind = (__typeof__(l.kind))kind;
        vec_push(found, l);
    }
}

// The ID in .new-ID and .gone-ID; null for any other name.
static const char *paused_id(const char *name)
{
    static const char *const prefixes[] = {LEFTOVER_PAUSED_NEW, LEFTOVER_PAUSED_GONE};
    for (size_t i = 0; i < LEN(prefixes); i++)
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0) return name + strlen(prefixes[i]);
    return NULL;
}

// Does nobody hold sessions/NAME locked? Its file `lock` is missing where its maker died before, or
// where it is half removed.
static bool paused_is_dead(int sessions, const char *name, struct arena *arena)
{
    const char *lock = arena_printf(arena, "%s/lock", name);
    int fd = lock_file(sessions, lock);
    if (fd < 0) return faccessat(sessions, lock, F_OK, AT_SYMLINK_NOFOLLOW) < 0 && errno == ENOENT;
    close(fd);
    return true;
}

static int open_sessions(const struct store *s)
{
    if (s->root_fd < 0) return -1;
    return openat(s->root_fd, "sessions", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void list_paused(const struct store *s, struct arena *arena, leftovers *found)
{
    struct folder f;
    int sessions = open_sessions(s);
    if (sessions < 0) return;
    // Where nobody ever paused there is no guard. While somebody just makes one, nothing is known.
    int guard =
        openat(sessions, LEFTOVER_PAUSED_GUARD, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (guard >= 0 && flock(guard, LOCK_SH | LOCK_NB) == 0 &&
        folder_list_at(sessions, ".", arena, &f) == 0) {
        for (size_t i = 0; i < f.len; i++) {
            const char *name = f.at[i].name;
            if (!paused_id(name) || !paused_is_dead(sessions, name, arena)) continue;
            const char *path = arena_printf(arena, "%s/sessions/%s", s->root, name);
            vec_push(found, (struct leftover){path, name, LEFTOVER_PAUSED});
        }
    }
    if (guard >= 0) close(guard);
    close(sessions);
}

void leftover_list(const struct store *s, struct arena *arena, struct leftover **out, size_t *count)
{
    leftovers found = {0};
    int temp = open_temp(s);
    list_tmp(s, arena, &found);
    list_files(s, s->locks_fd, "locks", LEFTOVER_LOCK, arena, &found);
    list_files(s, temp, "roots/temp", LEFTOVER_SESSION, arena, &found);
    if (temp >= 0) close(temp);
    list_paused(s, arena, &found);
    *count = found.len;
    *out = ARENA_ARRAY(arena, struct leftover, found.len);
    if (found.len) memcpy(*out, found.at, found.len * sizeof(*found.at));
    vec_free(&found);
}

// Unlinked while it is held, as lock.h does it: who waited for it sees that its name is gone.
static bool remove_file(int dirfd, const char *name)
{
    int fd = lock_file(dirfd, name);
    if (fd < 0) return false;
    bool gone = unlinkat(dirfd, name, 0) == 0;
    close(fd);
    return gone;
}

// Taken over by a rename before anything in it is removed: whoever still thinks of publishing it
// finds all of it or nothing.
static bool remove_folder(struct store *s, const char *name)
{
    char taken[STORE_TMP_SIZE];
    if (!s->session[0]) return false;
    snprintf(taken, sizeof(taken), "%s.%llx.gone", s->session,
             (unsigned long long)io_monotonic_ns());
    if (renameat(s->tmp_fd, name, s->tmp_fd, taken) < 0) {
        return io_is_absent(errno);
    }
    return io_remove_tree(s->tmp_fd, taken) == 0;
}

// The stage's folder first: without its session, nobody would know whose it is.
static bool remove_paused(struct store *s, const char *name)
{
    char folder[64];
    int sessions = open_sessions(s);
    if (sessions < 0) return false;
    snprintf(folder, sizeof folder, LEFTOVER_PAUSED_TMP "%s", paused_id(name));
    bool gone = io_remove_tree(s->tmp_fd, folder) == 0 && io_remove_tree(sessions, name) == 0;
    close(sessions);
    return gone;
}

bool leftover_remove(struct store *s, const struct leftover *l)
{
    if (l->kind == LEFTOVER_PAUSED) return remove_paused(s, l->name);
    if (l->kind == LEFTOVER_TMP) return remove_folder(s, l->name);
    if (l->kind == LEFTOVER_LOCK) return remove_file(s->locks_fd, l->name);
    int temp = open_temp(s);
    bool gone = temp >= 0 && remove_file(temp, l->name);
    if (temp >= 0) close(temp);
    return gone;
}

void leftover_sweep_paused(struct store *s)
{
    struct arena arena = ARENA_INIT;
    leftovers found = {0};
    list_paused(s, &arena, &found);
    for (size_t i = 0; i < found.len; i++) (void)!leftover_remove(s, &found.at[i]);
    vec_free(&found);
    arena_free(&arena);
}

// A worker that died may have forked a child just before: that has its locks until it runs another
// program, or dies too, and nothing tells when.
static void await_session(const struct store *s, const char *mine, struct arena *arena)
{
    struct folder f;
    int64_t end = io_monotonic_ns() + (int64_t)AWAIT_MS * 1000000;
    int temp = open_temp(s);
    if (temp >= 0 && folder_list_at(temp, ".", arena, &f) == 0) {
        for (size_t i = 0; i < f.len; i++) {
            if (strncmp(f.at[i].name, mine, strlen(mine)) != 0) continue;
            while (root_session_alive(s, f.at[i].name) && io_monotonic_ns() < end)
                (void)poll(NULL, 0, 1);
        }
    }
    if (temp >= 0) close(temp);
}

void leftover_bury(struct store *s, pid_t worker, const struct map *keep)
{
    struct arena arena = ARENA_INIT;
    struct leftover *left;
    size_t count;
    char mine[32];
    int len = snprintf(mine, sizeof(mine), "%ld-", (long)worker);
    await_session(s, mine, &arena);
    leftover_list(s, &arena, &left, &count);
    for (size_t i = 0; i < count; i++) {
        if (strncmp(left[i].name, mine, (size_t)len) != 0) continue;
        if (!map_has(keep, str_from(left[i].name))) (void)leftover_remove(s, &left[i]);
    }
    arena_free(&arena);
}
