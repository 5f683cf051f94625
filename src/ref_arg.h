// What a user types to name something in the store: a ref, a unique prefix of one, a path in the
// store or a link to one, each with "/PATH" behind it for what is inside.
#pragma once

#include <stdbool.h>

#include "base/bug.h"
#include "base/str.h"

struct cli;

struct ref_arg {
    struct str ref;   // whole
    const char *path; // inside, "" for none; never leads out of it
};

// Opens the store, too.
bool ref_arg_parse(struct cli *cli, const char *text, struct ref_arg *out) MUST_USE;

// After ref_arg_parse has failed: what to do if all of the argument, of which that saw the
// beginning perhaps, names a file or a target.
void ref_arg_hint(struct cli *cli, const char *text);

// A dref becomes the rref of its only realization; E1017 if it has none or several.
bool ref_arg_realization(struct cli *cli, const char *text, struct ref_arg *ref) MUST_USE;
