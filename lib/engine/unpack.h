// Unpacks an archive that nobody vouches for, through libarchive: tar with every usual compression,
// and zip; found by content, not by name. A single compressed file (data.csv.gz) becomes data.csv;
// for it the name must end in the compression's usual suffix, since formats of other programs
// (.rds, .svgz) are compressed inside and meant to be used so.
//
// Every entry is made relative to a descriptor of its folder that was reached from the output
// without following a link, so no entry can be written outside, whatever entries came before.
// Refused, each by name, and with it the whole archive: absolute names, names with "..", an entry
// below a link, a link that leads out of the output (also through other links of the archive), a
// hard link to what is not there, devices, fifos, sockets, encrypted entries. Modes become 0644 or
// 0755; owners, times, ACLs, flags and extended attributes are dropped. A name that comes twice
// replaces what it named, as with tar, except that a file does not replace a folder. Names are kept
// byte for byte (zip names that are marked as UTF-8 likewise).
#pragma once

#include <stdbool.h>

#include "base/diag.h"
#include "engine/fetch_settings.h"
#include "engine/fetch_watch.h"

struct unpack {
    const char *file; // path of the archive
    const char
        *filename;   // the name it has for the user; decides what a single compressed file becomes
    const char *out; // existing folder, empty; after a failure what is in it must be thrown away
    struct span span;
    const struct fetch_settings *settings;
    struct fetch_watch *watch;
};

enum unpack_result {
    UNPACK_FAILED, // reported: E0906 (unsafe entry), E0907 (damaged), E0908 (cap), E0909 (system),
                   // E0913 (not supported)
    UNPACK_DONE,
    UNPACK_NO_ARCHIVE, // nothing was written
};

enum unpack_result unpack_run(const struct unpack *u, struct diag_sink *sink) MUST_USE;
