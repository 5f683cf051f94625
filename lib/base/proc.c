#include "base/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/vec.h"

// What both kinds of children do first. Runs between vfork and exec: system calls only, no memory
// of the parent is changed but through the caller's own locals.
static int child_setup(pid_t parent, const char *cwd, int output, int keep,
                       const struct proc_spec *spec)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) return ESRCH; // it died before it could take this child with it
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int sig = 1; sig < NSIG; sig++)
        if (sig != SIGKILL && sig != SIGSTOP) sigaction(sig, &standard, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    umask(022);
    if (cwd && chdir(cwd) != 0) return errno;
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null < 0) return errno;
    // A target that is its own source would keep its close-on-exec flag; sources are never 0 to 2
    // here (proc_spawn sees to it).
    if (dup2(output, 1) < 0 || dup2(output, 2) < 0 || dup2(null, 0) < 0) return errno;
    if (spec && spec->pass[0] >= 0) {
        int first = spec->pass_as;
        if (dup2(spec->pass[0], first) < 0 || dup2(spec->pass[1], first + 1) < 0) return errno;
        close_range(3, (unsigned)first - 1, 0);
        close_range((unsigned)first + 2, ~0U, 0);
    } else if (keep >= 3) {
        if (keep > 3) close_range(3, (unsigned)keep - 1, 0);
        close_range((unsigned)keep + 1, ~0U, 0);
    } else {
        close_range(3, ~0U, 0);
    }
    return 0;
}

// A copy of `fd` above stdio, so that dup2 onto 1 and 2 does not overwrite it.
static int above_stdio(int fd)
{
    return fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

// Where on PATH the program is: `file` holds that on true. A look costs the kernel far less than an
// exec that fails, and PATH may name many folders in which the program is not. A relative folder
// means another one in the child, so there the search ends without a result.
static bool find_program(const char *name, struct buf *file)
{
    if (strchr(name, '/')) return false;
    for (const char *dir = getenv("PATH"); dir && *dir == '/';) {
        size_t len = strcspn(dir, ":");
        buf_clear(file);
        buf_printf(file, "%.*s/%s", (int)len, dir, name);
        if (faccessat(AT_FDCWD, buf_z(file), X_OK, AT_EACCESS) == 0) return true;
        dir = dir[len] ? dir + len + 1 : NULL;
    }
    return false;
}

enum proc_step proc_spawn(const struct proc_spec *spec, pid_t *pid, int *error)
{
    int output = above_stdio(spec->output);
    if (output < 0) {
        *error = errno;
        return PROC_NO_PROCESS;
    }
    struct buf file = BUF_INIT;
    const char *program = find_program(spec->argv[0], &file) ? buf_z(&file) : NULL;
    // The child shares this memory until it execs, so its errors need no pipe.
    volatile int failure = 0;
    volatile enum proc_step step = PROC_STARTED;
    sigset_t all;
    sigset_t old;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &old); // a handler must not run in the child
    pid_t parent = getpid();
    pid_t child = vfork();
    if (child == 0) {
        failure = child_setup(parent, spec->cwd, output, -1, spec);
        if (failure) {
            step = PROC_NO_CWD;
        } else {
            char *const *argv = (char *const *)spec->argv;
            char *const *envp = (char *const *)spec->envp;
            if (program) execvpe(program, argv, envp);
            // Not found, or what was found is no program: the whole search says what is wrong.
            execvpe(argv[0], argv, envp);
            failure = errno;
            step = PROC_NO_EXEC;
        }
        _exit(127);
    }
    int fork_errno = errno;
    sigprocmask(SIG_SETMASK, &old, NULL);
    close(output);
    buf_free(&file);
    if (child < 0) {
        *error = fork_errno;
        return PROC_NO_PROCESS;
    }
    if (step != PROC_STARTED) {
        waitpid(child, NULL, 0);
        *error = failure;
        return step;
    }
    *pid = child;
    return PROC_STARTED;
}

int proc_fork(int (*run)(void *ctx), void *ctx, const char *cwd, int output, int keep, pid_t *pid)
{
    int out = above_stdio(output);
    if (out < 0) return -errno;
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
        int failure = child_setup(parent, cwd, out, keep, NULL);
        _exit(failure ? 127 : run(ctx));
    }
    int fork_errno = errno;
    close(out);
    if (child < 0) return -fork_errno;
    setpgid(child,
            child); // whoever comes first: a kill of the group right after this must reach it
    *pid = child;
    return 0;
}

int proc_pidfd(pid_t pid)
{
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    return fd < 0 ? -errno : fd;
}

static bool has_ended(pid_t pid)
{
    siginfo_t info = {0};
    int rc = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT);
    return rc < 0 ? errno != EINTR : info.si_pid != 0;
}

void proc_await(pid_t pid, int timeout_ms)
{
    int64_t deadline = io_monotonic_ns() + (int64_t)timeout_ms * 1000000;
    struct pollfd p = {.fd = proc_pidfd(pid), .events = POLLIN};
    while (!has_ended(pid)) {
        int64_t left = (deadline - io_monotonic_ns()) / 1000000;
        if (left <= 0) break;
        (void)poll(&p, p.fd >= 0 ? 1 : 0, p.fd >= 0 ? (int)left : 1);
    }
    if (p.fd >= 0) close(p.fd);
}

int proc_become_subreaper(void)
{
    return prctl(PR_SET_CHILD_SUBREAPER, 1) == 0 ? 0 : -errno;
}

void proc_end_subreaper(void)
{
    prctl(PR_SET_CHILD_SUBREAPER, 0);
}

typedef VEC(pid_t) pids;

// The children of this process as the kernel lists them. 0 or -errno.
static int list_children(pids *out)
{
    struct buf text = BUF_INIT;
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
    int rc = io_read_file(AT_FDCWD, path, 0, &text);
    for (const char *at = buf_z(&text); rc == 0 && *at;) {
        char *end;
        long child = strtol(at, &end, 10);
        if (end == at) break;
        at = end;
        vec_push(out, (pid_t)child);
    }
    buf_free(&text);
    return rc;
}

bool proc_is_childless(void)
{
    pids children = {0};
    bool none = list_children(&children) == 0 && children.len == 0;
    vec_free(&children);
    return none;
}

// Returns how many got SIGKILL, or -errno.
static int kill_children(pid_t *first)
{
    pids children = {0};
    int rc = list_children(&children);
    *first = children.len ? children.at[0] : 0;
    vec_each (child, &children) kill(*child, SIGKILL);
    int count = (int)children.len;
    vec_free(&children);
    return rc < 0 ? rc : count;
}

static bool is_among(pid_t pid, const pid_t *pids_at, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (pids_at[i] == pid) return true;
    return false;
}

int proc_kill_others(const pid_t *keep, size_t keep_count, int timeout_ms)
{
    int64_t deadline = io_monotonic_ns() + (int64_t)timeout_ms * 1000000;
    pids children = {0};
    int rc;
    bool others = true;
    // What the killed ones had started comes to us when they are reaped.
    while (others && (rc = list_children(&children)) == 0) {
        others = false;
        vec_each (child, &children) {
            if (is_among(*child, keep, keep_count)) continue;
            others = true;
            kill(*child, SIGKILL);
            proc_await(*child, 100);
            waitpid(*child, NULL, WNOHANG);
        }
        vec_clear(&children);
        if (others && io_monotonic_ns() > deadline) rc = -ETIMEDOUT;
        if (rc < 0) break;
    }
    vec_free(&children);
    return rc;
}

// Reaps what has ended; *left says whether children remain. Returns how many were reaped.
static size_t reap(bool *left)
{
    size_t count = 0;
    for (;;) {
        pid_t pid = waitpid(-1, NULL, WNOHANG);
        if (pid > 0) {
            count++;
        } else if (pid < 0 && errno == EINTR) {
            continue;
        } else {
            *left = pid == 0;
            return count;
        }
    }
}

int proc_kill_descendants(int timeout_ms, size_t *killed)
{
    int64_t deadline = io_monotonic_ns() + (int64_t)timeout_ms * 1000000;
    size_t count = 0;
    // Each round kills the present children. What they had started comes to us when they are
    // reaped, and is killed in the next one.
    for (;;) {
        bool left;
        (void)reap(&left);
        if (!left) break;
        pid_t first;
        int n = kill_children(&first);
        if (n < 0) return n;
        if (io_monotonic_ns() > deadline) return -ETIMEDOUT;
        if (n == 0) continue;
        proc_await(first, 100);
        count += reap(&left);
        if (!left) break;
    }
    if (killed) *killed = count;
    return 0;
}

int proc_finish(pid_t leader, int timeout_ms, struct proc_end *end)
{
    *end = (struct proc_end){0};
    // The leader is a zombie, so its group's number cannot belong to anyone else yet.
    kill(-leader, SIGKILL);
    while (wait4(leader, &end->status, 0, &end->usage) < 0)
        if (errno != EINTR) return -errno;
    return proc_kill_descendants(timeout_ms, &end->killed);
}
