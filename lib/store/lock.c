#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/ref.h"

#define GC_LOCK "gc.lock"

// Is the file behind fd still the one that has the name? Whoever held it before may have unlinked
// it between our open and our flock. 1, 0 or -errno.
static int still_named(const struct store *s, int fd, const char *name)
{
    struct stat held, named;
    if (fstat(fd, &held) < 0) return -errno;
    if (fstatat(s->locks_fd, name, &named, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT ? 0 : -errno;
    return held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

static pid_t read_holder(int fd)
{
    char text[24] = "";
    ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
    long pid = n > 0 ? strtol(text, NULL, 10) : 0;
    return pid > 0 ? (pid_t)pid : 0;
}

// Only for the messages of those who wait: a failure changes nothing.
static void write_holder(int fd)
{
    char text[24];
    int len = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) < 0 || pwrite(fd, text, (size_t)len, 0) < 0) return;
}

// A lock was refused, or its file could not be looked at: that may be ours, made just now, or
// another's. Only who holds it may unlink it, so both are tried once more.
static void clear_refused(const struct store *s, int fd, const char *name)
{
    if (strcmp(name, GC_LOCK) == 0 || flock(fd, LOCK_EX | LOCK_NB) < 0) return;
    if (still_named(s, fd, name) == 1) unlinkat(s->locks_fd, name, 0);
}

static enum lock_result take(struct store *s, int operation, struct lock *out, pid_t *holder,
                             struct diag_sink *sink)
{
    for (;;) {
        int fd = openat(s->locks_fd, out->name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (fd < 0) {
            store_fail(sink, "E0722", errno, "cannot open the lock file %s/locks/%s", s->root,
                       out->name);
            return LOCK_FAILED;
        }
        if (flock(fd, operation) < 0) {
            int error = errno;
            if (error == EWOULDBLOCK && holder) *holder = read_holder(fd);
            if (error != EWOULDBLOCK) clear_refused(s, fd, out->name);
            close(fd);
            if (error == EWOULDBLOCK || error == EINTR) return LOCK_BUSY;
            store_fail(sink, "E0722", error, "cannot lock %s/locks/%s", s->root, out->name);
            return LOCK_FAILED;
        }
        int named = still_named(s, fd, out->name);
        if (named == 1) {
            out->fd = fd;
            return LOCK_TAKEN;
        }
        if (named < 0) clear_refused(s, fd, out->name);
        close(fd);
        if (named < 0) {
            store_fail(sink, "E0722", named, "cannot look at %s/locks/%s", s->root, out->name);
            return LOCK_FAILED;
        }
    }
}

static enum lock_result take_dref(struct store *s, struct str dref, int operation, struct lock *out,
                                  pid_t *holder, struct diag_sink *sink)
{
    *out = LOCK_INIT;
    if (holder) *holder = 0;
    if (!store_writable(s, sink)) return LOCK_FAILED;
    store_ref_rel(dref, out->name);
    size_t len = strlen(out->name);
    snprintf(out->name + len, sizeof(out->name) - len, ".lock");
    enum lock_result result = take(s, operation, out, holder, sink);
    if (result == LOCK_TAKEN) write_holder(out->fd);
    return result;
}

enum lock_result lock_try(struct store *s, struct str dref, struct lock *out, pid_t *holder,
                          struct diag_sink *sink)
{
    return take_dref(s, dref, LOCK_EX | LOCK_NB, out, holder, sink);
}

enum lock_result lock_wait(struct store *s, struct str dref, struct lock *out,
                           struct diag_sink *sink)
{
    return take_dref(s, dref, LOCK_EX, out, NULL, sink);
}

void lock_release(struct store *s, struct lock *l)
{
    if (l->fd < 0) return;
    // The lock of the collector is shared, so nobody may unlink it.
    if (strcmp(l->name, GC_LOCK) != 0) unlinkat(s->locks_fd, l->name, 0);
    // A child that was forked meanwhile has the descriptor too, so closing ours may not be enough.
    (void)flock(l->fd, LOCK_UN);
    close(l->fd);
    l->fd = -1;
}

bool lock_gc(struct store *s, bool exclusive, struct lock *out, struct diag_sink *sink)
{
    *out = LOCK_INIT;
    snprintf(out->name, sizeof(out->name), GC_LOCK);
    enum lock_result result;
    do result = take(s, exclusive ? LOCK_EX : LOCK_SH, out, NULL, sink);
    while (result == LOCK_BUSY); // a signal; what holds it ends soon
    return result == LOCK_TAKEN;
}
