// Copies a tree of files, folders and links, as `store commit` needs it. Anything else in it
// (E0715), and the tree being no folder, is an error; modes are kept, times and owners are not.
#pragma once

#include <stdbool.h>

#include "base/diag.h"

// `to` (relative to to_fd) must not exist yet.
bool copy_tree(const char *from, int to_fd, const char *to, struct diag_sink *sink) MUST_USE;
