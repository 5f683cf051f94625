// plxc lens: from a ref along attributes, through dependencies, to a value, a ref or a path. The
// model is Pylightnix's Lens. A promise or claim stands for a path in the derivation that makes it.
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json.h"
#include "base/path.h"
#include "cli.h"
#include "cmd.h"
#include "json_out.h"
#include "ref_arg.h"
#include "store/config.h"
#include "store/config_form.h"
#include "store/context.h"
#include "store/query.h"
#include "store/ref.h"

#define LISTED_RREFS 10

struct lens {
    struct cli *cli;
    struct str start; // where it began
    bool has_context; // it began at a realization: `context` says what that was made with
    struct context context;
    struct context_memo memo; // zero is an empty one
    const json_t *value;      // where it is
    struct buf walked;        // for messages: what was given so far
    VEC(json_t *) trees;      // all configs that were entered, owned
};

// ---- what was typed ----

// Where the attributes begin: behind the longest part that is a file, else at the first dot, since
// refs have none.
static size_t ref_length(struct cli *cli, const char *text)
{
    size_t len = strlen(text);
    for (size_t end = len; end > 0; end--) {
        struct stat st;
        if (end < len && text[end] != '.') continue;
        const char *part = arena_dup(&cli->driver.arena, text, end);
        // "." and ".." are never what is meant.
        if (part[strspn(part, ".")] && lstat(part, &st) == 0) return end;
    }
    size_t dot = strcspn(text, ".");
    return dot ? dot : len;
}

// The next attribute of `.a."b c".0`; false at the end, or, with *wrong, if it is malformed.
static bool next_attr(const char **at, struct str *attr, bool *wrong)
{
    *wrong = false;
    if (!**at) return false;
    *wrong = **at != '.';
    if (*wrong) return false;
    const char *p = *at + 1;
    bool quoted = *p == '"';
    p += quoted;
    size_t len = strcspn(p, quoted ? "\"" : ".");
    *attr = (struct str){p, len};
    *wrong = quoted ? p[len] != '"' : len == 0;
    *at = p + len + quoted;
    return !*wrong;
}

// ---- where it leads ----

static bool is_ref_path(const json_t *v)
{
    return config_form(v) == CONFIG_PATH;
}

// The ref that a value is or, as a path, is in; empty if it is no ref.
static struct str ref_of(const json_t *v)
{
    if (is_ref_path(v)) return json_slice(json_array_get(v, 0));
    struct str s = json_slice(v);
    return ref_is_dref(s) || ref_is_rref(s) ? s : STR("");
}

static struct str dref_of(struct lens *l, struct str ref)
{
    struct rref r;
    if (rref_parse(ref, &r) != REF_OK) return ref;
    struct dref d = rref_dref(&r);
    return str_from(arena_strdup(&l->cli->driver.arena, d.text));
}

static bool enter(struct lens *l, struct str ref)
{
    struct driver *d = &l->cli->driver;
    struct str dref = dref_of(l, ref), text;
    struct json_problem problem;
    if (!query_config(&d->store, &d->arena, dref, &text, &d->sink)) return false;
    json_t *tree = json_parse(text, &problem);
    if (!tree) {
        diag_error(&d->sink, SPAN_NONE, "E0724", "the config of " STR_FMT " is damaged",
                   STR_ARG(dref));
        return false;
    }
    vec_push(&l->trees, tree);
    config_resolve_json(tree, dref.p);
    l->value = tree;
    return true;
}

static const char *kind_of(const json_t *v)
{
    struct str ref = ref_of(v);
    if (ref.len) return ref_is_dref(ref) ? "a derivation" : "a realization";
    if (config_items(v)) return "a list";
    switch (json_typeof(v)) {
    case JSON_OBJECT: return "a record";
    case JSON_ARRAY: return "a list";
    case JSON_STRING: return "a string";
    case JSON_INTEGER:
    case JSON_REAL: return "a number";
    case JSON_TRUE:
    case JSON_FALSE: return "a Bool";
    case JSON_NULL: break;
    }
    return "null";
}

// How long a list is, or what a record has.
static void note_contents(struct lens *l, struct diag *d, struct str wanted)
{
    const json_t *items = config_items(l->value);
    if (items) {
        diag_note(d, "it is a list of %zu", json_array_size(items));
        return;
    }
    if (!json_is_object(l->value)) {
        diag_note(d, "it is %s", kind_of(l->value));
        return;
    }
    size_t n = 0, count = json_object_size(l->value);
    struct str *names = ARENA_ARRAY(&l->cli->driver.arena, struct str, count + 1);
    struct buf list = BUF_INIT;
    const char *key;
    json_t *unused;
    json_object_foreach((json_t *)l->value, key, unused)
    {
        buf_printf(&list, "%s`%s`", n ? ", " : "", key);
        names[n++] = str_from(key);
    }
    if (n) diag_note(d, "it has %s", buf_z(&list));
    (void)diag_suggest(d, wanted, names, n);
    buf_free(&list);
}

static bool no_attr(struct lens *l, struct str attr)
{
    struct diag *d =
        diag_error(&l->cli->driver.sink, SPAN_NONE, "E1031", "`%s` has no attribute `" STR_FMT "`",
                   buf_z(&l->walked), STR_ARG(attr));
    note_contents(l, d, attr);
    return false;
}

static bool step(struct lens *l, struct str attr)
{
    struct str ref = ref_of(l->value);
    if (ref.len && !enter(l, ref)) return false;
    const json_t *next = NULL, *items = config_items(l->value);
    if (!items && json_is_object(l->value)) {
        next = json_object_get(l->value, arena_str(&l->cli->driver.arena, attr).p);
    } else if (items) {
        char *end;
        const char *text = arena_str(&l->cli->driver.arena, attr).p;
        unsigned long long i = strtoull(text, &end, 10);
        if (*text >= '0' && *text <= '9' && !*end) next = json_array_get(items, i);
    }
    if (!next) return no_attr(l, attr);
    l->value = next;
    buf_printf(&l->walked, "." STR_FMT, STR_ARG(attr));
    return true;
}

static bool walk(struct lens *l, const char *attrs)
{
    struct str attr;
    bool wrong;
    while (next_attr(&attrs, &attr, &wrong))
        if (!step(l, attr)) return false;
    if (!wrong) return true;
    struct diag *d = diag_error(&l->cli->driver.sink, SPAN_NONE, "E1031",
                                "behind `%s` stands no attribute", buf_z(&l->walked));
    diag_help(d, "attributes are written `.name`, `.\"any name\"` or, of a list, `.0`");
    return false;
}

static bool start(struct lens *l, const char *text, size_t len)
{
    struct driver *d = &l->cli->driver;
    const char *name = arena_dup(&d->arena, text, len);
    struct ref_arg ref;
    if (!ref_arg_parse(l->cli, name, &ref)) {
        ref_arg_hint(l->cli, text);
        return false;
    }
    if (*ref.path) {
        struct diag *diag =
            diag_error(&d->sink, SPAN_NONE, "E1018", "`%s` is a part of a realization", name);
        diag_help(diag, "begin at all of it: " STR_FMT, STR_ARG(ref.ref));
        return false;
    }
    l->start = ref.ref;
    json_t *tree = json_out_str(ref.ref);
    vec_push(&l->trees, tree);
    l->value = tree;
    buf_addz(&l->walked, name);
    struct context direct;
    l->has_context = ref_is_rref(ref.ref);
    return !l->has_context ||
           (context_read(&d->store, &d->arena, ref.ref, &direct, &d->sink) &&
            context_complete(&l->memo, &d->store, &direct, &d->arena, &l->context, &d->sink));
}

// ---- what is printed ----

static bool needs_ref(struct lens *l, struct str *ref)
{
    *ref = ref_of(l->value);
    if (ref->len) return true;
    diag_error(&l->cli->driver.sink, SPAN_NONE, "E1031", "`%s` is %s, which is no ref",
               buf_z(&l->walked), kind_of(l->value));
    return false;
}

// Those that the start was made with; without such a start, those that the store has.
static bool realizations(struct lens *l, struct str ref, struct ref_list *out)
{
    struct driver *d = &l->cli->driver;
    *out = (struct ref_list){ARENA_NEW(&d->arena, struct str), 1};
    out->at[0] = ref;
    if (ref_is_rref(ref)) return true;
    if (!l->has_context) {
        if (!query_rrefs(&d->store, &d->arena, ref, out, &d->sink)) return false;
    } else if (str_eq(dref_of(l, l->start), ref)) {
        out->at[0] = l->start;
    } else {
        const struct context_entry *e = context_find(&l->context, ref);
        *out = e ? (struct ref_list){e->rrefs, e->count} : (struct ref_list){NULL, 0};
    }
    if (out->len == 1 || (out->len && args_has(&l->cli->args, "all"))) return true;
    struct diag *diag = diag_error(&d->sink, SPAN_NONE, "E1017",
                                   out->len ? "`%s` has %zu realizations, and one is needed"
                                            : "`%s` has no realization",
                                   buf_z(&l->walked), out->len);
    for (size_t i = 0; i < out->len && i < LISTED_RREFS; i++)
        diag_note(diag, STR_FMT, STR_ARG(out->at[i]));
    if (out->len > LISTED_RREFS) diag_note(diag, "and %zu more", out->len - LISTED_RREFS);
    if (out->len) diag_help(diag, "`--all` prints all of them");
    if (l->has_context && !out->len) diag_note(diag, "its matcher chose none");
    return false;
}

static void add_parts(struct buf *out, const json_t *value)
{
    for (size_t i = 1; is_ref_path(value) && i < json_array_size(value); i++)
        buf_printf(out, "/%s", json_string_value(json_array_get(value, i)));
}

// --rref and --path.
static bool print_realizations(struct lens *l, bool paths)
{
    struct driver *d = &l->cli->driver;
    struct str ref;
    struct ref_list rrefs;
    if (!needs_ref(l, &ref) || !realizations(l, ref, &rrefs)) return false;
    bool json = args_has(&l->cli->args, "json");
    json_t *list = json_array();
    for (size_t i = 0; i < rrefs.len; i++) {
        struct buf line = BUF_INIT;
        if (paths) {
            buf_addz(&line, store_ref_path(&d->store, &d->arena, rrefs.at[i]));
            add_parts(&line, l->value);
        } else {
            buf_adds(&line, rrefs.at[i]);
        }
        json_array_append_new(list, json_out_str(buf_str(&line)));
        if (!json) buf_printf(&l->cli->out, "%s\n", buf_z(&line));
        buf_free(&line);
    }
    if (json)
        json_out(l->cli, list);
    else
        json_decref(list);
    return true;
}

static bool print_dref(struct lens *l)
{
    struct str ref;
    if (!needs_ref(l, &ref)) return false;
    struct str dref = dref_of(l, ref);
    if (args_has(&l->cli->args, "json"))
        json_out(l->cli, json_out_str(dref));
    else
        buf_printf(&l->cli->out, STR_FMT "\n", STR_ARG(dref));
    return true;
}

static void print_value(struct lens *l)
{
    struct buf *out = &l->cli->out;
    bool json = args_has(&l->cli->args, "json");
    if (!json && is_ref_path(l->value)) {
        buf_addz(out, json_string_value(json_array_get(l->value, 0)));
        add_parts(out, l->value);
    } else if (!json && json_is_string(l->value)) {
        buf_add(out, json_string_value(l->value), json_string_length(l->value));
    } else {
        json_canonical(out, l->value);
    }
    buf_addc(out, '\n');
}

static bool print_ref_path(struct lens *l)
{
    if (is_ref_path(l->value)) {
        print_value(l);
        return true;
    }
    diag_error(&l->cli->driver.sink, SPAN_NONE, "E1031", "`%s` is %s, which is no path in a stage",
               buf_z(&l->walked), kind_of(l->value));
    return false;
}

// The seed's as_dict.
static bool print_config(struct lens *l)
{
    struct str ref;
    if (!needs_ref(l, &ref) || !enter(l, ref)) return false;
    json_canonical(&l->cli->out, l->value);
    buf_addc(&l->cli->out, '\n');
    return true;
}

static const char *const views[] = {"path", "rref", "dref", "refpath", "config"};

// Which of the views was asked for: its index, or LEN(views). They exclude each other.
static bool chosen_view(struct cli *cli, size_t *view)
{
    *view = LEN(views);
    for (size_t i = 0; i < LEN(views); i++) {
        if (!args_has(&cli->args, views[i])) continue;
        if (*view < LEN(views)) {
            diag_error(&cli->driver.sink, SPAN_NONE, "E1016",
                       "`--%s` and `--%s` exclude each other", views[*view], views[i]);
            return false;
        }
        *view = i;
    }
    return true;
}

static void show(struct lens *l, size_t view)
{
    switch (view) {
    case 0: (void)!print_realizations(l, true); return;
    case 1: (void)!print_realizations(l, false); return;
    case 2: (void)!print_dref(l); return;
    case 3: (void)!print_ref_path(l); return;
    case 4: (void)!print_config(l); return;
    default: print_value(l);
    }
}

int cmd_lens(struct cli *cli)
{
    struct lens l = {.cli = cli};
    const char *text = cli->args.rest.at[0];
    size_t view;
    if (chosen_view(cli, &view) && cli_open_store(cli, 0)) {
        size_t len = ref_length(cli, text);
        if (start(&l, text, len) && walk(&l, text + len)) show(&l, view);
    }
    vec_each (t, &l.trees) json_decref(*t);
    vec_free(&l.trees);
    buf_free(&l.walked);
    context_memo_free(&l.memo);
    return cli_finish(cli);
}
