/* SPDX-License-Identifier: BSD-2-Clause */
/* value.h - the values of options, checked and stored. */
#ifndef TCPTALE_CLI_VALUE_H
#define TCPTALE_CLI_VALUE_H

#include "cli/option.h"

/* Stores a value as its row says; NULL when the option takes none.  0, or CLI_USAGE after a complaint. */
int cli_option_store(const struct cli_option *option, const char *value, struct cli_settings *settings);

/* For rows of CLI_TAKE: the numbers of --conn, and a tt_ns. */
int cli_take_ranges(const struct cli_option *option, const char *value, struct cli_settings *settings);
int cli_take_duration(const struct cli_option *option, const char *value, struct cli_settings *settings);

#endif
