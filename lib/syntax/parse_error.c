#include "syntax/parse_error.h"

#include "base/utf8.h"
#include "syntax/parse_hint.h"

// ---- words for tokens

const char *parse_found(struct parser *p, struct token t)
{
    if (t.kind == TOKEN_EOF) return p->expr_only ? "the end of the text" : "the end of the file";
    if (t.kind == TOKEN_STRING_OPEN) return "a string";
    struct str s = parser_text(p, t);
    size_t len = ast_clip(s).len;
    return arena_printf(&p->b.sink->arena, "`%.*s%s`", (int)len, s.p, len < s.len ? "…" : "");
}

// What the automaton would take, by kind, with the kinds removed that a group names.
struct expected {
    bool kinds[TOKEN_GRAMMAR_END];
    const char *groups[4];
    int count;
};

static void drop(struct expected *e, enum token_kind from, enum token_kind to)
{
    for (int k = (int)from; k <= (int)to; k++) e->kinds[k] = false;
}

static void group(struct expected *e, const char *name)
{
    e->groups[e->count++] = name;
}

bool parse_expects_type(const struct parser *p)
{
    return grammar_accepts(p->grammar, TOKEN_NULL) &&
           grammar_accepts(p->grammar, TOKEN_STRING_OPEN) &&
           !grammar_accepts(p->grammar, TOKEN_INT) && !grammar_accepts(p->grammar, TOKEN_THEN);
}

static void find_groups(const struct parser *p, struct expected *e)
{
    bool *k = e->kinds;
    bool words = k[TOKEN_THEN] && k[TOKEN_FOR];
    if (k[TOKEN_ASSERT]) {
        drop(e, TOKEN_PARAM, TOKEN_ASSERT);
        k[TOKEN_ID] = k[TOKEN_SEMI] = k[TOKEN_EOF] = false;
        group(e, "a binding");
    }
    if (k[TOKEN_INT]) {
        for (int i = 0; i < TOKEN_GRAMMAR_END; i++)
            if (token_begins_operand((enum token_kind)i)) k[i] = false;
        k[TOKEN_MINUS] = k[TOKEN_DOTDOT] = false;
        group(e, "an expression");
    } else if (words) {
        k[TOKEN_ID] = k[TOKEN_STRING_OPEN] = k[TOKEN_DOTDOT] = k[TOKEN_LBRACKET] = false;
        group(e, "a name");
    } else if (parse_expects_type(p)) {
        k[TOKEN_ID] = k[TOKEN_NULL] = k[TOKEN_STRING_OPEN] = k[TOKEN_LBRACKET] = k[TOKEN_LBRACE] =
            false;
        group(e, "a type");
    } else if (k[TOKEN_PLUS]) {
        drop(e, TOKEN_PIPE, TOKEN_DEFAULT);
        k[TOKEN_DOT] = k[TOKEN_LBRACKET] = k[TOKEN_LPAREN] = k[TOKEN_WITH] = k[TOKEN_FOR] =
            k[TOKEN_IF] = false;
        group(e, "an operator");
    }
    if (words) drop(e, TOKEN_TRUE, TOKEN_WITH);
    if (k[TOKEN_BAR]) k[TOKEN_DOT] = k[TOKEN_QUESTION] = k[TOKEN_BAR] = false;
}

static const char *expected_text(struct parser *p)
{
    struct expected e = {0};
    for (int i = 0; i < TOKEN_GRAMMAR_END; i++) e.kinds[i] = grammar_accepts(p->grammar, i);
    find_groups(p, &e);
    const char *parts[TOKEN_GRAMMAR_END];
    int count = 0;
    for (int i = 1; i < TOKEN_GRAMMAR_END; i++)
        if (e.kinds[i]) parts[count++] = token_text((enum token_kind)i);
    for (int i = 0; i < e.count; i++) parts[count++] = e.groups[i];
    if (count == 0) return token_text(TOKEN_EOF);
    const char *text = parts[0];
    for (int i = 1; i < count; i++)
        text = arena_printf(&p->b.sink->arena, "%s%s%s", text, i + 1 < count ? ", " : " or ",
                            parts[i]);
    return text;
}

void parse_report_refused(struct parser *p, struct token t)
{
    if (parse_hint(p, t)) return;
    const char *expected = expected_text(p);
    bool ends = t.kind == TOKEN_EOF && p->last[0].end > 0;
    struct diag *d = ast_error(&p->b, parser_span(p, ends ? p->last[0] : t), "E0201",
                               "expected %s, found %s", expected, parse_found(p, t));
    diag_primary(d, ends ? "nothing comes after this" : "not expected here");
    parse_hint_keyword(p, d, t);
}

// ---- brackets

static const char *bracket_text(enum token_kind kind)
{
    switch (kind) {
    case TOKEN_STRING_OPEN: return "`\"`";
    default: return token_text(kind);
    }
}

static enum token_kind closer_of(enum token_kind kind)
{
    switch (kind) {
    case TOKEN_LPAREN: return TOKEN_RPAREN;
    case TOKEN_LBRACKET: return TOKEN_RBRACKET;
    case TOKEN_INTERP_OPEN: return TOKEN_INTERP_CLOSE;
    default: return TOKEN_RBRACE;
    }
}

static struct span bracket_span(const struct parser *p, struct bracket b)
{
    uint32_t width = b.kind == TOKEN_INTERP_OPEN ? 2 : b.multiline ? 3 : 1;
    return ast_span(&p->b, b.start, b.start + width);
}

void parse_report_mismatch(struct parser *p, struct token t)
{
    const char *text = token_text(t.kind);
    if (p->brackets.len == 0) {
        struct diag *d = ast_error(&p->b, parser_span(p, t), "E0204", "%s closes nothing", text);
        diag_primary(d, "no bracket is open here");
        return;
    }
    struct bracket top = vec_last(&p->brackets);
    const char *open = bracket_text(top.kind);
    struct diag *d =
        ast_error(&p->b, parser_span(p, t), "E0204", "%s does not close %s", text, open);
    diag_primary(d, "expected %s", token_text(closer_of(top.kind)));
    diag_label(d, bracket_span(p, top), "opened here");
}

void parse_report_unclosed(struct parser *p, struct token t)
{
    struct bracket top = vec_last(&p->brackets);
    bool margin = p->suspect.kind != TOKEN_EOF && p->suspect.start > top.start;
    const char *open = bracket_text(top.kind);
    struct diag *d = ast_error(&p->b, bracket_span(p, top), "E0203", "%s is never closed", open);
    diag_primary(d, "no %s closes it", token_text(closer_of(top.kind)));
    if (margin) {
        diag_label(d, parser_span(p, p->suspect), "a new binding seems to begin here");
        p->resume = true;
    } else if (t.kind != TOKEN_EOF) {
        diag_label(d, parser_span(p, t), "a new binding seems to begin here");
    } else {
        diag_label(d, parser_span(p, t),
                   p->expr_only ? "the text ends here" : "the file ends here");
    }
}

void parse_report_depth(struct parser *p, struct token t)
{
    struct diag *d = ast_error(&p->b, parser_span(p, t), "E0202",
                               "the source nests deeper than %u levels", p->b.depth_limit);
    diag_primary(d, "one level too many");
    diag_note(d, "`--limit nesting=N` sets another limit");
    diag_help(d, "give inner parts of it names, with `let` or with bindings");
    p->b.stop = true;
}

// ---- tokens

static void report_unclosed_string(struct parser *p, struct token t)
{
    size_t at = p->brackets.len;
    while (at > 0 && p->brackets.at[at - 1].kind != TOKEN_STRING_OPEN) at--;
    struct bracket string = p->brackets.at[at - 1];
    if (at < p->brackets.len) { // a line break between ~{ and }
        struct diag *d =
            ast_error(&p->b, bracket_span(p, p->brackets.at[at]), "E0111",
                      "an interpolation in a one-line string goes over the end of the line");
        diag_primary(d, "no `}` follows on this line");
        diag_help(d, "close it with `}`, or use a '''…''' string");
        return;
    }
    if (string.multiline) {
        struct diag *d =
            ast_error(&p->b, bracket_span(p, string), "E0104", "a '''…''' string is not closed");
        diag_primary(d, "no ''' follows");
        return;
    }
    struct diag *d = ast_error(&p->b, ast_span(&p->b, string.start, t.start), "E0104",
                               "a string is not closed on its line");
    diag_primary(d, "the closing `\"` is missing");
    if (at >= 2 && p->brackets.at[at - 2].kind == TOKEN_INTERP_OPEN)
        diag_label(d, bracket_span(p, p->brackets.at[at - 2]),
                   "inside this interpolation, whose `}` may be what is missing");
    else
        diag_help(d, "a text of several lines stands in '''…'''");
}

// Spaces that look like the plain one.
static bool is_foreign_space(uint32_t cp)
{
    return cp == 0x85 || cp == 0xA0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200A) ||
           cp == 0x202F || cp == 0x205F || cp == 0x3000;
}

static void report_space(struct parser *p, struct span span, uint32_t cp)
{
    struct diag *d = ast_error(&p->b, span, "E0103",
                               "the character U+%04X, a kind of space, stands in the code", cp);
    diag_help(d, "write a plain space; in a string `\\u{%X}`", cp);
}

static void report_invisible(struct parser *p, struct span span, uint32_t cp)
{
    struct diag *d =
        ast_error(&p->b, span, "E0102", "the invisible character U+%04X stands in the code", cp);
    diag_help(d, "remove it; in a string write `\\u{%X}`", cp);
}

// Surely a letter, of the scripts in which names of one letter are likely.
static bool is_letter(uint32_t cp)
{
    bool latin = cp >= 0xC0 && cp <= 0x24F && cp != 0xD7 && cp != 0xF7;
    return latin || (cp >= 0x391 && cp <= 0x52F);
}

// A run of letters beyond ASCII, or one character that no token begins with.
static void report_character(struct parser *p, struct token t)
{
    struct str s = parser_text(p, t);
    const char *at = s.p;
    const char *start = at;
    uint32_t cp = 0;
    while (at < p->end && (at == s.p || at < s.p + s.len)) {
        start = at;
        cp = utf8_decode(&at, p->end);
        if (t.kind == TOKEN_BAD_CHAR || cp >= 0x80) break;
    }
    struct span span = ast_span(&p->b, (uint32_t)(start - p->begin), (uint32_t)(at - p->begin));
    if (utf8_is_invisible(cp)) {
        report_invisible(p, span, cp);
        return;
    }
    if (is_foreign_space(cp)) {
        report_space(p, span, cp);
        return;
    }
    bool quote =
        cp == 0x2018 || cp == 0x2019 || (cp >= 0x201C && cp <= 0x201E) || cp == 0xAB || cp == 0xBB;
    if (t.kind == TOKEN_BAD_NAME && !quote && cp >= 0xC0 &&
        (s.len > (size_t)(at - start) || is_letter(cp))) {
        struct diag *d =
            ast_error(&p->b, parser_span(p, t), "E0108",
                      "the name `" STR_FMT "` has characters other than letters, digits and `_`",
                      STR_ARG(ast_clip(s)));
        diag_help(d, "names are written in A-Z, a-z, 0-9 and `_`; strings and quoted field names "
                     "may hold any text");
        return;
    }
    struct diag *d;
    if (cp < 0x20 || cp == 0x7f)
        d = ast_error(&p->b, span, "E0103", "the control character U+%04X cannot stand %s", cp,
                      p->brackets.len > 0 && vec_last(&p->brackets).kind == TOKEN_STRING_OPEN
                          ? "in a string"
                          : "in the code");
    else
        d = ast_error(&p->b, span, "E0103", "unexpected character `%.*s`", (int)(at - start),
                      start);
    if (quote)
        diag_help(d, "strings stand in straight double quotes: `\"…\"`");
    else if (cp < 0x20)
        diag_help(d, "in a string write `\\u{%X}`", cp);
    else
        parse_hint_character(d, cp);
}

static void report_number(struct parser *p, struct token t)
{
    struct str s = parser_text(p, t);
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.p[i] < 0x80) continue;
        report_character(p, (struct token){TOKEN_BAD_CHAR, t.start + (uint32_t)i, t.end, false});
        return;
    }
    struct diag *d = ast_error(&p->b, parser_span(p, t), "E0106", "`" STR_FMT "` is not a number",
                               STR_ARG(ast_clip(s)));
    char second = s.len > 1 ? s.p[1] : 0;
    char end = s.p[s.len - 1];
    size_t digits = 0;
    while (digits < s.len && ((s.p[digits] >= '0' && s.p[digits] <= '9') || s.p[digits] == '.'))
        digits++;
    bool octal =
        s.p[0] == '0' && (second == 'o' || second == 'b' || second == 'O' || second == 'B');
    if (octal)
        diag_help(d, "numbers are decimal, or hexadecimal with `0x`");
    else if (s.p[0] == '0' && second == 'X')
        diag_help(d, "a hexadecimal number begins with `0x`");
    else if (s.p[0] == '0' && second == 'x')
        diag_help(d, "hexadecimal digits must follow `0x`");
    else if (end == '_' || memmem(s.p, s.len, "__", 2))
        diag_help(d, "`_` may stand between two digits");
    else if (end == 'e' || end == 'E' || end == '-' || end == '+')
        diag_help(d, "an exponent needs digits: `1e-3`");
    else if (digits == s.len)
        diag_help(d, "a version is a string: `\"" STR_FMT "\"`", STR_ARG(ast_clip(s)));
    else
        diag_help(d, "numbers have no units or suffixes, and names do not begin with a digit");
}

void parse_report_token(struct parser *p, struct token t)
{
    switch (t.kind) {
    case TOKEN_STRING_UNCLOSED: report_unclosed_string(p, t); break;
    case TOKEN_BAD_NUMBER: report_number(p, t); break;
    default: report_character(p, t); break;
    }
}

// ---- what is repaired

void parse_report_comment(struct parser *p, struct token t)
{
    struct span mark = ast_span(&p->b, t.start, t.start + 2);
    bool block = t.kind == TOKEN_BLOCK_COMMENT;
    struct diag *d =
        ast_error(&p->b, mark, "E0110", "`%s` does not begin a comment", block ? "/*" : "//");
    diag_help(d, "a comment begins with `#` and goes to the end of the line");
    if (!block && !t.line_first)
        diag_help(d, "integer division is `div(a, b)`, and `merge(a, b)` updates a record");
}

void parse_report_single_quotes(struct parser *p, struct token t)
{
    struct str s = parser_text(p, t);
    struct diag *d = ast_error(&p->b, parser_span(p, t), "E0109", "strings stand in double quotes");
    const char *rest = s.p + s.len;
    while (rest < p->end && (*rest == ' ' || *rest == '\t' || *rest == '\r')) rest++;
    if (s.len == 2 && rest < p->end && *rest == '\n')
        diag_help(d, "a text of several lines stands in '''…''', with `~{…}` in it");
    else if (s.len <= 40 && !memchr(s.p, '"', s.len))
        diag_help(d, "write `\"" STR_FMT "\"`", (int)s.len - 2, s.p + 1);
}

void parse_report_triple_quotes(struct parser *p, struct token t)
{
    struct span quotes = ast_span(&p->b, t.start, t.start + 3);
    struct diag *d = ast_error(&p->b, quotes, "E0109", "three double quotes begin no string");
    diag_help(d, "a text of several lines stands in '''…''', with `~{…}` in it");
}

void parse_report_semicolon(struct parser *p, struct token t)
{
    struct bracket top = vec_last(&p->brackets);
    if (p->semi_reported == top.start + 1) return;
    p->semi_reported = top.start + 1;
    const char *what = top.kind == TOKEN_LBRACKET ? "list elements"
                       : top.kind == TOKEN_LBRACE ? "fields"
                                                  : "arguments";
    struct diag *d =
        ast_error(&p->b, parser_span(p, t), "E0205", "%s are separated by `,`, not by `;`", what);
    diag_label(d, bracket_span(p, top), "in this bracket");
    diag_help(d, "write `,`");
}

// ---- warnings

// Unicode's Bidi_Control.
static bool turns_text(uint32_t cp)
{
    return cp == 0x061C || cp == 0x200E || cp == 0x200F || (cp >= 0x202A && cp <= 0x202E) ||
           (cp >= 0x2066 && cp <= 0x2069);
}

void parse_check_text(struct parser *p, struct token t)
{
    if (p->b.ascii) return;
    struct str s = parser_text(p, t);
    const char *end = s.p + s.len;
    for (const char *at = s.p; at < end;) {
        const char *start = at;
        if ((unsigned char)*at < 0x80) {
            at++;
            continue;
        }
        uint32_t cp = utf8_decode(&at, end);
        // The joiners that emoji and several scripts are written with change nothing around them.
        if (!utf8_is_invisible(cp) || cp == 0x200C || cp == 0x200D) continue;
        bool comment = t.kind == TOKEN_COMMENT;
        struct span span = ast_span(&p->b, (uint32_t)(start - p->begin), (uint32_t)(at - p->begin));
        struct diag *d =
            diag_warning(p->b.sink, span, "W0102", "the invisible character U+%04X stands in a %s",
                         cp, comment ? "comment" : "string");
        diag_note(d, turns_text(cp) ? "the text may show in an order other than it is read"
                                    : "a reader cannot see that it is there");
        if (!comment) diag_help(d, "write `\\u{%X}` if it is meant", cp);
    }
}
