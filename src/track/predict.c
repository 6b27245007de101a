/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * predict.c - header prediction: the segment that a healthy connection is about to see, taken in on a short way.
 *
 * Most segments are the next payload in order, the FIN behind it, or an acknowledgement that moves on, and say nothing else.  For
 * these the questions of the other files all have the answer "no", so they need not be asked one by one (Van Jacobson's idea, for
 * the endpoint).  Nor can they be copies: whatever they are copies of would have moved on already.  This is an abbreviation, never
 * another rule: what is predicted here, track_take_in() would take in to the same facts, and a test feeds captures both ways.
 */
#include "track/tracked.h"

/* Neither end has been reset, probed, left a hole, sends again, or says by SACK that something is missing. */
static bool is_healthy(const struct arrival *a)
{
    const struct tracked *tracked = a->tracked;
    const struct stream *tx = a->tx_stream;

    return tx->known && a->rx_stream->known && !(a->options.present & TT_HAS_SACK) && !tracked->mends && !a->conn->reset &&
           !a->conn->resets && !tracked->stray && !tx->ahead.first && !tx->gaps.first && tx->contiguous == a->tx->snd_nxt;
}

/* Its number is the next, its acknowledgement covers only what was seen, and one of the two moves. */
static bool is_next(const struct arrival *a)
{
    const struct tt_segment *s = a->segment;
    uint64_t acks = s->ack.n - a->rx->isn.n - (uint32_t)a->rx->snd_una;

    return s->seq.n - a->tx->isn.n == (uint32_t)a->tx->snd_nxt && acks <= a->rx->snd_nxt - a->rx->snd_una &&
           a->rx->snd_una + acks <= a->rx_stream->contiguous && (acks || s->payload_length || segment_has(s, TT_FIN));
}

/* Behind its FIN an end has nothing but acknowledgements to send. */
static bool is_open(const struct arrival *a)
{
    return !a->tx->fin || !(a->segment->payload_length || segment_has(a->segment, TT_FIN));
}

/* The windows are open, so that both ends have spoken, and what comes lies inside. */
static bool is_welcome(const struct arrival *a)
{
    return a->conn->scale_known && a->segment->window && a->rx->rcv_wnd && a->tx->snd_nxt <= a->tx->snd_una + a->rx->rcv_wnd;
}

static bool is_predicted(const struct arrival *a)
{
    return (a->segment->flags & ~(unsigned)(TT_PSH | TT_FIN)) == TT_ACK && is_healthy(a) && is_next(a) && is_welcome(a) &&
           is_open(a) && track_looks_usual(a);
}

static void take_payload(struct arrival *a)
{
    struct stream *tx = a->tx_stream;
    uint32_t octets = a->segment->payload_length;

    note(a, TT_STEP_NEW_DATA);
    a->step.new_octets = octets;
    track_take_message(a);
    count(&a->tx->data_packets);
    a->tx->bytes += octets;
    a->tx->snd_nxt += octets;
    tx->contiguous = a->tx->snd_nxt;
    track_time(tx, tx->contiguous, a->mark.time);
}

static void take_fin(struct arrival *a)
{
    track_record_fin(a, a->tx->snd_nxt);
    a->tx->snd_nxt++;
    a->tx_stream->contiguous = a->tx->snd_nxt;
    track_time(a->tx_stream, a->tx->snd_nxt, a->mark.time);
}

/* An end has closed: its FIN, and what comes after it. */
static void take_closing(struct arrival *a)
{
    if (segment_has(a->segment, TT_FIN))
        take_fin(a);
    track_take_fin_acked(a);
    track_take_over(a);
}

bool track_predict(struct arrival *a)
{
    if (!is_predicted(a))
        return false;
    a->position = (int64_t)a->tx->snd_nxt;
    a->ack = (int64_t)(a->rx->snd_una + (uint32_t)(a->segment->ack.n - a->rx->isn.n - (uint32_t)a->rx->snd_una));
    a->step.position = (uint64_t)a->position;
    a->step.ack = (uint64_t)a->ack;
    a->step.window = (uint64_t)a->segment->window << a->tx_stream->scale;
    a->tx_stream->strays = 0;
    if (a->step.ack > a->rx->snd_una) {
        track_take_round_trip(a);
        a->rx->snd_una = a->step.ack;
    }
    a->tx->rcv_wnd = (uint32_t)a->step.window;
    if (!a->conn->opened.frame)
        track_take_opened(a);
    if (a->segment->payload_length)
        take_payload(a);
    if (segment_has(a->segment, TT_FIN) || a->tx->fin | a->rx->fin)
        take_closing(a);
    a->rx->unanswered = 0;
    a->rx->backoffs = 0;
    a->rx->probes_unanswered = 0;
    track_remember(a);
    track_expect_copies(a);
    track_count_packet(a);
    if (track_follows_zeek(a->tracked))
        zeek_take(a);
    return true;
}
