#include "eval/check.h"
#include "eval/contract_report.h"
#include "eval/interp.h"
#include "eval/operator.h"

#define TEXTS (ACCEPT_STR | ACCEPT_TEXT)
#define PATHS                                                                                      \
    (ACCEPT_PATH | ACCEPT_STAGE | ACCEPT_REF | ACCEPT(VALUE_PROMISE) | ACCEPT(VALUE_CLAIM))

static struct span span_of(const struct check_scope *s, const struct node *n)
{
    return node_span_in(s->code->source, n);
}

// opt == "adma", where opt is "adam" or "sgd".
static void check_literal(struct checker *c, struct check_scope *s, const struct node_binary *x,
                          struct fact a, struct fact b)
{
    if (a.kind != FACT_CONTRACT || b.kind != FACT_VALUE || b.value.tag != VALUE_STR) return;
    struct contract_fault fault;
    if (!(a.contract->perhaps & ACCEPT_STR) ||
        contract_try(c->ev, a.contract, b.value, SPAN_NONE, &fault) != CONTRACT_MISFIT)
        return;
    struct diag *d =
        lint_report(c->linter, LINT_UNREACHABLE, span_of(s, &x->h), "this comparison is always %s",
                    x->h.kind == NODE_EQ ? "false" : "true");
    if (!d) return;
    struct buf text = BUF_INIT;
    contract_phrase(c->ev, a.contract, &text);
    diag_label(d, span_of(s, x->left->kind == NODE_CONST ? x->right : x->left), "this is %s",
               buf_z(&text));
    contract_explain(c->ev, d, &fault);
    buf_free(&text);
}

// What an operator takes on both sides, and gives.
struct combination {
    uint32_t left;
    uint32_t right;
    uint32_t result;
};

static const struct combination additions[] = {
    {ACCEPT_INT, ACCEPT_INT, ACCEPT_INT},
    {ACCEPT_FLOAT, ACCEPT_NUMBER, ACCEPT_FLOAT},
    {ACCEPT_NUMBER, ACCEPT_FLOAT, ACCEPT_FLOAT},
    {ACCEPT_STR, ACCEPT_STR, ACCEPT_STR},
    {ACCEPT(VALUE_TEXT), TEXTS, ACCEPT(VALUE_TEXT)},
    {TEXTS, ACCEPT(VALUE_TEXT), ACCEPT(VALUE_TEXT)},
    {0},
};
static const struct combination divisions[] = {
    {ACCEPT_NUMBER, ACCEPT_NUMBER, ACCEPT_FLOAT},
    {ACCEPT_PATH, ACCEPT_ANY, ACCEPT_PATH},
    {ACCEPT_STAGE | ACCEPT_REF, ACCEPT_ANY, ACCEPT_REF},
    {ACCEPT(VALUE_PROMISE), ACCEPT_ANY, ACCEPT(VALUE_PROMISE)},
    {ACCEPT(VALUE_CLAIM), ACCEPT_ANY, ACCEPT(VALUE_CLAIM)},
    {0},
};
static const struct combination numbers[] = {
    {ACCEPT_INT, ACCEPT_INT, ACCEPT_INT},
    {ACCEPT_FLOAT, ACCEPT_NUMBER, ACCEPT_FLOAT},
    {ACCEPT_NUMBER, ACCEPT_FLOAT, ACCEPT_FLOAT},
    {0},
};
static const struct combination orderings[] = {
    {ACCEPT_NUMBER, ACCEPT_NUMBER, ACCEPT_BOOL},
    {TEXTS, TEXTS, ACCEPT_BOOL},
    {ACCEPT_LIST, ACCEPT_LIST, ACCEPT_BOOL},
    {0},
};
static const struct combination lists[] = {{ACCEPT_LIST, ACCEPT_LIST, ACCEPT_LIST}, {0}};
static const struct combination unions[] = {{ACCEPT_RECORD, ACCEPT_RECORD, ACCEPT_RECORD}, {0}};

static const struct combination *combinations(const struct node_binary *n)
{
    switch (n->h.kind) {
    case NODE_ADD: return additions;
    case NODE_DIV: return divisions;
    case NODE_CONCAT: return lists;
    case NODE_UNION: return unions;
    case NODE_LT:
    case NODE_LE:
    case NODE_GT:
    case NODE_GE: return orderings;
    default: return numbers;
    }
}

static bool is_single(uint32_t tags)
{
    return tags != 0 && (tags & (tags - 1)) == 0;
}

static enum value_tag tag_of(uint32_t tags)
{
    return (enum value_tag)__builtin_ctz(tags);
}

// For a message about a value: one of a tag that it may have.
static struct value value_like(struct fact f)
{
    return (struct value){.tag = (uint8_t)tag_of(f.tags)};
}

void check_bool(struct checker *c, const struct check_scope *s, const struct node *n, struct fact f)
{
    if (f.tags && !(f.tags & ACCEPT_BOOL))
        (void)operator_not_bool(c->ev, value_like(f), span_of(s, n));
}

static bool is_literal_number(struct fact f)
{
    return f.literal && f.kind == FACT_VALUE && (f.tags & ACCEPT_NUMBER);
}

static struct node_const const_node(const struct node *n, struct fact f)
{
    struct node_const made = {.h = *n, .value = f.value};
    made.h.kind = NODE_CONST;
    return made;
}

static bool divides(const struct node_binary *n)
{
    return n->h.kind == NODE_DIV || n->h.kind == NODE_MOD;
}

static bool is_zero(struct value v)
{
    return v.tag == VALUE_INT ? v.integer == 0 : v.real == 0;
}

// An operator of numbers that stand in the text, which takes no variable: 7 * 24, 1 / 0.
static struct fact check_arithmetic(struct checker *c, struct check_scope *s,
                                    const struct node_binary *x, struct fact a, struct fact b)
{
    struct node_const left = const_node(x->left, a),
                      right = const_node(x->right ? x->right : x->left, b);
    struct node_binary n = *x;
    n.left = &left.h;
    if (x->right) n.right = &right.h;
    struct value v = interp(c->ev, &n.h, &(struct frame){.code = s->code});
    struct fact f = v.tag == VALUE_FAILED ? fact_tags(ACCEPT_NUMBER) : fact_value(v);
    f.literal = v.tag != VALUE_FAILED;
    return f;
}

static struct fact check_unary(struct checker *c, struct check_scope *s,
                               const struct node_binary *x)
{
    struct fact f = check_node(c, s, x->left);
    if (x->h.kind == NODE_NOT) {
        check_bool(c, s, x->left, f);
        return fact_tags(ACCEPT_BOOL);
    }
    uint32_t numeric = f.tags & ACCEPT_NUMBER;
    if (is_literal_number(f)) return check_arithmetic(c, s, x, f, f);
    if (f.tags && !numeric) operator_not_negated(c->ev, value_like(f), span_of(s, x->left));
    return fact_tags(numeric ? numeric : ACCEPT_NUMBER);
}

struct fact check_operator(struct checker *c, struct check_scope *s, const struct node_binary *x)
{
    if (x->h.kind == NODE_NEG || x->h.kind == NODE_NOT) return check_unary(c, s, x);
    struct fact a = check_node(c, s, x->left), b = check_node(c, s, x->right);
    if (x->h.kind == NODE_EQ || x->h.kind == NODE_NE) {
        check_literal(c, s, x, a, b);
        check_literal(c, s, x, b, a);
        return fact_tags(ACCEPT_BOOL);
    }
    uint32_t result = 0, possible = 0, left = 0, right = 0;
    for (const struct combination *k = combinations(x); k->left; k++) {
        possible |= k->result;
        left |= k->left;
        right |= k->right;
        if ((k->left & a.tags) && (k->right & b.tags)) result |= k->result;
    }
    bool calculates = node_is_arithmetic(&x->h) && is_literal_number(b);
    if (calculates && is_literal_number(a)) return check_arithmetic(c, s, x, a, b);
    if (calculates && divides(x) && is_zero(b.value) && (a.tags & ACCEPT_NUMBER))
        operator_by_zero(c->ev, x, s->code->source);
    if (result) return fact_tags(result);
    uint32_t source = s->code->source;
    if (is_single(a.tags) && is_single(b.tags))
        operator_mismatch(c->ev, x, source, tag_of(a.tags), tag_of(b.tags));
    else if (is_single(a.tags) && !(a.tags & left))
        operator_refuse(c->ev, x, source, x->left, tag_of(a.tags));
    else if (is_single(b.tags) && !(b.tags & right))
        operator_refuse(c->ev, x, source, x->right, tag_of(b.tags));
    return fact_tags(possible);
}
