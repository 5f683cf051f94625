// What golden files cannot show: limits, broken trees, spans, and inputs too large to keep.
#include "syntax/parse.h"

#include "syntax/ast_print.h"
#include "syntax/fmt.h"
#include "unit.h"

struct session {
    struct sources sources;
    struct symtab syms;
    struct diag_sink sink;
    struct file *file;
};

static void parse(struct session *s, struct str text, uint32_t nesting)
{
    struct parse_limits limits = {.nesting = nesting};
    *s = (struct session){0};
    const struct source *source = sources_add(&s->sources, "t.plx", NULL, text);
    s->file = parse_file(source, &s->syms, &s->sink, &limits);
}

static void drop(struct session *s)
{
    file_free(s->file);
    diag_sink_free(&s->sink);
    symtab_free(&s->syms);
    sources_free(&s->sources);
}

static void add_times(struct buf *b, const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++) buf_addz(b, text);
}

// `open` × depth, `middle`, `close` × depth, as a binding's value; null if it parsed, else the code
// of the first error.
static const char *nest(const char *open, const char *middle, const char *close, size_t depth,
                        uint32_t limit)
{
    struct buf b = BUF_INIT;
    buf_addz(&b, "a = ");
    add_times(&b, open, depth);
    buf_addz(&b, middle);
    add_times(&b, close, depth);
    struct session s;
    parse(&s, buf_str(&b), limit);
    const char *code = s.sink.first ? s.sink.first->code : NULL;
    assert_true(s.sink.error_count <= 1);
    assert_int_equal(s.file->has_errors, code != NULL);
    static const char *const codes[] = {"E0202", "E0203"};
    for (size_t i = 0; i < LEN(codes); i++)
        if (code && strcmp(code, codes[i]) == 0) code = codes[i]; // outlives the session
    drop(&s);
    buf_free(&b);
    return code;
}

// Each way to nest, at the limit and one over it. A leaf has depth 1.
static void test_limits(void **state)
{
    (void)state;
    static const struct {
        const char *open, *middle, *close;
        size_t deepest; // with a limit of 20
    } cases[] = {
        {"[", "1", "]", 19},
        {"{ a = ", "1", " }", 19},
        {"f(", "1", ")", 19},
        {"(", "1", ")", 20},
        {"-", "1", "", 19},
        {"!", "x", "", 19},
        {"", "x", ".a", 19},
        {"", "x", "[0]", 19},
        {"", "x", "()", 19},
        {"", "1", " + 1", 19},
        {"1 ?? ", "1", "", 19},
        {"if x then y else ", "1", "", 19},
        {"if ", "x", " then y else z", 19},
        {"let a = ", "1", " in a", 19},
        {"let a = 1 in ", "1", "", 19},
        {"fn (x) => ", "1", "", 19},
        {"fn (x = ", "1", ") => 1", 19},
        {"[x for x in ", "1", "]", 19},
        {"\"~{", "x", "}\"", 19},
        {"'''~{", "x", "}'''", 19},
    };
    for (size_t i = 0; i < LEN(cases); i++) {
        for (size_t depth = cases[i].deepest - 1; depth <= cases[i].deepest + 1; depth++) {
            const char *code = nest(cases[i].open, cases[i].middle, cases[i].close, depth, 20);
            if (depth <= cases[i].deepest && code)
                fail_msg("%s at %zu: %s", cases[i].open, depth, code);
            if (depth > cases[i].deepest && (!code || strcmp(code, "E0202") != 0))
                fail_msg("%s%s at %zu passes", cases[i].open, cases[i].close, depth);
        }
    }
}

static void test_type_limit(void **state)
{
    (void)state;
    struct buf b = BUF_INIT;
    for (size_t depth = 20; depth <= 21; depth++) {
        buf_clear(&b);
        buf_addz(&b, "type T = ");
        add_times(&b, "[", depth);
        buf_addz(&b, "Int");
        add_times(&b, "]", depth);
        struct session s;
        parse(&s, buf_str(&b), 20);
        assert_int_equal(s.sink.error_count, depth > 20);
        drop(&s);
    }
    buf_free(&b);
}

// Millions of tokens inside each other end at once, in little memory.
static void test_hopeless(void **state)
{
    (void)state;
    static const char *const openers[] = {
        "[",     "(",        "{ a = ", "f(",         "-",     "\"~{",
        "'''~{", "let a = ", "if ",    "fn (x) => ", "x ?? ", "[x for x in "};
    for (size_t i = 0; i < LEN(openers); i++) {
        const char *code = nest(openers[i], "", "", 300000, 0);
        assert_non_null(code);
        assert_string_equal(code, "E0202");
    }
    struct buf b = BUF_INIT;
    buf_addz(&b, "a = 1");
    add_times(&b, " + 1", 100000);
    struct session s;
    parse(&s, buf_str(&b), 0);
    assert_int_equal(s.sink.error_count, 1);
    assert_string_equal(s.sink.first->code, "E0202");
    assert_true(arena_used(&s.file->arena) < 4 << 20);
    drop(&s);
    buf_free(&b);
}

// The deepest tree that any limit allows can be printed and formatted.
static void test_deepest(void **state)
{
    (void)state;
    static const char *const shapes[][3] = {{"[", "1", "]"},
                                            {"{ a = ", "1", " }"},
                                            {"", "1", " + 1"},
                                            {"if x then y else ", "1", ""},
                                            {"let a = 1 in ", "1", ""},
                                            {"fn (x) => ", "1", ""},
                                            {"(", "1", ")"},
                                            {"", "x", ".a"}};
    for (size_t i = 0; i < LEN(shapes); i++) {
        struct buf b = BUF_INIT;
        buf_addz(&b, "a = ");
        add_times(&b, shapes[i][0], PARSE_NESTING_MAX - 1);
        buf_addz(&b, shapes[i][1]);
        add_times(&b, shapes[i][2], PARSE_NESTING_MAX - 1);
        struct session s;
        parse(&s, buf_str(&b), 1000000); // read as the maximum
        assert_false(s.file->has_errors);
        struct buf out = BUF_INIT;
        assert_true(fmt_file(s.file, &out));
        assert_true(out.len > 0);
        buf_clear(&out);
        ast_print_file(&out, s.file, &s.syms, (struct ast_print_style){true});
        assert_true(out.len > 0);
        buf_free(&out);
        drop(&s);
        buf_free(&b);
    }
}

// A broken file still has the names that could be read, for who completes and looks up.
static void test_broken_tree(void **state)
{
    (void)state;
    struct session s;
    parse(&s, STR("a = 1\nb = [1 2]\n## doc\nc = 3\nd(x) = (\ne = 5\n"), 0);
    assert_true(s.file->has_errors);
    assert_int_equal(s.sink.error_count, 2);
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    assert_int_equal(s.file->count, LEN(names));
    for (size_t i = 0; i < LEN(names); i++)
        assert_string_equal(sym_z(&s.syms, s.file->bindings[i].name.id), names[i]);
    assert_int_equal(s.file->bindings[1].value->kind, EXPR_ERROR);
    assert_true(str_eqz(s.file->bindings[2].doc, "doc"));
    struct buf out = BUF_INIT;
    assert_false(fmt_file(s.file, &out));
    assert_int_equal(out.len, 0);
    drop(&s);
}

static void print_bound(struct buf *out, const struct binding *b, const struct symtab *syms)
{
    buf_printf(out, "%d %u-%u doc=" STR_FMT " ", (int)b->kind, b->span.start, b->span.end,
               STR_ARG(b->doc));
    if (b->name.id) buf_addz(out, sym_z(syms, b->name.id));
    if (b->value) ast_print_expr(out, b->value, syms, (struct ast_print_style){true});
    buf_addc(out, '\n');
}

struct taken {
    struct buf out;
    struct symtab *syms;
};

static void take(void *ctx, const struct binding *b)
{
    struct taken *t = ctx;
    print_bound(&t->out, b, t->syms);
}

// One by one the bindings are what they are together, in broken files too; nothing of those that
// were taken is used later.
static void test_bindings_one_by_one(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "## top\n\n## of a\na = 1\nf(x, y = 2) = let z = x; g(q) = q in { z, y = g(z) }\n"
        "param p: Int = 3; type T = Int | \"x\"\ntest \"t\" = true\nassert p > 0 else \"no\"\n",
        "a = -9223372036854775808\nb = 9223372036854775808\nc = 9223372036854775808",
        "a = 1\nb = [1 2]\n## doc\nc = let x = 1\n        y = ]\n    in x\nd(x) = (\ne = 5\n",
    };
    for (size_t i = 0; i < LEN(texts); i++) {
        struct session s;
        parse(&s, str_from(texts[i]), 0);
        struct buf all = BUF_INIT;
        for (size_t k = 0; k < s.file->count; k++) print_bound(&all, &s.file->bindings[k], &s.syms);
        struct taken taken = {BUF_INIT, &s.syms};
        struct parse_bindings each = {take, &taken};
        size_t errors = s.sink.error_count;
        struct file *f = parse_file_each(s.file->source, &s.syms, &s.sink, NULL, &each);
        assert_string_equal(buf_z(&taken.out), buf_z(&all));
        assert_int_equal(f->count, 0);
        assert_int_equal(f->has_errors, s.file->has_errors);
        assert_true(str_eq(f->doc, s.file->doc));
        assert_int_equal(f->comment_count, s.file->comment_count);
        assert_int_equal(s.sink.error_count, 2 * errors);
        file_free(f);
        buf_free(&taken.out);
        buf_free(&all);
        drop(&s);
    }
}

static void test_expr(void **state)
{
    (void)state;
    struct session s = {0};
    struct arena arena = ARENA_INIT;
    const struct source *good = sources_add(&s.sources, "<eval>", NULL, STR(" 1 + x # comment"));
    struct expr *e = parse_expr(&arena, good, &s.syms, &s.sink, NULL);
    assert_non_null(e);
    assert_int_equal(e->kind, EXPR_BINARY);
    assert_int_equal(e->span.start, 1);
    assert_int_equal(e->span.end, 6);
    const struct source *bad = sources_add(&s.sources, "<eval>", NULL, STR("1 +"));
    assert_null(parse_expr(&arena, bad, &s.syms, &s.sink, NULL));
    assert_int_equal(s.sink.error_count, 1);
    assert_int_equal(s.sink.first->primary.span.source, bad->id);
    arena_free(&arena);
    drop(&s);
}

static void test_ends_early(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool as_expr;
        bool early;
    } cases[] = {
        {"f(1,", true, true},
        {"[1, 2", true, true},
        {"1 +", true, true},
        {"if x then 1", true, true},
        {"let a = 1", true, true},
        {"{ a = ", true, true},
        {"'''\n text", true, true},
        {"fn (x) =>", true, true},
        {"", true, true},
        {"x", true, false},
        {"f(1))", true, false},
        {"\"abc", true, false},
        {"1 1", true, false},
        {"[1 2", true, false},
        {"[99999999999999999999", true, false},
        {"a = f(", false, true},
        {"a = 1", false, false},
        {"a =", false, true},
        {"a = 1 1\nb = (", false, false},
    };
    struct session s = {0};
    for (size_t i = 0; i < LEN(cases); i++) {
        const struct source *source =
            sources_add(&s.sources, "<repl>", NULL, str_from(cases[i].text));
        bool early = parse_ends_early(source, &s.syms, cases[i].as_expr);
        if (early != cases[i].early) fail_msg("%s: %d", cases[i].text, early);
    }
    drop(&s);
}

// Every byte of a source may be cut off or lost: never more than a handful of errors, and always
// one at least.
static void test_damage(void **state)
{
    (void)state;
    static const char text[] =
        "## doc\nparam n: Int = 20\nf(x, ..r) = g(x = \"a~{x}b\", ..r)\n\n"
        "r = { \"k\" = [i for i in xs if i > 1], b: Str? = '''\n  text ~{n}\n  ''' }\n"
        "t = if a then b else let c = 1 in r with { a.b = c } |> f()\nend = 1\n";
    struct buf b = BUF_INIT;
    for (size_t cut = 0; cut < sizeof(text) - 1; cut++) {
        buf_clear(&b);
        buf_add(&b, text, cut);
        buf_add(&b, text + cut + 1, sizeof(text) - 2 - cut);
        struct session s;
        parse(&s, buf_str(&b), 0);
        if (s.sink.error_count > 4)
            fail_msg("%zu errors without byte %zu", s.sink.error_count, cut);
        assert_int_equal(s.file->has_errors, s.sink.error_count > 0);
        drop(&s);
        parse(&s, (struct str){text, cut}, 0);
        if (s.sink.error_count > 2) fail_msg("%zu errors after byte %zu", s.sink.error_count, cut);
        drop(&s);
    }
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limits),      cmocka_unit_test(test_type_limit),
        cmocka_unit_test(test_hopeless),    cmocka_unit_test(test_deepest),
        cmocka_unit_test(test_broken_tree), cmocka_unit_test(test_bindings_one_by_one),
        cmocka_unit_test(test_expr),        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_ends_early),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
