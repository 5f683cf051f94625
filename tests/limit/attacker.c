// What realizers should not do, one by one: attacker ATTACK [N], run as a stage's realizer.
//
// $out is the output, $CASE/outside a folder that is none of the realizer's business. Exits with 0
// when the attack was made; what comes of it is in the transcripts beside this file.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#define LEN(array) (sizeof(array) / sizeof((array)[0]))
// What is made to live on ends by itself when nobody ends it.
#define LIFE_SECONDS 60

static int out; // descriptor of $out

static void check(bool good, const char *what)
{
    if (good) return;
    fprintf(stderr, "attacker: %s: %s\n", what, strerror(errno));
    exit(1);
}

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    errno = EINVAL;
    check(value != NULL, name);
    return value;
}

// $CASE/NAME
static const char *outside(const char *name, char path[512])
{
    snprintf(path, 512, "%s/%s", variable("CASE"), name);
    return path;
}

static int make_file(const char *name, mode_t mode, const char *text)
{
    int fd = openat(out, name, O_WRONLY | O_CREAT | O_EXCL, 0600);
    check(fd >= 0 && write(fd, text, strlen(text)) >= 0 && fchmod(fd, mode) == 0, name);
    return fd;
}

// ---- what can be in a folder ----

static void symlinks(long n)
{
    (void)n;
    char path[512];
    check(symlinkat(outside("outside/file", path), out, "absolute") == 0, "absolute");
    check(symlinkat(outside("outside", path), out, "folder") == 0, "folder");
    check(symlinkat("../../../../../outside/file", out, "relative") == 0, "relative");
    check(symlinkat("loop", out, "loop") == 0, "loop");
    check(symlinkat("nowhere", out, "dangling") == 0, "dangling");
}

static void hardlinks(long n)
{
    (void)n;
    char path[512];
    outside("outside/file", path);
    check(linkat(AT_FDCWD, path, out, "first", 0) == 0, "first");
    check(linkat(AT_FDCWD, path, out, "second", 0) == 0, "second");
    make_file("own", 0644, "own\n");
    check(linkat(out, "own", out, "own-too", 0) == 0, "own-too");
}

static void setuid_bits(long n)
{
    (void)n;
    make_file("setuid", 06755, "#!/bin/sh\nid\n");
    check(mkdirat(out, "sticky", 0755) == 0 && fchmodat(out, "sticky", 03777, 0) == 0, "sticky");
}

static void make_fifo(long n)
{
    (void)n;
    check(mkfifoat(out, "fifo", 0666) == 0, "fifo");
}

// The one device that everybody may make: overlay file systems mark with it what was removed.
static void make_device(long n)
{
    (void)n;
    check(mknodat(out, "device", S_IFCHR | 0666, makedev(0, 0)) == 0, "device");
}

static void make_socket(long n)
{
    (void)n;
    struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "socket"};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    check(fchdir(out) == 0 && bind(fd, (struct sockaddr *)&a, sizeof a) == 0, "socket");
}

static void set_xattrs(long n)
{
    (void)n;
    int fd = make_file("file", 0644, "file\n");
    check(fsetxattr(fd, "user.secret", "1", 1, 0) == 0, "user.secret");
    check(mkdirat(out, "folder", 0755) == 0, "folder");
    fd = openat(out, "folder", O_RDONLY | O_DIRECTORY);
    check(fsetxattr(fd, "user.secret", "2", 1, 0) == 0, "user.secret");
}

static void read_only_xattrs(long n)
{
    (void)n;
    int fd = make_file("file", 0644, "file\n");
    check(fsetxattr(fd, "user.secret", "1", 1, 0) == 0 && fchmod(fd, 0444) == 0, "user.secret");
    check(mkdirat(out, "folder", 0755) == 0, "folder");
    fd = openat(out, "folder", O_RDONLY | O_DIRECTORY);
    check(fsetxattr(fd, "user.secret", "2", 1, 0) == 0 && fchmod(fd, 0555) == 0, "user.secret");
}

static void no_rights(long n)
{
    (void)n;
    check(mkdirat(out, "folder", 0755) == 0, "folder");
    make_file("folder/inside", 0, "inside\n");
    make_file("file", 0, "file\n");
    make_file("program", 0111, "#!/bin/sh\n");
    make_file("others", 0077, "file\n");
    check(fchmodat(out, "folder", 0, 0) == 0 && fchmod(out, 0) == 0, "chmod");
}

static void names(long n)
{
    (void)n;
    static const char *const odd[] = {"new\nline", "bad\xff\xfeutf8", "\033[31mred", "-rf",
                                      " ",         "tab\there",       "quo\"te",     "back\\slash",
                                      "~",         "$(id)",           "__pycache__"};
    for (size_t i = 0; i < LEN(odd); i++) make_file(odd[i], 0644, "");
    char longest[256];
    memset(longest, 'x', sizeof longest - 1);
    longest[255] = '\0';
    make_file(longest, 0644, "");
}

// ---- what can outlive a realizer ----

// A process that is nobody's child, in a session of its own, deaf to polite signals; returns in it.
// The realizer goes on when it is there.
static bool become_daemon(void)
{
    int ready[2];
    char byte;
    check(pipe(ready) == 0, "pipe");
    pid_t child = fork();
    check(child >= 0, "fork");
    if (child > 0) {
        close(ready[1]);
        check(read(ready[0], &byte, 1) == 1, "the daemon");
        return false;
    }
    setsid();
    if (fork() != 0) _exit(0);
    setsid();
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    alarm(LIFE_SECONDS);
    char path[512];
    FILE *f = fopen(outside("pid", path), "w");
    check(f != NULL && fprintf(f, "%ld\n", (long)getpid()) > 0 && fclose(f) == 0, "pid");
    check(write(ready[1], "x", 1) == 1, "the realizer");
    return true;
}

static void outlive(long n)
{
    (void)n;
    make_file("file", 0644, "file\n");
    if (!become_daemon()) return;
    for (;;) pause();
}

// Keeps a file of the output open and writes to it once the store has begun to look at it.
static void write_late(long n)
{
    (void)n;
    int fd = make_file("file", 0644, "file\n");
    if (!become_daemon()) return;
    while (faccessat(out, "context.json", F_OK, 0) != 0) continue;
    for (;;)
        if (write(fd, "late\n", 5) < 0) _exit(1);
}

// Is never twice the same process: each one starts the next, in a session of its own, and ends.
static void hydra(long n)
{
    (void)n;
    make_file("file", 0644, "file\n");
    if (!become_daemon()) return;
    time_t end = time(NULL) + LIFE_SECONDS;
    while (time(NULL) < end) {
        pid_t next = fork();
        if (next > 0) _exit(0);
        if (next == 0) setsid();
    }
    _exit(0);
}

static void stopped(long n)
{
    (void)n;
    make_file("file", 0644, "file\n");
    if (become_daemon()) raise(SIGSTOP);
}

// ---- the output itself, and what lies around it ----

static void swap(long n)
{
    (void)n;
    char path[512];
    check(rmdir(variable("out")) == 0, "rmdir");
    check(symlink(outside("outside", path), variable("out")) == 0, "symlink");
}

static void swap_by_file(long n)
{
    (void)n;
    check(rmdir(variable("out")) == 0, "rmdir");
    int fd = open(variable("out"), O_WRONLY | O_CREAT, 0644);
    check(fd >= 0 && write(fd, "file\n", 5) == 5, "file");
}

static void gone(long n)
{
    (void)n;
    check(rmdir(variable("out")) == 0, "rmdir");
}

// Moves the whole folder of the job away, and leaves another one there.
static void move_job(long n)
{
    (void)n;
    char here[512], there[600];
    snprintf(here, sizeof here, "%s", variable("out"));
    *strrchr(here, '/') = '\0';
    snprintf(there, sizeof there, "%s.moved", here);
    check(rename(here, there) == 0 && mkdir(here, 0755) == 0, "rename");
}

static void lock_job(long n)
{
    (void)n;
    char path[512];
    snprintf(path, sizeof path, "%s/..", variable("out"));
    check(chmod(path, 0) == 0, "chmod");
}

// Two names of a file, behind a path that no system call takes.
static void long_path(long n)
{
    (void)n;
    char name[251];
    memset(name, 'x', sizeof name - 1);
    name[250] = '\0';
    check(fchdir(out) == 0, "chdir");
    for (int i = 0; i < 20; i++) check(mkdir(name, 0755) == 0 && chdir(name) == 0, "mkdir");
    int fd = open("one", O_WRONLY | O_CREAT, 0644);
    check(fd >= 0 && link("one", "two") == 0, "two");
}

static void name_context(long n)
{
    (void)n;
    make_file("context.json", 0644, "{}");
}

static void name_meta(long n)
{
    (void)n;
    make_file("__meta__.json", 0644, "{}");
}

static void link_log(long n)
{
    (void)n;
    char path[512];
    check(symlinkat(outside("outside/file", path), out, "__log__.txt") == 0, "__log__.txt");
}

// Goes into the group of a child, so that its own group is gone, and never ends by itself.
static void leave_group(long n)
{
    (void)n;
    char path[512], byte;
    int ready[2];
    check(pipe(ready) == 0, "pipe");
    alarm(LIFE_SECONDS);
    pid_t child = fork();
    if (child == 0) {
        alarm(LIFE_SECONDS);
        check(setpgid(0, 0) == 0 && write(ready[1], "x", 1) == 1, "setpgid");
        for (;;) pause();
    }
    check(read(ready[0], &byte, 1) == 1 && setpgid(0, child) == 0, "setpgid");
    FILE *f = fopen(outside("pids", path), "w");
    check(f != NULL && fprintf(f, "%ld %ld\n", (long)getpid(), (long)child) > 0 && fclose(f) == 0,
          "pids");
    for (;;) pause();
}

static void kill_parent(long n)
{
    (void)n;
    check(kill(getppid(), SIGKILL) == 0, "kill");
    for (;;) pause();
}

// The same with a process that is left behind, and one more that it started.
static void kill_parent_detached(long n)
{
    pid_t worker = getppid();
    if (become_daemon()) {
        if (fork() == 0) alarm(LIFE_SECONDS);
        for (;;) pause();
    }
    check(kill(worker, SIGKILL) == 0, "kill");
    for (;;) pause();
    (void)n;
}

// Writes into a dependency, $dep, which root may, and others after a chmod.
static void write_store(long n)
{
    (void)n;
    check(chmod(variable("dep"), 0644) == 0, "chmod");
    int fd = open(variable("dep"), O_WRONLY | O_APPEND);
    check(fd >= 0 && write(fd, "more\n", 5) == 5 && fchmod(fd, 0444) == 0, "write");
    make_file("file", 0644, "file\n");
}

// ---- much ----

static void deep(long n)
{
    check(fchdir(out) == 0, "chdir");
    for (long i = 0; i < n; i++) check(mkdir("d", 0755) == 0 && chdir("d") == 0, "mkdir");
}

static void many(long n)
{
    char name[32];
    for (long i = 0; i < n; i++) {
        snprintf(name, sizeof name, "%ld", i);
        close(make_file(name, 0644, name));
    }
}

// N GiB, of which nothing is on the disk.
static void sparse(long n)
{
    int fd = make_file("sparse", 0644, "");
    check(ftruncate(fd, (off_t)n << 30) == 0, "ftruncate");
}

static void chatter(long n)
{
    static char block[1 << 20];
    memset(block, 'x', sizeof block - 1);
    block[sizeof block - 1] = '\n';
    for (long i = 0; i < n; i++) check(write(1, block, sizeof block) == sizeof block, "write");
    make_file("file", 0644, "file\n");
}

static const struct {
    const char *name;
    void (*attack)(long n);
} attacks[] = {
    {"symlinks", symlinks},
    {"hardlinks", hardlinks},
    {"setuid", setuid_bits},
    {"fifo", make_fifo},
    {"device", make_device},
    {"socket", make_socket},
    {"xattrs", set_xattrs},
    {"read-only-xattrs", read_only_xattrs},
    {"no-rights", no_rights},
    {"names", names},
    {"outlive", outlive},
    {"write-late", write_late},
    {"hydra", hydra},
    {"stopped", stopped},
    {"swap", swap},
    {"swap-by-file", swap_by_file},
    {"gone", gone},
    {"move-job", move_job},
    {"lock-job", lock_job},
    {"long-path", long_path},
    {"name-context", name_context},
    {"name-meta", name_meta},
    {"link-log", link_log},
    {"leave-group", leave_group},
    {"kill-parent", kill_parent},
    {"kill-parent-detached", kill_parent_detached},
    {"write-store", write_store},
    {"deep", deep},
    {"many", many},
    {"sparse", sparse},
    {"chatter", chatter},
};

int main(int argc, char **argv)
{
    umask(0);
    long n = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
    out = open(variable("out"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    check(out >= 0, "$out");
    for (size_t i = 0; argc > 1 && i < LEN(attacks); i++) {
        if (strcmp(argv[1], attacks[i].name) != 0) continue;
        attacks[i].attack(n);
        return 0;
    }
    fprintf(stderr, "usage: attacker ATTACK [N]\n");
    return 2;
}
