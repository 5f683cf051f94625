#include "store/gc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/vec.h"
#include "store/graph.h"
#include "store/leftover.h"
#include "store/lock.h"
#include "store/query.h"
#include "store/ref.h"
#include "store/root.h"
#include "store/store.h"
#include "store/survey.h"

// How many reasons a refusal lists.
#define REASONS_MAX 5

enum mark {
    MARK_NONE,
    MARK_KEEP, // and what it needs
    MARK_ALL,  // of derivations: and all realizations, also of what it needs
};

struct gc {
    struct store *s;
    struct graph g;
    struct diag_sink *sink;
    unsigned char *marks; // of each node
    int64_t *times;       // of each node, INT64_MIN while unknown
    VEC(uint32_t) stack;  // marked, their needs not yet
    VEC(uint32_t) chosen; // to be removed, users first
    struct arena arena;
    struct root *roots;
    size_t root_count;
};

// ---- marking ----

static void mark(struct gc *c, uint32_t node, enum mark m)
{
    if (!graph_is_derivation(&c->g, node) && m == MARK_ALL) m = MARK_KEEP;
    if (c->marks[node] >= m) return;
    c->marks[node] = (unsigned char)m;
    vec_push(&c->stack, node);
}

static void mark_ref(struct gc *c, struct str ref, enum mark m)
{
    uint32_t node = graph_find(&c->g, ref);
    if (node != GRAPH_NONE) mark(c, node, m);
}

static void mark_closure(struct gc *c)
{
    while (c->stack.len) {
        const struct graph_node *n = &c->g.at[vec_pop(&c->stack)];
        uint32_t self = (uint32_t)(n - c->g.at);
        bool all = c->marks[self] == MARK_ALL;
        for (uint32_t i = 0; i < n->need_count; i++) {
            mark(c, n->needs[i], all ? MARK_ALL : MARK_KEEP);
        }
        for (uint32_t i = 0; all && i < n->count; i++) mark(c, n->first + i, MARK_KEEP);
    }
}

// When a realization was begun, or, if it does not say, and for derivations: when it was written.
static int64_t time_of(struct gc *c, uint32_t node)
{
    if (c->times[node] != INT64_MIN) return c->times[node];
    struct str ref = c->g.at[node].ref;
    bool is_derivation = graph_is_derivation(&c->g, node);
    int64_t ns = 0;
    if (is_derivation || !query_buildtime(c->s, ref, &ns)) {
        char rel[STORE_REL_SIZE], path[STORE_REL_SIZE + 16];
        struct stat st;
        store_ref_rel(ref, rel);
        snprintf(path, sizeof(path), "%s%s", rel, is_derivation ? "/config.json" : "");
        if (fstatat(c->s->fd, path, &st, AT_SYMLINK_NOFOLLOW) == 0) {
            ns = (int64_t)st.st_ctim.tv_sec * 1000000000 + st.st_ctim.tv_nsec;
        }
    }
    c->times[node] = ns;
    return ns;
}

static bool score_of(struct gc *c, uint32_t node, const char *file, double *score)
{
    int err;
    return query_score(c->s, c->g.at[node].ref, file, score, &err);
}

// The realization of one derivation that is first by that score. False: none has it.
static bool mark_first(struct gc *c, const struct graph_node *d, const struct gc_score *by)
{
    uint32_t best = GRAPH_NONE;
    double highest = 0, score, sign = by->lowest ? -1 : 1;
    for (uint32_t i = 0; i < d->count; i++) {
        if (!score_of(c, d->first + i, by->file, &score)) continue;
        // Of equal ones the greatest hash, as a matcher chooses.
        if (best == GRAPH_NONE || sign * score >= highest) {
            best = d->first + i;
            highest = sign * score;
        }
    }
    if (best != GRAPH_NONE) mark(c, best, MARK_KEEP);
    return best != GRAPH_NONE;
}

static bool mark_score(struct gc *c, const struct gc_score *by)
{
    bool found = c->g.len == c->g.derivations; // where nothing can be lost nothing is missed
    for (size_t i = 0; i < c->g.derivations; i++) found |= mark_first(c, &c->g.at[i], by);
    if (found) return true;
    struct diag *d =
        diag_error(c->sink, SPAN_NONE, "E0701",
                   "no realization in the store has a number in an artifact `%s`", by->file);
    diag_note(d, "nothing would be kept by it, so nothing was removed");
    diag_help(d, "give its path in the realization; `plxc store ls REF` shows what is there");
    return false;
}

struct dated {
    int64_t time;
    uint32_t node;
};

static int latest_first(const void *a, const void *b)
{
    const struct dated *x = a, *y = b;
    if (x->time != y->time) return x->time < y->time ? 1 : -1;
    return x->node > y->node ? -1 : 1; // by hash, as a matcher does
}

static void mark_latest(struct gc *c, const struct graph_node *d, size_t count)
{
    struct dated *dated = bug_malloc(d->count * sizeof(*dated));
    for (uint32_t i = 0; i < d->count; i++) {
        dated[i] = (struct dated){time_of(c, d->first + i), d->first + i};
    }
    qsort(dated, d->count, sizeof(*dated), latest_first);
    for (size_t i = 0; i < d->count && i < count; i++) mark(c, dated[i].node, MARK_KEEP);
    free(dated);
}

// False after a report, before anything is removed.
static bool mark_roots(struct gc *c, const struct gc_options *o)
{
    for (size_t i = 0; i < o->score_count; i++) {
        if (!mark_score(c, &o->scores[i])) return false;
    }
    for (size_t i = 0; i < c->root_count; i++) mark_ref(c, c->roots[i].ref, MARK_ALL);
    for (size_t i = 0; i < o->keep_count; i++) mark_ref(c, o->keep[i], MARK_ALL);
    for (size_t i = 0; i < c->g.derivations; i++) {
        const struct graph_node *d = &c->g.at[i];
        if (o->keep_latest && d->count) mark_latest(c, d, o->keep_latest);
    }
    for (uint32_t i = 0; o->older_than_ns && i < c->g.len; i++) {
        if (time_of(c, i) >= o->older_than_ns) mark(c, i, MARK_KEEP);
    }
    mark_closure(c);
    return true;
}

// ---- choosing, users before what they use ----

// A heap of nodes that nothing left needs, the oldest on top.
struct heap {
    struct gc *c;
    VEC(uint32_t) at;
};

static bool older(struct heap *h, size_t a, size_t b)
{
    int64_t x = time_of(h->c, h->at.at[a]), y = time_of(h->c, h->at.at[b]);
    return x != y ? x < y : h->at.at[a] < h->at.at[b];
}

static void swap(struct heap *h, size_t a, size_t b)
{
    uint32_t t = h->at.at[a];
    h->at.at[a] = h->at.at[b];
    h->at.at[b] = t;
}

static void heap_push(struct heap *h, uint32_t node)
{
    vec_push(&h->at, node);
    for (size_t i = h->at.len - 1; i && older(h, i, (i - 1) / 2); i = (i - 1) / 2) {
        swap(h, i, (i - 1) / 2);
    }
}

static uint32_t heap_pop(struct heap *h)
{
    uint32_t top = h->at.at[0];
    h->at.at[0] = vec_pop(&h->at);
    for (size_t i = 0;;) {
        size_t next = i, left = 2 * i + 1;
        if (left < h->at.len && older(h, left, next)) next = left;
        if (left + 1 < h->at.len && older(h, left + 1, next)) next = left + 1;
        if (next == i) return top;
        swap(h, i, next);
        i = next;
    }
}

static uint64_t bytes_of(struct gc *c, uint32_t node)
{
    char rel[STORE_REL_SIZE];
    store_ref_rel(c->g.at[node].ref, rel);
    return graph_is_derivation(&c->g, node) ? survey_derivation_bytes(c->s, rel)
                                            : survey_tree_bytes(c->s->fd, rel);
}

// Takes from the unmarked nodes, those without users first and of these the oldest, while they
// exceed `excess` bytes (null: all).
static void choose(struct gc *c, uint64_t *sizes, const uint64_t *excess)
{
    uint32_t *users = bug_malloc(c->g.len * sizeof(*users));
    memset(users, 0, c->g.len * sizeof(*users));
    for (size_t i = 0; i < c->g.len; i++) {
        const struct graph_node *n = &c->g.at[i];
        for (uint32_t j = 0; !c->marks[i] && j < n->need_count; j++) users[n->needs[j]]++;
    }
    struct heap h = {.c = c};
    for (uint32_t i = 0; i < c->g.len; i++) {
        if (!c->marks[i] && !users[i]) heap_push(&h, i);
    }
    uint64_t freed = 0;
    while (h.at.len && (!excess || freed < *excess)) {
        uint32_t node = heap_pop(&h);
        const struct graph_node *n = &c->g.at[node];
        freed += sizes[node];
        vec_push(&c->chosen, node);
        for (uint32_t j = 0; j < n->need_count; j++) {
            uint32_t need = n->needs[j];
            if (--users[need] == 0 && !c->marks[need]) heap_push(&h, need);
        }
    }
    vec_free(&h.at);
    free(users);
}

// Gives the size of the whole store, if there is a limit to it.
static uint64_t choose_garbage(struct gc *c, uint64_t *sizes, const struct gc_options *o)
{
    uint64_t total = 0;
    for (uint32_t i = 0; i < c->g.len; i++) {
        if (!c->marks[i] || o->has_max_bytes) sizes[i] = bytes_of(c, i);
        total += sizes[i];
    }
    uint64_t excess = total > o->max_bytes ? total - o->max_bytes : 0;
    choose(c, sizes, o->has_max_bytes ? &excess : NULL);
    return total;
}

// ---- removing ----

// Moves one object to trash/NUMBER.
static int trash_one(struct store *s, struct str ref, int trash, size_t number)
{
    char rel[STORE_REL_SIZE], name[24];
    store_ref_rel(ref, rel);
    snprintf(name, sizeof(name), "%zu", number);
    // A user who is not root cannot move a read-only folder.
    if (ref_is_rref(ref) && fchmodat(s->fd, rel, 0755, AT_SYMLINK_NOFOLLOW) < 0 &&
        errno != ENOENT) {
        return -errno;
    }
    if (renameat(s->fd, rel, trash, name) == 0 || errno == ENOENT) return 0;
    int error = -errno;
    if (ref_is_rref(ref)) (void)fchmodat(s->fd, rel, 0555, AT_SYMLINK_NOFOLLOW);
    return error;
}

static bool trash_all(struct gc *c, const char *name)
{
    int trash = openat(c->s->tmp_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int result = trash < 0 ? -errno : 0;
    for (size_t i = 0; !result && i < c->chosen.len; i++) {
        struct str ref = c->g.at[c->chosen.at[i]].ref;
        result = trash_one(c->s, ref, trash, i);
        if (result < 0) {
            store_fail(c->sink, "E0707", result, "cannot remove " STR_FMT, STR_ARG(ref));
        }
    }
    if (trash < 0)
        store_fail(c->sink, "E0707", result, "cannot open %s/%s", c->s->tmp, name);
    else
        close(trash);
    return result == 0;
}

static void give(struct gc *c, struct arena *arena, const uint64_t *sizes, struct gc_result *out)
{
    out->len = c->chosen.len;
    out->at = ARENA_ARRAY(arena, struct gc_item, out->len);
    out->kept_drefs = c->g.derivations;
    out->kept_rrefs = c->g.len - c->g.derivations;
    for (size_t i = 0; i < out->len; i++) {
        uint32_t node = c->chosen.at[i];
        out->at[i] = (struct gc_item){.ref = arena_str(arena, c->g.at[node].ref),
                                      .bytes = sizes[node],
                                      .time_ns = time_of(c, node)};
        out->bytes += sizes[node];
        --*(graph_is_derivation(&c->g, node) ? &out->kept_drefs : &out->kept_rrefs);
    }
}

// While others are locked out, little should be left to read. What goes wrong here goes wrong
// again.
static void warm_index(struct store *s)
{
    struct diag_sink quiet = DIAG_SINK_INIT;
    bool ignored = graph_index(s, &quiet);
    (void)ignored;
    diag_sink_free(&quiet);
}

static bool gc_begin(struct gc *c, struct store *s, bool write, struct lock *lock,
                     struct diag_sink *sink)
{
    *c = (struct gc){.s = s, .sink = sink};
    *lock = LOCK_INIT;
    // Of a store that is only read, what could be collected can be shown.
    if (write && !store_writable(s, sink)) return false;
    if (!s->read_only) {
        warm_index(s);
        if (!lock_gc(s, true, lock, sink)) return false;
    }
    // The roots before what they lead to: a process that works now is among them with all that it
    // may still publish, and none can begin. What it links to when it ends may not be in the graph.
    if (!root_list(s, &c->arena, &c->roots, &c->root_count, sink) || !graph_load(s, &c->g, sink)) {
        lock_release(s, lock);
        arena_free(&c->arena);
        return false;
    }
    c->marks = ARENA_ARRAY(&c->g.arena, unsigned char, c->g.len);
    c->times = ARENA_ARRAY(&c->g.arena, int64_t, c->g.len);
    for (size_t i = 0; i < c->g.len; i++) c->times[i] = INT64_MIN;
    return true;
}

// A damaged session may keep anything.
static bool check_known(struct gc *c)
{
    bool good = true;
    for (size_t i = 0; i < c->root_count; i++) {
        const struct root *r = &c->roots[i];
        if (r->kind != ROOT_PAUSED || r->ref.len) continue;
        struct diag *d = diag_error(c->sink, SPAN_NONE, "E0724",
                                    "the files of the paused session `%s` are damaged", r->name);
        diag_note(d, "it is not known what it keeps, so nothing is removed");
        diag_help(d, "`plxc store verify` says what is wrong; `plxc cancel %s` drops the session",
                  r->name);
        good = false;
    }
    return good;
}

static void gc_end(struct gc *c)
{
    vec_free(&c->stack);
    vec_free(&c->chosen);
    arena_free(&c->arena);
    graph_free(&c->g);
}

// Renames what was chosen, lets others go on, and deletes.
static bool remove_chosen(struct gc *c, struct lock *lock)
{
    char name[STORE_TMP_SIZE];
    if (!store_tmp_new(c->s, "trash", name, c->sink)) return false;
    bool good = trash_all(c, name);
    lock_release(c->s, lock);
    store_tmp_remove(c->s, name);
    return good;
}

static size_t remove_leftovers(struct store *s, bool dry_run)
{
    struct arena scratch = ARENA_INIT;
    struct leftover *left;
    size_t count, removed = 0;
    leftover_list(s, &scratch, &left, &count);
    for (size_t i = 0; i < count; i++) removed += dry_run || leftover_remove(s, &left[i]);
    arena_free(&scratch);
    return removed;
}

bool gc_collect(struct store *s, const struct gc_options *o, struct arena *arena,
                struct gc_result *out, struct diag_sink *sink)
{
    struct gc c;
    struct lock lock;
    *out = (struct gc_result){.at = NULL};
    if (!gc_begin(&c, s, !o->dry_run, &lock, sink)) return false;
    bool good = check_known(&c) && mark_roots(&c, o);
    if (good) {
        uint64_t *sizes = ARENA_ARRAY(&c.g.arena, uint64_t, c.g.len);
        uint64_t total = choose_garbage(&c, sizes, o);
        give(&c, arena, sizes, out);
        if (o->has_max_bytes) out->left_bytes = total - out->bytes;
        good = o->dry_run || !c.chosen.len || remove_chosen(&c, &lock);
        out->leftovers = remove_leftovers(s, o->dry_run);
    }
    lock_release(s, &lock);
    gc_end(&c);
    return good;
}

// ---- removal by name ----

// What is to be removed is what is not marked: here the marks are turned round.
static void unmark(struct gc *c, uint32_t node)
{
    if (!c->marks[node]) return;
    c->marks[node] = MARK_NONE;
    vec_push(&c->stack, node);
}

static bool unmark_refs(struct gc *c, const struct str *refs, size_t count)
{
    memset(c->marks, MARK_KEEP, c->g.len);
    for (size_t i = 0; i < count; i++) {
        uint32_t node = graph_find(&c->g, refs[i]);
        if (node == GRAPH_NONE) {
            diag_error(c->sink, SPAN_NONE, ref_is_dref(refs[i]) ? "E0702" : "E0703",
                       "there is no " STR_FMT " in the store", STR_ARG(refs[i]));
            return false;
        }
        unmark(c, node);
        const struct graph_node *n = &c->g.at[node];
        for (uint32_t j = 0; j < n->count; j++) unmark(c, n->first + j);
    }
    return true;
}

// What needs something unmarked: unmarked as well if forced, else a reason to refuse.
static bool check_users(struct gc *c, bool force)
{
    struct graph_users users;
    struct diag *refusal = NULL;
    size_t reasons = 0;
    graph_reverse(&c->g, &users);
    while (c->stack.len) {
        uint32_t node = vec_pop(&c->stack);
        for (uint32_t i = users.start[node]; i < users.start[node + 1]; i++) {
            uint32_t user = users.at[i];
            if (!c->marks[user]) continue;
            if (force) {
                unmark(c, user);
                continue;
            }
            if (!refusal) {
                refusal = diag_error(c->sink, SPAN_NONE, "E0727", STR_FMT " is needed by others",
                                     STR_ARG(c->g.at[node].ref));
            }
            if (++reasons > REASONS_MAX) continue;
            diag_note(refusal, STR_FMT " needs " STR_FMT, STR_ARG(c->g.at[user].ref),
                      STR_ARG(c->g.at[node].ref));
        }
    }
    if (reasons > REASONS_MAX) diag_note(refusal, "and %zu more", reasons - REASONS_MAX);
    if (refusal) diag_help(refusal, "with --force they are removed as well");
    return !refusal;
}

static bool check_roots(struct gc *c, bool force)
{
    const struct root *roots = c->roots;
    bool good = true;
    for (size_t i = 0; good && i < c->root_count; i++) {
        uint32_t node = graph_find(&c->g, roots[i].ref);
        if (node == GRAPH_NONE || c->marks[node]) continue;
        bool in_use = roots[i].kind == ROOT_TEMP;
        if (!in_use && force) continue;
        bool paused = roots[i].kind == ROOT_PAUSED;
        struct diag *d =
            diag_error(c->sink, SPAN_NONE, "E0727", STR_FMT " is %s", STR_ARG(roots[i].ref),
                       in_use   ? "in use by a running process"
                       : paused ? "needed by a paused realization"
                                : "kept by a root");
        if (paused) {
            diag_note(d, "its session is `%s`", roots[i].name);
            diag_help(d, "`plxc cancel %s` drops it; or use --force", roots[i].name);
        } else if (in_use) {
            // A session's name begins with the process id.
            diag_note(d, "it is process %ld", strtol(roots[i].name, NULL, 10));
        } else {
            diag_note(d, "the root is %s", roots[i].link ? roots[i].link : roots[i].name);
            diag_help(d, "remove that first, or use --force");
        }
        good = false;
    }
    return good;
}

bool gc_remove(struct store *s, const struct str *refs, size_t count, bool force, bool dry_run,
               struct arena *arena, struct gc_result *out, struct diag_sink *sink)
{
    struct gc c;
    struct lock lock;
    *out = (struct gc_result){.at = NULL};
    if (!gc_begin(&c, s, !dry_run, &lock, sink)) return false;
    uint64_t *sizes = ARENA_ARRAY(&c.g.arena, uint64_t, c.g.len);
    bool good = (force || check_known(&c)) && unmark_refs(&c, refs, count) &&
                check_users(&c, force) && check_roots(&c, force);
    if (good) {
        for (uint32_t i = 0; i < c.g.len; i++) {
            if (!c.marks[i]) sizes[i] = bytes_of(&c, i);
        }
        choose(&c, sizes, NULL);
        give(&c, arena, sizes, out);
        if (!dry_run && c.chosen.len) good = remove_chosen(&c, &lock);
    }
    lock_release(s, &lock);
    gc_end(&c);
    return good;
}
