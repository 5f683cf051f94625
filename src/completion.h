// Completion scripts, from the table of commands. They need nothing but the shell itself; refs are
// asked of `plxc store ls`.
#pragma once

#include "base/buf.h"

void completion_bash(struct buf *out);
void completion_zsh(struct buf *out);
void completion_fish(struct buf *out);
