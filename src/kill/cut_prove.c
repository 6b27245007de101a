/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cut_prove.c - proofs: when an end is to be asked whether it lives.
 *
 * At once after a reset, while nothing else is said; a connection that moves on is left to do so first, because one proof in a
 * pause is all that a live end answers, and it is worth more after the last reset than after the first.
 */
#include "kill/cut.h"

/* An end that says nothing for so long has stopped, or at least paused; and a proof waits no longer than HASTE for that. */
#define QUIET (5 * TT_NS_PER_MS)
#define HASTE (100 * TT_NS_PER_MS)

/* Is there anything to prove? */
static bool is_doubtful(const struct tt_cut *cut, unsigned to)
{
    const struct tt_cut_end *end = &cut->end[to];
    bool sure = end->snd_known == TT_CUT_SEEN || end->opened || cut->options.opened;

    if (!end->resets && !end->is_signed && !end->refused && !cut->options.spare[to])
        return false;
    if (end->refused_ask && !sure) /* it would refuse another one as well, living or dead */
        return false;
    if (end->ask_open || end->fate != TT_FATE_ALIVE)
        return true;
    return end->refused; /* it lived when it was asked, but a reset in its name has been seen since */
}

tt_ns cut_prove_due(const struct tt_cut *cut, unsigned to)
{
    const struct tt_cut_end *end = &cut->end[to];
    bool by_reset = end->reset_since_ask && end->ask_was_probe;

    if (!is_doubtful(cut, to) || cut_reset_due(cut, to) != CUT_NEVER)
        return CUT_NEVER;
    tt_ns when = cut_later(cut->begun_at, end->reset_at);
    if (end->resets && !end->refused)
        when = cut_later(when, cut_sooner(end->moved_at + QUIET, end->reset_at + HASTE));
    if (end->probes + end->proofs && !by_reset)
        when = cut_later(when, end->asked_at + cut->options.probe_pause);
    return cut_may_ask(cut, end, when) ? when : CUT_NEVER;
}
