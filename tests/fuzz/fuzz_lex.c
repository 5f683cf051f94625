// Tokens tile any bytes: each begins where the one before ended, all but the two empty kinds take
// at least a byte, and the last is EOF at the end. The first byte of the input chooses nothing;
// modes follow strings and interpolations as the parser's do.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "syntax/lex.h"

#define DEPTH 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = bug_malloc(size + 1);
    if (size > 0) memcpy(text, data, size);
    text[size] = '\0';
    const char *end = text + size;
    enum lex_mode modes[DEPTH] = {LEX_CODE};
    int depth = 0;
    for (const char *at = text;;) {
        const char *start = at;
        enum token_kind kind = lex(modes[depth], &at, end);
        if (at < start || at > end) BUG("a token leaves the text");
        bool empty = kind == TOKEN_EOF || kind == TOKEN_STRING_UNCLOSED;
        if ((at == start) != empty) BUG("token %d has %zd bytes", (int)kind, at - start);
        if (kind == TOKEN_EOF && at != end) BUG("the end comes early");
        if (kind == TOKEN_EOF) break;
        if (modes[depth] != LEX_CODE) {
            if (kind == TOKEN_STRING_CLOSE || kind == TOKEN_STRING_UNCLOSED)
                depth--;
            else if (kind == TOKEN_INTERP_OPEN && depth + 1 < DEPTH)
                modes[++depth] = LEX_CODE;
        } else if (kind == TOKEN_STRING_OPEN && depth + 1 < DEPTH) {
            modes[++depth] = at - start == 3 ? LEX_MULTILINE : LEX_STRING;
        } else if (kind == TOKEN_RBRACE && depth > 0) {
            depth--;
        }
    }
    free(text);
    return 0;
}
