// What commands say about paused realizations, and what they keep in them.
#pragma once

#include <jansson.h>

#include "engine/session.h"

struct cli;
struct realize_run;

// Is set in the shell of a session, to its name.
#define SESSION_VARIABLE "PLX_SESSION"

// What `continue` needs of the options of `realize`, as JSON and back.
json_t *session_own_json(const struct realize_run *r);
void session_read_own(struct realize_run *r, const json_t *own);

// After a pause: what can be done now, on standard error, and the session on standard output, as
// its name or as JSON.
void session_announce(struct realize_run *r, struct session *s);

// Is there still the session whose shell this runs in? Otherwise E0831.
bool session_inside(struct cli *cli, const char *name);

// {"build":…, "dref":…, "made": […], "name":…, "outputs": […], "paused":…, "stage":…, "targets":
// […]}
json_t *session_json(struct session *s);
