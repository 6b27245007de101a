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

#define TT_WORD_ENUM(name, word) name,
enum tt_opening { TT_OPENINGS(TT_WORD_ENUM) TT_OPENING_COUNT };
enum tt_ending { TT_ENDINGS(TT_WORD_ENUM) TT_ENDING_COUNT };
enum tt_form { TT_FORMS(TT_WORD_ENUM) TT_FORM_COUNT };
enum tt_ender { TT_ENDERS(TT_WORD_ENUM) TT_ENDER_COUNT };
enum tt_cause { TT_CAUSES(TT_WORD_ENUM) TT_CAUSE_COUNT };
enum tt_certainty { TT_CERTAINTIES(TT_WORD_ENUM) TT_CERTAINTY_COUNT };
enum tt_roles { TT_ROLES(TT_WORD_ENUM) TT_ROLES_COUNT };
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
