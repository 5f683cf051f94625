// --set and --limit, of all commands that evaluate.
#pragma once

#include <stdbool.h>

#include "base/bug.h"

struct cli;

// Takes them into the session, before its first evaluation. What is wrong with one is E1004.
bool eval_options(struct cli *cli) MUST_USE;
