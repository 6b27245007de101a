/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * zeek_stream.c - the payload of an end, put together as Zeek does it: what is missing when it is acknowledged, and when an end
 * that has closed counts as closed.
 *
 * Only holes between two ends that are established, or were until their FIN, are counted: others are where the capture began, or a
 * reset's numbers.
 */
#include "track/zeek.h"

/* As long as nothing was acknowledged: more than this is not waited for, and not kept. */
#define UNACKED_MAX 16384
/* More is never kept. */
#define KEPT_MAX 10485760

static bool is_clean(const struct tt_zeek_end *end)
{
    return end->state == TT_ZEEK_ESTABLISHED || (end->state == TT_ZEEK_CLOSED && end->before == TT_ZEEK_ESTABLISHED);
}

static bool nothing_acked(const struct tt_zeek_end *end)
{
    return end->acked <= 1;
}

static void absorb(struct zeek_arrival *a, struct zeek_end *more)
{
    while (more->ahead.first && more->ahead.first->from <= more->delivered) {
        if (more->ahead.first->to > more->delivered)
            more->delivered = more->ahead.first->to;
        intervals_drop_first(&more->ahead, a->pool);
    }
}

static void miss(struct zeek_arrival *a, uint64_t octets)
{
    enum tt_end end = (enum tt_end) !a->from;

    if (a->rx_more->skips || !is_clean(a->tx) || !is_clean(a->rx))
        return;
    a->view->missed_bytes += octets;
    zeek_put_by_tens(a->view, end, 'g', &a->rx_more->gaps);
}

void zeek_take_ack(struct zeek_arrival *a, uint64_t acked)
{
    struct zeek_end *more = a->rx_more;

    if (more->fin && acked >= more->fin)
        acked = more->fin - 1;
    while (more->delivered < acked) {
        uint64_t to = more->ahead.first && more->ahead.first->from < acked ? more->ahead.first->from : acked;

        miss(a, to - more->delivered);
        more->delivered = to;
        absorb(a, more);
    }
}

static void skip(struct zeek_arrival *a, struct zeek_end *more)
{
    intervals_clear(&more->ahead, a->pool);
    more->skips = true;
}

static uint64_t highest(const struct intervals *set)
{
    const struct interval *interval = set->first;

    while (interval && interval->next)
        interval = interval->next;
    return interval ? interval->to : 0;
}

static bool is_too_much(const struct zeek_arrival *a)
{
    const struct zeek_end *more = a->tx_more;

    if (nothing_acked(a->tx))
        return highest(&more->ahead) > more->delivered + UNACKED_MAX;
    uint64_t unacked = more->delivered > a->tx->acked ? more->delivered - a->tx->acked : 0;
    return unacked + intervals_overlap(&more->ahead, 0, UINT64_MAX) > KEPT_MAX;
}

/* [from, to) came; what was acknowledged before it came is not waited for any more. */
static void deliver(struct zeek_arrival *a, uint64_t from, uint64_t to)
{
    struct zeek_end *more = a->tx_more;
    bool full = false;

    if (to <= more->delivered)
        return;
    if (from > more->delivered) {
        intervals_add(&more->ahead, a->pool, from, to, a->packet->time, &full);
    } else {
        more->delivered = to;
        absorb(a, more);
    }
    if (full || is_too_much(a))
        skip(a, more);
}

void zeek_take_payload(struct zeek_arrival *a)
{
    int64_t from = a->position + (zeek_has(a->packet, TT_SYN) ? 1 : 0);
    uint64_t to = (uint64_t)(from + a->packet->length);

    if (!a->packet->length || !a->packet->whole || zeek_has(a->packet, TT_RST) || a->position < 0 || a->tx_more->skips)
        return;
    if (to > a->tx->acked)
        deliver(a, (uint64_t)from > a->tx->acked ? (uint64_t)from : a->tx->acked, to);
}

/* ---- closing --------------------------------------------------------------------------------------------------------------- */

/* It was delivered, but nobody has acknowledged it; or it waits for what is missing. */
static bool keeps(const struct tt_zeek_end *end, const struct zeek_end *more)
{
    bool given_up = nothing_acked(end) && zeek_sent(end) > UNACKED_MAX;

    return more->ahead.first ||
           (!more->skips && !given_up && end->state != TT_ZEEK_INACTIVE && more->delivered > end->acked && more->delivered > 1);
}

static bool is_pending(const struct zeek_arrival *a, enum tt_end end)
{
    const struct tt_zeek_end *it = &a->view->end[end], *other = &a->view->end[!end];
    const struct zeek_end *more = &a->zeek->end[end];

    if (more->skips || it->last < more->delivered)
        return false;
    if (it->last - more->delivered > 1)
        return true;
    return it->state != TT_ZEEK_RESET && keeps(other, &a->zeek->end[!end]);
}

void zeek_close(struct zeek_arrival *a, enum tt_end end)
{
    const struct tt_zeek_end *it = &a->view->end[end], *other = &a->view->end[!end];
    struct zeek *zeek = a->zeek;

    zeek->waits = is_pending(a, end);
    if (zeek->waits || zeek->end[end].closed)
        return;
    zeek->end[end].closed = true;
    if (it->state == TT_ZEEK_RESET || zeek->end[!end].closed || other->state == TT_ZEEK_INACTIVE)
        zeek->forget_at = a->view->last + ZEEK_CLOSE_DELAY;
}

void zeek_check_drained(struct zeek_arrival *a, enum tt_end end)
{
    const struct tt_zeek_end *it = &a->view->end[end];
    struct zeek_end *more = &a->zeek->end[end];
    bool ends = more->fin || it->state == TT_ZEEK_CLOSED || it->state == TT_ZEEK_RESET;

    if (more->drained || !ends || is_pending(a, end))
        return;
    more->drained = true;
    if (a->zeek->waits) {
        zeek_close(a, end);
        a->zeek->waits = false;
    }
}
