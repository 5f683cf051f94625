// Source files and folders, as Path values of the language name them: their identity, and the copy
// that a source stage keeps. Both walk the tree in the same way, so that what was hashed is what is
// copied.
//
// A file is kept with its executable bit, a link inside a folder as a link; a link that leads out
// of the folder, and a fifo, socket or device, is an error that names it. (The path itself may be a
// link: its target is meant.) For a folder, .gitignore files in it and below are honoured (as git
// documents their patterns) and .git folders are left out. `include`: if there are any, only files
// and links that match one are kept; `exclude`: what matches is left out, a folder with all that is
// in it. Both are globs relative to the folder: `*` and `?` do not match `/`, `**` does; a pattern
// without `/` matches the name at any depth, as in .gitignore. Folders in which nothing is kept are
// left out.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/hash.h"
#include "base/source.h"
#include "base/str.h"

struct source_filter {
    const struct str *include;
    size_t include_count;
    const struct str *exclude;
    size_t exclude_count;
};

#define SOURCE_TREE_HASH_SIZE (7 + HASH_HEX_SIZE)

// "sha256:HEX", the NAR hash of the content as kept. `path` is absolute; `filter` may be null and
// counts only for folders.
bool source_tree_hash(const char *path, const struct source_filter *filter, struct hasher *h,
                      char out[SOURCE_TREE_HASH_SIZE], struct span span,
                      struct diag_sink *sink) MUST_USE;

// Copies what is kept to OUT/BASENAME, where out_fd is the open folder OUT, and gives the hash of
// what was copied, for the caller to compare with the one that the derivation was made with.
bool source_tree_copy(const char *path, const struct source_filter *filter, int out_fd,
                      struct hasher *h, char hash[SOURCE_TREE_HASH_SIZE], struct span span,
                      struct diag_sink *sink) MUST_USE;

// Does the glob match? Exposed for tests and `find`.
bool source_tree_glob(struct str pattern, struct str path);
