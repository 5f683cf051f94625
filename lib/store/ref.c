#include "store/ref.h"

#include <stdio.h>

#define DREF_PREFIX STR("dref:")
#define RREF_PREFIX STR("rref:")

static bool is_hash_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

static bool name_chars_only(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        if (!is_name_char(name.p[i])) return false;
    }
    return name.len > 0;
}

bool ref_name_valid(struct str name)
{
    return name.len <= REF_NAME_MAX && name_chars_only(name);
}

// "HASH-" at the start of *text, which moves behind it.
static bool skip_hash(struct str *text)
{
    if (text->len <= REF_HASH_LEN || text->p[REF_HASH_LEN] != '-') return false;
    for (size_t i = 0; i < REF_HASH_LEN; i++) {
        if (!is_hash_digit(text->p[i])) return false;
    }
    text->p += REF_HASH_LEN + 1;
    text->len -= REF_HASH_LEN + 1;
    return true;
}

static enum ref_problem check(struct str text, struct str prefix, int hashes)
{
    if (!str_starts_with(text, prefix)) return REF_NO_PREFIX;
    struct str rest = {text.p + prefix.len, text.len - prefix.len};
    for (int i = 0; i < hashes; i++) {
        if (!skip_hash(&rest)) return REF_BAD_HASH;
    }
    if (!name_chars_only(rest)) return REF_BAD_NAME;
    return rest.len > REF_NAME_MAX ? REF_NAME_LONG : REF_OK;
}

enum ref_problem dref_parse(struct str text, struct dref *out)
{
    enum ref_problem p = check(text, DREF_PREFIX, 1);
    if (p != REF_OK) return p;
    memcpy(out->text, text.p, text.len);
    out->text[text.len] = '\0';
    return REF_OK;
}

enum ref_problem rref_parse(struct str text, struct rref *out)
{
    enum ref_problem p = check(text, RREF_PREFIX, 2);
    if (p != REF_OK) return p;
    memcpy(out->text, text.p, text.len);
    out->text[text.len] = '\0';
    return REF_OK;
}

const char *ref_problem_text(enum ref_problem p)
{
    switch (p) {
    case REF_OK: return "it is fine";
    case REF_NO_PREFIX: return "it does not begin with dref: or rref: as it should";
    case REF_BAD_HASH: return "its hash is not 32 lower-case hex digits and a dash";
    case REF_BAD_NAME: return "its name is not made of letters, digits, `_` and `-`";
    case REF_NAME_LONG: return "its name has more than 200 characters";
    }
    BUG("ref problem %d", (int)p);
}

bool ref_is_dref(struct str text)
{
    return check(text, DREF_PREFIX, 1) == REF_OK;
}

bool ref_is_rref(struct str text)
{
    return check(text, RREF_PREFIX, 2) == REF_OK;
}

// `hash` cut to its length, or a BUG.
static struct str cut_hash(struct str hash)
{
    bool good = hash.len >= REF_HASH_LEN;
    for (size_t i = 0; good && i < REF_HASH_LEN; i++) good = is_hash_digit(hash.p[i]);
    if (!good) BUG("'" STR_FMT "' is no hash", STR_ARG(hash));
    return (struct str){hash.p, REF_HASH_LEN};
}

struct dref dref_make(struct str hash, struct str name)
{
    if (!ref_name_valid(name)) BUG("'" STR_FMT "' is no name", STR_ARG(name));
    struct dref d;
    snprintf(d.text, sizeof(d.text), "dref:" STR_FMT "-" STR_FMT, STR_ARG(cut_hash(hash)),
             STR_ARG(name));
    return d;
}

struct rref rref_make(struct str hash, const struct dref *d)
{
    struct rref r;
    snprintf(r.text, sizeof(r.text), "rref:" STR_FMT "-%s", STR_ARG(cut_hash(hash)),
             dref_folder(d));
    return r;
}

struct dref rref_dref(const struct rref *r)
{
    struct dref d;
    snprintf(d.text, sizeof(d.text), "dref:%s", r->text + RREF_PREFIX.len + REF_HASH_LEN + 1);
    return d;
}

struct str dref_hash(const struct dref *d)
{
    return (struct str){dref_folder(d), REF_HASH_LEN};
}

struct str dref_name(const struct dref *d)
{
    return str_from(dref_folder(d) + REF_HASH_LEN + 1);
}

struct str rref_hash(const struct rref *r)
{
    return (struct str){r->text + RREF_PREFIX.len, REF_HASH_LEN};
}

const char *dref_folder(const struct dref *d)
{
    return d->text + DREF_PREFIX.len;
}
