#include "store/attributes.h"

#include <errno.h>
#include <linux/limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/xattr.h>

static bool may_stay(const char *name)
{
    return strncmp(name, "security.", 9) == 0 && strcmp(name, "security.capability") != 0;
}

// How many bytes of names there are; of a file system that has none, none. Nearly always there are
// none, and for a question without room for an answer the kernel allocates nothing.
static ssize_t list(int fd, char names[XATTR_LIST_MAX])
{
    ssize_t len = flistxattr(fd, NULL, 0);
    if (len > 0) len = flistxattr(fd, names, XATTR_LIST_MAX);
    if (len < 0) return errno == ENOTSUP ? 0 : -errno;
    return len;
}

int attributes_any(int fd)
{
    char names[XATTR_LIST_MAX];
    ssize_t len = list(fd, names);
    for (const char *name = names; name < names + len; name += strlen(name) + 1) {
        if (!may_stay(name)) return 1;
    }
    return len < 0 ? (int)len : 0;
}

int attributes_strip(int fd)
{
    char names[XATTR_LIST_MAX];
    ssize_t len = list(fd, names);
    for (const char *name = names; name < names + len; name += strlen(name) + 1) {
        if (!may_stay(name) && fremovexattr(fd, name) < 0 && errno != ENODATA) return -errno;
    }
    return len < 0 ? (int)len : 0;
}
