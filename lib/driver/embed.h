// Files of the repository that the binary carries: stdlib/*.plx, stdlib/python/plx.py, the pipeline
// of `plxc init` and the pages docs/errors/*.md. The table is C text that embed.cmake writes at
// build time, again whenever one of the files changes.
//
// A file's name here is its path in the repository: "stdlib/prelude.plx", "stdlib/python/plx.py",
// "docs/errors/E0301.md".
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct embed_file {
    struct str name;
    struct str bytes; // static memory, with a NUL behind its length
};

// All files, sorted by name.
extern const struct embed_file embed_files[];
extern const size_t embed_count;

// The bytes of a file, or false if there is none of that name.
bool embed_get(struct str name, struct str *bytes);
