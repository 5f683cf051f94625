// plxc store reindex: the index beside the store is made anew.
#include <errno.h>

#include "cli.h"
#include "cmd.h"
#include "store/graph.h"
#include "store/index.h"

int cmd_store_reindex(struct cli *cli)
{
    struct driver *d = &cli->driver;
    struct store *s = &d->store;
    struct graph g;
    if (!cli_open_store(cli, 0) || !store_writable(s, &d->sink)) return cli_status(cli);
    int result = index_delete(s);
    if (result < 0) {
        bool is_folder = result == -EISDIR || result == -EPERM;
        const char *path = arena_printf(&d->arena, "%s/index%s", s->root,
                                        result == -ENOTDIR ? "" : "/graph.sqlite");
        struct diag *diag = store_fail(&d->sink, "E0707", is_folder ? EISDIR : result,
                                       "cannot make the index anew at %s", path);
        diag_help(diag, "remove what is there; until then plx does without an index");
        return cli_status(cli);
    }
    if (!graph_load(s, &g, &d->sink)) return cli_status(cli);
    size_t rrefs = g.len - g.derivations;
    cli_say(cli, "read %zu derivation%s and %zu realization%s", g.derivations,
            g.derivations == 1 ? "" : "s", rrefs, rrefs == 1 ? "" : "s");
    graph_free(&g);
    return cli_finish(cli);
}
