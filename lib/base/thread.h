// Threads that help with one call and end before it returns.
#pragma once

#include <pthread.h>
#include <stdbool.h>

#include "base/bug.h"

// Starts a thread to be joined. It gets no signals: they stay with the thread that called. False if
// the system has none to give.
bool thread_start(pthread_t *thread, void *(*run)(void *arg), void *arg) MUST_USE;
