// The steps are those of store.md, "What a realizer gets" and "Commit".
#include "engine/job.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag_render.h"
#include "base/io.h"
#include "base/json.h"
#include "base/path.h"
#include "base/vec.h"
#include "engine/environment.h"
#include "engine/failure.h"
#include "engine/job_folder.h"
#include "engine/realizer_builtin.h"
#include "engine/resolve.h"
#include "engine/run.h"
#include "store/commit.h"
#include "store/config.h"
#include "store/store.h"

// Below tmp/, shared by all processes; partial downloads stay there to be resumed.
#define DOWNLOADS "downloads"
// A memo of contexts this large is dropped, so that a worker stays small.
#define MEMO_BYTES ((size_t)64 << 20)

enum job_status {
    JOB_PREPARED,
    JOB_REALIZER_FAILED,
    JOB_STORE_FAILED,
    JOB_CANCELLED,
    JOB_PAUSED,
};

struct job {
    struct job_host *host;
    const json_t *message;
    const json_t *realizer;
    const json_t *options;
    const char *kind;
    struct arena arena;
    struct diag_sink sink;
    struct config config;
    json_t *config_json;
    struct context context;
    struct resolver resolver;
    struct job_folder *folder; // the host's
    struct failure_place place;
    struct environment environment;
    double timeout, silent_timeout; // seconds; 0: none
    bool keep_failed;
    const char *pause;   // the folder's name; null: the realizer is run
    int64_t start_ns;    // since the epoch
    int64_t duration_ns; // of the realizer
    struct proc_end end;
    struct commit *commits;
    size_t commit_count;
    struct buf log_head; // what plx itself has to say
    // By output: its hash, of those that a built-in realizer hashed while it filled them.
    const char **hashes;
};

static struct str text_field(const json_t *object, const char *key)
{
    const json_t *s = json_object_get(object, key);
    return (struct str){json_string_value(s), json_string_length(s)};
}

static double number_option(const struct job *j, const char *key, double fallback)
{
    const json_t *n = json_object_get(j->options, key);
    return json_is_number(n) ? json_number_value(n) : fallback;
}

// ---- reading the job ----

static void read_context(struct job *j)
{
    const json_t *object = json_object_get(j->message, "context");
    size_t count = json_object_size(object);
    struct context_entry *entries = ARENA_ARRAY(&j->arena, struct context_entry, count);
    size_t at = 0;
    const char *dref;
    json_t *list;
    json_object_foreach((json_t *)object, dref, list)
    {
        struct context_entry *e = &entries[at++];
        e->dref = str_from(dref);
        e->count = json_array_size(list);
        e->rrefs = ARENA_ARRAY(&j->arena, struct str, e->count);
        for (size_t i = 0; i < e->count; i++)
            e->rrefs[i] = str_from(json_string_value(json_array_get(list, i)));
    }
    j->context = context_make(entries, count);
}

static bool read_job(struct job *j)
{
    const json_t *m = j->message;
    const json_t *span = json_object_get(m, "span");
    j->place.span = (struct span){(uint32_t)json_integer_value(json_array_get(span, 0)),
                                  (uint32_t)json_integer_value(json_array_get(span, 1)),
                                  (uint32_t)json_integer_value(json_array_get(span, 2))};
    j->place.place = json_string_value(json_object_get(m, "place"));
    j->realizer = json_object_get(m, "realizer");
    j->options = json_object_get(m, "options");
    j->kind = json_string_value(json_object_get(j->realizer, "kind"));
    j->timeout = json_number_value(json_object_get(m, "timeout"));
    j->silent_timeout = json_number_value(json_object_get(m, "silent_timeout"));
    j->keep_failed = json_is_true(json_object_get(m, "keep_failed"));
    j->pause = json_string_value(json_object_get(m, "pause"));
    if (!config_scan(&j->config, &j->arena, j->host->hasher, text_field(m, "config"), j->place.span,
                     &j->sink))
        return false;
    struct json_problem problem;
    j->config_json = json_parse(j->config.text, &problem);
    if (!j->config_json) BUG("a canonical config that is no JSON");
    j->place.name = arena_str(&j->arena, j->config.name).p;
    j->place.dref = j->config.dref.p;
    read_context(j);
    return true;
}

// ---- files and environment ----

// A log that cannot be written is no reason to fail.
static void write_log(const struct job *j, struct str text)
{
    int ignored = io_write_all(j->folder->log_fd, text.p, text.len);
    (void)ignored;
}

static bool write_context(struct job *j)
{
    struct context all = j->context;
    if (json_is_true(json_object_get(j->message, "complete"))) {
        if (arena_used(&j->host->memo.arena) > MEMO_BYTES) {
            context_memo_free(&j->host->memo);
            j->host->memo = CONTEXT_MEMO_INIT;
        }
        if (!context_complete(&j->host->memo, j->host->store, &j->context, &j->arena, &all,
                              &j->sink))
            return false;
    } else if (j->context.len > 0) {
        buf_addz(&j->log_head,
                 "plx: too many dependencies for PLX_CONTEXT: it holds the direct ones only\n");
    }
    struct buf text = BUF_INIT;
    context_write(&all, &text);
    bool ok = job_folder_write(j->folder, "context.json", buf_str(&text), &j->sink);
    buf_free(&text);
    return ok;
}

static bool write_config(struct job *j)
{
    json_t *resolved = resolve_json(&j->resolver, j->config_json, "the stage");
    if (!resolved) return false;
    struct buf text = BUF_INIT;
    json_canonical(&text, resolved);
    json_decref(resolved);
    bool ok = job_folder_write(j->folder, "config.json", buf_str(&text), &j->sink);
    buf_free(&text);
    return ok;
}

static bool write_python(struct job *j, const char *dir)
{
    char *file = path_join(&j->arena, dir, "plx.py");
    int rc = io_write_new(AT_FDCWD, file, str_from(j->host->python), 0644, false);
    if (rc < 0) store_fail(&j->sink, "E0819", rc, "cannot write %s", file);
    return rc == 0;
}

// A paused job outlives its worker, so it has a folder with plx.py of its own.
static const char *own_python_path(struct job *j)
{
    char *dir = job_folder_path(j->folder, "python");
    if (mkdir(dir, 0755) == 0) return write_python(j, dir) ? dir : NULL;
    store_fail(&j->sink, "E0819", errno, "cannot make %s", dir);
    return NULL;
}

// The folder with plx.py is made once for each worker.
static const char *python_path(struct job *j)
{
    struct job_host *host = j->host;
    if (!host->python || !json_is_true(json_object_get(j->realizer, "python"))) return NULL;
    if (j->pause) return own_python_path(j);
    if (!host->python_dir) {
        char name[STORE_TMP_SIZE];
        if (!store_tmp_new(host->store, "python", name, &j->sink)) return NULL;
        char *dir = path_join(&j->arena, host->store->tmp, name);
        if (!write_python(j, dir)) {
            store_tmp_remove(host->store, name);
            return NULL;
        }
        host->python_dir = bug_strdup(dir);
    }
    return host->python_dir;
}

static bool prepare(struct job *j)
{
    unsigned outputs = (unsigned)number_option(j, "outputs", 0);
    const json_t *own = json_object_get(j->realizer, "outputs");
    if (outputs == 0) outputs = json_is_integer(own) ? (unsigned)json_integer_value(own) : 1;
    const char *keep = j->pause;
    if (!keep && j->keep_failed) keep = arena_printf(&j->arena, "kept-%.32s-XXXXXX", j->place.name);
    if (!job_folder_begin(j->folder, j->host->store, &j->arena, outputs, keep, &j->sink))
        return false;
    j->place.log_fd = &j->folder->log_fd;
    j->resolver = (struct resolver){.arena = &j->arena,
                                    .store = j->host->store,
                                    .context = &j->context,
                                    .out = j->folder->outs[0],
                                    .span = j->place.span,
                                    .sink = &j->sink};
    if (!write_context(j) || !write_config(j)) return false;
    struct str args = text_field(j->message, "args");
    if (!job_folder_write(j->folder, "args.json", args, &j->sink)) return false;
    const char *python = python_path(j);
    if (diag_has_errors(&j->sink)) return false;
    struct environment_request request = {
        .resolver = &j->resolver,
        .config = j->config_json,
        .passenv = json_object_get(j->options, "passenv"),
        .outs = j->folder->outs,
        .out_count = j->folder->out_count,
        .tmp = j->folder->build,
        .config_file = job_folder_path(j->folder, "config.json"),
        .context_file = job_folder_path(j->folder, "context.json"),
        .args_file = job_folder_path(j->folder, "args.json"),
        .dref = j->config.dref.p,
        .python_path = python,
        .cores = (unsigned)json_integer_value(json_object_get(j->message, "cores")),
        // Nobody serves who works there by hand.
        .jobs = j->pause || j->host->jobserver->read_fd < 0
                    ? 0
                    : (unsigned)json_integer_value(json_object_get(j->message, "cpus")),
    };
    if (!environment_make(&j->environment, &request, &j->log_head)) return false;
    write_log(j, buf_str(&j->log_head));
    return true;
}

// ---- the command ----

struct argv {
    const char **at;
    size_t len;
    size_t cap;
};

static bool add_args(struct job *j, struct argv *argv, const json_t *list, const char *what)
{
    size_t i;
    const json_t *arg;
    json_array_foreach(list, i, arg)
    {
        char *text = resolve_text_dup(&j->resolver, arg, what);
        if (!text) return false;
        vec_push(argv, text);
    }
    return true;
}

// The script's file: one of a stage, or the text written beside the build directory.
static const char *script_file(struct job *j)
{
    const json_t *file = json_object_get(j->realizer, "file");
    if (file) return resolve_text_dup(&j->resolver, file, "the script");
    struct buf text = BUF_INIT;
    const char *result = NULL;
    if (resolve_text(&j->resolver, json_object_get(j->realizer, "text"), "the script", &text)) {
        if (job_folder_write(j->folder, JOB_FOLDER_SCRIPT, buf_str(&text), &j->sink))
            result = job_folder_path(j->folder, JOB_FOLDER_SCRIPT);
    }
    buf_free(&text);
    return result;
}

static bool make_argv(struct job *j, struct argv *argv)
{
    bool ok;
    if (strcmp(j->kind, "exec") == 0) {
        ok = add_args(j, argv, json_object_get(j->realizer, "args"), "the command");
    } else {
        const char *file = NULL;
        ok = add_args(j, argv, json_object_get(j->realizer, "interpreter"), "the interpreter") &&
             (file = script_file(j)) != NULL;
        if (ok) vec_push(argv, file);
    }
    if (ok && (argv->len == 0 || !argv->at[0][0])) {
        struct diag *d = diag_error(&j->sink, j->place.span, "E0813",
                                    "the realizer of `%s` names no program", j->place.name);
        diag_primary(d, "this stage");
        ok = false;
    }
    vec_push(argv, NULL);
    return ok;
}

static bool start_program(struct job *j, struct run *run)
{
    struct argv argv = {0};
    bool ok = make_argv(j, &argv);
    if (ok) {
        struct proc_spec spec = {
            .argv = argv.at,
            .envp = (const char *const *)j->environment.at,
            .cwd = j->folder->build,
            .output = j->folder->log_fd,
            .pass = {j->host->jobserver->read_fd, j->host->jobserver->write_fd},
            .pass_as = JOBSERVER_READ_FD};
        int error;
        enum proc_step step = proc_spawn(&spec, &run->pid, &error);
        ok = step == PROC_STARTED;
        if (step == PROC_NO_EXEC)
            failure_not_started(&j->sink, &j->place, argv.at[0], error);
        else if (!ok)
            store_fail(&j->sink, "E0819", error, "cannot start a process for `%s`", j->place.name);
    }
    vec_free(&argv);
    return ok;
}

// ---- built-in realizers ----

struct builtin_call {
    struct job *job;
    struct channel channel;
};

static void report_progress(void *ctx, int64_t done, int64_t total)
{
    struct builtin_call *c = ctx;
    channel_tell(&c->channel, json_pack("{s:s, s:I, s:I}", "event", "progress", "done",
                                        (json_int_t)done, "total", (json_int_t)total));
}

// In the child.
static int run_builtin(void *ctx)
{
    struct builtin_call *c = ctx;
    struct job *j = c->job;
    bool ok = true;
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGXFSZ, &ignore, NULL); // writing says so, too
    struct buf context = BUF_INIT;
    context_write(&j->context, &context);
    for (size_t i = 0; i < j->folder->out_count && ok; i++) {
        char hash[HASH_HEX_SIZE] = "";
        j->resolver.out = j->folder->outs[i];
        struct builtin_realizer b = {
            .realizer = j->realizer,
            .resolver = &j->resolver,
            .name = j->place.name,
            .out = j->folder->outs[i],
            .tmp = j->folder->build,
            .partial_dir = path_join(&j->arena, j->host->store->tmp, DOWNLOADS),
            .log_fd = 1,
            .progress = report_progress,
            .progress_ctx = c,
            .context = buf_str(&context),
            .sync = j->host->store->sync,
            .hash = hash,
        };
        ok = builtin_realizer_run(&b);
        if (ok && hash[0])
            channel_tell(&c->channel, json_pack("{s:s, s:s, s:I}", "event", "hash", "hash", hash,
                                                "output", (json_int_t)i));
    }
    buf_free(&context);
    for (const struct diag *d = j->sink.first; d; d = d->next)
        channel_tell(&c->channel,
                     json_pack("{s:s, s:o}", "event", "diag", "diag", diag_to_json(d)));
    return ok ? 0 : 1;
}

static bool start_builtin(struct job *j, struct run *run)
{
    int fds[2];
    int rc = channel_pair(fds);
    if (rc == 0) {
        struct builtin_call call = {.job = j, .channel = {.fd = fds[1]}};
        rc = proc_fork(run_builtin, &call, j->folder->build, j->folder->log_fd, fds[1], &run->pid);
        close(fds[1]);
        if (rc == 0)
            run->child->fd = fds[0];
        else
            close(fds[0]);
    }
    if (rc < 0) store_fail(&j->sink, "E0819", rc, "cannot start a process for `%s`", j->place.name);
    return rc == 0;
}

static bool on_child_message(void *ctx, json_t *message)
{
    struct job *j = ctx;
    const json_t *diag = json_object_get(message, "diag");
    if (diag) return diag_from_json(&j->sink, diag);
    const char *hash = json_string_value(json_object_get(message, "hash"));
    if (hash) {
        j->hashes[json_integer_value(json_object_get(message, "output"))] =
            arena_strdup(&j->arena, hash);
        return true;
    }
    // Progress goes on to the engine; if that is gone, the wait ends by itself.
    channel_tell(j->host->engine, json_incref(message));
    return true;
}

// ---- running ----

static enum job_status judge(struct job *j, const struct run *run, enum run_end why)
{
    if (run->end.killed > 0) {
        struct buf line = BUF_INIT;
        buf_printf(&line, "plx: ended %zu process%s that the realizer left behind\n",
                   run->end.killed, run->end.killed == 1 ? "" : "es");
        write_log(j, buf_str(&line));
        buf_free(&line);
    }
    switch (why) {
    case RUN_CANCELLED: return JOB_CANCELLED;
    case RUN_LOST:
        store_fail(&j->sink, "E0819", run->error, "cannot end the processes of `%s`",
                   j->place.name);
        return JOB_STORE_FAILED;
    case RUN_TIMED_OUT: failure_timed_out(&j->sink, &j->place, j->timeout); break;
    case RUN_SILENT: failure_silent(&j->sink, &j->place, j->silent_timeout); break;
    case RUN_ENDED:
        if (run->end.status == 0) return JOB_PREPARED;
        // A built-in realizer that says what is wrong needs no exit status.
        if (!diag_has_errors(&j->sink)) failure_ended(&j->sink, &j->place, run->end.status);
        break;
    }
    return JOB_REALIZER_FAILED;
}

// Could a shell export a variable of this name? Those of `passenv` are whatever the user's
// environment has.
static bool is_shell_name(const char *line, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = line[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && !(i > 0 && c >= '0' && c <= '9')) return false;
    }
    return len > 0;
}

// For who works in the build directory by hand: `. env.sh` gives what the realizer has.
static bool write_environment(struct job *j, struct diag_sink *sink)
{
    struct buf text = BUF_INIT;
    for (size_t i = 0; i < j->environment.len; i++) {
        const char *line = j->environment.at[i];
        size_t name = strcspn(line, "=");
        // There is no jobserver where the build directory is worked in by hand.
        if (!is_shell_name(line, name) || strncmp(line, "MAKEFLAGS=", name + 1) == 0) continue;
        buf_printf(&text, "export %.*s=", (int)name, line);
        resolve_shell_quote(&text, str_from(line + name + 1));
        buf_addc(&text, '\n');
    }
    buf_printf(&text, "cd ");
    resolve_shell_quote(&text, str_from(j->folder->build));
    buf_addc(&text, '\n');
    bool ok = job_folder_write(j->folder, JOB_FOLDER_ENVIRONMENT, buf_str(&text), sink);
    buf_free(&text);
    return ok;
}

static enum job_status run_realizer(struct job *j)
{
    struct channel child = CHANNEL_INIT;
    bool builtin = builtin_realizer_known(j->kind);
    struct run run = {.engine = j->host->engine,
                      .child = builtin ? &child : NULL,
                      .on_message = on_child_message,
                      .ctx = j,
                      .timeout = j->timeout,
                      .log_fd = j->folder->log_fd,
                      .silent_timeout = j->silent_timeout,
                      .grace_ms = j->host->grace_ms};
    j->hashes = ARENA_ARRAY(&j->arena, const char *, j->folder->out_count);
    j->start_ns = io_now_ns();
    int64_t begin = io_monotonic_ns();
    if (!(builtin ? start_builtin(j, &run) : start_program(j, &run))) return JOB_REALIZER_FAILED;
    channel_tell(j->host->engine, json_pack("{s:s, s:s, s:i}", "event", "started", "log",
                                            j->folder->log, "pid", (int)run.pid));
    j->place.log_file = arena_printf(&j->arena, "%s/log/%s.log", j->host->store->root,
                                     j->config.dref.p + strlen("dref:"));
    if (j->keep_failed) {
        j->place.kept = j->folder->dir;
        struct diag_sink ignored = DIAG_SINK_INIT; // it is only a help
        if (!write_environment(j, &ignored)) diag_sink_free(&ignored);
    }
    enum run_end why = run_wait(&run);
    channel_close(&child);
    // A log that the realizer put away or replaced is not kept: what has its name is something
    // else.
    if (!job_folder_has_log(j->folder)) j->place.log_file = NULL;
    j->duration_ns = io_monotonic_ns() - begin;
    j->end = run.end;
    return judge(j, &run, why);
}

// ---- pausing ----

static bool is_system_fault(const struct diag *d)
{
    return strncmp(d->code, "E07", 3) == 0 || strcmp(d->code, "E0819") == 0;
}

// Of a job that failed before its realizer ran.
static enum job_status failure_of(const struct job *j)
{
    for (const struct diag *d = j->sink.first; d; d = d->next)
        if (d->severity == DIAG_ERROR && is_system_fault(d)) return JOB_STORE_FAILED;
    return JOB_REALIZER_FAILED;
}

// What the realizer would run, as a script for who wants to run it by hand. A built-in one has no
// command.
static bool write_command(struct job *j)
{
    if (builtin_realizer_known(j->kind)) return true;
    struct argv argv = {0};
    struct buf text = BUF_INIT;
    bool ok = make_argv(j, &argv);
    buf_addz(&text, "exec");
    for (size_t i = 0; ok && argv.at[i]; i++) {
        buf_addc(&text, ' ');
        resolve_shell_quote(&text, str_from(argv.at[i]));
    }
    buf_addc(&text, '\n');
    ok = ok && job_folder_write(j->folder, JOB_FOLDER_COMMAND, buf_str(&text), &j->sink);
    buf_free(&text);
    vec_free(&argv);
    return ok;
}

static enum job_status pause_here(struct job *j)
{
    write_log(j, STR("plx: paused before the realizer ran; what follows was made by hand\n"));
    return write_environment(j, &j->sink) && write_command(j) ? JOB_PAUSED : failure_of(j);
}

// ---- committing ----

static int64_t microseconds(struct timeval t)
{
    return (int64_t)t.tv_sec * 1000000 + t.tv_usec;
}

static void make_meta(const struct job *j, struct buf *out)
{
    json_t *meta = json_pack(
        "{s:O, s:I, s:I, s:s, s:I, s:I, s:s}", "attempt", json_object_get(j->message, "attempt"),
        "duration_ns", (json_int_t)j->duration_ns, "max_rss_kb", (json_int_t)j->end.usage.ru_maxrss,
        "realizer", j->kind, "system_us", (json_int_t)microseconds(j->end.usage.ru_stime),
        "user_us", (json_int_t)microseconds(j->end.usage.ru_utime), "version", PLX_VERSION);
    if (!meta) BUG("json_pack");
    json_canonical(out, meta);
    json_decref(meta);
}

// Errors of the outputs are the realizer's, others are the store's.
static bool is_outputs_fault(const struct diag *d)
{
    static const char *const codes[] = {"E0714", "E0715", "E0716", "E0723"};
    for (size_t i = 0; i < LEN(codes); i++)
        if (strcmp(d->code, codes[i]) == 0) return true;
    return false;
}

static enum job_status commit_output(struct job *j, size_t i, struct str meta)
{
    const json_t *check = json_object_get(j->options, "check_promises");
    struct commit_request request = {.dref = j->config.dref,
                                     .context = &j->context,
                                     .promises = j->config.promises,
                                     .promise_count = j->config.promise_count,
                                     .check_promises = !json_is_false(check),
                                     .out = j->folder->out_names[i],
                                     .start_ns = j->start_ns,
                                     .meta = meta,
                                     .log = job_folder_has_log(j->folder) ? j->folder->log : NULL,
                                     .hash = j->hashes[i]};
    const struct diag *before = j->sink.last;
    struct commit *c = &j->commits[i];
    if (commit_prepare(j->host->store, &request, j->host->hasher, &j->arena, c, &j->sink)) {
        c->out = job_folder_hand_out(j->folder, i, &j->sink);
        return c->out ? JOB_PREPARED : JOB_STORE_FAILED;
    }
    for (const struct diag *d = before ? before->next : j->sink.first; d; d = d->next)
        if (d->severity == DIAG_ERROR && !is_outputs_fault(d)) return JOB_STORE_FAILED;
    return JOB_REALIZER_FAILED;
}

static enum job_status commit_outputs(struct job *j)
{
    // Nothing runs any more, so if the engine dies now, this may just end. Reading large outputs
    // can take long.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct buf meta = BUF_INIT;
    make_meta(j, &meta);
    j->commits = ARENA_ARRAY(&j->arena, struct commit, j->folder->out_count);
    enum job_status status = JOB_PREPARED;
    for (size_t i = 0; i < j->folder->out_count && status == JOB_PREPARED; i++) {
        status = commit_output(j, i, buf_str(&meta));
        if (status == JOB_PREPARED) j->commit_count++;
    }
    // All of them or none.
    for (size_t i = 0; status != JOB_PREPARED && i < j->commit_count; i++)
        commit_discard(j->host->store, &j->commits[i]);
    if (status != JOB_PREPARED) j->commit_count = 0;
    buf_free(&meta);
    prctl(PR_SET_PDEATHSIG, 0);
    return status;
}

// ---- the result ----

static enum job_status run_all(struct job *j)
{
    if (!read_job(j) || !prepare(j)) return failure_of(j);
    if (j->pause) return pause_here(j);
    enum job_status status = run_realizer(j);
    return status == JOB_PREPARED ? commit_outputs(j) : status;
}

// What others reported without a place gets the stage's; what came after the realizer ran gets the
// log.
static void complete_diags(struct job *j, enum job_status status)
{
    bool ran = j->start_ns != 0;
    for (struct diag *d = j->sink.first; d; d = d->next) {
        if (d->primary.span.source == 0) {
            d->primary.span = j->place.span;
            d->primary.text = "this stage";
        }
        if (ran && status == JOB_REALIZER_FAILED && is_outputs_fault(d))
            failure_explain(d, &j->place, true);
    }
}

static json_t *make_result(struct job *j, enum job_status status)
{
    static const char *const names[] = {"prepared", "realizer", "store", "cancelled", "paused"};
    json_t *commits = json_array();
    for (size_t i = 0; i < j->commit_count; i++) {
        const struct commit *c = &j->commits[i];
        json_array_append_new(commits,
                              json_pack("{s:I, s:I, s:I, s:s, s:s}", "bytes", (json_int_t)c->bytes,
                                        "entries", (json_int_t)c->entries, "files",
                                        (json_int_t)c->files, "out", c->out, "rref", c->rref.text));
    }
    json_t *diags = json_array();
    for (const struct diag *d = j->sink.first; d; d = d->next)
        json_array_append_new(diags, diag_to_json(d));
    json_t *result = json_pack(
        "{s:s, s:o, s:o, s:I, s:s?, s:s?, s:i, s:s}", "event", "result", "commits", commits,
        "diags", diags, "duration", (json_int_t)j->duration_ns, "kept", j->place.kept, "log",
        j->place.log_file, "outputs", (int)j->folder->out_count, "status", names[status]);
    if (!result) BUG("json_pack");
    return result;
}

// The log of a failed attempt outlives it, in the place of the one before.
static bool keep_log(struct job *j)
{
    const char *name = path_base(j->place.log_file).p;
    if (renameat(j->folder->fd, "log", j->host->store->log_fd, name) == 0) return true;
    if (errno != EXDEV) return false;
    struct buf text = BUF_INIT;
    bool ok = io_read_file(j->folder->fd, "log", 0, &text) == 0 &&
              io_replace_file(j->place.log_file, buf_str(&text), 0644, false) == 0;
    buf_free(&text);
    return ok;
}

json_t *job_run(struct job_host *host, const json_t *message)
{
    struct job j = {.host = host, .message = message, .folder = &host->folder};
    enum job_status status = run_all(&j);
    bool failed = status == JOB_REALIZER_FAILED || status == JOB_STORE_FAILED;
    complete_diags(&j, status);
    if (failed && j.place.log_file && !keep_log(&j)) j.place.log_file = NULL;
    json_t *result = make_result(&j, status);
    job_folder_end(j.folder, status == JOB_PAUSED || (failed && j.place.kept));
    environment_free(&j.environment);
    buf_free(&j.log_head);
    json_decref(j.config_json);
    diag_sink_free(&j.sink);
    arena_free(&j.arena);
    return result;
}
