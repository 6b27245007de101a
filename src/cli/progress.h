/* SPDX-License-Identifier: BSD-2-Clause */
/* progress.h - how far long work on a file has come, on a terminal. */
#ifndef TCPTALE_CLI_PROGRESS_H
#define TCPTALE_CLI_PROGRESS_H

#include <tcptale/io.h>

/* Work on a capture begins: nothing shows unless standard error is a terminal.  `pass` of `passes`, from 1. */
void cli_progress_begin(struct tt_capture *capture, unsigned pass, unsigned passes);
/* Shows how far it is, when it has taken long enough and the last time was a while ago. */
void cli_progress_show(void);
/* Takes what is shown off the screen, before anything else is written there. */
void cli_progress_erase(void);
void cli_progress_end(void);

#endif
