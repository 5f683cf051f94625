#include "store/glob.h"

#include <stddef.h>

// One character of a set in brackets, *at on it; moves behind it.
static unsigned char set_char(struct str pattern, size_t *at)
{
    if (pattern.p[*at] == '\\' && *at + 1 < pattern.len) ++*at;
    return (unsigned char)pattern.p[(*at)++];
}

// Does the set that begins at pattern.p[*at] == '[' hold c? Moves *at behind its end; a set without
// end is no set (*at stays).
static bool match_set(struct str pattern, size_t *at, unsigned char c)
{
    size_t i = *at + 1;
    bool negated = i < pattern.len && (pattern.p[i] == '!' || pattern.p[i] == '^');
    if (negated) i++;
    bool found = false;
    for (size_t first = i; i < pattern.len;) {
        if (pattern.p[i] == ']' && i > first) {
            *at = i + 1;
            return found != negated;
        }
        unsigned char low = set_char(pattern, &i), high = low;
        if (i + 1 < pattern.len && pattern.p[i] == '-' && pattern.p[i + 1] != ']') {
            i++;
            high = set_char(pattern, &i);
        }
        found |= low <= c && c <= high;
    }
    return false;
}

bool glob_is_whole(struct str pattern)
{
    for (size_t i = 0; i < pattern.len;) {
        size_t before = i;
        if (pattern.p[i] == '[') {
            (void)match_set(pattern, &i, 0);
            if (i == before) return false;
        } else if (pattern.p[i] == '\\') {
            if (i + 1 == pattern.len) return false;
            i += 2;
        } else {
            i++;
        }
    }
    return pattern.len > 0;
}

// One element of the pattern, not `*`, against one byte. Moves *at behind the element if it
// matches.
static bool match_one(struct str pattern, size_t *at, unsigned char c)
{
    size_t i = *at;
    if (pattern.p[i] == '?') {
        ++*at;
        return true;
    }
    if (pattern.p[i] == '[') {
        bool found = match_set(pattern, &i, c);
        if (i != *at) {
            if (found) *at = i;
            return found;
        }
    }
    if (pattern.p[i] == '\\' && i + 1 < pattern.len) i++;
    if ((unsigned char)pattern.p[i] != c) return false;
    *at = i + 1;
    return true;
}

// When a character does not fit, only the last star need be tried with one character more.
bool glob_match_name(struct str pattern, struct str name)
{
    size_t p = 0, n = 0, star = pattern.len, star_name = 0;
    while (n < name.len) {
        if (p < pattern.len && pattern.p[p] == '*') {
            star = p++;
            star_name = n;
        } else if (p < pattern.len && match_one(pattern, &p, (unsigned char)name.p[n])) {
            n++;
        } else if (star < pattern.len) {
            p = star + 1;
            n = ++star_name;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.p[p] == '*') p++;
    return p == pattern.len;
}

// The segment at the begin of *rest, which moves behind it and its slash.
static struct str next_segment(struct str *rest)
{
    size_t len = 0;
    while (len < rest->len && rest->p[len] != '/') len++;
    struct str segment = {rest->p, len};
    size_t skip = len + (len < rest->len);
    rest->p += skip;
    rest->len -= skip;
    return segment;
}

// As in glob_match_name, with segments for characters and `**` for the star.
static bool match_segments(struct str pattern, struct str path)
{
    struct str star = {NULL, 0}, star_path = path;
    while (path.len) {
        struct str p = pattern, q = path;
        struct str segment = next_segment(&p);
        if (pattern.len && str_eq(segment, STR("**"))) {
            if (!p.len) return true;
            star = p;
            star_path = path;
            pattern = p;
        } else if (pattern.len && glob_match_name(segment, next_segment(&q))) {
            pattern = p;
            path = q;
        } else if (star.p) {
            (void)next_segment(&star_path);
            pattern = star;
            path = star_path;
        } else {
            return false;
        }
    }
    return !pattern.len;
}

bool glob_folders_only(struct str pattern)
{
    return pattern.len > 1 && pattern.p[pattern.len - 1] == '/';
}

bool glob_match(struct str pattern, struct str path)
{
    if (glob_folders_only(pattern)) pattern.len--;
    if (pattern.len && memchr(pattern.p, '/', pattern.len)) {
        if (pattern.p[0] == '/') {
            pattern.p++;
            pattern.len--;
        }
        return match_segments(pattern, path);
    }
    size_t start = path.len;
    while (start && path.p[start - 1] != '/') start--;
    return glob_match_name(pattern, (struct str){path.p + start, path.len - start});
}
