// What a user names on the command line: `FILE`, `FILE#name`, `FILE#name.sub`, or a derivation of
// the store (a dref, or a prefix of one that is unique there).
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "base/vec.h"
#include "eval/stage.h"
#include "eval/value.h"

struct driver;
struct module;

// One thing to realize.
struct target {
    const char *text;    // what the user wrote
    struct stage *stage; // null for a derivation of the store
    struct str dref;
    struct str
        path; // inside the realization, when the target names a Ref (`f.plx#train.model`); else ""
};

struct target_list {
    VEC(struct target) items;
};

void target_list_free(struct target_list *list);

struct target_text {
    const char *file; // null: not a file, `name` is a ref
    const char *name; // null: none was given
};

// Splits at the last `#`, unless the whole text is the name of a file.
struct target_text target_split(struct driver *d, const char *text);

// Appends what the text means, evaluating as much as that takes; in an interactive session it is an
// expression. Without a name: `default` if the
// file has one, else all public stages. E1006 no such file, E1007 no such name, E1008 no stage,
// E1009 a file without stages.
bool target_resolve(struct driver *d, const char *text, struct target_list *out) MUST_USE;

// Appends the stages that a value is or holds; may be none. False after a report.
bool target_add(struct driver *d, const char *text, struct value v,
                struct target_list *out) MUST_USE;

// The value that a target names; of a file without a name, the record of its public bindings. In an
// interactive session, that of an expression.
bool target_value(struct driver *d, const char *text, struct value *out) MUST_USE;
