#include <stdio.h>

#include "cli.h"
#include "cmd.h"
#include "completion.h"
#include "help.h"

int cmd_completion(struct cli *cli)
{
    const char *shell = cli->args.rest.at[0];
    if (*shell == 'b')
        completion_bash(&cli->out);
    else if (*shell == 'z')
        completion_zsh(&cli->out);
    else
        completion_fish(&cli->out);
    return cli_finish(cli);
}

int cmd_help(struct cli *cli)
{
    size_t count = cli->args.rest.len;
    if (args_has(&cli->args, "man")) {
        help_man(&cli->out);
        return cli_finish(cli);
    }
    if (!count) {
        help_overview(&cli->out);
        return cli_finish(cli);
    }
    char name[64];
    const char *first = cli->args.rest.at[0];
    snprintf(name, sizeof name, "%s%s%s", first, count > 1 ? " " : "",
             count > 1 ? cli->args.rest.at[1] : "");
    const struct command *c = command_find(name);
    if (c) {
        help_command(&cli->out, c);
    } else if (count == 1 && command_is_group(first)) {
        help_group(&cli->out, first);
    } else {
        args_unknown_command(name, &cli->driver.sink);
    }
    return cli_finish(cli);
}
