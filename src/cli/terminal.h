/* SPDX-License-Identifier: BSD-2-Clause */
/* terminal.h - how text looks where it is going. */
#ifndef TCPTALE_CLI_TERMINAL_H
#define TCPTALE_CLI_TERMINAL_H

#include <tcptale/tell.h>

#include "cli/settings.h"

/* The style for standard output as the settings, the terminal and the environment want it. */
struct tt_style cli_style(const struct cli_settings *settings);

#endif
