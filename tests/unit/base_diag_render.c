// Each case is compared with tests/unit/diag_render/NAME.txt, in which ESC is written as <ESC>.
// PLX_ACCEPT=1 writes the files anew.
#include "base/diag_render.h"

#include <errno.h>
#include <fcntl.h>

#include "base/bug.h"
#include "base/io.h"
#include "base/json.h"
#include "base/utf8.h"
#include "unit.h"

struct fixture {
    struct sources sources;
    struct diag_sink sink;
};

static int setup(void **state)
{
    struct fixture *f = bug_malloc(sizeof(*f));
    *f = (struct fixture){0};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    sources_free(&f->sources);
    diag_sink_free(&f->sink);
    free(f);
    return 0;
}

static uint32_t add(struct fixture *f, const char *name, const char *text)
{
    return sources_add(&f->sources, name, NULL, str_from(text))->id;
}

// The first place in a source where `text` stands.
static struct span at(struct fixture *f, uint32_t source, const char *text)
{
    const char *start = sources_get(&f->sources, source)->text.p, *found = strstr(start, text);
    if (!found) fail_msg("no '%s' in source %u", text, source);
    uint32_t offset = (uint32_t)(found - start);
    return (struct span){source, offset, offset + (uint32_t)strlen(text)};
}

// From the start of one text to the end of the other.
static struct span from_to(struct fixture *f, uint32_t source, const char *from, const char *to)
{
    return span_join(at(f, source, from), at(f, source, to));
}

static void assert_golden(const char *name, struct str got)
{
    struct buf path = BUF_INIT, shown = BUF_INIT, expected = BUF_INIT;
    buf_printf(&path, "%s/unit/diag_render/%s.txt", TESTS_DIR, name);
    for (size_t i = 0; i < got.len; i++) {
        if (got.p[i] == '\x1b')
            buf_addz(&shown, "<ESC>");
        else
            buf_addc(&shown, got.p[i]);
    }
    if (getenv("PLX_ACCEPT")) {
        assert_int_equal(io_replace_file(path.p, buf_str(&shown), 0644, false), 0);
    }
    if (io_read_file(AT_FDCWD, path.p, 0, &expected) < 0) fail_msg("%s cannot be read", path.p);
    assert_string_equal(buf_z(&shown), buf_z(&expected));
    buf_free(&path);
    buf_free(&shown);
    buf_free(&expected);
}

static void assert_render(struct fixture *f, const char *name, bool color)
{
    struct buf out = BUF_INIT;
    for (const struct diag *d = f->sink.first; d; d = d->next) {
        if (d != f->sink.first) buf_addc(&out, '\n');
        diag_render_text(&out, d, &f->sources, (struct diag_style){color});
    }
    assert_golden(name, buf_str(&out));
    buf_free(&out);
}

static void test_simple(void **state)
{
    struct fixture *f = *state;
    struct buf text = BUF_INIT;
    for (int i = 1; i < 12; i++) buf_printf(&text, "x%d = %d\n", i, i);
    buf_addz(&text, "model = trian(lr)\n");
    uint32_t s = add(f, "pipeline.plx", text.p);
    buf_free(&text);
    struct diag *d = diag_error(&f->sink, at(f, s, "trian"), "E0301", "`trian` is not defined");
    diag_primary(d, "not found here");
    diag_note(d, "names are looked up in this module and in the standard library");
    diag_help(d, "did you mean `train`?");
    diag_warning(&f->sink, at(f, s, "x9"), "W1101", "`x9` is never used");
    diag_error(&f->sink, SPAN_NONE, "E1001", "there is no file `nowhere.plx`");
    d = diag_error(&f->sink, SPAN_NONE, "E1002", "`-j` takes a number");
    diag_help(d, "for example `-j 4`");
    assert_render(f, "simple", false);
}

static void test_color(void **state)
{
    struct fixture *f = *state;
    uint32_t s = add(f, "a.plx", "a = f(b, c)\nd = [\n  1,\n]\n");
    uint32_t other = add(f, "b.plx", "f(x) = x\n");
    struct diag *d = diag_error(&f->sink, at(f, s, "f(b"), "E0401", "first");
    diag_primary(d, "primary");
    diag_label(d, at(f, s, "c"), "secondary");
    diag_label(d, at(f, s, "[\n  1,\n]"), "several lines");
    diag_label(d, at(f, other, "x"), "elsewhere");
    diag_excerpt(d, STR("\x1b[32mgreen\x1b[0m log\n"));
    diag_note(d, "a note");
    diag_help(d, "a help");
    d = diag_warning(&f->sink, at(f, s, "a"), "W1101", "second");
    diag_primary(d, "primary");
    assert_render(f, "color", true);
}

static void test_labels_on_one_line(void **state)
{
    struct fixture *f = *state;
    uint32_t s = add(f, "a.plx", "model = train(data, lr, 0.5)\n");
    struct diag *d = diag_error(&f->sink, at(f, s, "train"), "E0501", "apart");
    diag_primary(d, "the function");
    diag_label(d, at(f, s, "data"), "of type List");
    diag_label(d, at(f, s, "0.5"), "of type Float");
    d = diag_error(&f->sink, at(f, s, "data"), "E0501", "no text in the middle");
    diag_label(d, at(f, s, "train"), "the function");
    diag_label(d, at(f, s, "0.5"), "of type Float");
    d = diag_error(&f->sink, at(f, s, "train(data, lr, 0.5)"), "E0501", "one around others");
    diag_primary(d, "the call");
    diag_label(d, at(f, s, "lr"), "of type Int");
    d = diag_error(&f->sink, at(f, s, "lr"), "E0501", "one in another");
    diag_primary(d, "of type Int");
    diag_label(d, at(f, s, "train(data, lr, 0.5)"), "in this call");
    d = diag_error(&f->sink, at(f, s, "train"), "E0501", "the same place");
    diag_primary(d, "first");
    diag_label(d, at(f, s, "train"), "second");
    d = diag_error(&f->sink, at(f, s, "train"), "E0501", "the same start");
    diag_primary(d, "short");
    diag_label(d, at(f, s, "train(data"), "long");
    diag_label(d, at(f, s, "data"), "inner");
    d = diag_error(&f->sink, at(f, s, "train(data"), "E0501", "the same end");
    diag_primary(d, "long");
    diag_label(d, at(f, s, "data"), "short");
    d = diag_error(&f->sink, at(f, s, "("), "E0501", "neighbours");
    diag_primary(d, "open");
    diag_label(d, at(f, s, "data"), "inside");
    diag_label(d, at(f, s, "train"), "before");
    assert_render(f, "one-line", false);
}

static void test_ends(void **state)
{
    struct fixture *f = *state;
    uint32_t s = add(f, "a.plx", "a = [1\nb = 2\n");
    uint32_t empty = add(f, "empty.plx", "");
    uint32_t open = add(f, "open.plx", "a = [1");
    uint32_t dos = add(f, "dos.plx", "a = 1\r\nb = 2\r\n");
    struct diag *d =
        diag_error(&f->sink, (struct span){s, 6, 6}, "E0201", "nothing, at a line's end");
    diag_primary(d, "here");
    d = diag_error(&f->sink, (struct span){s, 6, 7}, "E0201", "a line's end");
    diag_primary(d, "here");
    d = diag_error(&f->sink, (struct span){s, 5, 7}, "E0201", "with the line's end");
    diag_primary(d, "here");
    d = diag_error(&f->sink, (struct span){s, 13, 13}, "E0201", "the end behind a newline");
    diag_primary(d, "here");
    d = diag_error(&f->sink, (struct span){empty, 0, 0}, "E0201", "the end of nothing");
    diag_primary(d, "here");
    d = diag_error(&f->sink, (struct span){open, 6, 6}, "E0201", "the end without a newline");
    diag_primary(d, "here");
    diag_label(d, (struct span){open, 4, 5}, "opened here");
    d = diag_error(&f->sink, (struct span){open, 900, 1000}, "E0201", "far behind the end");
    diag_primary(d, "here");
    d = diag_error(&f->sink, (struct span){dos, 4, 7}, "E0201", "another line ending");
    diag_primary(d, "here");
    assert_render(f, "ends", false);
}

static void test_gaps(void **state)
{
    struct fixture *f = *state;
    struct buf text = BUF_INIT;
    for (int i = 1; i <= 1200; i++) buf_printf(&text, "name_%d = %d\n", i, i * i);
    uint32_t s = add(f, "a.plx", text.p);
    buf_free(&text);
    struct diag *d = diag_error(&f->sink, at(f, s, "name_9 "), "E0302", "far away");
    diag_primary(d, "again");
    diag_label(d, at(f, s, "name_7 "), "two before");
    diag_label(d, at(f, s, "name_10 "), "next");
    diag_label(d, at(f, s, "name_13 "), "two between");
    diag_label(d, at(f, s, "name_1100 "), "far");
    assert_render(f, "gaps", false);
}

static const char several_lines[] = "report = stage(\n"
                                    "  name = \"report\",\n"
                                    "  opts = {\n"
                                    "    a = 1,\n"
                                    "    b = 2,\n"
                                    "  },\n"
                                    "  more = 1,\n"
                                    "  most = 2,\n"
                                    "  last = 3,\n"
                                    ")\n"
                                    "next = 1\n";

static void test_multi_line(void **state)
{
    struct fixture *f = *state;
    uint32_t s = add(f, "a.plx", several_lines);
    struct diag *d = diag_error(&f->sink, from_to(f, s, "{", "  }"), "E0401", "short");
    diag_primary(d, "this record");
    d = diag_error(&f->sink, from_to(f, s, "stage(", "\n)"), "E0401", "long");
    diag_primary(d, "this stage");
    d = diag_error(&f->sink, from_to(f, s, "report = ", "\n)"), "E0401",
                   "from the start of a line");
    diag_primary(d, "this binding");
    d = diag_error(&f->sink, from_to(f, s, "opts", "  }"), "E0401", "from the first word");
    diag_primary(d, "this field");
    d = diag_error(&f->sink, from_to(f, s, "{", "  },\n"), "E0401", "with the last newline");
    diag_primary(d, "this record");
    d = diag_error(&f->sink, from_to(f, s, "{", "},\n  m"), "E0401", "into the next line");
    d = diag_error(&f->sink, from_to(f, s, "stage(\n", "\n)\n"), "E0401", "without a text");
    assert_render(f, "multi-line", false);
}

static void test_multi_line_with_others(void **state)
{
    struct fixture *f = *state;
    uint32_t s = add(f, "a.plx", several_lines);
    struct diag *d = diag_error(&f->sink, at(f, s, "b ="), "E0401", "one line in two others");
    diag_primary(d, "here");
    diag_label(d, from_to(f, s, "{", "  }"), "the record");
    diag_label(d, from_to(f, s, "stage(", "\n)"), "the stage");
    diag_label(d, at(f, s, "next"), "behind");
    d = diag_error(&f->sink, from_to(f, s, "stage", "  }"), "E0401", "overlapping");
    diag_primary(d, "first");
    diag_label(d, from_to(f, s, "{", "\n)"), "second");
    d = diag_error(&f->sink, from_to(f, s, "stage", "\n)"), "E0401", "from and to the same line");
    diag_primary(d, "first");
    diag_label(d, from_to(f, s, "report", "\n)"), "second");
    d = diag_error(&f->sink, from_to(f, s, "{", "  }"), "E0401", "one behind the other");
    diag_primary(d, "first");
    diag_label(d, from_to(f, s, "more", "3"), "second");
    diag_label(d, at(f, s, "opts"), "the name");
    d = diag_error(&f->sink, from_to(f, s, "report = ", "\"report\""), "E0401",
                   "one begins where one ends");
    diag_primary(d, "first");
    diag_label(d, from_to(f, s, ",\n  opts", "1"), "second");
    assert_render(f, "multi-line-others", false);
}

static void test_files(void **state)
{
    struct fixture *f = *state;
    uint32_t s = add(f, "a.plx", "lib = import(\"./lib.plx\")\nx = lib.f(1)\n");
    uint32_t lib = add(f, "lib.plx", "\n\n\n\n\n\n\n\n\n\n\nf(x: Str) = x\n");
    uint32_t other = add(f, "dir/other.plx", "y = 2\n");
    struct diag *d = diag_error(&f->sink, at(f, s, "1"), "E0501", "labels in three files");
    diag_primary(d, "this is an Int");
    diag_label(d, at(f, lib, "Str"), "declared here");
    diag_label(d, at(f, other, "y"), "used here");
    diag_label(d, at(f, s, "lib.f"), "called here");
    diag_note(d, "a note");
    d = diag_error(&f->sink, SPAN_NONE, "E0501", "a label without a primary place");
    diag_label(d, at(f, lib, "Str"), "declared here");
    diag_label(d, SPAN_NONE, "nowhere");
    assert_render(f, "files", false);
}

static void test_columns(void **state)
{
    struct fixture *f = *state;
    uint32_t s =
        add(f, "a.plx",
            "\ta = \"\xE6\xBC\xA2\xE5\xAD\x97\" + b\t+ c\n" // wide, with tabs
            "e\xCC\x81t\xC3\xA9 = \"n\xCC\x83\" + d\n"      // combining
            "s = \"\xF0\x9F\x98\x80\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xAC\" + e\n"); // emoji
    struct diag *d = diag_error(&f->sink, at(f, s, "b\t"), "E0401", "wide characters and tabs");
    diag_label(d, at(f, s, "\xE6\xBC\xA2"), "two columns");
    diag_label(d, at(f, s, "c\n"), "behind a tab");
    diag_label(d, at(f, s, "\t+"), "a tab");
    d = diag_error(&f->sink, at(f, s, "d\n"), "E0401", "combining characters");
    diag_primary(d, "na\xC3\xAFve \xE6\xBC\xA2");
    diag_label(d, at(f, s, "t\xC3\xA9"), "two");
    diag_label(d, at(f, s, "\xCC\x83"), "half a character");
    d = diag_error(&f->sink, at(f, s, "e\n"), "E0401", "emoji");
    diag_label(d, at(f, s, "\xF0\x9F\x98\x80"), "two columns");
    assert_render(f, "columns", false);
}

static void test_hostile_text(void **state)
{
    struct fixture *f = *state;
    uint32_t s = add(f, "a\x1b[2J.plx",
                     "a = \"\x1b[31m\xE2\x80\xAE\xFF\x07\x7F\xC2\x9B\xE2\x80\x8B\" + b\r c\n");
    struct diag *d =
        diag_error(&f->sink, at(f, s, "b"), "E0102", "bad \x1b]0;title\x07 \xE2\x80\xAE text");
    diag_primary(d, "label \x1b[1m\xC3");
    diag_note(d, "note\twith\x08 controls\r\n\nand lines");
    diag_excerpt(
        d, STR("\x1b[1;32mok\x1b[0m \x1b[K\x1b]0;t\x07\n10%\r50%\r100%\r\n\n\xFFlast \x1b[31"));
    assert_render(f, "hostile", false);
}

static void test_long_lines(void **state)
{
    struct fixture *f = *state;
    struct buf text = BUF_INIT;
    buf_addz(&text, "x = [");
    for (int i = 0; i < 60; i++) buf_printf(&text, "item_%d, ", i);
    buf_addz(&text, "]\n");
    uint32_t s = add(f, "a.plx", text.p);
    buf_clear(&text);
    buf_pad(&text, 'a', 160);
    uint32_t fits = add(f, "fits.plx", text.p);
    buf_addc(&text, 'b');
    uint32_t above = add(f, "above.plx", text.p);
    buf_clear(&text);
    for (int i = 0; i < 100; i++) buf_addz(&text, "\xE6\xBC\xA2"); // wide ones at the cuts
    buf_addc(&text, 'x');
    for (int i = 0; i < 100; i++) buf_addz(&text, "\xE5\xAD\x97");
    uint32_t wide = add(f, "wide.plx", text.p);
    buf_free(&text);
    diag_primary(diag_error(&f->sink, at(f, s, "x ="), "E0401", "at the start"), "here");
    diag_primary(diag_error(&f->sink, at(f, s, "item_30"), "E0401", "in the middle"), "here");
    diag_primary(diag_error(&f->sink, at(f, s, "]"), "E0401", "at the end"), "here");
    diag_primary(diag_error(&f->sink, from_to(f, s, "[", "]"), "E0401", "all of it"), "here");
    diag_primary(diag_error(&f->sink, from_to(f, s, "item_30", "]"), "E0401", "the second half"),
                 "here");
    struct diag *d = diag_error(&f->sink, at(f, s, "item_40"), "E0401", "far from each other");
    diag_primary(d, "here");
    diag_label(d, at(f, s, "x ="), "there");
    diag_label(d, at(f, s, "]"), "and there");
    diag_error(&f->sink, (struct span){fits, 159, 160}, "E0401", "it just fits");
    diag_error(&f->sink, (struct span){above, 160, 161}, "E0401", "it just does not");
    diag_primary(diag_error(&f->sink, at(f, wide, "x"), "E0401", "wide characters are cut"),
                 "here");
    assert_render(f, "long-lines", false);
}

static void test_trace(void **state)
{
    struct fixture *f = *state;
    uint32_t s = add(f, "a.plx", "f(n) = g(n)\ng(n) = f(n)\nmain = f(1)\n");
    struct span in_f = at(f, s, "g(n)"), in_g = at(f, s, "f(n)\nmain");
    struct diag *d = diag_error(&f->sink, in_f, "E0402", "calls are nested too deeply");
    for (int i = 0; i < 100; i++) {
        diag_frame(d, in_g, "in `g`");
        diag_frame(d, in_f, "in `f`");
    }
    diag_frame(d, at(f, s, "main"), "while evaluating `main`");
    diag_note(d, "a note");
    d = diag_error(&f->sink, in_f, "E0402", "once more, and one alone");
    for (int i = 0; i < 2; i++) diag_frame(d, in_f, "in `f`");
    diag_frame(d, SPAN_NONE, "called by the test");
    d = diag_error(&f->sink, in_f, "E0402", "many");
    for (uint32_t i = 0; i < 30; i++) diag_frame(d, (struct span){s, i, i}, "in `f%u`", i);
    d = diag_error(&f->sink, in_f, "E0402", "just not too many");
    for (uint32_t i = 0; i < 17; i++) diag_frame(d, (struct span){s, i, i}, "in `f%u`", i);
    assert_render(f, "trace", false);
}

static uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

// Whatever the text and the spans are: the output is valid UTF-8 without controls and without
// blanks at the ends of lines.
static void test_any_text_and_spans(void **state)
{
    struct fixture *f = *state;
    static const char *const pieces[] = {
        "\n",
        "\n",
        " ",
        "  ",
        "\t",
        "a",
        "name = f(x)",
        "\r\n",
        "\xE6\xBC\xA2",
        "\xCC\x81",
        "\xFF",
        "\x1b[2J",
        "\xE2\x80\xAE",
        "{",
        "a rather long piece of text, so that lines are cut now and then, at some place in it",
    };
    uint64_t seed = 1;
    struct buf text = BUF_INIT, out = BUF_INIT;
    for (int round = 0; round < 3000; round++) {
        buf_clear(&text);
        for (uint32_t n = next_random(&seed) % 40; n > 0; n--) {
            buf_addz(&text, pieces[next_random(&seed) % LEN(pieces)]);
        }
        uint32_t s = sources_add(&f->sources, "a.plx", NULL, buf_str(&text))->id;
        uint32_t size = (uint32_t)text.len + 2;
        struct diag *d = NULL;
        for (uint32_t n = next_random(&seed) % 6 + 1; n > 0; n--) {
            uint32_t start = next_random(&seed) % size, end = start + next_random(&seed) % size;
            if (n & 1) end = start + next_random(&seed) % 4;
            struct span span = {s, start, end};
            if (!d)
                d = diag_error(&f->sink, span, "E0101", "message");
            else
                diag_label(d, span, "%s", n == 3 ? "" : "label");
        }
        buf_clear(&out);
        diag_render_text(&out, d, &f->sources, (struct diag_style){false});
        assert_int_equal(utf8_validate(buf_str(&out)), out.len);
        for (size_t i = 0; i < out.len; i++) {
            unsigned char c = (unsigned char)out.p[i];
            bool is_control = (c < 0x20 && c != '\n') || c == 0x7F;
            if (is_control || (c == '\n' && out.p[i - 1] == ' '))
                fail_msg("round %d:\n%s", round, out.p);
        }
        buf_clear(&out);
        diag_render_json(&out, d, &f->sources);
    }
    buf_free(&text);
    buf_free(&out);
}

static struct diag *full_diag(struct fixture *f)
{
    uint32_t s = add(f, "a.plx", "a = [\n  \xC3\xA9, x\n]\n");
    struct diag *d = diag_error(&f->sink, at(f, s, "x"), "E0301", "`x` \xFF is \"not\" defined");
    diag_primary(d, "here");
    diag_label(d, from_to(f, s, "[", "\n]"), "in this list");
    diag_label(d, SPAN_NONE, "nowhere");
    diag_label(d, (struct span){s, 100, 200}, "behind the end");
    diag_note(d, "one");
    diag_note(d, "two\nlines");
    diag_help(d, "help");
    diag_excerpt(d, STR("log\x1b[0m\n"));
    diag_frame(d, at(f, s, "a ="), "in `a`");
    diag_frame(d, SPAN_NONE, "in the command");
    return d;
}

static void test_json(void **state)
{
    struct fixture *f = *state;
    struct buf out = BUF_INIT;
    diag_render_json(&out, full_diag(f), &f->sources);
    diag_render_json(&out, diag_warning(&f->sink, SPAN_NONE, "W1101", "little"), &f->sources);
    assert_golden("json", buf_str(&out));
    // Each line is JSON.
    for (char *line = out.p, *end; (end = strchr(line, '\n')); line = end + 1) {
        struct json_problem problem;
        json_t *json = json_parse((struct str){line, (size_t)(end - line)}, &problem);
        assert_non_null(json);
        json_decref(json);
    }
    buf_free(&out);
}

static void test_between_processes(void **state)
{
    struct fixture *f = *state;
    struct buf before = BUF_INIT, after = BUF_INIT;
    struct diag_sink there = DIAG_SINK_INIT;
    full_diag(f);
    diag_warning(&f->sink, SPAN_NONE, "W1101", "little");
    for (const struct diag *d = f->sink.first; d; d = d->next) {
        diag_render_text(&before, d, &f->sources, (struct diag_style){true});
        json_t *json = diag_to_json(d);
        assert_true(diag_from_json(&there, json));
        json_decref(json);
    }
    for (const struct diag *d = there.first; d; d = d->next) {
        diag_render_text(&after, d, &f->sources, (struct diag_style){true});
    }
    assert_string_equal(after.p, before.p);
    assert_int_equal(there.error_count, 1);
    assert_int_equal(there.warning_count, 1);
    diag_sink_free(&there);
    buf_free(&before);
    buf_free(&after);
}

// Every member is needed, and of its type.
static void test_from_malformed_json(void **state)
{
    struct fixture *f = *state;
    json_t *good = diag_to_json(full_diag(f));
    static const char *const wrong[] = {"3",
                                        "\"x\"",
                                        "[3]",
                                        "[[1, 2, 3]]",
                                        "{}",
                                        "[[1, 2, -3, \"\"]]",
                                        "[[1, 2, 4294967296, \"\"]]",
                                        "[1, 2, 3, 4]"};
    const char *key;
    json_t *value;
    struct diag_sink sink = DIAG_SINK_INIT;
    json_object_foreach(good, key, value)
    {
        json_t *bad = json_copy(good);
        json_object_del(bad, key);
        if (diag_from_json(&sink, bad)) fail_msg("accepted without %s", key);
        for (size_t i = 0; i < LEN(wrong); i++) {
            struct json_problem problem;
            bool is_text = json_is_string(value) && strcmp(key, "severity") != 0;
            bool is_excerpt = strcmp(key, "excerpt") == 0;
            if ((is_text || is_excerpt) && wrong[i][0] == '"') continue;
            json_object_set_new(bad, key, json_parse(str_from(wrong[i]), &problem));
            if (diag_from_json(&sink, bad)) fail_msg("accepted with %s = %s", key, wrong[i]);
        }
        json_decref(bad);
    }
    assert_false(diag_from_json(&sink, NULL));
    assert_null(sink.first);
    json_decref(good);
    diag_sink_free(&sink);
}

#define TEST(body) cmocka_unit_test_setup_teardown(body, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_simple),
        TEST(test_color),
        TEST(test_labels_on_one_line),
        TEST(test_ends),
        TEST(test_gaps),
        TEST(test_multi_line),
        TEST(test_multi_line_with_others),
        TEST(test_files),
        TEST(test_columns),
        TEST(test_hostile_text),
        TEST(test_long_lines),
        TEST(test_trace),
        TEST(test_any_text_and_spans),
        TEST(test_json),
        TEST(test_between_processes),
        TEST(test_from_malformed_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
