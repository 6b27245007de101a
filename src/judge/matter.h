/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * matter.h - what the judge's files ask one another about the connection before them.
 *
 * judge.c decides how a connection ended and puts the verdict together; of a reset, signs.c weighs whether it was forged, device.c
 * whether a device on the path refused, cause.c why an end that sent it itself did so, place.c where a forger sits; lost.c counts
 * what was lost.
 */
#ifndef TCPTALE_MATTER_H
#define TCPTALE_MATTER_H

#include <tcptale/judge.h>
#include <tcptale/text.h>

/* A connection that a reset ended. */
struct matter {
    const struct tt_conn *conn;
    const struct tt_resets *resets;
    const struct tt_reset *reset;     /* the one that its receiver obeyed */
    enum tt_end named;                /* whose address it bears */
    const struct tt_side *sender;     /* that end */
    const struct tt_side *receiver;   /* the other */
    const struct tt_aftermath *after; /* of that one */
    bool refused;                     /* it answers a SYN */
    enum tt_sent reset_was_sent;      /* by what a capture at its supposed sender's side shows */
    bool cut_there; /* the capture of the other side has a forged reset that had cut its sender before: this one is the answer */
};

/* A bare reset answers a segment (RFC 9293 section 3.10.7.1); one with ACK ends a connection that its sender has. */
static inline bool reset_is_bare(const struct tt_reset *reset)
{
    return !(reset->flags & TT_ACK);
}

/* A piece of evidence that is being written. */
static inline void say_value(struct tt_evidence *evidence, const char *name, enum tt_value_kind kind, int64_t value)
{
    if (evidence->value_count < TT_VALUES_MAX)
        evidence->values[evidence->value_count++] = (struct tt_value){name, kind, value};
}
static inline void say_end(struct tt_evidence *evidence, const char *name, enum tt_end end)
{
    say_value(evidence, name, TT_VALUE_END, end);
}

/* Adds it to the verdict while there is room. */
void judge_add(struct tt_verdict *verdict, const struct tt_evidence *evidence);

/* ---- distance.c: how far away a packet's sender was, by its TTL ------------------------------------------------------------- */

/* The sender's packets all came the same way, so that a reset can be compared with them; *ret is what they look like. */
bool sender_look(const struct matter *m, struct tt_look *ret);
/* The reset has passed no router, though its sender's packets have: *ret_hops of them. */
bool came_from_nearer(const struct matter *m, int *ret_hops);
/* Both ends' packets have passed no router, and yet no link can hold both addresses. */
bool answered_from_this_link(const struct matter *m);
/* One of the addresses is of a private network, where a machine of several networks may be the next one. */
bool may_be_next_door(const struct matter *m);

/* What the reset answers stands behind it: the capture is a little out of order. */
bool is_answered_later(const struct matter *m);

/* ---- signs.c: is the reset forged? ------------------------------------------------------------------------------------------ */

struct weighed {
    unsigned weight; /* of what speaks for a forgery */
    bool decided;    /* a TCP that sent the reset itself cannot have been the cause of one of the signs */
    bool made;       /* the packet itself, or its numbers, are not as its sender makes them */
    bool genuine;    /* something speaks clearly for its sender */
    unsigned count;  /* pieces of evidence, the weightiest first */
    struct tt_evidence evidence[TT_EVIDENCE_MAX];
    bool adds[TT_EVIDENCE_MAX]; /* the piece is worth saying only when others speak for a forgery */
};

/* So much is enough for "likely"; half of it leaves open who sent the reset. */
#define WEIGHT_LIKELY 3
#define WEIGHT_DOUBT 2

void weigh_signs(const struct matter *m, struct weighed *ret);

/* ---- device.c: did a device on the path refuse, or did somebody inject? ------------------------------------------------------ */

bool looks_refused_by_device(const struct matter *m, const struct weighed *weighed);

/* ---- place.c: where does the forger sit? ------------------------------------------------------------------------------------ */

void find_place(const struct matter *m, struct tt_evidence *ret);

/* ---- cause.c: why did its sender send it? ----------------------------------------------------------------------------------- */

struct reason {
    enum tt_cause cause;
    enum tt_certainty certainty;
    struct tt_evidence evidence;
};

void find_reason(const struct matter *m, struct reason *ret);
/* The receiver's last message began too short a time before the reset to be over. */
bool is_in_transfer(const struct matter *m);

/* ---- missed.c ---------------------------------------------------------------------------------------------------------------- */

/* `counted` is the reset that ended the connection, NULL when none did. */
void tell_missed(const struct tt_conn *conn, const struct tt_reset *counted, struct tt_verdict *verdict);

/* ---- lost.c ------------------------------------------------------------------------------------------------------------------ */

/* `m` is NULL unless a reset ended the connection. */
int64_t count_lost(const struct tt_conn *conn, const struct matter *m, const struct tt_verdict *verdict);

#endif
