// The dynamic linker keeps the table of what is loaded, so there is none here: asking it for a
// library that is there already takes about as long as a system call.
#include "base/shared_library.h"

#include <dlfcn.h>

bool shared_library_load(const char *soname, struct buf *why)
{
    if (dlopen(soname, RTLD_LAZY | RTLD_LOCAL)) return true;
    buf_addz(why, dlerror());
    return false;
}

void *shared_library_symbol(const char *soname, const char *symbol)
{
    void *library = dlopen(soname, RTLD_LAZY | RTLD_LOCAL);
    if (!library) BUG("%s is used before it is loaded: %s", soname, dlerror());
    void *address = dlsym(library, symbol);
    if (!address) BUG("%s has no %s: %s", soname, symbol, dlerror());
    return address;
}
