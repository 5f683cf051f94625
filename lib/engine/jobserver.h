// A GNU make jobserver for realizers: of the cpus that no stage has taken, the programs that know
// its protocol (make, cargo, gcc -flto=jobserver) may use some, so that all jobs of all stages
// together are no more than -j allows. The protocol is that of the GNU make manual, "POSIX
// Jobserver Interaction": whoever wants to run one more job reads a byte from a pipe first, and
// writes it back afterwards.
//
// Each worker has a pipe of its own, and the engine moves tokens between them: in one pipe for all,
// the tokens of a realizer that is killed would be lost, since nobody knows who has how many. Here
// it is known how many were given to a pipe, and when its realizer and all that descends from it
// are gone, those are free again.
//
// Pipes by descriptor, not a fifo by name: the make of Debian 12 knows no other, newer ones know
// both. The descriptors are far from those that scripts open for themselves.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct realize;
struct worker;

// What a realizer reads from, and what it writes to.
#define JOBSERVER_READ_FD  98
#define JOBSERVER_WRITE_FD 99

// All -1 where there is none: then realizers just have none.
struct jobserver_pipe {
    int take_fd, give_fd;  // the engine's; they do not block
    int read_fd, write_fd; // the realizer's; those of a file description of their own, which block
    unsigned own;          // tokens for the cpus that the stage has taken, beyond its first
    unsigned lent;         // tokens from what no stage has taken
};

#define JOBSERVER_PIPE_NONE                                                                        \
    ((struct jobserver_pipe){.take_fd = -1, .give_fd = -1, .read_fd = -1, .write_fd = -1})

// ---- of one worker ----

// Makes one, or none if the system does not allow it.
struct jobserver_pipe jobserver_open(void);
// Closes the ends of the others, in the engine after a worker was forked, and in that worker.
void jobserver_keep_engines(struct jobserver_pipe *p);
void jobserver_keep_realizers(struct jobserver_pipe *p);
void jobserver_close(struct jobserver_pipe *p);

// ---- in the engine ----

// A worker begins a job that takes `cores` cpus.
void jobserver_begin(struct worker *worker, unsigned cores);
// Its job has ended, or it died: nothing of its realizer is left. What was lent is free again.
void jobserver_end(struct realize *r, struct worker *worker);
// Takes back what was lent and is not in use. Call it before something is looked for that could be
// started.
void jobserver_take_back(struct realize *r);
// Lends what nothing in the queue waits for, and moves what one realizer leaves lying to others
// that have used theirs up; does something only when it is time to.
void jobserver_lend(struct realize *r);
// When jobserver_lend wants to be called next (monotonic); INT64_MAX: there is nothing to lend.
int64_t jobserver_at(const struct realize *r);
