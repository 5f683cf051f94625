// plxc store du, find, deps, rdeps, context: questions to the store.
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "cli.h"
#include "cmd.h"
#include "json_out.h"
#include "quantity.h"
#include "ref_arg.h"
#include "ref_rows.h"
#include "store/context.h"
#include "store/glob.h"
#include "store/query.h"
#include "store/ref.h"
#include "store/survey.h"

// ---- du ----

// What was named, each once.
struct measured {
    struct map seen;
    VEC(struct survey_usage) rows;
};

static void add_row(struct measured *m, struct survey_usage row)
{
    if (map_has(&m->seen, row.ref)) return;
    map_set(&m->seen, row.ref, m);
    vec_push(&m->rows, row);
}

static bool measure_one(struct cli *cli, const char *text, struct measured *m)
{
    struct driver *d = &cli->driver;
    struct ref_arg ref;
    struct survey_usage *part;
    size_t count;
    if (!ref_arg_parse(cli, text, &ref)) return false;
    if (ref_is_rref(ref.ref)) {
        char rel[STORE_REL_SIZE];
        store_ref_rel(ref.ref, rel);
        add_row(m, (struct survey_usage){ref.ref, survey_tree_bytes(d->store.fd, rel)});
        return true;
    }
    struct ref_list one = {&ref.ref, 1};
    if (!survey_du(&d->store, &d->arena, &one, &part, &count, &d->sink)) return false;
    for (size_t k = 0; k < count; k++) add_row(m, part[k]);
    return true;
}

// The derivations and realizations that were named; no names: all derivations.
static bool measure(struct cli *cli, struct survey_usage **out, size_t *count)
{
    struct driver *d = &cli->driver;
    if (!cli->args.rest.len)
        return cli_open_store(cli, 0) &&
               survey_du(&d->store, &d->arena, NULL, out, count, &d->sink);
    struct measured m = {0};
    bool good = true;
    for (size_t i = 0; good && i < cli->args.rest.len; i++)
        good = measure_one(cli, cli->args.rest.at[i], &m);
    *count = m.rows.len;
    *out = ARENA_ARRAY(&d->arena, struct survey_usage, m.rows.len);
    if (m.rows.len) memcpy(*out, m.rows.at, m.rows.len * sizeof *m.rows.at);
    vec_free(&m.rows);
    map_free(&m.seen);
    return good;
}

static int largest_first(const void *a, const void *b)
{
    const struct survey_usage *x = a, *y = b;
    if (x->bytes != y->bytes) return x->bytes < y->bytes ? 1 : -1;
    return str_cmp(x->ref, y->ref);
}

static bool is_below(const struct map *drefs, struct str rref)
{
    struct rref r;
    if (rref_parse(rref, &r) != REF_OK) BUG("the store gave a malformed rref");
    struct dref of = rref_dref(&r);
    return map_has(drefs, str_from(of.text));
}

// A derivation's bytes include its realizations, so these count only where they stand alone.
static size_t choose_rows(struct survey_usage *at, size_t count, bool all, uint64_t *total)
{
    size_t kept = 0;
    struct map drefs = MAP_INIT;
    for (size_t i = 0; i < count; i++)
        if (ref_is_dref(at[i].ref)) map_set(&drefs, at[i].ref, at);
    *total = 0;
    for (size_t i = 0; i < count; i++) {
        bool below = !ref_is_dref(at[i].ref) && is_below(&drefs, at[i].ref);
        if (!below) *total += at[i].bytes;
        if (!below || all) at[kept++] = at[i];
    }
    map_free(&drefs);
    return kept;
}

int cmd_store_du(struct cli *cli)
{
    struct survey_usage *at;
    size_t count;
    if (!measure(cli, &at, &count)) return cli_status(cli);
    uint64_t total;
    count = choose_rows(at, count, args_has(&cli->args, "all"), &total);
    if (count) qsort(at, count, sizeof *at, largest_first);
    if (args_has(&cli->args, "json")) {
        json_t *rows = json_array();
        for (size_t i = 0; i < count; i++)
            json_array_append_new(rows, json_pack("{s:s%, s:I}", "ref", at[i].ref.p, at[i].ref.len,
                                                  "bytes", (json_int_t)at[i].bytes));
        json_out(cli, json_pack("{s:I, s:o}", "bytes", (json_int_t)total, "refs", rows));
        return cli_finish(cli);
    }
    char size[CLI_SIZE_SIZE];
    for (size_t i = 0; i < count; i++)
        buf_printf(&cli->out, "%10s  " STR_FMT "\n", cli_bytes(at[i].bytes, size),
                   STR_ARG(at[i].ref));
    buf_printf(&cli->out, "%10s  total\n", cli_bytes(total, size));
    return cli_finish(cli);
}

// ---- find ----

// A pattern that nothing can fit is a mistake.
static bool check_pattern(struct cli *cli, const char *pattern)
{
    if (!pattern || glob_is_whole(str_from(pattern))) return true;
    struct diag *d =
        diag_error(&cli->driver.sink, SPAN_NONE, "E1004", "`--name` cannot be `%s`", pattern);
    diag_note(d, *pattern ? "a `[` is not closed, or nothing follows a `\\`" : "it is empty");
    diag_help(d, "a name, or a pattern as shells have them: `train*`, `[ab]?`");
    return false;
}

int cmd_store_find(struct cli *cli)
{
    struct driver *d = &cli->driver;
    int64_t newer = 0;
    struct ref_list refs;
    const char *pattern = args_value(&cli->args, "name");
    if (!check_pattern(cli, pattern) ||
        !quantity_time_option(&cli->args, "newer", &newer, &d->sink) || !cli_open_store(cli, 0) ||
        !survey_find(&d->store, &d->arena, pattern, newer, &refs, &d->sink))
        return cli_status(cli);
    ref_rows_print(cli, &refs);
    return cli_finish(cli);
}

// ---- deps, rdeps ----

// Answers about one or more refs, each once.
struct answers {
    struct map seen;
    VEC(struct str) refs;
};

static void collect(struct answers *a, const struct ref_list *refs)
{
    for (size_t i = 0; i < refs->len; i++) {
        if (map_has(&a->seen, refs->at[i])) continue;
        map_set(&a->seen, refs->at[i], a);
        vec_push(&a->refs, refs->at[i]);
    }
}

static bool deps_of(struct cli *cli, struct str ref, bool deep, struct ref_list *out)
{
    struct driver *d = &cli->driver;
    struct store *s = &d->store;
    if (ref_is_dref(ref))
        return deep ? query_deep_deps(s, &d->arena, &ref, 1, out, &d->sink)
                    : query_deps(s, &d->arena, &ref, 1, out, &d->sink);
    if (deep) return query_deep_rrefs(s, &d->arena, &ref, 1, out, &d->sink);
    struct context direct;
    if (!context_read(s, &d->arena, ref, &direct, &d->sink)) return false;
    VEC(struct str) found = {0};
    for (size_t i = 0; i < direct.len; i++)
        for (size_t k = 0; k < direct.at[i].count; k++) vec_push(&found, direct.at[i].rrefs[k]);
    out->len = found.len;
    out->at = ARENA_ARRAY(&d->arena, struct str, found.len);
    if (found.len) memcpy(out->at, found.at, found.len * sizeof *found.at);
    vec_free(&found);
    return true;
}

static bool rdeps_of(struct cli *cli, struct str ref, bool deep, struct ref_list *out)
{
    struct driver *d = &cli->driver;
    return survey_rdeps(&d->store, &d->arena, ref, deep, out, &d->sink);
}

static int compare_strs(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static int relatives(struct cli *cli,
                     bool (*ask)(struct cli *cli, struct str ref, bool deep, struct ref_list *out))
{
    struct answers a = {0};
    bool deep = args_has(&cli->args, "recursive"), good = true;
    for (size_t i = 0; good && i < cli->args.rest.len; i++) {
        struct ref_arg ref;
        struct ref_list refs;
        good = ref_arg_parse(cli, cli->args.rest.at[i], &ref) && ask(cli, ref.ref, deep, &refs);
        if (good) collect(&a, &refs);
    }
    if (good) {
        if (a.refs.len) qsort(a.refs.at, a.refs.len, sizeof *a.refs.at, compare_strs);
        struct ref_list sorted = {a.refs.at, a.refs.len};
        ref_rows_print(cli, &sorted);
    }
    vec_free(&a.refs);
    map_free(&a.seen);
    return cli_finish(cli);
}

int cmd_store_deps(struct cli *cli)
{
    return relatives(cli, deps_of);
}

int cmd_store_rdeps(struct cli *cli)
{
    return relatives(cli, rdeps_of);
}

// ---- context ----

static void print_context(struct cli *cli, const struct context *c)
{
    if (args_has(&cli->args, "json")) {
        context_write(c, &cli->out);
        buf_addc(&cli->out, '\n');
        return;
    }
    for (size_t i = 0; i < c->len; i++) {
        buf_printf(&cli->out, STR_FMT "\n", STR_ARG(c->at[i].dref));
        for (size_t k = 0; k < c->at[i].count; k++)
            buf_printf(&cli->out, "    " STR_FMT "\n", STR_ARG(c->at[i].rrefs[k]));
    }
}

int cmd_store_context(struct cli *cli)
{
    struct driver *d = &cli->driver;
    struct ref_arg ref;
    const char *text = cli->args.rest.at[0];
    struct context direct, complete;
    if (!ref_arg_parse(cli, text, &ref) || !ref_arg_realization(cli, text, &ref) ||
        !context_read(&d->store, &d->arena, ref.ref, &direct, &d->sink))
        return cli_status(cli);
    if (args_has(&cli->args, "direct")) {
        print_context(cli, &direct);
        return cli_finish(cli);
    }
    struct context_memo memo = CONTEXT_MEMO_INIT;
    if (context_complete(&memo, &d->store, &direct, &d->arena, &complete, &d->sink))
        print_context(cli, &complete);
    context_memo_free(&memo);
    return cli_finish(cli);
}
