/* SPDX-License-Identifier: BSD-2-Clause */
/* interrupt.h - SIGINT and SIGTERM end live work, they do not break it off. */
#ifndef TCPTALE_CLI_INTERRUPT_H
#define TCPTALE_CLI_INTERRUPT_H

#include <tcptale/io.h>

/* From now on the signals set a mark, and make `capture` (NULL: none yet) return; a second one ends the program as usual. */
void cli_interrupt_catch(struct tt_capture *capture);
/* Whether one came. */
bool cli_interrupted(void);

#endif
