/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message.c - where the last message of a program begins, as far as a stream of octets shows it.
 *
 * TCP knows no messages; but a sender marks the end of what its program wrote with PSH (RFC 9293 section 3.9.1.2), and when the
 * other end has written something the next payload is an answer.  Whether a program can have read what it received before it ended
 * the connection is often to be seen from this alone.
 */
#include "track/tracked.h"

void track_begin_message(struct arrival *a)
{
    struct tt_side *tx = a->tx;

    if (a->tx_stream->begins == BEGINS_TURN)
        tx->messages = 0;
    count(&tx->messages);
    tx->message = a->step.position;
    tx->message_first = a->mark;
}
