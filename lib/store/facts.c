// Texts are put together in the reader's buffers, so that reading a hundred thousand folders
// allocates little.
#include "store/facts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "store/config.h"
#include "store/folder.h"
#include "store/query.h"
#include "store/ref.h"
#include "store/store.h"

// Reading a store is no use of its files that anybody would want to know of: no times of access are
// written. Only the owner may ask for that.
static int open_quietly(int dirfd, const char *path, int flags)
{
    flags |= O_RDONLY | O_NOFOLLOW | O_CLOEXEC;
    int fd;
    do fd = openat(dirfd, path, flags | O_NOATIME);
    while (fd < 0 && errno == EINTR);
    if (fd < 0 && errno == EPERM) {
        do fd = openat(dirfd, path, flags);
        while (fd < 0 && errno == EINTR);
    }
    return fd < 0 ? -errno : fd;
}

// Into r->text, which is empty if there is no such file. One that is there and cannot be read is an
// error: what it needs would be taken for garbage.
static int read_text(struct facts_reader *r, int dirfd, const char *path)
{
    buf_clear(&r->text);
    int fd = open_quietly(dirfd, path, O_NONBLOCK);
    if (fd < 0) return io_is_absent(fd) ? 0 : fd;
    int result = io_read_regular(fd, 0, &r->text);
    close(fd);
    return result;
}

// Adds the lines of the dependencies; false: there is no config, or it is damaged.
static bool add_config(struct facts_reader *r, struct str **deps, size_t *count)
{
    struct diag_sink quiet = DIAG_SINK_INIT;
    struct config c;
    *count = 0;
    // The names of the dependencies lie in the text, and the buffer is for the next one.
    struct str text = arena_str(&r->scratch, buf_str(&r->text));
    bool good = config_scan(&c, &r->scratch, r->h, text, SPAN_NONE, &quiet);
    diag_sink_free(&quiet);
    if (!good) return false;
    *deps = c.deps;
    *count = c.dep_count;
    for (size_t i = 0; i < c.dep_count; i++) {
        buf_adds(&r->line, c.deps[i]);
        buf_addc(&r->line, '\n');
    }
    return true;
}

static int compare_names(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void add_need(struct facts_reader *r, struct str rref, const struct str *deps, size_t count)
{
    struct rref parsed;
    if (rref_parse(rref, &parsed) != REF_OK) return;
    struct dref of = rref_dref(&parsed);
    struct str name = str_from(of.text);
    const struct str *dep = count ? bsearch(&name, deps, count, sizeof *deps, compare_names) : NULL;
    buf_addc(&r->line, ' ');
    if (dep)
        buf_printf(&r->line, "%.*s:%zu", REF_HASH_LEN, rref.p + 5, (size_t)(dep - deps));
    else
        buf_adds(&r->line, rref);
}

// Every rref between quotes counts: no other place of a context can hold one.
static void add_context(struct facts_reader *r, const char *hash, const struct str *deps,
                        size_t count)
{
    char digest[HASH_HEX_SIZE];
    hasher_hex_of(r->h, buf_str(&r->text), digest);
    buf_printf(&r->line, "%s %.*s", hash, FACTS_CONTEXT_LEN, digest);
    const char *p = buf_z(&r->text);
    while ((p = strstr(p, "\"rref:"))) {
        size_t len = strcspn(++p, "\"");
        add_need(r, (struct str){p, len}, deps, count);
        p += len;
    }
    buf_addc(&r->line, '\n');
}

static int read_entries(struct facts_reader *r, int fd, const struct folder *f, bool *whole)
{
    struct str *deps = NULL;
    size_t count;
    int result = read_text(r, fd, "config.json");
    if (result < 0) return result;
    *whole = add_config(r, &deps, &count);
    for (size_t i = 0; i < f->len; i++) {
        char path[REF_HASH_LEN + 16];
        if (f->at[i].type != DT_DIR || !query_is_realization(f->at[i].name)) continue;
        snprintf(path, sizeof(path), "%s/context.json", f->at[i].name);
        result = read_text(r, fd, path);
        if (result < 0) return result;
        if (!r->text.len) *whole = false;
        add_context(r, f->at[i].name, deps, count);
    }
    return 0;
}

static int read_open_folder(struct facts_reader *r, int fd, struct facts *out)
{
    struct stat before, after;
    struct folder f;
    int64_t now = io_now_ns();
    bool whole = false;
    if (fstat(fd, &before) < 0) return -errno;
    int result = folder_list(fd, &r->scratch, &f);
    if (!result) result = read_entries(r, fd, &f, &whole);
    if (result < 0) return result;
    if (fstat(fd, &after) < 0) return -errno;
    struct index_stamp again = index_stamp_of(&after);
    out->stamp = index_stamp_of(&before);
    // What is damaged is looked at again: it may be mended.
    out->fresh =
        whole && index_stamp_eq(&out->stamp, &again) && index_stamp_settled(&out->stamp, now);
    return 0;
}

int facts_read(struct facts_reader *r, struct str dref, struct facts *out)
{
    struct arena_mark mark = arena_mark(&r->scratch);
    char rel[STORE_REL_SIZE];
    store_ref_rel(dref, rel);
    buf_clear(&r->line);
    *out = (struct facts){0};
    int fd = open_quietly(r->s->fd, rel, O_DIRECTORY);
    int result = fd < 0 ? fd : read_open_folder(r, fd, out);
    if (fd >= 0) close(fd);
    arena_reset(&r->scratch, mark);
    out->text = buf_str(&r->line);
    return result;
}

void facts_reader_free(struct facts_reader *r)
{
    arena_free(&r->scratch);
    buf_free(&r->text);
    buf_free(&r->line);
}

bool facts_next_line(struct str *rest, struct str *line)
{
    const char *end = rest->len ? memchr(rest->p, '\n', rest->len) : NULL;
    if (!end) return false;
    *line = (struct str){rest->p, (size_t)(end - rest->p)};
    rest->len -= line->len + 1;
    rest->p += line->len + 1;
    return true;
}

bool facts_is_dependency(struct str line)
{
    return str_starts_with(line, STR("dref:"));
}

bool facts_is_realization(struct str line)
{
    return line.len >= FACTS_NEEDS && !facts_is_dependency(line);
}
