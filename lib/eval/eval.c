#include "eval/eval.h"

#include <stdlib.h>

#include "base/path.h"
#include "eval/check.h"
#include "eval/contract_resolve.h"
#include "eval/interp.h"
#include "eval/limit.h"
#include "eval/module.h"
#include "eval/param.h"
#include "eval/resolve.h"
#include "eval/stage_value.h"
#include "eval/test_report.h"
#include "syntax/parse.h"

// ---- life ---------------------------------------------------------------------------------------

static void default_limits(struct eval_limits *l)
{
    if (l->call_depth == 0) l->call_depth = EVAL_CALL_DEPTH;
    if (l->memory == 0) l->memory = EVAL_MEMORY;
    if (l->string_bytes == 0) l->string_bytes = EVAL_STRING_BYTES;
    if (l->list_items == 0) l->list_items = EVAL_LIST_ITEMS;
    if (l->string_bytes > UINT32_MAX / 2)
        l->string_bytes = UINT32_MAX / 2; // struct string counts in 32 bits
    if (l->list_items > UINT32_MAX / 2) l->list_items = UINT32_MAX / 2;
}

static bool load_std_job(struct eval *ev, void *ctx)
{
    (void)ctx;
    return module_load_std(ev);
}

struct eval *eval_new(const struct eval_options *options)
{
    struct eval *ev = bug_malloc(sizeof(*ev));
    *ev = (struct eval){.o = *options, .epoch = 1};
    default_limits(&ev->o.limits);
    ev->empty = arena_alloc(&ev->host_arena, sizeof(*ev->empty)); // and resets keep its first chunk
    ev->empty->p = "";
    ev->empty->chars = 1;
    if (!machine_init(ev) || !machine_run(ev, load_std_job, NULL)) {
        eval_free(ev);
        return NULL;
    }
    return ev;
}

void eval_free(struct eval *ev)
{
    if (!ev) return;
    vec_each (def, &ev->def_list) module_def_free(*def);
    vec_free(&ev->def_list);
    vec_free(&ev->sym_values);
    vec_free(&ev->globals);
    vec_free(&ev->local_of);
    vec_free(&ev->loading);
    vec_free(&ev->stage_list);
    vec_free(&ev->key_functions);
    vec_free(&ev->key_spans);
    symmap_free(&ev->global_index);
    map_free(&ev->defs);
    map_free(&ev->stages);
    map_free(&ev->texts);
    map_free(&ev->key_ids);
    map_free(&ev->sources);
    buf_free(&ev->scratch);
    machine_free(ev);
    arena_free(&ev->host_arena);
    arena_free(&ev->arena);
    free(ev);
}

void eval_forget_errors(struct eval *ev)
{
    ev->epoch++;
}

size_t eval_memory(const struct eval *ev)
{
    return arena_used(&ev->arena);
}

// ---- modules ------------------------------------------------------------------------------------

struct load_job {
    const struct str *text; // null: read the file
    const char *path;
    const char *name;
    const struct eval_set *sets;
    size_t set_count;
    bool open;
    struct module *out;
};

static bool load_job(struct eval *ev, void *ctx)
{
    struct load_job *job = ctx;
    struct str path = str_from(job->path);
    bool is_std = str_starts_with(path, STR("std/"));
    if (!is_std) path = str_from(path_normalize(&ev->arena, job->path));
    if (!ev->root_dir && !is_std) {
        ev->root_dir = path_dir(&ev->arena, path.p);
        const char *dir = path_dir(&ev->arena, job->name);
        ev->root_name_dir = strcmp(dir, ".") == 0 || job->name[0] == '<' ? "" : dir;
    }
    struct module_def *def = job->text ? module_def_text(ev, *job->text, path, job->name, NULL)
                                       : module_def_load(ev, path, SPAN_NONE);
    if (!def) return false;
    if (def->is_json) {
        eval_error(ev, SPAN_NONE, "E0309", "%s is data, not a module", job->name);
        return false;
    }
    job->out = param_instance(ev, def, job->sets, job->set_count, job->open);
    return job->out != NULL;
}

struct module *eval_load(struct eval *ev, const char *path, const char *name,
                         const struct eval_set *sets, size_t set_count)
{
    struct load_job job = {.path = path, .name = name, .sets = sets, .set_count = set_count};
    return machine_run(ev, load_job, &job) ? job.out : NULL;
}

struct module *eval_load_open(struct eval *ev, const char *path, const char *name)
{
    struct load_job job = {.path = path, .name = name, .open = true};
    return machine_run(ev, load_job, &job) ? job.out : NULL;
}

struct module *eval_load_text(struct eval *ev, struct str text, const char *path, const char *name,
                              const struct eval_set *sets, size_t set_count)
{
    struct load_job job = {
        .text = &text, .path = path, .name = name, .sets = sets, .set_count = set_count};
    return machine_run(ev, load_job, &job) ? job.out : NULL;
}

struct str module_doc(const struct module *m)
{
    return m->def->doc;
}

static bool check_job(struct eval *ev, void *ctx)
{
    check_report(ev, ((struct module *)ctx)->def);
    return true;
}

static bool check_broken_job(struct eval *ev, void *ctx)
{
    struct module_def *def = map_get(&ev->defs, str_from(path_normalize(&ev->arena, ctx)));
    if (def && def->state == DEF_BROKEN && def->is_whole) check_errors(ev, def);
    return true;
}

void eval_check(struct eval *ev, struct module *m)
{
    (void)!machine_run(ev, check_job, m);
}

void eval_check_broken(struct eval *ev, const char *path)
{
    (void)!machine_run(ev, check_broken_job, (void *)(uintptr_t)path);
}

// ---- evaluating ---------------------------------------------------------------------------------

struct eval_job {
    struct module *module;
    struct str text;
    const char *name;
    struct value value;
    const struct module_item *test;
    bool passed;
};

static bool module_job(struct eval *ev, void *ctx)
{
    struct eval_job *job = ctx;
    return module_record(ev, job->module, &job->value);
}

bool eval_module(struct eval *ev, struct module *m, struct value *out)
{
    struct eval_job job = {.module = m};
    bool ok = machine_run(ev, module_job, &job);
    *out = job.value;
    return ok;
}

// An expression as code in the scope of a module; null after reports.
static const struct code *expr_code(struct eval *ev, const struct eval_job *job)
{
    struct module_def *def = job->module->def;
    struct arena arena = ARENA_INIT;
    struct parse_limits limits = {.nesting = ev->o.limits.nesting};
    const struct source *source = sources_add(ev->o.sources, job->name, NULL, job->text);
    const struct expr *e = parse_expr(&arena, source, ev->o.syms, ev->o.sink, &limits);
    size_t imports = def->imports.len;
    const struct code *code = e ? resolve_expr(ev, def, e, source->id) : NULL;
    arena_free(&arena);
    bool ok = code && module_load_imports(ev, def, imports);
    ok = contract_link(ev, def) && ok;
    return ok ? code : NULL;
}

static bool expr_job(struct eval *ev, void *ctx)
{
    struct eval_job *job = ctx;
    const struct code *code = expr_code(ev, job);
    if (!code || !module_check_asserts(ev, job->module)) return false;
    job->value = interp_code(ev, code, job->module);
    return job->value.tag != VALUE_FAILED;
}

bool eval_expr(struct eval *ev, struct module *m, struct str text, const char *name,
               struct value *out)
{
    struct eval_job job = {.module = m, .text = text, .name = name};
    bool ok = machine_run(ev, expr_job, &job);
    *out = job.value;
    return ok;
}

static bool delay_job(struct eval *ev, void *ctx)
{
    struct eval_job *job = ctx;
    const struct code *code = expr_code(ev, job);
    if (!code) return false;
    struct node_code thunk = {.h.kind = NODE_THUNK, .code = code};
    struct frame frame = {.module = job->module};
    job->value = interp_delay(ev, &thunk.h, &frame);
    return true;
}

bool eval_expr_delay(struct eval *ev, struct module *m, struct str text, const char *name,
                     struct value *out)
{
    struct eval_job job = {.module = m, .text = text, .name = name};
    bool ok = machine_run(ev, delay_job, &job);
    *out = job.value;
    return ok;
}

// One part of a dotted name: a word, or "anything" in quotes. False at a malformed one.
static bool next_part(struct str *path, struct str *part)
{
    if (path->len > 0 && path->p[0] == '"') {
        const char *end = memchr(path->p + 1, '"', path->len - 1);
        if (!end) return false;
        *part = (struct str){path->p + 1, (size_t)(end - path->p) - 1};
        *path = (struct str){end + 1, path->len - part->len - 2};
    } else {
        const char *dot = memchr(path->p, '.', path->len);
        *part = (struct str){path->p, dot ? (size_t)(dot - path->p) : path->len};
        *path = (struct str){path->p + part->len, path->len - part->len};
        if (part->len == 0) return false;
    }
    if (path->len == 0) return true;
    if (path->p[0] != '.') return false;
    *path = (struct str){path->p + 1, path->len - 1};
    return path->len > 0;
}

static bool lookup_missing(struct eval *ev, struct value at, struct str part, struct str whole)
{
    struct diag *d;
    if (at.tag != VALUE_RECORD) {
        d = eval_error(ev, SPAN_NONE, "E0305",
                       "there is no `" STR_FMT "`: what stands before `" STR_FMT "` is %s",
                       STR_ARG(whole), STR_ARG(part), value_type_phrase(at.tag));
        return false;
    }
    d = eval_error(ev, SPAN_NONE, "E0305", "there is no `" STR_FMT "`", STR_ARG(whole));
    size_t count = record_count(at.record);
    struct str *names = bug_malloc((count + 1) * sizeof(*names));
    const uint32_t *order = shape_order(ev, at.record->shape);
    for (size_t i = 0; i < count; i++)
        names[i] = sym_str(ev->o.syms, at.record->shape->syms[order[i]]);
    if (!diag_suggest(d, part, names, count) && count > 0) {
        struct buf list = BUF_INIT;
        for (size_t i = 0; i < count && i < 12; i++)
            buf_printf(&list, "%s`" STR_FMT "`", i ? ", " : "", STR_ARG(names[i]));
        diag_note(d, "there %s %s%s", count == 1 ? "is only" : "are", buf_z(&list),
                  count > 12 ? ", …" : "");
        buf_free(&list);
    }
    free(names);
    return false;
}

static bool lookup_step(struct eval *ev, struct value *at, struct str part, struct str whole)
{
    if (at->tag == VALUE_STAGE) {
        struct value v = stage_attr(ev, at->stage, eval_sym(ev, part), SPAN_NONE);
        if (v.tag == VALUE_FAILED) return false;
        if (v.tag == VALUE_THUNK)
            return lookup_missing(ev, value_record(stage_config(at->stage)), part, whole);
        *at = v;
        return true;
    }
    uint32_t i =
        at->tag == VALUE_RECORD ? record_find(at->record, eval_sym(ev, part)) : RECORD_NONE;
    if (i == RECORD_NONE) return lookup_missing(ev, *at, part, whole);
    return record_at(ev, at->record, i, record_span(at->record, i), at);
}

static bool lookup_job(struct eval *ev, void *ctx)
{
    struct eval_job *job = ctx;
    struct str rest = job->text, part;
    if (!module_record(ev, job->module, &job->value)) return false;
    while (rest.len > 0) {
        if (!next_part(&rest, &part)) {
            eval_error(ev, SPAN_NONE, "E0305", "`" STR_FMT "` is no name of a value",
                       STR_ARG(job->text));
            return false;
        }
        if (!lookup_step(ev, &job->value, part, job->text)) return false;
    }
    return true;
}

bool eval_lookup(struct eval *ev, struct module *m, struct str path, struct value *out)
{
    struct eval_job job = {.module = m, .text = path};
    bool ok = machine_run(ev, lookup_job, &job);
    *out = job.value;
    return ok;
}

// ---- tests --------------------------------------------------------------------------------------

static bool test_job(struct eval *ev, void *ctx)
{
    struct eval_job *job = ctx;
    const struct module_test *t = &job->module->def->tests.at[job->test->slot];
    if (!module_check_asserts(ev, job->module)) return false;
    struct value v = interp_code(ev, t->body, job->module);
    if (v.tag == VALUE_FAILED) return false;
    job->passed = v.tag == VALUE_BOOL && v.boolean;
    if (job->passed) return true;
    if (v.tag != VALUE_BOOL) {
        eval_error(ev, t->body->span, "E0426", "the test \"" STR_FMT "\" gives %s, not a Bool",
                   STR_ARG(job->test->name), value_type_phrase(v.tag));
        return true;
    }
    struct diag *d = eval_error(ev, t->body->span, "E0426", "the test \"" STR_FMT "\" failed",
                                STR_ARG(job->test->name));
    test_report(ev, d, t->body, job->module);
    return true;
}

bool eval_test(struct eval *ev, struct module *m, const struct module_item *test, bool *passed)
{
    struct eval_job job = {.module = m, .test = test};
    bool ok = machine_run(ev, test_job, &job);
    *passed = job.passed;
    return ok;
}

// ---- forcing ------------------------------------------------------------------------------------

struct force_level {
    struct value v;
    size_t next;
};

typedef VEC(struct force_level) force_stack;

static size_t force_count(struct value v)
{
    return v.tag == VALUE_LIST ? v.list->len : v.tag == VALUE_RECORD ? record_count(v.record) : 0;
}

// The innermost field on the way that stands in a file, or `span`.
static struct span force_span(const force_stack *stack, struct span span)
{
    for (size_t i = stack->len; i-- > 0;) {
        const struct force_level *l = &stack->at[i];
        if (l->v.tag != VALUE_RECORD || l->next == 0) continue;
        struct span s = record_span(l->v.record, (uint32_t)l->next - 1);
        if (s.source) return s;
    }
    return span;
}

bool value_force_deep(struct eval *ev, struct value *v, struct span span)
{
    if (!value_force(ev, v, span)) return false;
    force_stack stack = {0};
    if (force_count(*v) > 0) vec_push(&stack, (struct force_level){.v = *v});
    bool ok = true;
    while (ok && stack.len > 0) {
        struct force_level *l = &vec_last(&stack);
        struct value x;
        if (l->next == force_count(l->v)) {
            stack.len--;
            continue;
        }
        size_t i = l->next++;
        if (l->v.tag == VALUE_LIST) {
            x = l->v.list->at[i];
        } else {
            struct span at = record_span(l->v.record, (uint32_t)i);
            ok = record_at(ev, l->v.record, (uint32_t)i, at.source ? at : span, &x);
        }
        ok = ok && tick(ev, span);
        if (!ok || force_count(x) == 0) continue;
        vec_push(&stack, (struct force_level){.v = x});
        if (stack.len > ev->o.limits.call_depth) {
            struct diag *d =
                eval_error(ev, force_span(&stack, span), "E0420",
                           "the value is nested more than %u deep", ev->o.limits.call_depth);
            limit_note(d, "call-depth");
            diag_help(d, "does the value contain itself?");
            ok = false;
        }
    }
    vec_free(&stack);
    return ok;
}

static bool force_job(struct eval *ev, void *ctx)
{
    return value_force_deep(ev, ctx, SPAN_NONE);
}

bool eval_force_deep(struct eval *ev, struct value *v)
{
    return machine_run(ev, force_job, v);
}

// ---- stages -------------------------------------------------------------------------------------

struct stages_job {
    struct value value;
    struct stage **at;
    size_t len;
    size_t cap;
};

static void add_stage(struct stages_job *job, struct stage *s, uint32_t walk)
{
    struct stage_info *info = stage_info(s);
    if (info->walk == walk) return;
    info->walk = walk;
    vec_push(job, s);
}

static bool stages_job(struct eval *ev, void *ctx)
{
    struct stages_job *job = ctx;
    if (!value_force_deep(ev, &job->value, SPAN_NONE)) return false;
    VEC(struct value) stack = {0};
    uint32_t walk = ++ev->walk;
    vec_push(&stack, job->value);
    while (stack.len > 0) {
        struct value v = vec_pop(&stack);
        if (v.tag == VALUE_STAGE)
            add_stage(job, v.stage, walk);
        else if (v.tag == VALUE_REF)
            add_stage(job, v.ref->stage, walk);
        else if (v.tag == VALUE_LIST)
            for (size_t i = v.list->len; i-- > 0;) vec_push(&stack, v.list->at[i]);
        else if (v.tag == VALUE_RECORD) {
            const uint32_t *order = shape_order(ev, v.record->shape);
            for (size_t i = record_count(v.record); i-- > 0;)
                vec_push(&stack, v.record->fields[order[i]]);
        }
    }
    vec_free(&stack);
    return true;
}

bool eval_stages(struct eval *ev, struct value v, struct stage_list *out)
{
    struct stages_job job = {.value = v};
    bool ok = machine_run(ev, stages_job, &job);
    *out = (struct stage_list){0};
    if (ok && job.len > 0) {
        out->len = job.len;
        out->at = arena_alloc_array(&ev->arena, sizeof(*out->at), job.len);
        memcpy(out->at, job.at, job.len * sizeof(*out->at));
    }
    free(job.at);
    return ok;
}

bool eval_module_stages(struct eval *ev, struct module *m, struct stage_list *out)
{
    struct value v;
    return eval_module(ev, m, &v) && eval_stages(ev, v, out);
}

struct stage_list eval_all_stages(struct eval *ev)
{
    return (struct stage_list){ev->stage_list.at, ev->stage_list.len};
}

// ---- key functions ------------------------------------------------------------------------------

struct key_job {
    uint32_t id;
    struct str rref;
    const char *folder;
    struct key_score *score;
};

static void note_realization(struct diag *d, struct str rref)
{
    diag_note(d, "it was called for " STR_FMT, STR_ARG(rref));
}

static bool key_job(struct eval *ev, void *ctx)
{
    struct key_job *job = ctx;
    struct stage *s = value_alloc(ev, sizeof(*s));
    s->name = STR("realization");
    s->dref = arena_str(&ev->arena, job->rref);
    struct stage_info *info = value_alloc(ev, sizeof(*info));
    info->config = record_new(ev, NULL, 0, NULL);
    s->config_value = info;
    struct ref_value *r = value_alloc(ev, sizeof(*r));
    r->stage = s;
    ev->realized = s;
    ev->realized_folder = job->folder;
    struct value arg = {.tag = VALUE_REF, .ref = r}, fn = ev->key_functions.at[job->id], out;
    struct span span = fn.fn->code ? fn.fn->code->span : ev->key_spans.at[job->id];
    const struct diag *before = ev->o.sink->last;
    bool called = eval_call(ev, fn, &arg, 1, span, &out);
    ev->realized = NULL;
    if (!called) {
        // What fails for the second time says nothing again.
        struct diag *d = ev->o.sink->last;
        if (d == before)
            d = eval_error(ev, span, "E0606", "a key cannot be calculated, for what was reported");
        note_realization(d, job->rref);
        return false;
    }
    if (out.tag == VALUE_NULL)
        *job->score = (struct key_score){.kind = KEY_NONE};
    else if (out.tag == VALUE_INT)
        *job->score = (struct key_score){.kind = KEY_INT, .integer = out.integer};
    else if (out.tag == VALUE_FLOAT)
        *job->score = (struct key_score){.kind = KEY_FLOAT, .number = out.real};
    else if (out.tag == VALUE_STR)
        *job->score = (struct key_score){.kind = KEY_TEXT, .text = string_str(ev, out.string)};
    else {
        struct diag *d = eval_error(ev, span, "E0606",
                                    "a key gives a number, a Str or null, and this one gives %s",
                                    value_type_phrase(out.tag));
        note_realization(d, job->rref);
        return false;
    }
    return true;
}

bool eval_key_score(struct eval *ev, uint32_t id, struct str rref, const char *folder,
                    struct key_score *score)
{
    if (id >= ev->key_functions.len) BUG("there is no key function %u", id);
    struct key_job job = {id, rref, folder, score};
    return machine_run(ev, key_job, &job);
}
