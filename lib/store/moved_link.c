#include "store/moved_link.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "store/store.h"

#define LINKS_MAX 40 // as in the kernel

struct walk {
    struct arena *arena;
    const char *out;
    const char *at;   // where it is, without links
    const char *rest; // what is still to be walked
    bool left;        // it left the output, or came into it by an absolute path
    int links;
};

static const char *target_of(struct walk *w, const char *link)
{
    char target[PATH_MAX];
    ssize_t len = readlink(link, target, sizeof target - 1);
    if (len <= 0 || ++w->links > LINKS_MAX) return NULL;
    target[len] = '\0';
    return arena_strdup(w->arena, target);
}

// One component; false: there is no such thing.
static bool step(struct walk *w)
{
    size_t len = strcspn(w->rest, "/");
    const char *name = arena_dup(w->arena, w->rest, len);
    w->rest += len + strspn(w->rest + len, "/");
    if (!*name || strcmp(name, ".") == 0) return true;
    if (strcmp(name, "..") == 0) {
        if (strcmp(w->at, w->out) == 0) w->left = true;
        w->at = path_dir(w->arena, w->at);
        return true;
    }
    const char *next = path_join(w->arena, w->at, name);
    struct stat st;
    if (lstat(next, &st) < 0) return false;
    if (!S_ISLNK(st.st_mode)) {
        w->at = next;
        return true;
    }
    const char *target = target_of(w, next);
    if (!target) return false;
    if (*target == '/') {
        w->at = "/";
        w->left = true;
    }
    w->rest = arena_printf(w->arena, "%s/%s", target + strspn(target, "/"), w->rest);
    return true;
}

// The store may lie in a temporary folder, but what it holds stays.
static bool is_temporary(const struct store *s, const char *path, struct arena *arena)
{
    if (path_below(s->path, path) || path_below(path, s->path)) return false;
    return path_below(s->tmp, path) || path_below(path_join(arena, s->root, "sessions"), path);
}

const char *moved_link_find(const struct store *s, const char *out, const char *path,
                            struct arena *arena)
{
    struct walk w = {.arena = arena, .out = out, .at = out, .rest = path};
    while (*w.rest && step(&w))
        if (w.left && is_temporary(s, w.at, arena))
            return path_normalize(arena, path_join(arena, w.at, w.rest));
    return NULL;
}
