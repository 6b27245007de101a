/* SPDX-License-Identifier: BSD-2-Clause */
/* decode.c - a frame to a segment: the way from the link layer through IP, and again for each tunnel. */
#include "wire/decode.h"

/* Tunnels in tunnels: more than any network nests; a bound on what one hostile frame can cost. */
#define TUNNELS_MAX 4

/* A tunnel's inner packet starts anew; what the link said and what was wrong stays. */
static void forget_outer(struct tt_segment *seg)
{
    memset(&seg->src_addr, 0, sizeof seg->src_addr);
    memset(&seg->dst_addr, 0, sizeof seg->dst_addr);
    seg->flow_label = 0;
    seg->ip_id = 0;
    seg->more_fragments = false;
    seg->dont_fragment = false;
    seg->tunnelled = true;
}

static void decode_tunnels(struct tt_cursor *c, enum tt_next next, struct tt_segment *seg)
{
    for (unsigned depth = 0; next != TT_NEXT_NOTHING && depth < TUNNELS_MAX; depth++) {
        if (next == TT_NEXT_GRE)
            next = tt_gre_enter(c, seg);
        if (next == TT_NEXT_NOTHING)
            return;
        forget_outer(seg);
        next = tt_ip_enter(c, next, seg);
    }
}

void tt_decode_from(struct tt_cursor *c, enum tt_next next, struct tt_segment *seg)
{
    if (next == TT_NEXT_NOTHING)
        return;
    next = tt_ip_enter(c, next, seg);
    if (next != TT_NEXT_NOTHING)
        decode_tunnels(c, next, seg);
}

void tt_decode_whole(const struct tt_frame *frame, struct tt_segment *ret)
{
    struct tt_cursor c = {
        .at = frame->octets,
        .captured = frame->captured,
        .length = frame->length > frame->captured ? frame->length : frame->captured,
    };

    tt_segment_clear(ret);
    ret->frame = frame;
    tt_decode_from(&c, tt_link_enter(&c, frame->link, ret), ret);
}

void tt_decode(const struct tt_frame *frame, struct tt_segment *ret)
{
    if (!tt_decode_shortcut(frame, ret))
        tt_decode_whole(frame, ret);
}
