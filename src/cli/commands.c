/* SPDX-License-Identifier: BSD-2-Clause */
/* commands.c - the table of commands. */
#include "cli/command.h"

#include <stddef.h>
#include <string.h>

const struct cli_command *const cli_commands[] = {&cli_tell, &cli_list, &cli_packets, &cli_help, &cli_version, NULL};

const struct cli_command *cli_command_find(const char *name)
{
    for (size_t i = 0; cli_commands[i]; i++)
        if (strcmp(cli_commands[i]->name, name) == 0)
            return cli_commands[i];
    return NULL;
}
