#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "driver/driver.h"
#include "driver/plan_build.h"
#include "driver/target.h"
#include "eval/stage.h"

// A stage as the evaluator would hand it over; what is not said here is the same for all.
static struct stage *make(struct driver *d, const char *name, unsigned number, const char *matcher,
                          struct stage **deps, size_t dep_count)
{
    struct stage *s = ARENA_NEW(&d->arena, struct stage);
    s->name = str_from(name);
    s->dref = str_from(arena_printf(&d->arena, "dref:%032x-%s", number, name));
    s->config = STR("{}");
    s->realizer = STR("{\"kind\": \"exec\", \"args\": [\"true\"]}");
    s->matcher = str_from(matcher);
    s->options = STR("{}");
    s->deps = deps;
    s->dep_count = dep_count;
    return s;
}

static struct target target_of(struct stage *s)
{
    return (struct target){"t", s, s->dref, STR("")};
}

static struct stage **list_of(struct driver *d, size_t count, struct stage *const *from)
{
    struct stage **list = ARENA_ARRAY(&d->arena, struct stage *, count);
    memcpy(list, from, count * sizeof *list);
    return list;
}

#define ONLY "{\"exclusive\": true, \"keys\": [], \"rmax\": 1, \"rmin\": 1}"
#define ALL  "{\"exclusive\": false, \"keys\": [], \"rmax\": null, \"rmin\": null}"

// Neither the depth of a chain nor what all of it depends on is a matter of the C stack or of
// squares.
static void a_chain_of_100000(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    struct driver d;
    driver_init(&d);
    struct stage *base = make(&d, "base", 0, ONLY, NULL, 0);
    struct stage *last = base;
    for (unsigned i = 1; i < COUNT; i++) {
        struct stage *both[] = {last, base};
        last = make(&d, "s", i, ONLY, list_of(&d, i == 1 ? 1 : 2, both), i == 1 ? 1 : 2);
    }
    struct target target = target_of(last);
    struct plan plan = PLAN_INIT;
    assert_true(plan_build(&d, &target, 1, &plan));
    assert_int_equal(plan.len, COUNT);
    assert_int_equal(plan.target_count, 1);
    assert_int_equal(plan.targets[0], COUNT - 1);
    for (size_t i = 2; i < COUNT; i++) {
        assert_int_equal(plan.at[i].dep_count, 2);
        assert_int_equal(plan.at[i].deps[0], i - 1);
        assert_int_equal(plan.at[i].deps[1], 0);
    }
    assert_int_equal(last->mark, 0);
    plan_free(&plan);
    driver_free(&d);
}

static void what_is_equal_is_one(void **state)
{
    (void)state;
    struct driver d;
    driver_init(&d);
    // `f(1)` written twice makes two stages of one dref.
    struct stage *a = make(&d, "a", 1, ONLY, NULL, 0), *same = make(&d, "a", 1, ONLY, NULL, 0);
    struct stage *both[] = {a, same};
    struct target target = target_of(make(&d, "b", 2, ONLY, list_of(&d, 2, both), 2));
    struct plan plan = PLAN_INIT;
    assert_true(plan_build(&d, &target, 1, &plan));
    assert_int_equal(plan.len, 2);
    assert_int_equal(plan.at[1].dep_count, 1);
    assert_int_equal(plan.at[1].deps[0], 0);
    plan_free(&plan);
    driver_free(&d);
}

// Different targets may differ in a matcher; what they share is still one.
static void targets_may_differ_in_a_matcher(void **state)
{
    (void)state;
    struct driver d;
    driver_init(&d);
    struct stage *dep = make(&d, "dep", 1, ONLY, NULL, 0);
    struct target targets[] = {
        target_of(make(&d, "a", 2, ONLY, list_of(&d, 1, &dep), 1)),
        target_of(make(&d, "a", 2, ALL, list_of(&d, 1, &dep), 1)),
    };
    struct plan plan = PLAN_INIT;
    assert_true(plan_build(&d, targets, 2, &plan));
    assert_int_equal(plan.len, 3);
    assert_int_equal(plan.target_count, 2);
    assert_int_equal(plan.targets[0], 1);
    assert_int_equal(plan.targets[1], 2);
    plan_free(&plan);
    driver_free(&d);
}

static void one_closure_may_not(void **state)
{
    (void)state;
    struct driver d;
    driver_init(&d);
    struct stage *both[] = {make(&d, "a", 1, ONLY, NULL, 0), make(&d, "a", 1, ALL, NULL, 0)};
    struct target target = target_of(make(&d, "b", 2, ONLY, list_of(&d, 2, both), 2));
    struct plan plan = PLAN_INIT;
    assert_false(plan_build(&d, &target, 1, &plan));
    assert_int_equal(d.sink.error_count, 1);
    plan_free(&plan);
    driver_free(&d);
}

static void the_same_target_twice(void **state)
{
    (void)state;
    struct driver d;
    driver_init(&d);
    struct stage *a = make(&d, "a", 1, ONLY, NULL, 0);
    struct target targets[] = {target_of(a), target_of(a)};
    struct plan plan = PLAN_INIT;
    assert_true(plan_build(&d, targets, 2, &plan));
    assert_int_equal(plan.len, 1);
    assert_int_equal(plan.target_count, 2);
    plan_free(&plan);
    driver_free(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chain_of_100000),
        cmocka_unit_test(what_is_equal_is_one),
        cmocka_unit_test(targets_may_differ_in_a_matcher),
        cmocka_unit_test(one_closure_may_not),
        cmocka_unit_test(the_same_target_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
