// The targets of a command line, or the plan file that stands for them, as a plan.
#pragma once

#include <stdbool.h>

#include "base/bug.h"
#include "driver/plan_build.h"
#include "driver/target.h"

struct cli;

// Are there targets, or --plan, but not both? (Of `realize`.)
bool plan_arg_check(struct cli *cli) MUST_USE;

// Evaluates the targets and builds the plan; with `realize --plan`, reads it. Mistakes in several
// targets are all reported.
bool plan_arg_build(struct cli *cli, struct target_list *targets, struct plan *plan) MUST_USE;
