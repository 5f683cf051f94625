// The standard library by example. tests/lang/stdlib/*.session hold expressions (lines that begin
// with "> ", continued by "| "), each followed by what it evaluates to or by the whole error that
// it ends with; all of it is compared. With PLX_ACCEPT=1 the files are rewritten. Further tests run
// the examples in the documentation, and look whether every function has some.
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/diag_render.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/path.h"
#include "driver/docgen.h"
#include "driver/embed.h"
#include "eval/eval.h"

#define FOLDER TESTS_DIR "/lang/stdlib"

// ---- a host without a store

static bool read_file(void *ctx, struct arena *arena, const char *path, struct span span,
                      struct diag_sink *sink, struct str *text)
{
    (void)ctx;
    struct buf bytes = BUF_INIT;
    int rc = io_read_file(AT_FDCWD, path, 0, &bytes);
    if (rc == 0)
        *text = arena_str(arena, buf_str(&bytes));
    else
        diag_error(sink, span, "E0304", "there is no file %s", path_relative(arena, FOLDER, path));
    buf_free(&bytes);
    return rc == 0;
}

static bool read_std(void *ctx, struct str name, struct str *text)
{
    (void)ctx;
    struct buf path = BUF_INIT;
    buf_printf(&path, "stdlib" STR_FMT, (int)(name.len - 3), name.p + 3);
    bool found = embed_get(buf_str(&path), text);
    buf_free(&path);
    return found;
}

// The config's "name" is taken by a search for its canonical line; good enough for names in tests.
static bool derive(void *ctx, struct arena *arena, struct str config, struct span span,
                   struct diag_sink *sink, struct str *dref, struct str **deps, size_t *dep_count)
{
    (void)ctx, (void)span, (void)sink;
    struct hasher *h = hasher_new(HASH_SHA256);
    char hex[HASH_HEX_SIZE];
    hasher_hex_of(h, config, hex);
    hasher_free(h);
    const char *name = memmem(config.p, config.len, "\n    \"name\": \"", 14);
    size_t len = 0;
    while (name && name[14 + len] != '"') len++;
    *dref = str_from(name ? arena_printf(arena, "dref:%.32s-%.*s", hex, (int)len, name + 14)
                          : arena_printf(arena, "dref:%.32s-unnamed", hex));
    *deps = NULL;
    *dep_count = 0;
    return true;
}

// Of the name and the patterns; what a file holds makes no difference to these tests.
static bool hash_source(void *ctx, struct arena *arena, const char *path, const struct str *include,
                        size_t include_count, const struct str *exclude, size_t exclude_count,
                        struct span span, struct diag_sink *sink, struct str *hash)
{
    (void)ctx, (void)span, (void)sink;
    struct buf text = BUF_INIT;
    buf_adds(&text, path_base(path));
    for (size_t i = 0; i < include_count; i++) buf_printf(&text, "+" STR_FMT, STR_ARG(include[i]));
    for (size_t i = 0; i < exclude_count; i++) buf_printf(&text, "-" STR_FMT, STR_ARG(exclude[i]));
    struct hasher *h = hasher_new(HASH_SHA256);
    char hex[HASH_HEX_SIZE];
    hasher_hex_of(h, buf_str(&text), hex);
    hasher_free(h);
    buf_free(&text);
    *hash = str_from(arena_printf(arena, "sha256:%s", hex));
    return true;
}

static bool read_realized(void *ctx, struct arena *arena, const char *path, struct span span,
                          struct diag_sink *sink, struct str *text)
{
    return read_file(ctx, arena, path, span, sink, text);
}

static void trace(void *ctx, struct span span, struct str text)
{
    (void)span;
    buf_printf(ctx, "trace: " STR_FMT "\n", STR_ARG(text));
}

// ---- evaluating a text

// One evaluation with an empty module in FOLDER.
struct bench {
    struct sources sources;
    struct symtab syms;
    struct diag_sink sink;
    struct buf traces;
    struct eval_host host;
    struct eval *ev;
};

static void bench_open(struct bench *b)
{
    *b = (struct bench){0};
    b->host = (struct eval_host){&b->traces,  read_file,     read_std, derive,
                                 hash_source, read_realized, trace};
    struct eval_options options = {
        .host = &b->host, .sources = &b->sources, .syms = &b->syms, .sink = &b->sink};
    b->ev = eval_new(&options);
}

static void bench_close(struct bench *b)
{
    if (b->ev) eval_free(b->ev);
    diag_sink_free(&b->sink);
    symtab_free(&b->syms);
    sources_free(&b->sources);
    buf_free(&b->traces);
}

static void add_errors(struct bench *b, struct buf *out)
{
    for (const struct diag *d = b->sink.first; d; d = d->next)
        diag_render_text(out, d, &b->sources, (struct diag_style){.color = false});
}

// What the session shows for an expression: traces, then the value or the errors.
static void show(struct str code, struct buf *out)
{
    struct bench b;
    bench_open(&b);
    struct module *m =
        b.ev ? eval_load_text(b.ev, STR(""), FOLDER "/session.plx", "session.plx", NULL, 0) : NULL;
    struct value v;
    struct buf text = BUF_INIT;
    bool ok = m && eval_expr(b.ev, m, code, "<expr>", &v) &&
              value_print(b.ev, v, (struct print_style){0}, &text);
    buf_adds(out, buf_str(&b.traces));
    if (ok)
        buf_printf(out, STR_FMT "\n", STR_ARG(buf_str(&text)));
    else
        add_errors(&b, out);
    buf_free(&text);
    bench_close(&b);
}

// ---- sessions

static struct str next_line(struct str text, size_t *at)
{
    const char *from = text.p + *at;
    const char *end = memchr(from, '\n', text.len - *at);
    size_t len = end ? (size_t)(end - from) : text.len - *at;
    *at += len + (end != NULL);
    return (struct str){from, len};
}

// Copies a session: comments and expressions as they are, each expression followed by what it gives
// now.
static void replay(struct str text, struct buf *out)
{
    struct buf code = BUF_INIT;
    for (size_t at = 0; at < text.len;) {
        struct str line = next_line(text, &at);
        if (str_starts_with(line, STR("#"))) buf_printf(out, STR_FMT "\n\n", STR_ARG(line));
        if (!str_starts_with(line, STR("> "))) continue; // an old answer
        buf_clear(&code);
        buf_add(&code, line.p + 2, line.len - 2);
        buf_printf(out, STR_FMT "\n", STR_ARG(line));
        while (at + 1 < text.len && text.p[at] == '|' && text.p[at + 1] == ' ') {
            line = next_line(text, &at);
            buf_printf(&code, "\n" STR_FMT, (int)line.len - 2, line.p + 2);
            buf_printf(out, STR_FMT "\n", STR_ARG(line));
        }
        show(buf_str(&code), out);
        buf_addc(out, '\n');
    }
    buf_free(&code);
}

static void differ(const char *name, struct str want, struct str have)
{
    size_t at = 0;
    size_t number = 0;
    struct str old;
    struct str new;
    do {
        size_t next = at;
        number++;
        old = next_line(want, &next);
        new = next_line(have, &at);
    } while (str_eq(old, new));
    fail_msg("%s, line %zu: not\n" STR_FMT "\nbut\n" STR_FMT, name, number, STR_ARG(old),
             STR_ARG(new));
}

static void check_session(const char *name)
{
    struct buf path = BUF_INIT;
    struct buf want = BUF_INIT;
    struct buf have = BUF_INIT;
    buf_printf(&path, FOLDER "/%s", name);
    assert_int_equal(io_read_file(AT_FDCWD, buf_z(&path), 0, &want), 0);
    replay(buf_str(&want), &have);
    if (getenv("PLX_ACCEPT"))
        assert_int_equal(io_replace_file(buf_z(&path), buf_str(&have), 0644, false), 0);
    else if (!str_eq(buf_str(&want), buf_str(&have)))
        differ(name, buf_str(&want), buf_str(&have));
    buf_free(&have);
    buf_free(&want);
    buf_free(&path);
}

static void sessions(void **state)
{
    (void)state;
    char **names;
    size_t count;
    size_t seen = 0;
    assert_int_equal(io_list_dir(AT_FDCWD, FOLDER, &names, &count), 0);
    for (size_t i = 0; i < count; i++) {
        if (!str_ends_with(str_from(names[i]), STR(".session"))) continue;
        check_session(names[i]);
        seen++;
    }
    io_free_names(names, count);
    assert_true(seen >= 5);
}

// ---- documentation

static struct docgen stdlib_docs(void)
{
    struct docgen g = DOCGEN_INIT;
    struct diag_sink sink = DIAG_SINK_INIT;
    assert_true(docgen_stdlib(&g, &sink));
    diag_sink_free(&sink);
    return g;
}

static bool parses_alone(struct str code)
{
    struct buf shown = BUF_INIT;
    show(code, &shown);
    bool ok = !str_starts_with(buf_str(&shown), STR("error[E02"));
    buf_free(&shown);
    return ok;
}

static void check_true(const char *function, struct str code)
{
    struct buf shown = BUF_INIT;
    show(code, &shown);
    if (!str_ends_with(buf_str(&shown), STR("true\n")))
        fail_msg("the example of `%s` is not true:\n" STR_FMT "\n%s", function, STR_ARG(code),
                 buf_z(&shown));
    buf_free(&shown);
}

// An example is one expression, or one on each line; each is true.
static void check_example(const char *function, struct str code)
{
    if (parses_alone(code)) {
        check_true(function, code);
        return;
    }
    for (size_t at = 0; at < code.len;) {
        struct str line = next_line(code, &at);
        if (line.len > 0) check_true(function, line);
    }
}

static void every_function_has_an_example_that_is_true(void **state)
{
    (void)state;
    struct docgen g = stdlib_docs();
    assert_true(g.len > 80);
    for (size_t i = 0; i < g.len; i++) {
        const char *name = arena_printf(&g.arena, STR_FMT, STR_ARG(g.entries[i].name));
        size_t examples = 0;
        struct str code;
        for (size_t at = 0; docgen_example(g.entries[i].text, &at, &code); examples++)
            check_example(name, code);
        if (examples == 0) fail_msg("`%s` has no example", name);
    }
    docgen_free(&g);
}

// A call with a wrong argument says most about a function's errors, so every function stands in a
// session with an error.
static void every_function_has_a_failing_case(void **state)
{
    (void)state;
    struct docgen g = stdlib_docs();
    struct buf all = BUF_INIT;
    char **names;
    size_t count;
    assert_int_equal(io_list_dir(AT_FDCWD, FOLDER, &names, &count), 0);
    for (size_t i = 0; i < count; i++) {
        char *path = arena_printf(&g.arena, FOLDER "/%s", names[i]);
        if (str_ends_with(str_from(path), STR(".session")))
            assert_int_equal(io_read_file(AT_FDCWD, path, 0, &all), 0);
    }
    io_free_names(names, count);
    for (size_t i = 0; i < g.len; i++) {
        if (g.entries[i].kind != DOCGEN_FUNCTION) continue;
        // "> name(" … and an error before the next expression.
        struct buf call = BUF_INIT;
        buf_printf(&call, "\n> " STR_FMT "(", STR_ARG(g.entries[i].name));
        bool fails = false;
        for (char *at = all.p; !fails && (at = strstr(at, buf_z(&call)));) {
            at++;
            char *end = strstr(at, "\n> ");
            char *error = strstr(at, "\nerror[");
            fails = error && (!end || error < end);
        }
        buf_free(&call);
        if (!fails) fail_msg("`" STR_FMT "` has no failing case", STR_ARG(g.entries[i].name));
    }
    buf_free(&all);
    docgen_free(&g);
}

static void the_reference_is_up_to_date(void **state)
{
    (void)state;
    struct docgen g = stdlib_docs();
    struct buf page = BUF_INIT;
    struct buf file = BUF_INIT;
    const char *path = TESTS_DIR "/../docs/stdlib.md";
    docgen_markdown(&page, &g);
    if (getenv("PLX_ACCEPT"))
        assert_int_equal(io_replace_file(path, buf_str(&page), 0644, false), 0);
    assert_int_equal(io_read_file(AT_FDCWD, path, 0, &file), 0);
    if (!str_eq(buf_str(&page), buf_str(&file)))
        fail_msg("docs/stdlib.md is not what the sources say; PLX_ACCEPT=1 writes it anew");
    buf_free(&file);
    buf_free(&page);
    docgen_free(&g);
}

// Of the part that is written in plx.
static void check_has_nothing_to_say(void **state)
{
    (void)state;
    struct bench b;
    bench_open(&b);
    assert_non_null(b.ev);
    struct module *m = eval_load_open(b.ev, "std/prelude.plx", "std/prelude.plx");
    assert_non_null(m);
    eval_check(b.ev, m);
    struct buf text = BUF_INIT;
    add_errors(&b, &text);
    assert_string_equal(buf_z(&text), "");
    buf_free(&text);
    bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions),
        cmocka_unit_test(every_function_has_an_example_that_is_true),
        cmocka_unit_test(every_function_has_a_failing_case),
        cmocka_unit_test(the_reference_is_up_to_date),
        cmocka_unit_test(check_has_nothing_to_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
