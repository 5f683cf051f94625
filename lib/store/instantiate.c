#include "store/instantiate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/map.h"
#include "base/vec.h"
#include "store/lock.h"
#include "store/ref.h"
#include "store/store.h"

// More new derivations than this share one sync of the file system.
#define SINGLE_SYNCS 8

typedef VEC(const struct instantiate_item *) item_list;

static bool exists(const struct store *s, const struct instantiate_item *item)
{
    char rel[STORE_REL_SIZE], path[STORE_REL_SIZE + 16];
    store_ref_rel(item->dref, rel);
    snprintf(path, sizeof(path), "%s/config.json", rel);
    return faccessat(s->fd, path, F_OK, 0) == 0;
}

// What is not in the store yet, each once.
static void find_new(const struct store *s, const struct instantiate_item *items, size_t count,
                     item_list *fresh)
{
    struct map seen = MAP_INIT;
    for (size_t i = 0; i < count; i++) {
        if (map_has(&seen, items[i].dref)) continue;
        map_set(&seen, items[i].dref, (void *)&items[i]);
        if (!exists(s, &items[i])) vec_push(fresh, &items[i]);
    }
    map_free(&seen);
}

// Whatever the umask is. A file system without modes, which refuses, keeps what it has.
static int set_mode(int batch, const char *path, mode_t mode)
{
    return fchmodat(batch, path, mode, 0) < 0 && errno != EPERM ? -errno : 0;
}

// tmp/BATCH/NUMBER/config.json
static int write_one(struct store *s, int batch, size_t number, const struct instantiate_item *item,
                     bool sync)
{
    char folder[24], path[48];
    snprintf(folder, sizeof(folder), "%zu", number);
    snprintf(path, sizeof(path), "%s/config.json", folder);
    if (mkdirat(batch, folder, 0755) < 0) return -errno;
    int result = io_write_new(batch, path, item->config, 0444, sync && s->sync);
    if (result == 0) result = set_mode(batch, folder, 0755);
    if (result == 0) result = set_mode(batch, path, 0444);
    if (result < 0 || !sync || !s->sync) return result;
    int fd = openat(batch, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return -errno;
    result = fsync(fd) < 0 ? -errno : 0;
    close(fd);
    return result;
}

static int publish_one(struct store *s, int batch, size_t number,
                       const struct instantiate_item *item)
{
    char folder[24], rel[STORE_REL_SIZE];
    snprintf(folder, sizeof(folder), "%zu", number);
    store_ref_rel(item->dref, rel);
    int result = renameat2(batch, folder, s->fd, rel, RENAME_NOREPLACE) < 0 ? -errno : 0;
    // Where the flag is not known, a folder that is not empty is not replaced either.
    if (result == -EINVAL || result == -ENOSYS) {
        result = renameat(batch, folder, s->fd, rel) < 0 ? -errno : 0;
    }
    // Somebody else was faster: equal by name is equal.
    if ((result == -EEXIST || result == -ENOTEMPTY) && exists(s, item)) return 0;
    return result;
}

static bool write_batch(struct store *s, int batch, const item_list *fresh, struct diag_sink *sink)
{
    bool single = fresh->len <= SINGLE_SYNCS;
    int result = 0;
    for (size_t i = 0; !result && i < fresh->len; i++) {
        result = write_one(s, batch, i, fresh->at[i], single);
    }
    if (!result && !single && s->sync && syncfs(batch) < 0) result = -errno;
    if (!result) return true;
    store_fail(sink, "E0707", result, "cannot write new derivations in %s", s->tmp);
    return false;
}

static bool publish_batch(struct store *s, int batch, const item_list *fresh,
                          struct diag_sink *sink)
{
    for (size_t i = 0; i < fresh->len; i++) {
        const struct instantiate_item *item = fresh->at[i];
        int result = publish_one(s, batch, i, item);
        if (result == 0) continue;
        struct diag *d = store_fail(sink, "E0707", result, "cannot put " STR_FMT " into the store",
                                    STR_ARG(item->dref));
        if (result == -EEXIST || result == -ENOTEMPTY) {
            diag_note(d, "it is there, but has no config.json; see `plxc store verify`");
        }
        return false;
    }
    store_dirty(s, ".");
    return store_sync(s, sink);
}

static bool write_new(struct store *s, const item_list *fresh, struct diag_sink *sink)
{
    char name[STORE_TMP_SIZE];
    if (!store_tmp_new(s, "inst", name, sink)) return false;
    int batch = openat(s->tmp_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = false;
    if (batch < 0) {
        store_fail(sink, "E0707", errno, "cannot open %s/%s", s->tmp, name);
    } else {
        good = write_batch(s, batch, fresh, sink) && publish_batch(s, batch, fresh, sink);
        close(batch);
    }
    store_tmp_remove(s, name);
    return good;
}

// Of a store that cannot be written: what would have to be added to it.
static void note_missing(struct diag *d, struct str text)
{
    struct dref dref;
    if (!d || dref_parse(text, &dref) != REF_OK) return;
    struct str name = dref_name(&dref);
    diag_note(d, "the derivation `" STR_FMT "` is not in it", STR_ARG(name));
}

bool instantiate_many(struct store *s, const struct instantiate_item *items, size_t count,
                      size_t *created, struct diag_sink *sink)
{
    if (created) *created = 0;
    struct lock gc = LOCK_INIT;
    // No collection between the look-up and the rename: it would take what was just found.
    if (!s->read_only && !lock_gc(s, false, &gc, sink)) return false;
    item_list fresh = {0};
    find_new(s, items, count, &fresh);
    bool good = fresh.len == 0 || write_new(s, &fresh, sink);
    if (good && created) *created = fresh.len;
    if (!good && s->read_only) note_missing(sink->last, fresh.at[0]->dref);
    lock_release(s, &gc);
    vec_free(&fresh);
    return good;
}
