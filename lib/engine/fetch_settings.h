// What bounds a download and an unpacking: every cap and timeout by name, with its default and the
// environment variable that sets it. The rows are in fetch_settings.c; messages about a cap name
// the variable, so that who needs more knows what to set.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"

struct fetch_settings {
    // PLX_FETCH_CONNECT_TIMEOUT, seconds: to reach a server, name look-up and TLS included.
    int64_t connect_timeout_s;
    // PLX_FETCH_STALL_TIMEOUT, seconds: without a byte for so long, a transfer has failed.
    int64_t stall_timeout_s;
    // PLX_FETCH_TRIES: attempts in a row that bring nothing new, the first included.
    int64_t tries;
    // PLX_FETCH_BACKOFF_MS: before the second try; doubles with each further one.
    int64_t backoff_ms;
    // PLX_FETCH_MAX_BYTES: of one downloaded or copied file.
    int64_t max_download_bytes;
    // PLX_UNPACK_MAX_BYTES: of all that comes out of one archive.
    int64_t max_unpack_bytes;
    // PLX_UNPACK_MAX_ENTRIES: files, folders and links that one archive makes.
    int64_t max_unpack_entries;
    // PLX_UNPACK_MAX_RATIO: unpacked size by the archive's; looked at from FETCH_RATIO_FLOOR on.
    int64_t max_unpack_ratio;
};

// Small archives of long runs are harmless, however well they compress.
#define FETCH_RATIO_FLOOR ((int64_t)64 << 20)

void fetch_settings_default(struct fetch_settings *s);
// The defaults, changed by what the environment sets. A value that is no whole number in its range
// is an error (E0914).
bool fetch_settings_from_env(struct fetch_settings *s, struct diag_sink *sink) MUST_USE;
// "PLX_FETCH_MAX_BYTES" for the address of that field within s; a BUG for any other address.
const char *fetch_settings_variable(const struct fetch_settings *s, const int64_t *field);
