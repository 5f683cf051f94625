// What a value in a config stands for: the one place that tells a path in a dependency from a list
// that begins with one (docs/store-format.md, "Derivations").
#pragma once

#include <jansson.h>
#include <stdbool.h>

enum config_form {
    CONFIG_PLAIN, // what JSON says: a scalar, an object, a list with its elements
    CONFIG_STAGE, // "dref:…"
    CONFIG_PATH,  // ["dref:…", "part", …] with one part at least
    CONFIG_OWN,   // ["__promise__", …], ["__claim__", …]
    CONFIG_TEXT,  // {"__text__": [piece, …]}
    CONFIG_LIST, // {"__list__": ["dref:…", "string", …]}: a list that would be a path without it
};

enum config_form config_form(const json_t *value);

// The elements of a list, plain or CONFIG_LIST; null for any other form.
const json_t *config_items(const json_t *value);
// The pieces of a Text; null for any other form.
const json_t *config_pieces(const json_t *value);

// In a Text, where a string is only a string, a stage is written ["dref:…"].
bool config_piece_is_stage(const json_t *piece);
