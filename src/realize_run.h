// What `realize` and `continue` have in common: the options of running and printing, the workers,
// the display, and what is printed at the end.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "driver/target.h"
#include "engine/engine.h"
#include "engine/plan.h"
#include "ui.h"

struct cli;

enum print { PRINT_RREF, PRINT_PATH, PRINT_DREF, PRINT_JSON };

struct realize_run {
    struct cli *cli;
    struct engine_options options;
    struct engine_observer observer; // from realize_run_begin on
    struct plan plan;
    struct target_list targets; // empty with --plan
    struct engine_results results;
    struct engine_workers *workers;
    int64_t jobs;
    VEC(struct engine_resource) resources;
    enum print print;
    enum ui_mode mode;
    bool dry_run;
    bool one;         // there must be exactly one realization
    const char *link; // an out-link to make; null: none
    bool timestamp;   // put the build time into its name
};

// Reads --jobs, --resource, --print, --json and --log of the command line.
bool realize_run_options(struct realize_run *r) MUST_USE;
// Forks the workers, while this process is small: before anything is evaluated. The store is open.
bool realize_run_start(struct realize_run *r) MUST_USE;

// Around the one call that runs the engine: shows what happens, sums it up, and gives the exit
// status.
void realize_run_begin(struct realize_run *r);
int realize_run_end(struct realize_run *r, enum engine_outcome outcome);

// Links, and what is printed: cli->out is filled.
bool realize_run_show(struct realize_run *r) MUST_USE;
void realize_run_free(struct realize_run *r);
