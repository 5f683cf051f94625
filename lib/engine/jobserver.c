#include "engine/jobserver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/io.h"
#include "engine/realize.h"

#define TOKEN '+'
// A stage that is quicker gets nothing, which saves it two system calls.
#define LEND_INTERVAL ((int64_t)25 * 1000000)
// As many as a pipe holds for sure.
#define PIPE_MAX 4096

// ---- of one worker ----

static void close_fd(int *fd)
{
    if (*fd >= 0) close(*fd);
    *fd = -1;
}

void jobserver_close(struct jobserver_pipe *p)
{
    close_fd(&p->take_fd);
    close_fd(&p->give_fd);
    close_fd(&p->read_fd);
    close_fd(&p->write_fd);
    p->own = p->lent = 0;
}

// The same end of the pipe, with flags of its own: that it does not block is for the engine only.
static int open_again(int fd, int flags)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return open(path, flags | O_NONBLOCK | O_CLOEXEC);
}

// A copy with a number that is none of those that it gets in a realizer.
static int move_up(int fd)
{
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, JOBSERVER_WRITE_FD + 1);
    close(fd);
    return moved;
}

struct jobserver_pipe jobserver_open(void)
{
    struct jobserver_pipe p = JOBSERVER_PIPE_NONE;
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) < 0) return p;
    p.read_fd = move_up(fds[0]);
    p.write_fd = move_up(fds[1]);
    p.take_fd = p.read_fd < 0 ? -1 : open_again(p.read_fd, O_RDONLY);
    p.give_fd = p.write_fd < 0 ? -1 : open_again(p.write_fd, O_WRONLY);
    if (p.take_fd < 0 || p.give_fd < 0) jobserver_close(&p);
    return p;
}

void jobserver_keep_engines(struct jobserver_pipe *p)
{
    close_fd(&p->read_fd);
    close_fd(&p->write_fd);
}

void jobserver_keep_realizers(struct jobserver_pipe *p)
{
    close_fd(&p->take_fd);
    close_fd(&p->give_fd);
}

// How many tokens lie in the pipe.
static unsigned unread(const struct jobserver_pipe *p)
{
    int count = 0;
    if (p->take_fd < 0 || ioctl(p->take_fd, FIONREAD, &count) < 0 || count < 0) return 0;
    return (unsigned)count;
}

static unsigned put(struct jobserver_pipe *p, unsigned count)
{
    unsigned done = 0;
    char token = TOKEN;
    while (done < count && write(p->give_fd, &token, 1) == 1) done++;
    return done;
}

// Up to `count` of them; it may be that a realizer is quicker.
static unsigned take(struct jobserver_pipe *p, unsigned count)
{
    unsigned done = 0;
    char token;
    while (done < count && read(p->take_fd, &token, 1) == 1) done++;
    return done;
}

// ---- in the engine ----

static unsigned lent_by_all(const struct realize *r)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < r->workers->len; i++) sum += r->workers->at[i].jobserver.lent;
    return sum;
}

static void lend_to(struct realize *r, struct jobserver_pipe *p, unsigned count)
{
    unsigned done = put(p, count);
    p->lent += done;
    schedule_use_cpus(&r->schedule, (int)done);
}

// A realizer may have written more tokens than it was given: those are nobody's.
static unsigned take_from(struct realize *r, struct jobserver_pipe *p, unsigned count)
{
    if (count > p->lent) count = p->lent;
    unsigned done = count ? take(p, count) : 0;
    p->lent -= done;
    schedule_use_cpus(&r->schedule, -(int)done);
    return done;
}

void jobserver_begin(struct worker *worker, unsigned cores)
{
    struct jobserver_pipe *p = &worker->jobserver;
    unsigned own = cores > PIPE_MAX ? PIPE_MAX : cores - 1;
    p->own = p->give_fd < 0 ? 0 : put(p, own);
}

void jobserver_end(struct realize *r, struct worker *worker)
{
    struct jobserver_pipe *p = &worker->jobserver;
    if (p->own || p->lent) (void)take(p, unread(p));
    schedule_use_cpus(&r->schedule, -(int)p->lent);
    p->own = p->lent = 0;
}

void jobserver_take_back(struct realize *r)
{
    for (unsigned i = 0; i < r->workers->len; i++) {
        struct jobserver_pipe *p = &r->workers->at[i].jobserver;
        if (p->lent) take_from(r, p, unread(p));
    }
}

// The pipe of a realizer at work in which the fewest or, with `most`, the most tokens lie that are
// not its own; null: there is none.
static struct jobserver_pipe *find(struct realize *r, bool most, unsigned *count)
{
    struct jobserver_pipe *found = NULL;
    for (unsigned i = 0; i < r->workers->len; i++) {
        struct worker *w = &r->workers->at[i];
        if (!w->busy || w->jobserver.give_fd < 0) continue;
        unsigned n = unread(&w->jobserver);
        if (most && n > w->jobserver.lent) n = w->jobserver.lent;
        if (found && (most ? n <= *count : n >= *count)) continue;
        found = &w->jobserver;
        *count = n;
    }
    return found;
}

void jobserver_lend(struct realize *r)
{
    int64_t now = io_monotonic_ns();
    if (now < jobserver_at(r)) return;
    r->lend_ns = now;
    if (schedule_wants_cpus(&r->schedule, lent_by_all(r))) {
        jobserver_take_back(r);
        return;
    }
    unsigned spare = schedule_spare_cpus(&r->schedule);
    unsigned few = 0, many = 0;
    struct jobserver_pipe *poor, *rich;
    for (; spare > 0 && (poor = find(r, false, &few)) && few < PIPE_MAX; spare--)
        lend_to(r, poor, 1);
    // One that is empty may be one that wants more.
    for (unsigned i = 0; i < r->workers->len; i++) {
        poor = find(r, false, &few);
        rich = find(r, true, &many);
        if (!poor || !rich || poor == rich || few > 0 || many == 0) return;
        if (take_from(r, rich, 1) == 0) return;
        lend_to(r, poor, 1);
        if (many == 1) return;
    }
}

int64_t jobserver_at(const struct realize *r)
{
    bool any = false;
    for (unsigned i = 0; i < r->workers->len && !any; i++) any = r->workers->at[i].busy;
    if (!any || r->stopping) return INT64_MAX;
    if (lent_by_all(r) == 0 && schedule_spare_cpus(&r->schedule) == 0) return INT64_MAX;
    return r->lend_ns + LEND_INTERVAL;
}
