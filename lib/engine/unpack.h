// Unpacks an archive that nobody vouches for, through libarchive: tar with every usual compression,
// and zip; found by content, not by name. A single compressed file (data.csv.gz) becomes data.csv;
// for it the name must end in the compression's usual suffix, since files of other programs (.rds,
// .svgz) are compressed inside and meant to be used so.
//
// Every entry is made through a descriptor of its folder that was reached from the output without
// following a link, so nothing can be written outside, whatever entries came before. Refused, each
// by its name, and with it the whole archive: absolute names, names with "..", an entry below a
// link or a file, a link that leads out of the output (be it through other links), a hard link to
// what is not there, devices, fifos, sockets, encrypted entries. Modes become 0644 or 0755, owners,
// times, ACLs, flags and extended attributes are dropped. In a tar, a name that comes twice
// replaces what it named, but a file never replaces a folder; in a zip it is refused. Names are
// kept byte for byte, but those that a zip marks as UTF-8 come in normal form C.
#pragma once

#include <stdbool.h>

#include "base/diag.h"
#include "engine/fetch_settings.h"
#include "engine/fetch_watch.h"

struct unpack {
    const char *file;     // path of the archive
    const char *filename; // its name for the user; decides what a single compressed file becomes
    const char *out;      // existing, empty folder; after a failure its contents are to be dropped
    struct span span;
    const struct fetch_settings *settings;
    struct fetch_watch *watch;
};

enum unpack_result {
    // Reported: E0906 (unsafe entry), E0907 (damaged), E0908 (cap), E0909 (system), E0913
    // (encrypted), E0916 (no libarchive).
    UNPACK_FAILED,
    UNPACK_DONE,
    // Nothing was written. An empty tar cannot be told from a file of zeros, so it is none either.
    UNPACK_NO_ARCHIVE,
};

enum unpack_result unpack_run(const struct unpack *u, struct diag_sink *sink) MUST_USE;
