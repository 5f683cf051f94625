#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "driver/driver.h"
#include "driver/interactive.h"

struct session {
    struct driver driver;
    struct buf out; // values, traces and codes of errors
    char folder[64];
};

static void add_trace(void *ctx, const char *place, struct str text)
{
    struct session *s = ctx;
    (void)place;
    buf_printf(&s->out, "trace " STR_FMT "\n", STR_ARG(text));
}

static void write_file(struct session *s, const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", s->folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void open_session(struct session *s)
{
    *s = (struct session){0};
    snprintf(s->folder, sizeof s->folder, "/tmp/plx-interactive-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    driver_init(&s->driver);
    s->driver.cwd = s->folder;
    s->driver.trace = add_trace;
    s->driver.trace_ctx = s;
}

static void close_session(struct session *s)
{
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", s->folder);
    assert_int_equal(system(command), 0);
    driver_free(&s->driver);
    buf_free(&s->out);
}

// Types a text, and gives what came of it since the last time.
static const char *type(struct session *s, const char *z)
{
    struct driver *d = &s->driver;
    struct interactive *i = d->interactive;
    struct str text = str_from(z);
    struct value v;
    buf_clear(&s->out);
    interactive_next(i);
    if (toplevel_classify(&d->syms, text) == TOPLEVEL_BINDINGS) {
        if (interactive_define(i, text, NULL)) buf_addz(&s->out, "defined\n");
    } else if (interactive_eval(i, text, &v) &&
               value_print(d->eval, v, (struct print_style){.max_bytes = 60}, &s->out)) {
        buf_addc(&s->out, '\n');
    }
    for (const struct diag *e = d->sink.first; e; e = e->next) buf_printf(&s->out, "%s\n", e->code);
    diag_sink_free(&d->sink);
    return buf_z(&s->out);
}

#define says(s, text, expected) assert_string_equal(type((s), (text)), (expected))

static void texts_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum toplevel_kind kind;
    } rows[] = {
        {"", TOPLEVEL_NOTHING},
        {" # c", TOPLEVEL_NOTHING},
        {"## documentation of", TOPLEVEL_MORE},
        {"## documentation of\nx = 1", TOPLEVEL_BINDINGS},
        {"x = 1", TOPLEVEL_BINDINGS},
        {"x = 1; y = 2", TOPLEVEL_BINDINGS},
        {"x == 1", TOPLEVEL_EXPR},
        {"f(1)", TOPLEVEL_EXPR},
        {"f(a) = a", TOPLEVEL_BINDINGS},
        {"x: Int = 1", TOPLEVEL_BINDINGS},
        {"type T = Int", TOPLEVEL_BINDINGS},
        {"test \"t\" = true", TOPLEVEL_BINDINGS},
        {"assert (x)", TOPLEVEL_BINDINGS},
        {"let a = 1 in a", TOPLEVEL_EXPR},
        {"let a = 1", TOPLEVEL_MORE},
        {"if a then b", TOPLEVEL_MORE},
        {"1 +", TOPLEVEL_MORE},
        {"x =", TOPLEVEL_MORE},
        {"f(1,", TOPLEVEL_MORE},
        {"f(a) = {", TOPLEVEL_MORE},
        {"'''a", TOPLEVEL_MORE},
        {"'''a\n  b", TOPLEVEL_MORE},
        {"'''a\n  b'''", TOPLEVEL_EXPR},
        {"\"a", TOPLEVEL_EXPR}, // a line break does not mend it
        {"1 + )", TOPLEVEL_EXPR},
        {"x = 1 + )", TOPLEVEL_BINDINGS},
        {"a b", TOPLEVEL_EXPR},
    };
    struct symtab syms = SYMTAB_INIT;
    for (size_t i = 0; i < LEN(rows); i++)
        if (toplevel_classify(&syms, str_from(rows[i].text)) != rows[i].kind)
            fail_msg("`%s` is %d", rows[i].text, toplevel_classify(&syms, str_from(rows[i].text)));
    symtab_free(&syms);
}

static void a_new_binding_hides_an_old_one(void **state)
{
    (void)state;
    struct session s;
    open_session(&s);
    assert_true(interactive_begin(&s.driver, NULL));
    says(&s, "it", "E0301\n");
    says(&s, "x = 1; y = x + 1", "defined\n");
    says(&s, "x = 10", "defined\n");
    says(&s, "[x, y]", "[10, 2]\n");
    says(&s, "it ++ [len(it)]", "[10, 2, 2]\n");
    says(&s, "kept = it", "defined\n");
    says(&s, "x = missing", "E0301\n"); // and x is what it was
    says(&s, "[x, kept]", "[10, [10, 2, 2]]\n");
    says(&s, "y = 1 / 0", "defined\n");
    says(&s, "y", "E0407\n");
    says(&s, "y", "E0407\n"); // told again
    says(&s, "x", "10\n");
    says(&s, "assert x == 11", "E0411\n");
    says(&s, "z = 1; assert x == 11", "E0411\n"); // all or nothing
    says(&s, "z", "E0301\n");
    says(&s, "n(k: Nat) = k", "E0510\n");
    says(&s, "type Nat = Int", "defined\n");
    says(&s, "n(k: Nat) = k", "defined\n");
    says(&s, "type Nat = Str", "defined\n");
    says(&s, "n(3)", "3\n"); // with the type of its time
    says(&s, "n(\"3\")", "E0501\n");
    says(&s, "it = 5", "defined\n"); // a name like any other from now on
    says(&s, "it + 1", "6\n");
    says(&s, "it", "5\n");
    says(&s, "x = x + 1", "defined\n"); // as in a file: itself
    says(&s, "x", "E0408\n");
    close_session(&s);
}

#define LARGE "len([[k, k, k] for k in range(20000)])"

static void values_are_forgotten_and_made_again(void **state)
{
    (void)state;
    struct session s;
    open_session(&s);
    write_file(&s, "f.plx", "lib = import(\"./lib.plx\")\nown = lib.n * 2\n");
    write_file(&s, "lib.plx", "n = trace(1, \"n\")\n");
    assert_true(interactive_begin(&s.driver, "f.plx"));
    struct interactive *i = s.driver.interactive;
    i->memory_limit = 1 << 20;
    says(&s, "own", "trace n: 1\n2\n");
    says(&s, "x = trace(7, \"x\")", "defined\n");
    says(&s, "x", "trace x: 7\n7\n");
    says(&s, "y = it + 1", "defined\n");
    says(&s, "[x, own, y]", "[7, 2, 8]\n");
    write_file(&s, "f.plx", "this is no plx any more");
    write_file(&s, "lib.plx", "n = 100\n");
    says(&s, LARGE, "20000\n");
    assert_true(eval_memory(s.driver.eval) > i->memory_limit);
    // Files are as they were loaded. `it` is made again as well.
    says(&s, "it", "20000\n");
    says(&s, "own", "trace n: 1\n2\n");
    says(&s, "y", "trace x: 7\n8\n");
    says(&s, "[x, own]", "[7, 2]\n");
    // What is needed all the time is not made all the time.
    says(&s, "big = [[k, k] for k in range(20000)] ++ [trace([1], \"made\")]", "defined\n");
    size_t made = 0;
    for (int k = 0; k < 12; k++) made += strstr(type(&s, "len(big)"), "trace made") != NULL;
    assert_in_range(made, 1, 4);
    // Asked for, the file is read, and refused: all is as it was.
    size_t left_out;
    assert_false(interactive_restart(i, &left_out));
    diag_sink_free(&s.driver.sink);
    assert_string_equal(type(&s, "[x, own, len(big)]") + strlen(s.out.p) - 14, "[7, 2, 20001]\n");
    write_file(&s, "f.plx", "lib = import(\"./lib.plx\")\nown = lib.n * 3\n");
    assert_true(interactive_restart(i, &left_out));
    assert_int_equal(left_out, 0);
    says(&s, "[own, y]", "trace x: 7\n[300, 8]\n");
    close_session(&s);
}

static void what_does_not_fit_is_left_out(void **state)
{
    (void)state;
    struct session s;
    size_t left_out;
    open_session(&s);
    write_file(&s, "f.plx", "param n: Int = 1\na = n\nb = 2\n");
    assert_true(interactive_begin(&s.driver, "f.plx"));
    struct interactive *i = s.driver.interactive;
    says(&s, "c = a + b", "defined\n");
    says(&s, "d = b", "defined\n");
    says(&s, "c", "3\n");
    assert_true(interactive_set(i, STR("n"), STR("5"), &left_out));
    says(&s, "[c, d]", "[7, 2]\n");
    assert_false(interactive_set(i, STR("n"), STR("five"), &left_out));
    assert_false(interactive_set(i, STR("m"), STR("5"), &left_out));
    diag_sink_free(&s.driver.sink);
    says(&s, "[c, d]", "[7, 2]\n");
    write_file(&s, "f.plx", "param n: Int = 1\na = n\n");
    assert_true(interactive_restart(i, &left_out));
    assert_int_equal(left_out, 2);
    assert_int_equal(s.driver.sink.error_count, 2);
    diag_sink_free(&s.driver.sink);
    says(&s, "it", "E0301\n"); // it mentioned them
    says(&s, "c", "E0301\n");
    says(&s, "a", "5\n");
    assert_false(interactive_load(i, "g.plx"));
    diag_sink_free(&s.driver.sink);
    says(&s, "a", "5\n");
    assert_true(interactive_load(i, NULL));
    says(&s, "a", "E0301\n");
    close_session(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_told_apart),
        cmocka_unit_test(a_new_binding_hides_an_old_one),
        cmocka_unit_test(values_are_forgotten_and_made_again),
        cmocka_unit_test(what_does_not_fit_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
