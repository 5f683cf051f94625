// The store: open folders, the rules about where they are, and the few things that every module of
// this layer needs. A struct store is a handle: it keeps the folders open, so that a lookup is one
// openat-relative call, and holds no cache of contents; all facts are in the files.
//
//   ROOT/store-v1/   derivations and realizations (PLX_STORE names another place)
//   ROOT/tmp/        what is being made; on the same file system as the store (PLX_TMP)
//   ROOT/roots/      what garbage collection keeps (root.h)
//   ROOT/locks/      one file for each derivation being realized (lock.h)
//   ROOT/log/ ROOT/sessions/ ROOT/index/ ROOT/quarantine/
//
// Text that a function gives out lives in the arena that it was given. Functions that take a
// `struct diag_sink *` report their error once and return false; system errors carry the path and
// the reason.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "base/vec.h"

#define STORE_VERSION_DIR "store-v1"

// Absolute paths; `store` and `tmp` may be null for the default below `root`.
struct store_paths {
    const char *root;
    const char *store;
    const char *tmp;
};

// The rules: PLX_ROOT, else $XDG_DATA_HOME/plx, else $HOME/.local/share/plx; PLX_STORE and PLX_TMP.
// Relative ones are taken from the current folder. `get` is getenv-like (an empty value counts as
// unset). False if no root can be determined (E0700).
bool store_paths_from_env(struct store_paths *out, struct arena *arena,
                          const char *(*get)(void *ctx, const char *name), void *ctx,
                          struct diag_sink *sink) MUST_USE;

enum store_flags {
    STORE_CREATE = 1, // make what is missing, also a store outside of the root (`plxc store init`)
    STORE_MUST_NOT_EXIST = 2, // with STORE_CREATE: an existing store is an error
    STORE_READ_ONLY = 4,      // never write, never make anything
    STORE_NO_FSYNC = 8,       // PLX_FSYNC=off: for throw-away stores
};

#define STORE_SESSION_SIZE 40

struct store {
    struct arena arena;
    const char *root; // absolute, as all of these
    const char *path; // of the store itself, without links: what realizers see
    const char *tmp;
    int root_fd;
    int fd;     // the store
    int tmp_fd; // -1 when the store is read-only and it does not exist; so are the next three
    int locks_fd;
    int roots_fd;
    int log_fd;
    bool read_only; // asked for, or the file system does not let us write
    bool sync;
    VEC(char *) dirty;                // folders below the store that store_sync has to sync
    bool dirty_all;                   // too many for a list
    char session[STORE_SESSION_SIZE]; // this process' id, the begin of its names in tmp/; "" before
                                      // store_writable
    int session_fd;                   // roots/temp/SESSION, locked while the process lives (root.h)
};

// Opens the store, making it on first use if it lies in its default place under the root; one that
// was named and does not exist, or is a folder of other things, is an error (E0704) that names
// `plxc store init`. Store and tmp on
// different file systems: E0705. On failure *s needs no store_close.
bool store_open(struct store *s, const struct store_paths *paths, unsigned flags,
                struct diag_sink *sink) MUST_USE;
void store_close(struct store *s);

// Whoever wants to write calls this first: false and E0708 on a read-only store. The first call
// begins this process' session; it is not for several threads at once, everything after it is.
bool store_writable(struct store *s, struct diag_sink *sink) MUST_USE;

#define STORE_TMP_SIZE 80
// An empty folder (0700) in tmp/, named SESSION.RANDOM.LABEL; `label` is [a-z0-9-]+, at most 16
// bytes. Its path is s->tmp "/" name.
bool store_tmp_new(struct store *s, const char *label, char name[STORE_TMP_SIZE],
                   struct diag_sink *sink) MUST_USE;
// Removes it with all that is in it; trouble is ignored, since verify and gc find what is left.
void store_tmp_remove(struct store *s, const char *name);

// Waits until all that was written and renamed is on the disk. One call at the end of a batch;
// nothing when fsync is off.
bool store_sync(struct store *s, struct diag_sink *sink) MUST_USE;

// Notes that a folder ("." or "HASH-name") got a new entry, for store_sync. Like all that
// publishes, for one thread at a time.
void store_dirty(struct store *s, const char *rel);

// The folder of a derivation or realization, absolute. The text must be a valid ref (a BUG
// otherwise).
char *store_ref_path(const struct store *s, struct arena *arena, struct str ref) MUST_USE;
// "HASH-name" or "HASH-name/HASH": the same relative to s->fd. `out` has STORE_REL_SIZE bytes.
#define STORE_REL_SIZE 300
void store_ref_rel(struct str ref, char out[STORE_REL_SIZE]);

// Reports a failed system call: "MESSAGE: strerror(err)", where err may be negative; returns the
// diagnostic for notes and help.
struct diag *store_fail(struct diag_sink *sink, const char *code, int err, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
