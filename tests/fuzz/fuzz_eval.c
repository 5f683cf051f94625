// Any text evaluates or gives errors without harm, within small limits and with a host that has no
// files. Evaluating it again, from nothing, gives the same JSON and the same diagnostics.
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/diag_render.h"
#include "base/io.h"
#include "eval/eval.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool no_file(void *ctx, struct arena *arena, const char *path, struct span span,
                    struct diag_sink *sink, struct str *text)
{
    (void)ctx;
    (void)arena;
    (void)text;
    diag_error(sink, span, "E0304", "there is no %s", path);
    return false;
}

static bool read_std(void *ctx, struct str name, struct str *text)
{
    struct arena *arena = ctx;
    struct str file = {name.p + 4, name.len - 4}; // behind "std/"
    const char *path = arena_printf(arena, "%s/" STR_FMT, STDLIB_DIR, STR_ARG(file));
    struct buf b = BUF_INIT;
    int rc = io_read_file(AT_FDCWD, path, 0, &b);
    if (rc == 0) *text = arena_str(arena, buf_str(&b));
    buf_free(&b);
    return rc == 0;
}

// A name for each config: its text's FNV hash.
static bool derive(void *ctx, struct arena *arena, struct str config, struct span span,
                   struct diag_sink *sink, struct str *dref, struct str **deps, size_t *dep_count)
{
    uint64_t hash = 1469598103934665603u;
    (void)ctx;
    (void)span;
    (void)sink;
    for (size_t i = 0; i < config.len; i++)
        hash = (hash ^ (unsigned char)config.p[i]) * 1099511628211u;
    *dref = str_from(arena_printf(arena, "dref:%032llx-x", (unsigned long long)hash));
    *deps = NULL;
    *dep_count = 0;
    return true;
}

static bool hash_source(void *ctx, struct arena *arena, const char *path, const struct str *include,
                        size_t include_count, const struct str *exclude, size_t exclude_count,
                        struct span span, struct diag_sink *sink, struct str *hash)
{
    (void)ctx;
    (void)include;
    (void)include_count;
    (void)exclude;
    (void)exclude_count;
    (void)span;
    (void)sink;
    *hash = str_from(arena_printf(arena, "sha256:%064zu", strlen(path)));
    return true;
}

static void trace(void *ctx, struct span span, struct str text)
{
    (void)ctx;
    (void)span;
    (void)text;
}

struct result {
    struct buf json;
    struct buf shown;
    struct buf errors;
};

static struct result evaluate(struct str text)
{
    struct result r = {0};
    struct sources sources = SOURCES_INIT;
    struct symtab syms = SYMTAB_INIT;
    struct diag_sink sink = DIAG_SINK_INIT;
    struct arena arena = ARENA_INIT;
    const struct eval_host host = {&arena, no_file, read_std, derive, hash_source, no_file, trace};
    const struct eval_options options = {.host = &host,
                                         .sources = &sources,
                                         .syms = &syms,
                                         .sink = &sink,
                                         .limits = {.call_depth = 500,
                                                    .memory = (size_t)32 << 20,
                                                    .string_bytes = (size_t)1 << 16,
                                                    .list_items = (size_t)1 << 16,
                                                    .steps = 200000,
                                                    .nesting = 50}};
    struct eval *ev = eval_new(&options);
    if (!ev) BUG("the standard library does not load");
    struct module *m = eval_load_text(ev, text, "/fuzz/fuzz.plx", "fuzz.plx", NULL, 0);
    struct value v;
    bool ok = m && eval_module(ev, m, &v) &&
              value_print(ev, v, (struct print_style){.max_bytes = 1 << 16}, &r.shown);
    if (ok && !value_encode(ev, v, false, &r.json)) buf_clear(&r.json);
    if (!ok && !diag_has_errors(&sink)) BUG("evaluation failed without an error");
    for (struct diag *d = sink.first; d; d = d->next)
        diag_render_text(&r.errors, d, &sources, (struct diag_style){false});
    eval_free(ev);
    arena_free(&arena);
    diag_sink_free(&sink);
    symtab_free(&syms);
    sources_free(&sources);
    return r;
}

static void free_result(struct result *r)
{
    buf_free(&r->json);
    buf_free(&r->shown);
    buf_free(&r->errors);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = bug_malloc(size + 1);
    if (size > 0) memcpy(text, data, size);
    text[size] = '\0';
    struct result first = evaluate((struct str){text, size});
    struct result second = evaluate((struct str){text, size});
    if (!str_eq(buf_str(&first.json), buf_str(&second.json))) BUG("the same text gives other JSON");
    if (!str_eq(buf_str(&first.shown), buf_str(&second.shown)))
        BUG("the same text gives another value");
    if (!str_eq(buf_str(&first.errors), buf_str(&second.errors)))
        BUG("the same text gives other errors");
    free_result(&first);
    free_result(&second);
    free(text);
    return 0;
}
