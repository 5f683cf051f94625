// Printing with an explicit stack of open lists and records. What fits the rest of a line goes on
// it, else each element gets a line.
#include "eval/print.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/utf8.h"
#include "eval/apply.h"
#include "eval/limit.h"

#define LINE_WIDTH 80
#define INDENT_MAX 40 // levels that are shown by indentation

struct level {
    struct value v; // a list, a record, or an opaque value, whose data is walked
    size_t next;
    size_t count;
    bool flat;
};

struct printer {
    struct eval *ev;
    struct buf *out;
    size_t start; // where this value begins in out
    size_t max;   // bytes; 0: any number
    size_t max_lines;
    size_t max_depth;
    size_t lines;
    bool lazy;     // … for what is not evaluated
    bool identity; // for print_identity
    bool cut;      // a limit was reached
    VEC(struct level) stack;
};

// ---- atoms --------------------------------------------------------------------------------------

// What does not show, or turns the text around, is written by its number. Returns its bytes in s.
static size_t add_code_point(struct buf *out, struct str s, size_t at)
{
    const char *next = s.p + at;
    uint32_t cp = utf8_decode(&next, s.p + s.len);
    size_t len = (size_t)(next - s.p) - at;
    if (utf8_is_invisible(cp) || (cp >= 0x80 && cp < 0xa0))
        buf_printf(out, "\\u{%x}", cp);
    else
        buf_add(out, s.p + at, len);
    return len;
}

static void add_quoted(struct buf *out, struct str s, bool quotes)
{
    if (quotes) buf_addc(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", c);
        else if (c == '~' && i + 1 < s.len && s.p[i + 1] == '{')
            buf_addz(out, "\\~");
        else if (c == '\n')
            buf_addz(out, "\\n");
        else if (c == '\t')
            buf_addz(out, "\\t");
        else if (c == '\r')
            buf_addz(out, "\\r");
        else if ((unsigned char)c < 0x20 || c == 0x7f)
            buf_printf(out, "\\u{%x}", (unsigned char)c);
        else if ((unsigned char)c >= 0x80)
            i += add_code_point(out, s, i) - 1;
        else
            buf_addc(out, c);
    }
    if (quotes) buf_addc(out, '"');
}

// As it would be written in the file at the root; absolute where nothing but `/` is above both.
static void add_path(struct printer *p, const struct path_value *path)
{
    const char *z = path->path.p;
    const char *root = p->identity ? NULL : p->ev->root_dir;
    size_t up = 0;
    for (size_t len = root ? strlen(root) : 0; len > 1; up++) {
        if (strncmp(root, z, len) == 0 && (z[len] == '/' || !z[len])) {
            if (up == 0) buf_addz(p->out, "./");
            while (up-- > 0) buf_addz(p->out, "../");
            z += len + (z[len] == '/');
            break;
        }
        while (root[--len] != '/') continue;
    }
    buf_addz(p->out, z);
}

static void add_parts(struct buf *out, const struct ref_value *r)
{
    if (r->count == 0) return;
    buf_addz(out, " / \"");
    for (size_t i = 0; i < r->count; i++) {
        if (i > 0) buf_addc(out, '/');
        add_quoted(out, r->parts[i], false);
    }
    buf_addc(out, '"');
}

static void add_ref(struct buf *out, struct value v)
{
    if (v.tag == VALUE_STAGE) {
        buf_printf(out, "<stage " STR_FMT ">", STR_ARG(v.stage->dref));
        return;
    }
    buf_printf(out, "<%s " STR_FMT, v.flags & VALUE_ALL_PATHS ? "paths" : "ref",
               STR_ARG(v.ref->stage->dref));
    add_parts(out, v.ref);
    buf_addc(out, '>');
}

static void add_text(struct printer *p, struct text *t)
{
    size_t count;
    struct value *pieces = text_pieces(p->ev, t, &count);
    buf_addc(p->out, '"');
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].tag == VALUE_STR) {
            add_quoted(p->out, string_str(p->ev, pieces[i].string), false);
            continue;
        }
        buf_addz(p->out, "~{");
        if (pieces[i].tag == VALUE_PATH)
            add_path(p, pieces[i].path);
        else
            add_ref(p->out, pieces[i]);
        buf_addc(p->out, '}');
    }
    buf_addc(p->out, '"');
}

static void add_fn(struct printer *p, const struct closure *fn)
{
    if (p->identity)
        buf_printf(p->out, "<fn %p>", (const void *)fn);
    else if (fn->info)
        buf_printf(p->out, "<fn %s>", fn->info->builtin->name);
    else if (fn->code->name)
        buf_printf(p->out, "<fn %s>", sym_z(p->ev->o.syms, fn->code->name));
    else
        buf_addz(p->out, "<fn>");
}

// A key made of a function.
static void add_key(struct printer *p, const struct opaque *key)
{
    buf_addz(p->out, "<key ");
    if (p->identity)
        buf_printf(p->out, "%u", key->id);
    else
        add_fn(p, key->fn.fn);
    buf_addc(p->out, '>');
}

static void add_atom(struct printer *p, struct value v)
{
    char number[JSON_FLOAT_SIZE];
    switch (v.tag) {
    case VALUE_NULL: buf_addz(p->out, "null"); break;
    case VALUE_BOOL: buf_addz(p->out, v.boolean ? "true" : "false"); break;
    case VALUE_INT: buf_printf(p->out, "%" PRId64, v.integer); break;
    case VALUE_FLOAT: buf_add(p->out, number, json_float_text(v.real, number)); break;
    case VALUE_STR: add_quoted(p->out, string_str(p->ev, v.string), true); break;
    case VALUE_TEXT: add_text(p, v.text); break;
    case VALUE_PATH: add_path(p, v.path); break;
    case VALUE_FN: add_fn(p, v.fn); break;
    case VALUE_STAGE:
    case VALUE_REF: add_ref(p->out, v); break;
    case VALUE_PROMISE:
    case VALUE_CLAIM:
        buf_addz(p->out, v.tag == VALUE_PROMISE ? "promise" : "claim");
        add_parts(p->out, v.ref);
        break;
    case VALUE_KEY: add_key(p, v.opaque); break;
    case VALUE_THUNK: buf_addz(p->out, "…"); break;
    default: BUG("printing tag %d", v.tag);
    }
}

// ---- lists and records --------------------------------------------------------------------------

// What is shown with its data. A key made of a function has none: its number tells only how many
// were made before it.
static bool is_opaque(struct value v)
{
    if (v.tag == VALUE_KEY) return v.opaque->fn.tag != VALUE_FN;
    return v.tag == VALUE_MATCHER || v.tag == VALUE_REALIZER;
}

static bool is_list(struct value v)
{
    return v.tag == VALUE_LIST;
}

static struct record *record_of(struct value v)
{
    return v.tag == VALUE_RECORD ? v.record : v.opaque->data.record;
}

static size_t count_of(struct value v)
{
    return is_list(v) ? v.list->len : record_count(record_of(v));
}

static void open_level(struct printer *p, struct value v, bool flat)
{
    if (is_opaque(v))
        buf_addz(p->out, v.tag == VALUE_MATCHER ? "<matcher "
                         : v.tag == VALUE_KEY   ? "<key "
                                                : "<realizer ");
    buf_addc(p->out, is_list(v) ? '[' : '{');
    if (flat && !is_list(v)) buf_addc(p->out, ' ');
    vec_push(&p->stack, (struct level){.v = v, .count = count_of(v), .flat = flat});
}

static void new_line(struct printer *p, size_t depth)
{
    p->lines++;
    buf_addc(p->out, '\n');
    buf_pad(p->out, ' ', 2 * (depth < INDENT_MAX ? depth : INDENT_MAX));
}

static void close_level(struct printer *p, const struct level *l)
{
    if (!l->flat)
        new_line(p, p->stack.len - 1);
    else if (!is_list(l->v))
        buf_addc(p->out, ' ');
    buf_addc(p->out, is_list(l->v) ? ']' : '}');
    if (is_opaque(l->v)) buf_addc(p->out, '>');
}

static bool is_name(struct str s)
{
    if (s.len == 0 || (s.p[0] >= '0' && s.p[0] <= '9')) return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        bool word =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        if (!word) return false;
    }
    return true;
}

// The next element of a level, with its name before it.
static bool take_element(struct printer *p, struct level *l, struct value *out)
{
    if (is_list(l->v)) {
        *out = l->v.list->at[l->next++];
        return true;
    }
    struct record *r = record_of(l->v);
    uint32_t i = shape_order(p->ev, r->shape)[l->next++];
    struct str name = sym_str(p->ev->o.syms, r->shape->syms[i]);
    if (is_name(name))
        buf_adds(p->out, name);
    else
        add_quoted(p->out, name, true);
    buf_addz(p->out, " = ");
    *out = r->fields[i];
    if (out->tag == VALUE_THUNK && out->thunk->state == THUNK_DONE) *out = out->thunk->value;
    return out->tag != VALUE_THUNK || p->lazy || record_at(p->ev, r, i, SPAN_NONE, out);
}

// The innermost field that is being printed and stands in a file.
static struct span field_span(const struct printer *p)
{
    for (size_t i = p->stack.len; i-- > 0;) {
        const struct level *l = &p->stack.at[i];
        if (l->v.tag != VALUE_RECORD || l->next == 0) continue;
        struct record *r = l->v.record;
        struct span s = record_span(r, shape_order(p->ev, r->shape)[l->next - 1]);
        if (s.source && !eval_in_std(p->ev, s)) return s;
    }
    return SPAN_NONE;
}

static bool too_deep(struct printer *p)
{
    if (p->stack.len <= p->ev->o.limits.call_depth) return false;
    struct diag *d =
        eval_error(p->ev, field_span(p), "E0420", "the value is nested more than %u deep",
                   p->ev->o.limits.call_depth);
    limit_note(d, "call-depth");
    diag_help(d, "does the value contain itself?");
    return true;
}

// What is shown in a message is short, and must not fail.
static bool may_go_on(struct printer *p)
{
    if (too_deep(p)) return false;
    return p->max > 0 ||
           (tick(p->ev, SPAN_NONE) &&
            eval_output_limit(p->ev, p->out->len, "the text of the value", SPAN_NONE));
}

// One value, or (with an empty stack at the end) all of it. `flat_only`: everything on one line, as
// far as `room` bytes.
static bool print_flat(struct printer *p, struct value v, size_t room)
{
    size_t start = p->out->len, base = p->stack.len;
    for (;;) {
        if (v.tag == VALUE_LIST || v.tag == VALUE_RECORD || is_opaque(v)) {
            if (count_of(v) == 0 && !is_opaque(v))
                buf_addz(p->out, is_list(v) ? "[]" : "{}");
            else
                open_level(p, v, true);
        } else {
            add_atom(p, v);
        }
        while (p->stack.len > base && vec_last(&p->stack).next == vec_last(&p->stack).count) {
            close_level(p, &vec_last(&p->stack));
            p->stack.len--;
        }
        if (p->stack.len == base) return true;
        if (room > 0 && p->out->len - start > room) {
            p->stack.len = base;
            return true;
        }
        struct level *l = &vec_last(&p->stack);
        if (l->next > 0) buf_addz(p->out, ", ");
        if (!may_go_on(p) || !take_element(p, l, &v)) return false;
    }
}

static size_t column(const struct printer *p)
{
    size_t at = p->out->len;
    while (at > p->start && p->out->p[at - 1] != '\n') at--;
    return p->out->len - at;
}

static bool print_element(struct printer *p, struct value v)
{
    bool compound = v.tag == VALUE_LIST || v.tag == VALUE_RECORD || is_opaque(v);
    if (!compound) {
        add_atom(p, v);
        return true;
    }
    size_t before = p->out->len, used = column(p);
    size_t room = used + 20 < LINE_WIDTH ? LINE_WIDTH - used : 20;
    if (!print_flat(p, v, room)) return false;
    if (p->out->len - before <= room) return true;
    buf_truncate(p->out, before);
    if (p->max_depth > 0 && p->stack.len >= p->max_depth) {
        buf_addz(p->out, is_list(v) ? "[…]" : "{ … }");
        p->cut = true;
        return true;
    }
    open_level(p, v, false);
    return true;
}

static bool print_all(struct printer *p, struct value v)
{
    if (!print_element(p, v)) return false;
    while (p->stack.len > 0) {
        if (p->max > 0 && p->out->len - p->start > p->max) return true;
        struct level *l = &vec_last(&p->stack);
        if (p->max_lines > 0 && p->lines + 1 >= p->max_lines && l->next < l->count) {
            new_line(p, p->stack.len);
            buf_addz(p->out, "…");
            p->cut = true;
            return true;
        }
        if (l->next == l->count) {
            close_level(p, l);
            p->stack.len--;
            if (p->stack.len > 0) buf_addc(p->out, ',');
            continue;
        }
        new_line(p, p->stack.len);
        struct value element;
        size_t depth = p->stack.len;
        if (!may_go_on(p) || !take_element(p, l, &element) || !print_element(p, element))
            return false;
        if (p->stack.len == depth) buf_addc(p->out, ',');
    }
    return true;
}

// Cuts at a code point's border.
static void cut(struct printer *p)
{
    if (p->max == 0 || p->out->len - p->start <= p->max) return;
    size_t end = p->start + p->max;
    while (end > p->start && ((unsigned char)p->out->p[end] & 0xc0) == 0x80) end--;
    buf_truncate(p->out, end);
    buf_addz(p->out, "…");
    p->cut = true;
}

// ---- doors --------------------------------------------------------------------------------------

void print_quoted(struct buf *out, struct str s)
{
    add_quoted(out, s, true);
}

struct print_job {
    struct printer p;
    struct value v;
    bool flat;
};

static bool run_job(struct eval *ev, void *ctx)
{
    struct print_job *job = ctx;
    struct printer *p = &job->p;
    bool ok = p->lazy || value_force(ev, &job->v, SPAN_NONE);
    ok = ok && (job->flat ? print_flat(p, job->v, p->max) : print_all(p, job->v));
    vec_free(&p->stack);
    if (ok) cut(p);
    return ok;
}

static bool print_with(struct eval *ev, struct value v, struct print_job job, bool *cut_off,
                       struct buf *out)
{
    job.v = v;
    job.p.ev = ev;
    job.p.out = out;
    job.p.start = out->len;
    bool ok = machine_run(ev, run_job, &job);
    if (cut_off) *cut_off = job.p.cut;
    return ok;
}

bool value_print(struct eval *ev, struct value v, struct print_style style, struct buf *out)
{
    struct print_job job = {.p = {.max = style.max_bytes,
                                  .max_lines = style.max_lines,
                                  .max_depth = style.max_depth,
                                  .lazy = style.lazy}};
    return print_with(ev, v, job, style.cut, out);
}

bool eval_show(struct eval *ev, struct value v, size_t max, struct buf *out)
{
    return print_with(ev, v, (struct print_job){.p = {.max = max}, .flat = true}, NULL, out);
}

bool print_identity(struct eval *ev, struct value v, struct buf *out)
{
    return print_with(ev, v, (struct print_job){.p = {.identity = true}, .flat = true}, NULL, out);
}
