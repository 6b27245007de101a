/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cut_learn.c - probes: when the numbers of an end are to be asked for.
 *
 * One live end's answer gives the numbers of both, so that the second is asked only when the first refuses or is silent for a
 * while: it may be behind a firewall, or gone.
 */
#include "kill/cut.h"

/* Longer than most round trips: the second end's probe would be one too many. */
#define GRACE (100 * TT_NS_PER_MS)

static bool has_numbers(const struct tt_cut_end *end)
{
    return end->rcv_known == TT_CUT_SEEN || end->is_opening;
}

/* A destroyed socket has no numbers to tell. */
static unsigned first_asked(const struct tt_cut *cut)
{
    return cut->options.spare[0] && !cut->options.spare[1];
}

/* The first probe to an end. */
static tt_ns begins(const struct tt_cut *cut, unsigned to)
{
    const struct tt_cut_end *other = &cut->end[!to];

    if (to == first_asked(cut) || other->refused || other->fate == TT_FATE_DEAD)
        return cut->begun_at;
    return cut->begun_at + GRACE;
}

tt_ns cut_learn_due(const struct tt_cut *cut, unsigned to)
{
    const struct tt_cut_end *end = &cut->end[to];
    uint32_t asks = end->probes + end->proofs;

    if (cut->options.only_seen || end->is_signed || end->refused || has_numbers(end) || end->probes >= CUT_PROBES_MAX)
        return CUT_NEVER;
    tt_ns when = asks ? end->asked_at + cut->options.probe_pause : begins(cut, to);
    return cut_may_ask(cut, end, when) ? when : CUT_NEVER;
}
