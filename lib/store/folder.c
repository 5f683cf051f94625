// By getdents64 itself: a matcher lists one folder for each stage, and opendir costs three system
// calls more.
#include "store/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/vec.h"

typedef VEC(struct folder_entry) entries;

static int compare(const void *a, const void *b)
{
    const struct folder_entry *x = a, *y = b;
    return strcmp(x->name, y->name);
}

// Some file systems do not say what an entry is.
static unsigned char type_by_stat(int fd, const char *name)
{
    struct stat st;
    if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) return DT_UNKNOWN;
    return (unsigned char)IFTODT(st.st_mode);
}

static void add_entries(entries *found, int fd, struct arena *arena, const char *block, size_t len)
{
    for (size_t at = 0; at < len;) {
        const struct dirent64 *d = (const void *)(block + at);
        at += d->d_reclen;
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0) continue;
        unsigned char type = d->d_type;
        if (type == DT_UNKNOWN) type = type_by_stat(fd, d->d_name);
        vec_push(found, (struct folder_entry){arena_strdup(arena, d->d_name), type, d->d_ino});
    }
}

static bool is_sorted(const entries *found)
{
    for (size_t i = 1; i < found->len; i++) {
        if (strcmp(found->at[i - 1].name, found->at[i].name) > 0) return false;
    }
    return true;
}

int folder_list(int fd, struct arena *arena, struct folder *out)
{
    _Alignas(struct dirent64) char block[16384];
    entries found = {0};
    ssize_t n;
    while ((n = getdents64(fd, block, sizeof(block))) > 0) {
        add_entries(&found, fd, arena, block, (size_t)n);
    }
    int result = n < 0 ? -errno : 0;
    *out = (struct folder){NULL, 0};
    if (!result && found.len) {
        if (!is_sorted(&found)) qsort(found.at, found.len, sizeof(*found.at), compare);
        out->at = ARENA_ARRAY(arena, struct folder_entry, found.len);
        memcpy(out->at, found.at, found.len * sizeof(*found.at));
        out->len = found.len;
    }
    vec_free(&found);
    return result;
}

int folder_list_at(int dirfd, const char *path, struct arena *arena, struct folder *out)
{
    int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return -errno;
    int result = folder_list(fd, arena, out);
    close(fd);
    return result;
}
