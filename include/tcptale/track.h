/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcptale/track.h - connections seen from outside: facts of each, never judgements.
 *
 * A tracker is fed segments and ICMP errors in the order of the capture and hands on each connection when it is finished, with the
 * memory going back at once.  What it learns of a connection is struct tt_conn, plain data to read.
 */
#ifndef TCPTALE_TRACK_H
#define TCPTALE_TRACK_H

#include <tcptale/resets.h>
#include <tcptale/words.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* ---- what is known of a connection ----------------------------------------------------------------------------------------- */

/*
 * One end as a sender.  Positions are 64-bit counts of sequence numbers from its ISN: the SYN is position 0, its first octet 1.
 * Without a SYN the first number seen, or acknowledged, is taken for position 1.  Counts of 32 bits stay at their highest value.
 */
struct tt_side {
    /* positions */
    uint64_t snd_nxt; /* one behind the highest that it sent */
    uint64_t snd_una; /* the highest that the other end acknowledged */
    uint64_t fin;     /* of its FIN; 0: none */
    uint32_t rcv_wnd; /* octets: the window that it last offered, scaled when the scale is known */
    tt_seq isn;       /* the number at position 0 */
    bool isn_known;   /* a SYN was seen, or its acknowledgement in a SYN-ACK */

    /* what it is like */
    bool look_known;
    uint8_t look_varies;              /* enum tt_look_part: in what later packets differed from `look` */
    uint16_t flags_seen;              /* all flags that it ever sent, or-ed */
    uint16_t uses;                    /* enum tt_has of the options on its segments without SYN, or-ed */
    struct tt_look look;              /* of its first packet but resets, when look_known */
    uint16_t first_ip_id, last_ip_id; /* the first that is not 0, and the highest since: 0 when there is none */

    /* what its SYN offered */
    uint16_t offers; /* enum tt_has of the SYN's options; 0 without a SYN */
    uint16_t mss;
    uint16_t syn_window; /* raw */
    uint16_t syn_flags;
    uint8_t wscale; /* as offered */

    /* counts */
    uint8_t unanswered;        /* retransmissions (SYNs and FINs too) since the other end was last heard of; at most 255 */
    uint8_t backoffs;          /* how often, in these, a pause was at least half as long again as the one before */
    uint8_t probes_unanswered; /* keep-alives since the other end was last heard of; at most 255 */
    uint16_t resets;           /* that bear its address; at most 65535 */
    uint32_t packets;          /* frames, duplicates of the capture left out */
    uint32_t data_packets;     /* of these, with payload */
    uint32_t retransmitted_packets;
    uint32_t out_of_order;
    uint32_t duplicate_acks;
    uint32_t zero_windows;  /* packets that offer a window of 0 */
    uint32_t keepalives;    /* keep-alive probes: RFC 9293 section 3.8.4 */
    uint32_t window_probes; /* RFC 9293 section 3.8.6.1 */
    uint32_t duplicates;    /* copies that the capture made, counted nowhere else */
    uint32_t bad_checksums; /* resets are verified, and with `verify` of struct tt_track_options everything */
    uint64_t bytes;         /* payload, each octet once; what was acknowledged unseen is in gap_bytes */
    uint64_t ip_bytes;      /* whole IP packets, duplicates of the capture left out */
    uint64_t retransmitted_bytes;
    uint64_t gap_bytes; /* acknowledged by the other end but never captured */

    /* what its program wrote last: a message ends with PSH, or when the other end speaks */
    uint64_t message;             /* position of its first octet; 0: none */
    struct tt_mark message_first; /* its first packet */
    uint32_t messages;            /* how many since the other end's program wrote */

    /* round trips: from its segment to the other end's acknowledgement, as seen where the capture stood */
    uint64_t rtt_sum_us;
    uint32_t rtt_samples;
    uint32_t rtt_min_us, rtt_max_us;

    /* moments */
    tt_seq rst_seq;           /* of its first reset, when there was one */
    struct tt_mark syn;       /* the first */
    struct tt_mark first_fin; /* the first packet with its FIN */
    struct tt_mark fin_acked; /* the other end's first packet that acknowledges it */
    struct tt_mark unasked;   /* its last TT_STEP_UNASKED_ACK */
    struct tt_mark last;      /* the last packet of any kind but resets and copies */
    uint16_t last_flags;      /* of that one */
    uint16_t in_a_row;        /* packets but resets since the other end had acknowledged them all; at most 65535 */
    uint32_t last_octets;     /* of payload */
};

/* An ICMP error that quotes a segment of the connection: the first. */
struct tt_rejection {
    struct tt_mark mark;
    struct tt_addr from;
    uint8_t type, code;
    uint8_t ip_version;
    uint8_t quoted_end; /* enum tt_end: whose segment it quotes */
    bool answers_syn;
};

/*
 * The row that Zeek would write of a connection, or is about to: docs/zeek.md has the rules, which are Zeek's own.  Positions count
 * from the end's `start`: its SYN, or the number before the first that was seen.
 */
enum tt_zeek_state {
    TT_ZEEK_INACTIVE, /* nothing seen of this end */
    TT_ZEEK_SYN_SENT,
    TT_ZEEK_SYN_ACK_SENT,
    TT_ZEEK_PARTIAL, /* seen, but no SYN */
    TT_ZEEK_ESTABLISHED,
    TT_ZEEK_CLOSED,
    TT_ZEEK_RESET
};

struct tt_zeek_end {
    uint64_t last;  /* one behind the highest number that it sent */
    uint64_t acked; /* the highest that the other end acknowledged */
    uint64_t ip_bytes;
    uint32_t packets;
    tt_seq start;
    uint8_t state, before; /* enum tt_zeek_state: now, and before that */
    bool fin;              /* it sent one */
};

struct tt_zeek {
    struct tt_zeek_end end[2]; /* by enum tt_end */
    tt_ns first, last;
    uint64_t missed_bytes;
    uint8_t originator; /* enum tt_end */
    char history[31];   /* in letters, the originator's in capitals; ends in a NUL */
};

struct tt_conn {
    uint64_t id; /* from 1, in the order of first packets */
    struct tt_endpoint client, server;
    enum tt_roles roles;
    tt_ns first, last; /* of its packets */
    uint64_t first_frame, last_frame;
    struct tt_side side[2]; /* by enum tt_end */
    void *user;             /* the caller's; NULL at the beginning */

    /* the opening */
    struct tt_mark syn_ack;    /* the first */
    struct tt_mark opened;     /* the client's first ACK of it */
    uint32_t syn_retries;      /* SYNs sent again, by either end */
    uint32_t fast_open_octets; /* data in the client's SYN */
    bool fast_open_accepted;   /* and the SYN-ACK acknowledged it */
    bool simultaneous;         /* both ends sent a SYN without ACK */
    bool scale_known;          /* both SYNs were seen, or the one that says that there is none */

    bool sums_left;     /* the first packet's checksum was left to the card: this link carries such packets */
    bool routed_copies; /* the capture has packets both before and behind a router */

    /* the ending */
    uint8_t first_closer;       /* enum tt_end: who sent the first FIN, when one did */
    bool second_fin_acks_first; /* the acknowledgement number of the second FIN covers the first */
    bool reset;                 /* a reset that its receiver would obey ended it (RFC 9293 section 3.10.7, RFC 5961) */
    uint8_t resetter;           /* enum tt_end: in whose name */
    struct tt_mark reset_mark;  /* that one */
    struct tt_rejection rejection;
    struct tt_resets *resets; /* view, until `finished` returns; NULL: there was none */

    /* View, of the last row; the first when nobody asked for `logged` of struct tt_track_events; NULL with without_zeek. */
    struct tt_zeek *zeek;
};

/* Payload of an end by its numbers, as Zeek counts it. */
uint64_t tt_zeek_bytes(const struct tt_zeek *row, enum tt_end end);
/*
 * A copy that outlives the connection, owned: tt_conn_drop() with the same allocator gives back what belongs to it.  0 or
 * TT_ERR_NOMEM.
 */
int tt_conn_keep(const struct tt_conn *conn, const struct tt_alloc *alloc, struct tt_conn *ret);
void tt_conn_drop(struct tt_conn *conn, const struct tt_alloc *alloc);

/* The opening and, at the end of the capture or after it was finished, what the flags alone say. */
enum tt_opening tt_conn_opening(const struct tt_conn *conn);
/* What is in force (RFC 7323 section 2.2, RFC 2018 section 2, RFC 3168 section 6.1.1): only when both offered, or seen in use. */
bool tt_conn_timestamps(const struct tt_conn *conn);
bool tt_conn_sack(const struct tt_conn *conn);
bool tt_conn_wscale(const struct tt_conn *conn);
bool tt_conn_ecn(const struct tt_conn *conn);
bool tt_conn_mptcp(const struct tt_conn *conn);

/* ---- what the tracker says of one segment ---------------------------------------------------------------------------------- */

#define TT_STEPS(X)                                                                                                                \
    X(TT_STEP_NEW_DATA, 0, "new-data")                                                                                             \
    X(TT_STEP_RETRANSMISSION, 1, "retransmission")                                                                                 \
    X(TT_STEP_OUT_OF_ORDER, 2, "out-of-order") /* fills a hole and came late, by its TSval, IP ID or time */                       \
    X(TT_STEP_AFTER_GAP, 3, "after-gap")       /* begins beyond the highest seen: something is missing */                          \
    X(TT_STEP_DUPLICATE_ACK, 4, "duplicate-ack")                                                                                   \
    X(TT_STEP_ZERO_WINDOW, 5, "zero-window")                                                                                       \
    X(TT_STEP_WINDOW_UPDATE, 6, "window-update")                                                                                   \
    X(TT_STEP_KEEPALIVE, 7, "keep-alive")                                                                                          \
    X(TT_STEP_KEEPALIVE_ACK, 8, "keep-alive-ack")                                                                                  \
    X(TT_STEP_WINDOW_PROBE, 9, "window-probe")                                                                                     \
    X(TT_STEP_DUPLICATE, 10, "duplicate") /* a copy that the capture made */                                                       \
    X(TT_STEP_SYN_AGAIN, 11, "syn-again")                                                                                          \
    X(TT_STEP_FIN_AGAIN, 12, "fin-again")                                                                                          \
    X(TT_STEP_ACKED_UNSEEN, 13, "acked-unseen")   /* acknowledges what the capture does not have */                                \
    X(TT_STEP_OUT_OF_WINDOW, 14, "out-of-window") /* its receiver throws it away */                                                \
    X(TT_STEP_RESET_OBEYED, 15, "reset-obeyed")   /* a reset that ends the connection */                                           \
    X(TT_STEP_RESET_IGNORED, 16, "reset-ignored") /* a reset that its receiver does not obey */                                    \
    X(TT_STEP_OLD_DUPLICATE, 17, "old-duplicate") /* PAWS: RFC 7323 section 5 */                                                   \
    X(TT_STEP_FIRST_OF_CONNECTION, 18, "first")                                                                                    \
    X(TT_STEP_STRAY_SYN, 19, "stray-syn")     /* another ISN in a live connection: a challenge ACK or a new connection follows */  \
    X(TT_STEP_UNASKED_ACK, 20, "unasked-ack") /* repeats what was said, and nothing asked for it: a challenge ACK, or its like */  \
    X(TT_STEP_DENIES_NEED, 21, "denies-need") /* shows that a retransmission was not needed: `denied` says which */

enum tt_step_note {
#define TT_STEP_ENUM(name, bit, word) name = 1 << (bit),
    TT_STEPS(TT_STEP_ENUM)
#undef TT_STEP_ENUM
};

/* What is known of a segment that was sent again or came late, for the notes that say so (of a FIN with payload, the payload's). */
struct tt_again {
    uint8_t loss;           /* enum tt_loss */
    uint8_t need;           /* enum tt_need */
    uint8_t place;          /* enum tt_place */
    uint8_t duplicate_acks; /* that had asked for it; at most 255 */
    uint32_t wait_us;       /* since its sender last sent or heard anything; of what came late, since it was missing */
};

struct tt_step {
    enum tt_end from;
    uint32_t notes;      /* enum tt_step_note */
    uint64_t position;   /* of its first sequence number */
    uint64_t ack;        /* the position in the other end's numbers that it acknowledges; 0 without ACK */
    uint32_t new_octets; /* payload never seen before */
    uint64_t window;     /* scaled; UINT64_MAX when the scale is not known */
    int64_t rtt_us;      /* the round trip that it completes for the other end's data; -1: none */
    struct tt_again again;
    uint64_t denied; /* with TT_STEP_DENIES_NEED: the packet of the other end that was not needed; again.need says what shows it */
};

/* ---- the tracker ----------------------------------------------------------------------------------------------------------- */

struct tt_tracker;

/* What the tracker calls.  NULL: not wanted.  conn is borrowed. */
struct tt_track_events {
    void (*begun)(void *ctx, struct tt_conn *conn);
    /* For every segment of a connection, after it was taken in, copies too. */
    void (*segment)(void *ctx, struct tt_conn *conn, const struct tt_segment *segment, const struct tt_step *step);
    void (*rejected)(void *ctx, struct tt_conn *conn, const struct tt_segment *segment, const struct tt_icmp *icmp);
    /* Zeek would write a row, conn->zeek: one or more of a connection, the last just before it is finished. */
    void (*logged)(void *ctx, struct tt_conn *conn);
    /* The last word: its memory goes back when this returns. */
    void (*finished)(void *ctx, struct tt_conn *conn);
    void *ctx;
};

/* Zero: the default of each. */
struct tt_track_options {
    uint64_t hash_key[2];     /* random, so that nobody can choose colliding addresses */
    uint32_t connections_max; /* at once; default TT_TRACK_CONNECTIONS_MAX */
    uint32_t ranges_max;      /* in all; default TT_TRACK_RANGES_MAX */
    tt_ns linger;             /* how long a finished connection waits for stragglers; default TT_TRACK_LINGER */
    uint32_t lingering_max;   /* how many wait at most; default TT_TRACK_LINGERING_MAX */
    bool verify;              /* every checksum, which reads every octet */
    bool zeek_checksums;      /* what has a wrong one does not count in conn->zeek; includes `verify` */
    bool without_zeek;        /* conn->zeek is NULL: for who writes neither records nor conn.log, and in less time */
};

#define TT_TRACK_CONNECTIONS_MAX 4000000 /* some 4 GB: what a capture host has */
#define TT_TRACK_RANGES_MAX 1000000
#define TT_TRACK_RANGES_PER_SIDE 64 /* holes at once in one direction: beyond it the lowest counts as lost in the capture */
#define TT_TRACK_LINGER (15 * TT_NS_PER_S)
#define TT_TRACK_LINGERING_MAX 8192 /* 9 MB, which caches hold: at 5000 connections a second more than a second for stragglers */

/* What a tracker has met; `limited` counts are to be said to the user when not 0. */
struct tt_track_facts {
    uint64_t connections, segments, duplicates, not_tcp, icmp_errors, icmp_unmatched, fragments;
    uint64_t limited_connections; /* handed on early because connections_max was reached */
    uint64_t limited_ranges;
    uint32_t at_once; /* the most connections at one time, without those that are over and wait for stragglers */
};

/* Freed with tt_tracker_free(). */
int tt_tracker_new(const struct tt_track_options *options, const struct tt_track_events *events, const struct tt_alloc *alloc,
                   struct tt_tracker **ret);
/* Takes in a decoded frame of any kind.  0, or TT_ERR_NOMEM with the tracker still usable and the segment left out. */
int tt_tracker_feed(struct tt_tracker *tracker, const struct tt_segment *segment);
/* Time has passed without a packet, up to `now`: hands on what has lingered long enough.  For live work. */
void tt_tracker_pass(struct tt_tracker *tracker, tt_ns now);
/* The capture has ended: hands on every connection that is left, in the order of ids. */
int tt_tracker_finish(struct tt_tracker *tracker);
void tt_tracker_facts(const struct tt_tracker *tracker, struct tt_track_facts *ret);
void tt_tracker_free(struct tt_tracker *tracker);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
