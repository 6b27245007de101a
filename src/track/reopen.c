/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reopen.c - whether a SYN or SYN-ACK begins another connection between the same two ends.
 *
 * A busy client reuses its ports every few seconds; so one pair of ends is many connections.  A SYN with another ISN begins a new
 * one once the old one is over.  Into a live one it may be the same (the client restarted and the server did not notice, or the
 * capture lost the end), or nothing at all (an old duplicate, an attack): its receiver answers with a challenge ACK and goes on
 * (RFC 5961 section 4).  Such a stray SYN is kept until its answer shows which: a SYN-ACK or a refusal that acknowledges it, or
 * silence while it is repeated, makes it the first packet of a new connection.
 */
#include "track/tracked.h"

/* Nothing but SYNs of one end: nobody has answered but with resets. */
static bool only_asked(const struct tt_conn *conn, enum tt_end from)
{
    return conn->side[from].syn.frame && conn->side[!from].packets == conn->side[!from].resets &&
           !(conn->side[from].flags_seen & TT_ACK);
}

/* A SYN that belongs before what was captured first: the capture is out of order. */
static bool is_late(const struct tracked *tracked, tt_seq isn, enum tt_end from)
{
    const struct tt_side *side = &tracked->conn.side[from];
    uint32_t below = side->isn.n - isn.n;

    return !side->syn.frame && (!tracked->stream[from].known || below < 65536) && tracked->conn.side[from].packets <= 16;
}

static bool is_closed(const struct tracked *tracked)
{
    const struct tt_conn *conn = &tracked->conn;

    return tracked->over || (conn->side[0].fin && conn->side[1].fin);
}

static bool fits_stray(const struct tracked *tracked, const struct tt_segment *segment, enum tt_end from)
{
    const struct stray *stray = tracked->stray;

    return stray && stray->end != from && segment_has(segment, TT_ACK) &&
           segment->ack.n - stray->syn.isn.n - 1 <= stray->syn.octets;
}

static enum reopen syn_reopens(const struct tracked *tracked, const struct tt_segment *segment, enum tt_end from)
{
    const struct tt_conn *conn = &tracked->conn;
    const struct tt_side *tx = &conn->side[from];
    bool again = tracked->stray && tracked->stray->end == from && tt_seq_eq(tracked->stray->syn.isn, segment->seq);

    if ((tx->syn.frame || tx->isn_known) && tt_seq_eq(tx->isn, segment->seq))
        return REOPEN_SAME;
    if (again && (is_closed(tracked) || !tracked->stray->answered))
        return REOPEN_FROM_STRAY;
    if (is_closed(tracked) || only_asked(conn, from))
        return REOPEN_NEW;
    if (!tx->packets && only_asked(conn, (enum tt_end) !from))
        return REOPEN_SAME; /* simultaneous open */
    if (is_late(tracked, segment->seq, from))
        return REOPEN_SAME;
    return REOPEN_STRAY;
}

static enum reopen syn_ack_reopens(const struct tracked *tracked, const struct tt_segment *segment, enum tt_end from)
{
    const struct tt_side *tx = &tracked->conn.side[from], *rx = &tracked->conn.side[!from];
    uint32_t acked = segment->ack.n - rx->isn.n - 1;

    if (fits_stray(tracked, segment, from))
        return REOPEN_FROM_STRAY;
    if (tx->syn.frame && tt_seq_eq(tx->isn, segment->seq))
        return REOPEN_SAME;
    if (rx->isn_known && acked <= tracked->conn.fast_open_octets)
        return REOPEN_SAME;
    return is_closed(tracked) ? REOPEN_NEW : REOPEN_SAME;
}

enum reopen track_reopens(const struct tracked *tracked, const struct tt_segment *segment, enum tt_end from)
{
    if (segment_has(segment, TT_RST))
        return fits_stray(tracked, segment, from) ? REOPEN_FROM_STRAY : REOPEN_SAME;
    if (segment_has(segment, TT_SYN | TT_ACK))
        return syn_ack_reopens(tracked, segment, from);
    if (segment_has(segment, TT_SYN))
        return syn_reopens(tracked, segment, from);
    return REOPEN_SAME;
}
