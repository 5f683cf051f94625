// What garbage collection keeps.
//
//   roots/NAME           a link: to a place in the store (added by hand), or to the user's
//   out-link, which is a root as long as it exists and
//                        leads into the store (NAME is the beginning of the SHA-256 of the
//                        out-link's absolute path)
//   sessions/NAME        what a paused realization (engine/session.h) needs, see paused.h
//   roots/temp/SESSION   the refs that a running process needs, one a line; the process holds an
//   flock on it, so that what a dead one left
//                        is told from a live one's without asking for pids
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"

struct store;

// Makes `link` (absolute, or relative to the current folder) a symbolic link to the ref's folder
// and registers it as a root. Replaces a link, and only a link (E0725), atomically.
bool root_out_link(struct store *s, const char *link, struct str ref,
                   struct diag_sink *sink) MUST_USE;
// Would root_out_link find something else than a link in its place, or no folder? To be asked
// before hours of work. False after E0725.
bool root_out_link_check(const char *link, struct diag_sink *sink) MUST_USE;
// roots/NAME → the ref's folder; NAME as in a ref. E0725 if NAME is taken by another.
bool root_add(struct store *s, struct str name, struct str ref, struct diag_sink *sink) MUST_USE;
bool root_remove(struct store *s, struct str name, struct diag_sink *sink) MUST_USE;

// Keeps refs until this process ends: a dref with all its realizations, and all that they depend
// on. A dref need not be in the store yet. Returns when no collection that does not know of them is
// under way.
bool root_temp_add(struct store *s, const struct str *refs, size_t count,
                   struct diag_sink *sink) MUST_USE;

// Does the process of that session (struct store) still run?
bool root_session_alive(const struct store *s, const char *session);

enum root_kind { ROOT_DIRECT, ROOT_LINK, ROOT_TEMP, ROOT_PAUSED };

struct root {
    enum root_kind kind;
    const char
        *name; // in roots/; of a temporary one its session; of a paused one that in sessions/
    const char *link; // ROOT_LINK: the user's link
    struct str ref;   // empty: it leads nowhere (any more); of a paused one: it keeps more than is
                      // known, since its files are damaged
};

// All roots, by name; temporary ones of live processes only. Behind them those of paused
// realizations, which may be of another store: several can share a root.
bool root_list(const struct store *s, struct arena *arena, struct root **out, size_t *count,
               struct diag_sink *sink) MUST_USE;
