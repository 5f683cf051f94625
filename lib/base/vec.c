#include "base/vec.h"

#include <stdint.h>

void *vec_grow(void *p, size_t *cap, size_t size, size_t need)
{
    size_t count = *cap ? *cap : 8;
    while (count < need) {
        if (count > SIZE_MAX / 2) BUG("array of %zu elements", need);
        count *= 2;
    }
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        BUG("array of %zu elements of %zu bytes", count, size);
    }
    *cap = count;
    return bug_realloc(p, bytes);
}
