/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * zeek_state.c - the states of both ends as conn_state is made of them: what its flags make of the sender, and sometimes of the
 * other end.
 *
 * Numbers are never compared here: any RST resets, any FIN closes.
 */
#include "track/zeek.h"

static void enter(struct tt_zeek_end *end, enum tt_zeek_state state)
{
    if (end->state == (uint8_t)state)
        return;
    end->before = end->state;
    end->state = (uint8_t)state;
}

static void ask(struct zeek_arrival *a)
{
    enter(a->tx, zeek_has(a->packet, TT_ACK) ? TT_ZEEK_SYN_ACK_SENT : TT_ZEEK_SYN_SENT);
}

/* The responder's first SYN, with ACK or (in a simultaneous open, or when the capture has them the wrong way round) without. */
static void answer(struct zeek_arrival *a)
{
    if (!zeek_has(a->packet, TT_ACK) && a->rx->state == TT_ZEEK_SYN_ACK_SENT) {
        a->view->originator ^= 1;
        zeek_put(a->view, '^');
        enter(a->rx, TT_ZEEK_ESTABLISHED);
    }
    if (a->rx->state == TT_ZEEK_SYN_SENT)
        enter(a->rx, TT_ZEEK_ESTABLISHED);
    enter(a->tx, TT_ZEEK_ESTABLISHED);
}

/* The first packet of an end without SYN, FIN and RST. */
static void join(struct zeek_arrival *a, bool from_originator)
{
    /* Some hosts acknowledge a SYN before they answer it. */
    if (!from_originator && !a->packet->length && a->rx->state == TT_ZEEK_SYN_SENT)
        return;
    bool established = zeek_has(a->packet, TT_ACK) && a->rx->state == TT_ZEEK_ESTABLISHED;
    enter(a->tx, established ? TT_ZEEK_ESTABLISHED : TT_ZEEK_PARTIAL);
}

static bool take_first(struct zeek_arrival *a, bool from_originator)
{
    bool fin = zeek_has(a->packet, TT_FIN), reset = zeek_has(a->packet, TT_RST);

    if (zeek_has(a->packet, TT_SYN)) {
        if (from_originator)
            ask(a);
        else
            answer(a);
    }
    if (fin)
        enter(a->tx, TT_ZEEK_CLOSED);
    if (reset)
        enter(a->tx, TT_ZEEK_RESET);
    if (a->tx->state == TT_ZEEK_INACTIVE)
        join(a, from_originator);
    return fin || reset;
}

static bool take_asked(struct zeek_arrival *a)
{
    bool fin = zeek_has(a->packet, TT_FIN), reset = zeek_has(a->packet, TT_RST);

    if (fin)
        enter(a->tx, TT_ZEEK_CLOSED);
    if (reset)
        enter(a->tx, TT_ZEEK_RESET);
    return fin || reset;
}

static bool take_established(struct zeek_arrival *a)
{
    bool fin = zeek_has(a->packet, TT_FIN), reset = zeek_has(a->packet, TT_RST);

    if (zeek_has(a->packet, TT_SYN) && !zeek_has(a->packet, TT_ACK) && a->tx->state == TT_ZEEK_PARTIAL &&
        a->rx->state == TT_ZEEK_INACTIVE)
        enter(a->tx, TT_ZEEK_SYN_SENT);
    if (fin && !reset) {
        enter(a->tx, TT_ZEEK_CLOSED);
        /* It had closed before it sent its reset: that was a good end. */
        if (a->rx->state == TT_ZEEK_RESET && a->rx->before == TT_ZEEK_CLOSED)
            enter(a->rx, TT_ZEEK_CLOSED);
    }
    if (reset)
        enter(a->tx, TT_ZEEK_RESET);
    return fin || reset;
}

/* A reset after both have closed changes nothing. */
static bool take_closed(struct zeek_arrival *a)
{
    if (!zeek_has(a->packet, TT_RST) || a->rx->state == TT_ZEEK_CLOSED)
        return false;
    enter(a->tx, TT_ZEEK_RESET);
    return !a->tx_more->closed;
}

bool zeek_take_state(struct zeek_arrival *a, bool from_originator)
{
    switch ((enum tt_zeek_state)a->tx->state) {
    case TT_ZEEK_INACTIVE:
        return take_first(a, from_originator);
    case TT_ZEEK_SYN_SENT:
    case TT_ZEEK_SYN_ACK_SENT:
        return take_asked(a);
    case TT_ZEEK_PARTIAL:
    case TT_ZEEK_ESTABLISHED:
        return take_established(a);
    case TT_ZEEK_CLOSED:
        return take_closed(a);
    case TT_ZEEK_RESET:
        return false;
    }
    return false;
}
