// usage: fuzz_NAME FOLDER…      runs a fuzz target on each file of the folders, where libFuzzer is
// not linked.
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_folder(const char *folder)
{
    char **names;
    size_t count;
    int err = io_list_dir(AT_FDCWD, folder, &names, &count);
    if (err) {
        fprintf(stderr, "replay: %s: %s\n", folder, strerror(-err));
        return 1;
    }
    for (size_t i = 0; i < count; i++) {
        char path[4096];
        struct buf text = BUF_INIT;
        snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        err = io_read_file(AT_FDCWD, path, 0, &text);
        if (err == -EISDIR) {
            buf_free(&text); // what the files of the folder import
            continue;
        }
        if (err) {
            fprintf(stderr, "replay: %s: %s\n", path, strerror(-err));
            return 1;
        }
        LLVMFuzzerTestOneInput((const uint8_t *)buf_str(&text).p, text.len);
        buf_free(&text);
    }
    printf("%s: %zu files\n", folder, count);
    io_free_names(names, count);
    return count == 0;
}

int main(int argc, char **argv)
{
    int status = argc < 2;
    for (int i = 1; i < argc; i++) status |= replay_folder(argv[i]);
    return status;
}
