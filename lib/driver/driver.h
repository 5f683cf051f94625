// A session: what turns files into realizations, for the command line, the tests and the language
// server alike. It owns sources, symbols, diagnostics, one evaluation and the handle of the store,
// and gives the evaluator its real host: files, the embedded standard library, derivations by
// lib/store.
//
//     load → evaluate → targets (target.h) → plan (plan_build.h) → instantiate and realize
//     (realize.h)
//
// Nothing here prints or reads the environment: settings come from the caller.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/source.h"
#include "base/sym.h"
#include "base/vec.h"
#include "eval/eval.h"
#include "store/store.h"

struct driver_module {
    const char *path;      // absolute
    struct module *module; // null: what is wrong with it was reported
};

typedef VEC(struct driver_module) driver_modules;
typedef VEC(struct eval_set) driver_sets;
struct interactive; // interactive.h

// What one evaluation is made of. Another one can take its place for a while.
struct driver_evaluation {
    struct sources sources;
    struct eval *eval;
    driver_modules modules;
    driver_sets sets;
    struct interactive *interactive;
};

struct driver {
    struct arena arena;
    struct sources sources;
    struct symtab syms;
    struct diag_sink sink;
    struct hasher *hasher; // SHA-256
    struct eval_host host;
    struct eval *eval; // made on first use
    struct store store;
    bool store_is_open;
    driver_modules modules;
    driver_sets sets; // --set, for every module that a user names
    // Of a REPL: what targets are evaluated in. Null: targets are names of files.
    struct interactive *interactive;
    const struct sources *texts; // files are read from these first; may be null
    const char *cwd;
    bool cwd_is_gone; // then `cwd` is "/"

    // Set these between driver_init and the first use.
    struct eval_limits limits;
    volatile bool cancel; // ends an evaluation; may be set by a signal handler
    void (*trace)(void *ctx, const char *place, struct str text); // a line of trace(); may be null
    void *trace_ctx;
};

void driver_init(struct driver *d);
void driver_free(struct driver *d);

// Opens the store once; further calls do nothing.
bool driver_open_store(struct driver *d, const struct store_paths *paths, unsigned flags) MUST_USE;

// The evaluation, made with the first call. Null after a report.
struct eval *driver_eval(struct driver *d) MUST_USE;

// Moves the evaluation out of the driver, which is left without one; nothing of it may be used
// until it is restored. What was reported was shown (diag_flush).
void driver_put_aside(struct driver *d, struct driver_evaluation *out);
// Puts it back in place of the driver's, which is freed.
void driver_restore(struct driver *d, struct driver_evaluation *e);
void driver_evaluation_free(struct driver_evaluation *e);

// Loads a file that a user named (relative to the current folder), once: a further call gives the
// same module, or null again without another report. A missing one is E1006 with what is there
// instead.
struct module *driver_load(struct driver *d, const char *file) MUST_USE;
// The same to look at, not to evaluate: params without a value are null, --set does not matter.
struct module *driver_look(struct driver *d, const char *file) MUST_USE;
// When that gave null: reports what else is wrong in the file, as far as that can be told.
void driver_check_broken(struct driver *d, const char *file);
// The module of an empty text in the current folder, for expressions without a file.
struct module *driver_load_empty(struct driver *d, const char *name) MUST_USE;

// Reports E1006: `file` does not exist or cannot be read, with what was likely meant.
void driver_missing_file(struct driver *d, const char *file, int err);

// The text "pipeline.plx:12" of a span; null if it has none.
const char *driver_place(struct driver *d, struct arena *arena, struct span span);
