// plxc store root add, ls, rm: what garbage collection keeps.
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/path.h"
#include "cli.h"
#include "cmd.h"
#include "json_out.h"
#include "ref_arg.h"
#include "store/query.h"
#include "store/ref.h"
#include "store/root.h"

static bool check_name(struct cli *cli, const char *name)
{
    if (ref_name_valid(str_from(name)) && strcmp(name, "temp") != 0) return true;
    struct diag *d = diag_error(&cli->driver.sink, SPAN_NONE, "E1004",
                                "the name of a root cannot be `%s`", name);
    diag_note(d, "it has 1 to %d letters, digits, `_` and `-`, and is not `temp`", REF_NAME_MAX);
    return false;
}

// Is the name free, or a root for the same already?
static bool check_free(struct cli *cli, const char *name, struct str ref)
{
    struct driver *d = &cli->driver;
    struct root *roots;
    size_t count;
    if (!root_list(&d->store, &d->arena, &roots, &count, &d->sink)) return false;
    for (size_t i = 0; i < count; i++) {
        bool named = roots[i].kind == ROOT_DIRECT || roots[i].kind == ROOT_LINK;
        if (!named || strcmp(roots[i].name, name) != 0) continue;
        if (roots[i].kind == ROOT_DIRECT && str_eq(roots[i].ref, ref)) return true;
        struct diag *diag =
            diag_error(&d->sink, SPAN_NONE, "E1030", "there is a root `%s` already", name);
        if (roots[i].link)
            diag_note(diag, "it is the link %s", roots[i].link);
        else if (roots[i].ref.len)
            diag_note(diag, "it keeps " STR_FMT, STR_ARG(roots[i].ref));
        diag_help(diag, "take another name, or remove it first: `plxc store root rm %s`", name);
        return false;
    }
    return true;
}

int cmd_store_root_add(struct cli *cli)
{
    struct driver *d = &cli->driver;
    const char *name = cli->args.rest.at[0], *text = cli->args.rest.at[1];
    struct ref_arg ref;
    // The temporary root waits for a collection that is under way; what that took is gone then.
    if (!check_name(cli, name) || !ref_arg_parse(cli, text, &ref) ||
        !check_free(cli, name, ref.ref) || !root_temp_add(&d->store, &ref.ref, 1, &d->sink))
        return cli_status(cli);
    if (query_exists(&d->store, ref.ref))
        (void)!root_add(&d->store, str_from(name), ref.ref, &d->sink);
    else
        diag_error(&d->sink, SPAN_NONE, ref_is_dref(ref.ref) ? "E0702" : "E0703",
                   STR_FMT " was removed from the store meanwhile", STR_ARG(ref.ref));
    return cli_status(cli);
}

// A session's name begins with the process id (store.h).
static long session_pid(const struct root *r)
{
    return strtol(r->name, NULL, 10);
}

static json_t *root_json(const struct root *r)
{
    static const char *const kinds[] = {[ROOT_DIRECT] = "name",
                                        [ROOT_LINK] = "link",
                                        [ROOT_TEMP] = "process",
                                        [ROOT_PAUSED] = "session"};
    json_t *o = json_pack("{s:s, s:s}", "kind", kinds[r->kind], "name", r->name);
    json_object_set_new(o, "ref", r->ref.len ? json_out_str(r->ref) : json_null());
    if (r->link) json_object_set_new(o, "link", json_string(r->link));
    if (r->kind == ROOT_TEMP) json_object_set_new(o, "pid", json_integer(session_pid(r)));
    return o;
}

static void print_root(struct cli *cli, const struct root *r)
{
    if (r->kind == ROOT_TEMP)
        buf_printf(&cli->out, "process %ld", session_pid(r));
    else if (r->kind == ROOT_PAUSED)
        buf_printf(&cli->out, "session %s", r->name);
    else
        buf_addz(&cli->out, r->link ? r->link : r->name);
    if (r->ref.len)
        buf_printf(&cli->out, " -> " STR_FMT "\n", STR_ARG(r->ref));
    else
        buf_addz(&cli->out, r->kind == ROOT_PAUSED ? " -> unknown\n" : " -> nothing\n");
}

// A process may register the same ref many times.
static bool told(struct cli *cli, struct map *seen, const struct root *r)
{
    struct arena *a = &cli->driver.arena;
    struct str key = str_from(arena_printf(a, "%s " STR_FMT, r->name, STR_ARG(r->ref)));
    return map_set(seen, key, cli) != NULL;
}

static int by_kind_and_name(const void *a, const void *b)
{
    const struct root *x = a, *y = b;
    if (x->kind != y->kind) return (int)x->kind - (int)y->kind;
    int order = strcmp(x->link ? x->link : x->name, y->link ? y->link : y->name);
    return order ? order : str_cmp(x->ref, y->ref);
}

int cmd_store_root_ls(struct cli *cli)
{
    struct driver *d = &cli->driver;
    struct root *roots;
    size_t count;
    if (!cli_open_store(cli, 0) || !root_list(&d->store, &d->arena, &roots, &count, &d->sink))
        return cli_status(cli);
    bool json = args_has(&cli->args, "json"), all = args_has(&cli->args, "all");
    if (count) qsort(roots, count, sizeof *roots, by_kind_and_name);
    json_t *list = json_array();
    struct map seen = MAP_INIT;
    for (size_t i = 0; i < count; i++) {
        if (roots[i].kind == ROOT_TEMP && (!all || told(cli, &seen, &roots[i]))) continue;
        if (json)
            json_array_append_new(list, root_json(&roots[i]));
        else
            print_root(cli, &roots[i]);
    }
    if (json)
        json_out(cli, list);
    else
        json_decref(list);
    map_free(&seen);
    return cli_finish(cli);
}

// The root of that name, or of that link, whose folder may be reached through other links.
static const struct root *find_root(struct cli *cli, const char *text, const struct root *roots,
                                    size_t count)
{
    struct driver *d = &cli->driver;
    const char *path = path_normalize(&d->arena, path_join(&d->arena, d->cwd, text));
    char *dir = realpath(path_dir(&d->arena, path), NULL);
    const char *place =
        dir ? path_join(&d->arena, dir, arena_str(&d->arena, path_base(path)).p) : path;
    free(dir);
    for (size_t i = 0; i < count; i++) {
        if (roots[i].kind == ROOT_TEMP || roots[i].kind == ROOT_PAUSED) continue;
        if (strcmp(roots[i].name, text) == 0) return &roots[i];
        if (roots[i].link && strcmp(roots[i].link, place) == 0) return &roots[i];
    }
    return NULL;
}

static void no_root(struct cli *cli, const char *text, const struct root *roots, size_t count)
{
    struct driver *d = &cli->driver;
    struct diag *diag = diag_error(&d->sink, SPAN_NONE, "E1030", "there is no root `%s`", text);
    struct str *names = ARENA_ARRAY(&d->arena, struct str, count + 1);
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (roots[i].kind == ROOT_DIRECT) names[n++] = str_from(roots[i].name);
    (void)diag_suggest(diag, str_from(text), names, n);
    diag_help(diag, "`plxc store root ls` lists them");
}

int cmd_store_root_rm(struct cli *cli)
{
    struct driver *d = &cli->driver;
    struct root *roots;
    size_t count;
    if (!cli_open_store(cli, 0) || !root_list(&d->store, &d->arena, &roots, &count, &d->sink))
        return cli_status(cli);
    // All of them or, where one is not known, none; who names one twice means it once.
    struct map named = MAP_INIT;
    for (size_t i = 0; i < cli->args.rest.len; i++) {
        const char *text = cli->args.rest.at[i];
        const struct root *r = find_root(cli, text, roots, count);
        if (r)
            map_set(&named, str_from(r->name), cli);
        else
            no_root(cli, text, roots, count);
    }
    for (size_t i = 0; !diag_has_errors(&d->sink) && i < named.len; i++)
        (void)!root_remove(&d->store, named.entries[i].key, &d->sink);
    map_free(&named);
    return cli_status(cli);
}
