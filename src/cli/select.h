/* SPDX-License-Identifier: BSD-2-Clause */
/* select.h - whether a connection is among those asked for. */
#ifndef TCPTALE_CLI_SELECT_H
#define TCPTALE_CLI_SELECT_H

#include <tcptale/judge.h>

#include "cli/settings.h"

/* Whether the selection takes every connection. */
bool cli_selects_all(const struct cli_selection *selection);
/* Whether it takes this one; `now` is the capture's time, for --idle. */
bool cli_selects(const struct cli_selection *selection, const struct tt_conn *conn, const struct tt_verdict *verdict, tt_ns now);

#endif
