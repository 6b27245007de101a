/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcptale/cut.h - how one connection is cut on the wire, and how it is shown that it is dead.
 *
 * No I/O and no clock: what is seen of the connection goes in, with the time, and what is to be sent comes out.  The ladder of a
 * cut, of which the steps that are not needed are left out:
 *
 *   learn   a bare ACK just below what an end expects next (a keep-alive probe: RFC 9293 section 3.8.4) makes a live end answer
 *           with an ACK that bears its exact SND.NXT and RCV.NXT, which are all the numbers that both ends' resets need;
 *   reset   one exact reset to each end (RFC 5961 section 3.2: only SEG.SEQ == RCV.NXT is obeyed), again with newer numbers while
 *           the connection moves on;
 *   prove   the same bare ACK, after the reset: a live end answers with an ACK, a dead one's host with a reset whose number is the
 *           ACK's acknowledgement (RFC 9293 section 3.10.7.1), a firewall not at all.
 *
 * Both questions acknowledge exactly what their end has sent, as soon as that is known: ends in SYN-SENT and SYN-RECEIVED answer
 * every other acknowledgement with a reset while they live.
 *
 * Never a SYN: to an end in SYN-SENT it would begin a simultaneous open.  One probe to an end in 500 ms, and one proof: Linux
 * answers no more (tcp_invalid_ratelimit).  A proof need not wait for the probe before it when a reset stands between them: of a
 * dead end the answer has no such limit, and a live one says nothing wrong.
 */
#ifndef TCPTALE_CUT_H
#define TCPTALE_CUT_H

#include <tcptale/wire.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* What became of an end. */
#define TT_FATES(X)                                                                                                                \
    X(TT_FATE_UNKNOWN, "unknown") /* nothing answers: a firewall, or a host that is gone; or what answers does not settle it */    \
    X(TT_FATE_ALIVE, "alive")                                                                                                      \
    X(TT_FATE_DEAD, "dead") /* its host answered a probe or a proof with a reset */

enum tt_fate {
#define TT_FATE_ENUM(name, word) name,
    TT_FATES(TT_FATE_ENUM) TT_FATE_COUNT
#undef TT_FATE_ENUM
};

enum tt_cut_kind { TT_CUT_PROBE, TT_CUT_RESET, TT_CUT_PROOF };

/* Zero: the default of each. */
struct tt_cut_options {
    bool only_seen;      /* no probes: only what traffic shows (the mode of tcpkill); without traffic the cut is never done */
    bool spare[2];       /* the end is not to be reset: its socket was destroyed, or it is not to be told */
    bool second_reset;   /* another at the number that the end last acknowledged: FreeBSD and macOS compare with that */
    bool opened;         /* both ends are known to have been past their handshake: a reset in answer to any ACK shows death */
    tt_ns probe_pause;   /* between two probes, or two proofs, to one end; default 500 ms */
    tt_ns patience;      /* without an answer, until the fate is unknown; default 2 s */
    uint32_t resets_max; /* to one end; default 20 */
    uint32_t seed;       /* for numbers that nobody shall foresee: another one for each cut */
};

/* How a number came to be known. */
enum tt_cut_known {
    TT_CUT_NOT,
    TT_CUT_TOLD, /* by tt_cut_know(): good for a probe, not for a reset */
    TT_CUT_SEEN  /* on the wire */
};

/* What an end was asked: a probe or a proof. */
struct tt_cut_ask {
    tt_seq seq, ack;
    bool sure; /* it acknowledged exactly what the end has sent, as seen on the wire */
};

/* One end, as far as it is known. */
struct tt_cut_end {
    struct tt_endpoint endpoint;
    tt_seq snd_nxt, rcv_nxt;      /* rcv_nxt: the newest of what it acknowledged and what was sent to it */
    tt_seq acked;                 /* the newest that it acknowledged itself, with `opened` */
    uint8_t snd_known, rcv_known; /* enum tt_cut_known */
    bool is_opening;              /* only its SYN was seen: SYN-SENT; a reset must acknowledge it */
    bool opened;                  /* it sent an ACK without SYN: neither in SYN-SENT nor in SYN-RECEIVED */
    bool uses_timestamps;         /* it sent some: tsval and tsecr hold */
    bool is_signed;               /* TCP-MD5 or AO: it ignores everything forged, and is not reset */
    uint32_t tsval, tsecr;        /* its newest */
    enum tt_fate fate;
    tt_ns fate_at;

    uint32_t probes, resets, proofs;    /* that were sent to it */
    tt_seq reset_seq;                   /* the number of the last reset to it */
    tt_ns reset_at, asked_at, moved_at; /* of the last reset, probe or proof to it; of its last segment that no ask had drawn */
    tt_ns waits_since;                  /* the first ask that nothing has answered; 0: none */
    struct tt_cut_ask ask[2];           /* the last two, newest first */
    uint8_t tries;                      /* asks since it last answered */
    bool ask_open;                      /* the last ask is unanswered */
    bool ask_was_probe, reset_since_ask;
    bool reset_again; /* it lives on after a reset: the same number once more */
    bool second_due;  /* the second reset */
    bool refused;     /* a reset bore its address: it may be dead, and is asked before it is reset once more */
    bool refused_ask; /* a reset answered an ask that an opening end would have reset as well */
    bool syn_seen;    /* a SYN with another number than its own: the ports may be used anew */
    tt_seq syn;
};

struct tt_cut {
    struct tt_cut_options options;
    struct tt_cut_end end[2];
    tt_ns begun_at, seen_at; /* seen_at: when anything of it was last seen */
    uint16_t mark;           /* the window of all our segments, by which they are known when they are captured */
    uint32_t noise;
    uint32_t base; /* of the numbers of asks while none are known */
    bool reopened; /* the same ports have begun another connection: nothing more is sent, which would cut that */
    bool done;     /* nothing more will be sent, and the fates stand */
};

/* What is to be sent: with tt_encode(), which wants `segment`, `option` and no payload. */
struct tt_cut_segment {
    enum tt_cut_kind kind;
    unsigned to;               /* the end that it is for; it bears the other's address */
    struct tt_segment segment; /* addresses, ports, numbers, flags, window, ttl */
    uint8_t option[12];        /* NOP NOP timestamps, where the end wants them */
    uint8_t option_octets;
};

/*
 * ends[0] and [1] in any order; from then on they are called by their index, and [0] is probed first.  `now` and all times after it
 * are above 0 and do not go back.
 */
void tt_cut_init(struct tt_cut *cut, const struct tt_endpoint ends[2], const struct tt_cut_options *options, tt_ns now);
/* Numbers from elsewhere (a list, the kernel), taken as no more than a beginning: a probe that is far off is answered as well. */
void tt_cut_know(struct tt_cut *cut, unsigned end, tt_seq snd_nxt, tt_seq rcv_nxt);
/*
 * A segment that was captured; ours among them are known and left alone.  True when it was of this connection.  On busy connections
 * hand over all that there are before asking for what is to be sent: only a reset after the newest one is right.
 */
bool tt_cut_see(struct tt_cut *cut, const struct tt_segment *segment, tt_ns now);
/* The next segment that is due; false: none before tt_cut_deadline(), which is INT64_MAX when there will be none. */
bool tt_cut_next(struct tt_cut *cut, tt_ns now, struct tt_cut_segment *ret);
tt_ns tt_cut_deadline(const struct tt_cut *cut);

/* ---- the link's own shape ---------------------------------------------------------------------------------------------------- */

#define TT_SHAPE_OCTETS_MAX 64

/*
 * What stands before IP on the frames of a connection, to be put before a packet of ours: Ethernet with its VLAN tags and PPPoE, or
 * nothing on tun and raw links.  Learnt from a frame that travels the same way, or turned around from one that came back.
 */
struct tt_shape {
    uint32_t link; /* enum tt_link that frames are to be sent on: cooked captures (SLL) give what the device itself has */
    uint8_t octets[TT_SHAPE_OCTETS_MAX];
    uint8_t length;
    uint8_t pppoe_length_at; /* where PPPoE's length is to be set; 0: nowhere */
    uint8_t ppp_octets;      /* what stands between PPPoE's header and IP, which its length counts too */
    bool wants_source;       /* the hardware address at octets + 6 is to be the device's own: a cooked capture does not know it */
};

/* 0, or TT_ERR_FORMAT when nothing can be sent in that shape (a tunnel, a link that is not known, labels turned around). */
int tt_shape_learn(const struct tt_segment *segment, bool turned, struct tt_shape *ret);
/* The whole frame: the shape and the packet behind it; its length, or TT_ERR_LIMIT. */
int tt_shape_put(const struct tt_shape *shape, const uint8_t *packet, size_t packet_octets, uint8_t *frame, size_t frame_octets);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
