#include "base/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/copier.h"
#include "base/io.h"
#include "base/thread.h"

// A block fits into a core's cache with those of the other hashers.
#define BLOCK  ((size_t)256 << 10)
#define BLOCKS 32
// From this size on, threads cost less than they gain.
#define THREADED ((uint64_t)8 << 20)
// From this size on, the kernel is told that a file is read from begin to end.
#define SEQUENTIAL ((uint64_t)1 << 20)

// What hashes in a thread of its own.
struct consumer {
    struct ring *ring;
    struct hasher *hasher;
    uint64_t blocks; // done
    pthread_t thread;
};

// Where blocks come from: the file, or the copy of it that is being made.
struct ring {
    struct stream *s;
    struct copier *copier; // or null
    uint64_t done;         // bytes that were read
    char *bytes;           // BLOCKS of them
    size_t len[BLOCKS];
    uint64_t filled; // blocks that were ever filled
    bool ended;
    struct consumer consumers[STREAM_HASHERS_MAX];
    size_t count;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
};

static ssize_t read_block(const struct stream *s, char *block, uint64_t left)
{
    size_t want = left < BLOCK ? (size_t)left : BLOCK;
    ssize_t n;
    do n = read(s->from, block, want);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : n == 0 ? -ESTALE : n;
}

// ---- in turn ----

static int run_in_turn(struct stream *s, char *block)
{
    for (uint64_t left = s->size; left;) {
        ssize_t n = read_block(s, block, left);
        if (n < 0) return (int)n;
        for (size_t i = 0; i < s->hasher_count; i++) hasher_update(s->hashers[i], block, (size_t)n);
        int result = s->to >= 0 ? io_write_all(s->to, block, (size_t)n) : 0;
        if (result < 0) {
            s->write_failed = true;
            return result;
        }
        left -= (uint64_t)n;
        if (s->progress) s->progress(s->ctx, s->size - left);
    }
    return 0;
}

// ---- side by side ----

static void *consume(void *arg)
{
    struct consumer *c = arg;
    struct ring *r = c->ring;
    pthread_mutex_lock(&r->mutex);
    for (;;) {
        while (c->blocks == r->filled && !r->ended) pthread_cond_wait(&r->changed, &r->mutex);
        if (c->blocks == r->filled) break;
        size_t slot = (size_t)(c->blocks % BLOCKS), len = r->len[slot];
        pthread_mutex_unlock(&r->mutex);
        hasher_update(c->hasher, r->bytes + slot * BLOCK, len);
        pthread_mutex_lock(&r->mutex);
        c->blocks++;
        pthread_cond_broadcast(&r->changed);
    }
    pthread_mutex_unlock(&r->mutex);
    return NULL;
}

static bool start(struct ring *r, struct hasher *hasher)
{
    struct consumer *c = &r->consumers[r->count];
    *c = (struct consumer){.ring = r, .hasher = hasher};
    bool good = thread_start(&c->thread, consume, c);
    if (good) r->count++;
    return good;
}

static void finish(struct ring *r)
{
    pthread_mutex_lock(&r->mutex);
    r->ended = true;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->mutex);
    for (size_t i = 0; i < r->count; i++) pthread_join(r->consumers[i].thread, NULL);
}

static bool is_full(const struct ring *r)
{
    for (size_t i = 0; i < r->count; i++) {
        if (r->filled - r->consumers[i].blocks == BLOCKS) return true;
    }
    return false;
}

// A block that all are done with; where this thread is alone, the same one again, which is in its
// core's cache.
static char *next_block(struct ring *r)
{
    pthread_mutex_lock(&r->mutex);
    while (is_full(r)) pthread_cond_wait(&r->changed, &r->mutex);
    pthread_mutex_unlock(&r->mutex);
    return r->bytes + (r->count ? (size_t)(r->filled % BLOCKS) * BLOCK : 0);
}

static void publish(struct ring *r, size_t len)
{
    pthread_mutex_lock(&r->mutex);
    r->len[r->filled % BLOCKS] = len;
    r->filled++;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->mutex);
}

static int read_all(struct ring *r)
{
    struct stream *s = r->s;
    while (r->done < s->size) {
        char *block = next_block(r);
        ssize_t n = r->copier ? (ssize_t)copier_read(r->copier, block, BLOCK)
                              : read_block(s, block, s->size - r->done);
        if (n <= 0) return (int)n; // 0: the copier has an error, which it will tell
        publish(r, (size_t)n);
        // The block is not filled again before this thread comes back.
        hasher_update(s->hashers[0], block, (size_t)n);
        r->done += (uint64_t)n;
        if (s->progress) s->progress(s->ctx, r->done);
    }
    return 0;
}

static bool start_all(struct ring *r)
{
    struct stream *s = r->s;
    for (size_t i = 1; i < s->hasher_count; i++) {
        if (!start(r, s->hashers[i])) return false;
    }
    if (s->to < 0) return true;
    r->copier = copier_start(s->from, s->to, s->size, s->write_through);
    return r->copier != NULL;
}

// False if the system has no thread to give: then nothing was done.
static bool run_side_by_side(struct stream *s, char *bytes, int *result)
{
    struct ring r = {.s = s,
                     .bytes = bytes,
                     .mutex = PTHREAD_MUTEX_INITIALIZER,
                     .changed = PTHREAD_COND_INITIALIZER};
    bool started = start_all(&r);
    *result = started ? read_all(&r) : 0;
    finish(&r);
    if (r.copier) {
        bool write_failed;
        int copied = copier_finish(r.copier, &write_failed);
        if (*result == 0) {
            *result = copied;
            s->write_failed = write_failed;
        }
    }
    pthread_cond_destroy(&r.changed);
    pthread_mutex_destroy(&r.mutex);
    return started;
}

// ---- all ----

// All of a file, into an empty one.
static bool make_clone(const struct stream *s)
{
    struct stat st;
    return fstat(s->to, &st) == 0 && st.st_size == 0 && lseek(s->from, 0, SEEK_CUR) == 0 &&
           ioctl(s->to, FICLONE, s->from) == 0;
}

// What is hashed then is the clone, whatever happens to the file meanwhile.
static int read_clone(struct stream *s)
{
    struct stat st;
    if (fstat(s->to, &st) < 0) return -errno;
    if ((uint64_t)st.st_size != s->size) return -ESTALE;
    struct stream rest = *s;
    rest.from = s->to;
    rest.to = -1;
    return stream_run(&rest);
}

int stream_run(struct stream *s)
{
    if (s->hasher_count > STREAM_HASHERS_MAX) BUG("%zu hashers", s->hasher_count);
    s->write_failed = false;
    bool large = s->size >= THREADED;
    if (s->size >= SEQUENTIAL) (void)posix_fadvise(s->from, 0, 0, POSIX_FADV_SEQUENTIAL);
    if (large && s->to >= 0 && make_clone(s)) return read_clone(s);
    bool several = s->hasher_count + (s->to >= 0) > 1;
    char *bytes = bug_malloc(large && several ? BLOCKS * BLOCK : BLOCK);
    int result;
    if (!(large && several && run_side_by_side(s, bytes, &result))) {
        result = run_in_turn(s, bytes);
    }
    free(bytes);
    return result;
}
