// The lexer: a pure function from a place in a text to the token that begins there. It keeps no
// state and reports nothing; who calls it says whether the place is in code or inside a string, and
// gives errors their words.
//
// Every byte belongs to a token (blanks and comments are tokens too), so tokens tile a text. It
// never fails: what cannot be a token is one of the BAD_ kinds. Only STRING_UNCLOSED and EOF are
// empty. Source: grammar/lexer.re.
#pragma once

#include "syntax/token.h"

enum lex_mode {
    LEX_CODE,
    LEX_STRING,    // after the opening " or between its interpolations
    LEX_MULTILINE, // the same for '''
};

// Reads one token at *cursor and moves *cursor behind it. A NUL byte must stand at `end`; *cursor
// <= end.
enum token_kind lex(enum lex_mode mode, const char **cursor, const char *end)
    __attribute__((nonnull));
