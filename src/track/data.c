/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * data.c - payload and FIN: each octet once, what is missing, what came again and what came late.
 *
 * Of a sender's numbers everything below `contiguous` was seen or given up; what was given up is in `gaps` for as long as it may
 * still come (captures from several queues are a little out of order); what was seen beyond the first hole is in `ahead`.
 * Invariant: bytes + gap_bytes + the FIN's number + the holes below snd_nxt == snd_nxt - 1.
 */
#include "track/tracked.h"

/* ---- which numbers are new ------------------------------------------------------------------------------------------------- */

static void absorb(struct arrival *a, struct stream *stream)
{
    while (stream->ahead.first && stream->ahead.first->from <= stream->contiguous) {
        if (stream->ahead.first->to > stream->contiguous)
            stream->contiguous = stream->ahead.first->to;
        intervals_drop_first(&stream->ahead, a->pool);
    }
}

/* The gap may be forgotten when memory is short: then what comes late looks like a retransmission. */
void track_miss(struct arrival *a, struct tt_side *side, struct stream *stream, uint64_t from, uint64_t to)
{
    bool full = false;

    side->gap_bytes += to - from;
    intervals_add(&stream->gaps, a->pool, from, to, a->mark.time, &full);
    if (!full)
        return;
    ++*a->limited_ranges;
    if (!stream->gaps.first)
        return;
    intervals_drop_first(&stream->gaps, a->pool);
    full = false;
    intervals_add(&stream->gaps, a->pool, from, to, a->mark.time, &full);
}

void track_give_up(struct arrival *a, struct tt_side *side, struct stream *stream, uint64_t upto)
{
    while (stream->contiguous < upto) {
        uint64_t from = stream->contiguous;
        uint64_t to = stream->ahead.first && stream->ahead.first->from < upto ? stream->ahead.first->from : upto;

        stream->contiguous = to;
        absorb(a, stream);
        track_miss(a, side, stream, from, to);
    }
}

/* Beyond a hole.  When there is no room for another interval the lowest hole counts as lost in the capture. */
static uint64_t cover_ahead(struct arrival *a, uint64_t from, uint64_t to)
{
    struct stream *tx = a->tx_stream;
    bool full = false;
    uint64_t new = intervals_add(&tx->ahead, a->pool, from, to, a->mark.time, &full);

    if (!full)
        return new;
    ++*a->limited_ranges;
    uint64_t unseen = to - from - intervals_overlap(&tx->ahead, from, to);
    track_give_up(a, a->tx, tx, from);
    tx->contiguous = to > tx->contiguous ? to : tx->contiguous;
    absorb(a, tx);
    return unseen;
}

static uint64_t cover_next(struct arrival *a, uint64_t from, uint64_t to)
{
    struct stream *tx = a->tx_stream;
    uint64_t new = to - from;

    if (tx->ahead.first)
        new -= intervals_overlap(&tx->ahead, from, to);
    tx->contiguous = to;
    absorb(a, tx);
    return new;
}

/* Takes in the numbers [from, to); returns how many are new. */
static uint64_t cover(struct arrival *a, uint64_t from, uint64_t to)
{
    struct stream *tx = a->tx_stream;
    uint64_t new = 0;

    if (from < tx->contiguous) {
        uint64_t end = to < tx->contiguous ? to : tx->contiguous;

        if (tx->gaps.first && from < end) {
            new = intervals_remove(&tx->gaps, a->pool, from, end);
            a->tx->gap_bytes -= new;
        }
        from = tx->contiguous;
    }
    if (from >= to)
        return new;
    return new + (from == tx->contiguous ? cover_next(a, from, to) : cover_ahead(a, from, to));
}

/* ---- old duplicates ---------------------------------------------------------------------------------------------------------- */

/* RFC 7323 section 5: a timestamp that went back is an old duplicate's. */
static bool is_old_duplicate(const struct arrival *a)
{
    const struct stream *tx = a->tx_stream;

    return a->options.present & TT_HAS_TIMESTAMPS && tx->tsval_known && (int32_t)(a->options.tsval - tx->tsval) < 0;
}

/* ---- probes ---------------------------------------------------------------------------------------------------------------- */

/* A keep-alive comes after a silence; an ACK that the capture reordered does not. */
#define KEEPALIVE_SILENCE (200 * TT_NS_PER_MS)

static bool is_plain(const struct arrival *a)
{
    return !(a->segment->flags & (TT_SYN | TT_FIN | TT_RST));
}

/* Nothing or one old octet just below what comes next (RFC 9293 section 3.8.4). */
static bool asks_for_ack(const struct arrival *a)
{
    const struct tt_side *tx = a->tx;

    return is_plain(a) && a->segment->payload_length <= 1 && a->position + 1 == (int64_t)tx->snd_nxt && !tx->fin &&
           (a->segment->payload_length == 0 || tx->snd_una == tx->snd_nxt);
}

static bool window_is_shut(const struct arrival *a)
{
    return a->rx->packets && a->rx->rcv_wnd == 0 && a->rx->zero_windows;
}

/*
 * Into a window of 0: the next octet, again and again, or as Linux does it nothing at the number before (RFC 9293 section 3.8.6.1).
 */
static bool is_window_probe(const struct arrival *a)
{
    const struct tt_side *tx = a->tx;
    bool next = a->position == (int64_t)tx->snd_nxt || (a->position == (int64_t)tx->snd_una && tx->snd_una + 1 == tx->snd_nxt);

    return window_is_shut(a) && (asks_for_ack(a) || (is_plain(a) && a->segment->payload_length == 1 && next));
}

/* The last octet of what was sent as more: nobody sends that again alone. */
static bool is_octet_of_more(const struct arrival *a)
{
    const struct tt_side *tx = a->tx;

    return a->segment->payload_length == 1 && (tx->message ? tx->message : 1) + 1 < tx->snd_nxt && tx->last_octets == 0;
}

bool track_is_keepalive(const struct arrival *a)
{
    bool comes_of_silence = a->mark.time - a->tx->last.time >= KEEPALIVE_SILENCE || is_octet_of_more(a);

    return asks_for_ack(a) && !window_is_shut(a) && comes_of_silence;
}

/* ---- the segment ----------------------------------------------------------------------------------------------------------- */

static void take_again(struct arrival *a, uint64_t from, uint64_t to, uint64_t new)
{
    note(a, TT_STEP_RETRANSMISSION);
    count(&a->tx->retransmitted_packets);
    a->tx->retransmitted_bytes += a->segment->payload_length;
    track_weigh_again(a, from, to, new);
    a->tx_stream->timing = false; /* RFC 6298 section 3 */
}

/* Payload that begins below the highest number seen. */
static void take_below(struct arrival *a, uint64_t from, uint64_t to, uint64_t new, struct missing missing)
{
    enum tt_loss late = new == a->segment->payload_length ? track_why_late(a, missing) : TT_LOSS_NONE;

    if (late) {
        track_note_late(a, late, missing);
    } else if (new == 0 && is_old_duplicate(a)) {
        note(a, TT_STEP_OLD_DUPLICATE);
    } else if (new || !(a->step.notes & TT_STEP_WINDOW_PROBE)) {
        take_again(a, from, to, new);
    }
}

static void take_above(struct arrival *a, uint64_t from, uint64_t to)
{
    if (from > a->tx->snd_nxt)
        note(a, TT_STEP_AFTER_GAP);
    track_time(a->tx_stream, to, a->mark.time);
}

static void take_payload(struct arrival *a, uint64_t from, uint64_t to)
{
    uint64_t highest = a->tx->snd_nxt;
    struct missing missing = from < highest ? track_missing(a, from) : (struct missing){0};
    uint64_t new = cover(a, from, to);

    count(&a->tx->data_packets);
    a->tx->bytes += new;
    a->step.new_octets = (uint32_t) new;
    if (new) {
        note(a, TT_STEP_NEW_DATA);
        track_take_message(a);
    }
    if (from >= highest)
        take_above(a, from, to);
    else
        take_below(a, from, to, new, missing);
    if (to > highest)
        a->tx->snd_nxt = to;
}

void track_record_fin(struct arrival *a, uint64_t fin)
{
    a->tx->fin = fin;
    a->tx->first_fin = a->mark;
    if (!a->rx->fin)
        a->conn->first_closer = (uint8_t)a->step.from;
    else
        a->conn->second_fin_acks_first = segment_has(a->segment, TT_ACK) && a->ack > (int64_t)a->rx->fin;
}

static void take_first_fin(struct arrival *a, uint64_t fin)
{
    struct missing missing = track_missing(a, fin);
    bool fills = fin < a->tx->snd_nxt;

    if (!cover(a, fin, fin + 1))
        return;
    if (fills && a->segment->payload_length == 0) {
        enum tt_loss late = track_why_late(a, missing);
        if (late)
            track_note_late(a, late, missing);
    }
    track_record_fin(a, fin);
    if (fin + 1 > a->tx->snd_nxt)
        a->tx->snd_nxt = fin + 1;
    track_time(a->tx_stream, fin + 1, a->mark.time);
}

static void take_fin(struct arrival *a, uint64_t fin)
{
    if (!a->tx->fin) {
        take_first_fin(a, fin);
    } else if (fin == a->tx->fin) {
        note(a, TT_STEP_FIN_AGAIN);
        if (a->segment->payload_length == 0) {
            count(&a->tx->retransmitted_packets);
            track_weigh_again(a, fin, fin + 1, 0);
        }
        a->tx_stream->timing = false;
    } else {
        note(a, TT_STEP_OUT_OF_WINDOW);
    }
}

static bool take_probe(struct arrival *a)
{
    if (a->keepalive) {
        note(a, TT_STEP_KEEPALIVE);
        count(&a->tx->keepalives);
        a->tx->probes_unanswered = (uint8_t)(a->tx->probes_unanswered + (a->tx->probes_unanswered != UINT8_MAX));
        return true;
    }
    if (is_window_probe(a)) {
        note(a, TT_STEP_WINDOW_PROBE);
        count(&a->tx->window_probes);
    }
    return false;
}

void track_take_data(struct arrival *a)
{
    int64_t from = a->position + (segment_has(a->segment, TT_SYN) ? 1 : 0);
    int64_t to = from + a->segment->payload_length;

    if (take_probe(a) || to < 0)
        return;
    if (to > from)
        take_payload(a, from < 0 ? 0 : (uint64_t)from, (uint64_t)to);
    if (segment_has(a->segment, TT_FIN))
        take_fin(a, (uint64_t)to);
}
