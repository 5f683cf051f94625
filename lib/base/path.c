#include "base/path.h"

#include <string.h>

#include "base/bug.h"

// Appends the parts of `path` to out[0..len), each with a slash before it unless it is the first of
// a relative path.
static size_t add_parts(char *out, size_t len, const char *path)
{
    while (*path) {
        size_t part = strcspn(path, "/");
        if (part) {
            if (len && out[len - 1] != '/') out[len++] = '/';
            memcpy(out + len, path, part);
            len += part;
        }
        path += part + (path[part] == '/');
    }
    return len;
}

char *path_join(struct arena *a, const char *base, const char *rest)
{
    if (*rest == '/') base = "";
    char *out = arena_alloc_raw(a, strlen(base) + strlen(rest) + 3);
    size_t len = 0;
    if (*base == '/' || *rest == '/') out[len++] = '/';
    len = add_parts(out, len, base);
    len = add_parts(out, len, rest);
    out[len] = '\0';
    return out;
}

char *path_normalize(struct arena *a, const char *path)
{
    if (*path != '/') BUG("path_normalize needs an absolute path, got '%s'", path);
    char *out = arena_alloc_raw(a, strlen(path) + 2);
    size_t len = 0;
    for (const char *p = path; *p;) {
        size_t part = strcspn(p, "/");
        if (part == 2 && memcmp(p, "..", 2) == 0) {
            while (len && out[--len] != '/') continue;
        } else if (part && !(part == 1 && *p == '.')) {
            out[len++] = '/';
            memcpy(out + len, p, part);
            len += part;
        }
        p += part + (p[part] == '/');
    }
    if (!len) out[len++] = '/';
    out[len] = '\0';
    return out;
}

struct str path_base(const char *path)
{
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/') end--;
    size_t start = end;
    while (start && path[start - 1] != '/') start--;
    if (start == end && end) start--; // the root is its own name
    return (struct str){path + start, end - start};
}

char *path_dir(struct arena *a, const char *path)
{
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/') end--;
    while (end && path[end - 1] != '/') end--;
    if (!end) return arena_strdup(a, ".");
    while (end > 1 && path[end - 1] == '/') end--;
    return arena_dup(a, path, end);
}

const char *path_below(const char *folder, const char *path)
{
    size_t len = strlen(folder);
    if (strncmp(path, folder, len) != 0) return NULL;
    return path[len] == '/' ? path + len + 1 : path[len] ? NULL : path + len;
}

bool path_is_inside(struct str path)
{
    if (memchr(path.len ? path.p : "", '\0', path.len)) return false;
    for (size_t start = 0;; start++) {
        size_t end = start;
        while (end < path.len && path.p[end] != '/') end++;
        struct str part = {path.p + start, end - start};
        if (!part.len || str_eqz(part, ".") || str_eqz(part, "..")) return false;
        if (end == path.len) return true;
        start = end;
    }
}

char *path_relative(struct arena *a, const char *dir, const char *path)
{
    size_t n = strlen(dir);
    if (n == 1 && *dir == '/') n = 0;
    if (strncmp(dir, path, n) == 0 && path[n] == '/' && path[n + 1]) {
        return arena_strdup(a, path + n + 1);
    }
    return arena_strdup(a, path);
}
