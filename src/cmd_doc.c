// plxc doc: documentation of modules, of the standard library, or of one name.
#include <fcntl.h>
#include <jansson.h>

#include "base/io.h"
#include "base/json.h"
#include "cli.h"
#include "cmd.h"
#include "driver/docgen.h"
#include "driver/docgen_html.h"
#include "markdown.h"
#include "syntax/ast.h"
#include "syntax/parse.h"

// "FILE#name" is one name of a file.
struct subject {
    const char *file; // null: the standard library
    const char *name; // null: everything
};

static struct subject parse_subject(struct cli *cli, const char *text)
{
    const char *hash = strchr(text, '#');
    struct subject s = {text, NULL};
    if (hash) {
        s.file = hash == text ? NULL : arena_dup(&cli->driver.arena, text, (size_t)(hash - text));
        s.name = hash + 1;
    }
    return s;
}

// Who forgets the `#` means a name of the library.
static void hint_name(struct cli *cli, const char *path)
{
    struct docgen library = DOCGEN_INIT;
    struct diag *d = cli->driver.sink.last;
    if (docgen_stdlib(&library, &cli->driver.sink) && docgen_find(&library, str_from(path)))
        diag_help(d, "`plxc doc '#%s'` is what the standard library says of `%s`", path, path);
    docgen_free(&library);
}

static bool read_module(struct cli *cli, const char *path, struct docgen *g)
{
    struct buf text = BUF_INIT;
    int rc = io_read_any(AT_FDCWD, path, SOURCE_MAX_BYTES, &text);
    if (rc < 0) {
        driver_missing_file(&cli->driver, path, -rc);
        hint_name(cli, path);
        buf_free(&text);
        return false;
    }
    const struct source *source = sources_add(&cli->driver.sources, path, NULL, buf_str(&text));
    buf_free(&text);
    struct file *file = parse_file(source, &cli->driver.syms, &cli->driver.sink, NULL);
    bool ok = !file->has_errors;
    if (ok) {
        g->title = arena_strdup(&g->arena, path);
        docgen_file(g, file, &cli->driver.syms);
    }
    file_free(file);
    return ok;
}

static void unknown_name(struct cli *cli, const struct docgen *g, const char *module,
                         const char *name)
{
    struct diag *d = diag_error(&cli->driver.sink, SPAN_NONE, "E1024",
                                "`%s` is no public name of %s", name, module);
    struct str *names = ARENA_ARRAY(&cli->driver.arena, struct str, g->len + 1);
    for (size_t i = 0; i < g->len; i++) names[i] = g->entries[i].name;
    (void)diag_suggest(d, str_from(name), names, g->len);
}

static json_t *entry_json(const struct docgen_entry *e)
{
    static const char *const kinds[] = {"function", "value", "param", "type"};
    return json_pack("{s:s, s:s%, s:s%, s:s%, s:s%}", "kind", kinds[e->kind], "name", e->name.p,
                     e->name.len, "section", e->section.p, e->section.len, "signature",
                     e->signature.p, e->signature.len, "text", e->text.p, e->text.len);
}

static void print_json(struct cli *cli, const struct docgen *g, const struct docgen_entry *one)
{
    json_t *entries = json_array();
    for (size_t i = 0; i < g->len; i++)
        if (!one || one == &g->entries[i])
            json_array_append_new(entries, entry_json(&g->entries[i]));
    json_t *module = json_pack("{s:s, s:s%, s:o}", "title", g->title, "text",
                               g->text.p ? g->text.p : "", g->text.len, "entries", entries);
    json_canonical(&cli->out, module);
    buf_addc(&cli->out, '\n');
    json_decref(module);
}

static bool print_subject(struct cli *cli, struct subject s)
{
    struct docgen g = DOCGEN_INIT;
    const struct docgen_entry *one = NULL;
    bool ok = s.file ? read_module(cli, s.file, &g) : docgen_stdlib(&g, &cli->driver.sink);
    if (ok && s.name) {
        one = docgen_find(&g, str_from(s.name));
        ok = one != NULL;
        if (!ok) unknown_name(cli, &g, s.file ? s.file : "the standard library", s.name);
    }
    struct buf page = BUF_INIT;
    if (ok && args_has(&cli->args, "json")) {
        print_json(cli, &g, one);
    } else if (ok && args_has(&cli->args, "html")) {
        docgen_html(&cli->out, &g, one);
    } else if (ok) {
        if (one)
            docgen_entry_markdown(&page, one, 1);
        else
            docgen_markdown(&page, &g);
        markdown_print(cli, buf_str(&page));
    }
    buf_free(&page);
    docgen_free(&g);
    return ok;
}

int cmd_doc(struct cli *cli)
{
    size_t count = cli->args.rest.len;
    if (count == 0) (void)print_subject(cli, (struct subject){NULL, NULL});
    for (size_t i = 0; i < count; i++)
        (void)print_subject(cli, parse_subject(cli, cli->args.rest.at[i]));
    return cli_finish(cli);
}
