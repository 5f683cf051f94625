#include "eval/apply.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "eval/call.h"
#include "eval/contract.h"
#include "eval/interp.h"
#include "eval/text.h"

// What binding works on: a function's parameters, plx or C alike.
struct binder {
    struct eval *ev;
    struct closure *fn;
    struct span span;
    uint32_t count;      // parameters, with the rest one
    uint32_t positional; // without it
    bool has_rest;
    struct value *slots;    // VALUE_FAILED: not given
    struct span *arg_spans; // by parameter; null for a function of plx without types
    struct span value_span; // of the argument at hand
    bool indirect;          // some arguments were not written as such
    uint32_t next;          // the next positional parameter
    VEC(struct field) surplus;
};

// ---- names --------------------------------------------------------------------------------------

const char *apply_name(struct eval *ev, const struct closure *fn)
{
    if (fn->info) return arena_printf(&ev->o.sink->arena, "`%s`", fn->info->builtin->name);
    if (fn->code->name == SYM_NONE) return "a function without a name";
    return arena_printf(&ev->o.sink->arena, "`%s`", sym_z(ev->o.syms, fn->code->name));
}

static sym param_name(const struct closure *fn, uint32_t i)
{
    return fn->info ? fn->info->names[i] : fn->code->params[i].name;
}

static const char *param_z(const struct binder *b, uint32_t i)
{
    return sym_z(b->ev->o.syms, param_name(b->fn, i));
}

// "defined here" for a function of plx.
static void label_function(struct diag *d, const struct closure *fn)
{
    if (fn->code && fn->code->span.source)
        diag_label(d, fn->code->span, "the function is defined here");
}

// ---- binding ------------------------------------------------------------------------------------

static bool too_many(struct binder *b, size_t given, struct span span)
{
    struct diag *d = eval_error(
        b->ev, span, "E0404", "%s takes %u positional argument%s, and this is number %zu",
        apply_name(b->ev, b->fn), b->positional, b->positional == 1 ? "" : "s", given);
    label_function(d, b->fn);
    return false;
}

static bool given_twice(struct binder *b, uint32_t i, struct span span)
{
    struct diag *d = eval_error(b->ev, span, "E0404", "%s gets its argument `%s` twice",
                                apply_name(b->ev, b->fn), param_z(b, i));
    if (i < b->next)
        diag_note(d, "its positional argument number %u is `%s`", i + 1, param_z(b, i));
    return false;
}

// Builtins speak of arguments by their names, contracts by their values.
static void give(struct binder *b, uint32_t i, struct value v, struct span span)
{
    b->slots[i] = v;
    if (b->arg_spans) b->arg_spans[i] = b->fn->info ? span : b->value_span;
}

static bool bind_positional(struct binder *b, struct value v, struct span span)
{
    // A parameter that was given by name is not free for a position.
    if (b->next >= b->positional) return too_many(b, (size_t)b->next + 1, span);
    uint32_t i = b->next++;
    if (b->slots[i].tag != VALUE_FAILED) return given_twice(b, i, span);
    give(b, i, v, span);
    return true;
}

static bool unknown_name(struct binder *b, sym name, struct span span)
{
    struct str text = sym_str(b->ev->o.syms, name);
    struct diag *d = eval_error(b->ev, span, "E0404", "%s has no parameter `" STR_FMT "`",
                                apply_name(b->ev, b->fn), STR_ARG(text));
    struct str *names = bug_malloc((b->count + 1) * sizeof(*names));
    for (uint32_t i = 0; i < b->positional; i++)
        names[i] = sym_str(b->ev->o.syms, param_name(b->fn, i));
    if (!diag_suggest(d, text, names, b->positional) && b->positional > 0) {
        struct buf list = BUF_INIT;
        for (uint32_t i = 0; i < b->positional; i++)
            buf_printf(&list, "%s`" STR_FMT "`", i ? ", " : "", STR_ARG(names[i]));
        diag_note(d, "its parameters are %s", buf_z(&list));
        buf_free(&list);
    }
    free(names);
    label_function(d, b->fn);
    return false;
}

static bool bind_named(struct binder *b, sym name, struct value v, struct span span)
{
    for (uint32_t i = 0; i < b->positional; i++) {
        if (param_name(b->fn, i) != name) continue;
        if (b->slots[i].tag != VALUE_FAILED) return given_twice(b, i, span);
        give(b, i, v, span);
        return true;
    }
    if (!b->has_rest) return unknown_name(b, name, span);
    vec_push(&b->surplus, (struct field){name, v, span});
    return true;
}

static bool bind_spread(struct binder *b, struct value v, struct span span)
{
    if (v.tag == VALUE_LIST) {
        b->indirect = true;
        for (size_t i = 0; i < v.list->len; i++)
            if (!bind_positional(b, v.list->at[i], span)) return false;
        return true;
    }
    if (v.tag != VALUE_RECORD) {
        eval_error(b->ev, span, "E0401",
                   "only a List or a Record can be spread into a call, not %s",
                   value_type_phrase(v.tag));
        return false;
    }
    const uint32_t *order = shape_order(b->ev, v.record->shape);
    for (size_t i = 0; i < record_count(v.record); i++) {
        struct value field;
        struct span where = record_span(v.record, order[i]);
        if (!where.source) where = span;
        if (!record_at(b->ev, v.record, order[i], where, &field)) return false;
        b->value_span = where;
        if (!bind_named(b, v.record->shape->syms[order[i]], field, where)) return false;
    }
    return true;
}

static bool bind_all(struct binder *b, const struct node_call *n, struct frame *f)
{
    for (uint32_t i = 0; i < n->count; i++) {
        const struct node_arg *a = &n->args[i];
        struct value v = interp(b->ev, a->value, f);
        if (v.tag == VALUE_FAILED) return false;
        struct span span = {f->code->source, a->span.start, a->span.end};
        b->value_span = node_span(f, a->value);
        bool ok = a->spread ? bind_spread(b, v, span)
                  : a->name ? bind_named(b, a->name, v, span)
                            : bind_positional(b, v, span);
        if (!ok) return false;
    }
    return true;
}

static bool is_lacking(const struct binder *b, uint32_t i)
{
    bool required = b->fn->info ? b->fn->info->fallbacks[i].tag == VALUE_FAILED
                                : !b->fn->code->params[i].fallback;
    return b->slots[i].tag == VALUE_FAILED && required;
}

// A misspelled argument is surplus where the function collects those.
static void suggest_lacking(struct binder *b, struct diag *d)
{
    VEC(struct str) lacking = {0};
    for (uint32_t i = 0; i < b->positional; i++)
        if (is_lacking(b, i)) vec_push(&lacking, str_from(param_z(b, i)));
    for (size_t i = 0; i < b->surplus.len; i++) {
        struct str given = sym_str(b->ev->o.syms, b->surplus.at[i].name);
        struct str meant = diag_nearest(given, lacking.at, lacking.len);
        if (meant.len < 3) continue;
        diag_label(d, b->surplus.at[i].span, "did you mean `" STR_FMT "`?", STR_ARG(meant));
    }
    vec_free(&lacking);
}

static bool report_lacking(struct binder *b)
{
    struct buf list = BUF_INIT;
    uint32_t lacking = 0;
    for (uint32_t i = 0; i < b->positional; i++) {
        if (!is_lacking(b, i)) continue;
        buf_printf(&list, "%s`%s`", lacking++ ? ", " : "", param_z(b, i));
    }
    struct diag *d = eval_error(b->ev, b->span, "E0404", "%s lacks its argument%s %s",
                                apply_name(b->ev, b->fn), lacking > 1 ? "s" : "", buf_z(&list));
    buf_free(&list);
    label_function(d, b->fn);
    suggest_lacking(b, d);
    return false;
}

static bool bind_rest(struct binder *b)
{
    size_t again;
    struct record *r = record_new(b->ev, b->surplus.at, b->surplus.len, &again);
    if (!r) {
        const struct field *f = &b->surplus.at[again];
        struct diag *d = eval_error(b->ev, f->span, "E0404", "%s gets its argument `%s` twice",
                                    apply_name(b->ev, b->fn), sym_z(b->ev->o.syms, f->name));
        diag_label(d, b->surplus.at[again - 1].span, "first here");
        return false;
    }
    b->slots[b->count - 1] = value_record(r);
    return true;
}

// Defaults of plx functions see the parameters before them, so they are delayed in the callee's
// frame.
static bool fill_defaults(struct binder *b, struct frame *callee)
{
    for (uint32_t i = 0; i < b->positional; i++) {
        if (b->slots[i].tag != VALUE_FAILED) continue;
        if (b->fn->info) {
            if (b->fn->info->fallbacks[i].tag == VALUE_FAILED) return report_lacking(b);
            b->slots[i] = b->fn->info->fallbacks[i];
        } else {
            const struct node *fallback = b->fn->code->params[i].fallback;
            if (!fallback) return report_lacking(b);
            b->slots[i] = interp_delay(b->ev, fallback, callee);
        }
    }
    return !b->has_rest || bind_rest(b);
}

static void binder_begin(struct binder *b, struct eval *ev, struct closure *fn, struct span span)
{
    uint32_t count = fn->info ? fn->info->count : fn->code->param_count;
    bool rest = fn->info ? fn->info->has_rest : fn->code->has_rest;
    *b = (struct binder){.ev = ev,
                         .fn = fn,
                         .span = span,
                         .count = count,
                         .positional = rest ? count - 1 : count,
                         .has_rest = rest,
                         .slots = ev->top};
    ev->top += fn->info ? count : fn->code->slots;
    for (uint32_t i = 0; i < count; i++) b->slots[i] = value_failed();
}

// Who is asked for places gets them; `few` has room for those of a builtin.
static void binder_spans(struct binder *b, struct span *few)
{
    if (!b->fn->info && !b->fn->code->typed) return;
    b->arg_spans = few;
    if (b->count > BUILTIN_PARAMS)
        b->arg_spans = value_alloc(b->ev, b->count * sizeof(*b->arg_spans));
}

// ---- contracts ----------------------------------------------------------------------------------

static inline bool check_arg(struct eval *ev, const struct closure *fn, uint32_t i, struct value *v,
                             struct span span, bool indirect)
{
    const struct code_param *p = &fn->code->params[i];
    if (!p->contract || contract_fits(p->contract, *v)) return true;
    struct contract_blame blame = {
        .role = CONTRACT_ARGUMENT,
        .owner = fn->code->name,
        .name = p->name,
        .guilty = span,
        .indirect = indirect,
        .contract = p->contract,
    };
    return contract_check(ev, p->contract, v, &blame);
}

// A default is checked when it is evaluated.
static bool check_args(struct binder *b)
{
    for (uint32_t i = 0; i < b->positional; i++) {
        if (b->slots[i].tag == VALUE_THUNK) continue;
        if (!check_arg(b->ev, b->fn, i, &b->slots[i], b->arg_spans[i], b->indirect)) return false;
    }
    return true;
}

// ---- builtins -----------------------------------------------------------------------------------

// Other languages have the function or the separator before the list.
static void hint_order(struct diag *d, const struct builtin *b, struct value v)
{
    const struct builtin_param *p = b->params;
    if (!p[1].name || !(p[0].accepts & ACCEPT_LIST)) return;
    bool other = p[1].accepts & ACCEPT(v.tag);
    bool any = p[1].accepts == ACCEPT_ANY;
    if (!other || (any && v.tag != VALUE_FN)) return;
    diag_help(d, "the data comes first: `%s(%s, %s%s)`", b->name, p[0].name, p[1].name,
              p[2].name && !p[2].fallback ? ", …" : "");
}

static bool accepts(struct eval *ev, struct call *c, uint32_t i, const struct builtin_param *p)
{
    struct value v = c->args[i];
    if (p->accepts & ACCEPT(v.tag)) return true;
    // A default may lie outside of what can be given: null for "not given".
    if (!c->arg_spans[i].source && p->fallback) return true;
    if (v.tag == VALUE_TEXT && (p->accepts & ACCEPT_STR)) {
        const char *what = arena_printf(&ev->o.sink->arena, "given to `%s`", c->builtin->name);
        (void)text_refuse(ev, v, what, call_span(c, (int)i));
        return false;
    }
    struct buf wanted = BUF_INIT;
    for (int tag = 0; tag < VALUE_THUNK; tag++) {
        if (!(p->accepts & ACCEPT(tag))) continue;
        bool last = (p->accepts >> (tag + 1)) == 0;
        buf_printf(&wanted, "%s%s",
                   wanted.len == 0 ? ""
                   : last          ? " or "
                                   : ", ",
                   value_type_phrase((enum value_tag)tag));
    }
    struct diag *d = call_diag(ev, c, (int)i, "E0402", "`%s` takes %s as `%s`, but it is given %s",
                               c->builtin->name, buf_z(&wanted), p->name, value_type_phrase(v.tag));
    if (i == 0) hint_order(d, c->builtin, v);
    buf_free(&wanted);
    return false;
}

static struct value run_builtin(struct eval *ev, struct closure *fn, struct value *args,
                                const struct span *arg_spans, struct span span)
{
    const struct builtin *b = fn->info->builtin;
    if (!enter(ev, span)) {
        ev->top = args;
        return value_failed();
    }
    struct frame fr = {.parent = ev->frame, .builtin = b, .slots = args, .call = span};
    struct call c = {.builtin = b, .args = args, .span = span, .arg_spans = arg_spans};
    struct value out = value_failed();
    bool ok = true;
    for (uint32_t i = 0; ok && i < fn->info->count; i++) ok = accepts(ev, &c, i, &b->params[i]);
    ev->frame = &fr;
    if (ok && !b->fn(ev, &c, &out)) out = value_failed();
    ev->frame = fr.parent;
    ev->top = args;
    ev->depth--;
    return out;
}

// ---- calls --------------------------------------------------------------------------------------

static struct value finish(struct binder *b, bool ok)
{
    struct eval *ev = b->ev;
    struct frame callee = {.parent = ev->frame,
                           .code = b->fn->code,
                           .slots = b->slots,
                           .captures = b->fn->captures,
                           .module = b->fn->module,
                           .call = b->span};
    ok = ok && fill_defaults(b, &callee) && (b->fn->info || !b->arg_spans || check_args(b));
    vec_free(&b->surplus);
    if (!ok) {
        ev->top = b->slots;
        return value_failed();
    }
    if (b->fn->info) return run_builtin(ev, b->fn, b->slots, b->arg_spans, b->span);
    return interp_run(ev, b->fn, b->slots, b->span);
}

static struct value call_bound(struct eval *ev, const struct node_call *n, struct frame *f,
                               struct closure *fn)
{
    struct binder b;
    struct span arg_spans[BUILTIN_PARAMS] = {0};
    binder_begin(&b, ev, fn, node_span(f, &n->h));
    binder_spans(&b, arg_spans);
    return finish(&b, bind_all(&b, n, f));
}

static struct value call_builtin(struct eval *ev, const struct node_call *n, struct frame *f,
                                 struct closure *fn)
{
    struct value *args = ev->top;
    struct span arg_spans[BUILTIN_PARAMS];
    ev->top += n->count;
    for (uint32_t i = 0; i < n->count; i++) {
        args[i] = interp(ev, n->args[i].value, f);
        if (args[i].tag == VALUE_FAILED) {
            ev->top = args;
            return value_failed();
        }
        arg_spans[i] = (struct span){f->code->source, n->args[i].span.start, n->args[i].span.end};
    }
    return run_builtin(ev, fn, args, arg_spans, node_span(f, &n->h));
}

void apply_not_callable(struct eval *ev, enum value_tag tag, struct span callee)
{
    struct diag *d = eval_error(ev, callee, "E0412", "%s cannot be called", value_type_phrase(tag));
    diag_primary(d, "this is %s", value_type_phrase(tag));
    if (tag == VALUE_PROMISE || tag == VALUE_CLAIM)
        diag_help(d, "write `%s / \"file\"`", tag == VALUE_PROMISE ? "promise" : "claim");
}

// Calls of functions with types, defaults or a rest, and calls with names or spreads.
static struct value call_checked(struct eval *ev, const struct node_call *n, struct frame *f,
                                 struct closure *fn)
{
    const struct code *code = fn->code;
    if (!n->plain || !code->positional || n->count != code->param_count)
        return call_bound(ev, n, f, fn);
    struct value *slots = ev->top;
    ev->top += code->slots;
    for (uint32_t i = 0; i < n->count; i++) {
        slots[i] = interp(ev, n->args[i].value, f);
        if (slots[i].tag == VALUE_FAILED ||
            !check_arg(ev, fn, i, &slots[i], node_span(f, n->args[i].value), false)) {
            ev->top = slots;
            return value_failed();
        }
    }
    return interp_run(ev, fn, slots, node_span(f, &n->h));
}

struct value apply_node(struct eval *ev, const struct node_call *n, struct frame *f)
{
    struct value callee = interp(ev, n->callee, f);
    if (callee.tag == VALUE_FAILED) return callee;
    if (callee.tag != VALUE_FN) {
        apply_not_callable(ev, (enum value_tag)callee.tag, node_span(f, n->callee));
        return value_failed();
    }
    struct closure *fn = callee.fn;
    struct span span = node_span(f, &n->h);
    const struct code *code = fn->code;
    if (!slots_room(ev, (code ? code->slots : BUILTIN_PARAMS) + n->count, span))
        return value_failed();
    if (!code) {
        if (n->plain && n->count == fn->info->count && !fn->info->has_rest)
            return call_builtin(ev, n, f, fn);
        return call_bound(ev, n, f, fn);
    }
    if (!n->plain || !code->plain || n->count != code->param_count)
        return call_checked(ev, n, f, fn);
    struct value *slots = ev->top;
    ev->top += code->slots;
    for (uint32_t i = 0; i < n->count; i++) {
        slots[i] = interp(ev, n->args[i].value, f);
        if (slots[i].tag == VALUE_FAILED) {
            ev->top = slots;
            return value_failed();
        }
    }
    return interp_run(ev, fn, slots, span);
}

bool eval_call(struct eval *ev, struct value fn, const struct value *args, size_t count,
               struct span span, struct value *out)
{
    if (fn.tag != VALUE_FN) {
        eval_error(ev, span, "E0412", "%s cannot be called", value_type_phrase(fn.tag));
        return false;
    }
    const struct code *code = fn.fn->code;
    if (!slots_room(ev, (code ? code->slots : BUILTIN_PARAMS) + count, span)) return false;
    if (code && code->positional && count == code->param_count) {
        struct value *slots = ev->top;
        ev->top += code->slots;
        for (size_t i = 0; i < count; i++) slots[i] = args[i];
        for (uint32_t i = 0; !code->plain && i < count; i++) {
            if (check_arg(ev, fn.fn, i, &slots[i], span, true)) continue;
            ev->top = slots;
            return false;
        }
        *out = interp_run(ev, fn.fn, slots, span);
        return out->tag != VALUE_FAILED;
    }
    struct binder b;
    struct span arg_spans[BUILTIN_PARAMS] = {0};
    binder_begin(&b, ev, fn.fn, span);
    binder_spans(&b, arg_spans);
    b.value_span = span;
    b.indirect = true;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) ok = bind_positional(&b, args[i], span);
    *out = finish(&b, ok);
    return out->tag != VALUE_FAILED;
}

bool eval_call_bool(struct eval *ev, struct call *c, struct value fn, const struct value *args,
                    size_t count, bool *out)
{
    struct value v;
    if (!eval_call(ev, fn, args, count, c->span, &v)) return false;
    if (v.tag == VALUE_BOOL) {
        *out = v.boolean;
        return true;
    }
    return call_error(ev, c, -1, "E0401",
                      "`%s` needs a function that gives a Bool, and this one gives %s",
                      c->builtin->name, value_type_phrase(v.tag));
}

// ---- calls that nobody makes
// ---------------------------------------------------------------------

static int param_of(const struct binder *b, sym name)
{
    if (!name) return (int)b->next - 1;
    for (uint32_t i = 0; i < b->positional; i++)
        if (param_name(b->fn, i) == name) return (int)i;
    return -1;
}

static bool lacks(const struct binder *b, uint32_t i)
{
    return b->slots[i].tag == VALUE_FAILED &&
           (b->fn->info ? b->fn->info->fallbacks[i].tag == VALUE_FAILED
                        : !b->fn->code->params[i].fallback);
}

bool apply_bind(struct eval *ev, const struct code *code, const struct builtin_info *info,
                struct apply_argument *args, size_t count, bool open, struct span span)
{
    struct closure fn = {.code = code, .info = info};
    struct binder b;
    if (!slots_room(ev, info ? BUILTIN_PARAMS : code->slots, span)) return false;
    binder_begin(&b, ev, &fn, span);
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        ok = args[i].name ? bind_named(&b, args[i].name, value_null(), args[i].span)
                          : bind_positional(&b, value_null(), args[i].span);
        args[i].param = ok ? param_of(&b, args[i].name) : -1;
    }
    for (uint32_t i = 0; ok && !open && i < b.positional; i++)
        if (lacks(&b, i)) ok = report_lacking(&b);
    ok = ok && (!b.has_rest || bind_rest(&b));
    vec_free(&b.surplus);
    ev->top = b.slots;
    return ok;
}

void apply_refuse(struct eval *ev, const struct builtin_info *info, uint32_t i, uint32_t tags,
                  struct span span)
{
    const struct builtin_param *p = &info->builtin->params[i];
    if (p->rest || tags == 0 || (p->accepts & tags)) return;
    struct span spans[BUILTIN_PARAMS] = {0};
    struct value args[BUILTIN_PARAMS] = {0};
    spans[i] = span;
    args[i].tag = (uint8_t)__builtin_ctz(tags);
    struct call c = {.builtin = info->builtin, .args = args, .span = span, .arg_spans = spans};
    // What is said of a Text shows the text.
    if (args[i].tag != VALUE_TEXT) (void)accepts(ev, &c, i, p);
}

// ---- errors of builtins -------------------------------------------------------------------------

bool call_error(struct eval *ev, const struct call *c, int arg, const char *code, const char *fmt,
                ...)
{
    va_list va;
    va_start(va, fmt);
    const char *text = arena_vprintf(&ev->o.sink->arena, fmt, va);
    va_end(va);
    eval_error(ev, call_span(c, arg), code, "%s", text);
    return false;
}

struct diag *call_diag(struct eval *ev, const struct call *c, int arg, const char *code,
                       const char *fmt, ...)
{
    va_list va;
    va_start(va, fmt);
    const char *text = arena_vprintf(&ev->o.sink->arena, fmt, va);
    va_end(va);
    return eval_error(ev, call_span(c, arg), code, "%s", text);
}

bool call_type_error(struct eval *ev, const struct call *c, int arg, const char *what,
                     const char *wanted, struct value got)
{
    const char *param = arg >= 0 ? c->builtin->params[arg].name : NULL;
    if (what)
        eval_error(ev, call_span(c, arg), "E0402", "`%s` takes %s as %s, but it is given %s",
                   c->builtin->name, wanted, what, value_type_phrase(got.tag));
    else
        eval_error(ev, call_span(c, arg), "E0402", "`%s` takes %s as `%s`, but it is given %s",
                   c->builtin->name, wanted, param ? param : "its argument",
                   value_type_phrase(got.tag));
    return false;
}

bool call_float(struct eval *ev, const struct call *c, double d, struct value *out)
{
    *out = value_float(d);
    if (isfinite(d)) return true;
    return call_error(ev, c, -1, "E0407", "the result of `%s` is %s", c->builtin->name,
                      isnan(d) ? "no number" : "too large for a Float");
}

// ---- values of builtins -------------------------------------------------------------------------

static struct value parse_fallback(struct eval *ev, const char *text)
{
    if (strcmp(text, "null") == 0) return value_null();
    if (strcmp(text, "true") == 0) return value_bool(true);
    if (strcmp(text, "false") == 0) return value_bool(false);
    if (strcmp(text, "[]") == 0) return value_list(list_new(ev, 0));
    if (strcmp(text, "{}") == 0) return value_record(record_new(ev, NULL, 0, NULL));
    size_t len = strlen(text);
    if (text[0] == '"') return value_str_copy(ev, (struct str){text + 1, len - 2});
    char *end;
    if (strpbrk(text, ".e")) return value_float(strtod(text, &end));
    return value_int(strtoll(text, &end, 10));
}

struct value apply_builtin_value(struct eval *ev, const struct builtin *b)
{
    struct builtin_info *info = value_alloc(ev, sizeof(*info));
    info->builtin = b;
    for (uint32_t i = 0; i < BUILTIN_PARAMS && b->params[i].name; i++) {
        const struct builtin_param *p = &b->params[i];
        info->names[i] = eval_sym(ev, str_from(p->name));
        info->fallbacks[i] = p->fallback ? parse_fallback(ev, p->fallback) : value_failed();
        info->has_rest |= p->rest;
        info->count++;
    }
    struct closure *c = value_alloc(ev, sizeof(*c));
    c->info = info;
    return (struct value){.tag = VALUE_FN, .fn = c};
}
