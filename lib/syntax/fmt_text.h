// The formatter's part for '''…''' strings: moving the lines of a text to the indentation of its
// place without changing what it means.
#pragma once

#include <stdbool.h>

#include "syntax/ast.h"
#include "syntax/doc.h"

// Can its lines be moved? They can if the text begins behind the opening line, a line of it is not
// blank, and no interpolation goes over a line break.
bool fmt_text_moves(struct str source, const struct expr *e) MUST_USE;
// Puts the text, one level deeper than where its opening quotes stand.
void fmt_text(struct doc *d, struct str source, const struct expr *e);
