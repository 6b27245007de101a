/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcptale/cut.h - how one connection is cut on the wire, and how it is shown that it is dead.
 *
 * No I/O and no clock: what is seen of the connection goes in, with the time, and what is to be sent comes out.  The ladder of a
 * cut, of which the steps that are not needed are left out:
 *
 *   learn   a bare ACK just below what an end expects next (a keep-alive probe: RFC 9293 section 3.8.4) makes a live end answer with
 *           an ACK that bears its exact SND.NXT and RCV.NXT, which are all the numbers that both ends' resets need;
 *   reset   one exact reset to each end (RFC 5961 section 3.2: only SEG.SEQ == RCV.NXT is obeyed), again with newer numbers while
 *           the connection moves on;
 *   prove   a bare ACK far from the window: a live end answers with an ACK, a dead one's host with a reset, a firewall not at all.
 *
 * Never a SYN: to an end in SYN-SENT it would begin a simultaneous open.  One probe to an end in 500 ms: Linux answers no more
 * (tcp_invalid_ratelimit).
 */
#ifndef TCPTALE_CUT_H
#define TCPTALE_CUT_H

#include <tcptale/resets.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* What became of an end. */
#define TT_FATES(X)                                                                                                                \
    X(TT_FATE_UNKNOWN, "unknown") /* nothing answers: a firewall, or a host that is gone */                                        \
    X(TT_FATE_ALIVE, "alive")                                                                                                      \
    X(TT_FATE_DEAD, "dead") /* its host answered a proof with a reset */

enum tt_fate {
#define TT_FATE_ENUM(name, word) name,
    TT_FATES(TT_FATE_ENUM) TT_FATE_COUNT
#undef TT_FATE_ENUM
};

enum tt_cut_kind { TT_CUT_PROBE, TT_CUT_RESET, TT_CUT_PROOF };

/* Zero: the default of each. */
struct tt_cut_options {
    bool only_seen;      /* no probes: only what traffic shows (the mode of tcpkill) */
    bool spare[2];       /* the end is not to be reset: its socket was destroyed, or it is not to be told */
    bool second_reset;   /* another at the number that the end last acknowledged: FreeBSD and macOS compare with that */
    tt_ns probe_pause;   /* between two probes or proofs to one end; default 500 ms */
    tt_ns patience;      /* without an answer, until the fate is unknown; default 2 s */
    uint32_t resets_max; /* to one end; default 20 */
    uint32_t random;     /* for the numbers of proofs: another one each time, so that nobody can foresee them */
};

/* One end, as far as it is known. */
struct tt_cut_end {
    struct tt_endpoint endpoint;
    tt_seq snd_nxt, rcv_nxt; /* with the flags below */
    bool snd_nxt_known, rcv_nxt_known;
    bool rcv_nxt_exact;      /* it said so itself, in an ACK; else it follows from what the other sent */
    bool is_opening;         /* only its SYN was seen: SYN-SENT; a reset must acknowledge it */
    bool uses_timestamps;
    bool is_signed;          /* TCP-MD5 or AO: it ignores everything forged */
    uint32_t tsval, tsecr;   /* its newest */
    tt_ns probed_at;         /* the last probe or proof to it; 0: none */
    uint32_t probes, resets, proofs; /* that were sent to it */
    tt_seq reset_seq;        /* the number of the last reset to it */
    enum tt_fate fate;
    tt_ns fate_at;
};

struct tt_cut {
    struct tt_cut_options options;
    struct tt_cut_end end[2];
    tt_ns begun_at, seen_at; /* seen_at: when anything of it was last seen */
    bool done;
};

/* What is to be sent: with tt_encode(), which wants `segment`, `option` and no payload. */
struct tt_cut_segment {
    enum tt_cut_kind kind;
    unsigned to;               /* the end that it is for; it bears the other's address */
    struct tt_segment segment; /* addresses, ports, numbers, flags, window, ttl */
    uint8_t option[12];        /* NOP NOP timestamps, where the end wants them */
    uint8_t option_octets;
};

/* ends[0] and [1] in any order; from then on they are called by their index. */
void tt_cut_init(struct tt_cut *cut, const struct tt_endpoint ends[2], const struct tt_cut_options *options, tt_ns now);
/* Numbers from elsewhere (a list, the kernel), taken as no more than a beginning: a probe that is far off is answered as well. */
void tt_cut_know(struct tt_cut *cut, unsigned end, tt_seq snd_nxt, tt_seq rcv_nxt);
/* A segment of the connection, not one of ours.  True when it was of this connection. */
bool tt_cut_see(struct tt_cut *cut, const struct tt_segment *segment, tt_ns now);
/* The next segment that is due; false: none before tt_cut_deadline(), which is INT64_MAX when there will be none. */
bool tt_cut_next(struct tt_cut *cut, tt_ns now, struct tt_cut_segment *ret);
tt_ns tt_cut_deadline(const struct tt_cut *cut);

/* ---- the link's own shape ----------------------------------------------------------------------------------------------------- */

#define TT_SHAPE_OCTETS_MAX 64

/*
 * What stands before IP on the frames of a connection, to be put before a packet of ours: Ethernet with its VLAN tags and PPPoE, or
 * nothing on tun and raw links.  Learnt from a frame that travels the same way, or turned around from one that came back.
 */
struct tt_shape {
    uint32_t link; /* enum tt_link that frames are to be sent on: cooked captures (SLL) give what the device itself has */
    uint8_t octets[TT_SHAPE_OCTETS_MAX];
    uint8_t length;
    uint8_t pppoe_at; /* where the PPPoE header begins, whose length is to be set; 0: none */
};

/* 0, or TT_ERR_FORMAT when nothing can be sent in that shape (a tunnel, a link that is not known). */
int tt_shape_learn(const struct tt_segment *segment, bool turned, struct tt_shape *ret);
/* The whole frame: the shape and the packet behind it; its length, or TT_ERR_LIMIT. */
int tt_shape_put(const struct tt_shape *shape, const uint8_t *packet, size_t packet_octets, uint8_t *frame, size_t frame_octets);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
