// The likely cause of a syntax error: what is missing, or which other language was meant.
#pragma once

#include "syntax/parse_state.h"

// Reports the refused token t if a cause is recognised; else false.
bool parse_hint(struct parser *p, struct token t) MUST_USE;
// Adds a help if t looks like a mistyped keyword that could stand there, or like a name that is a
// keyword.
void parse_hint_keyword(struct parser *p, struct diag *d, struct token t);
// Does t announce in another language that a name follows, as in `def f`?
bool parse_declares(const struct parser *p, struct token t) MUST_USE;
// Adds a help for a character that other languages use.
void parse_hint_character(struct diag *d, uint32_t cp);

// "`x`", "a string", "the end of the file".
const char *parse_found(struct parser *p, struct token t) MUST_USE;
bool parse_expects_type(const struct parser *p);
