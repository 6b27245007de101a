/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcptale/words.h - the vocabulary: each set of words is one table, from which the enums, the JSON, the option values, the
 * help and the tests come.  A word is spelled here and nowhere else.
 */
#ifndef TCPTALE_WORDS_H
#define TCPTALE_WORDS_H

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* How a connection began, as the capture shows it. */
#define TT_OPENINGS(X)                                                                                                             \
    X(TT_OPENING_HANDSHAKE, "handshake")       /* a SYN and its SYN-ACK */                                                         \
    X(TT_OPENING_SIMULTANEOUS, "simultaneous") /* both sent a SYN: RFC 9293 section 3.5 */                                         \
    X(TT_OPENING_FAST_OPEN, "fast-open")       /* the SYN had data: RFC 7413 */                                                    \
    X(TT_OPENING_MIDSTREAM, "midstream")       /* no SYN seen */                                                                   \
    X(TT_OPENING_SYN_ONLY, "syn-only")         /* never answered, or not seen answered, by TCP */                                  \
    X(TT_OPENING_REFUSED, "refused")           /* the first answer is a reset */

/* How it ended. */
#define TT_ENDINGS(X)                                                                                                              \
    X(TT_ENDING_FIN, "fin")                 /* both sides closed */                                                                \
    X(TT_ENDING_HALF_CLOSED, "half-closed") /* one FIN, and no second one until the capture ends */                                \
    X(TT_ENDING_RESET, "reset")                                                                                                    \
    X(TT_ENDING_REFUSED, "refused")       /* the reset answers the SYN */                                                          \
    X(TT_ENDING_UNANSWERED, "unanswered") /* nothing answers the SYN */                                                            \
    X(TT_ENDING_TIMEOUT, "timeout")       /* one end gave up */                                                                    \
    X(TT_ENDING_REJECTED, "rejected")     /* an ICMP error */                                                                      \
    X(TT_ENDING_OPEN, "open")             /* still open when the capture ends */

/* The way of a close with both FINs: RFC 9293 section 3.6. */
#define TT_FORMS(X)                                                                                                                \
    X(TT_FORM_NONE, "none")                   /* the ending is not "fin"; null in the record */                                    \
    X(TT_FORM_FOUR_SEGMENT, "four-segment")   /* the first FIN has an ACK of its own before the second FIN */                      \
    X(TT_FORM_THREE_SEGMENT, "three-segment") /* the second FIN is what acknowledges the first */                                  \
    X(TT_FORM_SIMULTANEOUS, "simultaneous")   /* the second FIN does not acknowledge the first */

/* Who really ended it, which a forged packet's address does not say. */
#define TT_ENDERS(X)                                                                                                               \
    X(TT_BY_CLIENT, "client")                                                                                                      \
    X(TT_BY_SERVER, "server")                                                                                                      \
    X(TT_BY_THIRD_PARTY, "third-party")                                                                                            \
    X(TT_BY_NONE, "none")                                                                                                          \
    X(TT_BY_UNKNOWN, "unknown")

#define TT_CAUSES(X)                                                                                                               \
    X(TT_CAUSE_CLOSE, "close")                                                                                                     \
    X(TT_CAUSE_PORT_CLOSED, "port-closed")                                                                                         \
    X(TT_CAUSE_ABORT, "abort")                           /* a live socket was aborted: SO_LINGER 0, ss -K */                       \
    X(TT_CAUSE_UNREAD_DATA, "unread-data")               /* closed with received data unread */                                    \
    X(TT_CAUSE_DATA_AFTER_CLOSE, "data-after-close")     /* the peer sent to an end that had closed */                             \
    X(TT_CAUSE_NO_SUCH_CONNECTION, "no-such-connection") /* that end did not know the connection */                                \
    X(TT_CAUSE_KEEPALIVE_TIMEOUT, "keepalive-timeout")                                                                             \
    X(TT_CAUSE_RETRANSMISSION_TIMEOUT, "retransmission-timeout")                                                                   \
    X(TT_CAUSE_ACCEPT_OVERFLOW, "accept-overflow")                                                                                 \
    X(TT_CAUSE_FIREWALL, "firewall") /* a device on the path refused it */                                                         \
    X(TT_CAUSE_INJECTED, "injected") /* a third party forged the packets */                                                        \
    X(TT_CAUSE_NONE, "none")                                                                                                       \
    X(TT_CAUSE_UNKNOWN, "unknown")

#define TT_CERTAINTIES(X)                                                                                                          \
    X(TT_CERTAIN, "certain") /* impossible otherwise */                                                                            \
    X(TT_LIKELY, "likely")                                                                                                         \
    X(TT_POSSIBLE, "possible")                                                                                                     \
    X(TT_UNCERTAIN, "unknown") /* null in the record */

/* How client and server were told apart. */
#define TT_ROLES(X)                                                                                                                \
    X(TT_ROLES_HANDSHAKE, "handshake")                                                                                             \
    X(TT_ROLES_GUESS, "guess") /* well-known port, then lower port, then first speaker */

/* Why octets were sent again, or came late: what the capture shows of it. */
#define TT_LOSSES(X)                                                                                                               \
    X(TT_LOSS_NONE, "none")                                                                                                        \
    X(TT_LOSS_FAST, "fast")                    /* three duplicate ACKs had asked for them: RFC 5681 section 3.2 */                 \
    X(TT_LOSS_SACK, "sack")                    /* SACK had said that later ones arrived: RFC 6675, RFC 8985 */                     \
    X(TT_LOSS_EARLY, "early")                  /* fewer than three duplicate ACKs had: RFC 5827 */                                 \
    X(TT_LOSS_RECOVERY, "recovery")            /* behind one of these, in the same recovery: RFC 6582 section 3.2 */               \
    X(TT_LOSS_TIMEOUT, "time-out")             /* so long without an acknowledgement: RFC 6298 section 5.4 */                      \
    X(TT_LOSS_AFTER_TIMEOUT, "after-time-out") /* all that was under way when the time was out: RFC 5681 section 3.1 */            \
    X(TT_LOSS_TAIL_PROBE, "tail-loss-probe")   /* the last ones, to hear whether they are missing: RFC 8985 section 7 */           \
    X(TT_LOSS_PROBED, "window-probed")         /* the octet of a window probe: RFC 9293 section 3.8.6.1 */                         \
    X(TT_LOSS_ASKED_AGAIN, "asked-again")      /* a SYN-ACK, because the SYN came again */                                         \
    X(TT_LOSS_WITH_ACK, "with-ack")            /* a FIN, in the acknowledgement of the other end's */                              \
    X(TT_LOSS_TOO_BIG, "too-big")              /* a router had said that they were: RFC 1191, RFC 8201 */                          \
    X(TT_LOSS_UNEXPLAINED, "unexplained")      /* sent again; nothing in the capture says why */                                   \
    X(TT_LOSS_UNDECIDED, "undecided")          /* late or sent again: nothing tells */                                             \
    X(TT_LOSS_LATE_TSVAL, "late-tsval")        /* not sent again but late: the timestamp is older than those before */             \
    X(TT_LOSS_LATE_IP_ID, "late-ip-id")        /* late: the IP ID comes before those that came before */                           \
    X(TT_LOSS_LATE_SOON, "late-soon")          /* late: too soon behind the rest for anything that was sent again */

/* Whether sending them again was needed, and what shows that it was not. */
#define TT_NEEDS(X)                                                                                                                \
    X(TT_NEED_NOT_DENIED, "not-denied")                                                                                            \
    X(TT_NEED_ACKED, "acked")   /* they had been acknowledged before */                                                            \
    X(TT_NEED_SACKED, "sacked") /* SACK had said that they had arrived: RFC 2018 */                                                \
    X(TT_NEED_DSACK, "dsack")   /* the receiver says that it got them twice: RFC 2883 */                                           \
    X(TT_NEED_ECHO, "echo")     /* what was acknowledged then was the first copy, by the echo of its timestamp: RFC 3522 */

/* Where the first copy was lost. */
#define TT_PLACES(X)                                                                                                               \
    X(TT_PLACE_UNKNOWN, "unknown")                                                                                                 \
    X(TT_PLACE_BEFORE, "before") /* it never passed where the capture stood */                                                     \
    X(TT_PLACE_BEYOND, "beyond") /* it passed there: it, or its acknowledgement, was lost behind it */

#define TT_WORD_ENUM(name, word) name,
enum tt_opening { TT_OPENINGS(TT_WORD_ENUM) TT_OPENING_COUNT };
enum tt_ending { TT_ENDINGS(TT_WORD_ENUM) TT_ENDING_COUNT };
enum tt_form { TT_FORMS(TT_WORD_ENUM) TT_FORM_COUNT };
enum tt_ender { TT_ENDERS(TT_WORD_ENUM) TT_ENDER_COUNT };
enum tt_cause { TT_CAUSES(TT_WORD_ENUM) TT_CAUSE_COUNT };
enum tt_certainty { TT_CERTAINTIES(TT_WORD_ENUM) TT_CERTAINTY_COUNT };
enum tt_roles { TT_ROLES(TT_WORD_ENUM) TT_ROLES_COUNT };
enum tt_loss { TT_LOSSES(TT_WORD_ENUM) TT_LOSS_COUNT };
enum tt_need { TT_NEEDS(TT_WORD_ENUM) TT_NEED_COUNT };
enum tt_place { TT_PLACES(TT_WORD_ENUM) TT_PLACE_COUNT };
#undef TT_WORD_ENUM

/* The sets, for the functions below. */
enum tt_word_set {
    TT_SET_OPENING,
    TT_SET_ENDING,
    TT_SET_FORM,
    TT_SET_ENDER,
    TT_SET_CAUSE,
    TT_SET_CERTAINTY,
    TT_SET_ROLES,
    TT_SET_LOSS,
    TT_SET_NEED,
    TT_SET_PLACE,
    TT_SET_COUNT
};

/* The word of a value of a set; "?" when out of range. */
const char *tt_word(enum tt_word_set set, unsigned value);
/* How many values a set has. */
unsigned tt_word_count(enum tt_word_set set);
/* The value that a word names, or TT_ERR_FORMAT when the set does not have it. */
int tt_word_value(enum tt_word_set set, const char *word);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
