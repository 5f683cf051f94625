#include "eval/type_text.h"

#include "eval/apply.h"
#include "eval/contract.h"
#include "eval/print.h"

#define DEPTH_MAX    3
#define FIELDS_MAX   24
#define ELEMENTS_MAX 64 // of a list that are looked at
#define KINDS_MAX    4  // of elements, in a union

static void add_type(struct eval *ev, struct value v, unsigned depth, struct buf *out);

// The source text of a type.
static void add_contract(struct eval *ev, const struct contract *c, struct buf *out)
{
    const struct source *source = sources_get(ev->o.sources, c->span.source);
    if (source)
        buf_add(out, source->text.p + c->span.start, c->span.end - c->span.start);
    else
        buf_addz(out, "Any");
}

static void add_function(struct eval *ev, const struct code *code, struct buf *out)
{
    buf_addc(out, '(');
    for (uint32_t i = 0; i < code->param_count; i++) {
        const struct code_param *p = &code->params[i];
        if (i) buf_addz(out, ", ");
        if (p->rest) buf_addz(out, "..");
        buf_adds(out, sym_str(ev->o.syms, p->name));
        if (p->contract) {
            buf_addz(out, ": ");
            add_contract(ev, p->contract, out);
        }
        if (p->fallback) buf_addz(out, " = …");
    }
    buf_addc(out, ')');
    if (!code->result) return;
    buf_addz(out, " -> ");
    add_contract(ev, code->result, out);
}

static void add_alternative(struct buf *out, size_t from, const char *name)
{
    if (out->len > from) buf_addz(out, " | ");
    buf_addz(out, name);
}

// What a parameter accepts, as a type of the language: "Number", "List | Str", "Int?". Nothing for
// Any.
static void add_accepted(struct buf *out, uint32_t accepts)
{
    if (accepts == ACCEPT_ANY) return;
    buf_addz(out, ": ");
    size_t from = out->len;
    uint32_t rest = accepts & ~ACCEPT_NULL;
    unsigned count = 0;
    for (unsigned tag = 0; tag < VALUE_THUNK; tag++) {
        if (!(rest & ACCEPT(tag))) continue;
        const char *name = value_type_name((enum value_tag)tag);
        if (tag == VALUE_INT && (rest & ACCEPT_NUMBER) == ACCEPT_NUMBER) {
            name = "Number";
            rest &= ~ACCEPT_NUMBER;
        } else if (tag == VALUE_STR && (rest & ACCEPT_TEXT) == ACCEPT_TEXT) {
            name = "Text";
            rest &= ~ACCEPT_TEXT;
        }
        add_alternative(out, from, name);
        count++;
    }
    if (accepts & ACCEPT_NULL) {
        if (count == 1)
            buf_addc(out, '?');
        else
            add_alternative(out, from, "null");
    }
}

void type_text_builtin(const struct builtin *b, struct buf *out)
{
    buf_addc(out, '(');
    for (size_t i = 0; i < BUILTIN_PARAMS && b->params[i].name; i++) {
        const struct builtin_param *p = &b->params[i];
        if (i > 0) buf_addz(out, ", ");
        if (p->rest) buf_addz(out, "..");
        buf_addz(out, p->name);
        if (!p->rest) add_accepted(out, p->accepts);
        if (p->fallback) buf_printf(out, " = %s", p->fallback);
    }
    buf_printf(out, ") -> %s", b->result);
}

static bool is_known(const struct str *kinds, size_t count, struct str kind)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(kinds[i], kind)) return true;
    return false;
}

static void add_list(struct eval *ev, const struct list *l, unsigned depth, struct buf *out)
{
    if (depth >= DEPTH_MAX) {
        buf_addz(out, "List");
        return;
    }
    struct str kinds[KINDS_MAX];
    size_t count = 0;
    bool any = l->len == 0;
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < l->len && i < ELEMENTS_MAX && !any; i++) {
        struct buf kind = BUF_INIT;
        add_type(ev, l->at[i], depth + 1, &kind);
        if (!is_known(kinds, count, buf_str(&kind))) {
            any = count == KINDS_MAX;
            if (!any) kinds[count++] = arena_str(&arena, buf_str(&kind));
        }
        buf_free(&kind);
    }
    buf_addc(out, '[');
    if (any) buf_addz(out, "Any");
    for (size_t i = 0; i < count && !any; i++) {
        if (i) buf_addz(out, " | ");
        buf_adds(out, kinds[i]);
    }
    buf_addc(out, ']');
    arena_free(&arena);
}

static bool is_name(struct str s)
{
    if (!s.len || (s.p[0] >= '0' && s.p[0] <= '9')) return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (!(c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9')))
            return false;
    }
    return true;
}

static void add_record(struct eval *ev, struct record *r, unsigned depth, struct buf *out)
{
    if (depth >= DEPTH_MAX) {
        buf_addz(out, "Record");
        return;
    }
    size_t count = record_count(r);
    const uint32_t *order = shape_order(ev, r->shape);
    buf_addz(out, count ? "{ " : "{");
    for (size_t i = 0; i < count && i < FIELDS_MAX; i++) {
        struct str name = sym_str(ev->o.syms, r->shape->syms[order[i]]);
        struct value v;
        if (i) buf_addz(out, ", ");
        if (is_name(name))
            buf_adds(out, name);
        else
            print_quoted(out, name);
        buf_addz(out, ": ");
        if (record_at(ev, r, order[i], SPAN_NONE, &v))
            add_type(ev, v, depth + 1, out);
        else
            buf_addz(out, "Any");
    }
    if (count > FIELDS_MAX) buf_addz(out, ", ..");
    buf_addz(out, count ? " }" : "}");
}

static void add_type(struct eval *ev, struct value v, unsigned depth, struct buf *out)
{
    switch (v.tag) {
    case VALUE_LIST: add_list(ev, v.list, depth, out); return;
    case VALUE_RECORD: add_record(ev, v.record, depth, out); return;
    case VALUE_NULL: buf_addz(out, "null"); return;
    case VALUE_FN:
        buf_addz(out, depth > 0 ? "Fn" : "fn");
        if (depth == 0 && v.fn->info) type_text_builtin(v.fn->info->builtin, out);
        if (depth == 0 && v.fn->code) add_function(ev, v.fn->code, out);
        return;
    default: buf_addz(out, value_type_name((enum value_tag)v.tag));
    }
}

struct type_job {
    struct value v;
    struct buf *out;
};

static bool type_job(struct eval *ev, void *ctx)
{
    struct type_job *job = ctx;
    struct diag_sink quiet = DIAG_SINK_INIT, *sink = ev->o.sink;
    ev->o.sink = &quiet;
    add_type(ev, job->v, 0, job->out);
    ev->o.sink = sink;
    diag_sink_free(&quiet);
    if (!ev->o.cancel || !*ev->o.cancel) return true;
    eval_error(ev, SPAN_NONE, "E0425", "evaluation was cancelled");
    return false;
}

bool type_text(struct eval *ev, struct value v, struct buf *out)
{
    struct type_job job = {v, out};
    return machine_run(ev, type_job, &job);
}
