#include "engine/resolve.h"

#include <string.h>

#include "base/json.h"
#include "store/config_form.h"
#include "store/ref.h"

#define PATHS_KEY "__paths__"

static struct str string_of(const json_t *s)
{
    return (struct str){json_string_value(s), json_string_length(s)};
}

// The ref or refs of ~{paths(…)} in a Text; null for another piece.
static const json_t *all_paths(const json_t *piece)
{
    const json_t *refs = json_object_get(piece, PATHS_KEY);
    return json_object_size(piece) == 1 && json_is_array(refs) ? refs : NULL;
}

enum resolve_kind resolve_kind(const json_t *value)
{
    switch (config_form(value)) {
    case CONFIG_STAGE:
    case CONFIG_PATH: return RESOLVE_REF;
    case CONFIG_OWN: return RESOLVE_OWN;
    case CONFIG_TEXT: return RESOLVE_TEXT;
    case CONFIG_PLAIN:
    case CONFIG_LIST: break;
    }
    return RESOLVE_PLAIN;
}

// The parts behind the first element, as slices.
static struct str *parts_of(const struct resolver *r, const json_t *list, size_t *count)
{
    *count = json_is_array(list) ? json_array_size(list) - 1 : 0;
    struct str *parts = ARENA_ARRAY(r->arena, struct str, *count);
    for (size_t i = 0; i < *count; i++) parts[i] = string_of(json_array_get(list, i + 1));
    return parts;
}

static struct str own_path(const struct resolver *r, const json_t *promise)
{
    size_t count;
    struct str *parts = parts_of(r, promise, &count);
    struct buf path = BUF_INIT;
    buf_addz(&path, r->out);
    for (size_t i = 0; i < count; i++) {
        buf_addc(&path, '/');
        buf_adds(&path, parts[i]);
    }
    struct str result = arena_str(r->arena, buf_str(&path));
    buf_free(&path);
    return result;
}

bool resolve_paths(const struct resolver *r, const json_t *value, const char *where,
                   struct str **paths, size_t *count)
{
    if (resolve_kind(value) == RESOLVE_OWN) {
        *paths = ARENA_NEW(r->arena, struct str);
        **paths = own_path(r, value);
        *count = 1;
        return true;
    }
    struct str dref = string_of(json_is_array(value) ? json_array_get(value, 0) : value);
    if (!context_find(r->context, dref)) {
        struct diag *d =
            diag_error(r->sink, r->span, "E0812",
                       "%s refers to `" STR_FMT "`, which is not among the stage's dependencies",
                       where, STR_ARG(dref));
        diag_primary(d, "this stage");
        diag_help(
            d, "put the stage or ref into an attribute of the stage's config, which makes it one");
        return false;
    }
    size_t part_count;
    struct str *parts = parts_of(r, value, &part_count);
    return context_paths(r->context, r->store, r->arena, dref, parts, part_count, paths, count,
                         r->sink);
}

static bool one_path(const struct resolver *r, const json_t *ref, const char *where,
                     struct buf *out)
{
    struct str *paths;
    size_t count;
    if (!resolve_paths(r, ref, where, &paths, &count)) return false;
    if (count == 1) {
        buf_adds(out, paths[0]);
        return true;
    }
    struct dref dref;
    struct str text = string_of(json_is_array(ref) ? json_array_get(ref, 0) : ref);
    if (dref_parse(text, &dref) != REF_OK) BUG("a ref that is none");
    struct str name = dref_name(&dref);
    struct diag *d;
    if (count == 0) {
        d = diag_error(r->sink, r->span, "E0812",
                       "%s needs the path of `" STR_FMT "`, which has no realization here", where,
                       STR_ARG(name));
        diag_note(d, "the matcher of `" STR_FMT "` was content with none", STR_ARG(name));
    } else {
        d = diag_error(r->sink, r->span, "E0812",
                       "%s needs one path of `" STR_FMT
                       "`, but %zu realizations of it were matched",
                       where, STR_ARG(name), count);
        diag_help(d, "~{paths(…)} gives all of them; a matcher like match_best(…) or "
                     "match_latest() chooses one");
    }
    diag_primary(d, "this stage");
    return false;
}

void resolve_shell_quote(struct buf *out, struct str s)
{
    buf_addc(out, '\'');
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] == '\'')
            buf_addz(out, "'\\''");
        else
            buf_addc(out, s.p[i]);
    }
    buf_addc(out, '\'');
}

static bool quoted_paths(const struct resolver *r, const json_t *refs, const char *where,
                         struct buf *out)
{
    // ["dref:…", "part"…] is one ref; a list of such lists is several.
    bool one = resolve_kind(refs) != RESOLVE_PLAIN;
    size_t total = one ? 1 : json_array_size(refs);
    bool first = true;
    for (size_t i = 0; i < total; i++) {
        struct str *paths;
        size_t count;
        const json_t *ref = one ? refs : json_array_get(refs, i);
        if (!resolve_paths(r, ref, where, &paths, &count)) return false;
        for (size_t k = 0; k < count; k++) {
            if (!first) buf_addc(out, ' ');
            first = false;
            resolve_shell_quote(out, paths[k]);
        }
    }
    return true;
}

static bool add_piece(const struct resolver *r, const json_t *piece, const char *where,
                      struct buf *out)
{
    if (json_is_string(piece)) {
        // Inside a Text a Stage is written ["dref:…"]; a string is only a string.
        buf_adds(out, string_of(piece));
        return true;
    }
    if (all_paths(piece)) return quoted_paths(r, all_paths(piece), where, out);
    if (config_piece_is_stage(piece)) return one_path(r, piece, where, out);
    return resolve_text(r, piece, where, out);
}

bool resolve_text(const struct resolver *r, const json_t *value, const char *where, struct buf *out)
{
    switch (resolve_kind(value)) {
    case RESOLVE_REF:
    case RESOLVE_OWN: return one_path(r, value, where, out);
    case RESOLVE_PLAIN: break;
    case RESOLVE_TEXT: {
        size_t i;
        const json_t *piece;
        json_array_foreach(config_pieces(value), i, piece)
        {
            if (!add_piece(r, piece, where, out)) return false;
        }
        return true;
    }
    }
    if (json_is_string(value)) {
        buf_adds(out, string_of(value));
        return true;
    }
    diag_error(r->sink, r->span, "E0813", "%s is no text", where);
    return false;
}

char *resolve_text_dup(const struct resolver *r, const json_t *value, const char *where)
{
    struct buf text = BUF_INIT;
    char *result = NULL;
    if (resolve_text(r, value, where, &text)) result = arena_dup(r->arena, buf_z(&text), text.len);
    buf_free(&text);
    return result;
}

static json_t *string_json(struct str s)
{
    // Paths of the store may hold any bytes; JSON may not.
    json_t *json = json_stringn(s.p, s.len);
    return json ? json : json_string("");
}

static json_t *ref_json(const struct resolver *r, const json_t *value, const char *where)
{
    struct str *paths;
    size_t count;
    if (!resolve_paths(r, value, where, &paths, &count)) return NULL;
    if (count == 1) return string_json(paths[0]);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) json_array_append_new(list, string_json(paths[i]));
    return list;
}

static json_t *object_json(const struct resolver *r, const json_t *value, const char *where)
{
    json_t *copy = json_object();
    const char *key;
    size_t key_len;
    json_t *field;
    json_object_keylen_foreach((json_t *)value, key, key_len, field)
    {
        json_t *resolved = resolve_json(r, field, where);
        if (!resolved) {
            json_decref(copy);
            return NULL;
        }
        json_object_setn_new(copy, key, key_len, resolved);
    }
    return copy;
}

json_t *resolve_json(const struct resolver *r, const json_t *value, const char *where)
{
    switch (resolve_kind(value)) {
    case RESOLVE_REF:
    case RESOLVE_OWN: return ref_json(r, value, where);
    case RESOLVE_TEXT: {
        struct buf text = BUF_INIT;
        json_t *result = resolve_text(r, value, where, &text) ? string_json(buf_str(&text)) : NULL;
        buf_free(&text);
        return result;
    }
    case RESOLVE_PLAIN: break;
    }
    const json_t *items = config_items(value), *item;
    if (!items && json_is_object(value)) return object_json(r, value, where);
    if (!items) return json_incref((json_t *)value);
    json_t *copy = json_array();
    size_t i;
    json_array_foreach(items, i, item)
    {
        json_t *resolved = resolve_json(r, item, where);
        if (!resolved) {
            json_decref(copy);
            return NULL;
        }
        json_array_append_new(copy, resolved);
    }
    return copy;
}
