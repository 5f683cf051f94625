// What is serialised passes through one block, so that small pieces cost no call into OpenSSL each
// and a file is read behind what is there already.
#include "store/nar.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/stream.h"
#include "store/folder.h"
#include "store/store.h"

#define BLOCK ((size_t)256 << 10)
// From this size on, a file goes past the block.
#define LARGE ((size_t)1 << 20)

struct nar {
    struct hasher *h;
    struct hasher *inner; // of an output: sees what is between begin and end; null: none
    struct str context;   // of an output
    bool context_first;
    size_t len;
    char block[BLOCK];
};

static void update(struct nar *n, const void *bytes, size_t len)
{
    hasher_update(n->h, bytes, len);
    if (n->inner) hasher_update(n->inner, bytes, len);
}

static void flush(struct nar *n)
{
    if (n->len) update(n, n->block, n->len);
    n->len = 0;
}

static void put(struct nar *n, const void *bytes, size_t len)
{
    if (len > BLOCK - n->len) flush(n);
    if (len > BLOCK) {
        update(n, bytes, len);
    } else if (len) {
        memcpy(n->block + n->len, bytes, len);
        n->len += len;
    }
}

static void put_number(struct nar *n, uint64_t value)
{
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++) bytes[i] = (unsigned char)(value >> (8 * i));
    put(n, bytes, sizeof(bytes));
}

static void put_padding(struct nar *n, size_t len)
{
    static const char zeros[8];
    put(n, zeros, (8 - len % 8) % 8);
}

static void put_bytes(struct nar *n, const char *bytes, size_t len)
{
    put_number(n, len);
    put(n, bytes, len);
    put_padding(n, len);
}

static void put_z(struct nar *n, const char *z)
{
    put_bytes(n, z, strlen(z));
}

struct nar *nar_begin(struct hasher *h)
{
    struct nar *n = bug_malloc(sizeof(*n));
    n->h = h;
    n->inner = NULL;
    n->len = 0;
    hasher_begin(h);
    put_z(n, "nix-archive-1");
    return n;
}

void nar_end(struct nar *n, char out[HASH_HEX_SIZE])
{
    flush(n);
    hasher_hex(n->h, out);
    free(n);
}

void nar_drop(struct nar *n)
{
    free(n);
}

// Moves `size` bytes from fd through the block.
static int put_small(struct nar *n, int fd, size_t size, struct nar_copy *copy)
{
    for (size_t left = size; left;) {
        if (BLOCK - n->len < 4096) flush(n);
        size_t want = BLOCK - n->len < left ? BLOCK - n->len : left;
        char *at = n->block + n->len;
        ssize_t got = read(fd, at, want);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return got < 0 ? -errno : -ESTALE;
        if (copy && copy->flat) hasher_update(copy->flat, at, (size_t)got);
        if (copy && copy->to >= 0) {
            int result = io_write_all(copy->to, at, (size_t)got);
            copy->write_failed = result < 0;
            if (result < 0) return result;
        }
        n->len += (size_t)got;
        left -= (size_t)got;
    }
    return 0;
}

static int put_large(struct nar *n, int fd, size_t size, struct nar_copy *copy)
{
    struct stream s = {.from = fd, .size = size, .to = -1};
    flush(n);
    s.hashers[s.hasher_count++] = n->h;
    if (n->inner) s.hashers[s.hasher_count++] = n->inner;
    if (copy) {
        if (copy->flat) s.hashers[s.hasher_count++] = copy->flat;
        s.to = copy->to;
        s.write_through = copy->write_through;
        s.progress = copy->progress;
        s.ctx = copy->ctx;
    }
    int result = stream_run(&s);
    if (copy) copy->write_failed = s.write_failed;
    return result;
}

static void put_file_head(struct nar *n, uint64_t size, bool executable)
{
    put_z(n, "(");
    put_z(n, "type");
    put_z(n, "regular");
    if (executable) {
        put_z(n, "executable");
        put_z(n, "");
    }
    put_z(n, "contents");
    put_number(n, size);
}

static int expect_end(int fd)
{
    char byte;
    ssize_t n;
    do n = read(fd, &byte, 1);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : n > 0 ? -ESTALE : 0;
}

int nar_file(struct nar *n, int fd, size_t size, bool executable, struct nar_copy *copy)
{
    put_file_head(n, size, executable);
    int result = size >= LARGE ? put_large(n, fd, size, copy) : put_small(n, fd, size, copy);
    if (result < 0) return result;
    struct stat st;
    if (fstat(fd, &st) < 0) return -errno;
    if ((size_t)st.st_size != size) return -ESTALE;
    // Files that the kernel makes up have no size to tell, but bytes.
    result = size == 0 ? expect_end(fd) : 0;
    if (result < 0) return result;
    put_padding(n, size);
    put_z(n, ")");
    return 0;
}

void nar_text(struct nar *n, struct str text)
{
    put_file_head(n, text.len, false);
    put(n, text.p, text.len);
    put_padding(n, text.len);
    put_z(n, ")");
}

void nar_link(struct nar *n, const char *target)
{
    put_z(n, "(");
    put_z(n, "type");
    put_z(n, "symlink");
    put_z(n, "target");
    put_z(n, target);
    put_z(n, ")");
}

void nar_folder(struct nar *n)
{
    put_z(n, "(");
    put_z(n, "type");
    put_z(n, "directory");
}

void nar_name(struct nar *n, const char *name)
{
    put_z(n, "entry");
    put_z(n, "(");
    put_z(n, "name");
    put_z(n, name);
    put_z(n, "node");
}

void nar_name_end(struct nar *n)
{
    put_z(n, ")");
}

void nar_folder_end(struct nar *n)
{
    put_z(n, ")");
}

// ---- an output with one artifact ----

bool nar_output_name(const char *name)
{
    return strncmp(name, "__", 2) != 0 && strcmp(name, NAR_CONTEXT) != 0;
}

static void put_context(struct nar *n)
{
    nar_name(n, NAR_CONTEXT);
    nar_text(n, n->context);
    nar_name_end(n);
}

struct nar *nar_begin_output(struct hasher *h, const char *name, struct str context,
                             struct hasher *inner)
{
    struct nar *n = nar_begin(h);
    n->context = context;
    n->context_first = strcmp(NAR_CONTEXT, name) < 0;
    nar_folder(n);
    if (n->context_first) put_context(n);
    nar_name(n, name);
    flush(n);
    if (inner) {
        // Only to the inner one: a serialisation of its own begins.
        n->h = inner;
        hasher_begin(inner);
        put_z(n, "nix-archive-1");
        flush(n);
        n->h = h;
        n->inner = inner;
    }
    return n;
}

void nar_end_output(struct nar *n, char out[HASH_HEX_SIZE], char inner[HASH_HEX_SIZE])
{
    flush(n);
    if (n->inner) hasher_hex(n->inner, inner);
    n->inner = NULL;
    nar_name_end(n);
    if (!n->context_first) put_context(n);
    nar_folder_end(n);
    nar_end(n, out);
}

// A walk over a tree as it is on the disk. `n` is null inside of what skip_meta leaves out, and
// where nothing is to be hashed.
struct walk {
    const struct nar_options *options;
    const char *what;
    struct arena arena;
    struct buf rel;
    size_t depth;
    struct diag_sink *sink;
};

void nar_output_fail(struct diag_sink *sink, int error, const char *doing, const char *what,
                     const char *rel)
{
    static const int made[] = {EACCES, EPERM, ENAMETOOLONG, ENOENT, ENOTDIR, ELOOP};
    bool is_made = false;
    for (size_t i = 0; i < LEN(made); i++)
        if (abs(error) == made[i]) is_made = true;
    struct diag *d = store_fail(sink, is_made ? "E0715" : "E0707", error, "cannot %s %s%s%s", doing,
                                what, *rel ? "/" : "", rel);
    if (is_made)
        diag_help(
            d,
            "what a realizer leaves must be its own to change: no attributes that forbid that, "
            "no folder above it locked, no path of more than %d bytes",
            PATH_MAX);
}

static bool refuse(const struct walk *w, int error, const char *doing)
{
    const char *slash = w->rel.len ? "/" : "";
    if (error == -ESTALE) {
        diag_error(w->sink, SPAN_NONE, "E0707", "%s%s%s changed while it was read", w->what, slash,
                   buf_z(&w->rel));
    } else if (w->options->unlock) {
        nar_output_fail(w->sink, error, doing, w->what, buf_z(&w->rel));
    } else {
        store_fail(w->sink, "E0707", error, "cannot %s %s%s%s", doing, w->what, slash,
                   buf_z(&w->rel));
    }
    return false;
}

static const char *type_name(unsigned char type)
{
    switch (type) {
    case DT_FIFO: return "a fifo";
    case DT_SOCK: return "a socket";
    case DT_CHR:
    case DT_BLK: return "a device";
    default: return "neither a file, a folder nor a link";
    }
}

static bool foreign(const struct walk *w, unsigned char type)
{
    struct diag *d = diag_error(w->sink, SPAN_NONE, "E0715", "%s%s%s is %s", w->what,
                                w->rel.len ? "/" : "", buf_z(&w->rel), type_name(type));
    diag_note(d, "only files, folders and symbolic links can be kept");
    return false;
}

// Opens what its owner may not read. A file with several names may have one outside of the tree,
// where it must stay as it is: once it is open, it gets its own mode back.
static int open_locked(int dirfd, const char *name, int flags)
{
    mode_t rights = flags & O_DIRECTORY ? 0700 : 0400;
    struct stat st;
    if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) return -errno;
    mode_t mode = st.st_mode & 07777;
    // A file that may be executed is another one than one that may not: that must stay as it is.
    if (fchmodat(dirfd, name, mode | rights, AT_SYMLINK_NOFOLLOW) < 0) return -errno;
    int fd = openat(dirfd, name, flags);
    int error = fd < 0 ? -errno : 0;
    if (S_ISDIR(st.st_mode) || st.st_nlink == 1) return fd < 0 ? error : fd;
    int restored = fd < 0 ? fchmodat(dirfd, name, mode, AT_SYMLINK_NOFOLLOW) : fchmod(fd, mode);
    if (restored < 0 && !error) error = -errno;
    if (error && fd >= 0) close(fd);
    return error ? error : fd;
}

// Without following a link, and without waiting for the other end of a fifo that came there
// meanwhile.
static int open_entry(const struct walk *w, int dirfd, const char *name, int flags)
{
    flags |= O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    int fd;
    do fd = openat(dirfd, name, flags);
    while (fd < 0 && errno == EINTR);
    if (fd < 0 && errno == EACCES && w->options->unlock) return open_locked(dirfd, name, flags);
    return fd < 0 ? -errno : fd;
}

static bool tell(struct walk *w, struct nar_entry *e)
{
    if (!w->options->on_entry) return true;
    e->rel = buf_z(&w->rel);
    return w->options->on_entry(w->options->ctx, e, w->sink);
}

static bool walk_link(struct walk *w, struct nar *n, struct nar_entry *e)
{
    char target[PATH_MAX + 1];
    ssize_t len = readlinkat(e->dirfd, e->name, target, sizeof(target) - 1);
    if (len < 0) return refuse(w, errno, "read the link");
    target[len] = '\0';
    e->fd = -1;
    e->st.st_mode = S_IFLNK;
    if (!tell(w, e)) return false;
    if (n) nar_link(n, target);
    return true;
}

static bool walk_file(struct walk *w, struct nar *n, struct nar_entry *e)
{
    e->fd = open_entry(w, e->dirfd, e->name, 0);
    if (e->fd < 0) return refuse(w, e->fd, "open");
    bool good = false;
    if (fstat(e->fd, &e->st) < 0) {
        refuse(w, errno, "look at");
    } else if (!S_ISREG(e->st.st_mode)) {
        refuse(w, -ESTALE, "read");
    } else if (tell(w, e)) {
        bool executable = (e->st.st_mode & S_IXUSR) != 0;
        int result = n ? nar_file(n, e->fd, (size_t)e->st.st_size, executable, NULL) : 0;
        good = result == 0 || refuse(w, result, "read");
    }
    if (e->fd >= 0) close(e->fd);
    return good;
}

static bool walk_node(struct walk *w, struct nar *n, int dirfd, const char *name,
                      unsigned char type);

static bool walk_entries(struct walk *w, struct nar *n, int fd, const struct folder *f)
{
    size_t rel_len = w->rel.len;
    for (size_t i = 0; i < f->len; i++) {
        const char *name = f->at[i].name;
        bool meta = w->depth == 1 && w->options->skip_meta && strncmp(name, "__", 2) == 0;
        struct nar *into = meta ? NULL : n;
        if (rel_len) buf_addc(&w->rel, '/');
        buf_addz(&w->rel, name);
        if (into) nar_name(into, name);
        if (!walk_node(w, into, fd, name, f->at[i].type)) return false;
        if (into) nar_name_end(into);
        buf_truncate(&w->rel, rel_len);
    }
    return true;
}

static bool walk_folder(struct walk *w, struct nar *n, struct nar_entry *e)
{
    if (w->depth == NAR_MAX_DEPTH) {
        struct diag *d =
            diag_error(w->sink, SPAN_NONE, "E0723", "%s has more than %d folders inside each other",
                       w->what, NAR_MAX_DEPTH);
        diag_help(d, "make the tree flatter, or keep it as an archive");
        return false;
    }
    e->fd = open_entry(w, e->dirfd, e->name, O_DIRECTORY);
    if (e->fd < 0) return refuse(w, e->fd, "open the folder");
    struct arena_mark mark = arena_mark(&w->arena);
    struct folder f;
    w->depth++;
    if (n) nar_folder(n);
    int result = fstat(e->fd, &e->st) < 0 ? -errno : 0;
    if (!result && w->options->unlock && (e->st.st_mode & 0700) != 0700) {
        result = fchmod(e->fd, 0700) < 0 ? -errno : 0;
        e->st.st_mode = S_IFDIR | 0700; // for who makes it canonical afterwards
    }
    if (!result) result = folder_list(e->fd, &w->arena, &f);
    bool good = result == 0 ? walk_entries(w, n, e->fd, &f) && tell(w, e)
                            : refuse(w, result, "list the folder");
    if (n && good) nar_folder_end(n);
    w->depth--;
    arena_reset(&w->arena, mark);
    if (e->fd >= 0) close(e->fd);
    return good;
}

static bool walk_node(struct walk *w, struct nar *n, int dirfd, const char *name,
                      unsigned char type)
{
    struct nar_entry e = {.dirfd = dirfd, .name = name, .fd = -1};
    switch (type) {
    case DT_REG: return walk_file(w, n, &e);
    case DT_LNK: return walk_link(w, n, &e);
    case DT_DIR: return walk_folder(w, n, &e);
    case DT_UNKNOWN: return refuse(w, ENOENT, "look at");
    default: return foreign(w, type);
    }
}

static bool walk_top(int dirfd, const char *path, const char *what,
                     const struct nar_options *options, struct nar *n, struct diag_sink *sink)
{
    static const struct nar_options defaults;
    struct walk w = {.options = options ? options : &defaults, .what = what, .sink = sink};
    struct stat st;
    bool good = fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) == 0
                    ? walk_node(&w, n, dirfd, path, (unsigned char)IFTODT(st.st_mode))
                    : refuse(&w, errno, "look at");
    arena_free(&w.arena);
    buf_free(&w.rel);
    return good;
}

bool nar_hash(int dirfd, const char *path, const char *what, const struct nar_options *options,
              struct hasher *h, char out[HASH_HEX_SIZE], struct diag_sink *sink)
{
    struct nar *n = nar_begin(h);
    bool good = walk_top(dirfd, path, what, options, n, sink);
    if (good)
        nar_end(n, out);
    else
        nar_drop(n);
    return good;
}

bool nar_walk(int dirfd, const char *path, const char *what, const struct nar_options *options,
              struct diag_sink *sink)
{
    return walk_top(dirfd, path, what, options, NULL, sink);
}
