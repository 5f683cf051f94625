// What a realizer gets, compared whole.
#include "engine_fixture.h"

#include <signal.h>

#include "engine/environment.h"

static const char attributes[] = "\"name\": \"dep\"";

static const char show_all[] =
    "\"mkdir $out/p; : > $out/p/q; env | grep -v -e ^PWD= -e ^SHLVL= -e ^_= | sort > "
    "$out/env; cp $PLX_CONFIG $out/config; cp $PLX_CONTEXT $out/ctx; ls -A > "
    "$out/cwd\"";

static const char variables[] = "HOME=/home/someone\n"
                                "LANG=C.UTF-8\n"
                                "LET_THROUGH=passed\n"
                                "MAKEFLAGS= -j1 --jobserver-auth=98,99\n"
                                "PATH=/usr/bin:/bin\n"
                                "PLX_ARGS=JOB/args.json\n"
                                "PLX_CONFIG=JOB/config.json\n"
                                "PLX_CONTEXT=JOB/context.json\n"
                                "PLX_CORES=1\n";

static const char more_variables[] = "PLX_STORE=ROOT/store-v1\n"
                                     "SOURCE_DATE_EPOCH=315532800\n"
                                     "TMPDIR=JOB/build\n"
                                     "TZ=UTC\n"
                                     "USER=someone\n"
                                     "_ok=x\n"
                                     "float=1e+16\n"
                                     "half=0.5\n"
                                     "int=-3\n"
                                     "list=1 x DEP  1\n"
                                     "maybe=JOB/out/r\n"
                                     "name=a\n"
                                     "no=\n"
                                     "nothing=\n"
                                     "out1=JOB/out\n"
                                     "out=JOB/out\n"
                                     "outs=JOB/out\n"
                                     "own=JOB/out/p/q\n"
                                     "ref=DEP/d\n"
                                     "stage=DEP\n"
                                     "text=two words\n"
                                     "txt=see DEP/d!\n"
                                     "yes=1\n";

static const char resolved[] =
    "{\n"
    "    \"1st\": \"x\",\n"
    "    \"IFS\": \"x\",\n"
    "    \"LD_PRELOAD\": \"evil.so\",\n"
    "    \"PATH\": \"/evil\",\n"
    "    \"PLX_X\": \"x\",\n"
    "    \"_ok\": \"x\",\n"
    "    \"float\": 1e+16,\n"
    "    \"half\": 0.5,\n"
    "    \"int\": -3,\n"
    "    \"list\": [\n        1,\n        \"x\",\n        \"DEP\",\n        "
    "null,\n        true\n    ],\n"
    "    \"maybe\": \"JOB/out/r\",\n"
    "    \"name\": \"a\",\n"
    "    \"no\": false,\n"
    "    \"not-a-name\": \"x\",\n"
    "    \"nothing\": null,\n"
    "    \"out\": \"x\",\n"
    "    \"out7\": \"x\",\n"
    "    \"own\": \"JOB/out/p/q\",\n"
    "    \"rec\": {\n        \"a\": 1\n    },\n"
    "    \"recs\": [\n        {\n            \"a\": 1\n        }\n    ],\n"
    "    \"ref\": \"DEP/d\",\n"
    "    \"stage\": \"DEP\",\n"
    "    \"text\": \"two words\",\n"
    "    \"txt\": \"see DEP/d!\",\n"
    "    \"yes\": true\n"
    "}";

static void all_variables_and_no_more(void **state)
{
    (void)state;
    assert_int_equal(setenv("PATH", "/usr/bin:/bin", 1), 0);
    assert_int_equal(setenv("HOME", "/home/someone", 1), 0);
    assert_int_equal(setenv("USER", "someone", 1), 0);
    assert_int_equal(setenv("LET_THROUGH", "passed", 1), 0);
    assert_int_equal(setenv("NOT_LET_THROUGH", "secret", 1), 0);
    struct fixture f;
    fixture_init(&f, 1);
    fixture_add(&f, false, (struct stage){.config = attributes, .sh = "\"mkdir $out/d; true\""});
    uint32_t a = fixture_add(
        &f, true,
        (struct stage){
            .config =
                "\"name\": \"a\", \"text\": \"two words\", \"int\": -3, \"float\": 1e16, \"half\": "
                "0.5, "
                "\"yes\": true, \"no\": false, \"nothing\": null, \"ref\": [\"@dep\", \"d\"], "
                "\"stage\": \"@dep\", "
                "\"own\": [\"__promise__\", \"p\", \"q\"], \"maybe\": [\"__claim__\", \"r\"], "
                "\"list\": [1, \"x\", \"@dep\", null, true], \"rec\": {\"a\": 1}, \"recs\": "
                "[{\"a\": 1}], "
                "\"txt\": {\"__text__\": [\"see \", [\"@dep\", \"d\"], \"!\"]}, "
                "\"PATH\": \"/evil\", \"LD_PRELOAD\": \"evil.so\", \"out\": \"x\", \"out7\": "
                "\"x\", \"PLX_X\": \"x\", "
                "\"IFS\": \"x\", \"not-a-name\": \"x\", \"1st\": \"x\", \"_ok\": \"x\"",
            .sh = show_all,
            .options = "{\"passenv\": [\"LET_THROUGH\", \"UNSET_VARIABLE\", \"text\"]}"});
    assert_outcome(&f, ENGINE_OK);
    const char *dep = store_ref_path(&f.store, &f.arena, str_from(f.results.at[0].rrefs[0].text));
    const char *env = fixture_file(&f, a, "env");
    // The name of the job's folder is not known before.
    const char *job = strstr(env, "out=") + 4;
    char *dir = arena_dup(&f.arena, job, (size_t)(strchr(job, '\n') - job - 4));
    env = fixture_replace(&f, fixture_replace(&f, env, dir, "JOB"), dep, "DEP");
    env = fixture_replace(&f, env, f.dir, "ROOT");
    const char *dref = map_get(&f.drefs, STR("a"));
    assert_string_equal(
        env, arena_printf(&f.arena, "%sPLX_DREF=%s\n%s", variables, dref, more_variables));
    const char *config = fixture_replace(&f, fixture_file(&f, a, "config"), dir, "JOB");
    assert_string_equal(fixture_replace(&f, config, dep, "DEP"), resolved);
    assert_string_equal(fixture_file(&f, a, "ctx"),
                        arena_printf(&f.arena, "{\n    \"%s\": [\n        \"%s\"\n    ]\n}",
                                     (const char *)map_get(&f.drefs, STR("dep")),
                                     f.results.at[0].rrefs[0].text));
    assert_string_equal(fixture_file(&f, a, "cwd"), "");
    fixture_free(&f);
}

static void the_process_is_clean(void **state)
{
    (void)state;
    int leak = open("/dev/null", O_RDONLY); // without close-on-exec
    assert_true(leak >= 0);
    signal(SIGUSR1, SIG_IGN);
    struct fixture f;
    fixture_init(&f, 1);
    uint32_t a = fixture_add(
        &f, true,
        (struct stage){
            .config = "\"name\": \"a\"",
            .realizer =
                "{\"kind\": \"exec\", \"args\": [\"python3\", \"-c\", "
                "\"import os, signal, sys\\n"
                "o = open(os.environ['out'] + '/x', 'w')\\n"
                "mask = os.umask(0)\\n"
                "print(oct(mask), sys.stdin.read() == '', os.getpgid(0) == os.getpid(), file=o)\\n"
                "print(sorted(set(os.listdir('/proc/self/fd')) - {str(o.fileno()), '4'}), "
                "file=o)\\n"
                "print([s for s in range(1, 32) if s not in (9, 19, 2, 13, 25) and "
                "signal.getsignal(s) != signal.SIG_DFL], file=o)\\n"
                "print(signal.pthread_sigmask(signal.SIG_BLOCK, []), file=o)\\n\"]}"});
    assert_outcome(&f, ENGINE_OK);
    assert_string_equal(fixture_file(&f, a, "x"),
                        "0o22 True True\n['0', '1', '2', '98', '99']\n[]\nset()\n");
    fixture_free(&f);
    signal(SIGUSR1, SIG_DFL);
    close(leak);
}

static void outputs_are_numbered(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    fixture_add(
        &f, true,
        (struct stage){.config = "\"name\": \"a\", \"p\": [\"__promise__\", \"x\"]",
                       .sh = "\"test $out = $out1; test \\\"$outs\\\" = \\\"$out1 $out2\\\"; test "
                             "$p = $out/x; echo 1 > $out1/x; echo 2 > $out2/x\"",
                       .matcher = "{\"rmin\": 2, \"rmax\": 2}",
                       .options = "{\"outputs\": 2}"});
    assert_outcome(&f, ENGINE_OK);
    assert_int_equal(f.results.at[0].rref_count, 2);
    fixture_free(&f);
}

static void what_does_not_fit_is_in_the_file(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    struct buf config = BUF_INIT;
    buf_addz(&config, "\"name\": \"a\", \"nul\": \"x\\u0000y\", \"fits\": \"");
    buf_pad(&config, 'x', ENVIRONMENT_MAX_VALUE);
    buf_addz(&config, "\", \"big\": \"");
    buf_pad(&config, 'y', ENVIRONMENT_MAX_VALUE + 1);
    buf_addz(&config, "\"");
    uint32_t a = fixture_add(&f, true,
                             (struct stage){.config = buf_z(&config),
                                            .sh = "\"echo ${#fits} ${big-none} ${nul-none} > "
                                                  "$out/x; grep -c yyyyy $PLX_CONFIG >> $out/x\""});
    assert_outcome(&f, ENGINE_OK);
    assert_string_equal(fixture_file(&f, a, "x"), "102400 none none\n1\n");
    assert_string_equal(
        fixture_file(&f, a, "__log__.txt"),
        "plx: `big` has 102401 bytes, too many for the environment; it is in PLX_CONFIG\n"
        "plx: `nul` holds a NUL character, so it is in PLX_CONFIG only\n");
    buf_free(&config);
    fixture_free(&f);
}

static void deep_contexts_are_complete(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    fixture_add(&f, false, (struct stage){.config = "\"name\": \"a\"", .sh = "\"true\""});
    fixture_add(&f, false,
                (struct stage){.config = "\"name\": \"b\", \"d\": \"@a\"", .sh = "\"true\""});
    uint32_t c = fixture_add(&f, true,
                             (struct stage){.config = "\"name\": \"c\", \"d\": \"@b\"",
                                            .sh = "\"grep -c dref: $PLX_CONTEXT > $out/n\""});
    assert_outcome(&f, ENGINE_OK);
    assert_string_equal(fixture_file(&f, c, "n"), "2\n");
    fixture_free(&f);
}

static void names_that_mean_something_are_reserved(void **state)
{
    (void)state;
    const char *free_names[] = {"x",    "_x",   "x1",  "output", "outer",
                                "name", "path", "LDX", "Python"};
    const char *taken[] = {"",     "1x",     "a-b",        "a b",        "out",
                           "outs", "out1",   "out99",      "PATH",       "HOME",
                           "IFS",  "PLX_",   "PLX_FOO",    "LD_PRELOAD", "BASH_ENV",
                           "ENV",  "TMPDIR", "PYTHONPATH", "LC_ALL",     "é"};
    for (size_t i = 0; i < LEN(free_names); i++)
        if (!environment_name_free(str_from(free_names[i]))) fail_msg("%s", free_names[i]);
    for (size_t i = 0; i < LEN(taken); i++)
        if (environment_name_free(str_from(taken[i]))) fail_msg("%s", taken[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_variables_and_no_more),
        cmocka_unit_test(the_process_is_clean),
        cmocka_unit_test(outputs_are_numbered),
        cmocka_unit_test(what_does_not_fit_is_in_the_file),
        cmocka_unit_test(deep_contexts_are_complete),
        cmocka_unit_test(names_that_mean_something_are_reserved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
