// The functions of <zlib.h> that plx uses, loaded when they are needed (base/shared_library.h):
// they may be called after zlib_lazy_load was true once in this process.
#pragma once

#include "base/buf.h"

// False with the system's reason in `why`.
bool zlib_lazy_load(struct buf *why) MUST_USE;
