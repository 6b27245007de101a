/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lost.c - how many octets one end had sent that the other end's program can no longer get.
 *
 * What was not acknowledged when the connection was cut is lost; what was acknowledged was received by the other end's TCP, and by
 * its program unless the cause says otherwise (RFC 9293 section 3.10.7.4: a reset throws the queues away).
 */
#include "judge/matter.h"

static uint64_t payload_end(const struct tt_side *side)
{
    return side->fin ? side->fin : side->snd_nxt;
}

/* Payload that was sent and never acknowledged. */
static uint64_t unacknowledged(const struct tt_side *side)
{
    uint64_t end = payload_end(side);
    uint64_t una = side->snd_una > 0 ? side->snd_una : 1;

    return end > una ? end - una : 0;
}

/* An end of which no packet was captured could not be seen to acknowledge. */
static bool unheard(const struct tt_side *sender, const struct tt_side *receiver)
{
    return receiver->packets == receiver->resets && unacknowledged(sender) > 0;
}

/* The message that its receiver left lying; in the middle of a transfer nobody can tell how much it had read. */
static int64_t left_unread(const struct matter *m)
{
    uint64_t end = payload_end(m->receiver);

    if (is_in_transfer(m) || m->reset->heard_from == 0 || m->reset->heard_from > end)
        return -1;
    return (int64_t)(end - m->reset->heard_from);
}

static int64_t lost_by_reset(const struct matter *m, const struct tt_verdict *verdict, uint64_t lost)
{
    int64_t unread;

    if (verdict->ended_by == TT_BY_UNKNOWN && lost == 0)
        return -1;
    if (verdict->cause != TT_CAUSE_UNREAD_DATA)
        return (int64_t)lost;
    unread = left_unread(m);
    return unread < 0 ? -1 : unread + (int64_t)unacknowledged(m->sender);
}

int64_t count_lost(const struct tt_conn *conn, const struct matter *m, const struct tt_verdict *verdict)
{
    const struct tt_side *client = &conn->side[TT_CLIENT], *server = &conn->side[TT_SERVER];
    uint64_t lost = unacknowledged(client) + unacknowledged(server);

    if (verdict->ending == TT_ENDING_OPEN || verdict->ending == TT_ENDING_HALF_CLOSED)
        return 0;
    if (verdict->ending == TT_ENDING_FIN && lost > 0)
        return -1;
    if (verdict->ending == TT_ENDING_RESET && (unheard(client, server) || unheard(server, client)))
        return -1;
    return m ? lost_by_reset(m, verdict, lost) : (int64_t)lost;
}
