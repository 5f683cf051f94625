#include "eval/resolve_scope.h"

#include <stdlib.h>

#include "eval/lint.h"
#include "eval/toplevel.h"

#define LIKE_LOCALS 200 // so many are compared with a name that is none of them
#define MAX_UNBOUND 100 // of one module, as with errors of syntax; finding what was meant costs

static uint32_t *local_head(struct eval *ev, sym name)
{
    while (ev->local_of.len <= name) vec_push(&ev->local_of, 0);
    return &ev->local_of.at[name];
}

size_t scope_begin(struct resolver *r)
{
    return r->locals.len;
}

static bool is_plain_name(const struct resolver *r, sym name)
{
    return sym_z(r->ev->o.syms, name)[0] != '_';
}

static void note_unused(struct resolver *r, const struct local *l)
{
    static const uint8_t lints[] = {[LOCAL_BINDING] = LINT_UNUSED, [LOCAL_PARAM] = LINT_PARAMETER};
    if (l->kind > LOCAL_PARAM || !is_plain_name(r, l->name)) return;
    bool import = l->bound && node_import_of(*l->bound);
    vec_push(&r->def->findings, (struct finding){.lint = import ? LINT_IMPORT : lints[l->kind],
                                                 .name = l->name,
                                                 .span = l->span});
}

// A name that begins with _ may hide another: it says that nobody shall look at it.
static void note_hidden(struct resolver *r, struct name name, uint32_t head)
{
    uint32_t slot = head ? SYMMAP_NONE : symmap_get(&r->def->names, name.id);
    if (!is_plain_name(r, name.id)) return;
    if (!head && slot == SYMMAP_NONE) {
        if (r->open) vec_push(&r->unhiding, (struct late_local){name.id, name.span});
        return;
    }
    struct span other = head ? r->locals.at[head - 1].span : r->def->slots.at[slot].span;
    vec_push(&r->def->findings, (struct finding){LINT_SHADOW, name.id, name.span, other});
}

void scope_end(struct resolver *r, size_t mark)
{
    while (r->locals.len > mark) {
        struct local l = vec_pop(&r->locals);
        *local_head(r->ev, l.name) = l.hidden;
        if (!l.used) note_unused(r, &l);
        if (l.unit == r->unit && l.slot + 1 == r->unit->next_slot) r->unit->next_slot--;
    }
}

void scope_report_twice(struct resolver *r, struct name name, const char *what, struct span first)
{
    struct diag *d = diag_error(r->ev->o.sink, name.span, "E0302", "%s `%s` is defined twice", what,
                                sym_z(r->ev->o.syms, name.id));
    diag_primary(d, "again here");
    diag_label(d, first, "first defined here");
    r->failed = true;
}

struct span scope_span(const struct resolver *r, sym name, size_t mark)
{
    uint32_t head = name < r->ev->local_of.len ? r->ev->local_of.at[name] : 0;
    return head > mark ? r->locals.at[head - 1].span : SPAN_NONE;
}

uint32_t scope_declare(struct resolver *r, struct name name, enum local_kind kind, size_t mark)
{
    static const char *const what[] = {
        [LOCAL_BINDING] = "the name",
        [LOCAL_PARAM] = "the parameter",
        [LOCAL_REST] = "the parameter",
        [LOCAL_VARIABLE] = "the variable",
    };
    uint32_t *head = local_head(r->ev, name.id);
    if (*head > mark) {
        const struct local *first = &r->locals.at[*head - 1];
        scope_report_twice(r, name, what[kind], first->span);
        return first->slot;
    }
    note_hidden(r, name, *head);
    struct unit *u = r->unit;
    uint32_t slot = u->next_slot++;
    if (u->next_slot > u->slots) u->slots = u->next_slot;
    vec_push(&r->locals, (struct local){.name = name.id,
                                        .kind = (uint8_t)kind,
                                        .span = name.span,
                                        .unit = u,
                                        .slot = slot,
                                        .hidden = *head});
    *head = (uint32_t)r->locals.len;
    return slot;
}

void unit_begin(struct resolver *r, struct unit *u)
{
    *u = (struct unit){.parent = r->unit, .serial = ++r->serial};
    r->unit = u;
}

void unit_drop(struct resolver *r, struct unit *u)
{
    vec_free(&u->captures);
    r->unit = u->parent;
}

struct code *unit_end(struct resolver *r, struct unit *u, struct node *body, enum code_kind kind)
{
    bool whole = kind == CODE_FUNCTION || kind == CODE_EXPR;
    struct code *c =
        arena_alloc(&r->ev->arena, whole ? sizeof(*c) : offsetof(struct code, param_count));
    c->body = body;
    c->kind = kind;
    c->source = r->source;
    c->slots = u->slots;
    c->capture_count = (uint32_t)u->captures.len;
    c->captures = resolve_alloc(r, sizeof(*c->captures), u->captures.len);
    for (size_t i = 0; i < u->captures.len; i++) c->captures[i] = u->captures.at[i].from;
    unit_drop(r, u);
    return c;
}

// Where the unit finds a local of a unit around it: among its captures, for which it may have to
// ask its parent in turn.
static uint32_t capture_of(struct resolver *r, struct unit *u, uint32_t index)
{
    struct local *l = &r->locals.at[index];
    if (l->cached_serial == u->serial) return l->cached_capture;
    uint32_t at = 0;
    while (at < u->captures.len && u->captures.at[at].local != index) at++;
    if (at == u->captures.len) {
        struct capture_entry c = {.local = index};
        if (u->parent == l->unit)
            c.from = (struct capture){l->slot, false};
        else
            c.from = (struct capture){capture_of(r, u->parent, index), true};
        vec_push(&u->captures, c);
    }
    l->cached_serial = u->serial;
    l->cached_capture = at;
    return at;
}

struct node *node_make(struct resolver *r, enum node_kind kind, size_t size, struct span span)
{
    struct node *n = arena_alloc(&r->ev->arena, size);
    uint32_t length = span.end - span.start;
    n->kind = kind & 0xFF;
    n->start = span.start;
    n->length = (length < NODE_MAX_LENGTH ? length : NODE_MAX_LENGTH) & NODE_MAX_LENGTH;
    return n;
}

struct node *node_const(struct resolver *r, struct value v, struct span span)
{
    struct node_const *n = (struct node_const *)node_make(r, NODE_CONST, sizeof(*n), span);
    n->value = v;
    return &n->h;
}

void *resolve_alloc(struct resolver *r, size_t size, size_t count)
{
    return count ? arena_alloc_array(&r->ev->arena, size, count) : NULL;
}

static struct node *var_node(struct resolver *r, enum node_kind kind, uint32_t slot,
                             struct span span)
{
    struct node_var *n =
        (struct node_var *)node_make(r, kind, offsetof(struct node_var, module), span);
    n->slot = slot;
    return &n->h;
}

// Words that other languages have for what plx calls differently, and what to say then.
static const char *foreign_word(struct str name)
{
    static const char *const words[][2] = {
        {"None", "plx says `null`"},
        {"nil", "plx says `null`"},
        {"undefined", "plx says `null`"},
        {"True", "plx says `true`"},
        {"False", "plx says `false`"},
        {"lambda", "plx says `fn`"},
        {"not", "plx says `!`"},
        {"and", "plx says `&&`"},
        {"or", "plx says `||`"},
        {"rec", "plx says `let`"},
        {"self", "fields do not see each other: name the shared parts with `let`"},
        {"super", "`merge(base, { … })` and `base with { … }` change a record"},
        {"assert", "`assert` is a binding, of a file or a `let`"},
        {"builtins", "the standard library has no prefix: `map(xs, f)`"},
        {"std", "the standard library has no prefix: `map(xs, f)`"},
        {"length", "plx says `len`"},
        {"size", "plx says `len`"},
        {"count", "plx says `len`"},
        {"foldl", "plx says `fold`"},
        {"reduce", "plx says `fold`"},
        {"flatMap", "plx says `concat_map`"},
        {"find", "`filter` gives the elements for which a function is true"},
        {"sorted", "plx says `sort`"},
        {"reversed", "plx says `reverse`"},
        {"append", "`xs ++ [x]` is the list with one element more"},
        {"push", "`xs ++ [x]` is the list with one element more"},
        {"concat", "`++` concatenates lists, `+` strings"},
        {"str", "\"~{value}\" makes a string of a value"},
        {"string", "\"~{value}\" makes a string of a value"},
        {"toString", "\"~{value}\" makes a string of a value"},
        {"to_string", "\"~{value}\" makes a string of a value"},
        {"print", "`trace` prints a value while evaluating"},
        {"typeof", "plx says `type_of`"},
        {"throw", "plx says `fail`"},
        {"error", "plx says `fail`"},
        {"abort", "plx says `fail`"},
        {"derivation", "plx says `stage`"},
        {"mkDerivation", "plx says `stage`"},
    };
    for (size_t i = 0; i < LEN(words); i++)
        if (str_eqz(name, words[i][0])) return words[i][1];
    return NULL;
}

// Candidates for what was meant among the locals, innermost first.
static sym like_local(struct resolver *r, struct name name)
{
    VEC(struct str) candidates = {0};
    for (size_t i = r->locals.len; i-- > 0 && candidates.len < LIKE_LOCALS;)
        vec_push(&candidates, sym_str(r->ev->o.syms, r->locals.at[i].name));
    struct str like = diag_nearest(sym_str(r->ev->o.syms, name.id), candidates.at, candidates.len);
    vec_free(&candidates);
    return like.len ? sym_find(r->ev->o.syms, like) : SYM_NONE;
}

// `like` is what like_local says of it.
static void report_unbound(struct resolver *r, struct name name, sym like)
{
    struct eval *ev = r->ev;
    struct str text = sym_str(ev->o.syms, name.id);
    if (r->unbound_count++ >= MAX_UNBOUND) return;
    struct diag *d =
        diag_error(ev->o.sink, name.span, "E0301", "`" STR_FMT "` is not defined", STR_ARG(text));
    diag_primary(d, "not found here");
    VEC(struct str) candidates = {0};
    const char *word = foreign_word(text);
    if (like) vec_push(&candidates, sym_str(ev->o.syms, like));
    for (uint32_t i = 0; i < r->def->slots.len; i++)
        vec_push(&candidates, sym_str(ev->o.syms, r->def->slots.at[i].name));
    for (size_t i = 0; r->def->outer && i < toplevel_count(r->def->outer); i++) {
        struct str known = toplevel_candidate(r->def->outer, i, false);
        if (known.len) vec_push(&candidates, known);
    }
    vec_each (g, &ev->globals)
        if (!word && (!g->internal || r->def->is_std))
            vec_push(&candidates, sym_str(ev->o.syms, g->name));
    for (uint32_t i = 0; i < r->def->types.len; i++)
        if (r->def->types.at[i].name == name.id)
            diag_label(d, r->def->types.at[i].span, "this is a type, not a value");
    // Among names of one or two letters everything is near.
    bool suggested = text.len > 2 && diag_suggest(d, text, candidates.at, candidates.len);
    if (!suggested && word) diag_help(d, "%s", word);
    vec_free(&candidates);
}

// What the name means in the library; null if nothing.
static const struct global *global_of(const struct resolver *r, sym name)
{
    uint32_t index = symmap_get(&r->ev->global_index, name);
    if (index == SYMMAP_NONE) return NULL;
    const struct global *g = &r->ev->globals.at[index];
    return g->internal && !r->def->is_std ? NULL : g;
}

static void make_foreign(struct node *n, struct module *m, uint32_t slot)
{
    n->kind = NODE_FOREIGN;
    ((struct node_var *)n)->slot = slot;
    ((struct node_var *)n)->module = m;
}

// Makes the node that of what the name means outside of the module. False if it means nothing
// there.
static bool make_outer(struct resolver *r, struct node *n, sym name)
{
    struct toplevel_slot outer;
    if (r->def->outer && toplevel_slot(r->def->outer, name, &outer)) {
        make_foreign(n, outer.module, outer.slot);
        return true;
    }
    const struct global *g = global_of(r, name);
    if (!g) return false;
    if (g->module) {
        make_foreign(n, g->module, g->slot);
    } else {
        n->kind = NODE_CONST;
        ((struct node_const *)n)->value = g->value;
    }
    return true;
}

static struct node *global_node(struct resolver *r, struct name name, struct span span)
{
    struct node *n = node_const(r, value_null(), span);
    sym like = global_of(r, name.id) ? SYM_NONE : like_local(r, name);
    if (r->open) {
        n->kind = NODE_GLOBAL; // the likeliest, as far as others look at it before it is patched
        vec_push(&r->late, (struct late_name){n, name, r->within, like});
    } else if (!make_outer(r, n, name.id)) {
        report_unbound(r, name, like);
    }
    return n;
}

// By the layers of diag.h.
static bool is_syntax_error(const struct diag *d)
{
    return strncmp(d->code, "E01", 3) == 0 || strncmp(d->code, "E02", 3) == 0;
}

bool scope_is_broken(const struct resolver *r, struct span binding)
{
    const struct diag_sink *sink = r->ev->o.sink;
    if (sink->error_count == r->errors_before) return false;
    for (const struct diag *d = sink->first; d; d = d->next) {
        struct span at = d->primary.span;
        bool inside = at.start >= binding.start && at.start < binding.end;
        if (at.source == r->source && inside && is_syntax_error(d)) return true;
    }
    return false;
}

static void patch(struct resolver *r, const struct late_name *l)
{
    uint32_t slot = symmap_get(&r->def->names, l->name.id);
    if (slot != SYMMAP_NONE) {
        r->def->slots.at[slot].used = true;
        l->node->kind = NODE_GLOBAL;
        ((struct node_var *)l->node)->slot = slot;
    } else if (!make_outer(r, l->node, l->name.id)) {
        l->node->kind = NODE_CONST;
        ((struct node_const *)l->node)->value = value_failed(); // only the checker looks at it
        // An error behind the binding may be about its end.
        if (!scope_is_broken(r, l->within)) report_unbound(r, l->name, l->like);
    }
}

void scope_close(struct resolver *r)
{
    r->open = false;
    vec_each (l, &r->late) patch(r, l);
    vec_each (l, &r->unhiding) {
        uint32_t slot = symmap_get(&r->def->names, l->name);
        if (slot == SYMMAP_NONE) continue;
        vec_push(&r->def->findings,
                 (struct finding){LINT_SHADOW, l->name, l->span, r->def->slots.at[slot].span});
    }
    vec_free(&r->late);
    vec_free(&r->unhiding);
}

struct node *scope_name(struct resolver *r, struct name name, struct span span)
{
    uint32_t head = *local_head(r->ev, name.id);
    if (head > 0) {
        struct local *l = &r->locals.at[head - 1];
        l->used = true;
        if (l->unit == r->unit) return var_node(r, NODE_LOCAL, l->slot, span);
        return var_node(r, NODE_CAPTURE, capture_of(r, r->unit, head - 1), span);
    }
    uint32_t slot = symmap_get(&r->def->names, name.id);
    if (slot != SYMMAP_NONE) {
        r->def->slots.at[slot].used = true;
        return var_node(r, NODE_GLOBAL, slot, span);
    }
    return global_node(r, name, span);
}

void scope_end_types(struct resolver *r, size_t first)
{
    while (r->types.len > first) {
        struct local_type t = vec_pop(&r->types);
        if (!t.used && is_plain_name(r, t.name))
            vec_push(&r->def->findings,
                     (struct finding){.lint = LINT_TYPE, .name = t.name, .span = t.span});
    }
}

struct contract **scope_type(struct resolver *r, sym name)
{
    for (size_t i = r->types.len; i-- > 0;) {
        if (r->types.at[i].name != name) continue;
        r->types.at[i].used = true;
        return r->types.at[i].at;
    }
    return NULL;
}

bool scope_bound(struct resolver *r, sym name, struct node ***bound)
{
    uint32_t head = name < r->ev->local_of.len ? r->ev->local_of.at[name] : 0;
    *bound = head > 0 ? r->locals.at[head - 1].bound : NULL;
    if (head > 0) r->locals.at[head - 1].used = true;
    return head > 0;
}

bool scope_is_sibling(const struct resolver *r, sym name)
{
    uint32_t head = name < r->ev->local_of.len ? r->ev->local_of.at[name] : 0;
    return head > 0 && r->group != 0 && r->locals.at[head - 1].group == r->group;
}
