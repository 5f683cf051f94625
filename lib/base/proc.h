// Child processes for a process that runs one at a time and has to be sure that nothing of it is
// left: each leads a process group, and the caller, being a subreaper (prctl(2)), inherits whatever
// escapes from the group by setsid and a double fork.
//
// A child starts with stdin from /dev/null, stdout and stderr to one descriptor, no other
// descriptors but `keep` or `pass`, default signal actions, no signal blocked, umask 022, and is
// killed when the thread that started it dies.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "base/bug.h"

struct proc_spec {
    const char *const *argv; // argv[0] is looked up in this process's PATH if it holds no slash
    const char *const *envp;
    const char *cwd;
    int output; // descriptor for stdout and stderr
    // Two more, which become `pass_as` and the next (both less than the descriptors themselves and
    // more than 2), so that they are no numbers that happen to be free; -1: none.
    int pass[2];
    int pass_as;
};

enum proc_step { PROC_STARTED, PROC_NO_PROCESS, PROC_NO_CWD, PROC_NO_EXEC };

// Starts a program. On failure *error is the errno and the step says what did not work. Uses vfork,
// so that the size of this process costs nothing.
enum proc_step proc_spawn(const struct proc_spec *spec, pid_t *pid, int *error) MUST_USE;

// Forks a child that calls `run` and exits with what it returns; it keeps the descriptor `keep`
// (-1: none) and its whole memory. 0 or -errno.
int proc_fork(int (*run)(void *ctx), void *ctx, const char *cwd, int output, int keep,
              pid_t *pid) MUST_USE;

// A descriptor that becomes readable when the process ends; -errno on failure.
int proc_pidfd(pid_t pid) MUST_USE;

// Waits until a child has ended, at most timeout_ms; it is not reaped. Does without a descriptor
// where there is none to be had.
void proc_await(pid_t pid, int timeout_ms);

// Makes this process the one to which orphaned descendants are given.
int proc_become_subreaper(void) MUST_USE;
// Undoes that.
void proc_end_subreaper(void);
// Has this process no children? False also where the kernel does not tell.
bool proc_is_childless(void);

// Ends everything that descends from this process, which must be a subreaper, and reaps it.
// `killed` (may be null) counts what was still alive. 0, or -ETIMEDOUT if something did not go away
// (a process that waits for a dead disk), or another -errno.
int proc_kill_descendants(int timeout_ms, size_t *killed) MUST_USE;

// The same of all children of this process but those in `keep`, and of what descends from them.
int proc_kill_others(const pid_t *keep, size_t keep_count, int timeout_ms) MUST_USE;

// After the leader ended (its pidfd is readable) and was not yet waited for: kills the rest of its
// group, reaps the leader, then everything else that descends from here.
struct proc_end {
    int status;          // as from waitpid(2)
    struct rusage usage; // of the leader and what it waited for
    size_t killed;       // processes that were still alive
};
int proc_finish(pid_t leader, int timeout_ms, struct proc_end *end) MUST_USE;
