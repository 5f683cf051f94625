// Interned names: equal strings have equal numbers, so that names compare as integers. A symtab
// belongs to a session and never shrinks. 0 is no symbol.
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

typedef uint32_t sym;

#define SYM_NONE ((sym)0)

struct symtab {
    struct arena text;
    struct sym_name *names; // of symbol number id: names[id - 1]
    size_t len;
    size_t cap;
    sym *slots; // open addressing; SYM_NONE = free
    size_t slot_count;
};

#define SYMTAB_INIT ((struct symtab){0})

void symtab_free(struct symtab *t);
sym sym_intern(struct symtab *t, struct str name);
// SYM_NONE if the name was never interned.
sym sym_find(const struct symtab *t, struct str name);
// The name of an id that this table gave out; NUL-terminated behind its length.
struct str sym_str(const struct symtab *t, sym id);
const char *sym_z(const struct symtab *t, sym id);
