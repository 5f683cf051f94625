// A commit consumes its outputs (commit.h), so a session says before what it will add to them
// (`strays`) and then, before they are published, what they become (`committing`): whenever this
// process dies, who continues next finds each output so that it can be made as it was, or gone and
// in the store.
#include "engine/session_commit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/json.h"
#include "base/vec.h"
#include "engine/failure.h"
#include "engine/match.h"
#include "store/commit.h"
#include "store/config.h"
#include "store/context.h"
#include "store/folder.h"
#include "store/lock.h"
#include "store/query.h"
#include "store/ref.h"
#include "store/store.h"

#define REWRITE_BLOCK ((size_t)1 << 20)

struct work {
    const struct session_commit *c;
    struct session *s;
    const struct derivation *stage;
    struct arena arena;
    struct config config;
    struct context context; // direct
    struct buf context_text;
    struct matcher matcher;
    struct commit *commits; // one for each output; of one that was committed already, its rref
};

// Was this output published by a process that died afterwards?
static bool is_published(struct work *w, unsigned i)
{
    return i < w->s->committing.len && access(session_out(w->s, i), F_OK) < 0 &&
           query_exists(w->c->store, w->s->committing.at[i]);
}

static const struct engine_pin *find_pin(const struct session *s, struct str dref)
{
    for (size_t i = 0; i < s->pin_count; i++)
        if (str_eq(s->pins[i].dref, dref)) return &s->pins[i];
    return NULL;
}

static bool make_context(struct work *w)
{
    const struct plan *plan = w->c->plan;
    size_t count = w->stage->dep_count;
    struct context_entry *entries = ARENA_ARRAY(&w->arena, struct context_entry, count);
    for (size_t i = 0; i < count; i++) {
        struct str dref = plan->at[w->stage->deps[i]].dref;
        const struct engine_pin *pin = find_pin(w->s, dref);
        if (!pin) {
            diag_error(w->c->sink, SPAN_NONE, "E0832",
                       "the session `%s` does not say what " STR_FMT " was realized with",
                       w->s->name, STR_ARG(dref));
            return false;
        }
        entries[i] = (struct context_entry){dref, pin->rrefs, pin->count};
    }
    w->context = context_make(entries, count);
    context_write(&w->context, &w->context_text);
    return true;
}

// A realization of what is gone would be a fault of the store.
static bool pins_are_there(const struct work *w)
{
    const struct plan *plan = w->c->plan;
    for (size_t i = 0; i < plan->len; i++) {
        const struct engine_pin *pin = find_pin(w->s, plan->at[i].dref);
        for (size_t k = 0; pin && k < pin->count; k++) {
            if (query_exists(w->c->store, pin->rrefs[k])) continue;
            failure_pin_gone(w->c->sink, plan->at[i].name, plan->at[i].span, pin->rrefs[k]);
            diag_help(w->c->sink->last,
                      "the session stays, with what was made by hand; `plxc cancel %s` drops it",
                      w->s->name);
            return false;
        }
    }
    return true;
}

static bool begin(struct work *w, const struct session_commit *c)
{
    *w = (struct work){.c = c, .s = c->session};
    for (size_t i = 0; i < c->plan->len; i++)
        if (str_eq(c->plan->at[i].dref, w->s->dref)) w->stage = &c->plan->at[i];
    if (!w->stage) {
        diag_error(c->sink, SPAN_NONE, "E0832", "the plan of the session `%s` lacks its stage",
                   w->s->name);
        return false;
    }
    return config_scan(&w->config, &w->arena, c->hasher, w->stage->config, SPAN_NONE, c->sink) &&
           matcher_parse(&w->matcher, &w->arena, w->stage->matcher, w->s->stage.p, w->stage->span,
                         c->sink) &&
           make_context(w);
}

static bool is_open(const struct work *w)
{
    return session_undecided(w->s, w->c->sink) && pins_are_there(w);
}

static void end(struct work *w)
{
    buf_free(&w->context_text);
    arena_free(&w->arena);
}

// ---- outputs as they were ----

// After a failed sync the kernel takes pages for written that are not. Written once more, they are
// dirty again, so that the next sync is for them, too.
static int write_again(int dirfd, const char *name)
{
    int fd = openat(dirfd, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return -errno;
    char *block = bug_malloc(REWRITE_BLOCK);
    int rc = 0;
    for (off_t at = 0; rc == 0;) {
        ssize_t n = pread(fd, block, REWRITE_BLOCK, at);
        if (n > 0) n = pwrite(fd, block, (size_t)n, at);
        if (n == 0) break;
        if (n > 0)
            at += n;
        else if (errno != EINTR)
            rc = -errno;
    }
    free(block);
    if (close(fd) < 0 && rc == 0) rc = -errno;
    return rc;
}

// Makes everything writable, and, if `again`, dirty.
static int unlock(int dirfd, const char *name, bool again, struct arena *arena)
{
    struct stat st;
    if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) return -errno;
    if (S_ISLNK(st.st_mode)) return 0;
    mode_t mode = (st.st_mode & 07777) | 0200;
    if (fchmodat(dirfd, name, mode, 0) < 0) return -errno;
    if (again && S_ISREG(st.st_mode)) return write_again(dirfd, name);
    if (!S_ISDIR(st.st_mode)) return 0;
    int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return -errno;
    struct folder f;
    int rc = folder_list(fd, arena, &f);
    for (size_t i = 0; rc == 0 && i < f.len; i++) rc = unlock(fd, f.at[i].name, again, arena);
    close(fd);
    return rc;
}

// Undoes what a commit that did not come to its end did to the outputs.
static bool restore(struct work *w)
{
    struct session *s = w->s;
    int rc = 0;
    // Names of what they become are known only if they were to be published.
    bool begun = false, again = s->committing.len > 0;
    int dir = open(s->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0) rc = -errno;
    for (size_t i = 0; rc == 0 && i < s->strays.len; i++) {
        if (unlinkat(dir, s->strays.at[i].p, 0) == 0)
            begun = true;
        else if (!io_is_absent(errno))
            rc = -errno;
    }
    for (unsigned i = 0; rc == 0 && (begun || again) && i < s->outputs; i++)
        if (!is_published(w, i)) rc = unlock(AT_FDCWD, session_out(s, i), again, &w->arena);
    if (dir >= 0) close(dir);
    if (rc < 0) {
        store_fail(w->c->sink, "E0832", rc, "cannot restore the outputs of the session `%s`",
                   s->name);
        return false;
    }
    if (!s->strays.len) return true;
    s->strays.len = 0;
    return session_save(w->c->store, s, w->c->sink);
}

// Notes which files a commit will add. What is there already is the user's.
static bool announce(struct work *w)
{
    struct session *s = w->s;
    s->strays.at = ARENA_ARRAY(&s->arena, struct str, s->outputs * COMMIT_OWN_FILES);
    s->strays.len = 0;
    for (unsigned i = 0; i < s->outputs; i++) {
        const char *out = session_out(s, i);
        for (size_t k = 0; k < COMMIT_OWN_FILES; k++) {
            const char *path = arena_printf(&s->arena, "%s/%s", out, commit_own_files[k]);
            if (faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0) continue;
            s->strays.at[s->strays.len++] = str_from(path + strlen(s->folder) + 1);
        }
    }
    return session_save(w->c->store, s, w->c->sink);
}

// ---- checks ----

// The kernel knows who writes to a file: a read lease is granted only if nobody does. Where leases
// are not to be had, this finds nothing. `path` is for the message.
static bool has_writer(int dirfd, const char *name, const char *path, struct work *w)
{
    struct stat st;
    if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) return false;
    if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) return false;
    int fd = openat(dirfd, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return false;
    bool found = false;
    if (S_ISREG(st.st_mode)) {
        // Who opens the file just now makes the kernel send a signal, which must be one that nobody
        // dies of.
        (void)fcntl(fd, F_SETSIG, SIGURG);
        found = fcntl(fd, F_SETLEASE, F_RDLCK) < 0 && errno == EAGAIN;
        if (!found) (void)fcntl(fd, F_SETLEASE, F_UNLCK);
        if (found) {
            struct diag *d = diag_error(w->c->sink, SPAN_NONE, "E0837",
                                        "a process has %s open for writing", path);
            diag_help(d, "end the program that writes to it, and say `plxc continue %s` again",
                      w->s->name);
        }
    } else {
        struct folder f;
        if (folder_list(fd, &w->arena, &f) < 0) f.len = 0;
        for (size_t i = 0; i < f.len && !found; i++)
            found = has_writer(fd, f.at[i].name,
                               arena_printf(&w->arena, "%s/%s", path, f.at[i].name), w);
    }
    close(fd);
    return found;
}

static struct match_request match_request(const struct work *w)
{
    return (struct match_request){.matcher = &w->matcher,
                                  .store = w->c->store,
                                  .name = w->s->stage.p,
                                  .span = w->stage->span,
                                  .key_call = w->c->key_call,
                                  .key_ctx = w->c->key_ctx};
}

static void help_to_mend(const struct work *w, const char *out)
{
    diag_help(w->c->sink->last,
              "the session stays: mend what is in %s, and say `plxc continue %s` again", out,
              w->s->name);
}

static bool nobody_writes(struct work *w)
{
    for (unsigned i = 0; i < w->s->outputs; i++) {
        const char *out = session_out(w->s, i);
        if (has_writer(AT_FDCWD, out, out, w)) return false;
    }
    return true;
}

static bool ask(struct work *w, const struct matcher *m, enum match_verdict *verdict,
                struct match_answer *answer)
{
    struct match_request q = match_request(w);
    q.matcher = m;
    if (!query_matching(w->c->store, &w->arena, w->s->dref, buf_str(&w->context_text),
                        &q.candidates, w->c->sink))
        return false;
    *verdict = match_run(&q, &w->arena, answer, w->c->sink);
    return *verdict != MATCH_FAILED;
}

// An exclusive matcher accepts so many realizations and no more: with one too many, the stage could
// not be realized any more.
static bool has_room(struct work *w)
{
    if (!w->matcher.exclusive || w->matcher.rmax == MATCH_NO_LIMIT) return true;
    struct matcher all = w->matcher;
    all.exclusive = false;
    all.rmin = all.rmax = MATCH_NO_LIMIT;
    enum match_verdict verdict;
    struct match_answer there;
    if (!ask(w, &all, &verdict, &there)) return false;
    size_t fresh = 0;
    for (unsigned i = 0; i < w->s->outputs; i++)
        if (!ref_list_has(&there.chosen, str_from(w->commits[i].rref.text))) fresh++;
    if (!fresh || (int64_t)(there.chosen.len + fresh) <= w->matcher.rmax) return true;
    struct diag *d = diag_error(
        w->c->sink, w->stage->span, "E0835",
        "`" STR_FMT "` has %zu realization%s already, and its matcher accepts no more than %lld",
        STR_ARG(w->s->stage), there.chosen.len, there.chosen.len == 1 ? "" : "s",
        (long long)w->matcher.rmax);
    for (size_t i = 0; i < there.chosen.len && i < 5; i++)
        diag_note(d, "there is " STR_FMT, STR_ARG(there.chosen.at[i]));
    diag_help(d,
              "`plxc continue %s --rref RREF` goes on with one of these; to have yours instead, "
              "remove them first with `plxc store rm`",
              w->s->name);
    return false;
}

// Where a key fails for what is to be published, the stage could not be realized any more.
static bool keys_work(struct work *w)
{
    struct match_request q = match_request(w);
    for (unsigned i = 0; i < w->s->outputs; i++) {
        if (w->commits[i].published) continue;
        const char *out = session_out(w->s, i);
        if (match_try(&q, str_from(w->commits[i].rref.text), out, w->c->sink)) continue;
        help_to_mend(w, out);
        return false;
    }
    return true;
}

// ---- committing ----

static bool take_lock(struct work *w, struct lock *lock)
{
    const struct session_commit *c = w->c;
    pid_t holder;
    enum lock_result r = lock_try(c->store, w->s->dref, lock, &holder, c->sink);
    if (r == LOCK_BUSY) {
        if (c->waiting) c->waiting(c->waiting_ctx, holder);
        r = lock_wait(c->store, w->s->dref, lock, c->sink);
    }
    return r == LOCK_TAKEN;
}

static bool prepare_output(struct work *w, unsigned i, int64_t now, struct str meta)
{
    const struct session_commit *c = w->c;
    struct json_problem problem;
    json_t *options = w->stage->options.len ? json_parse(w->stage->options, &problem) : NULL;
    const char *out = session_out(w->s, i), *log = arena_printf(&w->arena, "%s/log", w->s->folder);
    struct commit_request request = {
        .dref = w->s->dref,
        .context = &w->context,
        .promises = w->config.promises,
        .promise_count = w->config.promise_count,
        .check_promises = !json_is_false(json_object_get(options, "check_promises")),
        .out = out + strlen(c->store->tmp) + 1, // relative to tmp/
        .start_ns = now,
        .meta = meta,
        .log = access(log, F_OK) == 0 ? log : NULL,
        .keep = true,
    };
    json_decref(options);
    if (commit_prepare(c->store, &request, c->hasher, &w->arena, &w->commits[i], c->sink))
        return true;
    help_to_mend(w, out);
    return false;
}

static bool prepare_all(struct work *w)
{
    struct json_problem problem;
    json_t *realizer = w->stage->realizer.len ? json_parse(w->stage->realizer, &problem) : NULL;
    const char *kind = json_string_value(json_object_get(realizer, "kind"));
    json_t *meta = json_pack("{s:b, s:s, s:s}", "by_hand", 1, "realizer", kind ? kind : "",
                             "version", PLX_VERSION);
    struct buf text = BUF_INIT;
    json_canonical(&text, meta);
    json_decref(meta);
    json_decref(realizer);
    w->commits = ARENA_ARRAY(&w->arena, struct commit, w->s->outputs);
    int64_t now = io_now_ns();
    bool good = true;
    char folder[STORE_REL_SIZE];
    store_ref_rel(w->s->dref, folder);
    for (unsigned i = 0; good && i < w->s->outputs; i++) {
        w->commits[i].published = is_published(w, i);
        if (!w->commits[i].published) {
            good = prepare_output(w, i, now, buf_str(&text));
            continue;
        }
        if (rref_parse(w->s->committing.at[i], &w->commits[i].rref) != REF_OK)
            BUG("a malformed rref that is in the store");
        // Whoever published it may not have come to sync its name.
        store_dirty(w->c->store, folder);
    }
    buf_free(&text);
    return good;
}

static void add_made(struct session *s, struct str rref)
{
    s->made.at[s->made.len++] = arena_str(&s->arena, rref);
}

// Nothing is wrong then, but the next realization will not give what this one gave.
static void warn_unchosen(struct work *w, bool chosen, const struct match_answer *answer)
{
    for (size_t i = 0; chosen && i < w->s->made.len; i++)
        if (ref_list_has(&answer->chosen, w->s->made.at[i])) return;
    struct diag *d = diag_warning(
        w->c->sink, w->stage->span, "W0802",
        chosen ? "the matcher of `" STR_FMT "` prefers another realization to what this one goes "
                 "on with"
               : "the matcher of `" STR_FMT "` is not content with what this one goes on with",
        STR_ARG(w->s->stage));
    for (size_t i = 0; i < w->s->made.len && i < 5; i++)
        diag_note(d, "this one: " STR_FMT, STR_ARG(w->s->made.at[i]));
    for (size_t i = 0; chosen && i < answer->chosen.len && i < 5; i++)
        diag_note(d, "the matcher's: " STR_FMT, STR_ARG(answer->chosen.at[i]));
    if (!chosen) match_explain(d, &w->matcher, answer);
    diag_help(d, chosen ? "the next `plxc realize` will use the matcher's choice"
                        : "the next `plxc realize` will run the realizer");
}

// What it goes on with is in the matcher's order, as far as that chooses it: what others realize
// with the same is the same then.
static void set_made(struct work *w, const struct str *rrefs, size_t count)
{
    struct session *s = w->s;
    struct ref_list given = {(struct str *)rrefs, count};
    enum match_verdict verdict;
    struct match_answer answer;
    s->made = (struct ref_list){ARENA_ARRAY(&s->arena, struct str, count), 0};
    bool asked = ask(w, &w->matcher, &verdict, &answer), chosen = asked && verdict == MATCH_CONTENT;
    for (size_t i = 0; chosen && i < answer.chosen.len; i++)
        if (ref_list_has(&given, answer.chosen.at[i])) add_made(s, answer.chosen.at[i]);
    for (size_t i = 0; i < count; i++)
        if (!ref_list_has(&s->made, rrefs[i])) add_made(s, rrefs[i]);
    if (asked) warn_unchosen(w, chosen, &answer);
}

static bool publish(struct work *w)
{
    const struct session_commit *c = w->c;
    struct session *s = w->s;
    struct commit *unpublished = ARENA_ARRAY(&w->arena, struct commit, s->outputs);
    size_t count = 0;
    s->committing = (struct ref_list){ARENA_ARRAY(&s->arena, struct str, s->outputs), s->outputs};
    for (unsigned i = 0; i < s->outputs; i++) {
        s->committing.at[i] = arena_str(&s->arena, str_from(w->commits[i].rref.text));
        if (!w->commits[i].published) unpublished[count++] = w->commits[i];
    }
    if (!session_save(c->store, s, c->sink)) return false;
    if (!commit_publish(c->store, unpublished, count, c->sink) || !store_sync(c->store, c->sink)) {
        diag_help(c->sink->last,
                  "the session stays, with what was made: `plxc continue %s` tries again", s->name);
        return false;
    }
    set_made(w, s->committing.at, s->committing.len);
    s->committing.len = s->strays.len = 0;
    return session_save(c->store, s, c->sink);
}

static bool commit_locked(struct work *w)
{
    return restore(w) && nobody_writes(w) && announce(w) && prepare_all(w) && has_room(w) &&
           keys_work(w) && publish(w);
}

bool session_commit_outputs(const struct session_commit *c)
{
    struct work w;
    bool good = begin(&w, c) && is_open(&w);
    struct lock lock = LOCK_INIT;
    if (good) {
        good = take_lock(&w, &lock) && commit_locked(&w);
        if (!good && w.s->strays.len) good = restore(&w) && false;
        lock_release(c->store, &lock);
    }
    end(&w);
    return good;
}

// ---- other realizations ----

static bool refuse_rref(const struct work *w, struct str rref, const char *why)
{
    struct diag *d =
        diag_error(w->c->sink, SPAN_NONE, "E0834", "the session `%s` cannot go on with " STR_FMT,
                   w->s->name, STR_ARG(rref));
    diag_note(d, "%s", why);
    diag_note(d, "the session pauses at " STR_FMT, STR_ARG(w->s->dref));
    return false;
}

static bool check_rref(struct work *w, struct str text)
{
    struct rref rref;
    if (rref_parse(text, &rref) != REF_OK) return refuse_rref(w, text, "it is no realization");
    struct dref dref = rref_dref(&rref);
    if (!str_eqz(w->s->dref, dref.text))
        return refuse_rref(w, text, "it is a realization of another derivation");
    if (!query_exists(w->c->store, text)) return refuse_rref(w, text, "the store has not got it");
    struct context context;
    if (!context_read(w->c->store, &w->arena, text, &context, w->c->sink)) return false;
    if (context_eq(&context, &w->context)) return true;
    return refuse_rref(w, text, "it was built with other realizations of its dependencies");
}

static bool take(struct work *w, const struct str *rrefs, size_t count)
{
    set_made(w, rrefs, count);
    if (session_save(w->c->store, w->s, w->c->sink)) return true;
    w->s->made.len = 0; // as the next process will find it
    return false;
}

bool session_commit_rrefs(const struct session_commit *c, const struct str *rrefs, size_t count)
{
    struct work w;
    bool good = begin(&w, c) && is_open(&w);
    for (size_t i = 0; good && i < count; i++) good = check_rref(&w, rrefs[i]);
    good = good && take(&w, rrefs, count);
    end(&w);
    return good;
}

// ---- what the realizer made ----

bool session_take_made(const struct session_commit *c, const struct str *rrefs, size_t count)
{
    struct work w;
    bool good = begin(&w, c) && take(&w, rrefs, count);
    end(&w);
    return good;
}
