/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * zeek_history.c - the letters of conn.log's history: what happened in which order, the originator's in capitals.
 *
 * s SYN, h SYN-ACK, f FIN, r RST: the first, and each with another number than the one before; a pure ACK, d payload, i FIN with
 * RST, q SYN with FIN or RST: the first; c wrong checksum, g gap, t payload again, w window of 0: the first, the tenth, the
 * hundredth; ^ the roles were turned.  A segment with SYN, FIN or RST is never a "d" or an "a".
 */
#include <string.h>

#include "track/zeek.h"

static char of(const struct tt_zeek *view, enum tt_end end, char letter)
{
    return view->originator == (uint8_t)end ? (char)(letter - 'a' + 'A') : letter;
}

void zeek_put(struct tt_zeek *view, char letter)
{
    size_t n = strlen(view->history);

    if (n + 1 < sizeof view->history) {
        view->history[n] = letter;
        view->history[n + 1] = '\0';
    }
}

/* False when it was there already. */
static bool once(struct zeek_arrival *a, char letter)
{
    bool responders = !zeek_is_originator(a, a->from);

    if (zeek_was_put(a->zeek, responders, letter))
        return false;
    a->zeek->letters[responders] |= zeek_letter_bit(letter);
    zeek_put(a->view, of(a->view, a->from, letter));
    return true;
}

/* A SYN, FIN or RST is told again when it bears another number than the one before. */
static void each_number(struct zeek_arrival *a, char letter, uint32_t number, uint32_t before)
{
    if (!once(a, letter) && number != before)
        zeek_put(a->view, of(a->view, a->from, letter));
}

/*
 * A row that began with a SYN-ACK takes its sender for the originator, as it may be a scan; payload or an ACK behind it shows that
 * only the SYN is missing.
 */
static void turn_after_syn_ack(struct zeek_arrival *a)
{
    if (strcmp(a->view->history, "H") != 0)
        return;
    a->view->originator ^= 1;
    memcpy(a->view->history, "^h", sizeof "^h");
}

static void put_plain(struct zeek_arrival *a)
{
    bool pure = !a->packet->length;

    if (pure && !zeek_has(a->packet, TT_ACK))
        return;
    turn_after_syn_ack(a);
    once(a, pure ? 'a' : 'd');
}

static void put_control(struct zeek_arrival *a)
{
    uint32_t number = (uint32_t)a->position, fin = number + a->packet->length + 1;

    if (zeek_has(a->packet, TT_SYN)) {
        each_number(a, zeek_has(a->packet, TT_ACK) ? 'h' : 's', number, a->tx_more->syn_at);
        a->tx_more->syn_at = number;
    } else if (zeek_has(a->packet, TT_FIN)) {
        each_number(a, 'f', fin, (uint32_t)a->tx_more->fin);
    } else {
        each_number(a, 'r', number, a->tx_more->rst_at);
        a->tx_more->rst_at = number;
    }
}

void zeek_put_flags(struct zeek_arrival *a)
{
    switch (a->packet->flags & (TT_SYN | TT_FIN | TT_RST)) {
    case 0:
        put_plain(a);
        break;
    case TT_SYN:
    case TT_FIN:
    case TT_RST:
        put_control(a);
        break;
    case TT_FIN | TT_RST:
    case TT_SYN | TT_FIN | TT_RST:
        once(a, 'i');
        break;
    default:
        once(a, 'q');
        break;
    }
}

void zeek_put_by_tens(struct tt_zeek *view, enum tt_end end, char letter, uint32_t *count)
{
    uint32_t rest = *count + 1;

    if (rest == 0)
        return;
    *count = rest;
    while (rest % 10 == 0)
        rest /= 10;
    if (rest == 1)
        zeek_put(view, of(view, end, letter));
}
