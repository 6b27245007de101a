/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcptale/sides.h - two captures of the same connections: which is which, and what one side saw and the other did not.
 *
 * One capture is HERE, the one that is told; the other is THERE.  First each connection finds its partner (struct tt_partners):
 * addresses need not agree, since devices translate them.  Then the packets of two partners are kept (struct tt_trace) and compared
 * (tt_compare()), which gives findings, never judgements.  Of the clocks nothing is presumed, but that they run.
 */
#ifndef TCPTALE_SIDES_H
#define TCPTALE_SIDES_H

#include <tcptale/track.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum tt_capture_side { TT_HERE, TT_THERE };

/* ---- which connection of the other capture is this one? --------------------------------------------------------------------- */

/* How a connection and its partner know each other. */
#define TT_PARTNERSHIPS(X)                                                                                                         \
    X(TT_PARTNER_NONE, "none")             /* the other capture has nothing like it */                                             \
    X(TT_PARTNER_SAME, "same")             /* the same addresses and ports, and numbers that agree */                              \
    X(TT_PARTNER_TRANSLATED, "translated") /* other addresses or ports, and numbers or packets that agree */                       \
    X(TT_PARTNER_DOUBTFUL, "doubtful")     /* the same addresses and ports, but other numbers: tt_compare() decides */             \
    X(TT_PARTNER_AMBIGUOUS, "ambiguous")   /* several are as much like it */

enum tt_partnership {
#define TT_PARTNER_ENUM(name, word) name,
    TT_PARTNERSHIPS(TT_PARTNER_ENUM) TT_PARTNERSHIP_COUNT
#undef TT_PARTNER_ENUM
};

struct tt_partners;

/* What is remembered of a connection to know it again is some 200 octets; beyond so many of a capture, connections have none. */
#define TT_PARTNERS_MAX 1000000

/* hash_key: random, so that nobody can choose connections that collide.  Freed with tt_partners_free(). */
int tt_partners_new(const uint64_t hash_key[2], const struct tt_alloc *alloc, struct tt_partners **ret);
/* The events of each capture's tracker, handed on; 0 or TT_ERR_NOMEM, and that connection finds no partner. */
int tt_partners_segment(struct tt_partners *partners, enum tt_capture_side side, const struct tt_conn *conn,
                        const struct tt_segment *segment, const struct tt_step *step);
int tt_partners_finished(struct tt_partners *partners, enum tt_capture_side side, const struct tt_conn *conn);
/* Both captures have been read: each connection finds its partner, and no two the same. */
int tt_partners_settle(struct tt_partners *partners);

/* The partner of a connection: how they know each other, and its number; 0 when there is none. */
enum tt_partnership tt_partner(const struct tt_partners *partners, enum tt_capture_side side, uint64_t id, uint64_t *ret_id);
/* The connections there to the same server and port as this one HERE. */
struct tt_neighbours {
    uint64_t known;     /* that have partners here */
    uint64_t strangers; /* that have none */
};

struct tt_neighbours tt_partner_neighbours(const struct tt_partners *partners, uint64_t id);
void tt_partners_free(struct tt_partners *partners);

/* ---- the packets of a connection in one capture ----------------------------------------------------------------------------- */

struct tt_trace;

/* 64 MB a side; who compares more has a file of gigabytes, and its first million packets show what there is to see. */
#define TT_TRACE_PACKETS_MAX 1000000

/* Keeps the first packets_max packets (0: TT_TRACE_PACKETS_MAX).  Freed with tt_trace_free(). */
int tt_trace_new(uint32_t packets_max, const struct tt_alloc *alloc, struct tt_trace **ret);
/* 0, or TT_ERR_NOMEM with this packet and all that follow left out. */
int tt_trace_segment(struct tt_trace *trace, const struct tt_segment *segment, const struct tt_step *step);
void tt_trace_free(struct tt_trace *trace);

/* ---- what the two captures say ---------------------------------------------------------------------------------------------- */

/*
 * What is found; `end` says whose packets it is about.  A packet's sender's side is the capture that is nearer to its sender.
 * Behind each kind stands what count, of, octets, from and to of struct tt_finding hold.
 */
/* clang-format off */
#define TT_FINDINGS(X)                                                                                                             \
    /* the relation of the two */                                                                                                  \
    X(TT_FOUND_ABSENT, "absent")                         /* not in the other capture; of, count: neighbours known, strangers */    \
    X(TT_FOUND_AMBIGUOUS, "ambiguous")                   /* several there are as much like it */                                   \
    X(TT_FOUND_ANOTHER, "another-connection")            /* same addresses and ports, none of the packets: a proxy between */      \
    X(TT_FOUND_NOT_KEPT, "not-kept")                     /* too many packets to compare */                                         \
    X(TT_FOUND_MATCHED, "matched")                       /* count: packets in both; from, to: packets here, there */               \
    X(TT_FOUND_SAME_PLACE, "same-place")                 /* nothing shows which capture is nearer to whom */                       \
    X(TT_FOUND_STREAM_DIFFERS, "stream-differs")         /* count, of: data segments only here, only there: rewritten */           \
    X(TT_FOUND_TRUNCATED, "truncated")                   /* only the first packets were kept */                                    \
    /* resets that bear the end's address: count */                                                                                \
    X(TT_FOUND_RESET_NOT_SENT, "reset-not-sent")         /* arrived, and its sender's side does not have it */                     \
    X(TT_FOUND_RESET_MAYBE_NOT_SENT, "reset-maybe-not-sent") /* the same, but that side missed packets, or (from: ns) was over */  \
    X(TT_FOUND_RESET_NOT_ARRIVED, "reset-not-arrived")   /* sent, and the other side does not have it */                           \
    X(TT_FOUND_RESET_MAYBE_NOT_ARRIVED, "reset-maybe-not-arrived") /* the same, but that side was over: from, ns */                \
    X(TT_FOUND_RESET_ARRIVED, "reset-arrived")           /* in both captures */                                                    \
    /* what went missing on the way: count packets, octets of data */                                                              \
    X(TT_FOUND_LOST, "lost")                             /* of the `of` sent; to: octets that never arrived */                     \
    X(TT_FOUND_NONE_LOST, "none-lost")                                                                                             \
    X(TT_FOUND_NEVER_ARRIVED, "never-arrived")           /* octets that no retransmission made up for */                           \
    X(TT_FOUND_CAPTURE_MISSED, "capture-missed")         /* acknowledged: the capture of the receiver's side missed them */        \
    X(TT_FOUND_NOT_SENT, "not-sent")                     /* only the receiver's side has them */                                   \
    X(TT_FOUND_OUTSIDE, "outside")                       /* before the other capture's first packet, or after its last */          \
    X(TT_FOUND_DUPLICATED, "duplicated")                 /* arrived twice, sent once */                                            \
    X(TT_FOUND_REORDERED, "reordered")                   /* overtaken on the way */                                                \
    X(TT_FOUND_CUT_ANEW, "cut-anew")                     /* came in segments of other sizes */                                     \
    /* what was changed on the way: count of the `of` packets that are in both */                                                  \
    X(TT_FOUND_ADDRESS, "address-translated")            /* of the end: endpoint[TT_HERE], endpoint[TT_THERE] */                   \
    X(TT_FOUND_SEQ_SHIFTED, "sequence-shifted")          /* from: added to each sequence number */                                 \
    X(TT_FOUND_SACK_UNSHIFTED, "sack-not-shifted")       /* SACK blocks were not shifted with the numbers */                       \
    X(TT_FOUND_MSS, "mss-changed")                       /* from, to; of the SYN */                                                \
    X(TT_FOUND_WSCALE, "window-scale-changed")           /* from, to; of the SYN */                                                \
    X(TT_FOUND_OPTIONS_REMOVED, "options-removed")       /* from: enum tt_has */                                                   \
    X(TT_FOUND_OPTIONS_ADDED, "options-added")           /* from: enum tt_has */                                                   \
    X(TT_FOUND_TIMESTAMPS, "timestamps-changed")                                                                                   \
    X(TT_FOUND_WINDOW, "window-changed")                 /* from, to: the first one's, raw */                                      \
    X(TT_FOUND_PAYLOAD, "payload-changed")                                                                                         \
    X(TT_FOUND_DSCP, "dscp-changed")                     /* from, to: the first one's */                                           \
    X(TT_FOUND_ECN_MARKED, "ecn-marked")                 /* congestion experienced */                                              \
    X(TT_FOUND_ECN_CLEARED, "ecn-cleared")               /* the IP header's bits are gone */                                       \
    X(TT_FOUND_ECN_FLAGS, "ecn-flags-changed")           /* ECE or CWR */                                                          \
    X(TT_FOUND_IP_ID, "ip-id-changed")                                                                                             \
    X(TT_FOUND_DONT_FRAGMENT, "dont-fragment-changed")                                                                             \
    X(TT_FOUND_HOPS, "hops")                             /* from, to: the least and the most that the TTL fell by */               \
    /* times */                                                                                                                    \
    X(TT_FOUND_DRIFT, "drift")                           /* from: parts in 10^9 that the clock there is faster */                  \
    X(TT_FOUND_CLOCKS, "clocks")                         /* from, to: ns that the clock there is ahead, at least, at most */       \
    X(TT_FOUND_DELAY, "delay")                           /* ns, were both ways alike: from the quickest, of median, to slowest */  \
    X(TT_FOUND_CLOCK_STEPPED, "clock-stepped")           /* the quickest of both ways together would be below 0 */
/* clang-format on */

enum tt_finding_kind {
#define TT_FOUND_ENUM(name, word) name,
    TT_FINDINGS(TT_FOUND_ENUM) TT_FINDING_COUNT
#undef TT_FOUND_ENUM
};

/* The word of a kind, for programs; "?" when out of range. */
const char *tt_finding_word(enum tt_finding_kind kind);
/* Whether findings of the kind are about one end's packets; else their `end` says nothing. */
bool tt_finding_has_end(enum tt_finding_kind kind);

/* Packet numbers of one capture, neighbours joined; of many ranges the first ones and the last. */
#define TT_PACKET_RANGES_MAX 4

struct tt_packet_ranges {
    struct {
        uint64_t first, last;
    } range[TT_PACKET_RANGES_MAX];
    unsigned count;
    bool more; /* ranges before the last were left out */
};

/* What does not hold for the kind is 0. */
struct tt_finding {
    enum tt_finding_kind kind;
    enum tt_end end;
    uint64_t count, of, octets;
    int64_t from, to;
    struct tt_endpoint endpoint[2];     /* by enum tt_capture_side */
    struct tt_packet_ranges packets[2]; /* by enum tt_capture_side */
};

/* Whether a packet was sent by the end whose address it bears. */
enum tt_sent { TT_SENT_UNKNOWN = -1, TT_SENT_NO = 0, TT_SENT_YES = 1 };

/* What a judge of the connection HERE may take from the other capture; all zero but `reset_was_sent` where nothing is known. */
struct tt_other_side {
    bool known;                  /* the other capture has this connection, and which side is whose is known */
    enum tt_end near;            /* the end that this capture is nearer to */
    enum tt_sent reset_was_sent; /* the reset that ended it, conn->reset_mark: whether its sender's side has it too */
    enum tt_sent reset_arrived;  /* and whether the other side has it */
    uint64_t reset_there;        /* its number in the other capture; 0: not there */
    uint32_t forged[2];          /* resets that bear an end's address and that it did not send, in both captures */
    uint64_t never_arrived[2];   /* octets that an end sent and the other side never had */
};

/* One connection in one capture, with what is known of the whole capture. */
struct tt_side_view {
    const struct tt_conn *conn;      /* as the tracker finished it */
    const struct tt_trace *trace;    /* of the same segments */
    tt_ns first, last;               /* of the capture: the times of its first and last packet of any kind */
    uint64_t dropped;                /* by the capture; UINT64_MAX when not known */
    struct tt_neighbours neighbours; /* THERE: tt_partner_neighbours() */
};

#define TT_FINDINGS_MAX 48 /* no connection comes near: most kinds exclude others */

struct tt_comparison {
    enum tt_partnership partnership;
    struct tt_other_side other_side;
    unsigned count;
    struct tt_finding finding[TT_FINDINGS_MAX]; /* in the order of telling */
};

/*
 * Compares the packets of two partners.  0, or TT_ERR_NOMEM.  Takes memory for the time of the call, about a third of what the
 * traces take.  The partnership is tt_partner()'s; with TT_PARTNER_NONE and TT_PARTNER_AMBIGUOUS only `neighbours` are read of
 * `there`.  A view's trace may be NULL when its packets were not kept.
 */
int tt_compare(enum tt_partnership partnership, const struct tt_side_view *here, const struct tt_side_view *there,
               const struct tt_alloc *alloc, struct tt_comparison *ret);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
