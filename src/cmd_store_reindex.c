// plxc store reindex: the index beside the store is made anew.
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
    if (!index_delete(s)) {
        diag_error(&d->sink, SPAN_NONE, "E0707", "cannot remove the index in %s/index", s->root);
        return cli_status(cli);
    }
    if (!graph_load(s, &g, &d->sink)) return cli_status(cli);
    size_t rrefs = g.len - g.derivations;
    cli_say(cli, "read %zu derivation%s and %zu realization%s", g.derivations,
            g.derivations == 1 ? "" : "s", rrefs, rrefs == 1 ? "" : "s");
    graph_free(&g);
    return cli_finish(cli);
}
