#include "syntax/ast_binding.h"

#include <ctype.h>

// ---- documentation

static bool is_doc(const struct builder *b, const struct comment *c)
{
    struct str s = ast_text(b, c->span);
    return s.len >= 2 && s.p[1] == '#' && (s.len == 2 || s.p[2] != '#');
}

// A separator between a documentation and what it documents makes no difference, so that the
// formatter may move it.
static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == ',' || c == ';';
}

// What is between two offsets: -1 if more than blanks, 0 if no line break, 2 if an empty line,
// else 1.
static int line_breaks(const struct builder *b, uint32_t from, uint32_t to)
{
    int most = 0;
    int together = 0;
    for (uint32_t i = from; i < to; i++) {
        char c = b->source->text.p[i];
        if (!is_blank(c) && c != '\n') return -1;
        if (c == '\n') together++;
        if (c == ',' || c == ';') together = 0;
        if (together > most) most = together;
    }
    return most > 2 ? 2 : most;
}

static bool is_first_on_line(const struct builder *b, uint32_t offset)
{
    const char *text = b->source->text.p;
    while (offset > b->start && is_blank(text[offset - 1])) offset--;
    return offset == b->start || text[offset - 1] == '\n';
}

// The lines of comments [first, end) without their marks.
static struct str doc_text(struct builder *b, size_t first, size_t end)
{
    buf_clear(&b->text);
    for (size_t i = first; i < end; i++) {
        struct str s = ast_text(b, b->comments.at[i].span);
        size_t skip = s.len > 2 && s.p[2] == ' ' ? 3 : 2;
        while (s.len > skip && (s.p[s.len - 1] == '\r' || s.p[s.len - 1] == ' ')) s.len--;
        if (i > first) buf_addc(&b->text, '\n');
        buf_add(&b->text, s.p + skip, s.len - skip);
    }
    return arena_str(b->arena, buf_str(&b->text));
}

struct str ast_doc(struct builder *b, uint32_t start)
{
    size_t low = 0;
    size_t high = b->comments.len;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (b->comments.at[middle].span.end <= start)
            low = middle + 1;
        else
            high = middle;
    }
    size_t first = low;
    uint32_t below = start;
    while (first > 0) {
        const struct comment *c = &b->comments.at[first - 1];
        if (!is_doc(b, c) || line_breaks(b, c->span.end, below) != 1) break;
        if (!is_first_on_line(b, c->span.start)) break;
        below = c->span.start;
        first--;
    }
    return first < low ? doc_text(b, first, low) : STR("");
}

struct str ast_file_doc(struct builder *b)
{
    size_t first = 0;
    uint32_t at = b->start;
    while (first < b->comments.len && line_breaks(b, at, b->comments.at[first].span.start) >= 0 &&
           !is_doc(b, &b->comments.at[first]))
        at = b->comments.at[first++].span.end;
    if (first == b->comments.len || line_breaks(b, at, b->comments.at[first].span.start) < 0)
        return STR("");
    size_t end = first + 1;
    while (end < b->comments.len && is_doc(b, &b->comments.at[end]) &&
           line_breaks(b, b->comments.at[end - 1].span.end, b->comments.at[end].span.start) == 1)
        end++;
    struct str text = b->source->text;
    uint32_t behind = b->comments.at[end - 1].span.end;
    uint32_t next = behind;
    while (next < text.len && line_breaks(b, next, next + 1) >= 0) next++;
    bool apart = next == text.len || line_breaks(b, behind, next) > 1;
    return apart ? doc_text(b, first, end) : STR("");
}

// ---- names, arguments, parameters, updates

void ast_push_name(struct builder *b, struct word name)
{
    vec_push(&b->names, ast_name(b, name));
}

void ast_push_arg(struct builder *b, struct word name, struct node value)
{
    struct argument a = {.span = ast_span(b, value.start, value.end), .value = value.expr};
    if (name.token.kind != TOKEN_EOF) {
        a.name = ast_name(b, name);
        a.span.start = name.token.start;
    }
    vec_push(&b->args, a);
}

void ast_push_arg_spread(struct builder *b, struct token dots, struct node value)
{
    vec_push(&b->args, (struct argument){.span = ast_span(b, dots.start, value.end),
                                         .value = value.expr,
                                         .spread = true});
}

void ast_push_param(struct builder *b, struct token name, struct type *type, struct node value)
{
    uint32_t end = value.expr ? value.end : type ? type->span.end : name.end;
    vec_push(&b->params, (struct param){.span = ast_span(b, name.start, end),
                                        .name = ast_name(b, ast_word(name)),
                                        .type = type,
                                        .value = value.expr});
}

void ast_push_param_rest(struct builder *b, struct token dots, struct token name)
{
    vec_push(&b->params, (struct param){.span = ast_span(b, dots.start, name.end),
                                        .name = ast_name(b, ast_word(name)),
                                        .rest = true});
}

void ast_push_update(struct builder *b, struct list path, struct node value)
{
    struct update u = {.path_count = path.count, .value = value.expr};
    u.path = list_take(b, &b->names, path);
    u.span = ast_span(b, u.path[0].span.start, value.end);
    vec_push(&b->updates, u);
}

// ---- records

void ast_push_entry_shorthand(struct builder *b, struct token name)
{
    struct entry e = {.kind = ENTRY_SHORTHAND};
    e.value = ast_simple(b, name, EXPR_NAME).expr;
    e.name = e.value->name;
    e.span = e.name.span;
    e.doc = ast_doc(b, name.start);
    vec_push(&b->entries, e);
}

static bool has_interpolation(const struct expr *e)
{
    if (e->kind != EXPR_STRING) return false;
    for (size_t i = 0; i < e->string.count; i++)
        if (e->string.pieces[i].expr) return true;
    return false;
}

void ast_push_entry_field(struct builder *b, struct word name, struct type *type, struct node value)
{
    struct entry e = {.kind = ENTRY_FIELD, .type = type, .value = value.expr};
    e.span = ast_span(b, name.token.start, value.end);
    e.quoted = name.string != NULL;
    e.doc = ast_doc(b, name.token.start);
    if (name.string && has_interpolation(name.string)) {
        e.kind = ENTRY_COMPUTED;
        e.key = name.string;
        if (type) ast_error(b, type->span, "E0222", "a computed field cannot have a type");
        e.type = NULL;
    } else {
        e.name = ast_name(b, name);
    }
    vec_push(&b->entries, e);
}

void ast_push_entry_computed(struct builder *b, struct token open, struct node key,
                             struct node value)
{
    vec_push(&b->entries, (struct entry){.kind = ENTRY_COMPUTED,
                                         .span = ast_span(b, open.start, value.end),
                                         .key = key.expr,
                                         .value = value.expr,
                                         .doc = ast_doc(b, open.start)});
}

void ast_push_entry_spread(struct builder *b, struct token dots, struct node value)
{
    vec_push(&b->entries, (struct entry){.kind = ENTRY_SPREAD,
                                         .span = ast_span(b, dots.start, value.end),
                                         .value = value.expr,
                                         .doc = STR("")});
}

struct node ast_record(struct builder *b, struct token open, struct list entries,
                       struct token close)
{
    struct expr *e = ast_expr(b, EXPR_RECORD, ast_span(b, open.start, close.end));
    e->record.entries = list_take(b, &b->entries, entries);
    e->record.count = entries.count;
    uint32_t depth = 0;
    for (uint32_t i = 0; i < entries.count; i++) {
        struct entry *at = &e->record.entries[i];
        depth = ast_max_depth(ast_max_depth(depth, at->value), at->key);
    }
    return ast_finish(b, e, depth);
}

// ---- bindings

static struct binding binding_of(struct builder *b, enum binding_kind kind, uint32_t start,
                                 uint32_t end)
{
    return (struct binding){
        .kind = kind, .span = ast_span(b, start, end), .title = STR(""), .doc = ast_doc(b, start)};
}

void ast_bind_value(struct builder *b, struct token name, struct type *type, struct node value)
{
    struct binding bind = binding_of(b, BINDING_VALUE, name.start, value.end);
    bind.name = ast_name(b, ast_word(name));
    bind.type = type;
    bind.value = value.expr;
    vec_push(&b->bindings, bind);
}

void ast_bind_function(struct builder *b, struct token name, struct list params,
                       struct type *result, struct node body)
{
    struct binding bind = binding_of(b, BINDING_FUNCTION, name.start, body.end);
    bind.name = ast_name(b, ast_word(name));
    bind.value = ast_fn(b, name.start, params, result, body).expr;
    vec_push(&b->bindings, bind);
}

// `param n Int = 3` would be a param and a binding `Int`.
static void check_param_type(struct builder *b, struct token name)
{
    struct str text = b->source->text;
    uint32_t at = name.end;
    while (at < text.len && (text.p[at] == ' ' || text.p[at] == '\t')) at++;
    uint32_t end = at;
    while (end < text.len && (isalnum((unsigned char)text.p[end]) || text.p[end] == '_')) end++;
    if (at == name.end || end == at || !isupper((unsigned char)text.p[at])) return;
    struct diag *d = ast_error(b, ast_span(b, at, end), "E0208", "the type of a param follows `:`");
    diag_help(d, "write `param " STR_FMT ": " STR_FMT "`",
              STR_ARG(ast_clip((struct str){text.p + name.start, name.end - name.start})),
              STR_ARG(ast_clip((struct str){text.p + at, end - at})));
}

void ast_bind_param(struct builder *b, struct token start, struct token name, struct type *type,
                    struct node value, uint32_t end)
{
    if (!type && !value.expr) check_param_type(b, name);
    struct binding bind = binding_of(b, BINDING_PARAM, start.start, end);
    bind.name = ast_name(b, ast_word(name));
    bind.type = type;
    bind.value = value.expr;
    vec_push(&b->bindings, bind);
}

void ast_bind_type(struct builder *b, struct token start, struct token name, struct type *type)
{
    struct binding bind = binding_of(b, BINDING_TYPE, start.start, type->span.end);
    bind.name = ast_name(b, ast_word(name));
    bind.type = type;
    vec_push(&b->bindings, bind);
}

void ast_bind_test(struct builder *b, struct token start, struct literal title, struct node value)
{
    struct binding bind = binding_of(b, BINDING_TEST, start.start, value.end);
    bind.title = title.text;
    bind.title_span = title.span;
    bind.value = value.expr;
    vec_push(&b->bindings, bind);
}

void ast_bind_assert(struct builder *b, struct token start, struct node condition,
                     struct node otherwise)
{
    uint32_t end = otherwise.expr ? otherwise.end : condition.end;
    struct binding bind = binding_of(b, BINDING_ASSERT, start.start, end);
    bind.value = condition.expr;
    bind.otherwise = otherwise.expr;
    vec_push(&b->bindings, bind);
}

void ast_bind_broken(struct builder *b, struct token name)
{
    struct binding bind = binding_of(b, BINDING_VALUE, name.start, name.end);
    bind.name = ast_name(b, ast_word(name));
    bind.value = ast_expr(b, EXPR_ERROR, bind.span);
    vec_push(&b->bindings, bind);
}
