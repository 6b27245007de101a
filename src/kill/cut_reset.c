/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cut_reset.c - the resets: which number, and when again.
 *
 * RFC 5961 section 3.2: only SEG.SEQ == RCV.NXT is obeyed.  While data is on its way the number is that of the newest segment that
 * went by, and a reset misses when another one overtakes it; so there are several, soon at first and then ever more slowly, which
 * hits a gap between two segments well before resets_max.
 */
#include "kill/cut.h"

/* After n resets: 9 within 10 ms, 20 within 125 ms. */
#define PACE (50 * TT_NS_PER_US)

static tt_ns pace(uint32_t n)
{
    return n < 1000 ? (tt_ns)n * n * PACE : TT_NS_PER_S;
}

/* In SYN-SENT there is no RCV.NXT: RFC 9293 section 3.10.7.3 asks for the SYN's acknowledgement. */
static bool by_ack_alone(const struct tt_cut_end *end)
{
    return end->is_opening && end->rcv_known != TT_CUT_SEEN;
}

static bool is_aimed(const struct tt_cut_end *end)
{
    return end->rcv_known == TT_CUT_SEEN || (end->is_opening && end->snd_known == TT_CUT_SEEN);
}

static tt_seq aim(const struct tt_cut_end *end)
{
    return by_ack_alone(end) ? end->snd_nxt : end->rcv_nxt;
}

tt_ns cut_reset_due(const struct tt_cut *cut, unsigned to)
{
    const struct tt_cut_end *end = &cut->end[to];

    if (cut->options.spare[to] || end->is_signed || end->fate == TT_FATE_DEAD || !is_aimed(end))
        return CUT_NEVER;
    if (end->resets >= cut->options.resets_max || end->probes + end->proofs >= CUT_ASKS_MAX) /* a reset without a proof is none */
        return CUT_NEVER;
    if (!end->resets)
        return cut->begun_at;
    if (end->refused)
        return CUT_NEVER;
    if (end->second_due)
        return end->reset_at;
    if (!end->reset_again && tt_seq_eq(aim(end), end->reset_seq))
        return CUT_NEVER;
    return end->reset_at + pace(end->resets);
}

static void put_numbers(const struct tt_cut_end *end, struct tt_segment *segment)
{
    segment->flags = TT_RST;
    segment->seq = end->second_due ? end->acked : end->rcv_nxt;
    if (!end->is_opening)
        return;
    /* with RCV.NXT where the SYN-ACK has gone by: the end may be past SYN-SENT when this arrives, and takes the same segment */
    segment->flags = TT_RST | TT_ACK;
    segment->ack = end->snd_nxt;
    if (by_ack_alone(end))
        segment->seq = tt_seq_of(0);
}

void cut_reset(struct tt_cut *cut, unsigned to, tt_ns now, struct tt_cut_segment *ret)
{
    struct tt_cut_end *end = &cut->end[to];
    bool first = !end->second_due;

    cut_address(cut, TT_CUT_RESET, to, ret);
    put_numbers(end, &ret->segment);
    end->second_due = first && cut->options.second_reset && end->opened && !tt_seq_eq(end->acked, end->rcv_nxt);
    if (first)
        end->reset_seq = aim(end);
    end->resets++;
    end->reset_at = now;
    end->reset_since_ask = true;
    end->reset_again = false;
    end->ask_open = false;
    end->waits_since = 0;
    end->tries = 0;
    end->refused = end->refused_ask = false;
    cut_set_fate(end, TT_FATE_UNKNOWN, now);
}
