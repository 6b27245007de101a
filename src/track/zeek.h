/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * zeek.h - what a connection looks like to Zeek, which its conn.log is written from: docs/zeek.md has the rules.
 *
 * Apart from everything else in the tracker, because Zeek's rules are its own: it believes every reset, takes every sender's
 * numbers as they come, and begins another connection at any SYN that it does not expect.  What this arrives at goes into struct
 * tt_zeek and is read by nothing that judges.  zeek.c has the order of a packet and where a row ends; zeek_state.c who is in which
 * state; zeek_stream.c what was delivered and when an end counts as closed; zeek_history.c the letters;
 * zeek_tunnel.c which tunnels the packets came through.
 */
#ifndef TCPTALE_ZEEK_H
#define TCPTALE_ZEEK_H

#include "track/intervals.h"
#include <tcptale/track.h>

/* Of an end, beside struct tt_zeek_end.  Positions are those of its `start`. */
struct zeek_end {
    struct intervals ahead;          /* payload beyond the first hole */
    uint64_t delivered;              /* the first number that has not come; 1 at the beginning */
    uint64_t fin;                    /* behind its last FIN; 0: none */
    uint32_t syn_at, rst_at;         /* the low halves of the positions of its last SYN and reset */
    uint32_t bad, again, shut, gaps; /* how often: wrong checksum, payload again, window of 0, a hole that was acknowledged */
    bool closed;                     /* counts as closed: FIN or reset, and everything before it was delivered */
    bool drained;                    /* after a FIN or reset nothing was waiting any more */
    bool skips;                      /* its payload is no longer put together: too much is waiting */
};

struct zeek {
    struct zeek_end end[2]; /* by enum tt_end */
    tt_ns forget_at;        /* when the closed connection is forgotten; 0: not closed */
    uint32_t letters[2];    /* that were written: the originator's, the responder's */
    uint32_t tunnel;        /* that its last packet came through; 0: none */
    uint8_t tunnel_changes;
    bool begun;
    bool over;  /* a row ended and nobody asked for the next one, or for any */
    bool calm;  /* both ends are established and nothing is missing */
    bool waits; /* an end that has closed is not yet taken for closed */
};

/* Beside a connection's record, where rows are wanted. */
struct zeek_row {
    struct tt_zeek view;
    struct zeek more;
};

/* A segment, as far as it matters here. */
struct zeek_packet {
    tt_ns time;
    tt_seq seq, ack;
    uint32_t length; /* of payload */
    uint32_t ip_length;
    uint16_t flags, window;
    uint16_t src_port, dst_port;
    bool whole; /* its payload was captured whole */
};

static inline bool zeek_has(const struct zeek_packet *packet, unsigned flags)
{
    return (packet->flags & flags) == flags;
}

/* A packet on its way through these files. */
struct zeek_arrival {
    struct tt_zeek *view;
    struct zeek *zeek;
    const struct zeek_packet *packet;
    enum tt_end from;
    struct tt_zeek_end *tx, *rx;
    struct zeek_end *tx_more, *rx_more;
    int64_t position; /* of its number */
    struct intervals_pool *pool;
};

static inline bool zeek_is_originator(const struct zeek_arrival *a, enum tt_end end)
{
    return a->view->originator == (uint8_t)end;
}

/* Numbers that it used, as sent or as acknowledged, without those of its SYN and FIN. */
static inline uint64_t zeek_sent(const struct tt_zeek_end *end)
{
    uint64_t numbers = end->last > end->acked ? end->last : end->acked;
    uint64_t control = end->fin ? 2 : 1;

    return numbers > control ? numbers - control : 0;
}

/* How long a closed connection is remembered: Zeek's tcp_close_delay. */
#define ZEEK_CLOSE_DELAY (5 * TT_NS_PER_S)

/* zeek_state.c: true when an end has closed with this packet. */
bool zeek_take_state(struct zeek_arrival *a, bool from_originator);

/* zeek_stream.c */
/* What is below `acked` and did not come is missing. */
void zeek_take_ack(struct zeek_arrival *a, uint64_t acked);
void zeek_take_payload(struct zeek_arrival *a);
void zeek_check_drained(struct zeek_arrival *a, enum tt_end end);
void zeek_close(struct zeek_arrival *a, enum tt_end end);

/* zeek_tunnel.c */
/* A number for the tunnels that a packet came through; 0: none. */
uint32_t zeek_tunnel_of(const struct tt_segment *segment);
/* Another packet of the row; only needed when it or the one before came through a tunnel. */
void zeek_take_tunnel(struct zeek_row *row, const struct tt_segment *segment);

/* zeek_history.c */
void zeek_put(struct tt_zeek *view, char letter);
void zeek_put_flags(struct zeek_arrival *a);
/* Counts, and puts the letter at the first, the tenth, the hundredth time. */
void zeek_put_by_tens(struct tt_zeek *view, enum tt_end end, char letter, uint32_t *count);
/* A letter of those that zeek_put_flags() puts once was put; a SYN-ACK counts as a SYN. */
static inline uint32_t zeek_letter_bit(char letter)
{
    return UINT32_C(1) << ((letter == 'h' ? 's' : letter) - 'a');
}
static inline bool zeek_was_put(const struct zeek *zeek, bool responders, char letter)
{
    return zeek->letters[responders] & zeek_letter_bit(letter);
}

/* zeek.c: of connections that have a row */
struct tracked;
struct arrival;
struct syn;
/* The row that is under way ends before this packet. */
bool zeek_ends_before(const struct tracked *tracked, const struct tt_segment *segment);
void zeek_take(struct arrival *a); /* unless the row is over */
/* A connection begins with a SYN that was kept. */
void zeek_begin_with_syn(struct tracked *tracked, const struct syn *syn, struct intervals_pool *pool);
/* A row goes on as that of another connection, whose client is this one's server when it is turned. */
void zeek_take_out(struct tracked *from, struct zeek_row *ret);
void zeek_put_in(struct tracked *to, const struct zeek_row *row, bool turned);
void zeek_swap(struct tracked *tracked);
/* The row is over; another packet begins the next one. */
void zeek_done(struct tracked *tracked, struct intervals_pool *pool);

#endif
