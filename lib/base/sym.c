#include "base/sym.h"

#include <stdlib.h>

#include "base/bug.h"
#include "base/vec.h"

void symtab_free(struct symtab *t)
{
    arena_free(&t->text);
    map_free(&t->index);
    free(t->names);
    *t = SYMTAB_INIT;
}

sym sym_find(const struct symtab *t, struct str name)
{
    return (sym)(uintptr_t)map_get(&t->index, name);
}

sym sym_intern(struct symtab *t, struct str name)
{
    sym known = sym_find(t, name);
    if (known) return known;
    if (!t->len) t->len = 1; // number 0 is no symbol
    if (t->len == UINT32_MAX) BUG("too many symbols");
    if (t->len >= t->cap) t->names = vec_grow(t->names, &t->cap, sizeof(*t->names), t->len + 1);
    sym id = (sym)t->len++;
    t->names[id] = arena_str(&t->text, name);
    map_set(&t->index, t->names[id], (void *)(uintptr_t)id);
    return id;
}

struct str sym_str(const struct symtab *t, sym id)
{
    if (id == SYM_NONE || id >= t->len) BUG("symbol %u of %zu", id, t->len);
    return t->names[id];
}

const char *sym_z(const struct symtab *t, sym id)
{
    return sym_str(t, id).p;
}
