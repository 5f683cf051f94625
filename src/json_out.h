// JSON on standard output, as every command with --json prints it: canonical text and a newline.
#pragma once

#include <jansson.h>

#include "base/str.h"
#include "store/query.h"

struct cli;

// Appends the value to cli->out and releases it.
void json_out(struct cli *cli, json_t *value);
json_t *json_out_str(struct str s) MUST_USE;
json_t *json_out_refs(const struct ref_list *refs) MUST_USE;
