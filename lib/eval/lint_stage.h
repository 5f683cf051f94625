// Lints of stages that were evaluated.
#pragma once

#include "eval/lint.h"

// Promises whose name and path nothing mentions in the script that makes the stage: they would not
// be kept. A script in a file is read; what it calls is not. A script that gives its whole output
// folder to something else may keep any promise.
void lint_stage_promises(struct linter *l);
