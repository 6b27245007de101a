/* SPDX-License-Identifier: BSD-2-Clause */
/* spool.h - a file without a name, for input that has to be read twice. */
#ifndef TCPTALE_CLI_SPOOL_H
#define TCPTALE_CLI_SPOOL_H

#include <tcptale/io.h>

/* An open, empty file in TMPDIR (or /tmp) that is gone when it is closed; TT_ERR_SYSTEM. */
int cli_spool_new(struct tt_error *ret_error);
/* Whether a capture of this path ("-": standard input) can be started again. */
bool cli_spool_needless(const char *path);
/*
 * Copies a pipe into such a file; its descriptor, the caller's to close, or a TT_ERR_.  Ends early, and well, at SIGINT and where
 * what comes is no capture: it may never end.
 */
int cli_spool_input(const char *path, struct tt_error *ret_error);

#endif
