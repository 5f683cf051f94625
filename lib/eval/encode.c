#include "eval/encode.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "eval/limit.h"
#include "eval/stage_value.h"

struct level {
    struct value v; // List, Record; VALUE_NULL: the request's entries
    size_t next;
    size_t count;
    bool in_realizer;
    bool escaped; // in {"__list__": …}
};

struct encoder {
    struct eval *ev;
    struct json_writer w;
    const struct encode_request *request; // may be null
    struct encode_deps *deps;
    struct span span;
    uint32_t walk;
    VEC(struct level) stack;
};

// ---- where an error is --------------------------------------------------------------------------

// The name of the element that is being written at a level.
static void add_step(struct encoder *e, const struct level *l, struct buf *path)
{
    size_t i = l->next - 1;
    if (l->v.tag == VALUE_LIST) {
        buf_printf(path, "[%zu]", i);
        return;
    }
    struct str name;
    if (l->v.tag == VALUE_NULL) {
        name = e->request->entries[i].key;
    } else {
        struct shape *shape = l->v.record->shape;
        name = sym_str(e->ev->o.syms, shape->syms[shape_order(e->ev, shape)[i]]);
    }
    buf_printf(path, "%s" STR_FMT, path->len ? "." : "", STR_ARG(name));
}

// "opts.f[2]"; "" at the top. Long ways are cut in the middle.
static const char *attribute(struct encoder *e)
{
    struct buf path = BUF_INIT;
    size_t len = e->stack.len;
    for (size_t i = 0; i < len; i++) {
        if (len > 12 && i == 6) {
            buf_addz(&path, ".…");
            i = len - 6;
        }
        if (e->stack.at[i].next > 0) add_step(e, &e->stack.at[i], &path);
    }
    const char *z = arena_strdup(&e->ev->o.sink->arena, buf_z(&path));
    buf_free(&path);
    return z;
}

// The innermost place that is known.
static struct span attribute_span(struct encoder *e)
{
    for (size_t i = e->stack.len; i-- > 0;) {
        const struct level *l = &e->stack.at[i];
        struct span s = SPAN_NONE;
        if (l->next == 0) continue;
        if (l->v.tag == VALUE_NULL)
            s = e->request->entries[l->next - 1].span;
        else if (l->v.tag == VALUE_RECORD)
            s = record_span(l->v.record, shape_order(e->ev, l->v.record->shape)[l->next - 1]);
        if (s.source && !eval_in_std(e->ev, s)) return s;
    }
    return e->span;
}

static bool refuse_fn(struct encoder *e)
{
    const char *path = attribute(e);
    if (e->request && e->request->what) {
        struct diag *d =
            eval_error(e->ev, attribute_span(e), "E0601",
                       "the attribute `%s` of the %s is a function", path, e->request->what);
        diag_note(d, "a config is data: its text is the stage's identity");
    } else if (path[0]) {
        eval_error(e->ev, attribute_span(e), "E0427",
                   "the function at `%s` cannot be written as JSON", path);
    } else {
        eval_error(e->ev, e->span, "E0427", "a function cannot be written as JSON");
    }
    return false;
}

// Matchers and keys choose among realizations, which is no part of what a stage is; and a function
// in a key has no text that could be. Realizers hold them no more than configs do.
static bool refuse_opaque(struct encoder *e, struct value v)
{
    const char *word = v.tag == VALUE_MATCHER ? "Matcher" : v.tag == VALUE_KEY ? "Key" : "Realizer";
    struct diag *d =
        eval_error(e->ev, attribute_span(e), "E0601", "the attribute `%s` of the %s is a %s",
                   attribute(e), e->request->what, word);
    diag_note(d, "a config is data: its text is the stage's identity");
    if (v.tag == VALUE_MATCHER) diag_help(d, "the argument for a stage's matcher is `match`");
    return false;
}

static bool refuse_bare(struct encoder *e, struct value v)
{
    const char *word = v.tag == VALUE_PROMISE ? "promise" : "claim";
    struct diag *d =
        eval_error(e->ev, attribute_span(e), "E0607", "`%s` stands for no path by itself", word);
    diag_help(d, "say which file or folder the stage will produce: %s / \"result.txt\"", word);
    return false;
}

static bool too_deep(struct encoder *e)
{
    if (e->stack.len <= e->ev->o.limits.call_depth) return false;
    struct diag *d =
        eval_error(e->ev, attribute_span(e), "E0420", "the value is nested more than %u deep",
                   e->ev->o.limits.call_depth);
    limit_note(d, "call-depth");
    diag_help(d, "does the value contain itself?");
    return true;
}

// ---- references ---------------------------------------------------------------------------------

static void add_dep(struct encoder *e, struct stage *s)
{
    if (!e->deps) return;
    struct stage_info *info = stage_info(s);
    if (info->walk == e->walk) return;
    info->walk = e->walk;
    vec_push(e->deps, s);
}

// A part that is a whole dref would be read as another dependency.
static bool write_part(struct encoder *e, struct str part)
{
    json_str(&e->w, part);
    if (!stage_is_dref(part)) return true;
    struct diag *d =
        eval_error(e->ev, attribute_span(e), "E0415",
                   "a path has the part `" STR_FMT "`, which is a dref", STR_ARG(part));
    diag_note(d, "in a config, a string that is a whole dref is a dependency");
    return false;
}

static bool write_parts(struct encoder *e, const struct ref_value *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (!write_part(e, r->parts[i])) return false;
    return true;
}

static bool write_path(struct encoder *e, struct path_value *path)
{
    struct stage *s = stage_of_path(e->ev, path, attribute_span(e));
    if (!s) return false;
    add_dep(e, s);
    json_begin_array(&e->w);
    json_str(&e->w, s->dref);
    if (!write_part(e, stage_path_name(path))) return false;
    json_end_array(&e->w);
    return true;
}

static bool write_ref(struct encoder *e, struct value v)
{
    if (v.tag != VALUE_REF && v.ref->count == 0) return refuse_bare(e, v);
    bool all = v.tag == VALUE_REF && v.flags & VALUE_ALL_PATHS;
    if (all) {
        json_begin_object(&e->w);
        json_key(&e->w, STR("__paths__"));
    }
    json_begin_array(&e->w);
    if (v.tag == VALUE_REF) {
        add_dep(e, v.ref->stage);
        json_str(&e->w, v.ref->stage->dref);
    } else {
        json_str(&e->w, v.tag == VALUE_PROMISE ? STR("__promise__") : STR("__claim__"));
    }
    if (!write_parts(e, v.ref)) return false;
    json_end_array(&e->w);
    if (all) json_end_object(&e->w);
    return true;
}

static bool write_text(struct encoder *e, struct text *t)
{
    size_t count;
    struct value *pieces = text_pieces(e->ev, t, &count);
    json_begin_object(&e->w);
    json_key(&e->w, STR("__text__"));
    json_begin_array(&e->w);
    for (size_t i = 0; i < count; i++) {
        struct value v = pieces[i];
        if (v.tag == VALUE_STR) {
            json_str(&e->w, string_str(e->ev, v.string));
        } else if (v.tag == VALUE_PATH) {
            if (!write_path(e, v.path)) return false;
        } else if (v.tag == VALUE_STAGE) {
            add_dep(e, v.stage);
            json_begin_array(&e->w);
            json_str(&e->w, v.stage->dref);
            json_end_array(&e->w);
        } else if (!write_ref(e, v)) {
            return false;
        }
    }
    json_end_array(&e->w);
    json_end_object(&e->w);
    return true;
}

// ---- the walk -----------------------------------------------------------------------------------

// In a config, a dref and strings behind it are a path in that stage: a list of a Stage and strings
// must say that it is none. (Who writes the dref itself as a string writes what a config has.)
static bool reads_as_path(const struct encoder *e, const struct list *l)
{
    if (l->len < 2 || l->at[0].tag != VALUE_STAGE) return false;
    for (size_t i = 1; i < l->len; i++)
        if (l->at[i].tag != VALUE_STR || stage_is_dref(string_str(e->ev, l->at[i].string)))
            return false;
    return true;
}

// A realizer's lists have their meaning by its form, and are never paths.
static bool in_realizer(const struct encoder *e)
{
    if (e->stack.len == 0) return false;
    const struct level *l = &vec_last(&e->stack);
    if (l->v.tag != VALUE_NULL) return l->in_realizer;
    return e->request->is_realizer || (l->next && e->request->entries[l->next - 1].is_realizer);
}

static void open_list(struct encoder *e, struct level *l)
{
    l->escaped = !l->in_realizer && reads_as_path(e, l->v.list);
    if (l->escaped) {
        json_begin_object(&e->w);
        json_key(&e->w, STR("__list__"));
    }
    json_begin_array(&e->w);
    l->count = l->v.list->len;
}

static bool open_level(struct encoder *e, struct value v)
{
    struct level l = {.v = v, .in_realizer = in_realizer(e)};
    if (v.tag == VALUE_LIST) {
        open_list(e, &l);
    } else {
        json_begin_object(&e->w);
        l.count = v.tag == VALUE_RECORD ? record_count(v.record) : e->request->count;
    }
    vec_push(&e->stack, l);
    return !too_deep(e);
}

// ---- forms of configs that a user writes --------------------------------------------------------

static bool is_own_tag(struct str s)
{
    return str_eqz(s, "__promise__") || str_eqz(s, "__claim__");
}

// A list of Strs that is written as a config has a path: ["dref:…", "part"], ["__promise__", …].
static bool is_written_path(const struct encoder *e, const struct list *l, bool own)
{
    for (size_t i = 0; i < l->len; i++) {
        if (l->at[i].tag != VALUE_STR) return false;
        struct str s = string_str(e->ev, l->at[i].string);
        if (i == 0 ? !stage_is_dref(s) && !(own && is_own_tag(s)) : stage_is_dref(s)) return false;
    }
    return l->len > 1 || (l->len == 1 && own && is_own_tag(string_str(e->ev, l->at[0].string)));
}

static bool is_piece(const struct encoder *e, struct value v)
{
    switch ((enum value_tag)v.tag) {
    case VALUE_STR:
    case VALUE_TEXT:
    case VALUE_PATH:
    case VALUE_REF:
    case VALUE_PROMISE:
    case VALUE_CLAIM: return true;
    case VALUE_LIST: {
        const struct list *l = v.list;
        bool stage =
            l->len == 1 &&
            (l->at[0].tag == VALUE_STAGE ||
             (l->at[0].tag == VALUE_STR && stage_is_dref(string_str(e->ev, l->at[0].string))));
        return stage || is_written_path(e, l, true);
    }
    case VALUE_RECORD:
        return record_count(v.record) == 1 &&
               record_find(v.record, eval_sym(e->ev, STR("__paths__"))) != RECORD_NONE;
    default: return false;
    }
}

static bool malformed(struct encoder *e, const char *form, const char *why)
{
    const char *path = attribute(e);
    struct diag *d =
        eval_error(e->ev, attribute_span(e), "E0610", "the attribute `%s` of the %s is no `%s`: %s",
                   path, e->request->what, form, why);
    bool text = strcmp(form, "__text__") == 0;
    diag_note(d, "in a config, a record with this field alone stands for a %s",
              text ? "Text" : "list that begins with a stage");
    if (text)
        diag_help(d, "write the Text itself: \"…~{data / \"file\"}…\"");
    else
        diag_help(d, "write the list itself: [data, \"…\"]");
    return false;
}

static bool check_text_form(struct encoder *e, struct value pieces)
{
    struct arena *arena = &e->ev->o.sink->arena;
    if (pieces.tag != VALUE_LIST)
        return malformed(e, "__text__",
                         arena_printf(arena, "%s is no list of pieces",
                                      value_type_phrase((enum value_tag)pieces.tag)));
    for (size_t i = 0; i < pieces.list->len; i++) {
        struct value v = pieces.list->at[i];
        if (is_piece(e, v)) continue;
        return malformed(e, "__text__",
                         arena_printf(arena, "its element %zu is %s", i,
                                      value_type_phrase((enum value_tag)v.tag)));
    }
    return true;
}

// Who knows the forms of configs may write them; what only looks like one would be read as
// something else, or fail in the realizer's place.
static bool check_form(struct encoder *e, struct record *r)
{
    if (record_count(r) != 1 || !e->request || !e->request->is_identity || in_realizer(e))
        return true;
    struct str name = sym_str(e->ev->o.syms, r->shape->syms[0]);
    bool text = str_eqz(name, "__text__");
    if (!text && !str_eqz(name, "__list__")) return true;
    struct value v;
    if (!record_at(e->ev, r, 0, record_span(r, 0), &v)) return false;
    if (text) return check_text_form(e, v);
    return (v.tag == VALUE_LIST && is_written_path(e, v.list, false)) ||
           malformed(e, "__list__", "it is no list of a dref and Strs behind it");
}

static bool open_opaque(struct encoder *e, struct opaque *o)
{
    if (!open_level(e, o->data)) return false;
    vec_last(&e->stack).in_realizer = true;
    return true;
}

static void close_level(struct encoder *e)
{
    struct level l = vec_pop(&e->stack);
    if (l.v.tag == VALUE_LIST) json_end_array(&e->w);
    if (l.v.tag != VALUE_LIST || l.escaped) json_end_object(&e->w);
}

// A string that is a whole rref pins one realization, which is rarely meant.
static void warn_rref(struct encoder *e, struct str s)
{
    if (!e->request || !e->request->warn_rrefs || !stage_is_rref(s)) return;
    struct diag *d =
        diag_warning(e->ev->o.sink, attribute_span(e), "W0601",
                     "the attribute `%s` holds an rref, which makes no dependency", attribute(e));
    diag_help(d, "use the stage itself, and `exact([...])` as its matcher to pin a realization");
}

static bool write_value(struct encoder *e, struct value v)
{
    switch ((enum value_tag)v.tag) {
    case VALUE_NULL: json_nil(&e->w); return true;
    case VALUE_BOOL: json_bool(&e->w, v.boolean); return true;
    case VALUE_INT: json_int(&e->w, v.integer); return true;
    case VALUE_FLOAT: json_float(&e->w, v.real); return true;
    case VALUE_STR: {
        struct str s = string_str(e->ev, v.string);
        json_str(&e->w, s);
        warn_rref(e, s);
        return true;
    }
    case VALUE_TEXT: return write_text(e, v.text);
    case VALUE_PATH: return write_path(e, v.path);
    case VALUE_STAGE:
        add_dep(e, v.stage);
        json_str(&e->w, v.stage->dref);
        return true;
    case VALUE_REF:
    case VALUE_PROMISE:
    case VALUE_CLAIM: return write_ref(e, v);
    case VALUE_FN: return refuse_fn(e);
    case VALUE_MATCHER:
    case VALUE_KEY:
    case VALUE_REALIZER:
        if (e->request && e->request->is_identity) return refuse_opaque(e, v);
        // The number of a key's function is for the engine: it depends on what was evaluated
        // before.
        if (!e->request && v.tag == VALUE_KEY && v.opaque->fn.tag == VALUE_FN) return refuse_fn(e);
        return open_opaque(e, v.opaque);
    case VALUE_RECORD: return check_form(e, v.record) && open_level(e, v);
    case VALUE_LIST: return open_level(e, v);
    case VALUE_THUNK:
    case VALUE_FAILED: break;
    }
    BUG("encoding tag %d", v.tag);
}

static void write_done(struct encoder *e, const struct encode_done *done)
{
    json_written(&e->w, done->text);
    for (size_t i = 0; i < done->dep_count; i++) add_dep(e, done->deps[i]);
}

static bool take_element(struct encoder *e, struct level *l, struct value *out)
{
    size_t i = l->next++;
    if (l->v.tag == VALUE_LIST) {
        *out = l->v.list->at[i];
        return true;
    }
    if (l->v.tag == VALUE_NULL) {
        const struct encode_entry *en = &e->request->entries[i];
        json_key(&e->w, en->key);
        *out = en->value;
        return value_force(e->ev, out, en->span);
    }
    struct record *r = l->v.record;
    uint32_t index = shape_order(e->ev, r->shape)[i];
    json_key(&e->w, sym_str(e->ev->o.syms, r->shape->syms[index]));
    struct span span = record_span(r, index);
    return record_at(e->ev, r, index, span.source ? span : e->span, out);
}

// Of the element that was taken last.
static const struct encode_done *done_before(const struct encoder *e, const struct level *l)
{
    return l->v.tag == VALUE_NULL ? e->request->entries[l->next - 1].done : NULL;
}

// Indentation makes deep values long: their text is bounded too.
static bool too_long(struct encoder *e)
{
    return !eval_output_limit(e->ev, e->w.out->len, "the JSON text", e->span);
}

static bool encode_rest(struct encoder *e)
{
    while (e->stack.len > 0) {
        struct level *l = &vec_last(&e->stack);
        struct value v;
        if (l->next == l->count) {
            close_level(e);
            continue;
        }
        if (!tick(e->ev, e->span) || !take_element(e, l, &v)) return false;
        const struct encode_done *done = done_before(e, l);
        if (done)
            write_done(e, done);
        else if (!write_value(e, v))
            return false;
        if (too_long(e)) return false;
    }
    return true;
}

bool encode_object(struct eval *ev, const struct encode_request *request, struct buf *out,
                   struct encode_deps *deps)
{
    struct encoder e = {
        .ev = ev, .request = request, .deps = deps, .span = request->span, .walk = ++ev->walk};
    json_writer_init(&e.w, out, false);
    bool ok = open_level(&e, value_null()) && encode_rest(&e);
    json_writer_free(&e.w); // after an error it is still inside of something
    vec_free(&e.stack);
    return ok;
}

struct encode_job {
    struct value v;
    bool compact;
    struct span span;
    struct buf *out;
};

static bool run_job(struct eval *ev, void *ctx)
{
    struct encode_job *job = ctx;
    struct encoder e = {.ev = ev, .span = job->span};
    json_writer_init(&e.w, job->out, job->compact);
    bool ok = value_force(ev, &job->v, job->span) && write_value(&e, job->v) && encode_rest(&e);
    json_writer_free(&e.w); // after an error it is still inside of something
    vec_free(&e.stack);
    return ok;
}

bool value_encode(struct eval *ev, struct value v, bool compact, struct buf *out)
{
    struct encode_job job = {.v = v, .compact = compact, .out = out};
    return machine_run(ev, run_job, &job);
}

bool eval_to_json(struct eval *ev, struct value v, bool compact, struct span span,
                  struct value *out)
{
    struct buf text = BUF_INIT;
    struct encode_job job = {.v = v, .compact = compact, .span = span, .out = &text};
    bool ok = machine_run(ev, run_job, &job) && eval_string_limit(ev, text.len, span);
    if (ok) *out = value_str_copy(ev, buf_str(&text));
    buf_free(&text);
    return ok;
}
