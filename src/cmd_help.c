#include <stdio.h>
#include <string.h>

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
    char name[COMMAND_NAME_SIZE] = "";
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(name);
        snprintf(name + len, sizeof name - len, "%s%s", i ? " " : "", cli->args.rest.at[i]);
    }
    const struct command *c = command_find(name);
    if (c) {
        help_command(&cli->out, c);
    } else if (command_is_group(name)) {
        help_group(&cli->out, name);
    } else {
        args_unknown_command(name, &cli->driver.sink);
    }
    return cli_finish(cli);
}
