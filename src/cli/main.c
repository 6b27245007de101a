/* SPDX-License-Identifier: BSD-2-Clause */
/* main.c - which command was asked for. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/language.h"
#include "cli/nearest.h"
#include "cli/output.h"

/* Prints what a function writes. */
static int print(void (*write)(struct tt_text *text))
{
    write(cli_output_open());
    return cli_output_close(CLI_DONE);
}

static int print_help(const struct cli_command *command)
{
    cli_help_command(cli_output_open(), command);
    return cli_output_close(CLI_DONE);
}

static int unknown_command(const char *name)
{
    struct cli_nearest nearest;

    cli_nearest_init(&nearest, name);
    for (size_t i = 0; cli_commands[i]; i++)
        cli_nearest_try(&nearest, cli_commands[i]->name);
    if (nearest.word)
        cli_complain("'%s' is neither a command nor a file; did you mean %s?", name, nearest.word);
    else
        cli_complain("'%s' is neither a command nor a file; 'tcptale --help' shows the commands", name);
    return CLI_USAGE;
}

static int run(const struct cli_command *command, int argc, char **argv)
{
    struct cli_settings settings = {0};
    int status;

    cli_complain_as(command->name);
    status = cli_parse(command, argc, argv, &settings);
    if (status == 0)
        status = settings.help ? print_help(command) : command->run(&settings);
    cli_settings_done(&settings);
    return status;
}

/* "tcptale help COMMAND" is "tcptale COMMAND --help". */
static int help_about(const char *name)
{
    const struct cli_command *command = cli_command_find(name);

    return command ? print_help(command) : unknown_command(name);
}

static int completion(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[2], "bash") == 0)
        return print(cli_completion_bash);
    cli_complain("--completion wants the name of a shell: bash");
    return CLI_USAGE;
}

/* A word that is no command names a capture, or was meant for a command. */
static bool names_capture(const char *word)
{
    return word[0] == '-' || strpbrk(word, "./") || access(word, F_OK) == 0;
}

/* A file that we open must not become standard output because that was closed: what stands there fails when it is used. */
static void hold_standard_files(void)
{
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
            _exit(CLI_FAILED);
}

int main(int argc, char **argv)
{
    const struct cli_command *command;

    hold_standard_files();
    cli_language_init();
    /* A reader that goes away is seen where the output is written, so that files under way are closed whole. */
    (void)signal(SIGPIPE, SIG_IGN);
    if (argc < 2) {
        cli_complain("no capture and no command; 'tcptale FILE' tells a capture's stories, 'tcptale --help' shows more");
        return CLI_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return print(cli_help_all);
    if (strcmp(argv[1], "--version") == 0)
        return run(&cli_version, 0, NULL);
    if (strcmp(argv[1], "--completion") == 0)
        return completion(argc, argv);
    if (strcmp(argv[1], "help") == 0 && argc == 3 && argv[2][0] != '-')
        return help_about(argv[2]);
    command = cli_command_find(argv[1]);
    if (command)
        return run(command, argc - 2, argv + 2);
    return names_capture(argv[1]) ? run(&cli_tell, argc - 1, argv + 1) : unknown_command(argv[1]);
}
