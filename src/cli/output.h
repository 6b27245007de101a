/* SPDX-License-Identifier: BSD-2-Clause */
/* output.h - standard output as a text, and the one way in which errors are said. */
#ifndef TCPTALE_CLI_OUTPUT_H
#define TCPTALE_CLI_OUTPUT_H

#include <tcptale/io.h>
#include <tcptale/text.h>

/* The exit statuses of every command. */
enum cli_status { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

/* "tcptale: " or "tcptale COMMAND: ", the words and a newline on standard error. */
void cli_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same for what is no error: where standard error is a terminal. */
void cli_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* What stands behind "tcptale" in complaints; NULL: nothing. */
void cli_complain_as(const char *command);

/* Whether -w can have standard output, which the text wants as well; else CLI_USAGE after a complaint.  path may be NULL. */
int cli_output_check(const char *path);
/* Standard output.  The text is open until cli_output_close(). */
struct tt_text *cli_output_open(void);
/* Whether writing on makes no sense: the reader has gone, the disk is full. */
bool cli_output_failed(void);
/* Hands everything on.  What `status` becomes: a full disk is a failure and said, a reader that has gone away is not. */
int cli_output_close(int status);

#endif
