#include "tree_size.h"

#include <fts.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

struct tree_size tree_size(const char *path)
{
    struct tree_size size = {0};
    char *const roots[] = {(char *)path, NULL};
    FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
    if (!walk) return size;
    for (FTSENT *e; (e = fts_read(walk));) {
        bool own = e->fts_level == 1 &&
                   (strncmp(e->fts_name, "__", 2) == 0 || strcmp(e->fts_name, "context.json") == 0);
        if (own || e->fts_info != FTS_F) continue;
        size.bytes += (uint64_t)e->fts_statp->st_size;
        size.files++;
    }
    fts_close(walk);
    return size;
}
