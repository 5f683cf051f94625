// Markdown on standard output: as it is, with headings and code in colours on a terminal.
#pragma once

#include "base/str.h"

struct cli;

// Appends the text to cli->out, each line with its newline.
void markdown_print(struct cli *cli, struct str text);
