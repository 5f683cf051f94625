#include "eval/stage_value.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/path.h"
#include "eval/interp.h"

#define NAME_MAX_BYTES 200 // store/ref.h

static const char *const option_names[OPTION_COUNT] = {
    [OPTION_CHECK_PROMISES] = "check_promises",
    [OPTION_OUTPUTS] = "outputs",
    [OPTION_PASSENV] = "passenv",
    [OPTION_RESOURCES] = "resources",
    [OPTION_RETRY] = "retry",
    [OPTION_SILENT_TIMEOUT] = "silent_timeout",
    [OPTION_TIMEOUT] = "timeout",
};

// Realizers, matchers and options repeat from stage to stage: each text is kept once, and equal
// ones are one pointer.
static struct str shared_text(struct eval *ev, struct str text)
{
    const struct str *have = map_get(&ev->texts, text);
    if (have) return *have;
    struct str *own = value_alloc(ev, sizeof(*own));
    *own = arena_str(&ev->arena, text);
    (void)map_set(&ev->texts, *own, own);
    return *own;
}

// ---- texts --------------------------------------------------------------------------------------

struct entries {
    struct encode_entry *at;
    size_t len;
    size_t cap;
};

static void add_record(struct eval *ev, struct entries *e, struct record *r)
{
    const uint32_t *order = shape_order(ev, r->shape);
    for (size_t i = 0; i < record_count(r); i++)
        vec_push(e,
                 (struct encode_entry){sym_str(ev->o.syms, r->shape->syms[order[i]]),
                                       r->fields[order[i]], record_span(r, order[i]), NULL, false});
}

// Adds where the order wants it. False if there is one already.
static bool add_sorted(struct entries *e, struct encode_entry entry)
{
    size_t i = e->len;
    while (i > 0 && str_cmp(e->at[i - 1].key, entry.key) > 0) i--;
    if (i > 0 && str_eq(e->at[i - 1].key, entry.key)) return false;
    vec_push(e, entry);
    for (size_t k = e->len - 1; k > i; k--) e->at[k] = e->at[k - 1];
    e->at[i] = entry;
    return true;
}

static bool is_default(enum stage_option o, struct value v)
{
    switch (o) {
    case OPTION_CHECK_PROMISES: return v.boolean;
    case OPTION_OUTPUTS: return v.integer == 1;
    case OPTION_RETRY: return v.integer == 0;
    case OPTION_PASSENV: return v.list->len == 0;
    case OPTION_RESOURCES: return v.tag == VALUE_NULL || record_count(v.record) == 0;
    default: return v.tag == VALUE_NULL;
    }
}

static bool options_text(struct eval *ev, const struct stage_request *q, struct str *out)
{
    struct entries e = {0};
    for (int o = 0; o < OPTION_COUNT; o++)
        if (!is_default((enum stage_option)o, q->options[o]))
            vec_push(&e, (struct encode_entry){.key = str_from(option_names[o]),
                                               .value = q->options[o],
                                               .span = q->span});
    *out = STR("{}");
    if (e.len == 0) return true;
    struct encode_request request = {
        .entries = e.at, .count = e.len, .what = "options", .span = q->span};
    struct buf text = BUF_INIT;
    bool ok = encode_object(ev, &request, &text, NULL);
    if (ok) *out = shared_text(ev, buf_str(&text));
    buf_free(&text);
    vec_free(&e);
    return ok;
}

static const struct encode_done *keep_done(struct eval *ev, struct str text,
                                           const struct encode_deps *deps)
{
    struct encode_done *done = value_alloc(ev, sizeof(*done));
    done->text = shared_text(ev, text);
    done->dep_count = deps->len;
    if (deps->len) {
        done->deps = value_alloc(ev, deps->len * sizeof(*done->deps));
        memcpy(done->deps, deps->at, deps->len * sizeof(*done->deps));
    }
    return done;
}

static bool matcher_text(struct eval *ev, struct value matcher, struct span span, struct str *out)
{
    struct opaque *o = matcher.opaque;
    if (!o->done) {
        struct entries e = {0};
        add_record(ev, &e, o->data.record);
        struct encode_request request = {
            .entries = e.at, .count = e.len, .what = "matcher", .span = span};
        struct encode_deps none = {0};
        struct buf text = BUF_INIT;
        if (encode_object(ev, &request, &text, NULL))
            o->done = keep_done(ev, buf_str(&text), &none);
        buf_free(&text);
        vec_free(&e);
    }
    if (o->done) *out = o->done->text;
    return o->done != NULL;
}

// The realizer's fields, with `outputs` where it is not 1.
static void realizer_entries(struct eval *ev, const struct stage_request *q, struct entries *e)
{
    add_record(ev, e, q->realizer.opaque->data.record);
    struct value outputs = q->options[OPTION_OUTPUTS];
    if (outputs.integer == 1) return;
    struct encode_entry entry = {.key = STR("outputs"), .value = outputs, .span = q->span};
    if (!add_sorted(e, entry)) BUG("a realizer says itself how many outputs it has");
}

// Null after a report.
static const struct encode_done *realizer_done(struct eval *ev, const struct stage_request *q)
{
    struct opaque *o = q->realizer.opaque;
    bool single = q->options[OPTION_OUTPUTS].integer == 1;
    if (single && o->done) return o->done;
    const struct encode_done *done = NULL;
    struct entries e = {0};
    struct encode_deps deps = {0};
    struct buf text = BUF_INIT;
    realizer_entries(ev, q, &e);
    struct encode_request request = {.entries = e.at,
                                     .count = e.len,
                                     .what = "realizer",
                                     .span = q->span,
                                     .is_identity = true,
                                     .is_realizer = true};
    if (encode_object(ev, &request, &text, &deps)) done = keep_done(ev, buf_str(&text), &deps);
    if (single) o->done = done;
    buf_free(&text);
    vec_free(&deps);
    vec_free(&e);
    return done;
}

// The realizer as a value inside the config.
static struct value realizer_value(struct eval *ev, const struct stage_request *q)
{
    struct record *r = q->realizer.opaque->data.record;
    if (q->options[OPTION_OUTPUTS].integer == 1) return value_record(r);
    size_t count = record_count(r);
    struct field *fields = bug_malloc((count + 1) * sizeof(*fields));
    for (uint32_t i = 0; i < count; i++)
        fields[i] = (struct field){r->shape->syms[i], r->fields[i], record_span(r, i)};
    fields[count] =
        (struct field){eval_sym(ev, STR("outputs")), q->options[OPTION_OUTPUTS], SPAN_NONE};
    struct record *with = record_new(ev, fields, count + 1, NULL);
    free(fields);
    return value_record(with);
}

// A warning about an rref names the attribute of the config, which the realizer by itself has not.
static bool may_hold_rref(struct str text)
{
    return memmem(text.p, text.len, "\"rref:", 6) != NULL;
}

static bool config_text(struct eval *ev, const struct stage_request *q,
                        const struct encode_done *realizer, struct buf *text,
                        struct encode_deps *deps)
{
    struct entries e = {0};
    add_record(ev, &e, q->config);
    bool ok = true;
    struct encode_entry entry = {.key = STR("__realizer__"), .span = q->span, .done = realizer};
    if (q->hash_realizer && may_hold_rref(realizer->text))
        entry = (struct encode_entry){entry.key, realizer_value(ev, q), q->span, NULL, true};
    if (q->hash_realizer && !add_sorted(&e, entry)) {
        uint32_t i = record_find(q->config, eval_sym(ev, STR("__realizer__")));
        struct span at = record_span(q->config, i);
        eval_error(
            ev, at.source ? at : q->span, "E0608",
            "the attribute `__realizer__` is where the realizer goes, so a config cannot have it");
        ok = false;
    }
    struct encode_request request = {.entries = e.at,
                                     .count = e.len,
                                     .what = "config",
                                     .span = q->span,
                                     .warn_rrefs = true,
                                     .is_identity = true};
    ok = ok && encode_object(ev, &request, text, deps);
    vec_free(&e);
    return ok;
}

// ---- checks -------------------------------------------------------------------------------------

bool stage_name_valid(struct str s)
{
    if (s.len == 0 || s.len > NAME_MAX_BYTES) return false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0x80 || !(isalnum(c) || c == '_' || c == '-')) return false;
    }
    return true;
}

// HASH- at a place of the text.
static bool is_hash(struct str s, size_t from)
{
    for (size_t i = from; i < from + 32; i++)
        if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f'))) return false;
    return s.p[from + 32] == '-';
}

bool stage_is_dref(struct str s)
{
    return str_starts_with(s, STR("dref:")) && s.len > 38 && is_hash(s, 5) &&
           stage_name_valid((struct str){s.p + 38, s.len - 38});
}

bool stage_is_rref(struct str s)
{
    return str_starts_with(s, STR("rref:")) && s.len > 71 && is_hash(s, 5) && is_hash(s, 38) &&
           stage_name_valid((struct str){s.p + 71, s.len - 71});
}

bool stage_path_reserved(struct str path)
{
    static const char *const names[] = {"context.json", "__buildtime__.txt", "__meta__.json",
                                        "__log__.txt"};
    const char *slash = path.len ? memchr(path.p, '/', path.len) : NULL;
    struct str top = {path.p, slash ? (size_t)(slash - path.p) : path.len};
    for (size_t i = 0; i < LEN(names); i++)
        if (str_eqz(top, names[i])) return true;
    return false;
}

static bool check_name(struct eval *ev, const struct stage_request *q, struct str *name)
{
    *name = STR("unnamed");
    uint32_t i = record_find(q->config, eval_sym(ev, STR("name")));
    if (i == RECORD_NONE) return true;
    struct span at = record_span(q->config, i).source ? record_span(q->config, i) : q->span;
    struct value v;
    if (!record_at(ev, q->config, i, at, &v)) return false;
    if (v.tag != VALUE_STR) {
        eval_error(ev, at, "E0602", "a stage's name is a Str, not %s", value_type_phrase(v.tag));
        return false;
    }
    *name = string_str(ev, v.string);
    if (stage_name_valid(*name)) return true;
    struct buf shown = BUF_INIT;
    if (!eval_show(ev, v, 80, &shown)) buf_clear(&shown);
    struct diag *d = eval_error(ev, at, "E0602", "%s is no name for a stage", buf_z(&shown));
    diag_note(d, "a name is 1 to %d letters, digits, `_` and `-`", NAME_MAX_BYTES);
    buf_free(&shown);
    return false;
}

static bool whole_number(struct eval *ev, const struct stage_request *q, enum stage_option o,
                         int64_t least, int64_t most)
{
    int64_t value = q->options[o].integer;
    if (value >= least && value <= most) return true;
    bool few = value < least;
    eval_error(ev, q->span, "E0609", "`%s` of a stage is at %s %lld, not %lld", option_names[o],
               few ? "least" : "most", (long long)(few ? least : most), (long long)value);
    return false;
}

// A number, or a Str like "8G": digits, perhaps a fraction, perhaps a binary unit.
static bool is_amount(struct eval *ev, struct value v)
{
    if (v.tag == VALUE_INT) return v.integer >= 0;
    if (v.tag == VALUE_FLOAT) return v.real >= 0;
    if (v.tag != VALUE_STR) return false;
    struct str s = string_str(ev, v.string);
    size_t i = 0, digits = 0;
    bool point = false;
    for (; i < s.len && ((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] == '.' && !point)); i++) {
        point = point || s.p[i] == '.';
        digits += s.p[i] != '.';
    }
    if (i < s.len && memchr("KMGT", s.p[i], 4)) i++;
    return digits > 0 && i == s.len;
}

static bool check_resources(struct eval *ev, const struct stage_request *q)
{
    struct value resources = q->options[OPTION_RESOURCES];
    if (resources.tag != VALUE_RECORD) return true;
    struct record *r = resources.record;
    for (uint32_t i = 0; i < record_count(r); i++) {
        struct span at = record_span(r, i);
        struct value v;
        if (!record_at(ev, r, i, at.source ? at : q->span, &v)) return false;
        if (is_amount(ev, v)) continue;
        struct diag *d = eval_error(ev, at.source ? at : q->span, "E0609",
                                    "the resource `%s` of a stage is no amount",
                                    sym_z(ev->o.syms, r->shape->syms[i]));
        diag_help(d, "an amount is a number that is not negative, or a Str like \"8G\"");
        return false;
    }
    return true;
}

static bool positive_time(struct eval *ev, const struct stage_request *q, enum stage_option option)
{
    struct value v = q->options[option];
    bool bad = (v.tag == VALUE_INT && v.integer <= 0) || (v.tag == VALUE_FLOAT && v.real <= 0);
    if (bad)
        eval_error(ev, q->span, "E0609", "`%s` of a stage is more than 0 seconds",
                   option_names[option]);
    return !bad;
}

static bool check_options(struct eval *ev, const struct stage_request *q)
{
    if (!check_resources(ev, q)) return false;
    if (!whole_number(ev, q, OPTION_OUTPUTS, 1, STAGE_OUTPUTS_MAX) ||
        !whole_number(ev, q, OPTION_RETRY, 0, INT64_MAX))
        return false;
    if (!positive_time(ev, q, OPTION_TIMEOUT) || !positive_time(ev, q, OPTION_SILENT_TIMEOUT))
        return false;
    struct list *passenv = q->options[OPTION_PASSENV].list;
    for (size_t i = 0; i < passenv->len; i++) {
        if (passenv->at[i].tag == VALUE_STR) continue;
        eval_error(ev, q->span, "E0609",
                   "`passenv` of a stage is a list of Str, and element %zu is %s", i,
                   value_type_phrase(passenv->at[i].tag));
        return false;
    }
    return true;
}

// Without the realizer in the config, what it refers to must be there by itself, or it would not be
// realized before.
static bool check_realizer_deps(struct eval *ev, const struct stage_request *q,
                                const struct encode_deps *config,
                                const struct encode_done *realizer)
{
    if (q->hash_realizer) return true;
    bool ok = true;
    for (size_t i = 0; i < realizer->dep_count; i++) {
        bool found = false;
        for (size_t k = 0; k < config->len && !found; k++)
            found = str_eq(config->at[k]->dref, realizer->deps[i]->dref);
        if (found) continue;
        struct diag *d = eval_error(ev, q->span, "E0604",
                                    "the realizer uses `" STR_FMT "`, which is not in the config",
                                    STR_ARG(realizer->deps[i]->name));
        diag_note(d, "with hash_realizer = false the config alone says what the stage depends on");
        diag_help(d, "make it an attribute of the stage, or leave hash_realizer = false out");
        ok = false;
    }
    return ok;
}

struct span stage_call_span(struct eval *ev, struct span call)
{
    if (!eval_in_std(ev, call)) return call;
    for (const struct frame *f = ev->frame; f; f = f->parent)
        if (f->call.source && !eval_in_std(ev, f->call)) return f->call;
    return call;
}

// Messages about a stage point at `stage` in `stage(…)`: the arguments may be many lines, and are
// not what is meant.
static struct span head_of_call(const struct eval *ev, struct span call)
{
    const struct source *source = sources_get(ev->o.sources, call.source);
    if (!source) return call;
    struct span head = {call.source, call.start, call.start};
    while (head.end < call.end && !strchr("(\n", source->text.p[head.end])) head.end++;
    return head.end > head.start ? head : call;
}

// ---- making -------------------------------------------------------------------------------------

// A dependency's dref says nothing of its matcher or of a realizer that is not hashed. Its stage
// does: for all that is equal there is one.
static bool same_deps(const struct stage *s, const struct encode_deps *deps)
{
    if (s->dep_count != deps->len) return false;
    for (size_t i = 0; i < deps->len; i++)
        if (s->deps[i] != deps->at[i]) return false;
    return true;
}

static struct stage *find_equal(struct stage_info *first, const struct stage *s,
                                const struct encode_deps *deps)
{
    for (struct stage_info *i = first; i; i = i->next)
        if (i->s.matcher.p == s->matcher.p && i->s.realizer.p == s->realizer.p &&
            i->s.options.p == s->options.p && same_deps(&i->s, deps))
            return &i->s;
    return NULL;
}

static struct stage *add_stage(struct eval *ev, const struct stage_info *made,
                               struct stage_info *first)
{
    struct stage_info *info = value_alloc(ev, sizeof(*info));
    *info = *made;
    info->s.config_value = info;
    if (first) {
        info->next = first->next;
        first->next = info;
    } else {
        (void)map_set(&ev->stages, info->s.dref, info);
    }
    vec_push(&ev->stage_list, &info->s);
    return &info->s;
}

// The first of the stages that share a dref stands for all of them.
static struct stage_info *known_dref(struct eval *ev, struct str dref)
{
    return map_get(&ev->stages, dref);
}

// Drefs in the text behind which no dependency stands: a stage of this evaluation may still have
// them.
static void add_text_deps(struct eval *ev, struct stage *s, const struct str *drefs, size_t count,
                          struct encode_deps *deps)
{
    uint32_t walk = ++ev->walk;
    for (size_t i = 0; i < deps->len; i++) {
        struct stage_info *info = known_dref(ev, deps->at[i]->dref);
        if (info) info->walk = walk; // a key function's realization is not known
    }
    VEC(struct str) foreign = {0};
    for (size_t i = 0; i < count; i++) {
        struct stage_info *info = known_dref(ev, drefs[i]);
        if (!info)
            vec_push(&foreign, arena_str(&ev->arena, drefs[i]));
        else if (info->walk != walk)
            vec_push(deps, &info->s);
    }
    if (foreign.len > 0) {
        s->dref_dep_count = foreign.len;
        s->dref_deps = value_alloc(ev, foreign.len * sizeof(*s->dref_deps));
        memcpy(s->dref_deps, foreign.at, foreign.len * sizeof(*s->dref_deps));
    }
    vec_free(&foreign);
}

static bool derive(struct eval *ev, struct str config, struct stage *s, struct span span,
                   struct encode_deps *deps)
{
    struct str *drefs = NULL;
    size_t count = 0;
    const struct diag *before = ev->o.sink->last;
    const struct eval_host *host = ev->o.host;
    struct arena_mark mark = arena_mark(&ev->host_arena);
    bool ok = host->derive(host->ctx, &ev->host_arena, config, span, ev->o.sink, &s->dref, &drefs,
                           &count);
    if (ok) {
        const struct stage_info *known = known_dref(ev, s->dref);
        s->dref = known ? known->s.dref : arena_str(&ev->arena, s->dref);
        add_text_deps(ev, s, drefs, count, deps);
    } else {
        eval_trace_last(ev, before);
    }
    arena_reset(&ev->host_arena, mark);
    return ok;
}

static void set_deps(struct eval *ev, struct stage *s, const struct encode_deps *deps)
{
    s->dep_count = deps->len;
    s->deps = value_alloc(ev, deps->len * sizeof(*s->deps));
    if (deps->len) memcpy(s->deps, deps->at, deps->len * sizeof(*s->deps));
}

static bool make(struct eval *ev, const struct stage_request *q, struct stage_info *made,
                 struct buf *text, struct encode_deps *deps)
{
    struct stage *s = &made->s;
    if (!check_options(ev, q) || !check_name(ev, q, &s->name) ||
        !options_text(ev, q, &s->options) || !matcher_text(ev, q->matcher, q->span, &s->matcher))
        return false;
    const struct encode_done *realizer = realizer_done(ev, q);
    if (!realizer || !config_text(ev, q, realizer, text, deps)) return false;
    s->realizer = realizer->text;
    return check_realizer_deps(ev, q, deps, realizer) &&
           derive(ev, buf_str(text), s, q->span, deps);
}

struct stage *stage_make(struct eval *ev, const struct stage_request *q)
{
    struct stage_info made = {.config = q->config,
                              .matcher = q->matcher,
                              .realizer = q->realizer,
                              .hash_realizer = q->hash_realizer};
    memcpy(made.options, q->options, sizeof(made.options));
    made.s.span = head_of_call(ev, q->span);
    struct encode_deps deps = {0};
    struct buf text = ev->scratch; // lent, so that stages share its memory
    ev->scratch = BUF_INIT;
    struct stage *result = NULL;
    if (make(ev, q, &made, &text, &deps)) {
        struct stage_info *first = map_get(&ev->stages, made.s.dref);
        result = first && q->is_source ? &first->s : find_equal(first, &made.s, &deps);
        if (!result) {
            made.s.config = first ? first->s.config : arena_str(&ev->arena, buf_str(&text));
            set_deps(ev, &made.s, &deps);
            result = add_stage(ev, &made, first);
        }
    }
    vec_free(&deps);
    buf_clear(&text);
    if (ev->scratch.p)
        buf_free(&text);
    else
        ev->scratch = text;
    return result;
}

struct stage *stage_again(struct eval *ev, const struct stage *s, struct value matcher,
                          struct value realizer, struct span span)
{
    struct stage_info made = *stage_info(s);
    made.next = NULL;
    made.walk = 0;
    made.s.mark = 0;
    made.s.span = head_of_call(ev, span);
    struct stage_request q = {.config = made.config,
                              .matcher = matcher.tag == VALUE_NULL ? made.matcher : matcher,
                              .realizer = realizer.tag == VALUE_NULL ? made.realizer : realizer,
                              .hash_realizer = false,
                              .span = span};
    memcpy(q.options, made.options, sizeof(q.options));
    made.matcher = q.matcher;
    made.realizer = q.realizer;
    if (!matcher_text(ev, q.matcher, span, &made.s.matcher)) return NULL;
    struct encode_deps config = {.at = s->deps, .len = s->dep_count};
    if (realizer.tag != VALUE_NULL) {
        const struct encode_done *used = realizer_done(ev, &q);
        if (!used || !check_realizer_deps(ev, &q, &config, used)) return NULL;
        made.s.realizer = used->text;
    }
    struct stage_info *first = map_get(&ev->stages, s->dref);
    struct stage *same = find_equal(first, &made.s, &config);
    return same ? same : add_stage(ev, &made, first);
}

// ---- sources ------------------------------------------------------------------------------------

struct str stage_path_name(const struct path_value *path)
{
    return path_base(path->path.p);
}

// A stage's name may hold fewer characters than a file's.
static struct str sanitised(struct eval *ev, struct str file)
{
    struct buf name = BUF_INIT;
    for (size_t i = 0; i < file.len && name.len < NAME_MAX_BYTES; i++) {
        unsigned char c = (unsigned char)file.p[i];
        if ((c & 0xc0) == 0x80) continue; // one _ for each code point
        buf_addc(&name, c < 0x80 && (isalnum(c) || c == '_' || c == '-') ? (char)c : '_');
    }
    struct str s = name.len ? arena_str(&ev->arena, buf_str(&name)) : STR("source");
    buf_free(&name);
    return s;
}

static struct value opaque_of(struct eval *ev, enum value_tag tag, struct field *fields,
                              size_t count)
{
    struct opaque *o = value_alloc(ev, sizeof(*o));
    o->data = value_record(record_new(ev, fields, count, NULL));
    return (struct value){.tag = (uint8_t)tag, .opaque = o};
}

static struct field field_of(struct eval *ev, const char *name, struct value v)
{
    return (struct field){.name = eval_sym(ev, str_from(name)), .value = v};
}

static void source_options(struct eval *ev, struct stage_request *q)
{
    struct field keys[] = {
        field_of(ev, "keys", value_list(list_new(ev, 0))),
        field_of(ev, "rmin", value_int(1)),
        field_of(ev, "rmax", value_int(1)),
        field_of(ev, "exclusive", value_bool(true)),
    };
    q->matcher = opaque_of(ev, VALUE_MATCHER, keys, LEN(keys));
    q->options[OPTION_CHECK_PROMISES] = value_bool(true);
    q->options[OPTION_OUTPUTS] = value_int(1);
    q->options[OPTION_RETRY] = value_int(0);
    q->options[OPTION_PASSENV] = value_list(list_new(ev, 0));
}

static struct str *pattern_texts(struct eval *ev, struct list *patterns, size_t *count)
{
    *count = patterns ? patterns->len : 0;
    struct str *texts = value_alloc(ev, *count * sizeof(*texts) + 1);
    for (size_t i = 0; i < *count; i++) texts[i] = string_str(ev, patterns->at[i].string);
    return texts;
}

static bool hash_source(struct eval *ev, struct path_value *path, struct list *include,
                        struct list *exclude, struct span span, struct str *hash)
{
    size_t include_count, exclude_count;
    struct str *in = pattern_texts(ev, include, &include_count);
    struct str *out = pattern_texts(ev, exclude, &exclude_count);
    const struct eval_host *host = ev->o.host;
    const struct diag *before = ev->o.sink->last;
    if (host->hash_source(host->ctx, &ev->arena, path->path.p, in, include_count, out,
                          exclude_count, span, ev->o.sink, hash))
        return true;
    eval_trace_last(ev, before);
    return false;
}

struct stage *stage_of_folder(struct eval *ev, struct path_value *path, struct list *include,
                              struct list *exclude, struct span span)
{
    struct str hash, file = stage_path_name(path), name = sanitised(ev, file);
    if (!hash_source(ev, path, include, exclude, span, &hash)) return NULL;
    struct field config[3] = {field_of(ev, "name", value_str(ev, name)),
                              field_of(ev, "source", value_str(ev, hash))};
    // The file keeps its name in the realization, so a name that differs from the stage's is part
    // of the identity.
    bool renamed = !str_eq(file, name);
    if (renamed) config[2] = field_of(ev, "file", value_str(ev, file));
    struct field realizer[5] = {
        field_of(ev, "kind", value_strz(ev, "source")),
        field_of(ev, "path", value_str(ev, path->path)),
        field_of(ev, "hash", value_str(ev, hash)),
    };
    size_t fields = 3;
    if (include && include->len) realizer[fields++] = field_of(ev, "include", value_list(include));
    if (exclude && exclude->len) realizer[fields++] = field_of(ev, "exclude", value_list(exclude));
    struct stage_request q = {
        .config = record_new(ev, config, renamed ? 3 : 2, NULL), .span = span, .is_source = true};
    q.realizer = opaque_of(ev, VALUE_REALIZER, realizer, fields);
    source_options(ev, &q);
    return stage_make(ev, &q);
}

struct stage *stage_of_path(struct eval *ev, struct path_value *path, struct span span)
{
    if (path->source) return path->source;
    path->source = map_get(&ev->sources, path->path);
    if (path->source) return path->source;
    path->source = stage_of_folder(ev, path, NULL, NULL, span);
    if (path->source) (void)map_set(&ev->sources, path->path, path->source);
    return path->source;
}

// ---- attributes ---------------------------------------------------------------------------------

struct record *stage_config(const struct stage *s)
{
    return stage_info(s)->config;
}

static bool holds_promise(struct value v);

static bool any_promise(struct value v)
{
    if (v.tag == VALUE_LIST) {
        for (size_t i = 0; i < v.list->len; i++)
            if (holds_promise(v.list->at[i])) return true;
    } else {
        for (uint32_t i = 0; i < record_count(v.record); i++)
            if (holds_promise(v.record->fields[i])) return true;
    }
    return false;
}

static bool holds_promise(struct value v)
{
    if (v.tag == VALUE_PROMISE || v.tag == VALUE_CLAIM) return true;
    return (v.tag == VALUE_LIST || v.tag == VALUE_RECORD) && any_promise(v);
}

// The value with Refs into `s` for promises. Configs were forced and encoded, so their depth is
// within the limit of calls.
static struct value resolved(struct eval *ev, struct stage *s, struct value v)
{
    if (v.tag == VALUE_PROMISE || v.tag == VALUE_CLAIM) {
        struct ref_value *r = value_alloc(ev, sizeof(*r));
        *r = *v.ref;
        r->stage = s;
        return (struct value){.tag = VALUE_REF, .ref = r};
    }
    if (!holds_promise(v)) return v;
    if (v.tag == VALUE_LIST) {
        struct list *l = list_new(ev, v.list->len);
        for (size_t i = 0; i < l->len; i++) l->at[i] = resolved(ev, s, v.list->at[i]);
        return value_list(l);
    }
    struct record *r = record_like(ev, v.record);
    for (uint32_t i = 0; i < record_count(r); i++)
        r->fields[i] = resolved(ev, s, v.record->fields[i]);
    return value_record(r);
}

struct value stage_attr(struct eval *ev, struct stage *s, sym name, struct span span)
{
    struct record *config = stage_config(s);
    uint32_t i = record_find(config, name);
    if (i == RECORD_NONE) return (struct value){.tag = VALUE_THUNK};
    struct value v;
    if (!record_at(ev, config, i, span, &v)) return value_failed();
    return resolved(ev, s, v);
}
