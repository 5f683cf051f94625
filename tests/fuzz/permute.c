// Texts are cut at the spans of the tree: what stands between two items (commas, comments, white
// space) stays in its place, and the items move.
#include "permute.h"

#include "base/vec.h"

struct sequence {
    char behind; // what may follow an item where nothing needed to follow it before
    struct span *items;
    size_t
        count; // at least 2, so that a sequence is never inside of one of its own items as a whole
};

struct permuter {
    struct arena arena;
    struct str text;
    uint64_t seed;
    VEC(struct sequence) sequences;
    struct buf *out;
};

static void walk(struct permuter *p, const struct expr *e);

static struct span *add_sequence(struct permuter *p, size_t count, char behind)
{
    if (count < 2) return NULL;
    struct sequence s = {behind, ARENA_ARRAY(&p->arena, struct span, count), count};
    vec_push(&p->sequences, s);
    return s.items;
}

static void walk_params(struct permuter *p, const struct function *fn)
{
    for (size_t i = 0; i < fn->param_count; i++) walk(p, fn->params[i].value);
    walk(p, fn->body);
}

static void walk_bindings(struct permuter *p, const struct binding *at, size_t count)
{
    struct span *items = add_sequence(p, count, ';');
    for (size_t i = 0; i < count; i++) {
        if (items) items[i] = at[i].span;
        walk(p, at[i].value);
        walk(p, at[i].otherwise);
    }
}

static void walk_entry(struct permuter *p, const struct entry *e)
{
    walk(p, e->key);
    walk(p, e->value);
}

static void walk_entries(struct permuter *p, const struct entry *at, size_t count)
{
    struct span *items = add_sequence(p, count, ' ');
    for (size_t i = 0; i < count; i++) {
        if (items) items[i] = at[i].span;
        walk_entry(p, &at[i]);
    }
}

static void walk_clauses(struct permuter *p, const struct clause *at, size_t count)
{
    for (size_t i = 0; i < count; i++) walk(p, at[i].source);
}

static void walk_args(struct permuter *p, const struct argument *at, size_t count)
{
    for (size_t i = 0; i < count; i++) walk(p, at[i].value);
}

static void walk_collection(struct permuter *p, const struct expr *e)
{
    switch (e->kind) {
    case EXPR_STRING:
        for (size_t i = 0; i < e->string.count; i++) walk(p, e->string.pieces[i].expr);
        break;
    case EXPR_LIST:
        for (size_t i = 0; i < e->list.count; i++) walk(p, e->list.items[i].value);
        break;
    case EXPR_LIST_COMP:
        walk(p, e->list_comp.element);
        walk_clauses(p, e->list_comp.clauses, e->list_comp.clause_count);
        break;
    case EXPR_RECORD: walk_entries(p, e->record.entries, e->record.count); break;
    case EXPR_RECORD_COMP:
        walk_entry(p, e->record_comp.entry);
        walk_clauses(p, e->record_comp.clauses, e->record_comp.clause_count);
        break;
    default: break;
    }
}

static void walk(struct permuter *p, const struct expr *e)
{
    if (!e) return;
    switch (e->kind) {
    case EXPR_FIELD: walk(p, e->field.target); break;
    case EXPR_INDEX:
        walk(p, e->index.target);
        walk(p, e->index.index);
        break;
    case EXPR_CALL:
        walk(p, e->call.callee);
        walk_args(p, e->call.args, e->call.count);
        break;
    case EXPR_WITH:
        walk(p, e->with.target);
        for (size_t i = 0; i < e->with.count; i++) walk(p, e->with.updates[i].value);
        break;
    case EXPR_UNARY: walk(p, e->unary.operand); break;
    case EXPR_BINARY:
        walk(p, e->binary.left);
        walk(p, e->binary.right);
        break;
    case EXPR_LET:
        walk_bindings(p, e->let.bindings, e->let.count);
        walk(p, e->let.body);
        break;
    case EXPR_IF:
        walk(p, e->cond.condition);
        walk(p, e->cond.then);
        walk(p, e->cond.otherwise);
        break;
    case EXPR_FN: walk_params(p, e->fn); break;
    case EXPR_IMPORT: walk_args(p, e->import.args, e->import.count); break;
    default: walk_collection(p, e);
    }
}

static uint32_t end_of(const struct sequence *s)
{
    return s->items[s->count - 1].end;
}

// The first sequence of a range that is in no other of that range.
static const struct sequence *outermost(struct permuter *p, uint32_t from, uint32_t to)
{
    const struct sequence *best = NULL;
    vec_each (s, &p->sequences) {
        uint32_t start = s->items[0].start;
        if (start < from || end_of(s) > to) continue;
        if (!best || start < best->items[0].start ||
            (start == best->items[0].start && end_of(s) > end_of(best)))
            best = s;
    }
    return best;
}

static void copy(struct permuter *p, uint32_t from, uint32_t to)
{
    buf_add(p->out, p->text.p + from, to - from);
}

static void emit(struct permuter *p, uint32_t from, uint32_t to)
{
    for (const struct sequence *s; (s = outermost(p, from, to)); from = end_of(s)) {
        copy(p, from, s->items[0].start);
        size_t turn = (size_t)(p->seed % (s->count - 1));
        for (size_t i = 0; i < s->count; i++) {
            struct span item = s->items[(s->count - 1 - i + turn) % s->count];
            if (i) copy(p, s->items[i - 1].end, s->items[i].start);
            emit(p, item.start, item.end);
            buf_addc(p->out, s->behind);
        }
    }
    copy(p, from, to);
}

void permute_file(const struct file *file, uint64_t seed, struct buf *out)
{
    struct permuter p = {.text = file->source->text, .seed = seed, .out = out};
    walk_bindings(&p, file->bindings, file->count);
    emit(&p, 0, (uint32_t)p.text.len);
    vec_free(&p.sequences);
    arena_free(&p.arena);
}
