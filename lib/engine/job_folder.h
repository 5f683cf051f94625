// The folder of one job in the store's tmp/:
//
//   build/                                    where the realizer runs, empty at first; its TMPDIR,
//   too out/, or out1/ out2/ …                    its outputs config.json context.json args.json
//   what PLX_CONFIG, PLX_CONTEXT, PLX_ARGS name script                                    the text
//   of a script env.sh                                    in one that is kept: the environment, for
//   a shell to read log
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "store/store.h"

struct job_folder {
    struct store *store;
    struct arena *arena;
    char name[STORE_TMP_SIZE]; // below tmp/; "" if there is none
    int fd;                    // -1 if there is none
    char *dir;                 // absolute, as the next ones
    char *build;
    char *log;
    int log_fd;
    char **outs;      // absolute
    char **out_names; // relative to tmp/
    size_t out_count;
};

#define JOB_FOLDER_INIT        ((struct job_folder){.fd = -1, .log_fd = -1})
#define JOB_FOLDER_MAX_OUTPUTS 10000
#define JOB_FOLDER_SCRIPT      "script"

// Makes all but the files. E0819, or E07xx of the store. Strings are in the arena. With `keep`, the
// name of a stage, its own name is one that nobody removes without being told to (kept-…: without a
// dot, so that it is nobody's leftover).
bool job_folder_make(struct job_folder *f, struct store *store, struct arena *arena,
                     unsigned outputs, const char *keep, struct diag_sink *sink) MUST_USE;
bool job_folder_write(struct job_folder *f, const char *name, struct str text,
                      struct diag_sink *sink) MUST_USE;
char *job_folder_path(const struct job_folder *f, const char *name) MUST_USE;
// Leaves only the outputs, for who publishes them; and closes it.
void job_folder_trim(struct job_folder *f);
// Removes all; fine on one that was not made. `keep`: only closes it.
void job_folder_remove(struct job_folder *f, bool keep);
