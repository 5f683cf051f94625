#include "engine/zlib_lazy.h"

#include <zlib.h>

#include "base/shared_library.h"

bool zlib_lazy_load(struct buf *why)
{
    return shared_library_load(PLX_ZLIB_SONAME, why);
}

// The library's own function of this name.
#define THEIRS(name) ((__typeof__(name) *)shared_library_symbol(PLX_ZLIB_SONAME, #name))

gzFile gzdopen(int fd, const char *mode)
{
    return THEIRS(gzdopen)(fd, mode);
}

int gzbuffer(gzFile file, unsigned size)
{
    return THEIRS(gzbuffer)(file, size);
}

int gzread(gzFile file, voidp bytes, unsigned len)
{
    return THEIRS(gzread)(file, bytes, len);
}

const char *gzerror(gzFile file, int *error)
{
    return THEIRS(gzerror)(file, error);
}

int gzclose(gzFile file)
{
    return THEIRS(gzclose)(file);
}
