// Shared libraries that few runs need, loaded when they are needed: what a library and those it
// depends on cost at start is paid by every run of the program, be it `plxc --version`.
//
// A library stays loaded until the process ends. The functions of one are called through small ones
// of the same name (engine/curl_lazy.c, engine/archive_lazy.c), so that the code that uses a
// library reads as if it were linked.
#pragma once

#include <stdbool.h>

#include "base/buf.h"

// Loads the library of this SONAME. False with the system's reason in `why`.
bool shared_library_load(const char *soname, struct buf *why) MUST_USE;
// The address of a symbol of a library that was loaded; never null, without it is a BUG.
void *shared_library_symbol(const char *soname, const char *symbol) MUST_USE;
