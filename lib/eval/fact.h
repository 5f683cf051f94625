// What can be known of a value without evaluating anything: which tags it may have, and for some,
// more. A fact is never wrong, it may be weak; FACT_NONE with all tags says nothing.
#pragma once

#include "eval/contract.h"

enum fact_kind {
    FACT_NONE,     // the tags alone
    FACT_VALUE,    // a constant
    FACT_CONTRACT, // what has this type
    FACT_RECORD,   // these fields: of a Record, or the attributes of a Stage
    FACT_LIST,     // these elements
    FACT_FUNCTION,
};

struct fact {
    uint32_t tags; // a bit for each that is possible (ACCEPT)
    uint8_t kind;
    bool literal; // a number that stands in the text right here, on which no condition can depend
    union {
        struct value value;
        const struct contract *contract;
        const struct fact_record *record;
        const struct fact_list *list;
        struct fact_function *function;
    };
};

struct fact_field {
    sym name;
    struct span span;
    struct fact fact;
};

struct fact_record {
    struct fact_field *fields;
    uint32_t count;
    bool open; // there may be others
};

struct fact_list {
    struct fact *at;
    size_t len;
};

static inline struct fact fact_tags(uint32_t tags)
{
    return (struct fact){.tags = tags};
}
static inline struct fact fact_any(void)
{
    return fact_tags(ACCEPT_ANY);
}
struct fact fact_value(struct value v);
// Of a type, which may be null.
struct fact fact_contract(const struct contract *c);
// What holds of both.
struct fact fact_join(struct fact a, struct fact b);

enum fact_presence { FACT_THERE, FACT_MAYBE, FACT_ABSENT };

// A field of a Record or Stage. ABSENT: there is none for certain.
enum fact_presence fact_field(struct fact target, sym name, struct fact *out);
// Is it a Record whose fields are known? A constant becomes a FACT_RECORD, and a list of constants
// a FACT_LIST.
bool fact_is_record(struct eval *ev, struct fact *f);
bool fact_is_list(struct eval *ev, struct fact *f);
// The fields of a record that has no such field for certain, for messages.
struct shape *fact_shape(struct eval *ev, struct fact target);

// Does no value of which this fact is true fit the contract? `fault` tells why.
bool fact_misfit(struct eval *ev, struct fact f, const struct contract *c, struct span span,
                 struct contract_fault *fault);
