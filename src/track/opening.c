/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * opening.c - SYNs and SYN-ACKs: what they offer, who is the client, and whether the handshake was completed.
 *
 * Captures are not always in order: a SYN-ACK may come first (it never makes an initiator), and so may data.
 */
#include "track/hosts.h"
#include "track/tracked.h"

void track_read_syn(const struct tt_segment *segment, const struct tt_options *options, struct syn *ret)
{
    *ret = (struct syn){
        .mark = {segment->frame->number, segment->frame->time},
        .isn = segment->seq,
        .octets = segment->payload_length,
        .ip_length = segment->ip_length,
        .offers = options->present,
        .window = segment->window,
        .flags = segment->flags,
        .mss = options->present & TT_HAS_MSS ? options->mss : 0,
        .wscale = options->present & TT_HAS_WSCALE ? options->wscale : 0,
        .look = track_look(segment),
    };
}

void track_record_syn(struct tracked *tracked, enum tt_end end, const struct syn *syn)
{
    struct tt_conn *conn = &tracked->conn;
    struct tt_side *side = &conn->side[end];

    if (!tracked->stream[end].known) {
        track_origin(side, &tracked->stream[end], syn->isn, 0);
        side->snd_nxt = tracked->stream[end].contiguous = 1;
    }
    side->isn_known = true;
    side->syn = syn->mark;
    side->offers = (uint16_t)syn->offers;
    side->mss = syn->mss;
    side->wscale = syn->wscale;
    side->syn_window = syn->window;
    side->syn_flags = syn->flags;
    conn->roles = TT_ROLES_HANDSHAKE;
    if (end == TT_CLIENT && !(syn->flags & TT_ACK))
        conn->fast_open_octets = syn->octets;
    track_settle_scale(tracked);
}

/* A SYN shows who asks, a SYN-ACK who answers, unless both asked. */
static void settle_roles(struct arrival *a)
{
    bool answers = segment_has(a->segment, TT_ACK);

    if (a->conn->roles == TT_ROLES_HANDSHAKE || (a->step.from == TT_SERVER) == answers)
        return;
    track_swap_roles(a->tracked);
    a->step.from = (enum tt_end) !a->step.from;
    a->tx = &a->conn->side[a->step.from];
    a->rx = &a->conn->side[!a->step.from];
    a->tx_stream = &a->tracked->stream[a->step.from];
    a->rx_stream = &a->tracked->stream[!a->step.from];
}

/*
 * What its sender said before was of another connection, which it still believed in: RFC 9293 section 3.5.1, figure 9.  Only a
 * SYN-ACK that acknowledges the SYN shows that, and only as long as nothing but bare ACKs came before.
 */
static bool forget_half_open(struct arrival *a)
{
    struct tt_side *tx = a->tx;
    bool answers =
        segment_has(a->segment, TT_ACK) && a->rx->syn.frame && a->segment->ack.n - a->rx->isn.n - 1 <= a->conn->fast_open_octets;

    if (!answers || tx->bytes || tx->fin || tx->gap_bytes || a->tx_stream->ahead.first)
        return false;
    tx->snd_nxt = tx->snd_una = 0;
    a->tx_stream->known = false;
    return true;
}

static bool find_place(struct arrival *a, uint64_t *ret_missing)
{
    if (!a->tx_stream->known || track_rebase(a->tx, a->tx_stream, a->segment->seq, ret_missing))
        return true;
    return forget_half_open(a);
}

static void take_first_syn(struct arrival *a)
{
    struct syn syn;
    uint64_t missing = 0;

    if (!find_place(a, &missing)) {
        note(a, TT_STEP_OUT_OF_WINDOW);
        return;
    }
    settle_roles(a);
    if (missing)
        track_miss(a, a->tx, a->tx_stream, 1, 1 + missing);
    track_read_syn(a->segment, &a->options, &syn);
    track_record_syn(a->tracked, a->step.from, &syn);
    if (a->tx->snd_nxt == 1) {
        a->tx_stream->timing = true;
        a->tx_stream->timed = 1;
        a->tx_stream->timed_at = a->mark.time;
    }
    if (!segment_has(a->segment, TT_ACK) && a->rx->syn.frame && !(a->rx->syn_flags & TT_ACK))
        a->conn->simultaneous = true;
}

/* In a simultaneous open each end's SYN-ACK repeats its own SYN's number: RFC 9293 section 3.5, figure 7. */
static bool is_again(const struct arrival *a)
{
    return !segment_has(a->segment, TT_ACK) || (a->tx->flags_seen & TT_ACK);
}

static void take_syn_again(struct arrival *a)
{
    if (!tt_seq_eq(a->tx->isn, a->segment->seq)) {
        note(a, TT_STEP_OUT_OF_WINDOW);
        if (segment_has(a->segment, TT_ACK))
            track_remember_other_syn_ack(a);
    } else if (is_again(a)) {
        note(a, TT_STEP_SYN_AGAIN);
        count(&a->conn->syn_retries);
        track_weigh_again(a, 0, 1, 0);
        a->tx_stream->timing = false; /* RFC 6298 section 3 */
    }
}

static void take_syn_ack(struct arrival *a)
{
    struct tt_side *rx = a->rx;
    uint32_t acked = a->segment->ack.n - rx->isn.n;

    if (!a->rx_stream->known)
        track_origin(rx, a->rx_stream, a->segment->ack, 1);
    rx->isn_known = true;
    if (!a->conn->syn_ack.frame) {
        a->conn->syn_ack = a->mark;
        hosts_put(a->hosts, a->segment, rx->look_known ? &rx->look : NULL);
    }
    a->conn->fast_open_accepted |= a->conn->fast_open_octets && rx->syn.frame && acked == a->conn->fast_open_octets + 1;
}

void track_take_syn(struct arrival *a)
{
    if (a->tx->syn.frame)
        take_syn_again(a);
    else
        take_first_syn(a);
    if (segment_has(a->segment, TT_ACK) && !(a->step.notes & TT_STEP_OUT_OF_WINDOW))
        take_syn_ack(a);
}

/* The client's ACK of the SYN-ACK opens the connection at the server: RFC 9293 section 3.10.7.4. */
void track_take_opened(struct arrival *a)
{
    if (a->step.from == TT_CLIENT && !a->conn->opened.frame && a->conn->syn_ack.frame && a->ack >= 1)
        a->conn->opened = a->mark;
}
