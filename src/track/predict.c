/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * predict.c - header prediction: the segment that a healthy connection is about to see, taken in on a short way.
 *
 * Most segments are the next payload in order, or an acknowledgement that moves on, and say nothing else.  For these the questions
 * of the other files all have the answer "no", so they need not be asked one by one (Van Jacobson's idea, for the endpoint).  Nor
 * can they be copies: whatever they are copies of would have moved on already.  This is an abbreviation, never another rule: what
 * is predicted here, track_take_in() would take in to the same facts, and a test feeds captures both ways.
 */
#include "track/tracked.h"

/*
 * Neither end has closed, been reset, probed, left a hole, sends again, or says by SACK that something is missing.  What is over
 * was closed or reset.
 */
static bool is_healthy(const struct arrival *a)
{
    const struct tracked *tracked = a->tracked;
    const struct stream *tx = a->tx_stream;

    return tx->known && a->rx_stream->known && !(a->options.present & TT_HAS_SACK) && !(a->tx->fin | a->rx->fin) &&
           !tracked->mends && !a->conn->reset && !a->conn->resets && !tracked->stray && !tx->ahead.first && !tx->gaps.first &&
           tx->contiguous == a->tx->snd_nxt;
}

/* Its number is the next, its acknowledgement covers only what was seen, and one of the two moves. */
static bool is_next(const struct arrival *a)
{
    const struct tt_segment *s = a->segment;
    uint64_t acks = s->ack.n - a->rx->isn.n - (uint32_t)a->rx->snd_una;

    return s->seq.n - a->tx->isn.n == (uint32_t)a->tx->snd_nxt && acks <= a->rx->snd_nxt - a->rx->snd_una &&
           a->rx->snd_una + acks <= a->rx_stream->contiguous && (acks || s->payload_length);
}

/* The windows are open, so that both ends have spoken, and what comes lies inside. */
static bool is_welcome(const struct arrival *a)
{
    return a->conn->scale_known && a->segment->window && a->rx->rcv_wnd && a->tx->snd_nxt <= a->tx->snd_una + a->rx->rcv_wnd;
}

/* It comes as its sender's others did, or differs in no new way. */
static bool looks_usual(const struct arrival *a)
{
    struct tt_look look = track_look(a->segment);

    return a->tx->look_known && !(tt_look_differs(&a->tx->look, &look) & ~(unsigned)a->tx->look_varies);
}

static bool is_predicted(const struct arrival *a)
{
    return (a->segment->flags & ~(unsigned)TT_PSH) == TT_ACK && is_healthy(a) && is_next(a) && is_welcome(a) && looks_usual(a);
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
    if (!tx->timing) {
        tx->timing = true;
        tx->timed = (uint32_t)a->tx->snd_nxt;
        tx->timed_at = a->mark.time;
    }
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
