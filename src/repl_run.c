// The `:commands` that look at the session or change it.
#include <string.h>

#include "cli.h"
#include "driver/docgen.h"
#include "eval/type_text.h"
#include "markdown.h"
#include "repl.h"

#define SHOWN_BYTES 200 // of a param

// A session that changes loses what an interrupt has ended half-way.
static int changed(struct repl *r, bool ok, size_t left_out)
{
    struct cli *cli = r->cli;
    if (!repl_loaded(r, ok, left_out)) return EXIT_DONE;
    struct interactive *session = repl_session(r);
    if (!r->editor || !session->file) return EXIT_DONE;
    struct toplevel_names names = {0};
    toplevel_defined(session->top, &names);
    cli_say(cli, "%s: %zu name%s", session->file, names.len, names.len == 1 ? "" : "s");
    toplevel_names_free(&names);
    return EXIT_DONE;
}

int repl_load(struct repl *r, const struct repl_command *c, struct str rest)
{
    (void)c;
    char *file = rest.len ? arena_dup(&r->cli->driver.arena, rest.p, rest.len) : NULL;
    return changed(r, interactive_load(repl_session(r), file), 0);
}

int repl_reload(struct repl *r, const struct repl_command *c, struct str rest)
{
    size_t left_out = 0;
    (void)c;
    (void)rest;
    bool ok = interactive_restart(repl_session(r), &left_out);
    return changed(r, ok, left_out);
}

// ---- params

static void show_params(struct repl *r)
{
    struct cli *cli = r->cli;
    struct toplevel_names names = {0};
    toplevel_defined(repl_session(r)->top, &names);
    for (size_t i = 0; i < names.len; i++) {
        struct value v;
        struct print_style style = {.max_bytes = SHOWN_BYTES};
        if (names.at[i].kind != MODULE_PARAM ||
            !interactive_look(repl_session(r), names.at[i].name, &v))
            continue;
        buf_printf(&cli->out, STR_FMT " = ", STR_ARG(names.at[i].name));
        (void)!value_print(cli->driver.eval, v, style, &cli->out);
        buf_addc(&cli->out, '\n');
    }
    toplevel_names_free(&names);
}

static struct str trimmed(struct str s)
{
    while (s.len && s.p[0] == ' ') s = (struct str){s.p + 1, s.len - 1};
    while (s.len && s.p[s.len - 1] == ' ') s.len--;
    return s;
}

int repl_set(struct repl *r, const struct repl_command *c, struct str rest)
{
    if (!rest.len) {
        show_params(r);
        return EXIT_DONE;
    }
    const char *equals = memchr(rest.p, '=', rest.len);
    struct str name = trimmed((struct str){rest.p, equals ? (size_t)(equals - rest.p) : rest.len});
    if (!equals || !name.len) {
        struct diag *d = diag_error(&r->cli->driver.sink, SPAN_NONE, "E1004",
                                    "`:%s` cannot be `" STR_FMT "`", c->name, STR_ARG(rest));
        diag_help(d, "`:set epochs=5` sets the param `epochs`; `:set` alone shows all");
        return EXIT_DONE;
    }
    struct str value = trimmed((struct str){equals + 1, (size_t)(rest.p + rest.len - equals) - 1});
    size_t left_out = 0;
    bool ok = interactive_set(repl_session(r), name, value, &left_out);
    return changed(r, ok, left_out);
}

// ---- looking

int repl_type(struct repl *r, const struct repl_command *c, struct str rest)
{
    struct cli *cli = r->cli;
    struct value v;
    (void)c;
    if (!interactive_look(repl_session(r), rest, &v) ||
        !type_text(cli->driver.eval, v, &cli->out)) {
        buf_clear(&cli->out);
        return EXIT_DONE;
    }
    buf_addc(&cli->out, '\n');
    return EXIT_DONE;
}

static void add_name(struct buf *out, const struct toplevel_name *n)
{
    const char *before = n->kind == MODULE_TYPE ? "type " : n->kind == MODULE_PARAM ? "param " : "";
    struct str text = n->signature.len ? n->signature : n->name;
    if (str_starts_with(text, str_from(before))) before = "";
    buf_printf(out, "%s" STR_FMT "\n", before, STR_ARG(text));
}

int repl_browse(struct repl *r, const struct repl_command *c, struct str rest)
{
    struct cli *cli = r->cli;
    struct toplevel *top = repl_session(r)->top;
    struct toplevel_names names = {0};
    (void)c;
    if (!rest.len) {
        toplevel_defined(top, &names);
    } else {
        // To see the fields of what nobody needed yet, it is needed now.
        struct value v;
        if (!interactive_look(repl_session(r), rest, &v)) return EXIT_DONE;
        toplevel_fields(top, rest, &names);
    }
    for (size_t i = 0; i < names.len; i++) {
        struct toplevel_name n = names.at[i];
        if (rest.len) {
            struct str path = str_from(arena_printf(&cli->driver.arena, STR_FMT "." STR_FMT,
                                                    STR_ARG(rest), STR_ARG(n.name)));
            (void)!toplevel_find(top, path, &n);
        }
        add_name(&cli->out, &n);
    }
    toplevel_names_free(&names);
    return EXIT_DONE;
}

// ---- documentation

static void unknown_name(struct repl *r, struct str name, const struct docgen *library)
{
    struct diag *d = diag_error(&r->cli->driver.sink, SPAN_NONE, "E1024",
                                "`" STR_FMT "` is not defined", STR_ARG(name));
    struct toplevel_names names = {0};
    VEC(struct str) candidates = {0};
    toplevel_defined(repl_session(r)->top, &names);
    for (size_t i = 0; i < names.len; i++) vec_push(&candidates, names.at[i].name);
    for (size_t i = 0; i < library->len; i++) vec_push(&candidates, library->entries[i].name);
    (void)diag_suggest(d, name, candidates.at, candidates.len);
    vec_free(&candidates);
    toplevel_names_free(&names);
}

static void print_entry(struct repl *r, const struct docgen_entry *e)
{
    struct buf page = BUF_INIT;
    docgen_entry_markdown(&page, e, 1);
    markdown_print(r->cli, buf_str(&page));
    buf_free(&page);
}

int repl_doc(struct repl *r, const struct repl_command *c, struct str rest)
{
    static const enum docgen_kind kinds[] = {
        [MODULE_VALUE] = DOCGEN_VALUE,
        [MODULE_FUNCTION] = DOCGEN_FUNCTION,
        [MODULE_PARAM] = DOCGEN_PARAM,
        [MODULE_TYPE] = DOCGEN_TYPE,
    };
    struct toplevel_name n;
    (void)c;
    if (toplevel_find(repl_session(r)->top, rest, &n)) {
        struct docgen_entry e = {.kind = kinds[n.kind],
                                 .section = STR(""),
                                 .name = n.name,
                                 .signature = n.signature,
                                 .text = n.doc};
        print_entry(r, &e);
        return EXIT_DONE;
    }
    struct docgen library = DOCGEN_INIT;
    if (docgen_stdlib(&library, &r->cli->driver.sink)) {
        const struct docgen_entry *e = docgen_find(&library, rest);
        if (e)
            print_entry(r, e);
        else
            unknown_name(r, rest, &library);
    }
    docgen_free(&library);
    return EXIT_DONE;
}
