// Copies a tree of files, folders and links into the store's folder for temporary files, as `store
// commit` needs it, and hashes it on the way. Anything else in it (E0715), an artifact with a
// reserved name (E0714), a tree that is too deep (E0723), and the tree being no folder, is an
// error; modes are kept, times and owners are not.
#pragma once

#include <stdbool.h>

#include "base/diag.h"
#include "base/hash.h"
#include "base/str.h"

struct store;

// `to`, relative to s->tmp_fd, must not exist yet. `hash` is what the copy will have as a
// realization whose context.json is the text `context`.
bool copy_tree(const char *from, const struct store *s, const char *to, struct str context,
               struct hasher *h, char hash[HASH_HEX_SIZE], struct diag_sink *sink) MUST_USE;
