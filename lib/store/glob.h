// Glob patterns as .gitignore has them (gitignore(5)), used for sources, and by `find` for names.
#pragma once

#include <stdbool.h>

#include "base/str.h"

// One segment: `*` and `?` match what is not `/`, `[a-z]` and `[!a-z]` a set, `\` makes the next
// character plain. No `**`.
bool glob_match_name(struct str pattern, struct str name);

// Is it not empty, is each set closed, and does something follow each backslash?
bool glob_is_whole(struct str pattern);

// A whole path, relative, without "." and "..": a pattern with a `/` before its end is matched from
// the begin of the path, one without against the last name only. `**` as a whole segment stands for
// any number of folders; at the end for all that is inside. A `/` at the end of the pattern is
// ignored here, see glob_folders_only.
bool glob_match(struct str pattern, struct str path);

// Does the pattern end in a `/`, so that it is meant for folders?
bool glob_folders_only(struct str pattern);
