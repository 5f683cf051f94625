// Messages between this process and its workers: JSON values, each behind its length (4 bytes, this
// machine's order), over a stream socket. Both ends are processes of one program, so a malformed
// message is a BUG.
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct channel {
    int fd; // -1: closed
    struct buf in;
    size_t taken; // how much of `in` was given out
};

#define CHANNEL_INIT ((struct channel){.fd = -1})

// A connected pair; both ends close on exec. 0 or -errno.
int channel_pair(int fds[2]) MUST_USE;
void channel_close(struct channel *c);

// Blocks until all is sent; -EPIPE when the other end is gone. The message is released.
int channel_send(struct channel *c, json_t *message) MUST_USE;
// The same for who learns by reading that the other end is gone.
void channel_tell(struct channel *c, json_t *message);

enum channel_state { CHANNEL_MESSAGE, CHANNEL_EMPTY, CHANNEL_CLOSED };

// The next message, which the caller releases. Reads what has arrived without blocking, or with
// `wait` until there is one.
enum channel_state channel_receive(struct channel *c, bool wait, json_t **message) MUST_USE;
