#include "base/map.h"

#include "base/arena.h"
#include "unit.h"

static void test_empty(void **state)
{
    (void)state;
    struct map m = MAP_INIT;
    assert_null(map_get(&m, STR("x")));
    assert_false(map_has(&m, STR("")));
    map_free(&m);
}

static void test_set_and_replace(void **state)
{
    (void)state;
    struct map m = MAP_INIT;
    int one = 1, two = 2;
    assert_null(map_set(&m, STR("key"), &one));
    assert_null(map_set(&m, STR(""), &two));
    assert_null(map_set(&m, STR("a\0b"), &two));
    assert_ptr_equal(map_get(&m, STR("key")), &one);
    assert_ptr_equal(map_get(&m, STR("")), &two);
    assert_null(map_get(&m, STR("a")));
    assert_true(map_has(&m, STR("a\0b")));
    assert_ptr_equal(map_set(&m, STR("key"), &two), &one);
    assert_ptr_equal(map_get(&m, STR("key")), &two);
    assert_int_equal(m.len, 3);
    assert_string_equal(m.entries[0].key.p, "key");
    assert_string_equal(m.entries[1].key.p, "");
    map_free(&m);
    assert_int_equal(m.len, 0);
}

static void test_growth_keeps_all_in_order(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    struct arena a = ARENA_INIT;
    struct map m = MAP_INIT;
    for (intptr_t i = 1; i <= COUNT; i++) {
        struct str key = str_from(arena_printf(&a, "key%ld", (long)i * 7919));
        assert_null(map_set(&m, key, (void *)i));
        // What went in just before a growth is still there after it.
        assert_ptr_equal(map_get(&m, key), (void *)i);
        assert_ptr_equal(map_get(&m, STR("key7919")), (void *)1);
    }
    assert_int_equal(m.len, COUNT);
    for (intptr_t i = 1; i <= COUNT; i++) {
        struct str key = str_from(arena_printf(&a, "key%ld", (long)i * 7919));
        assert_ptr_equal(map_get(&m, key), (void *)i);
        assert_true(str_eq(m.entries[i - 1].key, key));
        assert_ptr_equal(m.entries[i - 1].value, (void *)i);
    }
    assert_false(map_has(&m, STR("key")));
    map_free(&m);
    arena_free(&a);
}

// The chain behind a slot wraps around the table's end, and equal hashes are told apart by their
// keys.
static void test_collisions(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    struct map m = MAP_INIT;
    intptr_t found = 0;
    for (intptr_t i = 0; found < 9; i++) {
        struct str key = str_from(arena_printf(&a, "%ld", (long)i));
        if ((map_hash(key) & 15) == 15) map_set(&m, key, (void *)++found);
    }
    assert_int_equal(m.slot_count, 16);
    for (intptr_t i = 0; i < 9; i++) {
        assert_ptr_equal(map_get(&m, m.entries[i].key), (void *)(i + 1));
    }
    map_free(&m);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_set_and_replace),
        cmocka_unit_test(test_growth_keeps_all_in_order),
        cmocka_unit_test(test_collisions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
