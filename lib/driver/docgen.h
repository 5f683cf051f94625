// Documentation of modules and of the standard library, as `plxc doc`, the REPL and docs/stdlib.md
// show it: entries with a signature and the
// `##` text before them (or the doc field of a builtin's row), rendered as Markdown or HTML.
//
// A comment line `# ---- title` begins a section, as the modules of the standard library are
// divided. Names that begin with `_` are private and left out. In the text, blocks fenced with
// ```plx are examples: docgen_examples finds them, and a test runs those of the standard library.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/str.h"
#include "base/sym.h"

struct file; // syntax/ast.h

enum docgen_kind { DOCGEN_FUNCTION, DOCGEN_VALUE, DOCGEN_PARAM, DOCGEN_TYPE };

struct docgen_entry {
    enum docgen_kind kind;
    struct str section;   // "" before the first one
    struct str name;      // "take"
    struct str signature; // one line: "take(x: List | Str, n: Int) -> List | Str"
    struct str text;      // markdown, "" if there is none
};

// Everything that it holds lives in its arena.
struct docgen {
    struct arena arena;
    const char *title;
    struct str text; // of the module itself
    struct docgen_entry *entries;
    size_t len;
    size_t cap;
};

#define DOCGEN_INIT ((struct docgen){0})

void docgen_free(struct docgen *g);

// Adds an entry, whose strings live at least as long as g.
void docgen_add(struct docgen *g, struct docgen_entry e);

// The public bindings of a parsed file, in its order.
void docgen_file(struct docgen *g, const struct file *file, const struct symtab *syms);

// Everything that a module sees without an import: the builtins and the prelude. False after a
// report if the prelude does not parse.
bool docgen_stdlib(struct docgen *g, struct diag_sink *sink) MUST_USE;

// The entry of that name, or null.
const struct docgen_entry *docgen_find(const struct docgen *g, struct str name);

// On a page the entries of one section stand together, sections in the order of their first entry.
// The index at or behind `from` of the next entry that is the first of its section, or len.
size_t docgen_section(const struct docgen *g, size_t from);

// One entry: heading, signature, text. `level` is the heading's, from 1.
void docgen_entry_markdown(struct buf *out, const struct docgen_entry *e, unsigned level);
// A whole page: title, text, an index of the entries by section, the entries.
void docgen_markdown(struct buf *out, const struct docgen *g);

// The next ```plx block at or behind *at, which moves behind it: *code is what stands between the
// fences.
bool docgen_example(struct str text, size_t *at, struct str *code);
