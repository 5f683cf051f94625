#include "line_editor.h"

#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "base/io.h"
#include "base/utf8.h"
#include "cli.h"
#include "repl_history.h"

struct line_editor {
    EditLine *el;
    History *history;
    FILE *in;
    FILE *out;
    int source; // in, opened once more
    struct line_editor_options o;
    char painted[64]; // the prompt
    sigset_t before;  // the signal mask outside of line_editor_read
};

// What the handlers that are only there while a line is read have seen.
static volatile sig_atomic_t resized, stopped;

static void on_resize(int number)
{
    (void)number;
    resized = 1;
}

static void on_stop(int number)
{
    (void)number;
    stopped = 1;
}

// ---- signals

static const int held[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP};

struct handlers {
    struct sigaction resize, stop, quit;
};

static void begin_signals(struct line_editor *e, struct handlers *old)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < LEN(held); i++) sigaddset(&set, held[i]);
    sigprocmask(SIG_BLOCK, &set, &e->before);
    struct sigaction action = {.sa_handler = on_resize};
    sigemptyset(&action.sa_mask);
    sigaction(SIGWINCH, &action, &old->resize);
    action.sa_handler = on_stop;
    sigaction(SIGTSTP, &action, &old->stop);
    action.sa_handler = SIG_IGN; // or Ctrl-\ leaves the terminal as it is while editing
    sigaction(SIGQUIT, &action, &old->quit);
}

static void end_signals(struct line_editor *e, const struct handlers *old)
{
    sigaction(SIGWINCH, &old->resize, NULL);
    sigaction(SIGTSTP, &old->stop, NULL);
    sigaction(SIGQUIT, &old->quit, NULL);
    sigprocmask(SIG_SETMASK, &e->before, NULL);
}

static void stop_process(EditLine *el)
{
    struct sigaction action = {.sa_handler = SIG_DFL}, old;
    sigset_t set, mask;
    sigemptyset(&action.sa_mask);
    sigemptyset(&set);
    sigaddset(&set, SIGTSTP);
    el_set(el, EL_PREP_TERM, 0);
    sigaction(SIGTSTP, &action, &old);
    raise(SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &set, &mask); // stops here
    sigprocmask(SIG_SETMASK, &mask, NULL);
    sigaction(SIGTSTP, &old, NULL);
    el_set(el, EL_PREP_TERM, 1);
    el_set(el, EL_REFRESH);
}

// ---- reading

// libedit takes the screen for empty behind a new size, but the line is there.
static void redraw(EditLine *el, const struct line_editor *e)
{
    static const char clear[] = "\r\033[J";
    const char *term = getenv("TERM");
    if (!term || strcmp(term, "dumb") == 0) return;
    (void)!io_write_all(e->o.out, clear, sizeof clear - 1);
    el_set(el, EL_REFRESH);
}

// Waits for a byte: 1, 0 at the end, -1 with errno.
static int read_byte(EditLine *el, struct line_editor *e, char *byte)
{
    for (;;) {
        struct pollfd fd = {.fd = e->source, .events = POLLIN};
        int n = ppoll(&fd, 1, NULL, &e->before);
        if (cli_interrupted()) {
            errno = EINTR;
            return -1;
        }
        if (resized) {
            resized = 0;
            el_resize(el);
            redraw(el, e);
        }
        if (stopped) {
            stopped = 0;
            stop_process(el);
        }
        if (n <= 0) continue;
        ssize_t got = read(e->source, byte, 1);
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        return got < 0 ? -1 : (int)got;
    }
}

// For libedit: one character.
static int read_character(EditLine *el, wchar_t *out)
{
    struct line_editor *e;
    el_get(el, EL_CLIENTDATA, &e);
    mbstate_t state = {0};
    for (;;) {
        char byte;
        int n = read_byte(el, e, &byte);
        if (n <= 0) return n;
        size_t used = mbrtowc(out, &byte, 1, &state);
        if (used == (size_t)-2) continue;
        if (used == (size_t)-1) { // no UTF-8: begins anew behind it
            state = (mbstate_t){0};
            continue;
        }
        return 1;
    }
}

enum line_result line_editor_read(struct line_editor *e, const char *prompt, struct buf *line)
{
    struct handlers old;
    int len = 0;
    // What is behind the last visible character would be written with the first one typed.
    snprintf(e->painted, sizeof e->painted, e->o.color ? "\1\033[1m\1%s\1\033[0m\1 " : "%s ",
             prompt);
    begin_signals(e, &old);
    // Before the prompt, or what is typed right behind it would be shown twice.
    el_set(e->el, EL_PREP_TERM, 1);
    errno = 0;
    const char *text = el_gets(e->el, &len);
    end_signals(e, &old);
    if (cli_interrupted()) {
        (void)!io_write_all(e->o.out, cli_signal() == SIGINT ? "^C\n" : "\n",
                            cli_signal() == SIGINT ? 3 : 1);
        el_set(e->el, EL_PREP_TERM, 0);
        return LINE_INTERRUPTED;
    }
    if (!text || len <= 0) return LINE_END;
    size_t n = (size_t)len;
    if (text[n - 1] == '\n') n--;
    buf_add(line, text, n);
    return LINE_READ;
}

// ---- completion

static size_t common_prefix(const struct completions *c)
{
    size_t len = strlen(c->words.at[0]);
    for (size_t i = 1; i < c->words.len; i++) {
        size_t k = 0;
        while (k < len && c->words.at[i][k] == c->words.at[0][k]) k++;
        len = k;
    }
    while (len > 0 && ((unsigned char)c->words.at[0][len] & 0xc0) == 0x80) len--;
    return len;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort(struct completions *c)
{
    if (c->words.len > 1) qsort(c->words.at, c->words.len, sizeof *c->words.at, by_text);
    size_t kept = 0;
    for (size_t i = 0; i < c->words.len; i++)
        if (!kept || strcmp(c->words.at[kept - 1], c->words.at[i]) != 0)
            c->words.at[kept++] = c->words.at[i];
    c->words.len = kept;
}

// What a list shows of a word.
static struct str shown(const struct completions *c, size_t i)
{
    return str_from(c->words.at[i] + c->known);
}

#define LISTED_MAX 200

static void list(struct line_editor *e, const struct completions *c)
{
    struct winsize size = {0};
    size_t columns = ioctl(e->o.out, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
    size_t width = 0, count = c->words.len < LISTED_MAX ? c->words.len : LISTED_MAX;
    for (size_t i = 0; i < count; i++) {
        size_t w = utf8_str_width(shown(c, i));
        if (w > width) width = w;
    }
    size_t across = columns / (width + 2) ? columns / (width + 2) : 1;
    size_t down = (count + across - 1) / across;
    struct buf text = BUF_INIT;
    buf_addc(&text, '\n');
    for (size_t row = 0; row < down; row++) {
        for (size_t i = row; i < count; i += down) {
            struct str word = shown(c, i);
            buf_adds(&text, word);
            if (i + down < count) buf_pad(&text, ' ', width + 2 - utf8_str_width(word));
        }
        buf_addc(&text, '\n');
    }
    if (count < c->words.len) buf_printf(&text, "and %zu more\n", c->words.len - count);
    (void)!io_write_all(e->o.out, text.p, text.len);
    buf_free(&text);
}

static unsigned char complete(EditLine *el, int key)
{
    (void)key;
    struct line_editor *e;
    el_get(el, EL_CLIENTDATA, &e);
    const LineInfo *info = el_line(el);
    struct str line = {info->buffer, (size_t)(info->cursor - info->buffer)};
    size_t blank = 0;
    while (blank < line.len && (line.p[blank] == ' ' || line.p[blank] == '\t')) blank++;
    if (blank == line.len) return el_insertstr(el, "  ") < 0 ? CC_ERROR : CC_REFRESH;
    struct completions c = {.start = line.len};
    e->o.complete(e->o.ctx, line, &c);
    sort(&c);
    unsigned char result = CC_ERROR;
    if (c.words.len) {
        size_t typed = line.len - c.start, len = common_prefix(&c);
        if (len > typed) {
            char *more = arena_dup(&c.arena, c.words.at[0] + typed, len - typed);
            result = el_insertstr(el, more) < 0 ? CC_ERROR : CC_REFRESH;
        } else if (c.words.len > 1) {
            list(e, &c);
            result = CC_REDISPLAY;
        }
    }
    vec_free(&c.words);
    arena_free(&c.arena);
    return result;
}

// ---- life

static char *get_prompt(EditLine *el)
{
    struct line_editor *e;
    el_get(el, EL_CLIENTDATA, &e);
    return e->painted;
}

static void enter_history(void *ctx, const char *input)
{
    struct line_editor *e = ctx;
    HistEvent event;
    history(e->history, &event, H_ENTER, input);
}

static void set_up(struct line_editor *e)
{
    EditLine *el = e->el;
    el_set(el, EL_CLIENTDATA, e);
    el_set(el, EL_EDITOR, "emacs");
    el_set(el, EL_SIGNAL, 0);
    el_set(el, EL_PROMPT_ESC, get_prompt, '\1');
    el_set(el, EL_GETCFN, read_character);
    // el_set would copy the names, and lose the copies.
    el_wset(el, EL_ADDFN, L"plx-complete", L"Complete a name", complete);
    el_set(el, EL_BIND, "^I", "plx-complete", NULL);
    el_set(el, EL_BIND, "^R", "em-inc-search-prev", NULL);
    el_source(el, NULL);
    HistEvent event;
    e->history = history_init();
    if (!e->history) BUG("no memory for the history");
    history(e->history, &event, H_SETSIZE, REPL_HISTORY_MAX);
    history(e->history, &event, H_SETUNIQUE, 1);
    el_set(el, EL_HIST, history, e->history);
    if (e->o.history) repl_history_read(e->o.history, enter_history, e);
}

// The terminal throws what is typed away for Ctrl-C, also a byte that ppoll has seen: a read that
// waits would wait for the next one, with the signal held back. Whether reading waits belongs to
// the open file, and that is shared with whoever started plxc, hence one of our own.
static int open_source(int in)
{
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", in);
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    return fd < 0 ? dup(in) : fd;
}

struct line_editor *line_editor_new(const struct line_editor_options *options)
{
    struct line_editor *e = bug_malloc(sizeof *e);
    *e = (struct line_editor){.o = *options, .source = open_source(options->in)};
    int in = dup(options->in), out = dup(options->out);
    e->in = in < 0 ? NULL : fdopen(in, "r");
    e->out = out < 0 ? NULL : fdopen(out, "w");
    if (e->in && e->out && e->source >= 0)
        e->el = el_init_fd("plxc", e->in, e->out, e->out, options->in, options->out, options->out);
    if (e->el) {
        set_up(e);
        return e;
    }
    line_editor_free(e);
    return NULL;
}

void line_editor_free(struct line_editor *e)
{
    if (!e) return;
    if (e->el) el_end(e->el);
    if (e->history) history_end(e->history);
    if (e->in) fclose(e->in);
    if (e->out) fclose(e->out);
    if (e->source >= 0) close(e->source);
    free(e);
}

void line_editor_remember(struct line_editor *e, struct str input)
{
    struct buf z = BUF_INIT;
    buf_adds(&z, input);
    enter_history(e, buf_z(&z));
    buf_free(&z);
    if (e->o.history) repl_history_append(e->o.history, input);
}
