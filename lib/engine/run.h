// One realizer's process, from start to the certainty that nothing of it is left, inside a worker.
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/proc.h"
#include "engine/channel.h"

enum run_end {
    RUN_ENDED,     // by itself: see end.status
    RUN_TIMED_OUT, // was killed
    RUN_SILENT,    // was killed, because it wrote nothing to its log
    RUN_CANCELLED, // was killed, because the engine asked or is gone
    RUN_LOST, // could not be waited for, or something of it could not be killed; error is the errno
};

struct run {
    pid_t pid;
    struct channel *engine;                         // a message on it means: cancel; it may close
    struct channel *child;                          // of a built-in realizer; null for a program
    bool (*on_message)(void *ctx, json_t *message); // from the child; borrows the message
    void *ctx;
    double timeout;        // seconds; 0: none
    int log_fd;            // its standard output and error
    double silent_timeout; // seconds without anything written there, or told; 0: none
    unsigned grace_ms;     // between SIGTERM and SIGKILL
    // Filled:
    struct proc_end end;
    bool asked_to_end; // SIGTERM was sent
    int error;
};

// How long processes that got SIGKILL may take to go away.
#define RUN_KILL_TIMEOUT_MS 10000

enum run_end run_wait(struct run *r) MUST_USE;
