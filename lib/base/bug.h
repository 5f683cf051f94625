// Attributes that every module uses, and BUG: the one way in which this library ends a process.
//
// BUG is for broken invariants of plx itself and for memory that the system refuses to give. A
// user's error is never a BUG: it goes to a diag_sink (diag.h).
#pragma once

#include <stddef.h>
#include <stdint.h>

#define MUST_USE             __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, va) __attribute__((format(printf, fmt, va)))
#define NORETURN             __attribute__((noreturn))
#define LEN(array)           (sizeof(array) / sizeof((array)[0]))

#define BUG(...) bug_abort(__FILE__, __LINE__, __VA_ARGS__)

// Writes "plx: bug: FILE:LINE: MESSAGE" to file descriptor 2 and aborts.
NORETURN PRINTF_LIKE(3, 4) void bug_abort(const char *file, int line, const char *fmt, ...);

// malloc, realloc and strdup that abort when memory is refused; the result is never null, even for
// 0 bytes.
void *bug_malloc(size_t size) MUST_USE;
void *bug_realloc(void *p, size_t size) MUST_USE;
char *bug_strdup(const char *s) MUST_USE;
