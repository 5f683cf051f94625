#include "base/copier.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "base/thread.h"

// How much is copied before others hear of it.
#define COPY_STEP ((uint64_t)1 << 20)
// How much is handed to the disk, or dropped from the page cache, at a time.
#define DISK_STEP ((uint64_t)8 << 20)
// So much of a larger file is in the page cache at most. The disk works on one half while the other
// is filled.
#define WINDOW ((uint64_t)256 << 20)
#define BLOCK  ((size_t)256 << 10)

struct copier {
    int from, to;
    uint64_t size;
    off_t base;  // where in `to` it began
    char *block; // of the copying thread, which needs one where the kernel cannot copy; or null
    // All that follows is shared; bytes from the begin.
    bool bounded; // it keeps to the window
    uint64_t copied;
    uint64_t done;    // read by the caller, whose thread alone changes it
    uint64_t begun;   // handed to the disk
    uint64_t dropped; // on the disk, and no longer in the page cache
    bool ended;       // no more will be copied
    bool stop;        // nobody wants more
    int error;
    bool write_failed;
    pthread_t copying, pushing;
    bool has_pusher;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
};

// ---- the copy ----

// Through memory. Positive, or -errno.
static ssize_t copy_block(struct copier *c, uint64_t want, bool *write_failed)
{
    if (!c->block) c->block = bug_malloc(BLOCK);
    ssize_t n;
    do n = read(c->from, c->block, want < BLOCK ? (size_t)want : BLOCK);
    while (n < 0 && errno == EINTR);
    if (n <= 0) return n < 0 ? -errno : -ESTALE;
    int result = io_write_all(c->to, c->block, (size_t)n);
    *write_failed = result < 0;
    return result < 0 ? result : n;
}

static ssize_t copy_some(struct copier *c, uint64_t want, bool *write_failed)
{
    if (c->block) return copy_block(c, want, write_failed);
    ssize_t n;
    do n = copy_file_range(c->from, NULL, c->to, NULL, (size_t)want, 0);
    while (n < 0 && errno == EINTR);
    // It is refused for some pairs of files, and tells not which of the two is to blame.
    return n > 0 ? n : copy_block(c, want, write_failed);
}

static bool may_copy(const struct copier *c)
{
    return !c->bounded || c->copied - c->dropped < WINDOW;
}

static void *copy(void *arg)
{
    struct copier *c = arg;
    pthread_mutex_lock(&c->mutex);
    while (c->copied < c->size && !c->stop && !c->error) {
        if (!may_copy(c)) {
            pthread_cond_wait(&c->changed, &c->mutex);
            continue;
        }
        uint64_t left = c->size - c->copied;
        bool write_failed = false;
        pthread_mutex_unlock(&c->mutex);
        ssize_t n = copy_some(c, left < COPY_STEP ? left : COPY_STEP, &write_failed);
        pthread_mutex_lock(&c->mutex);
        if (n > 0) c->copied += (uint64_t)n;
        if (n < 0 && !c->error) {
            c->error = (int)n;
            c->write_failed = write_failed;
        }
        pthread_cond_broadcast(&c->changed);
    }
    c->ended = true;
    pthread_cond_broadcast(&c->changed);
    pthread_mutex_unlock(&c->mutex);
    return NULL;
}

// ---- to the disk ----

// The full steps that came since the last time. That the disk does not take them now is no error.
static void begin(struct copier *c)
{
    uint64_t from = c->begun, to = c->copied / DISK_STEP * DISK_STEP;
    pthread_mutex_unlock(&c->mutex);
    (void)sync_file_range(c->to, c->base + (off_t)from, (off_t)(to - from), SYNC_FILE_RANGE_WRITE);
    pthread_mutex_lock(&c->mutex);
    c->begun = to;
}

// True of an error that says that the call cannot be made, and nothing about what was written.
static bool is_refusal(int error)
{
    return error == EINVAL || error == ESPIPE || error == ENOSYS || error == EPERM ||
           error == EINTR;
}

// Waits until a step is on the disk. An error counts: the kernel reports it once for each
// descriptor, so a later sync would not see it.
static void drop(struct copier *c)
{
    off_t at = c->base + (off_t)c->dropped, len = (off_t)DISK_STEP;
    const unsigned wait =
        SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
    pthread_mutex_unlock(&c->mutex);
    int result = sync_file_range(c->to, at, len, wait) < 0 ? errno : 0;
    if (!result) (void)posix_fadvise(c->to, at, len, POSIX_FADV_DONTNEED);
    pthread_mutex_lock(&c->mutex);
    if (is_refusal(result)) {
        c->bounded = false;
    } else if (!result) {
        c->dropped += DISK_STEP;
    } else if (!c->error) {
        c->error = -result;
        c->write_failed = true;
    }
    pthread_cond_broadcast(&c->changed);
}

static bool may_begin(const struct copier *c)
{
    return c->copied - c->begun >= DISK_STEP;
}

static bool may_drop(const struct copier *c)
{
    return c->bounded && !c->ended && c->copied - c->dropped >= WINDOW / 2 &&
           c->begun - c->dropped >= DISK_STEP && c->done >= c->dropped + DISK_STEP;
}

static void *push(void *arg)
{
    struct copier *c = arg;
    pthread_mutex_lock(&c->mutex);
    for (;;) {
        if (c->stop || c->error) break;
        if (may_begin(c))
            begin(c);
        else if (may_drop(c))
            drop(c);
        else if (c->ended)
            break;
        else
            pthread_cond_wait(&c->changed, &c->mutex);
    }
    pthread_mutex_unlock(&c->mutex);
    return NULL;
}

// ---- the caller's ----

static void free_copier(struct copier *c)
{
    pthread_cond_destroy(&c->changed);
    pthread_mutex_destroy(&c->mutex);
    free(c->block);
    free(c);
}

struct copier *copier_start(int from, int to, uint64_t size, bool write_through)
{
    off_t base = lseek(to, 0, SEEK_CUR);
    if (base < 0) return NULL;
    struct copier *c = bug_malloc(sizeof(*c));
    *c = (struct copier){.from = from, .to = to, .size = size, .base = base};
    pthread_mutex_init(&c->mutex, NULL);
    pthread_cond_init(&c->changed, NULL);
    pthread_mutex_lock(&c->mutex); // nothing happens before both are there
    bool copies = thread_start(&c->copying, copy, c);
    // Without it everything reaches the disk when it is synced, and nobody would open a window.
    c->has_pusher = copies && write_through && thread_start(&c->pushing, push, c);
    c->bounded = c->has_pusher && size > WINDOW;
    pthread_mutex_unlock(&c->mutex);
    if (copies) return c;
    free_copier(c);
    return NULL;
}

// How many bytes there are that were not read yet; 0 if there will be none.
static uint64_t wait_for_more(struct copier *c)
{
    pthread_mutex_lock(&c->mutex);
    while (c->copied == c->done && !c->ended && !c->error)
        pthread_cond_wait(&c->changed, &c->mutex);
    uint64_t there = c->error ? 0 : c->copied - c->done;
    pthread_mutex_unlock(&c->mutex);
    return there;
}

static void was_read(struct copier *c, ssize_t n)
{
    pthread_mutex_lock(&c->mutex);
    if (n > 0) {
        uint64_t steps = c->done / DISK_STEP;
        c->done += (uint64_t)n;
        // may_drop
        if (c->bounded && c->done / DISK_STEP != steps) pthread_cond_broadcast(&c->changed);
    } else if (!c->error) {
        c->error = n < 0 ? (int)n : -EIO; // what was there is not
        c->write_failed = true;
    }
    pthread_mutex_unlock(&c->mutex);
}

size_t copier_read(struct copier *c, void *bytes, size_t size)
{
    uint64_t there = wait_for_more(c);
    if (!there) return 0;
    ssize_t n;
    do n = pread(c->to, bytes, there < size ? (size_t)there : size, c->base + (off_t)c->done);
    while (n < 0 && errno == EINTR);
    was_read(c, n < 0 ? -errno : n);
    return n > 0 ? (size_t)n : 0;
}

int copier_finish(struct copier *c, bool *write_failed)
{
    pthread_mutex_lock(&c->mutex);
    c->stop = true;
    pthread_cond_broadcast(&c->changed);
    pthread_mutex_unlock(&c->mutex);
    pthread_join(c->copying, NULL);
    if (c->has_pusher) pthread_join(c->pushing, NULL);
    int result = c->error ? c->error : c->copied < c->size ? -ECANCELED : 0;
    *write_failed = c->write_failed;
    free_copier(c);
    return result;
}
