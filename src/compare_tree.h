// What differs between two realizations' artifacts.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"

struct tree_entry {
    const char *type; // "file", "executable", "folder", "link"; null: not there
    uint64_t bytes;   // of a file
};

struct tree_difference {
    const char *path; // below both
    struct tree_entry before;
    struct tree_entry after;
};

struct tree_differences {
    struct tree_difference *at; // by path
    size_t len;
};

// Compares two files, folders or links. In `artifacts` (the roots of realizations), what plx wrote
// beside them is left out. What is in a folder that only one side has is not listed. E1019 if
// something cannot be read.
bool compare_tree(const char *before, const char *after, bool artifacts, struct arena *arena,
                  struct tree_differences *out, struct diag_sink *sink) MUST_USE;
