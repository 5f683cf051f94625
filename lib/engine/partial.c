#include "engine/partial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"

#define KEY_DIGITS    32
#define VALIDATOR_MAX 1024
#define READ_SIZE     ((size_t)256 << 10)

static char *join(const char *dir, const char *key, const char *suffix)
{
    struct buf b = BUF_INIT;
    buf_printf(&b, "%s/%.*s%s", dir, KEY_DIGITS, key, suffix);
    return buf_detach(&b);
}

static void key_of(const char *url, enum hash_kind kind, const char *hash, char key[HASH_HEX_SIZE])
{
    struct buf b = BUF_INIT;
    buf_printf(&b, "%s\n%s:%s", url, kind == HASH_SHA256 ? "sha256" : "sha1", hash);
    struct hasher *h = hasher_new(HASH_SHA256);
    hasher_hex_of(h, buf_str(&b), key);
    hasher_free(h);
    buf_free(&b);
}

// Opens and locks. The one who had the lock may have renamed the file away meanwhile, so the name
// is looked up again.
static int open_locked(const char *path)
{
    for (;;) {
        int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd < 0) return -errno;
        struct stat mine, there;
        int error = 0;
        if (flock(fd, LOCK_EX | LOCK_NB) < 0 || fstat(fd, &mine) < 0)
            error = -errno;
        else if (!S_ISREG(mine.st_mode))
            error = -EINVAL;
        else if (stat(path, &there) < 0)
            error = errno == ENOENT ? 0 : -errno;
        else if (there.st_dev == mine.st_dev && there.st_ino == mine.st_ino)
            return fd;
        close(fd);
        if (error) return error;
    }
}

static int hash_what_is_there(struct partial *p)
{
    char *bytes = bug_malloc(READ_SIZE);
    int result = 0;
    for (;;) {
        ssize_t n = read(p->fd, bytes, READ_SIZE);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) result = -errno;
        if (n <= 0) break;
        hasher_update(p->hasher, bytes, (size_t)n);
        p->len += n;
    }
    free(bytes);
    return result;
}

static void begin(struct partial *p, enum hash_kind kind)
{
    *p = (struct partial){.fd = -1, .hasher = hasher_new(kind)};
    hasher_begin(p->hasher);
}

int partial_open_shared(struct partial *p, const char *dir, const char *url, enum hash_kind kind,
                        const char *hash)
{
    begin(p, kind);
    int result = io_mkdirs(dir, 0755);
    if (result == 0) {
        char key[HASH_HEX_SIZE];
        key_of(url, kind, hash, key);
        p->path = join(dir, key, ".part");
        p->validator_path = join(dir, key, ".validator");
        p->fd = open_locked(p->path);
        result = p->fd < 0 ? p->fd : hash_what_is_there(p);
    }
    if (result == 0 && p->len > 0 &&
        io_read_file(AT_FDCWD, p->validator_path, VALIDATOR_MAX, &p->validator) < 0)
        buf_clear(&p->validator);
    if (result < 0) partial_close(p);
    return result;
}

int partial_open_private(struct partial *p, const char *path, enum hash_kind kind)
{
    begin(p, kind);
    p->fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (p->fd < 0) {
        int result = -errno;
        partial_close(p);
        return result;
    }
    p->path = bug_strdup(path);
    return 0;
}

int partial_append(struct partial *p, const void *bytes, size_t len)
{
    int result = io_write_all(p->fd, bytes, len);
    if (result < 0) {
        // A full disk may have taken a part, which the hasher has not seen.
        if (ftruncate(p->fd, p->len) < 0 || lseek(p->fd, p->len, SEEK_SET) < 0) partial_discard(p);
        return result;
    }
    hasher_update(p->hasher, bytes, len);
    p->len += (int64_t)len;
    return 0;
}

int partial_restart(struct partial *p, struct str validator)
{
    // Empty first: an old validator on an empty file is harmless, a new one on old bytes is not.
    if (ftruncate(p->fd, 0) < 0 || lseek(p->fd, 0, SEEK_SET) < 0) return -errno;
    p->len = 0;
    hasher_begin(p->hasher);
    buf_clear(&p->validator);
    if (validator.len > VALIDATOR_MAX) validator.len = 0;
    buf_adds(&p->validator, validator);
    if (!p->validator_path) return 0;
    if (validator.len) return io_replace_file(p->validator_path, validator, 0600, false);
    return unlink(p->validator_path) < 0 && errno != ENOENT ? -errno : 0;
}

void partial_hash(struct partial *p, char out[HASH_HEX_SIZE])
{
    hasher_hex(p->hasher, out);
}

int partial_publish(struct partial *p, const char *dest)
{
    if (fchmod(p->fd, 0644) < 0) return -errno;
    if (rename(p->path, dest) < 0) return -errno;
    if (p->validator_path) unlink(p->validator_path);
    free(p->path);
    p->path = NULL;
    return 0;
}

void partial_discard(struct partial *p)
{
    if (p->path) unlink(p->path);
    if (p->validator_path) unlink(p->validator_path);
    free(p->path);
    p->path = NULL;
}

void partial_close(struct partial *p)
{
    if (p->fd >= 0 && p->path && (!p->validator_path || p->len == 0)) partial_discard(p);
    if (p->fd >= 0) close(p->fd);
    free(p->path);
    free(p->validator_path);
    hasher_free(p->hasher);
    buf_free(&p->validator);
    *p = (struct partial){.fd = -1};
}
