/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reset.c - resets: which of them their receivers believe.
 *
 * Anybody who sees or guesses a connection can forge a reset, so that a reset ends nothing by itself.  Its receiver believes it
 * when its number is exactly the next one expected; inside the window it answers with a challenge ACK, outside it does nothing
 * (RFC 9293 section 3.10.7.4, RFC 5961 section 3.2).  In SYN-SENT the reset must acknowledge the SYN (section 3.10.7.3).  What the
 * receiver expects is not seen but bounded: no less than it acknowledged, no more than was sent.
 *
 * Older receivers take anything in the window, and a capture may lack what was sent last; so a reset inside the window is a doubt
 * that is settled by what its receiver does: when it says nothing any more, it obeyed.  And a receiver that goes on talking long
 * after a reset that it should have obeyed did not get it or did not believe it.
 */
#include "track/tracked.h"

/* The receiver has sent nothing but SYNs, and got nothing but resets that it did not believe. */
static bool in_syn_sent(const struct arrival *a)
{
    return a->rx->syn.frame && !(a->rx->flags_seen & TT_ACK) && !a->tx->syn.frame && a->tx->packets == a->tx->resets;
}

/* RFC 9293 section 3.10.7.3: SND.UNA < SEG.ACK =< SND.NXT, and no acknowledgement no belief. */
static enum tt_belief belief_in_syn_sent(const struct arrival *a)
{
    bool acks = segment_has(a->segment, TT_ACK) && a->ack > 0 && a->ack <= (int64_t)a->rx->snd_nxt;

    return acks ? TT_BELIEF_EXACT : TT_BELIEF_NONE;
}

/*
 * Data that crossed the peer's FIN draws a reset with the number of that FIN, one below what the receiver expects after it; Linux
 * believes this too (tcp_reset_check).
 */
static bool is_exact(const struct arrival *a)
{
    uint64_t low = a->tx->snd_una;

    if (a->tx->fin && low > a->tx->fin)
        low = a->tx->fin;
    return a->position >= (int64_t)low && a->position <= (int64_t)a->tx->snd_nxt;
}

static enum tt_belief belief(const struct arrival *a)
{
    if (a->bad_checksum && !a->tracked->sums_wrong)
        return TT_BELIEF_NONE;
    if (in_syn_sent(a))
        return belief_in_syn_sent(a);
    if (!a->tx_stream->known || is_exact(a))
        return TT_BELIEF_EXACT;
    uint64_t edge = a->tx->snd_una + track_window_at_most(a->conn, (enum tt_end) !a->step.from);
    return a->position >= (int64_t)a->tx->snd_una && a->position <= (int64_t)edge ? TT_BELIEF_IN_WINDOW : TT_BELIEF_NONE;
}

static void count_reset(struct arrival *a)
{
    struct tt_side *tx = a->tx;

    if (!tx->resets)
        tx->rst_seq = a->segment->seq;
    if (tx->resets != UINT16_MAX)
        tx->resets++;
}

static void obey(struct arrival *a)
{
    struct tt_conn *conn = a->conn;

    note(a, TT_STEP_RESET_OBEYED);
    conn->reset = true;
    conn->resetter = (uint8_t)a->step.from;
    conn->reset_mark = a->mark;
    a->tracked->reset_edge = a->tx_stream->known || a->rx->syn.frame ? a->tx->snd_nxt : INT64_MAX;
    a->tracked->over = true;
}

static void doubt(struct arrival *a)
{
    note(a, TT_STEP_RESET_IGNORED);
    if (a->tracked->doubt.frame)
        return;
    a->tracked->doubt = a->mark;
    a->tracked->doubt_end = (uint8_t)a->step.from;
}

void track_take_reset(struct arrival *a)
{
    enum tt_belief how = a->tracked->over ? TT_BELIEF_LATE : belief(a);

    track_record_reset(a, how);
    count_reset(a);
    a->tracked->last_reset_at = a->mark.time;
    if (how == TT_BELIEF_LATE || how == TT_BELIEF_NONE)
        note(a, TT_STEP_RESET_IGNORED);
    else if (how == TT_BELIEF_EXACT)
        obey(a);
    else
        doubt(a);
}

/* ---- what the receiver does then ------------------------------------------------------------------------------------------- */

/* No host sends on for so long after it obeyed: a round trip is over, whatever queues there are. */
#define AFTERLIFE TT_NS_PER_S

/* It acknowledges what the other end sent only after the reset, or goes on without being reset again. */
static bool did_not_obey(const struct arrival *a)
{
    tt_ns since = a->mark.time - a->tracked->last_reset_at;

    if (segment_has(a->segment, TT_SYN))
        return false;
    if (a->ack > (int64_t)a->tracked->reset_edge && segment_has(a->segment, TT_ACK) && a->ack <= (int64_t)a->rx->snd_nxt)
        return true;
    return since > AFTERLIFE && track_round_trip_passed(a->rx, a->tracked->last_reset_at, a->mark.time);
}

/* A challenge ACK, or anything later than what was under way. */
static bool dispels_doubt(const struct arrival *a)
{
    bool challenge = a->segment->payload_length == 0 && a->ack == (int64_t)a->rx->snd_una;

    return challenge || track_round_trip_passed(a->rx, a->tracked->doubt.time, a->mark.time);
}

/* What followed it was not its aftermath. */
static void dispel_doubt(struct tt_conn *conn, struct tracked *tracked)
{
    tracked->doubt = (struct tt_mark){0};
    conn->resets->after[tracked->doubt_end] = (struct tt_aftermath){0};
}

void track_heard(struct arrival *a)
{
    struct tracked *tracked = a->tracked;

    a->rx->unanswered = 0;
    a->rx->backoffs = 0;
    a->rx->probes_unanswered = 0;
    if (tracked->stray && tracked->stray->end != a->step.from)
        tracked->stray->answered = true;
    if (tracked->doubt.frame && tracked->doubt_end != a->step.from && dispels_doubt(a))
        dispel_doubt(a->conn, tracked);
    if (a->conn->reset && a->conn->resetter != a->step.from && did_not_obey(a)) {
        a->conn->reset = false;
        a->conn->resets->after[a->conn->resetter] = (struct tt_aftermath){0};
        tracked->over = a->tx->fin_acked.frame && a->rx->fin_acked.frame;
    }
}

void track_settle_doubt(struct tracked *tracked)
{
    struct tt_conn *conn = &tracked->conn;

    if (tracked->over || !tracked->doubt.frame)
        return;
    conn->reset = true;
    conn->resetter = tracked->doubt_end;
    conn->reset_mark = tracked->doubt;
}
