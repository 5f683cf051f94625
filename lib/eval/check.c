#include "eval/check.h"

#include <stdlib.h>

#include "eval/combine.h"
#include "eval/contract_report.h"
#include "eval/interp.h"
#include "eval/lint_stage.h"
#include "eval/operator.h"

// Chains of bindings and nested expressions deeper than this are not looked at.
#define CHECK_DEPTH 20000
// So many names for conditions are followed, one to the next.
#define CLOUD_DEPTH 2

#define AS(type) const struct type *x = (const struct type *)n

static struct span span_of(const struct check_scope *s, const struct node *n)
{
    return node_span_in(s->code->source, n);
}

static struct fact slot_fact(struct checker *c, struct check_slot *slot)
{
    if (slot->state == CHECK_OPEN && slot->node) {
        slot->state = CHECK_RUNNING;
        slot->fact = fact_any();
        slot->fact = check_node(c, slot->scope, slot->node);
    }
    slot->state = CHECK_DONE;
    return slot->clouded ? fact_any() : slot->fact;
}

// ---- bodies -------------------------------------------------------------------------------------

static struct check_slot *slot_new(struct checker *c, struct fact fact)
{
    struct check_slot *slot = value_alloc(c->ev, sizeof(*slot));
    slot->fact = fact;
    slot->state = CHECK_DONE;
    return slot;
}

static struct check_scope *scope_new(struct checker *c, const struct code *code,
                                     struct check_slot **captures)
{
    struct check_scope *s = value_alloc(c->ev, sizeof(*s));
    s->code = code;
    s->captures = captures;
    s->slots = value_alloc(c->ev, (code->slots + 1) * sizeof(struct check_slot *));
    return s;
}

static struct check_slot **captures_of(struct checker *c, const struct check_scope *s,
                                       const struct code *code)
{
    struct check_slot **at =
        value_alloc(c->ev, (code->capture_count + 1) * sizeof(struct check_slot *));
    for (uint32_t i = 0; i < code->capture_count; i++) {
        struct capture from = code->captures[i];
        at[i] = from.from_capture ? s->captures[from.slot] : s->slots[from.slot];
    }
    return at;
}

static struct fact function_fact(struct fact_function *fn)
{
    return (struct fact){.tags = ACCEPT_FN, .kind = FACT_FUNCTION, .function = fn};
}

// A function whose body is not looked at.
static struct fact other_function(struct checker *c, const struct code *code,
                                  const struct builtin_info *info, const struct module_def *def)
{
    struct fact_function *fn = value_alloc(c->ev, sizeof(*fn));
    fn->code = code;
    fn->info = info;
    fn->is_stage = code && def->is_std && code->name == eval_sym(c->ev, STR("stage"));
    fn->state = CHECK_DONE;
    fn->result = code ? fact_contract(code->result) : fact_any();
    return function_fact(fn);
}

static struct fact constant_fact(struct checker *c, struct value v)
{
    if (v.tag == VALUE_FAILED) return fact_any(); // a name that is not defined
    if (v.tag != VALUE_FN) return fact_value(v);
    return other_function(c, v.fn->code, v.fn->info, v.fn->code ? v.fn->module->def : NULL);
}

static struct fact make_function(struct checker *c, const struct check_scope *s,
                                 const struct node_code *n)
{
    struct fact_function *fn = value_alloc(c->ev, sizeof(*fn));
    fn->code = n->code;
    fn->is_own = true;
    fn->captures = captures_of(c, s, n->code);
    vec_push(&c->functions, fn);
    // What surrounds it is not known any more when the body is walked later.
    if (c->clouded.len > 0) (void)check_result(c, fn);
    return function_fact(fn);
}

struct fact check_result(struct checker *c, struct fact_function *fn)
{
    if (fn->code && fn->code->result && fn->state != CHECK_OPEN)
        return fact_contract(fn->code->result);
    if (fn->state == CHECK_DONE) return fn->result;
    if (fn->state == CHECK_RUNNING || !fn->is_own) return fact_any();
    fn->state = CHECK_RUNNING;
    struct check_scope *s = scope_new(c, fn->code, fn->captures);
    for (uint32_t i = 0; i < fn->code->param_count; i++) {
        const struct code_param *p = &fn->code->params[i];
        s->slots[i] = slot_new(c, p->rest ? fact_tags(ACCEPT_RECORD) : fact_contract(p->contract));
        if (p->fallback) (void)check_node(c, s, p->fallback);
    }
    struct fact body = check_node(c, s, fn->code->body);
    fn->result =
        fn->code->result && body.kind == FACT_NONE ? fact_contract(fn->code->result) : body;
    fn->state = CHECK_DONE;
    return fn->result;
}

static struct fact check_thunk(struct checker *c, const struct check_scope *s,
                               const struct node_code *n)
{
    struct check_scope *inner = scope_new(c, n->code, captures_of(c, s, n->code));
    return check_node(c, inner, n->code->body);
}

struct fact check_foreign(struct checker *c, struct module_def *def, uint32_t slot)
{
    const struct module_slot *at = &def->slots.at[slot];
    if (at->contract) return fact_contract(at->contract);
    if (at->is_param || !at->init) return fact_any();
    if (at->init->kind == NODE_CONST)
        return constant_fact(c, ((const struct node_const *)at->init)->value);
    if (at->init->kind != NODE_FN) return fact_any();
    return other_function(c, ((const struct node_code *)at->init)->code, NULL, def);
}

// ---- contracts ----------------------------------------------------------------------------------

bool check_contract(struct checker *c, struct fact f, const struct contract *contract,
                    const struct contract_blame *blame)
{
    struct contract_fault fault;
    if (!fact_misfit(c->ev, f, contract, blame->guilty, &fault)) return true;
    contract_report(c->ev, blame, &fault);
    return false;
}

static struct fact check_type(struct checker *c, struct check_scope *s, const struct node_check *x)
{
    struct fact f = check_node(c, s, x->value);
    struct contract_blame blame = contract_blame_of(s->code, span_of(s, &x->h), x->contract);
    if (!check_contract(c, f, x->contract, &blame) || f.kind == FACT_NONE)
        return fact_contract(x->contract);
    return f;
}

// ---- fields -------------------------------------------------------------------------------------

static const char *owner_of(struct checker *c, struct fact target)
{
    if (target.tags == ACCEPT_STAGE) return "the stage's config";
    if (target.kind != FACT_CONTRACT) return "the Record";
    struct buf text = BUF_INIT;
    buf_addz(&text, "the type ");
    contract_phrase(c->ev, target.contract, &text);
    const char *kept = arena_strdup(&c->ev->o.sink->arena, buf_z(&text));
    buf_free(&text);
    return kept;
}

// `soft`: on the left of `??`, where a missing field is no error.
static struct fact take_field(struct checker *c, struct fact target, sym name, struct span span,
                              bool soft, enum fact_presence *presence)
{
    struct fact out = fact_any();
    *presence = FACT_MAYBE;
    if (!(target.tags & (ACCEPT_RECORD | ACCEPT_STAGE))) {
        if (soft && (target.tags & ACCEPT_NULL)) return out;
        if (target.tags == 0 || (target.tags & (target.tags - 1))) return out;
        int tag = __builtin_ctz(target.tags);
        struct diag *d =
            eval_error(c->ev, span, "E0401", "%s has no fields, so there is no `%s` in it",
                       value_type_phrase((enum value_tag)tag), sym_z(c->ev->o.syms, name));
        interp_no_method(c->ev, d, name);
        return out;
    }
    if (target.tags & ~(ACCEPT_RECORD | ACCEPT_STAGE)) {
        (void)fact_field(target, name, &out); // it may be null, or no record at all
        return out;
    }
    *presence = fact_field(target, name, &out);
    if (*presence == FACT_ABSENT && !soft)
        interp_missing(c->ev, fact_shape(c->ev, target), name, span, owner_of(c, target));
    return out;
}

// A path of fields; `presence` of the last, which is weaker if one before it is.
static struct fact check_path(struct checker *c, struct check_scope *s, const struct node *n,
                              bool soft, enum fact_presence *presence)
{
    if (n->kind == NODE_FIELD) {
        AS(node_field);
        enum fact_presence before, here;
        struct fact target = check_path(c, s, x->target, soft, &before);
        struct span span = {s->code->source, x->name_start, node_end(n)};
        struct fact f =
            before == FACT_ABSENT ? fact_any() : take_field(c, target, x->name, span, soft, &here);
        *presence = before == FACT_ABSENT ? FACT_ABSENT : before == FACT_MAYBE ? FACT_MAYBE : here;
        return f;
    }
    if (n->kind == NODE_INDEX) {
        AS(node_binary);
        enum fact_presence before;
        struct fact target = check_path(c, s, x->left, soft, &before);
        struct fact at = check_node(c, s, x->right);
        *presence = FACT_MAYBE;
        if (at.kind != FACT_VALUE || at.value.tag != VALUE_STR ||
            !(target.tags & (ACCEPT_RECORD | ACCEPT_STAGE)))
            return fact_any();
        struct span span = {s->code->source, x->op_start, x->op_end};
        struct fact f =
            take_field(c, target, eval_key(c->ev, at.value.string), span, soft, presence);
        if (before == FACT_MAYBE && *presence == FACT_THERE) *presence = FACT_MAYBE;
        return f;
    }
    *presence = FACT_THERE;
    return check_node(c, s, n);
}

static struct fact check_with(struct checker *c, struct check_scope *s, const struct node_with *x)
{
    struct fact target = check_node(c, s, x->target);
    for (uint32_t i = 0; i < x->count; i++) {
        const struct node_update *u = &x->updates[i];
        (void)check_node(c, s, u->value);
        struct fact ignored;
        if (target.tags != ACCEPT_RECORD || fact_field(target, u->path[0], &ignored) != FACT_ABSENT)
            continue;
        struct str name = sym_str(c->ev->o.syms, u->path[0]);
        struct span span = {s->code->source, u->starts[0], u->starts[0] + (uint32_t)name.len};
        combine_no_field(c->ev, fact_shape(c->ev, target), u->path[0], span);
    }
    return fact_tags(ACCEPT_RECORD);
}

// ---- records and lists --------------------------------------------------------------------------

static struct fact record_fact(struct checker *c, struct fact_field *fields, uint32_t count,
                               bool open)
{
    struct fact_record *r = value_alloc(c->ev, sizeof(*r));
    *r = (struct fact_record){fields, count, open};
    return (struct fact){.tags = ACCEPT_RECORD, .kind = FACT_RECORD, .record = r};
}

static struct fact check_record(struct checker *c, struct check_scope *s,
                                const struct node_record *x)
{
    uint32_t count = x->shape->count;
    struct fact_field *fields = value_alloc(c->ev, (count + 1) * sizeof(*fields));
    for (uint32_t i = 0; i < count; i++)
        fields[i] = (struct fact_field){x->shape->syms[i], x->shape->spans[i],
                                        check_node(c, s, x->fields[i])};
    return record_fact(c, fields, count, false);
}

static struct fact check_dynamic(struct checker *c, struct check_scope *s,
                                 const struct node_dynamic *x)
{
    VEC(struct fact_field) fields = {0};
    bool open = false;
    for (uint32_t i = 0; i < x->count; i++) {
        const struct node_entry *en = &x->entries[i];
        if (en->key) (void)check_node(c, s, en->key);
        struct fact f = check_node(c, s, en->value);
        if (en->name)
            vec_push(&fields, (struct fact_field){en->name, en->span, f});
        else if (en->key || !fact_is_record(c->ev, &f) || f.record->open)
            open = true;
        else
            for (uint32_t k = 0; k < f.record->count; k++) vec_push(&fields, f.record->fields[k]);
    }
    struct fact_field *kept = value_alloc(c->ev, (fields.len + 1) * sizeof(*kept));
    if (fields.len > 0) memcpy(kept, fields.at, fields.len * sizeof(*kept));
    struct fact f = record_fact(c, kept, (uint32_t)fields.len, open);
    vec_free(&fields);
    return f;
}

static struct fact check_list(struct checker *c, struct check_scope *s, const struct node_list *x)
{
    struct fact_list *l = value_alloc(c->ev, sizeof(*l));
    l->at = value_alloc(c->ev, (x->count + 1) * sizeof(*l->at));
    l->len = x->count;
    bool spread = false;
    for (uint32_t i = 0; i < x->count; i++) {
        l->at[i] = check_node(c, s, x->items[i]);
        spread = spread || (x->spread && x->spread[i]);
    }
    if (spread) return fact_tags(ACCEPT_LIST);
    return (struct fact){.tags = ACCEPT_LIST, .kind = FACT_LIST, .list = l};
}

// ---- conditions ---------------------------------------------------------------------------------

static bool is_null(const struct node *n)
{
    return n->kind == NODE_CONST && ((const struct node_const *)n)->value.tag == VALUE_NULL;
}

static void cloud(struct checker *c, const struct check_scope *s, const struct node *n, bool plain);

static void cloud_slot(struct checker *c, struct check_slot *slot, bool plain)
{
    if (!slot || slot->clouded) return; // none: of a body that was not walked
    if (plain && slot->fact.kind == FACT_CONTRACT) return;
    slot->clouded = true;
    vec_push(&c->clouded, slot);
    // A variable that stands for a condition tests what that tests.
    if (!slot->node || c->cloud_depth == CLOUD_DEPTH) return;
    c->cloud_depth++;
    cloud(c, slot->scope, slot->node, false);
    c->cloud_depth--;
}

// Every variable that a condition tests. `plain`: it is compared with something other than null,
// which says nothing about what has a type; what is known by its value alone may be another value
// there.
static void cloud(struct checker *c, const struct check_scope *s, const struct node *n, bool plain)
{
    const struct node_var *var = (const struct node_var *)n;
    switch ((enum node_kind)n->kind) {
    case NODE_LOCAL: cloud_slot(c, s->slots[var->slot], plain); break;
    case NODE_CAPTURE: cloud_slot(c, s->captures[var->slot], plain); break;
    case NODE_GLOBAL: cloud_slot(c, &c->globals[var->slot], plain); break;
    case NODE_FIELD: cloud(c, s, ((const struct node_field *)n)->target, plain); break;
    case NODE_THUNK: {
        const struct code *code = ((const struct node_code *)n)->code;
        cloud(c, scope_new(c, code, captures_of(c, s, code)), code->body, plain);
        break;
    }
    case NODE_CALL: {
        AS(node_call);
        for (uint32_t i = 0; i < x->count; i++) cloud(c, s, x->args[i].value, false);
        break;
    }
    case NODE_INDEX:
    case NODE_NEG:
    case NODE_NOT:
    case NODE_ADD ... NODE_UNION:
    case NODE_AND:
    case NODE_OR:
    case NODE_DEFAULT: {
        AS(node_binary);
        bool compares = n->kind >= NODE_EQ && n->kind <= NODE_GE;
        bool inner = compares && !is_null(x->left) && !is_null(x->right);
        cloud(c, s, x->left, inner);
        if (x->right) cloud(c, s, x->right, inner);
        break;
    }
    default: break;
    }
}

// Ends what a condition clouded since there were `before`.
static void clear_up(struct checker *c, size_t before)
{
    while (c->clouded.len > before) vec_pop(&c->clouded)->clouded = false;
}

// Is the condition true or false as it is written, whatever variables are?
static bool is_decided(const struct node *n, bool *truth)
{
    if (n->kind == NODE_CONST) {
        struct value v = ((const struct node_const *)n)->value;
        if (v.tag != VALUE_BOOL) return false;
        *truth = v.boolean;
        return true;
    }
    const struct node_binary *x = (const struct node_binary *)n;
    bool left = false, right = false;
    if (n->kind == NODE_NOT && is_decided(x->left, &left)) {
        *truth = !left;
        return true;
    }
    if (n->kind != NODE_AND && n->kind != NODE_OR) return false;
    bool stop = n->kind == NODE_OR;
    bool has_left = is_decided(x->left, &left), has_right = is_decided(x->right, &right);
    *truth = stop;
    if ((has_left && left == stop) || (has_right && right == stop)) return true;
    *truth = !stop;
    return has_left && has_right;
}

// `what` is never evaluated, because the condition is always `truth`.
static void lint_dead(struct checker *c, const struct check_scope *s, const struct node *dead,
                      const char *what, const struct node *condition, bool truth)
{
    struct diag *d = lint_report(c->linter, LINT_UNREACHABLE, span_of(s, dead), "%s", what);
    if (d) diag_label(d, span_of(s, condition), "this is always %s", truth ? "true" : "false");
}

static struct fact check_if(struct checker *c, struct check_scope *s, const struct node_if *x)
{
    bool truth;
    struct fact condition = check_node(c, s, x->condition);
    if (is_decided(x->condition, &truth)) {
        const struct node *dead = truth ? x->otherwise : x->then;
        lint_dead(c, s, dead, "this branch is never taken", x->condition, truth);
        return check_node(c, s, truth ? x->then : x->otherwise);
    }
    check_bool(c, s, x->condition, condition);
    size_t before = c->clouded.len;
    cloud(c, s, x->condition, false);
    struct fact then = check_node(c, s, x->then);
    struct fact otherwise = check_node(c, s, x->otherwise);
    clear_up(c, before);
    return fact_join(then, otherwise);
}

// The right side is evaluated only if the left one lets it.
static struct fact check_logic(struct checker *c, struct check_scope *s,
                               const struct node_binary *x)
{
    bool truth;
    check_bool(c, s, x->left, check_node(c, s, x->left));
    if (is_decided(x->left, &truth) && truth == (x->h.kind == NODE_OR)) {
        lint_dead(c, s, x->right, "this side is never evaluated", x->left, truth);
        return fact_tags(ACCEPT_BOOL);
    }
    size_t before = c->clouded.len;
    cloud(c, s, x->left, false);
    check_bool(c, s, x->right, check_node(c, s, x->right));
    clear_up(c, before);
    return fact_tags(ACCEPT_BOOL);
}

static struct fact check_default(struct checker *c, struct check_scope *s,
                                 const struct node_binary *x)
{
    enum fact_presence presence;
    struct fact left = check_path(c, s, x->left, true, &presence);
    if (presence == FACT_THERE && left.tags != 0 && !(left.tags & ACCEPT_NULL)) {
        struct diag *d = lint_report(c->linter, LINT_UNREACHABLE, span_of(s, x->right),
                                     "this default is never used");
        if (d) diag_label(d, span_of(s, x->left), "this is never null");
        (void)check_node(c, s, x->right);
        return left;
    }
    struct fact right = check_node(c, s, x->right);
    left.tags &= ~ACCEPT_NULL;
    return fact_join(presence == FACT_ABSENT ? right : left, right);
}

// ---- comprehensions -----------------------------------------------------------------------------

static struct fact check_comp(struct checker *c, struct check_scope *s, const struct node_comp *x)
{
    size_t before = c->clouded.len;
    for (uint32_t i = 0; i < x->clause_count; i++) {
        const struct node_clause *clause = &x->clauses[i];
        struct fact source = check_node(c, s, clause->source);
        if (clause->is_if) {
            check_bool(c, s, clause->source, source);
            cloud(c, s, clause->source, false);
            continue;
        }
        bool two = clause->second != RECORD_NONE;
        struct fact key = fact_tags(source.tags == ACCEPT_LIST     ? (two ? ACCEPT_INT : ACCEPT_ANY)
                                    : source.tags == ACCEPT_RECORD ? ACCEPT_STR
                                                                   : ACCEPT_ANY);
        s->slots[clause->first] = slot_new(c, key);
        if (two) s->slots[clause->second] = slot_new(c, fact_any());
    }
    if (x->key) (void)check_node(c, s, x->key);
    (void)check_node(c, s, x->value);
    clear_up(c, before);
    return fact_tags(x->key ? ACCEPT_RECORD : ACCEPT_LIST);
}

// ---- the rest -----------------------------------------------------------------------------------

static bool is_dref(struct str s)
{
    if (s.len < 39 || !str_starts_with(s, STR("dref:")) || s.p[37] != '-') return false;
    for (size_t i = 5; i < 37; i++)
        if (!memchr("0123456789abcdef", s.p[i], 16)) return false;
    return true;
}

static void lint_dref(struct checker *c, struct str text, struct span span)
{
    for (size_t i = 0; i + 39 <= text.len; i++) {
        if (!is_dref((struct str){text.p + i, text.len - i})) continue;
        struct diag *d = lint_report(c->linter, LINT_DREF, span, "a dref is written in a string");
        if (!d) return;
        diag_note(d, "a change of its stage makes another dref, which nobody writes here");
        diag_help(d, "use the stage itself, imported from its file");
        return;
    }
}

static struct fact check_const(struct checker *c, const struct check_scope *s,
                               const struct node_const *n)
{
    VEC(struct value) open = {0};
    vec_push(&open, n->value);
    while (open.len > 0) {
        struct value v = vec_pop(&open);
        if (v.tag == VALUE_STR) lint_dref(c, string_str(c->ev, v.string), span_of(s, &n->h));
        for (size_t i = 0; v.tag == VALUE_LIST && i < v.list->len; i++)
            vec_push(&open, v.list->at[i]);
        for (uint32_t i = 0; v.tag == VALUE_RECORD && i < record_count(v.record); i++)
            vec_push(&open, v.record->fields[i]);
    }
    vec_free(&open);
    struct fact f = constant_fact(c, n->value);
    f.literal = true;
    return f;
}

static struct fact check_string(struct checker *c, struct check_scope *s,
                                const struct node_string *x)
{
    uint32_t tags = ACCEPT_STR;
    for (uint32_t i = 0; i < x->count; i++)
        if (check_node(c, s, x->pieces[i]).tags & ~(ACCEPT_STR | ACCEPT_NUMBER | ACCEPT_BOOL))
            tags = ACCEPT_TEXT;
    return fact_tags(tags);
}

static struct fact check_let(struct checker *c, struct check_scope *s, const struct node_let *x)
{
    for (uint32_t i = 0; i < x->count; i++) {
        struct check_slot *slot = value_alloc(c->ev, sizeof(*slot));
        *slot = (struct check_slot){.node = x->bindings[i].value, .scope = s};
        s->slots[x->bindings[i].slot] = slot;
    }
    struct check_slot **own = value_alloc(c->ev, (x->count + 1) * sizeof(struct check_slot *));
    for (uint32_t i = 0; i < x->count; i++) own[i] = s->slots[x->bindings[i].slot];
    for (uint32_t i = 0; i < x->count; i++) (void)slot_fact(c, own[i]);
    for (uint32_t i = 0; i < x->assert_count; i++) {
        const struct node *condition = x->asserts[i].condition;
        check_bool(c, s, condition, check_node(c, s, condition));
        if (x->asserts[i].otherwise) (void)check_node(c, s, x->asserts[i].otherwise);
    }
    return check_node(c, s, x->body);
}

static struct fact check_kind(struct checker *c, struct check_scope *s, const struct node *n)
{
    enum fact_presence ignored;
    switch ((enum node_kind)n->kind) {
    case NODE_CONST: return check_const(c, s, (const struct node_const *)n);
    case NODE_LOCAL: return slot_fact(c, s->slots[((const struct node_var *)n)->slot]);
    case NODE_CAPTURE: return slot_fact(c, s->captures[((const struct node_var *)n)->slot]);
    case NODE_GLOBAL: return slot_fact(c, &c->globals[((const struct node_var *)n)->slot]);
    case NODE_FOREIGN: {
        AS(node_var);
        return check_foreign(c, x->module->def, x->slot);
    }
    case NODE_THUNK: return check_thunk(c, s, (const struct node_code *)n);
    case NODE_FN: return make_function(c, s, (const struct node_code *)n);
    case NODE_STRING: return check_string(c, s, (const struct node_string *)n);
    case NODE_LIST:
    case NODE_LIST_SPREAD: return check_list(c, s, (const struct node_list *)n);
    case NODE_LIST_COMP:
    case NODE_RECORD_COMP: return check_comp(c, s, (const struct node_comp *)n);
    case NODE_RECORD: return check_record(c, s, (const struct node_record *)n);
    case NODE_RECORD_DYNAMIC: return check_dynamic(c, s, (const struct node_dynamic *)n);
    case NODE_FIELD:
    case NODE_INDEX: return check_path(c, s, n, false, &ignored);
    case NODE_CALL: return check_call(c, s, (const struct node_call *)n);
    case NODE_WITH: return check_with(c, s, (const struct node_with *)n);
    case NODE_NEG:
    case NODE_NOT: return check_operator(c, s, (const struct node_binary *)n);
    case NODE_AND:
    case NODE_OR: return check_logic(c, s, (const struct node_binary *)n);
    case NODE_DEFAULT: return check_default(c, s, (const struct node_binary *)n);
    case NODE_IF: return check_if(c, s, (const struct node_if *)n);
    case NODE_LET: return check_let(c, s, (const struct node_let *)n);
    case NODE_IMPORT: return check_import(c, s, (const struct node_import *)n);
    case NODE_CHECK: return check_type(c, s, (const struct node_check *)n);
    case NODE_ADD ... NODE_UNION: return check_operator(c, s, (const struct node_binary *)n);
    case NODE_GUARD: break;
    }
    BUG("node kind %d", n->kind);
}

struct fact check_node(struct checker *c, struct check_scope *s, const struct node *n)
{
    if (c->depth >= CHECK_DEPTH) return fact_any();
    c->depth++;
    struct fact f = check_kind(c, s, n);
    c->depth--;
    if (n->kind != NODE_CONST && n->kind != NODE_NEG && !node_is_arithmetic(n)) f.literal = false;
    return f;
}

// ---- modules ------------------------------------------------------------------------------------

static void check_code(struct checker *c, const struct code *code, bool is_condition)
{
    if (!code) return;
    struct check_scope *s = scope_new(c, code, NULL);
    struct fact f = check_node(c, s, code->body);
    if (is_condition) check_bool(c, s, code->body, f);
}

void check_module(struct eval *ev, struct module_def *def, struct linter *linter)
{
    struct checker checker = {.ev = ev, .def = def, .linter = linter}, *c = &checker;
    // Delayed nodes of a module stand in no code; they capture nothing.
    struct code *top = value_alloc(ev, sizeof(*top));
    top->source = def->source->id;
    struct check_scope *s = scope_new(c, top, NULL);
    c->globals = value_alloc(ev, (def->slots.len + 1) * sizeof(*c->globals));
    for (uint32_t i = 0; i < def->slots.len; i++) {
        const struct module_slot *slot = &def->slots.at[i];
        c->globals[i] = (struct check_slot){.node = slot->init, .scope = s};
        if (!slot->is_param) continue;
        c->globals[i] =
            (struct check_slot){.fact = fact_contract(slot->contract), .state = CHECK_DONE};
    }
    for (uint32_t i = 0; i < def->slots.len; i++) {
        if (def->slots.at[i].is_param && def->slots.at[i].init)
            (void)check_node(c, s, def->slots.at[i].init);
        else
            (void)slot_fact(c, &c->globals[i]);
    }
    for (uint32_t i = 0; i < def->asserts.len; i++) {
        check_code(c, def->asserts.at[i].condition, true);
        check_code(c, def->asserts.at[i].otherwise, false);
    }
    for (uint32_t i = 0; i < def->tests.len; i++) check_code(c, def->tests.at[i].body, true);
    // Bodies may make more functions.
    for (size_t i = 0; i < c->functions.len; i++) (void)check_result(c, c->functions.at[i]);
    vec_free(&c->functions);
    vec_free(&c->clouded);
}

// ---- reports ------------------------------------------------------------------------------------

static bool same_place(const struct diag *a, const struct diag *b)
{
    struct span x = a->primary.span, y = b->primary.span;
    if (x.source != y.source || x.start != y.start || x.end != y.end) return false;
    // A place can be wrong in one way only, but be the subject of several lints.
    return a->severity == b->severity &&
           (a->severity == DIAG_ERROR || strcmp(a->code, b->code) == 0);
}

static bool is_told(const struct diag_sink *sink, const struct diag *d)
{
    for (const struct diag *t = sink->first; t; t = t->next)
        if (same_place(t, d)) return true;
    return false;
}

static int by_place(const void *a, const void *b)
{
    const struct diag *const *x = a, *const *y = b;
    struct span i = (*x)->primary.span, k = (*y)->primary.span;
    if (i.source != k.source) return i.source < k.source ? -1 : 1;
    return (i.start > k.start) - (i.start < k.start);
}

// In the order of the text, but for what `sink` has heard of already.
static void report_found(struct diag_sink *sink, const struct diag_sink *found, bool only_errors)
{
    VEC(const struct diag *) order = {0};
    for (const struct diag *d = found->first; d; d = d->next)
        if (!only_errors || d->severity == DIAG_ERROR) vec_push(&order, d);
    if (order.len > 1) qsort(order.at, order.len, sizeof(*order.at), by_place);
    vec_each (d, &order)
        if (!is_told(sink, *d)) diag_copy(sink, *d);
    vec_free(&order);
}

static void check_all(struct eval *ev, struct module_def *def, bool only_errors)
{
    struct diag_sink found = DIAG_SINK_INIT, *sink = ev->o.sink;
    struct linter linter;
    ev->o.sink = &found;
    lint_begin(&linter, ev, def);
    check_module(ev, def, &linter);
    lint_scopes(&linter);
    lint_stage_promises(&linter);
    lint_end(&linter);
    ev->o.sink = sink;
    report_found(sink, &found, only_errors);
    diag_sink_free(&found);
}

void check_report(struct eval *ev, struct module_def *def)
{
    check_all(ev, def, false);
}

void check_errors(struct eval *ev, struct module_def *def)
{
    check_all(ev, def, true);
}
