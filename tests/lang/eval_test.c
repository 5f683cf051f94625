// usage: eval_test FILE [OPTION…]
//
// Evaluates a module with a host of its own (files from disk, the standard library from the source
// tree, derivations hashed but written nowhere) and prints its value on standard output,
// diagnostics on standard error. Options: --json, --lookup NAME, -e EXPR, --set K=V, --tests,
// --stages, --lazy, --no-std, --items, --key FOLDER, --limit NAME=N. Exit status: 0, or 1 if an
// error was reported.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag_render.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/json.h"
#include "base/map.h"
#include "base/path.h"
#include "eval/eval.h"
#include "eval/limit.h"

struct session {
    struct sources sources;
    struct symtab syms;
    struct diag_sink sink;
    struct hasher *hasher;
    struct arena arena;
    struct buf out;
};

struct options {
    const char *file;
    const char *lookup;
    const char *expr;
    bool json, tests, stages, lazy, no_std, items, check;
    struct eval_set sets[32];
    size_t set_count;
    struct eval_limits limits;
    const char *key_folder; // --key FOLDER: scores it with key function 0
};

// ---- the host -----------------------------------------------------------------------------------

static bool read_file(void *ctx, struct arena *arena, const char *path, struct span span,
                      struct diag_sink *sink, struct str *text)
{
    (void)ctx;
    struct buf b = BUF_INIT;
    int rc = io_read_file(AT_FDCWD, path, 0, &b);
    if (rc == 0)
        *text = arena_str(arena, buf_str(&b));
    else
        diag_error(sink, span, "E0304", "cannot read %s: %s", path_base(path).p, strerror(-rc));
    buf_free(&b);
    return rc == 0;
}

static bool read_std(void *ctx, struct str name, struct str *text)
{
    struct session *s = ctx;
    // "std/prelude.plx" is stdlib/prelude.plx.
    struct str file = {name.p + 4, name.len - 4};
    char *path = arena_printf(&s->arena, "%s/../stdlib/" STR_FMT, TESTS_DIR, STR_ARG(file));
    struct buf b = BUF_INIT;
    int rc = io_read_file(AT_FDCWD, path, 0, &b);
    if (rc == 0) *text = arena_str(&s->arena, buf_str(&b));
    buf_free(&b);
    return rc == 0;
}

static bool is_dref(struct str s)
{
    return s.len > 38 && str_starts_with(s, STR("dref:")) && s.p[37] == '-';
}

static void collect(const json_t *j, struct map *drefs, struct arena *arena)
{
    size_t i;
    const char *key;
    json_t *v;
    if (json_is_string(j)) {
        struct str s = {json_string_value(j), json_string_length(j)};
        if (is_dref(s)) (void)map_set(drefs, arena_str(arena, s), drefs);
    }
    if (json_is_array(j)) json_array_foreach((json_t *)(uintptr_t)j, i, v) collect(v, drefs, arena);
    if (json_is_object(j))
        json_object_foreach((json_t *)(uintptr_t)j, key, v) collect(v, drefs, arena);
}

static bool derive(void *ctx, struct arena *arena, struct str config, struct span span,
                   struct diag_sink *sink, struct str *dref, struct str **deps, size_t *dep_count)
{
    struct session *s = ctx;
    struct json_problem problem;
    char hex[HASH_HEX_SIZE];
    (void)span;
    (void)sink;
    json_t *j = json_parse(config, &problem);
    if (!j) BUG("the config is no JSON: %s", problem.text);
    const char *name = json_string_value(json_object_get(j, "name"));
    hasher_hex_of(s->hasher, config, hex);
    *dref = str_from(arena_printf(arena, "dref:%.32s-%s", hex, name ? name : "unnamed"));
    struct map found = MAP_INIT;
    collect(j, &found, arena);
    *dep_count = found.len;
    *deps = arena_alloc_array(arena, sizeof(**deps), found.len + 1);
    for (size_t i = 0; i < found.len; i++) (*deps)[i] = found.entries[i].key;
    map_free(&found);
    json_decref(j);
    return true;
}

static bool hash_source(void *ctx, struct arena *arena, const char *path, const struct str *include,
                        size_t include_count, const struct str *exclude, size_t exclude_count,
                        struct span span, struct diag_sink *sink, struct str *hash)
{
    struct session *s = ctx;
    struct buf b = BUF_INIT;
    char hex[HASH_HEX_SIZE];
    int rc = io_read_file(AT_FDCWD, path, 0, &b);
    if (rc == -EISDIR) rc = 0;
    if (rc != 0) {
        diag_error(sink, span, "E0304", "cannot read %s: %s", path_base(path).p, strerror(-rc));
        buf_free(&b);
        return false;
    }
    for (size_t i = 0; i < include_count; i++) buf_adds(&b, include[i]);
    for (size_t i = 0; i < exclude_count; i++) buf_adds(&b, exclude[i]);
    hasher_hex_of(s->hasher, buf_str(&b), hex);
    buf_free(&b);
    *hash = str_from(arena_printf(arena, "sha256:%s", hex));
    return true;
}

static bool read_realized(void *ctx, struct arena *arena, const char *path, struct span span,
                          struct diag_sink *sink, struct str *text)
{
    return read_file(ctx, arena, path, span, sink, text);
}

static void trace(void *ctx, struct span span, struct str text)
{
    (void)ctx;
    (void)span;
    fprintf(stderr, "trace: " STR_FMT "\n", STR_ARG(text));
}

// ---- options ------------------------------------------------------------------------------------

static void usage(const char *what)
{
    fprintf(stderr, "eval_test: bad option %s\n", what);
    exit(2);
}

static void set_limit(struct eval_limits *l, const char *text)
{
    const char *equal = strchr(text, '=');
    if (!equal) usage(text);
    uint64_t n = strtoull(equal + 1, NULL, 10);
    struct str name = {text, (size_t)(equal - text)};
    const struct limit *limit = limit_find(name);
    if (!limit) usage(text);
    limit_set(l, limit, n);
}

static void add_set(struct options *o, const char *text)
{
    const char *equal = strchr(text, '=');
    if (!equal || o->set_count == LEN(o->sets)) usage(text);
    o->sets[o->set_count++] =
        (struct eval_set){{text, (size_t)(equal - text)}, str_from(equal + 1)};
}

static bool flag(struct options *o, const char *a)
{
    const struct {
        const char *name;
        bool *at;
    } flags[] = {{"--json", &o->json},  {"--tests", &o->tests},   {"--stages", &o->stages},
                 {"--lazy", &o->lazy},  {"--no-std", &o->no_std}, {"--items", &o->items},
                 {"--check", &o->check}};
    for (size_t i = 0; i < LEN(flags); i++)
        if (strcmp(a, flags[i].name) == 0) return *flags[i].at = true;
    return false;
}

static void parse_options(struct options *o, int argc, char **argv)
{
    if (argc < 2) usage("(none)");
    o->file = argv[1];
    for (int i = 2; i < argc; i++) {
        const char *a = argv[i];
        if (flag(o, a)) continue;
        if (i + 1 == argc) usage(a);
        const char *v = argv[++i];
        if (strcmp(a, "--lookup") == 0)
            o->lookup = v;
        else if (strcmp(a, "-e") == 0)
            o->expr = v;
        else if (strcmp(a, "--set") == 0)
            add_set(o, v);
        else if (strcmp(a, "--limit") == 0)
            set_limit(&o->limits, v);
        else if (strcmp(a, "--key") == 0)
            o->key_folder = v;
        else
            usage(a);
    }
}

// ---- what is printed ----------------------------------------------------------------------------

static bool print_stages(struct session *s, struct eval *ev, struct value v)
{
    struct stage_list list;
    if (!eval_stages(ev, v, &list)) return false;
    for (size_t i = 0; i < list.len; i++) {
        const struct stage *st = list.at[i];
        buf_printf(&s->out,
                   STR_FMT "\nconfig " STR_FMT "\nrealizer " STR_FMT "\nmatcher " STR_FMT
                           "\noptions " STR_FMT "\n",
                   STR_ARG(st->name), STR_ARG(st->config), STR_ARG(st->realizer),
                   STR_ARG(st->matcher), STR_ARG(st->options));
        for (size_t k = 0; k < st->dep_count; k++)
            buf_printf(&s->out, "needs " STR_FMT "\n", STR_ARG(st->deps[k]->name));
        for (size_t k = 0; k < st->dref_dep_count; k++)
            buf_printf(&s->out, "needs " STR_FMT "\n", STR_ARG(st->dref_deps[k]));
        buf_addc(&s->out, '\n');
    }
    return true;
}

static bool run_tests(struct session *s, struct eval *ev, struct module *m)
{
    size_t count;
    bool all = true;
    const struct module_item *items = module_items(m, &count);
    for (size_t i = 0; i < count; i++) {
        bool passed = false;
        if (items[i].kind != MODULE_TEST) continue;
        bool ok = eval_test(ev, m, &items[i], &passed) && passed;
        buf_printf(&s->out, "%s " STR_FMT "\n", ok ? "ok" : "not ok", STR_ARG(items[i].name));
        all = all && ok;
    }
    return all;
}

static bool print_items(struct session *s, struct module *m)
{
    static const char *const kinds[] = {"value", "function", "param", "type", "test"};
    size_t count;
    const struct module_item *items = module_items(m, &count);
    buf_printf(&s->out, "doc: " STR_FMT "\n", STR_ARG(module_doc(m)));
    for (size_t i = 0; i < count; i++)
        buf_printf(&s->out, "%s%s " STR_FMT ": " STR_FMT "%s\n  " STR_FMT "\n",
                   items[i].is_private ? "private " : "", kinds[items[i].kind],
                   STR_ARG(items[i].name), STR_ARG(items[i].signature),
                   items[i].has_default ? " (has a default)" : "", STR_ARG(items[i].doc));
    return true;
}

static bool print_score(struct session *s, struct eval *ev, const char *folder)
{
    struct key_score score;
    if (!eval_key_score(ev, 0, STR("rref:0-0-x"), folder, &score)) return false;
    if (score.kind == KEY_NONE)
        buf_addz(&s->out, "none\n");
    else if (score.kind == KEY_INT)
        buf_printf(&s->out, "%" PRId64 "\n", score.integer);
    else if (score.kind == KEY_FLOAT)
        buf_printf(&s->out, "%g\n", score.number);
    else
        buf_printf(&s->out, "\"" STR_FMT "\"\n", STR_ARG(score.text));
    return true;
}

static bool run(struct session *s, struct eval *ev, const struct options *o)
{
    struct arena *a = &s->arena;
    char *cwd = realpath(".", NULL);
    char *path = path_join(a, cwd, o->file);
    free(cwd);
    struct module *m = o->check ? eval_load_open(ev, path, o->file)
                                : eval_load(ev, path, o->file, o->sets, o->set_count);
    if (!m && o->check) eval_check_broken(ev, path);
    if (!m) return false;
    if (o->check) {
        struct stage_list stages;
        if (o->stages) (void)!eval_module_stages(ev, m, &stages);
        eval_check(ev, m);
        return s->sink.error_count == 0;
    }
    if (o->tests) return run_tests(s, ev, m);
    if (o->items) return print_items(s, m);
    struct value v;
    bool ok = o->expr ? eval_expr(ev, m, str_from(o->expr), "<expr>", &v)
                      : eval_lookup(ev, m, o->lookup ? str_from(o->lookup) : STR(""), &v);
    if (!ok) return false;
    if (o->key_folder) return eval_force_deep(ev, &v) && print_score(s, ev, o->key_folder);
    if (o->stages) return print_stages(s, ev, v);
    ok = o->json ? value_encode(ev, v, false, &s->out)
                 : value_print(ev, v, (struct print_style){.lazy = o->lazy}, &s->out);
    buf_addc(&s->out, '\n');
    return ok;
}

int main(int argc, char **argv)
{
    struct options o = {0};
    struct session s = {.hasher = hasher_new(HASH_SHA256)};
    parse_options(&o, argc, argv);
    const struct eval_host host = {&s,          read_file,     read_std, derive,
                                   hash_source, read_realized, trace};
    const struct eval_options options = {.host = &host,
                                         .sources = &s.sources,
                                         .syms = &s.syms,
                                         .sink = &s.sink,
                                         .limits = o.limits,
                                         .no_std = o.no_std};
    struct eval *ev = eval_new(&options);
    bool ok = ev && run(&s, ev, &o);
    struct buf text = BUF_INIT;
    for (const struct diag *d = s.sink.first; d; d = d->next)
        diag_render_text(&text, d, &s.sources, (struct diag_style){false});
    fputs(buf_z(&text), stderr);
    if (ok)
        fwrite(buf_z(&s.out), 1, s.out.len, stdout);
    else if (o.tests)
        fwrite(buf_z(&s.out), 1, s.out.len, stdout);
    if (!ok && s.sink.error_count == 0) fprintf(stderr, "failed without an error\n");
    eval_free(ev);
    buf_free(&text);
    buf_free(&s.out);
    arena_free(&s.arena);
    diag_sink_free(&s.sink);
    symtab_free(&s.syms);
    sources_free(&s.sources);
    hasher_free(s.hasher);
    return ok ? 0 : 1;
}
