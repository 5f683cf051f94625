// Realizing small pipelines with real processes: what is built when, and what a stage's options and
// the caller's do.
#include "engine_fixture.h"

#define SCORES                                                                                     \
    "\"i=0; for o in $outs; do i=$((i+1)); echo $i > $o/score; echo $$-$i > $o/id; done\""

static void a_chain_is_built_once(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 2);
    fixture_add(&f, false,
                (struct stage){.config = "\"name\": \"a\"", .sh = "\"echo hello > $out/file\""});
    uint32_t b = fixture_add(
        &f, true,
        (struct stage){.config = "\"name\": \"b\", \"in\": [\"@a\", \"file\"], \"file\": "
                                 "[\"__promise__\", \"copy\"]",
                       .sh = "\"cat $in $in > $file\""});
    assert_outcome(&f, ENGINE_OK);
    assert_string_equal(fixture_file(&f, b, "copy"), "hello\nhello\n");
    assert_string_equal(buf_z(&f.events), "planned\nstarted a\nbuilt a\nstarted b\nbuilt b\n");
    assert_outcome(&f, ENGINE_OK);
    assert_string_equal(buf_z(&f.events), "planned\nreused a\nreused b\n");
    assert_int_equal(f.results.progress.reused, 2);
    assert_int_equal(fixture_leftovers(&f), 0);
    fixture_verify(&f);
    fixture_free(&f);
}

static void independent_stages_run_at_the_same_time(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 2);
    // Each waits for the other through fifos, so one after the other would never end.
    const char *one = arena_printf(&f.arena, "%s/one", f.dir);
    const char *two = arena_printf(&f.arena, "%s/two", f.dir);
    assert_int_equal(mkfifo(one, 0600), 0);
    assert_int_equal(mkfifo(two, 0600), 0);
    fixture_add(
        &f, true,
        (struct stage){.config = "\"name\": \"a\"",
                       .sh = arena_printf(&f.arena, "\"echo a > %s; cat %s > $out/x\"", one, two)});
    uint32_t b = fixture_add(
        &f, true,
        (struct stage){.config = "\"name\": \"b\"",
                       .sh = arena_printf(&f.arena, "\"cat %s > $out/x; echo b > %s\"", one, two)});
    assert_outcome(&f, ENGINE_OK);
    assert_string_equal(fixture_file(&f, b, "x"), "a\n");
    fixture_free(&f);
}

static void a_rebuild_adds_and_the_matcher_chooses(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 2);
    uint32_t a = fixture_add(
        &f, true,
        (struct stage){.config = "\"name\": \"a\"",
                       .sh = SCORES,
                       .matcher = "{\"keys\": [{\"kind\": \"best\", \"file\": \"score\"}]}",
                       .options = "{\"outputs\": 3}"});
    assert_outcome(&f, ENGINE_OK);
    assert_string_equal(fixture_file(&f, a, "score"), "3\n");
    assert_int_equal(fixture_count_rrefs(&f, "a"), 3);
    struct str name = STR("a");
    f.options.rebuild = (struct engine_selection){.names = &name, .count = 1};
    assert_outcome(&f, ENGINE_OK);
    assert_int_equal(fixture_count_rrefs(&f, "a"), 6);
    f.options.rebuild = (struct engine_selection){.targets = true};
    assert_outcome(&f, ENGINE_OK);
    assert_int_equal(fixture_count_rrefs(&f, "a"), 9);
    assert_string_equal(fixture_file(&f, a, "score"), "3\n");
    fixture_verify(&f);
    fixture_free(&f);
}

static void equal_outputs_are_one_realization(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    fixture_add(&f, true,
                (struct stage){.config = "\"name\": \"a\"",
                               .sh = "\"for o in $outs; do echo same > $o/x; done\"",
                               .options = "{\"outputs\": 2}"});
    assert_outcome(&f, ENGINE_OK);
    assert_int_equal(fixture_count_rrefs(&f, "a"), 1);
    f.options.rebuild = (struct engine_selection){.targets = true};
    assert_outcome(&f, ENGINE_OK);
    assert_int_equal(fixture_count_rrefs(&f, "a"), 1);
    assert_int_equal(fixture_leftovers(&f), 0);
    fixture_verify(&f);
    fixture_free(&f);
}

static void a_new_realization_that_is_not_chosen_is_warned_about(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    const char *flag = arena_printf(&f.arena, "%s/flag", f.dir);
    fixture_add(
        &f, true,
        (struct stage){
            .config = "\"name\": \"a\"",
            .sh = arena_printf(
                &f.arena,
                "\"if mkdir %s; then echo 2 > $out/s; else echo 1 > $out/s; fi 2>/dev/null\"",
                flag),
            .matcher = "{\"keys\": [{\"kind\": \"best\", \"file\": \"s\"}]}"});
    assert_outcome(&f, ENGINE_OK);
    assert_int_equal(f.sink.warning_count, 0);
    f.options.rebuild = (struct engine_selection){.targets = true};
    assert_outcome(&f, ENGINE_OK);
    assert_int_equal(f.sink.warning_count, 1);
    assert_string_equal(f.sink.first->code, "W0801");
    fixture_free(&f);
}

static void several_realizations_reach_dependents(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 2);
    fixture_add(&f, false,
                (struct stage){.config = "\"name\": \"a\"",
                               .sh = SCORES,
                               .matcher = "{\"keys\": [{\"kind\": \"worst\", \"file\": "
                                          "\"score\"}], \"rmin\": 3, \"rmax\": 3}",
                               .options = "{\"outputs\": 3}"});
    uint32_t b = fixture_add(
        &f, true,
        (struct stage){.config = "\"name\": \"b\", \"all\": [\"@a\", \"score\"]",
                       .sh = "{\"__text__\": [\"cat $all > $out/env; cat \", {\"__paths__\": "
                             "[[\"@a\", \"score\"]]}, \" > $out/text\"]}"});
    assert_outcome(&f, ENGINE_OK);
    assert_string_equal(fixture_file(&f, b, "env"), "1\n2\n3\n");
    assert_string_equal(fixture_file(&f, b, "text"), "1\n2\n3\n");
    fixture_free(&f);
}

static void a_matcher_that_wants_none_builds_nothing(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    fixture_add(&f, false,
                (struct stage){.config = "\"name\": \"a\"",
                               .sh = "\"exit 1\"",
                               .matcher = "{\"keys\": [], \"rmin\": null, \"rmax\": null}"});
    uint32_t b = fixture_add(&f, true,
                             (struct stage){.config = "\"name\": \"b\", \"a\": \"@a\"",
                                            .sh = "\"echo \\\"[$a]\\\" > $out/x\""});
    assert_outcome(&f, ENGINE_OK);
    assert_string_equal(fixture_file(&f, b, "x"), "[]\n");
    assert_string_equal(buf_z(&f.events), "planned\nreused a\nstarted b\nbuilt b\n");
    fixture_free(&f);
}

static void dry_run_writes_nothing(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    fixture_add(&f, false, (struct stage){.config = "\"name\": \"a\"", .sh = "\"true\""});
    uint32_t b = fixture_add(
        &f, true, (struct stage){.config = "\"name\": \"b\", \"a\": \"@a\"", .sh = "\"true\""});
    f.options.dry_run = true;
    assert_outcome(&f, ENGINE_OK);
    assert_string_equal(buf_z(&f.events), "planned\nwould build a\nwould build b\n");
    assert_int_equal(f.results.at[b].state, ENGINE_STATE_WOULD_BUILD);
    assert_false(query_exists(&f.store, f.plan.at[0].dref));
    f.options.dry_run = false;
    assert_outcome(&f, ENGINE_OK);
    f.options.dry_run = true;
    assert_outcome(&f, ENGINE_OK);
    assert_string_equal(buf_z(&f.events), "planned\nreused a\nreused b\n");
    fixture_free(&f);
}

static void keep_going_builds_what_does_not_depend(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    fixture_add(&f, false, (struct stage){.config = "\"name\": \"bad\"", .sh = "\"exit 1\""});
    fixture_add(&f, false,
                (struct stage){.config = "\"name\": \"next\", \"d\": \"@bad\"", .sh = "\"true\""});
    fixture_add(&f, true,
                (struct stage){.config = "\"name\": \"last\", \"d\": \"@next\"", .sh = "\"true\""});
    fixture_add(&f, true, (struct stage){.config = "\"name\": \"good\"", .sh = "\"true\""});
    f.options.keep_going = true;
    assert_outcome(&f, ENGINE_REALIZER_FAILED);
    assert_string_equal(buf_z(&f.events),
                        "planned\nstarted bad\nfailed bad\nskipped next\nskipped last\nstarted "
                        "good\nbuilt good\n");
    assert_int_equal(f.results.progress.skipped, 2);
    assert_int_equal(f.sink.error_count, 1);
    f.options.keep_going = false;
    assert_outcome(&f, ENGINE_REALIZER_FAILED);
    assert_string_equal(buf_z(&f.events), "planned\nreused good\nstarted bad\nfailed bad\nskipped "
                                          "next\nskipped last\nstopping\n");
    fixture_free(&f);
}

static void retry_tries_again(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    const char *count = arena_printf(&f.arena, "%s/count", f.dir);
    uint32_t a = fixture_add(
        &f, true,
        (struct stage){
            .config = "\"name\": \"a\"",
            .sh = arena_printf(&f.arena,
                               "\"echo x >> %s; wc -l < %s > $out/n; test $(cat $out/n) = 3\"",
                               count, count),
            .options = "{\"retry\": 2}"});
    assert_outcome(&f, ENGINE_OK);
    assert_string_equal(fixture_file(&f, a, "n"), "3\n");
    assert_string_equal(buf_z(&f.events),
                        "planned\nstarted a\nretry a\nstarted a\nretry a\nstarted a\nbuilt a\n");
    assert_int_equal(f.sink.error_count, 0);
    fixture_free(&f);
}

static void arguments_reach_the_realizer(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    uint32_t a = fixture_add(
        &f, true, (struct stage){.config = "\"name\": \"a\"", .sh = "\"cp $PLX_ARGS $out/args\""});
    struct engine_args args[] = {{STR("a"), STR("{\"x\": 1, \"y\": \"z\"}")},
                                 {STR("a"), STR("{\"x\": 2}")}};
    f.options.args = args;
    f.options.args_count = 2;
    assert_outcome(&f, ENGINE_OK);
    assert_string_equal(fixture_file(&f, a, "args"), "{\n    \"x\": 2,\n    \"y\": \"z\"\n}");
    args[1].json = STR("[]");
    assert_outcome(&f, ENGINE_BAD_REQUEST);
    assert_string_equal(f.sink.first->code, "E0822");
    args[1] = (struct engine_args){STR("aa"), STR("{}")};
    assert_outcome(&f, ENGINE_BAD_REQUEST);
    assert_string_equal(f.sink.first->code, "E0817");
    fixture_free(&f);
}

static void assertions_fail_without_building(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    fixture_add(&f, true, (struct stage){.config = "\"name\": \"a\"", .sh = "\"true\""});
    struct str name = STR("a");
    f.options.assert_realized = (struct engine_selection){.names = &name, .count = 1};
    assert_outcome(&f, ENGINE_ASSERTION_FAILED);
    assert_string_equal(f.sink.first->code, "E0809");
    f.options.assert_realized.count = 0;
    assert_outcome(&f, ENGINE_OK);
    f.options.assert_realized.count = 1;
    assert_outcome(&f, ENGINE_OK);
    fixture_free(&f);
}

static void realized_serves_but_does_not_build(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    struct stage s = {.config = "\"name\": \"a\"", .realizer = "{\"kind\": \"realized\"}"};
    fixture_add(&f, true, s);
    assert_outcome(&f, ENGINE_ASSERTION_FAILED);
    assert_string_equal(f.sink.first->code, "E0810");
    plan_free(&f.plan);
    fixture_add(&f, true, (struct stage){.config = "\"name\": \"a\"", .sh = "\"true\""});
    assert_outcome(&f, ENGINE_OK);
    plan_free(&f.plan);
    fixture_add(&f, true, s);
    assert_outcome(&f, ENGINE_OK);
    plan_free(&f.plan);
    fixture_add(&f, true, (struct stage){.config = "\"name\": \"other\""});
    assert_outcome(&f, ENGINE_REALIZER_FAILED);
    assert_string_equal(f.sink.first->code, "E0805");
    fixture_free(&f);
}

static void the_same_derivation_twice_is_built_once(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 2);
    const char *count = arena_printf(&f.arena, "%s/count", f.dir);
    const char *sh = arena_printf(&f.arena, "\"echo x >> %s\"", count);
    struct stage s = {.config = "\"name\": \"a\"", .sh = sh};
    fixture_add(&f, true, s);
    s.matcher = "{\"keys\": [{\"kind\": \"latest\"}]}";
    uint32_t b = fixture_add(&f, true, s);
    assert_outcome(&f, ENGINE_OK);
    assert_string_equal(buf_z(&f.events), "planned\nstarted a\nbuilt a\nreused a\n");
    assert_int_equal(f.results.at[b].state, ENGINE_STATE_REUSED);
    fixture_free(&f);
}

static void a_read_only_store_serves_what_it_has(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    fixture_add(&f, true, (struct stage){.config = "\"name\": \"a\"", .sh = "\"true\""});
    assert_outcome(&f, ENGINE_OK);
    engine_workers_stop(f.workers);
    store_close(&f.store);
    fixture_open_store(&f, STORE_READ_ONLY);
    fixture_start_workers(&f, 1);
    assert_outcome(&f, ENGINE_OK);
    fixture_add(&f, true, (struct stage){.config = "\"name\": \"b\"", .sh = "\"true\""});
    f.options.keep_going = true;
    assert_outcome(&f, ENGINE_STORE_FAILED);
    assert_string_equal(buf_z(&f.events), "planned\nreused a\nfailed b\n");
    assert_string_equal(f.sink.first->code, "E0708");
    fixture_free(&f);
}

static void a_realizer_cannot_realize_in_its_own_store(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    fixture_add(&f, true, (struct stage){.config = "\"name\": \"a\"", .sh = "\"true\""});
    f.options.inside_dref = "dref:00000000000000000000000000000000-outer";
    f.options.inside_store = "/somewhere/else";
    assert_outcome(&f, ENGINE_OK);
    f.options.inside_store = f.store.path;
    assert_outcome(&f, ENGINE_BAD_REQUEST);
    assert_string_equal(f.sink.first->code, "E0821");
    fixture_free(&f);
}

static void resources_bound_what_runs_together(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 3);
    const char *dir = arena_printf(&f.arena, "%s/lock", f.dir);
    // mkdir fails if two hold the one `gpu` at once.
    const char *sh =
        arena_printf(&f.arena, "\"mkdir %s; echo $name > $out/x; rmdir %s\"", dir, dir);
    for (int i = 0; i < 6; i++)
        fixture_add(&f, true,
                    (struct stage){.config = arena_printf(&f.arena, "\"name\": \"s%d\"", i),
                                   .sh = sh,
                                   .options = "{\"resources\": {\"gpu\": 1, \"memory\": \"1K\"}}"});
    uint32_t big = fixture_add(&f, true,
                               (struct stage){.config = "\"name\": \"big\"",
                                              .sh = "\"echo $PLX_CORES > $out/cores\"",
                                              .options = "{\"resources\": {\"cpus\": 64}}"});
    assert_outcome(&f, ENGINE_OK);
    assert_string_equal(fixture_file(&f, big, "cores"), "3\n");
    fixture_add(&f, true,
                (struct stage){.config = "\"name\": \"odd\"",
                               .sh = "\"true\"",
                               .options = "{\"resources\": {\"memory\": \"lots\"}}"});
    assert_outcome(&f, ENGINE_REALIZER_FAILED);
    assert_string_equal(f.sink.first->code, "E0813");
    fixture_free(&f);
}

// Two stages that want `resources` each, where there are 3 cpus, 1000 bytes and 2 of `slot`: do
// they run at the same time? Each waits for the other, or sees that it is there.
static void run_two(const char *resources, bool together)
{
    struct fixture f;
    fixture_init(&f, 3);
    struct engine_resource there[] = {{STR("memory"), 1000}, {STR("slot"), 2}};
    f.options.resources = there;
    f.options.resources_count = LEN(there);
    const char *dir = arena_printf(&f.arena, "%s/here", f.dir);
    const char *sh =
        together ? arena_printf(&f.arena,
                                "\"mkdir -p %s/$name; while test $(ls %s | wc -l) != 2; do sleep "
                                "0.05; done; echo $name > $out/x\"",
                                dir, dir)
                 : arena_printf(&f.arena, "\"mkdir %s; echo $name > $out/x; rmdir %s\"", dir, dir);
    for (int i = 0; i < (together ? 2 : 8); i++)
        fixture_add(&f, true,
                    (struct stage){.config = arena_printf(&f.arena, "\"name\": \"s%d\"", i),
                                   .sh = sh,
                                   .options = arena_printf(&f.arena,
                                                           "{\"resources\": {%s}, "
                                                           "\"timeout\": 60}",
                                                           resources)});
    assert_outcome(&f, ENGINE_OK);
    fixture_free(&f);
}

static void amounts_are_added_up(void **state)
{
    (void)state;
    run_two("\"cpus\": 2", false);
    run_two("\"cpus\": 1.5", true);
    run_two("\"memory\": 600", false);
    run_two("\"memory\": 500", true);
    run_two("\"slot\": 1.5", false);
    run_two("\"slot\": 1", true);
    run_two("\"nobody-said\": 0.6", false);
    run_two("\"nobody-said\": 0.5", true);
}

static void note_delay(struct fixture *f, const struct engine_event *e)
{
    if (e->kind == ENGINE_RETRY)
        buf_printf(f->on_event_data, "%d/%d %lld\n", e->attempt, e->attempts,
                   (long long)e->delay_ms);
}

static void each_retry_waits_twice_as_long(void **state)
{
    (void)state;
    struct fixture f;
    struct buf delays = BUF_INIT;
    fixture_init(&f, 1);
    f.on_event = note_delay;
    f.on_event_data = &delays;
    f.options.retry_delay_ms = 3;
    f.options.retry = 4;
    fixture_add(&f, true, (struct stage){.config = "\"name\": \"a\"", .sh = "\"exit 1\""});
    assert_outcome(&f, ENGINE_REALIZER_FAILED);
    assert_string_equal(buf_z(&delays), "1/5 3\n2/5 6\n3/5 12\n4/5 24\n");
    buf_free(&delays);
    fixture_free(&f);
}

static void built_in_realizers_make_files(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 2);
    const char *source = arena_printf(&f.arena, "%s/source", f.dir);
    assert_int_equal(io_write_new(AT_FDCWD, source, STR("text\n"), 0644, false), 0);
    uint32_t node = fixture_add(
        &f, true,
        (struct stage){
            .config = "\"name\": \"node\"",
            .realizer =
                "{\"kind\": \"mknode\", \"artifacts\": {\"a/b\": \"one\", \"c\": \"two\"}}"});
    uint32_t file =
        fixture_add(&f, true,
                    (struct stage){.config = "\"name\": \"file\", \"n\": \"@node\"",
                                   .realizer = "{\"kind\": \"mkfile\", \"path\": \"f\", \"text\": "
                                               "{\"__text__\": [\"at \", [\"@node\", \"c\"]]}}"});
    fixture_add(
        &f, true,
        (struct stage){
            .config = "\"name\": \"check\", \"n\": \"@node\"",
            .realizer =
                "{\"kind\": \"checkpaths\", \"paths\": [[\"@node\", \"a\", \"b\"], \"@node\"]}"});
    assert_outcome(&f, ENGINE_OK);
    assert_string_equal(fixture_file(&f, node, "a/b"), "one");
    assert_string_equal(fixture_file(&f, file, "f"),
                        arena_printf(&f.arena, "at %s/c", fixture_path(&f, node)));
    fixture_add(
        &f, true,
        (struct stage){.config = "\"name\": \"check2\", \"n\": \"@node\"",
                       .realizer =
                           "{\"kind\": \"checkpaths\", \"paths\": [[\"@node\", \"nothing\"]]}"});
    fixture_add(
        &f, true,
        (struct stage){.config = "\"name\": \"node2\"",
                       .realizer = "{\"kind\": \"mknode\", \"artifacts\": {\"../b\": \"one\"}}"});
    fixture_add(
        &f, true,
        (struct stage){.config = "\"name\": \"src\"",
                       .realizer = arena_printf(
                           &f.arena,
                           "{\"kind\": \"source\", \"path\": \"%s\", \"hash\": \"sha256:00\"}",
                           source)});
    f.options.keep_going = true;
    assert_outcome(&f, ENGINE_REALIZER_FAILED);
    const char *codes = "";
    for (const struct diag *d = f.sink.first; d; d = d->next)
        codes = arena_printf(&f.arena, "%s %s", codes, d->code);
    assert_int_equal(strlen(codes), strlen(" E0811 E0818 E0820"));
    assert_non_null(strstr(codes, "E0811"));
    assert_non_null(strstr(codes, "E0818"));
    assert_non_null(strstr(codes, "E0820"));
    fixture_free(&f);
}

// All jobs of a worker use one folder; what one did to it, the next does not see.
static void a_job_does_not_see_the_one_before(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    const char *victim = arena_printf(&f.arena, "%s/victim", f.dir);
    assert_int_equal(io_write_new(AT_FDCWD, victim, STR("precious"), 0644, false), 0);
    const char *const dirt[] = {
        "echo x > x; mkdir -p a/b; touch a/b/c",
        "chmod 0000 .",
        "cd ..; echo x > x",
        "cd ..; rmdir build; ln -s / build",
        arena_printf(&f.arena, "cd ..; for i in *.json script; do ln -sf %s $i; done", victim),
        arena_printf(&f.arena, "cd ..; for i in *.json script; do ln -f %s $i; done", victim),
        "cd ..; rm -f *.json script log; mkdir args.json; mkfifo script context.json; chmod 0777 .",
        "chmod 0444 ../*.json",
        "rm -rf $out/../../*.job/build",
        "true",
    };
    const char *previous = "";
    for (size_t i = 0; i < LEN(dirt); i++) {
        plan_free(&f.plan);
        const char *sh = arena_printf(&f.arena,
                                      "\"test \\\"$(ls -A)\\\" = ''; cat $PLX_ARGS > $out/args; "
                                      "cat $PLX_CONFIG > $out/config; %s\"",
                                      dirt[i]);
        uint32_t a = fixture_add(
            &f, true,
            (struct stage){.config = arena_printf(&f.arena, "\"name\": \"s%zu\"", i), .sh = sh});
        assert_outcome(&f, ENGINE_OK);
        assert_string_equal(fixture_file(&f, a, "args"), "{}");
        assert_string_equal(fixture_file(&f, a, "config"),
                            arena_printf(&f.arena, "{\n    \"name\": \"s%zu\"\n}", i));
        assert_string_not_equal(previous, fixture_path(&f, a));
        previous = fixture_path(&f, a);
    }
    struct buf text = BUF_INIT;
    assert_int_equal(io_read_file(AT_FDCWD, victim, 0, &text), 0);
    assert_string_equal(buf_z(&text), "precious");
    buf_free(&text);
    assert_int_equal(fixture_leftovers(&f), 0);
    fixture_verify(&f);
    fixture_free(&f);
}

static void python_has_the_module(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    uint32_t a =
        fixture_add(&f, true,
                    (struct stage){.config = "\"name\": \"a\"",
                                   .realizer = "{\"kind\": \"script\", \"interpreter\": "
                                               "[\"python3\"], \"python\": true, \"text\": "
                                               "\"import os, plx\\nopen(os.environ['out'] + '/x', "
                                               "'w').write(str(plx.answer))\"}"});
    assert_outcome(&f, ENGINE_OK);
    assert_string_equal(fixture_file(&f, a, "x"), "42");
    fixture_free(&f);
}

static void the_log_and_the_facts_are_kept(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    uint32_t a = fixture_add(&f, true,
                             (struct stage){.config = "\"name\": \"a\"",
                                            .sh = "\"echo to stdout; echo to stderr >&2\""});
    assert_outcome(&f, ENGINE_OK);
    assert_string_equal(fixture_file(&f, a, "__log__.txt"), "to stdout\nto stderr\n");
    json_t *meta = json_loads(fixture_file(&f, a, "__meta__.json"), 0, NULL);
    assert_true(json_integer_value(json_object_get(meta, "duration_ns")) > 0);
    assert_string_equal(json_string_value(json_object_get(meta, "realizer")), "script");
    assert_int_equal(json_integer_value(json_object_get(meta, "attempt")), 1);
    json_decref(meta);
    assert_int_equal(strlen(fixture_file(&f, a, "__buildtime__.txt")), 27);
    fixture_free(&f);
}

// Chains of two: a starts b, c starts d. Who took long last time goes first.
static void the_longest_path_goes_first(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    const char *history = arena_printf(&f.arena, "%s/index/durations", f.dir);
    assert_int_equal(io_write_new(AT_FDCWD, history,
                                  STR("a 10\nb 20\nc 15\nd 1000000000\nnonsense\ne x\n"), 0644,
                                  false),
                     0);
    fixture_add(&f, false, (struct stage){.config = "\"name\": \"a\"", .sh = "\"true\""});
    fixture_add(&f, true,
                (struct stage){.config = "\"name\": \"b\", \"d\": \"@a\"", .sh = "\"true\""});
    fixture_add(&f, false, (struct stage){.config = "\"name\": \"c\"", .sh = "\"true\""});
    fixture_add(&f, true,
                (struct stage){.config = "\"name\": \"d\", \"d\": \"@c\"", .sh = "\"true\""});
    assert_outcome(&f, ENGINE_OK);
    const char *events = buf_z(&f.events);
    assert_true(strstr(events, "started c") < strstr(events, "started a"));
    assert_true(strstr(events, "started d") < strstr(events, "started b"));
    assert_int_equal(f.results.progress.remaining_ns, 0);
    // What they took now is known for the next time.
    struct buf text = BUF_INIT;
    assert_int_equal(io_read_file(AT_FDCWD, history, 0, &text), 0);
    assert_non_null(strstr(buf_z(&text), "d "));
    assert_null(strstr(buf_z(&text), "d 1000000000\n"));
    assert_null(strstr(buf_z(&text), "nonsense"));
    buf_free(&text);
    int64_t all = 0;
    for (size_t i = 0; i < 4; i++) all += f.results.at[i].duration_ns;
    assert_outcome(&f, ENGINE_OK);
    assert_int_equal(f.results.progress.saved_ns, all);
    fixture_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chain_is_built_once),
        cmocka_unit_test(independent_stages_run_at_the_same_time),
        cmocka_unit_test(a_rebuild_adds_and_the_matcher_chooses),
        cmocka_unit_test(equal_outputs_are_one_realization),
        cmocka_unit_test(a_new_realization_that_is_not_chosen_is_warned_about),
        cmocka_unit_test(several_realizations_reach_dependents),
        cmocka_unit_test(a_matcher_that_wants_none_builds_nothing),
        cmocka_unit_test(dry_run_writes_nothing),
        cmocka_unit_test(keep_going_builds_what_does_not_depend),
        cmocka_unit_test(retry_tries_again),
        cmocka_unit_test(arguments_reach_the_realizer),
        cmocka_unit_test(assertions_fail_without_building),
        cmocka_unit_test(realized_serves_but_does_not_build),
        cmocka_unit_test(the_same_derivation_twice_is_built_once),
        cmocka_unit_test(a_read_only_store_serves_what_it_has),
        cmocka_unit_test(a_realizer_cannot_realize_in_its_own_store),
        cmocka_unit_test(resources_bound_what_runs_together),
        cmocka_unit_test(amounts_are_added_up),
        cmocka_unit_test(each_retry_waits_twice_as_long),
        cmocka_unit_test(built_in_realizers_make_files),
        cmocka_unit_test(a_job_does_not_see_the_one_before),
        cmocka_unit_test(the_longest_path_goes_first),
        cmocka_unit_test(python_has_the_module),
        cmocka_unit_test(the_log_and_the_facts_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
