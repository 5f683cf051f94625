// The primitives that stages are made of; stdlib/prelude.plx wraps them.
#include <inttypes.h>

#include "eval/apply.h"
#include "eval/call.h"
#include "eval/stage_value.h"

// ---- mkdrv --------------------------------------------------------------------------------------

enum mkdrv_param {
    MKDRV_CONFIG,
    MKDRV_MATCHER,
    MKDRV_REALIZER,
    MKDRV_CHECK_PROMISES,
    MKDRV_HASH_REALIZER,
    MKDRV_OUTPUTS,
    MKDRV_RESOURCES,
    MKDRV_TIMEOUT,
    MKDRV_RETRY,
    MKDRV_PASSENV,
    MKDRV_SILENT_TIMEOUT,
};

static bool stage_mkdrv(struct eval *ev, struct call *c, struct value *out)
{
    struct value *a = c->args;
    if (!value_force_deep(ev, &a[MKDRV_CONFIG], c->span)) return false;
    struct stage_request q = {
        .config = a[MKDRV_CONFIG].record,
        .matcher = a[MKDRV_MATCHER],
        .realizer = a[MKDRV_REALIZER],
        .hash_realizer = a[MKDRV_HASH_REALIZER].boolean,
        .span = stage_call_span(ev, c->span),
        .options =
            {
                [OPTION_CHECK_PROMISES] = a[MKDRV_CHECK_PROMISES],
                [OPTION_OUTPUTS] = a[MKDRV_OUTPUTS],
                [OPTION_PASSENV] = a[MKDRV_PASSENV],
                [OPTION_RESOURCES] = a[MKDRV_RESOURCES],
                [OPTION_RETRY] = a[MKDRV_RETRY],
                [OPTION_SILENT_TIMEOUT] = a[MKDRV_SILENT_TIMEOUT],
                [OPTION_TIMEOUT] = a[MKDRV_TIMEOUT],
            },
    };
    struct stage *s = stage_make(ev, &q);
    if (s) *out = value_stage(s);
    return s != NULL;
}

static bool stage_parts(struct eval *ev, struct call *c, struct value *out)
{
    const struct stage_info *info = stage_info(c->args[0].stage);
    struct field fields[] = {
        {.name = eval_sym(ev, STR("config")), .value = value_record(info->config)},
        {.name = eval_sym(ev, STR("matcher")), .value = info->matcher},
        {.name = eval_sym(ev, STR("realizer")), .value = info->realizer},
        {.name = eval_sym(ev, STR("check_promises")),
         .value = info->options[OPTION_CHECK_PROMISES]},
        {.name = eval_sym(ev, STR("hash_realizer")), .value = value_bool(info->hash_realizer)},
        {.name = eval_sym(ev, STR("outputs")), .value = info->options[OPTION_OUTPUTS]},
        {.name = eval_sym(ev, STR("resources")), .value = info->options[OPTION_RESOURCES]},
        {.name = eval_sym(ev, STR("timeout")), .value = info->options[OPTION_TIMEOUT]},
        {.name = eval_sym(ev, STR("retry")), .value = info->options[OPTION_RETRY]},
        {.name = eval_sym(ev, STR("passenv")), .value = info->options[OPTION_PASSENV]},
        {.name = eval_sym(ev, STR("silent_timeout")),
         .value = info->options[OPTION_SILENT_TIMEOUT]},
    };
    *out = value_record(record_new(ev, fields, LEN(fields), NULL));
    return true;
}

static bool stage_restage(struct eval *ev, struct call *c, struct value *out)
{
    struct stage *s =
        stage_again(ev, c->args[0].stage, c->args[1], c->args[2], stage_call_span(ev, c->span));
    if (s) *out = value_stage(s);
    return s != NULL;
}

// ---- realizers, keys and matchers ---------------------------------------------------------------

static struct value opaque(struct eval *ev, enum value_tag tag, struct value data)
{
    struct opaque *o = value_alloc(ev, sizeof(*o));
    o->data = data;
    return (struct value){.tag = (uint8_t)tag, .opaque = o};
}

// Only stdlib/prelude.plx writes descriptions, so one without a kind is a mistake of ours.
static void needs_kind(struct eval *ev, const struct call *c)
{
    const struct record *data = c->args[0].record;
    uint32_t i = record_find(data, eval_sym(ev, STR("kind")));
    if (i == RECORD_NONE || data->fields[i].tag != VALUE_STR)
        BUG("%s was given a description without a kind", c->builtin->name);
}

static bool stage_realizer(struct eval *ev, struct call *c, struct value *out)
{
    if (!value_force_deep(ev, &c->args[0], c->span)) return false;
    needs_kind(ev, c);
    *out = opaque(ev, VALUE_REALIZER, c->args[0]);
    return true;
}

static bool stage_key(struct eval *ev, struct call *c, struct value *out)
{
    if (!value_force_deep(ev, &c->args[0], c->span)) return false;
    needs_kind(ev, c);
    *out = opaque(ev, VALUE_KEY, c->args[0]);
    return true;
}

// What makes a function the same as another, as bytes: where it was written and what it captured.
// Captures may be deep and even cyclic, so what comes after the first ones counts by its address.
#define IDENTITY_VALUES 64

struct identity {
    struct eval *ev;
    struct buf bytes;
    unsigned left; // of IDENTITY_VALUES
};

static void add_identity(struct identity *id, struct value v);

static void add_code(struct identity *id, const struct code *code, const struct module *module,
                     const struct value *captures)
{
    buf_add(&id->bytes, &code, sizeof code);
    buf_add(&id->bytes, &module, sizeof module);
    for (uint32_t i = 0; i < code->capture_count; i++) add_identity(id, captures[i]);
}

static void add_identity(struct identity *id, struct value v)
{
    if (v.tag == VALUE_THUNK && v.thunk->state == THUNK_DONE) v = v.thunk->value;
    bool look_inside = id->left > 0;
    if (look_inside) id->left--;
    buf_addc(&id->bytes, (char)v.tag);
    if (v.tag == VALUE_NULL) return;
    if (v.tag == VALUE_BOOL) {
        buf_addc(&id->bytes, (char)v.boolean);
    } else if (v.tag == VALUE_STR) {
        struct str s = string_str(id->ev, v.string);
        buf_add(&id->bytes, &s.len, sizeof s.len);
        buf_adds(&id->bytes, s);
    } else if (v.tag == VALUE_FN && v.fn->code && look_inside) {
        add_code(id, v.fn->code, v.fn->module, v.fn->captures);
    } else if (v.tag == VALUE_THUNK && v.thunk->state == THUNK_PENDING && look_inside) {
        add_code(id, v.thunk->code, v.thunk->module, v.thunk->captures);
    } else {
        buf_add(&id->bytes, &v.integer, sizeof v.integer); // a number, or an address
    }
}

// A stage that is written once may be evaluated many times; its key is the same each time.
static uint32_t key_id(struct eval *ev, struct value fn, struct span span)
{
    struct identity id = {.ev = ev, .bytes = BUF_INIT, .left = IDENTITY_VALUES};
    add_identity(&id, fn);
    uintptr_t known = (uintptr_t)map_get(&ev->key_ids, buf_str(&id.bytes));
    if (!known) {
        vec_push(&ev->key_functions, fn);
        vec_push(&ev->key_spans, span);
        known = ev->key_functions.len;
        map_set(&ev->key_ids, arena_str(&ev->arena, buf_str(&id.bytes)), (void *)known);
    }
    buf_free(&id.bytes);
    return (uint32_t)(known - 1);
}

// A function that cannot be called with a realization is found here, not after hours of a run.
static bool takes_realization(struct eval *ev, const struct closure *fn, struct span span)
{
    struct apply_argument realization = {.span = span};
    const struct diag *before = ev->o.sink->last;
    if (apply_bind(ev, fn->code, fn->info, &realization, 1, false, span)) return true;
    if (ev->o.sink->last != before)
        diag_note(ev->o.sink->last, "`key` calls it with one argument, a Ref to a realization");
    return false;
}

static bool stage_key_fn(struct eval *ev, struct call *c, struct value *out)
{
    struct span span = stage_call_span(ev, c->span);
    if (!takes_realization(ev, c->args[0].fn, span)) return false;
    uint32_t id = key_id(ev, c->args[0], span);
    struct field fields[] = {
        {.name = eval_sym(ev, STR("kind")), .value = value_strz(ev, "call")},
        {.name = eval_sym(ev, STR("id")), .value = value_int(id)},
    };
    *out = opaque(ev, VALUE_KEY, value_record(record_new(ev, fields, LEN(fields), NULL)));
    out->opaque->fn = c->args[0];
    out->opaque->id = id;
    return true;
}

static bool stage_matcher(struct eval *ev, struct call *c, struct value *out)
{
    struct field fields[] = {
        {.name = eval_sym(ev, STR("keys")), .value = c->args[0]},
        {.name = eval_sym(ev, STR("rmin")), .value = c->args[1]},
        {.name = eval_sym(ev, STR("rmax")), .value = c->args[2]},
        {.name = eval_sym(ev, STR("exclusive")), .value = c->args[3]},
    };
    *out = opaque(ev, VALUE_MATCHER, value_record(record_new(ev, fields, LEN(fields), NULL)));
    return true;
}

// ---- sources and paths --------------------------------------------------------------------------

static bool are_patterns(struct eval *ev, const struct call *c, int arg)
{
    struct list *l = c->args[arg].list;
    for (size_t i = 0; i < l->len; i++)
        if (l->at[i].tag != VALUE_STR)
            return call_type_error(ev, c, arg,
                                   arg == 1 ? "an element of `include`" : "an element of `exclude`",
                                   "a Str", l->at[i]);
    return true;
}

static bool stage_source(struct eval *ev, struct call *c, struct value *out)
{
    if (!are_patterns(ev, c, 1) || !are_patterns(ev, c, 2)) return false;
    struct path_value *path = c->args[0].path;
    bool plain = c->args[1].list->len == 0 && c->args[2].list->len == 0;
    struct stage *s =
        plain ? stage_of_path(ev, path, call_span(c, 0))
              : stage_of_folder(ev, path, c->args[1].list, c->args[2].list, call_span(c, 0));
    if (!s) return false;
    struct ref_value *r = value_alloc(ev, sizeof(*r));
    *r = (struct ref_value){.stage = s, .count = 1, .parts = value_alloc(ev, sizeof(*r->parts))};
    r->parts[0] = stage_path_name(path);
    *out = (struct value){.tag = VALUE_REF, .ref = r};
    return true;
}

static bool stage_paths(struct eval *ev, struct call *c, struct value *out)
{
    struct value v = c->args[0];
    if (v.tag == VALUE_STAGE) {
        struct ref_value *r = value_alloc(ev, sizeof(*r));
        r->stage = v.stage;
        v = (struct value){.tag = VALUE_REF, .ref = r};
    }
    v.flags = VALUE_ALL_PATHS;
    struct text *t = value_alloc(ev, sizeof(*t));
    *t = (struct text){.pieces = value_alloc(ev, sizeof(*t->pieces)), .count = 1};
    t->pieces[0] = v;
    *out = (struct value){.tag = VALUE_TEXT, .text = t};
    return true;
}

const char *eval_ref_path(struct eval *ev, const struct ref_value *r)
{
    if (!ev->realized || r->stage != ev->realized) return NULL;
    struct buf path = BUF_INIT;
    buf_addz(&path, ev->realized_folder);
    for (size_t i = 0; i < r->count; i++) buf_printf(&path, "/" STR_FMT, STR_ARG(r->parts[i]));
    const char *z = arena_strdup(&ev->arena, buf_z(&path));
    buf_free(&path);
    return z;
}

// ---- the table ----------------------------------------------------------------------------------

#define PRIMITIVE .flags = BUILTIN_INTERNAL

const struct builtin builtin_stage[] = {
    {.name = "mkdrv",
     .section = "Stages",
     .params = {ARG("config", ACCEPT_RECORD), ARG("matcher", ACCEPT_MATCHER),
                ARG("realizer", ACCEPT_REALIZER), OPT("check_promises", ACCEPT_BOOL, "true"),
                OPT("hash_realizer", ACCEPT_BOOL, "true"), OPT("outputs", ACCEPT_INT, "1"),
                OPT("resources", ACCEPT_RECORD | ACCEPT_NULL, "null"),
                OPT("timeout", ACCEPT_NUMBER | ACCEPT_NULL, "null"), OPT("retry", ACCEPT_INT, "0"),
                OPT("passenv", ACCEPT_LIST, "[]"),
                OPT("silent_timeout", ACCEPT_NUMBER | ACCEPT_NULL, "null")},
     .result = "Stage",
     .fn = stage_mkdrv,
     .doc = "Makes a stage of a config, a matcher and a realizer: the primitive behind `stage` and "
            "all other functions "
            "that make one.\n\n"
            "```plx\nmkdrv({ name = \"n\", a = 1 }, match_only(), sh(\"true\")).a == 1\n```"},
    {.name = "source",
     .params = {ARG("path", ACCEPT_PATH), OPT("include", ACCEPT_LIST, "[]"),
                OPT("exclude", ACCEPT_LIST, "[]")},
     .result = "Ref",
     .fn = stage_source,
     .doc = "A source folder as the Ref of a stage of its own, with what the patterns choose: all "
            "that `include` names "
            "(everything if it is empty), without what `exclude` or a `.gitignore` names. A plain "
            "Path does the same "
            "without patterns.\n\n"
            "Patterns are relative to the folder, as in a `.gitignore`.\n\n"
            "```plx\ntype_of(source(./files, exclude = [\"*.tmp\"])) == \"Ref\"\n```"},
    {.name = "paths",
     .params = {ARG("ref", ACCEPT_REF | ACCEPT_STAGE)},
     .result = "Text",
     .fn = stage_paths,
     .doc = "All paths of a Ref into a stage of which several realizations may match, quoted for "
            "the shell and joined by "
            "spaces: `sh(\"cat ~{paths(runs / \"log.txt\")} > $out/all\")`.\n\n"
            "```plx\ntype_of(paths(mkfile(\"a\", \"text\") / \"a\")) == \"Text\"\n```"},
    {.name = "_realizer",
     .params = {ARG("data", ACCEPT_RECORD)},
     .result = "Realizer",
     .fn = stage_realizer,
     PRIMITIVE,
     .doc = "A Realizer of its description."},
    {.name = "_key",
     .params = {ARG("data", ACCEPT_RECORD)},
     .result = "Key",
     .fn = stage_key,
     PRIMITIVE,
     .doc = "A Key of its description."},
    {.name = "_key_fn",
     .params = {ARG("f", ACCEPT_FN)},
     .result = "Key",
     .fn = stage_key_fn,
     PRIMITIVE,
     .doc = "A Key that calls a function."},
    {.name = "_matcher",
     .params = {ARG("keys", ACCEPT_LIST), ARG("rmin", ACCEPT_INT | ACCEPT_NULL),
                ARG("rmax", ACCEPT_INT | ACCEPT_NULL), ARG("exclusive", ACCEPT_BOOL)},
     .result = "Matcher",
     .fn = stage_matcher,
     PRIMITIVE,
     .doc = "A Matcher of its parts."},
    {.name = "_stage_parts",
     .params = {ARG("stage", ACCEPT_STAGE)},
     .result = "Record",
     .fn = stage_parts,
     PRIMITIVE,
     .doc = "The arguments of the `mkdrv` call that made a stage."},
    {.name = "_restage",
     .params = {ARG("stage", ACCEPT_STAGE), OPT("matcher", ACCEPT_MATCHER | ACCEPT_NULL, "null"),
                OPT("realizer", ACCEPT_REALIZER | ACCEPT_NULL, "null")},
     .result = "Stage",
     .fn = stage_restage,
     PRIMITIVE,
     .doc = "The same derivation, matched or realized otherwise."},
    {.name = NULL}};
