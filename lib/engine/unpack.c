#include "engine/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/vec.h"
#include "engine/archive_lazy.h"
#include "engine/zlib_lazy.h"
#include "store/commit.h"

#define READ_SIZE (256U << 10)
// As many as the kernel follows in one path.
#define MAX_LINKS 40
// Of a zip's end record without its comment.
#define ZIP_END_SIZE 22

struct unpacking {
    const struct unpack *u;
    struct diag_sink *sink;
    struct archive *a;
    bool zip;
    int outer;         // compression of the archive itself; ARCHIVE_FILTER_NONE
    int root;          // descriptor of the output
    int64_t packed;    // size of the archive
    int64_t bytes;     // unpacked so far; holes of sparse files count
    int64_t entries;   // made so far, folders that no entry names included
    struct buf entry;  // name of the entry at hand, as the archive has it
    struct buf clean;  // the same without "." and doubled slashes
    struct buf target; // of a hard link, likewise
    struct arena arena;
    VEC(const char *) links; // clean names of all symbolic links
};

// ---- what is reported ----

static struct diag *fail(struct unpacking *x, const char *code, const char *what)
{
    return diag_error(x->sink, x->u->span, code, "cannot unpack `%s`: %s", x->u->filename, what);
}

static void help_as_is(struct diag *d)
{
    diag_help(d, "if you trust the archive, fetch it with mode = \"as-is\" and unpack it in a "
                 "stage of your own");
}

// "the entry `NAME` WHAT"; always false.
PRINTF_LIKE(3, 4)
static bool fail_entry(struct unpacking *x, const char *code, const char *fmt, ...)
{
    struct buf what = BUF_INIT;
    buf_addz(&what, "the entry `");
    fetch_quote(&what, buf_str(&x->entry));
    buf_addz(&what, "` ");
    va_list va;
    va_start(va, fmt);
    buf_vprintf(&what, fmt, va);
    va_end(va);
    struct diag *d = fail(x, code, buf_z(&what));
    buf_free(&what);
    if (strcmp(code, "E0906") == 0) help_as_is(d);
    if (strcmp(code, "E0714") == 0)
        diag_help(
            d,
            "fetch it with mode = \"as-is\", and unpack it in a stage of your own, into a folder "
            "of its output");
    if (strcmp(code, "E0913") == 0)
        diag_help(
            d, "fetch it with mode = \"as-is\", and decrypt it in a stage of your own, which gets "
               "the password by `passenv`");
    return false;
}

static bool fail_system(struct unpacking *x, int error)
{
    struct buf what = BUF_INIT;
    buf_addz(&what, "`");
    fetch_quote(&what, buf_str(&x->entry));
    buf_printf(&what, "`: %s", strerror(error));
    struct diag *d = fail(x, "E0909", buf_z(&what));
    buf_free(&what);
    if (error == ENOSPC || error == EDQUOT)
        diag_help(d, "free some space, or set PLX_ROOT to a folder on another disk");
    return false;
}

static bool fail_damaged_by(struct unpacking *x, const char *why)
{
    struct buf what = BUF_INIT;
    buf_printf(&what, "it is damaged (%s)", why ? why : "no more is known");
    struct diag *d = fail(x, "E0907", buf_z(&what));
    buf_clear(&what);
    if (x->entry.len) {
        fetch_quote(&what, buf_str(&x->entry));
        diag_note(d, "the last entry that could be read is `%s`", buf_z(&what));
    }
    buf_free(&what);
    diag_help(d, "its hash is the expected one, so it was damaged before that hash was taken: use "
                 "another copy, and its hash");
    return false;
}

static bool fail_damaged(struct unpacking *x)
{
    return fail_damaged_by(x, archive_error_string(x->a));
}

static bool fail_cap(struct unpacking *x, const char *what, const int64_t *setting)
{
    struct diag *d = fail(x, "E0908", what);
    diag_help(d, "if that is right, set %s to a higher number than %lld",
              fetch_settings_variable(x->u->settings, setting), (long long)*setting);
    return false;
}

// ---- caps ----

static bool count_entry(struct unpacking *x)
{
    const int64_t *max = &x->u->settings->max_unpack_entries;
    if (++x->entries <= *max) return true;
    struct buf what = BUF_INIT;
    buf_printf(&what, "more than %lld files, folders and links are in it", (long long)*max);
    (void)fail_cap(x, buf_z(&what), max);
    buf_free(&what);
    return false;
}

static bool count_bytes(struct unpacking *x, int64_t more)
{
    const struct fetch_settings *s = x->u->settings;
    struct buf what = BUF_INIT;
    bool ok = true;
    if (more > s->max_unpack_bytes - x->bytes) {
        buf_addz(&what, "more than ");
        fetch_size(&what, s->max_unpack_bytes);
        buf_addz(&what, " would come out of it");
        ok = fail_cap(x, buf_z(&what), &s->max_unpack_bytes);
    } else if (x->bytes + more > FETCH_RATIO_FLOOR &&
               (x->bytes + more) / s->max_unpack_ratio >= x->packed) {
        buf_printf(&what, "more than %lld times its size would come out of it",
                   (long long)s->max_unpack_ratio);
        ok = fail_cap(x, buf_z(&what), &s->max_unpack_ratio);
    }
    x->bytes += more;
    buf_free(&what);
    return ok;
}

// ---- names ----

enum name { NAME_OK, NAME_ROOT, NAME_EMPTY, NAME_ABSOLUTE, NAME_UPWARD, NAME_LONG };

static const char *name_problem(enum name n)
{
    switch (n) {
    case NAME_EMPTY: return "has no name";
    case NAME_ABSOLUTE: return "has an absolute name";
    case NAME_UPWARD: return "leads out of the output with `..`";
    case NAME_LONG: return "has too long a name";
    case NAME_OK:
    case NAME_ROOT: break;
    }
    BUG("a good name has no problem");
}

// Cuts the next part off a path, skipping slashes; empty at the end.
static struct str next_part(struct str *path)
{
    while (path->len && *path->p == '/') path->p++, path->len--;
    struct str part = {path->p, 0};
    while (part.len < path->len && part.p[part.len] != '/') part.len++;
    path->p += part.len;
    path->len -= part.len;
    return part;
}

static enum name clean_name(struct str raw, struct buf *out)
{
    buf_clear(out);
    if (raw.len == 0) return NAME_EMPTY;
    if (*raw.p == '/') return NAME_ABSOLUTE;
    for (struct str part; (part = next_part(&raw)).len;) {
        if (str_eqz(part, ".")) continue;
        if (str_eqz(part, "..")) return NAME_UPWARD;
        if (part.len > NAME_MAX) return NAME_LONG;
        if (out->len) buf_addc(out, '/');
        buf_adds(out, part);
    }
    if (out->len >= PATH_MAX) return NAME_LONG;
    return out->len ? NAME_OK : NAME_ROOT;
}

// ---- folders ----

// Why `part` of `dir` is no folder; always -1.
static int fail_not_folder(struct unpacking *x, int dir, const char *part, int error)
{
    struct stat st;
    if ((error != ENOTDIR && error != ELOOP) || fstatat(dir, part, &st, AT_SYMLINK_NOFOLLOW) < 0) {
        (void)fail_system(x, error);
        return -1;
    }
    struct buf shown = BUF_INIT;
    fetch_quote(&shown, str_from(part));
    (void)fail_entry(x, "E0906",
                     S_ISLNK(st.st_mode) ? "leads through the link `%s`"
                                         : "needs a folder where the file `%s` is",
                     buf_z(&shown));
    buf_free(&shown);
    return -1;
}

// Opens a folder, making it if it is missing; closes `dir` unless it is the root. -1 was reported.
static int enter_folder(struct unpacking *x, int dir, const char *part)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int fd = openat(dir, part, flags);
    if (fd < 0 && errno == ENOENT) {
        if (!count_entry(x)) goto out;
        if (mkdirat(dir, part, 0755) == 0) fd = openat(dir, part, flags);
    }
    if (fd < 0) (void)fail_not_folder(x, dir, part, errno);
out:
    if (dir != x->root) close(dir);
    return fd;
}

// Opens the folder that the clean name `path` stands in and sets *base to its last part, within
// `path`. The descriptor may be the root's: close_folder. -1 was reported.
static int open_parent(struct unpacking *x, struct buf *path, const char **base)
{
    int dir = x->root;
    char *at = path->p;
    for (char *slash; dir >= 0 && (slash = strchr(at, '/')); at = slash + 1) {
        *slash = '\0';
        dir = enter_folder(x, dir, at);
        *slash = '/';
    }
    *base = at;
    return dir;
}

static void close_folder(const struct unpacking *x, int dir)
{
    if (dir >= 0 && dir != x->root) close(dir);
}

// Makes the name free: what is there goes, if it is no folder.
static bool make_room(struct unpacking *x, int dir, const char *base)
{
    struct stat st;
    if (fstatat(dir, base, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT ? true : fail_system(x, errno);
    if (S_ISDIR(st.st_mode))
        return fail_entry(x, "E0906", "has the name of a folder that came before it");
    // Tar appends newer versions of files; in a zip, readers do not agree which of two is meant.
    if (x->zip) return fail_entry(x, "E0906", "comes twice");
    return unlinkat(dir, base, 0) == 0 ? true : fail_system(x, errno);
}

// ---- entries ----

static bool write_at(int fd, const char *bytes, size_t len, int64_t offset)
{
    while (len) {
        ssize_t n = pwrite(fd, bytes, len, (off_t)offset);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        bytes += n;
        offset += n;
        len -= (size_t)n;
    }
    return true;
}

// Blocks come with their offsets; what lies between is a hole.
static bool write_contents(struct unpacking *x, int fd, int64_t stated_size)
{
    int64_t end = 0;
    // A stated size that is too large is refused before anything is written.
    if (stated_size > 0 && !count_bytes(x, stated_size)) return false;
    int64_t counted = stated_size > 0 ? stated_size : 0;
    for (;;) {
        const void *bytes;
        size_t len;
        la_int64_t offset;
        int result = archive_read_data_block(x->a, &bytes, &len, &offset);
        if (result == ARCHIVE_EOF) break;
        if (result != ARCHIVE_OK || offset < end) return fail_damaged(x);
        end = offset + (int64_t)len;
        if (end > counted) {
            if (!count_bytes(x, end - counted)) return false;
            counted = end;
        }
        if (!write_at(fd, bytes, len, offset)) return fail_system(x, errno);
        fetch_progress(x->u->watch, archive_filter_bytes(x->a, -1), x->packed);
    }
    if (stated_size > end && ftruncate(fd, (off_t)stated_size) < 0) return fail_system(x, errno);
    return true;
}

static bool make_file(struct unpacking *x, int dir, const char *base, struct archive_entry *e)
{
    mode_t mode = archive_entry_perm(e) & 0111 ? 0755 : 0644;
    int fd = openat(dir, base, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0) return fail_system(x, errno);
    int64_t size = archive_entry_size_is_set(e) ? archive_entry_size(e) : 0;
    bool ok = write_contents(x, fd, size);
    if (close(fd) < 0 && ok) ok = fail_system(x, errno);
    return ok;
}

static void remember_link(struct unpacking *x)
{
    const char *name = arena_dup(&x->arena, x->clean.p, x->clean.len);
    vec_push(&x->links, name);
}

static bool make_symlink(struct unpacking *x, int dir, const char *base, struct archive_entry *e)
{
    const char *target = archive_entry_symlink(e);
    if (!target || !*target) return fail_entry(x, "E0906", "is a link without a target");
    if (*target == '/') {
        struct buf shown = BUF_INIT;
        fetch_quote(&shown, str_from(target));
        (void)fail_entry(x, "E0906", "is a link out of the output, to `%s`", buf_z(&shown));
        buf_free(&shown);
        return false;
    }
    // Whether a relative one leads out depends on links that may come later: check_links.
    if (symlinkat(target, dir, base) < 0) return fail_system(x, errno);
    remember_link(x);
    return true;
}

static bool make_hardlink(struct unpacking *x, int dir, const char *base, const char *target)
{
    struct buf shown = BUF_INIT;
    fetch_quote(&shown, str_from(target));
    bool ok = false;
    enum name problem = clean_name(str_from(target), &x->target);
    const char *target_base = NULL;
    int from = -1;
    struct stat st;
    if (problem != NAME_OK) {
        (void)fail_entry(x, "E0906", "is a hard link out of the output, to `%s`", buf_z(&shown));
    } else if (str_eq(buf_str(&x->target), buf_str(&x->clean))) {
        (void)fail_entry(x, "E0906", "is a hard link to itself");
    } else if ((from = open_parent(x, &x->target, &target_base)) < 0) {
        // Reported.
    } else if (fstatat(from, target_base, &st, AT_SYMLINK_NOFOLLOW) < 0 || S_ISDIR(st.st_mode)) {
        (void)fail_entry(x, "E0906", "is a hard link to `%s`, which is no file of the archive",
                         buf_z(&shown));
    } else if (make_room(x, dir, base)) {
        ok = linkat(from, target_base, dir, base, 0) == 0 || fail_system(x, errno);
        // A relative link means something else in another folder.
        if (ok && S_ISLNK(st.st_mode)) remember_link(x);
    }
    close_folder(x, from);
    buf_free(&shown);
    return ok;
}

static const char *type_name(mode_t type)
{
    switch (type) {
    case AE_IFCHR:
    case AE_IFBLK: return "a device";
    case AE_IFIFO: return "a fifo";
    case AE_IFSOCK: return "a socket";
    default: return "of no known type";
    }
}

// The store's own files beside what is unpacked (store.md).
static bool is_reserved(struct str name)
{
    return commit_is_own_file(next_part(&(struct str){name.p, name.len}));
}

static bool fail_reserved(struct unpacking *x)
{
    return fail_entry(x, "E0714", "has a name by which the store writes a file of its own");
}

static bool make_entry(struct unpacking *x, struct archive_entry *e)
{
    mode_t type = archive_entry_filetype(e);
    const char *hardlink = archive_entry_hardlink(e);
    if (!hardlink && type != AE_IFREG && type != AE_IFDIR && type != AE_IFLNK)
        return fail_entry(x, "E0906", "is %s", type_name(type));
    if (archive_entry_is_encrypted(e)) return fail_entry(x, "E0913", "is encrypted");
    enum name name = clean_name(buf_str(&x->entry), &x->clean);
    if (name == NAME_ROOT && type == AE_IFDIR && !hardlink) return true;
    if (name == NAME_ROOT) return fail_entry(x, "E0906", "would replace the output itself");
    if (name != NAME_OK) return fail_entry(x, "E0906", "%s", name_problem(name));
    if (is_reserved(buf_str(&x->clean))) return fail_reserved(x);
    if (!count_entry(x)) return false;

    const char *base = NULL;
    int dir = open_parent(x, &x->clean, &base);
    if (dir < 0) return false;
    bool ok;
    if (hardlink) {
        ok = make_hardlink(x, dir, base, hardlink);
    } else if (type == AE_IFDIR) {
        // Counted above already, unless it was there.
        x->entries--;
        dir = enter_folder(x, dir, base);
        ok = dir >= 0;
    } else if (!make_room(x, dir, base)) {
        ok = false;
    } else {
        ok = type == AE_IFLNK ? make_symlink(x, dir, base, e) : make_file(x, dir, base, e);
    }
    close_folder(x, dir);
    return ok;
}

// ---- where links lead ----

// Puts the target of the link at `at` in front of what is still to be walked. False: it is no link.
static bool follow(const struct unpacking *x, const char *at, struct str rest, struct buf *ahead)
{
    char target[PATH_MAX];
    ssize_t len = readlinkat(x->root, at, target, sizeof(target));
    if (len < 0) return false;
    struct buf longer = BUF_INIT;
    buf_add(&longer, target, (size_t)len);
    buf_addc(&longer, '/');
    buf_adds(&longer, rest);
    buf_free(ahead);
    *ahead = longer;
    return true;
}

// Walks a path part by part, as the kernel does, and looks whether it leaves the output. What does
// not exist counts as a folder, since somebody may make it one.
static bool leads_out(const struct unpacking *x, const char *path)
{
    struct buf ahead = BUF_INIT; // still to be walked
    struct buf at = BUF_INIT;    // where the walk is: no links, no ".."
    buf_addz(&ahead, path);
    struct str rest = buf_str(&ahead);
    bool out = false;
    int links = 0;
    for (struct str part; !out && (part = next_part(&rest)).len;) {
        size_t before = at.len;
        if (str_eqz(part, ".")) continue;
        if (str_eqz(part, "..")) {
            out = at.len == 0;
            while (at.len && at.p[at.len - 1] != '/') buf_truncate(&at, at.len - 1);
            if (at.len) buf_truncate(&at, at.len - 1);
            continue;
        }
        if (at.len) buf_addc(&at, '/');
        buf_adds(&at, part);
        if (!follow(x, buf_z(&at), rest, &ahead)) continue;
        rest = buf_str(&ahead);
        out = ahead.p[0] == '/';
        buf_truncate(&at, before);
        // A loop leads nowhere.
        if (++links > MAX_LINKS) break;
    }
    buf_free(&ahead);
    buf_free(&at);
    return out;
}

static bool check_links(struct unpacking *x)
{
    vec_each (link, &x->links) {
        if (!leads_out(x, *link)) continue;
        char target[PATH_MAX];
        ssize_t len = readlinkat(x->root, *link, target, sizeof(target));
        struct buf shown = BUF_INIT;
        fetch_quote(&shown, (struct str){target, len < 0 ? 0 : (size_t)len});
        buf_clear(&x->entry);
        buf_addz(&x->entry, *link);
        (void)fail_entry(x, "E0906", "is a link out of the output, to `%s`", buf_z(&shown));
        buf_free(&shown);
        return false;
    }
    return true;
}

// ---- archives ----

enum reader { READER_TAR, READER_ZIP, READER_RAW };

// The formats and compressions, without those for which libarchive runs other programs.
static struct archive *new_reader(enum reader reader)
{
    struct archive *a = archive_read_new();
    if (!a) BUG("archive_read_new failed");
    if (reader == READER_ZIP) {
        // By the central directory: the streaming reader cannot tell links from files.
        archive_read_support_format_zip_seekable(a);
        return a;
    }
    archive_read_support_filter_gzip(a);
    archive_read_support_filter_bzip2(a);
    archive_read_support_filter_xz(a);
    archive_read_support_filter_lzma(a);
    archive_read_support_filter_lzip(a);
    archive_read_support_filter_zstd(a);
    archive_read_support_filter_lz4(a);
    archive_read_support_filter_compress(a);
    if (reader == READER_TAR) {
        archive_read_support_format_tar(a);
    } else {
        archive_read_support_format_raw(a);
        archive_read_support_format_empty(a);
    }
    return a;
}

// Reads the next header into x->entry. ARCHIVE_OK, ARCHIVE_EOF, or what libarchive says.
static int next_entry(struct unpacking *x, struct archive_entry **e)
{
    int result = archive_read_next_header(x->a, e);
    // A warning is about names that do not fit the locale; they come as they are.
    if (result == ARCHIVE_WARN) result = ARCHIVE_OK;
    if (result != ARCHIVE_OK) return result;
    const char *name = archive_entry_pathname(*e);
    buf_clear(&x->entry);
    buf_addz(&x->entry, name ? name : "");
    return ARCHIVE_OK;
}

// "data.csv.gz" without its ending; empty if it has none that compressed files have.
static struct str without_suffix(struct str name)
{
    static const char *const suffixes[] = {".gz",   ".bz2", ".xz", ".zst",
                                           ".lzma", ".lz4", ".lz", ".Z"};
    for (size_t i = 0; i < LEN(suffixes); i++) {
        struct str suffix = str_from(suffixes[i]);
        if (str_ends_with(name, suffix)) return (struct str){name.p, name.len - suffix.len};
    }
    return (struct str){name.p, 0};
}

// A tar without entries is a few zeros, which many other files are as well.
static bool is_empty_tar(const struct unpacking *x)
{
    static const char *const suffixes[] = {".tar", ".tgz",  ".tbz", ".tbz2",
                                           ".txz", ".tzst", ".tlz"};
    struct str name = str_from(x->u->filename);
    struct str plain = without_suffix(name);
    bool ok = plain.len && str_ends_with(plain, STR(".tar"));
    for (size_t i = 0; i < LEN(suffixes); i++)
        if (str_ends_with(name, str_from(suffixes[i]))) ok = true;
    return ok && x->packed > 0;
}

static enum unpack_result unpack_entries(struct unpacking *x)
{
    struct archive_entry *e;
    int result = next_entry(x, &e);
    if (result == ARCHIVE_EOF) return x->zip || is_empty_tar(x) ? UNPACK_DONE : UNPACK_NO_ARCHIVE;
    while (result == ARCHIVE_OK) {
        if (!make_entry(x, e)) return UNPACK_FAILED;
        result = next_entry(x, &e);
    }
    if (result == ARCHIVE_EOF) return check_links(x) ? UNPACK_DONE : UNPACK_FAILED;
    (void)fail_damaged(x);
    return UNPACK_FAILED;
}

// Whether a file of this name is broken if it cannot be read as an archive.
static bool claims_compression(struct str name)
{
    static const char *const suffixes[] = {".tgz",  ".tbz", ".tbz2", ".txz",
                                           ".tzst", ".tlz", ".taz"};
    for (size_t i = 0; i < LEN(suffixes); i++)
        if (str_ends_with(name, str_from(suffixes[i]))) return true;
    return without_suffix(name).len > 0;
}

static enum unpack_result unpack_single(struct unpacking *x)
{
    struct str name = without_suffix(str_from(x->u->filename));
    struct archive_entry *e;
    if (name.len == 0 || archive_filter_count(x->a) < 2) return UNPACK_NO_ARCHIVE;
    // At once at the end: it is empty.
    int result = next_entry(x, &e);
    if (result != ARCHIVE_OK && result != ARCHIVE_EOF) {
        (void)fail_damaged(x);
        return UNPACK_FAILED;
    }
    buf_clear(&x->entry);
    buf_adds(&x->entry, name);
    if (is_reserved(name)) return (void)fail_reserved(x), UNPACK_FAILED;
    int fd = openat(x->root, buf_z(&x->entry), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    bool ok = fd >= 0 || fail_system(x, errno);
    if (ok && result == ARCHIVE_OK) ok = write_contents(x, fd, 0);
    if (fd >= 0 && close(fd) < 0 && ok) ok = fail_system(x, errno);
    x->entries++;
    return ok ? UNPACK_DONE : UNPACK_FAILED;
}

// How the file itself is compressed: the first filter after the one that reads the file.
static int outer_filter(struct archive *a)
{
    int count = archive_filter_count(a);
    return count < 2 ? ARCHIVE_FILTER_NONE : archive_filter_code(a, count - 2);
}

// A compressed file loses one compression, as its name one ending: what it holds may be compressed
// itself. libarchive takes off all that it finds.
static bool open_outer(struct unpacking *x)
{
    archive_read_free(x->a);
    x->a = archive_read_new();
    if (!x->a) BUG("archive_read_new failed");
    archive_read_support_format_raw(x->a);
    archive_read_support_format_empty(x->a);
    return archive_read_append_filter(x->a, x->outer) == ARCHIVE_OK &&
           archive_read_open_filename(x->a, x->u->file, READ_SIZE) == ARCHIVE_OK;
}

static bool open_reader(struct unpacking *x, enum reader reader)
{
    x->zip = reader == READER_ZIP;
    x->outer = ARCHIVE_FILTER_NONE;
    x->a = new_reader(reader);
    if (archive_read_open_filename(x->a, x->u->file, READ_SIZE) != ARCHIVE_OK) return false;
    x->outer = outer_filter(x->a);
    return reader != READER_RAW || archive_filter_count(x->a) <= 2 || open_outer(x);
}

static enum unpack_result read_as(struct unpacking *x, enum reader reader)
{
    enum unpack_result result = UNPACK_NO_ARCHIVE;
    // Opening finds out the compression and the format. Without a format it is no archive; with a
    // broken compression it may be a file that begins like a compressed one by chance.
    if (open_reader(x, reader))
        result = reader == READER_RAW ? unpack_single(x) : unpack_entries(x);
    else if (x->zip || (reader == READER_RAW && claims_compression(str_from(x->u->filename))))
        result = (fail_damaged(x), UNPACK_FAILED);
    archive_read_free(x->a);
    x->a = NULL;
    return result;
}

// libarchive converts names that are marked as UTF-8 to the thread's locale. In C they do not fit
// and come as they are, for tar; for zip they would be lost, and UTF-8 gives them in normal form C.
static enum unpack_result read_in_locale(struct unpacking *x, enum reader reader)
{
    locale_t mine = newlocale(LC_CTYPE_MASK, reader == READER_ZIP ? "C.UTF-8" : "C", (locale_t)0);
    locale_t before = mine ? uselocale(mine) : (locale_t)0;
    enum unpack_result result = read_as(x, reader);
    if (mine) {
        uselocale(before);
        freelocale(mine);
    }
    return result;
}

// A zip without entries is its end record alone (signature, counts, comment), which libarchive
// takes for too short.
static bool is_empty_zip(const unsigned char *head, ssize_t len, int64_t size)
{
    if (len < ZIP_END_SIZE || memcmp(head, "PK\5\6", 4) != 0) return false;
    return head[10] == 0 && head[11] == 0 && ZIP_END_SIZE + head[20] + 256 * head[21] == size;
}

static enum unpack_result unpack_by_content(struct unpacking *x)
{
    unsigned char head[ZIP_END_SIZE] = "";
    ssize_t len = -1;
    struct stat st;
    int fd = open(x->u->file, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &st) == 0) len = pread(fd, head, sizeof(head), 0);
    int error = errno;
    if (fd >= 0) close(fd);
    if (len < 0) {
        buf_addz(&x->entry, x->u->filename);
        (void)fail_system(x, error);
        return UNPACK_FAILED;
    }
    x->packed = st.st_size;
    if (is_empty_zip(head, len, x->packed)) return UNPACK_DONE;
    if (memcmp(head, "PK\3\4", 4) == 0) return read_in_locale(x, READER_ZIP);
    enum unpack_result result = read_in_locale(x, READER_TAR);
    return result == UNPACK_NO_ARCHIVE ? read_in_locale(x, READER_RAW) : result;
}

// libarchive skips the checksum at the end of what gzip compressed. Only zlib, which it reads gzip
// by, tells that data is damaged in a way that can be decompressed.
static bool check_gzip(struct unpacking *x)
{
    int fd = open(x->u->file, O_RDONLY | O_CLOEXEC);
    gzFile file = fd < 0 ? NULL : gzdopen(fd, "rb");
    if (!file) {
        int error = errno;
        if (fd >= 0) close(fd);
        return fail_system(x, error);
    }
    (void)gzbuffer(file, READ_SIZE);
    char *block = bug_malloc(READ_SIZE);
    const int64_t *ratio = &x->u->settings->max_unpack_ratio;
    bool ok = true;
    int n;
    // What follows the end of a tar was not counted.
    for (int64_t total = 0; ok && (n = gzread(file, block, READ_SIZE)) > 0; total += n) {
        if (total > FETCH_RATIO_FLOOR && total / *ratio > x->packed)
            ok = fail_cap(x, "more than it may is behind the end of it", ratio);
        fetch_progress(x->u->watch, x->packed, x->packed);
    }
    int error = Z_OK;
    // "<fd:N>: REASON"
    const char *why = gzerror(file, &error);
    const char *colon = strstr(why, ": ");
    if (colon) why = colon + 2;
    if (ok && error != Z_OK) {
        buf_clear(&x->entry);
        ok = error == Z_ERRNO ? fail_system(x, errno) : fail_damaged_by(x, why);
    }
    (void)gzclose(file);
    free(block);
    return ok;
}

static bool load_zlib(struct unpacking *x)
{
    struct buf why = BUF_INIT;
    bool ok = zlib_lazy_load(&why);
    if (!ok) {
        struct diag *d = diag_error(x->sink, x->u->span, "E0916",
                                    "cannot load the library that checks compressed files");
        diag_note(d, "%s", buf_z(&why));
        diag_help(d, "install zlib; Debian's package is zlib1g");
    }
    buf_free(&why);
    return ok;
}

static void log_result(const struct unpacking *x, enum unpack_result result)
{
    struct buf size = BUF_INIT;
    fetch_size(&size, x->bytes);
    if (result == UNPACK_DONE)
        fetch_log(x->u->watch, "unpacked %lld entr%s, %s", (long long)x->entries,
                  x->entries == 1 ? "y" : "ies", buf_z(&size));
    if (result == UNPACK_NO_ARCHIVE)
        fetch_log(x->u->watch, "neither tar nor zip nor a compressed file: left as it is");
    buf_free(&size);
}

static bool load_archive(const struct unpack *u, struct diag_sink *sink)
{
    struct buf why = BUF_INIT;
    bool ok = archive_lazy_load(&why);
    if (!ok) {
        struct diag *d =
            diag_error(sink, u->span, "E0916", "cannot load the library that unpacks archives");
        diag_note(d, "%s", buf_z(&why));
        diag_help(d, "install libarchive; Debian's package is libarchive13");
    }
    buf_free(&why);
    return ok;
}

enum unpack_result unpack_run(const struct unpack *u, struct diag_sink *sink)
{
    if (!load_archive(u, sink)) return UNPACK_FAILED;
    struct unpacking x = {.u = u, .sink = sink, .arena = ARENA_INIT};
    fetch_log(u->watch, "unpacking %s", u->filename);
    enum unpack_result result = UNPACK_FAILED;
    x.root = open(u->out, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (x.root < 0) {
        diag_error(sink, u->span, "E0909", "cannot open `%s`: %s", u->out, strerror(errno));
        return result;
    }
    result = unpack_by_content(&x);
    if (result == UNPACK_DONE && x.outer == ARCHIVE_FILTER_GZIP &&
        !(load_zlib(&x) && check_gzip(&x)))
        result = UNPACK_FAILED;
    log_result(&x, result);
    close(x.root);
    buf_free(&x.entry);
    buf_free(&x.clean);
    buf_free(&x.target);
    vec_free(&x.links);
    arena_free(&x.arena);
    return result;
}
