#include "eval/limit.h"

#include "base/bug.h"
#include "eval/eval.h"
#include "syntax/parse.h"

// The standard library must still load.
#define LEAST 50

#define FIELD(member)                                                                              \
    offsetof(struct eval_limits, member), sizeof(((struct eval_limits *)0)->member)

static const struct row {
    struct limit limit;
    size_t offset, size;
} rows[] = {
    {{"call-depth", false, LEAST, UINT32_MAX}, FIELD(call_depth)},
    {{"list-items", false, 1000, UINT32_MAX / 2}, FIELD(list_items)},
    {{"memory", true, (uint64_t)16 << 20, (uint64_t)1 << 60}, FIELD(memory)},
    {{"nesting", false, LEAST, PARSE_NESTING_MAX}, FIELD(nesting)},
    {{"steps", false, 1, INT64_MAX}, FIELD(steps)},
    {{"string-bytes", true, 1000, UINT32_MAX / 2}, FIELD(string_bytes)},
};

const struct limit *limit_at(size_t i)
{
    return i < LEN(rows) ? &rows[i].limit : NULL;
}

const struct limit *limit_find(struct str name)
{
    for (size_t i = 0; i < LEN(rows); i++)
        if (str_eqz(name, rows[i].limit.name)) return &rows[i].limit;
    return NULL;
}

// The member of a structure of limits that a limit is about.
static void *member(const struct eval_limits *limits, const struct limit *which, size_t *size)
{
    const struct row *row = (const struct row *)which; // its first member
    *size = row->size;
    return (char *)(uintptr_t)limits + row->offset;
}

void limit_set(struct eval_limits *limits, const struct limit *which, uint64_t n)
{
    if (n < which->least || n > which->most) BUG("%s cannot be %ju", which->name, (uintmax_t)n);
    size_t size;
    void *at = member(limits, which, &size);
    if (size == sizeof(uint32_t))
        *(uint32_t *)at = (uint32_t)n;
    else
        *(uint64_t *)at = n;
}

uint64_t limit_get(const struct eval_limits *limits, const struct limit *which)
{
    size_t size;
    const void *at = member(limits, which, &size);
    return size == sizeof(uint32_t) ? *(const uint32_t *)at : *(const uint64_t *)at;
}

void limit_note(struct diag *d, const char *name)
{
    diag_note(d, "`--limit %s=N` sets another limit", name);
}
