#include "engine/run.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/io.h"

#define NEVER INT64_MAX

struct wait_state {
    enum run_end why;
    int64_t deadline; // of the timeout, later of the grace time
};

static int poll_ms(int64_t deadline)
{
    if (deadline == NEVER) return -1;
    int64_t left = deadline - io_monotonic_ns();
    if (left <= 0) return 0;
    int64_t ms = (left + 999999) / 1000000;
    return ms > INT_MAX ? INT_MAX : (int)ms;
}

static void ask_to_end(struct run *r, struct wait_state *w, enum run_end why)
{
    if (r->asked_to_end) return;
    r->asked_to_end = true;
    w->why = why;
    w->deadline = io_monotonic_ns() + (int64_t)r->grace_ms * 1000000;
    kill(-r->pid, SIGTERM);
    kill(-r->pid, SIGCONT); // a stopped process would not see it
}

static void on_deadline(struct run *r, struct wait_state *w)
{
    if (!r->asked_to_end) {
        ask_to_end(r, w, RUN_TIMED_OUT);
    } else {
        kill(-r->pid, SIGKILL);
        w->deadline = NEVER;
    }
}

static void read_child(struct run *r)
{
    json_t *message;
    while (r->child && r->child->fd >= 0) {
        enum channel_state s = channel_receive(r->child, false, &message);
        if (s == CHANNEL_EMPTY) return;
        if (s == CHANNEL_CLOSED) {
            channel_close(r->child);
            return;
        }
        if (!r->on_message(r->ctx, message)) channel_close(r->child);
        json_decref(message);
    }
}

static void read_engine(struct run *r, struct wait_state *w)
{
    json_t *message;
    enum channel_state s = channel_receive(r->engine, false, &message);
    if (s == CHANNEL_EMPTY) return;
    if (s == CHANNEL_CLOSED)
        channel_close(r->engine);
    else
        json_decref(message);
    ask_to_end(r, w, RUN_CANCELLED);
}

enum run_end run_wait(struct run *r)
{
    struct wait_state w = {.why = RUN_ENDED, .deadline = NEVER};
    int64_t now = io_monotonic_ns();
    if (r->timeout > 0 && r->timeout < 1e9) w.deadline = now + (int64_t)(r->timeout * 1e9);
    int pidfd = proc_pidfd(r->pid);
    if (pidfd < 0) {
        r->error = -pidfd;
        kill(-r->pid, SIGKILL);
        w.why = RUN_LOST;
    }
    while (pidfd >= 0) {
        struct pollfd p[] = {{.fd = pidfd, .events = POLLIN},
                             {.fd = r->engine->fd, .events = POLLIN},
                             {.fd = r->child ? r->child->fd : -1, .events = POLLIN}};
        int n = poll(p, 3, poll_ms(w.deadline));
        if (n < 0 && errno != EINTR) BUG("poll: errno %d", errno);
        if (n == 0) on_deadline(r, &w);
        if (n <= 0) continue;
        if (p[2].revents) read_child(r);
        if (p[0].revents) break;
        if (p[1].revents) read_engine(r, &w);
    }
    read_child(r); // what it said last
    if (pidfd >= 0) close(pidfd);
    int rc = proc_finish(r->pid, RUN_KILL_TIMEOUT_MS, &r->end);
    if (rc < 0) {
        r->error = -rc;
        return RUN_LOST;
    }
    return w.why;
}
