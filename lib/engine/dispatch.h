// Between the queue and the processes: takes locks, gives jobs to workers and prepared outputs to
// the committer, and takes what they answer. Private to the engine.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "engine/realize.h"

// Gives jobs to idle workers as long as there are both.
void dispatch_jobs(struct realize *r);
// Gives all that is prepared to the committer, if that is idle and it is time.
void dispatch_publish(struct realize *r);
// When that is (monotonic); INT64_MAX: not before something else happens.
int64_t dispatch_publish_at(const struct realize *r);
// Asks the committer to make durable what was published.
void dispatch_sync(struct realize *r);

// Reads what a worker or the committer sent; when it died, fails what it had and starts another.
void dispatch_read_worker(struct realize *r, struct worker *worker);
void dispatch_read_committer(struct realize *r);

// Stages whose wait for a lock or another try is over go back to the queue. Gives the time
// (monotonic) of the next, INT64_MAX for none.
int64_t dispatch_wake(struct realize *r);
// A lock of another process may have been released.
void dispatch_locks_changed(struct realize *r);

// Cancels all that runs and forgets what was to be published.
void dispatch_cancel_all(struct realize *r);
// Is something running or on its way into the store?
bool dispatch_active(const struct realize *r);
