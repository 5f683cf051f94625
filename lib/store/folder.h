// The entries of a folder in the order of their bytes, with their types, which saves a stat for
// each.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bug.h"

struct folder_entry {
    const char *name;
    unsigned char type; // DT_REG, DT_DIR, DT_LNK, …; never DT_UNKNOWN unless the entry is gone
    uint64_t inode;
};

struct folder {
    struct folder_entry *at;
    size_t len;
};

// Lists an open folder (from its begin; the descriptor stays open) without "." and "..". 0 or
// -errno.
int folder_list(int fd, struct arena *arena, struct folder *out) MUST_USE;
// The same for a folder by name.
int folder_list_at(int dirfd, const char *path, struct arena *arena, struct folder *out) MUST_USE;
