#include "base/str.h"

#define DISTANCE_MAX 64

static size_t min2(size_t a, size_t b)
{
    return a < b ? a : b;
}

// Three rows of the usual table: the swap of two neighbours looks two rows back.
size_t str_distance(struct str a, struct str b, size_t limit)
{
    size_t rows[3][DISTANCE_MAX + 1];
    if (a.len > DISTANCE_MAX || b.len > DISTANCE_MAX) return limit + 1;
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b.len; j++) above[j] = before[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t cost = a.p[i - 1] != b.p[j - 1];
            row[j] = min2(above[j - 1] + cost, min2(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1]) {
                row[j] = min2(row[j], before[j - 2] + 1);
            }
        }
        size_t *free_row = before;
        before = above;
        above = row;
        row = free_row;
    }
    return min2(above[b.len], limit + 1);
}
