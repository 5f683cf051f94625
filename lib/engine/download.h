// One file by URL, through libcurl: http, https, and file where the URL itself says so. A download
// either ends with the whole file, whose hash is the expected one, or with an error.
//
// What has arrived is kept in a partial file, named by the URL and the expected hash, which the
// next attempt (a retry here, or another run) goes on with: a range request, guarded by If-Range
// where the server gave a validator. A server that answers with the whole file starts it anew, and
// so does a resumed file whose hash is wrong, once. Another process that downloads the same at the
// same time holds a lock on the partial file; then this one uses a private file.
#pragma once

#include <stdbool.h>

#include "base/diag.h"
#include "base/hash.h"
#include "engine/fetch_settings.h"
#include "engine/fetch_watch.h"

struct download {
    const char *url;
    enum hash_kind hash_kind;
    const char *hash;        // expected, lower-case hex
    const char *dest;        // path of the file to make; must not exist. Its folder must
    const char *partial_dir; // absolute; made if missing
    bool force;              // do not use what earlier runs left
    struct span span;
    const struct fetch_settings *settings;
    struct fetch_watch *watch;
};

// Errors: E0902 (not reachable), E0903 (HTTP status), E0904 (hash), E0905 (file:// of what is no
// file), E0908 (cap), E0909 (system), E0910 (protocol), E0911 (transfer broke off). On failure
// nothing is at `dest`.
bool download_run(const struct download *d, struct diag_sink *sink) MUST_USE;

// Copies a local file with the same checks; nothing is resumed, and url is for messages only.
bool download_copy(const struct download *d, const char *path, struct diag_sink *sink) MUST_USE;
