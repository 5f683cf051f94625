// URLs in messages.
#pragma once

#include "base/buf.h"
#include "base/str.h"

// Appends the URL without user and password, also one that is malformed: nothing stays of what
// stands between `//` (or the begin) and the last `@` before the path. A password may hold a `/`,
// which is what makes such a URL malformed: then it is the last `@` of all.
void url_without_password(struct buf *out, struct str url);
