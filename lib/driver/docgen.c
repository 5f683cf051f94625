#include "driver/docgen.h"

#include <stdlib.h>

#include "base/source.h"
#include "base/vec.h"
#include "driver/docgen_builtin.h"
#include "driver/embed.h"
#include "syntax/parse.h"

void docgen_free(struct docgen *g)
{
    free(g->entries);
    arena_free(&g->arena);
    *g = DOCGEN_INIT;
}

void docgen_add(struct docgen *g, struct docgen_entry e)
{
    if (g->len == g->cap) g->entries = vec_grow(g->entries, &g->cap, sizeof e, g->len + 1);
    g->entries[g->len++] = e;
}

// ---- modules

// The end of a signature: before the `=` in front of the value. An expression's span leaves its
// parentheses out, so that what stands before it may be " = (".
static uint32_t signature_end(struct str text, uint32_t start, uint32_t value)
{
    uint32_t end = value;
    while (end > start && (text.p[end - 1] == ' ' || text.p[end - 1] == '\n' ||
                           text.p[end - 1] == '\t' || text.p[end - 1] == '('))
        end--;
    return end > start && text.p[end - 1] == '=' ? end - 1 : end;
}

// Source text with comments left out and all white space as single spaces.
static struct str one_line(struct docgen *g, const struct file *file, uint32_t start, uint32_t end)
{
    struct str text = file->source->text;
    struct buf line = BUF_INIT;
    size_t comment = 0;
    for (uint32_t at = start; at < end; at++) {
        while (comment < file->comment_count && file->comments[comment].span.end <= at) comment++;
        if (comment < file->comment_count && file->comments[comment].span.start <= at) continue;
        char c = text.p[at] == '\n' || text.p[at] == '\t' ? ' ' : text.p[at];
        char last = line.len > 0 ? line.p[line.len - 1] : ' ';
        if (c == ' ' && (last == ' ' || last == '(')) continue;
        if (c == ')' && last == ' ') buf_truncate(&line, line.len - 1);
        if (c == ')' && line.len > 0 && line.p[line.len - 1] == ',')
            buf_truncate(&line, line.len - 1);
        buf_addc(&line, c);
    }
    while (line.len > 0 && line.p[line.len - 1] == ' ') buf_truncate(&line, line.len - 1);
    struct str kept = arena_str(&g->arena, buf_str(&line));
    buf_free(&line);
    return kept;
}

static struct str signature(struct docgen *g, const struct file *file, const struct binding *b)
{
    struct str text = file->source->text;
    uint32_t end = b->span.end;
    if (b->kind == BINDING_FUNCTION)
        end = signature_end(text, b->span.start, b->value->fn->body->span.start);
    else if (b->kind == BINDING_VALUE)
        end = signature_end(text, b->span.start, b->value->span.start);
    return one_line(g, file, b->span.start, end);
}

// "lists" for a comment `# ---- lists`, with or without dashes behind it.
static bool section_title(struct str comment, struct str *title)
{
    struct str mark = STR("# ---- ");
    if (!str_starts_with(comment, mark)) return false;
    *title = (struct str){comment.p + mark.len, comment.len - mark.len};
    while (title->len > 0 && strchr(" -", title->p[title->len - 1])) title->len--;
    return title->len > 0;
}

static struct str capitalized(struct docgen *g, struct str title)
{
    char *p = arena_dup(&g->arena, title.p, title.len);
    if (p[0] >= 'a' && p[0] <= 'z') p[0] = (char)(p[0] - 'a' + 'A');
    return (struct str){p, title.len};
}

static bool is_public(const struct binding *b, const struct symtab *syms)
{
    return b->kind != BINDING_TEST && b->kind != BINDING_ASSERT &&
           sym_str(syms, b->name.id).p[0] != '_';
}

void docgen_file(struct docgen *g, const struct file *file, const struct symtab *syms)
{
    const struct str text = file->source->text;
    struct str section = STR("");
    size_t comment = 0;
    g->text = arena_str(&g->arena, file->doc);
    for (const struct binding *b = file->bindings; b < file->bindings + file->count; b++) {
        for (; comment < file->comment_count; comment++) {
            struct span s = file->comments[comment].span;
            struct str title;
            if (s.start >= b->span.start) break;
            if (section_title((struct str){text.p + s.start, s.end - s.start}, &title))
                section = capitalized(g, title);
        }
        if (!is_public(b, syms)) continue;
        static const enum docgen_kind kinds[] = {
            [BINDING_VALUE] = DOCGEN_VALUE,
            [BINDING_FUNCTION] = DOCGEN_FUNCTION,
            [BINDING_PARAM] = DOCGEN_PARAM,
            [BINDING_TYPE] = DOCGEN_TYPE,
        };
        docgen_add(g, (struct docgen_entry){kinds[b->kind], section,
                                            arena_str(&g->arena, sym_str(syms, b->name.id)),
                                            signature(g, file, b), arena_str(&g->arena, b->doc)});
    }
}

// ---- the standard library

bool docgen_stdlib(struct docgen *g, struct diag_sink *sink)
{
    struct str text;
    if (!embed_get(STR("stdlib/prelude.plx"), &text)) BUG("no prelude in the binary");
    struct sources sources = SOURCES_INIT;
    struct symtab syms = SYMTAB_INIT;
    const struct source *source = sources_add(&sources, "std/prelude.plx", NULL, text);
    struct file *file = parse_file(source, &syms, sink, NULL);
    bool ok = !file->has_errors;
    if (ok) {
        g->title = "The standard library";
        docgen_builtins(g);
        docgen_file(g, file, &syms);
    }
    file_free(file);
    symtab_free(&syms);
    sources_free(&sources);
    return ok;
}

const struct docgen_entry *docgen_find(const struct docgen *g, struct str name)
{
    for (size_t i = 0; i < g->len; i++)
        if (str_eq(g->entries[i].name, name)) return &g->entries[i];
    return NULL;
}

// ---- pages

void docgen_entry_markdown(struct buf *out, const struct docgen_entry *e, unsigned level)
{
    buf_pad(out, '#', level);
    buf_printf(out, " `" STR_FMT "`\n\n```\n" STR_FMT "\n```\n", STR_ARG(e->name),
               STR_ARG(e->signature));
    if (e->text.len > 0) buf_printf(out, "\n" STR_FMT "\n", STR_ARG(e->text));
}

size_t docgen_section(const struct docgen *g, size_t from)
{
    for (size_t i = from; i < g->len; i++) {
        size_t first = 0;
        while (!str_eq(g->entries[first].section, g->entries[i].section)) first++;
        if (first == i) return i;
    }
    return g->len;
}

static void add_index(struct buf *out, const struct docgen *g)
{
    buf_addc(out, '\n');
    for (size_t s = docgen_section(g, 0); s < g->len; s = docgen_section(g, s + 1)) {
        struct str section = g->entries[s].section;
        buf_addz(out, "- ");
        if (section.len > 0) buf_printf(out, STR_FMT ": ", STR_ARG(section));
        for (size_t i = s; i < g->len; i++) {
            struct str name = g->entries[i].name;
            if (!str_eq(g->entries[i].section, section)) continue;
            buf_printf(out, "%s[`" STR_FMT "`](#" STR_FMT ")", i == s ? "" : ", ", STR_ARG(name),
                       STR_ARG(name));
        }
        buf_addc(out, '\n');
    }
}

void docgen_markdown(struct buf *out, const struct docgen *g)
{
    buf_printf(out, "# %s\n", g->title);
    if (g->text.len > 0) buf_printf(out, "\n" STR_FMT "\n", STR_ARG(g->text));
    if (g->len > 0) add_index(out, g);
    for (size_t s = docgen_section(g, 0); s < g->len; s = docgen_section(g, s + 1)) {
        struct str section = g->entries[s].section;
        if (section.len > 0) buf_printf(out, "\n## " STR_FMT "\n", STR_ARG(section));
        for (size_t i = s; i < g->len; i++) {
            if (!str_eq(g->entries[i].section, section)) continue;
            buf_addc(out, '\n');
            docgen_entry_markdown(out, &g->entries[i], section.len > 0 ? 3 : 2);
        }
    }
}

bool docgen_example(struct str text, size_t *at, struct str *code)
{
    struct str rest = {text.p + *at, text.len - *at};
    const char *open = rest.len ? memmem(rest.p, rest.len, "```plx\n", 7) : NULL;
    if (!open) return false;
    const char *from = open + 7;
    const char *end = text.p + text.len;
    const char *close = memmem(from, (size_t)(end - from), "\n```", 4);
    if (!close) return false;
    *code = (struct str){from, (size_t)(close - from)};
    *at = (size_t)(close + 4 - text.p);
    return true;
}
