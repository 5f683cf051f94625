#include "syntax/fmt_text.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool is_blank_line(struct str line)
{
    for (size_t i = 0; i < line.len; i++)
        if (!is_blank(line.p[i])) return false;
    return true;
}

// What stands between the quotes.
static struct str inside(struct str source, const struct expr *e)
{
    return (struct str){source.p + e->span.start + 3, e->span.end - e->span.start - 6};
}

// Cuts the next line off *rest, without its ending. False if there is none; *last says that no line
// break was behind it.
static bool next_line(struct str *rest, struct str *line, bool *last)
{
    if (!rest->p) return false;
    const char *newline = rest->len ? memchr(rest->p, '\n', rest->len) : NULL;
    *last = !newline;
    line->p = rest->p;
    line->len = newline ? (size_t)(newline - rest->p) : rest->len;
    if (newline)
        *rest = (struct str){newline + 1, rest->len - line->len - 1};
    else
        *rest = (struct str){NULL, 0};
    if (newline && line->len > 0 && line->p[line->len - 1] == '\r') line->len--;
    return true;
}

// The blanks that all lines share which are not blank; the first line is the one behind the opening
// quotes.
static bool shared_indentation(struct str text, struct str *shared)
{
    struct str line;
    bool last;
    bool found = false;
    (void)next_line(&text, &line, &last);
    while (next_line(&text, &line, &last)) {
        if (is_blank_line(line)) continue;
        size_t len = 0;
        while (is_blank(line.p[len])) len++;
        if (!found) *shared = (struct str){line.p, len};
        found = true;
        size_t same = 0;
        while (same < len && same < shared->len && shared->p[same] == line.p[same]) same++;
        shared->len = same;
    }
    return found;
}

bool fmt_text_moves(struct str source, const struct expr *e)
{
    struct str text = inside(source, e);
    struct str rest = text;
    struct str first;
    struct str shared;
    bool last;
    if (!next_line(&rest, &first, &last) || last || !is_blank_line(first)) return false;
    for (size_t i = 0; i < e->string.count; i++) {
        const struct string_piece *piece = &e->string.pieces[i];
        if (piece->expr &&
            memchr(source.p + piece->span.start, '\n', piece->span.end - piece->span.start))
            return false;
    }
    return shared_indentation(text, &shared);
}

void fmt_text(struct doc *d, struct str source, const struct expr *e)
{
    struct str rest = inside(source, e);
    struct str shared = {NULL, 0};
    struct str line;
    bool last;
    (void)shared_indentation(rest, &shared);
    doc_z(d, "'''");
    (void)next_line(&rest, &line, &last);
    doc_op(d, DOC_INDENT);
    while (next_line(&rest, &line, &last)) {
        if (last && is_blank_line(line)) {
            doc_op(d, DOC_DEDENT);
            doc_op(d, DOC_NEWLINE);
            doc_z(d, "'''");
            return;
        }
        doc_op(d, DOC_NEWLINE);
        size_t skip = 0;
        while (skip < shared.len && skip < line.len && line.p[skip] == shared.p[skip]) skip++;
        doc_text(d, (struct str){line.p + skip, line.len - skip});
    }
    doc_op(d, DOC_DEDENT);
    doc_z(d, "'''");
}
