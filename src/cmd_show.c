// plxc show and log: what the store knows about a ref.
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/json.h"
#include "base/path.h"
#include "cli.h"
#include "cmd.h"
#include "json_out.h"
#include "quantity.h"
#include "ref_arg.h"
#include "store/config.h"
#include "store/query.h"
#include "store/ref.h"
#include "tree_size.h"

static bool show_config(struct cli *cli, struct str dref)
{
    struct driver *d = &cli->driver;
    struct str text;
    if (!query_config(&d->store, &d->arena, dref, &text, &d->sink)) return false;
    if (args_has(&cli->args, "raw")) {
        // Byte for byte what was hashed, so without a newline of our own.
        buf_adds(&cli->out, text);
        return true;
    }
    config_resolve(&cli->out, text, dref);
    buf_addc(&cli->out, '\n');
    return true;
}

static json_t *promises_json(const struct config *c)
{
    json_t *list = json_array();
    for (size_t i = 0; i < c->promise_count; i++) {
        const struct config_promise *p = &c->promises[i];
        json_array_append_new(list,
                              json_pack("{s:s%, s:s%, s:b}", "attribute", p->attr.p, p->attr.len,
                                        "path", p->path.p, p->path.len, "claim", p->claim));
    }
    return list;
}

static json_t *describe_dref(struct cli *cli, struct str dref)
{
    struct driver *d = &cli->driver;
    struct str text;
    struct config c;
    struct ref_list deps, rrefs;
    if (!query_config(&d->store, &d->arena, dref, &text, &d->sink) ||
        !config_scan(&c, &d->arena, d->hasher, text, SPAN_NONE, &d->sink) ||
        !query_deps(&d->store, &d->arena, &dref, 1, &deps, &d->sink) ||
        !query_rrefs(&d->store, &d->arena, dref, &rrefs, &d->sink))
        return NULL;
    struct json_problem problem; // a derivation's config parses
    json_t *o = json_object();
    json_object_set_new(o, "kind", json_string("derivation"));
    json_object_set_new(o, "ref", json_out_str(dref));
    json_object_set_new(o, "name", json_out_str(c.name));
    json_object_set_new(o, "path", json_string(store_ref_path(&d->store, &d->arena, dref)));
    json_object_set_new(o, "config", json_parse(text, &problem));
    json_object_set_new(o, "promises", promises_json(&c));
    json_object_set_new(o, "dependencies", json_out_refs(&deps));
    json_object_set_new(o, "realizations", json_out_refs(&rrefs));
    return o;
}

static json_t *context_json(const struct context *c)
{
    json_t *o = json_object();
    for (size_t i = 0; i < c->len; i++) {
        struct ref_list rrefs = {c->at[i].rrefs, c->at[i].count};
        json_object_set_new(o, c->at[i].dref.p, json_out_refs(&rrefs));
    }
    return o;
}

static json_t *files_json(const char *path)
{
    json_t *list = json_array();
    char **names;
    size_t count;
    if (io_list_dir(AT_FDCWD, path, &names, &count) < 0) return list;
    for (size_t i = 0; i < count; i++)
        if (strncmp(names[i], "__", 2) != 0 && strcmp(names[i], "context.json") != 0)
            json_array_append_new(list, json_string(names[i]));
    io_free_names(names, count);
    return list;
}

static json_t *describe_rref(struct cli *cli, struct str rref)
{
    struct driver *d = &cli->driver;
    struct context context;
    struct rref r;
    if (rref_parse(rref, &r) != REF_OK) BUG("a malformed rref");
    struct dref dref = rref_dref(&r);
    if (!context_read(&d->store, &d->arena, rref, &context, &d->sink)) return NULL;
    char *path = store_ref_path(&d->store, &d->arena, rref);
    struct tree_size size = tree_size(path);
    json_t *o = json_object();
    json_object_set_new(o, "kind", json_string("realization"));
    json_object_set_new(o, "ref", json_out_str(rref));
    json_object_set_new(o, "derivation", json_string(dref.text));
    json_object_set_new(o, "name", json_out_str(dref_name(&dref)));
    json_object_set_new(o, "path", json_string(path));
    char time[QUANTITY_TIME_SIZE];
    struct str text;
    int err;
    int64_t ns;
    if (query_buildtime(&d->store, rref, &ns))
        json_object_set_new(o, "buildtime", json_string(quantity_utc_time(ns, time)));
    if (query_file(&d->store, &d->arena, rref, "__meta__.json", 1 << 20, &text, &err)) {
        struct json_problem problem;
        json_t *meta = json_parse(text, &problem);
        if (meta) json_object_set_new(o, "meta", meta);
    }
    json_object_set_new(o, "bytes", json_integer((json_int_t)size.bytes));
    json_object_set_new(o, "files", json_integer((json_int_t)size.files));
    json_object_set_new(o, "context", context_json(&context));
    json_object_set_new(o, "artifacts", files_json(path));
    return o;
}

static void add_value(struct buf *out, const json_t *v)
{
    if (json_is_string(v))
        buf_addz(out, json_string_value(v));
    else
        json_compact(out, v);
}

static void add_field(struct cli *cli, const char *title, const json_t *v)
{
    if (!v) return;
    if (cli->color_out)
        buf_printf(&cli->out, "\033[1m%-14s\033[0m", title);
    else
        buf_printf(&cli->out, "%-14s", title);
    add_value(&cli->out, v);
    buf_addc(&cli->out, '\n');
}

// A list, one element a line, the title before the first.
static void add_list(struct cli *cli, const char *title, const json_t *list)
{
    size_t i;
    json_t *v;
    json_array_foreach(list, i, v) add_field(cli, i ? "" : title, v);
}

// Text of several lines, indented below its title.
static void add_block(struct cli *cli, const char *title, const json_t *v)
{
    struct buf text = BUF_INIT;
    json_canonical(&text, v);
    buf_printf(&cli->out, cli->color_out ? "\033[1m%s\033[0m\n" : "%s\n", title);
    for (const char *line = buf_z(&text); *line;) {
        size_t len = strcspn(line, "\n");
        buf_printf(&cli->out, "    %.*s\n", (int)len, line);
        line += len + (line[len] == '\n');
    }
    buf_free(&text);
}

static void add_time(struct cli *cli, const json_t *o)
{
    struct str ref = str_from(json_string_value(json_object_get(o, "ref")));
    char text[QUANTITY_TIME_SIZE];
    int64_t ns;
    if (!ref_is_rref(ref) || !query_buildtime(&cli->driver.store, ref, &ns)) return;
    json_t *value = json_string(quantity_local_time(ns, text));
    add_field(cli, "built", value);
    json_decref(value);
}

static void print_human(struct cli *cli, const json_t *o)
{
    const json_t *bytes = json_object_get(o, "bytes"), *context = json_object_get(o, "context");
    add_field(cli, json_string_value(json_object_get(o, "kind")), json_object_get(o, "ref"));
    add_field(cli, "of", json_object_get(o, "derivation"));
    add_field(cli, "path", json_object_get(o, "path"));
    add_time(cli, o);
    const json_t *took = json_object_get(json_object_get(o, "meta"), "duration_ns");
    if (took) {
        char text[CLI_DURATION_SIZE];
        json_t *value = json_string(cli_duration(json_integer_value(took), text));
        add_field(cli, "took", value);
        json_decref(value);
    }
    if (bytes) {
        char size[CLI_SIZE_SIZE];
        long long files = json_integer_value(json_object_get(o, "files"));
        json_t *text =
            json_sprintf("%s in %lld file%s", cli_bytes((uint64_t)json_integer_value(bytes), size),
                         files, files == 1 ? "" : "s");
        add_field(cli, "size", text);
        json_decref(text);
    }
    add_list(cli, "artifacts", json_object_get(o, "artifacts"));
    const char *dref;
    json_t *value;
    size_t i;
    json_object_foreach((json_t *)context, dref, value) add_list(cli, "built with", value);
    json_array_foreach(json_object_get(o, "promises"), i, value)
    {
        struct buf line = BUF_INIT;
        buf_printf(&line, "%s: %s", json_string_value(json_object_get(value, "attribute")),
                   json_string_value(json_object_get(value, "path")));
        json_t *text = json_stringn(line.p, line.len);
        add_field(cli, json_is_true(json_object_get(value, "claim")) ? "claims" : "promises", text);
        json_decref(text);
        buf_free(&line);
    }
    add_list(cli, "depends on", json_object_get(o, "dependencies"));
    add_list(cli, "realizations", json_object_get(o, "realizations"));
    if (json_object_get(o, "config")) add_block(cli, "config", json_object_get(o, "config"));
}

int cmd_show(struct cli *cli)
{
    struct driver *d = &cli->driver;
    struct ref_arg ref;
    if (!ref_arg_parse(cli, cli->args.rest.at[0], &ref)) return cli_status(cli);
    struct str dref = ref.ref;
    struct rref r;
    if (rref_parse(ref.ref, &r) == REF_OK) {
        struct dref of = rref_dref(&r);
        dref = str_from(arena_strdup(&d->arena, of.text));
    }
    if (args_has(&cli->args, "config") || args_has(&cli->args, "raw")) {
        (void)!show_config(cli, dref);
        return cli_finish(cli);
    }
    json_t *o = ref_is_rref(ref.ref) ? describe_rref(cli, ref.ref) : describe_dref(cli, ref.ref);
    if (!o) return cli_status(cli);
    if (args_has(&cli->args, "json")) {
        json_out(cli, o);
    } else {
        print_human(cli, o);
        json_decref(o);
    }
    return cli_finish(cli);
}

// Of a derivation: the log of the attempt that failed last, if no realization began after it ended,
// else that of the newest realization. Null if there is neither.
static const char *log_of_dref(struct cli *cli, struct str dref, bool *failed)
{
    struct driver *d = &cli->driver;
    struct ref_list rrefs;
    if (!query_rrefs(&d->store, &d->arena, dref, &rrefs, &d->sink)) return NULL;
    const char *newest = NULL;
    int64_t best = INT64_MIN;
    for (size_t i = 0; i < rrefs.len; i++) {
        int64_t ns = 0;
        (void)query_buildtime(&d->store, rrefs.at[i], &ns);
        if (ns <= best) continue;
        best = ns;
        newest =
            path_join(&d->arena, store_ref_path(&d->store, &d->arena, rrefs.at[i]), "__log__.txt");
    }
    const char *attempt = arena_printf(&d->arena, "%s/log/" STR_FMT ".log", d->store.root,
                                       (int)(dref.len - 5), dref.p + 5);
    struct stat st;
    *failed = stat(attempt, &st) == 0 &&
              (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec > best;
    return *failed ? attempt : newest;
}

int cmd_log(struct cli *cli)
{
    struct driver *d = &cli->driver;
    const char *text = cli->args.rest.at[0];
    struct ref_arg ref;
    if (!ref_arg_parse(cli, text, &ref)) return cli_status(cli);
    bool failed = false;
    const char *path =
        ref_is_dref(ref.ref)
            ? log_of_dref(cli, ref.ref, &failed)
            : path_join(&d->arena, store_ref_path(&d->store, &d->arena, ref.ref), "__log__.txt");
    if (diag_has_errors(&d->sink)) return cli_status(cli);
    if (!path || access(path, F_OK) < 0) {
        struct diag *diag = diag_error(&d->sink, SPAN_NONE, "E1019", "`%s` has no log", text);
        if (!path) diag_note(diag, "it was never built here");
    } else if (args_has(&cli->args, "path")) {
        buf_printf(&cli->out, "%s\n", path);
    } else {
        int err = io_read_file(AT_FDCWD, path, 0, &cli->out);
        if (err < 0)
            diag_error(&d->sink, SPAN_NONE, "E1019", "cannot read %s: %s", path, io_why(err));
        else if (failed)
            cli_say(cli, "this is the log of an attempt that failed");
    }
    return cli_finish(cli);
}
