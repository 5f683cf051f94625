// Runs a program and lets something bad happen at a chosen system call of it or of its descendants:
//
//   faulter [OPTION…] -- PROGRAM ARG…
//
//   --calls LIST    which calls count: names, or `mutating` (all that changes files, processes or
//                   other ends of sockets) or `all`, joined by commas; `openat:w` is an openat for
//                   writing, `NAME:out` a call on standard output or error (default: all)
//   --role ROLE     of which process: main, newborn (a child of it that has no name yet), worker,
//                   committer, child (of a worker: plxc itself, before it becomes a realizer or as
//                   one that is built in), realizer, any (default)
//   --arm PATH      nothing counts before PATH was first opened
//   --at N          the N-th counted call (default: 0, never)
//   --span SPAN     once (default), from (all from the N-th on), half (every second one from there)
//   --do WHAT       kill (the process, before the call), kill-all, errno=NAME, signal=NAME (to the
//                   program), cut=MOUNTPOINT (the ext4 there loses what was not synced; kill-all)
//   --linger MS     how long descendants may outlive the program (default: 10000)
//   --timeout MS    for all of it (default: 60000)
//   --list FILE     writes each counted call: ROLE NAME WHAT
//   --report FILE   writes what happened, as JSON
//
// By seccomp, so that only calls that may count stop, and ptrace. With N from 1 on until nothing
// fires any more, all sites are reached one by one. Descriptors 0 to 2 are the program's.
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef __x86_64__
#error "only x86-64 is known here: registers are set by name"
#endif

#define LEN(array)   (sizeof(array) / sizeof((array)[0]))
#define MAX_TRACEES  4096
#define MAX_FIRED    64
#define TICK_US      50000
#define EXT4_CUT     _IOR('X', 125, uint32_t)
#define EXT4_NOFLUSH 2

enum group { READS, MUTATES, OPENS, DUPLICATES };

// Which argument is a path, a folder's descriptor or a descriptor; -1: none.
static const struct call {
    const char *name;
    long nr;
    int path, dir, fd;
    enum group group;
} calls[] = {
    {"open", SYS_open, 0, -1, -1, OPENS},
    {"openat", SYS_openat, 1, 0, -1, OPENS},
    {"read", SYS_read, -1, -1, 0, READS},
    {"pread64", SYS_pread64, -1, -1, 0, READS},
    {"write", SYS_write, -1, -1, 0, MUTATES},
    {"pwrite64", SYS_pwrite64, -1, -1, 0, MUTATES},
    {"writev", SYS_writev, -1, -1, 0, MUTATES},
    {"sendfile", SYS_sendfile, -1, -1, 0, MUTATES},
    {"copy_file_range", SYS_copy_file_range, -1, -1, 2, MUTATES},
    {"lseek", SYS_lseek, -1, -1, 0, READS},
    {"close", SYS_close, -1, -1, 0, READS},
    {"stat", SYS_stat, 0, -1, -1, READS},
    {"lstat", SYS_lstat, 0, -1, -1, READS},
    {"fstat", SYS_fstat, -1, -1, 0, READS},
    {"newfstatat", SYS_newfstatat, 1, 0, -1, READS},
    {"statx", SYS_statx, 1, 0, -1, READS},
    {"access", SYS_access, 0, -1, -1, READS},
    {"faccessat", SYS_faccessat, 1, 0, -1, READS},
    {"faccessat2", SYS_faccessat2, 1, 0, -1, READS},
    {"readlink", SYS_readlink, 0, -1, -1, READS},
    {"readlinkat", SYS_readlinkat, 1, 0, -1, READS},
    {"getdents64", SYS_getdents64, -1, -1, 0, READS},
    {"getcwd", SYS_getcwd, -1, -1, -1, READS},
    {"chdir", SYS_chdir, 0, -1, -1, READS},
    {"mkdir", SYS_mkdir, 0, -1, -1, MUTATES},
    {"mkdirat", SYS_mkdirat, 1, 0, -1, MUTATES},
    {"unlink", SYS_unlink, 0, -1, -1, MUTATES},
    {"unlinkat", SYS_unlinkat, 1, 0, -1, MUTATES},
    {"rmdir", SYS_rmdir, 0, -1, -1, MUTATES},
    {"rename", SYS_rename, 0, -1, -1, MUTATES},
    {"renameat", SYS_renameat, 1, 0, -1, MUTATES},
    {"renameat2", SYS_renameat2, 1, 0, -1, MUTATES},
    {"linkat", SYS_linkat, 1, 0, -1, MUTATES},
    {"symlink", SYS_symlink, 1, -1, -1, MUTATES},
    {"symlinkat", SYS_symlinkat, 2, 1, -1, MUTATES},
    {"chmod", SYS_chmod, 0, -1, -1, MUTATES},
    {"fchmod", SYS_fchmod, -1, -1, 0, MUTATES},
    {"fchmodat", SYS_fchmodat, 1, 0, -1, MUTATES},
    {"utimensat", SYS_utimensat, 1, 0, -1, MUTATES},
    {"ftruncate", SYS_ftruncate, -1, -1, 0, MUTATES},
    {"fallocate", SYS_fallocate, -1, -1, 0, MUTATES},
    {"flistxattr", SYS_flistxattr, -1, -1, 0, READS},
    {"fremovexattr", SYS_fremovexattr, -1, -1, 0, MUTATES},
    {"fsync", SYS_fsync, -1, -1, 0, MUTATES},
    {"fdatasync", SYS_fdatasync, -1, -1, 0, MUTATES},
    {"syncfs", SYS_syncfs, -1, -1, 0, MUTATES},
    {"flock", SYS_flock, -1, -1, 0, MUTATES},
    {"fcntl", SYS_fcntl, -1, -1, 0, DUPLICATES},
    {"dup2", SYS_dup2, -1, -1, 0, READS},
    {"pipe2", SYS_pipe2, -1, -1, -1, READS},
    {"eventfd2", SYS_eventfd2, -1, -1, -1, READS},
    {"inotify_init1", SYS_inotify_init1, -1, -1, -1, READS},
    {"inotify_add_watch", SYS_inotify_add_watch, 1, -1, -1, READS},
    {"socketpair", SYS_socketpair, -1, -1, -1, READS},
    {"sendto", SYS_sendto, -1, -1, 0, MUTATES},
    {"recvfrom", SYS_recvfrom, -1, -1, 0, READS},
    {"poll", SYS_poll, -1, -1, -1, READS},
    {"pidfd_open", SYS_pidfd_open, -1, -1, -1, READS},
    {"fork", SYS_fork, -1, -1, -1, MUTATES},
    {"vfork", SYS_vfork, -1, -1, -1, MUTATES},
    {"clone", SYS_clone, -1, -1, -1, MUTATES},
    {"clone3", SYS_clone3, -1, -1, -1, MUTATES},
    {"execve", SYS_execve, 0, -1, -1, MUTATES},
    {"setpgid", SYS_setpgid, -1, -1, -1, MUTATES},
    {"kill", SYS_kill, -1, -1, -1, MUTATES},
    {"wait4", SYS_wait4, -1, -1, -1, READS},
    {"exit_group", SYS_exit_group, -1, -1, -1, MUTATES},
};

static const struct {
    const char *name;
    int number;
} errnos[] = {{"ENOSPC", ENOSPC}, {"EIO", EIO},       {"EMFILE", EMFILE}, {"EACCES", EACCES},
              {"EINTR", EINTR},   {"EAGAIN", EAGAIN}, {"EROFS", EROFS},   {"EDQUOT", EDQUOT},
              {"ENOLCK", ENOLCK}, {"ENOMEM", ENOMEM}},
  signals[] = {{"INT", SIGINT},   {"TERM", SIGTERM}, {"HUP", SIGHUP},
               {"KILL", SIGKILL}, {"STOP", SIGSTOP}, {"CONT", SIGCONT}};

enum action { NOTHING, KILL, KILL_ALL, FAIL, SIGNAL, CUT };
enum span { ONCE, FROM, HALF };

struct tracee {
    pid_t pid;
    pid_t parent;
    char role[16]; // empty: not known yet
    int pending;   // an errno that the call at hand shall end with, though it is made
};

struct fired {
    char text[512];
};

static struct {
    char selected[LEN(calls)]; // 0, or 'a' any, 'w' for writing, 'o' standard output or error
    const char *role, *arm, *mountpoint;
    long at;
    enum span span;
    enum action action;
    int number; // an errno or a signal
    long linger_ms, timeout_ms;
    FILE *list;
    const char *report;
    bool armed;
    pid_t main;
    int main_status;
    bool main_ended, killing, timed_out;
    int64_t begin_ms, main_ms;
    struct tracee tracees[MAX_TRACEES];
    size_t tracee_count;
    long count, fired_count;
    struct fired fired[MAX_FIRED];
    char left[1024];
    size_t left_count;
} t;

static void die(const char *what)
{
    fprintf(stderr, "faulter: %s: %s\n", what, strerror(errno));
    exit(125);
}

static int64_t now_ms(void)
{
    struct timespec s;
    clock_gettime(CLOCK_MONOTONIC, &s);
    return (int64_t)s.tv_sec * 1000 + s.tv_nsec / 1000000;
}

// ---- processes ----

static struct tracee *tracee_of(pid_t pid)
{
    for (size_t i = 0; i < t.tracee_count; i++)
        if (t.tracees[i].pid == pid) return &t.tracees[i];
    if (t.tracee_count == MAX_TRACEES) {
        errno = E2BIG;
        die("too many processes");
    }
    struct tracee *new = &t.tracees[t.tracee_count++];
    *new = (struct tracee){.pid = pid};
    return new;
}

static void forget(pid_t pid)
{
    for (size_t i = 0; i < t.tracee_count; i++)
        if (t.tracees[i].pid == pid) t.tracees[i] = t.tracees[--t.tracee_count];
}

static void read_comm(pid_t pid, char *out, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/comm", (long)pid);
    FILE *f = fopen(path, "re");
    if (!f || !fgets(out, (int)size, f)) snprintf(out, size, "?");
    if (f) fclose(f);
    out[strcspn(out, "\n")] = '\0';
}

// A thread has the role of its process.
static pid_t process_of(pid_t tid)
{
    char path[64], line[256];
    long pid = tid;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)tid);
    FILE *f = fopen(path, "re");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "Tgid:", 5) == 0) pid = strtol(line + 5, NULL, 10);
    if (f) fclose(f);
    return (pid_t)pid;
}

static const char *role_of(struct tracee *p)
{
    if (p->role[0]) return p->role;
    pid_t process = process_of(p->pid);
    if (process != p->pid) {
        snprintf(p->role, sizeof p->role, "%s", role_of(tracee_of(process)));
        return p->role;
    }
    const char *role = "realizer";
    char comm[32];
    read_comm(p->pid, comm, sizeof comm);
    bool is_worker = strcmp(comm, "plxc-worker") == 0;
    if (p->pid == t.main)
        role = "main";
    else if (p->parent == t.main && is_worker)
        role = "worker";
    else if (p->parent == t.main && strcmp(comm, "plxc-committer") == 0)
        role = "committer";
    else if (p->parent == t.main)
        return "newborn";
    else if (is_worker)
        return "child";
    snprintf(p->role, sizeof p->role, "%s", role);
    return p->role;
}

static void kill_all(void)
{
    t.killing = true;
    for (size_t i = 0; i < t.tracee_count; i++) kill(t.tracees[i].pid, SIGKILL);
}

// ---- calls ----

static unsigned long argument(const struct user_regs_struct *r, int i)
{
    const unsigned long all[] = {r->rdi, r->rsi, r->rdx, r->r10, r->r8, r->r9};
    return all[i];
}

// A string in the memory of a tracee, a page at a time, since what follows may not be mapped.
static void read_string(pid_t pid, unsigned long from, char *out, size_t size)
{
    size_t at = 0;
    out[0] = '\0';
    while (at + 1 < size) {
        size_t page = 4096 - (from + at) % 4096;
        size_t want = page < size - 1 - at ? page : size - 1 - at;
        struct iovec here = {out + at, want}, there = {(void *)(from + at), want};
        ssize_t n = process_vm_readv(pid, &here, 1, &there, 1, 0);
        if (n <= 0) break;
        out[at + (size_t)n] = '\0';
        if (memchr(out + at, '\0', (size_t)n)) return;
        at += (size_t)n;
    }
    out[at] = '\0';
}

static void read_fd(pid_t pid, int fd, char *out, size_t size)
{
    char path[64];
    if (fd == AT_FDCWD)
        snprintf(path, sizeof path, "/proc/%ld/cwd", (long)pid);
    else
        snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)pid, fd);
    ssize_t n = readlink(path, out, size - 1);
    out[n < 0 ? 0 : n] = '\0';
}

static void describe(pid_t pid, const struct call *c, const struct user_regs_struct *r, char *out,
                     size_t size)
{
    char path[PATH_MAX] = "", dir[PATH_MAX] = "";
    if (c->path >= 0) read_string(pid, argument(r, c->path), path, sizeof path);
    if (c->dir >= 0 && path[0] != '/') read_fd(pid, (int)argument(r, c->dir), dir, sizeof dir);
    if (c->fd >= 0) read_fd(pid, (int)argument(r, c->fd), path, sizeof path);
    snprintf(out, size, "%.250s%s%.250s", dir, dir[0] && path[0] ? "/" : "", path);
    for (char *p = out; *p; p++)
        if (!isprint((unsigned char)*p) || *p == '"' || *p == '\\') *p = '?';
}

static bool opens_for_writing(const struct call *c, const struct user_regs_struct *r)
{
    int flags = (int)argument(r, c->path + 1);
    return (flags & (O_CREAT | O_TRUNC)) || (flags & O_ACCMODE) != O_RDONLY;
}

static bool counts(const struct call *c, const struct user_regs_struct *r)
{
    if (c->group == DUPLICATES) {
        int command = (int)argument(r, 1);
        if (command != F_DUPFD && command != F_DUPFD_CLOEXEC) return false;
    }
    switch (t.selected[c - calls]) {
    case 'a': return true;
    case 'w': return opens_for_writing(c, r);
    case 'o': {
        int fd = (int)argument(r, c->fd);
        return fd == STDOUT_FILENO || fd == STDERR_FILENO;
    }
    }
    return false;
}

static bool fires(void)
{
    if (!t.at || t.action == NOTHING) return false;
    switch (t.span) {
    case ONCE: return t.count == t.at;
    case FROM: return t.count >= t.at;
    case HALF: return t.count >= t.at && (t.count - t.at) % 2 == 0;
    }
    return false;
}

static void cut_power(void)
{
    int fd = open(t.mountpoint, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    uint32_t how = EXT4_NOFLUSH;
    if (fd < 0 || ioctl(fd, EXT4_CUT, &how) < 0) die("cannot shut the file system down");
    close(fd);
}

// Returns how the tracee goes on.
static enum __ptrace_request act(struct tracee *p, const struct call *c, struct user_regs_struct *r)
{
    switch (t.action) {
    case NOTHING: break;
    case KILL: kill(p->pid, SIGKILL); break;
    case CUT:
        cut_power();
        kill_all();
        break;
    case KILL_ALL: kill_all(); break;
    case SIGNAL: kill(t.main, t.number); break;
    case FAIL:
        // A close that fails has closed.
        if (c->nr == SYS_close) {
            p->pending = t.number;
            return PTRACE_SYSCALL;
        }
        r->orig_rax = ULLONG_MAX;
        r->rax = (unsigned long long)-(long long)t.number;
        if (ptrace(PTRACE_SETREGS, p->pid, 0, r) < 0 && errno != ESRCH) die("PTRACE_SETREGS");
        break;
    }
    return PTRACE_CONT;
}

static void arm(pid_t pid, const struct call *c, const struct user_regs_struct *r)
{
    char path[PATH_MAX];
    if (c->group != OPENS) return;
    read_string(pid, argument(r, c->path), path, sizeof path);
    t.armed = strcmp(path, t.arm) == 0;
}

static enum __ptrace_request on_call(struct tracee *p)
{
    struct user_regs_struct r;
    if (ptrace(PTRACE_GETREGS, p->pid, 0, &r) < 0) return PTRACE_CONT; // it was killed meanwhile
    const struct call *c = NULL;
    for (size_t i = 0; i < LEN(calls) && !c; i++)
        if (calls[i].nr == (long)r.orig_rax) c = &calls[i];
    if (!c) return PTRACE_CONT;
    if (!t.armed) {
        arm(p->pid, c, &r);
        return PTRACE_CONT;
    }
    if (t.killing || !counts(c, &r)) return PTRACE_CONT;
    const char *role = role_of(p);
    if (strcmp(t.role, "any") != 0 && strcmp(t.role, role) != 0) return PTRACE_CONT;
    t.count++;
    char what[512] = "";
    bool fire = fires();
    if (t.list || fire) describe(p->pid, c, &r, what, sizeof what);
    if (t.list) fprintf(t.list, "%s %s %s\n", role, c->name, what);
    if (!fire) return PTRACE_CONT;
    if (t.fired_count < MAX_FIRED)
        snprintf(t.fired[t.fired_count].text, sizeof t.fired[0].text, "%s %s %.480s", role, c->name,
                 what);
    t.fired_count++;
    return act(p, c, &r);
}

static void end_call(struct tracee *p)
{
    struct user_regs_struct r;
    if (ptrace(PTRACE_GETREGS, p->pid, 0, &r) == 0) {
        r.rax = (unsigned long long)-(long long)p->pending;
        ptrace(PTRACE_SETREGS, p->pid, 0, &r);
    }
    p->pending = 0;
}

// ---- the loop ----

static void on_stop(struct tracee *p, int status)
{
    enum __ptrace_request how = PTRACE_CONT;
    unsigned long data = 0, message;
    int sig = WSTOPSIG(status);
    switch (status >> 16) {
    case PTRACE_EVENT_SECCOMP: how = on_call(p); break;
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
    case PTRACE_EVENT_CLONE:
        if (ptrace(PTRACE_GETEVENTMSG, p->pid, 0, &message) == 0) {
            pid_t parent = p->pid;
            tracee_of((pid_t)message)->parent = parent;
        }
        break;
    case PTRACE_EVENT_STOP:
        if (sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU)
            how = PTRACE_LISTEN;
        break;
    case 0:
        if (sig == (SIGTRAP | 0x80))
            end_call(p);
        else
            data = (unsigned long)sig;
        break;
    default: break;
    }
    if (t.killing) kill(p->pid, SIGKILL);
    if (ptrace(how, p->pid, 0, data) < 0 && errno != ESRCH) die("ptrace");
}

static void note_left(void)
{
    for (size_t i = 0; i < t.tracee_count; i++) {
        char comm[32];
        size_t at = strlen(t.left);
        read_comm(t.tracees[i].pid, comm, sizeof comm);
        snprintf(t.left + at, sizeof t.left - at, "%s%s %s", at ? ", " : "", role_of(&t.tracees[i]),
                 comm);
        t.left_count++;
    }
}

static void check_deadlines(void)
{
    int64_t now = now_ms();
    if (t.killing) return;
    if (t.main_ended ? now > t.begin_ms + t.main_ms + t.linger_ms
                     : now > t.begin_ms + t.timeout_ms) {
        t.timed_out = !t.main_ended;
        note_left();
        kill_all();
    }
}

static void on_alarm(int sig)
{
    (void)sig;
}

static void run_loop(void)
{
    // A wait that is interrupted looks at the deadlines.
    struct sigaction action = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval tick = {{0, TICK_US}, {0, TICK_US}};
    setitimer(ITIMER_REAL, &tick, NULL);
    while (t.tracee_count > 0) {
        int status;
        pid_t pid = waitpid(-1, &status, __WALL);
        check_deadlines();
        if (pid < 0 && errno == EINTR) continue;
        if (pid < 0) break;
        if (WIFSTOPPED(status)) {
            on_stop(tracee_of(pid), status);
            continue;
        }
        forget(pid);
        if (pid != t.main) continue;
        t.main_ended = true;
        t.main_status = status;
        t.main_ms = now_ms() - t.begin_ms;
    }
    struct itimerval never = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &never, NULL);
}

// ---- the program ----

static void install_filter(void)
{
    struct sock_filter code[LEN(calls) + 8];
    unsigned short n = 0;
    const uint32_t nr = offsetof(struct seccomp_data, nr),
                   arch = offsetof(struct seccomp_data, arch);
    code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, arch);
    code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0);
    code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, nr);
    for (size_t i = 0; i < LEN(calls); i++) {
        unsigned char to_trace = (unsigned char)(LEN(calls) - i);
        code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)calls[i].nr,
                                                 to_trace, 0);
    }
    code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
    struct sock_fprog program = {n, code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
        die("seccomp");
}

static void start(char **argv)
{
    int gate[2];
    if (pipe2(gate, O_CLOEXEC) < 0) die("pipe");
    t.main = fork();
    if (t.main < 0) die("fork");
    if (t.main == 0) {
        char byte;
        close(gate[1]);
        while (read(gate[0], &byte, 1) < 0 && errno == EINTR) continue;
        // A background job of a shell would have it ignored, and programs leave it at that.
        for (size_t i = 0; i < LEN(signals); i++) signal(signals[i].number, SIG_DFL);
        install_filter();
        execvp(argv[0], argv);
        die(argv[0]);
    }
    unsigned long options = PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK |
                            PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
                            PTRACE_O_TRACESYSGOOD;
    if (ptrace(PTRACE_SEIZE, t.main, 0, options) < 0) die("PTRACE_SEIZE");
    tracee_of(t.main)->parent = getpid();
    t.begin_ms = now_ms();
    close(gate[0]);
    close(gate[1]); // the end of the file opens the gate
}

// ---- options ----

static void select_calls(char *list)
{
    memset(t.selected, 0, sizeof t.selected);
    for (char *save, *name = strtok_r(list, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
        char *suffix = strchr(name, ':');
        if (suffix) *suffix++ = '\0';
        bool all = strcmp(name, "all") == 0, mutating = strcmp(name, "mutating") == 0,
             found = false;
        for (size_t i = 0; i < LEN(calls); i++) {
            enum group g = calls[i].group;
            char how = all || (mutating && g == MUTATES) ? 'a' : mutating && g == OPENS ? 'w' : 0;
            if (strcmp(name, calls[i].name) == 0) how = suffix ? *suffix : 'a';
            if (how) t.selected[i] = how;
            found = found || how;
        }
        errno = EINVAL;
        if (!found) die(name);
    }
}

static int number_of(const char *name, bool is_signal)
{
    size_t count = is_signal ? LEN(signals) : LEN(errnos);
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, is_signal ? signals[i].name : errnos[i].name) == 0)
            return is_signal ? signals[i].number : errnos[i].number;
    errno = EINVAL;
    die(name);
    return 0;
}

static void set_action(const char *what)
{
    const char *value = strchr(what, '=');
    value = value ? value + 1 : "";
    if (strcmp(what, "kill") == 0) {
        t.action = KILL;
    } else if (strcmp(what, "kill-all") == 0) {
        t.action = KILL_ALL;
    } else if (strncmp(what, "errno=", 6) == 0) {
        t.action = FAIL;
        t.number = number_of(value, false);
    } else if (strncmp(what, "signal=", 7) == 0) {
        t.action = SIGNAL;
        t.number = number_of(value, true);
    } else if (strncmp(what, "cut=", 4) == 0) {
        t.action = CUT;
        t.mountpoint = value;
    } else {
        errno = EINVAL;
        die(what);
    }
}

static void set_option(const char *name, char *value)
{
    if (strcmp(name, "--calls") == 0) {
        select_calls(value);
    } else if (strcmp(name, "--role") == 0) {
        t.role = value;
    } else if (strcmp(name, "--arm") == 0) {
        t.arm = value;
        t.armed = false;
    } else if (strcmp(name, "--at") == 0) {
        t.at = strtol(value, NULL, 10);
    } else if (strcmp(name, "--span") == 0) {
        t.span = *value == 'f' ? FROM : *value == 'h' ? HALF : ONCE;
    } else if (strcmp(name, "--do") == 0) {
        set_action(value);
    } else if (strcmp(name, "--linger") == 0) {
        t.linger_ms = strtol(value, NULL, 10);
    } else if (strcmp(name, "--timeout") == 0) {
        t.timeout_ms = strtol(value, NULL, 10);
    } else if (strcmp(name, "--list") == 0) {
        t.list = fopen(value, "we");
        if (!t.list) die(value);
    } else if (strcmp(name, "--report") == 0) {
        t.report = value;
    } else {
        errno = EINVAL;
        die(name);
    }
}

static void write_report(void)
{
    FILE *f = fopen(t.report, "we");
    if (!f) die(t.report);
    int s = t.main_status;
    fprintf(
        f,
        "{\"status\": %d, \"count\": %ld, \"fired_count\": %ld, \"timed_out\": %s, \"ms\": %lld, "
        "\"left\": \"%s\", \"fired\": [",
        WIFEXITED(s) ? WEXITSTATUS(s) : -WTERMSIG(s), t.count, t.fired_count,
        t.timed_out ? "true" : "false", (long long)t.main_ms, t.left);
    for (long i = 0; i < t.fired_count && i < MAX_FIRED; i++)
        fprintf(f, "%s\"%s\"", i ? ", " : "", t.fired[i].text);
    fprintf(f, "]}\n");
    if (fclose(f) != 0) die(t.report);
}

int main(int argc, char **argv)
{
    t.role = "any";
    t.armed = true;
    t.linger_ms = 10000;
    t.timeout_ms = 60000;
    memset(t.selected, 'a', sizeof t.selected);
    int i = 1;
    for (; i + 1 < argc && strcmp(argv[i], "--") != 0; i += 2) set_option(argv[i], argv[i + 1]);
    if (i + 1 >= argc) {
        fprintf(stderr, "usage: faulter [OPTION VALUE]… -- PROGRAM ARG…\n");
        return 125;
    }
    start(argv + i + 1);
    run_loop();
    if (t.list && fclose(t.list) != 0) die("the list");
    if (t.report) write_report();
    return WIFEXITED(t.main_status) ? WEXITSTATUS(t.main_status) : 128 + WTERMSIG(t.main_status);
}
