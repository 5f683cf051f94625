#include "store/config_text.h"

#include "base/json.h"
#include "store/config.h"
#include "store/ref.h"

static const json_t *text_pieces(const json_t *value)
{
    if (!json_is_object(value) || json_object_size(value) != 1) return NULL;
    const json_t *pieces = json_object_get(value, "__text__");
    return json_is_array(pieces) ? pieces : NULL;
}

// The first element of a list of strings; empty for anything else.
static struct str list_tag(const json_t *value)
{
    size_t i;
    const json_t *part;
    if (!json_is_array(value)) return STR("");
    json_array_foreach(value, i, part)
    {
        if (!json_is_string(part)) return STR("");
    }
    return json_slice(json_array_get(value, 0));
}

static bool is_own(struct str tag)
{
    return str_eqz(tag, CONFIG_PROMISE_TAG) || str_eqz(tag, CONFIG_CLAIM_TAG);
}

static bool is_plain_list(const json_t *value)
{
    size_t i;
    const json_t *item;
    if (!json_is_array(value)) return false;
    json_array_foreach(value, i, item)
    {
        if (json_is_array(item) || json_is_object(item)) return false;
    }
    return true;
}

bool config_text_is_whole(const json_t *value)
{
    return text_pieces(value) || is_plain_list(value);
}

static void add_parts(struct buf *out, const json_t *list)
{
    for (size_t i = 1; i < json_array_size(list); i++) {
        if (i > 1) buf_addc(out, '/');
        buf_adds(out, json_slice(json_array_get(list, i)));
    }
}

void config_text_value(struct buf *out, const json_t *value)
{
    struct str tag = list_tag(value);
    if (is_own(tag)) {
        buf_addz(out, str_eqz(tag, CONFIG_CLAIM_TAG) ? "claim / \"" : "promise / \"");
        add_parts(out, value);
        buf_addc(out, '"');
    } else if (ref_is_dref(tag)) {
        buf_adds(out, tag);
        if (json_array_size(value) > 1) buf_addc(out, '/');
        add_parts(out, value);
    } else if (ref_is_dref(json_slice(value))) {
        buf_adds(out, json_slice(value));
    } else if (text_pieces(value)) {
        struct buf text = BUF_INIT;
        (void)config_text_lines(&text, value);
        json_t *quoted = json_stringn(buf_z(&text), text.len);
        json_compact(out, quoted);
        json_decref(quoted);
        buf_free(&text);
    } else {
        json_compact(out, value);
    }
}

bool config_text_lines(struct buf *out, const json_t *value)
{
    if (json_is_string(value)) {
        buf_add(out, json_string_value(value), json_string_length(value));
        return true;
    }
    const json_t *pieces = text_pieces(value), *piece;
    size_t i;
    if (!pieces) return false;
    json_array_foreach(pieces, i, piece)
    {
        if (json_is_string(piece)) {
            buf_add(out, json_string_value(piece), json_string_length(piece));
            continue;
        }
        buf_addz(out, "~{");
        config_text_value(out, piece);
        buf_addc(out, '}');
    }
    return true;
}
