// Regular expressions for match_regex(): PCRE2 in UTF mode, with limits, so that no pattern runs
// away. \w, \d and \s are ASCII; $ is the very end of the text.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum regex_result {
    REGEX_MATCH,
    REGEX_NO_MATCH,
    REGEX_BAD_PATTERN, // problem and problem_at say what and at which byte of the pattern
    REGEX_TOO_MUCH, // the match would take more than REGEX_STEPS steps or REGEX_HEAP_KIB of memory
};

#define REGEX_STEPS    10000000u
#define REGEX_HEAP_KIB 65536u
#define REGEX_GROUPS   99

struct regex_find {
    size_t count; // groups of the pattern and one for the whole match
    struct {
        size_t start; // byte offsets into the subject; both SIZE_MAX for a group that took no part
        size_t end;
    } groups[REGEX_GROUPS + 1];
    char problem[128];
    size_t problem_at;
};

// Finds the first match of `pattern` in `subject`, both valid UTF-8. A pattern with more than
// REGEX_GROUPS groups is a bad one.
enum regex_result regex_find(struct str pattern, struct str subject, struct regex_find *find);
