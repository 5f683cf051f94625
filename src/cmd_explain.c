// plxc explain: the pages of docs/errors, which the binary carries.
#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cli.h"
#include "cmd.h"
#include "driver/embed.h"
#include "markdown.h"

#define PAGES "docs/errors/"

static struct str page_code(struct str name)
{
    size_t from = sizeof(PAGES) - 1;
    return (struct str){name.p + from, name.len - from - 3}; // without ".md"
}

static bool is_page(const struct embed_file *f)
{
    return str_starts_with(f->name, STR(PAGES)) && str_ends_with(f->name, STR(".md"));
}

// Pages begin with "# E0301: title".
static struct str page_title(struct str page)
{
    const char *end = memchr(page.p, '\n', page.len);
    struct str line = {page.p, end ? (size_t)(end - page.p) : page.len};
    const char *colon = memchr(line.p, ':', line.len);
    if (!colon) return line;
    while (colon + 1 < line.p + line.len && colon[1] == ' ') colon++;
    return (struct str){colon + 1, (size_t)(line.p + line.len - colon - 1)};
}

static int list(struct cli *cli)
{
    bool json = args_has(&cli->args, "json");
    json_t *array = json_array();
    for (size_t i = 0; i < embed_count; i++) {
        if (!is_page(&embed_files[i])) continue;
        struct str code = page_code(embed_files[i].name), title = page_title(embed_files[i].bytes);
        if (json)
            json_array_append_new(array, json_pack("{s:s%, s:s%}", "code", code.p, code.len,
                                                   "title", title.p, title.len));
        else
            buf_printf(&cli->out, STR_FMT "  " STR_FMT "\n", STR_ARG(code), STR_ARG(title));
    }
    if (json) {
        json_canonical(&cli->out, array);
        buf_addc(&cli->out, '\n');
    }
    json_decref(array);
    return cli_finish(cli);
}

static void unknown(struct cli *cli, const char *text, const char *code)
{
    struct diag *d =
        diag_error(&cli->driver.sink, SPAN_NONE, "E1013", "there is no diagnostic `%s`", text);
    struct str *codes = ARENA_ARRAY(&cli->driver.arena, struct str, embed_count + 1);
    size_t n = 0;
    for (size_t i = 0; i < embed_count; i++)
        if (is_page(&embed_files[i])) codes[n++] = page_code(embed_files[i].name);
    (void)diag_suggest(d, str_from(code), codes, n);
    diag_help(d, "`plxc explain` lists all of them");
}

int cmd_explain(struct cli *cli)
{
    if (!cli->args.rest.len) return list(cli);
    const char *text = cli->args.rest.at[0];
    // `e301`, `301` and `0301` are understood as well.
    char letter = (char)toupper((unsigned char)*text);
    const char *digits = isalpha((unsigned char)*text) ? text + 1 : text;
    char *end;
    long number = strtol(digits, &end, 10);
    char code[16];
    if (*digits && !*end && number >= 0 && number <= 9999)
        snprintf(code, sizeof code, "%c%04ld", letter == 'W' ? 'W' : 'E', number);
    else
        snprintf(code, sizeof code, "%.15s", text);
    char name[64];
    snprintf(name, sizeof name, PAGES "%s.md", code);
    struct str page;
    if (!embed_get(str_from(name), &page)) {
        unknown(cli, text, code);
        return cli_status(cli);
    }
    if (args_has(&cli->args, "json")) {
        struct str title = page_title(page);
        json_t *object = json_pack("{s:s, s:s%, s:s%}", "code", code, "title", title.p, title.len,
                                   "text", page.p, page.len);
        json_canonical(&cli->out, object);
        buf_addc(&cli->out, '\n');
        json_decref(object);
    } else {
        markdown_print(cli, page);
    }
    return cli_finish(cli);
}
