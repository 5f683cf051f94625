#include "base/bug.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// One write from a buffer on the stack: a bug may be reported when the heap is exhausted or broken.
void bug_abort(const char *file, int line, const char *fmt, ...)
{
    char text[1024];
    int n = snprintf(text, sizeof(text), "plx: bug: %s:%d: ", file, line);
    size_t len = n < 0 ? 0 : (size_t)n;
    if (len < sizeof(text)) {
        va_list va;
        va_start(va, fmt);
        n = vsnprintf(text + len, sizeof(text) - len, fmt, va);
        va_end(va);
        len += n < 0 ? 0 : (size_t)n;
    }
    if (len > sizeof(text) - 1) len = sizeof(text) - 1;
    text[len++] = '\n';
    ssize_t written = write(2, text, len);
    (void)written;
    abort();
}

void *bug_malloc(size_t size)
{
    void *p = malloc(size ? size : 1);
    if (!p) BUG("no memory for %zu bytes", size);
    return p;
}

void *bug_realloc(void *p, size_t size)
{
    void *q = realloc(p, size ? size : 1);
    if (!q) BUG("no memory for %zu bytes", size);
    return q;
}

char *bug_strdup(const char *s)
{
    size_t size = strlen(s) + 1;
    return memcpy(bug_malloc(size), s, size);
}
