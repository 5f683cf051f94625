#include "eval/toplevel.h"

#include "base/path.h"
#include "base/source.h"
#include "eval/contract_resolve.h"
#include "eval/interp.h"
#include "eval/module.h"
#include "eval/module_item.h"
#include "eval/param.h"
#include "eval/peek.h"
#include "eval/resolve.h"
#include "syntax/parse.h"

// What a name is bound to: a value or a type, never both, as in a module.
struct bound {
    sym name;
    struct module *module; // where it was defined
    uint32_t slot;         // of a value
    struct contract *type; // of a type; else null
};

struct toplevel {
    struct eval *ev;
    const char *dir;
    struct module *prompt; // where expressions are resolved
    struct module *it;     // one slot; null: there is no `it`
    sym it_name;
    bool mentions_it;
    VEC(struct bound) entries;
    struct symmap index;
};

// ---- life ---------------------------------------------------------------------------------------

struct toplevel *toplevel_new(struct eval *ev, const char *dir)
{
    struct toplevel *t = bug_malloc(sizeof(*t));
    *t = (struct toplevel){.ev = ev, .dir = dir, .it_name = eval_sym(ev, STR("it"))};
    const char *path = path_join(&ev->arena, dir, "<repl>");
    t->prompt = eval_load_text(ev, STR(""), path, "<repl>", NULL, 0);
    if (!t->prompt) {
        toplevel_free(t);
        return NULL;
    }
    t->prompt->def->outer = t;
    return t;
}

void toplevel_free(struct toplevel *t)
{
    if (!t) return;
    vec_free(&t->entries);
    symmap_free(&t->index);
    free(t);
}

// ---- what a text is -----------------------------------------------------------------------------

// How far a reading came, and what it found.
struct reading {
    bool good;
    bool early;     // more text could mend it
    size_t reached; // offset of the first error
    size_t count;   // of bindings
};

static struct reading read_as(const struct source *source, struct symtab *syms, bool as_expr)
{
    struct arena arena = ARENA_INIT;
    struct diag_sink quiet = DIAG_SINK_INIT;
    struct reading r = {0};
    if (as_expr) {
        r.good = parse_expr(&arena, source, syms, &quiet, NULL) != NULL;
    } else {
        struct file *file = parse_file(source, syms, &quiet, NULL);
        r.good = !file->has_errors;
        r.count = file->count;
        file_free(file);
    }
    if (quiet.first) r.reached = quiet.first->primary.span.start;
    r.early = !r.good && parse_ends_early(source, syms, as_expr);
    diag_sink_free(&quiet);
    arena_free(&arena);
    return r;
}

// Documentation waits for what it documents.
static bool ends_in_doc(struct str text)
{
    size_t end = text.len;
    while (end > 0 && strchr(" \t\r\n", text.p[end - 1])) end--;
    size_t start = end;
    while (start > 0 && text.p[start - 1] != '\n') start--;
    while (start < end && (text.p[start] == ' ' || text.p[start] == '\t')) start++;
    return end - start >= 2 && text.p[start] == '#' && text.p[start + 1] == '#';
}

enum toplevel_kind toplevel_classify(struct symtab *syms, struct str text)
{
    struct sources sources = SOURCES_INIT;
    const struct source *source = sources_add(&sources, "<repl>", NULL, text);
    enum toplevel_kind kind;
    struct reading file = read_as(source, syms, false);
    if (file.good) {
        kind = file.count > 0      ? TOPLEVEL_BINDINGS
               : ends_in_doc(text) ? TOPLEVEL_MORE
                                   : TOPLEVEL_NOTHING;
    } else {
        struct reading expr = read_as(source, syms, true);
        if (expr.good)
            kind = TOPLEVEL_EXPR;
        else if (file.early || expr.early)
            kind = TOPLEVEL_MORE;
        else
            kind = file.reached > expr.reached ? TOPLEVEL_BINDINGS : TOPLEVEL_EXPR;
    }
    sources_free(&sources);
    return kind;
}

bool toplevel_is_expr(struct symtab *syms, struct str text)
{
    struct sources sources = SOURCES_INIT;
    bool good = read_as(sources_add(&sources, "<repl>", NULL, text), syms, true).good;
    sources_free(&sources);
    return good;
}

// ---- defining -----------------------------------------------------------------------------------

static void enter_name(struct toplevel *t, struct bound e)
{
    uint32_t known = symmap_get(&t->index, e.name);
    if (known != SYMMAP_NONE) {
        t->entries.at[known] = e;
        return;
    }
    symmap_set(&t->index, e.name, (uint32_t)t->entries.len);
    vec_push(&t->entries, e);
}

void toplevel_open(struct toplevel *t, struct module *m)
{
    const struct module_def *def = m->def;
    size_t count;
    const struct module_item *items = module_items(m, &count);
    for (size_t i = 0; i < count; i++) {
        const struct module_item *item = &items[i];
        if (item->kind == MODULE_TEST) continue;
        struct bound e = {eval_sym(t->ev, item->name), m, item->slot, NULL};
        for (uint32_t k = 0; item->kind == MODULE_TYPE && k < def->types.len; k++)
            if (def->types.at[k].name == e.name) e.type = def->types.at[k].contract;
        enter_name(t, e);
    }
}

struct define_job {
    struct toplevel *t;
    struct str text;
    const char *name;
    struct module *module;
};

static bool define_job(struct eval *ev, void *ctx)
{
    struct define_job *job = ctx;
    struct toplevel *t = job->t;
    struct str path = str_from(path_join(&ev->arena, t->dir, job->name));
    struct module_def *def = module_def_text(ev, job->text, path, job->name, t);
    if (!def) return false;
    job->module = param_instance(ev, def, NULL, 0, false);
    return job->module && module_check_asserts(ev, job->module);
}

bool toplevel_define(struct toplevel *t, struct str text, const char *name, struct module **out)
{
    struct define_job job = {.t = t, .text = text, .name = name};
    t->mentions_it = false;
    if (!machine_run(t->ev, define_job, &job)) return false;
    toplevel_open(t, job.module);
    if (out) *out = job.module;
    return true;
}

bool toplevel_eval(struct toplevel *t, struct str text, const char *name, struct value *out)
{
    t->mentions_it = false;
    return eval_expr(t->ev, t->prompt, text, name, out);
}

static void set_it_slot(struct toplevel *t, struct value v)
{
    // A new one each time: who mentioned the old `it` keeps it.
    t->it = value_alloc(t->ev, sizeof(*t->it) + sizeof(struct value));
    t->it->def = t->prompt->def;
    t->it->slots[0] = v;
}

void toplevel_set_it(struct toplevel *t, struct value v)
{
    set_it_slot(t, v);
}

bool toplevel_delay_it(struct toplevel *t, struct str text, const char *name)
{
    struct value thunk;
    t->mentions_it = false;
    if (!eval_expr_delay(t->ev, t->prompt, text, name, &thunk)) return false;
    set_it_slot(t, thunk);
    return true;
}

bool toplevel_mentions_it(const struct toplevel *t)
{
    return t->mentions_it;
}

// ---- resolving ----------------------------------------------------------------------------------

static struct bound *find_entry(struct toplevel *t, sym name)
{
    uint32_t index = symmap_get(&t->index, name);
    return index == SYMMAP_NONE ? NULL : &t->entries.at[index];
}

bool toplevel_slot(struct toplevel *t, sym name, struct toplevel_slot *out)
{
    const struct bound *e = find_entry(t, name);
    if (e && !e->type) {
        *out = (struct toplevel_slot){e->module, e->slot};
        return true;
    }
    if (e || name != t->it_name || !t->it) return false;
    t->mentions_it = true;
    *out = (struct toplevel_slot){t->it, 0};
    return true;
}

const struct node *toplevel_init(struct toplevel *t, sym name)
{
    const struct bound *e = find_entry(t, name);
    return e && !e->type ? e->module->def->slots.at[e->slot].init : NULL;
}

struct contract *toplevel_type(struct toplevel *t, sym name)
{
    const struct bound *e = find_entry(t, name);
    return e ? e->type : NULL;
}

size_t toplevel_count(const struct toplevel *t)
{
    return t->entries.len;
}

struct str toplevel_candidate(const struct toplevel *t, size_t index, bool is_type)
{
    const struct bound *e = &t->entries.at[index];
    return is_type == (e->type != NULL) ? sym_str(t->ev->o.syms, e->name) : STR("");
}

// ---- looking ------------------------------------------------------------------------------------

void toplevel_names_free(struct toplevel_names *names)
{
    vec_free(names);
}

static struct toplevel_name item_name(const struct module_item *item)
{
    return (struct toplevel_name){item->name, item->signature, item->doc, item->kind};
}

static const struct module_item *find_item(struct module_def *def, struct str name)
{
    size_t count;
    const struct module_item *items = module_def_items(def, &count);
    for (size_t i = 0; i < count; i++)
        if (items[i].kind != MODULE_TEST && str_eq(items[i].name, name)) return &items[i];
    return NULL;
}

void toplevel_defined(struct toplevel *t, struct toplevel_names *out)
{
    vec_each (e, &t->entries) {
        const struct module_item *item = find_item(e->module->def, sym_str(t->ev->o.syms, e->name));
        if (item) vec_push(out, item_name(item));
    }
}

void toplevel_library(struct toplevel *t, struct toplevel_names *out)
{
    vec_each (g, &t->ev->globals)
        if (!g->internal)
            vec_push(out, (struct toplevel_name){.name = sym_str(t->ev->o.syms, g->name)});
}

// Cuts the first part off a dotted path.
static struct str next_part(struct str *path)
{
    const char *dot = path->len ? memchr(path->p, '.', path->len) : NULL;
    struct str part = {path->p, dot ? (size_t)(dot - path->p) : path->len};
    size_t gone = part.len + (dot != NULL);
    *path = (struct str){path->p + gone, path->len - gone};
    return part;
}

bool toplevel_find(struct toplevel *t, struct str path, struct toplevel_name *out)
{
    sym name = sym_find(t->ev->o.syms, next_part(&path));
    const struct bound *e = name ? find_entry(t, name) : NULL;
    const struct module_item *item =
        e ? find_item(e->module->def, sym_str(t->ev->o.syms, name)) : NULL;
    struct module_def *def = e ? e->module->def : NULL;
    while (item && path.len) {
        const struct node *init = item->kind == MODULE_TYPE ? NULL : def->slots.at[item->slot].init;
        const struct node_import *import = node_import_of(init);
        def = import ? import->def : NULL;
        item = def && !def->is_json ? find_item(def, next_part(&path)) : NULL;
        if (item && item->is_private) item = NULL;
    }
    if (item) *out = item_name(item);
    return item != NULL;
}

static void add_field(void *ctx, struct str name)
{
    struct toplevel_names *out = ctx;
    vec_push(out, (struct toplevel_name){.name = name});
}

void toplevel_fields(struct toplevel *t, struct str path, struct toplevel_names *out)
{
    struct eval *ev = t->ev;
    sym name = sym_find(ev->o.syms, next_part(&path));
    bool mentions_it = t->mentions_it;
    struct toplevel_slot slot;
    struct peek p;
    uint32_t global = name ? symmap_get(&ev->global_index, name) : SYMMAP_NONE;
    if (name && toplevel_slot(t, name, &slot))
        p = peek_value(slot.module->slots[slot.slot]);
    else if (global != SYMMAP_NONE && !ev->globals.at[global].module)
        p = peek_value(ev->globals.at[global].value);
    else
        return;
    t->mentions_it = mentions_it;
    while (path.len) {
        name = sym_find(ev->o.syms, next_part(&path));
        p = name ? peek_field(ev, p, name) : (struct peek){.kind = PEEK_UNKNOWN};
    }
    peek_fields(ev, p, add_field, out);
}
