// Functions on strings. Indices, widths and lengths count code points. Those that only look take a
// Str; join takes whatever `~{…}` takes and may give a Text.
#include <inttypes.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "eval/call.h"
#include "eval/format.h"
#include "eval/regex.h"

struct values {
    struct value *at;
    size_t len;
    size_t cap;
};

static struct str str_arg(struct eval *ev, const struct call *c, int arg)
{
    return string_str(ev, c->args[arg].string);
}

// The text of a buf as a Str; frees the buf.
static bool finish(struct eval *ev, struct call *c, struct buf *b, struct value *out)
{
    bool ok = eval_string_limit(ev, b->len, c->span);
    if (ok) *out = value_str_copy(ev, buf_str(b));
    buf_free(b);
    return ok;
}

static bool finish_list(struct eval *ev, struct call *c, struct values *v, struct value *out)
{
    bool ok = eval_list_limit(ev, v->len, c->span) && eval_tick(ev, v->len, c->span);
    if (ok) {
        struct list *l = list_new(ev, v->len);
        if (v->len > 0) memcpy(l->at, v->at, v->len * sizeof *v->at);
        *out = value_list(l);
    }
    vec_free(v);
    return ok;
}

// ---- joining and splitting

static bool is_joined_as_it_is(struct value v)
{
    return v.tag == VALUE_STR || v.tag == VALUE_TEXT;
}

// The list itself where nothing in it has to become a text first; null: an error was reported.
static const struct list *texts_of(struct eval *ev, const struct list *xs, struct span span)
{
    size_t first = 0;
    while (first < xs->len && is_joined_as_it_is(xs->at[first])) first++;
    if (first == xs->len) return xs;
    struct list *texts = list_new(ev, xs->len);
    for (size_t i = 0; i < xs->len; i++) {
        texts->at[i] = xs->at[i];
        if (!is_joined_as_it_is(xs->at[i]) &&
            !value_interpolate(ev, xs->at[i], span, &texts->at[i]))
            return NULL;
    }
    return texts;
}

static bool string_join(struct eval *ev, struct call *c, struct value *out)
{
    const struct list *texts = texts_of(ev, c->args[0].list, call_span(c, 0));
    return texts && value_join(ev, texts->at, texts->len, c->args[1], c->span, out);
}

// Unicode's White_Space.
static bool is_space(uint32_t cp)
{
    return (cp >= 0x09 && cp <= 0x0d) || cp == 0x20 || cp == 0x85 || cp == 0xa0 || cp == 0x1680 ||
           (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 || cp == 0x2029 || cp == 0x202f ||
           cp == 0x205f || cp == 0x3000;
}

static void push_str(struct eval *ev, struct values *v, const char *from, const char *to)
{
    vec_push(v, value_str(ev, (struct str){from, (size_t)(to - from)}));
}

static void split_words(struct eval *ev, struct str s, struct values *parts)
{
    const char *end = s.p + s.len;
    const char *word = NULL;
    for (const char *at = s.p; at < end;) {
        const char *here = at;
        bool space = is_space(utf8_decode(&at, end));
        if (space && word) push_str(ev, parts, word, here);
        if (space)
            word = NULL;
        else if (!word)
            word = here;
    }
    if (word) push_str(ev, parts, word, end);
}

static void split_at(struct eval *ev, struct str s, struct str sep, struct values *parts)
{
    const char *end = s.p + s.len;
    const char *from = s.p;
    const char *hit;
    while ((hit = memmem(from, (size_t)(end - from), sep.p, sep.len))) {
        push_str(ev, parts, from, hit);
        from = hit + sep.len;
    }
    push_str(ev, parts, from, end);
}

static bool empty_argument(struct eval *ev, struct call *c, int arg)
{
    return call_error(ev, c, arg, "E0459", "`%s` cannot look for the empty `%s`", c->builtin->name,
                      c->builtin->params[arg].name);
}

static bool string_split(struct eval *ev, struct call *c, struct value *out)
{
    struct values parts = {0};
    if (c->args[1].tag == VALUE_NULL) {
        split_words(ev, str_arg(ev, c, 0), &parts);
    } else {
        struct str sep = str_arg(ev, c, 1);
        if (sep.len == 0) return empty_argument(ev, c, 1);
        split_at(ev, str_arg(ev, c, 0), sep, &parts);
    }
    return finish_list(ev, c, &parts, out);
}

static bool string_lines(struct eval *ev, struct call *c, struct value *out)
{
    struct str s = str_arg(ev, c, 0);
    const char *end = s.p + s.len;
    struct values lines = {0};
    for (const char *from = s.p; from < end;) {
        const char *newline = memchr(from, '\n', (size_t)(end - from));
        const char *to = newline ? newline : end;
        bool cr = newline && to > from && to[-1] == '\r';
        push_str(ev, &lines, from, to - cr);
        from = newline ? newline + 1 : end;
    }
    return finish_list(ev, c, &lines, out);
}

// ---- changing

static bool string_replace(struct eval *ev, struct call *c, struct value *out)
{
    struct str s = str_arg(ev, c, 0);
    struct str old = str_arg(ev, c, 1);
    struct str new = str_arg(ev, c, 2);
    if (old.len == 0) return empty_argument(ev, c, 1);
    const char *end = s.p + s.len;
    const char *from = s.p;
    const char *hit;
    struct buf b = BUF_INIT;
    while ((hit = memmem(from, (size_t)(end - from), old.p, old.len))) {
        buf_add(&b, from, (size_t)(hit - from));
        buf_adds(&b, new);
        from = hit + old.len;
        if (!eval_string_limit(ev, b.len, c->span)) {
            buf_free(&b);
            return false;
        }
    }
    buf_add(&b, from, (size_t)(end - from));
    return finish(ev, c, &b, out);
}

static bool string_trim(struct eval *ev, struct call *c, struct value *out)
{
    struct str s = str_arg(ev, c, 0);
    const char *end = s.p + s.len;
    const char *first = NULL;
    const char *last = NULL;
    for (const char *at = s.p; at < end;) {
        const char *here = at;
        if (is_space(utf8_decode(&at, end))) continue;
        if (!first) first = here;
        last = at;
    }
    *out = first ? value_str(ev, (struct str){first, (size_t)(last - first)}) : value_strz(ev, "");
    return true;
}

static bool string_upper(struct eval *ev, struct call *c, struct value *out)
{
    struct str s = str_arg(ev, c, 0);
    struct buf b = BUF_INIT;
    buf_adds(&b, s);
    for (size_t i = 0; i < b.len; i++)
        if (b.p[i] >= 'a' && b.p[i] <= 'z') b.p[i] = (char)(b.p[i] - 'a' + 'A');
    return finish(ev, c, &b, out);
}

static bool string_lower(struct eval *ev, struct call *c, struct value *out)
{
    struct str s = str_arg(ev, c, 0);
    struct buf b = BUF_INIT;
    buf_adds(&b, s);
    for (size_t i = 0; i < b.len; i++)
        if (b.p[i] >= 'A' && b.p[i] <= 'Z') b.p[i] = (char)(b.p[i] - 'A' + 'a');
    return finish(ev, c, &b, out);
}

// ---- looking

static bool string_starts_with(struct eval *ev, struct call *c, struct value *out)
{
    *out = value_bool(str_starts_with(str_arg(ev, c, 0), str_arg(ev, c, 1)));
    return true;
}

static bool string_ends_with(struct eval *ev, struct call *c, struct value *out)
{
    *out = value_bool(str_ends_with(str_arg(ev, c, 0), str_arg(ev, c, 1)));
    return true;
}

static bool string_match_regex(struct eval *ev, struct call *c, struct value *out)
{
    struct str s = str_arg(ev, c, 0);
    struct regex_find find;
    switch (regex_find(str_arg(ev, c, 1), s, &find)) {
    case REGEX_BAD_PATTERN:
        return call_error(ev, c, 1, "E0457",
                          "the pattern of `match_regex` is wrong at byte %zu: %s", find.problem_at,
                          find.problem);
    case REGEX_TOO_MUCH: {
        struct diag *d = call_diag(
            ev, c, 1, "E0458", "the pattern of `match_regex` needs more than %u steps on this text",
            REGEX_STEPS);
        diag_help(d, "repetitions inside repetitions, as in `(a+)+`, are the usual cause");
        return false;
    }
    case REGEX_NO_MATCH: *out = value_null(); return true;
    case REGEX_MATCH: break;
    }
    struct list *groups = list_new(ev, find.count);
    for (size_t i = 0; i < find.count; i++) {
        if (find.groups[i].start == SIZE_MAX) continue; // stays null
        size_t len = find.groups[i].end - find.groups[i].start;
        groups->at[i] = value_str(ev, (struct str){s.p + find.groups[i].start, len});
    }
    *out = value_list(groups);
    return true;
}

// ---- padding and formatting

static bool bad_option(struct eval *ev, struct call *c, int arg, const char *wanted)
{
    return call_error(ev, c, arg, "E0460", "`%s` needs %s as `%s`", c->builtin->name, wanted,
                      c->builtin->params[arg].name);
}

static bool align_option(struct eval *ev, struct call *c, int arg, enum format_align *align)
{
    struct str name = str_arg(ev, c, arg);
    if (str_eqz(name, "left"))
        *align = FORMAT_LEFT;
    else if (str_eqz(name, "right"))
        *align = FORMAT_RIGHT;
    else if (str_eqz(name, "center"))
        *align = FORMAT_CENTER;
    else
        return bad_option(ev, c, arg, "\"left\", \"right\" or \"center\"");
    return true;
}

// The text padded as the arguments `width` (number width_arg), `align` and, right behind it, `fill`
// say.
static bool padded(struct eval *ev, struct call *c, struct str text, int width_arg, int align_arg,
                   bool numeric, struct value *out)
{
    size_t width;
    enum format_align align = FORMAT_LEFT;
    struct str fill = str_arg(ev, c, align_arg + 1);
    if (!call_count(ev, c, width_arg, &width) || !align_option(ev, c, align_arg, &align))
        return false;
    if (utf8_count(fill) != 1) return bad_option(ev, c, align_arg + 1, "one character");
    size_t bytes; // no more than this
    if (__builtin_mul_overflow(width, fill.len, &bytes)) bytes = SIZE_MAX;
    if (!eval_string_limit(ev, bytes, c->span)) return false;
    struct buf b = BUF_INIT;
    format_pad(&b, text, width, align, fill, numeric);
    return finish(ev, c, &b, out);
}

static bool string_pad(struct eval *ev, struct call *c, struct value *out)
{
    return padded(ev, c, str_arg(ev, c, 0), 1, 2, false, out);
}

enum format_args {
    FORMAT_X,
    FORMAT_PRECISION,
    FORMAT_WIDTH,
    FORMAT_ALIGN,
    FORMAT_FILL,
    FORMAT_SIGN,
    FORMAT_GROUP,
    FORMAT_BASE,
    FORMAT_EXPONENT,
};

static bool format_options(struct eval *ev, struct call *c, struct format_spec *spec)
{
    spec->precision = FORMAT_PRECISION_NONE;
    spec->exponent = c->args[FORMAT_EXPONENT].boolean;
    spec->sign = c->args[FORMAT_SIGN].boolean;
    spec->group = str_arg(ev, c, FORMAT_GROUP);
    if (c->args[FORMAT_PRECISION].tag == VALUE_INT) {
        int64_t precision = c->args[FORMAT_PRECISION].integer;
        if (precision < 0 || precision > FORMAT_PRECISION_MAX)
            return bad_option(ev, c, FORMAT_PRECISION, "a number of digits from 0 to 1000");
        spec->precision = (int)precision;
    }
    int64_t base = c->args[FORMAT_BASE].integer;
    if (base < 2 || base > 36) return bad_option(ev, c, FORMAT_BASE, "a number from 2 to 36");
    spec->base = (unsigned)base;
    bool plain = c->args[FORMAT_X].tag == VALUE_INT && !spec->exponent &&
                 spec->precision == FORMAT_PRECISION_NONE;
    if (base != 10 && !plain)
        return call_error(
            ev, c, FORMAT_BASE, "E0460",
            "`format` writes in base %" PRId64 " only an Int without precision and exponent", base);
    return true;
}

static bool string_format(struct eval *ev, struct call *c, struct value *out)
{
    struct format_spec spec = {0};
    if (!format_options(ev, c, &spec)) return false;
    struct buf number = BUF_INIT;
    if (c->args[FORMAT_X].tag == VALUE_INT)
        format_int(&number, c->args[FORMAT_X].integer, &spec);
    else
        format_float(&number, c->args[FORMAT_X].real, &spec);
    bool ok = padded(ev, c, buf_str(&number), FORMAT_WIDTH, FORMAT_ALIGN, true, out);
    buf_free(&number);
    return ok;
}

#define S ARG("s", ACCEPT_STR)

const struct builtin builtin_string[] = {
    {.name = "join",
     .params = {ARG("xs", ACCEPT_LIST), OPT("sep", ACCEPT_TEXT, "\"\"")},
     .result = "Text",
     .section = "Strings",
     .fn = string_join,
     .doc = "The elements as one string, with `sep` between them. Elements are what `~{…}` takes; "
            "with a stage or a ref among "
            "them the result is a Text.\n\n"
            "```plx\njoin([\"a\", \"b\", 3], \"-\") == \"a-b-3\"\n```"},
    {.name = "split",
     .params = {S, OPT("sep", ACCEPT_STR | ACCEPT_NULL, "null")},
     .result = "[Str]",
     .fn = string_split,
     .doc = "The parts between one `sep` and the next. Without `sep`: the words between white "
            "space, none of them empty.\n\n"
            "```plx\nsplit(\"a,b,,c\", \",\") == [\"a\", \"b\", \"\", \"c\"]\nsplit(\"  two words "
            "\") == [\"two\", \"words\"]\n```"},
    {.name = "lines",
     .params = {S},
     .result = "[Str]",
     .fn = string_lines,
     .doc =
         "The lines without their endings (`\\n` or `\\r\\n`). A last line may have one or not.\n\n"
         "```plx\nlines(\"a\\nb\\n\") == [\"a\", \"b\"]\n```"},
    {.name = "replace",
     .params = {S, ARG("old", ACCEPT_STR), ARG("new", ACCEPT_STR)},
     .result = "Str",
     .fn = string_replace,
     .doc = "Every occurrence of `old`, from the left, replaced by `new`.\n\n"
            "```plx\nreplace(\"a-b-c\", \"-\", \"+\") == \"a+b+c\"\n```"},
    {.name = "trim",
     .params = {S},
     .result = "Str",
     .fn = string_trim,
     .doc = "Without white space (Unicode's) at both ends.\n\n```plx\ntrim(\"  a b\\n\") == \"a "
            "b\"\n```"},
    {.name = "starts_with",
     .params = {S, ARG("prefix", ACCEPT_STR)},
     .result = "Bool",
     .fn = string_starts_with,
     .doc = "Does the string begin with `prefix`?\n\n```plx\nstarts_with(\"train_1\", "
            "\"train\")\n```"},
    {.name = "ends_with",
     .params = {S, ARG("suffix", ACCEPT_STR)},
     .result = "Bool",
     .fn = string_ends_with,
     .doc = "Does the string end with `suffix`?\n\n```plx\nends_with(\"data.csv\", \".csv\")\n```"},
    {.name = "upper",
     .params = {S},
     .result = "Str",
     .fn = string_upper,
     .doc = "With the letters a to z as capitals. Other letters stay as they are: their rules "
            "depend on the language.\n\n"
            "```plx\nupper(\"abc-é\") == \"ABC-é\"\n```"},
    {.name = "lower",
     .params = {S},
     .result = "Str",
     .fn = string_lower,
     .doc = "With the letters A to Z as small ones. Other letters stay as they are.\n\n"
            "```plx\nlower(\"ABC\") == \"abc\"\n```"},
    {.name = "match_regex",
     .params = {S, ARG("pattern", ACCEPT_STR)},
     .result = "[Str | Null] | Null",
     .fn = string_match_regex,
     .doc =
         "The first match of a regular expression (PCRE2's syntax): the matched text, then its "
         "groups, null for a group that "
         "took no part. Null without a match. `^` and `$` tie the pattern to the whole string.\n\n"
         "```plx\nmatch_regex(\"hello-2.10\", '''^([a-z]+)-([0-9.]+)$''') == [\"hello-2.10\", "
         "\"hello\", \"2.10\"]\n"
         "match_regex(\"hello\", \"[0-9]\") == null\n```"},
    {.name = "pad",
     .params = {S, ARG("width", ACCEPT_INT), OPT("align", ACCEPT_STR, "\"left\""),
                OPT("fill", ACCEPT_STR, "\" \"")},
     .result = "Str",
     .fn = string_pad,
     .doc = "The string at the \"left\", \"right\" or \"center\" of `width` code points, the rest "
            "filled with the character "
            "`fill`. A longer string stays as it is.\n\n"
            "```plx\npad(\"ab\", 5) == \"ab   \"\npad(\"7\", 3, align = \"right\", fill = \"0\") "
            "== \"007\"\n```"},
    {.name = "format",
     .params = {ARG("x", ACCEPT_NUMBER), OPT("precision", ACCEPT_INT | ACCEPT_NULL, "null"),
                OPT("width", ACCEPT_INT, "0"), OPT("align", ACCEPT_STR, "\"right\""),
                OPT("fill", ACCEPT_STR, "\" \""), OPT("sign", ACCEPT_BOOL, "false"),
                OPT("group", ACCEPT_STR, "\"\""), OPT("base", ACCEPT_INT, "10"),
                OPT("exponent", ACCEPT_BOOL, "false")},
     .result = "Str",
     .fn = string_format,
     .doc = "A number as text. `precision` is the number of digits behind the point (without it: "
            "as many as the number needs); "
            "`exponent` writes `1.5e+03`, else no exponent is written. `sign` puts a `+` before "
            "what is not negative. `group` "
            "stands between each three digits before the point (four in bases other than 10). "
            "`base` is 2 to 36, for an Int. "
            "`width`, `align` and `fill` are those of `pad`, but zeros go behind the sign.\n\n"
            "```plx\nformat(3.14159, 2) == \"3.14\"\nformat(42, width = 5, fill = \"0\") == "
            "\"00042\"\n"
            "format(1234567, group = \",\") == \"1,234,567\"\nformat(255, base = 16) == \"ff\"\n"
            "format(0.00012, exponent = true) == \"1.2e-04\"\n```"},
    {.name = NULL}};
