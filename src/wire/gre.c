/* SPDX-License-Identifier: BSD-2-Clause */
/* gre.c - GRE (RFC 2784, RFC 2890) and PPTP's enhanced GRE (RFC 2637), as far as they carry IP. */
#include "wire/decode.h"

enum {
    GRE_CHECKSUM = 0x8000,
    GRE_ROUTING = 0x4000,
    GRE_KEY = 0x2000,
    GRE_SEQUENCE = 0x1000,
    GRE_ACK = 0x0080, /* version 1 only */
    GRE_VERSION = 0x0007,
    TYPE_TRANSPARENT_ETHERNET = 0x6558,
    TYPE_PPP = 0x880b,
    /* Aruba's access points: 802.11 frames. */
    TYPE_ARUBA_FIRST = 0x8200,
    TYPE_ARUBA_LAST = 0x8370,
    TYPE_ARUBA_OTHER = 0x9000
};

static bool is_aruba(uint16_t type)
{
    return (type >= TYPE_ARUBA_FIRST && type <= TYPE_ARUBA_LAST && !(type & 0xf)) || type == TYPE_ARUBA_OTHER;
}

static uint32_t header_octets(uint16_t flags)
{
    uint32_t octets = 4;

    if (flags & GRE_CHECKSUM)
        octets += 4;
    if (flags & GRE_KEY)
        octets += 4;
    if (flags & GRE_SEQUENCE)
        octets += 4;
    if ((flags & GRE_VERSION) == 1 && flags & GRE_ACK)
        octets += 4;
    return octets;
}

static enum tt_next fault(struct tt_segment *seg, enum tt_fault what)
{
    seg->faults |= (uint32_t)what;
    return TT_NEXT_NOTHING;
}

/* RFC 2637 section 4.1: a packet without a sequence number carries nothing but an acknowledgement. */
static enum tt_next pptp_enter(struct tt_cursor *c, uint16_t flags, uint16_t type, struct tt_segment *seg)
{
    if (type != TYPE_PPP || !(flags & GRE_SEQUENCE))
        return fault(seg, TT_FAULT_LINK_UNKNOWN);
    return tt_ppp_enter(c, seg);
}

enum tt_next tt_gre_enter(struct tt_cursor *c, struct tt_segment *seg)
{
    if (c->captured < 4)
        return fault(seg, TT_FAULT_LINK_SHORT);

    uint16_t flags = tt_be16(c->at), type = tt_be16(c->at + 2);
    uint32_t octets = header_octets(flags);
    if (c->captured < octets)
        return fault(seg, TT_FAULT_LINK_SHORT);
    if (flags & GRE_ROUTING || (flags & GRE_VERSION) > 1) /* source routes were never used: RFC 2784 section 2.2 */
        return fault(seg, TT_FAULT_LINK_UNKNOWN);
    tt_layer_note(c, TT_LAYER_GRE, octets, type);
    tt_cursor_skip(c, octets);
    if ((flags & GRE_VERSION) == 1)
        return pptp_enter(c, flags, type, seg);
    if (type == TYPE_TRANSPARENT_ETHERNET)
        return tt_ethernet_enter(c, seg);
    if (is_aruba(type))
        return tt_wifi_enter(c, seg);
    return tt_ethertype_enter(c, type, seg);
}
