#include "eval/lint.h"

#include <ctype.h>
#include <stdlib.h>

#include "syntax/parse.h"

static const struct {
    const char *code;
    const char *group;
} lints[] = {
    [LINT_UNUSED] = {"W1101", "unused"},       [LINT_PARAMETER] = {"W1102", "unused"},
    [LINT_IMPORT] = {"W1103", "unused"},       [LINT_TYPE] = {"W1104", "unused"},
    [LINT_SHADOW] = {"W1105", "shadow"},       [LINT_UNREACHABLE] = {"W1106", "unreachable"},
    [LINT_PROMISE] = {"W1107", "promise"},     [LINT_DREF] = {"W1108", "dref"},
    [LINT_REDUNDANT] = {"W1109", "redundant"}, [LINT_ALLOW] = {"W1110", "allow"},
};

struct diag *lint_report(struct linter *l, enum lint_kind kind, struct span span, const char *fmt,
                         ...)
{
    vec_each (a, &l->allowances) {
        if (!(a->lints & (1u << kind)) || span.source != a->where.source ||
            span.start < a->where.start || span.start >= a->where.end)
            continue;
        a->used = true;
        return NULL;
    }
    va_list va;
    va_start(va, fmt);
    struct diag *d = diag_add(l->ev->o.sink, DIAG_WARNING, span, lints[kind].code, fmt, va);
    va_end(va);
    return d;
}

// ---- comments -----------------------------------------------------------------------------------

static uint32_t mask_of(struct str word)
{
    uint32_t mask = 0;
    for (size_t i = 0; i < LINT_ALLOW; i++)
        if (str_eqz(word, lints[i].code) || str_eqz(word, lints[i].group)) mask |= 1u << i;
    return mask;
}

static void report_unknown(struct linter *l, struct str word, struct span span)
{
    struct diag *d =
        word.len > 0
            ? lint_report(l, LINT_ALLOW, span, "there is no lint `" STR_FMT "`", STR_ARG(word))
            : lint_report(l, LINT_ALLOW, span, "a comment allows a lint, and names none");
    if (!d) return;
    struct str names[LEN(lints)];
    size_t count = 0;
    for (size_t i = 0; i < LINT_ALLOW; i++)
        if (i == 0 || strcmp(lints[i].group, lints[i - 1].group) != 0)
            names[count++] = str_from(lints[i].group);
    if (diag_suggest(d, word, names, count)) return;
    struct buf list = BUF_INIT;
    for (size_t i = 0; i < count; i++)
        buf_printf(&list, "%s`" STR_FMT "`", i ? ", " : "", STR_ARG(names[i]));
    diag_note(d, "lints are %s, and codes", buf_z(&list));
    buf_free(&list);
}

// The words behind `# allow:`, up to the first that no comma parts from the next.
static uint32_t read_words(struct linter *l, struct str text, struct span at)
{
    uint32_t mask = 0, i = 0;
    for (;;) {
        while (i < text.len && (text.p[i] == ' ' || text.p[i] == '\t')) i++;
        uint32_t start = i;
        while (i < text.len && isalnum((unsigned char)text.p[i])) i++;
        struct str word = {text.p + start, i - start};
        struct span span = {at.source, at.start + start, at.start + i};
        uint32_t more = mask_of(word);
        if (!more) report_unknown(l, word, i > start ? span : at);
        mask |= more;
        while (i < text.len && (text.p[i] == ' ' || text.p[i] == '\t')) i++;
        if (i == text.len || text.p[i] != ',') return mask;
        i++;
    }
}

static uint32_t line_end(struct str text, uint32_t at)
{
    while (at < text.len && text.p[at] != '\n') at++;
    return at;
}

// Where the next line begins that has more than a comment on it.
static uint32_t next_line(struct str text, uint32_t at)
{
    for (at = line_end(text, at); at < text.len; at = line_end(text, at)) {
        uint32_t start = ++at;
        while (at < text.len && (text.p[at] == ' ' || text.p[at] == '\t' || text.p[at] == '\r'))
            at++;
        if (at < text.len && text.p[at] != '\n' && text.p[at] != '#') return start;
    }
    return at;
}

// What a comment stands for: its line, or, alone, the next line or the binding that begins there.
static struct span range_of(const struct file *file, struct span comment)
{
    struct str text = file->source->text;
    uint32_t start = comment.start;
    bool alone = true;
    while (start > 0 && text.p[start - 1] != '\n') {
        start--;
        if (!isspace((unsigned char)text.p[start])) alone = false;
    }
    if (!alone) return (struct span){comment.source, start, line_end(text, comment.end)};
    start = next_line(text, comment.end);
    struct span range = {comment.source, start, line_end(text, start)};
    for (size_t i = 0; i < file->count; i++) {
        struct span b = file->bindings[i].span;
        if (b.start >= range.start && b.start < range.end) {
            if (b.end > range.end) range.end = b.end;
            break;
        }
    }
    return range;
}

void lint_begin(struct linter *l, struct eval *ev, struct module_def *def)
{
    static const char mark[] = "allow:";
    *l = (struct linter){.ev = ev, .def = def};
    struct diag_sink quiet = DIAG_SINK_INIT;
    struct parse_limits limits = {.nesting = ev->o.limits.nesting};
    struct file *file = parse_file(def->source, ev->o.syms, &quiet, &limits);
    for (size_t i = 0; i < file->comment_count; i++) {
        struct span comment = file->comments[i].span;
        struct str text = {def->source->text.p + comment.start, comment.end - comment.start};
        uint32_t skip = 1;
        while (skip < text.len && text.p[skip] == ' ') skip++;
        struct str rest = {text.p + skip, text.len - skip};
        if (!str_starts_with(rest, STR("allow:"))) continue;
        skip += (uint32_t)sizeof(mark) - 1;
        struct span words = {comment.source, comment.start + skip, comment.end};
        uint32_t mask = read_words(l, (struct str){text.p + skip, text.len - skip}, words);
        if (mask)
            vec_push(&l->allowances,
                     (struct allowance){comment, range_of(file, comment), mask, false});
    }
    file_free(file);
    diag_sink_free(&quiet);
}

void lint_end(struct linter *l)
{
    vec_each (a, &l->allowances) {
        if (a->used) continue;
        struct diag *d =
            lint_report(l, LINT_ALLOW, a->comment, "there is nothing that this comment allows");
        if (d) diag_help(d, "remove it");
    }
    vec_free(&l->allowances);
}

// ---- scopes -------------------------------------------------------------------------------------

static int by_place(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    return (x->span.start > y->span.start) - (x->span.start < y->span.start);
}

static void add_module(struct linter *l)
{
    struct module_def *def = l->def;
    for (uint32_t i = 0; i < def->slots.len; i++) {
        const struct module_slot *s = &def->slots.at[i];
        bool import = node_import_of(s->init) != NULL;
        if (!s->used && (s->is_private || import))
            vec_push(&def->findings, (struct finding){.lint = import ? LINT_IMPORT : LINT_UNUSED,
                                                      .name = s->name,
                                                      .span = s->span});
    }
    for (uint32_t i = 0; i < def->types.len; i++)
        if (!def->types.at[i].used && def->types.at[i].is_private)
            vec_push(&def->findings, (struct finding){.lint = LINT_TYPE,
                                                      .name = def->types.at[i].name,
                                                      .span = def->types.at[i].span});
}

static struct str text_of(const struct linter *l, struct span span)
{
    const struct source *source = sources_get(l->ev->o.sources, span.source);
    return (struct str){source->text.p + span.start, span.end - span.start};
}

static void report_redundant(struct linter *l, const struct finding *f)
{
    struct str text = text_of(l, f->span), other = text_of(l, f->other);
    struct diag *d = lint_report(l, LINT_REDUNDANT, f->span,
                                 "the alternative `" STR_FMT "` adds nothing", STR_ARG(text));
    if (!d) return;
    if (str_eq(text, other))
        diag_label(d, f->other, "this is the same");
    else if (str_ends_with(text, STR("?")) && f->span.start == f->other.start)
        diag_label(d, f->other, "this takes null as it is");
    else
        diag_label(d, f->other, "all of its values are among these");
}

static bool is_of_module(const struct linter *l, const struct finding *f)
{
    uint32_t slot = symmap_get(&l->def->names, f->name);
    return slot != SYMMAP_NONE && l->def->slots.at[slot].span.start == f->span.start;
}

static void report_finding(struct linter *l, const struct finding *f)
{
    if (f->lint == LINT_REDUNDANT) {
        report_redundant(l, f);
        return;
    }
    const char *name = sym_z(l->ev->o.syms, f->name);
    const char *what = f->lint == LINT_PARAMETER ? "the parameter "
                       : f->lint == LINT_IMPORT  ? "the import "
                       : f->lint == LINT_TYPE    ? "the type "
                                                 : "";
    struct diag *d =
        f->lint == LINT_SHADOW
            ? lint_report(l, LINT_SHADOW, f->span, "`%s` hides another `%s`", name, name)
            : lint_report(l, f->lint, f->span, "%s`%s` is never used", what, name);
    if (!d) return;
    bool is_private = name[0] == '_';
    if (f->lint == LINT_SHADOW) {
        diag_primary(d, "from here on it is this one");
        diag_label(d, f->other, "the other one");
    } else if (f->lint == LINT_PARAMETER) {
        diag_help(d, "a name like `_%s` says that it is meant to be so", name);
    } else if (f->lint == LINT_IMPORT && !is_private && is_of_module(l, f)) {
        diag_help(d, "`# allow: unused` behind it keeps it for importers");
    }
}

void lint_scopes(struct linter *l)
{
    add_module(l);
    if (l->def->findings.len > 1)
        qsort(l->def->findings.at, l->def->findings.len, sizeof(*l->def->findings.at), by_place);
    vec_each (f, &l->def->findings) report_finding(l, f);
    vec_clear(&l->def->findings);
}
