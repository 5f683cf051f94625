// The tokens of plx; the contract is in lib/syntax/lex.h. Bytes over 0x7f are taken as they come: the caller has checked that the text
// is UTF-8, and gives a word with such bytes its message.
#include "syntax/lex.h"

/*!re2c
    re2c:api:style = free-form;
    re2c:define:YYCTYPE = "unsigned char";
    re2c:define:YYPEEK = "(unsigned char)*at";
    re2c:define:YYSKIP = "++at;";
    re2c:define:YYBACKUP = "mark = at;";
    re2c:define:YYRESTORE = "at = mark;";
    re2c:yyfill:enable = 0;
    re2c:flags:input = custom;

    letter  = [A-Za-z_];
    digit   = [0-9];
    high    = [\x80-\xff];
    blank   = [ \t\r];
    digits  = digit ("_"? digit)*;
    hex     = "0x" [0-9a-fA-F] ("_"? [0-9a-fA-F])*;
    exp     = [eE] [+-]? digits;
    segment = [A-Za-z0-9_.+@-]+;
    escape  = "\\" [^\x00-\x1f];
*/

// A slash right before a quote or a bracket joins, it does not end the path: ./data/"x" is ./data / "x".
static const char *path_end(const char *at)
{
    bool joins = at[-1] == '/' && (*at == '"' || *at == '\'' || *at == '(');
    return joins ? at - 1 : at;
}

static enum token_kind lex_code(const char **cursor, const char *end)
{
    const char *at = *cursor;
    const char *mark = at;
#define TAKE(kind)                                                                                 \
    do {                                                                                           \
        *cursor = at;                                                                              \
        return TOKEN_##kind;                                                                       \
    } while (0)
    /*!re2c
    "\x00" {
        if (at - 1 == end) return TOKEN_EOF;
        TAKE(BAD_CHAR);
    }
    blank+                            { TAKE(SPACE); }
    blank* "\n" (blank | "\n")*       { TAKE(NEWLINE); }
    "#" [^\n\x00]*                    { TAKE(COMMENT); }
    "//" [^\n\x00]*                   { TAKE(SLASH_COMMENT); }
    "/*" ([^*\x00] | "*"+ [^*/\x00])* ("*"+ "/")? { TAKE(BLOCK_COMMENT); }

    "true"   { TAKE(TRUE); }
    "false"  { TAKE(FALSE); }
    "null"   { TAKE(NULL); }
    "let"    { TAKE(LET); }
    "in"     { TAKE(IN); }
    "if"     { TAKE(IF); }
    "then"   { TAKE(THEN); }
    "else"   { TAKE(ELSE); }
    "fn"     { TAKE(FN); }
    "import" { TAKE(IMPORT); }
    "for"    { TAKE(FOR); }
    "with"   { TAKE(WITH); }
    letter (letter | digit)*          { TAKE(ID); }
    (letter | high) (letter | digit | high)* { TAKE(BAD_NAME); }

    digits | hex                      { TAKE(INT); }
    digits "." digits exp? | digits exp { TAKE(FLOAT); }
    digits ("." digits)? (letter | digit | high)+ { TAKE(BAD_NUMBER); }
    digits ("." digits)? [eE] [+-]    { TAKE(BAD_NUMBER); }
    digits "." digits ("." digits)+   { TAKE(BAD_NUMBER); }

    "."{1,2} "/"                      { TAKE(PATH); }
    "."{1,2} ("/" segment)+           { TAKE(PATH); }
    "."{1,2} ("/" segment)+ "/" {
        at = path_end(at);
        TAKE(PATH);
    }

    "\"" | "'''"                      { TAKE(STRING_OPEN); }
    "'" [^'\n\x00]* "'"               { TAKE(SINGLE_QUOTED); }
    "\"\"\"" ("\""{0,2} [^"\x00])* "\"\"\"" { TAKE(TRIPLE_QUOTED); }

    "("   { TAKE(LPAREN); }
    ")"   { TAKE(RPAREN); }
    "["   { TAKE(LBRACKET); }
    "]"   { TAKE(RBRACKET); }
    "{"   { TAKE(LBRACE); }
    "}"   { TAKE(RBRACE); }
    ","   { TAKE(COMMA); }
    ";"   { TAKE(SEMI); }
    "."   { TAKE(DOT); }
    ".."  { TAKE(DOTDOT); }
    ":"   { TAKE(COLON); }
    "="   { TAKE(EQ); }
    "->"  { TAKE(ARROW); }
    "=>"  { TAKE(FAT_ARROW); }
    "?"   { TAKE(QUESTION); }
    "|"   { TAKE(BAR); }
    "|>"  { TAKE(PIPE); }
    "||"  { TAKE(OR); }
    "&&"  { TAKE(AND); }
    "=="  { TAKE(EQEQ); }
    "!="  { TAKE(NE); }
    "<"   { TAKE(LT); }
    "<="  { TAKE(LE); }
    ">"   { TAKE(GT); }
    ">="  { TAKE(GE); }
    "&"   { TAKE(AMP); }
    "++"  { TAKE(CONCAT); }
    "+"   { TAKE(PLUS); }
    "-"   { TAKE(MINUS); }
    "*"   { TAKE(STAR); }
    "/"   { TAKE(SLASH); }
    "%"   { TAKE(PERCENT); }
    "??"  { TAKE(DEFAULT); }
    "!"   { TAKE(NOT); }
    *     { TAKE(BAD_CHAR); }
    */
}

static enum token_kind lex_string(const char **cursor, const char *end)
{
    const char *at = *cursor;
    const char *mark = at;
    /*!re2c
    "\x00" {
        if (at - 1 == end) return TOKEN_STRING_UNCLOSED;
        TAKE(BAD_CHAR);
    }
    "\r"? "\n"                        { return TOKEN_STRING_UNCLOSED; }
    "\""                              { TAKE(STRING_CLOSE); }
    "~{"                              { TAKE(INTERP_OPEN); }
    ([^"\\~\x00-\x08\x0a-\x1f] | escape)+ { TAKE(STRING_TEXT); }
    "~" | "\\"                        { TAKE(STRING_TEXT); }
    *                                 { TAKE(BAD_CHAR); }
    */
}

static enum token_kind lex_multiline(const char **cursor, const char *end)
{
    const char *at = *cursor;
    const char *mark = at;
    /*!re2c
    "\x00" {
        if (at - 1 == end) return TOKEN_STRING_UNCLOSED;
        TAKE(BAD_CHAR);
    }
    "'''"                             { TAKE(STRING_CLOSE); }
    "~{"                              { TAKE(INTERP_OPEN); }
    [^'~\x00-\x08\x0b\x0c\x0e-\x1f]+  { TAKE(STRING_TEXT); }
    "'" | "''" | "~" | "~~{"          { TAKE(STRING_TEXT); }
    *                                 { TAKE(BAD_CHAR); }
    */
#undef TAKE
}

enum token_kind lex(enum lex_mode mode, const char **cursor, const char *end)
{
    switch (mode) {
    case LEX_STRING: return lex_string(cursor, end);
    case LEX_MULTILINE: return lex_multiline(cursor, end);
    case LEX_CODE: break;
    }
    return lex_code(cursor, end);
}
