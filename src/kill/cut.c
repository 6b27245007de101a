/* SPDX-License-Identifier: BSD-2-Clause */
/* cut.c - the ladder of a cut: which step is due next, and when there is none any more. */
#include "kill/cut.h"

#define PAUSE (500 * TT_NS_PER_MS)
#define PATIENCE (2 * TT_NS_PER_S)
#define RESETS_MAX 20
#define TTL 64

/* ---- beginning --------------------------------------------------------------------------------------------------------------- */

/* A step of a counter through the finalizer of MurmurHash3: no two draws are alike, and none tells the next. */
uint32_t cut_draw(struct tt_cut *cut)
{
    uint32_t n = cut->noise += 0x9e3779b9;

    n = (n ^ n >> 16) * 0x85ebca6b;
    n = (n ^ n >> 13) * 0xc2b2ae35;
    return n ^ n >> 16;
}

void tt_cut_init(struct tt_cut *cut, const struct tt_endpoint ends[2], const struct tt_cut_options *options, tt_ns now)
{
    assert(now > 0);
    *cut = (struct tt_cut){.options = *options, .begun_at = now, .noise = options->seed};
    cut->end[0].endpoint = ends[0];
    cut->end[1].endpoint = ends[1];
    if (!cut->options.probe_pause)
        cut->options.probe_pause = PAUSE;
    if (!cut->options.patience)
        cut->options.patience = PATIENCE;
    if (!cut->options.resets_max)
        cut->options.resets_max = RESETS_MAX;
    cut->mark = (uint16_t)(cut_draw(cut) | 1); /* a host's own answer to a segment that it does not know has 0 */
    cut->base = cut_draw(cut);
}

static void tell_number(tt_seq *number, uint8_t *known, tt_seq told)
{
    if (*known == TT_CUT_SEEN)
        return;
    *number = told;
    *known = TT_CUT_TOLD;
}

void tt_cut_know(struct tt_cut *cut, unsigned end, tt_seq snd_nxt, tt_seq rcv_nxt)
{
    struct tt_cut_end *it = &cut->end[end], *other = &cut->end[!end];

    tell_number(&it->snd_nxt, &it->snd_known, snd_nxt);
    tell_number(&it->rcv_nxt, &it->rcv_known, rcv_nxt);
    tell_number(&other->snd_nxt, &other->snd_known, rcv_nxt);
    tell_number(&other->rcv_nxt, &other->rcv_known, snd_nxt);
}

/* ---- what the steps share ---------------------------------------------------------------------------------------------------- */

void cut_address(const struct tt_cut *cut, enum tt_cut_kind kind, unsigned to, struct tt_cut_segment *ret)
{
    const struct tt_endpoint *src = &cut->end[!to].endpoint, *dst = &cut->end[to].endpoint;

    *ret = (struct tt_cut_segment){.kind = kind, .to = to};
    ret->segment = (struct tt_segment){
        .src_addr = src->addr,
        .dst_addr = dst->addr,
        .src_port = src->port,
        .dst_port = dst->port,
        .ip_version = dst->ip_version,
        .window = cut->mark,
        .ttl = TTL,
        .dont_fragment = true,
    };
}

void cut_set_fate(struct tt_cut_end *end, enum tt_fate fate, tt_ns now)
{
    if (end->fate == fate)
        return;
    end->fate = fate;
    end->fate_at = now;
}

bool cut_may_ask(const struct tt_cut *cut, const struct tt_cut_end *end, tt_ns when)
{
    if (end->fate == TT_FATE_DEAD || end->probes + end->proofs >= CUT_ASKS_MAX)
        return false;
    return !end->waits_since || when < end->waits_since + cut->options.patience;
}

/* ---- the ladder -------------------------------------------------------------------------------------------------------------- */

static tt_ns due(const struct tt_cut *cut, unsigned to)
{
    return cut_sooner(cut_reset_due(cut, to), cut_sooner(cut_prove_due(cut, to), cut_learn_due(cut, to)));
}

/* From when on the fate of an end stands as far as it goes by itself. */
static tt_ns settles(const struct tt_cut *cut, unsigned to)
{
    const struct tt_cut_end *end = &cut->end[to];

    if (end->fate == TT_FATE_DEAD)
        return 0;
    if (due(cut, to) != CUT_NEVER)
        return CUT_NEVER;
    if (end->ask_open)
        return end->waits_since + cut->options.patience;
    bool begun = end->probes + end->proofs + end->resets || end->fate != TT_FATE_UNKNOWN;
    return begun ? 0 : CUT_NEVER;
}

void cut_settle(struct tt_cut *cut, tt_ns now)
{
    if (cut->done || now < cut_later(settles(cut, 0), settles(cut, 1)))
        return;
    for (unsigned i = 0; i < 2; i++)
        if (cut->end[i].ask_open)
            cut_set_fate(&cut->end[i], TT_FATE_UNKNOWN, now);
    cut->done = true;
}

/* Resets first: their numbers grow old. */
bool tt_cut_next(struct tt_cut *cut, tt_ns now, struct tt_cut_segment *ret)
{
    if (cut->done)
        return false;
    for (unsigned to = 0; to < 2; to++)
        if (cut_reset_due(cut, to) <= now) {
            cut_reset(cut, to, now, ret);
            return true;
        }
    for (unsigned to = 0; to < 2; to++) {
        bool proves = cut_prove_due(cut, to) <= now;
        if (proves || cut_learn_due(cut, to) <= now) {
            cut_ask(cut, proves ? TT_CUT_PROOF : TT_CUT_PROBE, to, now, ret);
            return true;
        }
    }
    cut_settle(cut, now);
    return false;
}

tt_ns tt_cut_deadline(const struct tt_cut *cut)
{
    if (cut->done)
        return CUT_NEVER;
    tt_ns end = cut_later(settles(cut, 0), settles(cut, 1));
    return cut_sooner(end, cut_sooner(due(cut, 0), due(cut, 1)));
}
