#include "cli.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag_render.h"
#include "base/io.h"
#include "base/path.h"
#include "engine/engine.h"
#include "ui.h"

// A signal handler has no argument of its own; this is all that it may touch.
static struct {
    struct cli *cli;
    struct engine_workers *workers;
    volatile sig_atomic_t interrupted; // the signal's number
} signals;

static bool wants_color(const char *choice, int fd)
{
    if (choice && strcmp(choice, "always") == 0) return true;
    if (choice && strcmp(choice, "never") == 0) return false;
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    if (no_color && *no_color) return false;
    return isatty(fd) && term && strcmp(term, "dumb") != 0;
}

static void show_diag(void *ctx, const struct diag *d)
{
    struct cli *cli = ctx;
    // An interrupt ends the evaluation by an error of its own; the user knows what they did.
    if (signals.interrupted && d->code && strcmp(d->code, "E0425") == 0) return;
    struct buf text = BUF_INIT;
    if (cli->json_errors)
        diag_render_json(&text, d, &cli->driver.sources);
    else
        diag_render_text(&text, d, &cli->driver.sources,
                         (struct diag_style){.color = cli->color_err});
    if (cli->ui)
        ui_message(cli->ui, buf_str(&text));
    else
        (void)!io_write_all(STDERR_FILENO, buf_z(&text), text.len);
    buf_free(&text);
}

static void show_trace(void *ctx, const char *place, struct str text)
{
    struct cli *cli = ctx;
    cli_say(cli, "trace: %s%s" STR_FMT, place ? place : "", place ? ": " : "", STR_ARG(text));
}

void cli_init(struct cli *cli, int argc, char **argv)
{
    *cli = (struct cli){.start_ns = io_monotonic_ns(), .say = "plxc "};
    const char *color = args_peek(argc, argv, "color");
    const char *format = args_peek(argc, argv, "error-format");
    cli->color_out = wants_color(color, STDOUT_FILENO);
    cli->color_err = wants_color(color, STDERR_FILENO);
    cli->json_errors = format && strcmp(format, "json") == 0;
    driver_init(&cli->driver);
    cli->driver.sink.on_diag = show_diag;
    cli->driver.sink.on_diag_ctx = cli;
    cli->driver.trace = show_trace;
    cli->driver.trace_ctx = cli;
}

void cli_free(struct cli *cli)
{
    diag_flush(&cli->driver.sink);
    signals.workers = NULL;
    signals.cli = NULL;
    driver_free(&cli->driver);
    args_free(&cli->args);
    buf_free(&cli->out);
}

bool cli_flush(struct cli *cli)
{
    int err = cli->pipe_closed || !cli->out.len
                  ? 0
                  : io_write_all(STDOUT_FILENO, cli->out.p, cli->out.len);
    buf_clear(&cli->out);
    if (err == -EPIPE) cli->pipe_closed = true;
    if (err >= 0 || err == -EPIPE) return true;
    diag_error(&cli->driver.sink, SPAN_NONE, "E1020", "cannot write to standard output: %s",
               strerror(-err));
    return false;
}

int cli_finish(struct cli *cli)
{
    (void)!cli_flush(cli);
    return cli_status(cli);
}

// What numbers of codes mean, ascending; a row counts up to the next one.
// clang-format off
static const struct {
    int from;
    int status;
} meanings[] = {
    {0, EXIT_SOURCE},
    {305, EXIT_USAGE},      // a target's name behind the first dot
    {306, EXIT_SOURCE},
    {700, EXIT_SYSTEM},
    {701, EXIT_USAGE},      // no such ref
    {702, EXIT_SYSTEM},
    {709, EXIT_SOURCE},     // a config that is none
    {712, EXIT_SYSTEM},
    {714, EXIT_REALIZER},   // an output that is refused, a promise not kept
    {717, EXIT_USAGE},      // a ref that several fit, or none
    {719, EXIT_SYSTEM},
    {723, EXIT_SOURCE},     // a tree that is too deep
    {724, EXIT_SYSTEM},
    {800, EXIT_REALIZER},
    {813, EXIT_SOURCE},     // a plan that is none
    {816, EXIT_SYSTEM},
    {817, EXIT_USAGE},      // a selection of nothing
    {818, EXIT_REALIZER},
    {821, EXIT_USAGE},      // a realizer that uses its own store
    {822, EXIT_REALIZER},
    {830, EXIT_SYSTEM},     // of a session: a realization is gone
    {831, EXIT_USAGE},      // no such session
    {832, EXIT_SYSTEM},
    {834, EXIT_USAGE},      // --rref of something else
    {835, EXIT_REALIZER},   // no room for its outputs
    {836, EXIT_SOURCE},     // the pipeline was changed
    {837, EXIT_REALIZER},   // a file that is being written
    {838, EXIT_USAGE},
    {1000, EXIT_USAGE},
    {1014, EXIT_ASSERTION}, // --one
    {1015, EXIT_USAGE},
    {1020, EXIT_SYSTEM},    // output that cannot be written
    {1021, EXIT_USAGE},
    {1100, EXIT_SOURCE},
};
// clang-format on

int cli_status(struct cli *cli)
{
    if (signals.interrupted) return EXIT_INTERRUPTED;
    for (const struct diag *d = cli->driver.sink.first; d; d = d->next) {
        if (d->severity != DIAG_ERROR) continue;
        long number = strtol(d->code + 1, NULL, 10);
        int status = EXIT_SYSTEM;
        for (size_t i = 0; i < LEN(meanings) && meanings[i].from <= number; i++)
            status = meanings[i].status;
        return status;
    }
    return EXIT_DONE;
}

static const char *environment(void *ctx, const char *name)
{
    (void)ctx;
    return getenv(name);
}

// PLX_FSYNC: empty counts as unset, as with other variables.
static bool sync_flag(struct cli *cli, unsigned *flags)
{
    const char *value = getenv("PLX_FSYNC");
    if (!value || !*value || strcmp(value, "on") == 0) return true;
    if (strcmp(value, "off") == 0) {
        *flags |= STORE_NO_FSYNC;
        return true;
    }
    struct diag *d =
        diag_error(&cli->driver.sink, SPAN_NONE, "E1004", "`PLX_FSYNC` cannot be `%s`", value);
    diag_note(d, "this environment variable is `on` or `off`");
    return false;
}

bool cli_open_store(struct cli *cli, unsigned flags)
{
    struct driver *d = &cli->driver;
    if (!sync_flag(cli, &flags)) return false;
    struct store_paths paths;
    if (!store_paths_from_env(&paths, &d->arena, environment, NULL, &d->sink)) return false;
    const char *store = args_value(&cli->args, "store");
    if (store) paths.store = path_join(&d->arena, d->cwd, store);
    return driver_open_store(d, &paths, flags);
}

static void on_signal(int number)
{
    int saved = errno;
    signals.interrupted = number;
    if (signals.cli) signals.cli->driver.cancel = true;
    if (signals.workers) engine_interrupt(signals.workers);
    errno = saved;
}

void cli_catch_signals(struct cli *cli, struct engine_workers *workers)
{
    signals.cli = cli;
    signals.workers = workers;
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < LEN(numbers); i++) {
        struct sigaction old;
        // What the caller has us ignore (nohup, a background job of a plain sh) stays ignored.
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler == SIG_IGN) continue;
        sigaction(numbers[i], &action, NULL);
    }
    // A signal that came before the workers were known concerns them as well.
    if (signals.interrupted && workers) engine_interrupt(workers);
}

bool cli_interrupted(void)
{
    return signals.interrupted;
}

int cli_signal(void)
{
    return signals.interrupted;
}

void cli_forget_signal(struct cli *cli)
{
    signals.interrupted = 0;
    cli->driver.cancel = false;
}

void cli_forget_reports(struct cli *cli)
{
    struct diag_sink *sink = &cli->driver.sink;
    diag_flush(sink);
    diag_sink_free(sink);
    sink->on_diag = show_diag;
    sink->on_diag_ctx = cli;
}

void cli_say(struct cli *cli, const char *fmt, ...)
{
    struct buf text = BUF_INIT;
    va_list va;
    va_start(va, fmt);
    buf_addz(&text, "plxc: ");
    buf_vprintf(&text, fmt, va);
    va_end(va);
    buf_addc(&text, '\n');
    if (cli->ui)
        ui_message(cli->ui, buf_str(&text));
    else
        (void)!io_write_all(STDERR_FILENO, buf_z(&text), text.len);
    buf_free(&text);
}

const char *cli_duration(int64_t ns, char out[CLI_DURATION_SIZE])
{
    int64_t ms = ns / 1000000;
    if (ms < 1000)
        snprintf(out, CLI_DURATION_SIZE, "%" PRId64 " ms", ms);
    else if (ms < 60000)
        snprintf(out, CLI_DURATION_SIZE, "%" PRId64 ".%" PRId64 " s", ms / 1000, ms % 1000 / 100);
    else if (ms < 3600000)
        snprintf(out, CLI_DURATION_SIZE, "%" PRId64 " min %02" PRId64 " s", ms / 60000,
                 ms / 1000 % 60);
    else
        snprintf(out, CLI_DURATION_SIZE, "%" PRId64 " h %02" PRId64 " min", ms / 3600000,
                 ms / 60000 % 60);
    return out;
}

const char *cli_bytes(uint64_t bytes, char out[CLI_SIZE_SIZE])
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    double n = (double)bytes;
    size_t unit = 0;
    while (n >= 1024 && unit + 1 < LEN(units)) n /= 1024, unit++;
    snprintf(out, CLI_SIZE_SIZE, unit ? "%.1f %s" : "%.0f %s", n, units[unit]);
    return out;
}
