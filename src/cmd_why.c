// plxc why: what of a target would be built, and why.
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "cli.h"
#include "cmd.h"
#include "driver/why.h"
#include "eval_options.h"
#include "json_out.h"
#include "plan_arg.h"
#include "store/config_text.h"
#include "store/ref.h"

// Columns that a value may take in a reason.
#define VALUE_WIDTH 40

struct request {
    struct cli *cli;
    struct target_list targets;
    struct plan plan;
    struct why_result result;
    struct map names; // name → the plan's first derivation of it, or `several`
};

static const char several;

// ---- JSON ----

static const char *kind_word(enum why_kind kind)
{
    switch (kind) {
    case WHY_REALIZED: return "realized";
    case WHY_CHANGED: return "changed";
    case WHY_NEW: return "new";
    case WHY_INPUT: return "input-to-build";
    case WHY_CONTEXT: return "other-input";
    case WHY_MATCH: return "no-match";
    case WHY_FAILED: break;
    }
    return "matcher-failed";
}

static json_t *differences_json(const struct json_differences *d)
{
    json_t *list = json_array();
    for (size_t i = 0; i < d->len; i++) {
        json_t *row = json_object();
        json_object_set_new(row, "path", json_out_str(d->at[i].path));
        if (d->at[i].before) json_object_set_new(row, "before", json_deep_copy(d->at[i].before));
        if (d->at[i].after) json_object_set_new(row, "after", json_deep_copy(d->at[i].after));
        json_array_append_new(list, row);
    }
    return list;
}

static json_t *row_json(const struct request *r, size_t index)
{
    const struct derivation *d = &r->plan.at[index];
    const struct why *w = &r->result.at[index];
    json_t *row = json_object();
    json_object_set_new(row, "name", json_out_str(d->name));
    json_object_set_new(row, "dref", json_out_str(d->dref));
    if (d->place) json_object_set_new(row, "place", json_string(d->place));
    json_object_set_new(row, "realized", json_boolean(w->kind == WHY_REALIZED));
    if (w->kind == WHY_REALIZED) {
        json_object_set_new(row, "rrefs", json_out_refs(&w->rrefs));
        return row;
    }
    json_object_set_new(row, "reason", json_string(kind_word(w->kind)));
    if (w->kind == WHY_CHANGED) {
        json_object_set_new(row, "nearest", json_out_str(w->nearest));
        json_object_set_new(row, "differences", differences_json(&w->differences));
    } else if (w->kind == WHY_INPUT || w->kind == WHY_CONTEXT) {
        json_object_set_new(row, "input", json_out_str(r->plan.at[w->because].dref));
    } else if (w->kind == WHY_MATCH) {
        json_object_set_new(row, "wanted", json_integer(w->wanted));
        json_object_set_new(row, "fitting", json_integer((json_int_t)w->fitting));
        json_object_set_new(row, "candidates", json_integer((json_int_t)w->candidates));
    }
    return row;
}

static void print_json(struct request *r)
{
    json_t *list = json_array();
    for (size_t i = 0; i < r->plan.len; i++) json_array_append_new(list, row_json(r, i));
    json_out(r->cli, list);
}

// ---- text ----

// The name, and the dref where the name alone would not say which.
static void add_name(struct request *r, struct buf *out, uint32_t index)
{
    const struct derivation *d = &r->plan.at[index];
    buf_adds(out, d->name);
    if (map_get(&r->names, d->name) == &several)
        buf_printf(out, " (" STR_FMT ")", STR_ARG(d->dref));
}

static void add_short_value(struct buf *out, const json_t *v)
{
    struct buf text = BUF_INIT;
    config_text_value(&text, v);
    struct str s = buf_str(&text);
    if (utf8_str_width(s) > VALUE_WIDTH) {
        s.len = utf8_offset(s, VALUE_WIDTH - 1);
        buf_printf(out, STR_FMT "…", STR_ARG(s));
    } else {
        buf_adds(out, s);
    }
    buf_free(&text);
}

static size_t first_other_line(const char *a, const char *b)
{
    size_t line = 1;
    for (; *a && *a == *b; a++, b++) line += *a == '\n';
    return line;
}

// Texts of several lines: which line is the first that differs. False for other values.
static bool add_line(struct buf *out, const struct json_difference *d, const char *what)
{
    struct buf a = BUF_INIT, b = BUF_INIT;
    bool good = d->before && d->after && config_text_lines(&a, d->before) &&
                config_text_lines(&b, d->after) &&
                (strchr(buf_z(&a), '\n') || strchr(buf_z(&b), '\n'));
    if (good)
        buf_printf(out, "%s changed in line %zu", what, first_other_line(buf_z(&a), buf_z(&b)));
    buf_free(&a);
    buf_free(&b);
    return good;
}

static bool is_source(const struct derivation *d)
{
    struct json_problem problem;
    json_t *realizer = d->realizer.len ? json_parse(d->realizer, &problem) : NULL;
    const char *kind = json_string_value(json_object_get(realizer, "kind"));
    bool source = kind && strcmp(kind, "source") == 0;
    json_decref(realizer);
    return source;
}

// One difference of a config, in words.
static void add_difference(struct buf *out, const struct derivation *of,
                           const struct json_difference *d)
{
    struct buf what = BUF_INIT;
    buf_printf(&what, "`" STR_FMT "`", STR_ARG(d->path));
    if (str_eqz(d->path, "source") && is_source(of)) {
        buf_addz(out, "its contents changed");
    } else if (str_eqz(d->path, "__realizer__.text")) {
        if (!add_line(out, d, "its script")) buf_addz(out, "its script changed");
    } else if (str_starts_with(d->path, STR("__realizer__"))) {
        buf_printf(out, "its realizer changed (%s)", buf_z(&what));
    } else if (add_line(out, d, buf_z(&what))) {
        // said
    } else if (d->before && d->after) {
        buf_printf(out, "%s was ", buf_z(&what));
        add_short_value(out, d->before);
        buf_addz(out, " and is ");
        add_short_value(out, d->after);
    } else {
        buf_printf(out, "%s is %s: ", buf_z(&what), d->after ? "new" : "gone");
        add_short_value(out, d->after ? d->after : d->before);
    }
    buf_free(&what);
}

static void add_change(struct buf *out, const struct derivation *of, const struct why *w)
{
    const struct json_difference *first = &w->differences.at[0];
    size_t more = (w->own ? w->own : w->differences.len) - 1;
    if (w->own)
        add_difference(out, of, first);
    else
        buf_printf(out, "its input `" STR_FMT "` changed", STR_ARG(first->path));
    if (more) buf_printf(out, " (and %zu more)", more);
}

static void add_reason(struct request *r, struct buf *out, uint32_t index)
{
    const struct why *w = &r->result.at[index];
    switch (w->kind) {
    case WHY_CHANGED: add_change(out, &r->plan.at[index], w); break;
    case WHY_NEW: buf_addz(out, "it has no realization yet"); break;
    case WHY_INPUT:
        add_name(r, out, w->because);
        buf_addz(out, " must be built first");
        break;
    case WHY_CONTEXT:
        buf_addz(out, "it was built with another realization of ");
        add_name(r, out, w->because);
        break;
    case WHY_MATCH:
        buf_printf(out, "its matcher wants %" PRId64 ", and %zu of %zu realization%s can be used",
                   w->wanted, w->fitting, w->candidates, w->candidates == 1 ? "" : "s");
        break;
    case WHY_FAILED: buf_addz(out, "its matcher failed"); break;
    case WHY_REALIZED: break;
    }
}

static void print_rows(struct request *r)
{
    struct cli *cli = r->cli;
    size_t missing = 0;
    for (uint32_t i = 0; i < r->plan.len; i++) {
        bool realized = r->result.at[i].kind == WHY_REALIZED;
        const char *color = !cli->color_out ? "" : realized ? "\033[32m" : "\033[33m";
        missing += !realized;
        buf_printf(&cli->out, "%s%-8s%s  ", color, realized ? "realized" : "to build",
                   *color ? "\033[0m" : "");
        add_name(r, &cli->out, i);
        if (!realized) {
            buf_addz(&cli->out, ": ");
            add_reason(r, &cli->out, i);
        }
        buf_addc(&cli->out, '\n');
    }
    if (missing)
        cli_say(cli, "%zu of %zu stages would be built", missing, r->plan.len);
    else
        cli_say(cli, "nothing would be built");
}

static void index_names(struct request *r)
{
    for (size_t i = 0; i < r->plan.len; i++) {
        const struct derivation *d = &r->plan.at[i];
        const struct derivation *other = map_get(&r->names, d->name);
        if (!other)
            map_set(&r->names, d->name, (void *)d);
        else
            map_set(&r->names, d->name, (void *)&several);
    }
}

int cmd_why(struct cli *cli)
{
    struct request r = {.cli = cli};
    struct driver *d = &cli->driver;
    cli_catch_signals(cli, NULL);
    if (eval_options(cli) && cli_open_store(cli, 0) && plan_arg_build(cli, &r.targets, &r.plan) &&
        why_explain(d, &r.plan, &r.result)) {
        index_names(&r);
        if (args_has(&cli->args, "json"))
            print_json(&r);
        else
            print_rows(&r);
    }
    map_free(&r.names);
    why_result_free(&r.result);
    plan_free(&r.plan);
    target_list_free(&r.targets);
    return cli_finish(cli);
}
