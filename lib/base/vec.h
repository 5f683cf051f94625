// Typed growing arrays: `VEC(int) v = {0}; vec_push(&v, 3); v.at[0]; v.len; vec_free(&v);`. A zero
// struct is a valid empty vec. Pushing may move the elements, so pointers into a vec do not outlive
// the next push.
#pragma once

#include <stddef.h>
#include <stdlib.h>

#include "base/bug.h"

#define VEC(type)                                                                                  \
    struct {                                                                                       \
        type *at;                                                                                  \
        size_t len;                                                                                \
        size_t cap;                                                                                \
    }

#define vec_push(v, ...)                                                                           \
    do {                                                                                           \
        if ((v)->len == (v)->cap)                                                                  \
            (v)->at = vec_grow((v)->at, &(v)->cap, sizeof(*(v)->at), (v)->len + 1);                \
        (v)->at[(v)->len++] = (__VA_ARGS__);                                                       \
    } while (0)

#define vec_pop(v)  ((v)->at[--(v)->len])
#define vec_last(v) ((v)->at[(v)->len - 1])
#define vec_reserve(v, n)                                                                          \
    do {                                                                                           \
        if ((v)->cap < (n)) (v)->at = vec_grow((v)->at, &(v)->cap, sizeof(*(v)->at), (n));         \
    } while (0)
#define vec_clear(v) ((void)((v)->len = 0))
#define vec_free(v)                                                                                \
    do {                                                                                           \
        free((v)->at);                                                                             \
        (v)->at = NULL;                                                                            \
        (v)->len = (v)->cap = 0;                                                                   \
    } while (0)
// The first condition is for an empty vec, whose null pointer must not even be added to.
#define vec_each(it, v) for (__typeof__((v)->at) it = (v)->at; it && it < (v)->at + (v)->len; it++)

// Grows to at least `need` elements of `size` bytes, doubling. Aborts on overflow. Used by the
// macros only.
void *vec_grow(void *p, size_t *cap, size_t size, size_t need) MUST_USE;
