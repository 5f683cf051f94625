// JSON texts as values.
#include <jansson.h>
#include <stdlib.h>

#include "base/json.h"
#include "eval/machine.h"

struct reader {
    struct eval *ev;
    struct span span; // who asked for it
};

static struct value of_json(struct reader *r, const json_t *j);

static struct value of_object(struct reader *r, const json_t *j)
{
    size_t count = json_object_size(j), i = 0;
    struct field *fields = bug_malloc((count + 1) * sizeof(*fields));
    const char *key;
    size_t len;
    json_t *value;
    bool ok = true;
    json_object_keylen_foreach((json_t *)(uintptr_t)j, key, len, value)
    {
        struct value v = of_json(r, value);
        ok = v.tag != VALUE_FAILED;
        if (!ok) break;
        fields[i++] = (struct field){.name = eval_sym(r->ev, (struct str){key, len}), .value = v};
    }
    struct record *made = ok ? record_new(r->ev, fields, count, NULL) : NULL;
    free(fields);
    return made ? value_record(made) : value_failed();
}

static struct value of_array(struct reader *r, const json_t *j)
{
    size_t len = json_array_size(j);
    if (!eval_list_limit(r->ev, len, r->span)) return value_failed();
    struct list *l = list_new(r->ev, len);
    for (size_t i = 0; i < len; i++) {
        l->at[i] = of_json(r, json_array_get(j, i));
        if (l->at[i].tag == VALUE_FAILED) return value_failed();
    }
    return value_list(l);
}

// jansson's parser bounds the depth to 2048. Fails when a limit is reached.
static struct value of_json(struct reader *r, const json_t *j)
{
    if (!eval_tick(r->ev, 1, r->span)) return value_failed();
    switch (json_typeof(j)) {
    case JSON_OBJECT: return of_object(r, j);
    case JSON_ARRAY: return of_array(r, j);
    case JSON_STRING:
        return value_str_copy(r->ev, (struct str){json_string_value(j), json_string_length(j)});
    case JSON_INTEGER: return value_int(json_integer_value(j));
    case JSON_REAL: return value_float(json_real_value(j));
    case JSON_TRUE: return value_bool(true);
    case JSON_FALSE: return value_bool(false);
    case JSON_NULL: break;
    }
    return value_null();
}

// How much memory jansson's tree of a text may take, which nobody counts: its strings, 64 bytes for
// a value with its place in an array, and 96 more for a key.
static size_t tree_size(struct str text)
{
    size_t values = 1, keys = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.p[i];
        if (c == '"') in_string = !in_string;
        if (in_string) {
            i += c == '\\';
            continue;
        }
        values += c == ',' || c == '[' || c == '{';
        keys += c == ':';
    }
    return text.len + 64 * values + 96 * keys;
}

bool eval_from_json(struct eval *ev, struct str text, const char *what, struct span span,
                    struct value *out)
{
    if (!eval_memory_limit(ev, tree_size(text), span)) return false;
    struct json_problem problem;
    json_t *j = json_parse(text, &problem);
    if (!j) {
        eval_error(ev, span, "E0419", "%s is no valid JSON: line %d, column %d: %s", what,
                   problem.line, problem.column, problem.text);
        return false;
    }
    *out = of_json(&(struct reader){ev, span}, j);
    json_decref(j);
    return out->tag != VALUE_FAILED;
}
