// plxc store gc and rm: what is removed from the store.
#include <jansson.h>
#include <string.h>

#include "base/path.h"
#include "cli.h"
#include "cmd.h"
#include "json_out.h"
#include "quantity.h"
#include "ref_arg.h"
#include "ref_rows.h"
#include "store/gc.h"
#include "store/ref.h"

static json_t *item_json(const struct gc_item *item)
{
    char time[QUANTITY_TIME_SIZE];
    return json_pack("{s:s%, s:I, s:s}", "ref", item->ref.p, item->ref.len, "bytes",
                     (json_int_t)item->bytes, "time", quantity_utc_time(item->time_ns, time));
}

static void print_json(struct cli *cli, const struct gc_result *r, bool dry_run)
{
    json_t *list = json_array();
    for (size_t i = 0; i < r->len; i++) json_array_append_new(list, item_json(&r->at[i]));
    json_out(cli, json_pack("{s:b, s:o, s:I, s:{s:I, s:I}, s:I}", "dry_run", dry_run, "removed",
                            list, "bytes", (json_int_t)r->bytes, "kept", "derivations",
                            (json_int_t)r->kept_drefs, "realizations", (json_int_t)r->kept_rrefs,
                            "leftovers", (json_int_t)r->leftovers));
}

static void add_count(struct buf *out, size_t count, const char *what)
{
    buf_printf(out, "%zu %s%s", count, what, count == 1 ? "" : "s");
}

// "1 derivation and 2 realizations"; what there is none of is left out, if there is the other.
static void add_counts(struct buf *out, size_t drefs, size_t rrefs)
{
    if (drefs) add_count(out, drefs, "derivation");
    if (drefs && rrefs) buf_addz(out, " and ");
    if (rrefs) add_count(out, rrefs, "realization");
    if (!drefs && !rrefs) buf_addz(out, "nothing");
}

static void say_summary(struct cli *cli, const struct gc_result *r, bool dry_run)
{
    size_t drefs = 0;
    for (size_t i = 0; i < r->len; i++) drefs += ref_is_dref(r->at[i].ref);
    char size[CLI_SIZE_SIZE];
    struct buf text = BUF_INIT;
    if (r->len) {
        buf_printf(&text, "%s %s: ", dry_run ? "would free" : "freed", cli_bytes(r->bytes, size));
        add_counts(&text, drefs, r->len - drefs);
        buf_addz(&text, "; ");
    } else {
        buf_addz(&text, dry_run ? "would free nothing; " : "freed nothing; ");
    }
    add_counts(&text, r->kept_drefs, r->kept_rrefs);
    bool one = r->kept_drefs + r->kept_rrefs <= 1;
    buf_addz(&text, dry_run ? " would stay" : one ? " stays" : " stay");
    if (r->leftovers) {
        buf_addz(&text, dry_run ? "; would remove " : "; removed ");
        add_count(&text, r->leftovers, "leftover");
        buf_addz(&text, " of processes that are gone");
    }
    cli_say(cli, "%s", buf_z(&text));
    buf_free(&text);
}

static void print_removed(struct cli *cli, const struct gc_result *r, bool dry_run)
{
    bool wide = args_has(&cli->args, "long");
    if (args_has(&cli->args, "json")) {
        print_json(cli, r, dry_run);
        return;
    }
    for (size_t i = 0; i < r->len; i++) {
        const struct gc_item *item = &r->at[i];
        if (wide)
            ref_rows_line(cli, item->time_ns, true, item->bytes, item->ref);
        else
            buf_printf(&cli->out, STR_FMT "\n", STR_ARG(item->ref));
    }
    say_summary(cli, r, dry_run);
}

// Adds each value of the option, which can be given several times.
static bool read_scores(struct cli *cli, const char *option, bool lowest, struct gc_score *out,
                        size_t *count)
{
    size_t at = 0;
    for (const struct given *g; (g = args_next(&cli->args, option, &at));) {
        if (!path_is_inside(str_from(g->value))) {
            struct diag *d = diag_error(&cli->driver.sink, SPAN_NONE, "E1004",
                                        "`--%s` cannot be `%s`", option, g->value);
            diag_note(d, "it is the path of a file in a realization, without `.` and `..`");
            return false;
        }
        out[(*count)++] = (struct gc_score){g->value, lowest};
    }
    return true;
}

// The greatest N: the latest two are among the latest three.
static bool read_latest(struct cli *cli, size_t *latest)
{
    int64_t n;
    size_t at = 0;
    for (const struct given *g; (g = args_next(&cli->args, "keep-latest", &at));) {
        if (!args_number_of(g, 1, INT32_MAX, &n, &cli->driver.sink)) return false;
        if ((size_t)n > *latest) *latest = (size_t)n;
    }
    return true;
}

static bool read_options(struct cli *cli, struct gc_options *o)
{
    struct diag_sink *sink = &cli->driver.sink;
    struct gc_score *scores = ARENA_ARRAY(&cli->driver.arena, struct gc_score, cli->args.given.len);
    o->dry_run = args_has(&cli->args, "dry-run");
    o->has_max_bytes = args_has(&cli->args, "max-size");
    o->scores = scores;
    return quantity_time_option(&cli->args, "older-than", &o->older_than_ns, sink) &&
           quantity_size_option(&cli->args, "max-size", &o->max_bytes, sink) &&
           read_latest(cli, &o->keep_latest) &&
           read_scores(cli, "keep-best", false, scores, &o->score_count) &&
           read_scores(cli, "keep-worst", true, scores, &o->score_count);
}

int cmd_store_gc(struct cli *cli)
{
    struct driver *d = &cli->driver;
    struct gc_options options = {.dry_run = false};
    struct gc_result result;
    if (!read_options(cli, &options) || !cli_open_store(cli, 0) ||
        !gc_collect(&d->store, &options, &d->arena, &result, &d->sink))
        return cli_status(cli);
    print_removed(cli, &result, options.dry_run);
    char left[CLI_SIZE_SIZE], limit[CLI_SIZE_SIZE];
    if (options.has_max_bytes && result.left_bytes > options.max_bytes)
        cli_say(cli, "the store takes %s then, which is more than %s: the rest of it is kept",
                cli_bytes(result.left_bytes, left), cli_bytes(options.max_bytes, limit));
    return cli_finish(cli);
}

// What is removed is a whole thing: of a realization, no part can go.
static bool parse_refs(struct cli *cli, struct str *refs)
{
    struct driver *d = &cli->driver;
    for (size_t i = 0; i < cli->args.rest.len; i++) {
        const char *text = cli->args.rest.at[i];
        struct ref_arg ref;
        if (!ref_arg_parse(cli, text, &ref)) return false;
        if (*ref.path) {
            struct diag *diag =
                diag_error(&d->sink, SPAN_NONE, "E1018", "`%s` is a part of a realization", text);
            diag_help(diag, "remove all of it: `plxc store rm " STR_FMT "`", STR_ARG(ref.ref));
            return false;
        }
        refs[i] = ref.ref;
    }
    return true;
}

int cmd_store_rm(struct cli *cli)
{
    struct driver *d = &cli->driver;
    size_t count = cli->args.rest.len;
    struct str *refs = ARENA_ARRAY(&d->arena, struct str, count);
    struct gc_result result;
    bool dry_run = args_has(&cli->args, "dry-run");
    if (!parse_refs(cli, refs) || !gc_remove(&d->store, refs, count, args_has(&cli->args, "force"),
                                             dry_run, &d->arena, &result, &d->sink))
        return cli_status(cli);
    print_removed(cli, &result, dry_run);
    return cli_finish(cli);
}
