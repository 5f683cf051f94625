#include "driver/embed.h"

bool embed_get(struct str name, struct str *bytes)
{
    size_t low = 0;
    size_t high = embed_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(name, embed_files[middle].name);
        if (order == 0) {
            *bytes = embed_files[middle].bytes;
            return true;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}
