// What the pump (parse.c), the messages (parse_error.c) and the generated automaton share. Private
// to lib/syntax.
#pragma once

#include "syntax/ast_build.h"
#include "syntax/lex.h"
#include "syntax/parse.h"

// An open bracket, string or interpolation; the innermost one decides the lexer's mode.
struct bracket {
    enum token_kind kind; // LPAREN, LBRACKET, LBRACE, STRING_OPEN, INTERP_OPEN
    uint32_t start;
    uint32_t depth; // how many are open with it, strings not counted
    bool multiline; // of STRING_OPEN
};

struct parser {
    struct builder b;
    void *grammar;
    const char *begin; // the text
    const char *end;
    const char *cursor;
    VEC(struct bracket) brackets;
    struct token last[3];              // the tokens fed before, newest first
    struct token colon;                // the last `:` fed
    bool line_break;                   // the token before took the line break
    bool failed;                       // the automaton refused a token
    bool can_bind;                     // a binding may begin behind last[0]
    bool expr_only;                    // parse_expr
    const struct parse_bindings *each; // parse_file_each; else null
    struct arena_mark before_binding;  // of the tree's arena
    // The first name at the left margin that begins a binding by what follows it, but stands in a
    // bracket or where an expression is expected: probably the bracket is not closed, or the
    // expression is missing.
    struct token suspect;
    struct token before_suspect;
    bool resume; // at the suspect
    // A name that would begin a binding, but stands on the line of the expression before it, which
    // ends with crowded_by.
    struct token crowded;
    struct token crowded_by;
    size_t leave; // the entry of a `let` on the automaton's stack whose bindings parsing must not
                  // go on with
    uint32_t semi_reported; // start + 1 of the bracket whose `;` was reported
    bool ends_early;        // the first error is the end of the text
    uint32_t error_count;
    uint32_t stray_count; // closing brackets that were reported and passed over
};

// The generated automaton (grammar/parser.y).
void *grammarAlloc(void *(*allocate)(size_t), struct parser *p);
void grammarFree(void *grammar, void (*release)(void *));
void grammar(void *grammar, int kind, struct token t);
int grammarFallback(int kind);
void grammarInit(void *grammar, struct parser *p);
void grammarFinalize(void *grammar);

// Its stack; entries count from 1 to grammar_depth.
size_t grammar_depth(void *grammar);
// The token on entry `at`, null if a phrase is there.
struct token *grammar_token(void *grammar, size_t at);
// The list of a sequence of bindings on entry `at`, null if something else is there.
struct list *grammar_bindings(void *grammar, size_t at);
// Drops the entries over `at`.
void grammar_cut(void *grammar, size_t at);
// Would the automaton go on with a token of this kind?
bool grammar_accepts(void *grammar, int kind);

// Called by the automaton when a sequence of bindings, on the entry `at` of its stack, has one
// more.
void parser_bound(struct parser *p, struct list *list, size_t at);
// Called by the automaton for a token that it refuses.
void parser_syntax_error(struct parser *p, struct token t);
// The next token that is no blank and no comment, without moving.
struct token parser_peek(const struct parser *p, const char *from);
uint32_t parser_column(const struct parser *p, uint32_t offset); // from 0, in bytes
struct str parser_text(const struct parser *p, struct token t);
struct span parser_span(const struct parser *p, struct token t);
// Does a binding begin at t, as far as its next tokens tell?
bool parser_looks_like_binding(const struct parser *p, struct token t);
