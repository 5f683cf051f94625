// First the tree of what is kept is made in memory, since a folder is kept only for what is in it;
// then it is hashed, or hashed and copied, in one pass over the files.
#include "store/source_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/path.h"
#include "base/vec.h"
#include "store/folder.h"
#include "store/glob.h"
#include "store/nar.h"

struct node {
    const char *name;
    unsigned char type; // DT_REG, DT_LNK or DT_DIR
    struct node *inner; // of a folder
    size_t count;
    const char *target; // of a link
};

// One line of a .gitignore.
struct rule {
    struct str pattern;
    bool negated;
};

// The rules of a folder and of those it is in.
struct rules {
    const struct rules *outer;
    struct rule *at;
    size_t count;
    size_t base; // how much of a path relative to the source leads to the folder of these rules
};

struct scan {
    struct arena arena;
    const char *path;
    const struct source_filter *filter;
    struct buf rel;
    size_t depth;
    struct span span;
    struct diag_sink *sink;
};

typedef VEC(struct node) nodes;

static bool fail(struct scan *s, int error, const char *doing)
{
    const char *reason = error == -ESTALE ? "it changed while it was read, or is no ordinary file"
                                          : strerror(-error);
    diag_error(s->sink, s->span, "E0719", "cannot %s the source %s%s%s: %s", doing, s->path,
               s->rel.len ? "/" : "", buf_z(&s->rel), reason);
    return false;
}

// The path itself leads nowhere.
static bool fail_to_resolve(struct scan *s, int error)
{
    char target[PATH_MAX];
    ssize_t len = readlink(s->path, target, sizeof target);
    (void)fail(s, -error, "read");
    if (len > 0) diag_note(s->sink->last, "it is a link to %.*s", (int)len, target);
    return false;
}

static bool refuse_type(struct scan *s)
{
    struct diag *d =
        diag_error(s->sink, s->span, "E0720", "the source %s%s%s is a fifo, a socket or a device",
                   s->path, s->rel.len ? "/" : "", buf_z(&s->rel));
    diag_note(d, "only files, folders and symbolic links can be kept");
    if (s->rel.len)
        diag_help(d, "leave it out with `source(…, exclude = [\"%s\"])`", buf_z(&s->rel));
    return false;
}

// Does a link at s->rel with this target stay inside? By text: where other links on its way lead is
// their own affair.
static bool stays_inside(const struct scan *s, const char *target)
{
    if (*target == '/') return false;
    long depth = 0;
    for (const char *p = buf_z(&s->rel); *p; p++) depth += *p == '/';
    for (const char *p = target; *p;) {
        size_t len = strcspn(p, "/");
        if (len == 2 && memcmp(p, "..", 2) == 0)
            depth--;
        else if (len && !(len == 1 && *p == '.'))
            depth++;
        if (depth < 0) return false;
        p += len + (p[len] == '/');
    }
    return true;
}

static bool scan_link(struct scan *s, int dirfd, struct node *n)
{
    char target[PATH_MAX + 1];
    ssize_t len = readlinkat(dirfd, n->name, target, sizeof(target) - 1);
    if (len < 0) return fail(s, -errno, "read the link");
    target[len] = '\0';
    if (!stays_inside(s, target)) {
        struct diag *d =
            diag_error(s->sink, s->span, "E0721", "the link %s/%s leads out of the source folder",
                       s->path, buf_z(&s->rel));
        diag_note(d, "it leads to %s", target);
        diag_help(d, "leave it out with `source(…, exclude = [\"%s\"])`", buf_z(&s->rel));
        return false;
    }
    n->target = arena_dup(&s->arena, target, (size_t)len);
    return true;
}

static bool is_blank(struct str line)
{
    return line.len == 0 || line.p[0] == '#';
}

// As gitignore(5) has it: blanks at the end do not count unless escaped.
static struct str trim(struct str line)
{
    while (line.len && line.p[line.len - 1] == ' ' &&
           !(line.len > 1 && line.p[line.len - 2] == '\\')) {
        line.len--;
    }
    return line;
}

static bool read_rules(struct scan *s, int dirfd, struct rules *r)
{
    struct buf text = BUF_INIT;
    int result = io_read_file(dirfd, ".gitignore", (size_t)16 << 20, &text);
    VEC(struct rule) found = {0};
    struct str all = result == 0 ? arena_str(&s->arena, buf_str(&text)) : STR("");
    for (size_t at = 0; at < all.len;) {
        const char *end = memchr(all.p + at, '\n', all.len - at);
        size_t len = end ? (size_t)(end - (all.p + at)) : all.len - at;
        struct rule rule = {trim((struct str){all.p + at, len}), false};
        at += len + 1;
        if (is_blank(rule.pattern)) continue;
        if (rule.pattern.p[0] == '!') {
            rule.negated = true;
            rule.pattern.p++;
            rule.pattern.len--;
        }
        vec_push(&found, rule);
    }
    r->count = found.len;
    r->at = ARENA_ARRAY(&s->arena, struct rule, found.len);
    if (found.len) memcpy(r->at, found.at, found.len * sizeof(*found.at));
    r->base = s->rel.len ? s->rel.len + 1 : 0;
    vec_free(&found);
    buf_free(&text);
    return result == 0 || result == -ENOENT || result == -EISDIR ||
           fail(s, result, "read a .gitignore in");
}

static bool rule_fits(struct str pattern, struct str path, bool is_folder)
{
    return (is_folder || !glob_folders_only(pattern)) && glob_match(pattern, path);
}

// The last rule that fits decides, the innermost folder's first.
static bool ignored(const struct scan *s, const struct rules *rules, bool is_folder)
{
    for (const struct rules *r = rules; r; r = r->outer) {
        struct str path = {buf_z(&s->rel) + r->base, s->rel.len - r->base};
        for (size_t i = r->count; i-- > 0;) {
            if (rule_fits(r->at[i].pattern, path, is_folder)) return !r->at[i].negated;
        }
    }
    return false;
}

static bool fits_any(const struct scan *s, const struct str *patterns, size_t count, bool is_folder)
{
    for (size_t i = 0; i < count; i++) {
        if (rule_fits(patterns[i], buf_str(&s->rel), is_folder)) return true;
    }
    return false;
}

static bool scan_folder(struct scan *s, int dirfd, const char *name, const struct rules *outer,
                        bool included, struct node *n);

// One entry, s->rel on it. Pushes it if it is kept.
static bool scan_entry(struct scan *s, int dirfd, const struct folder_entry *e,
                       const struct rules *rules, bool included, nodes *kept)
{
    static const struct source_filter everything;
    const struct source_filter *f = s->filter ? s->filter : &everything;
    bool is_folder = e->type == DT_DIR;
    if (strcmp(e->name, ".git") == 0 || ignored(s, rules, is_folder) ||
        fits_any(s, f->exclude, f->exclude_count, is_folder)) {
        return true;
    }
    included = included || fits_any(s, f->include, f->include_count, is_folder);
    struct node n = {.name = arena_strdup(&s->arena, e->name), .type = e->type};
    if (is_folder) {
        if (!scan_folder(s, dirfd, e->name, rules, included, &n)) return false;
        if (n.count) vec_push(kept, n);
        return true;
    }
    if (!included) return true;
    if (e->type == DT_LNK && !scan_link(s, dirfd, &n)) return false;
    if (e->type != DT_LNK && e->type != DT_REG) return refuse_type(s);
    vec_push(kept, n);
    return true;
}

static bool scan_entries(struct scan *s, int fd, const struct rules *outer, bool included,
                         struct node *n)
{
    struct folder f;
    struct rules rules = {.outer = outer};
    int result = folder_list(fd, &s->arena, &f);
    if (result < 0) return fail(s, result, "list");
    if (!read_rules(s, fd, &rules)) return false;
    nodes kept = {0};
    size_t len = s->rel.len;
    bool good = true;
    for (size_t i = 0; good && i < f.len; i++) {
        if (len) buf_addc(&s->rel, '/');
        buf_addz(&s->rel, f.at[i].name);
        good = scan_entry(s, fd, &f.at[i], &rules, included, &kept);
        if (good) buf_truncate(&s->rel, len);
    }
    n->count = kept.len;
    n->inner = ARENA_ARRAY(&s->arena, struct node, kept.len);
    if (kept.len) memcpy(n->inner, kept.at, kept.len * sizeof(*kept.at));
    vec_free(&kept);
    return good;
}

static bool scan_folder(struct scan *s, int dirfd, const char *name, const struct rules *outer,
                        bool included, struct node *n)
{
    if (s->depth == NAR_MAX_DEPTH) {
        diag_error(s->sink, s->span, "E0723",
                   "the source %s has more than %d folders inside each other", s->path,
                   NAR_MAX_DEPTH);
        return false;
    }
    int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return fail(s, -errno, "open");
    s->depth++;
    bool good = scan_entries(s, fd, outer, included, n);
    s->depth--;
    close(fd);
    return good;
}

// The path with its last link followed, so that everything after it can refuse to follow any.
static bool scan_source(struct scan *s, char *real, struct node *root)
{
    struct stat st;
    if (!realpath(s->path, real) || lstat(real, &st) < 0) return fail_to_resolve(s, errno);
    root->type = (unsigned char)IFTODT(st.st_mode);
    if (S_ISREG(st.st_mode)) return true;
    if (!S_ISDIR(st.st_mode)) return refuse_type(s);
    bool all = !s->filter || s->filter->include_count == 0;
    return scan_folder(s, AT_FDCWD, real, NULL, all, root);
}

// What is written where: the serialisation, and the copy when to >= 0.
struct copy {
    struct scan *s;
    struct nar *nar;
    bool write_through;
};

static bool copy_node(struct copy *c, const struct node *n, int from, const char *name, int to,
                      const char *to_name);

static int open_new_file(int dirfd, const char *name, bool executable)
{
    int fd = openat(dirfd, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                    executable ? 0755 : 0644);
    return fd < 0 ? -errno : fd;
}

static bool copy_file(struct copy *c, int from, const char *name, int to, const char *to_name)
{
    struct stat st;
    int fd = openat(from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return fail(c->s, -errno, "open");
    int result = fstat(fd, &st) < 0 ? -errno : 0;
    if (!result && !S_ISREG(st.st_mode)) result = -ESTALE;
    bool executable = !result && (st.st_mode & S_IXUSR);
    struct nar_copy copy = {.to = -1, .write_through = c->write_through};
    if (!result && to >= 0) {
        copy.to = open_new_file(to, to_name, executable);
        if (copy.to < 0) result = copy.to;
    }
    if (!result) result = nar_file(c->nar, fd, (size_t)st.st_size, executable, &copy);
    if (copy.to >= 0 && close(copy.to) < 0 && !result) result = -errno;
    close(fd);
    return result == 0 || fail(c->s, result, to >= 0 ? "copy" : "read");
}

static bool copy_entries(struct copy *c, const struct node *n, int from, int to)
{
    struct buf *rel = &c->s->rel;
    size_t len = rel->len;
    nar_folder(c->nar);
    for (size_t i = 0; i < n->count; i++) {
        const struct node *inner = &n->inner[i];
        if (len) buf_addc(rel, '/');
        buf_addz(rel, inner->name);
        nar_name(c->nar, inner->name);
        if (!copy_node(c, inner, from, inner->name, to, inner->name)) return false;
        nar_name_end(c->nar);
        buf_truncate(rel, len);
    }
    nar_folder_end(c->nar);
    return true;
}

static bool copy_folder(struct copy *c, const struct node *n, int from, const char *name, int to,
                        const char *to_name)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int inner = -1;
    if (to >= 0) {
        if (mkdirat(to, to_name, 0755) == 0) inner = openat(to, to_name, flags);
        if (inner < 0) return fail(c->s, -errno, "copy");
    }
    int fd = openat(from, name, flags);
    bool good = fd >= 0 ? copy_entries(c, n, fd, inner) : fail(c->s, -errno, "open");
    if (fd >= 0) close(fd);
    if (inner >= 0) close(inner);
    return good;
}

static bool copy_link(struct copy *c, const struct node *n, int to, const char *to_name)
{
    nar_link(c->nar, n->target);
    return to < 0 || symlinkat(n->target, to, to_name) == 0 || fail(c->s, -errno, "copy");
}

static bool copy_node(struct copy *c, const struct node *n, int from, const char *name, int to,
                      const char *to_name)
{
    switch (n->type) {
    case DT_DIR: return copy_folder(c, n, from, name, to, to_name);
    case DT_LNK: return copy_link(c, n, to, to_name);
    default: return copy_file(c, from, name, to, to_name);
    }
}

// The hash of the source alone; with `o`, that of the output as well.
static bool copy_root(struct copy *c, const struct node *root, const char *real, const char *base,
                      struct source_output *o, struct hasher *h, char hex[HASH_HEX_SIZE])
{
    bool ahead = o && nar_output_name(base);
    struct hasher *outer = ahead ? hasher_new(HASH_SHA256) : NULL;
    c->nar = ahead ? nar_begin_output(outer, base, o->context, h) : nar_begin(h);
    if (o) {
        c->write_through = o->sync;
        o->hash[0] = '\0';
    }
    bool good = copy_node(c, root, AT_FDCWD, real, o ? o->fd : -1, base);
    if (!good)
        nar_drop(c->nar);
    else if (ahead)
        nar_end_output(c->nar, o->hash, hex);
    else
        nar_end(c->nar, hex);
    hasher_free(outer);
    return good;
}

static bool run(const char *path, const struct source_filter *filter, struct source_output *o,
                struct hasher *h, char hash[SOURCE_TREE_HASH_SIZE], struct span span,
                struct diag_sink *sink)
{
    struct scan s = {.path = path, .filter = filter, .span = span, .sink = sink};
    struct node root = {0};
    char real[PATH_MAX], hex[HASH_HEX_SIZE];
    bool good = scan_source(&s, real, &root);
    if (good) {
        struct copy c = {.s = &s};
        good = copy_root(&c, &root, real, arena_str(&s.arena, path_base(path)).p, o, h, hex);
    }
    if (good) snprintf(hash, SOURCE_TREE_HASH_SIZE, "sha256:%s", hex);
    buf_free(&s.rel);
    arena_free(&s.arena);
    return good;
}

bool source_tree_hash(const char *path, const struct source_filter *filter, struct hasher *h,
                      char out[SOURCE_TREE_HASH_SIZE], struct span span, struct diag_sink *sink)
{
    return run(path, filter, NULL, h, out, span, sink);
}

bool source_tree_copy(const char *path, const struct source_filter *filter,
                      struct source_output *out, struct hasher *h, char hash[SOURCE_TREE_HASH_SIZE],
                      struct span span, struct diag_sink *sink)
{
    return run(path, filter, out, h, hash, span, sink);
}
