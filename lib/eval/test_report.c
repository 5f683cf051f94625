#include "eval/test_report.h"

#include "eval/builtin.h"
#include "eval/eval.h"
#include "eval/interp.h"
#include "eval/print.h"
#include "eval/stage_value.h"

#define MAX_LETS        16
#define MAX_DIFFERENCES 10
#define MAX_DEPTH       60
#define SIDE_BYTES      200
#define VALUE_BYTES     80
#define LONG_BYTES      40

// ---- the comparison -----------------------------------------------------------------------------

// A part of a test's body, and the `let`s around it that bind its variables.
struct part {
    struct eval *ev;
    struct module *m;
    const struct code *code;
    const struct node_let *lets[MAX_LETS];
    size_t let_count;
    const struct node *body;
};

static struct value evaluate(const struct part *p, const struct node *n)
{
    struct node_let copies[MAX_LETS];
    struct code code = *p->code;
    code.body = n;
    for (size_t i = p->let_count; i-- > 0;) {
        copies[i] = *p->lets[i];
        copies[i].body = (struct node *)(uintptr_t)code.body;
        code.body = &copies[i].h;
    }
    return interp_code(p->ev, &code, p->m);
}

// Through `let` and `&&` to what is false.
static bool find_comparison(struct part *p)
{
    for (;;) {
        if (p->body->kind == NODE_LET && p->let_count < MAX_LETS) {
            const struct node_let *let = (const struct node_let *)p->body;
            p->lets[p->let_count++] = let;
            p->body = let->body;
        } else if (p->body->kind == NODE_AND) {
            const struct node_binary *n = (const struct node_binary *)p->body;
            struct value left = evaluate(p, n->left);
            if (left.tag != VALUE_BOOL) return false;
            p->body = left.boolean ? n->right : n->left;
        } else {
            return p->body->kind >= NODE_EQ && p->body->kind <= NODE_GE;
        }
    }
}

// ---- differences --------------------------------------------------------------------------------

struct differences {
    struct eval *ev;
    struct diag *d;
    struct buf path;
    size_t count;
};

static void compare(struct differences *x, struct value a, struct value b, int depth);

static const char *shown(struct differences *x, struct value v, struct buf *out)
{
    buf_clear(out);
    return eval_show(x->ev, v, VALUE_BYTES, out) ? buf_z(out) : "…";
}

static bool is_full(struct differences *x)
{
    if (x->count < MAX_DIFFERENCES) return false;
    if (x->count++ == MAX_DIFFERENCES) diag_note(x->d, "and there is more that differs");
    return true;
}

static void differ(struct differences *x, struct value a, struct value b)
{
    struct buf left = BUF_INIT, right = BUF_INIT;
    if (x->path.len > 0 && !is_full(x)) {
        x->count++;
        diag_note(x->d, "`%s` is %s on the left, and %s on the right", buf_z(&x->path),
                  shown(x, a, &left), shown(x, b, &right));
    }
    buf_free(&left);
    buf_free(&right);
}

static void only(struct differences *x, struct value v, const char *side)
{
    struct buf text = BUF_INIT;
    if (!is_full(x)) {
        x->count++;
        diag_note(x->d, "`%s` is only on the %s, with the value %s", buf_z(&x->path), side,
                  shown(x, v, &text));
    }
    buf_free(&text);
}

static void add_name(struct differences *x, struct str name)
{
    bool word = name.len > 0 && !(name.p[0] >= '0' && name.p[0] <= '9');
    for (size_t i = 0; i < name.len; i++)
        word = word &&
               (name.p[i] == '_' || (name.p[i] >= '0' && name.p[i] <= '9') ||
                (name.p[i] >= 'A' && name.p[i] <= 'Z') || (name.p[i] >= 'a' && name.p[i] <= 'z'));
    if (x->path.len > 0) buf_addc(&x->path, '.');
    if (word)
        buf_adds(&x->path, name);
    else
        print_quoted(&x->path, name);
}

static void compare_field(struct differences *x, struct record *a, uint32_t i, struct record *b,
                          uint32_t k, sym name, int depth)
{
    struct value left, right;
    size_t len = x->path.len;
    add_name(x, sym_str(x->ev->o.syms, name));
    bool has_left = i != RECORD_NONE && record_at(x->ev, a, i, SPAN_NONE, &left);
    bool has_right = k != RECORD_NONE && record_at(x->ev, b, k, SPAN_NONE, &right);
    if (has_left && has_right)
        compare(x, left, right, depth + 1);
    else if (has_left && k == RECORD_NONE)
        only(x, left, "left");
    else if (has_right && i == RECORD_NONE)
        only(x, right, "right");
    buf_truncate(&x->path, len);
}

static void compare_records(struct differences *x, struct record *a, struct record *b, int depth)
{
    const uint32_t *order = shape_order(x->ev, a->shape);
    for (uint32_t i = 0; i < record_count(a); i++) {
        sym name = a->shape->syms[order[i]];
        compare_field(x, a, order[i], b, record_find(b, name), name, depth);
    }
    order = shape_order(x->ev, b->shape);
    for (uint32_t i = 0; i < record_count(b); i++) {
        sym name = b->shape->syms[order[i]];
        if (record_find(a, name) == RECORD_NONE)
            compare_field(x, a, RECORD_NONE, b, order[i], name, depth);
    }
}

static void compare_lists(struct differences *x, struct list *a, struct list *b, int depth)
{
    if (a->len != b->len && !is_full(x)) {
        x->count++;
        diag_note(x->d, "%s%s%s has %zu elements on the left, and %zu on the right",
                  x->path.len ? "`" : "the list", buf_z(&x->path), x->path.len ? "`" : "", a->len,
                  b->len);
    }
    size_t least = a->len < b->len ? a->len : b->len;
    for (size_t i = 0; i < least && x->count <= MAX_DIFFERENCES; i++) {
        size_t len = x->path.len;
        buf_printf(&x->path, "[%zu]", i);
        compare(x, a->at[i], b->at[i], depth + 1);
        buf_truncate(&x->path, len);
    }
}

static void compare_stages(struct differences *x, struct stage *a, struct stage *b, int depth)
{
    size_t before = x->count;
    compare_records(x, stage_config(a), stage_config(b), depth);
    if (x->count == before && !str_eq(a->realizer, b->realizer) && !is_full(x)) {
        x->count++;
        diag_note(x->d, "the realizers of the two stages differ");
    }
}

static struct str line_at(struct str s, size_t at)
{
    size_t from = at, to = at;
    while (from > 0 && s.p[from - 1] != '\n') from--;
    while (to < s.len && s.p[to] != '\n') to++;
    return (struct str){s.p + from, to - from};
}

static size_t lines_before(struct str s, size_t at)
{
    size_t n = 0;
    for (size_t i = 0; i < at; i++) n += s.p[i] == '\n';
    return n;
}

// Of long texts, the first line that differs.
static bool compare_texts(struct differences *x, struct str a, struct str b)
{
    bool lines = a.len && b.len && memchr(a.p, '\n', a.len) && memchr(b.p, '\n', b.len);
    if (a.len < LONG_BYTES && b.len < LONG_BYTES && !lines) return false;
    size_t at = 0;
    while (at < a.len && at < b.len && a.p[at] == b.p[at]) at++;
    struct buf left = BUF_INIT, right = BUF_INIT;
    print_quoted(&left, line_at(a, at));
    print_quoted(&right, line_at(b, at));
    if (!is_full(x)) {
        x->count++;
        diag_note(x->d, "%s%s%sline %zu is %s on the left, and %s on the right",
                  x->path.len ? "of `" : "", buf_z(&x->path), x->path.len ? "`, " : "",
                  lines_before(a, at) + 1, buf_z(&left), buf_z(&right));
    }
    buf_free(&left);
    buf_free(&right);
    return true;
}

static void compare(struct differences *x, struct value a, struct value b, int depth)
{
    bool equal;
    if (!value_equal(x->ev, a, b, SPAN_NONE, &equal) || equal || is_full(x)) return;
    if (depth < MAX_DEPTH && a.tag == VALUE_RECORD && b.tag == VALUE_RECORD)
        compare_records(x, a.record, b.record, depth);
    else if (depth < MAX_DEPTH && a.tag == VALUE_LIST && b.tag == VALUE_LIST)
        compare_lists(x, a.list, b.list, depth);
    else if (depth < MAX_DEPTH && a.tag == VALUE_STAGE && b.tag == VALUE_STAGE)
        compare_stages(x, a.stage, b.stage, depth);
    else if (a.tag != VALUE_STR || b.tag != VALUE_STR ||
             !compare_texts(x, string_str(x->ev, a.string), string_str(x->ev, b.string)))
        differ(x, a, b);
}

// ---- the report ---------------------------------------------------------------------------------

static struct value show_side(const struct part *p, struct diag *d, const struct node *n)
{
    struct buf text = BUF_INIT;
    struct value v = evaluate(p, n);
    struct span span = node_span_in(p->code->source, n);
    if (v.tag != VALUE_FAILED && eval_show(p->ev, v, SIDE_BYTES, &text))
        diag_label(d, span, "this is %s", buf_z(&text));
    buf_free(&text);
    return v;
}

void test_report(struct eval *ev, struct diag *d, const struct code *code, struct module *m)
{
    struct part p = {.ev = ev, .m = m, .code = code, .body = code->body};
    // What fails now did not fail the test: nobody wants to hear of it, and who needs it later
    // does.
    struct diag_sink *sink = ev->o.sink, silent = DIAG_SINK_INIT;
    ev->o.sink = &silent;
    if (find_comparison(&p)) {
        const struct node_binary *n = (const struct node_binary *)p.body;
        struct value left = show_side(&p, d, n->left), right = show_side(&p, d, n->right);
        struct differences x = {.ev = ev, .d = d};
        if (n->h.kind == NODE_EQ && left.tag != VALUE_FAILED && right.tag != VALUE_FAILED)
            compare(&x, left, right, 0);
        buf_free(&x.path);
    }
    ev->o.sink = sink;
    if (diag_has_errors(&silent)) eval_forget_errors(ev);
    diag_sink_free(&silent);
}
