// Source files and folders, as Path values of the language name them: their identity, and the copy
// that a source stage keeps. Both choose what is kept in the same way, so that what was hashed is
// what is copied.
//
// A file is kept with its executable bit, a link inside a folder as a link; a link that leads out
// of the folder, and a fifo, socket or device, is an error that names it. (The path itself may be a
// link: its target is meant.)
//
// Of a folder is left out: what is named .git; what the .gitignore files in it and below say; what
// matches `exclude`, a folder with all that is in it; if there is any `include`, what neither
// matches one nor lies in a folder that does; and folders in which nothing is left. Patterns are
// those of glob.h, relative to the folder.
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

// "sha256:HEX", the NAR hash of the content as kept; the name of the file or folder itself is not
// in it. `path` is absolute; `filter` may be null and counts only for folders. Errors: E0719 it
// cannot be read, E0720 a file type that cannot be kept, E0721 a link that leads out.
bool source_tree_hash(const char *path, const struct source_filter *filter, struct hasher *h,
                      char out[SOURCE_TREE_HASH_SIZE], struct span span,
                      struct diag_sink *sink) MUST_USE;

// Where a copy goes, and what its output will be called.
struct source_output {
    int fd;                   // an open, empty folder
    struct str context;       // the text of the realization's context.json
    bool sync;                // the output is to be synced
    char hash[HASH_HEX_SIZE]; // out: the realization's (nar.h); empty if it has to be read for that
};

// Copies what is kept to OUT/BASENAME and gives the hash of what was copied, for the caller to
// compare with the one that the derivation was made with.
bool source_tree_copy(const char *path, const struct source_filter *filter,
                      struct source_output *out, struct hasher *h, char hash[SOURCE_TREE_HASH_SIZE],
                      struct span span, struct diag_sink *sink) MUST_USE;
