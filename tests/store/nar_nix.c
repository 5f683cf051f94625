// 200 random trees: nar_hash gives what `nix-hash --type sha256` prints. Exit status 77 (skipped,
// and shown as such) where there is no nix-hash.
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/io.h"
#include "store/nar.h"

#define TREES 200

static void check(bool good, const char *what)
{
    if (good) return;
    fprintf(stderr, "nar_nix: %s: %s\n", what, strerror(errno));
    exit(1);
}

static unsigned below(uint64_t *seed, unsigned n)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*seed >> 33) % n;
}

// Names whose order by bytes differs from that of most locales, and such that need care.
static const char *random_name(struct arena *a, uint64_t *seed)
{
    static const char *const odd[] = {"a",   "B",       "a b",  "Z",    "z.x",      "-rf",  "__x",
                                      "é",   "\n",      "日本", "a.",   "a-b",      "\\",   "*",
                                      "\"q", ".hidden", "~",    "a\tb", "\xff\xfe", "$(x)", "b"};
    if (below(seed, 3)) {
        return arena_printf(a, "%s%u", odd[below(seed, sizeof(odd) / sizeof(*odd))],
                            below(seed, 50));
    }
    int len = (int)below(seed, 254) + 1;
    return arena_printf(a, "%0*u", len, below(seed, 1000));
}

static void random_file(const char *path, uint64_t *seed)
{
    static const size_t sizes[] = {0, 1, 7, 8, 9, 100, 4096, 65537, 300000};
    size_t size = sizes[below(seed, below(seed, 8) ? 7 : 9)];
    char *bytes = malloc(size + 1);
    check(bytes != NULL, "malloc");
    for (size_t i = 0; i < size; i++) bytes[i] = (char)below(seed, 256);
    mode_t mode = below(seed, 3) ? 0644 : below(seed, 2) ? 0755 : 0500;
    struct str text = {bytes, size};
    int result = io_write_new(AT_FDCWD, path, text, mode, false);
    check(result == 0 || result == -EEXIST || result == -EISDIR, path);
    free(bytes);
}

static void random_tree(struct arena *a, const char *path, uint64_t *seed, int depth)
{
    check(mkdir(path, 0755) == 0, path);
    for (unsigned n = below(seed, depth ? 7 : 12); n; n--) {
        const char *inner = arena_printf(a, "%s/%s", path, random_name(a, seed));
        struct stat st;
        if (lstat(inner, &st) == 0) continue;
        switch (below(seed, 6)) {
        case 0:
            check(symlink(below(seed, 2) ? "../x y" : "/no/such/place", inner) == 0, inner);
            break;
        case 1:
        case 2:
            if (depth < 6) random_tree(a, inner, seed, depth + 1);
            break;
        default: random_file(inner, seed); break;
        }
    }
}

int main(void)
{
    if (system("command -v nix-hash > /dev/null") != 0) {
        puts("skipped: there is no nix-hash");
        return 77;
    }
    char dir[] = "/tmp/plx-nar-XXXXXX";
    check(mkdtemp(dir) != NULL, dir);
    struct arena a = ARENA_INIT;
    struct hasher *h = hasher_new(HASH_SHA256);
    struct diag_sink sink = DIAG_SINK_INIT;
    uint64_t seed = 42;
    char ours[TREES][HASH_HEX_SIZE];
    for (int i = 0; i < TREES; i++) {
        const char *tree = arena_printf(&a, "%s/%03d", dir, i);
        random_tree(&a, tree, &seed, 0);
        check(nar_hash(AT_FDCWD, tree, tree, NULL, h, ours[i], &sink), tree);
    }
    FILE *nix = popen(arena_printf(&a, "cd %s && nix-hash --type sha256 *", dir), "r");
    check(nix != NULL, "nix-hash");
    int different = 0, seen = 0;
    char line[128];
    for (; seen < TREES && fgets(line, sizeof(line), nix); seen++) {
        line[strcspn(line, "\n")] = '\0';
        if (strcmp(line, ours[seen]) == 0) continue;
        fprintf(stderr, "tree %d: nix-hash says %s, nar_hash %s\n", seen, line, ours[seen]);
        different++;
    }
    check(pclose(nix) == 0, "nix-hash");
    printf("%d trees, %d different\n", seen, different);
    check(io_remove_tree(AT_FDCWD, dir) == 0, dir);
    hasher_free(h);
    arena_free(&a);
    diag_sink_free(&sink);
    return seen == TREES && different == 0 ? 0 : 1;
}
