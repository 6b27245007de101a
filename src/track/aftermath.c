/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aftermath.c - what is kept of each reset, and what both ends do after one: see tcptale/resets.h.
 *
 * Whoever sent a reset has no connection any more: of it nothing can come but resets, and SYNs of a next one.  Packets that a
 * mirror port or the network put behind the reset come within moments and are few.
 */
#include "base/memory.h"
#include "track/tracked.h"

static struct tt_mark none_or(bool known, struct tt_mark mark)
{
    return known ? mark : (struct tt_mark){0};
}

/* That of a SYN is never scaled: RFC 7323 section 2.2. */
static uint16_t raw_window(const struct arrival *a)
{
    if (a->rx->last_flags & TT_SYN)
        return a->rx->syn_window;
    return (uint16_t)(a->conn->scale_known ? a->rx->rcv_wnd >> a->rx_stream->scale : a->rx->rcv_wnd);
}

/* A reset with ACK bears a window as any other segment; what it says against the one before tells what was read in between. */
static bool knows_edge(const struct arrival *a)
{
    return a->conn->scale_known && segment_has(a->segment, TT_ACK) && a->rx_stream->known && a->tx->packets > a->tx->resets &&
           !(a->tx->last_flags & TT_SYN);
}

static int64_t edge_of(const struct arrival *a)
{
    int64_t now = a->ack + ((int64_t)a->segment->window << a->tx_stream->scale);

    return knows_edge(a) ? now - (int64_t)(a->rx->snd_una + a->tx->rcv_wnd) : 0;
}

static void fill(const struct arrival *a, enum tt_belief belief, struct tt_reset *ret)
{
    const struct tt_segment *s = a->segment;

    *ret = (struct tt_reset){
        .mark = a->mark,
        .look = track_look(s),
        .seq = s->seq,
        .ack = s->ack,
        .tsval = a->options.tsval,
        .tsecr = a->options.tsecr,
        .payload_length = s->payload_length,
        .flags = s->flags,
        .window = s->window,
        .options = (uint16_t)a->options.present,
        .end = (uint8_t)a->step.from,
        .belief = (uint8_t)belief,
        .bad_checksum = a->bad_checksum,
        .sum_left = a->offloaded,
        .placed = a->tx_stream->known,
        .position = a->position,
        .acks = a->ack,
        .snd_nxt = a->tx->snd_nxt,
        .snd_una = a->tx->snd_una,
        .receiver_snd_nxt = a->rx->snd_nxt,
        .receiver_snd_una = a->rx->snd_una,
        .sent_last = none_or(a->tx->packets > a->tx->resets, a->tx->last),
        .trigger = none_or(a->rx->packets > a->rx->resets, a->rx->last),
        .trigger_flags = a->rx->last_flags,
        .trigger_octets = a->rx->last_octets,
        .triggers = a->rx->in_a_row,
        .edge = edge_of(a),
        .edge_known = knows_edge(a),
        .heard = a->rx->message_first,
        .said = a->tx->message_first,
        .heard_from = a->rx->message,
        .heard_messages = a->rx->messages,
        .unanswered = a->tx->unanswered,
        .backoffs = a->tx->backoffs,
        .probes_unanswered = a->tx->probes_unanswered,
        .receiver_window = raw_window(a),
        .sender_tsval = a->tx_stream->tsval,
        .tsval_known = a->tx_stream->tsval_known,
        .receiver_tsval = a->rx_stream->tsval,
        .receiver_tsval_known = a->rx_stream->tsval_known,
        .sender_ip_id = a->tx->last_ip_id,
        .receiver_ip_id = a->rx->last_ip_id,
    };
}

/* tt_tracker_feed() has made sure that there is one. */
static struct tt_resets *resets_of(struct arrival *a)
{
    if (!a->conn->resets) {
        a->conn->resets = tt_slab_get(a->resets);
        memset(a->conn->resets, 0, sizeof *a->conn->resets);
    }
    return a->conn->resets;
}

void track_record_reset(struct arrival *a, enum tt_belief belief)
{
    struct tt_resets *resets = resets_of(a);
    struct tt_aftermath *after = &resets->after[a->step.from];

    if (resets->count < TT_RESETS_KEPT)
        fill(a, belief, &resets->reset[resets->count]);
    count(&resets->count);
    if (!after->reset.frame && (belief == TT_BELIEF_EXACT || belief == TT_BELIEF_IN_WINDOW)) {
        after->reset = a->mark;
        after->snd_una = a->tx->snd_una;
    }
}

void track_swap_resets(struct tt_resets *resets)
{
    struct tt_aftermath after = resets->after[0];

    resets->after[0] = resets->after[1];
    resets->after[1] = after;
    for (unsigned i = 0; i < tt_resets_kept(resets); i++)
        resets->reset[i].end ^= 1;
}

/* ---- afterwards ------------------------------------------------------------------------------------------------------------ */

/* What came behind the reset by reordering alone is fewer and sooner than this; three is what TCP itself waits for: RFC 5681. */
#define FOLLOWED_ENOUGH 3
#define REORDERING_NS (10 * TT_NS_PER_MS)

/* A SYN-ACK for the SYN that was refused, not for one that came since. */
static void take_syn_ack_after(struct arrival *a, struct tt_aftermath *after)
{
    if (!after->syn_ack.frame && a->rx->last.frame < after->reset.frame)
        after->syn_ack = a->mark;
}

/* The end in whose name the reset came. */
static void take_sender(struct arrival *a, struct tt_aftermath *after)
{
    tt_ns since = a->mark.time - after->reset.time;

    if (segment_has(a->segment, TT_SYN | TT_ACK))
        take_syn_ack_after(a, after);
    if (segment_has(a->segment, TT_SYN) || a->step.notes & TT_STEP_OUT_OF_WINDOW)
        return;
    after->followed = (uint8_t)(after->followed + (after->followed != UINT8_MAX));
    if (after->goes_on.frame)
        return;
    if (after->followed >= FOLLOWED_ENOUGH ||
        (since > REORDERING_NS && track_round_trip_passed(a->rx, after->reset.time, a->mark.time)))
        after->goes_on = a->mark;
}

static bool repeats_itself(const struct arrival *a, const struct tt_aftermath *after)
{
    return (a->segment->flags & (TT_ACK | TT_SYN | TT_FIN)) == TT_ACK && a->segment->payload_length == 0 &&
           a->position == (int64_t)a->tx->snd_nxt && a->ack == (int64_t)after->snd_una;
}

/* The end for which the reset was meant. */
static void take_receiver(struct arrival *a, struct tt_aftermath *after)
{
    if (segment_has(a->segment, TT_RST)) {
        if (!after->reset_back.frame)
            after->reset_back = a->mark;
        return;
    }
    if (!after->challenge.frame && !after->answered.frame && repeats_itself(a, after))
        after->challenge = a->mark;
    if (!after->answered.frame)
        after->answered = a->mark;
}

void track_take_aftermath(struct arrival *a)
{
    struct tt_aftermath *own = &a->conn->resets->after[a->step.from], *other = &a->conn->resets->after[!a->step.from];

    if (a->stray)
        return;
    if (own->reset.frame && !segment_has(a->segment, TT_RST))
        take_sender(a, own);
    if (other->reset.frame)
        take_receiver(a, other);
}
