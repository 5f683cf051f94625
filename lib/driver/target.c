#include "driver/target.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/driver.h"
#include "driver/interactive.h"
#include "store/query.h"
#include "store/ref.h"

#define LISTED_NAMES 20

void target_list_free(struct target_list *list)
{
    vec_free(&list->items);
}

// Could this be a ref, or the beginning of one?
static bool looks_like_ref(const char *text)
{
    if (strncmp(text, "dref:", 5) == 0 || strncmp(text, "rref:", 5) == 0) return true;
    size_t hex = strspn(text, "0123456789abcdef");
    return hex >= 4 && (text[hex] == '\0' || text[hex] == '-');
}

struct target_text target_split(struct driver *d, const char *text)
{
    const char *hash = strrchr(text, '#');
    if (access(text, F_OK) == 0) return (struct target_text){text, NULL};
    if (hash && hash != text) {
        const char *file = arena_dup(&d->arena, text, (size_t)(hash - text));
        return (struct target_text){file, hash + 1};
    }
    if (looks_like_ref(text)) return (struct target_text){NULL, text};
    return (struct target_text){text, NULL};
}

// Notes the public names of a module, and which one may have been meant by `wanted` (may be empty),
// behind which `rest` stood.
static void note_names(struct driver *d, struct diag *diag, const struct module *m,
                       const char *file, struct str wanted, const char *rest)
{
    size_t count, n = 0;
    const struct module_item *items = module_items(m, &count);
    struct str *names = ARENA_ARRAY(&d->arena, struct str, count + 1);
    struct buf list = BUF_INIT;
    for (size_t i = 0; i < count; i++) {
        bool function = items[i].kind == MODULE_FUNCTION;
        if (items[i].is_private || !(function || items[i].kind == MODULE_VALUE)) continue;
        if (n < LISTED_NAMES)
            buf_printf(&list, "%s" STR_FMT "%s", n ? ", " : "", STR_ARG(items[i].name),
                       function ? "(…)" : "");
        names[n++] = items[i].name;
    }
    if (n > LISTED_NAMES) buf_printf(&list, " and %zu more", n - LISTED_NAMES);
    if (n)
        diag_note(diag, "`%s` defines: %s", file, buf_z(&list));
    else
        diag_note(diag, "`%s` defines nothing that is public", file);
    buf_free(&list);
    struct str near = wanted.len ? diag_nearest(wanted, names, n) : STR("");
    if (near.len) diag_help(diag, "did you mean `%s#" STR_FMT "%s`?", file, STR_ARG(near), rest);
}

// The first part of `a.b.c` or `"a".b`, and what stands behind it.
static struct str first_name(const char *text, const char **rest)
{
    const char *close = *text == '"' ? strchr(text + 1, '"') : NULL;
    *rest = close ? close + 1 : text + strcspn(text, ".");
    return close ? (struct str){text + 1, (size_t)(close - text) - 1}
                 : (struct str){text, (size_t)(*rest - text)};
}

// Is there a file before the `#`, and something behind it?
static bool check_text(struct driver *d, const char *text)
{
    size_t len = strlen(text);
    if (len && *text != '#' && (text[len - 1] != '#' || access(text, F_OK) == 0)) return true;
    struct diag *diag = diag_error(&d->sink, SPAN_NONE, "E1007", "`%s` is no target", text);
    diag_help(diag, "a target is a file (`pipeline.plx`) or a name in it (`pipeline.plx#train`)");
    return false;
}

// Is the first part of `a.b.c` a public name? Otherwise E1007; what lies behind it, eval_lookup
// checks.
static bool check_name(struct driver *d, struct module *m, struct target_text t)
{
    const char *rest;
    struct str name = first_name(t.name, &rest);
    struct module_item item;
    bool defined = module_find(m, name, &item);
    if (defined && !item.is_private) return true;
    struct diag *diag;
    if (defined) {
        diag = diag_error(&d->sink, item.span, "E1007", "`" STR_FMT "` of `%s` is private",
                          STR_ARG(name), t.file);
        diag_primary(diag, "names that begin with `_` are private");
        diag_help(diag, "give it a public name to use it as a target");
        return false;
    }
    diag = diag_error(&d->sink, SPAN_NONE, "E1007", "`%s` does not define `" STR_FMT "`", t.file,
                      STR_ARG(name));
    note_names(d, diag, m, t.file, name, rest);
    return false;
}

static bool lookup(struct driver *d, struct module *m, struct target_text t, struct value *out)
{
    return check_name(d, m, t) && eval_lookup(d->eval, m, str_from(t.name), out);
}

static struct str join_parts(struct driver *d, const struct ref_value *ref)
{
    struct buf path = BUF_INIT;
    for (size_t i = 0; i < ref->count; i++) {
        if (i) buf_addc(&path, '/');
        buf_adds(&path, ref->parts[i]);
    }
    struct str copy = arena_str(&d->arena, buf_str(&path));
    buf_free(&path);
    return copy;
}

static bool not_a_stage(struct driver *d, const char *text, struct target_text t, struct module *m,
                        struct value v)
{
    struct module_item item;
    const char *rest;
    bool defined = module_find(m, first_name(t.name, &rest), &item);
    struct diag *diag = diag_error(&d->sink, defined ? item.span : SPAN_NONE, "E1008",
                                   "`%s` is %s, which holds no stage", text,
                                   value_type_phrase((enum value_tag)v.tag));
    if (defined) diag_primary(diag, "defined here");
    if (v.tag == VALUE_FN)
        diag_help(diag, "bind the result of a call to a name, and use that as the target");
    else
        diag_help(diag, "`plxc eval '%s'` prints the value", text);
    note_names(d, diag, m, t.file, STR(""), "");
    return false;
}

static void add_stages(const char *text, const struct stage_list *stages, struct target_list *out)
{
    for (size_t i = 0; i < stages->len; i++)
        vec_push(&out->items, (struct target){text, stages->at[i], stages->at[i]->dref, STR("")});
}

bool target_add(struct driver *d, const char *text, struct value v, struct target_list *out)
{
    struct stage_list stages = {0};
    if (!eval_stages(d->eval, v, &stages)) return false;
    add_stages(text, &stages, out);
    if (v.tag == VALUE_REF && stages.len) vec_last(&out->items).path = join_parts(d, v.ref);
    return true;
}

static bool resolve_ref(struct driver *d, const char *text, struct target_list *out)
{
    if (!d->store_is_open) BUG("a ref as a target before the store was opened");
    struct str ref;
    if (!query_ref(&d->store, &d->arena, text, &ref, &d->sink)) return false;
    if (ref_is_rref(ref)) {
        struct diag *diag = diag_error(&d->sink, SPAN_NONE, "E1008",
                                       "`%s` is a realization already, not a target", text);
        diag_help(diag, "`plxc show %s` shows it, `plxc store path %s` prints where it is", text,
                  text);
        return false;
    }
    vec_push(&out->items, (struct target){text, NULL, ref, STR("")});
    return true;
}

bool target_resolve(struct driver *d, const char *text, struct target_list *out)
{
    if (d->interactive) return interactive_target(d->interactive, text, out);
    if (!check_text(d, text)) return false;
    struct target_text t = target_split(d, text);
    if (!t.file) return resolve_ref(d, text, out);
    struct module *m = driver_load(d, t.file);
    if (!m) return false;
    struct stage_list stages = {0};
    struct value v;
    if (!t.name) {
        struct module_item item;
        if (!module_find(m, STR("default"), &item) || item.kind == MODULE_PARAM) {
            if (!eval_module_stages(d->eval, m, &stages)) return false;
            if (stages.len) {
                add_stages(text, &stages, out);
                return true;
            }
            struct diag *diag =
                diag_error(&d->sink, SPAN_NONE, "E1009", "`%s` has no public stage", t.file);
            note_names(d, diag, m, t.file, STR(""), "");
            return false;
        }
        t.name = "default";
    }
    size_t count = out->items.len;
    if (!lookup(d, m, t, &v) || !target_add(d, text, v, out)) return false;
    return out->items.len > count || not_a_stage(d, text, t, m, v);
}

bool target_value(struct driver *d, const char *text, struct value *out)
{
    if (d->interactive) return interactive_look(d->interactive, str_from(text), out);
    if (!check_text(d, text)) return false;
    struct target_text t = target_split(d, text);
    if (!t.file) t.file = t.name, t.name = NULL;
    struct module *m = driver_load(d, t.file);
    if (!m) return false;
    return t.name ? lookup(d, m, t, out) : eval_module(d->eval, m, out);
}
