#include "engine/session.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/json.h"
#include "base/path.h"
#include "base/vec.h"
#include "engine/plan.h"
#include "store/folder.h"
#include "store/leftover.h"
#include "store/ref.h"
#include "store/store.h"

#define SESSIONS    "sessions"
#define VERSION     1
#define FOLDER_LINK "folder"

static struct diag *fail(struct diag_sink *sink, const struct store *store, int error,
                         const char *doing, const char *name)
{
    return store_fail(sink, "E0832", error, "cannot %s the session %s/" SESSIONS "/%s", doing,
                      store->root, name);
}

void session_free(struct session *s)
{
    if (s->dir_fd >= 0) close(s->dir_fd);
    if (s->lock_fd >= 0) {
        // A worker that was forked meanwhile has the descriptor too.
        (void)flock(s->lock_fd, LOCK_UN);
        close(s->lock_fd);
    }
    json_decref(s->front);
    arena_free(&s->arena);
    *s = SESSION_INIT;
}

static void set_id(const struct store *store, struct session *s, const char *id)
{
    snprintf(s->id, sizeof s->id, "%s", id);
    s->folder = arena_printf(&s->arena, "%s/" LEFTOVER_PAUSED_TMP "%s", store->tmp, s->id);
}

char *session_out(struct session *s, unsigned i)
{
    return s->outputs == 1 ? path_join(&s->arena, s->folder, "out")
                           : arena_printf(&s->arena, "%s/out%u", s->folder, i + 1);
}

// ---- as JSON ----

static json_t *refs_json(const struct str *at, size_t len)
{
    json_t *list = json_array();
    for (size_t i = 0; i < len; i++) json_array_append_new(list, json_stringn(at[i].p, at[i].len));
    return list;
}

static json_t *pins_json(const struct session *s)
{
    json_t *pins = json_object();
    for (size_t i = 0; i < s->pin_count; i++)
        json_object_setn_new(pins, s->pins[i].dref.p, s->pins[i].dref.len,
                             refs_json(s->pins[i].rrefs, s->pins[i].count));
    return pins;
}

// Null if a path is not UTF-8.
static json_t *to_json(const struct store *store, const struct session *s)
{
    return json_pack(
        "{s:o, s:s, s:O, s:s, s:o, s:b, s:o, s:i, s:o, s:s, s:s, s:o, s:I, s:i}", "committing",
        refs_json(s->committing.at, s->committing.len), "dref", s->dref.p, "front", s->front, "id",
        s->id, "made", refs_json(s->made.at, s->made.len), "matched", s->matched, "next",
        refs_json(s->next.at, s->next.len), "outputs", (int)s->outputs, "pins", pins_json(s),
        "stage", s->stage.p, "store", store->path, "strays", refs_json(s->strays.at, s->strays.len),
        "time_ns", (json_int_t)s->time_ns, "version", VERSION);
}

static struct str own_str(struct session *s, const json_t *text)
{
    return arena_str(&s->arena, (struct str){json_string_value(text), json_string_length(text)});
}

// False if it is no list of strings.
static bool read_refs(struct session *s, const json_t *list, struct ref_list *out)
{
    size_t i;
    const json_t *item;
    out->len = json_array_size(list);
    out->at = ARENA_ARRAY(&s->arena, struct str, out->len);
    json_array_foreach(list, i, item)
    {
        if (!json_is_string(item)) return false;
        out->at[i] = own_str(s, item);
    }
    return json_is_array(list);
}

static bool read_pins(struct session *s, const json_t *pins)
{
    s->pins = ARENA_ARRAY(&s->arena, struct engine_pin, json_object_size(pins));
    const char *dref;
    json_t *list;
    json_object_foreach((json_t *)pins, dref, list)
    {
        struct ref_list rrefs;
        if (!read_refs(s, list, &rrefs)) return false;
        s->pins[s->pin_count++] =
            (struct engine_pin){str_from(arena_strdup(&s->arena, dref)), rrefs.at, rrefs.len};
    }
    return json_is_object(pins);
}

static bool from_json(const struct store *store, struct session *s, const json_t *json)
{
    const char *id = json_string_value(json_object_get(json, "id"));
    const json_t *stage = json_object_get(json, "stage"), *dref = json_object_get(json, "dref");
    json_int_t outputs = json_integer_value(json_object_get(json, "outputs"));
    if (json_integer_value(json_object_get(json, "version")) != VERSION || !id ||
        strlen(id) != SESSION_ID_LEN || strchr(id, '/') || !json_is_string(stage) ||
        !json_is_string(dref) || outputs < 1 || outputs > UINT16_MAX)
        return false;
    set_id(store, s, id);
    s->stage = own_str(s, stage);
    s->dref = own_str(s, dref);
    s->outputs = (unsigned)outputs;
    s->time_ns = json_integer_value(json_object_get(json, "time_ns"));
    s->matched = json_is_true(json_object_get(json, "matched"));
    s->front = json_incref(json_object_get(json, "front"));
    return s->front && ref_is_dref(s->dref) && read_pins(s, json_object_get(json, "pins")) &&
           read_refs(s, json_object_get(json, "made"), &s->made) &&
           read_refs(s, json_object_get(json, "next"), &s->next) &&
           read_refs(s, json_object_get(json, "committing"), &s->committing) &&
           read_refs(s, json_object_get(json, "strays"), &s->strays);
}

// ---- reading ----

enum found { FOUND, NOT_THERE, OTHER_STORE, BROKEN };

static void help_to_drop(struct diag *d, const char *name)
{
    diag_help(d, "`plxc cancel %s` drops it, and what was made by hand", name);
}

static enum found read_json(const struct store *store, struct session *s, const char *name,
                            struct str text, struct diag_sink *sink)
{
    struct json_problem problem;
    json_t *json = json_parse(text, &problem);
    const char *of = json_string_value(json_object_get(json, "store"));
    enum found found = FOUND;
    if (of && strcmp(of, store->path) != 0) {
        found = OTHER_STORE;
        s->store = arena_strdup(&s->arena, of);
    } else if (!from_json(store, s, json))
        found = BROKEN;
    json_decref(json);
    if (found == BROKEN) {
        struct diag *d = diag_error(sink, SPAN_NONE, "E0832",
                                    "%s/" SESSIONS "/%s/session.json is no session that this plxc "
                                    "can read",
                                    store->root, name);
        help_to_drop(d, name);
    }
    return found;
}

// Opens sessions/NAME and reads it. Of one of another store that shares the root only the name and
// the store are known.
static enum found find(const struct store *store, const char *name, struct session *s,
                       struct diag_sink *sink)
{
    *s = SESSION_INIT;
    char *path = arena_printf(&s->arena, SESSIONS "/%s", name);
    s->dir_fd = openat(store->root_fd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct buf text = BUF_INIT;
    int rc = s->dir_fd < 0 ? -errno : io_read_file(s->dir_fd, "session.json", 0, &text);
    enum found found = FOUND;
    if (rc == 0) {
        s->name = arena_strdup(&s->arena, name);
        found = read_json(store, s, name, buf_str(&text), sink);
    } else {
        // What has a name has all its files.
        found = s->dir_fd < 0 && io_is_absent(-rc) ? NOT_THERE : BROKEN;
        if (found == BROKEN) {
            fail(sink, store, rc, "read", name);
            help_to_drop(sink->last, name);
        }
    }
    buf_free(&text);
    if (found != FOUND && found != OTHER_STORE) session_free(s);
    return found;
}

static void add_session(struct session **at, size_t *len, const struct session *s)
{
    *at = bug_realloc(*at, (*len + 1) * sizeof **at);
    (*at)[(*len)++] = *s;
}

// Adds what is called `name`. False after a report.
static bool list_one(const struct store *store, const char *name, struct session_list *out,
                     struct diag_sink *sink)
{
    struct session s;
    switch (find(store, name, &s, sink)) {
    case FOUND: add_session(&out->at, &out->len, &s); return true;
    case OTHER_STORE:
        if (access(s.store, F_OK) < 0 && io_is_absent(errno))
            add_session(&out->moved, &out->moved_len, &s);
        else
            session_free(&s);
        return true;
    case NOT_THERE: return true;
    case BROKEN: return false;
    }
    BUG("a session is neither there nor not");
}

bool session_list(const struct store *store, struct session_list *out, struct diag_sink *sink)
{
    *out = (struct session_list){0};
    struct arena arena = ARENA_INIT;
    struct folder f = {NULL, 0};
    int rc = store->root_fd < 0 ? 0 : folder_list_at(store->root_fd, SESSIONS, &arena, &f);
    bool good = rc == 0 || rc == -ENOENT;
    if (!good) store_fail(sink, "E0832", rc, "cannot list %s/" SESSIONS, store->root);
    for (size_t i = 0; rc == 0 && i < f.len; i++)
        if (f.at[i].name[0] != '.') good = list_one(store, f.at[i].name, out, sink) && good;
    arena_free(&arena);
    return good;
}

void session_list_free(struct session_list *list)
{
    for (size_t i = 0; i < list->len; i++) session_free(&list->at[i]);
    for (size_t i = 0; i < list->moved_len; i++) session_free(&list->moved[i]);
    free(list->at);
    free(list->moved);
    *list = (struct session_list){0};
}

// A stage's name, or that with a number behind it, which may be longer than names of stages are.
static bool may_be_name(const char *name)
{
    return *name && *name != '.' && !strchr(name, '/') && strlen(name) <= NAME_MAX;
}

bool session_exists(const struct store *store, const char *name)
{
    if (!may_be_name(name)) return false;
    struct session s;
    struct diag_sink ignored = DIAG_SINK_INIT;
    bool exists = find(store, name, &s, &ignored) == FOUND;
    diag_sink_free(&ignored);
    session_free(&s);
    return exists;
}

static bool begins(const struct session *s, const char *name)
{
    return strncmp(s->name, name, strlen(name)) == 0;
}

// Which sessions a text can mean that is not the whole of a name.
static size_t count_beginning(const struct session_list *all, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < all->len; i++)
        if (begins(&all->at[i], name)) count++;
    return count;
}

bool session_matches(const struct store *store, const char *name)
{
    struct session_list all;
    struct diag_sink ignored = DIAG_SINK_INIT;
    (void)!session_list(store, &all, &ignored);
    bool some = session_exists(store, name) || (*name && count_beginning(&all, name));
    session_list_free(&all);
    diag_sink_free(&ignored);
    return some;
}

static void report_missing(const struct session_list *all, const char *name, struct diag_sink *sink)
{
    if (!all->len) {
        struct diag *d = diag_error(sink, SPAN_NONE, "E0831", "no realization is paused");
        for (size_t i = 0; i < all->moved_len; i++)
            diag_note(d, "`%s` is of the store %s, which is not there any more", all->moved[i].name,
                      all->moved[i].store);
        diag_help(d, all->moved_len
                         ? "where a store was moved, its sessions can go on when it is back"
                         : "`plxc realize TARGET --interrupt NAME` pauses at the stage NAME");
        return;
    }
    struct diag *d;
    size_t beginning = name ? count_beginning(all, name) : 0;
    if (!name)
        d = diag_error(sink, SPAN_NONE, "E0831", "%zu realizations are paused: say which one",
                       all->len);
    else if (beginning)
        d = diag_error(sink, SPAN_NONE, "E0831", "`%s` is the beginning of several sessions", name);
    else
        d = diag_error(sink, SPAN_NONE, "E0831", "there is no session `%s`", name);
    struct str *names = bug_malloc(all->len * sizeof *names);
    for (size_t i = 0; i < all->len; i++) {
        names[i] = str_from(all->at[i].name);
        if (!beginning || begins(&all->at[i], name)) diag_note(d, "there is `%s`", all->at[i].name);
    }
    if (name && !beginning) (void)diag_suggest(d, str_from(name), names, all->len);
    free(names);
}

static void just_ended(const char *name, struct diag_sink *sink)
{
    diag_error(sink, SPAN_NONE, "E0831", "the session `%s` has just ended", name);
}

static const char *choose(const struct session_list *all, const char *name)
{
    if (!name) return all->len == 1 ? all->at[0].name : NULL;
    if (count_beginning(all, name) != 1) return NULL;
    size_t i = 0;
    while (!begins(&all->at[i], name)) i++;
    return all->at[i].name;
}

bool session_look(const struct store *store, const char *name, struct session *s,
                  struct diag_sink *sink)
{
    *s = SESSION_INIT;
    if (name && may_be_name(name)) {
        enum found found = find(store, name, s, sink);
        if (found == FOUND || found == BROKEN) return found == FOUND;
        session_free(s);
    }
    struct session_list all;
    bool good = session_list(store, &all, sink);
    const char *chosen = choose(&all, name);
    if (good && !chosen) {
        report_missing(&all, name, sink);
        good = false;
    } else if (good && find(store, chosen, s, sink) != FOUND) {
        just_ended(chosen, sink);
        good = false;
    }
    session_list_free(&all);
    return good;
}

// ---- locking ----

static void in_use(const struct session *s, struct diag_sink *sink)
{
    char text[24] = "";
    ssize_t n = pread(s->lock_fd, text, sizeof text - 1, 0);
    long pid = n > 0 ? strtol(text, NULL, 10) : 0;
    if (pid > 0)
        diag_error(sink, SPAN_NONE, "E0833", "process %ld is at work on the session `%s`", pid,
                   s->name);
    else
        diag_error(sink, SPAN_NONE, "E0833", "another process is at work on the session `%s`",
                   s->name);
}

static bool take_lock(const struct store *store, struct session *s, struct diag_sink *sink)
{
    s->lock_fd = openat(s->dir_fd, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (s->lock_fd >= 0 && flock(s->lock_fd, LOCK_EX | LOCK_NB) == 0) return true;
    if (s->lock_fd >= 0 && errno == EWOULDBLOCK)
        in_use(s, sink);
    else if (s->lock_fd < 0 && errno == ENOENT)
        just_ended(s->name, sink); // its folder is being removed
    else
        fail(sink, store, errno, "lock", s->name);
    return false;
}

static void write_holder(int fd)
{
    char text[24];
    int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    // It is for messages only.
    if (ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)len, 0) < 0) return;
}

// What was read before it was locked may be old, and the session may have ended.
static bool read_again(struct store *store, struct session *s, struct diag_sink *sink)
{
    struct session now;
    struct stat a, b;
    enum found found = find(store, s->name, &now, sink);
    bool same = found == FOUND && fstat(s->dir_fd, &a) == 0 && fstat(now.dir_fd, &b) == 0 &&
                a.st_ino == b.st_ino && a.st_dev == b.st_dev;
    if (!same) {
        if (found != BROKEN) just_ended(s->name, sink);
        session_free(&now);
        return false;
    }
    now.lock_fd = s->lock_fd;
    s->lock_fd = -1;
    session_free(s);
    *s = now;
    write_holder(s->lock_fd);
    return true;
}

bool session_open(struct store *store, const char *name, struct session *s, struct diag_sink *sink)
{
    *s = SESSION_INIT;
    if (!store_writable(store, sink) || !session_look(store, name, s, sink)) return false;
    bool good = take_lock(store, s, sink) && read_again(store, s, sink);
    if (!good) session_free(s);
    return good;
}

// The ID at the end of the link to its folder. Where there is none, nothing of the session is in
// tmp/ that could be found.
static void read_id(struct store *store, struct session *s)
{
    static const char *const nobody = "nobody";
    char target[PATH_MAX];
    ssize_t len = readlinkat(s->dir_fd, FOLDER_LINK, target, sizeof target - 1);
    target[len > 0 ? len : 0] = '\0';
    const char *name = strrchr(target, '/');
    const size_t prefix = strlen(LEFTOVER_PAUSED_TMP);
    bool good = name && strncmp(name + 1, LEFTOVER_PAUSED_TMP, prefix) == 0 &&
                strlen(name + 1) == prefix + SESSION_ID_LEN;
    set_id(store, s, good ? name + 1 + prefix : nobody);
}

// A session of which nothing else can be read.
static bool open_broken(struct store *store, const char *name, struct session *s)
{
    *s = SESSION_INIT;
    const char *path = arena_printf(&s->arena, SESSIONS "/%s", name);
    s->dir_fd = openat(store->root_fd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (s->dir_fd < 0) {
        session_free(s);
        return false;
    }
    s->name = arena_strdup(&s->arena, name);
    read_id(store, s);
    return true;
}

static bool is_broken(const struct store *store, const char *name)
{
    struct session s;
    struct diag_sink ignored = DIAG_SINK_INIT;
    bool broken = find(store, name, &s, &ignored) == BROKEN;
    session_free(&s);
    diag_sink_free(&ignored);
    return broken;
}

bool session_open_to_drop(struct store *store, const char *name, struct session *s,
                          struct diag_sink *sink)
{
    if (!name || !may_be_name(name) || !store_writable(store, sink) || !is_broken(store, name) ||
        !open_broken(store, name, s))
        return session_open(store, name, s, sink);
    if (take_lock(store, s, sink)) return true;
    session_free(s);
    return false;
}

// ---- writing ----

static int make_new(struct store *store, struct session *s)
{
    char *path =
        arena_printf(&s->arena, "%s/" SESSIONS "/" LEFTOVER_PAUSED_NEW "XXXXXX", store->root);
    if (!mkdtemp(path)) return -errno;
    set_id(store, s, path + strlen(path) - SESSION_ID_LEN);
    s->dir_fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (s->dir_fd < 0 || fchmod(s->dir_fd, 0755) < 0) return -errno;
    s->lock_fd = openat(s->dir_fd, "lock", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (s->lock_fd < 0 || flock(s->lock_fd, LOCK_EX) < 0) return -errno;
    write_holder(s->lock_fd);
    return symlinkat(s->folder, s->dir_fd, FOLDER_LINK) < 0 ? -errno : 0;
}

// What fails here is a leftover (store/leftover.h): its folder in tmp/ is found by its name.
static void clear_away(struct store *store, struct session *s, const char *path)
{
    const char *paused = arena_printf(&s->arena, LEFTOVER_PAUSED_TMP "%s", s->id);
    if (io_remove_tree(store->tmp_fd, paused) == 0) (void)!io_remove_tree(store->root_fd, path);
}

bool session_begin(struct store *store, struct session *s, struct diag_sink *sink)
{
    *s = SESSION_INIT;
    if (!store_writable(store, sink)) return false;
    leftover_sweep_paused(store);
    int sessions = openat(store->root_fd, SESSIONS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int guard = sessions < 0 ? -1
                             : openat(sessions, LEFTOVER_PAUSED_GUARD,
                                      O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
    int rc = guard < 0 ? -errno : 0;
    while (rc == 0 && flock(guard, LOCK_EX) < 0)
        if (errno != EINTR) rc = -errno;
    if (rc == 0) rc = make_new(store, s);
    if (guard >= 0) close(guard);
    if (sessions >= 0) close(sessions);
    if (rc == 0) return true;
    store_fail(sink, "E0832", rc, "cannot make a session in %s/" SESSIONS, store->root);
    if (s->folder)
        clear_away(store, s, arena_printf(&s->arena, SESSIONS "/" LEFTOVER_PAUSED_NEW "%s", s->id));
    session_free(s);
    return false;
}

static int replace(struct store *store, struct session *s, const char *name, struct str text)
{
    const char *beside = arena_printf(&s->arena, ".%s-%ld", name, (long)getpid());
    int rc = io_write_new(s->dir_fd, beside, text, 0644, store->sync);
    if (rc == -EEXIST) {
        if (unlinkat(s->dir_fd, beside, 0) < 0) return -errno;
        rc = io_write_new(s->dir_fd, beside, text, 0644, store->sync);
    }
    if (rc < 0) return rc;
    if (renameat(s->dir_fd, beside, s->dir_fd, name) < 0) {
        rc = -errno;
        unlinkat(s->dir_fd, beside, 0);
    }
    return rc;
}

static int write_files(struct store *store, struct session *s)
{
    json_t *json = to_json(store, s);
    if (!json) return -EILSEQ;
    struct buf text = BUF_INIT;
    json_canonical(&text, json);
    buf_addc(&text, '\n');
    json_decref(json);
    struct buf roots = BUF_INIT;
    for (size_t i = 0; i < s->pin_count; i++)
        for (size_t k = 0; k < s->pins[i].count; k++)
            buf_printf(&roots, STR_FMT "\n", STR_ARG(s->pins[i].rrefs[k]));
    for (size_t i = 0; i < s->committing.len; i++)
        buf_printf(&roots, STR_FMT "\n", STR_ARG(s->committing.at[i]));
    for (size_t i = 0; i < s->made.len; i++)
        buf_printf(&roots, STR_FMT "\n", STR_ARG(s->made.at[i]));
    int rc = replace(store, s, "roots", buf_str(&roots));
    if (rc == 0) rc = replace(store, s, "session.json", buf_str(&text));
    if (rc == 0 && store->sync && fsync(s->dir_fd) < 0) rc = -errno;
    buf_free(&text);
    buf_free(&roots);
    return rc;
}

bool session_save(struct store *store, struct session *s, struct diag_sink *sink)
{
    int rc = write_files(store, s);
    if (rc < 0) fail(sink, store, rc, "write", s->name ? s->name : s->id);
    return rc == 0;
}

// Renames it from .new-ID to the first name that is free.
static int give_name(struct store *store, struct session *s)
{
    const char *from = arena_printf(&s->arena, SESSIONS "/" LEFTOVER_PAUSED_NEW "%s", s->id);
    for (unsigned n = 1;; n++) {
        char *name = n == 1 ? arena_dup(&s->arena, s->stage.p, s->stage.len)
                            : arena_printf(&s->arena, STR_FMT "-%u", STR_ARG(s->stage), n);
        const char *to = arena_printf(&s->arena, SESSIONS "/%s", name);
        if (renameat2(store->root_fd, from, store->root_fd, to, RENAME_NOREPLACE) == 0) {
            s->name = name;
            return 0;
        }
        if (errno != EEXIST) return -errno;
    }
}

bool session_publish(struct store *store, struct session *s, struct str plan,
                     struct diag_sink *sink)
{
    int rc = io_write_new(s->dir_fd, "plan.json", plan, 0644, store->sync);
    if (rc == 0) rc = write_files(store, s);
    if (rc == 0) rc = give_name(store, s);
    if (rc == 0 && store->sync)
        rc = io_sync_dir(arena_printf(&s->arena, "%s/" SESSIONS, store->root));
    if (rc < 0) fail(sink, store, rc, "write", s->id);
    return rc == 0;
}

bool session_remove(struct store *store, struct session *s, struct diag_sink *sink)
{
    const char *now = s->name
                          ? arena_printf(&s->arena, SESSIONS "/%s", s->name)
                          : arena_printf(&s->arena, SESSIONS "/" LEFTOVER_PAUSED_NEW "%s", s->id);
    const char *gone = arena_printf(&s->arena, SESSIONS "/" LEFTOVER_PAUSED_GONE "%s", s->id);
    // From here on there is no such session; all else is cleaning.
    int rc = renameat(store->root_fd, now, store->root_fd, gone) < 0 ? -errno : 0;
    if (rc == 0)
        clear_away(store, s, gone);
    else
        fail(sink, store, rc, "remove", s->name ? s->name : s->id);
    session_free(s);
    return rc == 0;
}

bool session_undecided(const struct session *s, struct diag_sink *sink)
{
    if (!s->made.len) return true;
    struct diag *d = diag_error(sink, SPAN_NONE, "E0838",
                                "what the session `%s` goes on with was decided already", s->name);
    for (size_t i = 0; i < s->made.len; i++) diag_note(d, "it is " STR_FMT, STR_ARG(s->made.at[i]));
    diag_help(d, "`plxc continue %s` realizes the rest", s->name);
    return false;
}

bool session_plan(struct session *s, struct plan *plan, struct str *text, struct diag_sink *sink)
{
    struct buf bytes = BUF_INIT;
    int rc = io_read_file(s->dir_fd, "plan.json", 0, &bytes);
    *text = arena_str(&s->arena, buf_str(&bytes));
    buf_free(&bytes);
    if (rc < 0) {
        store_fail(sink, "E0832", rc, "cannot read the plan of the session `%s`", s->name);
        return false;
    }
    const char *name = arena_printf(&s->arena, "the plan of the session `%s`", s->name);
    return plan_read(plan, *text, name, sink);
}
