#include "base/arena.h"

#include "unit.h"

static void test_alignment_and_zero(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    for (size_t size = 0; size < 200; size++) {
        char *raw = arena_alloc_raw(&a, size);
        if (size) memset(raw, 0xEE, size);
        char *p = arena_alloc(&a, size);
        assert_int_equal((uintptr_t)p % sizeof(uint64_t), 0);
        assert_ptr_not_equal(raw, p);
        for (size_t i = 0; i < size; i++) assert_int_equal(p[i], 0);
    }
    arena_free(&a);
    assert_null(a.head);
    assert_int_equal(arena_used(&a), 0);
}

static void test_text(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    assert_string_equal(arena_strdup(&a, "name"), "name");
    assert_memory_equal(arena_dup(&a, "a\0b", 3), "a\0b", 4);
    assert_memory_equal(arena_dup(&a, NULL, 0), "", 1);
    struct str s = arena_str(&a, STR("slice"));
    assert_int_equal(s.len, 5);
    assert_string_equal(s.p, "slice");
    assert_string_equal(arena_printf(&a, "%s-%d", "x", 7), "x-7");
    char *wide = arena_printf(&a, "%0100000d", 1);
    assert_int_equal(strlen(wide), 100000);
    assert_int_equal(wide[99999], '1');
    arena_free(&a);
}

static void test_reset_keeps_older(void **state)
{
    (void)state;
    // Each step: so many bytes before the mark, and so many after it. Around a chunk's size and a
    // quarter of it.
    static const size_t sizes[] = {0, 1, 100, 16383, 16384, 16385, 65536, 1000000};
    for (size_t i = 0; i < LEN(sizes); i++) {
        for (size_t j = 0; j < LEN(sizes); j++) {
            struct arena a = ARENA_INIT;
            char *kept = arena_alloc_raw(&a, sizes[i]);
            memset(kept, 'k', sizes[i]);
            struct arena_mark mark = arena_mark(&a);
            size_t used = arena_used(&a);
            for (int round = 0; round < 3; round++) {
                for (int k = 0; k < 10; k++) {
                    memset(arena_alloc_raw(&a, sizes[j]), 'd', sizes[j]);
                    memset(arena_alloc_raw(&a, 40), 'd', 40);
                }
                arena_reset(&a, mark);
                assert_int_equal(arena_used(&a), used);
            }
            for (size_t k = 0; k < sizes[i]; k++) assert_int_equal(kept[k], 'k');
            arena_free(&a);
        }
    }
}

// Filled and reset again and again, an arena asks the system for no more than the first time.
static void test_reset_does_not_grow(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    size_t first = 0;
    for (int i = 0; i < 100; i++) {
        struct arena_mark mark = arena_mark(&a);
        for (int k = 0; k < 10; k++) memset(arena_alloc(&a, 10000), 1, 10000);
        if (i == 0) first = a.next_chunk;
        assert_int_equal(a.next_chunk, first);
        arena_reset(&a, mark);
    }
    arena_free(&a);
}

static void test_nested_marks(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    struct arena_mark outer = arena_mark(&a);
    char *first = arena_strdup(&a, "first");
    struct arena_mark inner = arena_mark(&a);
    char *second = arena_strdup(&a, "second");
    arena_reset(&a, inner);
    assert_ptr_equal(arena_strdup(&a, "third"), second);
    assert_string_equal(first, "first");
    arena_reset(&a, outer);
    assert_int_equal(arena_used(&a), 0);
    assert_null(a.head);
    arena_free(&a);
}

// What is older than a moment goes, chunk by chunk; the rest stays readable.
static void test_release(void **state)
{
    (void)state;
    enum { COUNT = 5000, SIZE = 4000 };
    struct arena a = ARENA_INIT;
    unsigned char *kept[COUNT];
    size_t used[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        size_t size = i % 1000 == 999 ? 3000000 : SIZE; // some have chunks of their own
        kept[i] = arena_alloc_raw(&a, size);
        memset(kept[i], (int)(i & 0xFF), size);
        used[i] = arena_used(&a);
    }
    size_t all = arena_used(&a);
    for (size_t i = 0; i < COUNT; i += 700) {
        arena_release(&a, used[i]);
        assert_int_equal(arena_used(&a), all);
        for (size_t k = i + 1; k < COUNT; k++) {
            assert_int_equal(kept[k][0], k & 0xFF);
            assert_int_equal(kept[k][SIZE - 1], k & 0xFF);
        }
    }
    arena_release(&a, all);
    assert_non_null(a.head); // it still serves
    memset(arena_alloc_raw(&a, 100), 1, 100);
    arena_free(&a);
    arena_release(&a, 0);
}

static void test_large_requests_keep_the_chunk(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    char *small = arena_alloc(&a, 16);
    char *large = arena_alloc(&a, 10000000);
    char *next = arena_alloc(&a, 16);
    assert_non_null(large);
    assert_ptr_equal(next, small + 16);
    arena_free(&a);
}

static void test_used_counts(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    for (int i = 0; i < 100000; i++) assert_non_null(arena_alloc(&a, 32));
    assert_int_equal(arena_used(&a), 3200000);
    arena_free(&a);
}

static void overflow_array(void *arg)
{
    assert_non_null(arena_alloc_array(arg, SIZE_MAX / 2, 3));
}

static void overflow_size(void *arg)
{
    volatile size_t size = SIZE_MAX;
    assert_non_null(arena_alloc(arg, size));
}

static void test_overflow(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    assert_bug(overflow_array, &a, "arena request of 3 times");
    assert_bug(overflow_size, &a, "arena request of 18446744073709551615 bytes");
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alignment_and_zero),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_reset_keeps_older),
        cmocka_unit_test(test_reset_does_not_grow),
        cmocka_unit_test(test_nested_marks),
        cmocka_unit_test(test_release),
        cmocka_unit_test(test_large_requests_keep_the_chunk),
        cmocka_unit_test(test_used_counts),
        cmocka_unit_test(test_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
