// Lists of refs on standard output, as `store ls`, `find`, `deps` and `gc` print them.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "store/query.h"

struct cli;

// One ref a line. For commands with --json: a list. Where the command has --long and it was given:
// of realizations when their realizer began and the size of their artifacts as well.
void ref_rows_print(struct cli *cli, const struct ref_list *refs);

// One line of a long listing, with the same columns. `time_ns` INT64_MIN: not known.
void ref_rows_line(struct cli *cli, int64_t time_ns, bool has_bytes, uint64_t bytes,
                   struct str ref);
