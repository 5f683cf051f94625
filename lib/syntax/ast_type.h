// Constructors of types for the grammar's actions; see ast_build.h for how sequences are made.
#pragma once

#include "syntax/ast_build.h"

struct type *ast_type_name(struct builder *b, struct list parts);
struct type *ast_type_literal(struct builder *b, struct node string);
struct type *ast_type_null(struct builder *b, struct token t);
struct type *ast_type_optional(struct builder *b, struct type *inner, struct token mark);
struct type *ast_type_list(struct builder *b, struct token open, struct type *inner,
                           struct token close);
struct type *ast_type_dict(struct builder *b, struct token open, struct type *key,
                           struct type *value, struct token close);
struct type *ast_type_record(struct builder *b, struct token open, struct list fields,
                             struct token close);
struct type *ast_type_union(struct builder *b, struct list members);
void ast_push_field(struct builder *b, struct word name, bool optional, struct type *type);
void ast_push_field_open(struct builder *b, struct token dots);
