/* SPDX-License-Identifier: BSD-2-Clause */
/* badness.c - how much a connection needs telling, so that the worst comes first. */
#include <tcptale/tell.h>

/* What an ending weighs: above all else, since it is what somebody noticed. */
static unsigned ending_weight(const struct tt_verdict *verdict)
{
    switch (verdict->ending) {
    case TT_ENDING_RESET:
        return 800;
    case TT_ENDING_TIMEOUT:
        return 700;
    case TT_ENDING_REJECTED:
        return 600;
    case TT_ENDING_UNANSWERED:
        return 550;
    case TT_ENDING_REFUSED:
        return 500;
    case TT_ENDING_HALF_CLOSED:
        return 100;
    case TT_ENDING_FIN:
    case TT_ENDING_OPEN:
    case TT_ENDING_COUNT:
        break;
    }
    return 0;
}

static unsigned capped(uint64_t n, unsigned cap)
{
    return n < cap ? (unsigned)n : cap;
}

/* What went wrong on the way: a few points each, so that it orders connections of one ending. */
static unsigned trouble_weight(const struct tt_side *side)
{
    return capped(side->retransmitted_packets, 20) + capped(2 * (uint64_t)side->zero_windows, 10) + capped(side->bad_checksums, 10);
}

unsigned tt_story_badness(const struct tt_conn *conn, const struct tt_verdict *verdict)
{
    unsigned badness = ending_weight(verdict);

    if (verdict->forged == TT_FORGED_YES)
        badness += 1000;
    if (verdict->bytes_lost > 0)
        badness += 90;
    badness += capped((uint64_t)conn->syn_retries * 5, 20);
    return badness + trouble_weight(&conn->side[TT_CLIENT]) + trouble_weight(&conn->side[TT_SERVER]);
}
