#include "engine/run.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"

#define NEVER     INT64_MAX
#define SECOND_NS ((int64_t)1000000000)

struct wait_state {
    enum run_end why;
    int64_t deadline; // of the timeout, later of the grace time
    int64_t silent;   // when it will have been silent for too long, as far as is known
    int64_t since;    // when the log was last looked at, or a message came
    struct stat log;  // as last seen
};

static int64_t duration_ns(double seconds)
{
    return seconds > 0 && seconds < 1e9 ? (int64_t)(seconds * 1e9) : NEVER;
}

static int64_t after(int64_t now, int64_t ns)
{
    return ns == NEVER ? NEVER : now + ns;
}

static int64_t next_deadline(const struct wait_state *w)
{
    return w->silent < w->deadline ? w->silent : w->deadline;
}

static int poll_ms(int64_t deadline)
{
    if (deadline == NEVER) return -1;
    int64_t left = deadline - io_monotonic_ns();
    if (left <= 0) return 0;
    int64_t ms = (left + 999999) / 1000000;
    return ms > INT_MAX ? INT_MAX : (int)ms;
}

// To the group that the realizer was started in, and to its first process, which may have left it:
// once that ends, all that descends from it goes.
static void signal_realizer(const struct run *r, int sig)
{
    kill(-r->pid, sig);
    if (getpgid(r->pid) != r->pid) kill(r->pid, sig);
}

static void ask_to_end(struct run *r, struct wait_state *w, enum run_end why)
{
    if (r->asked_to_end) return;
    r->asked_to_end = true;
    w->why = why;
    w->deadline = io_monotonic_ns() + (int64_t)r->grace_ms * 1000000;
    w->silent = NEVER;
    signal_realizer(r, SIGTERM);
    signal_realizer(r, SIGCONT); // a stopped process would not see it
}

static void listen_for(struct wait_state *w, int64_t ns)
{
    w->since = io_monotonic_ns();
    w->silent = after(w->since, ns);
}

// For how long nothing was written to the log, which was written to since it was last looked at.
// The file's time says when that was; a clock that was set meanwhile tells nothing.
static int64_t quiet_ns(const struct wait_state *w, int64_t now)
{
    int64_t written = (int64_t)w->log.st_mtim.tv_sec * SECOND_NS + w->log.st_mtim.tv_nsec;
    if (w->log.st_mtim.tv_nsec == 0) written += SECOND_NS - 1; // it may be that whole seconds count
    int64_t quiet = io_now_ns() - written, most = now - w->since;
    if (quiet < 0 || quiet > most + SECOND_NS) return 0;
    return quiet < most ? quiet : most;
}

static void on_silence(struct run *r, struct wait_state *w)
{
    struct stat now;
    if (fstat(r->log_fd, &now) < 0 ||
        (now.st_size == w->log.st_size && now.st_mtim.tv_sec == w->log.st_mtim.tv_sec &&
         now.st_mtim.tv_nsec == w->log.st_mtim.tv_nsec)) {
        ask_to_end(r, w, RUN_SILENT);
        return;
    }
    w->log = now;
    int64_t allowed = duration_ns(r->silent_timeout);
    int64_t quiet = quiet_ns(w, io_monotonic_ns());
    if (quiet >= allowed)
        ask_to_end(r, w, RUN_SILENT);
    else
        listen_for(w, allowed - quiet);
}

static void on_deadline(struct run *r, struct wait_state *w)
{
    int64_t now = io_monotonic_ns();
    if (!r->asked_to_end && w->silent <= now && now < w->deadline) {
        on_silence(r, w);
    } else if (now < w->deadline) {
        return; // it was woken up early
    } else if (!r->asked_to_end) {
        ask_to_end(r, w, RUN_TIMED_OUT);
    } else {
        signal_realizer(r, SIGKILL);
        w->deadline = NEVER;
    }
}

static void read_child(struct run *r, struct wait_state *w)
{
    json_t *message;
    // A built-in realizer that tells how far it is prints nothing.
    if (w->silent != NEVER) {
        listen_for(w, duration_ns(r->silent_timeout));
        (void)fstat(r->log_fd, &w->log);
    }
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
    int64_t now = io_monotonic_ns();
    struct wait_state w = {.why = RUN_ENDED,
                           .deadline = after(now, duration_ns(r->timeout)),
                           .silent = after(now, duration_ns(r->silent_timeout)),
                           .since = now};
    if (w.silent != NEVER && fstat(r->log_fd, &w.log) < 0) w.silent = NEVER;
    int pidfd = proc_pidfd(r->pid);
    if (pidfd < 0) {
        r->error = -pidfd;
        signal_realizer(r, SIGKILL);
        w.why = RUN_LOST;
    }
    while (pidfd >= 0) {
        struct pollfd p[] = {{.fd = pidfd, .events = POLLIN},
                             {.fd = r->engine->fd, .events = POLLIN},
                             {.fd = r->child ? r->child->fd : -1, .events = POLLIN}};
        int n = poll(p, 3, poll_ms(next_deadline(&w)));
        if (n < 0 && errno != EINTR) BUG("poll: errno %d", errno);
        if (n == 0) on_deadline(r, &w);
        if (n <= 0) continue;
        if (p[2].revents) read_child(r, &w);
        if (p[0].revents) break;
        if (p[1].revents) read_engine(r, &w);
    }
    read_child(r, &w); // what it said last
    if (pidfd >= 0) close(pidfd);
    int rc = proc_finish(r->pid, RUN_KILL_TIMEOUT_MS, &r->end);
    if (rc < 0) {
        r->error = -rc;
        return RUN_LOST;
    }
    return w.why;
}
