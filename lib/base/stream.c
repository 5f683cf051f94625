#include "base/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"

// A block fits into a core's cache with those of the other consumers.
#define BLOCK  ((size_t)256 << 10)
#define BLOCKS 32
// So many blocks are written at a time, if they are there.
#define BATCH 8
// From this size on, threads cost less than they gain.
#define THREADED ((uint64_t)8 << 20)
// From this size on, the kernel is told that a file is read from begin to end.
#define SEQUENTIAL ((uint64_t)1 << 20)
// How much is handed to the disk at a time.
#define WRITE_STEP ((uint64_t)8 << 20)
// From this size on, what is to be synced goes past the page cache. To fill that and to write it
// out costs a core about as much time as to hash does; with two cores, the hasher would wait.
#define DIRECT ((uint64_t)256 << 20)
// What memory, offset and length of a direct write are multiples of: no disk asks for more.
#define DIRECT_ALIGNMENT ((size_t)4096)

// What happens to a block, and how much has happened.
struct consumer {
    struct ring *ring;
    struct hasher *hasher; // null: it writes
    uint64_t blocks;       // done
    pthread_t thread;
};

struct ring {
    struct stream *s;
    char *bytes; // BLOCKS of them
    size_t len[BLOCKS];
    uint64_t filled; // blocks that were ever filled
    bool ended;
    int error; // of the writer, which goes on to empty the ring
    uint64_t written;
    bool direct; // the writer's
    struct consumer consumers[STREAM_HASHERS_MAX];
    size_t count;
    pthread_t pusher; // waits for a disk that is busy, so that the others need not
    bool has_pusher;
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

// Hands the full steps before `now` to the disk; that it does not take them now is no error.
// Returns up to where that is done.
static uint64_t push_out(const struct stream *s, uint64_t before, uint64_t now)
{
    uint64_t to = now / WRITE_STEP * WRITE_STEP;
    if (before >= to) return before;
    (void)sync_file_range(s->to, (off_t)before, (off_t)(to - before), SYNC_FILE_RANGE_WRITE);
    return to;
}

// ---- in turn ----

static int run_in_turn(struct stream *s, char *block)
{
    uint64_t pushed = 0;
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
        if (s->to >= 0 && s->write_through) pushed = push_out(s, pushed, s->size - left);
        if (s->progress) s->progress(s->ctx, s->size - left);
    }
    return 0;
}

// ---- side by side ----

// False if the file cannot be written past the page cache.
static bool begin_direct(const struct stream *s)
{
    off_t at = lseek(s->to, 0, SEEK_CUR);
    int flags = fcntl(s->to, F_GETFL);
    if (at < 0 || at % (off_t)DIRECT_ALIGNMENT != 0 || flags < 0) return false;
    if (fcntl(s->to, F_SETFL, flags | O_DIRECT) < 0) return false;
    // Else each write would find room for itself, and lengthen the file.
    (void)fallocate(s->to, 0, at, (off_t)s->size);
    return true;
}

static void end_direct(struct ring *r)
{
    if (!r->direct) return;
    r->direct = false;
    int flags = fcntl(r->s->to, F_GETFL);
    if (flags >= 0) (void)fcntl(r->s->to, F_SETFL, flags & ~O_DIRECT);
}

static int write_out(struct ring *r, const char *bytes, size_t len)
{
    if (len % DIRECT_ALIGNMENT != 0) end_direct(r); // the last of a file
    off_t at = r->direct ? lseek(r->s->to, 0, SEEK_CUR) : 0;
    int result = io_write_all(r->s->to, bytes, len);
    if (result != -EINVAL || !r->direct) return result;
    end_direct(r); // a disk that asks for more
    if (lseek(r->s->to, at, SEEK_SET) < 0) return -errno;
    return io_write_all(r->s->to, bytes, len);
}

// The bytes that lie ready for a consumer in one piece, and how many blocks they are.
static size_t ready(const struct ring *r, const struct consumer *c, size_t *blocks)
{
    size_t slot = (size_t)(c->blocks % BLOCKS), len = 0;
    uint64_t there = r->filled - c->blocks;
    *blocks = 0;
    while (*blocks < there && *blocks < BATCH && slot < BLOCKS) {
        len += r->len[slot];
        ++*blocks;
        if (r->len[slot++] != BLOCK) break;
    }
    return len;
}

static void *consume(void *arg)
{
    struct consumer *c = arg;
    struct ring *r = c->ring;
    pthread_mutex_lock(&r->mutex);
    for (;;) {
        while (c->blocks == r->filled && !r->ended) pthread_cond_wait(&r->changed, &r->mutex);
        if (c->blocks == r->filled) break;
        size_t blocks, len = ready(r, c, &blocks);
        bool skip = !c->hasher && r->error;
        pthread_mutex_unlock(&r->mutex);
        const char *bytes = r->bytes + (size_t)(c->blocks % BLOCKS) * BLOCK;
        int result = 0;
        if (c->hasher)
            hasher_update(c->hasher, bytes, len);
        else if (!skip)
            result = write_out(r, bytes, len);
        pthread_mutex_lock(&r->mutex);
        if (result < 0) r->error = result;
        if (!c->hasher && !skip && !result) r->written += len;
        c->blocks += blocks;
        pthread_cond_broadcast(&r->changed);
    }
    pthread_mutex_unlock(&r->mutex);
    if (!c->hasher) end_direct(r);
    return NULL;
}

static void *push(void *arg)
{
    struct ring *r = arg;
    uint64_t pushed = 0;
    pthread_mutex_lock(&r->mutex);
    for (;;) {
        while (r->written - pushed < WRITE_STEP && !r->ended)
            pthread_cond_wait(&r->changed, &r->mutex);
        if (r->written - pushed < WRITE_STEP) break;
        uint64_t now = r->written;
        pthread_mutex_unlock(&r->mutex);
        pushed = push_out(r->s, pushed, now);
        pthread_mutex_lock(&r->mutex);
    }
    pthread_mutex_unlock(&r->mutex);
    return NULL;
}

// Signals stay with the thread that called.
static bool start_thread(pthread_t *thread, void *(*run)(void *arg), void *arg)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool good = pthread_create(thread, NULL, run, arg) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return good;
}

static bool start(struct ring *r, struct hasher *hasher)
{
    struct consumer *c = &r->consumers[r->count];
    *c = (struct consumer){.ring = r, .hasher = hasher};
    bool good = start_thread(&c->thread, consume, c);
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
    if (r->has_pusher) pthread_join(r->pusher, NULL);
}

static bool is_full(const struct ring *r)
{
    for (size_t i = 0; i < r->count; i++) {
        if (r->filled - r->consumers[i].blocks == BLOCKS) return true;
    }
    return false;
}

// A block that all are done with; null after the writer has failed.
static char *next_block(struct ring *r)
{
    pthread_mutex_lock(&r->mutex);
    while (is_full(r) && !r->error) pthread_cond_wait(&r->changed, &r->mutex);
    bool failed = r->error != 0;
    pthread_mutex_unlock(&r->mutex);
    return failed ? NULL : r->bytes + (size_t)(r->filled % BLOCKS) * BLOCK;
}

static int read_all(struct ring *r)
{
    struct stream *s = r->s;
    for (uint64_t left = s->size; left;) {
        char *block = next_block(r);
        if (!block) return 0;
        ssize_t n = read_block(s, block, left);
        if (n < 0) return (int)n;
        pthread_mutex_lock(&r->mutex);
        r->len[r->filled % BLOCKS] = (size_t)n;
        r->filled++;
        pthread_cond_broadcast(&r->changed);
        pthread_mutex_unlock(&r->mutex);
        // The block is not filled again before this thread comes back.
        if (s->hasher_count) hasher_update(s->hashers[0], block, (size_t)n);
        left -= (uint64_t)n;
        if (s->progress) s->progress(s->ctx, s->size - left);
    }
    return 0;
}

// False if the system has no thread to give: then nothing was done.
static bool run_side_by_side(struct stream *s, char *bytes, int *result)
{
    struct ring r = {.s = s,
                     .bytes = bytes,
                     .mutex = PTHREAD_MUTEX_INITIALIZER,
                     .changed = PTHREAD_COND_INITIALIZER};
    bool started = true;
    for (size_t i = 1; started && i < s->hasher_count; i++) started = start(&r, s->hashers[i]);
    bool copies = started && s->to >= 0;
    bool direct = copies && s->write_through && s->size >= DIRECT && begin_direct(s);
    r.direct = direct; // from here on the writer's
    if (copies) started = start(&r, NULL);
    // Without one everything reaches the disk when it is synced.
    if (started && copies && s->write_through && !direct)
        r.has_pusher = start_thread(&r.pusher, push, &r);
    *result = started ? read_all(&r) : 0;
    finish(&r);
    end_direct(&r); // if the writer was never started
    s->write_failed = r.error != 0;
    if (r.error) *result = r.error;
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
    char *bytes = aligned_alloc(DIRECT_ALIGNMENT, large && several ? BLOCKS * BLOCK : BLOCK);
    if (!bytes) BUG("no memory for a stream");
    int result;
    if (!(large && several && run_side_by_side(s, bytes, &result))) {
        result = run_in_turn(s, bytes);
    }
    free(bytes);
    return result;
}
