/* SPDX-License-Identifier: BSD-2-Clause */
/* interrupt.h - SIGINT and SIGTERM end live work, they do not break it off. */
#ifndef TCPTALE_CLI_INTERRUPT_H
#define TCPTALE_CLI_INTERRUPT_H

#include <tcptale/io.h>

/* From now on the signals set a mark, and make `capture` (NULL: none yet) return; a second one ends the program as usual. */
void cli_interrupt_catch(struct tt_capture *capture);
/* From now on, makes the capture return every second as well. */
void cli_interrupt_tick(void);
/* Whether a signal came that ends the work. */
bool cli_interrupted(void);

#endif
