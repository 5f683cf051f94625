// An evaluation for unit tests: files in a table, derivations that hash to their text's length, the
// standard library from the source tree.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>

#include "base/io.h"
#include "eval/eval.h"

struct fixture_file {
    const char *path;
    const char *text;
};

struct fixture {
    struct sources sources;
    struct symtab syms;
    struct diag_sink sink;
    struct arena arena;
    const struct fixture_file *files; // ends at a null path
    struct eval_host host;
    struct eval *ev;
    size_t derived; // calls of derive
};

static inline bool fixture_read_file(void *ctx, struct arena *arena, const char *path,
                                     struct span span, struct diag_sink *sink, struct str *text)
{
    const struct fixture *f = ctx;
    for (const struct fixture_file *file = f->files; file && file->path; file++) {
        if (strcmp(file->path, path) != 0) continue;
        *text = str_from(arena_strdup(arena, file->text));
        return true;
    }
    diag_error(sink, span, "E0304", "there is no %s", path);
    return false;
}

static inline bool fixture_read_std(void *ctx, struct str name, struct str *text)
{
    struct fixture *f = ctx;
    struct buf b = BUF_INIT;
    struct str file = {name.p + 4, name.len - 4}; // behind "std/"
    const char *path = arena_printf(&f->arena, "%s/../stdlib/" STR_FMT, TESTS_DIR, STR_ARG(file));
    int rc = io_read_file(AT_FDCWD, path, 0, &b);
    if (rc == 0) *text = arena_str(&f->arena, buf_str(&b));
    buf_free(&b);
    return rc == 0;
}

// Good enough to tell configs of a test apart, and readable in a failure.
static inline bool fixture_derive(void *ctx, struct arena *arena, struct str config,
                                  struct span span, struct diag_sink *sink, struct str *dref,
                                  struct str **deps, size_t *dep_count)
{
    struct fixture *f = ctx;
    uint64_t hash = 1469598103934665603u;
    for (size_t i = 0; i < config.len; i++)
        hash = (hash ^ (unsigned char)config.p[i]) * 1099511628211u;
    (void)span;
    (void)sink;
    f->derived++;
    *dref = str_from(arena_printf(arena, "dref:%032llx-x", (unsigned long long)hash));
    *deps = NULL;
    *dep_count = 0;
    return true;
}

static inline bool fixture_hash_source(void *ctx, struct arena *arena, const char *path,
                                       const struct str *include, size_t include_count,
                                       const struct str *exclude, size_t exclude_count,
                                       struct span span, struct diag_sink *sink, struct str *hash)
{
    struct str text;
    (void)include;
    (void)exclude;
    if (!fixture_read_file(ctx, arena, path, span, sink, &text)) return false;
    *hash = str_from(
        arena_printf(arena, "sha256:%064zu%zu%zu", text.len, include_count, exclude_count));
    return true;
}

static inline void fixture_trace(void *ctx, struct span span, struct str text)
{
    (void)ctx;
    (void)span;
    (void)text;
}

static inline void fixture_begin(struct fixture *f, const struct fixture_file *files,
                                 struct eval_limits limits, const volatile bool *cancel)
{
    *f = (struct fixture){.files = files};
    f->host = (struct eval_host){f,
                                 fixture_read_file,
                                 fixture_read_std,
                                 fixture_derive,
                                 fixture_hash_source,
                                 fixture_read_file,
                                 fixture_trace};
    const struct eval_options options = {.host = &f->host,
                                         .sources = &f->sources,
                                         .syms = &f->syms,
                                         .sink = &f->sink,
                                         .limits = limits,
                                         .cancel = cancel};
    f->ev = eval_new(&options);
    assert_non_null(f->ev);
}

static inline void fixture_end(struct fixture *f)
{
    eval_free(f->ev);
    arena_free(&f->arena);
    diag_sink_free(&f->sink);
    symtab_free(&f->syms);
    sources_free(&f->sources);
}

static inline struct module *fixture_load(struct fixture *f, const char *text)
{
    return eval_load_text(f->ev, str_from(text), "/test/main.plx", "main.plx", NULL, 0);
}

// What an expression gives, as text; or the code of the error, "E0401".
static inline const char *fixture_eval(struct fixture *f, struct module *m, const char *expr)
{
    struct value v;
    struct buf out = BUF_INIT;
    const struct diag *before = f->sink.last;
    bool ok = eval_expr(f->ev, m, str_from(expr), "<expr>", &v) &&
              value_print(f->ev, v, (struct print_style){0}, &out);
    assert_true(ok || f->sink.last != before);
    const char *text = ok ? arena_strdup(&f->arena, buf_z(&out)) : f->sink.last->code;
    buf_free(&out);
    return text;
}
