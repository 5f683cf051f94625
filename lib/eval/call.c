#include "eval/call.h"

#include <inttypes.h>

bool call_count(struct eval *ev, const struct call *c, int arg, size_t *count)
{
    int64_t n = c->args[arg].integer;
    if (n < 0)
        return call_error(ev, c, arg, "E0451", "`%s` needs `%s` to be at least 0, not %" PRId64,
                          c->builtin->name, c->builtin->params[arg].name, n);
    *count = (size_t)n;
    return true;
}

bool call_answer_error(struct eval *ev, const struct call *c, int arg, const char *wanted,
                       struct value got)
{
    return call_error(ev, c, arg, "E0401",
                      "`%s` needs a function that gives %s, and this one gives %s",
                      c->builtin->name, wanted, value_type_phrase((enum value_tag)got.tag));
}

bool call_with(struct eval *ev, const struct call *c, int arg, struct value x, struct value *out)
{
    return eval_call(ev, c->args[arg], &x, 1, call_span(c, arg), out);
}

bool call_overflow(struct eval *ev, const struct call *c, const char *what)
{
    return call_error(ev, c, -1, "E0406", "the %s of `%s` does not fit an Int", what,
                      c->builtin->name);
}
