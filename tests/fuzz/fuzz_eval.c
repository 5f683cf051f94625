// Any texts evaluate or give errors without harm, within small limits and with a host that has no
// files but them. Evaluating them again, from nothing, gives the same JSON and the same
// diagnostics; with the bindings and fields of each file in another order, and the files loaded in
// another order, they give the same JSON.
//
// The input is the file main.plx; a line `=== NAME` begins another file, which the others may
// import.
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/diag_render.h"
#include "base/io.h"
#include "eval/eval.h"
#include "eval/machine.h"
#include "permute.h"
#include "syntax/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FILES 8
#define ROOT  "/fuzz/"
// Is loaded before all others, whatever their order: paths are shown as seen from the first file.
#define FIRST "first.plx"

struct input {
    struct str names[FILES];
    struct str texts[FILES];
    size_t count;
};

struct host_ctx {
    struct arena arena;
    const struct input *input;
};

static bool read_file(void *ctx, struct arena *arena, const char *path, struct span span,
                      struct diag_sink *sink, struct str *text)
{
    const struct host_ctx *host = ctx;
    const struct input *in = host->input;
    for (size_t i = 0; i < in->count; i++) {
        if (strncmp(path, ROOT, strlen(ROOT)) != 0 || !str_eqz(in->names[i], path + strlen(ROOT)))
            continue;
        *text = arena_str(arena, in->texts[i]);
        return true;
    }
    if (strcmp(path, ROOT FIRST) == 0) {
        *text = STR("");
        return true;
    }
    diag_error(sink, span, "E0304", "there is no %s", path);
    return false;
}

static bool no_realization(void *ctx, struct arena *arena, const char *path, struct span span,
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
    struct host_ctx *host = ctx;
    struct arena *arena = &host->arena;
    struct str file = {name.p + 4, name.len - 4}; // behind "std/"
    const char *path = arena_printf(arena, "%s/" STR_FMT, STDLIB_DIR, STR_ARG(file));
    struct buf b = BUF_INIT;
    int rc = io_read_file(AT_FDCWD, path, 0, &b);
    if (rc == 0) *text = arena_str(arena, buf_str(&b));
    buf_free(&b);
    return rc == 0;
}

static uint64_t fnv(const uint8_t *data, size_t size)
{
    uint64_t hash = 1469598103934665603u;
    for (size_t i = 0; i < size; i++) hash = (hash ^ data[i]) * 1099511628211u;
    return hash;
}

// A name for each config: its text's FNV hash.
static bool derive(void *ctx, struct arena *arena, struct str config, struct span span,
                   struct diag_sink *sink, struct str *dref, struct str **deps, size_t *dep_count)
{
    uint64_t hash = fnv((const uint8_t *)config.p, config.len);
    (void)ctx;
    (void)span;
    (void)sink;
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
    struct buf values[FILES]; // of the files of the input: JSON and what is shown
    bool good[FILES];
    bool limited; // a limit was reached, which may depend on the order
    struct buf errors;
};

static void evaluate_file(struct eval *ev, const struct input *in, size_t i, struct result *r)
{
    struct buf path = BUF_INIT;
    buf_printf(&path, ROOT STR_FMT, STR_ARG(in->names[i]));
    struct module *m = eval_load(ev, buf_z(&path), buf_z(&path) + strlen(ROOT), NULL, 0);
    struct value v;
    r->good[i] = m && eval_module(ev, m, &v) &&
                 value_print(ev, v, (struct print_style){.max_bytes = 1 << 16}, &r->values[i]);
    struct buf json = BUF_INIT;
    if (r->good[i] && value_encode(ev, v, false, &json)) buf_adds(&r->values[i], buf_str(&json));
    buf_free(&json);
    buf_free(&path);
}

struct order {
    const struct input *in;
    bool backwards;
    struct result *result;
};

static bool evaluate_all(struct eval *ev, void *ctx)
{
    const struct order *o = ctx;
    bool good = eval_load(ev, ROOT FIRST, FIRST, NULL, 0) != NULL;
    for (size_t i = 0; i < o->in->count; i++) {
        size_t at = o->backwards ? o->in->count - 1 - i : i;
        evaluate_file(ev, o->in, at, o->result);
        good = good && o->result->good[at];
    }
    return good;
}

// Evaluates the files from the first to the last, or the other way round.
static struct result evaluate(const struct input *in, bool backwards)
{
    struct result r = {0};
    struct sources sources = SOURCES_INIT;
    struct symtab syms = SYMTAB_INIT;
    struct diag_sink sink = DIAG_SINK_INIT;
    struct host_ctx ctx = {ARENA_INIT, in};
    const struct eval_host host = {&ctx,        read_file,      read_std, derive,
                                   hash_source, no_realization, trace};
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
    // As one job, so that it takes one thread: under a sanitizer that is most of the time.
    bool good = machine_run(ev, evaluate_all, &(struct order){in, backwards, &r});
    if (!good && !diag_has_errors(&sink)) BUG("evaluation failed without an error");
    for (struct diag *d = sink.first; d; d = d->next) {
        diag_render_text(&r.errors, d, &sources, (struct diag_style){false});
        if (strcmp(d->code, "E0420") >= 0 && strcmp(d->code, "E0424") <= 0) r.limited = true;
    }
    eval_free(ev);
    arena_free(&ctx.arena);
    diag_sink_free(&sink);
    symtab_free(&syms);
    sources_free(&sources);
    return r;
}

static void free_result(struct result *r)
{
    for (size_t i = 0; i < FILES; i++) buf_free(&r->values[i]);
    buf_free(&r->errors);
}

static void compare_values(const struct input *in, const struct result *a,
                           const struct input *other, const struct result *b, const char *what)
{
    for (size_t i = 0; i < in->count; i++) {
        if (a->good[i] == b->good[i] && str_eq(buf_str(&a->values[i]), buf_str(&b->values[i])))
            continue;
        BUG("%s: " STR_FMT "\n" STR_FMT "\ngives\n" STR_FMT "\n" STR_FMT "\nbut\n" STR_FMT
            "\ngives\n" STR_FMT "\n" STR_FMT,
            what, STR_ARG(in->names[i]), STR_ARG(in->texts[i]), STR_ARG(buf_str(&a->values[i])),
            STR_ARG(buf_str(&a->errors)), STR_ARG(other->texts[i]), STR_ARG(buf_str(&b->values[i])),
            STR_ARG(buf_str(&b->errors)));
    }
}

static bool add_file(struct input *in, struct str name, struct str text)
{
    if (in->count == FILES) return false;
    for (size_t i = 0; i < in->count; i++)
        if (str_eq(in->names[i], name)) return false;
    in->names[in->count] = name;
    in->texts[in->count++] = text;
    return true;
}

// Cuts the input into files. What comes behind too many of them, or a second one of a name, is left
// out.
static void cut(struct input *in, struct str all)
{
    static const char mark[] = "\n=== ";
    struct str name = STR("main.plx");
    const char *end = all.p + all.len;
    for (const char *p = all.p;;) {
        const char *next = memmem(p, (size_t)(end - p), mark, strlen(mark));
        if (!add_file(in, name, (struct str){p, (size_t)((next ? next : end) - p)})) return;
        if (!next) return;
        next += strlen(mark);
        const char *line = memchr(next, '\n', (size_t)(end - next));
        name = (struct str){next, (size_t)((line ? line : end) - next)};
        p = line ? line + 1 : end;
    }
}

// Files that do not parse, and those that are JSON, stay as they are.
static void permute_text(struct str text, uint64_t seed, struct buf *out)
{
    struct sources sources = SOURCES_INIT;
    struct symtab syms = SYMTAB_INIT;
    struct diag_sink sink = DIAG_SINK_INIT;
    const struct parse_limits limits = {.nesting = 50};
    const struct source *source = sources_add(&sources, "permuted.plx", NULL, text);
    struct file *f = parse_file(source, &syms, &sink, &limits);
    if (f->has_errors)
        buf_adds(out, text);
    else
        permute_file(f, seed, out);
    file_free(f);
    diag_sink_free(&sink);
    symtab_free(&syms);
    sources_free(&sources);
}

static void check_order(const struct input *in, const struct result *first, uint64_t seed)
{
    struct input permuted = {0};
    struct buf texts[FILES] = {0};
    bool changed = in->count > 1, reads = false;
    for (size_t i = 0; i < in->count; i++) {
        permute_text(in->texts[i], seed, &texts[i]);
        add_file(&permuted, in->names[i], buf_str(&texts[i]));
        changed = changed || !str_eq(in->texts[i], buf_str(&texts[i]));
        // A file that reads the text of another one may see the order of its bindings.
        struct str t = in->texts[i];
        reads = reads || (t.len && memmem(t.p, t.len, "read_text", strlen("read_text")));
    }
    if (changed && !reads && !first->limited) {
        struct result other = evaluate(&permuted, true);
        if (!other.limited)
            compare_values(in, first, &permuted, &other, "another order gives other values");
        free_result(&other);
    }
    for (size_t i = 0; i < FILES; i++) buf_free(&texts[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {0};
    cut(&in, (struct str){size ? (const char *)data : "", size});
    struct result first = evaluate(&in, false);
    struct result second = evaluate(&in, false);
    compare_values(&in, &first, &in, &second, "the same text gives other values");
    if (!str_eq(buf_str(&first.errors), buf_str(&second.errors)))
        BUG("the same text gives other errors");
    check_order(&in, &first, fnv(data, size));
    free_result(&first);
    free_result(&second);
    return 0;
}
