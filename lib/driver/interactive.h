// An interactive session: a file, whose bindings are all in scope, and what was typed since
// (eval/toplevel.h).
//
// An evaluation frees nothing before its end, so a long session would only grow. But evaluation is
// pure, so that values can be forgotten: a session keeps the texts that were typed, and from those
// everything is made again, as far as it is needed. interactive_tidy does that when the values fill
// too much memory; the texts of the file and its imports stay those that were loaded. A change of
// the file or of a param is the same with a new text. What is kept for ever: the texts of bindings,
// of expressions whose value a binding mentions as `it`, and names.
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/vec.h"
#include "eval/toplevel.h"
#include "eval/value.h"

struct driver;
struct module;
struct target_list;

struct interactive_input {
    const char *name; // "<repl:3>"
    struct str text;
    bool is_expr; // is there for `it`
    bool needed;  // of an expression: something mentions its value
};

struct interactive {
    struct driver *driver;
    struct arena arena;
    const char *file;      // null: none
    struct module *module; // of the file; null: none, or it could not be loaded
    struct toplevel *top;
    VEC(struct interactive_input) log;
    size_t count;     // inputs so far
    const char *name; // of the one at hand
    // What an expression gave that the command at hand wants as a target as well.
    const char *ready_text; // null: nothing
    struct value ready;
    size_t memory_limit; // bytes of values from which on they are forgotten; 0: the default
    size_t memory_now;   // that, or more where that is not enough
    bool tidied;         // by the input before
};

// Makes the driver's session, in its evaluation, which must not have begun. Belongs to the driver.
// False after a report: then there is a session without the bindings of the file, which
// interactive_restart tries to load again; or none (d->interactive is null) if not even the
// standard library can be loaded.
bool interactive_begin(struct driver *d, const char *file) MUST_USE;
// Of driver.c.
void interactive_free(struct interactive *i);

// The same file again, as it is now, with the driver's params as they are now, and what was typed
// on top of it. What does not fit any more is reported and left out. False after a report: then
// everything is as before.
bool interactive_restart(struct interactive *i, size_t *left_out) MUST_USE;
// Another file, or none; nothing of what was typed is left. False after a report, as above.
bool interactive_load(struct interactive *i, const char *file) MUST_USE;
// A param of the file from now on: restarts. False after a report, as above.
bool interactive_set(struct interactive *i, struct str name, struct str text,
                     size_t *left_out) MUST_USE;

// Before each input: its name. Errors of the inputs before are forgotten, so that they are reported
// again; values, where they are too many.
void interactive_next(struct interactive *i);

// Bindings. *out (borrowed until the next call) tells of tests.
bool interactive_define(struct interactive *i, struct str text, struct module **out) MUST_USE;
// An expression, which becomes `it`; and one that does not.
bool interactive_eval(struct interactive *i, struct str text, struct value *out) MUST_USE;
bool interactive_look(struct interactive *i, struct str text, struct value *out) MUST_USE;

// Appends the stages that an expression gives. E1008 if there are none.
bool interactive_target(struct interactive *i, const char *text, struct target_list *out) MUST_USE;
// The same value will be asked for as a target.
void interactive_prepare(struct interactive *i, const char *text, struct value v);

// A session as JSON and back, for a realization that is paused (pause.h): the targets can be
// evaluated again in another process. The one that is read becomes the driver's, as with
// interactive_begin.
json_t *interactive_json(const struct interactive *i);
bool interactive_from_json(struct driver *d, const json_t *json) MUST_USE;
