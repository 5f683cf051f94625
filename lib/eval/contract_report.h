// The words for values that do not fit their types.
#pragma once

#include "base/buf.h"
#include "eval/contract.h"

// Reports E0501 (an argument, or a param that an importer sets), E0502 (a result) or E0503
// (anything else). The primary place is the value's, a label shows the type.
void contract_report(struct eval *ev, const struct contract_blame *blame,
                     const struct contract_fault *fault);

// "a Float", "\"adam\" or \"sgd\"", "`[Config]`", "`Opt`": for sentences.
void contract_phrase(struct eval *ev, const struct contract *c, struct buf *out);

// "it is a Str, not a Float", "the field `lr` of element 3 is …", "it lacks the field `lr`".
void contract_clause(struct eval *ev, const struct contract_fault *fault, struct buf *out);

// Notes and help of a fault: what a name stands for, the nearest alternative, a correction.
void contract_explain(struct eval *ev, struct diag *d, const struct contract_fault *fault);
