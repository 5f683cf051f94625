#include "driver/docgen_builtin.h"

#include "eval/builtin.h"

static void add_alternative(struct buf *out, size_t from, const char *name)
{
    if (out->len > from) buf_addz(out, " | ");
    buf_addz(out, name);
}

// What a parameter accepts, as a type of the language: "Number", "List | Str", "Int?". Nothing for
// Any.
static void add_accepted(struct buf *out, uint32_t accepts)
{
    if (accepts == ACCEPT_ANY) return;
    buf_addz(out, ": ");
    size_t from = out->len;
    uint32_t rest = accepts & ~ACCEPT_NULL;
    unsigned count = 0;
    for (unsigned tag = 0; tag < VALUE_THUNK; tag++) {
        if (!(rest & ACCEPT(tag))) continue;
        const char *name = value_type_name((enum value_tag)tag);
        if (tag == VALUE_INT && (rest & ACCEPT_NUMBER) == ACCEPT_NUMBER) {
            name = "Number";
            rest &= ~ACCEPT_NUMBER;
        } else if (tag == VALUE_STR && (rest & ACCEPT_TEXT) == ACCEPT_TEXT) {
            name = "Text";
            rest &= ~ACCEPT_TEXT;
        }
        add_alternative(out, from, name);
        count++;
    }
    if (accepts & ACCEPT_NULL) {
        if (count == 1)
            buf_addc(out, '?');
        else
            add_alternative(out, from, "null");
    }
}

static struct str builtin_signature(struct docgen *g, const struct builtin *b)
{
    struct buf out = BUF_INIT;
    buf_printf(&out, "%s(", b->name);
    for (size_t i = 0; i < BUILTIN_PARAMS && b->params[i].name; i++) {
        const struct builtin_param *p = &b->params[i];
        if (i > 0) buf_addz(&out, ", ");
        if (p->rest) buf_addz(&out, "..");
        buf_addz(&out, p->name);
        if (!p->rest) add_accepted(&out, p->accepts);
        if (p->fallback) buf_printf(&out, " = %s", p->fallback);
    }
    buf_printf(&out, ") -> %s", b->result);
    struct str kept = arena_str(&g->arena, buf_str(&out));
    buf_free(&out);
    return kept;
}

static void add_builtins(struct docgen *g, const struct builtin *row)
{
    struct str section = STR("");
    for (; row->name; row++) {
        if (row->section) section = str_from(row->section);
        if (!(row->flags & BUILTIN_INTERNAL))
            docgen_add(g, (struct docgen_entry){DOCGEN_FUNCTION, section, str_from(row->name),
                                                builtin_signature(g, row), str_from(row->doc)});
    }
}

// Values that the evaluator defines without a row.
static const struct docgen_entry values[] = {
    {DOCGEN_VALUE, STR("Stages"), STR("promise"), STR("promise: Promise"),
     STR("The folder that a stage will make: `promise / \"model.json\"` as an attribute is the "
         "path of a "
         "file in it. The script finds it in the variable of that name; that the file is there is "
         "checked "
         "when the script has ended; and from outside, the attribute reads as a Ref to the "
         "file.\n\n"
         "```plx\ntype_of(promise / \"model.json\") == \"Promise\"\n```")},
    {DOCGEN_VALUE, STR("Stages"), STR("claim"), STR("claim: Claim"),
     STR("As `promise`, but nobody checks that the path is there.\n\n"
         "```plx\ntype_of(claim / \"maybe.log\") == \"Claim\"\n```")},
};

void docgen_builtins(struct docgen *g)
{
    for (const struct builtin *const *table = builtin_tables; *table; table++)
        add_builtins(g, *table);
    for (size_t i = 0; i < LEN(values); i++) docgen_add(g, values[i]);
}
