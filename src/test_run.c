#include "test_run.h"

#include <string.h>

#include "base/diag_render.h"
#include "cli.h"

// A title goes into a line of output as it is, but for what would end the line or, in TAP, begin a
// directive.
static void add_title(struct buf *out, struct str title, bool tap)
{
    for (size_t i = 0; i < title.len; i++) {
        char c = title.p[i];
        if (tap && (c == '#' || c == '\\')) buf_addc(out, '\\');
        buf_addc(out, c == '\n' || c == '\r' ? ' ' : c);
    }
}

// What was reported since `before`, as the YAML block that TAP has for it: a literal text, which
// needs no quotes.
static void add_details(struct buf *out, const struct cli *cli, const struct diag *before)
{
    const struct diag_sink *sink = &cli->driver.sink;
    const struct diag *d = before ? before->next : sink->first;
    buf_addz(out, "  ---\n  details: |\n");
    if (!d) buf_addz(out, "    it needs what has failed in an earlier test\n");
    for (; d; d = d->next) {
        struct buf text = BUF_INIT;
        diag_render_text(&text, d, &cli->driver.sources, (struct diag_style){.color = false});
        for (const char *at = buf_z(&text), *end; *at; at = end) {
            end = strchrnul(at, '\n');
            end += *end == '\n';
            buf_addz(out, "    ");
            buf_add(out, at, (size_t)(end - at));
        }
        buf_free(&text);
    }
    buf_addz(out, "  ...\n");
}

void test_run(struct cli *cli, struct module *m, const struct module_item *test, bool tap,
              struct test_tally *tally)
{
    bool passed = false;
    const struct diag *before = cli->driver.sink.last;
    bool ok = eval_test(cli->driver.eval, m, test, &passed) && passed;
    diag_flush(&cli->driver.sink);
    tally->run++;
    tally->failed += !ok;
    struct buf *out = &cli->out;
    if (tap)
        buf_printf(out, "%s %zu - ", ok ? "ok" : "not ok", tally->run);
    else
        buf_addz(out, ok ? "ok      " : "FAILED  ");
    add_title(out, test->name, tap);
    buf_addc(out, '\n');
    if (tap && !ok) add_details(out, cli, before);
}
