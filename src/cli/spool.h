/* SPDX-License-Identifier: BSD-2-Clause */
/* spool.h - a file without a name, for input that has to be read twice. */
#ifndef TCPTALE_CLI_SPOOL_H
#define TCPTALE_CLI_SPOOL_H

#include <tcptale/io.h>

/* An open, empty file in TMPDIR (or /tmp) that is gone when it is closed; TT_ERR_SYSTEM. */
int cli_spool_new(struct tt_error *ret_error);
/* Whether a capture of this path ("-": standard input) can be started again. */
bool cli_spool_needless(const char *path);
/* Copies a pipe into such a file, which becomes standard input.  Ends early, and well, at SIGINT.  0 or a TT_ERR_. */
int cli_spool_input(const char *path, struct tt_error *ret_error);

#endif
