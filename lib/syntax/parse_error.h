// What the parser says: a message for each thing that it refuses, with the likely cause. Everything
// here reports and nothing else; parse.c decides how to go on.
#pragma once

#include "syntax/parse_state.h"

// The automaton refused t.
void parse_report_refused(struct parser *p, struct token t);
// A token that is none: a lone quote, a malformed number, a string that does not end …
void parse_report_token(struct parser *p, struct token t);
// A closing bracket that fits no open one, or not the innermost.
void parse_report_mismatch(struct parser *p, struct token t);
// The innermost bracket is not closed before p->suspect or, if that is EOF, before t.
void parse_report_unclosed(struct parser *p, struct token t);
void parse_report_depth(struct parser *p, struct token t);
// What is repaired.
void parse_report_comment(struct parser *p, struct token t);
void parse_report_single_quotes(struct parser *p, struct token t);
void parse_report_triple_quotes(struct parser *p, struct token t);
void parse_report_semicolon(struct parser *p, struct token t);
// Warns about invisible characters in a comment or a string.
void parse_check_text(struct parser *p, struct token t);
