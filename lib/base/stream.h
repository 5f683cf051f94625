// One reading of a file for several consumers: hashers, and a copy. What is large passes through a
// ring of blocks, and each hasher but the first has a thread of its own, so that it takes as long
// as the slowest of them and not as long as all. The copy is made by a copier (base/copier.h), and
// what is hashed then is the copy. What is small is done in turn. No thread is left when the call
// returns.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"

#define STREAM_HASHERS_MAX 3

struct stream {
    int from;      // read from its position on
    uint64_t size; // exactly so many bytes
    int to;        // open for reading and writing; -1: no copy is made
    // The copy is to be synced: it begins to be written to the disk at once, and is in the page
    // cache only in part if it is very large.
    bool write_through;
    struct hasher *hashers[STREAM_HASHERS_MAX]; // begun; each one another
    size_t hasher_count;
    void (*progress)(void *ctx, uint64_t done); // from the calling thread; may be null
    void *ctx;
    bool write_failed; // out: the error is that of writing
};

// 0 or -errno; -ESTALE if the file ends earlier. Where the file system can, an empty file `to` gets
// all of `from` as a clone, which costs no writing. After an error the state of the hashers is
// undefined.
int stream_run(struct stream *s) MUST_USE;
