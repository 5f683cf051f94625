// Values of configs as people read them.
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/buf.h"

// Is this one thing to a reader: a path in a stage, a promise or claim, a Text, a list of numbers
// or strings? (For json_diff.)
bool config_text_is_whole(const json_t *value);

// Appends a value on one line: JSON, but `dref:…-data/a.csv` for a path in a stage, `promise /
// "a"`, `claim / "a"`, and a Text as a string with ~{dref:…/a.csv} in it.
void config_text_value(struct buf *out, const json_t *value);

// Appends the text of a string or Text, references in it as ~{dref:…/a.csv}. False, with nothing
// appended, for other values.
bool config_text_lines(struct buf *out, const json_t *value);
