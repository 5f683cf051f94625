// A derivation as the evaluator hands it over: plain data, all JSON in canonical text. The driver
// turns the stages that its targets reach into the engine's plan.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/source.h"
#include "base/str.h"

struct function_value;

// How many outputs a stage can have: a run makes a folder for each before it begins.
#define STAGE_OUTPUTS_MAX 10000

struct stage {
    struct str name;
    struct str dref;   // "dref:HASH-name"
    struct str config; // the identity; what config.json holds
    // The realizer, in the encoding of language.md ("From stage to derivation"): {"kind": "script",
    // …}. The same object stands under
    // "__realizer__" of the config unless hash_realizer = false. Kinds and their fields:
    // engine/realizer.h.
    struct str realizer;
    // {"keys": [{"kind": "best", "file": "accuracy.txt"}, …], "rmin": 1, "rmax": 1, "exclusive":
    // false}; rmin and rmax may be null. A user's key function is {"kind": "call", "id": N}; N is
    // an index into the evaluation's key functions.
    struct str matcher;
    // What is neither identity nor matcher: {"check_promises": true, "outputs": 1, "passenv": […],
    // "resources": {…}, "retry": 0, "silent_timeout": 10, "timeout": 60}; what has its default is
    // left out.
    struct str options;
    struct stage *
        *deps; // the stages whose values went into the config, once each, in order of first use
    size_t dep_count;
    struct str *dref_deps; // drefs written as plain strings, which no stage of this evaluation
                           // stands behind
    size_t dref_dep_count;
    struct span span;   // the call that made it
    uint32_t mark;      // for who walks the graph; 0 when fresh
    void *config_value; // the evaluator's
};
