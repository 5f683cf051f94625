// Any text parses or gives an error without harm. What parses is formatted, and then: the formatted
// text parses, its tree prints like the first, its comments are the same in the same order, and
// formatting it again changes nothing.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/diag_render.h"
#include "syntax/ast_print.h"
#include "syntax/fmt.h"
#include "syntax/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct result {
    struct buf tree;
    struct buf text;
    struct buf comments; // one a line
    bool parsed;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void add_comments(struct buf *out, const struct file *f)
{
    for (size_t i = 0; i < f->comment_count; i++) {
        struct span at = f->comments[i].span;
        struct str s = {f->source->text.p + at.start, at.end - at.start};
        while (s.len > 0 && is_space(s.p[s.len - 1])) s.len--;
        buf_adds(out, s);
        buf_addc(out, '\n');
    }
}

static struct result format(struct str text)
{
    struct result r = {0};
    struct sources sources = SOURCES_INIT;
    struct symtab syms = SYMTAB_INIT;
    struct diag_sink sink = DIAG_SINK_INIT;
    struct parse_limits limits = {.nesting = 50};
    const struct source *source = sources_add(&sources, "fuzz.plx", NULL, text);
    struct file *f = parse_file(source, &syms, &sink, &limits);
    r.parsed = fmt_file(f, &r.text);
    if (r.parsed == diag_has_errors(&sink)) BUG("errors and result disagree");
    if (r.parsed) add_comments(&r.comments, f);
    if (r.parsed) ast_print_file(&r.tree, f, &syms, (struct ast_print_style){false});
    struct buf rendered = BUF_INIT;
    for (struct diag *d = sink.first; d; d = d->next)
        diag_render_text(&rendered, d, &sources, (struct diag_style){false});
    buf_free(&rendered);
    file_free(f);
    diag_sink_free(&sink);
    symtab_free(&syms);
    sources_free(&sources);
    return r;
}

static void free_result(struct result *r)
{
    buf_free(&r->tree);
    buf_free(&r->text);
    buf_free(&r->comments);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct result first = format((struct str){(const char *)data, size});
    if (first.parsed) {
        struct result second = format(buf_str(&first.text));
        if (!second.parsed) BUG("formatted text does not parse:\n%s", buf_z(&first.text));
        if (!str_eq(buf_str(&first.tree), buf_str(&second.tree)))
            BUG("the tree differs:\n%s\n---\n%s\n---\n%s", buf_z(&first.text), buf_z(&first.tree),
                buf_z(&second.tree));
        if (!str_eq(buf_str(&first.comments), buf_str(&second.comments)))
            BUG("other comments:\n%s\n---\n%s\n---\n%s", buf_z(&first.text), buf_z(&first.comments),
                buf_z(&second.comments));
        if (!str_eq(buf_str(&first.text), buf_str(&second.text)))
            BUG("not idempotent:\n%s\n---\n%s", buf_z(&first.text), buf_z(&second.text));
        free_result(&second);
    }
    free_result(&first);
    return 0;
}
