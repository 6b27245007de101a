/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cut.h - the steps of a cut, for the files that take them.
 *
 * Of each step there is one question, when it is due, and one deed.  A question's answer depends on what is known alone, so that
 * the next deadline is the least of all answers, and nothing has to be armed or disarmed.
 */
#ifndef KILL_CUT_H
#define KILL_CUT_H

#include <tcptale/cut.h>

/* Four probes of unknown numbers, and as many proofs: whoever lives on after those will not be cut. */
#define CUT_ASKS_MAX 8
#define CUT_PROBES_MAX 4

#define CUT_NEVER INT64_MAX

static inline tt_ns cut_later(tt_ns a, tt_ns b)
{
    return a > b ? a : b;
}
static inline tt_ns cut_sooner(tt_ns a, tt_ns b)
{
    return a < b ? a : b;
}

/* A number that depends on the seed and on how many were drawn. */
uint32_t cut_draw(struct tt_cut *cut);
/* Everything of a segment to an end but its numbers and flags. */
void cut_address(const struct tt_cut *cut, enum tt_cut_kind kind, unsigned to, struct tt_cut_segment *ret);
void cut_set_fate(struct tt_cut_end *end, enum tt_fate fate, tt_ns now);
/* May it be asked once more, at `when`?  Fewer than the most asks, not dead, not out of patience by then. */
bool cut_may_ask(const struct tt_cut *cut, const struct tt_cut_end *end, tt_ns when);

/* cut_ask.c: the one segment that probes and proves. */
void cut_ask(struct tt_cut *cut, enum tt_cut_kind kind, unsigned to, tt_ns now, struct tt_cut_segment *ret);
/* Whether a reset with that number answers one of the end's last asks, and which. */
const struct tt_cut_ask *cut_asked(const struct tt_cut_end *end, tt_seq number);

/* cut_learn.c, cut_reset.c, cut_prove.c: when each is due, CUT_NEVER as things are. */
tt_ns cut_learn_due(const struct tt_cut *cut, unsigned to);
tt_ns cut_reset_due(const struct tt_cut *cut, unsigned to);
tt_ns cut_prove_due(const struct tt_cut *cut, unsigned to);
void cut_reset(struct tt_cut *cut, unsigned to, tt_ns now, struct tt_cut_segment *ret);

/* cut.c: the ladder's end, after anything that may have settled it. */
void cut_settle(struct tt_cut *cut, tt_ns now);

#endif
