#include "eval/builtin.h"

extern const struct builtin builtin_list[], builtin_order[], builtin_record[], builtin_string[],
    builtin_number[], builtin_data[], builtin_stage[], builtin_std[];

const struct builtin *const builtin_tables[] = {
    builtin_list, builtin_order, builtin_record, builtin_string, builtin_number,
    builtin_data, builtin_stage, builtin_std,    NULL,
};

const char *const builtin_std_modules[] = {"std/prelude.plx", NULL};
