// Running a test binding and saying how it ended.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct cli;
struct module;
struct module_item;

struct test_tally {
    size_t run;
    size_t failed;
};

// Adds a line to cli->out, "ok      TITLE" or "FAILED  TITLE", as TAP if asked for. Why it failed
// is reported.
void test_run(struct cli *cli, struct module *m, const struct module_item *test, bool tap,
              struct test_tally *tally);
