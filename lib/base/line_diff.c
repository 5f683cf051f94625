#include "base/line_diff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/vec.h"

#define CONTEXT 3
// More edits than this are not looked for: time and memory grow with their square.
#define MAX_EDITS 1500

struct lines {
    struct str *text; // with the newline
    uint32_t *id;     // equal lines have equal ids
    size_t len;
};

// One line of the result: '-' of before, '+' of after, ' ' of both.
struct edit {
    char kind;
    uint32_t before; // index of the line there, or of the next one
    uint32_t after;
};

struct differ {
    struct lines a;
    struct lines b;
    struct map ids; // line → id + 1
    VEC(struct edit) edits;
};

static void split(struct differ *d, struct str text, struct lines *out)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) count += text.p[i] == '\n' || i + 1 == text.len;
    out->text = bug_malloc((count + 1) * sizeof *out->text);
    out->id = bug_malloc((count + 1) * sizeof *out->id);
    for (size_t at = 0; at < text.len; out->len++) {
        const char *end = memchr(text.p + at, '\n', text.len - at);
        size_t len = end ? (size_t)(end - text.p) - at + 1 : text.len - at;
        struct str line = {text.p + at, len};
        uintptr_t id = (uintptr_t)map_get(&d->ids, line);
        if (!id) {
            id = d->ids.len + 1;
            map_set(&d->ids, line, (void *)id);
        }
        out->text[out->len] = line;
        out->id[out->len] = (uint32_t)id;
        at += len;
    }
}

// Walks back through what each round of the search had reached, and writes the edits from the end.
static void backtrack(struct differ *d, int32_t **rounds, int32_t edits, int32_t x, int32_t y,
                      size_t offset)
{
    size_t start = d->edits.len;
    for (int32_t e = edits; x > 0 || y > 0; e--) {
        int32_t k = x - y, from_x = 0, from_y = 0;
        if (e > 0) {
            const int32_t *v = rounds[e - 1] + e; // middle of an array of 2e + 1
            bool down = k == -e || (k != e && v[k - 1] < v[k + 1]);
            int32_t from_k = down ? k + 1 : k - 1;
            from_x = v[from_k];
            from_y = from_x - from_k;
        }
        while (x > from_x && y > from_y) {
            x--, y--;
            vec_push(&d->edits, (struct edit){' ', (uint32_t)(x + (int32_t)offset),
                                              (uint32_t)(y + (int32_t)offset)});
        }
        if (e == 0) break;
        bool added = x == from_x;
        x = from_x, y = from_y;
        vec_push(&d->edits, (struct edit){added ? '+' : '-', (uint32_t)(x + (int32_t)offset),
                                          (uint32_t)(y + (int32_t)offset)});
    }
    for (size_t i = start, j = d->edits.len; i + 1 < j; i++) {
        struct edit t = d->edits.at[i];
        d->edits.at[i] = d->edits.at[--j];
        d->edits.at[j] = t;
    }
}

// The shortest way from the begin of both to the ends n and m. rounds[e] holds, for each diagonal
// from -(e + 1) to e + 1, how far e edits reach.
static bool search(struct differ *d, size_t offset, int32_t n, int32_t m)
{
    VEC(int32_t *) rounds = {0};
    bool found = false;
    const uint32_t *a = d->a.id + offset, *b = d->b.id + offset;
    for (int32_t e = 0; e <= MAX_EDITS && !found; e++) {
        int32_t *now = bug_malloc((size_t)(2 * e + 3) * sizeof *now);
        int32_t *v = now + e + 1, *last = e ? rounds.at[e - 1] + e : NULL;
        vec_push(&rounds, now);
        for (int32_t i = -e - 1; i <= e + 1; i++) v[i] = -1;
        for (int32_t k = -e; k <= e && !found; k += 2) {
            int32_t x = 0;
            if (e)
                x = k == -e || (k != e && last[k - 1] < last[k + 1]) ? last[k + 1]
                                                                     : last[k - 1] + 1;
            if (x < 0) continue;
            while (x < n && x - k >= 0 && x - k < m && a[x] == b[x - k]) x++;
            v[k] = x;
            found = x >= n && x - k >= m;
        }
    }
    if (found) backtrack(d, rounds.at, (int32_t)rounds.len - 1, n, m, offset);
    vec_each (r, &rounds) free(*r);
    vec_free(&rounds);
    return found;
}

static void add_line(struct buf *out, const struct line_diff_style *s, char kind, struct str line)
{
    const char *color = kind == '-' ? s->removed : kind == '+' ? s->added : "";
    bool ended = line.len && line.p[line.len - 1] == '\n';
    if (ended) line.len--;
    buf_printf(out, "%s%s%c" STR_FMT "%s\n", s->indent, color, kind, STR_ARG(line),
               *color ? s->reset : "");
    if (!ended) buf_printf(out, "%s\\ No newline at end of file\n", s->indent);
}

// "12,3", or "12" for one line; of no lines, the one before.
static void add_range(struct buf *out, char sign, size_t first, size_t count)
{
    buf_printf(out, "%c%zu", sign, count ? first + 1 : first);
    if (count != 1) buf_printf(out, ",%zu", count);
}

static void add_hunk(struct differ *d, size_t from, size_t to, const struct line_diff_style *s,
                     struct buf *out)
{
    size_t before = 0, after = 0;
    for (size_t i = from; i < to; i++) {
        before += d->edits.at[i].kind != '+';
        after += d->edits.at[i].kind != '-';
    }
    buf_printf(out, "%s@@ ", s->indent);
    add_range(out, '-', d->edits.at[from].before, before);
    buf_addc(out, ' ');
    add_range(out, '+', d->edits.at[from].after, after);
    buf_addz(out, " @@\n");
    for (size_t i = from; i < to; i++) {
        const struct edit *e = &d->edits.at[i];
        add_line(out, s, e->kind, e->kind == '+' ? d->b.text[e->after] : d->a.text[e->before]);
    }
}

// Changes that are at most twice the context apart share a hunk.
static void add_hunks(struct differ *d, const struct line_diff_style *s, struct buf *out)
{
    size_t len = d->edits.len;
    for (size_t i = 0; i < len;) {
        if (d->edits.at[i].kind == ' ') {
            i++;
            continue;
        }
        size_t from = i > CONTEXT ? i - CONTEXT : 0, last = i;
        for (size_t k = i; k < len && k <= last + 2 * CONTEXT + 1; k++)
            if (d->edits.at[k].kind != ' ') last = k;
        size_t to = last + 1 + CONTEXT < len ? last + 1 + CONTEXT : len;
        add_hunk(d, from, to, s, out);
        i = to;
    }
}

static void keep_common(struct differ *d, size_t from_a, size_t from_b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        vec_push(&d->edits, (struct edit){' ', (uint32_t)(from_a + i), (uint32_t)(from_b + i)});
}

bool line_diff(struct str before, struct str after, const struct line_diff_style *style,
               struct buf *out)
{
    struct differ d = {.edits = {0}};
    split(&d, before, &d.a);
    split(&d, after, &d.b);
    size_t head = 0, tail = 0;
    while (head < d.a.len && head < d.b.len && d.a.id[head] == d.b.id[head]) head++;
    size_t rest_a = d.a.len - head, rest_b = d.b.len - head;
    while (tail < rest_a && tail < rest_b &&
           d.a.id[d.a.len - 1 - tail] == d.b.id[d.b.len - 1 - tail])
        tail++;
    keep_common(&d, 0, 0, head);
    bool good = d.a.len < INT32_MAX / 2 && d.b.len < INT32_MAX / 2 &&
                search(&d, head, (int32_t)(rest_a - tail), (int32_t)(rest_b - tail));
    if (good) {
        keep_common(&d, d.a.len - tail, d.b.len - tail, tail);
        add_hunks(&d, style, out);
    }
    vec_free(&d.edits);
    map_free(&d.ids);
    free(d.a.text);
    free(d.a.id);
    free(d.b.text);
    free(d.b.id);
    return good;
}
