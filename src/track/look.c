/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * look.c - what a packet bears beside TCP, and whether an end's packets agree in it.
 *
 * The first of each end, and whatever differs from it in a new way, comes here; predict.c lets pass what does not.
 */
#include "track/tracked.h"

struct tt_look track_look(const struct tt_segment *segment)
{
    struct tt_look look = {
        .link_source_octets = segment->link_source_octets,
        .ttl = segment->ttl,
        .vlan = segment->vlan[0] & TRACK_VLAN_NUMBER,
        .interface = segment->frame->interface,
        .ip_id = (uint16_t)segment->ip_id,
        .dont_fragment = segment->dont_fragment,
        .labelled = segment->flow_label != 0,
        .direction = segment->direction,
    };

    memcpy(look.link_source, segment->link_source, sizeof look.link_source);
    return look;
}

unsigned tt_look_differs(const struct tt_look *a, const struct tt_look *b)
{
    bool source =
        a->link_source_octets == b->link_source_octets && memcmp(a->link_source, b->link_source, sizeof a->link_source) == 0;

    return (a->ttl != b->ttl ? TT_LOOK_TTL : 0u) | (source ? 0u : TT_LOOK_SOURCE) | (a->vlan != b->vlan ? TT_LOOK_VLAN : 0u) |
           (a->interface != b->interface ? TT_LOOK_INTERFACE : 0u) |
           (a->dont_fragment != b->dont_fragment ? TT_LOOK_DONT_FRAGMENT : 0u);
}

bool track_differs_as_usual(const struct arrival *a)
{
    const struct tt_side *tx = a->tx;
    struct tt_look look = track_look(a->segment);

    return tx->look_known && !(tt_look_differs(&tx->look, &look) & ~(unsigned)tx->look_varies);
}

void track_take_look(struct arrival *a)
{
    struct tt_side *tx = a->tx;

    if (track_looks_usual(a))
        return;

    struct tt_look look = track_look(a->segment);
    if (tx->look_known)
        tx->look_varies |= (uint8_t)tt_look_differs(&tx->look, &look);
    else
        tx->look = look;
    tx->look_known = true;
}

#define HOPS_MAX 32 /* more than nearly all paths have: such a number is a socket's own choice (IP_TTL) */

int tt_hops(uint8_t ttl)
{
    static const uint8_t initial[] = {64, 128, 255};

    for (unsigned i = 0; i < sizeof initial; i++)
        if (ttl <= initial[i])
            return initial[i] - ttl <= HOPS_MAX ? initial[i] - ttl : -1;
    return -1;
}

bool tt_are_apart(const struct tt_addr *a, const struct tt_addr *b, unsigned ip_version)
{
    return ip_version == 4 ? a->octets[0] != b->octets[0] : memcmp(a->octets, b->octets, 6) != 0;
}
