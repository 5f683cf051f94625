#include "store/lock.h"

#include "store_fixture.h"

#define DREF      STR("dref:0123456789abcdef0123456789abcdef-a")
#define FILE_NAME "0123456789abcdef0123456789abcdef-a.lock"

// A process that takes a lock, says so through a pipe and holds it until it is told to end.
struct holder {
    pid_t pid;
    int to_end;
};

static struct holder start_holder(struct fixture *f,
                                  bool (*take)(struct fixture *f, struct store *s))
{
    int ready[2], end[2];
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(end), 0);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        struct store s;
        close(end[1]);
        if (!store_open(&s, &f->paths, STORE_NO_FSYNC, &f->sink) || !take(f, &s)) _exit(2);
        char c = 'r';
        if (write(ready[1], &c, 1) != 1 || read(end[0], &c, 1) < 0) _exit(3);
        _exit(0); // without releasing: as after kill -9
    }
    close(end[0]);
    close(ready[1]);
    char c;
    assert_int_equal(read(ready[0], &c, 1), 1);
    close(ready[0]);
    return (struct holder){pid, end[1]};
}

static void end_holder(struct holder h)
{
    int status;
    close(h.to_end);
    assert_int_equal(waitpid(h.pid, &status, 0), h.pid);
    assert_int_equal(status, 0);
}

static bool take_dref(struct fixture *f, struct store *s)
{
    struct lock l;
    return lock_try(s, DREF, &l, NULL, &f->sink) == LOCK_TAKEN;
}

static void test_two_processes(void **state)
{
    struct fixture *f = *state;
    struct holder h = start_holder(f, take_dref);
    struct lock l;
    pid_t pid = 0;
    assert_int_equal(lock_try(&f->store, DREF, &l, &pid, &f->sink), LOCK_BUSY);
    assert_int_equal(pid, h.pid);
    assert_int_equal(l.fd, -1);
    lock_release(&f->store, &l); // not held: nothing happens
    end_holder(h);
    // Dead processes hold nothing, though their file is still there.
    assert_int_equal(faccessat(f->store.locks_fd, FILE_NAME, F_OK, 0), 0);
    assert_int_equal(lock_wait(&f->store, DREF, &l, &f->sink), LOCK_TAKEN);
    lock_release(&f->store, &l);
    assert_int_equal(l.fd, -1);
    assert_int_equal(faccessat(f->store.locks_fd, FILE_NAME, F_OK, 0), -1);
}

static void test_wait_is_woken(void **state)
{
    struct fixture *f = *state;
    struct holder h = start_holder(f, take_dref);
    fflush(NULL);
    pid_t ender = fork();
    if (ender == 0) {
        close(h.to_end);
        _exit(0);
    }
    close(h.to_end);
    struct lock l;
    assert_int_equal(lock_wait(&f->store, DREF, &l, &f->sink), LOCK_TAKEN);
    lock_release(&f->store, &l);
    int status;
    assert_int_equal(waitpid(h.pid, &status, 0), h.pid);
    assert_int_equal(waitpid(ender, &status, 0), ender);
}

static volatile sig_atomic_t signalled;

static void on_alarm(int signal)
{
    (void)signal;
    signalled = 1;
}

static void test_signal_ends_waiting(void **state)
{
    struct fixture *f = *state;
    struct holder h = start_holder(f, take_dref);
    struct sigaction action = {.sa_handler = on_alarm}, before;
    assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
    struct lock l;
    // Again and again, since the first may come before the wait begins.
    ualarm(20000, 20000);
    assert_int_equal(lock_wait(&f->store, DREF, &l, &f->sink), LOCK_BUSY);
    ualarm(0, 0);
    assert_int_equal(signalled, 1);
    assert_int_equal(sigaction(SIGALRM, &before, NULL), 0);
    end_holder(h);
}

// Many processes count in one file under the lock. Files that are unlinked on release must not let
// two in.
static void test_exclusion(void **state)
{
    struct fixture *f = *state;
    char *counter = in_dir(f, "counter");
    make_file(counter, "0");
    pid_t children[6];
    fflush(NULL);
    for (size_t i = 0; i < LEN(children); i++) {
        children[i] = fork();
        if (children[i]) continue;
        struct store s;
        if (!store_open(&s, &f->paths, STORE_NO_FSYNC, &f->sink)) _exit(2);
        for (int n = 0; n < 100; n++) {
            struct lock l;
            if (lock_wait(&s, DREF, &l, &f->sink) != LOCK_TAKEN) _exit(3);
            long value = strtol(slurp(f, counter).p, NULL, 10);
            FILE *file = fopen(counter, "w");
            fprintf(file, "%ld", value + 1);
            fclose(file);
            lock_release(&s, &l);
        }
        _exit(0);
    }
    for (size_t i = 0; i < LEN(children); i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    assert_str(slurp(f, counter), "600");
}

static bool take_gc_shared(struct fixture *f, struct store *s)
{
    struct lock l;
    return lock_gc(s, false, &l, &f->sink);
}

static void test_gc_lock(void **state)
{
    struct fixture *f = *state;
    struct holder h = start_holder(f, take_gc_shared);
    struct lock l;
    assert_true(lock_gc(&f->store, false, &l, &f->sink)); // shared by many
    lock_release(&f->store, &l);
    end_holder(h);
    assert_true(lock_gc(&f->store, true, &l, &f->sink));
    lock_release(&f->store, &l);
    // It stays, since others may wait for it.
    assert_int_equal(faccessat(f->store.locks_fd, "gc.lock", F_OK, 0), 0);
}

static void test_failures(void **state)
{
    struct fixture *f = *state;
    struct lock l;
    assert_int_equal(symlinkat(in_dir(f, "victim"), f->store.locks_fd, FILE_NAME), 0);
    assert_int_equal(lock_try(&f->store, DREF, &l, NULL, &f->sink), LOCK_FAILED);
    expect(f, "E0722", "cannot open the lock file");
    reopen_store(f, STORE_READ_ONLY);
    assert_int_equal(lock_try(&f->store, DREF, &l, NULL, &f->sink), LOCK_FAILED);
    expect(f, "E0708", "is read-only");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_two_processes),
        STORE_TEST(test_wait_is_woken),
        STORE_TEST(test_signal_ends_waiting),
        STORE_TEST(test_exclusion),
        STORE_TEST(test_gc_lock),
        STORE_TEST(test_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
