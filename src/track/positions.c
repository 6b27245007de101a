/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * positions.c - sequence numbers to 64-bit positions, so that nothing wraps above 4 GiB.
 *
 * A number is taken for the position nearest to the highest that its sender has used.  Position 0 is the ISN.
 */
#include "track/tracked.h"

int64_t track_position(const struct tt_side *side, tt_seq seq)
{
    uint32_t offset = seq.n - side->isn.n;
    int32_t ahead = (int32_t)(offset - (uint32_t)side->snd_nxt);

    return (int64_t)side->snd_nxt + ahead;
}

void track_origin(struct tt_side *side, struct stream *stream, tt_seq seq, uint64_t position)
{
    side->isn = tt_seq_of(seq.n - (uint32_t)position);
    side->snd_nxt = side->snd_una = position;
    stream->contiguous = position;
    stream->known = true;
}

/* How far a SYN may lie below the first number that was seen of its sender: more than a capture reorders. */
#define REBASE_MAX 1048576

bool track_rebase(struct tt_side *side, struct stream *stream, tt_seq isn, uint64_t *ret_missing)
{
    uint32_t shift = side->isn.n - isn.n;

    if (shift > 0 && (shift > REBASE_MAX || stream->ahead.first || stream->gaps.first))
        return false;
    side->isn = isn;
    *ret_missing = shift;
    side->snd_nxt += shift;
    side->snd_una += shift;
    side->fin += side->fin ? shift : 0;
    stream->contiguous += shift;
    stream->timing = false;
    return true;
}

bool track_round_trip_passed(const struct tt_side *side, tt_ns since, tt_ns now)
{
    tt_ns round_trip = side->rtt_samples ? side->rtt_max_us * TT_NS_PER_US : TT_NS_PER_S;

    return now - since > round_trip;
}
