#include "syntax/string_text.h"

#include "base/utf8.h"

// ---- escapes

static void bad_escape(struct builder *b, uint32_t start, uint32_t end)
{
    struct span span = ast_span(b, start, end);
    struct str s = ast_text(b, span);
    struct diag *d =
        ast_error(b, span, "E0105", "unknown escape `" STR_FMT "` in a string", STR_ARG(s));
    switch (s.len > 1 ? s.p[1] : 0) {
    case 'x': diag_help(d, "a character by its number is written `\\u{41}`"); break;
    case '0': diag_help(d, "a NUL is written `\\u{0}`"); break;
    case '\'': diag_help(d, "`'` needs no backslash here"); break;
    case '$': diag_help(d, "`$` needs no backslash: only `~{` begins an interpolation"); break;
    case '(': diag_help(d, "an interpolation is written `~{…}`"); break;
    default:
        diag_help(d, "for a backslash write `\\\\`; in '''…''' a backslash stands for itself");
        break;
    }
}

static void bad_unicode(struct builder *b, uint32_t start, uint32_t end, const char *why)
{
    struct span span = ast_span(b, start, end);
    struct diag *d = ast_error(b, span, "E0105", "malformed escape `" STR_FMT "` in a string",
                               STR_ARG(ast_clip(ast_text(b, span))));
    diag_primary(d, "%s", why);
    diag_help(d, "write the number of the character in hexadecimal: `\\u{1F600}`");
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// s begins with \u. Returns how many bytes belong to the escape.
static size_t unescape_unicode(struct builder *b, struct str s, uint32_t offset)
{
    size_t i = 2;
    uint32_t cp = 0;
    if (s.len < 3 || s.p[2] != '{') {
        bad_unicode(b, offset, offset + 2, "`{` must follow");
        return 2;
    }
    for (i = 3; i < s.len && hex_value(s.p[i]) >= 0; i++)
        if (cp <= 0x10FFFF) cp = cp * 16 + (uint32_t)hex_value(s.p[i]);
    uint32_t end = offset + (uint32_t)i;
    if (i == s.len || s.p[i] != '}')
        bad_unicode(b, offset, end, "`}` is missing");
    else if (i == 3)
        bad_unicode(b, offset, end + 1, "it has no digits");
    else if (cp > 0x10FFFF)
        bad_unicode(b, offset, end + 1, "the largest is 10FFFF");
    else if (cp >= 0xD800 && cp <= 0xDFFF)
        bad_unicode(b, offset, end + 1, "surrogates are no characters");
    else
        utf8_encode(&b->text, cp);
    return i < s.len && s.p[i] == '}' ? i + 1 : i;
}

static void unescape(struct builder *b, struct str s, uint32_t offset)
{
    static const char from[] = "ntr\\\"~";
    static const char to[] = "\n\t\r\\\"~";
    for (size_t i = 0; i < s.len;) {
        const char *slash = memchr(s.p + i, '\\', s.len - i);
        size_t run = slash ? (size_t)(slash - s.p) - i : s.len - i;
        buf_add(&b->text, s.p + i, run);
        i += run;
        if (!slash) break;
        uint32_t at = offset + (uint32_t)i;
        char c = i + 1 < s.len ? s.p[i + 1] : 0;
        const char *known = c ? strchr(from, c) : NULL;
        if (known) {
            buf_addc(&b->text, to[known - from]);
            i += 2;
        } else if (c == 'u') {
            i += unescape_unicode(b, (struct str){s.p + i, s.len - i}, at);
        } else {
            const char *next = s.p + i + 1;
            if (next < s.p + s.len) (void)utf8_decode(&next, s.p + s.len);
            bad_escape(b, at, offset + (uint32_t)(next - s.p));
            i = (size_t)(next - s.p);
        }
    }
}

void string_unescape(struct builder *b, struct string_piece *pieces, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct string_piece *piece = &pieces[i];
        if (piece->expr || !memchr(piece->text.p, '\\', piece->text.len)) continue;
        buf_clear(&b->text);
        unescape(b, piece->text, piece->span.start);
        piece->text = arena_str(b->arena, buf_str(&b->text));
    }
}

// ---- indentation

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

// The first byte from `at` on that is no blank, or the end.
static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && is_blank(*at)) at++;
    return at;
}

static const char *end_of(const struct string_piece *piece)
{
    return piece->text.p + piece->text.len;
}

static void drop_first_line(struct string_piece *piece)
{
    const char *at = skip_blanks(piece->text.p, end_of(piece));
    if (at == end_of(piece) || *at != '\n') return;
    piece->text.len = (size_t)(end_of(piece) - (at + 1));
    piece->text.p = at + 1;
}

static void drop_closing_line(struct string_piece *piece)
{
    while (piece->text.len > 0 && is_blank(end_of(piece)[-1])) piece->text.len--;
}

static bool is_closing_line(const struct string_piece *piece, bool whole)
{
    const char *at = end_of(piece);
    while (at > piece->text.p && is_blank(at[-1])) at--;
    return at > piece->text.p ? at[-1] == '\n' : whole;
}

struct indentation {
    const char *p;
    size_t len;
    bool known;
};

static void meet(struct indentation *common, const char *line, size_t len)
{
    if (!common->known) *common = (struct indentation){line, len, true};
    if (len < common->len) common->len = len;
    size_t same = 0;
    while (same < common->len && common->p[same] == line[same]) same++;
    common->len = same;
}

// What the lines share that are not blank. A line that an interpolation begins is not blank.
static struct indentation common_indentation(const struct string_piece *pieces, uint32_t count)
{
    struct indentation common = {NULL, 0, false};
    if (count > 0 && pieces[0].expr) meet(&common, NULL, 0);
    for (uint32_t i = 0; i < count; i++) {
        if (pieces[i].expr) continue;
        const char *end = end_of(&pieces[i]);
        const char *line = pieces[i].text.p;
        if (i > 0)
            line = memchr(line, '\n', pieces[i].text.len); // goes on behind an interpolation
        else
            line--;
        for (; line; line = memchr(line, '\n', (size_t)(end - line))) {
            line++;
            const char *at = skip_blanks(line, end);
            bool blank = at < end ? *at == '\n' : i + 1 == count;
            if (!blank) meet(&common, line, (size_t)(at - line));
            if (at == end) break;
        }
    }
    return common;
}

// Appends one line without the indentation and with its ~~{ as ~{.
static void add_line(struct buf *out, const char *line, const char *end, struct indentation common,
                     bool indented)
{
    size_t skip = 0;
    while (indented && skip < common.len && line + skip < end && line[skip] == common.p[skip])
        skip++;
    line += skip;
    if (end - line >= 2 && end[-1] == '\n' && end[-2] == '\r') {
        add_line(out, line, end - 2, common, false);
        buf_addc(out, '\n');
        return;
    }
    for (const char *at = line; at < end;) {
        const char *tilde = memchr(at, '~', (size_t)(end - at));
        if (!tilde) tilde = end;
        buf_add(out, at, (size_t)(tilde - at));
        at = tilde;
        if (at == end) break;
        if (end - at >= 3 && at[1] == '~' && at[2] == '{') at++;
        buf_addc(out, *at++);
    }
}

void string_dedent(struct builder *b, struct string_piece *pieces, uint32_t count)
{
    if (count == 0) return;
    bool whole = count == 1;
    if (!pieces[0].expr) drop_first_line(&pieces[0]);
    struct string_piece *last = &pieces[count - 1];
    if (!last->expr && is_closing_line(last, whole)) drop_closing_line(last);
    struct indentation common = common_indentation(pieces, count);
    for (uint32_t i = 0; i < count; i++) {
        if (pieces[i].expr) continue;
        const char *end = end_of(&pieces[i]);
        bool indented = i == 0;
        buf_clear(&b->text);
        for (const char *line = pieces[i].text.p; line < end;) {
            const char *newline = memchr(line, '\n', (size_t)(end - line));
            const char *next = newline ? newline + 1 : end;
            add_line(&b->text, line, next, common, indented);
            line = next;
            indented = true;
        }
        pieces[i].text = arena_str(b->arena, buf_str(&b->text));
    }
}
