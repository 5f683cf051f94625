// A small life of a store, for crash.py, which ends it at every system call:
//
//   store_work work ROOT     derivations, realizations, a link as a root, a collection
//   store_work check ROOT    verifies; prints the faults, and at the end a hash over all of the
//   store
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "store/commit.h"
#include "store/gc.h"
#include "store/instantiate.h"
#include "store/lock.h"
#include "store/nar.h"
#include "store/root.h"
#include "store/store.h"
#include "store/verify.h"

struct work {
    struct arena arena;
    struct diag_sink sink;
    struct hasher *h;
    struct store store;
};

static void expect(struct work *w, bool good)
{
    if (good) return;
    for (const struct diag *d = w->sink.first; d; d = d->next) {
        fprintf(stderr, "%s: %s\n", d->code, d->message);
    }
    exit(1);
}

// For what is no part of the store: a realizer's own calls may fail like any other.
static void expect_call(int result)
{
    if (result >= 0) return;
    fprintf(stderr, "a realizer failed\n");
    exit(1);
}

static struct config parse(struct work *w, const char *text)
{
    struct config c;
    expect(w, config_parse(&c, &w->arena, w->h, str_from(text), SPAN_NONE, &w->sink));
    return c;
}

// Realizes under the lock, as the engine does: a folder, an executable, a link and two names of one
// file.
static struct str realize(struct work *w, const struct config *c, const struct context *context,
                          const char *text)
{
    struct lock lock;
    char name[STORE_TMP_SIZE];
    expect(w, lock_wait(&w->store, c->dref, &lock, &w->sink) == LOCK_TAKEN);
    expect(w, store_tmp_new(&w->store, "build", name, &w->sink));
    char *out = arena_printf(&w->arena, "%s/out", name);
    char *dir = arena_printf(&w->arena, "%s/dir", out);
    expect_call(mkdirat(w->store.tmp_fd, out, 0755));
    expect_call(mkdirat(w->store.tmp_fd, dir, 0755));
    expect_call(io_write_new(w->store.tmp_fd, arena_printf(&w->arena, "%s/run", dir),
                             str_from(text), 0755, false));
    expect_call(linkat(w->store.tmp_fd, arena_printf(&w->arena, "%s/run", dir), w->store.tmp_fd,
                       arena_printf(&w->arena, "%s/again", out), 0));
    expect_call(symlinkat("dir/run", w->store.tmp_fd, arena_printf(&w->arena, "%s/link", out)));
    struct commit_request r = {.dref = c->dref,
                               .context = context,
                               .promises = c->promises,
                               .promise_count = c->promise_count,
                               .check_promises = true,
                               .out = out,
                               .start_ns = 1700000000000000000,
                               .meta = STR("{}")};
    struct commit commit;
    expect(w, commit_prepare(&w->store, &r, w->h, &w->arena, &commit, &w->sink));
    expect(w, commit_publish(&w->store, &commit, 1, &w->sink));
    expect(w, store_sync(&w->store, &w->sink));
    store_tmp_remove(&w->store, name);
    lock_release(&w->store, &lock);
    return arena_str(&w->arena, str_from(commit.rref.text));
}

static void work(struct work *w, const char *root)
{
    static const struct context none;
    struct config a = parse(w, "{\"name\": \"a\", \"run\": [\"__promise__\", \"dir\", \"run\"]}");
    struct config b =
        parse(w, arena_printf(&w->arena, "{\"name\": \"b\", \"a\": \"%s\"}", a.dref.p));
    struct config garbage = parse(w, "{\"name\": \"garbage\"}");
    struct instantiate_item items[] = {
        {a.dref, a.text}, {b.dref, b.text}, {garbage.dref, garbage.text}};
    struct str roots[] = {a.dref, b.dref};
    expect(w, root_temp_add(&w->store, roots, 2, &w->sink));
    expect(w, instantiate_many(&w->store, items, 3, NULL, &w->sink));
    realize(w, &garbage, &none, "garbage");
    struct str ra = realize(w, &a, &none, "a");
    struct context_entry entry = {a.dref, &ra, 1};
    struct context of_b = context_make(&entry, 1);
    struct str rb = realize(w, &b, &of_b, "b");
    expect(w,
           root_out_link(&w->store, arena_printf(&w->arena, "%s/../result", root), rb, &w->sink));
    struct gc_options options = {.dry_run = false};
    struct gc_result result;
    expect(w, gc_collect(&w->store, &options, &w->arena, &result, &w->sink));
}

static int check(struct work *w)
{
    struct verify_options options = {.repair = false};
    struct verify_result result;
    expect(w, verify_store(&w->store, &options, &w->arena, &result, &w->sink));
    for (size_t i = 0; i < result.len; i++) {
        if (result.at[i].level == VERIFY_NOTE) continue;
        printf("%s: %s\n", result.at[i].path, result.at[i].message);
    }
    char hex[HASH_HEX_SIZE];
    expect(w, nar_hash(w->store.fd, ".", "store", NULL, w->h, hex, &w->sink));
    puts(hex);
    return result.faults ? 1 : 0;
}

int main(int argc, char **argv)
{
    if (argc != 3) return 2;
    umask(022);
    struct work w = {.h = hasher_new(HASH_SHA256)};
    struct store_paths paths = {.root = argv[2]};
    int status = 0;
    expect(&w, store_open(&w.store, &paths, 0, &w.sink));
    if (strcmp(argv[1], "work") == 0)
        work(&w, argv[2]);
    else
        status = check(&w);
    store_close(&w.store);
    hasher_free(w.h);
    diag_sink_free(&w.sink);
    arena_free(&w.arena);
    return status;
}
