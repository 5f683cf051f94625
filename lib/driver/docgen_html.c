#include "driver/docgen_html.h"

#include <cmark.h>
#include <stdlib.h>

static const char style[] =
    "body{max-width:50rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif}"
    "pre{padding:.6rem .8rem;overflow-x:auto;background:#8881;border-radius:.3rem}"
    "code{font:.92em ui-monospace,monospace}"
    "h3{margin-top:2.2rem}"
    "@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}a{color:#8bf}}";

static void add_escaped(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.p[i]) {
        case '&': buf_addz(out, "&amp;"); break;
        case '<': buf_addz(out, "&lt;"); break;
        case '>': buf_addz(out, "&gt;"); break;
        case '"': buf_addz(out, "&quot;"); break;
        default: buf_addc(out, text.p[i]);
        }
    }
}

static void add_markdown(struct buf *out, struct str text)
{
    char *html = cmark_markdown_to_html(text.p ? text.p : "", text.len, CMARK_OPT_DEFAULT);
    buf_addz(out, html);
    free(html);
}

static void add_entry(struct buf *out, const struct docgen_entry *e)
{
    buf_addz(out, "<h3 id=\"");
    add_escaped(out, e->name);
    buf_addz(out, "\"><code>");
    add_escaped(out, e->name);
    buf_addz(out, "</code></h3>\n<pre><code>");
    add_escaped(out, e->signature);
    buf_addz(out, "</code></pre>\n");
    add_markdown(out, e->text);
}

static void add_index(struct buf *out, const struct docgen *g)
{
    buf_addz(out, "<ul>\n");
    for (size_t s = docgen_section(g, 0); s < g->len; s = docgen_section(g, s + 1)) {
        buf_addz(out, "<li>");
        add_escaped(out, g->entries[s].section);
        for (size_t i = s; i < g->len; i++) {
            if (!str_eq(g->entries[i].section, g->entries[s].section)) continue;
            buf_addz(out, " <a href=\"#");
            add_escaped(out, g->entries[i].name);
            buf_addz(out, "\"><code>");
            add_escaped(out, g->entries[i].name);
            buf_addz(out, "</code></a>");
        }
        buf_addz(out, "</li>\n");
    }
    buf_addz(out, "</ul>\n");
}

static void add_sections(struct buf *out, const struct docgen *g)
{
    for (size_t s = docgen_section(g, 0); s < g->len; s = docgen_section(g, s + 1)) {
        if (g->entries[s].section.len > 0) {
            buf_addz(out, "<h2>");
            add_escaped(out, g->entries[s].section);
            buf_addz(out, "</h2>\n");
        }
        for (size_t i = s; i < g->len; i++)
            if (str_eq(g->entries[i].section, g->entries[s].section))
                add_entry(out, &g->entries[i]);
    }
}

void docgen_html(struct buf *out, const struct docgen *g, const struct docgen_entry *one)
{
    struct str title = one ? one->name : str_from(g->title);
    buf_addz(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>");
    add_escaped(out, title);
    buf_printf(out, "</title>\n<style>%s</style>\n</head>\n<body>\n", style);
    if (one) {
        add_entry(out, one);
    } else {
        buf_addz(out, "<h1>");
        add_escaped(out, title);
        buf_addz(out, "</h1>\n");
        add_markdown(out, g->text);
        if (g->len > 0) add_index(out, g);
        add_sections(out, g);
    }
    buf_addz(out, "</body>\n</html>\n");
}
