// The functions of <archive.h> and <archive_entry.h> that plx uses, of a libarchive that is loaded
// when it is needed (base/shared_library.h): they may be called after archive_lazy_load was true
// once in this process.
#pragma once

#include "base/buf.h"

// False with the system's reason in `why`.
bool archive_lazy_load(struct buf *why) MUST_USE;
