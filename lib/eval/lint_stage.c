#include "eval/lint_stage.h"

#include <ctype.h>

#include "eval/host.h"
#include "eval/stage_value.h"

static struct value field_of(struct eval *ev, const struct record *r, const char *name)
{
    uint32_t i = record_find(r, eval_sym(ev, str_from(name)));
    if (i == RECORD_NONE) return value_null();
    struct value v = r->fields[i];
    return v.tag == VALUE_THUNK && v.thunk->state == THUNK_DONE ? v.thunk->value : v;
}

// ---- what the script says -----------------------------------------------------------------------

static void add_text(struct eval *ev, struct value v, struct buf *out)
{
    size_t count;
    if (v.tag == VALUE_STR) {
        buf_adds(out, string_str(ev, v.string));
        buf_addc(out, '\n');
    } else if (v.tag == VALUE_TEXT) {
        const struct value *pieces = text_pieces(ev, v.text, &count);
        for (size_t i = 0; i < count; i++) add_text(ev, pieces[i], out);
    }
}

static bool add_file(struct eval *ev, struct value file, struct buf *out)
{
    if (file.tag != VALUE_PATH) return false;
    const struct eval_host *host = ev->o.host;
    struct diag_sink quiet = DIAG_SINK_INIT;
    struct arena arena = ARENA_INIT;
    struct str text;
    bool ok = host->read_file(host->ctx, &arena, file.path->path.p, SPAN_NONE, &quiet, &text);
    if (ok) buf_adds(out, text);
    arena_free(&arena);
    diag_sink_free(&quiet);
    return ok;
}

// All that a script says; false if there is none, or it cannot be read. (What a program does that
// `exec` runs is not known.)
static bool read_script(struct eval *ev, const struct record *realizer, struct buf *out)
{
    struct value kind = field_of(ev, realizer, "kind");
    if (kind.tag != VALUE_STR || !str_eqz(string_str(ev, kind.string), "script")) return false;
    struct value text = field_of(ev, realizer, "text");
    if (text.tag == VALUE_NULL) return add_file(ev, field_of(ev, realizer, "file"), out);
    add_text(ev, text, out);
    return true;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool mentions(struct str text, struct str name)
{
    const char *p = text.p, *end = text.p + text.len;
    while (name.len > 0 && (p = memmem(p, (size_t)(end - p), name.p, name.len))) {
        bool begins = p == text.p || !is_word(p[-1]) || !is_word(name.p[0]);
        bool ends = p + name.len == end || !is_word(p[name.len]) || !is_word(name.p[name.len - 1]);
        if (begins && ends) return true;
        p++;
    }
    return false;
}

// Is the whole output folder given to something, as in `make install DESTDIR="$out"`? Then nobody
// knows what is made in it.
static bool gives_out(struct str text)
{
    static const char *const names[] = {"$outs", "$out", "${out}", "outpath"};
    for (size_t i = 0; i < LEN(names); i++) {
        size_t len = strlen(names[i]);
        const char *end = text.p + text.len;
        for (const char *p = text.p; (p = memmem(p, (size_t)(end - p), names[i], len)); p += len) {
            const char *next = p + len;
            if (next < end && is_word(*next)) continue;
            while (next < end && (*next == '"' || *next == '\'' || *next == ' ')) next++;
            if (next == end || *next != '/') return true;
        }
    }
    return false;
}

// ---- promises -----------------------------------------------------------------------------------

static void check_promise(struct linter *l, const struct record *config, uint32_t i,
                          struct str script)
{
    struct value v = config->fields[i];
    if (v.tag == VALUE_THUNK && v.thunk->state == THUNK_DONE) v = v.thunk->value;
    struct span span = record_span(config, i);
    if (v.tag != VALUE_PROMISE || span.source != l->def->source->id || v.ref->count == 0) return;
    struct str name = sym_str(l->ev->o.syms, config->shape->syms[i]);
    struct str last = v.ref->parts[v.ref->count - 1];
    if (mentions(script, name) || mentions(script, last)) return;
    struct diag *d = lint_report(
        l, LINT_PROMISE, span, "the script of the stage does not mention the promise `" STR_FMT "`",
        STR_ARG(name));
    if (!d) return;
    diag_note(d, "it gets the path as `" STR_FMT "`; a promise that is not kept is an error",
              STR_ARG(name));
    diag_help(d, "`claim` instead of `promise` is for files that may or may not come to be");
}

void lint_stage_promises(struct linter *l)
{
    struct eval *ev = l->ev;
    struct stage_list stages = eval_all_stages(ev);
    for (size_t i = 0; i < stages.len; i++) {
        const struct stage_info *info = stage_info(stages.at[i]);
        const struct record *config = info->config;
        bool any = false;
        for (uint32_t k = 0; k < record_count(config); k++)
            any = any || record_span(config, k).source == l->def->source->id;
        if (!any || info->realizer.tag != VALUE_REALIZER) continue;
        struct buf script = BUF_INIT;
        if (read_script(ev, info->realizer.opaque->data.record, &script) &&
            !gives_out(buf_str(&script)))
            for (uint32_t k = 0; k < record_count(config); k++)
                check_promise(l, config, k, buf_str(&script));
        buf_free(&script);
    }
}
