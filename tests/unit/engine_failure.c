// How realizers fail, and what the user reads then.
#include "engine_fixture.h"

// The diagnostics with this test's paths replaced.
static const char *message(struct fixture *f)
{
    const char *text = fixture_replace(f, fixture_diags(f), f->dir, "ROOT");
    // Derivations' hashes stay: they are the same everywhere.
    return text;
}

static void fail_with(struct fixture *f, struct stage s)
{
    plan_free(&f->plan);
    fixture_add(f, true, s);
    assert_outcome(f, ENGINE_REALIZER_FAILED);
    assert_int_equal(fixture_leftovers(f), 0);
    assert_int_equal(fixture_count_rrefs(f, arena_str(&f->arena, f->plan.at[0].name).p), 0);
}

static const char *dref_of(struct fixture *f, const char *name)
{
    return map_get(&f->drefs, str_from(name));
}

static const char *log_lines(struct fixture *f, const char *name)
{
    const char *dref = dref_of(f, name);
    return arena_printf(&f->arena,
                        "  = note: the whole log is in ROOT/log/%s.log\n"
                        "  = help: `plxc log %s` shows it\n",
                        dref + 5, dref);
}

static void exit_status(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    fail_with(&f,
              (struct stage){.config = "\"name\": \"a\"",
                             .sh = "\"for i in $(seq 1 30); do echo line $i; done; printf "
                                   "'\\\\033[31mred\\\\033[0m 10%%\\\\r20%%\\\\n' >&2; exit 3\""});
    struct buf expected = BUF_INIT;
    buf_addz(&expected, "error[E0801]: `a` failed with exit status 3\n");
    for (int i = 12; i <= 30; i++) buf_printf(&expected, "  : line %d\n", i);
    buf_addz(&expected, "  : 20%\n  |\n  = note: the stage is defined at test.plx:1\n");
    buf_addz(&expected, log_lines(&f, "a"));
    assert_string_equal(message(&f), buf_z(&expected));
    struct buf log = BUF_INIT;
    assert_int_equal(
        io_read_file(AT_FDCWD, arena_printf(&f.arena, "%s/log/%s.log", f.dir, dref_of(&f, "a") + 5),
                     0, &log),
        0);
    assert_true(log.len > 200);
    buf_free(&log);
    buf_free(&expected);
    fixture_free(&f);
}

static void other_ends(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    fail_with(&f, (struct stage){.config = "\"name\": \"sig\"", .sh = "\"kill -KILL $$\""});
    // A log without a line is not worth a look.
    assert_string_equal(message(&f),
                        "error[E0802]: `sig` was killed by signal 9 (SIGKILL)\n"
                        "  = note: nobody here sent it; the system may have run out of memory\n"
                        "  = note: the stage is defined at test.plx:1\n"
                        "  = note: it wrote nothing to its log\n");
    fail_with(&f, (struct stage){.config = "\"name\": \"slow\"",
                                 .sh = "\"trap '' TERM; mkfifo f; while :; do cat f || :; done\"",
                                 .options = "{\"timeout\": 0.05}"});
    assert_non_null(
        strstr(message(&f), "error[E0803]: `slow` did not end within its 0.05 seconds\n"));
    fail_with(&f, (struct stage){.config = "\"name\": \"none\"",
                                 .realizer =
                                     "{\"kind\": \"exec\", \"args\": [\"no-such-program-xyz\"]}"});
    assert_non_null(strstr(
        message(&f),
        "error[E0804]: `none` cannot run `no-such-program-xyz`: No such file or directory\n"));
    assert_non_null(strstr(message(&f), "= help: install it, or add its folder to PATH"));
    fail_with(&f, (struct stage){.config = "\"name\": \"empty\"",
                                 .realizer = "{\"kind\": \"exec\", \"args\": []}"});
    assert_string_equal(f.sink.first->code, "E0813");
    fail_with(&f,
              (struct stage){.config = "\"name\": \"kind\"", .realizer = "{\"kind\": \"magic\"}"});
    assert_string_equal(f.sink.first->code, "E0813");
    fail_with(&f, (struct stage){.config = "\"name\": \"matcher\"",
                                 .sh = "\"true\"",
                                 .matcher = "{\"rmin\": 2, \"rmax\": 1}"});
    assert_string_equal(f.sink.first->code, "E0813");
    fixture_free(&f);
}

// A .plx file is not let through with them, a plan file can have any.
static void options_that_are_malformed(void **state)
{
    (void)state;
    static const struct {
        const char *options, *what, *wanted;
    } rows[] = {
        {"{\"check_promises\": \"no\"}", "the option `check_promises`", "true or false"},
        {"[1]", "what stands for the options", "an object"},
        {"{\"outputs\": \"two\"}", "the option `outputs`", "a whole number from 1 to 10000"},
        {"{\"outputs\": 10001}", "the option `outputs`", "a whole number from 1 to 10000"},
        {"{\"passenv\": [\"HOME\", 1]}", "the option `passenv`", "a list of names"},
        {"{\"passenv\": \"HOME\"}", "the option `passenv`", "a list of names"},
        {"{\"retry\": -1}", "the option `retry`", "a whole number from 0 on"},
        {"{\"silent_timeout\": 0}", "the option `silent_timeout`", "seconds, more than 0"},
        {"{\"timeout\": \"1h\"}", "the option `timeout`", "seconds, more than 0"},
        {"{\"resources\": 4}", "the option `resources`", "an object of amounts"},
        {"{\"resources\": {\"gpus\": \"two\"}}", "the resource `gpus`", "an amount from 0 on"},
    };
    struct fixture f;
    fixture_init(&f, 1);
    for (size_t i = 0; i < LEN(rows); i++) {
        char wanted[256];
        snprintf(wanted, sizeof wanted,
                 "error[E0813]: %s of `a` is malformed\n"
                 "  = note: the stage is defined at test.plx:1\n"
                 "  = help: it should be %s\n",
                 rows[i].what, rows[i].wanted);
        fail_with(&f, (struct stage){.config = "\"name\": \"a\"",
                                     .sh = "\"true\"",
                                     .options = rows[i].options});
        assert_string_equal(message(&f), wanted);
    }
    // 2^32 + 1
    fail_with(&f, (struct stage){.config = "\"name\": \"a\"",
                                 .realizer = "{\"kind\": \"exec\", \"args\": [\"true\"], "
                                             "\"outputs\": 4294967297}"});
    assert_string_equal(message(&f), "error[E0813]: `outputs` of the realizer of `a` is malformed\n"
                                     "  = note: the stage is defined at test.plx:1\n"
                                     "  = help: it should be a whole number from 1 to 10000\n");
    fixture_free(&f);
}

static void outputs_that_are_refused(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    fail_with(&f,
              (struct stage){
                  .config = "\"name\": \"a\", \"model\": [\"__promise__\", \"d\", \"model.json\"]",
                  .sh = "\"echo working\""});
    assert_string_equal(f.sink.first->code, "E0716");
    assert_non_null(strstr(message(&f), "model"));
    assert_non_null(strstr(message(&f), "d/model.json"));
    assert_non_null(strstr(message(&f), "  : working\n"));
    fail_with(&f, (struct stage){.config = "\"name\": \"fifo\"", .sh = "\"mkfifo $out/f\""});
    assert_string_equal(f.sink.first->code, "E0715");
    fail_with(&f,
              (struct stage){.config = "\"name\": \"ctx\"", .sh = "\"echo > $out/context.json\""});
    assert_string_equal(f.sink.first->code, "E0714");
    plan_free(&f.plan);
    fixture_add(&f, true,
                (struct stage){.config = "\"name\": \"lax\", \"model\": [\"__promise__\", \"m\"]",
                               .sh = "\"true\"",
                               .options = "{\"check_promises\": false}"});
    assert_outcome(&f, ENGINE_OK);
    fixture_free(&f);
}

static void matchers_that_are_not_content(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    fixture_add(&f, true,
                (struct stage){.config = "\"name\": \"few\"",
                               .sh = "\"true\"",
                               .matcher = "{\"rmin\": 2, \"rmax\": 2}"});
    assert_outcome(&f, ENGINE_REALIZER_FAILED);
    assert_string_equal(
        fixture_replace(&f, message(&f), f.sink.first->notes[1], "new: RREF"),
        "error[E0806]: `few` was built, but its matcher is not content with the result\n"
        "  = note: it wants at least 2; 1 of the 1 with the present inputs can be used\n"
        "  = note: new: RREF\n"
        "  = help: let the realizer make more at a time with `outputs = n`, or more over time with "
        "--rebuild\n");
    plan_free(&f.plan);
    fixture_add(&f, true,
                (struct stage){.config = "\"name\": \"score\"",
                               .sh = "\"echo many > $out/s\"",
                               .matcher = "{\"keys\": [{\"kind\": \"best\", \"file\": \"s\"}]}"});
    assert_outcome(&f, ENGINE_OK);
    assert_string_equal(f.sink.first->code, "W0803");
    assert_string_equal(fixture_replace(&f, message(&f), f.sink.first->notes[0], "it is RREF"),
                        "warning[W0803]: a realization of `score` was chosen that has no score\n"
                        "  = note: it is RREF\n"
                        "  = help: the first line of its `s` should be a number\n");
    plan_free(&f.plan);
    fixture_add(&f, true,
                (struct stage){.config = "\"name\": \"only\"",
                               .sh = "\"for o in $outs; do echo $o > $o/x; done\"",
                               .options = "{\"outputs\": 2}"});
    f.plan.at[0].matcher = STR("{\"keys\": [], \"rmin\": 1, \"rmax\": 1, \"exclusive\": true}");
    assert_outcome(&f, ENGINE_REALIZER_FAILED);
    assert_non_null(strstr(
        message(&f), "error[E0807]: `only` has 2 realizations, but its matcher accepts only 1\n"));
    fixture_free(&f);
}

static void references_that_lead_nowhere(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    fixture_add(&f, false,
                (struct stage){.config = "\"name\": \"two\"",
                               .sh = "\"for o in $outs; do echo $o > $o/x; done\"",
                               .matcher = "{\"rmin\": 2, \"rmax\": null}",
                               .options = "{\"outputs\": 2}"});
    fixture_add(&f, true,
                (struct stage){.config = "\"name\": \"b\", \"d\": \"@two\"",
                               .sh = "{\"__text__\": [\"cat \", [\"@two\", \"x\"]]}"});
    assert_outcome(&f, ENGINE_REALIZER_FAILED);
    assert_string_equal(
        message(&f),
        "error[E0812]: the script needs one path of `two`, but 2 realizations of it were matched\n"
        "  = help: ~{paths(…)} gives all of them; a matcher like match_best(…) or match_latest() "
        "chooses one\n");
    plan_free(&f.plan);
    fixture_add(&f, true,
                (struct stage){.config = "\"name\": \"c\"",
                               .sh = "{\"__text__\": [\"cat \", [\"@two\", \"x\"]]}"});
    assert_outcome(&f, ENGINE_REALIZER_FAILED);
    assert_non_null(strstr(message(&f), "which is not among the stage's dependencies\n"));
    fixture_free(&f);
}

static void keep_failed_keeps_the_build_directory(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    f.options.keep_failed = true;
    fixture_add(&f, true,
                (struct stage){.config = "\"name\": \"a\"",
                               .sh = "\"echo half > result; echo $name > $out/x; exit 1\""});
    assert_outcome(&f, ENGINE_REALIZER_FAILED);
    const char *note = strstr(fixture_diags(&f), "its build directory is kept in ");
    assert_non_null(note);
    note += strlen("its build directory is kept in ");
    const char *dir = arena_dup(&f.arena, note, strcspn(note, "\n"));
    struct buf text = BUF_INIT;
    assert_int_equal(
        io_read_file(AT_FDCWD, arena_printf(&f.arena, "%s/build/result", dir), 0, &text), 0);
    assert_int_equal(io_read_file(AT_FDCWD, arena_printf(&f.arena, "%s/out/x", dir), 0, &text), 0);
    assert_string_equal(buf_z(&text), "half\na\n");
    buf_free(&text);
    // The environment is there to try again by hand.
    const char *again = arena_printf(&f.arena,
                                     "env -i PATH=\"$PATH\" sh -c '. %s/env.sh && rm $out/x && ! "
                                     "sh -eu ../script && test -e $out/x'",
                                     dir);
    assert_int_equal(system(again), 0);
    fixture_verify(&f);
    fixture_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exit_status),
        cmocka_unit_test(other_ends),
        cmocka_unit_test(options_that_are_malformed),
        cmocka_unit_test(outputs_that_are_refused),
        cmocka_unit_test(matchers_that_are_not_content),
        cmocka_unit_test(references_that_lead_nowhere),
        cmocka_unit_test(keep_failed_keeps_the_build_directory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
