#include "markdown.h"

#include "cli.h"

static const char *line_style(struct str line, bool code)
{
    return str_starts_with(line, STR("```")) ? "2"
           : code                            ? "36"
           : str_starts_with(line, STR("#")) ? "1"
                                             : NULL;
}

void markdown_print(struct cli *cli, struct str text)
{
    bool code = false;
    for (size_t at = 0; at < text.len;) {
        const char *end = memchr(text.p + at, '\n', text.len - at);
        struct str line = {text.p + at, end ? (size_t)(end - text.p) - at : text.len - at};
        at += line.len + 1;
        const char *style = cli->color_out ? line_style(line, code) : NULL;
        code ^= str_starts_with(line, STR("```"));
        if (style) buf_printf(&cli->out, "\033[%sm", style);
        buf_adds(&cli->out, line);
        buf_addz(&cli->out, style ? "\033[0m\n" : "\n");
    }
}
