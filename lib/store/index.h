// What is in each derivation's folder, kept beside the store so that questions about the whole of
// it need not read a million files: ROOT/index/graph.sqlite. It is a cache. Whatever becomes of it
// (deleted, damaged, of another version, in use by others for too long), the answers are the same,
// only later; so nothing here reports an error.
//
// A row says what a folder held when its stamp was taken; it counts as long as the folder still has
// that stamp, which the kernel changes with every entry that comes or goes. A row carries a hash of
// itself, so that no damaged one is believed.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/str.h"

struct store;
struct index;

// A folder as it was at a moment.
struct index_stamp {
    uint64_t device, inode;
    int64_t modified_ns, changed_ns;
};

struct index_stamp index_stamp_of(const struct stat *st);
bool index_stamp_eq(const struct index_stamp *a, const struct index_stamp *b);
// Times of files have a grain. What changes within a grain of the stamp does not change the stamp:
// one that was that young at `now_ns`, when the folder began to be read, must not be kept.
bool index_stamp_settled(const struct index_stamp *s, int64_t now_ns);

// Never null; if there is no index, or it cannot be used, it gives no rows. The first one loads
// SQLite, which takes about as long as reading a hundred folders. The hasher is borrowed. A handle
// is not for use across a fork.
struct index *index_open(const struct store *s, struct hasher *h) MUST_USE;
// Calls for each row that is whole, in any order; the texts are good during the call. Without
// `with_facts` these are empty, and whether the rows are whole is not seen.
void index_each(struct index *i, bool with_facts,
                void (*row)(void *ctx, struct str folder, const struct index_stamp *stamp,
                            struct str facts),
                void *ctx);
// What was known of a folder when it had this stamp; good until the next call. False: nothing.
bool index_get(struct index *i, struct str folder, const struct index_stamp *stamp,
               struct str *facts) MUST_USE;
// Lets go of the lock that questions hold, behind which the changes of others wait. To be called
// before a wait.
void index_rest(struct index *i);
// Adds a row or replaces it, or takes it out. The texts must live until the handle is closed: then
// all its changes become visible, or, if that fails or the process dies, none.
void index_put(struct index *i, struct str folder, const struct index_stamp *stamp,
               struct str facts);
void index_remove(struct index *i, struct str folder);
void index_close(struct index *i);

// Deletes it, so that a new one can be made. 0, or -errno if something is in its place that is not
// an index: then there is none, which only costs time.
int index_delete(const struct store *s) MUST_USE;
