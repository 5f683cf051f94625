// usage: fetch_driver JOB.json
//
// Runs one fetch as the engine's worker would. JOB.json: {"realizer": {…}, "out":…, "tmp":…,
// "partial_dir":…, "progress": FILE}. The log goes to stderr, rendered errors go to stdout, each
// call of the progress callback is a line "DONE TOTAL" in FILE. Exits with 0, 1 after a reported
// error, 2 when the job itself is wrong.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/diag_render.h"
#include "engine/realizer_fetch.h"

static void on_progress(void *ctx, int64_t done, int64_t total)
{
    fprintf(ctx, "%lld %lld\n", (long long)done, (long long)total);
}

static const char *member(const json_t *job, const char *key)
{
    const char *text = json_string_value(json_object_get(job, key));
    if (text) return text;
    fprintf(stderr, "fetch_driver: no `%s` in the job\n", key);
    exit(2);
}

int main(int argc, char **argv)
{
    json_error_t error;
    json_t *job = argc == 2 ? json_load_file(argv[1], JSON_ALLOW_NUL, &error) : NULL;
    if (!job) {
        fprintf(stderr, "usage: fetch_driver JOB.json\n");
        return 2;
    }
    FILE *progress = fopen(member(job, "progress"), "we");
    if (!progress) {
        perror("fetch_driver");
        return 2;
    }
    const struct fetch_job fetch = {
        .realizer = json_object_get(job, "realizer"),
        .out = member(job, "out"),
        .tmp = member(job, "tmp"),
        .partial_dir = member(job, "partial_dir"),
        .span = SPAN_NONE,
        .watch = {.log_fd = STDERR_FILENO, .progress = on_progress, .progress_ctx = progress},
    };
    struct diag_sink sink = DIAG_SINK_INIT;
    struct sources sources = SOURCES_INIT;
    bool ok = fetch_run(&fetch, &sink);
    struct buf text = BUF_INIT;
    for (const struct diag *d = sink.first; d; d = d->next)
        diag_render_text(&text, d, &sources, (struct diag_style){.color = false});
    fputs(buf_z(&text), stdout);
    bool agree = ok == (sink.error_count == 0);
    if (!agree) fprintf(stderr, "fetch_driver: the result and the errors do not agree\n");
    fclose(progress);
    buf_free(&text);
    diag_sink_free(&sink);
    sources_free(&sources);
    json_decref(job);
    return !agree ? 2 : ok ? 0 : 1;
}
