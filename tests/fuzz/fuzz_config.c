// Any text is read as a config or gives one error, without harm. What is read is canonical: reading
// it again, by way of a tree or by the scanner alone, gives the same text and the same dref; the
// scanner finds what a walk over the tree finds; and promises resolved in the text and in the tree
// are the same.
#include <stdint.h>

#include "../unit/config_oracle.h"
#include "base/bug.h"
#include "store/config_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct reader {
    struct arena arena;
    struct hasher *hasher;
    struct diag_sink sink;
};

typedef bool read_fn(struct config *c, struct arena *arena, struct hasher *h, struct str text,
                     struct span span, struct diag_sink *sink);

static bool read(struct reader *r, read_fn *fn, struct str text, struct config *c)
{
    size_t errors = r->sink.error_count;
    bool good = fn(c, &r->arena, r->hasher, text, SPAN_NONE, &r->sink);
    if (r->sink.error_count - errors != !good) BUG("a result with %zu errors", r->sink.error_count);
    return good;
}

static void same(const struct config *a, const struct config *b, const char *what)
{
    struct buf x = BUF_INIT, y = BUF_INIT;
    oracle_found(&x, a);
    oracle_found(&y, b);
    if (!str_eq(a->text, b->text) || !str_eq(a->dref, b->dref) || !str_eq(a->name, b->name) ||
        !str_eq(buf_str(&x), buf_str(&y)))
        BUG("%s:\n" STR_FMT "\n" STR_FMT "\n%s\nand\n" STR_FMT "\n" STR_FMT "\n%s", what,
            STR_ARG(a->dref), STR_ARG(a->text), buf_z(&x), STR_ARG(b->dref), STR_ARG(b->text),
            buf_z(&y));
    buf_free(&x);
    buf_free(&y);
}

static void check_tree(const struct config *c)
{
    struct json_problem problem;
    json_t *tree = json_parse(c->text, &problem);
    if (!tree) BUG("canonical text does not parse: %s", problem.text);
    struct buf expected = BUF_INIT, found = BUF_INIT;
    oracle_expected(&expected, tree);
    oracle_found(&found, c);
    if (!str_eq(buf_str(&expected), buf_str(&found)))
        BUG("found\n%s\nin\n" STR_FMT "\nwhich holds\n%s", buf_z(&found), STR_ARG(c->text),
            buf_z(&expected));
    struct buf shown = BUF_INIT, by_text = BUF_INIT, by_tree = BUF_INIT;
    config_text_value(&shown, tree);
    config_resolve(&by_text, c->text, c->dref);
    config_resolve_json(tree, c->dref.p);
    json_canonical(&by_tree, tree);
    if (!str_eq(buf_str(&by_text), buf_str(&by_tree)))
        BUG("resolved\n%s\nand\n%s", buf_z(&by_text), buf_z(&by_tree));
    buf_free(&shown);
    buf_free(&by_text);
    buf_free(&by_tree);
    buf_free(&expected);
    buf_free(&found);
    json_decref(tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader r = {.hasher = hasher_new(HASH_SHA256)};
    struct str text = {size ? (const char *)data : "", size};
    struct config c, again, scanned;
    if (read(&r, config_parse, text, &c)) {
        if (!read(&r, config_parse, c.text, &again)) BUG("canonical text is refused");
        if (!read(&r, config_scan, c.text, &scanned)) BUG("canonical text is not scanned");
        same(&c, &again, "read again");
        same(&c, &scanned, "scanned");
        check_tree(&c);
    }
    // Text that is not canonical must not be scanned; if it is, nothing worse than a strange result
    // may come of it.
    (void)read(&r, config_scan, text, &scanned);
    hasher_free(r.hasher);
    diag_sink_free(&r.sink);
    arena_free(&r.arena);
    return 0;
}
