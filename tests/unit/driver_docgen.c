// Documentation of a module, compared whole with tests/lang/doc/sample.md and sample.html;
// PLX_ACCEPT=1 writes them anew.
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/io.h"
#include "driver/docgen.h"
#include "driver/docgen_html.h"
#include "syntax/ast.h"
#include "syntax/parse.h"

#define SAMPLE TESTS_DIR "/lang/doc/sample"

static void read_module(struct docgen *g, struct str text)
{
    struct sources sources = SOURCES_INIT;
    struct symtab syms = SYMTAB_INIT;
    struct diag_sink sink = DIAG_SINK_INIT;
    struct file *file = parse_file(sources_add(&sources, "sample", NULL, text), &syms, &sink, NULL);
    assert_false(file->has_errors);
    *g = DOCGEN_INIT;
    g->title = "sample";
    docgen_file(g, file, &syms);
    file_free(file);
    diag_sink_free(&sink);
    symtab_free(&syms);
    sources_free(&sources);
}

static void read_sample(struct docgen *g)
{
    struct buf text = BUF_INIT;
    assert_int_equal(io_read_file(AT_FDCWD, SAMPLE ".plx", 0, &text), 0);
    read_module(g, buf_str(&text));
    buf_free(&text);
}

static void compare(const char *path, const struct buf *have)
{
    struct buf want = BUF_INIT;
    if (getenv("PLX_ACCEPT"))
        assert_int_equal(io_replace_file(path, buf_str(have), 0644, false), 0);
    assert_int_equal(io_read_file(AT_FDCWD, path, 0, &want), 0);
    assert_string_equal(buf_z(have), buf_z(&want));
    buf_free(&want);
}

static void markdown(void **state)
{
    (void)state;
    struct docgen g;
    struct buf page = BUF_INIT;
    read_sample(&g);
    docgen_markdown(&page, &g);
    compare(SAMPLE ".md", &page);
    buf_free(&page);
    docgen_free(&g);
}

static void html(void **state)
{
    (void)state;
    struct docgen g;
    struct buf page = BUF_INIT;
    read_sample(&g);
    docgen_html(&page, &g, NULL);
    compare(SAMPLE ".html", &page);
    buf_free(&page);
    docgen_free(&g);
}

static void one_name(void **state)
{
    (void)state;
    struct docgen g;
    struct buf page = BUF_INIT;
    read_sample(&g);
    assert_null(docgen_find(&g, STR("_private")));
    assert_null(docgen_find(&g, STR("not shown")));
    const struct docgen_entry *e = docgen_find(&g, STR("no_args"));
    assert_non_null(e);
    docgen_entry_markdown(&page, e, 2);
    assert_string_equal(buf_z(&page), "## `no_args`\n\n```\nno_args()\n```\n");
    buf_free(&page);
    docgen_free(&g);
}

static void an_empty_module(void **state)
{
    (void)state;
    struct docgen g;
    struct buf page = BUF_INIT;
    read_module(&g, STR(""));
    docgen_markdown(&page, &g);
    assert_string_equal(buf_z(&page), "# sample\n");
    buf_free(&page);
    docgen_free(&g);
}

static void examples(void **state)
{
    (void)state;
    struct str text =
        STR("One.\n\n```plx\na == 1\nb == 2\n```\n\n```text\nno\n```\n```plx\nc\n```");
    struct str code;
    size_t at = 0;
    assert_true(docgen_example(text, &at, &code));
    assert_true(str_eqz(code, "a == 1\nb == 2"));
    assert_true(docgen_example(text, &at, &code));
    assert_true(str_eqz(code, "c"));
    assert_false(docgen_example(text, &at, &code));
    at = 0;
    assert_false(docgen_example(STR("```plx\nnever closed"), &at, &code));
    assert_false(docgen_example(STR(""), &at, &code));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markdown),        cmocka_unit_test(html),     cmocka_unit_test(one_name),
        cmocka_unit_test(an_empty_module), cmocka_unit_test(examples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
