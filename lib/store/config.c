// One scanner over canonical text finds the name, the dependencies and the promises without a tree:
// a closure of 100,000 derivations is scanned in every run. Text that is not known to be canonical
// is parsed and written anew first. Canonical text escapes nothing that a ref, a name or a tag
// consists of, so those are compared as they stand between the quotes.
#include "store/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/path.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "store/ref.h"

struct level {
    bool is_array;
    bool is_promise; // an array that began with one of the tags
    bool claim;
    bool empty;     // nothing in it yet
    size_t index;   // of the present element of an array
    struct str key; // of the present member of an object, as it stands in the text
};

struct scan {
    const char *p;
    const char *end;
    struct config *c;
    struct arena *arena;
    struct span span;
    struct diag_sink *sink;
    VEC(struct level) levels;
    VEC(struct str) deps;
    VEC(struct str) rrefs;
    VEC(struct str) parts; // of the promise that is open
    VEC(struct config_promise) promises;
    bool has_name;
};

static bool malformed(const struct scan *s, const char *why)
{
    diag_error(s->sink, s->span, "E0709", "a config is not the JSON text that it should be: %s",
               why);
    return false;
}

static uint32_t hex4(const char *p)
{
    uint32_t n = 0;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        uint32_t digit = c <= '9' ? (uint32_t)(c - '0') : (uint32_t)((c | 32) - 'a') + 10;
        n = n << 4 | (digit & 15);
    }
    return n;
}

// One escape, *at on the byte behind the backslash. What is malformed gives U+FFFD; canonical text
// has no such thing.
static uint32_t unescape_one(const char **at, const char *end)
{
    char c = *(*at)++;
    switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'u': break;
    default: return (unsigned char)c;
    }
    if (end - *at < 4) return 0xFFFD;
    uint32_t cp = hex4(*at);
    *at += 4;
    if (cp < 0xD800 || cp > 0xDFFF) return cp;
    if (end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u') return 0xFFFD;
    uint32_t low = hex4(*at + 2);
    if (cp > 0xDBFF || low < 0xDC00 || low > 0xDFFF) return 0xFFFD;
    *at += 6;
    return 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
}

// The string behind what stands between the quotes; the slice itself if there is no escape in it.
static struct str unescape(struct arena *arena, struct str raw)
{
    if (!raw.len || !memchr(raw.p, '\\', raw.len)) return raw;
    struct buf b = BUF_INIT;
    const char *end = raw.p + raw.len;
    for (const char *p = raw.p; p < end;) {
        if (*p == '\\' && end - p > 1) {
            p++;
            utf8_encode(&b, unescape_one(&p, end));
        } else {
            buf_addc(&b, *p++);
        }
    }
    struct str result = arena_str(arena, buf_str(&b));
    buf_free(&b);
    return result;
}

static bool is_identifier(struct str s)
{
    if (!s.len || (s.p[0] >= '0' && s.p[0] <= '9')) return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        bool good =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        if (!good) return false;
    }
    return true;
}

// How the language would reach what the outer `depth` levels lead to.
static struct str attribute(const struct scan *s, size_t depth)
{
    struct buf b = BUF_INIT;
    for (size_t i = 0; i < depth; i++) {
        const struct level *l = &s->levels.at[i];
        if (l->is_array) {
            buf_printf(&b, "[%zu]", l->index);
        } else if (is_identifier(l->key)) {
            buf_printf(&b, "%s" STR_FMT, i ? "." : "", STR_ARG(l->key));
        } else {
            buf_printf(&b, "%s\"" STR_FMT "\"", i ? "." : "", STR_ARG(l->key));
        }
    }
    struct str result = arena_str(s->arena, buf_str(&b));
    buf_free(&b);
    return result;
}

static bool promise_error(const struct scan *s, size_t depth, const char *why)
{
    struct str attr = attribute(s, depth);
    diag_error(s->sink, s->span, "E0711", "the %s in attribute `" STR_FMT "` is not a path: %s",
               s->levels.at[depth].claim ? "claim" : "promise", STR_ARG(attr), why);
    return false;
}

static bool add_part(struct scan *s, struct str raw)
{
    struct str part = unescape(s->arena, raw);
    if (!path_is_inside(part)) {
        // Unescaped, the text of a message would end at a NUL.
        bool has_nul = part.len && memchr(part.p, '\0', part.len);
        const char *why = arena_printf(
            s->arena, "`" STR_FMT "` must be relative, without `.`, `..`, NUL and empty names",
            STR_ARG(has_nul ? raw : part));
        return promise_error(s, s->levels.len - 1, why);
    }
    vec_push(&s->parts, part);
    return true;
}

static void end_promise(struct scan *s)
{
    const struct level *l = &vec_last(&s->levels);
    size_t depth = s->levels.len - 1;
    const struct level *holder = &s->levels.at[depth - 1];
    struct config_promise p = {.claim = l->claim, .part_count = s->parts.len};
    p.attr = attribute(s, depth);
    if (holder->is_array) {
        p.key = str_from(arena_printf(s->arena, "%zu", holder->index));
    } else {
        p.key = unescape(s->arena, holder->key);
    }
    struct buf path = BUF_INIT;
    if (p.part_count) p.parts = ARENA_ARRAY(s->arena, struct str, p.part_count);
    for (size_t i = 0; i < p.part_count; i++) {
        p.parts[i] = s->parts.at[i];
        if (i) buf_addc(&path, '/');
        buf_adds(&path, p.parts[i]);
    }
    p.path = arena_str(s->arena, buf_str(&path));
    buf_free(&path);
    vec_push(&s->promises, p);
}

static bool set_name(struct scan *s, struct str raw)
{
    if (!ref_name_valid(raw)) {
        struct diag *d =
            diag_error(s->sink, s->span, "E0710",
                       "\"" STR_FMT "\" cannot be the name of a derivation", STR_ARG(raw));
        diag_note(d, "a name has 1 to %d letters, digits, `_` and `-`", REF_NAME_MAX);
        return false;
    }
    s->c->name = raw;
    s->has_name = true;
    return true;
}

static bool at_name(const struct scan *s)
{
    return s->levels.len == 1 && str_eq(s->levels.at[0].key, STR("name"));
}

static bool string_value(struct scan *s, struct str raw)
{
    struct level *top = &vec_last(&s->levels);
    if (at_name(s)) return set_name(s, raw);
    if (top->is_promise) {
        if (!add_part(s, raw)) return false;
    } else if (top->is_array && top->index == 0 && s->levels.len > 1) {
        top->claim = str_eq(raw, STR(CONFIG_CLAIM_TAG));
        top->is_promise = top->claim || str_eq(raw, STR(CONFIG_PROMISE_TAG));
        if (top->is_promise) vec_clear(&s->parts);
    }
    if (ref_is_dref(raw)) vec_push(&s->deps, raw);
    if (ref_is_rref(raw)) vec_push(&s->rrefs, raw);
    return true;
}

// The bytes between the quotes; s->p on the opening one, afterwards behind the closing one.
static bool raw_string(struct scan *s, struct str *raw)
{
    const char *start = ++s->p;
    while (s->p < s->end && *s->p != '"') s->p += *s->p == '\\' ? 2 : 1;
    if (s->p >= s->end) return malformed(s, "a string does not end");
    *raw = (struct str){start, (size_t)(s->p - start)};
    s->p++;
    return true;
}

static void skip_space(struct scan *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\t' || *s->p == '\r')) {
        s->p++;
    }
}

// Something that is no string begins: it may be neither the name nor a part of a promise.
static bool check_place(struct scan *s)
{
    if (!s->levels.len) return true;
    if (at_name(s)) {
        diag_error(s->sink, s->span, "E0710", "the name of a derivation must be a string");
        return false;
    }
    if (vec_last(&s->levels).is_promise) {
        return promise_error(s, s->levels.len - 1, "each part must be a string");
    }
    return true;
}

static bool open_level(struct scan *s, bool is_array)
{
    if (!check_place(s)) return false;
    if (!s->levels.len && is_array) return malformed(s, "it is not an object");
    if (s->levels.len == CONFIG_MAX_DEPTH) return malformed(s, "it is nested too deeply");
    vec_push(&s->levels, (struct level){.is_array = is_array, .empty = true});
    s->p++;
    return true;
}

static bool close_level(struct scan *s, bool is_array)
{
    if (!s->levels.len || vec_last(&s->levels).is_array != is_array) {
        return malformed(s, "its brackets do not match");
    }
    if (vec_last(&s->levels).is_promise) end_promise(s);
    s->levels.len--;
    s->p++;
    return true;
}

static bool scan_value(struct scan *s)
{
    struct str raw;
    switch (*s->p) {
    case '{': return open_level(s, false);
    case '[': return open_level(s, true);
    case '"':
        if (!s->levels.len) return malformed(s, "it is not an object");
        return raw_string(s, &raw) && string_value(s, raw);
    default: break;
    }
    if (!s->levels.len) return malformed(s, "it is not an object");
    if (!check_place(s)) return false;
    const char *start = s->p;
    while (s->p < s->end && strchr("+-.0123456789Eaeflnrstu", *s->p) && *s->p) s->p++;
    return s->p > start || malformed(s, "there is no value where one should be");
}

static bool scan_key(struct scan *s)
{
    struct level *top = &vec_last(&s->levels);
    if (*s->p != '"') return malformed(s, "a key is not a string");
    if (!raw_string(s, &top->key)) return false;
    skip_space(s);
    if (s->p >= s->end || *s->p != ':') return malformed(s, "a key has no value");
    s->p++;
    skip_space(s);
    return s->p < s->end || malformed(s, "it ends too early");
}

// One item of the innermost level, or that level's end.
static bool scan_step(struct scan *s)
{
    struct level *top = &vec_last(&s->levels);
    if (*s->p == '}' || *s->p == ']') return close_level(s, *s->p == ']');
    if (!top->empty) {
        if (*s->p != ',') return malformed(s, "a comma is missing");
        s->p++;
        top->index++;
        skip_space(s);
        if (s->p >= s->end) return malformed(s, "it ends too early");
    }
    top->empty = false;
    if (!top->is_array && !scan_key(s)) return false;
    return scan_value(s);
}

static bool scan_all(struct scan *s)
{
    skip_space(s);
    if (s->p >= s->end) return malformed(s, "it is empty");
    if (!scan_value(s)) return false;
    while (s->levels.len) {
        skip_space(s);
        if (s->p >= s->end) return malformed(s, "it ends too early");
        if (!scan_step(s)) return false;
    }
    skip_space(s);
    return s->p == s->end || malformed(s, "something follows its end");
}

static int compare_strs(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

// A sorted copy without repeats.
static struct str *sorted_set(struct arena *arena, struct str *at, size_t len, size_t *count)
{
    *count = 0;
    if (!len) return NULL;
    qsort(at, len, sizeof(*at), compare_strs);
    struct str *out = ARENA_ARRAY(arena, struct str, len);
    for (size_t i = 0; i < len; i++) {
        if (*count == 0 || !str_eq(out[*count - 1], at[i])) out[(*count)++] = at[i];
    }
    return out;
}

static void finish(struct scan *s, struct hasher *h)
{
    struct config *c = s->c;
    c->deps = sorted_set(s->arena, s->deps.at, s->deps.len, &c->dep_count);
    c->rrefs = sorted_set(s->arena, s->rrefs.at, s->rrefs.len, &c->rref_count);
    c->promise_count = s->promises.len;
    if (s->promises.len) {
        c->promises = ARENA_ARRAY(s->arena, struct config_promise, s->promises.len);
        memcpy(c->promises, s->promises.at, s->promises.len * sizeof(*s->promises.at));
    }
    char hex[HASH_HEX_SIZE];
    hasher_hex_of(h, c->text, hex);
    struct dref d = dref_make(str_from(hex), c->name);
    c->dref = arena_str(s->arena, str_from(d.text));
    for (size_t i = 0; i < c->rref_count; i++) {
        struct diag *w = diag_warning(
            s->sink, s->span, "W0701",
            "the config of `" STR_FMT "` holds a reference to one realization", STR_ARG(c->name));
        diag_note(w, "it is " STR_FMT, STR_ARG(c->rrefs[i]));
        diag_help(w, "use the stage or its dref: a realization cannot be planned for");
    }
}

bool config_scan(struct config *c, struct arena *arena, struct hasher *h, struct str text,
                 struct span span, struct diag_sink *sink)
{
    *c = (struct config){.text = text, .name = STR(CONFIG_NO_NAME)};
    struct scan s = {
        .p = text.p, .end = text.p + text.len, .c = c, .arena = arena, .span = span, .sink = sink};
    bool good = scan_all(&s);
    if (good) finish(&s, h);
    vec_free(&s.levels);
    vec_free(&s.deps);
    vec_free(&s.rrefs);
    vec_free(&s.parts);
    vec_free(&s.promises);
    return good;
}

bool config_parse(struct config *c, struct arena *arena, struct hasher *h, struct str text,
                  struct span span, struct diag_sink *sink)
{
    struct json_problem problem;
    json_t *value = json_parse(text, &problem);
    if (!value) {
        struct diag *d = diag_error(sink, span, "E0709", "a config is not valid JSON");
        diag_note(d, "line %d, column %d: %s", problem.line, problem.column, problem.text);
        return false;
    }
    struct buf canonical = BUF_INIT;
    json_canonical(&canonical, value);
    json_decref(value);
    struct str copy = arena_str(arena, buf_str(&canonical));
    buf_free(&canonical);
    return config_scan(c, arena, h, copy, span, sink);
}

// Behind a `[` at text.p[at - 1]: the length of white space and a tag in quotes, or 0; *space is
// the length of the white space.
static size_t tag_length(struct str text, size_t at, size_t *space)
{
    static const struct str tags[] = {STR("\"" CONFIG_PROMISE_TAG "\""),
                                      STR("\"" CONFIG_CLAIM_TAG "\"")};
    size_t i = at;
    while (i < text.len && (text.p[i] == ' ' || text.p[i] == '\n')) i++;
    *space = i - at;
    struct str rest = {text.p + i, text.len - i};
    for (size_t t = 0; t < LEN(tags); t++) {
        if (str_starts_with(rest, tags[t])) return *space + tags[t].len;
    }
    return 0;
}

void config_resolve(struct buf *out, struct str text, struct str dref)
{
    size_t done = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.p[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[') {
            size_t space;
            size_t len = tag_length(text, i + 1, &space);
            if (!len) continue;
            buf_add(out, text.p + done, i + 1 + space - done);
            buf_printf(out, "\"" STR_FMT "\"", STR_ARG(dref));
            done = i + 1 + len;
            i = done - 1;
        }
    }
    buf_add(out, text.p + done, text.len - done);
}

static bool is_tag(const json_t *value)
{
    struct str text = json_slice(value);
    return str_eqz(text, CONFIG_PROMISE_TAG) || str_eqz(text, CONFIG_CLAIM_TAG);
}

// Recursion is bounded by the depth that jansson parses.
void config_resolve_json(json_t *value, const char *dref)
{
    if (json_is_array(value)) {
        if (is_tag(json_array_get(value, 0))) {
            json_array_set_new(value, 0, json_string(dref));
            return;
        }
        for (size_t i = 0; i < json_array_size(value); i++) {
            config_resolve_json(json_array_get(value, i), dref);
        }
    } else if (json_is_object(value)) {
        for (void *i = json_object_iter(value); i; i = json_object_iter_next(value, i)) {
            config_resolve_json(json_object_iter_value(i), dref);
        }
    }
}
