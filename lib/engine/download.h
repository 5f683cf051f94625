// One file by URL, through libcurl: http, https, and file where the URL itself says so. A download
// either ends with the whole file, whose hash is the expected one, or with an error.
//
// What has arrived is kept in a partial file (partial.h), which the next attempt (a retry here, or
// another run) goes on with: a range request, guarded by If-Range where the server gave a
// validator. A server that answers with the whole file starts it anew, and so does a resumed file
// whose hash is wrong, once. While another process downloads the same, this one uses a private
// file.
//
// Tried again, with growing waits (or what Retry-After asks for, up to a minute): what fails below
// HTTP, and the statuses 408, 425, 429, 500, 502, 503 and 504. Redirects are followed to http and
// https only. Proxies are taken from the environment as curl does, and so are CURL_CA_BUNDLE and
// SSL_CERT_FILE.
#pragma once

#include <stdbool.h>

#include "base/diag.h"
#include "base/hash.h"
#include "engine/fetch_settings.h"
#include "engine/fetch_watch.h"

struct nar;

struct download {
    const char *url;
    enum hash_kind hash_kind;
    const char *hash;        // expected, lower-case hex
    const char *dest;        // path of the file to make; must not exist, its folder must
    const char *partial_dir; // absolute, on the file system of dest; made if missing
    bool force;              // do not use what earlier runs left
    struct span span;
    const struct fetch_settings *settings;
    struct fetch_watch *watch;
    bool sync; // the file is to be synced
    // For download_copy: gets a large file as its node while that is copied, and then *in_nar is
    // set. May be null.
    struct nar *nar;
    bool *in_nar;
};

// Errors: E0901 (no URL), E0902 (not reachable), E0903 (HTTP status), E0904 (hash), E0905 (file://
// of what is no file), E0908 (cap), E0909 (system), E0910 (protocol), E0911 (broke off), E0912
// (TLS), E0916 (no libcurl). On failure nothing is at `dest`.
bool download_run(const struct download *d, struct diag_sink *sink) MUST_USE;

// Copies a local file with the same checks; nothing is resumed, and url and partial_dir are not
// used.
bool download_copy(const struct download *d, const char *path, struct diag_sink *sink) MUST_USE;
