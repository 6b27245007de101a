/* SPDX-License-Identifier: BSD-2-Clause */
/* check.c - what always holds of a record: for asserts, and for the fuzzer to find where it does not. */
#include "track/tracked.h"

/* Sorted, disjoint, inside [from, to]. */
static bool is_sorted(const struct intervals *set, uint64_t from, uint64_t to)
{
    for (const struct interval *interval = set->first; interval; interval = interval->next) {
        if (interval->from < from || interval->from >= interval->to || interval->to > to)
            return false;
        from = interval->to + 1;
    }
    return true;
}

static uint64_t octets_of(const struct intervals *set)
{
    return intervals_overlap(set, 0, UINT64_MAX);
}

/* Every number below snd_nxt was seen as payload or FIN, is in a gap, or is in a hole that may still be filled. */
static bool numbers_add_up(const struct tt_side *side, const struct stream *stream)
{
    uint64_t holes = side->snd_nxt - stream->contiguous - octets_of(&stream->ahead);

    return 1 + side->bytes + (side->fin != 0) + side->gap_bytes + holes == side->snd_nxt;
}

static const char *broken_side(const struct tt_side *side, const struct stream *stream)
{
    if (!stream->known)
        return side->snd_nxt || side->bytes || stream->ahead.first || stream->gaps.first ? "an end without an origin has positions"
                                                                                         : NULL;
    if (side->snd_una > side->snd_nxt || stream->contiguous > side->snd_nxt || side->fin >= side->snd_nxt)
        return "a position is beyond snd_nxt";
    if (!is_sorted(&stream->ahead, stream->contiguous + 1, side->snd_nxt))
        return "what is ahead is not in order";
    if (!is_sorted(&stream->gaps, 1, stream->contiguous) || octets_of(&stream->gaps) > side->gap_bytes)
        return "the gaps are not in order";
    if (!numbers_add_up(side, stream))
        return "the numbers do not add up";
    if (side->data_packets > side->packets || side->rtt_min_us > side->rtt_max_us)
        return "a count is too high";
    return NULL;
}

const char *track_broken(const struct tracked *tracked)
{
    const char *broken = broken_side(&tracked->conn.side[0], &tracked->stream[0]);

    if (!broken)
        broken = broken_side(&tracked->conn.side[1], &tracked->stream[1]);
    if (!broken && tracked->conn.reset && !tracked->conn.reset_mark.frame)
        broken = "a reset without a packet";
    return broken;
}
