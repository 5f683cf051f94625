// The evaluator's real host (eval/host.h): files, the embedded standard library, derivations and
// source hashes by lib/store.
#pragma once

#include "eval/host.h"

struct driver;

// `driver` is borrowed.
void host_init(struct eval_host *host, struct driver *driver);
