#include "engine/realizer_fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/url.h"
#include "engine/download.h"
#include "engine/unpack.h"
#include "store/nar.h"

struct request {
    const struct fetch_job *job;
    struct diag_sink *sink;
    struct fetch_settings settings;
    struct fetch_watch watch;
    struct arena arena;
    bool local;
    const char *place; // URL or path
    enum hash_kind hash_kind;
    const char *hash; // lower case
    const char *filename;
    bool unpack;
    bool remove; // the archive, after unpacking
    bool force;
};

// ---- arguments ----

PRINTF_LIKE(2, 3)
static struct diag *fail(struct request *r, const char *fmt, ...)
{
    va_list va;
    va_start(va, fmt);
    struct diag *d = diag_add(r->sink, DIAG_ERROR, r->job->span, "E0901", fmt, va);
    va_end(va);
    return d;
}

static const char *kind_name(const struct request *r)
{
    return r->local ? "fetchlocal" : "fetchurl";
}

// A string member, or null if it is missing or null. False was reported.
static bool get_text(struct request *r, const char *key, const char **out)
{
    const json_t *value = json_object_get(r->job->realizer, key);
    *out = NULL;
    if (!value || json_is_null(value)) return true;
    const char *text = json_string_value(value);
    if (!text || strlen(text) != json_string_length(value)) {
        fail(r, "%s needs a string as `%s`", kind_name(r), key);
        return false;
    }
    *out = text;
    return true;
}

// Lower-cased, as people copy hashes from anywhere.
static bool read_hash(struct request *r, const char *kind, const char *text, size_t digits)
{
    char *hash = arena_strdup(&r->arena, text);
    size_t len = strlen(hash);
    bool hex = true;
    for (char *p = hash; *p; p++) {
        if (*p >= 'A' && *p <= 'F') *p = (char)(*p - 'A' + 'a');
        hex = hex && strchr("0123456789abcdef", *p);
    }
    r->hash = hash;
    if (hex && len == digits) return true;
    struct buf shown = BUF_INIT;
    fetch_quote(&shown, str_from(text));
    struct diag *d =
        fail(r, "`%s` is not a %s: that is %zu hex digits", buf_z(&shown), kind, digits);
    if (hex) diag_note(d, "it has %zu digits", len);
    diag_help(d,
              "run %ssum on the file, if you have it; else write %zu zeros, and the error will "
              "show the hash of what arrives",
              kind, digits);
    buf_free(&shown);
    return false;
}

static bool read_hashes(struct request *r)
{
    const char *sha256, *sha1;
    if (!get_text(r, "sha256", &sha256) || !get_text(r, "sha1", &sha1)) return false;
    if (!sha256 == !sha1) {
        struct diag *d = fail(r,
                              sha256 ? "%s takes either `sha256` or `sha1`, not both"
                                     : "%s needs the hash of the file, as `sha256` or `sha1`",
                              kind_name(r));
        diag_help(d, "prefer sha256: files that differ can be made to have the same sha1");
        return false;
    }
    r->hash_kind = sha256 ? HASH_SHA256 : HASH_SHA1;
    return sha256 ? read_hash(r, "sha256", sha256, 64) : read_hash(r, "sha1", sha1, 40);
}

static bool read_mode(struct request *r)
{
    const char *mode;
    if (!get_text(r, "mode", &mode)) return false;
    if (!mode) mode = "unpack,remove";
    bool as_is = *mode == '\0';
    bool known = true;
    for (const char *at = mode; *at && known;) {
        struct str word = {at, strcspn(at, ",")};
        as_is = as_is || str_eqz(word, "as-is");
        r->unpack = r->unpack || str_eqz(word, "unpack");
        r->remove = r->remove || str_eqz(word, "remove");
        known = str_eqz(word, "as-is") || str_eqz(word, "unpack") || str_eqz(word, "remove");
        at += word.len + (at[word.len] == ',');
    }
    if (known && as_is != r->unpack && (r->unpack || !r->remove)) return true;
    struct buf shown = BUF_INIT;
    fetch_quote(&shown, str_from(mode));
    struct diag *d = fail(r, "%s has no mode `%s`", kind_name(r), buf_z(&shown));
    diag_help(d, "the modes are \"as-is\", \"unpack\" and \"unpack,remove\"");
    buf_free(&shown);
    return false;
}

// Behind the last slash of a URL's path, which ends at a query or fragment.
static struct str url_base(const char *url)
{
    const char *scheme = strstr(url, "://");
    const char *path = scheme ? scheme + 3 : url;
    // The host is no file name.
    path += strcspn(path, "/?#");
    struct str s = {path, strcspn(path, "?#")};
    const char *slash = memrchr(s.p, '/', s.len);
    if (!slash) return (struct str){path, 0};
    return (struct str){slash + 1, (size_t)(s.p + s.len - slash - 1)};
}

static bool read_filename(struct request *r)
{
    const char *given;
    if (!get_text(r, "filename", &given)) return false;
    struct str name = given ? str_from(given) : r->local ? path_base(r->place) : url_base(r->place);
    r->filename = arena_str(&r->arena, name).p;
    if (path_is_inside(name) && !memchr(name.p, '/', name.len)) return true;
    struct buf place = BUF_INIT;
    struct buf shown = BUF_INIT;
    if (!r->local) url_without_password(&place, str_from(r->place));
    fetch_quote(&shown, given ? str_from(given) : r->local ? str_from(r->place) : buf_str(&place));
    buf_free(&place);
    struct diag *d = given ? fail(r, "`%s` cannot be the name of a file", buf_z(&shown))
                           : fail(r, "`%s` does not end in the name of a file", buf_z(&shown));
    diag_help(d, given ? "`filename` is a name without slashes"
                       : "say what the file is to be called: filename = \"…\"");
    buf_free(&shown);
    return false;
}

static bool read_place(struct request *r)
{
    const char *key = r->local ? "path" : "url";
    if (!get_text(r, key, &r->place)) return false;
    if (!r->place || !*r->place) {
        fail(r, "%s needs `%s`", kind_name(r), key);
        return false;
    }
    if (!r->local || r->place[0] == '/') return true;
    struct buf shown = BUF_INIT;
    fetch_quote(&shown, str_from(r->place));
    struct diag *d = fail(r, "the path `%s` of fetchlocal is not absolute", buf_z(&shown));
    diag_help(d, "write a path beside the source without quotes: path = ./file");
    buf_free(&shown);
    return false;
}

static bool read_request(struct request *r)
{
    const char *kind;
    if (!get_text(r, "kind", &kind)) return false;
    if (!kind || (strcmp(kind, "fetchurl") != 0 && strcmp(kind, "fetchlocal") != 0))
        BUG("fetch_run was given another realizer");
    r->local = strcmp(kind, "fetchlocal") == 0;
    r->force = json_is_true(json_object_get(r->job->realizer, "force_download"));
    if (!read_place(r) || !read_hashes(r) || !read_mode(r) || !read_filename(r)) return false;
    if (r->job->settings) {
        r->settings = *r->job->settings;
        return true;
    }
    return fetch_settings_from_env(&r->settings, r->sink);
}

// ---- work ----

static bool keep_file(struct request *r, const char *file)
{
    char *dest = path_join(&r->arena, r->job->out, r->filename);
    struct stat st;
    if (lstat(dest, &st) == 0) {
        struct diag *d = diag_error(r->sink, r->job->span, "E0915",
                                    "the archive `%s` holds an entry of its own name", r->filename);
        diag_help(d, "use mode = \"unpack,remove\", or give the archive another `filename`");
        return false;
    }
    if (rename(file, dest) == 0) return true;
    diag_error(r->sink, r->job->span, "E0909", "cannot move `%s` to `%s`: %s", file, dest,
               strerror(errno));
    return false;
}

static bool unpack_file(struct request *r, const char *file)
{
    const struct unpack u = {
        .file = file,
        .filename = r->filename,
        .out = r->job->out,
        .span = r->job->span,
        .settings = &r->settings,
        .watch = &r->watch,
    };
    switch (unpack_run(&u, r->sink)) {
    case UNPACK_FAILED: return false;
    case UNPACK_NO_ARCHIVE: return keep_file(r, file);
    case UNPACK_DONE: break;
    }
    return r->remove || keep_file(r, file);
}

static bool fetch_file(struct request *r, const char *file, struct nar *nar, bool *in_nar)
{
    const struct download d = {
        .url = r->place,
        .hash_kind = r->hash_kind,
        .hash = r->hash,
        .dest = file,
        .partial_dir = r->job->partial_dir,
        .force = r->force,
        .span = r->job->span,
        .settings = &r->settings,
        .watch = &r->watch,
        .sync = r->job->sync,
        .nar = nar,
        .in_nar = in_nar,
    };
    return r->local ? download_copy(&d, r->place, r->sink) : download_run(&d, r->sink);
}

// A local file that is kept as it is need not be read twice.
static bool fetch_hashed(struct request *r, const char *file)
{
    struct hasher *h = hasher_new(HASH_SHA256);
    struct nar *nar = nar_begin_output(h, r->filename, r->job->context, NULL);
    bool in_nar = false;
    bool ok = fetch_file(r, file, nar, &in_nar);
    if (ok && in_nar)
        nar_end_output(nar, r->job->hash, NULL);
    else
        nar_drop(nar);
    hasher_free(h);
    return ok;
}

static bool fetch(struct request *r)
{
    const char *file = path_join(&r->arena, r->job->tmp, "fetched");
    bool ahead = r->local && !r->unpack && r->job->hash && nar_output_name(r->filename);
    bool ok = ahead ? fetch_hashed(r, file) : fetch_file(r, file, NULL, NULL);
    ok = ok && (r->unpack ? unpack_file(r, file) : keep_file(r, file));
    // Still there after unpacking and after errors. The caller removes tmp, but may use it again
    // before.
    unlink(file);
    return ok;
}

bool fetch_run(const struct fetch_job *job, struct diag_sink *sink)
{
    struct request r = {.job = job, .sink = sink, .watch = job->watch, .arena = ARENA_INIT};
    bool ok = read_request(&r) && fetch(&r);
    arena_free(&r.arena);
    return ok;
}
