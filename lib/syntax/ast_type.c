#include "syntax/ast_type.h"

static struct type *new_type(struct builder *b, enum type_kind kind, uint32_t start, uint32_t end)
{
    struct type *t = ARENA_NEW(b->arena, struct type);
    t->kind = kind;
    t->span = ast_span(b, start, end);
    return t;
}

struct type *ast_type_name(struct builder *b, struct list parts)
{
    struct name *names = list_take(b, &b->names, parts);
    struct type *t = new_type(b, TYPE_NAME, names[0].span.start, names[parts.count - 1].span.end);
    t->name.parts = names;
    t->name.count = parts.count;
    return t;
}

struct type *ast_type_literal(struct builder *b, struct node string)
{
    struct literal l = ast_literal(b, string, "the string of a type");
    struct type *t = new_type(b, TYPE_LITERAL, l.span.start, l.span.end);
    t->literal = l.text;
    return t;
}

struct type *ast_type_null(struct builder *b, struct token token)
{
    return new_type(b, TYPE_NULL, token.start, token.end);
}

// T?? says no more than T?, so that optional types do not nest.
struct type *ast_type_optional(struct builder *b, struct type *inner, struct token mark)
{
    struct type *t = new_type(b, TYPE_OPTIONAL, inner->span.start, mark.end);
    t->inner = inner->kind == TYPE_OPTIONAL ? inner->inner : inner;
    return t;
}

struct type *ast_type_list(struct builder *b, struct token open, struct type *inner,
                           struct token close)
{
    struct type *t = new_type(b, TYPE_LIST, open.start, close.end);
    t->inner = inner;
    return t;
}

struct type *ast_type_dict(struct builder *b, struct token open, struct type *key,
                           struct type *value, struct token close)
{
    struct type *t = new_type(b, TYPE_DICT, open.start, close.end);
    t->dict.key = key;
    t->dict.value = value;
    return t;
}

struct type *ast_type_record(struct builder *b, struct token open, struct list fields,
                             struct token close)
{
    struct type *t = new_type(b, TYPE_RECORD, open.start, close.end);
    t->record.fields = list_take(b, &b->fields, fields);
    t->record.count = fields.count;
    for (uint32_t i = 0; i < fields.count; i++) {
        const struct type_field *f = &t->record.fields[i];
        if (f->type) continue;
        t->record.open = true;
        t->record.count = i;
        if (i + 1 == fields.count) break;
        struct diag *d = ast_error(b, f->span, "E0221", "`..` must be the last in a record type");
        diag_label(d, f[1].span, "this one comes after it");
        break;
    }
    return t;
}

struct type *ast_type_union(struct builder *b, struct list members)
{
    struct type **at = list_take(b, &b->types, members);
    struct type *t = new_type(b, TYPE_UNION, at[0]->span.start, at[members.count - 1]->span.end);
    t->alternatives.members = at;
    t->alternatives.count = members.count;
    return t;
}

void ast_push_field(struct builder *b, struct word name, bool optional, struct type *type)
{
    vec_push(&b->fields, (struct type_field){
                             .span = ast_span(b, name.token.start, type->span.end),
                             .name = ast_name(b, name),
                             .quoted = name.string != NULL,
                             .optional = optional,
                             .type = type,
                         });
}

// A field without a type stands for `..` until its record is made.
void ast_push_field_open(struct builder *b, struct token dots)
{
    vec_push(&b->fields, (struct type_field){.span = ast_span(b, dots.start, dots.end)});
}
