// A store of its own for each test, plans in a few words, and a recorder of events.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag_render.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/map.h"
#include "base/vec.h"
#include "engine/engine.h"
#include "engine/plan.h"
#include "store/config.h"
#include "store/query.h"
#include "store/store.h"
#include "store/verify.h"

struct fixture {
    char dir[64]; // removed at the end
    struct store store;
    struct engine_workers *workers;
    unsigned jobs;
    struct plan plan;
    struct arena arena;
    struct hasher *hasher;
    struct map drefs; // name → dref text
    struct engine_options options;
    struct engine_results results;
    struct diag_sink sink;
    struct buf events; // "started a", "built a" …, one a line
    struct engine_observer observer;
    void (*on_event)(struct fixture *f, const struct engine_event *e);
    void *on_event_data;
    bool log_progress;
};

static inline void fixture_record(void *ctx, const struct engine_event *e)
{
    static const char *const names[] = {"planned",  "reused",      "queued", "waiting",  "started",
                                        "progress", "ran",         "retry",  "built",    "failed",
                                        "skipped",  "would build", "paused", "stopping", "tick"};
    struct fixture *f = ctx;
    bool quiet = e->kind == ENGINE_TICK || e->kind == ENGINE_PROGRESS || e->kind == ENGINE_QUEUED ||
                 e->kind == ENGINE_RAN;
    if (!quiet) {
        buf_addz(&f->events, names[e->kind]);
        if (e->derivation) buf_printf(&f->events, " " STR_FMT, STR_ARG(e->derivation->name));
        buf_addc(&f->events, '\n');
    }
    if (f->on_event) f->on_event(f, e);
}

static inline void fixture_open_store(struct fixture *f, unsigned flags)
{
    struct store_paths paths = {.root = f->dir};
    assert_true(store_open(&f->store, &paths, flags | STORE_NO_FSYNC, &f->sink));
}

static inline void fixture_start_workers(struct fixture *f, unsigned jobs)
{
    struct engine_workers_options w = {
        .jobs = jobs, .python = "answer = 42\n", .kill_grace_ms = 200};
    f->jobs = jobs;
    f->workers = engine_workers_start(&f->store, &w, &f->sink);
    assert_non_null(f->workers);
}

static inline void fixture_init(struct fixture *f, unsigned jobs)
{
    *f = (struct fixture){.dir = "/tmp/plx-engine-XXXXXX"};
    assert_non_null(mkdtemp(f->dir));
    fixture_open_store(f, STORE_CREATE);
    f->hasher = hasher_new(HASH_SHA256);
    f->options.retry_delay_ms = 1;
    f->observer = (struct engine_observer){f, fixture_record};
    if (jobs) fixture_start_workers(f, jobs);
}

static inline void fixture_forget_results(struct fixture *f)
{
    engine_results_free(&f->results);
    diag_sink_free(&f->sink);
    f->sink = DIAG_SINK_INIT;
    buf_clear(&f->events);
}

static inline void fixture_free(struct fixture *f)
{
    engine_workers_stop(f->workers);
    fixture_forget_results(f);
    store_close(&f->store);
    plan_free(&f->plan);
    hasher_free(f->hasher);
    map_free(&f->drefs);
    arena_free(&f->arena);
    buf_free(&f->events);
    assert_int_equal(io_remove_tree(AT_FDCWD, f->dir), 0);
}

// A copy of `text` in which @NAME stands for the dref of an earlier stage.
static inline struct str fixture_expand(struct fixture *f, const char *text)
{
    struct buf out = BUF_INIT;
    while (*text) {
        if (*text != '@') {
            buf_addc(&out, *text++);
            continue;
        }
        size_t len =
            strspn(++text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
        const char *dref = map_get(&f->drefs, (struct str){text, len});
        if (!dref) fail_msg("no stage %.*s", (int)len, text);
        buf_addz(&out, dref);
        text += len;
    }
    struct str s = arena_str(&f->arena, buf_str(&out));
    buf_free(&out);
    return s;
}

struct stage {
    const char *config;   // members of the config's object, `"name": "a", …`
    const char *realizer; // whole JSON; or
    const char *sh;       // the text of an sh script, as JSON (a string or a Text)
    const char *matcher;  // null: match_only()
    const char *options;
};

static inline struct str fixture_realizer(struct fixture *f, const struct stage *s)
{
    if (s->realizer) return fixture_expand(f, s->realizer);
    if (!s->sh) return STR("");
    return fixture_expand(
        f, arena_printf(&f->arena,
                        "{\"kind\": \"script\", \"interpreter\": [\"sh\", \"-eu\"], \"text\": %s}",
                        s->sh));
}

static inline uint32_t fixture_find(const struct plan *plan, struct str dref)
{
    for (size_t i = plan->len; i-- > 0;)
        if (str_eq(plan->at[i].dref, dref)) return (uint32_t)i;
    fail_msg("no derivation %s", dref.p);
    return 0;
}

// Adds a stage, which becomes the last one; it is a target when `target` is set.
static inline uint32_t fixture_add(struct fixture *f, bool target, struct stage s)
{
    struct config c;
    struct str text = fixture_expand(f, arena_printf(&f->arena, "{%s}", s.config));
    if (!config_parse(&c, &f->arena, f->hasher, text, SPAN_NONE, &f->sink))
        fail_msg("config %s", text.p);
    struct derivation d = {.name = c.name,
                           .dref = c.dref,
                           .config = c.text,
                           .realizer = fixture_realizer(f, &s),
                           .matcher = s.matcher ? fixture_expand(f, s.matcher) : STR(""),
                           .options = s.options ? fixture_expand(f, s.options) : STR(""),
                           .place = arena_printf(&f->arena, "test.plx:%zu", f->plan.len + 1),
                           .deps = ARENA_ARRAY(&f->arena, uint32_t, c.dep_count),
                           .dep_count = c.dep_count};
    for (size_t i = 0; i < c.dep_count; i++) d.deps[i] = fixture_find(&f->plan, c.deps[i]);
    uint32_t index = plan_add(&f->plan, &d);
    map_set(&f->drefs, c.name, (void *)(uintptr_t)c.dref.p);
    if (target) plan_add_target(&f->plan, index);
    return index;
}

static inline enum engine_outcome fixture_realize(struct fixture *f)
{
    fixture_forget_results(f);
    return engine_realize(&f->store, f->workers, &f->plan, &f->options, &f->observer, &f->results,
                          &f->sink);
}

static inline const char *fixture_diags(struct fixture *f)
{
    struct buf out = BUF_INIT;
    struct sources none = SOURCES_INIT;
    for (const struct diag *d = f->sink.first; d; d = d->next)
        diag_render_text(&out, d, &none, (struct diag_style){0});
    const char *text = arena_strdup(&f->arena, buf_z(&out));
    buf_free(&out);
    return text;
}

// With all diagnostics shown when it is not `expected`.
#define assert_outcome(f, expected)                                                                \
    do {                                                                                           \
        enum engine_outcome got_ = fixture_realize(f);                                             \
        if (got_ != (expected)) fail_msg("outcome %d\n%s", (int)got_, fixture_diags(f));           \
    } while (0)

// The path of the only realization of a stage.
static inline const char *fixture_path(struct fixture *f, uint32_t stage)
{
    assert_int_equal(f->results.at[stage].rref_count, 1);
    return store_ref_path(&f->store, &f->arena, str_from(f->results.at[stage].rrefs[0].text));
}

// A file of it.
static inline const char *fixture_file(struct fixture *f, uint32_t stage, const char *name)
{
    struct buf text = BUF_INIT;
    const char *path = arena_printf(&f->arena, "%s/%s", fixture_path(f, stage), name);
    int rc = io_read_file(AT_FDCWD, path, 0, &text);
    if (rc < 0) fail_msg("%s: %s", path, strerror(-rc));
    const char *result = arena_strdup(&f->arena, buf_z(&text));
    buf_free(&text);
    return result;
}

// Replaces all occurrences, for comparing texts that hold paths.
static inline const char *fixture_replace(struct fixture *f, const char *text, const char *what,
                                          const char *with)
{
    struct buf out = BUF_INIT;
    const char *at;
    while ((at = strstr(text, what)) != NULL) {
        buf_add(&out, text, (size_t)(at - text));
        buf_addz(&out, with);
        text = at + strlen(what);
    }
    buf_addz(&out, text);
    const char *result = arena_strdup(&f->arena, buf_z(&out));
    buf_free(&out);
    return result;
}

static inline void fixture_verify(struct fixture *f)
{
    struct verify_options options = {0};
    struct verify_result result = {0};
    if (!verify_store(&f->store, &options, &f->arena, &result, &f->sink))
        fail_msg("%s", fixture_diags(f));
    for (size_t i = 0; i < result.len; i++)
        if (result.at[i].level == VERIFY_FAULT)
            print_message("%s: %s\n", result.at[i].path, result.at[i].message);
    assert_int_equal(result.faults, 0);
}

static inline size_t fixture_count_rrefs(struct fixture *f, const char *name)
{
    struct ref_list list;
    const char *dref = map_get(&f->drefs, str_from(name));
    assert_true(query_rrefs(&f->store, &f->arena, str_from(dref), &list, &f->sink));
    return list.len;
}

// How many entries there are in ROOT/tmp when no worker runs, but those that stay (downloads, kept
// folders). Workers are started again.
static inline size_t fixture_leftovers(struct fixture *f)
{
    char **names;
    size_t count;
    unsigned jobs = f->workers ? f->jobs : 0;
    engine_workers_stop(f->workers);
    f->workers = NULL;
    assert_int_equal(io_list_dir(f->store.tmp_fd, ".", &names, &count), 0);
    size_t left = 0;
    for (size_t i = 0; i < count; i++)
        if (strchr(names[i], '.')) left++;
    io_free_names(names, count);
    if (jobs) fixture_start_workers(f, jobs);
    return left;
}
