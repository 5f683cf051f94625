// Primitives that stdlib/prelude.plx is written with; no other module sees them. Those that make
// stages are in builtin_stage.c.
#include <ctype.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/url.h"
#include "eval/call.h"
#include "eval/print.h"
#include "eval/stage_value.h"

// An error with a code of its own, for what the prelude finds wrong with arguments.
static bool std_fail(struct eval *ev, struct call *c, struct value *out)
{
    (void)out;
    struct arena *arena = eval_arena(ev);
    struct str message = string_str(ev, c->args[1].string);
    const char *code = arena_printf(arena, STR_FMT, STR_ARG(string_str(ev, c->args[0].string)));
    struct diag *d = call_diag(ev, c, -1, code, STR_FMT, STR_ARG(message));
    if (c->args[2].tag == VALUE_STR) {
        struct str help = string_str(ev, c->args[2].string);
        diag_help(d, STR_FMT, STR_ARG(help));
    }
    return false;
}

// A Path as the absolute path that it stands for. Not for users: what depends on the place of a
// checkout is no part of an identity.
static bool std_place(struct eval *ev, struct call *c, struct value *out)
{
    *out = value_str(ev, c->args[0].path->path);
    return true;
}

// ---- what stages, keys and matchers are given ----

// At a place in an argument, if there is one outside of the library, else at the call.
static struct diag *refuse_at(struct eval *ev, struct call *c, struct span at, const char *code,
                              struct str text, const char *why)
{
    struct buf shown = BUF_INIT;
    print_quoted(&shown, text);
    struct diag *d = at.source && !eval_in_std(ev, at)
                         ? eval_error(ev, at, code, "%s %s", buf_z(&shown), why)
                         : call_diag(ev, c, -1, code, "%s %s", buf_z(&shown), why);
    buf_free(&shown);
    return d;
}

static struct diag *refuse_text(struct eval *ev, struct call *c, const char *code, struct str text,
                                const char *why)
{
    return refuse_at(ev, c, SPAN_NONE, code, text, why);
}

static bool check_inside(struct eval *ev, struct call *c, struct span at, struct str path)
{
    if (path_is_inside(path)) return true;
    struct diag *d = refuse_at(ev, c, at, "E0654", path, "is no path inside a stage");
    diag_help(d, "it is relative, and no part of it is empty, \".\" or \"..\"");
    return false;
}

static bool check_artifact(struct eval *ev, struct call *c, struct span at, struct str path)
{
    if (!check_inside(ev, c, at, path)) return false;
    if (!stage_path_reserved(path)) return true;
    struct diag *d =
        refuse_at(ev, c, at, "E0654", path, "is no artifact, because the store itself writes it");
    diag_help(d, "give the artifact another name");
    return false;
}

static bool std_inside(struct eval *ev, struct call *c, struct value *out)
{
    *out = c->args[0];
    return check_inside(ev, c, SPAN_NONE, string_str(ev, c->args[0].string));
}

static bool std_artifact(struct eval *ev, struct call *c, struct value *out)
{
    *out = c->args[0];
    return check_artifact(ev, c, SPAN_NONE, string_str(ev, c->args[0].string));
}

static bool std_file_name(struct eval *ev, struct call *c, struct value *out)
{
    struct str name = string_str(ev, c->args[0].string);
    *out = c->args[0];
    if (path_is_inside(name) && !memchr(name.p, '/', name.len))
        return check_artifact(ev, c, SPAN_NONE, name);
    struct diag *d = refuse_text(ev, c, "E0654", name, "is no name of a file");
    diag_help(d, "`filename` is a name without slashes");
    return false;
}

// No artifact is a folder of another one.
static bool check_folders(struct eval *ev, struct call *c, const struct record *artifacts,
                          struct span at, struct str path)
{
    for (size_t i = 1; i < path.len; i++) {
        struct str folder = {path.p, i};
        if (path.p[i] != '/' || record_find(artifacts, eval_sym(ev, folder)) == RECORD_NONE)
            continue;
        struct diag *d = refuse_at(ev, c, at, "E0654", path, "lies in an artifact that is a file");
        diag_note(d, "there is an artifact `" STR_FMT "`, too", STR_ARG(folder));
        return false;
    }
    return true;
}

static bool std_artifacts(struct eval *ev, struct call *c, struct value *out)
{
    const struct record *artifacts = c->args[0].record;
    *out = c->args[0];
    for (uint32_t i = 0; i < record_count(artifacts); i++) {
        struct span at = record_span(artifacts, i);
        struct str path = sym_str(eval_syms(ev), artifacts->shape->syms[i]);
        if (!check_artifact(ev, c, at, path) || !check_folders(ev, c, artifacts, at, path))
            return false;
    }
    return true;
}

static bool std_rrefs(struct eval *ev, struct call *c, struct value *out)
{
    struct list *rrefs = c->args[0].list;
    *out = c->args[0];
    for (size_t i = 0; i < rrefs->len; i++) {
        struct str text = string_str(ev, rrefs->at[i].string);
        if (stage_is_rref(text)) continue;
        struct diag *d = refuse_text(ev, c, "E0657", text, "is no rref");
        diag_help(d, "an rref is what `plxc realize` prints: rref:HASH-HASH-name");
        return false;
    }
    return true;
}

// ---- names of files and stages ----

static int hex_digit(char ch)
{
    return ch >= '0' && ch <= '9'   ? ch - '0'
           : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10
           : ch >= 'A' && ch <= 'F' ? ch - 'A' + 10
                                    : -1;
}

// The last part of a URL's or file's path, %XX decoded where that gives a character that file names
// commonly have.
static void add_file_name(struct buf *out, struct str path)
{
    for (size_t i = 0; i < path.len; i++) {
        int high = path.p[i] == '%' && i + 2 < path.len ? hex_digit(path.p[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(path.p[i + 2]) : -1;
        char decoded = (char)(low >= 0 ? high * 16 + low : 0);
        if (isprint((unsigned char)decoded) && (unsigned char)decoded < 0x7f && decoded != '/') {
            buf_addc(out, decoded);
            i += 2;
        } else {
            buf_addc(out, path.p[i]);
        }
    }
}

static bool std_url_file(struct eval *ev, struct call *c, struct value *out)
{
    struct str url = string_str(ev, c->args[0].string);
    const char *scheme = memmem(url.p, url.len, "://", 3);
    struct str path = url;
    if (scheme) { // only a path behind the host counts, without ? and #
        size_t skip = (size_t)(scheme - url.p) + 3;
        path = (struct str){url.p + skip, url.len - skip};
        size_t end = 0;
        while (end < path.len && path.p[end] != '?' && path.p[end] != '#') end++;
        path.len = end;
        const char *slash = memchr(path.p, '/', path.len);
        if (!slash) path.len = 0;
    }
    const char *last = path.len ? memrchr(path.p, '/', path.len) : NULL;
    if (last) path = (struct str){last + 1, path.len - (size_t)(last + 1 - path.p)};
    struct buf name = BUF_INIT;
    if (scheme)
        add_file_name(&name, path);
    else
        buf_adds(&name, path);
    bool ok = name.len > 0 && !str_eqz(buf_str(&name), ".") && !str_eqz(buf_str(&name), "..");
    if (ok) {
        *out = value_str_copy(ev, buf_str(&name));
    } else {
        struct buf shown = BUF_INIT;
        url_without_password(&shown, url);
        struct diag *d =
            call_diag(ev, c, -1, "E0656", "no file name can be seen in \"%s\"", buf_z(&shown));
        diag_help(d, "give the name of the file as `filename`");
        buf_free(&shown);
    }
    buf_free(&name);
    return ok;
}

// What an archive's name ends with, the longer ones first.
static const char *const archive_suffixes[] = {".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst",
                                               ".tar.lz", ".tgz",     ".tbz2",   ".txz",
                                               ".zip",    ".tar"};

// A stage's name may have fewer characters than a file's, and at most 200.
#define NAME_MAX_BYTES 200

static bool std_stage_name(struct eval *ev, struct call *c, struct value *out)
{
    struct str file = string_str(ev, c->args[0].string);
    for (size_t i = 0; i < LEN(archive_suffixes); i++) {
        struct str suffix = str_from(archive_suffixes[i]);
        if (file.len > suffix.len && str_ends_with(file, suffix)) {
            file.len -= suffix.len;
            break;
        }
    }
    struct buf name = BUF_INIT;
    for (size_t i = 0; i < file.len && name.len < NAME_MAX_BYTES; i++) {
        unsigned char ch = (unsigned char)file.p[i];
        if ((ch & 0xc0) == 0x80) continue; // one _ for each code point
        bool valid = ch < 0x80 && (isalnum(ch) || ch == '_' || ch == '-');
        buf_addc(&name, valid ? (char)ch : '_');
    }
    *out = value_str_copy(ev, buf_str(&name));
    buf_free(&name);
    return true;
}

#define PRIMITIVE .flags = BUILTIN_INTERNAL

const struct builtin builtin_std[] = {
    {.name = "_fail",
     .params = {ARG("code", ACCEPT_STR), ARG("message", ACCEPT_STR),
                OPT("help", ACCEPT_STR | ACCEPT_NULL, "null")},
     .result = "Any",
     .fn = std_fail,
     PRIMITIVE,
     .doc = "Ends the evaluation with an error that has a code and perhaps a line of help."},
    {.name = "_place",
     .params = {ARG("path", ACCEPT_PATH)},
     .result = "Str",
     .fn = std_place,
     PRIMITIVE,
     .doc = "The absolute path that a Path stands for."},
    {.name = "_inside",
     .params = {ARG("path", ACCEPT_STR)},
     .result = "Str",
     .fn = std_inside,
     PRIMITIVE,
     .doc = "The path, which must lie inside a realization."},
    {.name = "_artifact",
     .params = {ARG("path", ACCEPT_STR)},
     .result = "Str",
     .fn = std_artifact,
     PRIMITIVE,
     .doc = "The path, which must be one that an artifact can have."},
    {.name = "_artifacts",
     .params = {ARG("artifacts", ACCEPT_RECORD)},
     .result = "Record",
     .fn = std_artifacts,
     PRIMITIVE,
     .doc = "The record, whose keys must be paths that artifacts can have."},
    {.name = "_file_name",
     .params = {ARG("name", ACCEPT_STR)},
     .result = "Str",
     .fn = std_file_name,
     PRIMITIVE,
     .doc = "The name, which must be one for a file at the top of a stage."},
    {.name = "_rrefs",
     .params = {ARG("rrefs", ACCEPT_LIST)},
     .result = "List",
     .fn = std_rrefs,
     PRIMITIVE,
     .doc = "The list of Strs, all of which must be rrefs."},
    {.name = "_url_file",
     .params = {ARG("url", ACCEPT_STR)},
     .result = "Str",
     .fn = std_url_file,
     PRIMITIVE,
     .doc = "The name of the file that a URL or path leads to."},
    {.name = "_stage_name",
     .params = {ARG("file", ACCEPT_STR)},
     .result = "Str",
     .fn = std_stage_name,
     PRIMITIVE,
     .doc = "A valid stage name made of a file's: without the suffix of an archive, _ for what a "
            "name may not have."},
    {.name = NULL}};
