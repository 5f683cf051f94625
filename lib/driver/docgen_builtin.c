#include "driver/docgen_builtin.h"

#include "eval/builtin.h"
#include "eval/type_text.h"

static struct str builtin_signature(struct docgen *g, const struct builtin *b)
{
    struct buf out = BUF_INIT;
    buf_addz(&out, b->name);
    type_text_builtin(b, &out);
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
