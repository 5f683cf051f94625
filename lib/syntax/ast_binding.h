// Constructors of what binds names, for the grammar's actions: bindings, parameters, arguments,
// record entries, updates, and the documentation before them. The ast_push_… and ast_bind_… put one
// element on its stack; see ast_build.h.
#pragma once

#include "syntax/ast_build.h"

// The `##` lines right before `start`, "" if none.
struct str ast_doc(struct builder *b, uint32_t start);
// The block of ## at the top of the file that belongs to no binding.
struct str ast_file_doc(struct builder *b);

void ast_push_entry_shorthand(struct builder *b, struct token name);
void ast_push_entry_field(struct builder *b, struct word name, struct type *type,
                          struct node value);
void ast_push_entry_computed(struct builder *b, struct token open, struct node key,
                             struct node value);
void ast_push_entry_spread(struct builder *b, struct token dots, struct node value);
struct node ast_record(struct builder *b, struct token open, struct list entries,
                       struct token close);

void ast_push_arg(struct builder *b, struct word name,
                  struct node value); // kind TOKEN_EOF: positional
void ast_push_arg_spread(struct builder *b, struct token dots, struct node value);
void ast_push_name(struct builder *b, struct word name);
void ast_push_update(struct builder *b, struct list path, struct node value);
void ast_push_param(struct builder *b, struct token name, struct type *type, struct node value);
void ast_push_param_rest(struct builder *b, struct token dots, struct token name);

// Bindings, pushed on their stack.
void ast_bind_value(struct builder *b, struct token name, struct type *type, struct node value);
void ast_bind_function(struct builder *b, struct token name, struct list params,
                       struct type *result, struct node body);
void ast_bind_param(struct builder *b, struct token start, struct token name, struct type *type,
                    struct node value, uint32_t end);
void ast_bind_type(struct builder *b, struct token start, struct token name, struct type *type);
void ast_bind_test(struct builder *b, struct token start, struct literal title, struct node value);
void ast_bind_assert(struct builder *b, struct token start, struct node condition,
                     struct node otherwise);
void ast_bind_broken(struct builder *b, struct token name);
