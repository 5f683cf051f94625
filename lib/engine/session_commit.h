// The decision that ends a pause: what the paused stage is realized with. Private to who continues
// sessions (session.h); the session is open and locked.
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/diag.h"
#include "base/hash.h"
#include "engine/engine.h"
#include "engine/plan.h"
#include "engine/session.h"

struct session_commit {
    struct store *store;
    struct session *session;
    const struct plan *plan; // the session's
    struct hasher *hasher;   // SHA-256
    engine_key_call *key_call;
    void *key_ctx;
    // Another process realizes the derivation (pid, 0: unknown); it will be waited for. May be
    // null.
    void (*waiting)(void *ctx, pid_t pid);
    void *waiting_ctx;
    struct diag_sink *sink;
};

// What the outputs hold becomes realizations of the stage: promises are checked, and so is whether
// its matcher has room for more. The derivation must be in the store. Sets session->made and saves
// it. On failure the outputs are as they were, and can be mended:
//   E0714 E0715 E0716  what they hold is refused (commit.h)
//   E0835              the matcher accepts only so many, and there are as many already
//   E0837              a process has a file of them open for writing
//   E0830              something that the stage was given is gone
//   E0838              they were committed already
// and what a key of the matcher reports. A warning (W0802) says that the matcher would have chosen
// otherwise.
bool session_commit_outputs(const struct session_commit *c) MUST_USE;

// Other realizations instead. E0834 if one is not of the stage, not in the store, or was not built
// with what the session's stage would be; E0830, E0838. W0802 as above.
bool session_commit_rrefs(const struct session_commit *c, const struct str *rrefs,
                          size_t count) MUST_USE;

// What came of its realizer, which ran. W0802 as above.
bool session_take_made(const struct session_commit *c, const struct str *rrefs,
                       size_t count) MUST_USE;
