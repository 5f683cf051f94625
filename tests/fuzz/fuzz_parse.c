// Any text parses or gives an error without harm. What parses is formatted, and then: the formatted
// text parses, its tree prints like the first, and formatting it again changes nothing.
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
    bool parsed;
};

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
        if (!str_eq(buf_str(&first.text), buf_str(&second.text)))
            BUG("not idempotent:\n%s\n---\n%s", buf_z(&first.text), buf_z(&second.text));
        free_result(&second);
    }
    free_result(&first);
    return 0;
}
