// The rows of the evaluator's builtins as entries of documentation. Apart from docgen.c, which
// works on the tree of the parser.
#pragma once

#include "driver/docgen.h"

// Adds every builtin that is not internal, in the order of the tables.
void docgen_builtins(struct docgen *g);
