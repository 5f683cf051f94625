// The pump: reads tokens, decides what only their surroundings tell (which mode the lexer is in,
// whether `test` is a keyword), keeps comments, and feeds the automaton that Lemon made of
// grammar/parser.y.
//
// The automaton has no error rules. When it refuses a token, the message is made from its stack
// (parse_error.c); then tokens are skipped up to one that by its place on the line begins another
// binding of the file or of an enclosing `let`, the automaton's stack is cut back to that sequence
// of bindings, and parsing goes on. What is broken inside one binding is thus reported once.
#include "syntax/parse.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "parser.h"
#include "syntax/ast_binding.h"
#include "syntax/parse_error.h"
#include "syntax/parse_hint.h"
#include "syntax/parse_state.h"

#define X(name, text)                                                                              \
    _Static_assert((int)TOKEN_##name == GRAMMAR_##name, "token.h and parser.y differ in order");
TOKEN_GRAMMAR(X)
#undef X

_Static_assert(PARSE_NESTING_MAX < 1 << 13, "struct expr has 13 bits for depths");

// A level of nesting puts at most this many entries on the automaton's stack.
#define STACK_PER_LEVEL 12
// Enough to be told at once; and a text with more is no plx.
#define MAX_ERRORS 100

// ---- tokens

static enum lex_mode mode(const struct parser *p)
{
    if (p->brackets.len == 0) return LEX_CODE;
    struct bracket top = vec_last(&p->brackets);
    if (top.kind != TOKEN_STRING_OPEN) return LEX_CODE;
    return top.multiline ? LEX_MULTILINE : LEX_STRING;
}

struct str parser_text(const struct parser *p, struct token t)
{
    return (struct str){p->begin + t.start, t.end - t.start};
}

struct span parser_span(const struct parser *p, struct token t)
{
    return ast_span(&p->b, t.start, t.end);
}

uint32_t parser_column(const struct parser *p, uint32_t offset)
{
    uint32_t start = offset;
    while (start > 0 && p->begin[start - 1] != '\n') start--;
    return offset - start;
}

struct token parser_peek(const struct parser *p, const char *from)
{
    struct token t = {.kind = TOKEN_SPACE};
    while (t.kind == TOKEN_SPACE || t.kind == TOKEN_NEWLINE || t.kind == TOKEN_COMMENT) {
        t.start = (uint32_t)(from - p->begin);
        t.kind = lex(LEX_CODE, &from, p->end);
        t.end = (uint32_t)(from - p->begin);
    }
    return t;
}

// `test type param assert` are keywords if the next token makes them so.
static enum token_kind contextual(const struct parser *p, struct token t)
{
    struct str word = parser_text(p, t);
    if (word.len < 4 || word.len > 6) return TOKEN_ID;
    enum token_kind kind;
    if (str_eqz(word, "param"))
        kind = TOKEN_PARAM;
    else if (str_eqz(word, "type"))
        kind = TOKEN_TYPE;
    else if (str_eqz(word, "test"))
        kind = TOKEN_TEST;
    else if (str_eqz(word, "assert"))
        kind = TOKEN_ASSERT;
    else
        return TOKEN_ID;
    enum token_kind next = parser_peek(p, p->begin + t.end).kind;
    bool keyword = false;
    if (kind == TOKEN_PARAM || kind == TOKEN_TYPE)
        keyword = next == TOKEN_ID;
    else if (kind == TOKEN_TEST)
        keyword = next == TOKEN_STRING_OPEN;
    else
        keyword = next == TOKEN_LPAREN || next == TOKEN_LBRACKET || next == TOKEN_MINUS ||
                  token_begins_operand(next);
    return keyword ? kind : TOKEN_ID;
}

// Is the innermost string that the code stands in, if any, one that must end on its line?
static size_t open_one_line_string(const struct parser *p)
{
    for (size_t i = p->brackets.len; i > 0; i--)
        if (p->brackets.at[i - 1].kind == TOKEN_STRING_OPEN)
            return p->brackets.at[i - 1].multiline ? 0 : i;
    return 0;
}

// Reads a token. Comments are kept, blanks skipped; STRING_UNCLOSED also stands for a line break in
// an interpolation of a "…".
static struct token next_token(struct parser *p)
{
    struct token t = {.line_first = p->cursor == p->begin + p->b.start || p->line_break};
    p->line_break = false;
    for (;;) {
        t.start = (uint32_t)(p->cursor - p->begin);
        t.kind = lex(mode(p), &p->cursor, p->end);
        t.end = (uint32_t)(p->cursor - p->begin);
        if (t.kind == TOKEN_COMMENT) {
            vec_push(&p->b.comments, (struct comment){parser_span(p, t)});
            parse_check_text(p, t);
        } else if (t.kind == TOKEN_NEWLINE) {
            if (p->brackets.len > 0 && open_one_line_string(p) > 0) {
                t.kind = TOKEN_STRING_UNCLOSED;
                p->line_break = true;
                return t;
            }
            t.line_first = true;
        } else if (t.kind != TOKEN_SPACE) {
            break;
        }
    }
    if (t.kind == TOKEN_RBRACE && p->brackets.len > 0 &&
        vec_last(&p->brackets).kind == TOKEN_INTERP_OPEN)
        t.kind = TOKEN_INTERP_CLOSE;
    return t;
}

static enum token_kind opener_of(enum token_kind kind)
{
    switch (kind) {
    case TOKEN_RPAREN: return TOKEN_LPAREN;
    case TOKEN_RBRACKET: return TOKEN_LBRACKET;
    case TOKEN_RBRACE: return TOKEN_LBRACE;
    case TOKEN_INTERP_CLOSE: return TOKEN_INTERP_OPEN;
    case TOKEN_STRING_CLOSE: return TOKEN_STRING_OPEN;
    default: return TOKEN_EOF;
    }
}

static bool is_opener(enum token_kind kind)
{
    return kind == TOKEN_LPAREN || kind == TOKEN_LBRACKET || kind == TOKEN_LBRACE ||
           kind == TOKEN_STRING_OPEN || kind == TOKEN_INTERP_OPEN;
}

static uint32_t bracket_depth(const struct parser *p)
{
    return p->brackets.len > 0 ? vec_last(&p->brackets).depth : 0;
}

static void open_bracket(struct parser *p, struct token t)
{
    bool multiline = t.kind == TOKEN_STRING_OPEN && t.end - t.start == 3;
    uint32_t depth = bracket_depth(p) + (t.kind != TOKEN_STRING_OPEN);
    vec_push(&p->brackets, (struct bracket){t.kind, t.start, depth, multiline});
}

// ---- bindings

// Under them is the token that chose the start rule.
#define FILE_BINDINGS 2

void parser_bound(struct parser *p, struct list *list, size_t at)
{
    list_append(&p->b.bindings, list);
    if (!p->each || at > FILE_BINDINGS) return;
    ast_settle_min_int(&p->b); // it may be in the tree that goes
    p->each->take(p->each->ctx, &vec_last(&p->b.bindings));
    p->b.bindings.len = list->start;
    list->count = 0;
    arena_reset(p->b.arena, p->before_binding);
}

// ---- recovery

// ID "(" … ")" begins a binding if "=" or "->" follows.
static bool is_function_head(const struct parser *p, struct token open)
{
    int depth = 1;
    for (int i = 0; i < 200; i++) {
        open = parser_peek(p, p->begin + open.end);
        if (open.kind == TOKEN_EOF) return false;
        if (open.kind == TOKEN_STRING_OPEN) return true; // a default: no telling without its modes
        if (is_opener(open.kind)) depth++;
        if (opener_of(open.kind) != TOKEN_EOF) depth--;
        if (depth > 0) continue;
        enum token_kind next = parser_peek(p, p->begin + open.end).kind;
        return next == TOKEN_EQ || next == TOKEN_ARROW;
    }
    return true;
}

bool parser_looks_like_binding(const struct parser *p, struct token t)
{
    if (t.kind != TOKEN_ID) return t.kind >= TOKEN_PARAM && t.kind <= TOKEN_ASSERT;
    if (contextual(p, t) != TOKEN_ID) return true;
    struct token next = parser_peek(p, p->begin + t.end);
    if (next.kind == TOKEN_LPAREN) return is_function_head(p, next);
    return next.kind == TOKEN_EQ || next.kind == TOKEN_COLON;
}

// A sequence of bindings that is open on the automaton's stack.
struct level {
    size_t entry;    // on that stack
    uint32_t start;  // of the binding that is broken; UINT32_MAX if none has begun
    size_t brackets; // that are open around it
};

static size_t open_levels(struct parser *p, struct level *levels, size_t max)
{
    size_t count = 0;
    size_t brackets = 0;
    size_t depth = grammar_depth(p->grammar);
    for (size_t i = 1; i <= depth; i++) {
        struct token *t = grammar_token(p->grammar, i);
        if (t && is_opener(t->kind)) brackets++;
        if (t || !grammar_bindings(p->grammar, i)) continue;
        struct token *first = i < depth ? grammar_token(p->grammar, i + 1) : NULL;
        if (count == max) count--; // the innermost matters least
        levels[count].entry = i;
        levels[count].start = first ? first->start : UINT32_MAX;
        levels[count++].brackets = brackets;
    }
    return count;
}

// What other languages begin a line with. At the margin and outside of brackets it is worth an
// error of its own.
static bool is_statement(struct token t)
{
    return t.kind == TOKEN_ID || t.kind == TOKEN_LET || t.kind == TOKEN_IF || t.kind == TOKEN_FN ||
           t.kind == TOKEN_IMPORT || t.kind == TOKEN_FOR || t.kind == TOKEN_WITH;
}

// The level that a token continues if it is a place to go on, else null.
static struct level *sync_level(struct parser *p, struct token t, struct level *levels,
                                size_t count)
{
    if (t.kind == TOKEN_EOF) return &levels[0];
    if (t.kind == TOKEN_SEMI) {
        struct level *innermost = &levels[count - 1];
        return p->brackets.len == innermost->brackets ? innermost : NULL;
    }
    if (!t.line_first || mode(p) != LEX_CODE) return NULL;
    bool in = t.kind == TOKEN_IN;
    bool binding = parser_looks_like_binding(p, t);
    if (!in && !binding && !is_statement(t)) return NULL;
    uint32_t column = parser_column(p, t.start);
    for (size_t i = count; i > 0; i--) {
        struct level *level = &levels[i - 1];
        if (!in && !binding && p->brackets.len != level->brackets) continue;
        uint32_t margin = level->start == UINT32_MAX ? UINT32_MAX : parser_column(p, level->start);
        if (in && i > 1 && column <= margin) return level;
        if (!in && (column == margin || (i == 1 && column < margin))) return level;
        if (!in && column > margin) return NULL;
    }
    return NULL;
}

// Follows the brackets of a text that is being skipped: a closing one ends the nearest that it
// fits.
static void skip_bracket(struct parser *p, struct token t)
{
    if (is_opener(t.kind)) open_bracket(p, t);
    if (t.kind == TOKEN_STRING_UNCLOSED) {
        size_t at = open_one_line_string(p);
        p->brackets.len = at > 0 ? at - 1 : 0;
    }
    enum token_kind opener = opener_of(t.kind);
    if (opener == TOKEN_EOF) return;
    for (size_t i = p->brackets.len; i > 0; i--) {
        if (p->brackets.at[i - 1].kind == opener) {
            p->brackets.len = i - 1;
            return;
        }
        if (p->brackets.at[i - 1].kind == TOKEN_INTERP_OPEN) return;
    }
}

// Keeps the name of the binding that is broken, so that its uses are no errors. In `def f(x):` that
// is `f`.
static void bind_broken(struct parser *p, struct level *level, struct token head)
{
    if (parse_declares(p, head)) {
        struct token name = parser_peek(p, p->begin + head.end);
        const char *between = p->begin + head.end;
        if (name.kind == TOKEN_ID && !memchr(between, '\n', name.start - head.end)) head = name;
    }
    if (head.kind != TOKEN_ID) return;
    ast_bind_broken(&p->b, head);
    parser_bound(p, grammar_bindings(p->grammar, level->entry), level->entry);
}

// Continues at token t, which the automaton has not seen, or at a later one. Returns the token to
// feed next.
static struct token recover(struct parser *p, struct token t)
{
    struct level levels[64];
    size_t count = open_levels(p, levels, LEN(levels));
    while (count > 1 && p->leave > 0 && levels[count - 1].entry > p->leave) count--;
    p->leave = 0;
    struct level *level;
    const struct token refused = t;
    // No binding begins with a keyword that was refused: it would be refused again.
    if (is_statement(t) && t.kind != TOKEN_ID) t.line_first = false;
    for (;;) {
        while (levels[count - 1].brackets > p->brackets.len)
            count--; // a bracket around it was closed
        level = sync_level(p, t, levels, count);
        if (level) break;
        skip_bracket(p, t);
        t = next_token(p);
    }
    struct token *first = level->entry < grammar_depth(p->grammar)
                              ? grammar_token(p->grammar, level->entry + 1)
                              : NULL;
    if (first && first->kind == TOKEN_ID && first->line_first && first->start != t.start)
        bind_broken(p, level, *first);
    else if (!first && refused.kind == TOKEN_LET && refused.line_first)
        bind_broken(p, level, refused);
    grammar_cut(p->grammar, level->entry);
    p->brackets.len = level->brackets;
    p->can_bind = true;
    p->suspect.kind = TOKEN_EOF;
    p->b.min_int = NULL;
    if (t.kind == TOKEN_ID) t.kind = contextual(p, t);
    return t;
}

static void set_suspect(struct parser *p, struct token t)
{
    if (p->expr_only || (t.start > 0 && p->begin[t.start - 1] != '\n')) return;
    if (!parser_looks_like_binding(p, t)) return;
    p->suspect = t;
    p->before_suspect = p->last[0];
}

// A name at the left margin in a bracket, with `=` behind it, is rarely an argument. If an error
// follows, parsing may go on there.
static void watch_margin(struct parser *p, struct token t)
{
    bool begins = t.kind == TOKEN_ID || (t.kind >= TOKEN_PARAM && t.kind <= TOKEN_ASSERT);
    if (begins && p->can_bind && p->brackets.len == 0)
        p->suspect.kind = TOKEN_EOF;
    else if (begins && t.line_first && p->suspect.kind == TOKEN_EOF)
        set_suspect(p, t);
}
static struct token resume_at_suspect(struct parser *p)
{
    struct token t = p->suspect;
    p->resume = false;
    p->brackets.len = 0;
    p->cursor = p->begin + t.end;
    while (p->b.comments.len > 0 && vec_last(&p->b.comments).span.start >= t.end)
        p->b.comments.len--;
    return t;
}

// ---- the loop

void parser_syntax_error(struct parser *p, struct token t)
{
    (void)t;
    p->failed = true;
}

static void feed(struct parser *p, struct token t)
{
    p->failed = false;
    grammar(p->grammar, (int)t.kind, t);
    ast_settle_min_int(&p->b);
    if (p->failed) return;
    if (p->can_bind && t.kind == TOKEN_ID && !t.line_first && p->last[0].kind != TOKEN_SEMI) {
        p->crowded = t;
        p->crowded_by = p->last[0];
    }
    if (t.kind == TOKEN_COLON) p->colon = t;
    bool after_dot = p->last[0].kind == TOKEN_DOT;
    p->can_bind = token_ends_operand(t.kind) || t.kind == TOKEN_QUESTION || t.kind == TOKEN_SEMI ||
                  t.kind == TOKEN_LET || t.kind == TOKEN_START_FILE ||
                  (after_dot && token_is_keyword(t.kind));
    p->last[2] = p->last[1];
    p->last[1] = p->last[0];
    p->last[0] = t;
}

static bool nests_too_deep(struct parser *p, struct token t)
{
    bool counts = is_opener(t.kind) && t.kind != TOKEN_STRING_OPEN;
    bool brackets = counts && bracket_depth(p) >= p->b.depth_limit;
    bool stack = grammar_depth(p->grammar) > (size_t)STACK_PER_LEVEL * (p->b.depth_limit + 1);
    return brackets || stack;
}

// Takes note of brackets. False if t was reported and must not be fed; then *resync says whether to
// skip.
static bool track(struct parser *p, struct token t, bool *resync)
{
    *resync = true;
    if (nests_too_deep(p, t)) {
        if (p->suspect.kind != TOKEN_EOF && p->brackets.len > 0)
            parse_report_unclosed(p, t);
        else
            parse_report_depth(p, t);
        return false;
    }
    enum token_kind opener = opener_of(t.kind);
    if (opener == TOKEN_EOF) return true;
    if (p->brackets.len > 0 && vec_last(&p->brackets).kind == opener) return true;
    // Behind a whole value the parser can go on as if t were not there.
    *resync = p->brackets.len > 0 || !grammar_accepts(p->grammar, TOKEN_EOF);
    parse_report_mismatch(p, t);
    p->stray_count += !*resync;
    return false;
}

// What is repaired is reported and read as what was meant. True if it was.
static bool repair(struct parser *p, struct token t)
{
    if (t.kind == TOKEN_SLASH_COMMENT || t.kind == TOKEN_BLOCK_COMMENT) {
        parse_report_comment(p, t);
        return true;
    }
    if (t.kind == TOKEN_SINGLE_QUOTED) {
        parse_report_single_quotes(p, t);
        struct token part = {TOKEN_STRING_OPEN, t.start, t.start + 1, false};
        feed(p, part);
        if (p->failed) return true;
        part = (struct token){TOKEN_STRING_TEXT, t.start + 1, t.end - 1, false};
        if (part.end > part.start) feed(p, part);
        feed(p, (struct token){TOKEN_STRING_CLOSE, t.end - 1, t.end, false});
        return true;
    }
    if (t.kind == TOKEN_TRIPLE_QUOTED) {
        parse_report_triple_quotes(p, t);
        feed(p, (struct token){TOKEN_STRING_OPEN, t.start, t.start + 1, false});
        if (!p->failed) feed(p, (struct token){TOKEN_STRING_CLOSE, t.end - 1, t.end, false});
        return true;
    }
    if (t.kind == TOKEN_SEMI && p->brackets.len > 0 && !grammar_accepts(p->grammar, TOKEN_SEMI) &&
        grammar_accepts(p->grammar, TOKEN_COMMA)) {
        parse_report_semicolon(p, t);
        feed(p, (struct token){TOKEN_COMMA, t.start, t.end, false});
        return true;
    }
    return false;
}

// Feeds t. False if something was reported behind which parsing must resynchronize.
static bool step(struct parser *p, struct token t)
{
    if (repair(p, t)) return !p->failed;
    if (t.kind >= TOKEN_GRAMMAR_END) {
        parse_report_token(p, t);
        return false;
    }
    bool resync;
    if (!track(p, t, &resync)) return !resync;
    if (t.kind == TOKEN_ID && p->can_bind) t.kind = contextual(p, t);
    watch_margin(p, t);
    if (t.kind == TOKEN_STRING_TEXT) parse_check_text(p, t);
    feed(p, t);
    if (p->failed) {
        parse_report_refused(p, t);
        return false;
    }
    if (is_opener(t.kind))
        open_bracket(p, t);
    else if (opener_of(t.kind) != TOKEN_EOF)
        p->brackets.len--;
    return true;
}

static void run(struct parser *p)
{
    struct token start = {.kind = p->expr_only ? TOKEN_START_EXPR : TOKEN_START_FILE};
    feed(p, start);
    // A `;` puts the sequence of bindings on the automaton's stack, so that recovery finds it from
    // the first token on.
    if (!p->expr_only) feed(p, (struct token){.kind = TOKEN_SEMI});
    struct token t = next_token(p);
    for (;;) {
        if (step(p, t)) {
            if (t.kind == TOKEN_EOF || p->b.stop || p->stray_count >= MAX_ERRORS) return;
            t = next_token(p);
            continue;
        }
        bool in_text =
            t.kind == TOKEN_STRING_UNCLOSED && t.start == t.end && mode(p) == LEX_MULTILINE;
        if (p->error_count == 0) p->ends_early = t.kind == TOKEN_EOF || in_text;
        if (p->b.stop || p->expr_only || ++p->error_count >= MAX_ERRORS) return;
        t = recover(p, p->resume ? resume_at_suspect(p) : t);
    }
}

// ---- entry points

static bool check_utf8(struct parser *p)
{
    struct str text = p->b.source->text;
    size_t bad = utf8_validate(text);
    if (bad == text.len) return true;
    uint32_t at = (uint32_t)bad;
    struct diag *d =
        ast_error(&p->b, ast_span(&p->b, at, at + 1), "E0101", "the text is not UTF-8");
    diag_primary(d, "the byte 0x%02x cannot stand here", (unsigned)(unsigned char)text.p[bad]);
    diag_note(d, "it is at offset %u of the file", at);
    diag_help(d, "save the file in the encoding UTF-8");
    return false;
}

static bool is_ascii(struct str s)
{
    unsigned char all = 0;
    for (size_t i = 0; i < s.len; i++) all |= (unsigned char)s.p[i];
    return all < 0x80;
}

static void init(struct parser *p, struct arena *arena, const struct source *source,
                 struct symtab *syms, struct diag_sink *sink, const struct parse_limits *limits)
{
    uint32_t limit = limits && limits->nesting ? limits->nesting : PARSE_NESTING_DEFAULT;
    p->b.arena = arena;
    p->b.source = source;
    p->b.syms = syms;
    p->b.sink = sink;
    p->b.depth_limit = limit < PARSE_NESTING_MAX ? limit : PARSE_NESTING_MAX;
    p->b.ascii = is_ascii(source->text);
    p->begin = source->text.p;
    p->end = p->begin + source->text.len;
    if (str_starts_with(source->text, STR("\xEF\xBB\xBF"))) p->b.start = 3; // a byte order mark
    p->cursor = p->begin + p->b.start;
    p->grammar = grammarAlloc(bug_malloc, p);
}

static void finish(struct parser *p)
{
    grammarFree(p->grammar, free);
    vec_free(&p->brackets);
    builder_free(&p->b);
}

struct file *parse_file_each(const struct source *source, struct symtab *syms,
                             struct diag_sink *sink, const struct parse_limits *limits,
                             const struct parse_bindings *each)
{
    struct file *f = bug_malloc(sizeof(*f));
    *f = (struct file){.source = source, .doc = STR("")};
    struct parser p = {.each = each};
    init(&p, &f->arena, source, syms, sink, limits);
    // A first chunk that stays, however often what comes is dropped.
    (void)!arena_alloc(&f->arena, 0);
    p.before_binding = arena_mark(&f->arena);
    if (check_utf8(&p)) {
        run(&p);
        f->count = p.b.file_bindings.count;
        f->bindings = list_take(&p.b, &p.b.bindings, p.b.file_bindings);
        f->doc = ast_file_doc(&p.b);
        f->comment_count = p.b.comments.len;
        f->comments =
            list_take(&p.b, &p.b.comments, ((struct list){0, (uint32_t)f->comment_count}));
    }
    f->has_errors = p.b.has_errors;
    finish(&p);
    return f;
}

struct file *parse_file(const struct source *source, struct symtab *syms, struct diag_sink *sink,
                        const struct parse_limits *limits)
{
    return parse_file_each(source, syms, sink, limits, NULL);
}

struct expr *parse_expr(struct arena *arena, const struct source *source, struct symtab *syms,
                        struct diag_sink *sink, const struct parse_limits *limits)
{
    struct parser p = {.expr_only = true};
    init(&p, arena, source, syms, sink, limits);
    if (check_utf8(&p)) run(&p);
    struct expr *e = p.b.has_errors ? NULL : p.b.result;
    finish(&p);
    return e;
}

bool parse_ends_early(const struct source *source, struct symtab *syms, bool as_expr)
{
    struct arena arena = ARENA_INIT;
    struct diag_sink sink = DIAG_SINK_INIT;
    struct parser p = {.expr_only = as_expr};
    init(&p, &arena, source, syms, &sink, NULL);
    if (check_utf8(&p)) run(&p);
    // More text does not mend what else was reported, such as a number out of range.
    bool early = p.ends_early && sink.error_count == 1;
    finish(&p);
    diag_sink_free(&sink);
    arena_free(&arena);
    return early;
}

void file_free(struct file *f)
{
    if (!f) return;
    arena_free(&f->arena);
    free(f);
}
