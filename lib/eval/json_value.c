// JSON texts as values.
#include <jansson.h>
#include <stdlib.h>

#include "base/json.h"
#include "eval/machine.h"

static struct value of_json(struct eval *ev, const json_t *j);

static struct value of_object(struct eval *ev, const json_t *j)
{
    size_t count = json_object_size(j), i = 0;
    struct field *fields = bug_malloc((count + 1) * sizeof(*fields));
    const char *key;
    size_t len;
    json_t *value;
    json_object_keylen_foreach((json_t *)(uintptr_t)j, key, len, value)
    {
        fields[i++] = (struct field){.name = eval_sym(ev, (struct str){key, len}),
                                     .value = of_json(ev, value)};
    }
    struct record *r = record_new(ev, fields, count, NULL);
    free(fields);
    return value_record(r);
}

static struct value of_array(struct eval *ev, const json_t *j)
{
    struct list *l = list_new(ev, json_array_size(j));
    for (size_t i = 0; i < l->len; i++) l->at[i] = of_json(ev, json_array_get(j, i));
    return value_list(l);
}

// jansson's parser bounds the depth to 2048.
static struct value of_json(struct eval *ev, const json_t *j)
{
    switch (json_typeof(j)) {
    case JSON_OBJECT: return of_object(ev, j);
    case JSON_ARRAY: return of_array(ev, j);
    case JSON_STRING:
        return value_str_copy(ev, (struct str){json_string_value(j), json_string_length(j)});
    case JSON_INTEGER: return value_int(json_integer_value(j));
    case JSON_REAL: return value_float(json_real_value(j));
    case JSON_TRUE: return value_bool(true);
    case JSON_FALSE: return value_bool(false);
    case JSON_NULL: break;
    }
    return value_null();
}

bool eval_from_json(struct eval *ev, struct str text, const char *what, struct span span,
                    struct value *out)
{
    struct json_problem problem;
    json_t *j = json_parse(text, &problem);
    if (!j) {
        eval_error(ev, span, "E0419", "%s is no valid JSON: line %d, column %d: %s", what,
                   problem.line, problem.column, problem.text);
        return false;
    }
    *out = of_json(ev, j);
    json_decref(j);
    return true;
}
