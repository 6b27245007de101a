/* SPDX-License-Identifier: BSD-2-Clause */
/* arrival.c - one segment of a known connection: the order in which its aspects are taken in. */
#include "track/tracked.h"

/*
 * Where the first packet of a connection was wrong already, checksums say nothing: addresses were rewritten after the capture, or
 * the sums blanked.
 */
static void check_sum(struct arrival *a)
{
    bool first = a->step.notes & TT_STEP_FIRST_OF_CONNECTION, reset = segment_has(a->segment, TT_RST);
    uint16_t right;

    if (!first && !reset && !a->verify)
        return;
    enum tt_checksum sum = tt_tcp_checksum(a->segment, &right);
    bool bad = sum == TT_CHECKSUM_BAD;
    a->offloaded = sum == TT_CHECKSUM_OFFLOADED;
    if (first) {
        a->tracked->sums_wrong = bad;
        a->conn->sums_left = a->offloaded;
    }
    a->bad_checksum = bad && (reset || a->verify);
}

/* Positions of both numbers, giving an end its origin when this is the first that is known of it.  A reset gives none. */
static void place(struct arrival *a)
{
    bool reset = segment_has(a->segment, TT_RST);
    bool acks = segment_has(a->segment, TT_ACK);

    if (!a->tx_stream->known && !reset)
        track_origin(a->tx, a->tx_stream, a->segment->seq, 1);
    if (acks && !a->rx_stream->known && !reset)
        track_origin(a->rx, a->rx_stream, a->segment->ack, 1);
    a->position = a->tx_stream->known ? track_position(a->tx, a->segment->seq) : 0;
    a->ack = acks && a->rx_stream->known ? track_position(a->rx, a->segment->ack) : 0;
    a->step.position = a->position > 0 ? (uint64_t)a->position : 0;
    a->step.ack = a->ack > 0 ? (uint64_t)a->ack : 0;
}

#define AGAIN (TT_STEP_RETRANSMISSION | TT_STEP_SYN_AGAIN | TT_STEP_FIN_AGAIN)

/* RFC 6298 section 5.5: each expiry doubles the pause.  Half as much again leaves room for clocks and coarse timers. */
static void take_pause(struct arrival *a)
{
    struct stream *tx = a->tx_stream;
    struct tt_side *side = a->tx;
    tt_ns since = a->mark.time - (side->unanswered ? tx->again_at : side->last.time);
    uint32_t us = since > 0 && since / TT_NS_PER_US < UINT32_MAX ? (uint32_t)(since / TT_NS_PER_US) : 0;

    if (side->unanswered >= 1 && us >= (uint64_t)tx->again_us * 3 / 2 && side->backoffs != UINT8_MAX)
        side->backoffs++;
    if (side->unanswered != UINT8_MAX)
        side->unanswered++;
    tx->again_us = us;
    tx->again_at = a->mark.time;
}

static void take_segment(struct arrival *a)
{
    if (segment_has(a->segment, TT_SYN))
        track_take_syn(a);
    place(a);
    if (a->step.notes & TT_STEP_OUT_OF_WINDOW || track_out_of_window(a))
        return;
    a->keepalive = track_is_keepalive(a);
    if (segment_has(a->segment, TT_ACK)) {
        track_take_ack(a);
        if (!segment_has(a->segment, TT_SYN))
            track_take_opened(a);
    }
    track_take_data(a);
    track_take_look(a);
    if (a->step.notes & AGAIN)
        take_pause(a);
    track_heard(a);
    track_remember(a);
    track_take_over(a);
}

void track_count_packet(struct arrival *a)
{
    struct tt_side *tx = a->tx;
    struct tt_conn *conn = a->conn;

    count(&tx->packets);
    tx->ip_bytes += a->segment->ip_length;
    tx->flags_seen |= a->segment->flags;
    if (!segment_has(a->segment, TT_SYN))
        tx->uses |= (uint16_t)a->options.present;
    if (!segment_has(a->segment, TT_RST)) {
        tx->last = a->mark;
        tx->last_flags = a->segment->flags;
        tx->last_octets = a->segment->payload_length;
        tx->in_a_row = (uint16_t)(tx->in_a_row + (tx->in_a_row != UINT16_MAX));
        if (a->rx->snd_una == a->rx->snd_nxt)
            a->rx->in_a_row = 0;
    }
    if (a->bad_checksum)
        count(&tx->bad_checksums);
    conn->last = a->mark.time > conn->last ? a->mark.time : conn->last;
    conn->last_frame = a->mark.frame;
}

bool track_take_in(struct arrival *a)
{
    tt_options_read(a->segment, &a->options);
    if (!a->verify && track_predict(a))
        return false;
    check_sum(a);
    if (track_is_copy(a)) {
        note(a, TT_STEP_DUPLICATE);
        count(&a->tx->duplicates);
        if (a->tx->look_known && a->tx->look.ttl != a->segment->ttl)
            a->conn->routed_copies = true;
        if (a->tx_stream->known)
            place(a);
        if (track_follows_zeek(a->tracked))
            zeek_take(a);
        return true;
    }
    if (a->stray) {
        note(a, TT_STEP_STRAY_SYN);
    } else if (segment_has(a->segment, TT_RST)) {
        place(a);
        track_take_reset(a);
    } else {
        take_segment(a);
    }
    if (a->conn->resets)
        track_take_aftermath(a);
    track_count_packet(a);
    if (track_follows_zeek(a->tracked))
        zeek_take(a);
    return false;
}
