// Files, with errors as negative errno values and nothing printed. EINTR is retried everywhere. All
// descriptors are opened close-on-exec.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"

// Does an errno (or -errno) say that there is no such file? Others, such as EMFILE or EIO, say
// nothing about it: who concludes from them that it is not there removes what is needed.
bool io_is_absent(int error);
// Appends the whole file to out. 0 or -errno; -EFBIG if it is larger than `max` bytes (0: no
// limit), -EINVAL if it is no regular file: a fifo that stands in the place of one is not waited
// for, and a device not read without end.
int io_read_file(int dirfd, const char *path, size_t max, struct buf *out) MUST_USE;
// The same of whatever a user has named: a fifo or a terminal is read until its end.
int io_read_any(int dirfd, const char *path, size_t max, struct buf *out) MUST_USE;
// Of what is left to read of fd, which stays open. For standard input: a socket cannot be opened as
// /dev/stdin.
int io_read_fd(int fd, size_t max, struct buf *out) MUST_USE;
// The same, -EINVAL if fd is no regular file; to be opened with O_NONBLOCK.
int io_read_regular(int fd, size_t max, struct buf *out) MUST_USE;
// What an error of these means, as strerror.
const char *io_why(int error);
// The whole file as a string in `arena`, with NUL behind its length; of a regular file the only
// copy. Errors as of io_read_any.
int io_read_text(int dirfd, const char *path, size_t max, struct arena *arena,
                 struct str *out) MUST_USE;
// Opens the regular file at `rel` below dirfd for reading. No link is followed, on the way or at
// the end (-ELOOP, or -ENOTDIR for one on the way), and nothing waits for the other end of a fifo.
// What is no regular file is -EISDIR or -EINVAL.
int io_open_beneath(int dirfd, const char *rel) MUST_USE;
// Appends the first `max` bytes of an open file, or all that it has. 0 or -errno.
int io_read_head(int fd, size_t max, struct buf *out) MUST_USE;
// Writes all bytes, retrying short writes.
int io_write_all(int fd, const void *bytes, size_t len) MUST_USE;
// Creates (O_EXCL, `mode` less the umask) and writes a file, checking close; with `sync`, fsyncs
// it. On failure removes what it made.
int io_write_new(int dirfd, const char *path, struct str bytes, mode_t mode, bool sync) MUST_USE;
// Writes beside `path` and renames over it, so that readers see the old or the new whole file.
int io_replace_file(const char *path, struct str bytes, mode_t mode, bool sync) MUST_USE;
// mkdir -p; an existing folder is fine.
int io_mkdirs(const char *path, mode_t mode) MUST_USE;
// Removes a tree without following links, making folders writable as needed; a missing one is fine.
// Goes on after an error and returns the first.
int io_remove_tree(int dirfd, const char *path) MUST_USE;
// fsync on the folder itself.
int io_sync_dir(const char *path) MUST_USE;
// Copies the bytes of `from` to `to` (open descriptors), by copy_file_range or sendfile where
// possible.
int io_copy_fd(int from, int to) MUST_USE;
// Copies a whole file to an empty one; holes stay holes. `to` stands anywhere afterwards.
int io_copy_sparse(int from, int to) MUST_USE;
// Sorted names in a folder without "." and ".."; each is malloced, the array too. -errno on
// failure.
int io_list_dir(int dirfd, const char *path, char ***names, size_t *count) MUST_USE;
void io_free_names(char **names, size_t count);
// Nanoseconds since the epoch, and of a monotonic clock.
int64_t io_now_ns(void);
int64_t io_monotonic_ns(void);
