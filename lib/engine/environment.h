// The environment of a realizer: the variables of plx, those that `passenv` names, and the config's
// attributes under their own names. Nothing else of this process's environment gets through.
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"
#include "engine/resolve.h"

// A longer value is left out of the environment, which Linux bounds at 128 KiB for one variable.
#define ENVIRONMENT_MAX_VALUE ((size_t)100 << 10)

struct environment {
    char **at; // "NAME=value"; null-terminated
    size_t len;
    size_t cap;
};

#define ENVIRONMENT_INIT ((struct environment){0})

struct environment_request {
    const struct resolver *resolver;
    const json_t *config;  // parsed, unresolved
    const json_t *passenv; // list of names, or null
    char *const *outs;     // absolute paths, at least one
    size_t out_count;
    const char *tmp; // TMPDIR
    const char *config_file;
    const char *context_file;
    const char *args_file;
    const char *dref;
    const char *python_path; // null: none
    unsigned cores;
    unsigned jobs; // of the jobserver, all together; 0: there is none
};

// Adds all variables. Lines for the log (what was left out and why) are appended to `log`. The
// strings are the resolver's arena's.
bool environment_make(struct environment *e, const struct environment_request *request,
                      struct buf *log) MUST_USE;
void environment_free(struct environment *e);

// May an attribute of this name be a variable: is it a shell's name, and not one that plx or the
// system gives a meaning?
bool environment_name_free(struct str name);
