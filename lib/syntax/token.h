// The kinds of token, in one list that the lexer, the grammar and the messages share. The part that
// the grammar knows stands in the order of `%token` in grammar/parser.y (parse.c checks it); the
// rest never leaves the pump.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// X(NAME, how messages show it)
#define TOKEN_GRAMMAR(X)                                                                           \
    X(START_FILE, "the beginning")                                                                 \
    X(START_EXPR, "the beginning")                                                                 \
    X(ID, "a name")                                                                                \
    X(INT, "a number")                                                                             \
    X(FLOAT, "a number")                                                                           \
    X(PATH, "a path")                                                                              \
    X(TRUE, "`true`")                                                                              \
    X(FALSE, "`false`")                                                                            \
    X(NULL, "`null`")                                                                              \
    X(LET, "`let`")                                                                                \
    X(IN, "`in`")                                                                                  \
    X(IF, "`if`")                                                                                  \
    X(THEN, "`then`")                                                                              \
    X(ELSE, "`else`")                                                                              \
    X(FN, "`fn`")                                                                                  \
    X(IMPORT, "`import`")                                                                          \
    X(FOR, "`for`")                                                                                \
    X(WITH, "`with`")                                                                              \
    X(PARAM, "`param`")                                                                            \
    X(TYPE, "`type`")                                                                              \
    X(TEST, "`test`")                                                                              \
    X(ASSERT, "`assert`")                                                                          \
    X(STRING_OPEN, "a string")                                                                     \
    X(STRING_TEXT, "text")                                                                         \
    X(STRING_CLOSE, "a closing quote")                                                             \
    X(INTERP_OPEN, "`~{`")                                                                         \
    X(INTERP_CLOSE, "`}`")                                                                         \
    X(LPAREN, "`(`")                                                                               \
    X(RPAREN, "`)`")                                                                               \
    X(LBRACKET, "`[`")                                                                             \
    X(RBRACKET, "`]`")                                                                             \
    X(LBRACE, "`{`")                                                                               \
    X(RBRACE, "`}`")                                                                               \
    X(COMMA, "`,`")                                                                                \
    X(SEMI, "`;`")                                                                                 \
    X(DOT, "`.`")                                                                                  \
    X(DOTDOT, "`..`")                                                                              \
    X(COLON, "`:`")                                                                                \
    X(EQ, "`=`")                                                                                   \
    X(ARROW, "`->`")                                                                               \
    X(FAT_ARROW, "`=>`")                                                                           \
    X(QUESTION, "`?`")                                                                             \
    X(BAR, "`|`")                                                                                  \
    X(PIPE, "`|>`")                                                                                \
    X(OR, "`||`")                                                                                  \
    X(AND, "`&&`")                                                                                 \
    X(EQEQ, "`==`")                                                                                \
    X(NE, "`!=`")                                                                                  \
    X(LT, "`<`")                                                                                   \
    X(LE, "`<=`")                                                                                  \
    X(GT, "`>`")                                                                                   \
    X(GE, "`>=`")                                                                                  \
    X(AMP, "`&`")                                                                                  \
    X(CONCAT, "`++`")                                                                              \
    X(PLUS, "`+`")                                                                                 \
    X(MINUS, "`-`")                                                                                \
    X(STAR, "`*`")                                                                                 \
    X(SLASH, "`/`")                                                                                \
    X(PERCENT, "`%`")                                                                              \
    X(DEFAULT, "`??`")                                                                             \
    X(NOT, "`!`")

#define TOKEN_OTHER(X)                                                                             \
    X(SPACE, "a space")                                                                            \
    X(NEWLINE, "a line break") /* with the blanks and line breaks that follow */                   \
    X(COMMENT, "a comment")                                                                        \
    X(STRING_UNCLOSED, "the end of the line") /* nothing, before the end of line or file */        \
    X(SINGLE_QUOTED, "a string in single quotes")                                                  \
    X(TRIPLE_QUOTED, "a string in three quotes") /* of several lines, perhaps */                   \
    X(SLASH_COMMENT, "`//`")                     /* to the end of the line */                      \
    X(BLOCK_COMMENT, "`/*`")                     /* to its end, or to the end of the file */       \
    X(BAD_NUMBER, "a number")                                                                      \
    X(BAD_NAME, "a name") /* a word with characters outside ASCII */                               \
    X(BAD_CHAR, "a character")

enum token_kind {
    TOKEN_EOF, // Lemon's end marker is 0
#define X(name, text) TOKEN_##name,
    TOKEN_GRAMMAR(X) TOKEN_OTHER(X)
#undef X
        TOKEN_KIND_COUNT,
};

#define TOKEN_GRAMMAR_END TOKEN_SPACE // kinds below it are the grammar's

struct token {
    enum token_kind kind;
    uint32_t start; // offsets in the source
    uint32_t end;
    bool line_first; // nothing but blanks stands before it on its line
};

// "`,`", "a name"; a static string.
const char *token_text(enum token_kind kind);
// Is it a word of the language (also the contextual ones)?
bool token_is_keyword(enum token_kind kind);
// Can an expression end with it?
bool token_ends_operand(enum token_kind kind);
// Can an expression begin with it?
bool token_begins_operand(enum token_kind kind);
bool token_is_binary_operator(enum token_kind kind);
