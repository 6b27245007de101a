/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcptale/resets.h - the resets of a connection: what each looked like, what it came upon, and what its ends did afterwards.
 *
 * A reset bears an address, and anybody can write that; so what else stands on the packet, and how both ends behave, is what there
 * is to tell a real one from a forged one.  Facts only: tcptale/judge.h weighs them.
 */
#ifndef TCPTALE_RESETS_H
#define TCPTALE_RESETS_H

#include <tcptale/wire.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* A packet of the capture; frame 0: there was none. */
struct tt_mark {
    uint64_t frame; /* its number */
    tt_ns time;
};

/* The two ends.  Everything of an end is about what *it* sent. */
enum tt_end { TT_CLIENT, TT_SERVER };

/* What the sender's host, and the way that it came, have left on a packet. */
struct tt_look {
    uint8_t link_source[8]; /* hardware address, zero when the link has none */
    uint8_t link_source_octets;
    uint8_t ttl;   /* or hop limit */
    uint16_t vlan; /* number of the outer tag; 0: none */
    uint32_t interface;
    uint16_t ip_id; /* IPv4 */
    bool dont_fragment : 1;
    bool labelled : 1; /* IPv6: its flow label is not 0 */
    uint8_t direction; /* enum tt_direction */
};

/* In what two looks differ, or-ed. */
enum tt_look_part {
    TT_LOOK_TTL = 1 << 0,
    TT_LOOK_SOURCE = 1 << 1,
    TT_LOOK_VLAN = 1 << 2,
    TT_LOOK_INTERFACE = 1 << 3,
    TT_LOOK_DONT_FRAGMENT = 1 << 4
};

unsigned tt_look_differs(const struct tt_look *a, const struct tt_look *b);

/*
 * How many routers a packet with this TTL has passed, if its sender began with 64, 128 or 255 as hosts do; -1: it is not likely to
 * have begun with any.  0 is sure: nothing counts up.
 */
int tt_hops(uint8_t ttl);
/* No link holds both addresses: /8 is the widest network ever given out, and /48 goes to whole sites (RFC 6177). */
bool tt_are_apart(const struct tt_addr *a, const struct tt_addr *b, unsigned ip_version);

/* Whether a receiver that follows RFC 9293 section 3.10.7 and RFC 5961 section 3.2 would end the connection. */
enum tt_belief {
    TT_BELIEF_EXACT,     /* yes: its number is the one that it expects */
    TT_BELIEF_IN_WINDOW, /* no, it sends a challenge ACK; older ones do */
    TT_BELIEF_NONE,      /* no */
    TT_BELIEF_LATE       /* there was nothing left to end */
};

struct tt_reset {
    struct tt_mark mark;
    struct tt_look look;
    tt_seq seq, ack; /* as they stand */
    uint32_t tsval, tsecr;
    uint32_t payload_length;
    uint16_t flags, window, options; /* enum tt_flag; raw; enum tt_has */
    uint8_t end;                     /* enum tt_end: whose address it bears */
    uint8_t belief;                  /* enum tt_belief */
    bool bad_checksum;
    bool sum_left; /* its checksum is left to the card */
    bool placed;   /* positions of its supposed sender were known: `position` holds */

    /* positions in the sender's, and with ACK in the receiver's numbers; below 0: before the ISN */
    int64_t position, acks;

    /* the connection when it came; "sender" is the end whose address it bears */
    uint64_t snd_nxt, snd_una;                   /* of the sender, as in struct tt_side */
    uint64_t receiver_snd_nxt, receiver_snd_una; /* of the receiver */
    struct tt_mark sent_last;                    /* the sender's last packet but resets */
    struct tt_mark trigger;                      /* the receiver's last packet: what it answers, if anything */
    uint16_t trigger_flags;
    uint32_t trigger_octets; /* payload */
    uint32_t triggers;       /* how many the receiver had sent since all was acknowledged: no TCP answers with more resets */
    struct tt_mark
        heard; /* the first packet of the receiver's last message, as in struct tt_side; frame 0: it had written nothing */
    struct tt_mark said; /* the same of the sender */
    uint64_t heard_from; /* position of that message */
    uint32_t heard_messages;
    uint8_t unanswered, backoffs, probes_unanswered; /* of the sender, as in struct tt_side */
    int64_t edge; /* by how many octets the right edge of the sender's window moves with it; with edge_known */
    bool edge_known;
    uint16_t receiver_window;              /* raw, as last offered */
    uint32_t sender_tsval;                 /* the highest; with tsval_known */
    uint32_t receiver_tsval;               /* with receiver_tsval_known */
    uint16_t sender_ip_id, receiver_ip_id; /* the highest; 0: none but 0 */
    bool tsval_known, receiver_tsval_known;
};

/* What happened after the first reset in an end's name that its receiver may have obeyed. */
struct tt_aftermath {
    struct tt_mark reset;      /* that one */
    uint64_t snd_una;          /* what of the end's the receiver had acknowledged then, as in struct tt_side */
    struct tt_mark goes_on;    /* the end itself goes on: its first packet that a host which sent that reset cannot send */
    struct tt_mark syn_ack;    /* its SYN-ACK for the SYN that the reset refused */
    struct tt_mark answered;   /* the receiver's first packet but resets */
    struct tt_mark challenge;  /* the receiver's bare ACK that repeats what it had said: RFC 5961 section 3.2 */
    struct tt_mark reset_back; /* the receiver's first reset */
    uint8_t followed;          /* the end's packets but resets, up to 255 */
};

#define TT_RESETS_KEPT 8

struct tt_resets {
    uint32_t count;                        /* all, copies left out; the first TT_RESETS_KEPT are here */
    struct tt_reset reset[TT_RESETS_KEPT]; /* tt_resets_kept() of them */
    struct tt_aftermath after[2];          /* by whose address the reset bears */
    struct tt_look server_host;            /* of the server's SYN-ACKs in other connections, when server_host_known */
    bool server_host_known;
    bool far_seems_near; /* SYN-ACKs of servers that cannot be on the link came as if they were: TTLs show no distance here */
};

/* How many are here; none of NULL. */
static inline unsigned tt_resets_kept(const struct tt_resets *resets)
{
    uint32_t count = resets ? resets->count : 0;

    return count < TT_RESETS_KEPT ? count : TT_RESETS_KEPT;
}

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
