// Processes that get out of hand, and processes that are killed: nothing is left running, and the
// store stays whole.
#include "engine_fixture.h"

#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/proc.h"

#define PATIENCE_MS 30000

static const char *make_fifo(struct fixture *f, const char *name)
{
    const char *path = arena_printf(&f->arena, "%s/%s", f->dir, name);
    assert_int_equal(mkfifo(path, 0600), 0);
    return path;
}

// What comes through a fifo, as a number.
static pid_t read_pid(const char *fifo)
{
    FILE *in = fopen(fifo, "r");
    assert_non_null(in);
    long pid = 0;
    assert_int_equal(fscanf(in, "%ld", &pid), 1);
    (void)fclose(in);
    return (pid_t)pid;
}

static int open_pid(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

static void await_death(int pidfd)
{
    if (pidfd < 0) return; // it is gone already
    struct pollfd p = {.fd = pidfd, .events = POLLIN};
    assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
    close(pidfd);
}

static pid_t to_pid(const char *text)
{
    long pid = strtol(text, NULL, 10);
    assert_true(pid > 1);
    return (pid_t)pid;
}

static bool is_alive(pid_t pid)
{
    return kill(pid, 0) == 0;
}

// ---- what a realizer leaves behind ----

static void a_daemon_is_dead_before_the_commit(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    const char *fifo = make_fifo(&f, "ready");
    // A new session, forked twice, that ignores signals and writes into the output for ever. The
    // script ends when it has begun.
    uint32_t a = fixture_add(
        &f, true,
        (struct stage){
            .config = "\"name\": \"a\"",
            .sh = arena_printf(&f.arena,
                               "\"(setsid sh -c 'trap \\\"\\\" TERM HUP INT; (echo $$ > "
                               "$out/leader; sh -c '\\\"'\\\"'echo $$ > %s; while :; do echo more "
                               ">> $out/file; done'\\\"'\\\"') &' &) ; cat %s > $out/pid\"",
                               fifo, fifo)});
    assert_outcome(&f, ENGINE_OK);
    pid_t pid = to_pid(fixture_file(&f, a, "pid"));
    assert_true(pid > 1);
    assert_false(is_alive(pid));
    assert_non_null(strstr(fixture_file(&f, a, "__log__.txt"), "that the realizer left behind\n"));
    fixture_verify(&f);
    fixture_free(&f);
}

static void a_background_job_of_a_failure_is_dead_too(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    const char *file = arena_printf(&f.arena, "%s/pid", f.dir);
    const char *fifo = make_fifo(&f, "never");
    fixture_add(&f, true,
                (struct stage){
                    .config = "\"name\": \"a\"",
                    .sh = arena_printf(&f.arena, "\"cat %s & echo $! > %s; exit 1\"", fifo, file)});
    assert_outcome(&f, ENGINE_REALIZER_FAILED);
    struct buf text = BUF_INIT;
    assert_int_equal(io_read_file(AT_FDCWD, file, 0, &text), 0);
    assert_false(is_alive(to_pid(buf_z(&text))));
    buf_free(&text);
    fixture_free(&f);
}

// ---- interrupts ----

static struct engine_workers *interrupted_workers;

static void on_signal(int sig)
{
    (void)sig;
    engine_interrupt(interrupted_workers);
}

// A child that sends us SIGUSR1 when two realizers wrote to their fifos.
static pid_t start_interrupter(const char *one, const char *two)
{
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
        (void)read_pid(one);
        (void)read_pid(two);
        kill(parent, SIGUSR1);
        _exit(0);
    }
    return child;
}

static void an_interrupt_ends_all_and_publishes_nothing(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 2);
    const char *one = make_fifo(&f, "one");
    const char *two = make_fifo(&f, "two");
    const char *never = make_fifo(&f, "never");
    const char *pids = arena_printf(&f.arena, "%s/pids", f.dir);
    // One ends when it is asked to, one does not.
    fixture_add(
        &f, true,
        (struct stage){
            .config = "\"name\": \"polite\"",
            .sh = arena_printf(&f.arena, "\"echo x > $out/x; echo $$ >> %s; echo $$ > %s; cat %s\"",
                               pids, one, never)});
    fixture_add(&f, true,
                (struct stage){.config = "\"name\": \"stubborn\"",
                               .sh = arena_printf(&f.arena,
                                                  "\"trap '' TERM; echo x > $out/x; echo $$ >> %s; "
                                                  "echo $$ > %s; while :; do cat %s || :; done\"",
                                                  pids, two, never)});
    fixture_add(&f, true, (struct stage){.config = "\"name\": \"later\"", .sh = "\"true\""});
    interrupted_workers = f.workers;
    struct sigaction action = {.sa_handler = on_signal};
    struct sigaction old;
    sigaction(SIGUSR1, &action, &old);
    pid_t helper = start_interrupter(one, two);
    int64_t begin = io_monotonic_ns();
    assert_outcome(&f, ENGINE_INTERRUPTED);
    assert_true(io_monotonic_ns() - begin < (int64_t)PATIENCE_MS * 1000000);
    sigaction(SIGUSR1, &old, NULL);
    assert_int_equal(waitpid(helper, NULL, 0), helper);
    assert_int_equal(f.sink.error_count, 0);
    struct buf text = BUF_INIT;
    assert_int_equal(io_read_file(AT_FDCWD, pids, 0, &text), 0);
    int count = 0;
    for (char *at = text.p; *at; at = strchr(at, '\n') + 1, count++)
        assert_false(is_alive(to_pid(at)));
    assert_int_equal(count, 2);
    buf_free(&text);
    // It stays in force.
    assert_outcome(&f, ENGINE_INTERRUPTED);
    assert_string_equal(buf_z(&f.events), "planned\nstopping\n");
    assert_int_equal(fixture_count_rrefs(&f, "polite"), 0);
    assert_int_equal(fixture_count_rrefs(&f, "stubborn"), 0);
    assert_int_equal(fixture_leftovers(&f), 0);
    fixture_verify(&f);
    fixture_free(&f);
}

static void interrupt_when_last_is_queued(struct fixture *f, const struct engine_event *e)
{
    if (e->kind == ENGINE_QUEUED && str_eqz(e->derivation->name, "last"))
        engine_interrupt(f->workers);
}

// It comes behind the look at the flag and before a wait that nothing else would end: `first` runs
// for ever and has what `last` waits for.
static void an_interrupt_is_not_lost_on_the_way_to_the_wait(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 2);
    const char *runs = make_fifo(&f, "runs");
    const char *never = make_fifo(&f, "never");
    const char *gpu = "{\"resources\": {\"gpu\": 1}}";
    fixture_add(&f, true,
                (struct stage){.config = "\"name\": \"first\"",
                               .sh = arena_printf(&f.arena, "\"echo > %s; cat %s\"", runs, never),
                               .options = gpu});
    fixture_add(&f, false,
                (struct stage){.config = "\"name\": \"x\"",
                               .sh = arena_printf(&f.arena, "\"cat %s\"", runs)});
    fixture_add(&f, true,
                (struct stage){.config = "\"name\": \"last\", \"x\": \"@x\"",
                               .sh = "\"true\"",
                               .options = gpu});
    f.on_event = interrupt_when_last_is_queued;
    assert_outcome(&f, ENGINE_INTERRUPTED);
    assert_int_equal(fixture_count_rrefs(&f, "first"), 0);
    assert_int_equal(fixture_count_rrefs(&f, "last"), 0);
    fixture_free(&f);
}

// ---- the death of the engine, of a worker, of the committer ----

// Runs the plan in a process of its own.
static pid_t realize_elsewhere(struct fixture *f)
{
    pid_t child = fork();
    if (child != 0) return child;
    f->store.session_fd = -1; // the test's session is not the child's
    f->store.session[0] = '\0';
    f->sink = DIAG_SINK_INIT;
    fixture_start_workers(f, 2);
    enum engine_outcome outcome = fixture_realize(f);
    if (outcome != ENGINE_OK) print_message("%s", fixture_diags(f));
    engine_workers_stop(f->workers);
    store_close(&f->store);
    _exit((int)outcome);
}

static void killing_the_engine_leaves_nothing_running(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 0);
    const char *ready = make_fifo(&f, "ready");
    const char *never = make_fifo(&f, "never");
    const char *gate = make_fifo(&f, "gate");
    fixture_add(&f, false,
                (struct stage){.config = "\"name\": \"a\"", .sh = "\"echo done > $out/x\""});
    // A realizer, and a grandchild that left its process group.
    uint32_t b = fixture_add(
        &f, true,
        (struct stage){.config = "\"name\": \"b\", \"a\": \"@a\"",
                       .sh = arena_printf(
                           &f.arena,
                           "\"if test -e %s; then echo again > $out/x; exit 0; fi; "
                           "setsid sh -c 'echo $$ > %s; cat %s' & echo $$ > %s; cat %s\"",
                           arena_printf(&f.arena, "%s/second", f.dir), ready, never, gate, never)});
    assert_int_equal(proc_become_subreaper(), 0);
    pid_t engine = realize_elsewhere(&f);
    pid_t escaped = read_pid(ready);
    pid_t realizer = read_pid(gate);
    int fds[] = {open_pid(escaped), open_pid(realizer)};
    assert_int_equal(kill(engine, SIGKILL), 0);
    assert_int_equal(waitpid(engine, NULL, 0), engine);
    await_death(fds[0]);
    await_death(fds[1]);
    // Its workers, which are ours now, end by themselves.
    while (waitpid(-1, NULL, 0) > 0) continue;
    assert_int_equal(fixture_leftovers(&f), 0);
    fixture_verify(&f);
    assert_int_equal(fixture_count_rrefs(&f, "b"), 0);
    // The next run finishes, building what is missing only.
    assert_int_equal(mkdir(arena_printf(&f.arena, "%s/second", f.dir), 0700), 0);
    fixture_start_workers(&f, 2);
    assert_outcome(&f, ENGINE_OK);
    assert_string_equal(buf_z(&f.events), "planned\nreused a\nstarted b\nbuilt b\n");
    assert_string_equal(fixture_file(&f, b, "x"), "again\n");
    fixture_verify(&f);
    fixture_free(&f);
}

static pid_t parent_of(pid_t pid)
{
    struct buf text = BUF_INIT;
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    assert_int_equal(io_read_file(AT_FDCWD, path, 0, &text), 0);
    long parent = 0;
    assert_int_equal(sscanf(strrchr(buf_z(&text), ')'), ") %*c %ld", &parent), 1);
    buf_free(&text);
    return (pid_t)parent;
}

static void kill_worker_of_started(struct fixture *f, const struct engine_event *e)
{
    if (e->kind != ENGINE_STARTED) return;
    pid_t realizer = read_pid(f->on_event_data);
    assert_int_equal(kill(parent_of(realizer), SIGKILL), 0);
}

static void a_worker_that_dies_fails_its_stage_only(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 1);
    const char *ready = make_fifo(&f, "ready");
    const char *never = make_fifo(&f, "never");
    f.on_event = kill_worker_of_started;
    f.on_event_data = (void *)(uintptr_t)ready;
    fixture_add(
        &f, true,
        (struct stage){.config = "\"name\": \"a\"",
                       .sh = arena_printf(&f.arena, "\"echo $$ > %s; cat %s\"", ready, never)});
    assert_outcome(&f, ENGINE_STORE_FAILED);
    assert_string_equal(f.sink.first->code, "E0816");
    assert_string_equal(buf_z(&f.events), "planned\nstarted a\nfailed a\nstopping\n");
    assert_int_equal(fixture_leftovers(&f), 0);
    // Another took its place.
    f.on_event = NULL;
    plan_free(&f.plan);
    fixture_add(&f, true, (struct stage){.config = "\"name\": \"b\"", .sh = "\"true\""});
    assert_outcome(&f, ENGINE_OK);
    fixture_verify(&f);
    fixture_free(&f);
}

// ---- several engines at once ----

static void two_engines_build_each_stage_once(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 0);
    const char *count = arena_printf(&f.arena, "%s/count", f.dir);
    const char *sh = arena_printf(&f.arena, "\"echo $name >> %s; echo $name > $out/x\"", count);
    for (int i = 0; i < 30; i++) {
        const char *config =
            i < 10 ? arena_printf(&f.arena, "\"name\": \"s%d\"", i)
                   : arena_printf(&f.arena, "\"name\": \"s%d\", \"a\": \"@s%d\", \"b\": \"@s%d\"",
                                  i, i - 10, i % 10 == 9 ? i - 19 : i - 9);
        fixture_add(&f, i >= 20, (struct stage){.config = config, .sh = sh});
    }
    pid_t engines[4];
    for (size_t i = 0; i < LEN(engines); i++) engines[i] = realize_elsewhere(&f);
    for (size_t i = 0; i < LEN(engines); i++) {
        int status;
        assert_int_equal(waitpid(engines[i], &status, 0), engines[i]);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), ENGINE_OK);
    }
    struct buf text = BUF_INIT;
    assert_int_equal(io_read_file(AT_FDCWD, count, 0, &text), 0);
    size_t lines = 0;
    for (size_t i = 0; i < text.len; i++)
        if (text.p[i] == '\n') lines++;
    assert_int_equal(lines, 30);
    buf_free(&text);
    assert_int_equal(fixture_leftovers(&f), 0);
    fixture_verify(&f);
    fixture_free(&f);
}

static void say_waiting(struct fixture *f, const struct engine_event *e)
{
    if (e->kind != ENGINE_WAITING) return;
    int fd = open(f->on_event_data, O_WRONLY);
    char text[32];
    int len = snprintf(text, sizeof text, "%ld\n", e->pid);
    assert_int_equal(write(fd, text, (size_t)len), len);
    close(fd);
}

static void who_waits_says_for_whom(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 0);
    const char *ready = make_fifo(&f, "ready");
    const char *go = make_fifo(&f, "go");
    const char *waiting = make_fifo(&f, "waiting");
    fixture_add(&f, true,
                (struct stage){
                    .config = "\"name\": \"a\"",
                    .sh = arena_printf(&f.arena, "\"echo $$ > %s; cat %s > $out/x\"", ready, go)});
    pid_t first = realize_elsewhere(&f);
    (void)read_pid(ready);
    f.on_event = say_waiting;
    f.on_event_data = (void *)(uintptr_t)waiting;
    pid_t second = realize_elsewhere(&f);
    assert_int_equal(read_pid(waiting), first);
    int fd = open(go, O_WRONLY);
    assert_int_equal(write(fd, "go\n", 3), 3);
    close(fd);
    int status;
    assert_int_equal(waitpid(first, &status, 0), first);
    assert_int_equal(status, 0);
    assert_int_equal(waitpid(second, &status, 0), second);
    assert_int_equal(status, 0);
    assert_int_equal(fixture_count_rrefs(&f, "a"), 1);
    fixture_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_daemon_is_dead_before_the_commit),
        cmocka_unit_test(a_background_job_of_a_failure_is_dead_too),
        cmocka_unit_test(an_interrupt_ends_all_and_publishes_nothing),
        cmocka_unit_test(an_interrupt_is_not_lost_on_the_way_to_the_wait),
        cmocka_unit_test(killing_the_engine_leaves_nothing_running),
        cmocka_unit_test(a_worker_that_dies_fails_its_stage_only),
        cmocka_unit_test(two_engines_build_each_stage_once),
        cmocka_unit_test(who_waits_says_for_whom),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
