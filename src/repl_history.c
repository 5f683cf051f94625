#include "repl_history.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/path.h"
#include "base/vec.h"

#define INPUT_MAX  ((size_t)64 << 10) // longer ones are pasted data
#define FILE_BYTES ((size_t)64 << 20)

const char *repl_history_path(struct arena *arena)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    // The specification has relative paths ignored.
    if (state && *state == '/') return path_join(arena, state, "plx/history");
    return home && *home == '/' ? path_join(arena, home, ".local/state/plx/history") : NULL;
}

// One line of the file without the escapes.
static void decode(struct buf *out, struct str line)
{
    for (size_t i = 0; i < line.len; i++) {
        bool escape = line.p[i] == '\\' && i + 1 < line.len;
        if (escape) i++;
        buf_addc(out, escape && line.p[i] == 'n' ? '\n' : line.p[i]);
    }
}

typedef VEC(struct str) lines;

static void split(struct str text, lines *out)
{
    while (text.len) {
        const char *end = memchr(text.p, '\n', text.len);
        size_t len = end ? (size_t)(end - text.p) : text.len;
        if (len) vec_push(out, (struct str){text.p, len});
        size_t gone = end ? len + 1 : len;
        text = (struct str){text.p + gone, text.len - gone};
    }
}

void repl_history_read(const char *path, void (*each)(void *ctx, const char *input), void *ctx)
{
    struct buf text = BUF_INIT, input = BUF_INIT;
    lines all = {0};
    if (io_read_file(AT_FDCWD, path, FILE_BYTES, &text) >= 0) split(buf_str(&text), &all);
    size_t from = all.len > REPL_HISTORY_MAX ? all.len - REPL_HISTORY_MAX : 0;
    for (size_t i = from; i < all.len; i++) {
        buf_clear(&input);
        decode(&input, all.at[i]);
        if (!memchr(buf_z(&input), '\0', input.len)) each(ctx, buf_z(&input));
    }
    if (all.len > 2 * (size_t)REPL_HISTORY_MAX) {
        struct str rest = {all.at[from].p, text.len - (size_t)(all.at[from].p - text.p)};
        (void)!io_replace_file(path, rest, 0600, false);
    }
    vec_free(&all);
    buf_free(&input);
    buf_free(&text);
}

static int open_for_append(const char *path)
{
    int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    int fd = open(path, flags, 0600);
    if (fd >= 0) return fd;
    struct arena arena = ARENA_INIT;
    if (io_mkdirs(path_dir(&arena, path), 0700) >= 0) fd = open(path, flags, 0600);
    arena_free(&arena);
    return fd;
}

void repl_history_append(const char *path, struct str input)
{
    if (!input.len || input.len > INPUT_MAX) return;
    int fd = open_for_append(path);
    if (fd < 0) return;
    struct buf line = BUF_INIT;
    for (size_t i = 0; i < input.len; i++) {
        if (input.p[i] == '\\')
            buf_addz(&line, "\\\\");
        else if (input.p[i] == '\n')
            buf_addz(&line, "\\n");
        else
            buf_addc(&line, input.p[i]);
    }
    buf_addc(&line, '\n');
    struct stat st;
    bool own = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    if (own && (st.st_mode & 077)) (void)!fchmod(fd, 0600);
    if (own) (void)!io_write_all(fd, line.p, line.len);
    buf_free(&line);
    close(fd);
}
