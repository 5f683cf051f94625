#include "engine/download.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/stream.h"
#include "base/url.h"
#include "engine/curl_lazy.h"
#include "engine/partial.h"
#include "store/nar.h"

#define MAX_REDIRECTS 20L
#define RECEIVE_BLOCK (256L << 10)
#define COPY_BLOCK    ((size_t)1 << 20)
// An attempt that brings at least this much more than any before it does not count as a failure.
#define PROGRESS_BYTES     ((int64_t)1 << 20)
#define MAX_RETRY_AFTER_MS ((int64_t)60 * 1000)
#define MAX_BACKOFF_MS     ((int64_t)60 * 1000)

// Why the callbacks ended a transfer.
enum stop { STOP_NONE, STOP_CAP, STOP_SYSTEM, STOP_RANGE, STOP_STALL };

struct transfer {
    const struct download *d;
    struct diag_sink *sink;
    CURL *curl;
    struct partial part;
    struct buf shown; // the URL without credentials, for messages
    bool resumed;     // the file is made of the answers to several requests
    bool restarted;   // it was thrown away once, because what was resumed did not fit
    // Of one attempt:
    CURLcode code;
    long status;      // 0: no answer
    int64_t from;     // the offset that was asked for
    int64_t total;    // of the whole file; -1: unknown
    bool body;        // the answer was accepted as what was asked for
    int64_t heard_ns; // when the server was last heard of
    enum stop stop;
    int stop_errno;
    // Of the answer at hand (a redirect's is followed by another):
    struct buf etag, modified, content_range, location;
};

enum outcome {
    OUTCOME_DONE,
    OUTCOME_RETRY,
    OUTCOME_RESTART, // throw away what is here and fetch it whole, at once
    OUTCOME_FAILED,
    OUTCOME_REPORTED, // failed, and the sink knows
};

// ---- what is reported ----

// The URL without user, password and fragment; false if it is none.
static bool show_url(const char *url, struct buf *out)
{
    CURLU *u = curl_url();
    char *text = NULL;
    bool ok = u && curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
    if (ok) {
        curl_url_set(u, CURLUPART_USER, NULL, 0);
        curl_url_set(u, CURLUPART_PASSWORD, NULL, 0);
        curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0);
        ok = curl_url_get(u, CURLUPART_URL, &text, 0) == CURLUE_OK;
    }
    if (ok) buf_addz(out, text);
    curl_free(text);
    curl_url_cleanup(u);
    return ok;
}

static long redirects_of(const struct transfer *t)
{
    long count = 0;
    curl_easy_getinfo(t->curl, CURLINFO_REDIRECT_COUNT, &count);
    return count;
}

// An answer that leads to what is no URL, which curl then does not show.
static bool leads_nowhere(const struct transfer *t)
{
    return t->code == CURLE_URL_MALFORMAT && t->location.len > 0;
}

static struct diag *fail(struct transfer *t, const char *code, const char *reason)
{
    struct diag *d =
        diag_error(t->sink, t->d->span, code, "cannot fetch `%s`: %s", buf_z(&t->shown), reason);
    const char *effective = NULL;
    curl_easy_getinfo(t->curl, CURLINFO_EFFECTIVE_URL, &effective);
    struct buf shown = BUF_INIT;
    if (leads_nowhere(t)) {
        struct buf plain = BUF_INIT;
        url_without_password(&plain, buf_str(&t->location));
        fetch_quote(&shown, buf_str(&plain));
        buf_free(&plain);
        diag_note(d, "it redirects to `%s`", buf_z(&shown));
    } else if (redirects_of(t) > 0 && effective && show_url(effective, &shown))
        diag_note(d, "it redirects to %s", buf_z(&shown));
    buf_free(&shown);
    return d;
}

static struct diag *fail_system(const struct download *d, struct diag_sink *sink, const char *what,
                                const char *path, int error)
{
    struct diag *g =
        diag_error(sink, d->span, "E0909", "cannot %s `%s`: %s", what, path, strerror(-error));
    if (error == -ENOSPC || error == -EDQUOT)
        diag_help(g, "free some space, or set PLX_ROOT to a folder on another disk");
    return g;
}

static void fail_cap(const struct download *d, struct diag_sink *sink, const char *shown)
{
    const struct fetch_settings *s = d->settings;
    struct buf size = BUF_INIT;
    fetch_size(&size, s->max_download_bytes);
    struct diag *g =
        diag_error(sink, d->span, "E0908", "`%s` is larger than %s", shown, buf_z(&size));
    diag_help(g, "if that is right, set %s to the number of bytes to accept",
              fetch_settings_variable(s, &s->max_download_bytes));
    buf_free(&size);
}

// A mistyped link often answers with a page and status 200.
static bool looks_like_html(const char *path)
{
    char head[256];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    ssize_t n = read(fd, head, sizeof(head) - 1);
    close(fd);
    if (n <= 0) return false;
    head[n] = '\0';
    const char *p = head;
    if ((unsigned char)p[0] == 0xEF) p += strspn(p, "\xEF\xBB\xBF");
    p += strspn(p, " \t\r\n");
    return strncasecmp(p, "<!doctype html", 14) == 0 || strncasecmp(p, "<html", 5) == 0;
}

static void fail_hash(const struct download *d, struct diag_sink *sink, const char *shown,
                      const char *got, int64_t len, bool html)
{
    const char *kind = d->hash_kind == HASH_SHA256 ? "sha256" : "sha1";
    struct buf size = BUF_INIT;
    fetch_size(&size, len);
    struct diag *g =
        diag_error(sink, d->span, "E0904", "the %s of `%s` is not the expected one", kind, shown);
    diag_note(g, "expected %s", d->hash);
    diag_note(g, "     got %s (%s)", got, buf_z(&size));
    if (html) diag_note(g, "what arrived is an HTML page, perhaps an error or a login page");
    if (len == 0) diag_note(g, "what arrived is empty");
    diag_help(g,
              "if the file was changed on purpose and you trust the new one, write %s = \"%s\"; "
              "else find out why it differs",
              kind, got);
    buf_free(&size);
}

// ---- callbacks ----

static bool has_status(const struct transfer *t, long status)
{
    return t->status == status;
}

// "bytes 100-199/200": whether the answer begins where it was asked to.
static bool range_begins_at(const char *value, int64_t from)
{
    while (*value == ' ') value++;
    if (strncasecmp(value, "bytes", 5) != 0) return false;
    value += 5;
    while (*value == ' ') value++;
    if (*value < '0' || *value > '9') return false;
    char *end = NULL;
    errno = 0;
    long long first = strtoll(value, &end, 10);
    return !errno && *end == '-' && first == from;
}

static struct str validator_of(const struct transfer *t)
{
    // If-Range takes strong validators only; a weak tag begins with W/.
    if (t->etag.len && t->etag.p[0] == '"') return buf_str(&t->etag);
    return buf_str(&t->modified);
}

// Looks at the answer before its first byte is taken.
static bool accept_answer(struct transfer *t)
{
    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &t->status);
    if (has_status(t, 206)) {
        if (t->from == 0 || !range_begins_at(buf_z(&t->content_range), t->from)) {
            t->stop = STOP_RANGE;
            return false;
        }
        t->resumed = true;
    } else {
        if (t->from > 0) fetch_log(t->d->watch, "the server sends the whole file anew");
        int result = partial_restart(&t->part, validator_of(t));
        if (result < 0) {
            t->stop = STOP_SYSTEM;
            t->stop_errno = result;
            return false;
        }
        t->resumed = false;
    }
    curl_off_t length = -1;
    curl_easy_getinfo(t->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    t->total = length < 0 ? -1 : t->part.len + length;
    t->body = true;
    if (t->total <= t->d->settings->max_download_bytes) return true;
    t->stop = STOP_CAP;
    return false;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *ctx)
{
    struct transfer *t = ctx;
    size_t len = size * count;
    t->heard_ns = io_monotonic_ns();
    if (!t->body && !accept_answer(t)) return CURL_WRITEFUNC_ERROR;
    if ((int64_t)len > t->d->settings->max_download_bytes - t->part.len) {
        t->stop = STOP_CAP;
        return CURL_WRITEFUNC_ERROR;
    }
    int result = partial_append(&t->part, bytes, len);
    if (result < 0) {
        t->stop = STOP_SYSTEM;
        t->stop_errno = result;
        return CURL_WRITEFUNC_ERROR;
    }
    fetch_progress(t->d->watch, t->part.len, t->total);
    return len;
}

static bool take_header(struct str line, const char *name, struct buf *out)
{
    size_t len = strlen(name);
    if (line.len <= len || strncasecmp(line.p, name, len) != 0 || line.p[len] != ':') return false;
    struct str value = {line.p + len + 1, line.len - len - 1};
    while (value.len && (*value.p == ' ' || *value.p == '\t')) value.p++, value.len--;
    while (value.len && strchr(" \t\r\n", value.p[value.len - 1])) value.len--;
    buf_clear(out);
    buf_adds(out, value);
    return true;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *ctx)
{
    struct transfer *t = ctx;
    struct str line = {bytes, size * count};
    t->heard_ns = io_monotonic_ns();
    if (str_starts_with(line, STR("HTTP/"))) {
        buf_clear(&t->etag);
        buf_clear(&t->modified);
        buf_clear(&t->content_range);
        buf_clear(&t->location);
    }
    if (!take_header(line, "etag", &t->etag) && !take_header(line, "location", &t->location) &&
        !take_header(line, "last-modified", &t->modified))
        (void)take_header(line, "content-range", &t->content_range);
    return line.len;
}

static bool was_connected(const struct transfer *t)
{
    curl_off_t started = 0;
    curl_easy_getinfo(t->curl, CURLINFO_PRETRANSFER_TIME_T, &started);
    return started > 0;
}

// Called at least once a second. curl's own bound on slowness takes an average over several
// seconds, so that it comes late.
static int on_time(void *ctx, curl_off_t total, curl_off_t now, curl_off_t up_total,
                   curl_off_t up_now)
{
    (void)total, (void)now, (void)up_total, (void)up_now;
    struct transfer *t = ctx;
    if (!was_connected(t)) {
        t->heard_ns = io_monotonic_ns();
        return 0;
    }
    int64_t silent_ns = io_monotonic_ns() - t->heard_ns;
    if (silent_ns < t->d->settings->stall_timeout_s * 1000000000) return 0;
    t->stop = STOP_STALL;
    return 1;
}

// ---- one attempt ----

// As the curl program does; the library alone does not look at them. Null: nobody says.
static const char *authorities(const char **variable)
{
    static const char *const variables[] = {"CURL_CA_BUNDLE", "SSL_CERT_FILE"};
    for (size_t i = 0; i < LEN(variables); i++) {
        const char *file = getenv(variables[i]);
        *variable = variables[i];
        if (file && *file) return file;
    }
    return NULL;
}

static void set_authorities(CURL *curl)
{
    const char *variable, *file = authorities(&variable);
    if (file) curl_easy_setopt(curl, CURLOPT_CAINFO, file);
}

static void help_authorities(struct diag *d)
{
    const char *variable, *file = authorities(&variable);
    if (file && access(file, R_OK) < 0)
        diag_help(d, "%s names `%s`, which cannot be read (%s)%s", variable, file, strerror(errno),
                  file[0] == '/' ? "" : "; write it as an absolute path");
    else if (file)
        diag_help(d,
                  "if the server's certificate is from an authority of your own, add that to "
                  "the file that %s names, `%s`",
                  variable, file);
    else
        diag_help(d, "if the server's certificate is from an authority of your own, set "
                     "SSL_CERT_FILE to a file that holds it");
}

static struct curl_slist *set_request(struct transfer *t)
{
    const struct fetch_settings *s = t->d->settings;
    CURL *curl = t->curl;
    curl_easy_setopt(curl, CURLOPT_URL, t->d->url);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "plx/" PLX_VERSION);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, MAX_REDIRECTS);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    // Signals belong to the worker: SIGTERM ends it, and nothing may be installed over that.
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)s->connect_timeout_s);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_time);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
    curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, RECEIVE_BLOCK);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, t);
    set_authorities(curl);
    if (t->from == 0) return NULL;
    // Not CURLOPT_RESUME_FROM: with it, a server that ignores the range is an error.
    struct buf text = BUF_INIT;
    buf_printf(&text, "%lld-", (long long)t->from);
    curl_easy_setopt(curl, CURLOPT_RANGE, buf_z(&text));
    struct curl_slist *headers = NULL;
    if (t->part.validator.len) {
        buf_clear(&text);
        buf_printf(&text, "If-Range: %s", buf_z(&t->part.validator));
        headers = curl_slist_append(NULL, buf_z(&text));
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    }
    buf_free(&text);
    return headers;
}

static void attempt(struct transfer *t)
{
    curl_easy_reset(t->curl);
    t->status = 0;
    t->from = t->part.len;
    t->total = -1;
    t->body = false;
    t->stop = STOP_NONE;
    t->heard_ns = io_monotonic_ns();
    struct curl_slist *headers = set_request(t);
    if (t->from > 0) {
        struct buf size = BUF_INIT;
        fetch_size(&size, t->from);
        fetch_log(t->d->watch, "going on after %s", buf_z(&size));
        buf_free(&size);
    }
    t->code = curl_easy_perform(t->curl);
    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &t->status);
    // No byte came, so nobody has looked at the answer yet.
    if (t->code == CURLE_OK && !t->body && (has_status(t, 200) || has_status(t, 206)) &&
        !accept_answer(t))
        t->code = CURLE_WRITE_ERROR;
    curl_slist_free_all(headers);
}

static bool status_may_change(long status)
{
    static const long passing[] = {408, 425, 429, 500, 502, 503, 504};
    for (size_t i = 0; i < LEN(passing); i++)
        if (passing[i] == status) return true;
    return false;
}

static enum outcome outcome_of(const struct transfer *t)
{
    switch (t->stop) {
    case STOP_CAP:
    case STOP_SYSTEM: return OUTCOME_FAILED;
    case STOP_RANGE: return t->from > 0 && !t->restarted ? OUTCOME_RESTART : OUTCOME_FAILED;
    case STOP_STALL: return OUTCOME_RETRY;
    case STOP_NONE: break;
    }
    switch (t->code) {
    case CURLE_OK: return t->body ? OUTCOME_DONE : OUTCOME_FAILED;
    case CURLE_HTTP_RETURNED_ERROR:
        // The range begins at the end or behind it: what is here is whole, or of another file; the
        // hash will tell.
        if (has_status(t, 416) && t->from > 0) return OUTCOME_DONE;
        return status_may_change(t->status) ? OUTCOME_RETRY : OUTCOME_FAILED;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM: return OUTCOME_RETRY;
    default: return OUTCOME_FAILED;
    }
}

// ---- why an attempt failed ----

static const char *connect_error(const struct transfer *t)
{
    long number = 0;
    curl_easy_getinfo(t->curl, CURLINFO_OS_ERRNO, &number);
    return number > 0 ? strerror((int)number) : "it does not answer";
}

static void arrived(const struct transfer *t, struct buf *out)
{
    fetch_size(out, t->part.len);
    if (t->total >= 0) {
        buf_addz(out, " of ");
        fetch_size(out, t->total);
    }
}

// The code of the error, and its reason as text.
static const char *reason_of(const struct transfer *t, struct buf *out)
{
    const struct fetch_settings *s = t->d->settings;
    if (t->stop == STOP_RANGE) {
        buf_addz(out, "the server answered with a part of the file that nobody asked for");
        return "E0911";
    }
    if (t->stop == STOP_STALL) {
        buf_printf(out, "nothing came for %lld s, after ", (long long)s->stall_timeout_s);
        arrived(t, out);
        return "E0911";
    }
    switch (t->code) {
    case CURLE_OK:
    case CURLE_HTTP_RETURNED_ERROR:
        buf_printf(out, "the server answered with status %ld", t->status);
        return "E0903";
    case CURLE_COULDNT_RESOLVE_HOST:
        buf_addz(out, "no address is known for its host");
        return "E0902";
    case CURLE_COULDNT_RESOLVE_PROXY:
        buf_addz(out, "no address is known for the proxy");
        return "E0902";
    case CURLE_COULDNT_CONNECT:
        buf_printf(out, "no connection to the server (%s)", connect_error(t));
        return "E0902";
    case CURLE_OPERATION_TIMEDOUT:
        buf_printf(out, "no connection within %lld s", (long long)s->connect_timeout_s);
        return "E0902";
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        buf_addz(out, "the connection broke after ");
        arrived(t, out);
        return "E0911";
    case CURLE_GOT_NOTHING:
        buf_addz(out, "the server closed the connection without an answer");
        return "E0911";
    case CURLE_UNSUPPORTED_PROTOCOL:
        // curl says the same of an answer that is no HTTP.
        if (redirects_of(t) == 0) {
            buf_addz(out, "what the server answered is no HTTP");
            return "E0911";
        }
        buf_addz(out, "it redirects to something that is neither http nor https");
        return "E0910";
    case CURLE_URL_MALFORMAT:
        buf_addz(out, "it redirects to something that is no URL");
        return "E0910";
    case CURLE_OUT_OF_MEMORY: // what curl says of headers that are too long
        buf_addz(out, "the header of the server's answer is too long");
        return "E0911";
    case CURLE_WEIRD_SERVER_REPLY:
        buf_addz(out, "the header of the server's answer is malformed");
        return "E0911";
    case CURLE_TOO_MANY_REDIRECTS:
        buf_printf(out, "it redirects more than %ld times", MAX_REDIRECTS);
        return "E0910";
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_ISSUER_ERROR:
        buf_printf(out, "no secure connection (%s)", curl_easy_strerror(t->code));
        return "E0912";
    default: buf_printf(out, "%s", curl_easy_strerror(t->code)); return "E0911";
    }
}

static void help_status(struct diag *d, long status)
{
    if (status == 404 || status == 410)
        diag_help(d, "check the URL: the file may have moved");
    else if (status == 401 || status == 403 || status == 407)
        diag_help(d, "the server wants to know who asks: open the URL in a browser to see why");
    else if (status >= 300 && status < 400)
        diag_help(
            d,
            "the server redirects, but does not say where to: open the URL in a browser, and use "
            "the one that it ends at");
    else if (status_may_change(status))
        diag_help(d, "this is often temporary: try again later, or use a mirror");
}

static void report(struct transfer *t, int64_t tries)
{
    const struct download *d = t->d;
    if (t->stop == STOP_CAP) {
        // It will not get smaller.
        partial_discard(&t->part);
        fail_cap(d, t->sink, buf_z(&t->shown));
        return;
    }
    if (t->stop == STOP_SYSTEM) {
        (void)fail_system(d, t->sink, "write to", d->partial_dir, t->stop_errno);
        return;
    }
    struct buf reason = BUF_INIT;
    const char *code = reason_of(t, &reason);
    struct diag *g = fail(t, code, buf_z(&reason));
    buf_clear(&reason);
    if (tries > 1) diag_note(g, "it was tried %lld times", (long long)tries);
    if (t->part.len > 0 && t->part.validator_path) {
        fetch_size(&reason, t->part.len);
        diag_note(g, "if the server can, the next run goes on after the %s that have arrived",
                  buf_z(&reason));
    }
    if (strcmp(code, "E0903") == 0) help_status(g, t->status);
    if (strcmp(code, "E0902") == 0)
        diag_help(g, "check the URL and the network; proxies are taken from http_proxy, "
                     "https_proxy, all_proxy and no_proxy");
    if (strcmp(code, "E0912") == 0) help_authorities(g);
    buf_free(&reason);
}

// ---- until it is here ----

static void wait_before_try(const struct transfer *t, int64_t failures)
{
    const struct fetch_settings *s = t->d->settings;
    int64_t ms = s->backoff_ms;
    for (int64_t i = 1; i < failures && ms < MAX_BACKOFF_MS; i++) ms *= 2;
    // One's own setting may be longer than the bound on doubling.
    if (ms > MAX_BACKOFF_MS) ms = s->backoff_ms > MAX_BACKOFF_MS ? s->backoff_ms : MAX_BACKOFF_MS;
    curl_off_t asked = 0;
    curl_easy_getinfo(t->curl, CURLINFO_RETRY_AFTER, &asked);
    int64_t asked_ms = asked > MAX_RETRY_AFTER_MS / 1000 ? MAX_RETRY_AFTER_MS : asked * 1000;
    if (asked_ms > ms) ms = asked_ms;
    struct buf reason = BUF_INIT;
    (void)reason_of(t, &reason);
    fetch_log(t->d->watch, "%s; try %lld of %lld follows in %lld ms", buf_z(&reason),
              (long long)failures + 1, (long long)s->tries, (long long)ms);
    buf_free(&reason);
    struct timespec rest = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    while (nanosleep(&rest, &rest) < 0 && errno == EINTR) continue;
}

// Whether the file that is here is the expected one.
static enum outcome verify(struct transfer *t)
{
    const struct download *d = t->d;
    char got[HASH_HEX_SIZE];
    partial_hash(&t->part, got);
    if (strcmp(got, d->hash) == 0) return OUTCOME_DONE;
    // What earlier attempts left may be damaged, or of an older version of the file.
    if (!t->restarted && (t->resumed || has_status(t, 416))) return OUTCOME_RESTART;
    bool html = looks_like_html(t->part.path);
    fail_hash(d, t->sink, buf_z(&t->shown), got, t->part.len, html);
    partial_discard(&t->part);
    return OUTCOME_REPORTED;
}

static enum outcome restart(struct transfer *t)
{
    fetch_log(t->d->watch, "what was kept does not fit: starting anew");
    t->restarted = true;
    int result = partial_restart(&t->part, STR(""));
    if (result == 0) return OUTCOME_RESTART;
    t->stop = STOP_SYSTEM;
    t->stop_errno = result;
    return OUTCOME_FAILED;
}

static bool transfer_all(struct transfer *t)
{
    int64_t most = t->part.len;
    int64_t failures = 0;
    for (int64_t tries = 1;; tries++) {
        attempt(t);
        enum outcome outcome = outcome_of(t);
        if (outcome == OUTCOME_DONE) outcome = verify(t);
        if (outcome == OUTCOME_RESTART) outcome = restart(t);
        if (outcome == OUTCOME_DONE) return true;
        if (outcome == OUTCOME_REPORTED) return false;
        if (outcome == OUTCOME_RESTART) continue;
        if (t->part.len >= most + PROGRESS_BYTES) {
            most = t->part.len;
            failures = 0;
        }
        failures++;
        if (outcome == OUTCOME_FAILED || failures >= t->d->settings->tries) {
            report(t, tries);
            return false;
        }
        wait_before_try(t, failures);
    }
}

static bool open_partial(struct transfer *t)
{
    const struct download *d = t->d;
    int result = -EWOULDBLOCK;
    const char *where = d->partial_dir;
    if (!d->force) {
        result = partial_open_shared(&t->part, d->partial_dir, d->url, d->hash_kind, d->hash);
        if (result == -EWOULDBLOCK)
            fetch_log(d->watch, "another process downloads the same: not sharing with it");
    }
    if (result == -EWOULDBLOCK) {
        struct buf path = BUF_INIT;
        buf_printf(&path, "%s.part", d->dest);
        result = partial_open_private(&t->part, buf_z(&path), d->hash_kind);
        buf_free(&path);
        where = d->dest;
    }
    t->resumed = result == 0 && t->part.len > 0;
    if (result < 0) {
        struct diag *g = fail_system(d, t->sink, "make a file for a download in", where, result);
        diag_help(g, "downloads stand in the store's folder for what is not ready; PLX_TMP or "
                     "PLX_ROOT set another one");
    }
    return result == 0;
}

static bool publish(struct transfer *t)
{
    const struct download *d = t->d;
    int result = partial_publish(&t->part, d->dest);
    if (result < 0) {
        (void)fail_system(d, t->sink, "move a download to", d->dest, result);
        return false;
    }
    fetch_progress_now(d->watch, t->part.len, t->part.len);
    struct buf size = BUF_INIT;
    fetch_size(&size, t->part.len);
    fetch_log(d->watch, "got %s, the hash is right", buf_z(&size));
    buf_free(&size);
    return true;
}

static bool download_http(const struct download *d, const char *shown, struct diag_sink *sink)
{
    struct transfer t = {.d = d, .sink = sink};
    buf_addz(&t.shown, shown);
    fetch_log(d->watch, "fetching %s", shown);
    bool ok = open_partial(&t);
    if (ok) {
        t.curl = curl_easy_init();
        if (!t.curl) BUG("curl_easy_init failed");
        ok = transfer_all(&t) && publish(&t);
        curl_easy_cleanup(t.curl);
        partial_close(&t.part);
    }
    buf_free(&t.shown);
    buf_free(&t.etag);
    buf_free(&t.modified);
    buf_free(&t.content_range);
    buf_free(&t.location);
    return ok;
}

// ---- by scheme ----

static bool download_by_scheme(const struct download *d, CURLU *u, struct diag_sink *sink)
{
    char *scheme = NULL;
    char *path = NULL;
    bool ok = false;
    struct buf shown = BUF_INIT;
    (void)show_url(d->url, &shown);
    if (curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK) BUG("a URL without a scheme");
    if (strcasecmp(scheme, "http") == 0 || strcasecmp(scheme, "https") == 0) {
        ok = download_http(d, buf_z(&shown), sink);
    } else if (strcasecmp(scheme, "file") != 0) {
        struct diag *g =
            diag_error(sink, d->span, "E0910", "cannot fetch `%s`: `%s` is not supported",
                       buf_z(&shown), scheme);
        diag_help(g, "use a URL that begins with http:, https: or file:");
    } else if (curl_url_get(u, CURLUPART_PATH, &path, CURLU_URLDECODE) == CURLUE_OK) {
        ok = download_copy(d, path, sink);
    } else {
        diag_error(sink, d->span, "E0901", "`%s` names no file", buf_z(&shown));
    }
    curl_free(path);
    curl_free(scheme);
    buf_free(&shown);
    return ok;
}

static bool load_curl(const struct download *d, struct diag_sink *sink)
{
    struct buf why = BUF_INIT;
    bool ok = curl_lazy_load(&why);
    if (!ok) {
        struct diag *g =
            diag_error(sink, d->span, "E0916", "cannot load the library that downloads files");
        diag_note(g, "%s", buf_z(&why));
        diag_help(g, "install libcurl; Debian's package is libcurl4");
    }
    buf_free(&why);
    return ok;
}

bool download_run(const struct download *d, struct diag_sink *sink)
{
    if (!load_curl(d, sink)) return false;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) BUG("curl_global_init failed");
    CURLU *u = curl_url();
    if (!u) BUG("curl_url failed");
    bool ok = false;
    CURLUcode code = curl_url_set(u, CURLUPART_URL, d->url, CURLU_NON_SUPPORT_SCHEME);
    if (code == CURLUE_OK) {
        ok = download_by_scheme(d, u, sink);
    } else {
        struct buf shown = BUF_INIT;
        struct buf quoted = BUF_INIT;
        url_without_password(&shown, str_from(d->url));
        fetch_quote(&quoted, buf_str(&shown));
        buf_free(&shown);
        struct diag *g = diag_error(sink, d->span, "E0901", "`%s` is not a URL", buf_z(&quoted));
        diag_note(g, "%s", curl_url_strerror(code));
        diag_help(
            g,
            "write it as a browser shows it, such as https://HOST/PATH/FILE; other characters than "
            "letters, digits and a few marks stand there as %% and two hex digits");
        buf_free(&quoted);
    }
    curl_url_cleanup(u);
    curl_global_cleanup();
    return ok;
}

// ---- local files ----

static bool fail_local(const struct download *d, struct diag_sink *sink, const char *path,
                       int error, mode_t mode)
{
    if (error == ESTALE) {
        diag_error(sink, d->span, "E0905", "`%s` changed while it was read", path);
        return false;
    }
    if (error) {
        struct diag *g =
            diag_error(sink, d->span, "E0905", "cannot read `%s`: %s", path, strerror(error));
        if (error == ENOENT) diag_help(g, "paths are those of the machine that realizes the stage");
        return false;
    }
    bool folder = S_ISDIR(mode);
    struct diag *g = diag_error(sink, d->span, "E0905", "`%s` is %s, not a regular file", path,
                                folder ? "a folder" : "a device, pipe or socket");
    if (folder)
        diag_help(
            g, "to use a folder, write its path beside the source: ./folder, or source(./folder)");
    return false;
}

// Block by block, to the end of the file, whatever its size is said to be.
static bool copy_small(const struct download *d, struct partial *part, int from, const char *path,
                       struct diag_sink *sink)
{
    char *block = bug_malloc(COPY_BLOCK);
    bool ok = true;
    for (ssize_t n = 1; ok && n != 0;) {
        int result;
        n = read(from, block, COPY_BLOCK);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            ok = fail_local(d, sink, path, errno, 0);
        } else if (n > d->settings->max_download_bytes - part->len) {
            fail_cap(d, sink, path);
            ok = false;
        } else if ((result = partial_append(part, block, (size_t)n)) < 0) {
            (void)fail_system(d, sink, "write to", d->dest, result);
            ok = false;
        }
    }
    free(block);
    return ok;
}

struct copy_progress {
    struct fetch_watch *watch;
    int64_t total;
};

static void report_copied(void *ctx, uint64_t done)
{
    struct copy_progress *p = ctx;
    fetch_progress(p->watch, (int64_t)done, p->total);
}

static bool copy_large(const struct download *d, struct partial *part, int from, int64_t size,
                       const char *path, struct diag_sink *sink)
{
    if (size > d->settings->max_download_bytes) {
        fail_cap(d, sink, path);
        return false;
    }
    struct copy_progress progress = {d->watch, size};
    int result;
    bool write_failed;
    if (d->nar) {
        struct nar_copy c = {.to = part->fd,
                             .write_through = d->sync,
                             .flat = part->hasher,
                             .progress = report_copied,
                             .ctx = &progress};
        result = nar_file(d->nar, from, (size_t)size, false, &c);
        write_failed = c.write_failed;
        *d->in_nar = true;
    } else {
        struct stream s = {.from = from,
                           .size = (uint64_t)size,
                           .to = part->fd,
                           .write_through = d->sync,
                           .hashers = {part->hasher},
                           .hasher_count = 1,
                           .progress = report_copied,
                           .ctx = &progress};
        result = stream_run(&s);
        write_failed = s.write_failed;
    }
    part->len = size;
    if (write_failed) (void)fail_system(d, sink, "write to", d->dest, result);
    return result == 0 || (!write_failed && fail_local(d, sink, path, -result, 0));
}

// Copies and hashes. False was reported.
static bool copy_hashed(const struct download *d, int from, int64_t size, const char *path,
                        struct diag_sink *sink)
{
    struct partial part;
    int result = partial_open_private(&part, d->dest, d->hash_kind);
    if (result < 0) {
        (void)fail_system(d, sink, "make", d->dest, result);
        return false;
    }
    bool ok = size >= (int64_t)COPY_BLOCK ? copy_large(d, &part, from, size, path, sink)
                                          : copy_small(d, &part, from, path, sink);
    char got[HASH_HEX_SIZE];
    partial_hash(&part, got);
    if (ok && strcmp(got, d->hash) != 0) {
        fail_hash(d, sink, path, got, part.len, looks_like_html(d->dest));
        ok = false;
    }
    if (ok && (result = partial_publish(&part, d->dest)) < 0) {
        (void)fail_system(d, sink, "make", d->dest, result);
        ok = false;
    }
    if (ok) fetch_progress_now(d->watch, part.len, part.len);
    partial_close(&part);
    return ok;
}

bool download_copy(const struct download *d, const char *path, struct diag_sink *sink)
{
    fetch_log(d->watch, "copying %s", path);
    // A fifo without a writer would block.
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) return fail_local(d, sink, path, errno, 0);
    struct stat st;
    bool ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    ok = ok ? copy_hashed(d, fd, (int64_t)st.st_size, path, sink)
            : fail_local(d, sink, path, 0, st.st_mode);
    close(fd);
    return ok;
}
