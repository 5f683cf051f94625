// plxc store init, ls, cat, path, verify: looking at the store.
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "cli.h"
#include "cmd.h"
#include "json_out.h"
#include "ref_arg.h"
#include "ref_rows.h"
#include "store/query.h"
#include "store/ref.h"
#include "store/verify.h"

int cmd_store_init(struct cli *cli)
{
    unsigned flags = STORE_CREATE;
    if (args_has(&cli->args, "must-not-exist")) flags |= STORE_MUST_NOT_EXIST;
    if (!cli_open_store(cli, flags)) return cli_status(cli);
    buf_printf(&cli->out, "%s\n", cli->driver.store.path);
    return cli_finish(cli);
}

static char *outside(struct cli *cli, const struct ref_arg *ref)
{
    struct driver *d = &cli->driver;
    char *path = store_ref_path(&d->store, &d->arena, ref->ref);
    return *ref->path ? path_join(&d->arena, path, ref->path) : path;
}

static const char *type_of(mode_t mode)
{
    if (S_ISDIR(mode)) return "folder";
    if (S_ISLNK(mode)) return "link";
    return mode & 0111 ? "executable" : "file";
}

static bool list_files(struct cli *cli, const struct ref_arg *ref)
{
    bool json = args_has(&cli->args, "json"), wide = args_has(&cli->args, "long");
    const char *path = outside(cli, ref);
    char **names;
    size_t count;
    int err = io_list_dir(AT_FDCWD, path, &names, &count);
    if (err < 0) {
        struct diag *d = diag_error(&cli->driver.sink, SPAN_NONE, "E1019", "cannot list %s: %s",
                                    path, strerror(-err));
        if (err == -ENOTDIR) diag_help(d, "`plxc store cat` prints a file");
        return false;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        struct stat st = {0};
        (void)lstat(path_join(&cli->driver.arena, path, names[i]), &st);
        bool dir = S_ISDIR(st.st_mode);
        char size[CLI_SIZE_SIZE];
        if (json)
            json_array_append_new(list, json_pack("{s:s, s:s, s:I}", "name", names[i], "type",
                                                  type_of(st.st_mode), "bytes",
                                                  (json_int_t)(dir ? 0 : st.st_size)));
        else if (wide)
            buf_printf(&cli->out, "%-10s %10s  %s%s\n", type_of(st.st_mode),
                       dir ? "-" : cli_bytes((uint64_t)st.st_size, size), names[i], dir ? "/" : "");
        else
            buf_printf(&cli->out, "%s%s\n", names[i], dir ? "/" : "");
    }
    io_free_names(names, count);
    if (json)
        json_out(cli, list);
    else
        json_decref(list);
    return true;
}

int cmd_store_ls(struct cli *cli)
{
    struct driver *d = &cli->driver;
    struct ref_list refs;
    if (!cli->args.rest.len) {
        if (cli_open_store(cli, 0) && query_drefs(&d->store, &d->arena, &refs, &d->sink))
            ref_rows_print(cli, &refs);
        return cli_finish(cli);
    }
    const char *text = cli->args.rest.at[0];
    struct ref_arg ref;
    if (!ref_arg_parse(cli, text, &ref)) return cli_status(cli);
    if (*ref.path && !ref_arg_realization(cli, text, &ref)) return cli_status(cli);
    if (ref_is_rref(ref.ref))
        (void)!list_files(cli, &ref);
    else if (query_rrefs(&d->store, &d->arena, ref.ref, &refs, &d->sink))
        ref_rows_print(cli, &refs);
    return cli_finish(cli);
}

// What is in the folder of a file that is not there.
static void suggest_names(struct cli *cli, struct diag *d, const char *path)
{
    char **names;
    size_t count;
    if (io_list_dir(AT_FDCWD, path_dir(&cli->driver.arena, path), &names, &count) < 0) return;
    struct str *known = ARENA_ARRAY(&cli->driver.arena, struct str, count + 1);
    for (size_t i = 0; i < count; i++) known[i] = str_from(names[i]);
    (void)diag_suggest(d, path_base(path), known, count);
    io_free_names(names, count);
}

static void not_there(struct cli *cli, const struct ref_arg *ref, const char *path)
{
    struct diag *d = diag_error(&cli->driver.sink, SPAN_NONE, "E1019", "`" STR_FMT "` has no `%s`",
                                STR_ARG(ref->ref), ref->path);
    suggest_names(cli, d, path);
    diag_help(d, "`plxc store ls " STR_FMT "` lists what it has", STR_ARG(ref->ref));
}

int cmd_store_cat(struct cli *cli)
{
    struct ref_arg ref;
    const char *text = cli->args.rest.at[0];
    if (!ref_arg_parse(cli, text, &ref) || !ref_arg_realization(cli, text, &ref))
        return cli_status(cli);
    const char *path = outside(cli, &ref);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    int err = fd < 0 ? -errno : io_copy_fd(fd, STDOUT_FILENO);
    if (fd >= 0) close(fd);
    struct diag_sink *sink = &cli->driver.sink;
    if (err == -ENOENT) {
        not_there(cli, &ref, path);
    } else if (err == -EISDIR) {
        struct diag *d = diag_error(sink, SPAN_NONE, "E1019", "`%s` is a folder", text);
        diag_help(d, "`plxc store ls %s` lists it", text);
    } else if (err < 0 && err != -EPIPE) {
        diag_error(sink, SPAN_NONE, "E1019", "cannot print %s: %s", path, strerror(-err));
    }
    return cli_status(cli);
}

int cmd_store_path(struct cli *cli)
{
    struct ref_arg ref;
    const char *text = cli->args.rest.at[0];
    if (!ref_arg_parse(cli, text, &ref)) return cli_status(cli);
    if (*ref.path && !ref_arg_realization(cli, text, &ref)) return cli_status(cli);
    const char *path = outside(cli, &ref);
    struct stat st;
    if (lstat(path, &st) < 0)
        not_there(cli, &ref, path);
    else
        buf_printf(&cli->out, "%s\n", path);
    return cli_finish(cli);
}

static json_t *finding_json(const struct verify_finding *f)
{
    json_t *row = json_object();
    json_object_set_new(row, "level", json_string(f->level == VERIFY_FAULT ? "fault" : "note"));
    json_object_set_new(row, "path", json_string(f->path));
    json_object_set_new(row, "message", json_string(f->message));
    if (f->ref.len) json_object_set_new(row, "ref", json_stringn(f->ref.p, f->ref.len));
    if (f->action) json_object_set_new(row, "action", json_string(f->action));
    return row;
}

static bool keep_going(void *ctx, size_t done, size_t total)
{
    (void)ctx;
    (void)done;
    (void)total;
    return !cli_interrupted();
}

static void print_verified(struct cli *cli, const struct verify_result *r)
{
    struct buf *out = &cli->out;
    if (args_has(&cli->args, "json")) {
        json_t *list = json_array();
        for (size_t i = 0; i < r->len; i++) json_array_append_new(list, finding_json(&r->at[i]));
        json_out(cli,
                 json_pack("{s:o, s:I, s:I, s:I, s:I}", "findings", list, "faults",
                           (json_int_t)r->faults, "derivations", (json_int_t)r->drefs,
                           "realizations", (json_int_t)r->rrefs, "bytes", (json_int_t)r->bytes));
        return;
    }
    bool quiet = args_has(&cli->args, "quiet");
    for (size_t i = 0; i < r->len; i++) {
        const struct verify_finding *f = &r->at[i];
        if (quiet && f->level == VERIFY_NOTE) continue;
        buf_printf(out, "%s: %s: %s%s%s\n", f->level == VERIFY_FAULT ? "fault" : "note", f->path,
                   f->message, f->action ? "; " : "", f->action ? f->action : "");
    }
    char size[CLI_SIZE_SIZE];
    if (!quiet || r->faults)
        buf_printf(out, "%zu derivation%s, %zu realization%s, %s: %zu fault%s\n", r->drefs,
                   r->drefs == 1 ? "" : "s", r->rrefs, r->rrefs == 1 ? "" : "s",
                   cli_bytes(r->bytes, size), r->faults, r->faults == 1 ? "" : "s");
}

int cmd_store_verify(struct cli *cli)
{
    struct driver *d = &cli->driver;
    struct verify_options options = {.repair = args_has(&cli->args, "repair"),
                                     .progress = keep_going};
    struct verify_result result;
    cli_catch_signals(cli, NULL);
    if (!cli_open_store(cli, 0) || !verify_store(&d->store, &options, &d->arena, &result, &d->sink))
        return cli_status(cli);
    print_verified(cli, &result);
    int status = cli_finish(cli);
    return status ? status : result.faults ? EXIT_SYSTEM : EXIT_DONE;
}
