#include "base/vec.h"

#include "unit.h"

struct point {
    int x;
    int y;
};

static void test_vec(void **state)
{
    (void)state;
    VEC(struct point) v = {0};
    vec_each (p, &v) {
        fail_msg("an empty vec has elements: %p", (void *)p);
    }
    for (int i = 0; i < 1000; i++) vec_push(&v, (struct point){i, -i});
    assert_int_equal(v.len, 1000);
    assert_int_equal(vec_last(&v).y, -999);
    assert_int_equal(vec_pop(&v).x, 999);
    assert_int_equal(v.len, 999);
    int sum = 0;
    vec_each (p, &v) {
        sum += p->x - p->y;
    }
    assert_int_equal(sum, 998 * 999);
    vec_clear(&v);
    assert_int_equal(v.len, 0);
    assert_true(v.cap >= 1000);
    vec_free(&v);
    assert_null(v.at);
}

static void test_reserve(void **state)
{
    (void)state;
    VEC(long) v = {0};
    vec_reserve(&v, 100);
    assert_true(v.cap >= 100);
    long *at = v.at;
    for (long i = 0; i < 100; i++) vec_push(&v, i);
    assert_ptr_equal(at, v.at);
    vec_reserve(&v, 10);
    assert_ptr_equal(at, v.at);
    vec_free(&v);
}

static void grow_count(void *arg)
{
    size_t cap = 0;
    arg = vec_grow(arg, &cap, 1, SIZE_MAX);
}

static void grow_bytes(void *arg)
{
    size_t cap = 0;
    arg = vec_grow(arg, &cap, SIZE_MAX / 16, 100);
}

static void test_overflow(void **state)
{
    (void)state;
    assert_bug(grow_count, NULL, "array of 18446744073709551615 elements");
    assert_bug(grow_bytes, NULL, "array of 128 elements");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vec),
        cmocka_unit_test(test_reserve),
        cmocka_unit_test(test_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
