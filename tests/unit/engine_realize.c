// Realizing small pipelines with real processes.
#include "engine_fixture.h"

#define SIMPLE(name)                                                                               \
    "{\"kind\": \"script\", \"interpreter\": [\"sh\", \"-eu\"], \"text\": \"echo " name            \
    " > $out/file\"}"

static void a_chain_is_built_once(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 2);
    fixture_add(&f, false,
                (struct stage){.config = "\"name\": \"a\"", .sh = "\"echo hello > $out/file\""});
    uint32_t b =
        fixture_add(&f, true,
                    (struct stage){.config = "\"name\": \"b\", \"in\": [\"@a\", \"file\"], "
                                             "\"file\": [\"__promise__\", \"copy\"]",
                                   .sh = "\"cat $in $in > $file\""});
    assert_outcome(&f, ENGINE_OK);
    assert_string_equal(fixture_file(&f, b, "copy"), "hello\nhello\n");
    assert_string_equal(buf_z(&f.events), "planned\nstarted a\nbuilt a\nstarted b\nbuilt b\n");
    assert_outcome(&f, ENGINE_OK);
    assert_string_equal(buf_z(&f.events), "planned\nreused a\nreused b\n");
    assert_int_equal(f.results.progress.reused, 2);
    assert_int_equal(fixture_leftovers(&f), 0);
    fixture_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_chain_is_built_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
