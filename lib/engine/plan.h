// What the engine is asked to realize: derivations with everything that it takes, dependencies by
// index. Made by the driver from an evaluation, or read from the file that `plxc instantiate
// --plan` wrote.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/map.h"
#include "base/source.h"
#include "base/str.h"

struct derivation {
    struct str name;
    struct str dref;
    struct str config;   // canonical text
    struct str realizer; // canonical JSON (engine/realizer.h); empty: none is known, only what the
                         // store has can serve
    struct str matcher;  // JSON (engine/match.h)
    struct str options;  // JSON object: check_promises, outputs, passenv, resources, retry,
                         // silent_timeout, timeout
    uint32_t *deps;      // indices of direct dependencies in the plan, all smaller than its own
    size_t dep_count;
    struct span span; // where it was written; SPAN_NONE for one from a plan file
    const char
        *place; // the same as text, "pipeline.plx:12", for messages from a plan file; may be null
};

struct plan {
    struct arena arena;
    struct derivation *at; // dependencies first
    size_t len;
    size_t cap;
    uint32_t *targets;
    size_t target_count;
    size_t target_cap;
};

#define PLAN_INIT ((struct plan){0})

void plan_free(struct plan *p);
// Adds a derivation whose deps are already in the plan. The strings are borrowed and must outlive
// the plan (deps are copied). Returns its index. The same dref may stand twice with another
// matcher, realizer or options: plan_check says whether that may be.
uint32_t plan_add(struct plan *p, const struct derivation *d);
void plan_add_target(struct plan *p, uint32_t index);
// Within the closures of all targets a derivation has one realizer (but for those that make
// nothing, as in `realized(stage)`) and the same options, within that of one target one matcher,
// too; otherwise E0814, which shows both places.
bool plan_check(const struct plan *p, struct diag_sink *sink) MUST_USE;
// Is there no key function in it? A plan file cannot hold one, for who reads it has no evaluation
// to call it in. E0813.
bool plan_check_callable(const struct plan *p, struct diag_sink *sink) MUST_USE;

// {"version": 1, "derivations": [{"dref":…, "config": {…}, "realizer": {…}, "matcher": {…},
// "options": {…}, "deps": ["dref:…"], "place":…}, …], "targets": ["dref:…"]}
bool plan_write(const struct plan *p, struct buf *out, struct diag_sink *sink) MUST_USE;
// Reads and validates what plan_write wrote (from any program: everything is checked, drefs against
// their configs).
bool plan_read(struct plan *p, struct str text, const char *file_name,
               struct diag_sink *sink) MUST_USE;
