// plxc diff and store diff: what differs between two refs or targets: their configs, those of the
// dependencies that differ, what realizations were built with, and their artifacts.
//
// Everything is gathered as JSON first, and shown from that:
//   {"before": REF, "after": REF, "config": [{"path", "before", "after"}…], "inputs": [the same for
//    each pair of dependencies], "context": [{"dref", "before", "after"}…],
//    "artifacts": [{"path", "before": {"type", "bytes"}, "after"}…]}
// where "before" or "after" is missing, that side has nothing.
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/json.h"
#include "base/json_diff.h"
#include "base/line_diff.h"
#include "base/map.h"
#include "base/path.h"
#include "base/utf8.h"
#include "cli.h"
#include "cmd.h"
#include "compare_tree.h"
#include "driver/target.h"
#include "eval_options.h"
#include "json_out.h"
#include "ref_arg.h"
#include "store/config.h"
#include "store/config_text.h"
#include "store/context.h"
#include "store/query.h"
#include "store/ref.h"

// Larger files are not shown line by line.
#define PATCH_MAX_BYTES ((size_t)4 << 20)

struct side {
    struct str ref; // what was named: an rref or a dref
    struct str dref;
    const char *path; // below an rref; "" for all of it
};

struct pair {
    struct str before;
    struct str after;
};

struct diff {
    struct cli *cli;
    struct target_list targets; // that were evaluated
    struct map stages;          // dref → struct stage of the evaluation
    struct map seen;            // pairs that were compared, as "DREF DREF"
    VEC(struct pair) inputs;    // to be compared
    struct side before;
    struct side after;
};

// ---- what was named ----

static bool from_store(struct diff *f, const char *text, struct side *out)
{
    struct driver *d = &f->cli->driver;
    struct ref_arg ref;
    if (!ref_arg_parse(f->cli, text, &ref)) return false;
    if (*ref.path && !ref_arg_realization(f->cli, text, &ref)) return false;
    out->ref = out->dref = ref.ref;
    out->path = ref.path;
    struct rref r;
    if (rref_parse(ref.ref, &r) == REF_OK) {
        struct dref of = rref_dref(&r);
        out->dref = str_from(arena_strdup(&d->arena, of.text));
    }
    return true;
}

static bool from_file(struct diff *f, const char *text, struct side *out)
{
    struct driver *d = &f->cli->driver;
    size_t first = f->targets.items.len;
    if (!target_resolve(d, text, &f->targets)) return false;
    size_t count = f->targets.items.len - first;
    if (count != 1) {
        struct diag *diag = diag_error(&d->sink, SPAN_NONE, "E1034",
                                       "`%s` has %zu stages, and one is needed", text, count);
        diag_help(diag, "name one of them: `%s#name`", text);
        return false;
    }
    out->ref = out->dref = f->targets.items.at[first].dref;
    out->path = "";
    return true;
}

static bool in_store(struct diff *f, const char *path)
{
    struct driver *d = &f->cli->driver;
    char *real = realpath(path, NULL);
    struct str ref;
    bool found = real && query_ref_of_path(&d->store, &d->arena, real, &ref, NULL);
    free(real);
    return found;
}

// A path into the store, or a link to one, is no source file, whatever it is called.
static bool parse_side(struct diff *f, const char *text, struct side *out)
{
    struct driver *d = &f->cli->driver;
    bool evaluates = args_takes(&f->cli->args, "set");
    if (!cli_open_store(f->cli, 0)) return false;
    bool stored = in_store(f, text) || in_store(f, path_dir(&d->arena, text));
    if (!evaluates || stored || !target_split(d, text).file || ref_is_rref(str_from(text)) ||
        strncmp(text, "rref:", 5) == 0 || strncmp(text, "dref:", 5) == 0)
        return from_store(f, text, out);
    return from_file(f, text, out);
}

// ---- configs ----

// Of a stage of the evaluation, or of the store; null, without a report, if neither has it.
static json_t *config_of(struct diff *f, struct str dref)
{
    struct driver *d = &f->cli->driver;
    const struct stage *s = map_get(&f->stages, dref);
    struct str text;
    struct json_problem problem;
    if (s) return json_parse(s->config, &problem);
    if (!query_exists(&d->store, dref)) return NULL;
    return query_config(&d->store, &d->arena, dref, &text, &d->sink) ? json_parse(text, &problem)
                                                                     : NULL;
}

static struct str name_of(struct str dref)
{
    const size_t prefix = 5 + REF_HASH_LEN + 1;
    return (struct str){dref.p + prefix, dref.len - prefix};
}

static bool has_dep(const struct config *c, struct str dref)
{
    for (size_t i = 0; i < c->dep_count; i++)
        if (str_eq(c->deps[i], dref)) return true;
    return false;
}

static void add_pair(struct diff *f, struct str before, struct str after)
{
    struct arena *a = &f->cli->driver.arena;
    struct str key =
        str_from(arena_printf(a, STR_FMT " " STR_FMT, STR_ARG(before), STR_ARG(after)));
    if (map_set(&f->seen, key, f)) return;
    vec_push(&f->inputs, (struct pair){arena_str(a, before), arena_str(a, after)});
}

// Dependencies that only one side has belong together if they have the same name, in their order.
static void pair_inputs(struct diff *f, const json_t *before, const json_t *after)
{
    struct arena *arena = &f->cli->driver.arena;
    struct hasher *h = f->cli->driver.hasher;
    struct diag_sink quiet = DIAG_SINK_INIT; // what there is to warn of was said by who made them
    struct buf text = BUF_INIT;
    struct config a, b;
    json_canonical(&text, before);
    struct str kept = arena_str(arena, buf_str(&text));
    bool good = config_scan(&a, arena, h, kept, SPAN_NONE, &quiet);
    buf_clear(&text);
    json_canonical(&text, after);
    kept = arena_str(arena, buf_str(&text));
    good = good && config_scan(&b, arena, h, kept, SPAN_NONE, &quiet);
    bool *used = good ? ARENA_ARRAY(arena, bool, b.dep_count) : NULL;
    for (size_t i = 0; good && i < a.dep_count; i++) {
        if (has_dep(&b, a.deps[i])) continue;
        for (size_t k = 0; k < b.dep_count; k++) {
            if (used[k] || has_dep(&a, b.deps[k])) continue;
            if (!str_eq(name_of(a.deps[i]), name_of(b.deps[k]))) continue;
            used[k] = true;
            add_pair(f, a.deps[i], b.deps[k]);
            break;
        }
    }
    buf_free(&text);
    diag_sink_free(&quiet);
}

// The differences of two configs; null if one of them is not known.
static json_t *compare_configs(struct diff *f, struct str before, struct str after)
{
    json_t *a = config_of(f, before), *b = config_of(f, after), *list = NULL;
    if (a && b) {
        struct json_differences found;
        list = json_array();
        json_diff(a, b, config_text_is_whole, &f->cli->driver.arena, &found);
        for (size_t i = 0; i < found.len; i++) {
            const struct json_difference *d = &found.at[i];
            json_t *row = json_object();
            json_object_set_new(row, "path", json_out_str(d->path));
            if (d->before) json_object_set_new(row, "before", json_deep_copy(d->before));
            if (d->after) json_object_set_new(row, "after", json_deep_copy(d->after));
            json_array_append_new(list, row);
        }
        pair_inputs(f, a, b);
    }
    json_decref(a);
    json_decref(b);
    return list;
}

// ---- realizations ----

static void add_context_row(json_t *list, struct str dref, const struct context_entry *before,
                            const struct context_entry *after)
{
    json_t *row = json_object();
    json_object_set_new(row, "dref", json_out_str(dref));
    const struct context_entry *sides[] = {before, after};
    for (size_t i = 0; i < 2; i++) {
        struct ref_list rrefs = {sides[i]->rrefs, sides[i]->count};
        json_object_set_new(row, i ? "after" : "before", json_out_refs(&rrefs));
    }
    json_array_append_new(list, row);
}

static bool same_rrefs(const struct context_entry *a, const struct context_entry *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) same = str_eq(a->rrefs[i], b->rrefs[i]);
    return same;
}

// Which realizations of the dependencies that both have were used.
static bool compare_contexts(struct diff *f, json_t *out)
{
    struct driver *d = &f->cli->driver;
    struct context before, after;
    if (!context_read(&d->store, &d->arena, f->before.ref, &before, &d->sink) ||
        !context_read(&d->store, &d->arena, f->after.ref, &after, &d->sink))
        return false;
    json_t *list = json_array();
    for (size_t i = 0; i < before.len; i++) {
        const struct context_entry *e = context_find(&after, before.at[i].dref);
        if (e && !same_rrefs(&before.at[i], e)) add_context_row(list, e->dref, &before.at[i], e);
    }
    json_object_set_new(out, "context", list);
    return true;
}

static const char *outside(struct diff *f, const struct side *s)
{
    struct driver *d = &f->cli->driver;
    const char *path = store_ref_path(&d->store, &d->arena, s->ref);
    return *s->path ? path_join(&d->arena, path, s->path) : path;
}

static json_t *entry_json(const struct tree_entry *e)
{
    return json_pack("{s:s, s:I}", "type", e->type, "bytes", (json_int_t)e->bytes);
}

static bool compare_artifacts(struct diff *f, json_t *out)
{
    struct driver *d = &f->cli->driver;
    struct tree_differences found;
    bool whole = !*f->before.path && !*f->after.path;
    if (!compare_tree(outside(f, &f->before), outside(f, &f->after), whole, &d->arena, &found,
                      &d->sink))
        return false;
    json_t *list = json_array();
    for (size_t i = 0; i < found.len; i++) {
        const struct tree_difference *t = &found.at[i];
        json_t *row = json_pack("{s:s}", "path", t->path);
        if (t->before.type) json_object_set_new(row, "before", entry_json(&t->before));
        if (t->after.type) json_object_set_new(row, "after", entry_json(&t->after));
        json_array_append_new(list, row);
    }
    json_object_set_new(out, "artifacts", list);
    return true;
}

// ---- all of it ----

static bool compare_inputs(struct diff *f, json_t *out)
{
    json_t *list = json_array();
    for (size_t i = 0; i < f->inputs.len; i++) {
        struct pair p = f->inputs.at[i]; // comparing adds more
        json_t *config = compare_configs(f, p.before, p.after);
        if (!config) continue;
        json_t *row = json_object();
        json_object_set_new(row, "before", json_out_str(p.before));
        json_object_set_new(row, "after", json_out_str(p.after));
        json_object_set_new(row, "config", config);
        json_array_append_new(list, row);
    }
    json_object_set_new(out, "inputs", list);
    return !diag_has_errors(&f->cli->driver.sink);
}

// Null after a report.
static json_t *gather(struct diff *f)
{
    json_t *out = json_object();
    json_object_set_new(out, "before", json_out_str(f->before.ref));
    json_object_set_new(out, "after", json_out_str(f->after.ref));
    bool both = ref_is_rref(f->before.ref) && ref_is_rref(f->after.ref);
    bool parts = *f->before.path || *f->after.path;
    bool good = true;
    if (!parts) {
        json_t *config = compare_configs(f, f->before.dref, f->after.dref);
        good = config != NULL;
        if (config) json_object_set_new(out, "config", config);
        good = good && compare_inputs(f, out) && (!both || compare_contexts(f, out));
    }
    good = good && (!both || compare_artifacts(f, out));
    if (good) return out;
    json_decref(out);
    return NULL;
}

// ---- showing ----

static struct line_diff_style style_of(const struct cli *cli, const char *indent)
{
    if (!cli->color_out) return (struct line_diff_style){indent, "", "", ""};
    return (struct line_diff_style){indent, "\033[31m", "\033[32m", "\033[0m"};
}

// "- TEXT" or "+ TEXT".
static void add_side(struct cli *cli, char sign, struct str text)
{
    struct line_diff_style s = style_of(cli, "");
    buf_printf(&cli->out, "%s%c " STR_FMT "%s\n", sign == '-' ? s.removed : s.added, sign,
               STR_ARG(text), s.reset);
}

static void show_header(struct cli *cli, const json_t *o)
{
    buf_printf(&cli->out, "--- %s\n+++ %s\n", json_string_value(json_object_get(o, "before")),
               json_string_value(json_object_get(o, "after")));
}

// Texts of several lines, line by line; false if they are better shown as values.
static bool show_lines(struct cli *cli, const char *path, const json_t *before, const json_t *after)
{
    struct buf a = BUF_INIT, b = BUF_INIT, hunks = BUF_INIT;
    struct line_diff_style style = style_of(cli, "    ");
    bool good = config_text_lines(&a, before) && config_text_lines(&b, after) &&
                (strchr(buf_z(&a), '\n') || strchr(buf_z(&b), '\n')) &&
                line_diff(buf_str(&a), buf_str(&b), &style, &hunks);
    if (good) {
        buf_printf(&cli->out, "  %s:\n", path);
        buf_adds(&cli->out, buf_str(&hunks));
    }
    buf_free(&a);
    buf_free(&b);
    buf_free(&hunks);
    return good;
}

static void show_config(struct cli *cli, const json_t *rows)
{
    size_t i;
    const json_t *row;
    json_array_foreach(rows, i, row)
    {
        const char *path = json_string_value(json_object_get(row, "path"));
        const json_t *sides[] = {json_object_get(row, "before"), json_object_get(row, "after")};
        if (sides[0] && sides[1] && show_lines(cli, path, sides[0], sides[1])) continue;
        for (size_t k = 0; k < 2; k++) {
            if (!sides[k]) continue;
            struct buf line = BUF_INIT;
            buf_printf(&line, "%s: ", path);
            config_text_value(&line, sides[k]);
            add_side(cli, k ? '+' : '-', buf_str(&line));
            buf_free(&line);
        }
    }
}

static void show_context(struct cli *cli, const json_t *rows)
{
    size_t i, k;
    const json_t *row, *rref;
    json_array_foreach(rows, i, row)
    {
        for (size_t side = 0; side < 2; side++) {
            json_array_foreach(json_object_get(row, side ? "after" : "before"), k, rref)
            {
                struct buf line = BUF_INIT;
                buf_printf(&line, "built with %s", json_string_value(rref));
                add_side(cli, side ? '+' : '-', buf_str(&line));
                buf_free(&line);
            }
        }
    }
}

static bool is_file(const char *type)
{
    return strcmp(type, "file") == 0 || strcmp(type, "executable") == 0;
}

static void add_entry(struct buf *out, const json_t *entry)
{
    const char *type = json_string_value(json_object_get(entry, "type"));
    char size[CLI_SIZE_SIZE];
    buf_addz(out, type);
    if (is_file(type))
        buf_printf(out, ", %s",
                   cli_bytes((uint64_t)json_integer_value(json_object_get(entry, "bytes")), size));
}

// What is different about something that both sides have.
static void add_change(struct buf *out, const json_t *before, const json_t *after)
{
    const char *type = json_string_value(json_object_get(before, "type"));
    if (strcmp(type, json_string_value(json_object_get(after, "type"))) != 0) {
        add_entry(out, before);
        buf_addz(out, " -> ");
        add_entry(out, after);
        return;
    }
    if (!is_file(type)) {
        buf_printf(out, "%s, other target", type);
        return;
    }
    uint64_t a = (uint64_t)json_integer_value(json_object_get(before, "bytes"));
    uint64_t b = (uint64_t)json_integer_value(json_object_get(after, "bytes"));
    char from[CLI_SIZE_SIZE], to[CLI_SIZE_SIZE];
    cli_bytes(a, from);
    cli_bytes(b, to);
    if (a == b)
        buf_printf(out, "%s, other contents", from);
    else if (strcmp(from, to) == 0)
        buf_printf(out, "%" PRIu64 " -> %" PRIu64 " B", a, b);
    else
        buf_printf(out, "%s -> %s", from, to);
}

// Both files as text; false if they are none, or too large.
static bool show_patch(struct diff *f, const char *path)
{
    struct cli *cli = f->cli;
    struct buf a = BUF_INIT, b = BUF_INIT;
    const char *before = outside(f, &f->before), *after = outside(f, &f->after);
    if (*path) before = path_join(&cli->driver.arena, before, path);
    if (*path) after = path_join(&cli->driver.arena, after, path);
    struct line_diff_style style = style_of(cli, "    ");
    struct stat st;
    bool good = lstat(before, &st) == 0 && S_ISREG(st.st_mode) && lstat(after, &st) == 0 &&
                S_ISREG(st.st_mode) && io_read_file(AT_FDCWD, before, PATCH_MAX_BYTES, &a) == 0 &&
                io_read_file(AT_FDCWD, after, PATCH_MAX_BYTES, &b) == 0 &&
                utf8_validate(buf_str(&a)) == a.len && utf8_validate(buf_str(&b)) == b.len &&
                !memchr(buf_z(&a), 0, a.len) && !memchr(buf_z(&b), 0, b.len) &&
                line_diff(buf_str(&a), buf_str(&b), &style, &cli->out);
    buf_free(&a);
    buf_free(&b);
    return good;
}

static void show_artifacts(struct diff *f, const json_t *rows)
{
    struct cli *cli = f->cli;
    bool patch = args_has(&cli->args, "patch") || *f->before.path || *f->after.path;
    size_t i;
    const json_t *row;
    json_array_foreach(rows, i, row)
    {
        const char *path = json_string_value(json_object_get(row, "path"));
        const json_t *before = json_object_get(row, "before");
        const json_t *after = json_object_get(row, "after");
        struct buf line = BUF_INIT;
        // The files that were named themselves have no path below.
        buf_printf(&line, "%s (", *path ? path : f->before.path);
        if (before && after) {
            add_change(&line, before, after);
            buf_printf(&cli->out, "~ %s)\n", buf_z(&line));
            if (patch) (void)show_patch(f, path);
        } else {
            add_entry(&line, before ? before : after);
            buf_addc(&line, ')');
            add_side(cli, before ? '-' : '+', buf_str(&line));
        }
        buf_free(&line);
    }
}

static size_t rows_in(const json_t *o, const char *key)
{
    return json_array_size(json_object_get(o, key));
}

static bool differs(const json_t *o)
{
    return rows_in(o, "config") || rows_in(o, "context") || rows_in(o, "artifacts");
}

static void show(struct diff *f, const json_t *o)
{
    struct cli *cli = f->cli;
    if (!differs(o)) return;
    show_header(cli, o);
    show_config(cli, json_object_get(o, "config"));
    show_context(cli, json_object_get(o, "context"));
    show_artifacts(f, json_object_get(o, "artifacts"));
    size_t i;
    const json_t *input;
    json_array_foreach(json_object_get(o, "inputs"), i, input)
    {
        buf_addc(&cli->out, '\n');
        show_header(cli, input);
        show_config(cli, json_object_get(input, "config"));
    }
}

static int diff(struct diff *f)
{
    struct cli *cli = f->cli;
    struct driver *d = &cli->driver;
    if (!parse_side(f, cli->args.rest.at[0], &f->before) ||
        !parse_side(f, cli->args.rest.at[1], &f->after))
        return cli_status(cli);
    struct stage_list all = d->eval ? eval_all_stages(d->eval) : (struct stage_list){0};
    for (size_t i = 0; i < all.len; i++) map_set(&f->stages, all.at[i]->dref, all.at[i]);
    json_t *o = gather(f);
    if (!o) return cli_status(cli);
    bool found = differs(o);
    if (args_has(&cli->args, "json")) {
        json_out(cli, o);
    } else {
        show(f, o);
        json_decref(o);
    }
    int status = cli_finish(cli);
    return status == EXIT_DONE && found && args_has(&cli->args, "exit-code") ? EXIT_ASSERTION
                                                                             : status;
}

int cmd_diff(struct cli *cli)
{
    struct diff f = {.cli = cli};
    int status;
    cli_catch_signals(cli, NULL);
    if (args_takes(&cli->args, "set") && !eval_options(cli))
        status = cli_status(cli);
    else
        status = diff(&f);
    vec_free(&f.inputs);
    map_free(&f.stages);
    map_free(&f.seen);
    target_list_free(&f.targets);
    return status;
}
