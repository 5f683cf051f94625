// What is started when: a plan of independent stages, the first of which is on the longest path.
#include "engine_fixture.h"

#include "base/json.h"
#include "engine/schedule.h"

struct queue {
    struct schedule s;
    struct plan plan;
    struct engine_options options;
};

// One stage for each of `resources` (JSON objects), in the order of their priority.
static void queue_init(struct queue *q, unsigned cpus, const char *const *resources, size_t count)
{
    *q = (struct queue){0};
    for (size_t i = 0; i < count; i++) {
        struct derivation d = {.name = STR("s"), .options = str_from(resources[i])};
        d.dref = str_from(arena_printf(&q->plan.arena, "dref:%zu", i));
        plan_add_target(&q->plan, plan_add(&q->plan, &d));
    }
    schedule_init(&q->s, &q->plan, cpus, &q->options);
    for (uint32_t i = 0; i < count; i++) {
        struct json_problem problem;
        json_t *own = json_parse(q->plan.at[i].options, &problem);
        q->s.nodes[i].options = json_pack("{s:o}", "resources", own);
        q->s.nodes[i].priority = (int64_t)(count - i);
    }
}

static void queue_free(struct queue *q)
{
    schedule_free(&q->s);
    plan_free(&q->plan);
}

static void push(struct queue *q, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++) schedule_push_queued(&q->s, i);
}

static void assert_starts(struct queue *q, uint32_t node)
{
    assert_int_equal(schedule_pop_queued(&q->s), node);
}

#define NOTHING NODE_NONE

static void small_ones_do_not_starve_a_large_one(void **state)
{
    (void)state;
    const char *const resources[] = {"{\"cpus\": 2}", "{}", "{}", "{}", "{}"};
    struct queue q;
    queue_init(&q, 2, resources, LEN(resources));
    push(&q, 1, 5);
    assert_starts(&q, 1);
    assert_starts(&q, 2);
    push(&q, 0, 1);
    assert_starts(&q, NOTHING);
    schedule_release(&q.s, 1);
    assert_starts(&q, NOTHING);
    schedule_release(&q.s, 2);
    assert_starts(&q, 0);
    assert_starts(&q, NOTHING);
    schedule_release(&q.s, 0);
    assert_starts(&q, 3);
    assert_starts(&q, 4);
    queue_free(&q);
}

// What runs beside it must not put it off, but the rest of the machine need not stand idle.
static void what_it_leaves_is_used(void **state)
{
    (void)state;
    const char *const resources[] = {"{\"cpus\": 2}", "{\"cpus\": 3}", "{}", "{}", "{}", "{}"};
    struct queue q;
    queue_init(&q, 4, resources, LEN(resources));
    push(&q, 1, 2);
    assert_starts(&q, 1);
    push(&q, 2, 6);
    push(&q, 0, 1);
    assert_starts(&q, 2);
    schedule_release(&q.s, 2);
    assert_starts(&q, 3);
    assert_starts(&q, NOTHING);
    schedule_release(&q.s, 1);
    assert_starts(&q, 0);
    assert_starts(&q, 4);
    assert_starts(&q, NOTHING);
    queue_free(&q);
}

// However often it is asked, and also while cpus are lent: those that started later count.
static void those_that_started_later_add_up(void **state)
{
    (void)state;
    const char *const resources[] = {"{\"cpus\": 3}", "{\"cpus\": 2}", "{}", "{}", "{}", "{}"};
    struct queue q;
    queue_init(&q, 4, resources, LEN(resources));
    push(&q, 1, 2);
    assert_starts(&q, 1);
    push(&q, 2, 6);
    push(&q, 0, 1);
    assert_starts(&q, 2);
    schedule_use_cpus(&q.s, 1);
    assert_false(schedule_wants_cpus(&q.s, 1));
    schedule_use_cpus(&q.s, -1);
    assert_starts(&q, NOTHING);
    schedule_release(&q.s, 1);
    // Of the three that are free now, two are lent: the large one wants them back.
    schedule_use_cpus(&q.s, 2);
    assert_starts(&q, NOTHING);
    assert_true(schedule_wants_cpus(&q.s, 2));
    assert_starts(&q, NOTHING);
    schedule_use_cpus(&q.s, -1);
    assert_starts(&q, NOTHING);
    schedule_use_cpus(&q.s, -1);
    assert_starts(&q, 0);
    queue_free(&q);
}

static void who_waits_for_a_gpu_holds_back_nobody_else(void **state)
{
    (void)state;
    const char *const resources[] = {"{\"gpu\": 1, \"cpus\": 2}",
                                     "{\"gpu\": 1, \"cpus\": 1}",
                                     "{\"cpus\": 2}",
                                     "{}",
                                     "{\"gpu\": 1, \"cpus\": 0}",
                                     "{}"};
    struct queue q;
    queue_init(&q, 2, resources, LEN(resources));
    push(&q, 1, 2);
    assert_starts(&q, 1);
    push(&q, 0, 1);
    push(&q, 3, 6);
    assert_starts(&q, 3);
    schedule_release(&q.s, 3);
    assert_starts(&q, 5);
    // Now it lacks cpus only, and another that wants the gpu, but none of them, does not get it.
    schedule_release(&q.s, 1);
    assert_starts(&q, NOTHING);
    schedule_release(&q.s, 5);
    assert_starts(&q, 0);
    queue_free(&q);
}

// The second lacks something else than the first: it has that reserved, too.
static void each_resource_has_its_own_queue(void **state)
{
    (void)state;
    const char *const resources[] = {"{\"gpu\": 1}", "{\"cpus\": 2}", "{\"gpu\": 1}", "{}", "{}"};
    struct queue q;
    queue_init(&q, 2, resources, LEN(resources));
    push(&q, 2, 3);
    assert_starts(&q, 2);
    push(&q, 0, 2);
    push(&q, 3, 5);
    assert_starts(&q, NOTHING);
    schedule_release(&q.s, 2);
    assert_starts(&q, 0);
    assert_starts(&q, NOTHING);
    schedule_release(&q.s, 0);
    assert_starts(&q, 1);
    queue_free(&q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_ones_do_not_starve_a_large_one),
        cmocka_unit_test(what_it_leaves_is_used),
        cmocka_unit_test(those_that_started_later_add_up),
        cmocka_unit_test(who_waits_for_a_gpu_holds_back_nobody_else),
        cmocka_unit_test(each_resource_has_its_own_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
