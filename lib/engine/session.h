// Realizations that are paused (struct engine_pause) and outlive the process that paused them. One
// is a folder:
//
//   ROOT/sessions/NAME/session.json   what it is about, and how far it is
//   ROOT/sessions/NAME/plan.json      the plan (plan.h)
//   ROOT/sessions/NAME/roots          refs, one a line, that gc keeps for it (root.h)
//   ROOT/sessions/NAME/lock           flock: somebody continues or cancels it
//   ROOT/sessions/NAME/folder         a link to the next one
//   tmp/paused-ID/                    the stage's folder (job_folder.h)
//
// NAME is the stage's name, with a number where that is taken. The folder is complete when it gets
// this name, and loses it before anything in it is removed: until and from then on it is .new-ID or
// .gone-ID, and what of these nobody holds locked was left by a process that died
// (store/leftover.h). While a
// realization is paused, no lock of its derivation is held: others may realize it.
//
// Codes: E0831 no such session, E0832 it cannot be read or written, E0833 it is in use, E0838 it
// was decided already. The driver adds E0836 and E0839 (driver/pause.h).
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "engine/engine.h"
#include "store/query.h"

struct store;

// Length of the ID.
#define SESSION_ID_LEN 6

struct session {
    struct arena arena; // of all the texts
    int dir_fd;         // the session's folder, -1: not open
    int lock_fd;        // -1: not locked
    char *name;         // null: not published yet
    char *store;        // of one in session_list.moved
    char id[SESSION_ID_LEN + 1];
    char *folder; // tmp/paused-ID, absolute
    struct str stage;
    struct str dref;
    int64_t time_ns;  // of the pause, since the epoch
    unsigned outputs; // how many output folders there are
    bool matched;     // its matcher was content already when it was paused
    // All that the stage needs, direct and deep, and what it was realized with.
    struct engine_pin *pins;
    size_t pin_count;
    // What it goes on with, once that was decided: the outputs are in the store, or another
    // realization was taken.
    struct ref_list made;
    // What each output becomes, while it is being committed: one that is gone has become it.
    struct ref_list committing;
    // Files that a commit may have put into the outputs, relative to `folder`; of one that did not
    // come to its end they are to be removed.
    struct ref_list strays;
    struct ref_list next; // drefs of stages to pause at afterwards
    json_t *front;        // what the front end wants to know again; owned
};

#define SESSION_INIT ((struct session){.dir_fd = -1, .lock_fd = -1})

// Closes it, and unlocks it.
void session_free(struct session *s);

// A new session without a name, locked; also removes what dead ones left. `id` and `folder` are
// set, the folder does not exist. The caller fills in the rest, up to `front`.
bool session_begin(struct store *store, struct session *s, struct diag_sink *sink) MUST_USE;
// Writes it, with the text of its plan, and names it.
bool session_publish(struct store *store, struct session *s, struct str plan,
                     struct diag_sink *sink) MUST_USE;
// Writes session.json and roots again.
bool session_save(struct store *store, struct session *s, struct diag_sink *sink) MUST_USE;
// Removes it with its folder in tmp/, named or not, and closes it in any case. False after a report
// if it is still there; what is left of one that is gone is a leftover (store/leftover.h).
bool session_remove(struct store *store, struct session *s, struct diag_sink *sink) MUST_USE;

struct session_list {
    struct session *at; // by name; not locked
    size_t len;
    // Of stores that share the root and are not where they were: `name` and `store` only.
    struct session *moved;
    size_t moved_len;
};

// All sessions of this store. False after a report about one that cannot be read; the others are
// there.
bool session_list(const struct store *store, struct session_list *out,
                  struct diag_sink *sink) MUST_USE;
void session_list_free(struct session_list *list);
bool session_exists(const struct store *store, const char *name);
// Is it the name of one, or the beginning of some?
bool session_matches(const struct store *store, const char *name);

// Opens and locks the session of that name, or of a unique beginning of one, or, where `name` is
// null, the only one.
bool session_open(struct store *store, const char *name, struct session *s,
                  struct diag_sink *sink) MUST_USE;
// The same, only to remove it: also one that cannot be read, by its whole name.
bool session_open_to_drop(struct store *store, const char *name, struct session *s,
                          struct diag_sink *sink) MUST_USE;
// The same without locking it, to look at.
bool session_look(const struct store *store, const char *name, struct session *s,
                  struct diag_sink *sink) MUST_USE;

// Is it still open what the stage is realized with? Otherwise E0838.
bool session_undecided(const struct session *s, struct diag_sink *sink) MUST_USE;

// Its plan; the strings are the session's.
bool session_plan(struct session *s, struct plan *plan, struct str *text,
                  struct diag_sink *sink) MUST_USE;

// "out", or "out1", "out2" … in `folder`, absolute; in the session's arena. `i` counts from 0.
char *session_out(struct session *s, unsigned i) MUST_USE;
