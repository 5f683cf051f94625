#include "test_run.h"

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

void test_run(struct cli *cli, struct module *m, const struct module_item *test, bool tap,
              struct test_tally *tally)
{
    bool passed = false;
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
}
