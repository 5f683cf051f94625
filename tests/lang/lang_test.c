// usage: lang_test MODE FILE      (MODE: lex, parse, spans, expr, fmt)
//
// Prints on standard output what the lexer, the parser or the formatter makes of a file, and on
// standard error its diagnostics as text. Exit status: 0, or 1 if an error was reported.
// tests/lang/run compares both with golden files.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag_render.h"
#include "base/io.h"
#include "base/path.h"
#include "syntax/ast_print.h"
#include "syntax/fmt.h"
#include "syntax/lex.h"
#include "syntax/parse.h"

#define MODES 64

struct session {
    struct sources sources;
    struct symtab syms;
    struct diag_sink sink;
    struct source *source;
    struct buf out;
};

// Tokens with a stack of modes: a string's text between its quotes, code again between ~{ and }.
static void print_tokens(struct session *s)
{
    const char *cursor = s->source->text.p;
    const char *end = cursor + s->source->text.len;
    enum lex_mode modes[MODES] = {LEX_CODE};
    int braces[MODES] = {0};
    int depth = 0;
    for (;;) {
        const char *start = cursor;
        enum token_kind kind = lex(modes[depth], &cursor, end);
        struct str text = {start, (size_t)(cursor - start)};
        if (kind != TOKEN_SPACE && kind != TOKEN_NEWLINE)
            buf_printf(&s->out, "%zu-%zu %s " STR_FMT "\n", (size_t)(start - s->source->text.p),
                       (size_t)(cursor - s->source->text.p), token_text(kind), STR_ARG(text));
        if (kind == TOKEN_EOF) return;
        if (kind == TOKEN_STRING_OPEN || kind == TOKEN_INTERP_OPEN) {
            enum lex_mode inside = text.len == 3 ? LEX_MULTILINE : LEX_STRING;
            if (depth + 1 == MODES) return;
            modes[++depth] = kind == TOKEN_INTERP_OPEN ? LEX_CODE : inside;
            braces[depth] = 0;
        } else if (kind == TOKEN_STRING_CLOSE || kind == TOKEN_STRING_UNCLOSED) {
            depth--;
        } else if (kind == TOKEN_LBRACE) {
            braces[depth]++;
        } else if (kind == TOKEN_RBRACE && braces[depth]-- == 0 && depth > 0) {
            depth--;
        }
    }
}

static void print_tree(struct session *s, bool spans)
{
    struct file *f = parse_file(s->source, &s->syms, &s->sink, NULL);
    if (!f->has_errors) ast_print_file(&s->out, f, &s->syms, (struct ast_print_style){spans});
    file_free(f);
}

static void print_formatted(struct session *s)
{
    struct file *f = parse_file(s->source, &s->syms, &s->sink, NULL);
    (void)!fmt_file(f, &s->out);
    file_free(f);
}

static void print_expr(struct session *s)
{
    struct arena arena = ARENA_INIT;
    struct expr *e = parse_expr(&arena, s->source, &s->syms, &s->sink, NULL);
    if (e) ast_print_expr(&s->out, e, &s->syms, (struct ast_print_style){false});
    arena_free(&arena);
}

static bool load(struct session *s, const char *file)
{
    struct buf text = BUF_INIT;
    int err = io_read_file(-100, file, 0, &text); // AT_FDCWD
    if (err) {
        fprintf(stderr, "lang_test: %s: %s\n", file, strerror(-err));
        buf_free(&text);
        return false;
    }
    struct arena scratch = ARENA_INIT;
    struct str base = path_base(file);
    s->source =
        sources_add(&s->sources, arena_dup(&scratch, base.p, base.len), NULL, buf_str(&text));
    arena_free(&scratch);
    buf_free(&text);
    return true;
}

static bool run(struct session *s, const char *mode)
{
    if (strcmp(mode, "lex") == 0)
        print_tokens(s);
    else if (strcmp(mode, "parse") == 0)
        print_tree(s, false);
    else if (strcmp(mode, "spans") == 0)
        print_tree(s, true);
    else if (strcmp(mode, "expr") == 0)
        print_expr(s);
    else if (strcmp(mode, "fmt") == 0)
        print_formatted(s);
    else
        return false;
    return true;
}

int main(int argc, char **argv)
{
    struct session s = {0};
    if (argc != 3 || !load(&s, argv[2])) return 2;
    if (!run(&s, argv[1])) {
        fprintf(stderr, "lang_test: unknown mode %s\n", argv[1]);
        return 2;
    }
    struct buf text = BUF_INIT;
    for (struct diag *d = s.sink.first; d; d = d->next)
        diag_render_text(&text, d, &s.sources, (struct diag_style){false});
    fwrite(buf_z(&s.out), 1, s.out.len, stdout);
    fwrite(buf_z(&text), 1, text.len, stderr);
    int status = diag_has_errors(&s.sink) ? 1 : 0;
    buf_free(&text);
    buf_free(&s.out);
    diag_sink_free(&s.sink);
    sources_free(&s.sources);
    symtab_free(&s.syms);
    return status;
}
