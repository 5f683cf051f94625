#include "eval/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/bug.h"

static void *regex_malloc(size_t size, void *unused)
{
    (void)unused;
    return bug_malloc(size);
}

static void regex_release(void *p, void *unused)
{
    (void)unused;
    free(p);
}

static pcre2_code *compile(struct str pattern, pcre2_general_context *memory,
                           struct regex_find *find)
{
    // \C could cut a code point in two.
    const uint32_t options =
        PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY;
    int code;
    PCRE2_SIZE at;
    pcre2_compile_context *context = pcre2_compile_context_create(memory);
    pcre2_code *re =
        pcre2_compile((PCRE2_SPTR)pattern.p, pattern.len, options, &code, &at, context);
    pcre2_compile_context_free(context);
    if (!re) {
        (void)pcre2_get_error_message(code, (PCRE2_UCHAR *)find->problem, sizeof find->problem);
        find->problem_at = at;
        return NULL;
    }
    uint32_t groups;
    (void)pcre2_pattern_info(re, PCRE2_INFO_CAPTURECOUNT, &groups);
    if (groups > REGEX_GROUPS) {
        (void)snprintf(find->problem, sizeof find->problem, "more than %d groups", REGEX_GROUPS);
        find->problem_at = 0;
        pcre2_code_free(re);
        return NULL;
    }
    find->count = groups + 1;
    return re;
}

static enum regex_result run(const pcre2_code *re, pcre2_general_context *memory,
                             struct str subject, struct regex_find *find)
{
    pcre2_match_context *context = pcre2_match_context_create(memory);
    (void)pcre2_set_match_limit(context, REGEX_STEPS);
    (void)pcre2_set_heap_limit(context, REGEX_HEAP_KIB);
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(re, memory);
    int rc =
        pcre2_match(re, (PCRE2_SPTR)subject.p, subject.len, 0, PCRE2_NO_UTF_CHECK, data, context);
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(data);
    for (size_t i = 0; rc > 0 && i < find->count; i++) {
        find->groups[i].start = ends[2 * i];
        find->groups[i].end = ends[2 * i + 1];
    }
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
    if (rc > 0) return REGEX_MATCH;
    return rc == PCRE2_ERROR_NOMATCH ? REGEX_NO_MATCH : REGEX_TOO_MUCH;
}

enum regex_result regex_find(struct str pattern, struct str subject, struct regex_find *find)
{
    pcre2_general_context *memory = pcre2_general_context_create(regex_malloc, regex_release, NULL);
    enum regex_result result = REGEX_BAD_PATTERN;
    pcre2_code *re = compile(pattern, memory, find);
    if (re) result = run(re, memory, subject, find);
    pcre2_code_free(re);
    pcre2_general_context_free(memory);
    return result;
}
