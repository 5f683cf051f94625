#include "store/config_text.h"

#include "base/json.h"
#include "store/config.h"
#include "store/config_form.h"

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
    enum config_form form = config_form(value);
    return form == CONFIG_TEXT || form == CONFIG_LIST || is_plain_list(value);
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
    struct str head = json_slice(json_array_get(value, 0));
    switch (config_form(value)) {
    case CONFIG_PLAIN: json_compact(out, value); return;
    case CONFIG_LIST: json_compact(out, config_items(value)); return;
    case CONFIG_STAGE: buf_adds(out, json_slice(value)); return;
    case CONFIG_OWN:
        buf_addz(out, str_eqz(head, CONFIG_CLAIM_TAG) ? "claim / \"" : "promise / \"");
        add_parts(out, value);
        buf_addc(out, '"');
        return;
    case CONFIG_PATH:
        buf_adds(out, head);
        buf_addc(out, '/');
        add_parts(out, value);
        return;
    case CONFIG_TEXT: {
        struct buf text = BUF_INIT;
        (void)config_text_lines(&text, value);
        json_t *quoted = json_stringn(buf_z(&text), text.len);
        json_compact(out, quoted);
        json_decref(quoted);
        buf_free(&text);
    }
    }
}

bool config_text_lines(struct buf *out, const json_t *value)
{
    if (json_is_string(value)) {
        buf_add(out, json_string_value(value), json_string_length(value));
        return true;
    }
    const json_t *pieces = config_pieces(value), *piece;
    size_t i;
    if (!pieces) return false;
    json_array_foreach(pieces, i, piece)
    {
        if (json_is_string(piece)) {
            buf_add(out, json_string_value(piece), json_string_length(piece));
            continue;
        }
        buf_addz(out, "~{");
        config_text_value(out, config_piece_is_stage(piece) ? json_array_get(piece, 0) : piece);
        buf_addc(out, '}');
    }
    return true;
}
