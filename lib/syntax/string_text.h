// What the text of a string means: escapes in "…", indentation in '''…'''.
#pragma once

#include "syntax/ast_build.h"

// Replaces the texts of a "…" string by what they stand for. Unknown escapes are reported.
void string_unescape(struct builder *b, struct string_piece *pieces, uint32_t count);

// The same for a '''…''' string: drops blanks up to the first line break if nothing else is there,
// removes the indentation that all lines share which are not blank (compared by character, tabs and
// spaces differ), and the blanks before the closing quotes; ~~{ becomes ~{, and a line ends with \n
// even if the source says \r\n, so that a derivation's identity does not depend on how a file was
// checked out. Texts may become empty.
void string_dedent(struct builder *b, struct string_piece *pieces, uint32_t count);
