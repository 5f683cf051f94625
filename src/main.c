// plxc: finds the command in the table, and lets it run.
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <unistd.h>

#include "cli.h"
#include "help.h"

// A closed standard descriptor would be taken by the next file that is opened, and then be written
// to.
static void open_standard_descriptors(void)
{
    int fd;
    do fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO) close(fd);
}

static int run(struct cli *cli, int argc, char **argv)
{
    if (argc < 2) {
        help_overview(&cli->out);
        (void)!write(STDERR_FILENO, cli->out.p, cli->out.len);
        return EXIT_USAGE;
    }
    if (!args_parse(&cli->args, argc, argv, &cli->driver.sink)) return cli_status(cli);
    if (cli->args.version) {
        buf_addz(&cli->out, "plxc " PLX_VERSION "\n");
        return cli_finish(cli);
    }
    if (cli->args.help) {
        if (cli->args.command)
            help_command(&cli->out, cli->args.command);
        else if (*cli->args.group)
            help_group(&cli->out, cli->args.group);
        else
            help_overview(&cli->out);
        return cli_finish(cli);
    }
    return cli->args.command->run(cli);
}

int main(int argc, char **argv)
{
    open_standard_descriptors();
    setlocale(LC_CTYPE, "C.UTF-8");
    // Writing reports what these two tell: a reader that is gone, and a limit on the size of files.
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    struct cli cli;
    cli_init(&cli, argc, argv);
    int status = run(&cli, argc, argv);
    cli_free(&cli);
    return status;
}
