#include "eval/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/path.h"
#include "eval/print.h"
#include "eval/stage_value.h"

// ---- errors -------------------------------------------------------------------------------------

static void name_ref(struct eval *ev, struct value piece, struct buf *out)
{
    (void)ev;
    if (piece.tag == VALUE_PATH) {
        buf_adds(out, path_base(piece.path->path.p));
        return;
    }
    const struct stage *s = piece.tag == VALUE_STAGE ? piece.stage : piece.ref->stage;
    buf_adds(out, s->name);
    if (piece.tag == VALUE_STAGE) return;
    for (size_t i = 0; i < piece.ref->count; i++)
        buf_printf(out, "/" STR_FMT, STR_ARG(piece.ref->parts[i]));
}

struct value text_refuse(struct eval *ev, struct value text, const char *what, struct span span)
{
    size_t count;
    struct value *pieces = text_pieces(ev, text.text, &count);
    struct buf ref = BUF_INIT;
    for (size_t i = 0; i < count && ref.len == 0; i++)
        if (pieces[i].tag != VALUE_STR) name_ref(ev, pieces[i], &ref);
    struct diag *d = eval_error(
        ev, span, "E0413", "a Text with the path of `%s` in it cannot be %s", buf_z(&ref), what);
    diag_note(d, "the path is not known before `%s` is realized", buf_z(&ref));
    diag_help(d, "a Text can be joined, concatenated, put into a config and given to a realizer");
    buf_free(&ref);
    return value_failed();
}

// ---- building -----------------------------------------------------------------------------------

void text_begin(struct text_builder *b, struct eval *ev)
{
    *b = (struct text_builder){.ev = ev};
}

void text_drop(struct text_builder *b)
{
    buf_free(&b->bytes);
    vec_free(&b->pieces);
}

static void flush_bytes(struct text_builder *b)
{
    if (b->bytes.len == 0) return;
    vec_push(&b->pieces, value_str_copy(b->ev, buf_str(&b->bytes)));
    buf_clear(&b->bytes);
}

static bool add_text(struct text_builder *b, struct text *t)
{
    size_t count;
    struct value *pieces = text_pieces(b->ev, t, &count);
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].tag == VALUE_STR) {
            buf_adds(&b->bytes, string_str(b->ev, pieces[i].string));
        } else {
            flush_bytes(b);
            vec_push(&b->pieces, pieces[i]);
        }
    }
    b->refs = true;
    return true;
}

static bool refuse_piece(struct text_builder *b, struct value v, struct span span)
{
    struct diag *d = eval_error(b->ev, span, "E0416", "%s cannot be interpolated into a string",
                                value_type_phrase(v.tag));
    if (v.tag == VALUE_LIST)
        diag_help(d, "`join(list, \" \")` makes one string of a list of strings");
    else if (v.tag == VALUE_RECORD)
        diag_help(d, "`to_json(value)` writes it as JSON");
    else if (v.tag == VALUE_PROMISE || v.tag == VALUE_CLAIM)
        diag_help(
            d,
            "make it an attribute of the stage, and let the script read the variable of that name");
    else if (v.tag == VALUE_NULL)
        diag_help(d, "`value ?? \"\"` gives a string where the value is null");
    return false;
}

bool text_add(struct text_builder *b, struct value v, struct span span)
{
    char number[JSON_FLOAT_SIZE];
    switch (v.tag) {
    case VALUE_STR: buf_adds(&b->bytes, string_str(b->ev, v.string)); break;
    case VALUE_INT: buf_printf(&b->bytes, "%" PRId64, v.integer); break;
    case VALUE_FLOAT: buf_add(&b->bytes, number, json_float_text(v.real, number)); break;
    case VALUE_BOOL: buf_addz(&b->bytes, v.boolean ? "true" : "false"); break;
    case VALUE_TEXT: return add_text(b, v.text);
    case VALUE_PATH:
    case VALUE_STAGE:
    case VALUE_REF:
        flush_bytes(b);
        vec_push(&b->pieces, v);
        b->refs = true;
        break;
    default: return refuse_piece(b, v, span);
    }
    return true;
}

struct value text_end(struct text_builder *b, struct span span)
{
    struct value result = value_failed();
    struct eval *ev = b->ev;
    if (!eval_string_limit(ev, b->bytes.len, span)) {
        // reported
    } else if (!b->refs) {
        result = value_str_copy(ev, buf_str(&b->bytes));
    } else {
        flush_bytes(b);
        struct text *t = value_alloc(ev, sizeof(*t));
        t->count = b->pieces.len;
        t->pieces = arena_alloc_array(&ev->arena, sizeof(*t->pieces), t->count);
        memcpy(t->pieces, b->pieces.at, t->count * sizeof(*t->pieces));
        result = (struct value){.tag = VALUE_TEXT, .text = t};
    }
    text_drop(b);
    return result;
}

bool value_interpolate(struct eval *ev, struct value v, struct span span, struct value *out)
{
    *out = v;
    if (v.tag == VALUE_STR || v.tag == VALUE_TEXT) return true;
    struct text_builder b;
    text_begin(&b, ev);
    if (!text_add(&b, v, span)) {
        text_drop(&b);
        return false;
    }
    *out = text_end(&b, span);
    return out->tag != VALUE_FAILED;
}

bool value_join(struct eval *ev, const struct value *at, size_t len, struct value sep,
                struct span span, struct value *out)
{
    struct text_builder b;
    text_begin(&b, ev);
    for (size_t i = 0; i < len; i++) {
        bool ok = (i == 0 || text_add(&b, sep, span)) && text_add(&b, at[i], span);
        // Bounded while it grows: one joined string may repeat a long one often.
        if (!ok || (b.bytes.len > ev->o.limits.string_bytes &&
                    !eval_string_limit(ev, b.bytes.len, span))) {
            text_drop(&b);
            return false;
        }
    }
    *out = text_end(&b, span);
    return out->tag != VALUE_FAILED;
}

// ---- concatenation ------------------------------------------------------------------------------

// Below this many bytes a copy costs less than a rope node.
#define ROPE_MIN 48

static struct value concat_strings(struct eval *ev, struct string *a, struct string *b)
{
    size_t len = (size_t)a->len + b->len;
    if (len <= ROPE_MIN) {
        struct str x = string_str(ev, a), y = string_str(ev, b);
        struct string *s = string_flat(ev, NULL, len, len + 1);
        char *p = (char *)(uintptr_t)s->p;
        memcpy(p, x.p, x.len);
        memcpy(p + x.len, y.p, y.len);
        p[len] = 0;
        return (struct value){.tag = VALUE_STR, .string = s};
    }
    struct string *s = value_alloc(ev, sizeof(*s));
    *s = (struct string){.len = (uint32_t)len, .left = a, .right = b};
    return (struct value){.tag = VALUE_STR, .string = s};
}

bool value_concat(struct eval *ev, struct value a, struct value b, struct span span,
                  struct value *out)
{
    if (a.tag == VALUE_STR && b.tag == VALUE_STR) {
        if (a.string->len == 0 || b.string->len == 0) {
            *out = a.string->len == 0 ? b : a;
            return true;
        }
        if (!eval_string_limit(ev, (size_t)a.string->len + b.string->len, span)) return false;
        *out = concat_strings(ev, a.string, b.string);
        return true;
    }
    size_t left = a.tag == VALUE_TEXT ? a.text->count : 1;
    size_t right = b.tag == VALUE_TEXT ? b.text->count : 1;
    if (!eval_list_limit(ev, left + right, span)) return false;
    struct text *t = value_alloc(ev, sizeof(*t));
    *t = (struct text){.count = left + right, .left = a, .right = b};
    *out = (struct value){.tag = VALUE_TEXT, .text = t};
    return true;
}

// ---- paths --------------------------------------------------------------------------------------

static struct value bad_join(struct eval *ev, struct str part, struct span span)
{
    const char *why = part.len == 0                    ? "is empty"
                      : memchr(part.p, '\0', part.len) ? "has a NUL in it"
                      : part.p[0] == '/'               ? "is absolute"
                                                       : "has a part that is empty, `.` or `..`";
    struct buf shown = BUF_INIT;
    print_quoted(&shown, part);
    struct diag *d =
        eval_error(ev, span, "E0415", "a path is joined with %s, which %s", buf_z(&shown), why);
    buf_free(&shown);
    diag_note(d, "what stands behind `/` stays inside of what stands before it");
    return value_failed();
}

// What a realizer makes has no name that the store gives to a file of its own.
static struct value reserved_join(struct eval *ev, struct value left, struct str part,
                                  struct span span)
{
    struct buf shown = BUF_INIT;
    print_quoted(&shown, part);
    struct diag *d =
        eval_error(ev, span, "E0415", "a %s cannot be %s, which the store itself writes",
                   left.tag == VALUE_PROMISE ? "promise" : "claim", buf_z(&shown));
    buf_free(&shown);
    diag_help(d, "give the artifact another name");
    return value_failed();
}

static struct value join_source(struct eval *ev, struct path_value *path, struct str part)
{
    struct path_value *p = value_alloc(ev, sizeof(*p));
    p->path = str_from(path_join(&ev->arena, path->path.p, part.p));
    return (struct value){.tag = VALUE_PATH, .path = p};
}

static struct value join_ref(struct eval *ev, struct value left, struct str part)
{
    size_t more = 1;
    for (size_t i = 0; i < part.len; i++) more += part.p[i] == '/';
    size_t have = left.tag == VALUE_STAGE ? 0 : left.ref->count;
    struct ref_value *r = value_alloc(ev, sizeof(*r));
    r->stage = left.tag == VALUE_STAGE ? left.stage : left.ref->stage;
    r->count = have + more;
    r->parts = value_alloc(ev, r->count * sizeof(*r->parts));
    if (have > 0) memcpy(r->parts, left.ref->parts, have * sizeof(*r->parts));
    const char *at = part.p;
    for (size_t i = 0; i < more; i++) {
        const char *slash = memchr(at, '/', (size_t)(part.p + part.len - at));
        size_t len = slash ? (size_t)(slash - at) : (size_t)(part.p + part.len - at);
        r->parts[have + i] = (struct str){at, len};
        at += len + 1;
    }
    uint8_t tag = left.tag == VALUE_STAGE ? VALUE_REF : left.tag;
    return (struct value){.tag = tag, .flags = left.flags, .ref = r};
}

struct value text_join_path(struct eval *ev, struct value left, struct value right,
                            struct span span)
{
    if (right.tag == VALUE_TEXT) return text_refuse(ev, right, "joined to a path", span);
    if (right.tag != VALUE_STR) {
        eval_error(ev, span, "E0401", "%s is joined with a Str, not with %s",
                   value_type_phrase(left.tag), value_type_phrase(right.tag));
        return value_failed();
    }
    struct str part = string_str(ev, right.string);
    if (!path_is_inside(part)) return bad_join(ev, part, span);
    bool is_own = left.tag == VALUE_PROMISE || left.tag == VALUE_CLAIM;
    if (is_own && left.ref->count == 0 && stage_path_reserved(part))
        return reserved_join(ev, left, part, span);
    return left.tag == VALUE_PATH ? join_source(ev, left.path, part) : join_ref(ev, left, part);
}
