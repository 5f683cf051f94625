// The file in which a download grows, hashed while it does. A shared one is named by what is
// downloaded and stays where a later run finds it:
//
//   PARTIAL_DIR/KEY.part        the bytes so far; locked (flock) by who appends to it
//   PARTIAL_DIR/KEY.validator   the ETag or date that the server gave to these bytes; may be
//   missing
//
// KEY is the first 32 hex digits of SHA-256 over the URL, a newline, and "sha256:" or "sha1:" with
// the expected hash. Both files can be deleted at any time. Errors are negative errno values.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"

struct partial {
    int fd;
    char *path;
    char *validator_path; // null: a private file
    int64_t len;          // bytes in the file; the hasher has seen them all
    struct hasher *hasher;
    struct buf validator; // empty: none is known
};

// Opens or creates the shared file. -EWOULDBLOCK: another process is at it.
int partial_open_shared(struct partial *p, const char *dir, const char *url, enum hash_kind kind,
                        const char *hash) MUST_USE;
// A new file at `path` that nobody else looks for.
int partial_open_private(struct partial *p, const char *path, enum hash_kind kind) MUST_USE;
int partial_append(struct partial *p, const void *bytes, size_t len) MUST_USE;
// Empties it; what comes next is the beginning of what has this validator ("" for none).
int partial_restart(struct partial *p, struct str validator) MUST_USE;
// The hash of all bytes. After it only partial_restart, publish, discard and close are allowed.
void partial_hash(struct partial *p, char out[HASH_HEX_SIZE]);
// Moves the file to `dest` (0644), on the same file system.
int partial_publish(struct partial *p, const char *dest) MUST_USE;
// Removes the files.
void partial_discard(struct partial *p);
// Frees and unlocks; a private file that was not published is removed, and so is an empty one.
void partial_close(struct partial *p);
