/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cut_ask.c - the one segment that probes and proves: a bare ACK below the window, which RFC 9293 section 3.10.7.4 (first step) has
 * a live end answer with an ACK.
 *
 * Below and not above: firewalls that track connections drop what lies in the future.  Where numbers are not known, four asks try
 * the four quarters of both number spaces, of which one is the past.  Timestamps go along where the connection has them (the BSDs
 * drop what has none), but not every time: with stale ones PAWS may keep an end silent (RFC 7323 section 5.3), and without any
 * Linux answers.
 */
#include "base/bytes.h"
#include "kill/cut.h"

#define HALF 0x80000000
#define NOISE 0x00ffffff
#define FAR 0x40000000 /* an old number beyond any window and any doubt */

static bool is_near(const struct tt_cut_end *end, uint8_t known)
{
    return known == TT_CUT_SEEN || (known == TT_CUT_TOLD && end->tries < 2);
}

static tt_seq ask_seq(const struct tt_cut *cut, const struct tt_cut_end *end)
{
    uint32_t below = end->tries & 1 ? FAR : 1;

    if (is_near(end, end->rcv_known))
        return tt_seq_add(end->rcv_nxt, 0 - below);
    return tt_seq_of(cut->base + (end->tries & 1 ? HALF : 0));
}

static tt_seq ask_ack(struct tt_cut *cut, const struct tt_cut_end *end)
{
    if (is_near(end, end->snd_known))
        return end->snd_nxt;
    return tt_seq_of(cut->base + (cut_draw(cut) & NOISE) + (end->tries & 2 ? HALF : 0));
}

/* The newest that the end may have of the other. */
static uint32_t newest_tsval(const struct tt_cut_end *end, const struct tt_cut_end *other)
{
    if (!end->uses_timestamps)
        return other->tsval;
    if (!other->uses_timestamps)
        return end->tsecr;
    return (int32_t)(other->tsval - end->tsecr) > 0 ? other->tsval : end->tsecr;
}

static void put_timestamps(const struct tt_cut_end *end, const struct tt_cut_end *other, struct tt_cut_segment *ret)
{
    static const uint8_t head[4] = {TT_OPT_NOP, TT_OPT_NOP, TT_OPT_TIMESTAMPS, 10};

    if ((!end->uses_timestamps && !other->uses_timestamps) || end->tries & 1)
        return;
    memcpy(ret->option, head, sizeof head);
    tt_put_be32(ret->option + 4, newest_tsval(end, other));
    tt_put_be32(ret->option + 8, end->tsval);
    ret->option_octets = sizeof ret->option;
}

void cut_ask(struct tt_cut *cut, enum tt_cut_kind kind, unsigned to, tt_ns now, struct tt_cut_segment *ret)
{
    struct tt_cut_end *end = &cut->end[to];

    cut_address(cut, kind, to, ret);
    ret->segment.flags = TT_ACK;
    ret->segment.seq = ask_seq(cut, end);
    ret->segment.ack = ask_ack(cut, end);
    put_timestamps(end, &cut->end[!to], ret);
    end->ask[1] = end->ask[0];
    end->ask[0] = (struct tt_cut_ask){ret->segment.seq, ret->segment.ack, end->snd_known == TT_CUT_SEEN};
    *(kind == TT_CUT_PROBE ? &end->probes : &end->proofs) += 1;
    end->tries++;
    end->asked_at = now;
    end->ask_open = true;
    end->ask_was_probe = kind == TT_CUT_PROBE;
    end->reset_since_ask = false;
    if (!end->waits_since)
        end->waits_since = now;
}

const struct tt_cut_ask *cut_asked(const struct tt_cut_end *end, tt_seq number)
{
    uint32_t asks = end->probes + end->proofs;

    for (unsigned i = 0; i < 2 && i < asks; i++)
        if (tt_seq_eq(end->ask[i].ack, number))
            return &end->ask[i];
    return NULL;
}
