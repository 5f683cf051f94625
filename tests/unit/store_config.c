#include "store/config.h"

#include "base/json.h"
#include "base/vec.h"
#include "config_oracle.h"
#include "store/ref.h"
#include "store_fixture.h"

static void check_with_oracle(const struct config *c, json_t *value)
{
    struct buf expected = BUF_INIT, found = BUF_INIT;
    oracle_expected(&expected, value);
    oracle_found(&found, c);
    assert_string_equal(buf_z(&found), buf_z(&expected));
    buf_free(&expected);
    buf_free(&found);
}

static struct str member(json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);
    return (struct str){json_string_value(value), json_string_length(value)};
}

static void assert_list(json_t *list, const struct str *at, size_t count)
{
    assert_int_equal(json_array_size(list), count);
    for (size_t i = 0; i < count; i++) {
        assert_true(str_eqz(at[i], json_string_value(json_array_get(list, i))));
    }
}

// The vectors give promises as texts of [key, [tag, part…]], claims left out.
static void assert_promises(json_t *list, const struct config *c)
{
    size_t next = 0;
    for (size_t i = 0; i < c->promise_count; i++) {
        const struct config_promise *p = &c->promises[i];
        if (p->claim) continue;
        struct buf b = BUF_INIT;
        struct json_writer w;
        json_writer_init(&w, &b, true);
        json_begin_array(&w);
        json_str(&w, p->key);
        json_begin_array(&w);
        json_str(&w, STR("__promise__"));
        for (size_t j = 0; j < p->part_count; j++) json_str(&w, p->parts[j]);
        json_end_array(&w);
        json_end_array(&w);
        assert_string_equal(buf_z(&b), json_string_value(json_array_get(list, next++)));
        buf_free(&b);
    }
    assert_int_equal(json_array_size(list), next);
}

static void check_vector(struct fixture *f, struct str line)
{
    struct json_problem problem;
    json_t *v = json_parse(line, &problem);
    assert_non_null(v);
    json_t *config = json_object_get(v, "config");
    struct buf loose = BUF_INIT; // the config in another spelling than the canonical one
    json_compact(&loose, config);
    struct config c;
    assert_true(config_parse(&c, &f->arena, f->h, buf_str(&loose), SPAN_NONE, &f->sink));
    assert_true(str_eq(c.text, member(v, "text")));
    assert_true(str_eq(c.dref, member(v, "dref")));
    assert_list(json_object_get(v, "deps"), c.deps, c.dep_count);
    assert_list(json_object_get(v, "rrefs"), c.rrefs, c.rref_count);
    assert_promises(json_object_get(v, "promises"), &c);
    check_with_oracle(&c, config);
    assert_int_equal(f->sink.warning_count, c.rref_count);
    assert_int_equal(f->sink.error_count, 0);
    diag_sink_free(&f->sink);
    f->sink = DIAG_SINK_INIT;
    buf_free(&loose);
    json_decref(v);
}

static void test_vectors(void **state)
{
    struct fixture *f = *state;
    struct str all = slurp(f, TESTS_DIR "/vectors/dref.jsonl");
    size_t count = 0;
    for (const char *p = all.p; *p;) {
        size_t len = strcspn(p, "\n");
        check_vector(f, (struct str){p, len});
        p += len + (p[len] == '\n');
        count++;
    }
    assert_int_equal(count, 400);
}

// Random configs, with refs, tags and near misses of both everywhere.
static unsigned random_below(unsigned *seed, unsigned n)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 16) % n;
}

static json_t *random_value(unsigned *seed, int depth)
{
    static const char *const texts[] = {
        "",
        "a",
        "é\n\"\\",
        "😀",
        "__promise__",
        "__claim__",
        "__promise__ ",
        "[",
        "{\"a\": [",
        "dref:0123456789abcdef0123456789abcdef-a",
        "dref:0123456789abcdef0123456789abcdef-b",
        " dref:0123456789abcdef0123456789abcdef-a",
        "dref:0123456789abcdef0123456789abcdeF-a",
        "rref:0123456789abcdef0123456789abcdef-0123456789abcdef0123456789abcdef-a",
    };
    static const char *const keys[] = {"a", "b c", "ß", "z_1", "1", "", "dref", "q\"", "\\"};
    unsigned kind = random_below(seed, depth > 0 ? 9 : 6);
    json_t *v;
    switch (kind) {
    case 0: return json_integer((json_int_t)random_below(seed, 1000) - 500);
    case 1: return json_real((double)random_below(seed, 1000) / 7);
    case 2: return random_below(seed, 2) ? json_true() : json_null();
    case 3:
    case 4:
    case 5: return json_string(texts[random_below(seed, LEN(texts))]);
    case 6:
        v = json_array();
        if (random_below(seed, 2)) {
            json_array_append_new(v,
                                  json_string(random_below(seed, 2) ? "__promise__" : "__claim__"));
            for (unsigned n = random_below(seed, 3); n; n--) {
                json_array_append_new(v, json_string(n == 1 ? "é b" : "x/y.z"));
            }
            return v;
        }
        for (unsigned n = random_below(seed, 5); n; n--) {
            json_t *item = random_value(seed, depth - 1);
            // What would begin a list that is a malformed promise
            if (json_array_size(v) == 0 && oracle_is_tag(item)) {
                json_decref(item);
                continue;
            }
            json_array_append_new(v, item);
        }
        return v;
    default:
        v = json_object();
        for (unsigned n = random_below(seed, 5); n; n--) {
            json_object_set_new(v, keys[random_below(seed, LEN(keys))],
                                random_value(seed, depth - 1));
        }
        return v;
    }
}

static void test_random(void **state)
{
    struct fixture *f = *state;
    unsigned seed = 7;
    size_t promises = 0;
    for (int i = 0; i < 3000; i++) {
        json_t *config = json_object();
        for (int k = 0; k < 4; k++) {
            char key[2] = {(char)('p' + k), '\0'};
            json_object_set_new(config, key, random_value(&seed, 5));
        }
        struct buf text = BUF_INIT;
        json_compact(&text, config);
        struct config c;
        if (!config_parse(&c, &f->arena, f->h, buf_str(&text), SPAN_NONE, &f->sink)) {
            fail_msg("%s: %s", f->sink.last->message, buf_z(&text));
        }
        check_with_oracle(&c, config);
        promises += c.promise_count;
        // Resolving the text and resolving the tree are the same.
        struct buf by_text = BUF_INIT, by_tree = BUF_INIT;
        config_resolve(&by_text, c.text, c.dref);
        config_resolve_json(config, c.dref.p);
        json_canonical(&by_tree, config);
        assert_string_equal(buf_z(&by_text), buf_z(&by_tree));
        buf_free(&by_text);
        buf_free(&by_tree);
        buf_free(&text);
        json_decref(config);
    }
    assert_true(promises > 500);
    diag_sink_free(&f->sink);
    f->sink = DIAG_SINK_INIT;
}

static void test_errors(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *json, *code, *message;
    } rows[] = {
        {"", "E0709", "not valid JSON"},
        {"{", "E0709", "not valid JSON"},
        {"{} x", "E0709", "not valid JSON"},
        {"{\"a\": NaN}", "E0709", "not valid JSON"},
        {"{\"a\": 1, \"a\": 2}", "E0709", "not valid JSON"},
        {"[]", "E0709", "it is not an object"},
        {"3", "E0709", "it is not an object"},
        {"\"dref\"", "E0709", "it is not an object"},
        {"{\"name\": \"\"}", "E0710", "\"\" cannot be the name"},
        {"{\"name\": \"a b\"}", "E0710", "\"a b\" cannot be the name"},
        {"{\"name\": 3}", "E0710", "must be a string"},
        {"{\"name\": null}", "E0710", "must be a string"},
        {"{\"name\": [\"x\"]}", "E0710", "must be a string"},
        {"{\"name\": {}}", "E0710", "must be a string"},
        {"{\"m\": [\"__promise__\", 1]}", "E0711", "promise in attribute `m` is not a path"},
        {"{\"m\": [\"__promise__\", []]}", "E0711", "each part must be a string"},
        {"{\"m\": {\"n\": [0, [\"__claim__\", \"..\"]]}}", "E0711", "claim in attribute `m.n[1]`"},
        {"{\"m\": [\"__promise__\", \"/etc\"]}", "E0711",
         "is not a path: `/etc` must be relative, without `.`, `..`, NUL and empty names"},
        {"{\"m\": [\"__promise__\", \"a//b\"]}", "E0711",
         "is not a path: `a//b` must be relative, without"},
        {"{\"m\": [\"__promise__\", \"\"]}", "E0711",
         "is not a path: `` must be relative, without"},
        {"{\"m\": [\"__promise__\", \"a\\u0000b\"]}", "E0711",
         "is not a path: `a\\u0000b` must be relative, without"},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        struct config c;
        assert_false(
            config_parse(&c, &f->arena, f->h, str_from(rows[i].json), SPAN_NONE, &f->sink));
        expect(f, rows[i].code, rows[i].message);
    }
}

// Every truncation and every change of one byte of a canonical text ends in a result or one error,
// never outside of the text (for the sanitizers).
static void test_scan_damaged(void **state)
{
    struct fixture *f = *state;
    struct config good = parse_config(f, "{\"name\": \"x\", \"a\": [1, {\"\\ud83d\\ude00\": "
                                         "[\"__promise__\", \"\\u00e9\"]}, true], \"b\": {}}");
    for (size_t len = 0; len < good.text.len; len++) {
        char *copy = bug_malloc(len);
        memcpy(copy, good.text.p, len);
        struct config c;
        assert_false(
            config_scan(&c, &f->arena, f->h, (struct str){copy, len}, SPAN_NONE, &f->sink));
        assert_int_equal(f->sink.error_count, 1);
        diag_sink_free(&f->sink);
        f->sink = DIAG_SINK_INIT;
        free(copy);
    }
    static const char bytes[] = "\"\\{}[],: 1nu\xff";
    for (size_t i = 0; i < good.text.len; i++) {
        for (size_t b = 0; b < sizeof(bytes); b++) {
            char *copy = bug_malloc(good.text.len);
            memcpy(copy, good.text.p, good.text.len);
            copy[i] = bytes[b];
            struct config c;
            struct str text = {copy, good.text.len};
            bool ok = config_scan(&c, &f->arena, f->h, text, SPAN_NONE, &f->sink);
            assert_int_equal(f->sink.error_count, !ok);
            diag_sink_free(&f->sink);
            f->sink = DIAG_SINK_INIT;
            free(copy);
        }
    }
}

static void test_depth(void **state)
{
    struct fixture *f = *state;
    for (size_t depth = CONFIG_MAX_DEPTH - 1; depth <= CONFIG_MAX_DEPTH + 1; depth++) {
        struct buf b = BUF_INIT;
        buf_addz(&b, "{\"a\": ");
        buf_pad(&b, '[', depth - 1);
        buf_pad(&b, ']', depth - 1);
        buf_addc(&b, '}');
        struct config c;
        bool ok = config_parse(&c, &f->arena, f->h, buf_str(&b), SPAN_NONE, &f->sink);
        assert_int_equal(ok, depth <= CONFIG_MAX_DEPTH);
        if (!ok) expect(f, "E0709", "nested too deeply");
        buf_free(&b);
    }
}

static void test_rref_warns(void **state)
{
    struct fixture *f = *state;
    parse_config(f,
                 "{\"name\": \"n\", \"a\": "
                 "\"rref:0123456789abcdef0123456789abcdef-0123456789abcdef0123456789abcdef-a\"}");
    assert_int_equal(f->sink.warning_count, 1);
    expect(f, "W0701", "the config of `n` holds a reference to one realization");
}

static void test_promise_fields(void **state)
{
    struct fixture *f = *state;
    struct config c = parse_config(
        f, "{\"m\": [\"__promise__\"], \"n o\": {\"p\": [[\"__claim__\", \"a/b\", \"c\"]]}}");
    assert_str(c.name, "unnamed");
    assert_int_equal(c.promise_count, 2);
    assert_false(c.promises[0].claim);
    assert_str(c.promises[0].attr, "m");
    assert_str(c.promises[0].path, "");
    assert_int_equal(c.promises[0].part_count, 0);
    assert_true(c.promises[1].claim);
    assert_str(c.promises[1].attr, "\"n o\".p[0]");
    assert_str(c.promises[1].key, "0");
    assert_str(c.promises[1].path, "a/b/c");
    assert_int_equal(c.promises[1].part_count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_vectors),        STORE_TEST(test_random), STORE_TEST(test_errors),
        STORE_TEST(test_scan_damaged),   STORE_TEST(test_depth),  STORE_TEST(test_rref_warns),
        STORE_TEST(test_promise_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
