#include "json_out.h"

#include "base/json.h"
#include "cli.h"

void json_out(struct cli *cli, json_t *value)
{
    json_canonical(&cli->out, value);
    buf_addc(&cli->out, '\n');
    json_decref(value);
}

json_t *json_out_str(struct str s)
{
    return json_stringn(s.p, s.len);
}

json_t *json_out_refs(const struct ref_list *refs)
{
    json_t *list = json_array();
    for (size_t i = 0; i < refs->len; i++) json_array_append_new(list, json_out_str(refs->at[i]));
    return list;
}
