// A store of its own for each test, in a fresh folder, and short ways to fill it. Everything here
// asserts that it succeeds.
#pragma once

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/path.h"
#include "store/commit.h"
#include "store/config.h"
#include "store/context.h"
#include "store/instantiate.h"
#include "store/query.h"
#include "store/store.h"

struct fixture {
    char dir[64];
    struct arena arena;
    struct diag_sink sink;
    struct hasher *h;
    struct store_paths paths;
    struct store store;
};

static inline struct str text_of(const char *z)
{
    return str_from(z);
}

static inline void no_errors(struct fixture *f)
{
    if (f->sink.first) fail_msg("unexpected: %s: %s", f->sink.first->code, f->sink.first->message);
}

// Exactly one diagnostic, of this code, whose message holds `part`; the sink is empty afterwards.
static inline void expect(struct fixture *f, const char *code, const char *part)
{
    if (!f->sink.first) fail_msg("no diagnostic, but %s was expected", code);
    const struct diag *d = f->sink.first;
    if (d->next || strcmp(d->code, code) != 0 || !strstr(d->message, part)) {
        fail_msg("%s: %s%s", d->code, d->message, d->next ? " (and more)" : "");
    }
    diag_sink_free(&f->sink);
    f->sink = DIAG_SINK_INIT;
}

static inline char *in_dir(struct fixture *f, const char *path)
{
    return path_join(&f->arena, f->dir, path);
}

static inline void open_store(struct fixture *f, unsigned flags)
{
    if (!store_open(&f->store, &f->paths, flags | STORE_NO_FSYNC, &f->sink)) no_errors(f);
}

static inline void reopen_store(struct fixture *f, unsigned flags)
{
    store_close(&f->store);
    open_store(f, flags);
}

static inline int fixture_setup(void **state)
{
    struct fixture *f = bug_malloc(sizeof(*f));
    *f = (struct fixture){.dir = "/tmp/plx-store-XXXXXX", .h = hasher_new(HASH_SHA256)};
    umask(022);
    if (!mkdtemp(f->dir)) return -1;
    f->paths.root = in_dir(f, "root");
    open_store(f, 0);
    *state = f;
    return 0;
}

static inline int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    store_close(&f->store);
    int result = io_remove_tree(AT_FDCWD, f->dir);
    hasher_free(f->h);
    diag_sink_free(&f->sink);
    arena_free(&f->arena);
    free(f);
    return result;
}

// dirs and files below a folder, by absolute path
static inline void make_dir(const char *path)
{
    assert_int_equal(io_mkdirs(path, 0755), 0);
}

static inline void make_file(const char *path, const char *text)
{
    assert_int_equal(io_replace_file(path, str_from(text), 0644, false), 0);
}

static inline struct str slurp(struct fixture *f, const char *path)
{
    struct buf b = BUF_INIT;
    int result = io_read_file(AT_FDCWD, path, 0, &b);
    if (result < 0) fail_msg("cannot read %s: %s", path, strerror(-result));
    struct str text = arena_str(&f->arena, buf_str(&b));
    buf_free(&b);
    return text;
}

static inline void assert_str(struct str s, const char *expected)
{
    if (!str_eqz(s, expected)) fail_msg("'" STR_FMT "' is not '%s'", STR_ARG(s), expected);
}

static inline struct config parse_config(struct fixture *f, const char *json)
{
    struct config c;
    if (!config_parse(&c, &f->arena, f->h, str_from(json), SPAN_NONE, &f->sink)) no_errors(f);
    return c;
}

// Puts a derivation into the store.
static inline struct config derive(struct fixture *f, const char *json)
{
    struct config c = parse_config(f, json);
    struct instantiate_item item = {c.dref, c.text};
    if (!instantiate_many(&f->store, &item, 1, NULL, &f->sink)) no_errors(f);
    return c;
}

// A new folder in tmp/ with an empty `out` in it; returns the name relative to tmp/.
static inline char *new_out(struct fixture *f)
{
    char name[STORE_TMP_SIZE];
    if (!store_tmp_new(&f->store, "test", name, &f->sink)) no_errors(f);
    char *out = arena_printf(&f->arena, "%s/out", name);
    assert_int_equal(mkdirat(f->store.tmp_fd, out, 0755), 0);
    return out;
}

static inline char *out_path(struct fixture *f, const char *out, const char *path)
{
    return path_join(&f->arena, path_join(&f->arena, f->store.tmp, out), path);
}

static inline struct commit_request request_for(const struct config *c, const struct context *ctx,
                                                const char *out)
{
    return (struct commit_request){.dref = c->dref,
                                   .context = ctx,
                                   .promises = c->promises,
                                   .promise_count = c->promise_count,
                                   .check_promises = true,
                                   .out = out,
                                   .start_ns = 1700000000123456000};
}

// Commits what is in the output; returns the rref.
static inline struct str commit_out(struct fixture *f, const struct config *c,
                                    const struct context *ctx, const char *out)
{
    struct commit_request r = request_for(c, ctx, out);
    struct commit commit;
    if (!commit_prepare(&f->store, &r, f->h, &f->arena, &commit, &f->sink) ||
        !commit_publish(&f->store, &commit, 1, &f->sink) || !store_sync(&f->store, &f->sink)) {
        no_errors(f);
    }
    assert_true(commit.published);
    return arena_str(&f->arena, str_from(commit.rref.text));
}

// A realization with one file `a.txt`.
static inline struct str realize(struct fixture *f, const struct config *c,
                                 const struct context *ctx, const char *text)
{
    static const struct context none;
    char *out = new_out(f);
    make_file(out_path(f, out, "a.txt"), text);
    return commit_out(f, c, ctx ? ctx : &none, out);
}

// The context that has one realization of one dependency.
static inline struct context context_of(struct fixture *f, struct str dref, struct str rref)
{
    struct context_entry *e = ARENA_NEW(&f->arena, struct context_entry);
    struct str *list = ARENA_NEW(&f->arena, struct str);
    *list = rref;
    *e = (struct context_entry){.dref = dref, .rrefs = list, .count = 1};
    return context_make(e, 1);
}

#define STORE_TEST(body) cmocka_unit_test_setup_teardown(body, fixture_setup, fixture_teardown)
