// Types as contracts: what an annotation asks of a value, checked where it is written. Made of
// syntax trees by contract_resolve.c; failures are explained by contract_report.c.
//
// A check evaluates nothing that would not have been evaluated: fields of a record that are still
// pending are replaced by guards, which check when somebody needs the field and then blame the same
// places. The one exception is a union of several record or list types of which the names of the
// fields do not tell which is meant: to choose, pending fields are evaluated.
//
// What a type costs: a scalar is one test of a bit (contract_fits); a list is walked; a record
// without pending fields is walked, and copied only if something inside had to be guarded.
#pragma once

#include "eval/machine.h"

enum contract_kind {
    CONTRACT_TAGS,    // decided by the tag alone: Int, Number, Text, null
    CONTRACT_LITERAL, // one string
    CONTRACT_LIST,
    CONTRACT_RECORD,
    CONTRACT_DICT,
    CONTRACT_UNION,
    CONTRACT_ALIAS, // a name that `type` gave to another contract
};

struct contract_field {
    sym name;
    bool optional;
    const struct contract *type;
};

struct contract {
    uint8_t kind;
    uint8_t state;    // contract_resolve.c
    uint32_t accepts; // a bit for each tag (ACCEPT) whose values fit, whatever they hold
    uint32_t perhaps; // … whose values fit if what they hold does; disjoint from accepts
    struct span span; // where it was written
    union {
        struct str literal;
        struct contract *inner; // LIST
        struct {
            struct contract_field *fields; // by ascending symbol
            uint32_t count;
            bool open;
        } record;
        struct {
            struct contract *key;
            struct contract *value;
        } dict;
        struct {
            struct contract **members;
            uint32_t count;
        } alternatives; // UNION; `T?` is a union with null
        struct {
            struct contract *target;
            sym name;
        } alias;
    };
};

// What the value was: it decides the words of a message and who is blamed.
enum contract_role {
    CONTRACT_ARGUMENT, // `owner` is the function, `name` the parameter: blames the call
    CONTRACT_RESULT,   // `owner` is the function
    CONTRACT_BINDING,
    CONTRACT_ITEM,    // a field of a record
    CONTRACT_DEFAULT, // of the parameter `name`
    CONTRACT_SETTING, // what an importer gives as the param `name` of `file`
};

struct contract_blame {
    enum contract_role role;
    sym owner;          // SYM_NONE: a function without a name
    sym name;           // SYM_NONE: a field whose name was computed
    const char *file;   // SETTING
    struct span guilty; // the value,
    bool indirect;      // or what it came out of: a list that is spread, a builtin's call
    const struct contract *contract;
};

// Where inside the value: a field, or an element (name is SYM_NONE).
struct contract_step {
    const struct contract_step *up;
    sym name;
    size_t index;
};

enum contract_misfit {
    MISFIT_TYPE,
    MISFIT_SHAPE, // a record that lacks fields, or has some that the type does not know
    MISFIT_KEY,   // a dictionary with the key `key`
};

// Why a value does not fit.
struct contract_fault {
    enum contract_misfit misfit;
    const struct contract *contract; // of the part that does not fit, behind all aliases but one
    struct value value;              // that part; the record for SHAPE and KEY. VALUE_THUNK: not
    uint32_t tags;                   // known, but one of these
    sym key;
    const struct contract_step *step; // null: the value itself
    struct span span;                 // the nearest known place
    size_t depth;                     // steps
};

// Is the value fine, whatever it holds? (Of a scalar: does it fit?)
static inline bool contract_fits(const struct contract *c, struct value v)
{
    return (c->accepts & ACCEPT(v.tag)) != 0;
}

// Checks a forced value. It may be replaced by one whose pending fields are guarded. False after
// E0501 to E0504, or if evaluating something failed.
bool contract_check(struct eval *ev, const struct contract *c, struct value *v,
                    const struct contract_blame *blame) MUST_USE;

enum contract_verdict { CONTRACT_FITS, CONTRACT_MISFIT, CONTRACT_BROKEN };

// Does the value fit, with all that it holds? Evaluates what is pending; BROKEN: that failed, after
// a report. `fault` (may be null) tells why not.
enum contract_verdict contract_try(struct eval *ev, const struct contract *c, struct value v,
                                   struct span span, struct contract_fault *fault) MUST_USE;

// A copy of the steps that lives as long as the evaluation, followed by `rest`.
const struct contract_step *contract_steps(struct eval *ev, const struct contract_step *s,
                                           const struct contract_step *rest);

// Behind aliases.
const struct contract *contract_target(const struct contract *c);

struct frame;
struct node_check;
// The blame of a NODE_CHECK in the body of `code`.
struct contract_blame contract_blame_of(const struct code *code, struct span guilty,
                                        const struct contract *c);
// What NODE_CHECK does with a value that contract_fits does not decide.
struct value contract_node(struct eval *ev, const struct node_check *n, const struct frame *f,
                           struct value v) MUST_USE;
// The value of a guard (NODE_GUARD).
struct value contract_guard(struct eval *ev, struct frame *f) MUST_USE;
