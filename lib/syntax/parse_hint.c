#include "syntax/parse_hint.h"

#include "syntax/parse_error.h"

static bool accepts(const struct parser *p, enum token_kind kind)
{
    return grammar_accepts(p->grammar, (int)kind);
}

static bool is_word(const struct parser *p, struct token t, const char *word)
{
    return t.kind == TOKEN_ID && str_eqz(parser_text(p, t), word);
}

// The innermost token of kind `kind` on the automaton's stack that is not behind a bracket or
// another kind of `stop`.
static struct token *on_stack(struct parser *p, enum token_kind kind, enum token_kind stop)
{
    size_t closed = 0; // brackets that the automaton has not reduced yet
    for (size_t i = grammar_depth(p->grammar); i > 0; i--) {
        struct token *t = grammar_token(p->grammar, i);
        if (!t) continue;
        bool opens = t->kind == TOKEN_LPAREN || t->kind == TOKEN_LBRACKET ||
                     t->kind == TOKEN_LBRACE || t->kind == TOKEN_INTERP_OPEN;
        if (t->kind == TOKEN_RPAREN || t->kind == TOKEN_RBRACKET || t->kind == TOKEN_RBRACE) {
            closed++;
        } else if (closed > 0) {
            closed -= opens;
        } else {
            if (t->kind == kind) return t;
            if (t->kind == stop || opens) return NULL;
        }
    }
    return NULL;
}

// ---- words and signs of other languages

struct foreign {
    const char *word;
    const char *help;
};

// Between two operands: a WORD b.
static const struct foreign infix_words[] = {
    {"and", "“and” is written `&&`"},
    {"or", "“or” is written `||`, and a default for what is missing `??`"},
    {"is", "equality is written `==`"},
    {"isnt", "inequality is written `!=`"},
    {"not", "“not” is written `!`, and inequality `!=`"},
    {"mod", "the remainder is `a % b` or `mod(a, b)`"},
    {"div", "integer division is `div(a, b)`"},
    {"xor", "for two Bools `!=` is “exclusive or”"},
    {"where", "local names come first: `let name = value in expression`"},
    {"as", "a binding names a value: `name = value`"},
    {"unless", "write `if condition then a else b`"},
};

// Before an operand: WORD a.
static const struct foreign prefix_words[] = {
    {"not", "“not” is written `!`"},
    {"lambda", "a function is written `fn (x) => …`"},
    {"def", "a function is defined by `name(parameters) = body`"},
    {"function", "a function is written `fn (x) => …`, or defined by `name(parameters) = body`"},
    {"func", "a function is written `fn (x) => …`, or defined by `name(parameters) = body`"},
    {"fun", "a function is written `fn (x) => …`, or defined by `name(parameters) = body`"},
    {"var", "a binding has no keyword: `name = value`"},
    {"val", "a binding has no keyword: `name = value`"},
    {"const", "a binding has no keyword: `name = value`"},
    {"local", "a binding has no keyword: `name = value`; a name that begins with `_` is private"},
    {"export", "every binding whose name does not begin with `_` is public"},
    {"return", "the body of a function is its result, without `return`"},
    {"yield", "a list is built by `[x for x in xs]`"},
    {"new", "a value is made by a call"},
    {"await", "everything is evaluated when it is needed"},
    {"rec", "records are not recursive: name the shared parts with `let`"},
    {"inherit", "a field takes the value of the variable of its name by `{ x, y }`"},
    {"from", "write `lib = import(\"./lib.plx\")` and use `lib.name`"},
    {"include", "write `lib = import(\"./lib.plx\")`"},
    {"require", "write `lib = import(\"./lib.plx\")`"},
    {"use", "write `lib = import(\"./lib.plx\")`"},
    {"enum", "alternatives are a type: `type Opt = \"adam\" | \"sgd\"`"},
    {"struct", "a record's type is `type Name = { field: Type }`"},
    {"class", "a record's type is `type Name = { field: Type }`"},
    {"match", "a choice is written `if condition then a else b`"},
    {"switch", "a choice is written `if condition then a else b`"},
    {"case", "a choice is written `if condition then a else b`"},
    {"while", "a list is built by `[f(x) for x in xs]`, a result step by step by `fold`"},
    {"try", "errors are not caught; for what may be missing write `a.b ?? default`"},
    {"throw", "an error is raised by `fail(\"…\")`"},
    {"raise", "an error is raised by `fail(\"…\")`"},
    {"error", "an error is raised by `fail(\"…\")`"},
};

bool parse_declares(const struct parser *p, struct token t)
{
    static const char *const words[] = {"def", "function", "func",  "fun",   "var",
                                        "val", "const",    "local", "export"};
    for (size_t i = 0; i < LEN(words); i++)
        if (is_word(p, t, words[i])) return true;
    return t.kind == TOKEN_LET;
}

static const char *foreign_word(const struct foreign *words, size_t count, struct str word)
{
    for (size_t i = 0; i < count; i++)
        if (str_eqz(word, words[i].word)) return words[i].help;
    return NULL;
}

static bool report_foreign(struct parser *p, struct token t, const char *help)
{
    const char *found = t.kind == TOKEN_STRING_OPEN ? "string" : parse_found(p, t);
    struct diag *d = ast_error(&p->b, parser_span(p, t), "E0212", "unexpected %s", found);
    diag_primary(d, "not written like this in plx");
    diag_help(d, "%s", help);
    return true;
}

void parse_hint_character(struct diag *d, uint32_t cp)
{
    switch (cp) {
    case '$': diag_help(d, "names stand without `$`; in a string, `~{…}` interpolates"); break;
    case '~': diag_help(d, "`~{…}` interpolates in a string only; “not” is written `!`"); break;
    case '\\': diag_help(d, "a function is written `fn (x) => …`"); break;
    case '^': diag_help(d, "a power is `pow(a, b)`"); break;
    case '\'': diag_help(d, "strings stand in double quotes"); break;
    case '`': diag_help(d, "strings stand in double quotes"); break;
    case '@': diag_help(d, "there are no decorators and no `@` patterns"); break;
    case 0x2010:
    case 0x2011:
    case 0x2013:
    case 0x2014:
    case 0x2212: diag_help(d, "write `-`"); break;
    case 0x2026: diag_help(d, "write `..`"); break;
    case 0x2192: diag_help(d, "write `->`"); break;
    case 0x21D2: diag_help(d, "write `=>`"); break;
    case 0x2260: diag_help(d, "write `!=`"); break;
    case 0x2264: diag_help(d, "write `<=`"); break;
    case 0x2265: diag_help(d, "write `>=`"); break;
    case 0xD7: diag_help(d, "write `*`"); break;
    default: break;
    }
}

static bool hint_word(struct parser *p, struct token t)
{
    if (t.kind != TOKEN_ID || t.line_first || !token_ends_operand(p->last[0].kind)) return false;
    const char *help = foreign_word(infix_words, LEN(infix_words), parser_text(p, t));
    if (help && is_word(p, t, "or") && accepts(p, TOKEN_EQ))
        help = "the alternatives of a type are separated by `|`";
    return help && report_foreign(p, t, help);
}

static const enum token_kind inner_keywords[] = {TOKEN_IN, TOKEN_THEN, TOKEN_ELSE, TOKEN_FOR,
                                                 TOKEN_WITH};

// The keyword that could stand here and is spelled almost like t; empty if none.
static struct str near_keyword(struct parser *p, struct token t)
{
    struct str candidates[LEN(inner_keywords)];
    size_t count = 0;
    for (size_t i = 0; i < LEN(inner_keywords); i++) {
        const char *text = token_text(inner_keywords[i]);
        if (accepts(p, inner_keywords[i]))
            candidates[count++] = (struct str){text + 1, strlen(text) - 2};
    }
    return diag_nearest(parser_text(p, t), candidates, count);
}

static bool hint_typo(struct parser *p, struct token t)
{
    if (t.kind != TOKEN_ID || !token_ends_operand(p->last[0].kind) || t.end - t.start < 3)
        return false;
    if (parser_looks_like_binding(p, t)) return false;
    struct str keyword = near_keyword(p, t);
    if (keyword.len == 0 || str_eqz(keyword, "then") || str_eqz(keyword, "else")) return false;
    struct diag *d = ast_error(&p->b, parser_span(p, t), "E0201",
                               "expected an operator or `" STR_FMT "`, found %s", STR_ARG(keyword),
                               parse_found(p, t));
    diag_primary(d, "not expected here");
    diag_help(d, "did you mean `" STR_FMT "`?", STR_ARG(keyword));
    return true;
}

// ---- two operands beside each other

// The word before the parentheses that `close` ends, on its line; empty if there is none.
static struct token called_word(const struct parser *p, struct token close)
{
    uint32_t at = close.start;
    size_t depth = 1;
    while (depth > 0 && at > 0 && p->begin[at - 1] != '\n') {
        char c = p->begin[--at];
        if (c == ')') depth++;
        if (c == '(') depth--;
    }
    while (at > 0 && p->begin[at - 1] == ' ') at--;
    uint32_t start = at;
    while (start > 0 && p->begin[start - 1] >= 'a' && p->begin[start - 1] <= 'z') start--;
    return (struct token){TOKEN_ID, start, at, false};
}

static bool report_adjacent(struct parser *p, struct token left, struct token right)
{
    if (right.kind == TOKEN_ID) {
        const char *help = foreign_word(infix_words, LEN(infix_words), parser_text(p, right));
        if (help) return report_foreign(p, right, help);
    }
    if (left.kind == TOKEN_ID || left.kind == TOKEN_RPAREN) {
        struct token word = left.kind == TOKEN_ID ? left : called_word(p, left);
        const char *help = foreign_word(prefix_words, LEN(prefix_words), parser_text(p, word));
        if (help) return report_foreign(p, word, help);
    }
    if (right.line_first) return false;
    if (right.kind == TOKEN_ID && right.end - right.start >= 3 &&
        str_distance(parser_text(p, right), STR("with"), 1) <= 1)
        return report_foreign(p, right, "did you mean `with`?");
    if (left.kind == TOKEN_ID && right.kind == TOKEN_STRING_OPEN && left.end == right.start &&
        left.end - left.start <= 2)
        return report_foreign(p, left,
                              "strings have no prefix: `~{…}` interpolates, and in '''…''' a "
                              "backslash is just a backslash");
    if (left.kind == TOKEN_STRING_CLOSE && right.kind == TOKEN_STRING_OPEN)
        return report_foreign(p, right, "strings are joined by `+`, or by `~{…}` in one of them");
    if (left.kind != TOKEN_ID && left.kind != TOKEN_RPAREN) return false;
    if (!token_begins_operand(right.kind)) return false;
    struct diag *d = ast_error(&p->b, parser_span(p, right), "E0206", "a call needs parentheses");
    diag_primary(d, "an argument without parentheses");
    struct str text = parser_text(p, right);
    struct str name = left.kind == TOKEN_ID ? ast_clip(parser_text(p, left)) : STR("f");
    if (left.kind == TOKEN_ID) diag_label(d, parser_span(p, left), "if this is the function");
    if (right.kind == TOKEN_LBRACE)
        diag_help(d,
                  "write `" STR_FMT "(a = 1, b = 2)` with named arguments, or `" STR_FMT
                  "({…})` for a record",
                  STR_ARG(name), STR_ARG(name));
    else if (left.kind == TOKEN_ID && right.kind != TOKEN_STRING_OPEN && text.len <= 30 &&
             right.kind < TOKEN_LET)
        diag_help(d, "write `" STR_FMT "(" STR_FMT ")`", STR_ARG(ast_clip(parser_text(p, left))),
                  STR_ARG(ast_clip(text)));
    else
        diag_help(d, "write `f(a, b)`");
    return true;
}

// What the commas of the innermost bracket part.
static const char *elements(struct parser *p)
{
    switch (vec_last(&p->brackets).kind) {
    case TOKEN_LBRACKET: return "list elements";
    case TOKEN_LBRACE: return "fields";
    default: break;
    }
    for (size_t i = grammar_depth(p->grammar); i > 1; i--) {
        struct token *t = grammar_token(p->grammar, i);
        if (!t || t->kind != TOKEN_LPAREN) continue;
        struct token *below = grammar_token(p->grammar, i - 1);
        return below && below->kind != TOKEN_IMPORT ? "parameters" : "arguments";
    }
    return "arguments";
}

// In brackets, what is missing between two operands is rather a comma.
static bool report_missing_comma(struct parser *p, struct token t)
{
    struct token left = p->last[0];
    if (p->brackets.len == 0 || !accepts(p, TOKEN_COMMA) || accepts(p, TOKEN_IN)) return false;
    if (!token_begins_operand(t.kind) && t.kind != TOKEN_DOTDOT && !token_is_keyword(t.kind))
        return false;
    if (t.kind == TOKEN_LBRACE && left.kind == TOKEN_ID && !t.line_first)
        return report_adjacent(p, left, t);
    if ((t.kind == TOKEN_ID && foreign_word(infix_words, LEN(infix_words), parser_text(p, t))) ||
        (left.kind == TOKEN_ID &&
         foreign_word(prefix_words, LEN(prefix_words), parser_text(p, left))))
        return report_adjacent(p, left, t);
    if (t.kind == TOKEN_FOR) {
        struct diag *d =
            ast_error(&p->b, parser_span(p, t), "E0215", "a comprehension has one element");
        diag_help(d, "write `[x for x in xs]` or `{ [k] = v for k, v in r }`");
        return true;
    }
    struct span after = ast_span(&p->b, left.start, left.end);
    struct diag *d = ast_error(&p->b, after, "E0205", "missing `,` between %s", elements(p));
    diag_primary(d, "`,` expected after this");
    diag_label(d, parser_span(p, t), "before this");
    return true;
}

// ---- what a phrase lacks

static bool hint_if(struct parser *p, struct token t)
{
    struct diag *d = NULL;
    struct token *start = NULL;
    struct span at = parser_span(p, t.kind == TOKEN_EOF ? p->last[0] : t);
    if (accepts(p, TOKEN_THEN) && !accepts(p, TOKEN_FOR) &&
        (start = on_stack(p, TOKEN_IF, TOKEN_THEN))) {
        d = ast_error(&p->b, at, "E0209", "`if` without `then`");
        diag_primary(d, "expected `then` or an operator");
        if (t.kind == TOKEN_COLON || t.kind == TOKEN_LBRACE)
            diag_help(d, "write `if condition then a else b`, without `%s`",
                      t.kind == TOKEN_COLON ? ":" : "{ }");
        else if (t.kind == TOKEN_ID && str_distance(parser_text(p, t), STR("then"), 2) <= 2)
            diag_help(d, "did you mean `then`?");
        else
            diag_help(d, "write `if condition then a else b`");
    } else if (accepts(p, TOKEN_ELSE) && !accepts(p, TOKEN_THEN) &&
               (start = on_stack(p, TOKEN_THEN, TOKEN_ASSERT))) {
        d = ast_error(&p->b, at, "E0209", "`if` without `else`");
        diag_primary(d, "expected `else` or an operator");
        if (t.kind == TOKEN_ID &&
            (is_word(p, t, "elif") || is_word(p, t, "elsif") || is_word(p, t, "elseif")))
            diag_help(d, "write `else if`");
        else if (t.kind == TOKEN_ID && str_distance(parser_text(p, t), STR("else"), 2) <= 2)
            diag_help(d, "did you mean `else`?");
        else
            diag_help(d, "an `if` is a value, so both branches are needed; `null` is a value too");
    }
    if (!d) return false;
    diag_label(d, parser_span(p, *start), start->kind == TOKEN_IF ? "this `if`" : "this `then`");
    return true;
}

// The start of the innermost binding whose `=` has not come yet; null if there is none.
static struct token *open_head(struct parser *p, bool *in_let)
{
    size_t depth = grammar_depth(p->grammar);
    for (size_t i = depth; i > 0; i--) {
        struct token *t = grammar_token(p->grammar, i);
        if (t && t->kind == TOKEN_EQ) return NULL;
        if (t || !grammar_bindings(p->grammar, i)) continue;
        struct token *below = grammar_token(p->grammar, i - 1);
        *in_let = below && below->kind == TOKEN_LET;
        return i < depth ? grammar_token(p->grammar, i + 1) : NULL;
    }
    return NULL;
}

static bool report_let_without_in(struct parser *p, struct token at)
{
    struct token *let = NULL;
    for (size_t i = grammar_depth(p->grammar); i > 0 && !let; i--) {
        struct token *t = grammar_token(p->grammar, i);
        if (!t || t->kind != TOKEN_LET) continue;
        let = t;
        p->leave = i;
    }
    if (!let) return false;
    bool ends = at.kind == TOKEN_EOF;
    struct span span = parser_span(p, ends ? p->last[0] : at);
    struct diag *d = ast_error(&p->b, span, "E0210", "`let` without `in`");
    diag_primary(d, ends ? "expected `in` after this" : "expected `in` before this");
    diag_label(d, parser_span(p, *let), "this `let`");
    if (at.kind == TOKEN_ID && str_distance(parser_text(p, at), STR("in"), 1) == 1 &&
        at.end - at.start == 2)
        diag_help(d, "did you mean `in`?");
    else
        diag_help(d, "write `let name = value in expression`");
    return true;
}

// A name behind an expression on its line: by the grammar it begins a binding, by its place it
// belongs to the expression.
static bool hint_crowded(struct parser *p)
{
    bool in_let = false;
    struct token *head = open_head(p, &in_let);
    bool crowded = head && p->crowded.kind == TOKEN_ID && head->start == p->crowded.start;
    const struct diag *last = p->b.sink->last;
    if (crowded && last && last->primary.span.start == head->start &&
        last->primary.span.source == p->b.source->id)
        return true; // a type without its `:`, which ast_bind_param reported
    return crowded && report_adjacent(p, p->crowded_by, p->crowded);
}

// `f(x) => body` or `f(x) { body }`.
static bool hint_body(struct parser *p, struct token head, struct token t)
{
    if (p->last[0].kind != TOKEN_RPAREN || (t.kind != TOKEN_FAT_ARROW && t.kind != TOKEN_LBRACE))
        return false;
    struct diag *d =
        ast_error(&p->b, parser_span(p, t), "E0201",
                  "expected `=` before the body of a function, found %s", parse_found(p, t));
    diag_primary(d, "not expected here");
    diag_help(d, "a function is defined by `" STR_FMT "(x) = body`",
              STR_ARG(ast_clip(parser_text(p, head))));
    return true;
}

// A binding whose name was read and whose `=` is missing.
static bool hint_head(struct parser *p, struct token t)
{
    bool in_let = false;
    struct token *head = open_head(p, &in_let);
    if (!head || head->kind != TOKEN_ID) return false;
    bool crowded = head->start == p->crowded.start && p->crowded.kind == TOKEN_ID;
    const char *help = NULL;
    if (token_begins_operand(t.kind) && p->last[0].start == head->start && !t.line_first)
        help = foreign_word(prefix_words, LEN(prefix_words), parser_text(p, *head));
    if (help) return report_foreign(p, *head, help);
    if (p->last[0].kind == TOKEN_COLON || p->brackets.len > 0 || accepts(p, TOKEN_BAR))
        return false;
    if (in_let && crowded && str_distance(parser_text(p, *head), STR("in"), 1) <= 1)
        return report_let_without_in(p, *head);
    bool body = !token_begins_operand(t.kind) || t.line_first || p->last[0].kind == TOKEN_RPAREN;
    if (in_let && body && t.kind != TOKEN_EQEQ && t.kind != TOKEN_COLON)
        return report_let_without_in(p, *head);
    if (t.kind == TOKEN_EQEQ) {
        struct diag *d =
            ast_error(&p->b, parser_span(p, t), "E0207", "a binding is written with one `=`");
        diag_help(d, "write `" STR_FMT " = …`", STR_ARG(ast_clip(parser_text(p, *head))));
        return true;
    }
    if (t.kind == TOKEN_DOT && p->last[0].start == head->start) {
        struct diag *d =
            ast_error(&p->b, parser_span(p, t), "E0212", "the name of a binding has no `.`");
        diag_help(d, "write `" STR_FMT " = { name = … }`",
                  STR_ARG(ast_clip(parser_text(p, *head))));
        return true;
    }
    if (token_is_binary_operator(t.kind) && parser_peek(p, p->cursor).kind == TOKEN_EQ)
        return report_foreign(p, t, "values do not change: bind a new name");
    if (crowded && !in_let) {
        struct diag *d =
            ast_error(&p->b, parser_span(p, *head), "E0201",
                      "expected an operator or a new line, found %s", parse_found(p, *head));
        diag_primary(d, "not expected here");
        parse_hint_keyword(p, d, *head);
        return true;
    }
    if (in_let || (t.kind == TOKEN_ID && p->last[0].start == head->start)) return false;
    if (hint_body(p, *head, t)) return true;
    struct diag *d = ast_error(&p->b, ast_span(&p->b, head->start, p->last[0].end), "E0201",
                               "expected a binding, found an expression");
    diag_primary(d, "expected `=` after this, found %s", parse_found(p, t));
    diag_help(d, "a file holds bindings: give the value a name, `name = …`");
    return true;
}

// A token with which no binding begins, where one is expected.
static bool hint_no_binding(struct parser *p, struct token t)
{
    if (!accepts(p, TOKEN_ASSERT)) return false;
    if (accepts(p, TOKEN_IN)) {
        if (token_ends_operand(p->last[0].kind) && !t.line_first &&
            report_adjacent(p, p->last[0], t))
            return true;
        return report_let_without_in(p, t);
    }
    if (token_ends_operand(p->last[0].kind) && !t.line_first) {
        if (report_adjacent(p, p->last[0], t)) return true;
        if (t.kind != TOKEN_IF) return false;
    }
    enum token_kind next = parser_peek(p, p->begin + t.end).kind;
    if (token_is_keyword(t.kind) && (next == TOKEN_EQ || next == TOKEN_COLON)) return false;
    switch (t.kind) {
    case TOKEN_IF:
        if (!t.line_first && token_ends_operand(p->last[0].kind))
            return report_foreign(p, t, "a choice is written `if condition then a else b`");
        return report_foreign(p, t, "a file holds bindings: `name = if …`");
    case TOKEN_LET:
        return report_foreign(p, t, "the bindings of a file stand without `let`: `name = value`");
    case TOKEN_IMPORT:
        return report_foreign(p, t, "an import is a value: `lib = import(\"./lib.plx\")`");
    case TOKEN_FOR: return report_foreign(p, t, "a list is built by `[f(x) for x in xs]`");
    case TOKEN_WITH:
        return report_foreign(p, t, "`with` replaces fields of a record: `r with { a = 1 }`");
    case TOKEN_LBRACE:
        return report_foreign(p, t, "a file is a record itself, without braces: `name = value`");
    case TOKEN_FN:
        return report_foreign(p, t, "a function is defined by `name(parameters) = body`");
    default: return false;
    }
}

// ---- signs

static bool hint_eq(struct parser *p, struct token t)
{
    enum token_kind last = p->last[0].kind;
    if (last == TOKEN_COLON) return report_foreign(p, t, "a binding is written with `=` alone");
    if (last == TOKEN_EQEQ || last == TOKEN_NE)
        return report_foreign(
            p, t, last == TOKEN_NE ? "inequality is written `!=`" : "equality is written `==`");
    if (token_is_binary_operator(last) && p->last[0].end == t.start)
        return report_foreign(p, t, "values do not change: bind a new name");
    if (accepts(p, TOKEN_QUESTION) && accepts(p, TOKEN_COLON)) {
        struct diag *d = ast_error(&p->b, parser_span(p, t), "E0208",
                                   "the type of a field follows `:`, not `=`");
        diag_help(d, "write `{ name: Type }`");
        return true;
    }
    if (!accepts(p, TOKEN_EQEQ)) return false;
    struct diag *d = ast_error(&p->b, parser_span(p, t), "E0207", "`=` does not compare");
    diag_primary(d, "expected an operator");
    if (p->brackets.len > 0 && accepts(p, TOKEN_COMMA) &&
        vec_last(&p->brackets).kind == TOKEN_LPAREN)
        diag_help(
            d, "equality is written `==`; the name of an argument is one word: `f(name = value)`");
    else
        diag_help(d, "equality is written `==`");
    return true;
}

// `xs[a:b]` or `xs[a..b]`: an index, not a list, since it may not have a comma.
static bool hint_slice(struct parser *p, struct token t)
{
    if (p->brackets.len == 0 || vec_last(&p->brackets).kind != TOKEN_LBRACKET ||
        accepts(p, TOKEN_COMMA) || accepts(p, t.kind) || parse_expects_type(p))
        return false;
    if (!token_ends_operand(p->last[0].kind) && p->last[0].kind != TOKEN_LBRACKET) return false;
    return report_foreign(p, t, "a part of a list or string is `slice(xs, from, to)`");
}

static bool hint_question(struct parser *p, struct token t)
{
    if (!token_ends_operand(p->last[0].kind)) return false;
    if (parser_peek(p, p->begin + t.end).kind == TOKEN_DOT)
        return report_foreign(p, t, "what may be missing is written `a.b ?? default`");
    enum token_kind before = p->last[1].kind;
    if (p->brackets.len > 0 && vec_last(&p->brackets).kind == TOKEN_LBRACE &&
        p->last[0].kind == TOKEN_ID && (before == TOKEN_COMMA || before == TOKEN_LBRACE))
        return report_foreign(
            p, t, "a function is written `fn (a, b = 2) => …`, with its parameters in parentheses");
    return report_foreign(p, t,
                          "a choice is written `if condition then a else b`; `has(record, \"k\")` "
                          "looks for a field");
}

static bool hint_comma(struct parser *p, struct token t)
{
    if (!token_ends_operand(p->last[0].kind)) return false;
    if (p->brackets.len > 0)
        return vec_last(&p->brackets).kind == TOKEN_LPAREN &&
               report_foreign(p, t, "a list is written `[a, b]`, a function `fn (a, b) => …`");
    if (on_stack(p, TOKEN_ASSERT, TOKEN_EQ))
        return report_foreign(p, t, "what to say follows `else`: `assert condition else \"…\"`");
    return accepts(p, TOKEN_SEMI) && report_foreign(p, t, "bindings need nothing between them");
}

static bool hint_colon(struct parser *p, struct token t)
{
    struct token name = p->last[0];
    enum token_kind before = p->last[1].kind;
    if (name.kind == TOKEN_ELSE) return report_foreign(p, t, "write `else` without `:`");
    if (name.kind == TOKEN_RBRACKET && p->brackets.len > 0 && accepts(p, TOKEN_EQ) &&
        vec_last(&p->brackets).kind == TOKEN_LBRACE) {
        struct diag *d =
            ast_error(&p->b, parser_span(p, t), "E0208", "a value follows `=`, not `:`");
        diag_help(d, "a computed name is written `[name] = value`");
        return true;
    }
    if (name.kind != TOKEN_ID || !accepts(p, TOKEN_PLUS) || accepts(p, TOKEN_THEN)) return false;
    bool argument = p->brackets.len > 0 && vec_last(&p->brackets).kind == TOKEN_LPAREN &&
                    (before == TOKEN_LPAREN || before == TOKEN_COMMA) && accepts(p, TOKEN_COMMA);
    struct str text = parser_text(p, name);
    if (argument) {
        struct diag *d =
            ast_error(&p->b, parser_span(p, t), "E0208", "a named argument is written with `=`");
        diag_help(d, "write `" STR_FMT " = …`, or `fn (" STR_FMT ") => …` if a function is meant",
                  STR_ARG(ast_clip(text)), STR_ARG(ast_clip(text)));
        return true;
    }
    struct diag *d = ast_error(&p->b, parser_span(p, t), "E0212", "unexpected `:`");
    diag_primary(d, "not written like this in plx");
    diag_help(d, "a function is written `fn (" STR_FMT ") => …`", STR_ARG(ast_clip(text)));
    return true;
}

// `{ a: 1 }`: the value is no type, or a type is there and the value is missing.
// `List[Int]` or `List<Int>`.
static bool hint_generic(struct parser *p, struct token t)
{
    if ((t.kind != TOKEN_LBRACKET && t.kind != TOKEN_LT) || t.line_first) return false;
    if (p->last[0].kind != TOKEN_ID || !accepts(p, TOKEN_QUESTION)) return false;
    return report_foreign(p, t,
                          "a list's type is `[Int]`, a record's `{ lr: Float }` or "
                          "`{ [Str]: Int }`");
}

// A type that plx does not have: `1 | 2`, `(Int) -> Int`.
static bool report_no_type(struct parser *p, struct token t)
{
    enum token_kind next = parser_peek(p, p->begin + t.end).kind;
    if (t.kind == TOKEN_LPAREN)
        return next == TOKEN_ID && report_foreign(p, t, "the type of all functions is `Fn`");
    return (t.kind == TOKEN_INT || t.kind == TOKEN_FLOAT) && next == TOKEN_BAR &&
           report_foreign(p, t,
                          "the values that a type lists are strings; numbers are checked by "
                          "`assert`");
}

static bool hint_type(struct parser *p, struct token t)
{
    struct token colon = p->colon;
    bool in_record = p->brackets.len > 0 && vec_last(&p->brackets).kind == TOKEN_LBRACE;
    if (colon.kind != TOKEN_COLON || (in_record && colon.start < vec_last(&p->brackets).start))
        return false;
    bool value = p->last[0].start == colon.start && parse_expects_type(p) &&
                 (token_begins_operand(t.kind) || t.kind == TOKEN_MINUS);
    bool ended = (in_record || p->brackets.len == 0) && accepts(p, TOKEN_EQ) &&
                 !accepts(p, TOKEN_COMMA) && !accepts(p, TOKEN_ASSERT) && !accepts(p, TOKEN_EQEQ) &&
                 !accepts(p, TOKEN_COLON) && !accepts(p, TOKEN_LPAREN) && !accepts(p, TOKEN_ARROW);
    if (!value && !ended) return false;
    if (value && report_no_type(p, t)) return true;
    struct diag *d =
        ast_error(&p->b, parser_span(p, colon), "E0208", "a value follows `=`, not `:`");
    diag_primary(d, "`:` gives a type");
    if (value)
        diag_label(d, parser_span(p, t), "not a type");
    else
        diag_label(d, parser_span(p, t), "expected `=` and a value");
    diag_help(d, "write `name = value`, or `name: Type = value`");
    return true;
}

static bool hint_dot(struct parser *p, struct token t)
{
    if (p->last[0].kind == TOKEN_DOTDOT)
        return report_foreign(p, t, "a spread is written with two dots: `..xs`");
    if (accepts(p, TOKEN_INT) && parser_peek(p, p->begin + t.end).kind == TOKEN_INT)
        return report_foreign(p, t, "a number needs a digit before its point: `0.5`");
    if (accepts(p, TOKEN_EQ) && p->brackets.len > 0 && vec_last(&p->brackets).kind == TOKEN_LBRACE)
        return report_foreign(p, t,
                              "nest the record: `{ a = { b = 1 } }`; only `with` takes `a.b = 1`");
    return false;
}

static bool hint_arrow(struct parser *p, struct token t)
{
    if (p->last[0].kind == TOKEN_EQ && t.kind == TOKEN_FAT_ARROW) return false;
    if (!accepts(p, TOKEN_PLUS)) return false;
    const char *name = "x";
    if (p->last[0].kind == TOKEN_ID)
        name =
            arena_printf(&p->b.sink->arena, STR_FMT, STR_ARG(ast_clip(parser_text(p, p->last[0]))));
    const char *help = arena_printf(&p->b.sink->arena, "a function is written `fn (%s) => …`%s",
                                    name, t.kind == TOKEN_FAT_ARROW ? "; “at least” is `>=`" : "");
    return report_foreign(p, t, help);
}

static bool hint_comparison(struct parser *p, struct token t)
{
    if (t.kind == TOKEN_GT && p->last[0].kind == TOKEN_LT)
        return report_foreign(p, t, "inequality is written `!=`");
    return false;
}

// What stands for a parameter or the name of a field in other languages.
static bool hint_name(struct parser *p, struct token t)
{
    enum token_kind last = p->last[0].kind;
    if (p->brackets.len == 0 || accepts(p, TOKEN_INT) || !accepts(p, TOKEN_DOTDOT)) return false;
    if (vec_last(&p->brackets).kind == TOKEN_LBRACE && t.kind == TOKEN_INT)
        return report_foreign(p, t, "the name of a field is a word or a string: `\"1\" = value`");
    if (vec_last(&p->brackets).kind != TOKEN_LPAREN) return false;
    if (last != TOKEN_LPAREN && last != TOKEN_COMMA) return false;
    if (t.kind == TOKEN_STAR)
        return report_foreign(p, t, "the other named arguments are taken by `..rest`");
    return (t.kind == TOKEN_LBRACE || t.kind == TOKEN_LBRACKET) &&
           report_foreign(p, t, "a parameter is a name, its fields are `x.a`");
}

static bool hint_sign(struct parser *p, struct token t)
{
    enum token_kind last = p->last[0].kind;
    bool operand = accepts(p, TOKEN_INT); // is one expected?
    bool infix = token_ends_operand(last);
    switch (t.kind) {
    case TOKEN_EQ: return hint_eq(p, t);
    case TOKEN_COLON: return hint_slice(p, t) || hint_colon(p, t);
    case TOKEN_DOTDOT:
        return hint_slice(p, t) ||
               (infix && report_foreign(p, t, "a list of numbers is `range(from, to)`"));
    case TOKEN_DOT: return hint_dot(p, t);
    case TOKEN_FAT_ARROW:
    case TOKEN_ARROW: return hint_arrow(p, t);
    case TOKEN_QUESTION: return hint_question(p, t);
    case TOKEN_BAR:
        return infix &&
               report_foreign(p, t,
                              "`|` joins types; “or” is `||`, a pipe `|>`, a union of records `&`");
    case TOKEN_SLASH:
        return operand && !infix &&
               report_foreign(p, t,
                              "there are no absolute paths: `./x` is relative to this file, and "
                              "`fetchlocal` takes a path with the hash of its file");
    case TOKEN_COMMA: return hint_comma(p, t);
    case TOKEN_STAR:
        if (last == TOKEN_STAR) return report_foreign(p, t, "a power is `pow(a, b)`");
        return operand && (last == TOKEN_LPAREN || last == TOKEN_COMMA || last == TOKEN_LBRACKET) &&
               report_foreign(p, t, "a spread is written `..xs`");
    case TOKEN_IN:
        return infix &&
               report_foreign(
                   p, t,
                   "there is no `in` operator: use `contains(list, x)` or `has(record, \"k\")`");
    case TOKEN_IF:
        return infix && report_foreign(p, t, "a choice is written `if condition then a else b`");
    case TOKEN_WITH:
        return operand && report_foreign(p, t, "`with` follows a record: `r with { a = 1 }`");
    case TOKEN_INT:
        if (last == TOKEN_DOT) return report_foreign(p, t, "an element of a list is `xs[0]`");
        break;
    case TOKEN_ID:
        if (last == TOKEN_FN)
            return report_foreign(p, t, "parameters stand in parentheses: `fn (x) => …`");
        break;
    default: break;
    }
    if (last == TOKEN_IMPORT && (t.kind == TOKEN_PATH || t.kind == TOKEN_STRING_OPEN))
        return report_foreign(
            p, t, "the path of an import stands in parentheses: `import(\"./lib.plx\")`");
    if (last == TOKEN_DOT && p->last[1].kind == TOKEN_INT)
        return report_foreign(p, p->last[0], "a Float has a digit after its point: `1.0`");
    return false;
}

// Control flow inside an operand: 1 + if …
static bool hint_operand(struct parser *p, struct token t)
{
    if (t.kind != TOKEN_IF && t.kind != TOKEN_LET && t.kind != TOKEN_FN) return false;
    if (!accepts(p, TOKEN_INT) || accepts(p, t.kind)) return false;
    struct diag *d = ast_error(&p->b, parser_span(p, t), "E0201", "expected an operand, found %s",
                               parse_found(p, t));
    diag_help(d, "put the whole `%s` in parentheses",
              t.kind == TOKEN_IF    ? "if"
              : t.kind == TOKEN_LET ? "let"
                                    : "fn");
    return true;
}

static bool hint_interpolation(struct parser *p, struct token t)
{
    if (p->brackets.len == 0 || t.kind != TOKEN_STRING_OPEN || !token_ends_operand(p->last[0].kind))
        return false;
    struct bracket top = vec_last(&p->brackets);
    if (top.kind != TOKEN_INTERP_OPEN) return false;
    struct diag *d = ast_error(&p->b, parser_span(p, t), "E0111", "an interpolation is not closed");
    diag_primary(d, "expected `}` before this");
    diag_label(d, ast_span(&p->b, top.start, top.start + 2), "it begins here");
    return true;
}

// A quote that is refused and has no partner on its line: rather the other one of the two is
// missing.
static bool hint_quote(struct parser *p, struct token t)
{
    if (t.kind != TOKEN_STRING_OPEN || t.end - t.start != 1) return false;
    const char *rest = p->begin + t.end;
    const char *newline = memchr(rest, '\n', (size_t)(p->end - rest));
    const char *end = newline ? newline : p->end;
    if (memchr(rest, '"', (size_t)(end - rest))) return false;
    struct diag *d =
        ast_error(&p->b, parser_span(p, t), "E0104", "a string is not closed on its line");
    diag_primary(d, "this `\"` has no partner");
    if (t.start >= 2 && memcmp(p->begin + t.start - 2, "\"\"", 2) == 0)
        diag_help(d, "a text of several lines stands in '''…'''");
    else
        diag_help(d, "one is missing before it or behind it");
    return true;
}

static bool ends_unclosed(struct parser *p, struct token t)
{
    if (p->brackets.len == 0) return false;
    if (t.kind == TOKEN_EOF) return true;
    if (!t.line_first || p->expr_only || !parser_looks_like_binding(p, t)) return false;
    for (size_t i = 1; i < grammar_depth(p->grammar); i++) {
        struct token *first = grammar_token(p->grammar, i + 1);
        if (grammar_bindings(p->grammar, i) && first)
            return parser_column(p, t.start) <= parser_column(p, first->start);
    }
    return false;
}

// `a =` or `a = [1,`, and on the next line `b = 2`.
static bool hint_missing_value(struct parser *p, struct token t)
{
    if (p->suspect.kind == TOKEN_EOF) return false;
    if (p->brackets.len > 0) {
        if (p->last[0].start != p->suspect.start ||
            (t.kind != TOKEN_EQ && t.kind != TOKEN_COLON && t.kind != TOKEN_LPAREN))
            return false;
        parse_report_unclosed(p, t);
        return true;
    }
    if (p->last[0].start != p->suspect.start && p->last[0].kind != TOKEN_RPAREN) return false;
    struct token before = p->before_suspect;
    if (before.kind == TOKEN_DOT && before.start > 0 && p->begin[before.start - 1] >= '0' &&
        p->begin[before.start - 1] <= '9') {
        p->resume = true;
        return report_foreign(p, before, "a Float has a digit after its point: `1.0`");
    }
    bool type = on_stack(p, TOKEN_TYPE, TOKEN_EOF) != NULL;
    const char *what = type ? "a type" : "an expression";
    struct diag *d = ast_error(&p->b, parser_span(p, p->before_suspect), "E0201",
                               "expected %s, found the next binding", what);
    diag_primary(d, "expected %s after this", what);
    diag_label(d, parser_span(p, p->suspect), "the next binding");
    p->resume = true;
    return true;
}

bool parse_hint(struct parser *p, struct token t)
{
    if (hint_missing_value(p, t)) return true;
    if (ends_unclosed(p, t)) {
        parse_report_unclosed(p, t);
        return true;
    }
    return hint_generic(p, t) || hint_comparison(p, t) || hint_interpolation(p, t) ||
           hint_quote(p, t) || hint_word(p, t) || hint_typo(p, t) || hint_crowded(p) ||
           hint_type(p, t) || hint_name(p, t) || hint_sign(p, t) || hint_operand(p, t) ||
           hint_head(p, t) || report_missing_comma(p, t) || hint_if(p, t) || hint_no_binding(p, t);
}

void parse_hint_keyword(struct parser *p, struct diag *d, struct token t)
{
    if (t.kind == TOKEN_IN && accepts(p, TOKEN_ASSERT)) {
        diag_help(d, "`in` belongs to a `let`: `name = let x = 1 in x + 1`");
        return;
    }
    if (accepts(p, TOKEN_FAT_ARROW) && !accepts(p, TOKEN_INT)) {
        diag_help(d, "a function is written `fn (x) => body`, or `fn (x) -> Type => body`");
        return;
    }
    if (token_is_keyword(t.kind) && accepts(p, TOKEN_ID) && !accepts(p, TOKEN_INT)) {
        diag_help(d, "`" STR_FMT "` is a keyword; choose another name",
                  STR_ARG(ast_clip(parser_text(p, t))));
        return;
    }
    if (t.kind != TOKEN_ID) return;
    struct str keyword = near_keyword(p, t);
    if (keyword.len > 0) diag_help(d, "did you mean `" STR_FMT "`?", STR_ARG(keyword));
}
