// Paths as text: nothing here touches the file system.
#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

// "a" and "b/c" give "a/b/c"; an absolute b gives b; empty parts vanish.
char *path_join(struct arena *a, const char *base, const char *rest) MUST_USE;
// Resolves "." and ".." and doubled slashes in an absolute path by text alone.
char *path_normalize(struct arena *a, const char *path) MUST_USE;
struct str path_base(const char *path);
// Everything before the last slash; "." if there is none, "/" for the root.
char *path_dir(struct arena *a, const char *path) MUST_USE;
// Is this safe inside an output: relative, not empty, no part that is ".." or ".", no NUL, no empty
// part?
bool path_is_inside(struct str path);
// What follows `folder` and a slash in a path below it, "" for the folder itself; null for any
// other path. Both absolute and normal.
const char *path_below(const char *folder, const char *path);
// The path as seen from `dir` (both absolute and normal) if it is below it, else the path itself;
// for messages.
char *path_relative(struct arena *a, const char *dir, const char *path) MUST_USE;
