#include "eval/module_item.h"

#include <ctype.h>
#include <stdlib.h>

// `f(x: Int) -> T` of `f(x: Int) -> T = body`: where the last `=` before the body stands.
static uint32_t function_head(const struct module_def *def, const struct binding *b)
{
    const char *text = def->source->text.p;
    uint32_t end = b->value->fn->body->span.start;
    while (end > b->name.span.end && text[end - 1] != '=') end--;
    return end > b->name.span.end ? end - 1 : b->span.end;
}

static uint32_t signature_end(const struct module_def *def, const struct binding *b)
{
    if (b->kind == BINDING_FUNCTION) return function_head(def, b);
    if (b->kind == BINDING_VALUE) return b->type ? b->type->span.end : b->name.span.end;
    return b->span.end;
}

static void keep_text(struct module_def *def, struct str text)
{
    vec_push(&def->item_texts, arena_str(&def->item_arena, text));
}

void module_item_note(struct module_def *def, const struct binding *b)
{
    static const uint8_t kinds[] = {
        [BINDING_VALUE] = MODULE_VALUE, [BINDING_FUNCTION] = MODULE_FUNCTION,
        [BINDING_PARAM] = MODULE_PARAM, [BINDING_TYPE] = MODULE_TYPE,
        [BINDING_TEST] = MODULE_TEST,
    };
    if (b->kind == BINDING_ASSERT) return;
    bool test = b->kind == BINDING_TEST;
    struct span span = test ? b->title_span : b->name.span;
    struct item_note n = {
        .kind = kinds[b->kind],
        .has_default = b->kind == BINDING_PARAM && b->value,
        .name = b->name.id,
        .slot = SYMMAP_NONE,
        .start = span.start,
        .end = span.end,
        .signature_end = test ? span.end : signature_end(def, b),
    };
    if (test)
        n.slot = (uint32_t)def->tests.len - 1;
    else if (b->kind != BINDING_TYPE)
        n.slot = symmap_get(&def->names, b->name.id);
    if (b->doc.len || test) {
        keep_text(def, b->doc);
        n.texts = (uint32_t)def->item_texts.len;
    }
    if (test) keep_text(def, b->title);
    vec_push(&def->item_notes, n);
}

static bool is_one_line(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (isspace((unsigned char)s.p[i]) && (s.p[i] != ' ' || i == 0 || s.p[i - 1] == ' '))
            return false;
    return s.len == 0 || s.p[s.len - 1] != ' ';
}

// Source text on one line: the text itself, or a copy without line breaks and what indents.
static struct str one_line(struct module_def *def, uint32_t start, uint32_t end)
{
    const char *text = def->source->text.p;
    struct str slice = {text + start, end - start};
    if (is_one_line(slice)) return slice;
    struct buf b = BUF_INIT;
    for (uint32_t i = start; i < end; i++) {
        bool space = isspace((unsigned char)text[i]);
        if (!space)
            buf_addc(&b, text[i]);
        else if (b.len > 0 && b.p[b.len - 1] != ' ')
            buf_addc(&b, ' ');
    }
    while (b.len > 0 && b.p[b.len - 1] == ' ') buf_truncate(&b, b.len - 1);
    struct str s = arena_str(&def->item_arena, buf_str(&b));
    buf_free(&b);
    return s;
}

static void make_item(struct module_def *def, const struct item_note *n, struct module_item *out)
{
    *out = (struct module_item){
        .kind = (enum module_item_kind)n->kind,
        .doc = n->texts ? def->item_texts.at[n->texts - 1] : STR(""),
        .has_default = n->has_default,
        .span = {def->source->id, n->start, n->end},
        .slot = n->slot,
    };
    if (n->kind == MODULE_TEST) {
        out->name = out->signature = def->item_texts.at[n->texts];
        return;
    }
    out->name = sym_str(def->syms, n->name);
    out->is_private = out->name.p[0] == '_';
    out->signature = one_line(def, n->start, n->signature_end);
}

const struct module_item *module_def_items(struct module_def *def, size_t *count)
{
    *count = def->item_notes.len;
    if (!def->items && *count) {
        def->items = bug_malloc(*count * sizeof(*def->items));
        for (size_t i = 0; i < *count; i++) make_item(def, &def->item_notes.at[i], &def->items[i]);
    }
    return def->items;
}

const struct module_item *module_items(const struct module *m, size_t *count)
{
    return module_def_items(m->def, count);
}

bool module_find(const struct module *m, struct str name, struct module_item *out)
{
    sym wanted = sym_find(m->def->syms, name);
    if (!wanted) return false;
    vec_each (n, &m->def->item_notes) {
        if (n->name != wanted || n->kind == MODULE_TEST || n->kind == MODULE_TYPE) continue;
        make_item(m->def, n, out);
        return true;
    }
    return false;
}

void module_items_free(struct module_def *def)
{
    vec_free(&def->item_notes);
    vec_free(&def->item_texts);
    arena_free(&def->item_arena);
    free(def->items);
}
