#include "base/url.h"

#include <stdbool.h>
#include <string.h>

// Is there something behind a colon that is no port?
static bool has_password(struct str host)
{
    const char *colon = host.len ? memrchr(host.p, ':', host.len) : NULL;
    if (!colon || host.p[0] == '[') return false;
    for (const char *p = colon + 1; p < host.p + host.len; p++)
        if (*p < '0' || *p > '9') return true;
    return false;
}

void url_without_password(struct buf *out, struct str url)
{
    const char *slashes = memmem(url.p, url.len, "//", 2);
    size_t begin = slashes ? (size_t)(slashes - url.p) + 2 : 0;
    struct str rest = {url.p + begin, url.len - begin};
    const char *slash = rest.len ? memchr(rest.p, '/', rest.len) : NULL;
    struct str host = {rest.p, slash ? (size_t)(slash - rest.p) : rest.len};
    const char *at = host.len ? memrchr(host.p, '@', host.len) : NULL;
    if (!at && has_password(host)) at = memrchr(rest.p, '@', rest.len);
    buf_add(out, url.p, begin);
    const char *shown = at ? at + 1 : rest.p;
    buf_add(out, shown, (size_t)(url.p + url.len - shown));
}
