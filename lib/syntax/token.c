#include "syntax/token.h"

static const char *const texts[TOKEN_KIND_COUNT] = {[TOKEN_EOF] = "the end of the text",
#define X(name, text) [TOKEN_##name] = (text),
                                                    TOKEN_GRAMMAR(X) TOKEN_OTHER(X)
#undef X
};

const char *token_text(enum token_kind kind)
{
    return texts[kind];
}

bool token_is_keyword(enum token_kind kind)
{
    return kind >= TOKEN_TRUE && kind <= TOKEN_ASSERT;
}

bool token_ends_operand(enum token_kind kind)
{
    switch (kind) {
    case TOKEN_ID:
    case TOKEN_INT:
    case TOKEN_FLOAT:
    case TOKEN_PATH:
    case TOKEN_TRUE:
    case TOKEN_FALSE:
    case TOKEN_NULL:
    case TOKEN_STRING_CLOSE:
    case TOKEN_RPAREN:
    case TOKEN_RBRACKET:
    case TOKEN_RBRACE: return true;
    default: return false;
    }
}

bool token_begins_operand(enum token_kind kind)
{
    switch (kind) {
    case TOKEN_ID:
    case TOKEN_INT:
    case TOKEN_FLOAT:
    case TOKEN_PATH:
    case TOKEN_TRUE:
    case TOKEN_FALSE:
    case TOKEN_NULL:
    case TOKEN_LET:
    case TOKEN_IF:
    case TOKEN_FN:
    case TOKEN_IMPORT:
    case TOKEN_STRING_OPEN:
    case TOKEN_LPAREN:
    case TOKEN_LBRACKET:
    case TOKEN_LBRACE:
    case TOKEN_NOT: return true;
    default: return false;
    }
}

bool token_is_binary_operator(enum token_kind kind)
{
    return kind >= TOKEN_PIPE && kind <= TOKEN_DEFAULT;
}
