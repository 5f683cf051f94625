#include "store/config_form.h"

#include "base/json.h"
#include "store/config.h"
#include "store/ref.h"

#define TEXT_KEY "__text__"
#define LIST_KEY "__list__"

static const json_t *only_field(const json_t *value, const char *key)
{
    return json_object_size(value) == 1 ? json_object_get(value, key) : NULL;
}

static bool all_strings(const json_t *list)
{
    size_t i;
    const json_t *item;
    json_array_foreach(list, i, item)
    {
        if (!json_is_string(item)) return false;
    }
    return true;
}

// A second dref cannot be a part of a path, so it makes a list of stages of what would be one.
static bool has_parts(const json_t *list)
{
    for (size_t i = 1; i < json_array_size(list); i++)
        if (ref_is_dref(json_slice(json_array_get(list, i)))) return false;
    return json_array_size(list) > 1;
}

static enum config_form form_of_list(const json_t *list)
{
    struct str head = json_slice(json_array_get(list, 0));
    if (!head.len || !all_strings(list)) return CONFIG_PLAIN;
    if (str_eqz(head, CONFIG_PROMISE_TAG) || str_eqz(head, CONFIG_CLAIM_TAG)) return CONFIG_OWN;
    return ref_is_dref(head) && has_parts(list) ? CONFIG_PATH : CONFIG_PLAIN;
}

enum config_form config_form(const json_t *value)
{
    if (json_is_string(value)) return ref_is_dref(json_slice(value)) ? CONFIG_STAGE : CONFIG_PLAIN;
    if (json_is_array(value)) return form_of_list(value);
    if (!json_is_object(value)) return CONFIG_PLAIN;
    if (json_is_array(only_field(value, TEXT_KEY))) return CONFIG_TEXT;
    const json_t *items = only_field(value, LIST_KEY);
    return json_is_array(items) && form_of_list(items) == CONFIG_PATH ? CONFIG_LIST : CONFIG_PLAIN;
}

const json_t *config_items(const json_t *value)
{
    enum config_form form = config_form(value);
    if (form == CONFIG_LIST) return only_field(value, LIST_KEY);
    return form == CONFIG_PLAIN && json_is_array(value) ? value : NULL;
}

const json_t *config_pieces(const json_t *value)
{
    return config_form(value) == CONFIG_TEXT ? only_field(value, TEXT_KEY) : NULL;
}

bool config_piece_is_stage(const json_t *piece)
{
    return json_is_array(piece) && json_array_size(piece) == 1 &&
           ref_is_dref(json_slice(json_array_get(piece, 0)));
}
