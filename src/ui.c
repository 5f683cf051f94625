#include "ui.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "cli.h"

#define SECOND        1000000000LL
#define REDRAW_NS     (SECOND / 20)
#define SIGN_OF_LIFE  (30 * SECOND)
#define TAIL_BYTES    1024
#define NAME_COLUMNS  24
#define BAR_COLUMNS   24
#define LISTED_STAGES 5

struct running {
    uint32_t stage;
    char *name;
    int64_t start;
    int log; // descriptor, -1 if there is none
    off_t streamed;
    struct buf partial; // of a streamed line that has not ended yet
    int64_t done;       // of a download
    int64_t total;
};

struct ui {
    enum ui_mode mode;
    bool terminal; // redraws in place
    bool color;
    struct diag_sink *sink;
    VEC(struct running) running;
    size_t drawn; // lines
    int64_t start;
    int64_t last_draw;
    int64_t last_line;
    bool stopping;
};

struct ui *ui_new(enum ui_mode mode, bool color, int64_t start_ns, struct diag_sink *sink)
{
    struct ui *ui = bug_malloc(sizeof *ui);
    const char *term = getenv("TERM");
    *ui = (struct ui){.mode = mode, .color = color, .sink = sink};
    ui->terminal = mode == UI_AUTO && isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
    ui->start = start_ns;
    ui->last_line = io_monotonic_ns();
    return ui;
}

static void put(const struct buf *text)
{
    (void)!io_write_all(STDERR_FILENO, buf_z(text), text->len);
}

static void add_erase(struct ui *ui, struct buf *out)
{
    if (ui->drawn) buf_printf(out, "\033[%zuA\r\033[J", ui->drawn);
    ui->drawn = 0;
}

static void end_running(struct running *r)
{
    if (r->log >= 0) close(r->log);
    free(r->name);
    buf_free(&r->partial);
}

void ui_free(struct ui *ui)
{
    if (!ui) return;
    struct buf out = BUF_INIT;
    add_erase(ui, &out);
    put(&out);
    buf_free(&out);
    vec_each (r, &ui->running) end_running(r);
    vec_free(&ui->running);
    free(ui);
}

// The end of the escape sequence of a terminal that begins at `at`: CSI up to its last byte, OSC up
// to BEL, else two bytes.
static const char *skip_escape(const char *at, const char *end)
{
    if (++at == end) return end;
    char kind = *at++;
    if (kind == '[')
        while (at < end && !(*at >= '@' && *at <= '~')) at++;
    else if (kind == ']')
        while (at < end && *at != '\a') at++;
    else
        return at;
    return at < end ? at + 1 : end;
}

// Appends the text up to a display width, without what a terminal would take as a command.
static size_t add_cut(struct buf *out, struct str text, size_t columns)
{
    const char *at = text.p, *end = text.p + text.len;
    size_t used = 0;
    while (at < end) {
        if (*at == '\033') {
            at = skip_escape(at, end);
            continue;
        }
        const char *start = at;
        uint32_t cp = utf8_decode(&at, end);
        bool harmless = cp != UTF8_INVALID && cp >= 0x20 && cp != 0x7f &&
                        (cp < 0x80 || cp > 0x9f) && !utf8_is_invisible(cp);
        size_t width = harmless ? (size_t)utf8_width(cp) : 1;
        if (used + width > columns) break;
        if (harmless)
            buf_add(out, start, (size_t)(at - start));
        else
            buf_addc(out, cp == '\t' ? ' ' : '?');
        used += width;
    }
    return used;
}

// The last line of a log that is not empty; a carriage return begins a line as well, for progress
// bars.
static struct str last_line(int fd, char tail[TAIL_BYTES])
{
    off_t size = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
    off_t from = size > TAIL_BYTES ? size - TAIL_BYTES : 0;
    ssize_t n = size > 0 ? pread(fd, tail, TAIL_BYTES, from) : 0;
    size_t end = n > 0 ? (size_t)n : 0;
    while (end && (tail[end - 1] == '\n' || tail[end - 1] == '\r' || tail[end - 1] == ' ')) end--;
    size_t begin = end;
    while (begin && tail[begin - 1] != '\n' && tail[begin - 1] != '\r') begin--;
    return (struct str){tail + begin, end - begin};
}

static void add_styled(struct ui *ui, struct buf *out, const char *style, const char *text)
{
    if (ui->color)
        buf_printf(out, "\033[%sm%s\033[0m", style, text);
    else
        buf_addz(out, text);
}

static void add_detail(struct buf *out, const struct running *r, size_t columns)
{
    char tail[TAIL_BYTES], done[CLI_SIZE_SIZE], total[CLI_SIZE_SIZE], text[96];
    struct str line;
    if (r->done > 0 || r->total > 0) {
        if (r->total > 0)
            snprintf(text, sizeof text, "%s of %s", cli_bytes((uint64_t)r->done, done),
                     cli_bytes((uint64_t)r->total, total));
        else
            snprintf(text, sizeof text, "%s", cli_bytes((uint64_t)r->done, done));
        line = str_from(text);
    } else {
        line = last_line(r->log, tail);
    }
    (void)add_cut(out, line, columns);
}

// A part of the last line, if there is room for it.
static void add_part(struct ui *ui, struct buf *out, size_t *room, const char *style,
                     const char *text)
{
    size_t width = utf8_str_width(str_from(text));
    if (width > *room) return;
    *room -= width;
    if (style)
        add_styled(ui, out, style, text);
    else
        buf_addz(out, text);
}

static void add_bar(struct ui *ui, struct buf *out, const struct engine_progress *p, size_t room)
{
    size_t done = p->built + p->reused + p->failed + p->skipped;
    size_t bar = room / 3 < BAR_COLUMNS ? room / 3 : BAR_COLUMNS;
    size_t filled = p->total ? done * bar / p->total : 0;
    char text[64], left[CLI_DURATION_SIZE];
    buf_addc(out, '[');
    buf_pad(out, '=', filled);
    if (filled < bar) buf_addc(out, '>');
    buf_pad(out, ' ', filled < bar ? bar - filled - 1 : 0);
    buf_addc(out, ']');
    room -= bar + 2;
    snprintf(text, sizeof text, " %zu/%zu", done, p->total);
    add_part(ui, out, &room, NULL, text);
    snprintf(text, sizeof text, "  %zu failed", p->failed);
    if (p->failed) add_part(ui, out, &room, "31", text);
    snprintf(text, sizeof text, "  %zu waiting", p->queued);
    if (p->queued) add_part(ui, out, &room, NULL, text);
    snprintf(text, sizeof text, "  %s left", cli_duration(p->remaining_ns, left));
    if (ui->stopping)
        add_part(ui, out, &room, NULL, "  stopping");
    else if (p->remaining_ns > 0)
        add_part(ui, out, &room, NULL, text);
    buf_addc(out, '\n');
}

// Name, time, last line of the log.
static void add_running(struct buf *out, const struct running *r, int64_t now, size_t columns)
{
    char text[CLI_DURATION_SIZE];
    size_t names = columns < NAME_COLUMNS + 12 ? columns - 12 : NAME_COLUMNS;
    size_t used = add_cut(out, str_from(r->name), names);
    buf_pad(out, ' ', names - used);
    buf_printf(out, " %11s", cli_duration(now - r->start, text));
    if (columns > names + 14) {
        buf_addz(out, "  ");
        add_detail(out, r, columns - names - 14);
    }
    buf_addc(out, '\n');
}

static void draw(struct ui *ui, const struct engine_progress *p, bool now)
{
    int64_t time = io_monotonic_ns();
    if (!ui->terminal || (!now && time - ui->last_draw < REDRAW_NS)) return;
    ui->last_draw = time;
    struct winsize size = {.ws_col = 80, .ws_row = 24};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col < 20 || size.ws_row < 4)
        size = (struct winsize){.ws_col = 80, .ws_row = 24};
    size_t columns = size.ws_col - 1u, rows = size.ws_row - 2u;
    struct buf out = BUF_INIT;
    add_erase(ui, &out);
    size_t shown = ui->running.len < rows ? ui->running.len : rows - 1;
    for (size_t i = 0; i < shown; i++) add_running(&out, &ui->running.at[i], time, columns);
    if (shown < ui->running.len)
        buf_printf(&out, "… and %zu more\n", ui->running.len - shown), shown++;
    add_bar(ui, &out, p, columns);
    ui->drawn = shown + 1;
    put(&out);
    buf_free(&out);
}

void ui_message(struct ui *ui, struct str text)
{
    struct buf out = BUF_INIT;
    add_erase(ui, &out);
    buf_adds(&out, text);
    put(&out);
    buf_free(&out);
    ui->last_line = io_monotonic_ns();
}

PRINTF_LIKE(2, 3) static void say(struct ui *ui, const char *fmt, ...)
{
    if (ui->mode == UI_QUIET) return;
    struct buf text = BUF_INIT;
    va_list va;
    va_start(va, fmt);
    buf_addz(&text, "plxc: ");
    buf_vprintf(&text, fmt, va);
    va_end(va);
    buf_addc(&text, '\n');
    ui_message(ui, buf_str(&text));
    buf_free(&text);
}

// Prints the lines that the log gained since the last time. `all`: the last line as well, even if
// it did not end.
static void stream(struct ui *ui, struct running *r, bool all)
{
    if (ui->mode != UI_STREAM || r->log < 0) return;
    struct buf out = BUF_INIT;
    char chunk[8192];
    ssize_t n;
    while ((n = pread(r->log, chunk, sizeof chunk, r->streamed)) > 0) {
        r->streamed += n;
        buf_add(&r->partial, chunk, (size_t)n);
        size_t from = 0;
        for (const char *end; (end = memchr(r->partial.p + from, '\n', r->partial.len - from));) {
            buf_printf(&out, "%s | ", r->name);
            buf_add(&out, r->partial.p + from, (size_t)(end - r->partial.p) - from + 1);
            from = (size_t)(end - r->partial.p) + 1;
        }
        memmove(r->partial.p, r->partial.p + from, r->partial.len - from);
        buf_truncate(&r->partial, r->partial.len - from);
    }
    if (all && r->partial.len) {
        buf_printf(&out, "%s | " STR_FMT "\n", r->name, STR_ARG(buf_str(&r->partial)));
        buf_clear(&r->partial);
    }
    if (out.len) ui_message(ui, buf_str(&out));
    buf_free(&out);
}

static struct running *find(struct ui *ui, uint32_t stage)
{
    vec_each (r, &ui->running)
        if (r->stage == stage) return r;
    return NULL;
}

static void drop(struct ui *ui, uint32_t stage)
{
    struct running *r = find(ui, stage);
    if (!r) return;
    end_running(r);
    memmove(r, r + 1, (size_t)(ui->running.at + ui->running.len - (r + 1)) * sizeof *r);
    ui->running.len--;
}

static void started(struct ui *ui, const struct engine_event *e)
{
    drop(ui, e->stage); // an earlier attempt
    struct running r = {.stage = e->stage, .start = io_monotonic_ns(), .log = -1};
    struct str name = e->derivation->name;
    r.name = bug_malloc(name.len + 1);
    memcpy(r.name, name.p, name.len);
    r.name[name.len] = '\0';
    if (e->log) r.log = open(e->log, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    vec_push(&ui->running, r);
    if (ui->terminal) return;
    if (e->attempt > 1)
        say(ui, "%s: started, try %d of %d", r.name, e->attempt, e->attempts);
    else
        say(ui, "%s: started", r.name);
}

// The log may have been moved before it could be opened, and another stage writes the next one into
// the same place.
static void ran(struct ui *ui, const struct engine_event *e)
{
    struct running *r = find(ui, e->stage);
    if (!r) return;
    if (r->log < 0 && e->log) r->log = open(e->log, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    stream(ui, r, true);
    if (r->log >= 0) close(r->log);
    r->log = -1;
}

static void sign_of_life(struct ui *ui, const struct engine_progress *p)
{
    int64_t now = io_monotonic_ns();
    if (ui->terminal || now - ui->last_line < SIGN_OF_LIFE) return;
    struct buf list = BUF_INIT;
    size_t count = 0;
    vec_each (r, &ui->running) {
        char text[CLI_DURATION_SIZE];
        if (count == LISTED_STAGES) {
            buf_printf(&list, " and %zu more", ui->running.len - count);
            break;
        }
        buf_printf(&list, "%s%s (%s)", count++ ? ", " : "", r->name,
                   cli_duration(now - r->start, text));
    }
    say(ui, "%zu of %zu done; running: %s", p->built + p->reused + p->failed + p->skipped, p->total,
        count ? buf_z(&list) : "none");
    buf_free(&list);
}

static void tick(struct ui *ui, const struct engine_event *e)
{
    vec_each (r, &ui->running) stream(ui, r, false);
    sign_of_life(ui, e->progress);
    draw(ui, e->progress, true);
}

static void ended(struct ui *ui, const struct engine_event *e)
{
    drop(ui, e->stage);
    char text[CLI_DURATION_SIZE];
    struct str name = e->derivation->name;
    if (e->kind == ENGINE_FAILED)
        diag_flush(ui->sink);
    else if (!ui->terminal)
        say(ui, STR_FMT ": built in %s", STR_ARG(name), cli_duration(e->duration_ns, text));
}

static void waiting(struct ui *ui, const struct engine_event *e)
{
    struct str name = e->derivation->name;
    if (e->pid)
        say(ui, STR_FMT ": process %ld is realizing it, waiting", STR_ARG(name), e->pid);
    else
        say(ui, STR_FMT ": another process is realizing it, waiting", STR_ARG(name));
}

// Why a try failed, without the name that stands before it.
static const char *reason_of(const struct engine_event *e)
{
    if (!e->diag) return "failed";
    struct str name = e->derivation->name;
    const char *message = e->diag->message;
    bool named = message[0] == '`' && strncmp(message + 1, name.p, name.len) == 0 &&
                 strncmp(message + 1 + name.len, "` ", 2) == 0;
    return named ? message + name.len + 3 : message;
}

static void retried(struct ui *ui, const struct engine_event *e)
{
    char text[CLI_DURATION_SIZE];
    say(ui, STR_FMT ": try %d of %d: %s; the next one follows in %s", STR_ARG(e->derivation->name),
        e->attempt, e->attempts, reason_of(e), cli_duration(e->delay_ms * 1000000, text));
    drop(ui, e->stage);
}

void ui_event(void *ctx, const struct engine_event *e)
{
    struct ui *ui = ctx;
    struct running *r;
    switch (e->kind) {
    case ENGINE_STARTED: started(ui, e); break;
    case ENGINE_RAN: ran(ui, e); break;
    case ENGINE_BUILT:
    case ENGINE_FAILED: ended(ui, e); break;
    case ENGINE_WAITING: waiting(ui, e); break;
    case ENGINE_RETRY: retried(ui, e); break;
    case ENGINE_PROGRESS:
        if ((r = find(ui, e->stage))) r->done = e->done, r->total = e->total;
        break;
    case ENGINE_STOPPING: ui->stopping = true; break;
    case ENGINE_TICK: tick(ui, e); return;
    case ENGINE_PLANNED:
    case ENGINE_REUSED:
    case ENGINE_QUEUED:
    case ENGINE_SKIPPED:
    case ENGINE_PAUSED:
    case ENGINE_WOULD_BUILD: break;
    }
    draw(ui, e->progress, false);
}

static void add_count(struct buf *out, size_t count, const char *what)
{
    if (count) buf_printf(out, "%s%zu %s", out->len ? ", " : "", count, what);
}

void ui_summary(struct ui *ui, const struct engine_progress *p, enum ui_end end)
{
    struct buf text = BUF_INIT;
    char took[CLI_DURATION_SIZE], saved[CLI_DURATION_SIZE];
    add_count(&text, p->would_build, "to build");
    add_count(&text, p->built, "built");
    add_count(&text, p->reused, "reused");
    add_count(&text, p->failed, "failed");
    add_count(&text, p->skipped, "skipped");
    if (!text.len) buf_addz(&text, "nothing done");
    if (end != UI_DRY_RUN)
        buf_printf(&text, " in %s", cli_duration(io_monotonic_ns() - ui->start, took));
    if (p->saved_ns >= SECOND) buf_printf(&text, ", %s saved", cli_duration(p->saved_ns, saved));
    say(ui, "%s%s", end == UI_INTERRUPTED ? "interrupted: " : "", buf_z(&text));
    buf_free(&text);
}
