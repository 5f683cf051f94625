// Sizes and times as people write and read them.
//
//   a size    350, 20K, 1.5G, 3MiB, 2GB            K, M, G, T, P and KiB … are powers of 1024, KB …
//                                                  of 1000, a number alone is in bytes
//   a time    90s, 15m, 2h, 3d, 1w, 1d12h          so long ago
//             2024-01-31, 2024-01-31 23:59[:59]    of the local time zone; behind a Z: UTC
//             @1706745599                          seconds since the epoch, as date(1) has it
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/bug.h"
#include "base/diag.h"

struct args;

bool quantity_size(const char *text, uint64_t *bytes) MUST_USE;
// Nanoseconds since the epoch, at least 1; `now_ns` is what a duration is subtracted from.
bool quantity_time(const char *text, int64_t now_ns, int64_t *ns) MUST_USE;

// The value of an option, with E1004 if it is none. What was not given leaves *out as it is.
bool quantity_size_option(const struct args *args, const char *name, uint64_t *out,
                          struct diag_sink *sink) MUST_USE;
bool quantity_time_option(const struct args *args, const char *name, int64_t *out,
                          struct diag_sink *sink) MUST_USE;

// For people: "2024-01-31 23:59:59" in the local time zone.
#define QUANTITY_TIME_SIZE 64
const char *quantity_local_time(int64_t ns, char out[QUANTITY_TIME_SIZE]);
// For programs: "2024-01-31T23:59:59.000001Z".
const char *quantity_utc_time(int64_t ns, char out[QUANTITY_TIME_SIZE]);
