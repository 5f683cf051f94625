#include "base/json_diff.h"

#include <string.h>

#include "base/buf.h"
#include "base/vec.h"

struct differ {
    struct arena *arena;
    bool (*whole)(const json_t *value);
    struct buf path;
    VEC(struct json_difference) found;
};

static void compare(struct differ *d, const json_t *before, const json_t *after);

static void add(struct differ *d, const json_t *before, const json_t *after)
{
    struct str path = arena_str(d->arena, buf_str(&d->path));
    vec_push(&d->found, (struct json_difference){path, before, after});
}

static bool is_name(const char *key)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    if (!*key || !strchr(letters, *key)) return false;
    while (*key && (strchr(letters, *key) || (*key >= '0' && *key <= '9'))) key++;
    return !*key;
}

static void below_key(struct differ *d, const char *key, const json_t *before, const json_t *after)
{
    size_t len = d->path.len;
    bool plain = is_name(key);
    buf_printf(&d->path, "%s%s%s%s", len ? "." : "", plain ? "" : "\"", key, plain ? "" : "\"");
    if (before && after)
        compare(d, before, after);
    else
        add(d, before, after);
    buf_truncate(&d->path, len);
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

// The keys of both, sorted, each once.
static size_t all_keys(struct differ *d, const json_t *before, const json_t *after,
                       const char ***keys)
{
    size_t n = 0;
    *keys = ARENA_ARRAY(d->arena, const char *, json_object_size(before) + json_object_size(after));
    const char *key;
    json_t *unused;
    json_object_foreach((json_t *)before, key, unused)(*keys)[n++] = key;
    json_object_foreach((json_t *)after, key, unused)
    {
        if (!json_object_get(before, key)) (*keys)[n++] = key;
    }
    if (n) qsort(*keys, n, sizeof **keys, compare_keys);
    return n;
}

static void compare(struct differ *d, const json_t *before, const json_t *after)
{
    if (json_equal(before, after)) return;
    bool whole = d->whole && (d->whole(before) || d->whole(after));
    if (!whole && json_is_object(before) && json_is_object(after)) {
        const char **keys;
        size_t n = all_keys(d, before, after, &keys);
        for (size_t i = 0; i < n; i++) {
            below_key(d, keys[i], json_object_get(before, keys[i]),
                      json_object_get(after, keys[i]));
        }
        return;
    }
    if (!whole && json_is_array(before) && json_is_array(after) &&
        json_array_size(before) == json_array_size(after)) {
        size_t len = d->path.len;
        for (size_t i = 0; i < json_array_size(before); i++) {
            buf_printf(&d->path, "[%zu]", i);
            compare(d, json_array_get(before, i), json_array_get(after, i));
            buf_truncate(&d->path, len);
        }
        return;
    }
    add(d, before, after);
}

void json_diff(const json_t *before, const json_t *after, bool (*whole)(const json_t *value),
               struct arena *arena, struct json_differences *out)
{
    struct differ d = {.arena = arena, .whole = whole};
    compare(&d, before, after);
    out->len = d.found.len;
    out->at = ARENA_ARRAY(arena, struct json_difference, d.found.len);
    if (d.found.len) memcpy(out->at, d.found.at, d.found.len * sizeof *d.found.at);
    vec_free(&d.found);
    buf_free(&d.path);
}
