#include "eval_options.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "cli.h"
#include "eval/limit.h"
#include "quantity.h"

static bool take_set(struct cli *cli, const struct given *g)
{
    struct str key;
    const char *value;
    if (!args_pair(g->option, g->value, &key, &value, &cli->driver.sink)) return false;
    vec_push(&cli->driver.sets, (struct eval_set){key, str_from(value)});
    return true;
}

#define MAX_LIMITS 16

static bool unknown_limit(struct cli *cli, struct str name)
{
    struct diag *d = diag_error(&cli->driver.sink, SPAN_NONE, "E1004",
                                "there is no limit `" STR_FMT "`", STR_ARG(name));
    struct str names[MAX_LIMITS];
    size_t count = 0;
    struct buf list = BUF_INIT;
    for (const struct limit *l; count < MAX_LIMITS && (l = limit_at(count));) {
        buf_printf(&list, "%s`%s`", count ? ", " : "", l->name);
        names[count++] = str_from(l->name);
    }
    diag_note(d, "there are %s", buf_z(&list));
    diag_suggest(d, name, names, count);
    buf_free(&list);
    return false;
}

static bool whole_number(const char *text, uint64_t *n)
{
    char *end;
    errno = 0;
    *n = strtoull(text, &end, 10);
    return *text >= '0' && *text <= '9' && !*end && !errno;
}

static bool take_limit(struct cli *cli, const struct given *g)
{
    struct str name;
    const char *value;
    if (!args_pair(g->option, g->value, &name, &value, &cli->driver.sink)) return false;
    const struct limit *l = limit_find(name);
    if (!l) return unknown_limit(cli, name);
    uint64_t n;
    bool good = l->is_size ? quantity_size(value, &n) : whole_number(value, &n);
    if (good && n >= l->least && n <= l->most) {
        limit_set(&cli->driver.limits, l, n);
        return true;
    }
    char least[CLI_SIZE_SIZE], most[CLI_SIZE_SIZE];
    struct diag *d = diag_error(&cli->driver.sink, SPAN_NONE, "E1004",
                                "the limit `%s` cannot be `%s`", l->name, value);
    if (good && l->is_size)
        diag_note(d, "it is from %s to %s", cli_bytes(l->least, least), cli_bytes(l->most, most));
    else if (l->is_size)
        diag_note(d, "it is a size such as `500M` or `8G`");
    else
        diag_note(d, "it is a whole number from %ju to %ju", (uintmax_t)l->least,
                  (uintmax_t)l->most);
    return false;
}

bool eval_options(struct cli *cli)
{
    bool ok = true;
    size_t at = 0;
    for (const struct given *g; (g = args_next(&cli->args, "set", &at));)
        ok = take_set(cli, g) && ok;
    at = 0;
    for (const struct given *g; (g = args_next(&cli->args, "limit", &at));)
        ok = take_limit(cli, g) && ok;
    return ok;
}
