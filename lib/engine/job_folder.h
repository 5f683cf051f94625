// The folder in the store's tmp/ in which jobs run:
//
// - build/: where the realizer runs, empty at first; its TMPDIR, too
// - out/, or out1/ out2/ …: its outputs
// - config.json context.json args.json: what PLX_CONFIG, PLX_CONTEXT and PLX_ARGS name
// - script: the text of a script
// - log
// - env.sh: in one that is kept, the environment, for a shell to read
// - run: in one that is paused, the realizer's command, for a shell to read
// - python/: in one that is paused, the module plx of a Python realizer
//
// A worker uses one folder for all its jobs, because making and unlinking files is what a small
// job costs most: ext4 does not use an inode again for some seconds, and searches past all those
// that were freed. So files are written over, and build/ stays if it is empty. Whatever a realizer
// did to the folder is found before the next job, and then that gets a new one.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "store/store.h"

struct job_folder {
    struct store *store;
    char name[STORE_TMP_SIZE]; // below tmp/; "" if there is none
    bool kept;                 // its name is one that nobody removes without being told to
    int fd;                    // -1 if there is none
    int log_fd;
    unsigned handed_out; // outputs so far
    // Of the present job; strings are in its arena.
    struct arena *arena;
    char *dir; // absolute, as the next ones
    char *build;
    char *log;
    char **outs;
    char **out_names; // relative to tmp/
    size_t out_count;
};

#define JOB_FOLDER_INIT        ((struct job_folder){.fd = -1, .log_fd = -1})
#define JOB_FOLDER_MAX_OUTPUTS 10000
#define JOB_FOLDER_SCRIPT      "script"
#define JOB_FOLDER_ENVIRONMENT "env.sh"
#define JOB_FOLDER_COMMAND     "run"

// Prepares it for a job: an empty build directory, empty outputs and an empty log; makes it first
// if there is none. E0819, or E07xx of the store. With `keep`, it is a new one of that name, where
// XXXXXX at the end is replaced by something unused. Without a dot, such a name is no process's
// leftover: the folder can be kept (kept-… after a failure, paused-… in a pause).
bool job_folder_begin(struct job_folder *f, struct store *store, struct arena *arena,
                      unsigned outputs, const char *keep, struct diag_sink *sink) MUST_USE;
bool job_folder_write(struct job_folder *f, const char *name, struct str text,
                      struct diag_sink *sink) MUST_USE;
char *job_folder_path(const struct job_folder *f, const char *name) MUST_USE;
// Is the log still where it was? A realizer can remove it.
bool job_folder_has_log(const struct job_folder *f);
// Moves an output out of the folder, to where it waits to be published, and gives its new name
// relative to tmp/; null after E0819.
char *job_folder_hand_out(struct job_folder *f, size_t output, struct diag_sink *sink) MUST_USE;
// After a job: removes what is left of its outputs. A kept folder is removed or, if `keep`,
// left alone.
void job_folder_end(struct job_folder *f, bool keep);
// Removes all; fine on one that was not made.
void job_folder_remove(struct job_folder *f);
