// SQLite gives atomic changes and readers beside a writer. One transaction of one process at a time
// writes; who finds it busy does without.
#include "store/index.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/shared_library.h"
#include "base/vec.h"
#include "store/store.h"

// Its number changes with the form of what is in it.
#define TABLE "folders_2"
// More than a tick of any kernel's clock; and of a file system's, if that knows whole seconds only.
#define GRAIN_NS       ((int64_t)50 * 1000 * 1000)
#define WHOLE_GRAIN_NS ((int64_t)2500 * 1000 * 1000)
// How long a reader waits for a writer's last step. Reading the store itself takes longer.
#define PATIENCE_MS 10000
#define SUM_SIZE    32

// What is used of SQLite, which is loaded with the first index: few runs need it. Its functions are
// called through a table here, since asking the dynamic linker for each call would take longer than
// most of the calls.
#define SQLITE_FUNCTIONS(F)                                                                        \
    F(open_v2)                                                                                     \
    F(close)                                                                                       \
    F(busy_timeout)                                                                                \
    F(exec)                                                                                        \
    F(errcode)                                                                                     \
    F(prepare_v2)                                                                                  \
    F(finalize)                                                                                    \
    F(bind_text)                                                                                   \
    F(bind_blob64)                                                                                 \
    F(step)                                                                                        \
    F(reset)                                                                                       \
    F(column_blob)                                                                                 \
    F(column_bytes)

struct sqlite {
#define MEMBER(name) __typeof__(sqlite3_##name) *name;
    SQLITE_FUNCTIONS(MEMBER)
#undef MEMBER
};

// Of one folder. The texts are the caller's.
struct change {
    struct str folder;
    struct index_stamp stamp;
    struct str facts; // p null: the row goes
};

struct index {
    const struct store *s;
    struct hasher *h;
    struct sqlite sql;
    sqlite3 *db; // null: there is none
    char store[64];
    bool reading; // inside of a transaction that only reads
    sqlite3_stmt *get;
    VEC(struct change) changes;
};

// ---- stamps ----

static int64_t ns_of(struct timespec t)
{
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

struct index_stamp index_stamp_of(const struct stat *st)
{
    return (struct index_stamp){(uint64_t)st->st_dev, (uint64_t)st->st_ino, ns_of(st->st_mtim),
                                ns_of(st->st_ctim)};
}

bool index_stamp_eq(const struct index_stamp *a, const struct index_stamp *b)
{
    return a->device == b->device && a->inode == b->inode && a->modified_ns == b->modified_ns &&
           a->changed_ns == b->changed_ns;
}

bool index_stamp_settled(const struct index_stamp *s, int64_t now_ns)
{
    int64_t grain = s->changed_ns % 1000000000 == 0 ? WHOLE_GRAIN_NS : GRAIN_NS;
    return s->modified_ns < now_ns - grain && s->changed_ns < now_ns - grain;
}

// ---- the file ----

static void path_of(const struct store *s, struct buf *out)
{
    buf_printf(out, "%s/index/graph.sqlite", s->root);
}

// Is there a folder for it? -ENOTDIR: something else is in its place.
static int check_folder(const struct store *s)
{
    struct stat st;
    if (fstatat(s->root_fd, "index", &st, 0) == 0) return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
    int error = -errno;
    bool link = fstatat(s->root_fd, "index", &st, AT_SYMLINK_NOFOLLOW) == 0;
    return error == -ENOENT && link ? -ENOTDIR : error;
}

int index_delete(const struct store *s)
{
    static const char *const suffixes[] = {"-journal", "", "-wal", "-shm"};
    int first = check_folder(s);
    if (first == -ENOENT) return 0;
    for (size_t i = 0; !first && i < LEN(suffixes); i++) {
        struct buf path = BUF_INIT;
        path_of(s, &path);
        buf_addz(&path, suffixes[i]);
        if (unlink(buf_z(&path)) < 0 && !io_is_absent(errno)) first = -errno;
        buf_free(&path);
    }
    return first;
}

// SQLite would wait for the other end of a fifo.
static bool may_open(const struct index *i)
{
    struct stat st;
    if (fstatat(i->s->root_fd, "index/graph.sqlite", &st, 0) == 0) return S_ISREG(st.st_mode);
    return errno == ENOENT;
}

static bool load(struct sqlite *sql)
{
    struct buf why = BUF_INIT;
    bool good = shared_library_load(PLX_SQLITE_SONAME, &why);
    buf_free(&why);
    if (!good) return false;
#define LOAD(name)                                                                                 \
    sql->name =                                                                                    \
        (__typeof__(sqlite3_##name) *)shared_library_symbol(PLX_SQLITE_SONAME, "sqlite3_" #name);
    SQLITE_FUNCTIONS(LOAD)
#undef LOAD
    return true;
}

static bool run(struct index *i, const char *sql)
{
    return i->sql.exec(i->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static bool set_up(struct index *i, bool write)
{
    // A damaged file must be found by its rows' hashes, not by a signal: no memory mapping. What a
    // power cut takes away is found, too, so that syncs would only cost time. A closure is asked
    // for in no order that the file knows; with the usual cache of 2 MB each question would read
    // its pages anew. It takes memory only as the file has pages.
    if (!run(i, "PRAGMA mmap_size = 0; PRAGMA trusted_schema = OFF; PRAGMA synchronous = OFF; "
                "PRAGMA cache_size = -131072"))
        return false;
    return !write || run(i, "CREATE TABLE IF NOT EXISTS " TABLE
                            " (store TEXT, folder BLOB, stamp BLOB, facts BLOB, sum BLOB, "
                            "PRIMARY KEY (store, folder))");
}

static void drop(struct index *i)
{
    i->sql.finalize(i->get);
    i->get = NULL;
    i->reading = false;
    i->sql.close(i->db);
    i->db = NULL;
}

static bool open_db(struct index *i, bool write)
{
    struct buf path = BUF_INIT;
    path_of(i->s, &path);
    int flags = SQLITE_OPEN_NOMUTEX |
                (write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
    bool good = may_open(i) && i->sql.open_v2(buf_z(&path), &i->db, flags, NULL) == SQLITE_OK &&
                i->sql.busy_timeout(i->db, PATIENCE_MS) == SQLITE_OK && set_up(i, write);
    buf_free(&path);
    if (!good) drop(i);
    return good;
}

// One that is no database makes room for a new one.
static void open_again(struct index *i)
{
    if (i->db) drop(i);
    if (!i->s->read_only && index_delete(i->s) == 0 && !open_db(i, true)) i->db = NULL;
}

static bool is_damaged(struct index *i)
{
    int code = i->sql.errcode(i->db);
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

struct index *index_open(const struct store *s, struct hasher *h)
{
    struct index *i = bug_malloc(sizeof *i);
    *i = (struct index){.s = s, .h = h};
    struct stat st;
    if (s->root_fd < 0 || fstat(s->fd, &st) < 0 || !load(&i->sql)) return i;
    snprintf(i->store, sizeof i->store, "%llx:%llx", (unsigned long long)st.st_dev,
             (unsigned long long)st.st_ino);
    if (!open_db(i, !s->read_only)) open_again(i);
    return i;
}

// ---- rows ----

static void sum_of(struct index *i, struct str folder, const struct index_stamp *stamp,
                   struct str facts, char sum[HASH_HEX_SIZE])
{
    hasher_begin(i->h);
    hasher_update(i->h, folder.p, folder.len);
    hasher_update(i->h, "", 1);
    hasher_update(i->h, stamp, sizeof *stamp);
    hasher_update(i->h, facts.p, facts.len);
    hasher_hex(i->h, sum);
}

static struct str blob(struct index *i, sqlite3_stmt *q, int column)
{
    const void *p = i->sql.column_blob(q, column);
    int len = i->sql.column_bytes(q, column);
    return p && len > 0 ? (struct str){p, (size_t)len} : STR("");
}

// False: a row that is not as it was written.
static bool read_row(struct index *i, sqlite3_stmt *q, bool with_facts, struct str *folder,
                     struct index_stamp *stamp, struct str *facts)
{
    char sum[HASH_HEX_SIZE];
    struct str bytes = blob(i, q, 1);
    if (bytes.len != sizeof *stamp) return false;
    memcpy(stamp, bytes.p, sizeof *stamp);
    *folder = blob(i, q, 0);
    *facts = STR("");
    if (!with_facts) return true;
    *facts = blob(i, q, 2);
    sum_of(i, *folder, stamp, *facts, sum);
    struct str kept = blob(i, q, 3);
    return kept.len == SUM_SIZE && memcmp(kept.p, sum, SUM_SIZE) == 0;
}

static sqlite3_stmt *prepare(struct index *i, const char *sql)
{
    sqlite3_stmt *q = NULL;
    if (i->sql.prepare_v2(i->db, sql, -1, &q, NULL) != SQLITE_OK) return NULL;
    if (i->sql.bind_text(q, 1, i->store, -1, SQLITE_STATIC) == SQLITE_OK) return q;
    i->sql.finalize(q);
    return NULL;
}

static bool bind(struct index *i, sqlite3_stmt *q, int at, const void *p, size_t len)
{
    return i->sql.bind_blob64(q, at, p, len, SQLITE_STATIC) == SQLITE_OK;
}

void index_each(struct index *i, bool with_facts,
                void (*row)(void *ctx, struct str folder, const struct index_stamp *stamp,
                            struct str facts),
                void *ctx)
{
    if (!i->db) return;
    struct str folder, facts;
    struct index_stamp stamp;
    sqlite3_stmt *q =
        prepare(i, "SELECT folder, stamp, facts, sum FROM " TABLE " NOT INDEXED WHERE store = ?1");
    int code = SQLITE_DONE;
    while (q && (code = i->sql.step(q)) == SQLITE_ROW) {
        if (read_row(i, q, with_facts, &folder, &stamp, &facts)) row(ctx, folder, &stamp, facts);
    }
    bool damaged = code != SQLITE_DONE && is_damaged(i);
    i->sql.finalize(q);
    // What was read before was whole; the rest is made anew.
    if (damaged) open_again(i);
}

// One transaction for many questions: each for itself would lock and unlock the file.
static bool begin_reading(struct index *i)
{
    if (!i->db || i->reading) return i->reading;
    if (!i->get)
        i->get = prepare(i, "SELECT folder, stamp, facts, sum FROM " TABLE
                            " WHERE store = ?1 AND folder = ?2");
    i->reading = i->get && run(i, "BEGIN");
    if (!i->reading) drop(i);
    return i->reading;
}

bool index_get(struct index *i, struct str folder, const struct index_stamp *stamp,
               struct str *facts)
{
    struct str name;
    struct index_stamp kept;
    if (!begin_reading(i)) return false;
    i->sql.reset(i->get);
    int code = bind(i, i->get, 2, folder.p, folder.len) ? i->sql.step(i->get) : SQLITE_ERROR;
    if (code == SQLITE_ROW)
        return read_row(i, i->get, true, &name, &kept, facts) && str_eq(name, folder) &&
               index_stamp_eq(&kept, stamp);
    if (code == SQLITE_DONE) return false;
    if (is_damaged(i))
        open_again(i);
    else
        drop(i);
    return false;
}

void index_rest(struct index *i)
{
    if (!i->reading) return;
    i->sql.reset(i->get);
    i->reading = false;
    if (!run(i, "COMMIT")) drop(i);
}

// ---- changes ----

void index_put(struct index *i, struct str folder, const struct index_stamp *stamp,
               struct str facts)
{
    vec_push(&i->changes, (struct change){folder, *stamp, facts});
}

void index_remove(struct index *i, struct str folder)
{
    vec_push(&i->changes, (struct change){.folder = folder});
}

static bool step(struct index *i, sqlite3_stmt *q)
{
    bool good = i->sql.step(q) == SQLITE_DONE;
    i->sql.reset(q);
    return good;
}

static bool write_one(struct index *i, const struct change *c, sqlite3_stmt *put,
                      sqlite3_stmt *remove_row)
{
    char sum[HASH_HEX_SIZE];
    if (!c->facts.p)
        return bind(i, remove_row, 2, c->folder.p, c->folder.len) && step(i, remove_row);
    sum_of(i, c->folder, &c->stamp, c->facts, sum);
    return bind(i, put, 2, c->folder.p, c->folder.len) &&
           bind(i, put, 3, &c->stamp, sizeof c->stamp) &&
           bind(i, put, 4, c->facts.p, c->facts.len) && bind(i, put, 5, sum, SUM_SIZE) &&
           step(i, put);
}

static bool write_changes(struct index *i)
{
    // Who writes already writes the same.
    i->sql.busy_timeout(i->db, 0);
    if (!run(i, "BEGIN IMMEDIATE")) return false;
    i->sql.busy_timeout(i->db, PATIENCE_MS);
    sqlite3_stmt *put = prepare(i, "INSERT OR REPLACE INTO " TABLE " VALUES (?1, ?2, ?3, ?4, ?5)");
    sqlite3_stmt *gone = prepare(i, "DELETE FROM " TABLE " WHERE store = ?1 AND folder = ?2");
    bool good = put && gone;
    for (size_t k = 0; good && k < i->changes.len; k++)
        good = write_one(i, &i->changes.at[k], put, gone);
    i->sql.finalize(put);
    i->sql.finalize(gone);
    return run(i, good ? "COMMIT" : "ROLLBACK") && good;
}

void index_close(struct index *i)
{
    index_rest(i);
    bool write = i->db && i->changes.len > 0 && !i->s->read_only;
    bool damaged = write && !write_changes(i) && is_damaged(i);
    if (i->db) drop(i);
    if (damaged) (void)!index_delete(i->s);
    vec_free(&i->changes);
    free(i);
}
