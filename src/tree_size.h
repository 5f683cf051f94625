// How large a realization is.
#pragma once

#include <stdint.h>

struct tree_size {
    uint64_t bytes; // sum of the sizes of its files
    uint64_t files;
};

// Its artifacts: what plx itself wrote beside them (context.json, names that begin with "__") is
// left out. Links are not followed; what cannot be read counts nothing.
struct tree_size tree_size(const char *path);
