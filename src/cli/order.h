/* SPDX-License-Identifier: BSD-2-Clause */
/* order.h - finished connections back in the order of their numbers. */
#ifndef TCPTALE_CLI_ORDER_H
#define TCPTALE_CLI_ORDER_H

#include <tcptale/track.h>

/*
 * Connections are told in the order of their numbers, though they finish in another.  A finished one waits, as a copy, for those
 * with lower numbers; when one has been open for CLI_ORDER_WINDOW newer ones, it is no longer waited for and comes when it ends.
 * (65536 copies are some 60 MB.)
 */
#define CLI_ORDER_WINDOW 65536

struct cli_order;

/* emit() gets a copy that is gone when it returns.  Freed with cli_order_free(); copies that still wait are then dropped. */
int cli_order_new(void (*emit)(void *ctx, struct tt_conn *conn), void *ctx, struct cli_order **ret);
/* Takes a finished connection; each number comes once.  0 or TT_ERR_NOMEM with the connection emitted at once. */
int cli_order_put(struct cli_order *order, const struct tt_conn *conn);
/* A connection of this number will not come. */
void cli_order_skip(struct cli_order *order, uint64_t id);
/* Emits all that wait. */
void cli_order_drain(struct cli_order *order);
void cli_order_free(struct cli_order *order);

#endif
