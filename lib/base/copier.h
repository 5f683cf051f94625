// A thread that copies a file while another reads what is already copied: what that one sees is the
// copy, whatever happens to the file meanwhile, and the bytes pass through the processor once less
// than if they were read and then written.
//
// With `write_through` a second thread sees to it that the copy soon gets to the disk, so that
// little is left for the sync that follows; and that of a very large file only a part is in the
// page cache at a time, as it would drive out what is of more use there. (Writes past the page
// cache, O_DIRECT, do that, too, but have the processor copy each byte twice more, and stop while
// the disk does other things.)
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bug.h"

struct copier;

// Copies `size` bytes of the file that is open as `from` to `to` (open for reading and writing),
// from where each of them stands. Null if the system has no thread to give, or if `to` cannot be
// read back. Free with copier_finish; until then neither descriptor's position may be used.
struct copier *copier_start(int from, int to, uint64_t size, bool write_through) MUST_USE;

// Reads the next bytes of the copy, up to `size` of them, and waits for them if need be. How many;
// 0 when all were read, or after an error, which copier_finish tells.
size_t copier_read(struct copier *c, void *bytes, size_t size) MUST_USE;

// Ends it where it stands, and frees it. 0 if all was copied, or -errno: -ESTALE if the file ended
// early, -ECANCELED if it was the caller that ended it. *write_failed: the error is that of `to`.
int copier_finish(struct copier *c, bool *write_failed) MUST_USE;
