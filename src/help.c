#include "help.h"

#include <ctype.h>
#include <string.h>

#include "base/utf8.h"
#include "exit_status.h"

#define OPTION_COLUMN 26

static const char intro[] =
    "plxc builds pipelines: it evaluates a .plx file to stages, and realizes those that the store "
    "does not hold yet.";

static const struct {
    int status;
    const char *meaning;
} statuses[] = {
    {EXIT_DONE, "done"},
    {EXIT_REALIZER, "a realizer failed, did not keep a promise, or a download failed"},
    {EXIT_USAGE, "the command line is wrong"},
    {EXIT_SOURCE, "the source is wrong"},
    {EXIT_SYSTEM, "the store or the system failed, or `store verify` found a fault"},
    {EXIT_ASSERTION, "an assertion such as --assert-realized, or a test, failed"},
    {EXIT_INTERRUPTED, "interrupted"},
};

static const struct {
    const char *name;
    const char *meaning;
} variables[] = {
    {"PLX_ROOT", "where store, logs, locks and roots are (default: $XDG_DATA_HOME/plx, else "
                 "~/.local/share/plx)"},
    {"PLX_STORE", "the store alone, if it is elsewhere; as --store"},
    {"PLX_TMP", "temporary folders, on the file system of the store"},
    {"PLX_FSYNC", "`off`: do not sync to disk, for stores that may be lost (default: `on`)"},
    {"NO_COLOR", "if set and not empty: no colours"},
};

// Appends text wrapped at HELP_WIDTH, lines after the first indented. The first line begins at
// column `column`.
static void wrap(struct buf *out, const char *text, size_t len, size_t indent, size_t column)
{
    const char *end = text + len;
    bool first = true;
    while (text < end) {
        while (text < end && *text == ' ') text++;
        const char *word = text;
        while (text < end && *text != ' ') text++;
        if (word == text) break;
        size_t width = utf8_str_width((struct str){word, (size_t)(text - word)});
        if (!first && column + 1 + width > HELP_WIDTH) {
            buf_addc(out, '\n');
            buf_pad(out, ' ', indent);
            column = indent;
        } else if (!first) {
            buf_addc(out, ' ');
            column++;
        }
        buf_add(out, word, (size_t)(text - word));
        column += width;
        first = false;
    }
    buf_addc(out, '\n');
}

static void paragraphs(struct buf *out, const char *doc)
{
    while (*doc) {
        const char *end = strstr(doc, "\n\n");
        size_t len = end ? (size_t)(end - doc) : strlen(doc);
        if (strncmp(doc, "  ", 2) == 0) {
            buf_add(out, doc, len);
            buf_addc(out, '\n');
        } else {
            wrap(out, doc, len, 0, 0);
        }
        if (!end) return;
        buf_addc(out, '\n');
        doc = end + 2;
    }
}

// "-j, --jobs=N"; the part without the letter is aligned behind where a letter would be.
static void option_text(struct buf *out, const struct option *o)
{
    if (o->letter)
        buf_printf(out, "-%c, ", o->letter);
    else
        buf_addz(out, "    ");
    buf_printf(out, "--%s", o->name);
    if (o->kind == OPTION_VALUE) buf_printf(out, "=%s", o->value);
    if (o->kind == OPTION_MAYBE) buf_printf(out, "[=%s]", o->value);
}

static void option_line(struct buf *out, const struct option *o)
{
    size_t start = out->len;
    buf_addz(out, "  ");
    option_text(out, o);
    size_t column = utf8_str_width((struct str){out->p + start, out->len - start});
    if (column + 2 > OPTION_COLUMN) {
        buf_addc(out, '\n');
        column = 0;
    }
    buf_pad(out, ' ', OPTION_COLUMN - column);
    wrap(out, o->doc, strlen(o->doc), OPTION_COLUMN, OPTION_COLUMN);
}

static void option_lines(struct buf *out, const char *title, const struct option *o, size_t count)
{
    if (!count) return;
    buf_printf(out, "\n%s:\n", title);
    for (size_t i = 0; i < count; i++) option_line(out, &o[i]);
}

static void command_line(struct buf *out, const struct command *c)
{
    size_t start = out->len;
    buf_printf(out, "  %s", c->name);
    size_t width = out->len - start;
    buf_pad(out, ' ', width < 22 ? 22 - width : 1);
    wrap(out, c->summary, strlen(c->summary), 22, 22);
}

void help_overview(struct buf *out)
{
    size_t count;
    const struct command *all = commands(&count);
    buf_addz(out, "Usage: plxc COMMAND [OPTION…] [ARGUMENT…]\n\n");
    wrap(out, intro, strlen(intro), 0, 0);
    buf_addz(out, "\nCommands:\n");
    for (size_t i = 0; i < count; i++) command_line(out, &all[i]);
    const struct option *o = common_options(&count);
    option_lines(out, "Options of every command", o, count);
    buf_addz(out, "\nExit status:\n");
    for (size_t i = 0; i < LEN(statuses); i++)
        buf_printf(out, "  %-4d%s\n", statuses[i].status, statuses[i].meaning);
    buf_addz(out, "\n`plxc COMMAND --help` tells more about a command.\n");
}

void help_group(struct buf *out, const char *group)
{
    size_t count, len = strlen(group);
    const struct command *all = commands(&count);
    buf_printf(out, "Usage: plxc %s COMMAND [OPTION…] [ARGUMENT…]\n\nCommands:\n", group);
    for (size_t i = 0; i < count; i++)
        if (strncmp(all[i].name, group, len) == 0 && all[i].name[len] == ' ')
            command_line(out, &all[i]);
    buf_printf(out, "\n`plxc %s COMMAND --help` tells more about a command.\n", group);
}

void help_command(struct buf *out, const struct command *c)
{
    buf_printf(out, "Usage: plxc %s%s%s%s\n\n", c->name, c->option_count ? " [OPTION…]" : "",
               *c->arguments ? " " : "", c->arguments);
    // The summary is written for a list; here it opens the text as a sentence.
    struct buf sentence = BUF_INIT;
    buf_addz(&sentence, c->summary);
    if (sentence.len) sentence.p[0] = (char)toupper((unsigned char)sentence.p[0]);
    wrap(out, buf_z(&sentence), sentence.len, 0, 0);
    buf_truncate(out, out->len - 1);
    buf_addz(out, ".\n");
    buf_free(&sentence);
    if (c->doc) {
        buf_addc(out, '\n');
        paragraphs(out, c->doc);
    }
    option_lines(out, "Options", c->options, c->option_count);
    size_t count;
    const struct option *o = common_options(&count);
    option_lines(out, "Options of every command", o, count);
}

// Text for troff: what it would take as a request or an escape is made harmless.
static void man_text(struct buf *out, const char *text)
{
    bool line_start = true;
    for (const char *c = text; *c; c++) {
        if (line_start && (*c == '.' || *c == '\'')) buf_addz(out, "\\&");
        line_start = *c == '\n';
        if (*c == '\\')
            buf_addz(out, "\\(rs");
        else if (*c == '-')
            buf_addz(out, "\\-");
        else if (*c == '`')
            buf_addz(out, "\\(ga");
        else
            buf_addc(out, *c);
    }
}

static void man_doc(struct buf *out, const char *doc)
{
    while (*doc) {
        const char *end = strstr(doc, "\n\n");
        size_t len = end ? (size_t)(end - doc) : strlen(doc);
        char *piece = bug_malloc(len + 1);
        memcpy(piece, doc, len);
        piece[len] = '\0';
        bool verbatim = strncmp(piece, "  ", 2) == 0;
        buf_addz(out, verbatim ? ".PP\n.nf\n" : ".PP\n");
        man_text(out, piece);
        buf_addz(out, verbatim ? "\n.fi\n" : "\n");
        free(piece);
        if (!end) return;
        doc = end + 2;
    }
}

static void man_options(struct buf *out, const struct option *o, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_addz(out, ".TP\n.B ");
        struct buf text = BUF_INIT;
        option_text(&text, &o[i]);
        man_text(out, buf_z(&text) + strspn(buf_z(&text), " "));
        buf_free(&text);
        buf_addc(out, '\n');
        man_text(out, o[i].doc);
        buf_addc(out, '\n');
    }
}

void help_man(struct buf *out)
{
    size_t count;
    const struct command *all = commands(&count);
    buf_printf(out, ".TH PLXC 1 \"\" \"plx %s\" \"User Commands\"\n", PLX_VERSION);
    buf_addz(out, ".SH NAME\nplxc \\- evaluate and realize pipelines\n.SH SYNOPSIS\n"
                  ".B plxc\n.I COMMAND\n[\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...\n"
                  ".SH DESCRIPTION\n");
    man_text(out, intro);
    buf_addz(out, "\n.SH COMMANDS\n");
    for (size_t i = 0; i < count; i++) {
        buf_addz(out, ".SS ");
        buf_printf(out, "plxc %s ", all[i].name);
        man_text(out, all[i].arguments);
        buf_addc(out, '\n');
        struct buf sentence = BUF_INIT;
        buf_printf(&sentence, "%c%s.", toupper((unsigned char)all[i].summary[0]),
                   all[i].summary + 1);
        man_text(out, buf_z(&sentence));
        buf_free(&sentence);
        buf_addc(out, '\n');
        if (all[i].doc) man_doc(out, all[i].doc);
        man_options(out, all[i].options, all[i].option_count);
    }
    buf_addz(out, ".SH OPTIONS OF EVERY COMMAND\n");
    const struct option *o = common_options(&count);
    man_options(out, o, count);
    buf_addz(out, ".SH EXIT STATUS\n");
    for (size_t i = 0; i < LEN(statuses); i++) {
        buf_printf(out, ".TP\n.B %d\n", statuses[i].status);
        man_text(out, statuses[i].meaning);
        buf_addc(out, '\n');
    }
    buf_addz(out, ".SH ENVIRONMENT\n");
    for (size_t i = 0; i < LEN(variables); i++) {
        buf_printf(out, ".TP\n.B %s\n", variables[i].name);
        man_text(out, variables[i].meaning);
        buf_addc(out, '\n');
    }
}
