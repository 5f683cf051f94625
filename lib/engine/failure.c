#include "engine/failure.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/utf8.h"

#define EXCERPT_LINES 20
#define TAIL_BYTES    ((off_t)16 << 10)
#define LINE_BYTES    ((size_t)400)
// So little space is as good as none: a page may be left that the last write did not fit into.
#define FULL_BYTES ((fsblkcnt_t)64 << 10)

// The end of an escape sequence that begins at `at`: CSI … letter, OSC … BEL, or two characters.
static const char *skip_escape(const char *at, const char *end)
{
    if (++at == end) return end;
    char kind = *at++;
    if (kind == '[') {
        while (at < end && !(*at >= '@' && *at <= '~')) at++;
        return at < end ? at + 1 : end;
    }
    if (kind == ']') {
        while (at < end && *at != '\a' && *at != '\033') at++;
        return at < end ? at + 1 : end;
    }
    return at;
}

static void add_clean_line(struct buf *out, struct str line)
{
    const char *end = line.p + line.len;
    while (end > line.p && end[-1] == '\r') end--;
    const char *at = line.p;
    for (const char *p = line.p; p < end; p++)
        if (*p == '\r') at = p + 1;
    size_t start = out->len;
    while (at < end && out->len - start < LINE_BYTES) {
        if (*at == '\033') {
            at = skip_escape(at, end);
            continue;
        }
        const char *from = at;
        uint32_t cp = utf8_decode(&at, end);
        if (cp == UTF8_INVALID || (cp >= 0x7f && cp < 0xa0))
            buf_addz(out, "\xef\xbf\xbd");
        else if (cp == '\t' || (cp >= 0x20 && !utf8_is_invisible(cp)))
            buf_add(out, from, (size_t)(at - from));
    }
    if (at < end) buf_addz(out, "…");
    buf_addc(out, '\n');
}

static bool read_tail(int fd, struct buf *bytes, bool *cut)
{
    struct stat st;
    if (fstat(fd, &st) < 0) return false;
    off_t size = st.st_size;
    off_t from = size > TAIL_BYTES ? size - TAIL_BYTES : 0;
    *cut = from > 0;
    buf_reserve(bytes, (size_t)TAIL_BYTES);
    ssize_t n = pread(fd, bytes->p, (size_t)TAIL_BYTES, from);
    if (n <= 0) return false;
    bytes->len = (size_t)n;
    bytes->p[n] = '\0';
    return true;
}

void failure_log_tail(struct buf *out, int log_fd, unsigned lines)
{
    struct buf bytes = BUF_INIT;
    bool cut;
    if (read_tail(log_fd, &bytes, &cut)) {
        const char *end = bytes.p + bytes.len;
        while (end > bytes.p && (end[-1] == '\n' || end[-1] == '\r')) end--;
        const char *start = end;
        for (unsigned n = 0; start > bytes.p; start--)
            if (start[-1] == '\n' && ++n == lines) break;
        // The first line of a cut log is a piece of one.
        const char *newline = start == bytes.p && cut ? memchr(start, '\n', bytes.len) : NULL;
        if (newline && newline < end) start = newline + 1;
        while (start < end) {
            const char *stop = memchr(start, '\n', (size_t)(end - start));
            if (!stop) stop = end;
            add_clean_line(out, (struct str){start, (size_t)(stop - start)});
            start = stop < end ? stop + 1 : end;
        }
    }
    buf_free(&bytes);
}

// A realizer that cannot write its output cannot write to its log either why.
static void note_full_disk(struct diag *d, int log_fd)
{
    struct statvfs fs;
    if (fstatvfs(log_fd, &fs) < 0) return;
    if (fs.f_bavail * fs.f_frsize < FULL_BYTES)
        diag_note(d, "the file system with the build directory is full");
    else if (fs.f_files > 0 && fs.f_favail == 0)
        diag_note(d, "the file system with the build directory has no inodes left for files");
}

void failure_explain(struct diag *d, const struct failure_place *p, bool excerpt)
{
    if (p->span.source == 0 && p->place) diag_note(d, "the stage is defined at %s", p->place);
    bool silent = false;
    if (excerpt && p->log_fd) {
        struct buf tail = BUF_INIT;
        failure_log_tail(&tail, *p->log_fd, EXCERPT_LINES);
        silent = tail.len == 0;
        if (silent)
            diag_note(d, "it wrote nothing to its log");
        else
            diag_excerpt(d, buf_str(&tail));
        buf_free(&tail);
    }
    if (p->log_fd) note_full_disk(d, *p->log_fd);
    if (p->log_file && !silent) {
        diag_note(d, "the whole log is in %s", p->log_file);
        diag_help(d, "`plxc log %s` shows it", p->dref);
    }
    if (p->kept) diag_note(d, "its build directory is kept in %s", p->kept);
}

void failure_ended(struct diag_sink *sink, const struct failure_place *p, int status)
{
    struct diag *d;
    if (WIFSIGNALED(status)) {
        int sig = WTERMSIG(status);
        const char *name = sigabbrev_np(sig);
        d = name ? diag_error(sink, p->span, "E0802", "`%s` was killed by signal %d (SIG%s)",
                              p->name, sig, name)
                 : diag_error(sink, p->span, "E0802", "`%s` was killed by signal %d", p->name, sig);
        if (sig == SIGKILL)
            diag_note(d, "nobody here sent it; the system may have run out of memory");
    } else {
        d = diag_error(sink, p->span, "E0801", "`%s` failed with exit status %d", p->name,
                       WEXITSTATUS(status));
    }
    diag_primary(d, "this stage");
    failure_explain(d, p, true);
}

void failure_timed_out(struct diag_sink *sink, const struct failure_place *p, double seconds)
{
    struct diag *d = diag_error(sink, p->span, "E0803", "`%s` did not end within its %g second%s",
                                p->name, seconds, seconds == 1 ? "" : "s");
    diag_primary(d, "this stage");
    failure_explain(d, p, true);
}

void failure_silent(struct diag_sink *sink, const struct failure_place *p, double seconds)
{
    struct diag *d =
        diag_error(sink, p->span, "E0808", "`%s` was ended: it had printed nothing for %g second%s",
                   p->name, seconds, seconds == 1 ? "" : "s");
    diag_primary(d, "this stage");
    diag_help(d, "if it is at work all the same, let it print something now and then, or give it "
                 "more time with `silent_timeout`");
    failure_explain(d, p, true);
}

void failure_not_started(struct diag_sink *sink, const struct failure_place *p, const char *program,
                         int error)
{
    struct diag *d = diag_error(sink, p->span, "E0804", "`%s` cannot run `%s`: %s", p->name,
                                program, strerror(error));
    diag_primary(d, "this stage");
    const char *path = getenv("PATH");
    if (error == ENOENT && !strchr(program, '/'))
        diag_help(d, "install it, or add its folder to PATH, which is %s", path ? path : "not set");
    else if (error == E2BIG)
        diag_help(d, "its attributes are too large for the environment together; nest some in a "
                     "record, and read them from the file $PLX_CONFIG");
    else if (error == EACCES)
        diag_help(d, "make the file executable, or name an interpreter: script([\"sh\"], …)");
    failure_explain(d, p, false);
}

void failure_pin_gone(struct diag_sink *sink, struct str name, struct span span, struct str rref)
{
    struct diag *d =
        diag_error(sink, span, "E0830",
                   "the realization of `" STR_FMT "` that was to be used is gone", STR_ARG(name));
    diag_primary(d, "this stage");
    diag_note(d, "it was " STR_FMT, STR_ARG(rref));
    diag_help(d, "if it can be realized again, as it was, that will do");
}
