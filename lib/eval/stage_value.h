// Stages as values: from config, matcher and realizer to a struct stage with its identity, and back
// to attributes.
#pragma once

#include "eval/encode.h"
#include "eval/machine.h"
#include "eval/stage.h"

// What the evaluator knows of a stage beyond what it hands over.
struct stage_info {
    struct stage s;
    struct record *config; // as the user wrote it: promises are promises
    struct value matcher;
    struct value realizer;
    struct value options[7]; // by enum stage_option
    bool hash_realizer;
    struct stage_info *next; // another stage of the same dref
    uint32_t walk;           // encode.c
};

enum stage_option {
    OPTION_CHECK_PROMISES,
    OPTION_OUTPUTS,
    OPTION_PASSENV,
    OPTION_RESOURCES,
    OPTION_RETRY,
    OPTION_SILENT_TIMEOUT,
    OPTION_TIMEOUT,
    OPTION_COUNT,
};

struct stage_request {
    struct record *config;
    struct value matcher;
    struct value realizer;
    struct value options[OPTION_COUNT];
    bool hash_realizer;
    bool is_source; // equal content is one stage, wherever it lies
    struct span span;
};

static inline struct stage_info *stage_info(const struct stage *s)
{
    return s->config_value;
}

// A name, dref:HASH-name, rref:HASH-HASH-name, as store/ref.h has them.
bool stage_name_valid(struct str s);
bool stage_is_dref(struct str s);
bool stage_is_rref(struct str s);
// Is a path in an output, or what it is below of, a file that the store itself writes (store/nar.h,
// store/commit.h)?
bool stage_path_reserved(struct str path);

// Where the user asked for a stage: the innermost call outside of the standard library.
struct span stage_call_span(struct eval *ev, struct span call);

// Null after a report. The same stage for the same request.
struct stage *stage_make(struct eval *ev, const struct stage_request *request) MUST_USE;
// The same derivation with another matcher or realizer (Null: keep).
struct stage *stage_again(struct eval *ev, const struct stage *s, struct value matcher,
                          struct value realizer, struct span span) MUST_USE;

// The stage of a source file or folder; its realization holds it under stage_path_name. Patterns
// may be null.
struct stage *stage_of_path(struct eval *ev, struct path_value *path, struct span span) MUST_USE;
struct stage *stage_of_folder(struct eval *ev, struct path_value *path, struct list *include,
                              struct list *exclude, struct span span) MUST_USE;
struct str stage_path_name(const struct path_value *path);

struct record *stage_config(const struct stage *s);
// An attribute: promises and claims as Refs into the stage, also inside lists and records.
// VALUE_THUNK: there is none.
struct value stage_attr(struct eval *ev, struct stage *s, sym name, struct span span) MUST_USE;
