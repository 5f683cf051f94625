// A realization has the wanted context if its line in the facts has the hash of it.
#include "store/matching.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "base/vec.h"
#include "store/facts.h"
#include "store/index.h"
#include "store/ref.h"
#include "store/store.h"

struct matching {
    const struct store *s;
    struct hasher *h;
    struct index *index;
    struct facts_reader reader;
    struct arena arena; // what was learnt
    struct buf context;
    VEC(struct str) noted;
};

struct matching *matching_open(const struct store *s)
{
    struct matching *m = bug_malloc(sizeof *m);
    struct hasher *h = hasher_new(HASH_SHA256);
    *m = (struct matching){.s = s, .h = h, .index = index_open(s, h), .reader = {.s = s, .h = h}};
    return m;
}

static struct str folder_of(struct str dref)
{
    return (struct str){dref.p + 5, dref.len - 5}; // behind "dref:"
}

// What the folder holds, from the index or else from the folder; good until the next call. 0 or
// -errno.
static int look_up(struct matching *m, struct str dref, struct str *text)
{
    char rel[STORE_REL_SIZE];
    struct stat st;
    *text = STR("");
    store_ref_rel(dref, rel);
    if (fstatat(m->s->fd, rel, &st, AT_SYMLINK_NOFOLLOW) < 0) return errno == ENOENT ? 0 : -errno;
    struct index_stamp stamp = index_stamp_of(&st);
    if (index_get(m->index, folder_of(dref), &stamp, text)) return 0;
    struct facts facts;
    int result = facts_read(&m->reader, dref, &facts);
    if (result == -ENOENT) return 0;
    *text = facts.text;
    if (result == 0 && facts.fresh)
        index_put(m->index, arena_str(&m->arena, folder_of(dref)), &facts.stamp,
                  arena_str(&m->arena, facts.text));
    return result;
}

bool matching_find(struct matching *m, struct arena *arena, struct str dref,
                   const struct context *context, struct ref_list *out, struct diag_sink *sink)
{
    char digest[HASH_HEX_SIZE];
    struct str rest, line;
    VEC(struct str) found = {0};
    *out = (struct ref_list){NULL, 0};
    int result = look_up(m, dref, &rest);
    if (result < 0) {
        store_fail(sink, "E0707", result, "cannot read the realizations of " STR_FMT,
                   STR_ARG(dref));
        return false;
    }
    buf_clear(&m->context);
    context_write(context, &m->context);
    hasher_hex_of(m->h, buf_str(&m->context), digest);
    while (facts_next_line(&rest, &line)) {
        if (!facts_is_realization(line) ||
            memcmp(line.p + REF_HASH_LEN + 1, digest, FACTS_CONTEXT_LEN) != 0)
            continue;
        vec_push(&found, str_from(arena_printf(arena, "rref:%.*s-" STR_FMT, REF_HASH_LEN, line.p,
                                               STR_ARG(folder_of(dref)))));
    }
    out->len = found.len;
    out->at = ARENA_ARRAY(arena, struct str, found.len);
    if (found.len) memcpy(out->at, found.at, found.len * sizeof *found.at);
    vec_free(&found);
    return true;
}

void matching_note(struct matching *m, struct str dref)
{
    vec_push(&m->noted, dref);
}

void matching_rest(struct matching *m)
{
    index_rest(m->index);
}

void matching_close(struct matching *m)
{
    struct str unused;
    // Who needs one that cannot be read will be told.
    for (size_t i = 0; i < m->noted.len; i++) (void)look_up(m, m->noted.at[i], &unused);
    index_close(m->index);
    facts_reader_free(&m->reader);
    hasher_free(m->h);
    arena_free(&m->arena);
    buf_free(&m->context);
    vec_free(&m->noted);
    free(m);
}
