#include "driver/interactive.h"

#include <string.h>

#include "base/path.h"
#include "driver/driver.h"
#include "driver/target.h"
#include "eval/eval.h"

#define MEMORY_DEFAULT ((size_t)256 << 20)

// ---- making it again ----------------------------------------------------------------------------

static const char *folder(struct interactive *i)
{
    struct driver *d = i->driver;
    if (!i->file) return d->cwd;
    return path_dir(&d->arena, path_normalize(&d->arena, path_join(&d->arena, d->cwd, i->file)));
}

// A toplevel in an evaluation that has none. With a file that cannot be loaded it is empty.
static bool begin(struct interactive *i)
{
    struct driver *d = i->driver;
    i->module = NULL;
    i->top = NULL;
    if (!driver_eval(d)) return false;
    // Before the toplevel: how messages call files depends on the first one.
    if (i->file) i->module = driver_load(d, i->file);
    bool ok = !i->file || i->module;
    if (ok && !i->file && d->sets.len) ok = driver_load_empty(d, "<repl>") != NULL;
    i->top = toplevel_new(d->eval, folder(i));
    if (i->top && i->module) toplevel_open(i->top, i->module);
    return ok && i->top;
}

static bool replay_one(struct interactive *i, const struct interactive_input *input)
{
    if (!input->is_expr) return toplevel_define(i->top, input->text, input->name, NULL);
    if (input->needed) return toplevel_delay_it(i->top, input->text, input->name);
    // That there is no `it` any more, nobody needs to be told.
    struct diag_sink *sink = &i->driver->sink, kept;
    diag_flush(sink);
    kept = *sink;
    *sink = DIAG_SINK_INIT;
    bool ok = toplevel_delay_it(i->top, input->text, input->name);
    diag_sink_free(sink);
    *sink = kept;
    return ok;
}

// Gives how many inputs failed; `drop`: and are left out from now on.
static size_t replay(struct interactive *i, bool drop)
{
    size_t kept = 0, count = i->log.len, failed = 0;
    for (size_t k = 0; k < count; k++) {
        struct interactive_input input = i->log.at[k];
        bool ok = replay_one(i, &input);
        failed += !ok && (input.needed || !input.is_expr);
        if (ok || !drop) i->log.at[kept++] = input;
    }
    i->log.len = kept;
    return failed;
}

static void copy_sets(struct driver *d, const struct driver_evaluation *from)
{
    for (size_t k = 0; k < from->sets.len; k++) vec_push(&d->sets, from->sets.at[k]);
}

// After begin: takes the new evaluation, or goes back to the old one.
static bool settle(struct interactive *i, bool ok, struct driver_evaluation *old,
                   struct toplevel *old_top, struct module *old_module)
{
    struct driver *d = i->driver;
    diag_flush(&d->sink); // it shows texts of the evaluation that goes
    if (ok) {
        toplevel_free(old_top);
        old->interactive = NULL; // it goes on
        driver_evaluation_free(old);
    } else {
        toplevel_free(i->top);
        i->top = old_top;
        i->module = old_module;
        driver_restore(d, old);
    }
    d->interactive = i;
    return ok;
}

static bool restart(struct interactive *i, const struct eval_set *set, size_t *left_out)
{
    struct driver *d = i->driver;
    struct driver_evaluation old;
    struct toplevel *top = i->top;
    struct module *module = i->module;
    diag_flush(&d->sink);
    driver_put_aside(d, &old);
    copy_sets(d, &old);
    bool replaced = false;
    if (set) {
        vec_each (s, &d->sets) {
            if (!str_eq(s->name, set->name)) continue;
            s->text = set->text;
            replaced = true;
        }
        if (!replaced) vec_push(&d->sets, *set);
    }
    bool ok = begin(i);
    size_t lost = ok ? replay(i, true) : 0;
    if (left_out) *left_out = lost;
    return settle(i, ok, &old, top, module);
}

bool interactive_restart(struct interactive *i, size_t *left_out)
{
    return restart(i, NULL, left_out);
}

bool interactive_set(struct interactive *i, struct str name, struct str text, size_t *left_out)
{
    struct eval_set set = {arena_str(&i->arena, name), arena_str(&i->arena, text)};
    return restart(i, &set, left_out);
}

bool interactive_load(struct interactive *i, const char *file)
{
    struct driver *d = i->driver;
    struct driver_evaluation old;
    struct toplevel *top = i->top;
    struct module *module = i->module;
    const char *old_file = i->file;
    diag_flush(&d->sink);
    driver_put_aside(d, &old); // and with it the params of the old file
    i->file = file ? arena_strdup(&i->arena, file) : NULL;
    bool ok = settle(i, begin(i), &old, top, module);
    if (ok)
        vec_clear(&i->log);
    else
        i->file = old_file;
    return ok;
}

// The same with less memory: texts as they were loaded, and silent, since nothing new is said.
static void forget_values(struct interactive *i)
{
    struct driver *d = i->driver;
    struct driver_evaluation old;
    struct toplevel *top = i->top;
    struct module *module = i->module;
    void (*trace)(void *ctx, const char *place, struct str text) = d->trace;
    diag_flush(&d->sink);
    struct diag_sink sink = d->sink;
    driver_put_aside(d, &old);
    copy_sets(d, &old);
    d->sink = DIAG_SINK_INIT;
    d->trace = NULL;
    d->texts = &old.sources;
    bool ok = begin(i);
    // A binding whose assert takes too long by now, say: better too much memory than a name less.
    ok = ok && replay(i, false) == 0;
    d->texts = NULL;
    d->trace = trace;
    diag_sink_free(&d->sink);
    d->sink = sink;
    (void)settle(i, ok, &old, top, module);
}

// ---- life ---------------------------------------------------------------------------------------

static struct interactive *make(struct driver *d, const char *file)
{
    struct interactive *i = ARENA_NEW(&d->arena, struct interactive);
    *i = (struct interactive){.driver = d, .name = "<repl>"};
    i->file = file ? arena_strdup(&i->arena, file) : NULL;
    d->interactive = i;
    return i;
}

bool interactive_begin(struct driver *d, const char *file)
{
    struct interactive *i = make(d, file);
    bool ok = begin(i);
    if (!i->top) {
        interactive_free(i);
        d->interactive = NULL;
    }
    return ok;
}

void interactive_free(struct interactive *i)
{
    if (!i) return;
    toplevel_free(i->top);
    vec_free(&i->log);
    arena_free(&i->arena);
}

// ---- inputs -------------------------------------------------------------------------------------

static void tidy(struct interactive *i)
{
    size_t least = i->memory_limit ? i->memory_limit : MEMORY_DEFAULT;
    if (i->memory_now < least) i->memory_now = least;
    if (eval_memory(i->driver->eval) <= i->memory_now) {
        i->tidied = false;
        return;
    }
    // Values that are needed all the time are not made all the time.
    if (i->tidied) i->memory_now *= 2;
    size_t most = i->driver->limits.memory ? i->driver->limits.memory : EVAL_MEMORY;
    if (i->memory_now > most / 2) i->memory_now = most / 2;
    i->tidied = true;
    forget_values(i);
}

void interactive_next(struct interactive *i)
{
    i->name = arena_printf(&i->arena, "<repl:%zu>", ++i->count);
    i->ready_text = NULL;
    if (!i->driver->eval) return;
    eval_forget_errors(i->driver->eval);
    tidy(i);
}

// The expression that `it` stands for now.
static size_t find_it(const struct interactive *i)
{
    size_t k = i->log.len;
    while (k > 0 && !i->log.at[k - 1].is_expr) k--;
    return k;
}

static void note_mention(struct interactive *i)
{
    size_t k = find_it(i);
    if (k && toplevel_mentions_it(i->top)) i->log.at[k - 1].needed = true;
}

static void remember(struct interactive *i, struct str text, bool is_expr)
{
    size_t k = is_expr ? find_it(i) : 0;
    if (k && !i->log.at[k - 1].needed) {
        memmove(&i->log.at[k - 1], &i->log.at[k], (i->log.len - k) * sizeof(*i->log.at));
        i->log.len--;
    }
    vec_push(&i->log, (struct interactive_input){
                          .name = i->name, .text = arena_str(&i->arena, text), .is_expr = is_expr});
}

bool interactive_define(struct interactive *i, struct str text, struct module **out)
{
    if (!toplevel_define(i->top, text, i->name, out)) return false;
    note_mention(i);
    remember(i, text, false);
    return true;
}

bool interactive_look(struct interactive *i, struct str text, struct value *out)
{
    return toplevel_eval(i->top, text, i->name, out);
}

bool interactive_eval(struct interactive *i, struct str text, struct value *out)
{
    if (!toplevel_eval(i->top, text, i->name, out)) return false;
    note_mention(i);
    remember(i, text, true);
    toplevel_set_it(i->top, *out);
    return true;
}

// ---- targets ------------------------------------------------------------------------------------

void interactive_prepare(struct interactive *i, const char *text, struct value v)
{
    i->ready_text = arena_strdup(&i->arena, text);
    i->ready = v;
}

bool interactive_target(struct interactive *i, const char *text, struct target_list *out)
{
    struct driver *d = i->driver;
    struct value v = i->ready;
    bool ready = i->ready_text && strcmp(i->ready_text, text) == 0;
    if (!ready && !interactive_look(i, str_from(text), &v)) return false;
    size_t count = out->items.len;
    if (!target_add(d, arena_strdup(&d->arena, text), v, out)) return false;
    if (out->items.len > count) return true;
    diag_error(&d->sink, SPAN_NONE, "E1008", "`%s` is %s, which holds no stage", text,
               value_type_phrase((enum value_tag)v.tag));
    return false;
}

// ---- as JSON ------------------------------------------------------------------------------------

json_t *interactive_json(const struct interactive *i)
{
    json_t *inputs = json_array();
    for (size_t k = 0; k < i->log.len; k++) {
        const struct interactive_input *input = &i->log.at[k];
        json_array_append_new(inputs,
                              json_pack("{s:b, s:s, s:s%}", "expr", input->is_expr, "name",
                                        input->name, "text", input->text.p, input->text.len));
    }
    return json_pack("{s:s?, s:o, s:s}", "file", i->file, "inputs", inputs, "name", i->name);
}

static struct str text_of(struct interactive *i, const json_t *json)
{
    if (!json_is_string(json)) return STR("");
    return arena_str(&i->arena, (struct str){json_string_value(json), json_string_length(json)});
}

bool interactive_from_json(struct driver *d, const json_t *json)
{
    struct interactive *i = make(d, json_string_value(json_object_get(json, "file")));
    i->name = text_of(i, json_object_get(json, "name")).p;
    size_t k;
    const json_t *input;
    json_array_foreach(json_object_get(json, "inputs"), k, input)
    {
        vec_push(&i->log, (struct interactive_input){
                              .name = text_of(i, json_object_get(input, "name")).p,
                              .text = text_of(i, json_object_get(input, "text")),
                              .is_expr = json_is_true(json_object_get(input, "expr"))});
    }
    return begin(i) && replay(i, false) == 0;
}
