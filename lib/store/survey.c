#include "store/survey.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/map.h"
#include "base/vec.h"
#include "store/folder.h"
#include "store/glob.h"
#include "store/graph.h"
#include "store/ref.h"
#include "store/store.h"

typedef VEC(struct str) strs;

static int compare_strs(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void give(strs *found, struct ref_list *out, struct arena *arena)
{
    if (found->len) qsort(found->at, found->len, sizeof(*found->at), compare_strs);
    out->len = found->len;
    out->at = ARENA_ARRAY(arena, struct str, found->len);
    if (found->len) memcpy(out->at, found->at, found->len * sizeof(*found->at));
    vec_free(found);
}

// A realization needs its derivation, but does not depend on it in the sense of the question.
static bool same_kind(const struct graph *g, uint32_t a, uint32_t b)
{
    return graph_is_derivation(g, a) == graph_is_derivation(g, b);
}

static void collect_users(struct graph *g, uint32_t from, bool deep, struct arena *arena,
                          struct ref_list *out)
{
    struct graph_users users;
    graph_reverse(g, &users);
    bool *seen = ARENA_ARRAY(&g->arena, bool, g->len);
    VEC(uint32_t) queue = {0};
    strs found = {0};
    seen[from] = true;
    vec_push(&queue, from);
    while (queue.len) {
        uint32_t at = vec_pop(&queue);
        for (uint32_t i = users.start[at]; i < users.start[at + 1]; i++) {
            uint32_t user = users.at[i];
            if (seen[user] || !same_kind(g, user, from)) continue;
            seen[user] = true;
            vec_push(&found, arena_str(arena, g->at[user].ref));
            if (deep) vec_push(&queue, user);
        }
    }
    vec_free(&queue);
    give(&found, out, arena);
}

bool survey_rdeps(const struct store *s, struct arena *arena, struct str ref, bool deep,
                  struct ref_list *out, struct diag_sink *sink)
{
    struct graph g;
    if (!graph_load(s, &g, sink)) return false;
    uint32_t node = graph_find(&g, ref);
    if (node != GRAPH_NONE) {
        collect_users(&g, node, deep, arena, out);
    } else {
        diag_error(sink, SPAN_NONE, ref_is_dref(ref) ? "E0702" : "E0703",
                   "there is no " STR_FMT " in the store", STR_ARG(ref));
    }
    graph_free(&g);
    return node != GRAPH_NONE;
}

struct usage {
    struct arena names;
    struct arena keys;
    struct map inodes; // of files with several names
    uint64_t bytes;
};

static void add_entry(struct usage *u, const struct stat *st)
{
    if (!S_ISDIR(st->st_mode) && st->st_nlink > 1) {
        char *key = arena_printf(&u->keys, "%llx:%llx", (unsigned long long)st->st_dev,
                                 (unsigned long long)st->st_ino);
        if (map_has(&u->inodes, str_from(key))) return;
        map_set(&u->inodes, str_from(key), key);
    }
    u->bytes += (uint64_t)st->st_blocks * 512;
}

static void add_tree(struct usage *u, int dirfd, const char *path, bool is_folder)
{
    struct stat st;
    int fd = -1;
    if (is_folder) fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        if (fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) == 0) add_entry(u, &st);
        return;
    }
    if (fstat(fd, &st) == 0) add_entry(u, &st);
    struct folder f;
    struct arena_mark mark = arena_mark(&u->names);
    if (folder_list(fd, &u->names, &f) == 0) {
        for (size_t i = 0; i < f.len; i++) add_tree(u, fd, f.at[i].name, f.at[i].type == DT_DIR);
    }
    arena_reset(&u->names, mark);
    close(fd);
}

uint64_t survey_tree_bytes(int dirfd, const char *path)
{
    struct usage u = {.bytes = 0};
    add_tree(&u, dirfd, path, true);
    map_free(&u.inodes);
    arena_free(&u.names);
    arena_free(&u.keys);
    return u.bytes;
}

uint64_t survey_derivation_bytes(const struct store *s, const char *folder)
{
    char config[STORE_REL_SIZE + 16];
    struct stat st;
    uint64_t bytes = 0;
    snprintf(config, sizeof(config), "%s/config.json", folder);
    if (fstatat(s->fd, folder, &st, AT_SYMLINK_NOFOLLOW) == 0)
        bytes += (uint64_t)st.st_blocks * 512;
    if (fstatat(s->fd, config, &st, AT_SYMLINK_NOFOLLOW) == 0)
        bytes += (uint64_t)st.st_blocks * 512;
    return bytes;
}

typedef VEC(struct survey_usage) usages;

static bool add_usages(const struct store *s, struct arena *arena, struct str dref, usages *found,
                       struct diag_sink *sink)
{
    struct ref_list rrefs;
    char rel[STORE_REL_SIZE];
    if (!query_rrefs(s, arena, dref, &rrefs, sink)) return false;
    size_t derivation = found->len;
    store_ref_rel(dref, rel);
    vec_push(found, (struct survey_usage){dref, survey_derivation_bytes(s, rel)});
    for (size_t i = 0; i < rrefs.len; i++) {
        store_ref_rel(rrefs.at[i], rel);
        struct survey_usage u = {rrefs.at[i], survey_tree_bytes(s->fd, rel)};
        found->at[derivation].bytes += u.bytes;
        vec_push(found, u);
    }
    return true;
}

bool survey_du(const struct store *s, struct arena *arena, const struct ref_list *drefs,
               struct survey_usage **out, size_t *count, struct diag_sink *sink)
{
    struct ref_list all = {NULL, 0};
    usages found = {0};
    bool good = drefs || query_drefs(s, arena, &all, sink);
    if (!drefs) drefs = &all;
    for (size_t i = 0; good && i < drefs->len; i++) {
        good = add_usages(s, arena, drefs->at[i], &found, sink);
    }
    *count = found.len;
    *out = ARENA_ARRAY(arena, struct survey_usage, found.len);
    if (found.len) memcpy(*out, found.at, found.len * sizeof(*found.at));
    vec_free(&found);
    return good;
}

static bool is_newer(const struct store *s, struct str rref, int64_t newer_ns)
{
    int64_t ns;
    return newer_ns == 0 || (query_buildtime(s, rref, &ns) && ns >= newer_ns);
}

bool survey_find(const struct store *s, struct arena *arena, const char *glob, int64_t newer_ns,
                 struct ref_list *out, struct diag_sink *sink)
{
    struct ref_list drefs, rrefs;
    if (!query_drefs(s, arena, &drefs, sink)) return false;
    strs found = {0};
    for (size_t i = 0; i < drefs.len; i++) {
        const size_t prefix = 5 + REF_HASH_LEN + 1;
        struct str name = {drefs.at[i].p + prefix, drefs.at[i].len - prefix};
        if (glob && !glob_match_name(str_from(glob), name)) continue;
        if (!query_rrefs(s, arena, drefs.at[i], &rrefs, sink)) {
            vec_free(&found);
            return false;
        }
        for (size_t j = 0; j < rrefs.len; j++) {
            if (is_newer(s, rrefs.at[j], newer_ns)) vec_push(&found, rrefs.at[j]);
        }
    }
    give(&found, out, arena);
    return true;
}
