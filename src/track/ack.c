/* SPDX-License-Identifier: BSD-2-Clause */
/* ack.c - acknowledgements: what they cover, the round trips that they complete, windows, duplicates. */
#include "track/tracked.h"

/* One segment is timed at a time, and never one that was sent twice: RFC 6298 section 3 (Karn's algorithm). */
void track_take_round_trip(struct arrival *a)
{
    struct stream *timed = a->rx_stream;
    struct tt_side *side = a->rx;
    tt_ns took = a->mark.time - timed->timed_at;

    if (!timed->timing || (int32_t)((uint32_t)a->ack - timed->timed) < 0)
        return;
    timed->timing = false;
    if (took < 0 || took / TT_NS_PER_US > UINT32_MAX)
        return;
    uint32_t us = (uint32_t)(took / TT_NS_PER_US);
    side->rtt_min_us = !side->rtt_samples || us < side->rtt_min_us ? us : side->rtt_min_us;
    side->rtt_max_us = us > side->rtt_max_us ? us : side->rtt_max_us;
    side->rtt_sum_us += us;
    count(&side->rtt_samples);
    a->step.rtt_us = us;
}

static void advance(struct arrival *a)
{
    struct tt_side *rx = a->rx;

    track_take_round_trip(a);
    rx->snd_una = (uint64_t)a->ack;
    track_take_fin_acked(a);
    if (a->rx_stream->contiguous < rx->snd_una)
        track_give_up(a, rx, a->rx_stream, rx->snd_una);
}

static bool is_pure(const struct arrival *a)
{
    return a->segment->payload_length == 0 && !(a->segment->flags & (TT_SYN | TT_FIN | TT_RST)) && !a->keepalive;
}

/* What the receiver takes the window for; raw as long as the scale is not known. */
static uint32_t offered(const struct arrival *a)
{
    return a->step.window == UINT64_MAX ? a->segment->window : (uint32_t)a->step.window;
}

/* Its sender spoke last, and said the same; a report of what came twice answers a retransmission. */
static bool is_unasked(const struct arrival *a)
{
    return a->position == (int64_t)a->tx->snd_nxt && a->conn->opened.frame && a->tx->last.frame > a->rx->last.frame &&
           !(a->step.notes & TT_STEP_DENIES_NEED);
}

/* RFC 5681 section 2: data outstanding, no data of its own, no SYN or FIN, the same number, the same window. */
static void repeat(struct arrival *a)
{
    uint32_t window = offered(a);

    if (!is_pure(a))
        return;
    if (a->rx_stream->probed) {
        note(a, TT_STEP_KEEPALIVE_ACK);
    } else if (window > a->tx->rcv_wnd) {
        note(a, TT_STEP_WINDOW_UPDATE);
    } else if (window == a->tx->rcv_wnd && a->rx->snd_nxt > a->rx->snd_una) {
        note(a, TT_STEP_DUPLICATE_ACK);
        count(&a->tx->duplicate_acks);
        track_take_repeat(a);
    } else if (window == a->tx->rcv_wnd && is_unasked(a)) {
        note(a, TT_STEP_UNASKED_ACK);
        a->tx->unasked = a->mark;
    }
}

static void take_window(struct arrival *a)
{
    a->tx->rcv_wnd = offered(a);
    if (a->segment->window == 0 && !segment_has(a->segment, TT_SYN)) {
        note(a, TT_STEP_ZERO_WINDOW);
        count(&a->tx->zero_windows);
    }
}

/*
 * The capture began with a keep-alive, one below what comes next, which was taken for the next number: the answer is one above.
 */
static bool began_with_keepalive(const struct arrival *a)
{
    const struct tt_side *rx = a->rx;

    return !rx->isn_known && rx->packets && !rx->data_packets && rx->snd_nxt == 1 && a->ack == 2;
}

static void begin_above_keepalive(struct arrival *a)
{
    track_origin(a->rx, a->rx_stream, a->segment->ack, 1);
    a->ack = 1;
    a->step.ack = 1;
    a->rx_stream->probed = true;
    count(&a->rx->keepalives);
}

static void take_other_syn_ack(struct arrival *a)
{
    track_origin(a->rx, a->rx_stream, a->segment->ack, 1);
    a->rx_stream->strays = 0;
    a->rx_stream->timing = false;
    a->ack = 1;
    a->step.ack = 1;
}

void track_take_ack(struct arrival *a)
{
    if (track_chooses_other_syn_ack(a))
        take_other_syn_ack(a);
    if (began_with_keepalive(a))
        begin_above_keepalive(a);
    if (a->ack > (int64_t)a->rx->snd_nxt) {
        if (track_ack_is_impossible(a)) {
            note(a, TT_STEP_OUT_OF_WINDOW);
            return;
        }
        note(a, TT_STEP_ACKED_UNSEEN);
        a->rx->snd_nxt = (uint64_t)a->ack;
        a->rx_stream->timing = false; /* it answers what was not captured */
    }
    a->step.window = track_window(a);
    track_take_signs(a);
    if (a->ack > (int64_t)a->rx->snd_una)
        advance(a);
    else if (a->ack == (int64_t)a->rx->snd_una)
        repeat(a);
    if (a->ack >= (int64_t)a->rx->snd_una)
        take_window(a);
}
