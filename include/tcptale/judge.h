/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcptale/judge.h - how a connection ended, by whom and why, from the facts that the tracker gathered.
 */
#ifndef TCPTALE_JUDGE_H
#define TCPTALE_JUDGE_H

#include <tcptale/sides.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* What fills a place {name} of a sentence of evidence. */
enum tt_value_kind {
    TT_VALUE_NUMBER,
    TT_VALUE_TIME, /* nanoseconds */
    TT_VALUE_SIZE, /* octets */
    TT_VALUE_END   /* enum tt_end */
};

struct tt_value {
    const char *name; /* static */
    enum tt_value_kind kind;
    int64_t value;
};

#define TT_VALUES_MAX 4

/* One piece of evidence: the packet and what it shows. */
struct tt_evidence {
    uint64_t packet;
    const char *sign; /* a word, for programs; static */
    const char *says; /* a sentence with places for the values, to go through the translator; static */
    struct tt_value values[TT_VALUES_MAX];
    unsigned value_count;
};

#define TT_EVIDENCE_MAX 12

enum tt_forged { TT_FORGED_UNKNOWN = -1, TT_FORGED_NO = 0, TT_FORGED_YES = 1 };

struct tt_verdict {
    enum tt_opening opening;
    enum tt_ending ending;
    enum tt_form form;
    enum tt_ender ended_by;
    enum tt_cause cause;
    enum tt_certainty certainty;
    enum tt_forged forged;
    int64_t bytes_lost; /* -1: not known */
    unsigned evidence_count;
    struct tt_evidence evidence[TT_EVIDENCE_MAX]; /* the first evidence_count are set */
};

/* Judges a connection, at its end or as it stands. */
void tt_judge(const struct tt_conn *conn, struct tt_verdict *ret);
/* The same with what a capture of the other side shows: tt_compare().  NULL: there is none. */
void tt_judge_beside(const struct tt_conn *conn, const struct tt_other_side *other_side, struct tt_verdict *ret);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
