/* SPDX-License-Identifier: BSD-2-Clause */
/* command.h - the commands, a row each. */
#ifndef TCPTALE_CLI_COMMAND_H
#define TCPTALE_CLI_COMMAND_H

#include "cli/option.h"
#include <tcptale/text.h>

extern const struct cli_command cli_packets, cli_list, cli_tell, cli_help, cli_version;

/* All commands, NULL behind the last. */
extern const struct cli_command *const cli_commands[];

/* The command of that name; NULL. */
const struct cli_command *cli_command_find(const char *name);

/* --help of all, and of one command. */
void cli_help_all(struct tt_text *text);
void cli_help_command(struct tt_text *text, const struct cli_command *command);
/* The shell's completion script. */
void cli_completion_bash(struct tt_text *text);

#endif
