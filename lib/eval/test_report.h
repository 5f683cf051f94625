// What is told of a `test` that is false: both sides of its comparison, and the places where they
// differ.
#pragma once

#include "base/diag.h"
#include "eval/machine.h"

// Adds it to `d`. `code` is the test's body, which was evaluated in `m` and gave false. What cannot
// be evaluated further is left out, without a report.
void test_report(struct eval *ev, struct diag *d, const struct code *code, struct module *m);
