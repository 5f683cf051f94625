#include "engine/match.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/json.h"
#include "base/path.h"
#include "store/commit.h"
#include "store/store.h"

#define TIME_BYTES 4096

// ---- reading ----

static const char *const key_kinds[] = {"latest", "best", "worst", "exact", "texthash", "call"};

static bool read_rrefs(struct match_key *key, struct arena *arena, const json_t *list)
{
    if (!json_is_array(list)) return false;
    key->rref_count = json_array_size(list);
    key->rrefs = ARENA_ARRAY(arena, struct str, key->rref_count);
    for (size_t i = 0; i < key->rref_count; i++) {
        const json_t *s = json_array_get(list, i);
        if (!json_is_string(s)) return false;
        key->rrefs[i] = arena_str(arena, str_from(json_string_value(s)));
    }
    return true;
}

static bool read_key(struct match_key *key, struct arena *arena, const json_t *json)
{
    const char *kind = json_string_value(json_object_get(json, "kind"));
    size_t k = 0;
    while (k < LEN(key_kinds) && (!kind || strcmp(kind, key_kinds[k]) != 0)) k++;
    if (k == LEN(key_kinds)) return false;
    key->kind = (enum match_key_kind)k;
    switch (key->kind) {
    case MATCH_BEST:
    case MATCH_WORST: {
        const char *file = json_string_value(json_object_get(json, "file"));
        if (file) key->file = arena_strdup(arena, file);
        return file && path_is_inside(str_from(file));
    }
    case MATCH_EXACT: return read_rrefs(key, arena, json_object_get(json, "rrefs"));
    case MATCH_CALL: {
        const json_t *id = json_object_get(json, "id");
        key->id = (uint32_t)json_integer_value(id);
        return json_is_integer(id);
    }
    case MATCH_LATEST:
    case MATCH_TEXTHASH: return true;
    }
    return false;
}

static bool read_limit(const json_t *json, int64_t *limit)
{
    if (!json) return true;
    *limit = json_is_integer(json) ? json_integer_value(json) : MATCH_NO_LIMIT;
    return json_is_null(json) || (json_is_integer(json) && *limit >= 0);
}

static bool read_matcher(struct matcher *m, struct arena *arena, const json_t *json)
{
    const json_t *keys = json_object_get(json, "keys");
    const json_t *exclusive = json_object_get(json, "exclusive");
    m->exclusive = json_is_true(exclusive);
    if (!json_is_object(json) || (keys && !json_is_array(keys)) ||
        (exclusive && !json_is_boolean(exclusive)) ||
        !read_limit(json_object_get(json, "rmin"), &m->rmin) ||
        !read_limit(json_object_get(json, "rmax"), &m->rmax))
        return false;
    if (m->rmax == MATCH_NO_LIMIT ? m->exclusive : m->rmin > m->rmax) return false;
    m->key_count = json_array_size(keys);
    m->keys = ARENA_ARRAY(arena, struct match_key, m->key_count);
    for (size_t i = 0; i < m->key_count; i++)
        if (!read_key(&m->keys[i], arena, json_array_get(keys, i))) return false;
    return true;
}

bool matcher_parse(struct matcher *m, struct arena *arena, struct str text, const char *name,
                   struct span span, struct diag_sink *sink)
{
    *m = (struct matcher){.rmin = 1, .rmax = 1, .exclusive = text.len == 0};
    if (text.len == 0) return true;
    struct json_problem problem;
    json_t *json = json_parse(text, &problem);
    bool ok = json && read_matcher(m, arena, json);
    json_decref(json);
    if (!ok) {
        struct diag *d = diag_error(sink, span, "E0813", "the matcher of `%s` is malformed", name);
        diag_note(d, "it is " STR_FMT, STR_ARG(text));
    }
    return ok;
}

// ---- keys ----

struct key_value {
    bool missing; // a score that there is not
    struct engine_score score;
};

struct candidate {
    struct str rref;
    struct key_value *values;
    size_t value_count;
};

// Is there nothing in a realization that could be read? After other errors it is not known whether
// there is, and to go on would choose another realization for no reason of its own.
static bool is_unreadable(int err)
{
    return io_is_absent(err) || err == EISDIR || err == EINVAL || err == ENXIO || err == EFBIG ||
           err == EACCES;
}

static bool report_unread(const struct match_request *q, struct str rref, const char *file, int err,
                          struct diag_sink *sink)
{
    struct diag *d =
        store_fail(sink, "E0707", err, "cannot read `%s` of " STR_FMT, file, STR_ARG(rref));
    diag_note(d, "the matcher of `%s` chooses by it", q->name);
    return false;
}

// As in Pylightnix, a realization without a score is no worse than its score: it comes last, but
// may be chosen if there is no other.
static bool score_in_file(const struct match_request *q, struct str rref, const char *file,
                          double sign, struct key_value *value, struct diag_sink *sink)
{
    int err;
    double score;
    if (query_score(q->store, rref, file, &score, &err)) {
        value->score.number = sign * score;
        return true;
    }
    *value = (struct key_value){.missing = true, .score = {.number = -INFINITY}};
    return err == 0 || is_unreadable(err) || report_unread(q, rref, file, err, sink);
}

static bool buildtime(const struct match_request *q, struct arena *arena, struct str rref,
                      struct key_value *value, struct diag_sink *sink)
{
    static const char file[] = "__buildtime__.txt";
    struct str text;
    int64_t ns;
    int err;
    if (!query_file(q->store, arena, rref, file, TIME_BYTES, &text, &err))
        return is_unreadable(err) || report_unread(q, rref, file, err, sink);
    if (commit_time_parse(text, &ns))
        value->score = (struct engine_score){.whole = true, .integer = ns};
    return true;
}

static bool call_key(const struct match_request *q, const struct match_key *key, const char *path,
                     struct str text, struct key_value *value, struct diag_sink *sink)
{
    if (!q->key_call) {
        struct diag *d = diag_error(
            sink, q->span, "E0813",
            "the matcher of `%s` has a key function, which only an evaluation can call", q->name);
        diag_help(
            d, "realize the .plx file instead of its plan, or use best(…), worst(…) or latest()");
        return false;
    }
    struct rref rref;
    if (rref_parse(text, &rref) != REF_OK) BUG("the store gave a malformed rref");
    return q->key_call(q->key_ctx, key->id, &rref, path, &value->score);
}

static bool evaluate_key(const struct match_request *q, const struct match_key *key,
                         struct arena *arena, struct str rref, struct key_value *value,
                         struct diag_sink *sink)
{
    *value = (struct key_value){0};
    switch (key->kind) {
    case MATCH_LATEST: return buildtime(q, arena, rref, value, sink);
    case MATCH_BEST: return score_in_file(q, rref, key->file, 1, value, sink);
    case MATCH_WORST: return score_in_file(q, rref, key->file, -1, value, sink);
    case MATCH_TEXTHASH: value->score.text = rref; return true;
    case MATCH_EXACT:
        value->score.none = true;
        for (size_t i = 0; i < key->rref_count; i++)
            if (str_eq(key->rrefs[i], rref)) value->score.none = false;
        return true;
    case MATCH_CALL:
        return call_key(q, key, store_ref_path(q->store, arena, rref), rref, value, sink);
    }
    BUG("matcher key %d", (int)key->kind);
}

// ---- choosing ----

// Exactly: a double cannot hold every whole number.
static int compare_whole(int64_t whole, double number)
{
    if (number >= 0x1p63) return -1;
    if (!(number >= -0x1p63)) return isnan(number) ? 0 : 1;
    int64_t floored = (int64_t)floor(number);
    if (whole != floored) return whole < floored ? -1 : 1;
    return number > (double)floored ? -1 : 0;
}

static int compare_scores(const struct engine_score *a, const struct engine_score *b)
{
    if (a->text.p && b->text.p) return str_cmp(a->text, b->text);
    if (a->text.p || b->text.p) return a->text.p ? 1 : -1;
    if (a->whole && b->whole) return (a->integer > b->integer) - (a->integer < b->integer);
    if (a->whole) return compare_whole(a->integer, b->number);
    if (b->whole) return -compare_whole(b->integer, a->number);
    return (a->number > b->number) - (a->number < b->number);
}

// Descending. All rrefs have the same dref, so that their texts compare as their hashes.
static int compare_candidates(const void *pa, const void *pb)
{
    const struct candidate *a = pa;
    const struct candidate *b = pb;
    for (size_t i = 0; i < a->value_count; i++) {
        int c = compare_scores(&a->values[i].score, &b->values[i].score);
        if (c) return -c;
    }
    return -str_cmp(a->rref, b->rref);
}

static bool rate(const struct match_request *q, struct candidate *c, struct arena *arena,
                 bool *dropped, struct diag_sink *sink)
{
    const struct matcher *m = q->matcher;
    c->value_count = m->key_count;
    c->values = ARENA_ARRAY(arena, struct key_value, m->key_count);
    *dropped = false;
    for (size_t i = 0; i < m->key_count; i++) {
        if (!evaluate_key(q, &m->keys[i], arena, c->rref, &c->values[i], sink)) return false;
        if (c->values[i].score.none) *dropped = true;
    }
    return true;
}

static enum match_verdict report_exclusive(const struct match_request *q,
                                           const struct candidate *at, size_t count,
                                           struct diag_sink *sink)
{
    struct diag *d = diag_error(sink, q->span, "E0807",
                                "`%s` has %zu realizations, but its matcher accepts only %" PRId64,
                                q->name, count, q->matcher->rmax);
    diag_primary(d, "this stage");
    for (size_t i = 0; i < count && i < 5; i++) diag_note(d, STR_FMT, STR_ARG(at[i].rref));
    diag_help(
        d, "choose one with a matcher like match_latest(), match_best(…) or match([exact([…])]), "
           "or remove those that are not wanted with `plxc store rm`");
    return MATCH_FAILED;
}

// To choose what has no score is what the matcher says, but may not be what its author meant.
static void warn_missing(const struct match_request *q, const struct candidate *at, size_t count,
                         struct diag_sink *sink)
{
    for (size_t k = 0; k < q->matcher->key_count; k++)
        for (size_t i = 0; i < count; i++) {
            if (!at[i].values[k].missing) continue;
            const char *file = q->matcher->keys[k].file;
            struct diag *d =
                diag_warning(sink, q->span, "W0803",
                             "a realization of `%s` was chosen that has no score", q->name);
            diag_primary(d, "this stage");
            diag_note(d, "it is " STR_FMT, STR_ARG(at[i].rref));
            diag_help(d, "the first line of its `%s` should be a number", file);
            return;
        }
}

enum match_verdict match_run(const struct match_request *q, struct arena *arena,
                             struct match_answer *answer, struct diag_sink *sink)
{
    const struct matcher *m = q->matcher;
    *answer = (struct match_answer){.candidates = q->candidates.len};
    struct candidate *at = ARENA_ARRAY(arena, struct candidate, q->candidates.len);
    size_t count = 0;
    for (size_t i = 0; i < q->candidates.len; i++) {
        at[count].rref = q->candidates.at[i];
        bool dropped;
        if (!rate(q, &at[count], arena, &dropped, sink)) {
            answer->store_failed = strncmp(sink->last->code, "E07", 3) == 0;
            return MATCH_FAILED;
        }
        if (dropped)
            answer->dropped++;
        else
            count++;
    }
    if (count > 1) qsort(at, count, sizeof *at, compare_candidates);
    if (m->rmin != MATCH_NO_LIMIT && (int64_t)count < m->rmin) return MATCH_MORE;
    if (m->rmax != MATCH_NO_LIMIT && (int64_t)count > m->rmax) {
        if (m->exclusive) return report_exclusive(q, at, count, sink);
        count = (size_t)m->rmax;
    }
    warn_missing(q, at, count, sink);
    answer->chosen.at = ARENA_ARRAY(arena, struct str, count);
    answer->chosen.len = count;
    for (size_t i = 0; i < count; i++) answer->chosen.at[i] = at[i].rref;
    return MATCH_CONTENT;
}

bool match_try(const struct match_request *q, struct str rref, const char *folder,
               struct diag_sink *sink)
{
    bool good = true;
    for (size_t i = 0; i < q->matcher->key_count && good; i++) {
        const struct match_key *key = &q->matcher->keys[i];
        struct key_value value = {0};
        if (key->kind == MATCH_CALL) good = call_key(q, key, folder, rref, &value, sink);
    }
    return good;
}

void match_explain(struct diag *d, const struct matcher *m, const struct match_answer *answer)
{
    diag_note(d,
              "it wants at least %" PRId64 "; %zu of the %zu with the present inputs can be used",
              m->rmin, answer->candidates - answer->dropped, answer->candidates);
    if (answer->dropped == 0) {
        diag_help(d, "let the realizer make more at a time with `outputs = n`, or more over time "
                     "with --rebuild");
        return;
    }
    for (size_t i = 0; i < m->key_count; i++) {
        const struct match_key *key = &m->keys[i];
        if (key->kind == MATCH_EXACT)
            diag_help(d, "exact(…) accepts only the realizations it lists, and a realizer rarely "
                         "makes exactly one of these");
        else if (key->kind == MATCH_CALL)
            diag_help(d, "the key function gives null for those that cannot be used");
    }
}
