// The functions of <curl/curl.h> that plx uses, of a libcurl that is loaded when it is needed
// (base/shared_library.h): they may be called after curl_lazy_load was true once in this process.
#pragma once

#include "base/buf.h"

// False with the system's reason in `why`.
bool curl_lazy_load(struct buf *why) MUST_USE;
