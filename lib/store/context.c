#include "store/context.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/json.h"
#include "base/path.h"
#include "base/vec.h"
#include "store/query.h"
#include "store/ref.h"
#include "store/store.h"

static int compare_entries(const void *a, const void *b)
{
    return str_cmp(((const struct context_entry *)a)->dref,
                   ((const struct context_entry *)b)->dref);
}

// Sorts; false if a dref is there twice.
static bool sort_entries(struct context_entry *entries, size_t count)
{
    if (count) qsort(entries, count, sizeof(*entries), compare_entries);
    for (size_t i = 1; i < count; i++) {
        if (str_eq(entries[i - 1].dref, entries[i].dref)) return false;
    }
    return true;
}

struct context context_make(struct context_entry *entries, size_t count)
{
    if (!sort_entries(entries, count)) BUG("a dref is twice in a context");
    return (struct context){entries, count};
}

void context_write(const struct context *c, struct buf *out)
{
    struct json_writer w;
    json_writer_init(&w, out, false);
    json_begin_object(&w);
    for (size_t i = 0; i < c->len; i++) {
        json_key(&w, c->at[i].dref);
        json_begin_array(&w);
        for (size_t j = 0; j < c->at[i].count; j++) json_str(&w, c->at[i].rrefs[j]);
        json_end_array(&w);
    }
    json_end_object(&w);
}

static bool bad_context(struct diag_sink *sink, const char *what, const char *why)
{
    struct diag *d = diag_error(sink, SPAN_NONE, "E0712", "%s is not a context: %s", what, why);
    diag_note(d, "a context is a JSON object that gives a list of rrefs for each dref");
    return false;
}

// One rref of a dref's list; null or what is wrong.
static const char *read_rref(struct arena *arena, const json_t *value, struct str dref,
                             struct str *out)
{
    struct str text = {json_string_value(value), json_string_length(value)};
    struct rref r;
    if (!text.p || rref_parse(text, &r) != REF_OK) return "a list holds something that is no rref";
    struct dref d = rref_dref(&r);
    if (!str_eqz(dref, d.text)) return "a list holds an rref of another derivation";
    *out = arena_str(arena, text);
    return NULL;
}

static const char *read_entry(struct arena *arena, struct str dref, const json_t *list,
                              struct context_entry *out)
{
    if (!ref_is_dref(dref)) return "a key is no dref";
    if (!json_is_array(list)) return "a value is no list";
    out->dref = arena_str(arena, dref);
    out->count = json_array_size(list);
    out->rrefs = ARENA_ARRAY(arena, struct str, out->count);
    for (size_t i = 0; i < out->count; i++) {
        const char *why = read_rref(arena, json_array_get(list, i), out->dref, &out->rrefs[i]);
        if (why) return why;
    }
    return NULL;
}

static const char *read_object(struct context *c, struct arena *arena, json_t *object)
{
    if (!json_is_object(object)) return "it is no object";
    struct context_entry *entries =
        ARENA_ARRAY(arena, struct context_entry, json_object_size(object));
    size_t count = 0;
    for (void *i = json_object_iter(object); i; i = json_object_iter_next(object, i)) {
        struct str key = {json_object_iter_key(i), json_object_iter_key_len(i)};
        const char *why = read_entry(arena, key, json_object_iter_value(i), &entries[count++]);
        if (why) return why;
    }
    *c = context_make(entries, count); // keys of an object do not repeat
    return NULL;
}

bool context_parse(struct context *c, struct arena *arena, struct str text, const char *what,
                   struct diag_sink *sink)
{
    struct json_problem problem;
    json_t *value = json_parse(text, &problem);
    if (!value) return bad_context(sink, what, problem.text);
    const char *why = read_object(c, arena, value);
    json_decref(value);
    return !why || bad_context(sink, what, why);
}

static bool entries_eq(const struct context_entry *a, const struct context_entry *b)
{
    if (!str_eq(a->dref, b->dref) || a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++) {
        if (!str_eq(a->rrefs[i], b->rrefs[i])) return false;
    }
    return true;
}

bool context_eq(const struct context *a, const struct context *b)
{
    if (a->len != b->len) return false;
    for (size_t i = 0; i < a->len; i++) {
        if (!entries_eq(&a->at[i], &b->at[i])) return false;
    }
    return true;
}

const struct context_entry *context_find(const struct context *c, struct str dref)
{
    struct context_entry wanted = {.dref = dref};
    if (!c->len) return NULL;
    return bsearch(&wanted, c->at, c->len, sizeof(*c->at), compare_entries);
}

static void help_damaged(struct diag *d)
{
    diag_help(d, "`plxc store verify --repair` moves what is damaged away");
}

// A realization that is there has a context that can be read.
static void cannot_read(const struct store *s, struct str rref, int err, struct diag_sink *sink)
{
    bool damaged = err == -EISDIR || err == -EINVAL || (io_is_absent(err) && query_exists(s, rref));
    if (damaged)
        help_damaged(diag_error(sink, SPAN_NONE, "E0724",
                                STR_FMT " is damaged: its context.json cannot be read: %s",
                                STR_ARG(rref), io_why(err)));
    else
        store_fail(sink, "E0703", err, "cannot read the context of " STR_FMT, STR_ARG(rref));
}

bool context_read(const struct store *s, struct arena *arena, struct str rref, struct context *c,
                  struct diag_sink *sink)
{
    char rel[STORE_REL_SIZE];
    store_ref_rel(rref, rel);
    struct buf path = BUF_INIT, text = BUF_INIT;
    buf_printf(&path, "%s/context.json", rel);
    int err = io_read_file(s->fd, buf_z(&path), 0, &text);
    bool good = false;
    if (err < 0) {
        cannot_read(s, rref, err, sink);
    } else {
        char *what = arena_printf(arena, "%s/%s", s->path, buf_z(&path));
        good = context_parse(c, arena, buf_str(&text), what, sink);
        if (!good) help_damaged(sink->last);
    }
    buf_free(&path);
    buf_free(&text);
    return good;
}

void context_memo_free(struct context_memo *m)
{
    map_free(&m->direct);
    arena_free(&m->arena);
}

void context_memo_put(struct context_memo *m, struct str rref, const struct context *direct)
{
    if (map_has(&m->direct, rref)) return;
    struct context *copy = ARENA_NEW(&m->arena, struct context);
    copy->len = direct->len;
    copy->at = ARENA_ARRAY(&m->arena, struct context_entry, direct->len);
    for (size_t i = 0; i < direct->len; i++) {
        const struct context_entry *from = &direct->at[i];
        struct context_entry *to = &copy->at[i];
        *to = (struct context_entry){.dref = arena_str(&m->arena, from->dref),
                                     .rrefs = ARENA_ARRAY(&m->arena, struct str, from->count),
                                     .count = from->count};
        for (size_t j = 0; j < from->count; j++) {
            to->rrefs[j] = arena_str(&m->arena, from->rrefs[j]);
        }
    }
    map_set(&m->direct, arena_str(&m->arena, rref), copy);
}

const struct context *context_memo_get(struct context_memo *m, const struct store *s,
                                       struct str rref, struct diag_sink *sink)
{
    struct context *known = map_get(&m->direct, rref);
    if (known) return known;
    known = ARENA_NEW(&m->arena, struct context);
    if (!context_read(s, &m->arena, rref, known, sink)) return NULL;
    map_set(&m->direct, arena_str(&m->arena, rref), known);
    return known;
}

static bool inconsistent(struct diag_sink *sink, struct str dref)
{
    struct diag *d = diag_error(sink, SPAN_NONE, "E0713",
                                "a context leads to two different choices for one dependency");
    diag_note(d, "the dependency is " STR_FMT, STR_ARG(dref));
    return false;
}

// Adds all of `c` to the mapping `seen` and the list `found`. An entry that is there already must
// be equal.
static bool add_entries(struct map *seen, const struct context *c, struct diag_sink *sink)
{
    for (size_t i = 0; i < c->len; i++) {
        struct context_entry *known = map_get(seen, c->at[i].dref);
        if (!known)
            map_set(seen, c->at[i].dref, &c->at[i]);
        else if (!entries_eq(known, &c->at[i]))
            return inconsistent(sink, known->dref);
    }
    return true;
}

bool context_complete(struct context_memo *m, const struct store *s, const struct context *direct,
                      struct arena *arena, struct context *out, struct diag_sink *sink)
{
    struct map seen = MAP_INIT;
    bool good = add_entries(&seen, direct, sink);
    // The map keeps the order of insertion, so it is the queue too.
    for (size_t i = 0; good && i < seen.len; i++) {
        const struct context_entry *e = seen.entries[i].value;
        for (size_t j = 0; good && j < e->count; j++) {
            const struct context *inner = context_memo_get(m, s, e->rrefs[j], sink);
            good = inner && add_entries(&seen, inner, sink);
        }
    }
    if (good) {
        struct context_entry *entries = ARENA_ARRAY(arena, struct context_entry, seen.len);
        for (size_t i = 0; i < seen.len; i++) {
            entries[i] = *(const struct context_entry *)seen.entries[i].value;
        }
        *out = context_make(entries, seen.len);
    }
    map_free(&seen);
    return good;
}

bool context_paths(const struct context *c, const struct store *s, struct arena *arena,
                   struct str dref, const struct str *parts, size_t part_count, struct str **paths,
                   size_t *count, struct diag_sink *sink)
{
    const struct context_entry *e = context_find(c, dref);
    if (!e) {
        diag_error(sink, SPAN_NONE, "E0713", STR_FMT " is no dependency here", STR_ARG(dref));
        return false;
    }
    *count = e->count;
    *paths = ARENA_ARRAY(arena, struct str, e->count);
    struct buf b = BUF_INIT;
    for (size_t i = 0; i < e->count; i++) {
        char rel[STORE_REL_SIZE];
        store_ref_rel(e->rrefs[i], rel);
        buf_clear(&b);
        buf_printf(&b, "%s/%s", s->path, rel);
        for (size_t j = 0; j < part_count; j++) {
            buf_addc(&b, '/');
            buf_adds(&b, parts[j]);
        }
        (*paths)[i] = arena_str(arena, buf_str(&b));
    }
    buf_free(&b);
    return true;
}
