#include "eval/contract_resolve.h"

#include <stdlib.h>

#include "eval/lint.h"
#include "eval/toplevel.h"

enum contract_state { CONTRACT_OPEN, CONTRACT_SETTLING, CONTRACT_SETTLED };

static const struct {
    const char *name;
    uint32_t accepts;
} named[] = {
    {"Any", ACCEPT_ANY},
    {"Null", ACCEPT_NULL},
    {"Bool", ACCEPT_BOOL},
    {"Int", ACCEPT_INT},
    {"Float", ACCEPT_FLOAT},
    {"Number", ACCEPT_NUMBER},
    {"Str", ACCEPT_STR},
    {"Text", ACCEPT_TEXT},
    {"Path", ACCEPT_PATH},
    {"List", ACCEPT_LIST},
    {"Record", ACCEPT_RECORD},
    {"Fn", ACCEPT_FN},
    {"Stage", ACCEPT_STAGE},
    {"Ref", ACCEPT_REF},
    {"Promise", ACCEPT(VALUE_PROMISE)},
    {"Claim", ACCEPT(VALUE_CLAIM)},
    {"Matcher", ACCEPT_MATCHER},
    {"Key", ACCEPT_KEY},
    {"Realizer", ACCEPT_REALIZER},
};

bool contract_is_named(struct str name)
{
    for (size_t i = 0; i < LEN(named); i++)
        if (str_eqz(name, named[i].name)) return true;
    return false;
}

// ---- making -------------------------------------------------------------------------------------

static struct contract *contract_new(struct resolver *r, enum contract_kind kind, struct span span)
{
    struct contract *c = arena_alloc(&r->ev->arena, sizeof(*c));
    c->kind = (uint8_t)kind;
    c->span = span;
    return c;
}

static struct contract *tags_new(struct resolver *r, uint32_t accepts, struct span span)
{
    struct contract *c = contract_new(r, CONTRACT_TAGS, span);
    c->accepts = accepts;
    c->state = CONTRACT_SETTLED;
    return c;
}

static struct contract *name_new(struct resolver *r, const struct type *t)
{
    struct contract *c = contract_new(r, CONTRACT_ALIAS, t->span);
    struct contract_name n = {.contract = c, .count = (uint32_t)t->name.count};
    n.parts = resolve_alloc(r, sizeof(*n.parts), t->name.count);
    memcpy(n.parts, t->name.parts, t->name.count * sizeof(*n.parts));
    c->alias.name = n.parts[n.count - 1].id;
    if (n.count == 1)
        n.local = scope_type(r, n.parts[0].id);
    else
        n.is_local = scope_bound(r, n.parts[0].id, &n.bound);
    vec_push(&r->def->type_names, n);
    return c;
}

static int by_name(const void *a, const void *b)
{
    const struct contract_field *x = a, *y = b;
    return (x->name > y->name) - (x->name < y->name);
}

static void report_repeated(struct resolver *r, const struct type *t)
{
    for (size_t i = 1; i < t->record.count; i++) {
        const struct name *name = &t->record.fields[i].name;
        size_t k = 0;
        while (t->record.fields[k].name.id != name->id) k++;
        if (k == i) continue;
        struct diag *d =
            diag_error(r->ev->o.sink, name->span, "E0512",
                       "the record type has the field `%s` twice", sym_z(r->ev->o.syms, name->id));
        diag_primary(d, "again here");
        diag_label(d, t->record.fields[k].name.span, "first here");
        r->failed = true;
    }
}

static struct contract *record_new_type(struct resolver *r, const struct type *t)
{
    struct contract *c = contract_new(r, CONTRACT_RECORD, t->span);
    size_t count = t->record.count;
    c->perhaps = ACCEPT_RECORD;
    c->record.fields = resolve_alloc(r, sizeof(*c->record.fields), count);
    c->record.count = (uint32_t)count;
    c->record.open = t->record.open;
    for (size_t i = 0; i < count; i++) {
        const struct type_field *f = &t->record.fields[i];
        c->record.fields[i] =
            (struct contract_field){f->name.id, f->optional, contract_resolve(r, f->type)};
    }
    if (count > 1) qsort(c->record.fields, count, sizeof(*c->record.fields), by_name);
    for (size_t i = 1; i < count; i++)
        if (c->record.fields[i].name == c->record.fields[i - 1].name) {
            report_repeated(r, t);
            break;
        }
    return c;
}

static struct contract *union_new(struct resolver *r, struct type *const *members, size_t count,
                                  bool optional, struct span span)
{
    struct contract *c = contract_new(r, CONTRACT_UNION, span);
    c->alternatives.count = (uint32_t)(count + optional);
    c->alternatives.members =
        resolve_alloc(r, sizeof(*c->alternatives.members), c->alternatives.count);
    for (size_t i = 0; i < count; i++) c->alternatives.members[i] = contract_resolve(r, members[i]);
    if (optional)
        c->alternatives.members[count] =
            tags_new(r, ACCEPT_NULL, (struct span){span.source, span.end, span.end});
    return c;
}

struct contract *contract_resolve(struct resolver *r, const struct type *t)
{
    struct contract *c = NULL;
    if (!t) return NULL;
    switch (t->kind) {
    case TYPE_ERROR: return tags_new(r, ACCEPT_ANY, t->span);
    case TYPE_NULL: return tags_new(r, ACCEPT_NULL, t->span);
    case TYPE_NAME: c = name_new(r, t); break;
    case TYPE_LITERAL:
        c = contract_new(r, CONTRACT_LITERAL, t->span);
        c->perhaps = ACCEPT_STR;
        c->literal = arena_str(&r->ev->arena, t->literal);
        break;
    case TYPE_OPTIONAL: c = union_new(r, &t->inner, 1, true, t->span); break;
    case TYPE_LIST:
        c = contract_new(r, CONTRACT_LIST, t->span);
        c->perhaps = ACCEPT_LIST;
        c->inner = contract_resolve(r, t->inner);
        break;
    case TYPE_RECORD: c = record_new_type(r, t); break;
    case TYPE_DICT:
        c = contract_new(r, CONTRACT_DICT, t->span);
        c->perhaps = ACCEPT_RECORD;
        c->dict.key = contract_resolve(r, t->dict.key);
        c->dict.value = contract_resolve(r, t->dict.value);
        break;
    case TYPE_UNION:
        c = union_new(r, t->alternatives.members, t->alternatives.count, false, t->span);
        break;
    }
    vec_push(&r->def->contracts, c);
    return c;
}

struct node *contract_wrap(struct resolver *r, struct node *n, const struct contract *c)
{
    if (!c) return n;
    if (n->kind == NODE_IF) {
        struct node_if *x = (struct node_if *)n;
        x->then = contract_wrap(r, x->then, c);
        x->otherwise = contract_wrap(r, x->otherwise, c);
        return n;
    }
    if (n->kind == NODE_LET) {
        struct node_let *x = (struct node_let *)n;
        x->body = contract_wrap(r, x->body, c);
        return n;
    }
    struct span span = node_span_in(r->source, n);
    struct node_check *x = (struct node_check *)node_make(r, NODE_CHECK, sizeof(*x), span);
    x->contract = c;
    x->value = n;
    return &x->h;
}

struct node *contract_constant(struct resolver *r, struct node_const *n, struct name name,
                               enum code_kind kind, const struct contract *c)
{
    struct span span = node_span_in(r->source, &n->h);
    struct unit unit;
    unit_begin(r, &unit);
    struct code *code = unit_end(r, &unit, contract_wrap(r, &n->h, c), kind);
    code->name = name.id;
    code->span = name.id ? name.span : span;
    // As large as the constant that it may become.
    struct node_code *thunk = (struct node_code *)node_make(r, NODE_THUNK, sizeof(*n), span);
    thunk->code = code;
    vec_push(&r->def->typed_constants, (struct contract_const){&thunk->h, n, c});
    return &thunk->h;
}

// ---- linking ------------------------------------------------------------------------------------

struct linker {
    struct eval *ev;
    struct module_def *def;
    bool ok;
};

static struct binding_type *find_type(const struct module_def *def, sym name)
{
    uint32_t at = symmap_get(&def->type_of, name);
    return at == SYMMAP_NONE ? NULL : &def->types.at[at];
}

static const char *foreign_word(struct str name)
{
    static const char *const words[][2] = {
        {"int", "Int"},           {"integer", "Int"},
        {"Integer", "Int"},       {"float", "Float"},
        {"double", "Float"},      {"Double", "Float"},
        {"number", "Number"},     {"str", "Str"},
        {"string", "Str"},        {"String", "Str"},
        {"text", "Text"},         {"bool", "Bool"},
        {"boolean", "Bool"},      {"Boolean", "Bool"},
        {"none", "null"},         {"None", "null"},
        {"nil", "null"},          {"void", "null"},
        {"any", "Any"},           {"object", "Record"},
        {"Object", "Record"},     {"dict", "{ [Str]: T }"},
        {"Dict", "{ [Str]: T }"}, {"map", "{ [Str]: T }"},
        {"Map", "{ [Str]: T }"},  {"attrs", "Record"},
        {"list", "[T]"},          {"array", "[T]"},
        {"Array", "[T]"},         {"path", "Path"},
        {"record", "Record"},     {"function", "Fn"},
        {"Function", "Fn"},       {"fn", "Fn"},
        {"stage", "Stage"},       {"derivation", "Stage"},
        {"Derivation", "Stage"},  {"Optional", "T?"},
        {"Option", "T?"},
    };
    for (size_t i = 0; i < LEN(words); i++)
        if (str_eqz(name, words[i][0])) return words[i][1];
    return NULL;
}

// Names of types that could have been meant; those of the language if `def` is not the module of
// the annotation.
static void suggest_types(struct linker *l, struct diag *d, struct str name,
                          const struct module_def *def)
{
    VEC(struct str) candidates = {0};
    for (uint32_t i = 0; i < def->types.len; i++)
        if (def == l->def || !def->types.at[i].is_private)
            vec_push(&candidates, sym_str(l->ev->o.syms, def->types.at[i].name));
    for (size_t i = 0; def == l->def && def->outer && i < toplevel_count(def->outer); i++) {
        struct str known = toplevel_candidate(def->outer, i, true);
        if (known.len) vec_push(&candidates, known);
    }
    for (size_t i = 0; def == l->def && i < LEN(named); i++)
        vec_push(&candidates, str_from(named[i].name));
    const char *word = def == l->def ? foreign_word(name) : NULL;
    if (word)
        diag_help(d, "plx says `%s`", word);
    else
        (void)diag_suggest(d, name, candidates.at, candidates.len);
    vec_free(&candidates);
}

static void unknown(struct linker *l, const struct contract_name *n, uint32_t at,
                    const struct module_def *def)
{
    struct str name = sym_str(l->ev->o.syms, n->parts[at].id);
    struct span span = n->parts[at].span;
    struct diag *d;
    if (def == l->def)
        d = diag_error(l->ev->o.sink, span, "E0510", "there is no type `" STR_FMT "`",
                       STR_ARG(name));
    else
        d = diag_error(l->ev->o.sink, span, "E0510", "%s has no type `" STR_FMT "`",
                       def->source->name, STR_ARG(name));
    l->ok = false;
    uint32_t slot = symmap_get(&def->names, n->parts[at].id);
    const struct binding_type *hidden = find_type(def, n->parts[at].id);
    if (hidden) {
        diag_label(d, hidden->span, "it is private");
        diag_note(d, "names that begin with `_` are private to their module");
    } else if (slot != SYMMAP_NONE) {
        diag_label(d, def->slots.at[slot].span, "this is a value, not a type");
    } else {
        suggest_types(l, d, name, def);
    }
}

static void not_import(struct linker *l, const struct contract_name *n, uint32_t at)
{
    const char *name = sym_z(l->ev->o.syms, n->parts[at].id);
    struct diag *d = diag_error(l->ev->o.sink, n->parts[at].span, "E0511",
                                "`%s` is no imported module, so there is no type `%s` in it", name,
                                sym_z(l->ev->o.syms, n->parts[at + 1].id));
    diag_help(d, "the types of a module are found by the name of its import: lib = "
                 "import(\"./lib.plx\"), then lib.Name");
    l->ok = false;
}

// The module that all parts but the last name; null after a report.
static struct module_def *find_module(struct linker *l, const struct contract_name *n)
{
    struct module_def *def = l->def;
    for (uint32_t i = 0; i + 1 < n->count; i++) {
        const struct node *init = NULL;
        uint32_t slot = symmap_get(&def->names, n->parts[i].id);
        if (i == 0 && n->is_local)
            init = n->bound ? *n->bound : NULL;
        else if (slot != SYMMAP_NONE && (i == 0 || !def->slots.at[slot].is_private))
            init = def->slots.at[slot].init;
        else if (i == 0 && def->outer)
            init = toplevel_init(def->outer, n->parts[i].id);
        const struct node_import *import = node_import_of(init);
        if (!import) {
            not_import(l, n, i);
            return NULL;
        }
        if (i == 0 && !n->is_local && slot != SYMMAP_NONE) def->slots.at[slot].used = true;
        def = import->def;
        if (!def) { // it could not be loaded, which was reported
            l->ok = false;
            return NULL;
        }
    }
    return def;
}

static void link_name(struct linker *l, const struct contract_name *n)
{
    struct contract *c = n->contract;
    sym last = n->parts[n->count - 1].id;
    if (n->local) {
        c->alias.target = *n->local;
        return;
    }
    struct module_def *def = find_module(l, n);
    struct binding_type *t = def ? find_type(def, last) : NULL;
    if (t && (def == l->def || !t->is_private)) {
        t->used = true;
        c->alias.target = t->contract;
        return;
    }
    if (n->count == 1 && def->outer) c->alias.target = toplevel_type(def->outer, last);
    if (c->alias.target) return;
    struct str name = sym_str(l->ev->o.syms, last);
    c->kind = CONTRACT_TAGS;
    c->state = CONTRACT_SETTLED;
    c->accepts = ACCEPT_ANY;
    for (size_t i = 0; n->count == 1 && i < LEN(named); i++) {
        if (!str_eqz(name, named[i].name)) continue;
        c->accepts = named[i].accepts;
        return;
    }
    if (def) unknown(l, n, n->count - 1, def);
}

// ---- settling -----------------------------------------------------------------------------------

static void settle(struct linker *l, struct contract *c);

static void report_circle(struct linker *l, struct contract *c)
{
    struct span span = c->span;
    struct diag *d = diag_error(l->ev->o.sink, span, "E0513", "the type `%s` is nothing but itself",
                                sym_z(l->ev->o.syms, c->alias.name));
    diag_primary(d, "asked for here, while it is being made");
    diag_help(d, "a type may contain itself inside a list or a record");
    l->ok = l->def->is_whole = false;
}

static bool covers(const struct contract *a, const struct contract *b)
{
    if (((b->accepts | b->perhaps) & ~a->accepts) == 0) return true;
    return contract_target(a) == contract_target(b);
}

typedef VEC(const struct contract *) contract_list;

// The alternative that takes in number i of them: of equal ones, an earlier one. Strings, of which
// there may be thousands, are found by their text.
static const struct contract *covering(const struct contract *c, uint32_t i,
                                       const contract_list *wide, struct map *literals)
{
    const struct contract *m = c->alternatives.members[i];
    const struct contract *target = contract_target(m);
    if (target->kind == CONTRACT_LITERAL) {
        const struct contract *same = map_get(literals, target->literal);
        if (same) return same;
        map_set(literals, target->literal, (void *)(uintptr_t)m);
    }
    bool behind = false;
    for (size_t k = 0; k < wide->len; k++) {
        const struct contract *other = wide->at[k];
        if (other == m)
            behind = true;
        else if (covers(other, m) && !(covers(m, other) && behind))
            return other;
    }
    return NULL;
}

// An alternative that another one takes in adds nothing.
static void note_redundant(struct linker *l, const struct contract *c)
{
    contract_list wide = {0};
    struct map literals = {0};
    for (uint32_t i = 0; i < c->alternatives.count; i++) {
        const struct contract *m = c->alternatives.members[i];
        if (contract_target(m)->kind != CONTRACT_LITERAL) vec_push(&wide, m);
    }
    for (uint32_t i = 0; i < c->alternatives.count; i++) {
        const struct contract *m = c->alternatives.members[i];
        const struct contract *other = covering(c, i, &wide, &literals);
        if (!other) continue;
        bool optional = m->span.start == m->span.end; // the null of `T?`
        vec_push(&l->def->findings, (struct finding){LINT_REDUNDANT, SYM_NONE,
                                                     optional ? c->span : m->span, other->span});
    }
    vec_free(&wide);
    map_free(&literals);
}

static void settle_union(struct linker *l, struct contract *c)
{
    for (uint32_t i = 0; i < c->alternatives.count; i++) {
        struct contract *m = c->alternatives.members[i];
        settle(l, m);
        c->accepts |= m->accepts;
        c->perhaps |= m->perhaps;
    }
    c->perhaps &= ~c->accepts;
    note_redundant(l, c);
}

static void settle(struct linker *l, struct contract *c)
{
    if (c->state == CONTRACT_SETTLED) return;
    c->state = CONTRACT_SETTLING;
    if (c->kind == CONTRACT_UNION) {
        settle_union(l, c);
    } else if (c->kind == CONTRACT_ALIAS && c->alias.target->state == CONTRACT_SETTLING) {
        report_circle(l, c);
        c->kind = CONTRACT_TAGS;
        c->accepts = ACCEPT_ANY;
    } else if (c->kind == CONTRACT_ALIAS) {
        settle(l, c->alias.target);
        c->accepts = c->alias.target->accepts;
        c->perhaps = c->alias.target->perhaps;
    }
    c->state = CONTRACT_SETTLED;
}

// Keys of records are strings.
static void check_key(struct linker *l, const struct contract *c)
{
    if (c->kind != CONTRACT_DICT) return;
    const struct contract *key = c->dict.key;
    if ((key->accepts | key->perhaps) & ACCEPT_STR) return;
    struct diag *d = diag_error(l->ev->o.sink, key->span, "E0514",
                                "the keys of a record are strings, which this type does not take");
    diag_help(d, "write { [Str]: … }, or a union of strings");
    l->ok = false;
}

static void fold_constant(struct linker *l, const struct contract_const *k)
{
    if (contract_try(l->ev, k->contract, k->constant->value, SPAN_NONE, NULL) != CONTRACT_FITS)
        return;
    struct node_const *n = (struct node_const *)k->thunk;
    n->value = k->constant->value;
    n->h.kind = NODE_CONST;
}

bool contract_link(struct eval *ev, struct module_def *def)
{
    struct linker l = {.ev = ev, .def = def, .ok = true};
    vec_each (n, &def->type_names) link_name(&l, n);
    vec_each (c, &def->contracts) settle(&l, *c);
    vec_each (c, &def->contracts) check_key(&l, *c);
    if (l.ok)
        vec_each (k, &def->typed_constants) fold_constant(&l, k);
    vec_clear(&def->type_names);
    vec_clear(&def->contracts);
    vec_clear(&def->typed_constants);
    return l.ok;
}
