// Help texts and the manual page, from the table of commands.
#pragma once

#include "base/buf.h"
#include "options.h"

#define HELP_WIDTH 80

// The list of commands.
void help_overview(struct buf *out);
// All about one command, lines at most HELP_WIDTH columns wide.
void help_command(struct buf *out, const struct command *c);
// The commands of a group ("store").
void help_group(struct buf *out, const char *group);
// The manual page plxc(1), in man(7) macros.
void help_man(struct buf *out);
