// Data in and out: JSON, files beside the source, types, and what helps while writing a pipeline.
#include "base/buf.h"
#include "base/path.h"
#include "base/utf8.h"
#include "eval/call.h"
#include "eval/eval.h"
#include "eval/host.h"

// ---- JSON

static bool data_to_json(struct eval *ev, struct call *c, struct value *out)
{
    return eval_to_json(ev, c->args[0], !c->args[1].boolean, call_span(c, 0), out);
}

static bool data_from_json(struct eval *ev, struct call *c, struct value *out)
{
    return eval_from_json(ev, string_str(ev, c->args[0].string), "the text", call_span(c, 0), out);
}

// ---- files

// The bytes of a Path, or of a file in the realization that a key function looks at. *path is the
// file's absolute one.
static bool read_argument(struct eval *ev, struct call *c, struct str *text, const char **path)
{
    const struct eval_host *host = eval_host(ev);
    struct arena *arena = eval_arena(ev);
    struct value file = c->args[0];
    if (file.tag == VALUE_PATH) {
        *path = arena_printf(arena, STR_FMT, STR_ARG(file.path->path));
        return host->read_file(host->ctx, arena, *path, call_span(c, 0), eval_sink(ev), text);
    }
    *path = eval_ref_path(ev, file.ref);
    if (*path)
        return host->read_realized(host->ctx, arena, *path, call_span(c, 0), eval_sink(ev), text);
    struct diag *d = call_diag(
        ev, c, 0, "E0464", "`%s` of a Ref to something that is not yet realized", c->builtin->name);
    diag_note(d, "evaluation is over before any stage runs; only a function given to `key` gets a "
                 "realization to look at");
    diag_help(d, "give the Ref to a stage, and read the file in its script");
    return false;
}

// The text of the argument, and how messages call the file: by its last name, so that they do not
// depend on where a checkout is.
static bool read_valid(struct eval *ev, struct call *c, struct str *text, struct str *name)
{
    const char *path;
    if (!read_argument(ev, c, text, &path)) return false;
    *name = path_base(path);
    size_t bad = utf8_validate(*text);
    return bad == text->len ||
           call_error(ev, c, 0, "E0465", STR_FMT " is not valid UTF-8: see its byte %zu",
                      STR_ARG(*name), bad);
}

static bool data_read_text(struct eval *ev, struct call *c, struct value *out)
{
    struct str text;
    struct str name;
    if (!read_valid(ev, c, &text, &name) || !eval_string_limit(ev, text.len, c->span)) return false;
    *out = value_str(ev, text);
    return true;
}

static bool data_read_json(struct eval *ev, struct call *c, struct value *out)
{
    struct str text;
    struct str name;
    if (!read_valid(ev, c, &text, &name)) return false;
    const char *what = arena_printf(eval_arena(ev), STR_FMT, STR_ARG(name));
    return eval_from_json(ev, text, what, call_span(c, 0), out);
}

// ---- types

static bool data_type_of(struct eval *ev, struct call *c, struct value *out)
{
    *out = value_strz(ev, value_type_name((enum value_tag)c->args[0].tag));
    return true;
}

// The rows of is_… keep what they accept in the bits above the flags.
#define IS_SHIFT 8

static bool data_is(struct eval *ev, struct call *c, struct value *out)
{
    (void)ev;
    uint32_t accepts = c->builtin->flags >> IS_SHIFT;
    *out = value_bool((accepts & ACCEPT(c->args[0].tag)) != 0);
    return true;
}

// ---- debugging

static bool data_trace(struct eval *ev, struct call *c, struct value *out)
{
    const struct eval_host *host = eval_host(ev);
    struct buf line = BUF_INIT;
    if (c->args[1].tag == VALUE_STR) {
        buf_adds(&line, string_str(ev, c->args[1].string));
        buf_addz(&line, ": ");
    }
    bool ok = eval_show(ev, c->args[0], 10000, &line);
    if (ok) host->trace(host->ctx, c->span, buf_str(&line));
    buf_free(&line);
    *out = c->args[0];
    return ok;
}

static bool data_fail(struct eval *ev, struct call *c, struct value *out)
{
    (void)out;
    struct str message = string_str(ev, c->args[0].string);
    return call_error(ev, c, -1, "E0450", STR_FMT, STR_ARG(message));
}

#define FILE_ARG ARG("file", ACCEPT_PATH | ACCEPT_REF)

#define IS(type, mask, text)                                                                       \
    {                                                                                              \
        .name = "is_" type, .params = {ARG("x", ACCEPT_ANY)}, .result = "Bool", .fn = data_is,     \
        .flags = (mask) << IS_SHIFT, .doc = text                                                   \
    }

const struct builtin builtin_data[] = {
    {.name = "to_json",
     .params = {ARG("x", ACCEPT_ANY), OPT("pretty", ACCEPT_BOOL, "false")},
     .result = "Str",
     .section = "Data",
     .fn = data_to_json,
     .doc = "JSON text, with keys sorted: on one line, or with `pretty` as a config is stored. "
            "Stages, refs, paths and Texts are written as "
            "in a config; a reference inside such a string is no dependency.\n\n"
            "```plx\nto_json({ b = [1, 2.0], a = null }) == '''{\"a\": null, \"b\": [1, "
            "2.0]}'''\n```"},
    {.name = "from_json",
     .params = {ARG("text", ACCEPT_STR)},
     .result = "Any",
     .fn = data_from_json,
     .doc = "The value of a JSON text: objects are Records, numbers Int or Float as they are "
            "written.\n\n"
            "```plx\nfrom_json('''{\"a\": [1, 2.0, null]}''') == { a = [1, 2.0, null] }\n```"},
    {.name = "read_text",
     .params = {FILE_ARG},
     .result = "Str",
     .fn = data_read_text,
     .doc = "The text of a file, which must be UTF-8. A Path is relative to the file it stands in; "
            "in a function given to `key`, a Ref names a "
            "file of the realization.\n\n"
            "```plx\n# version = trim(read_text(./VERSION))\ntrim(\"1.2\\n\") == \"1.2\"\n```"},
    {.name = "read_json",
     .params = {FILE_ARG},
     .result = "Any",
     .fn = data_read_json,
     .doc = "The value of a JSON file: `from_json` of its `read_text`.\n\n"
            "```plx\n# settings = read_json(./settings.json)\nfrom_json(\"[1]\") == [1]\n```"},
    {.name = "type_of",
     .params = {ARG("x", ACCEPT_ANY)},
     .result = "Str",
     .section = "Types",
     .fn = data_type_of,
     .doc = "The name of a value's type.\n\n```plx\ntype_of(1) == \"Int\"\ntype_of([]) == "
            "\"List\"\n```"},
    IS("null", ACCEPT_NULL, "Is it null?\n\n```plx\nis_null(null)\n```"),
    IS("bool", ACCEPT_BOOL, "Is it a Bool?\n\n```plx\nis_bool(true)\n```"),
    IS("int", ACCEPT_INT, "Is it an Int?\n\n```plx\nis_int(1)\nis_int(1.0) == false\n```"),
    IS("float", ACCEPT_FLOAT, "Is it a Float?\n\n```plx\nis_float(1.0)\n```"),
    IS("number", ACCEPT_NUMBER, "Is it an Int or a Float?\n\n```plx\nis_number(1)\n```"),
    IS("str", ACCEPT_STR, "Is it a Str?\n\n```plx\nis_str(\"a\")\n```"),
    IS("text", ACCEPT_TEXT,
       "Is it a Text, or a Str, which can stand for one?\n\n```plx\nis_text(\"a\")\n```"),
    IS("path", ACCEPT_PATH, "Is it a Path?\n\n```plx\nis_path(./x)\n```"),
    IS("list", ACCEPT_LIST, "Is it a List?\n\n```plx\nis_list([])\n```"),
    IS("record", ACCEPT_RECORD, "Is it a Record?\n\n```plx\nis_record({})\n```"),
    IS("fn", ACCEPT_FN, "Is it a function?\n\n```plx\nis_fn(len)\n```"),
    IS("stage", ACCEPT_STAGE, "Is it a Stage?\n\n```plx\nis_stage(mkfile(\"a\", \"text\"))\n```"),
    IS("ref", ACCEPT_REF, "Is it a Ref?\n\n```plx\nis_ref(mkfile(\"a\", \"text\") / \"a\")\n```"),
    {.name = "trace",
     .params = {ARG("x", ACCEPT_ANY), OPT("label", ACCEPT_STR | ACCEPT_NULL, "null")},
     .result = "Any",
     .section = "Debugging",
     .fn = data_trace,
     .doc = "Shows `x` on standard error, after `label` if there is one, and gives it back. For "
            "finding out; it changes nothing.\n\n"
            "```plx\ntrace(1 + 1, \"sum\") == 2\n```"},
    {.name = "fail",
     .params = {ARG("message", ACCEPT_STR)},
     .result = "Any",
     .fn = data_fail,
     .doc = "Ends the evaluation with this message as its error.\n\n"
            "```plx\n(if 1 < 2 then \"fine\" else fail(\"numbers are broken\")) == \"fine\"\n```"},
    {.name = NULL}};
