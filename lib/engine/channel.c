#include "engine/channel.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/json.h"

#define READ_AT_ONCE ((size_t)64 << 10)

int channel_pair(int fds[2])
{
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0 ? 0 : -errno;
}

void channel_close(struct channel *c)
{
    if (c->fd >= 0) close(c->fd);
    buf_free(&c->in);
    *c = CHANNEL_INIT;
}

static int send_all(int fd, const char *p, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, p, len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno == ECONNRESET ? -EPIPE : -errno;
        p += n;
        len -= (size_t)n;
    }
    return 0;
}

int channel_send(struct channel *c, json_t *message)
{
    struct buf out = BUF_INIT;
    buf_add(&out, "\0\0\0\0", 4);
    json_compact(&out, message);
    json_decref(message);
    size_t size = out.len - 4;
    if (size > UINT32_MAX) BUG("a message of %zu bytes", size);
    uint32_t length = (uint32_t)size;
    memcpy(out.p, &length, 4);
    int rc = c->fd < 0 ? -EPIPE : send_all(c->fd, out.p, out.len);
    buf_free(&out);
    return rc;
}

void channel_tell(struct channel *c, json_t *message)
{
    int ignored = channel_send(c, message);
    (void)ignored;
}

static bool take(struct channel *c, json_t **message)
{
    uint32_t length;
    size_t have = c->in.len - c->taken;
    if (have < 4) return false;
    memcpy(&length, c->in.p + c->taken, 4);
    if (have - 4 < length) return false;
    struct json_problem problem;
    *message = json_parse((struct str){c->in.p + c->taken + 4, length}, &problem);
    if (!*message) BUG("a malformed message between processes: %s", problem.text);
    c->taken += 4 + (size_t)length;
    if (c->taken == c->in.len) {
        buf_clear(&c->in);
        c->taken = 0;
    }
    return true;
}

// Drops what was given out before the buffer grows by it.
static void compact(struct channel *c)
{
    if (c->taken == 0) return;
    memmove(c->in.p, c->in.p + c->taken, c->in.len - c->taken);
    buf_truncate(&c->in, c->in.len - c->taken);
    c->taken = 0;
}

enum channel_state channel_receive(struct channel *c, bool wait, json_t **message)
{
    while (!take(c, message)) {
        if (c->fd < 0) return CHANNEL_CLOSED;
        compact(c);
        buf_reserve(&c->in, READ_AT_ONCE);
        ssize_t n = recv(c->fd, c->in.p + c->in.len, READ_AT_ONCE, wait ? 0 : MSG_DONTWAIT);
        if (n > 0) {
            c->in.len += (size_t)n;
            c->in.p[c->in.len] = '\0';
        } else if (n < 0 && errno == EINTR) {
            continue;
        } else if (n < 0 && errno == EAGAIN) {
            return CHANNEL_EMPTY;
        } else {
            return CHANNEL_CLOSED;
        }
    }
    return CHANNEL_MESSAGE;
}
