#include "engine/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/diag_render.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/vec.h"
#include "engine/job.h"
#include "engine/run.h"
#include "store/commit.h"

#define DEFAULT_GRACE_MS 2000

// ---- in the child ----

// A group of its own keeps the terminal's signals away, and a SIGKILL that is meant for the whole
// of our group: who closes the channel is who ends a worker, so that it can end its realizer first.
static void become_worker(struct engine_workers *w, struct worker *self, const char *name,
                          struct store *store)
{
    setpgid(0, 0);
    prctl(PR_SET_NAME, name);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGXFSZ};
    for (size_t i = 0; i < LEN(signals); i++) sigaction(signals[i], &ignore, NULL);
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigaction(SIGCHLD, &standard, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (unsigned i = 0; i < w->len; i++)
        if (&w->at[i] != self) {
            channel_close(&w->at[i].channel);
            jobserver_close(&w->at[i].jobserver);
        }
    if (self != &w->committer) channel_close(&w->committer.channel);
    close(w->wake_fd);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null >= 0) {
        // Who reads our output through a pipe waits for the command, not for its workers.
        dup2(null, 0);
        dup2(null, 1);
        if (null > 2) close(null);
    }
    // The parent's session stays the parent's; this process begins its own when it writes.
    *store = *w->store;
    if (store->session_fd >= 0) close(store->session_fd);
    store->session_fd = -1;
    store->session[0] = '\0';
}

NORETURN static void run_worker(struct engine_workers *w, struct worker *self)
{
    struct store store;
    become_worker(w, self, "plxc-worker", &store);
    if (proc_become_subreaper() < 0) BUG("prctl(PR_SET_CHILD_SUBREAPER)");
    struct job_host host = {.store = &store,
                            .engine = &self->channel,
                            .hasher = hasher_new(HASH_SHA256),
                            .python = w->python,
                            .grace_ms = w->grace_ms,
                            .jobserver = &self->jobserver,
                            .folder = JOB_FOLDER_INIT};
    json_t *message;
    while (channel_receive(&self->channel, true, &message) == CHANNEL_MESSAGE) {
        // A cancellation that crossed the result is late.
        if (!json_object_get(message, "cancel"))
            channel_tell(&self->channel, job_run(&host, message));
        json_decref(message);
    }
    job_folder_remove(&host.folder);
    if (host.python_dir) store_tmp_remove(&store, path_base(host.python_dir).p);
    store_close(&store);
    _exit(0);
}

static struct commit *read_commits(const json_t *items, struct arena *arena, size_t *count)
{
    size_t i;
    size_t k;
    json_t *item;
    json_t *c;
    *count = 0;
    json_array_foreach(items, i, item) *count += json_array_size(item);
    struct commit *at = ARENA_ARRAY(arena, struct commit, *count);
    size_t next = 0;
    json_array_foreach(items, i, item)
    {
        json_array_foreach(item, k, c)
        {
            const char *rref = json_string_value(json_object_get(c, "rref"));
            if (rref_parse(str_from(rref), &at[next].rref) != REF_OK) BUG("rref %s", rref);
            at[next].entries = (uint64_t)json_integer_value(json_object_get(c, "entries"));
            at[next++].out = json_string_value(json_object_get(c, "out"));
        }
    }
    return at;
}

static json_t *diags_json(const struct diag_sink *sink)
{
    json_t *diags = json_array();
    for (const struct diag *d = sink->first; d; d = d->next)
        json_array_append_new(diags, diag_to_json(d));
    return diags;
}

static void publish(struct store *store, struct channel *channel, const json_t *items)
{
    struct arena arena = ARENA_INIT;
    struct diag_sink sink = DIAG_SINK_INIT;
    size_t count;
    struct commit *commits = read_commits(items, &arena, &count);
    // What failed is told apart by `published`.
    if (store_writable(store, &sink)) {
        bool ignored = commit_publish(store, commits, count, &sink);
        (void)ignored;
    } else {
        for (size_t i = 0; i < count; i++) commit_discard(store, &commits[i]);
    }
    json_t *published = json_array();
    size_t next = 0;
    size_t i;
    json_t *item;
    json_array_foreach(items, i, item)
    {
        size_t n = json_array_size(item);
        bool all = true;
        for (size_t k = 0; k < n; k++)
            if (!commits[next++].published) all = false;
        json_array_append_new(published, json_boolean(all));
    }
    channel_tell(channel,
                 json_pack("{s:o, s:o}", "diags", diags_json(&sink), "published", published));
    diag_sink_free(&sink);
    arena_free(&arena);
}

NORETURN static void run_committer(struct engine_workers *w, struct worker *self)
{
    struct store store;
    become_worker(w, self, "plxc-committer", &store);
    // When the engine dies its locks go. Who waited for one matches, finds nothing and builds; what
    // was published only then would be a second realization.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    json_t *message;
    while (channel_receive(&self->channel, true, &message) == CHANNEL_MESSAGE) {
        const json_t *items = json_object_get(message, "publish");
        if (items) {
            publish(&store, &self->channel, items);
        } else if (json_object_get(message, "sync")) {
            struct diag_sink sink = DIAG_SINK_INIT;
            bool ok = store_sync(&store, &sink);
            channel_tell(&self->channel,
                         json_pack("{s:o, s:[b]}", "diags", diags_json(&sink), "published", ok));
            diag_sink_free(&sink);
        }
        json_decref(message);
    }
    store_close(&store);
    _exit(0);
}

// ---- in the parent ----

int worker_start(struct engine_workers *w, struct worker *worker)
{
    int fds[2];
    *worker = (struct worker){.channel = CHANNEL_INIT, .jobserver = JOBSERVER_PIPE_NONE, .all = w};
    int rc = channel_pair(fds);
    if (rc < 0) return rc;
    if (worker != &w->committer) worker->jobserver = jobserver_open();
    pid_t pid = fork();
    if (pid == 0) {
        close(fds[0]);
        worker->channel.fd = fds[1];
        jobserver_keep_realizers(&worker->jobserver);
        if (worker == &w->committer) run_committer(w, worker);
        run_worker(w, worker);
    }
    int error = errno;
    close(fds[1]);
    jobserver_keep_engines(&worker->jobserver);
    if (pid < 0) {
        close(fds[0]);
        jobserver_close(&worker->jobserver);
        return -error;
    }
    worker->pid = pid;
    worker->channel.fd = fds[0];
    return 0;
}

int worker_give(struct worker *worker, uint32_t node, json_t *job)
{
    worker->busy = true;
    worker->cancelled = false;
    worker->node = node;
    worker->realizer = 0;
    return channel_send(&worker->channel, job);
}

void worker_cancel(struct worker *worker)
{
    if (worker->cancelled) return;
    worker->cancelled = true;
    channel_tell(&worker->channel, json_pack("{s:b}", "cancel", 1));
}

// What a realizer detached from itself outlives the worker that it killed, and comes here.
static void end_orphans(const struct engine_workers *w)
{
    VEC(pid_t) alive = {0};
    for (unsigned i = 0; i < w->len; i++)
        if (w->at[i].pid > 0) vec_push(&alive, w->at[i].pid);
    if (w->committer.pid > 0) vec_push(&alive, w->committer.pid);
    // What cannot be killed waits for the system, which nobody here can hurry.
    int ignored = proc_kill_others(alive.at, alive.len, RUN_KILL_TIMEOUT_MS);
    (void)ignored;
    vec_free(&alive);
}

int worker_bury(struct worker *worker)
{
    int status = 0;
    const struct engine_workers *all = worker->all;
    if (worker->pid > 0) {
        kill(worker->pid, SIGKILL);
        while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR) continue;
    }
    // Its realizer got SIGKILL when it died; here goes what that had started in its group.
    if (worker->realizer > 0) kill(-worker->realizer, SIGKILL);
    channel_close(&worker->channel);
    jobserver_close(&worker->jobserver);
    *worker = (struct worker){.channel = CHANNEL_INIT, .jobserver = JOBSERVER_PIPE_NONE};
    if (all && all->subreaper) end_orphans(all);
    return status;
}

struct engine_workers *engine_workers_start(const struct store *store,
                                            const struct engine_workers_options *options,
                                            struct diag_sink *sink)
{
    struct engine_workers *w = bug_malloc(sizeof *w);
    unsigned jobs = options->jobs ? options->jobs : 1;
    *w = (struct engine_workers){
        .store = store,
        .python = options->python,
        .grace_ms = options->kill_grace_ms ? options->kill_grace_ms : DEFAULT_GRACE_MS,
        .at = bug_malloc(jobs * sizeof *w->at),
        .committer = {.channel = CHANNEL_INIT, .jobserver = JOBSERVER_PIPE_NONE},
        .wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    // Orphans of other children would be taken for those of a worker.
    w->subreaper = options->alone && proc_is_childless() && proc_become_subreaper() == 0;
    int rc = w->wake_fd < 0 ? -errno : worker_start(w, &w->committer);
    for (unsigned i = 0; i < jobs && rc == 0; i++) {
        w->len = i; // a child closes the channels of those before it
        rc = worker_start(w, &w->at[i]);
        if (rc == 0) w->len = i + 1;
    }
    if (rc == 0) return w;
    struct diag *d = store_fail(sink, "E0816", rc, "cannot start %u worker processes", jobs);
    if (rc == -EMFILE)
        diag_help(d, "use a smaller -j, or allow more open files: `ulimit -n`");
    else if (rc == -EAGAIN)
        diag_help(d, "use a smaller -j, or allow more processes: `ulimit -u`");
    engine_workers_stop(w);
    return NULL;
}

// Its channel is closed: waits until it has ended its realizer and itself.
static void await_end(struct worker *worker, unsigned grace_ms)
{
    if (worker->pid <= 0) return;
    channel_close(&worker->channel);
    proc_await(worker->pid, (int)grace_ms + RUN_KILL_TIMEOUT_MS + 1000);
    (void)worker_bury(worker);
}

void engine_workers_stop(struct engine_workers *w)
{
    if (!w) return;
    for (unsigned i = 0; i < w->len; i++) channel_close(&w->at[i].channel);
    for (unsigned i = 0; i < w->len; i++) await_end(&w->at[i], w->grace_ms);
    await_end(&w->committer, w->grace_ms);
    if (w->subreaper) proc_end_subreaper();
    if (w->wake_fd >= 0) close(w->wake_fd);
    free(w->at);
    free(w);
}

void engine_interrupt(struct engine_workers *w)
{
    int error = errno;
    w->interrupted = 1;
    uint64_t one = 1;
    ssize_t ignored = write(w->wake_fd, &one, sizeof one);
    (void)ignored;
    errno = error;
}
