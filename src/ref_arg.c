#include "ref_arg.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "cli.h"
#include "store/query.h"
#include "store/ref.h"

#define LISTED_RREFS 10

// A path of the file system, or something that leads to one, that is in the store.
static bool from_file_system(struct cli *cli, const char *text, struct ref_arg *out)
{
    struct driver *d = &cli->driver;
    char *real = realpath(text, NULL);
    struct str rest;
    bool found = real && query_ref_of_path(&d->store, &d->arena, real, &out->ref, &rest);
    if (found) out->path = arena_dup(&d->arena, rest.p, rest.len);
    free(real);
    return found;
}

void ref_arg_hint(struct cli *cli, const char *text)
{
    struct diag *d = cli->driver.sink.last;
    if (d && strcmp(d->code, "E0718") == 0 && !d->help_count && strstr(text, ".plx"))
        diag_help(d, "`plxc instantiate FILE` prints the refs of what a file describes");
}

bool ref_arg_parse(struct cli *cli, const char *text, struct ref_arg *out)
{
    struct driver *d = &cli->driver;
    if (!cli_open_store(cli, 0)) return false;
    if (from_file_system(cli, text, out)) return true;
    const char *slash = strchr(text, '/');
    bool has_path = slash && slash != text && *text != '.';
    const char *name = has_path ? arena_dup(&d->arena, text, (size_t)(slash - text)) : text;
    if (!query_ref(&d->store, &d->arena, name, &out->ref, &d->sink)) {
        ref_arg_hint(cli, text);
        return false;
    }
    out->path = "";
    if (!has_path || !slash[1]) return true;
    out->path = arena_strdup(&d->arena, slash + 1);
    size_t len = strlen(out->path);
    if (out->path[len - 1] == '/') out->path = arena_dup(&d->arena, out->path, len - 1);
    if (path_is_inside(str_from(out->path))) return true;
    diag_error(&d->sink, SPAN_NONE, "E1018", "`%s` leads out of `%s`", out->path, name);
    return false;
}

bool ref_arg_realization(struct cli *cli, const char *text, struct ref_arg *ref)
{
    struct driver *d = &cli->driver;
    if (ref_is_rref(ref->ref)) return true;
    struct ref_list rrefs;
    if (!query_rrefs(&d->store, &d->arena, ref->ref, &rrefs, &d->sink)) return false;
    if (rrefs.len == 1) {
        ref->ref = rrefs.at[0];
        return true;
    }
    struct diag *diag = diag_error(&d->sink, SPAN_NONE, "E1017",
                                   rrefs.len ? "`%s` has %zu realizations, and one is needed"
                                             : "`%s` has no realization, and one is needed",
                                   text, rrefs.len);
    for (size_t i = 0; i < rrefs.len && i < LISTED_RREFS; i++)
        diag_note(diag, STR_FMT, STR_ARG(rrefs.at[i]));
    if (rrefs.len > LISTED_RREFS) diag_note(diag, "and %zu more", rrefs.len - LISTED_RREFS);
    if (rrefs.len) diag_help(diag, "name one of them in its place");
    return false;
}
