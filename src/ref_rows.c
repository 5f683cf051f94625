#include "ref_rows.h"

#include <jansson.h>

#include "cli.h"
#include "json_out.h"
#include "quantity.h"
#include "store/ref.h"
#include "tree_size.h"

void ref_rows_line(struct cli *cli, int64_t time_ns, bool has_bytes, uint64_t bytes, struct str ref)
{
    char time[QUANTITY_TIME_SIZE], size[CLI_SIZE_SIZE];
    buf_printf(&cli->out, "%-19s %10s  " STR_FMT "\n",
               time_ns == INT64_MIN ? "-" : quantity_local_time(time_ns, time),
               has_bytes ? cli_bytes(bytes, size) : "-", STR_ARG(ref));
}

static void add_long(struct cli *cli, struct str ref, json_t *list)
{
    struct driver *d = &cli->driver;
    bool realization = ref_is_rref(ref);
    int64_t ns = INT64_MIN;
    bool known = realization && query_buildtime(&d->store, ref, &ns);
    uint64_t bytes = 0;
    if (realization) bytes = tree_size(store_ref_path(&d->store, &d->arena, ref)).bytes;
    if (!list) {
        ref_rows_line(cli, known ? ns : INT64_MIN, realization, bytes, ref);
        return;
    }
    char time[QUANTITY_TIME_SIZE];
    json_t *row = json_pack("{s:s%}", "ref", ref.p, ref.len);
    if (known) json_object_set_new(row, "buildtime", json_string(quantity_utc_time(ns, time)));
    if (realization) json_object_set_new(row, "bytes", json_integer((json_int_t)bytes));
    json_array_append_new(list, row);
}

void ref_rows_print(struct cli *cli, const struct ref_list *refs)
{
    bool json = args_has(&cli->args, "json");
    bool wide = args_takes(&cli->args, "long") && args_has(&cli->args, "long");
    if (json && !wide) {
        json_out(cli, json_out_refs(refs));
        return;
    }
    json_t *list = json ? json_array() : NULL;
    for (size_t i = 0; i < refs->len; i++) {
        if (wide)
            add_long(cli, refs->at[i], list);
        else
            buf_printf(&cli->out, STR_FMT "\n", STR_ARG(refs->at[i]));
    }
    if (json) json_out(cli, list);
}
