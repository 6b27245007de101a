/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * history.c - the order in which things first happened, in the letters of Zeek's conn.log: capitals are the client's.
 *
 * s SYN, h SYN-ACK, a pure ACK, d payload, f FIN, r RST, i FIN with RST, q SYN with FIN or RST, g a gap in what this end sent: once
 * each; c bad checksum, t payload again, w window of 0: the first, the tenth, the hundredth; ^ in front: the first packet was the
 * server's.
 */
#include "track/tracked.h"

static void put(struct arrival *a, char letter)
{
    char *history = a->conn->history;
    size_t n = strlen(history);

    if (n + 1 < sizeof a->conn->history)
        history[n] = letter;
}

static char of(enum tt_end end, char letter)
{
    return end == TT_CLIENT ? (char)(letter - 'a' + 'A') : letter;
}

static void once(struct arrival *a, enum tt_end end, char letter)
{
    uint32_t *seen = &a->tracked->stream[end].letters;
    uint32_t bit = UINT32_C(1) << (letter - 'a');

    if (*seen & bit)
        return;
    *seen |= bit;
    put(a, of(end, letter));
}

static void by_tens(struct arrival *a, char letter, uint32_t before, uint32_t now)
{
    uint32_t rest = now;

    if (now == before)
        return;
    while (rest % 10 == 0)
        rest /= 10;
    if (rest == 1)
        put(a, of(a->step.from, letter));
}

static void put_flags(struct arrival *a)
{
    const struct tt_segment *s = a->segment;
    enum tt_end from = a->step.from;

    if (segment_has(s, TT_SYN) && s->flags & (TT_FIN | TT_RST))
        once(a, from, 'q');
    else if (segment_has(s, TT_SYN))
        once(a, from, segment_has(s, TT_ACK) ? 'h' : 's');
    else if (segment_has(s, TT_FIN | TT_RST))
        once(a, from, 'i');
    else if (segment_has(s, TT_RST))
        once(a, from, 'r');
    else if (segment_has(s, TT_ACK) && !segment_has(s, TT_FIN) && !s->payload_length)
        once(a, from, 'a');
}

void track_begin_history(struct tracked *tracked)
{
    tracked->conn.history[0] = 'S';
    tracked->stream[TT_CLIENT].letters = UINT32_C(1) << ('s' - 'a');
}

void track_swap_history(struct tt_conn *conn)
{
    for (char *letter = conn->history; *letter; letter++)
        if (*letter != '^')
            *letter ^= 'a' ^ 'A';
}

/* Nearly every segment: an ACK or payload like those before it. */
static bool is_told(const struct arrival *a, const struct counts *before)
{
    uint32_t letter = UINT32_C(1) << ((a->segment->payload_length ? 'd' : 'a') - 'a');
    bool plain = (a->segment->flags & (TT_SYN | TT_FIN | TT_RST | TT_ACK)) == TT_ACK;

    return plain && a->tx_stream->letters & letter && !(a->step.notes & (TT_STEP_RETRANSMISSION | TT_STEP_ZERO_WINDOW)) &&
           !a->bad_checksum && a->rx->gap_bytes == before->gap_bytes;
}

void track_begin_plain_history(struct arrival *a)
{
    once(a, a->step.from, a->segment->payload_length ? 'd' : 'a');
}

void track_take_history(struct arrival *a, const struct counts *before)
{
    enum tt_end from = a->step.from;

    if (is_told(a, before))
        return;
    if (a->step.notes & TT_STEP_FIRST_OF_CONNECTION && from == TT_SERVER)
        put(a, '^');
    by_tens(a, 'c', before->bad_checksums, a->tx->bad_checksums);
    put_flags(a);
    if (a->rx->packets && a->rx->gap_bytes > before->gap_bytes)
        once(a, (enum tt_end) !from, 'g');
    if (a->step.new_octets)
        once(a, from, 'd');
    if (a->step.notes & TT_STEP_RETRANSMISSION)
        by_tens(a, 't', before->retransmitted_packets, a->tx->retransmitted_packets);
    by_tens(a, 'w', before->zero_windows, a->tx->zero_windows);
    if (segment_has(a->segment, TT_FIN) && !(a->segment->flags & (TT_SYN | TT_RST)))
        once(a, from, 'f');
}
